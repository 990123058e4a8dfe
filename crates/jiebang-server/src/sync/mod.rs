//! Runs that read the corp.

pub mod dto;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::*;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;

/// Starts reading the corp; the run under way if there is one.
#[utoipa::path(
    post,
    path = "/sync",
    tag = "sync",
    request_body = SyncInput,
    responses((status = 202, body = SyncRun))
)]
pub async fn start_sync() -> Problem {
    Problem::internal()
}

/// Runs, newest first.
#[utoipa::path(
    get,
    path = "/sync/runs",
    tag = "sync",
    params(PageQuery),
    responses((status = 200, body = Page<SyncRun>))
)]
pub async fn list_runs() -> Problem {
    Problem::internal()
}

/// Server-sent events: `progress` with the data of `SyncRun`, at first and on every change.
#[utoipa::path(
    get,
    path = "/sync/events",
    tag = "sync",
    responses((status = 200, body = SyncRun, content_type = "text/event-stream"))
)]
pub async fn watch_sync() -> Problem {
    Problem::internal()
}

/// The routes of this area.
#[must_use]
pub fn routes() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(start_sync))
        .routes(routes!(list_runs))
        .routes(routes!(watch_sync))
}
