//! Signing in and out.
//!
//! Invariant: the token is only ever in an `HttpOnly` cookie; scripts get the CSRF token, which
//! is worth nothing without it.

pub mod dto;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiebang_app::access::{
    self as accounts, SessionInfo, SignedIn, new_login_state, permissions, revoke_session,
    sign_in_by_wecom, wecom_login_url,
};
use jiebang_app::settings;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{
    PasswordInput, ServerFacts, Session, SignInInput, StepUpInput, WecomCallbackQuery, WecomSignIn,
};
use crate::access::dto::Account;
use crate::extract::{Body, Params, Signed};
use crate::limits::Client;
use crate::names::ActName;
use crate::problem::Problem;
use crate::state::Web;
use crate::{PREFIX, cookie};

/// The session's cookie.
pub const COOKIE: &str = "jiebang_session";
/// Ties WeCom's sign-in page to the browser that asked for it.
const STATE_COOKIE: &str = "jiebang_sign_in";
/// Seconds within which the QR code must be scanned.
const STATE_SECONDS: i64 = 600;

/// Signs in; the session is in the cookie of the answer.
#[utoipa::path(
    post,
    path = "/session",
    tag = "session",
    request_body = SignInInput,
    responses((status = 200, body = Session))
)]
pub async fn sign_in(
    State(web): State<Web>,
    client: Client,
    headers: HeaderMap,
    Body(input): Body<SignInInput>,
) -> Result<Response, Problem> {
    web.sign_ins().take(client, web.app().now())?;
    let agent = user_agent(&headers);
    let signed_in = accounts::sign_in(web.app(), &input.login, &input.password, &agent).await?;
    let body = Json(session(&web, &signed_in.session));
    with_cookie(&web, &signed_in, body.into_response()).await
}

/// Who is signed in.
#[utoipa::path(
    get,
    path = "/session",
    tag = "session",
    responses((status = 200, body = Session))
)]
pub async fn show_session(State(web): State<Web>, Signed(signed): Signed) -> Json<Session> {
    Json(session(&web, &signed))
}

/// Signs out.
#[utoipa::path(delete, path = "/session", tag = "session", responses((status = 204)))]
pub async fn sign_out(State(web): State<Web>, Signed(signed): Signed) -> Result<Response, Problem> {
    revoke_session(web.app(), &signed).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(
        &mut response,
        cookie::make(COOKIE, "", "/", Some(0), is_https(&web).await?),
    );
    Ok(response)
}

/// Changes one's own password; ends one's other sessions.
#[utoipa::path(
    post,
    path = "/session/password",
    tag = "session",
    request_body = PasswordInput,
    responses((status = 204))
)]
pub async fn change_password(
    State(web): State<Web>,
    Signed(signed): Signed,
    client: Client,
    Body(input): Body<PasswordInput>,
) -> Result<StatusCode, Problem> {
    // Guessing the present password here is limited like signing in.
    web.sign_ins().take(client, web.app().now())?;
    accounts::change_password(web.app(), &signed, &input.current, &input.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives one's password again, as acts that cannot be undone ask for.
#[utoipa::path(
    post,
    path = "/session/step-up",
    tag = "session",
    request_body = StepUpInput,
    responses((status = 204))
)]
pub async fn step_up(
    State(web): State<Web>,
    Signed(signed): Signed,
    client: Client,
    Body(input): Body<StepUpInput>,
) -> Result<StatusCode, Problem> {
    web.sign_ins().take(client, web.app().now())?;
    accounts::step_up(web.app(), &signed, &input.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where to sign in by WeCom's QR code.
#[utoipa::path(
    get,
    path = "/session/wecom",
    tag = "session",
    responses((status = 200, body = WecomSignIn))
)]
pub async fn show_wecom_sign_in(State(web): State<Web>) -> Result<Response, Problem> {
    let state = new_login_state(web.app());
    let Some(url) = wecom_login_url(web.app(), &state).await? else {
        return Err(Problem::new(StatusCode::CONFLICT, "not_connected"));
    };
    let mut response = Json(WecomSignIn { url }).into_response();
    let path = format!("{PREFIX}/session/wecom");
    let is_https = is_https(&web).await?;
    let made = cookie::make(STATE_COOKIE, &state, &path, Some(STATE_SECONDS), is_https);
    set_cookie(&mut response, made);
    Ok(response)
}

/// Where WeCom sends the browser back to.
#[utoipa::path(
    get,
    path = "/session/wecom/callback",
    tag = "session",
    params(WecomCallbackQuery),
    responses((status = 303, description = "Signed in, on to the console"))
)]
pub async fn finish_wecom_sign_in(
    State(web): State<Web>,
    client: Client,
    headers: HeaderMap,
    Params(query): Params<WecomCallbackQuery>,
) -> Result<Response, Problem> {
    let failed = || Problem::new(StatusCode::UNAUTHORIZED, "wecom_login_failed");
    web.sign_ins().take(client, web.app().now())?;
    let expected = cookie::find(&headers, STATE_COOKIE).ok_or_else(failed)?;
    let (Some(code), Some(state)) = (query.code, query.state) else {
        return Err(failed());
    };
    if expected.is_empty() || expected != state || code.len() > 512 {
        return Err(failed());
    }
    let agent = user_agent(&headers);
    let signed_in = match sign_in_by_wecom(web.app(), &code, &agent).await {
        Err(jiebang_app::Error::BadCredentials) => return Err(failed()),
        other => other?,
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let home = HeaderValue::from_static("/");
    response.headers_mut().insert(header::LOCATION, home);
    with_cookie(&web, &signed_in, response).await
}

fn session(web: &Web, signed: &SessionInfo) -> Session {
    let permissions = permissions(&signed.actor);
    Session {
        account: Account::from(signed.account.clone()),
        csrf_token: signed.csrf.clone(),
        permissions: permissions.into_iter().map(ActName::from).collect(),
        server: ServerFacts {
            version: web.options().version.clone(),
            now: web.app().now().seconds(),
            demo: web.options().demo,
        },
    }
}

async fn with_cookie(
    web: &Web,
    signed_in: &SignedIn,
    mut response: Response,
) -> Result<Response, Problem> {
    let is_https = is_https(web).await?;
    set_cookie(
        &mut response,
        cookie::make(COOKIE, &signed_in.token, "/", None, is_https),
    );
    Ok(response)
}

fn set_cookie(response: &mut Response, made: Option<HeaderValue>) {
    if let Some(made) = made {
        response.headers_mut().append(header::SET_COOKIE, made);
    }
}

/// Whether people reach the console by https.
async fn is_https(web: &Web) -> Result<bool, Problem> {
    let values = settings::read_values(web.app()).await?;
    Ok(values
        .public_url
        .is_some_and(|url| url.starts_with("https://")))
}

fn user_agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT);
    let text = agent.and_then(|value| value.to_str().ok());
    text.unwrap_or_default().to_owned()
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(sign_in, show_session, sign_out))
        .routes(routes!(change_password))
        .routes(routes!(step_up))
        .routes(routes!(show_wecom_sign_in))
        .routes(routes!(finish_wecom_sign_in))
}
