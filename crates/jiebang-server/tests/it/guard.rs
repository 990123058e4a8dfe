//! Nobody gets through who may not.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::header;
use jiebang_domain::access::Role;
use jiebang_server::guard::{Gate, OPERATIONS, Operation};

use crate::fixture::{Browser, Served, with_ids};

fn described() -> BTreeSet<(String, String, String)> {
    let (_, document) = jiebang_server::api();
    let json = serde_json::to_value(&document).unwrap();
    let mut found = BTreeSet::new();
    for (path, item) in json["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let path = path.strip_prefix("/api/v1").unwrap().to_owned();
            let act = operation["x-act"].as_str().unwrap().to_owned();
            found.insert((method.to_uppercase(), path, act));
        }
    }
    found
}

#[test]
fn every_operation_stands_in_the_table_with_its_right() {
    let table: BTreeSet<_> = OPERATIONS
        .iter()
        // The document does not describe itself.
        .filter(|op| op.path != "/openapi.json")
        .map(|op| {
            (
                op.method.to_owned(),
                op.path.to_owned(),
                op.gate.name().to_owned(),
            )
        })
        .collect();
    assert_eq!(described(), table);
}

async fn call(browser: &Browser, operation: &Operation) -> axum::http::StatusCode {
    let request = browser
        .request(operation.method, &with_ids(operation.path))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from("{}"))
        .unwrap();
    browser.head_of(request).await
}

#[tokio::test]
async fn s8_every_operation_needs_a_session_and_its_right() {
    let served = Served::new().await;
    let stranger = served.stranger();
    for operation in OPERATIONS {
        let status = call(&stranger, operation).await.as_u16();
        let is_public = operation.gate == Gate::Public;
        assert!(
            is_public || status == 401,
            "{} {}: {status}",
            operation.method,
            operation.path
        );
    }
    for role in Role::ALL {
        let browser = served.someone(role, vec![]).await;
        for operation in OPERATIONS {
            let Gate::Act(act) = operation.gate else {
                continue;
            };
            let status = call(&browser, operation).await.as_u16();
            let name = format!("{role} {} {}: {status}", operation.method, operation.path);
            assert_eq!(status == 403, !role.may(act), "{name}");
            assert_ne!(status, 401, "{name}");
            assert!(status < 500, "{name}");
        }
    }
}

#[tokio::test]
async fn writes_without_the_csrf_token_are_refused() {
    let served = Served::new().await;
    let admin = served.admin().await;
    for csrf in [None, Some(String::new()), Some("0".repeat(32))] {
        let forger = Browser {
            csrf,
            ..admin.clone()
        };
        for operation in OPERATIONS {
            if operation.gate == Gate::Public || operation.method == "GET" {
                continue;
            }
            let path = with_ids(operation.path);
            let answer = forger.with_body(operation.method, &path, "{}").await;
            answer.problem(403, "csrf");
        }
    }
}

#[tokio::test]
async fn a_generated_password_must_be_changed_before_anything_else() {
    let served = Served::new().await;
    let (login, password) = served.account(Role::SuperAdmin, vec![], None).await;
    let mut browser = served.stranger();
    browser.sign_in(&login, &password).await;
    browser
        .get("/accounts")
        .await
        .problem(403, "password_change_required");
    browser.get("/session").await.good();
}

#[tokio::test]
async fn an_account_limited_to_departments_does_not_reach_the_corp() {
    let served = Served::new().await;
    let limited = served.someone(Role::Auditor, vec![2]).await;
    limited.get("/audit").await.problem(403, "forbidden");
    limited.get("/jobs").await.problem(403, "forbidden");
    limited.get("/members").await.good();
}
