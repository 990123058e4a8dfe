//! The audit log.

pub mod dto;

use axum::Json;
use axum::extract::State;
use jiebang_app::audit::{self as log, Entry, Wanted};
use jiebang_domain::time::Timestamp;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{AuditActor, AuditEntry, AuditObject, AuditQuery, AuditVerification};
use crate::cursor;
use crate::extract::{Params, Signed};
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// Entries of the audit log, newest first.
#[utoipa::path(
    get,
    path = "/audit",
    tag = "audit",
    params(AuditQuery),
    responses((status = 200, body = Page<AuditEntry>))
)]
pub async fn list_entries(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<AuditQuery>,
) -> Result<Json<Page<AuditEntry>>, Problem> {
    let wanted = Wanted {
        act: query.act,
        actor: query.actor,
        object: query.object,
        from: query.from.map(Timestamp::from_seconds),
        to: query.to.map(Timestamp::from_seconds),
        before: cursor::decode("audit", query.cursor.as_deref())?,
        limit: cursor::limit(query.limit)?,
    };
    let found = log::list_entries(web.app(), &signed.actor, wanted).await?;
    Ok(Json(Page {
        items: found.items.into_iter().map(AuditEntry::from).collect(),
        next_cursor: found.next.map(|seq| cursor::encode("audit", seq)),
        total: None,
    }))
}

/// Derives the chain of hashes anew and compares.
#[utoipa::path(
    get,
    path = "/audit/verify",
    tag = "audit",
    responses((status = 200, body = AuditVerification))
)]
pub async fn verify_audit(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<AuditVerification>, Problem> {
    let verdict = log::verify_log(web.app(), &signed.actor).await?;
    Ok(Json(AuditVerification {
        entries: u64::try_from(verdict.entries).unwrap_or_default(),
        ok: verdict.ok,
        first_bad_seq: verdict.first_bad_seq,
        fault: verdict.fault.map(str::to_owned),
    }))
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            actor: AuditActor {
                kind: entry.actor.kind,
                id: entry.actor.id,
                name: entry.actor.name,
            },
            act: entry.act,
            object: AuditObject {
                kind: entry.object.kind,
                id: entry.object.id,
            },
            outcome: entry.outcome,
            detail: entry.detail,
            personal: entry.personal,
            leaf_hash: entry.leaf_hash,
        }
    }
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_entries))
        .routes(routes!(verify_audit))
}
