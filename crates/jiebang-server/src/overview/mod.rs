//! The first page.

pub mod dto;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::*;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;

/// What waits for the administrator, and how things stand.
#[utoipa::path(
    get,
    path = "/overview",
    tag = "overview",
    responses((status = 200, body = Overview))
)]
pub async fn show_overview() -> Problem {
    Problem::internal()
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<crate::state::Web> {
    OpenApiRouter::new().routes(routes!(show_overview))
}
