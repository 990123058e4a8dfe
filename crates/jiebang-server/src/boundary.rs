//! The outermost layer: gives every request its language and trace number, writes problems in
//! that language, hardens the headers, and logs what went wrong – once, here, without personal
//! data.

use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiebang_domain::text::Lang;

use crate::cookie;
use crate::limits::close_after_refusal;
use crate::problem::Problem;
use crate::state::Web;

/// The cookie in which the console notes the language it speaks.
const LANGUAGE: &str = "jiebang_language";

/// What is known of a request from its first moment.
#[derive(Debug, Clone)]
pub struct Trace {
    pub lang: Lang,
    /// 16 hexadecimal digits.
    pub id: String,
}

/// The layer.
pub async fn boundary(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let trace = Trace {
        lang: language(request.headers()),
        id: new_trace_id(&web),
    };
    let method = request.method().clone();
    let is_ours = is_ours(request.uri().path());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("(none)", MatchedPath::as_str)
        .to_owned();
    request.extensions_mut().insert(trace.clone());
    let response = next.run(request).await;
    let mut response = if is_ours {
        as_problem(response)
    } else {
        response
    };
    let status = response.status().as_u16();
    let millis = started.elapsed().as_millis();
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        log(&problem, method.as_str(), &route, &trace.id);
        write(&mut response, &problem, &trace);
    }
    tracing::debug!(
        method = method.as_str(),
        route,
        status,
        millis,
        trace_id = trace.id,
        "a request was answered"
    );
    close_after_refusal(&mut response);
    harden(&web, response.headers_mut(), is_ours);
    response
}

/// What the console noted, for downloads are links and go with the browser's language; else what
/// the request prefers.
fn language(headers: &HeaderMap) -> Lang {
    let chosen = cookie::find(headers, LANGUAGE);
    let header = || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok();
    chosen
        .and_then(|tag| Lang::of_tag(&tag))
        .unwrap_or_else(|| header().map_or_else(Lang::default, Lang::from_accept_language))
}

fn new_trace_id(web: &Web) -> String {
    let bytes: [u8; 8] = web.app().entropy().bytes();
    format!("{:016x}", u64::from_be_bytes(bytes))
}

/// Whether the path is answered here, as opposed to the console.
fn is_ours(path: &str) -> bool {
    ["/api", "/callback", "/healthz"].iter().any(|owned| {
        path.strip_prefix(owned)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Routers and layers refuse with a bare status; that becomes a problem too.
fn as_problem(response: Response) -> Response {
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    if !is_refusal || response.extensions().get::<Problem>().is_some() {
        return response;
    }
    let mut problem = Problem::of_status(status).into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, allow.clone());
    }
    problem
}

fn log(problem: &Problem, method: &str, route: &str, trace_id: &str) {
    let (status, code) = (problem.status.as_u16(), problem.code);
    let cause = problem.more.cause.as_deref().unwrap_or_default();
    if problem.status.is_server_error() && problem.code != "wecom_refused" {
        tracing::error!(
            method,
            route,
            status,
            code,
            cause,
            trace_id,
            "a request failed"
        );
    } else {
        tracing::info!(
            method,
            route,
            status,
            code,
            cause,
            trace_id,
            "a request was refused"
        );
    }
}

fn write(response: &mut Response, problem: &Problem, trace: &Trace) {
    let details = problem.details(trace.lang, &trace.id);
    let json = serde_json::to_vec(&details).unwrap_or_default();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(trace.lang.tag()),
    );
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    *response.body_mut() = Body::from(json);
}

fn harden(web: &Web, headers: &mut HeaderMap, is_ours: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert_with(|| HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "no-referrer");
    if is_ours {
        set(header::CACHE_CONTROL, "no-store");
        set(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        );
    }
    let public_url = web.app().configured().public_url.as_ref();
    if public_url.is_some_and(|given| given.value.starts_with("https://")) {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_in_the_console_goes_before_what_the_browser_prefers() {
        let mut headers = HeaderMap::new();
        assert_eq!(language(&headers), Lang::Zh);
        let browser = HeaderValue::from_static("en-GB,en;q=0.9,zh;q=0.5");
        headers.insert(header::ACCEPT_LANGUAGE, browser);
        assert_eq!(language(&headers), Lang::En);
        let chosen = HeaderValue::from_static("a=b; jiebang_language=zh");
        headers.insert(header::COOKIE, chosen);
        assert_eq!(language(&headers), Lang::Zh);
    }
}
