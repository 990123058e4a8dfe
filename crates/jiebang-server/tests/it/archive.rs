//! The conversation archive through the API.

use jiebang_app::archive::import_lines;
use jiebang_domain::access::{Actor, Role};
use jiebang_server::guard::OPERATIONS;
use serde_json::{Value, json};

use crate::fixture::{Browser, PASSWORD, START, Served};

/// Three messages of a conversation between two members, and one between two others.
async fn with_messages() -> Served {
    let served = Served::with_corp(4, 1).await;
    let said = |number: i64, from: &str, to: &str, text: &str| {
        json!({ "msgid": format!("m{number}"), "action": "send", "from": from, "tolist": [to],
            "roomid": "", "msgtime": (START + number) * 1_000, "msgtype": "text",
            "text": { "content": text } })
        .to_string()
        .into_bytes()
    };
    let lines = vec![
        said(1, "anna", "bert", "合同今天發出，請查收😀"),
        said(2, "bert", "anna", "收到，谢谢"),
        said(3, "anna", "bert", "好的"),
        said(4, "carl", "dora", "合同还没签"),
    ];
    let told = import_lines(&served.app, &Actor::operator(), &lines)
        .await
        .unwrap();
    assert_eq!(told.stored, 4);
    served
}

async fn search(browser: &Browser, query: &str) -> Value {
    let body = json!({ "query": query, "limit": 10 });
    browser.post("/archive/search", body).await.good()
}

