//! Holds (法务保全): while one stands, nothing it covers is removed.

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::archive::retention::Subject;
use jiebang_domain::id::CorpId;
pub use jiebang_store::archive::hold::Released;
use jiebang_store::archive::hold::{self as store, Hold};
use jiebang_store::archive::{self as archived, conversation};
use serde_json::json;
use uuid::Uuid;

use super::retention;
use crate::access::step_up;
use crate::audit::{self, Record};
use crate::{App, Change, Error};

/// Longest reason, in characters, and longest id of a person, in bytes.
const MAX_REASON: usize = 500;
const MAX_ID: usize = 128;

/// A hold as the console shows it. Moments are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldView {
    pub id: Uuid,
    pub subject: Subject,
    pub reason: String,
    pub placed_by: String,
    pub placed_at: i64,
    pub lifted_by: Option<String>,
    pub lifted_at: Option<i64>,
}

/// Places a hold. It keeps what is stored and what comes, until it is lifted.
///
/// # Errors
/// [`Error::Invalid`] without a reason; [`Error::NotFound`] for a conversation there is not;
/// [`Error::Denied`], [`Error::Store`].
pub async fn place_hold(
    app: &App,
    actor: &Actor,
    subject: Subject,
    reason: &str,
) -> Result<HoldView, Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    let (corp, reason) = (app.corp()?, checked_reason(reason)?);
    let (subject, kind, id) = known(app, &corp, subject).await?;
    let hold = Hold {
        id: app.new_id(),
        corp_id: corp.to_string(),
        subject_kind: kind.as_str().to_owned(),
        subject_id: id,
        reason,
        placed_by: actor.reference(),
        placed_at: app.now().seconds(),
        lifted_by: None,
        lifted_at: None,
    };
    let tx = app.begin().await?;
    store::place(&tx, hold.clone()).await?;
    let entry = Record::done("archive_hold.place", "archive_hold", hold.id)
        .detail(json!({ "of": kind.as_str() }))
        .personal(json!({ "subject": hold.subject_id, "reason": hold.reason }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Archive);
    Ok(shown(hold, subject))
}

/// Lifts a hold for a reason, which the audit log keeps; what is over and under no other goes with
/// the next run of expiry.
///
/// # Errors
/// [`Error::NotFound`] if no such hold stands; [`Error::StepUpRequired`], [`Error::Invalid`],
/// [`Error::Denied`], [`Error::Store`].
pub async fn lift_hold(app: &App, actor: &Actor, id: Uuid, reason: &str) -> Result<(), Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    let (corp, now) = (app.corp()?, app.now());
    let reason = checked_reason(reason)?;
    step_up::require(app, actor, Act::ArchiveManage, ("archive_hold", id)).await?;
    let tx = app.begin().await?;
    if !store::lift(&tx, &corp, id, &actor.reference(), now).await? {
        return Err(Error::not_found("archive_hold", id));
    }
    retention::look_now(app, &tx, now).await?;
    let entry =
        Record::done("archive_hold.lift", "archive_hold", id).personal(json!({ "reason": reason }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Archive);
    Ok(())
}

/// Holds, newest first; only those that stand, if asked so.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_holds(
    app: &App,
    actor: &Actor,
    standing_only: bool,
) -> Result<Vec<HoldView>, Error> {
    app.allow(actor, Act::ArchiveKeeping, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok(Vec::new());
    };
    let holds = store::list(app.store().read(), &corp, standing_only).await?;
    holds.into_iter().map(view).collect()
}

/// What would go at once if the hold were lifted.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn view_released(app: &App, actor: &Actor, id: Uuid) -> Result<Released, Error> {
    app.allow(actor, Act::ArchiveKeeping, Resource::Corp)?;
    let (corp, read) = (app.corp()?, app.store().read());
    let hold = store::find(read, &corp, id).await?;
    match hold {
        None => Err(Error::not_found("archive_hold", id)),
        Some(hold) if hold.lifted_at.is_some() => Ok(Released::default()),
        Some(_) => Ok(store::released_by(read, &corp, id, app.now()).await?),
    }
}

/// What a hold or an erasure is about, as the store names it, if there is such.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`], [`Error::Store`].
pub(super) async fn known(
    app: &App,
    corp: &CorpId,
    subject: Subject,
) -> Result<(Subject, archived::Subject, String), Error> {
    let subject = match subject {
        Subject::Person(id) => {
            let id = id.trim();
            if id.is_empty() || id.len() > MAX_ID {
                return Err(Error::invalid("subject", "type"));
            }
            Subject::Person(as_stored(id))
        }
        Subject::Conversation(id) => {
            let found = conversation::find(app.store().read(), corp, id).await?;
            found.ok_or_else(|| Error::not_found("conversation", id))?;
            Subject::Conversation(id)
        }
        Subject::Corp => Subject::Corp,
    };
    let (kind, id) = stored(&subject);
    Ok((subject, kind, id))
}

/// Members' ids are stored in lower case; those of customers and bots keep theirs.
fn as_stored(id: &str) -> String {
    use jiebang_domain::archive::conversation::PersonKind;
    match PersonKind::of(id) {
        PersonKind::Member => id.to_ascii_lowercase(),
        _ => id.to_owned(),
    }
}

fn stored(subject: &Subject) -> (archived::Subject, String) {
    match subject {
        Subject::Corp => (archived::Subject::Corp, String::new()),
        Subject::Person(id) => (archived::Subject::Person, id.clone()),
        Subject::Conversation(id) => (archived::Subject::Conversation, id.to_string()),
    }
}

/// The subject a row names.
///
/// # Errors
/// [`Error::Internal`] for a row of another program.
pub(super) fn subject_of(kind: &str, id: String) -> Result<Subject, Error> {
    let conversation = || id.parse::<i64>().ok().map(Subject::Conversation);
    let subject = match kind {
        "corp" => Some(Subject::Corp),
        "conversation" => conversation(),
        "person" => Some(Subject::Person(id)),
        _ => None,
    };
    subject.ok_or_else(|| Error::Internal("a stored subject is none".to_owned()))
}

/// # Errors
/// [`Error::Invalid`] for none, or for one of more than 500 characters.
pub(super) fn checked_reason(reason: &str) -> Result<String, Error> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::invalid("reason", "empty"));
    }
    if reason.chars().count() > MAX_REASON {
        return Err(Error::invalid("reason", "too_long"));
    }
    Ok(reason.to_owned())
}

pub(super) fn view(hold: Hold) -> Result<HoldView, Error> {
    let subject = subject_of(&hold.subject_kind, hold.subject_id.clone())?;
    Ok(shown(hold, subject))
}

fn shown(hold: Hold, subject: Subject) -> HoldView {
    HoldView {
        id: hold.id,
        subject,
        reason: hold.reason,
        placed_by: hold.placed_by,
        placed_at: hold.placed_at,
        lifted_by: hold.lifted_by,
        lifted_at: hold.lifted_at,
    }
}
