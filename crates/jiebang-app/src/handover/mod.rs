//! Handover: planning, carrying out, following to the end.
//!
//! The way of a row: [`act::start_handover`] enqueues a submit job per successor →
//! [`submit`] stores an intent, calls, stores the answer → [`follow`] reads the result pages →
//! [`carry`] writes remark and tags for the successor → [`notice`] tells the successor.
//! [`settle`] is asked whenever it is not known what became of a call.
//!
//! Invariants:
//! - a call is made only after the transaction that stores its intent is committed;
//! - a callback never changes a row: it brings the next look at the result pages forward, and
//!   those decide ([`jiebang_domain::handover::evidence`]);
//! - every change of a row is recorded as a step, in the same transaction;
//! - a transaction locks in this order: handover, own job, rows, other jobs, audit. Whatever may
//!   put a row back to be submitted, or decides that nothing is left, locks the handover, so that
//!   neither a cancel nor a retry nor the end of the handover passes it by.

pub mod act;
pub mod approve;
pub mod carry;
pub(crate) mod cast;
pub(crate) mod facts;
pub mod first_contact;
pub mod follow;
pub mod follow_groups;
pub mod message;
mod moves;
mod next;
pub mod note;
pub mod notice;
pub mod notice_period;
pub mod orphans;
pub mod plan;
pub mod record;
mod results;
mod settle;
pub mod submit;
pub mod submit_groups;
pub mod undo;
pub mod view;

use jiebang_domain::handover::Kind;
use jiebang_domain::id::UserId;
use jiebang_store::audit::{self, NewEntry};
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::{Tx, handover as store};
use jiebang_wecom::TransferKind;
use uuid::Uuid;

pub use follow::{hint_contact_changed, hint_transfer_fail};

use crate::{App, Error};

/// Parses an id that was stored by us.
fn stored<T>(
    what: &'static str,
    parsed: Result<T, jiebang_domain::id::IdError>,
) -> Result<T, Error> {
    parsed.map_err(|source| Error::Malformed { what, source })
}

fn kind_of(handover: &Handover) -> Kind {
    Kind::parse(&handover.kind).unwrap_or(Kind::Resigned)
}

const fn transfer_kind(kind: Kind) -> TransferKind {
    match kind {
        Kind::Resigned => TransferKind::Resigned,
        Kind::InService => TransferKind::InService,
    }
}

fn leaver_of(handover: &Handover) -> Result<UserId, Error> {
    stored("userid", UserId::parse(handover.leaver.clone()))
}

/// The handover if work on it may go on: running, or cancelled with rows still at the platform.
async fn worked_on(app: &App, id: Uuid) -> Result<Option<Handover>, Error> {
    let corp = app.corp()?;
    let handover = store::get(app.store().read(), corp.as_str(), id).await?;
    Ok(handover.filter(|handover| matches!(handover.state.as_str(), "running" | "cancelled")))
}

/// Locks the handover until `tx` ends, and reads it.
async fn lock(tx: &Tx, id: Uuid) -> Result<Handover, Error> {
    let found = store::lock(tx, id).await?;
    found.ok_or_else(|| Error::not_found("handover", id))
}

/// Appends an audit entry about a handover.
async fn record(
    app: &App,
    tx: &Tx,
    actor: &str,
    act: &str,
    handover: Uuid,
    outcome: &str,
    detail: serde_json::Value,
) -> Result<(), Error> {
    let (actor_kind, actor_id) = actor.split_once(':').unwrap_or((actor, ""));
    let entry = NewEntry {
        at: app.now(),
        actor_kind: actor_kind.to_owned(),
        actor_id: actor_id.to_owned(),
        act: act.to_owned(),
        object_kind: "handover".to_owned(),
        object_id: handover.to_string(),
        outcome: outcome.to_owned(),
        detail,
        personal: None,
    };
    audit::append(tx, app.home(), &entry, app.entropy()).await?;
    Ok(())
}

/// Ends the handover if nothing of it is left to do. Called in the transaction after which that
/// may be so, which has locked the handover: of two that end the last parts of it, the second
/// then sees what the first has done.
async fn finish_if_done(app: &App, tx: &Tx, handover: &Handover) -> Result<(), Error> {
    if store::is_open(tx.conn(), handover.id).await? {
        return Ok(());
    }
    let untold = store::notices(tx.conn(), handover.id)
        .await?
        .iter()
        .any(|notice| matches!(notice.state.as_str(), "planned" | "intended"));
    if untold {
        return Ok(());
    }
    let now = app.now().seconds();
    if store::set_state(tx, handover.id, &["running"], "finished", Some(now)).await? {
        let tally = store::tally(tx.conn(), &[handover.id]).await?;
        let rows: i64 = tally.iter().map(|t| t.rows).sum();
        let detail = serde_json::json!({ "rows": rows });
        record(
            app,
            tx,
            "system",
            "handover.finish",
            handover.id,
            "done",
            detail,
        )
        .await?;
        tracing::info!(handover = %handover.id, rows, "a handover is finished");
    }
    Ok(())
}