fn texts(found: &Value) -> Vec<&str> {
    let items = found["items"].as_array().unwrap().iter();
    items.map(|item| item["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn s43_messages_are_found_read_and_filtered() {
    let served = with_messages().await;
    let admin = served.admin().await;
    let body = json!({ "query": "合同" });
    let refused = admin.post("/archive/search", body).await;
    refused.problem(403, "reason_required");
    let reason = json!({ "reason": " " });
    admin
        .post("/archive/reason", reason)
        .await
        .problem(422, "validation");
    let reason = json!({ "reason": "客户投诉" });
    admin.post("/archive/reason", reason).await.good();
    let current = admin.get("/archive/reason").await.good();
    assert_eq!(current["current"]["reason"], "客户投诉");
    let found = search(&admin, "合同").await;
    assert_eq!(texts(&found), ["合同还没签", "合同今天發出，請查收😀"]);
    // Simplified words find traditional text; what was found is marked where it stands.
    let found = search(&admin, "请查收").await;
    assert_eq!(
        found["items"][0]["highlights"],
        json!([{ "from": 7, "to": 10 }])
    );
    assert_eq!(
        texts(&search(&admin, "合同 -签").await),
        ["合同今天發出，請查收😀"]
    );
    assert_eq!(texts(&search(&admin, "合同 OR 谢谢").await).len(), 3);
    let sender = json!({ "query": "合同", "wanted": [{ "by": "sender", "value": "carl" }] });
    let found = admin.post("/archive/search", sender).await.good();
    assert_eq!(texts(&found), ["合同还没签"]);
    // Page by page.
    let first = json!({ "query": "", "limit": 3 });
    let first = admin.post("/archive/search", first).await.good();
    let rest = json!({ "query": "", "limit": 3, "cursor": first["next_cursor"] });
    let rest = admin.post("/archive/search", rest).await.good();
    assert_eq!((texts(&first).len(), texts(&rest).len()), (3, 1));
    assert_eq!(rest["next_cursor"], Value::Null);
    // The conversation of a hit, around it.
    let hit = &first["items"][1];
    let path = format!(
        "/archive/conversations/{}/messages?around={}",
        hit["conversation"].as_str().unwrap(),
        hit["id"].as_str().unwrap()
    );
    let page = admin.get(&path).await.good();
    assert_eq!(
        texts(&page),
        ["合同今天發出，請查收😀", "收到，谢谢", "好的"]
    );
    assert_eq!(page["conversation"]["kind"], "single");
    let list = admin.get("/archive/conversations?person=bert").await.good();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn s43_what_cannot_be_searched_is_told_in_words() {
    let served = with_messages().await;
    let admin = served.admin().await;
    let reason = json!({ "reason": "抽查" });
    admin.post("/archive/reason", reason).await.good();
    let ask = async |body: Value| admin.post("/archive/search", body).await;
    let wrong = ask(json!({ "query": "合同 \"没关" })).await;
    let told = wrong.problem(422, "archive_query");
    assert_eq!(told["fields"][0]["path"], "query");
    assert!(told["detail"].as_str().unwrap().contains('4'), "{told}");
    ask(json!({ "query": "好" }))
        .await
        .problem(409, "archive_search_too_wide");
    ask(json!({ "query": "合同", "limit": 0 }))
        .await
        .problem(422, "validation");
    ask(json!({ "query": "合同", "limit": 201 }))
        .await
        .problem(422, "validation");
    ask(json!({ "query": "合同", "from": 5, "to": 4 }))
        .await
        .problem(422, "validation");
    let facet = json!({ "query": "合同", "wanted": [{ "by": "mood", "value": "x" }] });
    ask(facet).await.problem(422, "validation");
    let facet = json!({ "query": "合同", "wanted": [{ "by": "department", "value": "x" }] });
    ask(facet).await.problem(422, "validation");
    for path in [
        "/archive/conversations/x/messages",
        "/archive/conversations/1/messages",
        "/archive/messages/1/files/0",
    ] {
        admin.get(path).await.problem(404, "not_found");
    }
    admin
        .get("/archive/conversations/1/messages?before=1&after=2")
        .await
        .problem(422, "validation");
}

#[tokio::test]
async fn s4_staff_without_talk_finds_nothing_and_manages_nothing() {
    let served = with_messages().await;
    let staff = served.someone(Role::Staff, vec![]).await;
    assert_eq!(texts(&search(&staff, "合同").await).len(), 0);
    let list = staff.get("/archive/conversations").await.good();
    assert_eq!(list["items"], json!([]));
    staff.get("/archive").await.problem(403, "forbidden");
    staff.get("/archive/keys").await.problem(403, "forbidden");
    let auditor = served.someone(Role::Auditor, vec![]).await;
    auditor.get("/archive").await.good();
    let key = json!({ "version": 1, "private_key": "x" });
    auditor
        .post("/archive/keys", key)
        .await
        .problem(403, "forbidden");
}

#[tokio::test]
async fn b19_an_archive_that_is_not_set_up_says_so_and_no_key_is_repeated() {
    let served = with_messages().await;
    let admin = served.admin().await;
    let status = admin.get("/archive").await.good();
    assert_eq!(
        (&status["standing"], &status["messages"]),
        (&json!("off"), &json!(4))
    );
    let pull = admin.post("/archive/pull", Value::Null).await;
    pull.problem(409, "archive_not_configured");
    let key = json!({ "version": 1, "private_key": "-----BEGIN SECRET-----" });
    let told = admin.post("/archive/keys", key).await;
    let told = told.problem(422, "validation");
    assert!(!told.to_string().contains("SECRET"), "{told}");
    assert!(
        OPERATIONS
            .iter()
            .filter(|operation| operation.path.starts_with("/archive"))
            .all(|operation| !operation.is_repeatable()),
        "no answer with messages is kept to be given again"
    );
}

#[tokio::test]
async fn b17_what_deletes_for_good_and_what_keys_open_takes_the_password_again() {
    let served = with_messages().await;
    let admin = served.admin().await;
    let all = json!({ "subject": { "of": "corp", "id": "" }, "reason": "诉讼" });
    let hold = admin.post("/archive/holds", all).await.good();
    let lift = format!("/archive/holds/{}/lift", hold["id"].as_str().unwrap());
    let kept = json!({ "keep": "keep", "media": false, "days": 1 });
    let policy = json!({ "name": "一天", "policy": { "rules": [], "default": kept } });
    let policy = admin.post("/archive/policies", policy).await.good();
    let path = format!("/archive/policies/{}", policy["id"].as_str().unwrap());
    let simulated = admin.post(&format!("{path}/simulate"), Value::Null).await;
    assert_eq!(simulated.status, 202);
    served.work().await;
    let activate = format!("{path}/activate");
    let reason = json!({ "reason": "结案" });
    let talks = admin.get("/archive/conversations").await.good();
    let talk = talks["items"][0]["id"].as_str().unwrap();
    let renew = format!("/archive/conversations/{talk}/keys");
    served.app.clock().advance(10 * 60);
    for (path, body) in [
        (lift.as_str(), reason.clone()),
        (activate.as_str(), Value::Null),
        ("/archive/corp-keys", Value::Null),
        ("/archive/conversation-keys", Value::Null),
        (renew.as_str(), Value::Null),
    ] {
        let refused = admin.post(path, body).await;
        refused.problem(403, "step_up_required");
    }
    let refused = admin.delete("/archive/keys/1").await;
    refused.problem(403, "step_up_required");
    let given = json!({ "password": PASSWORD });
    assert_eq!(admin.post("/session/step-up", given).await.status, 204);
    let unsaid = admin.post(&lift, json!({ "reason": " " })).await;
    unsaid.problem(422, "validation");
    assert_eq!(admin.post(&lift, reason).await.status, 204);
    let log = admin.get("/audit?act=archive_hold.lift").await.good();
    assert!(log["items"][0].to_string().contains("结案"), "{log}");
    admin.post(&activate, Value::Null).await.good();
}
