//! Signing in and out.

pub mod dto;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::*;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;

pub const COOKIE: &str = "jiebang_session";

#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WecomCallbackQuery {
    pub code: Option<String>,
    pub state: Option<String>,
}

/// Signs in; the session is in the cookie of the answer.
#[utoipa::path(
    post,
    path = "/session",
    tag = "session",
    request_body = SignInInput,
    responses((status = 200, body = Session))
)]
pub async fn sign_in() -> Problem {
    Problem::internal()
}

/// Who is signed in.
#[utoipa::path(
    get,
    path = "/session",
    tag = "session",
    responses((status = 200, body = Session))
)]
pub async fn show_session() -> Problem {
    Problem::internal()
}

/// Signs out.
#[utoipa::path(
    delete,
    path = "/session",
    tag = "session",
    responses((status = 204))
)]
pub async fn sign_out() -> Problem {
    Problem::internal()
}

/// Changes one's own password; ends one's other sessions.
#[utoipa::path(
    post,
    path = "/session/password",
    tag = "session",
    request_body = PasswordInput,
    responses((status = 204))
)]
pub async fn change_password() -> Problem {
    Problem::internal()
}

/// Where to sign in by WeCom's QR code.
#[utoipa::path(
    get,
    path = "/session/wecom",
    tag = "session",
    responses((status = 200, body = WecomSignIn))
)]
pub async fn show_wecom_sign_in() -> Problem {
    Problem::internal()
}

/// Where WeCom sends the browser back to.
#[utoipa::path(
    get,
    path = "/session/wecom/callback",
    tag = "session",
    params(WecomCallbackQuery),
    responses((status = 303))
)]
pub async fn finish_wecom_sign_in() -> Problem {
    Problem::internal()
}

/// The routes of this area.
#[must_use]
pub fn routes() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(sign_in, show_session, sign_out))
        .routes(routes!(change_password))
        .routes(routes!(show_wecom_sign_in))
        .routes(routes!(finish_wecom_sign_in))
}
