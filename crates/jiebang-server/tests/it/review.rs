//! Spot checks through the API.

use jiebang_app::archive::import_lines;
use jiebang_domain::access::{Actor, Role};
use serde_json::{Value, json};

use crate::fixture::{Browser, START, Served};

/// Two conversations of members on the day of the test, and one of them the day before.
async fn with_talk() -> Served {
    let served = Served::with_corp(4, 1).await;
    let said = |number: i64, from: &str, to: &str, at: i64| {
        let channel = if to.starts_with("wm") {
            "_external"
        } else {
            ""
        };
        json!({ "msgid": format!("m{number}{channel}"), "action": "send", "from": from, "tolist": [to],
            "roomid": "", "msgtime": at * 1_000, "msgtype": "text",
            "text": { "content": "返现三百" } })
        .to_string()
        .into_bytes()
    };
    let lines = vec![
        said(1, "anna", "bert", START),
        said(2, "bert", "anna", START + 60),
        said(3, "carl", "wmdora0001", START),
        said(4, "carl", "wmdora0001", START - 86_400),
    ];
    let told = import_lines(&served.app, &Actor::operator(), &lines).await;
    assert_eq!(told.unwrap().stored, 4);
    served
}

fn wanted(served: &Served, change: &Value) -> Value {
    let today = served.app.now().beijing_day();
    let mut body = json!({ "name": "周抽查", "purpose": "合规", "first_day": "2025-10-01",
        "last_day": today.to_string(), "method": { "percent": 100.0 }, "seed": "s" });
    for (key, value) in change.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

async fn make(served: &Served, browser: &Browser) -> String {
    let body = wanted(served, &json!({}));
    let made = browser.post("/archive/reviews", body).await;
    assert_eq!(made.status, 201);
    let made = made.json();
    assert_eq!(
        (&made["population"], &made["tally"]["sampled"]),
        (&json!(3), &json!(3))
    );
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn s45_an_auditor_draws_reads_and_judges_a_sample_and_takes_the_result_along() {
    let served = with_talk().await;
    let admin = served.admin().await;
    let auditor = served.someone(Role::Auditor, vec![]).await;
    let plan = auditor
        .post("/archive/reviews/preview", wanted(&served, &json!({})))
        .await
        .good();
    assert_eq!(
        (&plan["population"], &plan["items"], &plan["messages"]),
        (&json!(3), &json!(3), &json!(4))
    );
    let id = make(&served, &auditor).await;
    let at = |rest: &str| format!("/archive/reviews/{id}{rest}");
    let listed = auditor.get("/archive/reviews").await.good();
    assert_eq!(listed["items"][0]["id"], json!(id));

    let first = auditor.post(&at("/next"), json!({})).await.good();
    assert_eq!(
        (&first["item"]["number"], &first["item"]["state"]),
        (&json!(1), &json!("claimed"))
    );
    let page = auditor.get(&at("/items/1/messages")).await.good();
    assert_eq!(page["items"][0]["text"], "返现三百");
    auditor
        .get(&at("/items/2/messages"))
        .await
        .problem(409, "review_not_claimed");
    let note = "=承诺返现";
    let flagged = json!({ "verdict": "flagged", "category": "promise", "note": note });
    let closed = auditor
        .post(&at("/items/1/verdict"), flagged.clone())
        .await
        .good();
    assert_eq!(
        (&closed["state"], &closed["note"]),
        (&json!("flagged"), &json!(note))
    );
    auditor
        .post(&at("/items/1/verdict"), flagged)
        .await
        .problem(409, "review_closed");
    for wrong in [
        json!({ "verdict": "flagged" }),
        json!({ "verdict": "passed", "category": "promise" }),
        json!({ "verdict": "maybe" }),
        json!({ "verdict": "flagged", "category": "mood" }),
    ] {
        auditor
            .post(&at("/items/2/verdict"), wrong)
            .await
            .problem(422, "validation");
    }
    for number in 2..=3 {
        auditor
            .post(&at(&format!("/items/{number}/open")), Value::Null)
            .await
            .good();
        let passed = json!({ "verdict": "passed" });
        auditor
            .post(&at(&format!("/items/{number}/verdict")), passed)
            .await
            .good();
    }
    let left = auditor.post(&at("/next"), json!({})).await.good();
    assert_eq!(left["item"], Value::Null);
    let report = auditor.get(&at("/report")).await.good();
    assert_eq!(
        (&report["tally"]["reviewed"], &report["tally"]["flagged"]),
        (&json!(3), &json!(1))
    );
    assert!(report["rate"]["low"].as_f64().unwrap() < report["rate"]["share"].as_f64().unwrap());
    assert_eq!(report["reviewers"][0]["items"], 3);
    let days = "?first_day=2025-11-01&last_day=2025-11-02";
    let period = auditor
        .get(&format!("/archive/reviews/report{days}"))
        .await
        .good();
    assert_eq!(period["population"], 0);
    let again = auditor
        .post(&at("/items/2/reopen"), Value::Null)
        .await
        .good();
    assert_eq!(again["state"], "claimed");

    let csv = auditor.get(&at("/export.csv")).await;
    let csv = csv.text();
    assert_eq!(csv.lines().count(), 4, "{csv}");
    assert!(
        csv.contains("Improper promise") && csv.contains("'=承诺返现"),
        "{csv}"
    );
    assert!(csv.contains("anna / bert"), "{csv}");
    assert!(
        csv.contains("wmdora0001"),
        "who is no member stands in it too: {csv}"
    );
    let xlsx = auditor.get(&at("/export.xlsx")).await;
    assert!(xlsx.body.starts_with(b"PK"));
    assert_eq!(how_many(&auditor, &id, "state=flagged").await, 1);
    // Neither a note nor a message is in the log.
    let log = admin.get("/audit?limit=200").await;
    assert!(!log.text().contains("返现") && log.text().contains("archive_review.close"));
    // Who took the notes along is.
    assert_eq!(log.text().matches("archive_review.export").count(), 2);
}

#[tokio::test]
async fn s45_only_auditors_and_administrators_review_and_nonsense_is_refused_in_words() {
    let served = with_talk().await;
    let admin = served.admin().await;
    for role in [Role::ContactAdmin, Role::Staff] {
        let other = served.someone(role, vec![]).await;
        other
            .get("/archive/reviews")
            .await
            .problem(403, "forbidden");
        let body = wanted(&served, &json!({}));
        other
            .post("/archive/reviews", body)
            .await
            .problem(403, "forbidden");
    }
    for change in [
        json!({ "name": " " }),
        json!({ "name": "长".repeat(81) }),
        json!({ "first_day": "2025-02-30" }),
        json!({ "first_day": "2023-01-01" }),
        json!({ "last_day": "2025-09-01" }),
        json!({ "method": {} }),
        json!({ "method": { "count": 0 } }),
        json!({ "method": { "percent": 0.001 } }),
        json!({ "method": { "count": 5, "per_member": 1 } }),
        json!({ "seed": "随机" }),
        json!({ "filter": { "kind": "mood" } }),
        json!({ "filter": { "channel": "mood" } }),
    ] {
        let refused = admin
            .post("/archive/reviews", wanted(&served, &change))
            .await;
        refused.problem(422, "validation");
    }
    let nothing = wanted(&served, &json!({ "filter": { "kind": "room" } }));
    admin
        .post("/archive/reviews", nothing)
        .await
        .problem(409, "review_nothing");
    let id = make(&served, &admin).await;
    admin
        .get(&format!("/archive/reviews/{id}/items/99/messages"))
        .await
        .problem(404, "not_found");
    admin
        .get("/archive/reviews/report?first_day=x&last_day=y")
        .await
        .problem(422, "validation");
}

/// Says of every item of a sample what `say` tells by members and day; gives the flagged number.
async fn judge_all(browser: &Browser, id: &str, say: impl Fn(&str, &str) -> Value) -> Option<i64> {
    let at = |rest: &str| format!("/archive/reviews/{id}{rest}");
    let mut flagged = None;
    loop {
        let next = browser.post(&at("/next"), json!({})).await.good();
        let Some(number) = next["item"]["number"].as_i64() else {
            return flagged;
        };
        let member = next["item"]["members"][0]["userid"].as_str().unwrap();
        let verdict = say(member, next["item"]["day"].as_str().unwrap());
        if verdict["verdict"] == "flagged" {
            flagged = Some(number);
        }
        let path = at(&format!("/items/{number}/verdict"));
        browser.post(&path, verdict).await.good();
    }
}

async fn how_many(browser: &Browser, id: &str, query: &str) -> usize {
    let path = format!("/archive/reviews/{id}/items?{query}");
    let items = browser.get(&path).await.good();
    items["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn s46_one_page_shows_rule_finding_handling_and_how_it_went_on() {
    let served = with_talk().await;
    let auditor = served.someone(Role::Auditor, vec![]).await;
    let id = make(&served, &auditor).await;
    let yesterday = served.app.now().plus(-86_400).beijing_day().to_string();
    let passed = json!({ "verdict": "passed" });
    let say = |member: &str, day: &str| match (member, day == yesterday) {
        ("carl", true) => json!({ "verdict": "flagged", "category": "claim", "note": "夸大" }),
        _ => passed.clone(),
    };
    let number = judge_all(&auditor, &id, say).await.unwrap();
    let item = format!("/archive/reviews/{id}/items/{number}");
    let course = async |browser: &Browser| browser.get(&format!("{item}/course")).await;
    let told = course(&auditor).await.good();
    assert_eq!(told["review"]["purpose"], "合规");
    assert_eq!(told["item"]["category"], "claim");
    assert_eq!(told["item"]["handling"], Value::Null);
    let of = |reviewed: u64, flagged: u64, again: u64| json!({ "reviewed": reviewed, "flagged": flagged, "again": again });
    assert_eq!(told["members"][0]["before"], of(1, 1, 1));
    assert_eq!(told["members"][0]["since"], of(0, 0, 0));

    // Handled; only what was flagged can be, and by nobody else.
    let handling = format!("{item}/handling");
    let training = json!({ "measure": "training", "note": "已学习话术规范" });
    let to_do = how_many(&auditor, &id, "state=flagged&handled=false").await;
    let handled = auditor.post(&handling, training.clone()).await.good();
    for (query, count) in [("handled=false", to_do - 1), ("handled=true", 1)] {
        let query = format!("state=flagged&{query}");
        assert_eq!(how_many(&auditor, &id, &query).await, count, "{query}");
    }
    assert_eq!(handled["handling"]["measure"], "training");
    assert_eq!(handled["handling"]["note"], "已学习话术规范");
    let other = number % 3 + 1;
    let clean = format!("/archive/reviews/{id}/items/{other}/handling");
    auditor
        .post(&clean, training.clone())
        .await
        .problem(409, "review_not_flagged");
    let unknown = json!({ "measure": "shout" });
    auditor
        .post(&handling, unknown)
        .await
        .problem(422, "validation");
    let contact = served.someone(Role::ContactAdmin, vec![]).await;
    contact
        .post(&handling, training)
        .await
        .problem(403, "forbidden");
    course(&contact).await.problem(403, "forbidden");

    // Two days later the member is looked at again, and nothing is found.
    served.advance(2 * 86_400).await;
    let now = served.app.now().seconds();
    let line = json!({ "msgid": "later_external", "action": "send", "from": "carl", "tolist": ["wmdora0001"],
        "roomid": "", "msgtime": now * 1_000, "msgtype": "text", "text": { "content": "好的" } });
    let lines = [line.to_string().into_bytes()];
    import_lines(&served.app, &Actor::operator(), &lines)
        .await
        .unwrap();
    let admin = served.someone(Role::SuperAdmin, vec![]).await;
    let today = served.app.now().beijing_day().to_string();
    let body = wanted(&served, &json!({ "first_day": today }));
    let again = admin.post("/archive/reviews", body).await.json();
    let again = again["id"].as_str().unwrap().to_owned();
    assert_eq!(judge_all(&admin, &again, |_, _| passed.clone()).await, None);
    let told = course(&admin).await.good();
    for member in told["members"].as_array().unwrap() {
        assert_eq!(member["before"], of(1, 1, 1), "{member}");
        assert_eq!(member["since"], of(1, 0, 0), "{member}");
    }
    let csv = admin
        .get(&format!("/archive/reviews/{id}/export.csv"))
        .await;
    assert!(csv.text().contains("Training"), "{}", csv.text());

    // Who looks at it again begins anew, and what was written is in no log.
    let reopened = admin
        .post(&format!("{item}/reopen"), Value::Null)
        .await
        .good();
    assert_eq!(reopened["handling"], Value::Null);
    course(&admin).await.problem(409, "review_not_flagged");
    let log = admin.get("/audit?limit=200").await.text();
    assert!(log.contains("archive_review.handle") && !log.contains("话术"));
}
