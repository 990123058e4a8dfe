//! Storing what is found of a customer an event named.

use std::collections::BTreeMap;

use jiebang_domain::id::{CorpId, ExternalUserId, UserId};
use jiebang_domain::time::Timestamp;
use jiebang_store::Tx;
use jiebang_store::customer::{self as store, EndReason, Follow};
use jiebang_store::directory;
use jiebang_wecom::CustomerDetail;

use crate::sync::follows::{self, Source};
use crate::sync::rows;
use crate::{App, Error};

/// What an event says of the end of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ending {
    member: UserId,
    at: Timestamp,
    reason: EndReason,
}

impl Ending {
    pub(super) const fn by_member(member: UserId, at: Timestamp, by_transfer: bool) -> Self {
        let reason = if by_transfer {
            EndReason::Transferred
        } else {
            EndReason::DeletedByMember
        };
        Self { member, at, reason }
    }

    pub(super) const fn by_customer(member: UserId, at: Timestamp) -> Self {
        Self {
            member,
            at,
            reason: EndReason::DeletedByCustomer,
        }
    }
}

/// Where it is stored.
pub(super) struct Place<'a> {
    pub(super) app: &'a App,
    pub(super) corp: &'a CorpId,
    /// The number rows read now carry.
    pub(super) run: i64,
}

/// Stores a customer with every follower found, and ends what events or the answer say is over.
/// `None` for the detail means that nobody follows the customer (any more).
pub(super) async fn write(
    place: &Place<'_>,
    customer: &ExternalUserId,
    detail: Option<CustomerDetail>,
    endings: &[Ending],
) -> Result<(), Error> {
    let (corp, now) = (place.corp, place.app.now());
    let tx = place.app.begin().await?;
    // First what events say, so that what is read is judged against it.
    for ending in endings {
        end(&tx, corp, customer, ending).await?;
    }
    let known = store::followers(tx.conn(), corp, customer).await?;
    let mut read = BTreeMap::new();
    if let Some(detail) = detail {
        store::upsert_customers(&tx, vec![rows::customer(corp, detail.contact, now)]).await?;
        for follow in detail.follows {
            let row = rows::follow(corp, customer.as_str(), follow, place.run, now);
            read.insert(row.userid.clone(), row);
        }
    }
    for row in known.iter().filter(|row| row.ended_at.is_none()) {
        if !read.contains_key(&row.userid) {
            end_unlisted(&tx, corp, customer, row, now).await?;
        }
    }
    let before: BTreeMap<&str, &Follow> =
        known.iter().map(|row| (row.userid.as_str(), row)).collect();
    let settled = read.into_values().map(|row| {
        let known = before.get(row.userid.as_str()).copied();
        follows::settled(known, row, Source::Detail, now)
    });
    store::upsert_follows(&tx, settled.collect()).await?;
    tx.commit().await?;
    Ok(())
}

async fn end(
    tx: &Tx,
    corp: &CorpId,
    customer: &ExternalUserId,
    ending: &Ending,
) -> Result<(), Error> {
    let Some(known) = store::follow(tx.conn(), corp, &ending.member, customer).await? else {
        return Ok(());
    };
    // An ending without a reason is given the one the late event brings.
    let unexplained = known.end_reason.as_deref() == Some(EndReason::GoneFromList.as_str())
        && known.added_at <= ending.at.seconds();
    if unexplained {
        let explained = Follow {
            ended_at: Some(ending.at.seconds()),
            end_reason: Some(ending.reason.as_str().to_owned()),
            ..known
        };
        store::upsert_follows(tx, vec![explained]).await?;
    } else if follows::ends(&known, ending.at) {
        store::end_follow(tx, corp, &ending.member, customer, ending.reason, ending.at).await?;
    }
    Ok(())
}

/// Ends a relation that the answer does not hold, unless the member has left or serves customers
/// no more: then the answer would not hold it in any case, and what is known is kept.
async fn end_unlisted(
    tx: &Tx,
    corp: &CorpId,
    customer: &ExternalUserId,
    row: &Follow,
    now: Timestamp,
) -> Result<(), Error> {
    let member = UserId::parse(row.userid.clone()).map_err(|source| Error::Malformed {
        what: "userid",
        source,
    })?;
    let known = directory::member(tx.conn(), corp, &member).await?;
    let would_be_listed =
        known.is_some_and(|known| known.left_at.is_none() && known.customer_contact);
    if would_be_listed {
        store::end_follow(tx, corp, &member, customer, EndReason::GoneFromList, now).await?;
    }
    Ok(())
}
