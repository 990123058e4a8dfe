//! Cases over HTTP: who may, and what keeps one open.

use axum::http::StatusCode;
use jiebang_domain::access::Role;
use serde_json::{Value, json};

use crate::fixture::{Browser, LEAVER, Served};

async fn opened(admin: &Browser) -> Value {
    let answer = admin.post("/cases", json!({ "userid": LEAVER })).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:?}", answer.body);
    answer.json()
}

/// With one item that a person ticks and is mandatory, and one that is not.
async fn short_list(admin: &Browser) {
    let item = |title: &str, mandatory: bool| json!({ "title": title, "mandatory": mandatory, "kind": "manual", "due_days": 1 });
    let template = json!({
        "name": "简", "positions": [],
        "items": [item("交还设备", true), item("道别", false)],
    });
    let written = admin
        .put("/case-templates", json!({ "templates": [template] }))
        .await;
    written.good();
}

#[tokio::test]
async fn s17_a_case_is_worked_off_over_the_api_and_cannot_close_before() {
    let served = Served::with_corp(4, 0).await;
    let admin = served.admin().await;
    admin.post("/sync", json!({ "kind": "full" })).await.good();
    served.work().await;
    short_list(&admin).await;
    let case = opened(&admin).await;
    let path = format!("/cases/{}", case["id"].as_str().unwrap());
    assert_eq!(case["items_blocking"], 1);
    assert_eq!(case["assets_known"], false, "nothing was read since");
    admin
        .post("/cases", json!({ "userid": LEAVER }))
        .await
        .problem(409, "case_open");
    let close = json!({ "closing": "完成" });
    admin
        .post(&format!("{path}/close"), close.clone())
        .await
        .problem(409, "case_items_open");

    let owners = admin.get("/case-owners").await.good();
    let owner = owners["items"][0]["id"].clone();
    let change = json!({ "owner": owner, "due_at": 1_900_000_000 });
    let changed = admin
        .with_body("PATCH", &path, change.to_string())
        .await
        .good();
    assert_eq!(
        (&changed["owner"], &changed["due_at"]),
        (&owner, &json!(1_900_000_000))
    );
    let change = json!({ "owner": owner, "due_at": 1_800_000_000, "done": true, "note": "已收" });
    let first = format!("{path}/items/1");
    let changed = admin
        .with_body("PATCH", &first, change.to_string())
        .await
        .good();
    let item = &changed["items"][0];
    assert_eq!(
        (&item["owner"], &item["due_at"], &item["is_done"]),
        (&owner, &json!(1_800_000_000), &json!(true))
    );
    let commented = admin
        .post(&format!("{path}/comments"), json!({ "body": "辛苦了" }))
        .await
        .good();
    assert_eq!(commented["comments"][0]["body"], "辛苦了");
    let of = |userid: &str| format!("/cases?userid={userid}");
    let found = admin.get(&of(LEAVER)).await.good();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!(admin.get(&of("nobody")).await.good()["items"], json!([]));
    let closed = admin.post(&format!("{path}/close"), close).await.good();
    assert_eq!(closed["state"], "closed");
    let reopened = admin
        .post(&format!("{path}/reopen"), json!({}))
        .await
        .good();
    assert_eq!(reopened["state"], "open");
}

#[tokio::test]
async fn s17_the_built_in_checklist_is_told_in_the_readers_language() {
    let served = Served::with_corp(4, 0).await;
    let admin = served.admin().await;
    admin.post("/sync", json!({ "kind": "full" })).await.good();
    served.work().await;
    let path = format!("/cases/{}", opened(&admin).await["id"].as_str().unwrap());
    let mut reader = admin.clone();
    for (lang, wanted, name) in [
        ("zh-CN", "客户已全部交接", "通用"),
        ("en", "All customers handed over", "General"),
    ] {
        reader.lang = lang;
        let case = reader.get(&path).await.good();
        assert_eq!(case["items"][1]["title"], wanted, "{case}");
        let lists = reader.get("/case-templates").await.good();
        assert_eq!(lists["templates"][2]["name"], name);
        assert_eq!(lists["templates"][2]["items"][1]["title"], wanted);
    }
}

#[tokio::test]
async fn s17_staff_see_no_case_auditors_change_none_and_a_write_needs_its_token() {
    let served = Served::with_corp(4, 0).await;
    let admin = served.admin().await;
    admin.post("/sync", json!({ "kind": "full" })).await.good();
    served.work().await;
    let case = opened(&admin).await;
    let path = format!("/cases/{}", case["id"].as_str().unwrap());
    let staff = served.someone(Role::Staff, vec![]).await;
    let auditor = served.someone(Role::Auditor, vec![]).await;
    let elsewhere = served.someone(Role::ContactAdmin, vec![1_000_000]).await;
    auditor.get(&path).await.good();
    assert_eq!(elsewhere.get("/cases").await.good()["items"], json!([]));
    for who in [&staff, &elsewhere] {
        who.get(&path).await.problem(403, "forbidden");
    }
    for who in [&staff, &auditor, &elsewhere] {
        let patch = json!({ "due_at": 1 }).to_string();
        let item = format!("{path}/items/4");
        for refused in [
            who.with_body("PATCH", &path, patch.clone()).await,
            who.with_body("PATCH", &item, patch).await,
            who.post(&format!("{path}/comments"), json!({ "body": "x" }))
                .await,
            who.post(&format!("{path}/close"), json!({ "closing": "x" }))
                .await,
            who.post(&format!("{path}/reopen"), json!({})).await,
            who.post("/cases", json!({ "userid": LEAVER })).await,
            who.put("/case-templates", json!({ "templates": [] })).await,
        ] {
            refused.problem(403, "forbidden");
        }
    }
    auditor.get("/case-owners").await.problem(403, "forbidden");
    let mut forged = admin.clone();
    forged.csrf = None;
    let refused = forged
        .post(&format!("{path}/comments"), json!({ "body": "x" }))
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{:?}", refused.body);
    let now = admin.get(&path).await.good();
    assert_eq!(
        (&now["state"], &now["comments"]),
        (&json!("open"), &json!([]))
    );
}
