//! Accounts.

pub mod dto;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiebang_app::access::{self as accounts, NewAccount};
use jiebang_domain::access::Role;
use jiebang_domain::id::UserId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::{Account, AccountChange, AccountCreated, AccountInput, PasswordReset};
use crate::extract::{At, Body, Signed};
use crate::names::RoleName;
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// Every account.
#[utoipa::path(
    get,
    path = "/accounts",
    tag = "access",
    responses((status = 200, body = Page<Account>))
)]
pub async fn list_accounts(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<Page<Account>>, Problem> {
    let found = accounts::list_accounts(web.app(), &signed.actor).await?;
    let items = found.into_iter().map(Account::from).collect();
    Ok(Json(Page::whole(items)))
}

/// Makes an account; its password is shown only here.
#[utoipa::path(
    post,
    path = "/accounts",
    tag = "access",
    request_body = AccountInput,
    responses((status = 201, body = AccountCreated))
)]
pub async fn create_account(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<AccountInput>,
) -> Result<(StatusCode, Json<AccountCreated>), Problem> {
    let new = NewAccount {
        login: input.login,
        name: input.name,
        role: role(&input.role)?,
        departments: input.departments,
        userid: userid(input.userid)?,
    };
    let (view, password) = accounts::create_account(web.app(), &signed.actor, new).await?;
    let account = Account::from(view);
    Ok((
        StatusCode::CREATED,
        Json(AccountCreated { account, password }),
    ))
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
pub async fn change_account(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
    Body(input): Body<AccountChange>,
) -> Result<Json<Account>, Problem> {
    let change = accounts::AccountChange {
        name: input.name,
        role: input.role.as_ref().map(role).transpose()?,
        departments: input.departments,
        userid: input.userid.map(|text| userid(Some(text))).transpose()?,
        disabled: input.disabled,
    };
    let view = accounts::update_account(web.app(), &signed.actor, id, change).await?;
    Ok(Json(Account::from(view)))
}

/// Gives an account a new password, shown only here.
#[utoipa::path(
    post,
    path = "/accounts/{id}/reset-password",
    tag = "access",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = PasswordReset))
)]
pub async fn reset_password(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<Json<PasswordReset>, Problem> {
    let password = accounts::reset_password(web.app(), &signed.actor, id).await?;
    Ok(Json(PasswordReset { password }))
}

fn role(name: &RoleName) -> Result<Role, Problem> {
    Role::parse(&name.0).ok_or_else(|| Problem::validation("role", "unknown_value"))
}

/// An empty text is no userid.
fn userid(text: Option<String>) -> Result<Option<UserId>, Problem> {
    let text = text.filter(|text| !text.is_empty());
    text.map(UserId::parse)
        .transpose()
        .map_err(|_| Problem::validation("userid", "type"))
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_accounts, create_account))
        .routes(routes!(change_account))
        .routes(routes!(reset_password))
}
