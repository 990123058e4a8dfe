//! What several tests need: ids, moments and records with one thing set.

use jiebang_domain::id::{ChatId, CorpId, ExternalUserId, TagId, UserId};
use jiebang_domain::time::Timestamp;
use jiebang_store::customer::{Customer, Follow};
use jiebang_store::directory::Member;
use jiebang_store::entity::{Numbers, Texts};
use jiebang_store::group::Group;
use jiebang_store::unassigned::Unassigned;
use jiebang_store::{Store, StoreError, Tx};

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

/// A present member named `name` in `departments`.
pub fn member(id: &str, name: &str, departments: &[i64]) -> Member {
    Member {
        corp_id: corp().to_string(),
        userid: user(id).to_string(),
        name: name.into(),
        main_department: departments.first().copied().unwrap_or(1),
        departments: departments.iter().copied().collect(),
        leads_in: Numbers::default(),
        direct_leader: Texts::default(),
        position: String::new(),
        alias: String::new(),
        status: 1,
        customer_contact: true,
        first_seen_at: NOW,
        last_seen_at: NOW,
        left_at: None,
        gone_at: None,
    }
}

pub fn a_customer(id: &str, name: &str) -> Customer {
    Customer {
        corp_id: corp().to_string(),
        external_userid: id.into(),
        name: name.into(),
        kind: 1,
        gender: 0,
        avatar: String::new(),
        unionid: String::new(),
        position: String::new(),
        corp_name: String::new(),
        corp_full_name: String::new(),
        first_seen_at: NOW,
        updated_at: NOW,
    }
}

/// A living follow seen by run 1.
pub fn a_follow(member: &str, customer: &str) -> Follow {
    Follow {
        corp_id: corp().to_string(),
        userid: user(member).to_string(),
        external_userid: customer.into(),
        remark: String::new(),
        description: String::new(),
        remark_company: String::new(),
        remark_mobiles: Texts::default(),
        add_way: 1,
        oper_userid: member.into(),
        state: String::new(),
        added_at: NOW,
        tags: Texts::default(),
        personal_tags: Texts::default(),
        seen_run: 1,
        seen_at: NOW,
        ended_at: None,
        end_reason: None,
    }
}

/// A group with its owner present, seen by run 1.
pub fn a_group(id: &str, owner: &str) -> Group {
    Group {
        corp_id: corp().to_string(),
        chat_id: id.into(),
        name: format!("群 {id}"),
        owner: user(owner).to_string(),
        status: 0,
        created_at: NOW,
        notice: String::new(),
        member_version: String::new(),
        member_count: 3,
        external_count: 2,
        admins: Texts::default(),
        seen_run: 1,
        updated_at: NOW,
        dismissed_at: None,
    }
}

/// A row of the unassigned list, seen by run 1.
pub fn an_unassigned(leaver: &str, customer: &str) -> Unassigned {
    Unassigned {
        corp_id: corp().to_string(),
        handover_userid: user(leaver).to_string(),
        external_userid: customer.into(),
        dimission_time: NOW - 100,
        seen_run: 1,
        seen_at: NOW,
        gone_at: None,
    }
}

/// Runs `write` in a transaction and commits it.
pub async fn write<T>(store: &Store, write: impl AsyncFnOnce(&Tx) -> Result<T, StoreError>) -> T {
    let tx = store.begin().await.unwrap();
    let value = write(&tx).await.unwrap();
    tx.commit().await.unwrap();
    value
}
