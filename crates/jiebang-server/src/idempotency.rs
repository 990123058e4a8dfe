//! Idempotency keys: a write that is sent again with the same key is answered as the first
//! time, without being done again.

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiebang_app::access::{Begun, abandon, begin, finish};
use jiebang_app::job::chain;
use uuid::Uuid;

use crate::limits::read_body;
use crate::problem::Problem;
use crate::state::Web;

pub const HEADER: &str = "idempotency-key";
/// Marks an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest answer that is kept; none of ours comes near.
const MAX_ANSWER: usize = 4 << 20;

/// Runs `request` unless its key was used before; then gives the first answer again.
pub async fn answer_once(
    web: &Web,
    account: Uuid,
    key: &HeaderValue,
    request: Request,
    next: Next,
) -> Response {
    let Ok(key) = key.to_str().map(str::to_owned) else {
        return Problem::new(StatusCode::BAD_REQUEST, "idempotency_key").into_response();
    };
    match begun(web, account, &key, request).await {
        Ok((Begun::Fresh, request)) => run(web.clone(), account, key, request, next).await,
        Ok((Begun::Replay { status, response }, _)) => replay(status, response),
        Ok((Begun::Mismatch, _)) => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_mismatch").into_response()
        }
        Ok((Begun::InProgress, _)) => {
            Problem::new(StatusCode::CONFLICT, "idempotency_running").into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

async fn begun(
    web: &Web,
    account: Uuid,
    key: &str,
    request: Request,
) -> Result<(Begun, Request), Problem> {
    let (parts, body) = request.into_parts();
    let body = read_body(body).await?;
    let hash = hash(parts.method.as_str(), parts.uri.path(), &body);
    let begun = begin(web.app(), account, key, &hash).await?;
    Ok((begun, Request::from_parts(parts, Body::from(body))))
}

/// SHA-256 over the length-prefixed parts, hex.
fn hash(method: &str, path: &str, body: &Bytes) -> String {
    let head = format!("{method} {} {path}\n", path.len());
    let bytes = [head.as_bytes(), body].concat();
    digest(&SHA256, &bytes)
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// In a task of its own: it goes on, and its answer is kept, when the client hangs up.
async fn run(web: Web, account: Uuid, key: String, request: Request, next: Next) -> Response {
    let (outer, outer_key) = (web.clone(), key.clone());
    let task = tokio::spawn(async move {
        let response = next.run(request).await;
        keep(&web, account, &key, response).await
    });
    match task.await {
        Ok(response) => response,
        Err(_) => {
            forget(&outer, account, &outer_key).await;
            let cause = "a handler panicked".to_owned();
            Problem::internal().because(cause).into_response()
        }
    }
}

async fn forget(web: &Web, account: Uuid, key: &str) {
    if let Err(error) = abandon(web.app(), account, key).await {
        tracing::error!(error = chain(&error), "an idempotency key was not released");
    }
}

/// Keeps what was done; a refusal is forgotten, so that the request may be sent again.
async fn keep(web: &Web, account: Uuid, key: &str, response: Response) -> Response {
    let status = response.status();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, MAX_ANSWER).await;
    let text = bytes.ok().and_then(|b| String::from_utf8(b.into()).ok());
    let (Some(text), true) = (text.clone(), status.is_success()) else {
        forget(web, account, key).await;
        return Response::from_parts(parts, Body::from(text.unwrap_or_default()));
    };
    if let Err(error) = finish(web.app(), account, key, status.as_u16(), &text).await {
        tracing::error!(
            error = chain(&error),
            "an answer was not kept for repetitions"
        );
    }
    Response::from_parts(parts, Body::from(text))
}

fn replay(status: u16, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
