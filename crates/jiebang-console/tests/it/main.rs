//! What a browser may rely on when it asks this router for anything.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on says so by ending"
)]

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use tower::ServiceExt as _;

async fn ask(method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("request is well formed");
    jiebang_console::router()
        .oneshot(request)
        .await
        .expect("the router always answers")
}

const PAGE: &[(&str, &str)] = &[("accept", "text/html,*/*")];

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

#[tokio::test]
async fn a_reload_of_any_page_finds_the_console() {
    for path in ["/", "/handover/018f/rows?state=refused", "/settings/wecom"] {
        let response = ask("GET", path, PAGE).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert!(header(&response, "content-type").starts_with("text/html"));
        assert_eq!(header(&response, "cache-control"), "no-cache");
    }
}

#[tokio::test]
async fn a_mistyped_api_address_is_never_answered_with_a_page() {
    for path in ["/api", "/api/v1/nothing", "/callback/wecom", "/healthz"] {
        let response = ask("GET", path, PAGE).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_missing_asset_is_not_a_page() {
    let response = ask("GET", "/assets/gone-00000000.js", PAGE).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    let response = ask("GET", "/favicon.bmp", &[("accept", "image/*")]).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_answer_forbids_framing_foreign_scripts_and_guessing_types() {
    for (method, path) in [("GET", "/"), ("POST", "/"), ("GET", "/api/v1/nothing")] {
        let response = ask(method, path, PAGE).await;
        let policy = header(&response, "content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{method} {path}");
        assert!(
            policy.contains("script-src 'self' 'wasm-unsafe-eval';"),
            "{policy}"
        );
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert_eq!(header(&response, "referrer-policy"), "no-referrer");
    }
}

#[tokio::test]
async fn only_reading_is_allowed() {
    let response = ask("DELETE", "/", PAGE).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header(&response, "allow"), "GET, HEAD");
}

#[tokio::test]
async fn a_known_version_is_not_sent_again() {
    let first = ask("GET", "/", PAGE).await;
    let tag = header(&first, "etag").to_owned();
    assert!(!tag.is_empty());
    let second = ask(
        "GET",
        "/",
        &[("accept", "text/html"), ("if-none-match", &tag)],
    )
    .await;
    assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
}
