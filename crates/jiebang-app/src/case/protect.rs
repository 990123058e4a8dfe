//! What happens at once when somebody leaves or is disabled: access ends, what the member had is
//! kept, and a case is opened. One transaction, which may be asked for again.

use jiebang_domain::access::Actor;
use jiebang_domain::case::{Reason, due_at, template_for};
use jiebang_domain::directory::MemberStatus;
use jiebang_domain::id::{CorpId, UserId};
use jiebang_domain::time::Timestamp;
use jiebang_store::Tx;
use jiebang_store::access::{account, session};
use jiebang_store::case::{self as store, Case, Item};
use jiebang_store::directory::{self, Member};
use serde_json::json;
use uuid::Uuid;

use super::templates::read_templates;
use crate::audit::{self, Record};
use crate::{App, Error};

/// Ends the member's access to the console, keeps what it had and opens a case, in `tx`. An event
/// that comes again, or late, changes nothing. Returns the case that was opened.
///
/// # Errors
/// [`Error::Store`]: nothing of `tx` may be committed.
pub(crate) async fn protect(
    app: &App,
    tx: &Tx,
    corp: &CorpId,
    userid: &UserId,
    reason: Reason,
    event_at: Timestamp,
) -> Result<Option<Uuid>, Error> {
    let why = (reason, event_at);
    if is_stale(tx, corp, userid, event_at).await? {
        return Ok(None);
    }
    let id = match open(app, tx, corp, userid, why, &Actor::system()).await? {
        Some(id) => id,
        // There is an open one: a person's, an earlier event's, or this event's, handled beside.
        None => match take_up(tx, corp, userid, why).await? {
            Some(id) => id,
            None => return Ok(None),
        },
    };
    let ended = end_access(app, tx, userid).await?;
    let detail = json!({ "reason": reason.as_str(), "accounts": ended.0, "sessions": ended.1 });
    let entry = Record::done("case.protect", "case", id).detail(detail);
    audit::record(app, tx, &Actor::system(), entry).await?;
    tracing::info!(case = %id, reason = reason.as_str(), "somebody's access was ended");
    Ok(Some(id))
}

/// Whether a case tells of this event already, or of a later one. A case that a person opened says
/// nothing of events.
async fn is_stale(
    tx: &Tx,
    corp: &CorpId,
    userid: &UserId,
    event_at: Timestamp,
) -> Result<bool, Error> {
    let cases = store::of_member(tx.conn(), corp.as_str(), userid.as_str()).await?;
    let is_of_event = |case: &&Case| case.reason != Reason::Manual.as_str();
    let last = cases.iter().filter(is_of_event).map(|case| case.event_at);
    Ok(last.max().is_some_and(|last| last >= event_at.seconds()))
}

/// The case that is open already becomes that of the event. What was kept when a person opened it
/// may be old, so it is kept anew. `None` if it has become that of this event meanwhile.
async fn take_up(
    tx: &Tx,
    corp: &CorpId,
    userid: &UserId,
    (reason, event_at): (Reason, Timestamp),
) -> Result<Option<Uuid>, Error> {
    let cases = store::of_member(tx.conn(), corp.as_str(), userid.as_str()).await?;
    let Some(open) = cases.into_iter().find(|case| case.state == "open") else {
        return Err(Error::Internal("a case was closed meanwhile".to_owned()));
    };
    let locked = store::lock(tx, corp.as_str(), open.id).await?;
    let mut case = locked.ok_or_else(|| Error::not_found("case", open.id))?;
    if is_stale(tx, corp, userid, event_at).await? {
        return Ok(None);
    }
    let (id, by_hand) = (case.id, case.reason == Reason::Manual.as_str());
    reason.as_str().clone_into(&mut case.reason);
    case.event_at = event_at.seconds();
    store::update(tx, case).await?;
    if by_hand {
        store::forget_snapshot(tx, id).await?;
        store::snapshot(tx, corp.as_str(), userid.as_str(), id).await?;
    }
    Ok(Some(id))
}

/// Why a member that was there before needs protection now, if it does: left or disabled.
pub(crate) fn reason_of(before: Option<&Member>, now: &Member) -> Option<Reason> {
    let of = |status: i32| match MemberStatus::from(i64::from(status)) {
        MemberStatus::Disabled => Some(Reason::Disabled),
        MemberStatus::Left => Some(Reason::Left),
        _ => None,
    };
    let before = before.filter(|before| before.gone_at.is_none())?;
    of(now.status).filter(|reason| of(before.status) != Some(*reason))
}

/// Disables the accounts of the member and ends their sessions. Returns how many of each.
async fn end_access(app: &App, tx: &Tx, userid: &UserId) -> Result<(u64, u64), Error> {
    let (mut accounts, mut sessions) = (0, 0);
    while let Some(mut found) = account::by_member(tx.conn(), app.home(), userid).await? {
        let now = app.people_now();
        sessions += session::revoke_all(tx, app.home(), found.id, None, now).await?;
        found.disabled_at = Some(now.seconds());
        if found.role == "super_admin" {
            tracing::warn!(account = %found.id, "an administrator's account was disabled with its member");
        }
        account::update(tx, found).await?;
        accounts += 1;
    }
    Ok((accounts, sessions))
}

/// Opens a case with the checklist of the member's role and a snapshot of what it has; `None` if
/// it has an open one.
pub(super) async fn open(
    app: &App,
    tx: &Tx,
    corp: &CorpId,
    userid: &UserId,
    (reason, event_at): (Reason, Timestamp),
    actor: &Actor,
) -> Result<Option<Uuid>, Error> {
    let member = directory::member(tx.conn(), corp, userid).await?;
    let position = member.as_ref().map_or("", |member| &member.position);
    let templates = read_templates(app).await?;
    let template = template_for(&templates, position);
    let (id, now) = (app.new_id(), app.now());
    let list = template.map_or(&[][..], |template| &template.items);
    let items: Vec<Item> = (1i32..)
        .zip(list)
        .map(|(number, item)| Item {
            case_id: id,
            number,
            corp_id: corp.to_string(),
            title: item.title.clone(),
            mandatory: item.mandatory,
            kind: item.kind.as_str().to_owned(),
            due_at: due_at(now, item.due_days).seconds(),
            owner: None,
            done_at: None,
            done_by: None,
            note: String::new(),
        })
        .collect();
    let last = items.iter().map(|item| item.due_at).max();
    let case = Case {
        id,
        corp_id: corp.to_string(),
        userid: userid.to_string(),
        name: member.map(|member| member.name).unwrap_or_default(),
        reason: reason.as_str().to_owned(),
        state: "open".to_owned(),
        template: template.map(|one| one.name.clone()).unwrap_or_default(),
        opened_by: actor.reference(),
        opened_at: now.seconds(),
        event_at: event_at.seconds(),
        due_at: last.unwrap_or_else(|| now.seconds()),
        owner: None,
        closed_at: None,
        closed_by: None,
        closing: String::new(),
        customers: 0,
        groups: 0,
    };
    if !store::open(tx, case, items).await? {
        return Ok(None);
    }
    store::snapshot(tx, corp.as_str(), userid.as_str(), id).await?;
    Ok(Some(id))
}
