//! What an event says must be ended at once: somebody left or was disabled. It is done as soon as
//! the event is stored, and before any other event is handled, without a call to WeCom.

use std::collections::BTreeMap;

use jiebang_domain::case::Reason;
use jiebang_domain::directory::MemberStatus;
use jiebang_domain::id::{CorpId, UserId};
use jiebang_store::callback as store;
use jiebang_store::directory::{self as members, Member};
use jiebang_wecom::callback::event::{self, DirectoryChange, Event, EventKind};

use crate::{App, Error, case, job};

/// Events read at a time while those that cannot wait are looked for.
const PAGE: u64 = 500;

/// Who lost their place by this event, and the status it gives them; `None` for a leaver, whose
/// event gives none.
fn lost(event: &Event) -> Option<(&UserId, Reason, Option<i64>)> {
    let EventKind::ChangeContact(change) = &event.kind else {
        return None;
    };
    match change {
        DirectoryChange::DeleteUser { userid } => Some((userid, Reason::Left, None)),
        DirectoryChange::UpdateUser { userid, fields, .. } => {
            match MemberStatus::from(fields.status?) {
                MemberStatus::Disabled => Some((userid, Reason::Disabled, fields.status)),
                MemberStatus::Left => Some((userid, Reason::Left, fields.status)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Protects what the member of this event had, if the event says that it must be. One transaction;
/// the same event again changes nothing.
///
/// # Errors
/// [`Error::Store`]: nothing was done.
pub(super) async fn protect(app: &App, corp: &CorpId, event: &Event) -> Result<(), Error> {
    let Some((userid, reason, status)) = lost(event) else {
        return Ok(());
    };
    let tx = app.begin().await?;
    if let Some(status) = status {
        let Some(before) = members::member(tx.conn(), corp, userid).await? else {
            return Ok(());
        };
        let status = i32::try_from(status).unwrap_or_default();
        let now = Member {
            status,
            ..before.clone()
        };
        if case::reason_of(Some(&before), &now).is_none() {
            return Ok(());
        }
        members::upsert_members(&tx, vec![now]).await?;
    }
    case::protect(app, &tx, corp, userid, reason, event.created_at).await?;
    Ok(tx.commit().await?)
}

/// Protects what members had of whom an event waits, from the one numbered `after` on, which moves
/// to the last one looked at. Returns the events for which it failed, and why.
///
/// # Errors
/// [`Error::Store`] if the events cannot be read.
pub(super) async fn protect_waiting(
    app: &App,
    corp: &CorpId,
    after: &mut Option<i64>,
) -> Result<BTreeMap<i64, String>, Error> {
    let mut failed = BTreeMap::new();
    loop {
        let read = app.store().read();
        let page = store::unhandled_of(read, corp, super::DIRECTORY, *after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(failed);
        };
        *after = Some(last.id);
        for row in page {
            let Ok(event) = event::parse(&row.xml) else {
                continue;
            };
            if let Err(error) = protect(app, corp, &event).await {
                failed.insert(row.id, job::chain(&error));
            }
        }
    }
}
