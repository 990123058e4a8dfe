//! The alarm about customers of leavers that ended with nobody. It goes away only when somebody
//! follows the customer, or a person settles it with a reason.

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::handover::approval::MAX_COMMENT_CHARS;
use jiebang_domain::id::ExternalUserId;
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::entity::orphan_settled::Model as Settled;
use jiebang_store::handover as store;
use serde_json::json;
use uuid::Uuid;

use super::view;
use crate::audit::{self, Record};
use crate::{App, Change, Error};

/// A customer that nobody took, with the row that ended so and its handover.
#[derive(Debug, Clone)]
pub struct Orphan {
    pub row: Row,
    pub handover: Handover,
    /// Name of who was tried last.
    pub successor_name: Option<String>,
}

/// Customers that nobody took, by id, after the one with id `after`; all of them without `limit`.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_orphans(
    app: &App,
    actor: &Actor,
    after: &str,
    limit: Option<usize>,
) -> Result<Vec<Orphan>, Error> {
    app.allow(actor, Act::CustomerView, Resource::Corp)?;
    let mut found = open_alarms(app, actor, after, limit).await?;
    let successors = found.iter().filter_map(|one| one.row.successor.clone());
    let names = view::names(app, successors).await?;
    for one in &mut found {
        let successor = one.row.successor.as_ref();
        one.successor_name = successor.and_then(|userid| names.get(userid)).cloned();
    }
    Ok(found)
}

/// As [`list_orphans`], without names.
pub(crate) async fn open_alarms(
    app: &App,
    actor: &Actor,
    after: &str,
    limit: Option<usize>,
) -> Result<Vec<Orphan>, Error> {
    let (corp, read) = (app.corp()?, app.store().read());
    let mut known: BTreeMap<Uuid, Option<Handover>> = BTreeMap::new();
    let mut found = Vec::new();
    for row in store::orphans(read, corp.as_str(), after).await? {
        let id = row.handover_id;
        if let std::collections::btree_map::Entry::Vacant(place) = known.entry(id) {
            let handover = store::get(read, corp.as_str(), id).await?;
            let visible = match &handover {
                Some(handover) => view::visible(app, actor, handover).await?,
                None => false,
            };
            place.insert(handover.filter(|_| visible));
        }
        if let Some(Some(handover)) = known.get(&id) {
            found.push(Orphan {
                row,
                handover: handover.clone(),
                successor_name: None,
            });
        }
        if limit.is_some_and(|limit| found.len() == limit) {
            break;
        }
    }
    Ok(found)
}

/// Settles a customer that nobody took: what has become of it is told by `reason`. A later
/// attempt that ends with nobody raises the alarm again.
///
/// # Errors
/// [`Error::NotFound`] if there is no such alarm, [`Error::Invalid`], [`Error::Denied`].
pub async fn settle_orphan(
    app: &App,
    actor: &Actor,
    customer: &ExternalUserId,
    reason: &str,
) -> Result<(), Error> {
    app.allow(actor, Act::HandoverExecute, Resource::Corp)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::invalid("reason", "required"));
    }
    if reason.chars().count() > MAX_COMMENT_CHARS {
        return Err(Error::invalid("reason", "too_long"));
    }
    let open = open_alarms(app, actor, "", None).await?;
    let orphan = open
        .into_iter()
        .find(|orphan| orphan.row.subject_id == customer.as_str())
        .ok_or_else(|| Error::not_found("orphan", customer))?;
    let tx = app.begin().await?;
    let settled = Settled {
        corp_id: orphan.row.corp_id.clone(),
        external_userid: customer.to_string(),
        ended_at: orphan.row.ended_at.unwrap_or(orphan.row.updated_at),
        reason: reason.to_owned(),
        settled_by: actor.reference(),
        settled_at: app.now().seconds(),
    };
    store::settle_orphan(&tx, settled).await?;
    let handover = orphan.handover.id;
    let entry = Record::done("orphan.settle", "customer", customer)
        .detail(json!({ "handover": handover, "row": orphan.row.row_no }))
        .personal(json!({ "reason": reason }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Handover(handover));
    Ok(())
}
