//! Reading and replacing a way at WeCom, whichever kind it is.

use jiebang_domain::contact_way::{Kind, first_after};
use jiebang_domain::id::{CorpId, UserId};
use jiebang_domain::time::Timestamp;
use jiebang_store::contact_way::ContactWay as Row;
use jiebang_wecom::{AcquisitionLink, CallError, Client, ContactWay, ErrKind};
use serde_json::Value;

/// A way as WeCom has it now.
pub(crate) struct Reading {
    pub(crate) kind: Kind,
    pub(crate) way_id: String,
    pub(crate) users: Vec<UserId>,
    pub(crate) raw: Value,
    told: Told,
}

enum Told {
    Code(ContactWay),
    Link(AcquisitionLink),
}

/// Asks WeCom for a way; `None` if it is not there (any more).
pub(crate) async fn read(
    client: &Client,
    kind: Kind,
    way_id: &str,
) -> Result<Option<Reading>, CallError> {
    let told = match kind {
        Kind::Code => client.contact_way(way_id).await?.map(Told::Code),
        Kind::Link => match client.acquisition_link(way_id).await {
            Ok(link) => Some(Told::Link(link)),
            // Which code a deleted link has is documented nowhere.
            Err(CallError::Refused { code, .. })
                if matches!(code.kind(), ErrKind::Parameter | ErrKind::NotFound) =>
            {
                None
            }
            Err(error) => return Err(error),
        },
    };
    Ok(told.map(|told| Reading {
        kind,
        way_id: way_id.to_owned(),
        users: told.users(),
        raw: told.raw(),
        told,
    }))
}

impl Told {
    fn users(&self) -> Vec<UserId> {
        match self {
            Self::Code(way) => way.users(),
            Self::Link(link) => link.users(),
        }
    }

    fn raw(&self) -> Value {
        match self {
            Self::Code(way) => way.raw(),
            Self::Link(link) => link.raw(),
        }
    }
}

impl Reading {
    pub(crate) fn is_single(&self) -> bool {
        match &self.told {
            Told::Code(way) => way.is_single(),
            Told::Link(_) => false,
        }
    }

    pub(crate) fn parties(&self) -> Vec<i64> {
        match &self.told {
            Told::Code(way) => way.parties(),
            Told::Link(link) => link.parties(),
        }
    }

    /// Whether an update can send back everything it would otherwise lose.
    pub(crate) fn can_be_sent_back(&self) -> bool {
        match &self.told {
            Told::Code(way) => way.can_be_sent_back(),
            Told::Link(_) => true,
        }
    }

    /// Replaces the members of the way as it was read, and nothing else.
    pub(crate) async fn update(&self, client: &Client, users: &[UserId]) -> Result<(), CallError> {
        match &self.told {
            Told::Code(way) => client.update_contact_way(&way.with_users(users)).await,
            Told::Link(link) => {
                let first = first_after(&link.first(), &self.users, users);
                let body = link.with_users(users, &first);
                client.update_acquisition_link(&body).await
            }
        }
    }

    /// The row that keeps it.
    pub(crate) fn row(&self, corp: &CorpId, run: i64, now: Timestamp) -> Row {
        let (name, channel) = match &self.told {
            Told::Code(way) => (way.remark(), way.state()),
            Told::Link(link) => (link.name(), String::new()),
        };
        Row {
            corp_id: corp.to_string(),
            kind: self.kind.as_str().to_owned(),
            way_id: self.way_id.clone(),
            single: self.is_single(),
            name,
            channel,
            users: self.users.iter().map(ToString::to_string).collect(),
            parties: self.parties().into_iter().collect(),
            raw: self.raw.clone(),
            seen_run: run,
            read_at: now.seconds(),
            gone_at: None,
        }
    }
}
