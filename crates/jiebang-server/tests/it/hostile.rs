//! Input meant to break things.

use axum::body::Body;
use axum::http::header;
use jiebang_server::guard::OPERATIONS;
use serde_json::json;

use crate::fixture::{Browser, Served, with_ids};

const GARBAGE: [&str; 14] = [
    "",
    "{",
    "null",
    "[]",
    "{}",
    "1e999",
    "\"\\ud800\"",
    "\u{0}",
    r#"{"leaver":"x","assignment":{"mode":"one","to":"\u0000"}}"#,
    r#"{"leaver":"a","customers":{},"assignment":{"mode":"evenly","to":[]}}"#,
    r#"{"leaver":"a","kind":"x","customers":{},"assignment":{"mode":"one","to":"b"}}"#,
    r#"{"confirm_total":18446744073709551615,"version":-9223372036854775808}"#,
    r#"{"rows":[99999999999],"to":"a"}"#,
    r#"{"login":"\u202e","name":"\u0000","role":"staff","departments":[-1]}"#,
];

async fn throw_garbage(browser: &Browser) {
    for operation in OPERATIONS.iter().filter(|op| op.method != "GET") {
        // Signing out would end the test.
        if operation.path == "/session" {
            continue;
        }
        for garbage in GARBAGE {
            let path = with_ids(operation.path);
            let answer = browser.with_body(operation.method, &path, garbage).await;
            let name = format!("{} {path} {garbage}: {}", operation.method, answer.status);
            assert!(!answer.status.is_server_error(), "{name} {:?}", answer.body);
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let answer = browser
            .with_body(operation.method, &with_ids(operation.path), deep)
            .await;
        assert!(!answer.status.is_server_error(), "{}", operation.path);
    }
}

#[tokio::test]
async fn garbage_is_refused_and_nothing_breaks() {
    let served = Served::new().await;
    throw_garbage(&served.admin().await).await;
}

#[tokio::test]
async fn garbage_is_refused_with_a_corp_too_on_both_databases() {
    jiebang_store::testing::both(|store| async {
        let served = Served::corp_on(store, 3, 1).await;
        let admin = served.admin().await;
        throw_garbage(&admin).await;
        odd_addresses(&admin).await;
    })
    .await;
}

async fn odd_addresses(admin: &Browser) {
    let odd = [
        "%00",
        "a%00b",
        "%F0%9F%98%80",
        "..%2F..%2Fetc",
        "%27%3B--",
        "%25",
        "a%20b",
        "%E7%8E%8B",
        "%ff",
        "%0d%0aSet-Cookie:x",
    ];
    for operation in OPERATIONS.iter().filter(|op| op.method == "GET") {
        for odd in odd {
            for path in [
                operation
                    .path
                    .replace("{id}", odd)
                    .replace("{row_no}", odd)
                    .replace("{userid}", odd),
                format!("{}?cursor={odd}&limit=1", with_ids(operation.path)),
                format!("{}?q={odd}", with_ids(operation.path)),
                format!("{}?state={odd}&leaver={odd}", with_ids(operation.path)),
            ] {
                let request = admin.request("GET", &path).body(Body::empty());
                let Ok(request) = request else { continue };
                let status = admin.head_of(request).await;
                assert!(!status.is_server_error(), "{path}: {status}");
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_that_was_changed_is_refused() {
    let served = Served::new().await;
    let admin = served.admin().await;
    for path in [
        "/audit",
        "/jobs",
        "/members",
        "/leavers",
        "/sync/runs",
        "/my/handovers",
        "/handovers",
    ] {
        for cursor in ["x", "%25", "YXVkaXQ6eA", "bWVtYmVyczo", "LTE", "am9iczoxMg"] {
            let answer = admin.get(&format!("{path}?cursor={cursor}")).await;
            let problem = answer.problem(400, "bad_cursor");
            assert_eq!(problem["fields"][0]["path"], "cursor");
        }
    }
    let page = admin.get("/audit?limit=1").await.good();
    let cursor = page["next_cursor"].as_str().unwrap();
    let second = admin
        .get(&format!("/audit?limit=1&cursor={cursor}"))
        .await
        .good();
    assert_ne!(page["items"][0]["seq"], second["items"][0]["seq"]);
    admin
        .get(&format!("/jobs?cursor={cursor}"))
        .await
        .problem(400, "bad_cursor");
}

#[tokio::test]
async fn a_large_body_is_refused_by_its_announcement_and_by_its_bytes() {
    let served = Served::new().await;
    let admin = served.admin().await;
    let announced = admin
        .request("POST", "/handovers")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONTENT_LENGTH, (300u64 << 20).to_string())
        .body(Body::empty())
        .unwrap();
    let answer = admin.send(announced).await;
    answer.problem(413, "payload_too_large");
    assert_eq!(answer.headers[header::CONNECTION], "close");
    let chunk = "x".repeat(1 << 16);
    let endless = futures::stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone()));
    let answer = admin
        .with_body("POST", "/handovers", Body::from_stream(endless))
        .await;
    answer.problem(413, "payload_too_large");
    let keyed = admin
        .with_key("k", "/handovers", &json!("x".repeat(2 << 20)))
        .await;
    keyed.problem(413, "payload_too_large");
}
