//! What was handed over to oneself.

pub mod dto;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::*;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;

/// Customers that were handed over to the reader.
#[utoipa::path(
    get,
    path = "/my/handovers",
    tag = "my",
    params(PageQuery),
    responses((status = 200, body = Page<MyCustomer>))
)]
pub async fn list_my_customers() -> Problem {
    Problem::internal()
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<crate::state::Web> {
    OpenApiRouter::new().routes(routes!(list_my_customers))
}
