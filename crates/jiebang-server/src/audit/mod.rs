//! The audit log.

pub mod dto;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::*;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;

/// Entries of the audit log, newest first.
#[utoipa::path(
    get,
    path = "/audit",
    tag = "audit",
    params(AuditQuery),
    responses((status = 200, body = Page<AuditEntry>))
)]
pub async fn list_entries() -> Problem {
    Problem::internal()
}

/// Derives the chain of hashes anew and compares.
#[utoipa::path(
    get,
    path = "/audit/verify",
    tag = "audit",
    responses((status = 200, body = AuditVerification))
)]
pub async fn verify_audit() -> Problem {
    Problem::internal()
}

/// The routes of this area.
#[must_use]
pub fn routes() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list_entries))
        .routes(routes!(verify_audit))
}
