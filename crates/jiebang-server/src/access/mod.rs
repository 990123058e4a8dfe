//! Accounts.

pub mod dto;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::*;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;

/// Every account.
#[utoipa::path(
    get,
    path = "/accounts",
    tag = "access",
    responses((status = 200, body = Page<Account>))
)]
pub async fn list_accounts() -> Problem {
    Problem::internal()
}

/// Makes an account; its password is shown only here.
#[utoipa::path(
    post,
    path = "/accounts",
    tag = "access",
    request_body = AccountInput,
    responses((status = 201, body = AccountCreated))
)]
pub async fn create_account() -> Problem {
    Problem::internal()
}

/// Changes an account.
#[utoipa::path(
    patch,
    path = "/accounts/{id}",
    tag = "access",
    params(("id" = Uuid, Path)),
    request_body = AccountChange,
    responses((status = 200, body = Account))
)]
pub async fn change_account() -> Problem {
    Problem::internal()
}

/// Gives an account a new password, shown only here.
#[utoipa::path(
    post,
    path = "/accounts/{id}/reset-password",
    tag = "access",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = PasswordReset))
)]
pub async fn reset_password() -> Problem {
    Problem::internal()
}

/// The routes of this area.
#[must_use]
pub fn routes() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list_accounts, create_account))
        .routes(routes!(change_account))
        .routes(routes!(reset_password))
}
