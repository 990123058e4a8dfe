//! The connection to WeCom and its check.

pub mod dto;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::*;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;

/// The connection to WeCom, without its secrets.
#[utoipa::path(
    get,
    path = "/settings/wecom",
    tag = "settings",
    responses((status = 200, body = WecomSettings))
)]
pub async fn show_wecom_settings() -> Problem {
    Problem::internal()
}

/// Changes the connection and connects again.
#[utoipa::path(
    put,
    path = "/settings/wecom",
    tag = "settings",
    request_body = WecomSettingsInput,
    responses((status = 200, body = WecomSettings))
)]
pub async fn change_wecom_settings() -> Problem {
    Problem::internal()
}

/// What the last connection check found.
#[utoipa::path(
    get,
    path = "/doctor",
    tag = "settings",
    responses((status = 200, body = DoctorReport))
)]
pub async fn show_doctor() -> Problem {
    Problem::internal()
}

/// Checks the connection to WeCom.
#[utoipa::path(
    post,
    path = "/doctor",
    tag = "settings",
    responses((status = 200, body = DoctorReport))
)]
pub async fn run_doctor() -> Problem {
    Problem::internal()
}

/// The routes of this area.
#[must_use]
pub fn routes() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(show_wecom_settings, change_wecom_settings))
        .routes(routes!(show_doctor, run_doctor))
}
