//! A write that is sent again.

use jiebang_domain::access::Role;
use serde_json::json;

use crate::fixture::{LEAVER, Served};

fn plan(to: &str) -> serde_json::Value {
    json!({
        "leaver": LEAVER,
        "customers": {},
        "assignment": { "mode": "one", "to": to },
    })
}

#[tokio::test]
async fn the_same_write_again_is_answered_and_not_repeated() {
    let served = Served::with_corp(5, 0).await;
    let admin = served.admin().await;
    admin.post("/sync", json!({ "kind": "full" })).await.good();
    served.work().await;
    let first = admin.with_key("k1", "/handovers", &plan("zhou")).await;
    let again = admin.with_key("k1", "/handovers", &plan("zhou")).await;
    assert_eq!(first.status, 201);
    assert_eq!(again.status, 201);
    assert_eq!(first.json(), again.json());
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let list = admin.get("/handovers").await.good();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    // Another request with the key is refused; another account has keys of its own.
    let other = admin.with_key("k1", "/handovers", &plan("wu")).await;
    other.problem(422, "idempotency_mismatch");
    let preview = admin
        .with_key("k1", "/handovers/preview", &plan("zhou"))
        .await;
    preview.problem(422, "idempotency_mismatch");
    let colleague = served.someone(Role::ContactAdmin, vec![]).await;
    let theirs = colleague.with_key("k1", "/handovers", &plan("zhou")).await;
    assert_ne!(theirs.good()["id"], first.json()["id"]);
}

#[tokio::test]
async fn a_refused_write_may_be_sent_again_with_its_key() {
    let served = Served::new().await;
    let admin = served.admin().await;
    for _ in 0..2 {
        let answer = admin
            .with_key("k2", "/sync", &json!({ "kind": "full" }))
            .await;
        answer.problem(409, "not_connected");
        assert!(!answer.headers.contains_key("idempotency-replayed"));
    }
    let odd = admin
        .with_key("blank inside", "/sync", &json!({ "kind": "full" }))
        .await;
    odd.problem(422, "validation");
}

#[tokio::test]
async fn of_many_at_once_one_is_carried_out() {
    let served = Served::with_corp(5, 0).await;
    let admin = served.admin().await;
    admin.post("/sync", json!({ "kind": "full" })).await.good();
    served.work().await;
    let body = plan("zhou");
    let all = (0..8).map(|_| admin.with_key("k3", "/handovers", &body));
    for answer in futures::future::join_all(all).await {
        match answer.status.as_u16() {
            201 => {}
            409 => {
                answer.problem(409, "idempotency_running");
            }
            other => panic!("{other}: {:?}", answer.body),
        }
    }
    let list = admin.get("/handovers").await.good();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn passwords_are_never_kept_for_a_repetition() {
    let served = Served::new().await;
    let admin = served.admin().await;
    let body = json!({ "login": "amy", "name": "Amy", "role": "staff" });
    admin.with_key("k4", "/accounts", &body).await.good();
    let again = admin.with_key("k4", "/accounts", &body).await;
    again.problem(409, "login_taken");
}
