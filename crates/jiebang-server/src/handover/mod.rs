//! Handovers.

pub mod dto;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::*;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;

/// Handovers, newest first.
#[utoipa::path(
    get,
    path = "/handovers",
    tag = "handover",
    params(HandoverQuery),
    responses((status = 200, body = Page<HandoverSummary>))
)]
pub async fn list_handovers() -> Problem {
    Problem::internal()
}

/// Plans a handover and keeps it as a draft.
#[utoipa::path(
    post,
    path = "/handovers",
    tag = "handover",
    request_body = HandoverInput,
    responses((status = 201, body = Handover))
)]
pub async fn plan_handover() -> Problem {
    Problem::internal()
}

/// What a handover would do, without keeping it.
#[utoipa::path(
    post,
    path = "/handovers/preview",
    tag = "handover",
    request_body = HandoverInput,
    responses((status = 200, body = DryRun))
)]
pub async fn preview_handover() -> Problem {
    Problem::internal()
}

/// A handover.
#[utoipa::path(
    get,
    path = "/handovers/{id}",
    tag = "handover",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Handover))
)]
pub async fn show_handover() -> Problem {
    Problem::internal()
}

/// Plans a draft anew; `version` must be the present one.
#[utoipa::path(
    put,
    path = "/handovers/{id}",
    tag = "handover",
    params(("id" = Uuid, Path)),
    request_body = HandoverInput,
    responses((status = 200, body = Handover))
)]
pub async fn change_handover() -> Problem {
    Problem::internal()
}

/// Deletes a draft.
#[utoipa::path(
    delete,
    path = "/handovers/{id}",
    tag = "handover",
    params(("id" = Uuid, Path)),
    responses((status = 204))
)]
pub async fn delete_handover() -> Problem {
    Problem::internal()
}

/// Carries a draft out. Cannot be undone.
#[utoipa::path(
    post,
    path = "/handovers/{id}/start",
    tag = "handover",
    params(("id" = Uuid, Path)),
    request_body = StartInput,
    responses((status = 200, body = Handover))
)]
pub async fn start_handover() -> Problem {
    Problem::internal()
}

/// Stops what is not submitted yet; the rest is followed to its end.
#[utoipa::path(
    post,
    path = "/handovers/{id}/cancel",
    tag = "handover",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Handover))
)]
pub async fn cancel_handover() -> Problem {
    Problem::internal()
}

/// Tries ended rows again, perhaps with another successor.
#[utoipa::path(
    post,
    path = "/handovers/{id}/retry",
    tag = "handover",
    params(("id" = Uuid, Path)),
    request_body = RetryInput,
    responses((status = 200, body = Handover))
)]
pub async fn retry_rows() -> Problem {
    Problem::internal()
}

/// Rows of a handover.
#[utoipa::path(
    get,
    path = "/handovers/{id}/rows",
    tag = "handover",
    params(("id" = Uuid, Path), RowQuery),
    responses((status = 200, body = Page<Row>))
)]
pub async fn list_rows() -> Problem {
    Problem::internal()
}

/// A row and how we know where it stands.
#[utoipa::path(
    get,
    path = "/handovers/{id}/rows/{row_no}",
    tag = "handover",
    params(("id" = Uuid, Path), ("row_no" = i64, Path)),
    responses((status = 200, body = RowDetail))
)]
pub async fn show_row() -> Problem {
    Problem::internal()
}

/// What was done and learned, in order.
#[utoipa::path(
    get,
    path = "/handovers/{id}/steps",
    tag = "handover",
    params(("id" = Uuid, Path), PageQuery),
    responses((status = 200, body = Page<Step>))
)]
pub async fn list_steps() -> Problem {
    Problem::internal()
}

/// The rows as CSV: UTF-8 with byte order mark, safe to open in a spreadsheet.
#[utoipa::path(
    get,
    path = "/handovers/{id}/export.csv",
    tag = "handover",
    params(("id" = Uuid, Path), ExportQuery),
    responses((status = 200, body = String, content_type = "text/csv"))
)]
pub async fn export_rows() -> Problem {
    Problem::internal()
}

/// Server-sent events: `progress` with the data of `Progress`, at first and on every change.
#[utoipa::path(
    get,
    path = "/handovers/{id}/events",
    tag = "handover",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Progress, content_type = "text/event-stream"))
)]
pub async fn watch_handover() -> Problem {
    Problem::internal()
}

/// The routes of this area.
#[must_use]
pub fn routes() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list_handovers, plan_handover))
        .routes(routes!(preview_handover))
        .routes(routes!(show_handover, change_handover, delete_handover))
        .routes(routes!(start_handover))
        .routes(routes!(cancel_handover))
        .routes(routes!(retry_rows))
        .routes(routes!(list_rows))
        .routes(routes!(show_row))
        .routes(routes!(list_steps))
        .routes(routes!(export_rows))
        .routes(routes!(watch_handover))
}
