//! The gate before every operation: is there a session, does its role carry the right, and does
//! a write come from the console. Denied unless the table of [`crate::guard`] says otherwise.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiebang_app::access::{SessionInfo, actor_of_session};

use crate::guard::{self, Gate, Operation};
use crate::idempotency;
use crate::problem::Problem;
use crate::session::COOKIE;
use crate::state::Web;
use crate::{PREFIX, cookie};

/// Header that shows a write to come from the console.
pub const CSRF: &str = "x-csrf-token";

/// The layer over the routes of the API.
pub async fn gate(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let path = template(&request).to_owned();
    let Some(operation) = guard::find(request.method().as_str(), &path) else {
        return method_not_allowed(&path);
    };
    if operation.gate == Gate::Public {
        return next.run(request).await;
    }
    let session = match admit(&web, operation, request.headers()).await {
        Ok(session) => session,
        Err(problem) => return problem.into_response(),
    };
    let account = session.account.id;
    request.extensions_mut().insert(session);
    match request.headers().get(idempotency::HEADER).cloned() {
        Some(key) if operation.is_repeatable() => {
            idempotency::answer_once(&web, account, &key, request, next).await
        }
        _ => next.run(request).await,
    }
}

fn template(request: &Request) -> &str {
    let matched = request.extensions().get::<MatchedPath>();
    let path = matched.map_or("", MatchedPath::as_str);
    path.strip_prefix(PREFIX).unwrap_or(path)
}

fn method_not_allowed(path: &str) -> Response {
    let mut response = Problem::of_status(StatusCode::METHOD_NOT_ALLOWED).into_response();
    if let Ok(allowed) = HeaderValue::from_str(&guard::allowed(path)) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

async fn admit(
    web: &Web,
    operation: &Operation,
    headers: &HeaderMap,
) -> Result<SessionInfo, Problem> {
    let session = session_of(web, headers).await?;
    let is_write = operation.method != "GET";
    if is_write && !is_from_console(&session, headers) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "csrf"));
    }
    if let Gate::Act(act) = operation.gate {
        if session.account.must_change_password {
            let code = "password_change_required";
            return Err(Problem::new(StatusCode::FORBIDDEN, code));
        }
        if !session.actor.role.may(act) {
            return Err(Problem::of_status(StatusCode::FORBIDDEN));
        }
    }
    Ok(session)
}

/// The session of the request's cookie.
///
/// # Errors
/// 401 if there is none; 503 if it cannot be looked up.
pub async fn session_of(web: &Web, headers: &HeaderMap) -> Result<SessionInfo, Problem> {
    let none = || Problem::of_status(StatusCode::UNAUTHORIZED);
    let token = cookie::find(headers, COOKIE).ok_or_else(none)?;
    let session = actor_of_session(web.app(), &token).await?;
    session.ok_or_else(none)
}

fn is_from_console(session: &SessionInfo, headers: &HeaderMap) -> bool {
    headers.get(CSRF).is_some_and(|given| {
        verify_slices_are_equal(given.as_bytes(), session.csrf.as_bytes()).is_ok()
    })
}
