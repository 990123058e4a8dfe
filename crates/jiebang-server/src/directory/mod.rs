//! Departments, members, leavers and what they hold.

pub mod dto;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::*;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;

/// Departments within the reader's scope.
#[utoipa::path(
    get,
    path = "/departments",
    tag = "directory",
    responses((status = 200, body = Page<Department>))
)]
pub async fn list_departments() -> Problem {
    Problem::internal()
}

/// Members, also those who left.
#[utoipa::path(
    get,
    path = "/members",
    tag = "directory",
    params(MemberQuery),
    responses((status = 200, body = Page<Member>))
)]
pub async fn list_members() -> Problem {
    Problem::internal()
}

/// Corp tags by group.
#[utoipa::path(
    get,
    path = "/tags",
    tag = "directory",
    responses((status = 200, body = Page<TagGroup>))
)]
pub async fn list_tags() -> Problem {
    Problem::internal()
}

/// Members whose customers or groups wait, or were handed over.
#[utoipa::path(
    get,
    path = "/leavers",
    tag = "directory",
    params(LeaverQuery),
    responses((status = 200, body = Page<Leaver>))
)]
pub async fn list_leavers() -> Problem {
    Problem::internal()
}

/// A leaver and what its customers are like.
#[utoipa::path(
    get,
    path = "/leavers/{userid}",
    tag = "directory",
    params(("userid" = String, Path)),
    responses((status = 200, body = LeaverDetail))
)]
pub async fn show_leaver() -> Problem {
    Problem::internal()
}

/// Customers of a leaver.
#[utoipa::path(
    get,
    path = "/leavers/{userid}/customers",
    tag = "directory",
    params(("userid" = String, Path), CustomerQuery),
    responses((status = 200, body = Page<CustomerOfLeaver>))
)]
pub async fn list_customers_of_leaver() -> Problem {
    Problem::internal()
}

/// Groups of a leaver.
#[utoipa::path(
    get,
    path = "/leavers/{userid}/groups",
    tag = "directory",
    params(("userid" = String, Path)),
    responses((status = 200, body = Page<CustomerGroup>))
)]
pub async fn list_groups_of_leaver() -> Problem {
    Problem::internal()
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<crate::state::Web> {
    OpenApiRouter::new()
        .routes(routes!(list_departments))
        .routes(routes!(list_members))
        .routes(routes!(list_tags))
        .routes(routes!(list_leavers))
        .routes(routes!(show_leaver))
        .routes(routes!(list_customers_of_leaver))
        .routes(routes!(list_groups_of_leaver))
}
