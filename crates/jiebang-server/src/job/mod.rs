//! Jobs.

pub mod dto;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::*;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;

/// Jobs, newest first.
#[utoipa::path(
    get,
    path = "/jobs",
    tag = "job",
    params(JobQuery),
    responses((status = 200, body = Page<Job>))
)]
pub async fn list_jobs() -> Problem {
    Problem::internal()
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<crate::state::Web> {
    OpenApiRouter::new().routes(routes!(list_jobs))
}
