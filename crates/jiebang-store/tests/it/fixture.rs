//! What several tests need: ids, moments and records with one thing set.

use jiebang_domain::id::{ChatId, CorpId, ExternalUserId, TagId, UserId};
use jiebang_domain::time::Timestamp;

pub const NOW: i64 = 1_700_000_000;

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(NOW + seconds)
}

pub fn corp() -> CorpId {
    CorpId::parse("ww1").unwrap()
}

pub fn other_corp() -> CorpId {
    CorpId::parse("ww2").unwrap()
}

pub fn user(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

pub fn customer(id: &str) -> ExternalUserId {
    ExternalUserId::parse(id).unwrap()
}

pub fn chat(id: &str) -> ChatId {
    ChatId::parse(id).unwrap()
}

pub fn tag(id: &str) -> TagId {
    TagId::parse(id).unwrap()
}
