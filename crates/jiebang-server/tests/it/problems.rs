//! What is answered when something is not done.

use std::time::Duration;

use axum::body::Body;
use axum::http::header;
use jiebang_server::{ServerOptions, router};
use serde_json::json;

use crate::fixture::Served;

#[tokio::test]
async fn problems_speak_the_readers_language() {
    let served = Served::new().await;
    let mut browser = served.stranger();
    for (lang, title, tag) in [
        ("zh-CN,zh;q=0.9,en;q=0.8", "需要登录", "zh-CN"),
        ("en-GB", "Sign-in required", "en"),
        ("fr", "需要登录", "zh-CN"),
    ] {
        browser.lang = lang;
        let answer = browser.get("/session").await;
        assert_eq!(answer.problem(401, "sign_in_required")["title"], title);
        assert_eq!(answer.headers[header::CONTENT_LANGUAGE], tag);
    }
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems_too() {
    let served = Served::new().await;
    let browser = served.stranger();
    browser
        .get("/no/such/thing")
        .await
        .problem(404, "not_found");
    browser.get("").await.problem(404, "not_found");
    let answer = browser.delete("/handovers").await;
    answer.problem(405, "method_not_allowed");
    assert_eq!(answer.headers[header::ALLOW], "GET, POST");
}

#[tokio::test]
async fn a_body_that_does_not_fit_is_named_by_field() {
    let served = Served::new().await;
    let admin = served.admin().await;
    let post = async |body: &str| admin.with_body("POST", "/accounts", body.to_owned()).await;
    post("{").await.problem(400, "malformed");
    let problem = post("{}").await.problem(422, "validation");
    assert_eq!(problem["fields"][0]["path"], "login");
    assert_eq!(problem["fields"][0]["message"], "This field is required");
    let odd = json!({ "login": "a", "name": "b", "role": "staff", "hat": 1 }).to_string();
    let problem = post(&odd).await.problem(422, "validation");
    assert_eq!(problem["fields"][0]["path"], "hat");
    let king = json!({ "login": "a", "name": "b", "role": "king" }).to_string();
    let problem = post(&king).await.problem(422, "validation");
    assert_eq!(problem["fields"][0]["code"], "unknown_value");
    let text = admin
        .request("POST", "/accounts")
        .body(Body::from("{}"))
        .unwrap();
    admin
        .send(text)
        .await
        .problem(415, "unsupported_media_type");
    let problem = admin.get("/audit?limit=0").await.problem(422, "validation");
    assert_eq!(problem["fields"][0]["path"], "limit");
    let problem = admin.get("/audit?limt=5").await.problem(400, "malformed");
    assert_eq!(problem["fields"][0]["code"], "unknown_field");
}

#[tokio::test]
async fn what_needs_a_connection_says_so() {
    let served = Served::new().await;
    let admin = served.admin().await;
    let answer = admin.post("/sync", json!({ "kind": "full" })).await;
    answer.problem(409, "not_connected");
    assert_eq!(admin.get("/overview").await.good()["connected"], false);
    assert_eq!(admin.get("/leavers").await.good()["items"], json!([]));
}

#[tokio::test]
async fn every_answer_is_hardened() {
    let served = Served::new().await;
    let browser = served.stranger();
    let health = axum::http::Request::get("/healthz")
        .body(Body::empty())
        .unwrap();
    let health = browser.send(health).await;
    assert_eq!(health.good()["status"], "ok");
    for answer in [
        health,
        browser.get("/session").await,
        browser.get("/openapi.json").await,
    ] {
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(answer.headers[header::X_FRAME_OPTIONS], "DENY");
        assert_eq!(answer.headers[header::REFERRER_POLICY], "no-referrer");
        assert!(
            !answer
                .headers
                .contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
        );
        assert!(
            !answer
                .headers
                .contains_key(header::STRICT_TRANSPORT_SECURITY)
        );
    }
}

#[tokio::test]
async fn the_console_answers_for_the_rest() {
    let served = Served::new().await;
    let page = axum::http::Request::get("/handovers/1")
        .header(header::ACCEPT, "text/html")
        .body(Body::empty())
        .unwrap();
    let answer = served.stranger().send(page).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.headers[header::CONTENT_TYPE],
        "text/html; charset=utf-8"
    );
}

#[tokio::test]
async fn a_body_that_never_ends_runs_out_of_time() {
    let served = Served::new().await;
    let options = ServerOptions {
        time_limit: Duration::from_millis(50),
        ..ServerOptions::default()
    };
    let browser = served.stranger().at(router(served.app.clone(), options));
    let request = browser
        .request("POST", "/session")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from_stream(futures::stream::pending::<
            Result<String, std::io::Error>,
        >()))
        .unwrap();
    browser.send(request).await.problem(408, "timeout");
}
