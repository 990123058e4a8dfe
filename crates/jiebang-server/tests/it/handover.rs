//! A handover through the API, from the first look to the export.

use serde_json::{Value, json};

use crate::fixture::{Browser, LEAVER, Served};

/// Two members who can take over.
pub async fn successors(admin: &Browser) -> Vec<String> {
    let path = format!("/members?status=active&successor_for={LEAVER}&limit=1000");
    let members = admin.get(&path).await.good();
    let able = members["items"].as_array().unwrap().iter();
    let able = able.filter(|member| member["eligible"] == true);
    able.map(|member| member["userid"].as_str().unwrap().to_owned())
        .take(2)
        .collect()
}

/// A corp that was read, and a plan over two successors.
pub async fn planned(served: &Served, admin: &Browser) -> Value {
    admin.post("/sync", json!({ "kind": "full" })).await.good();
    served.work().await;
    let body = plan(&successors(admin).await);
    let answer = admin.post("/handovers", body).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    answer.json()
}

fn plan(to: &[String]) -> Value {
    json!({
        "leaver": LEAVER,
        "customers": { "filter": {} },
        "groups": {},
        "assignment": { "mode": "evenly", "to": to },
        "record_scope": { "mode": "days", "days": 30 },
        "note": "请在两天内联系",
    })
}

async fn start(admin: &Browser, handover: &Value) -> Value {
    let id = handover["id"].as_str().unwrap();
    let body = json!({
        "confirm_total": handover["counts"]["planned"],
        "version": handover["version"],
    });
    admin
        .post(&format!("/handovers/{id}/start"), body)
        .await
        .good()
}

#[tokio::test]
async fn a_handover_is_planned_started_followed_and_exported() {
    jiebang_store::testing::both(|store| async {
        let served = Served::corp_on(store, 9, 2).await;
        let admin = served.admin().await;
        let handover = planned(&served, &admin).await;
        let id = handover["id"].as_str().unwrap();
        assert_eq!(handover["state"], "draft");
        assert_eq!(handover["counts"]["customers"], 9);
        assert_eq!(handover["counts"]["groups"], 2);
        assert_eq!(handover["dry_run"]["rows_total"], 11);
        assert_eq!(handover["request"]["note"], "请在两天内联系");
        let started = start(&admin, &handover).await;
        assert_eq!(started["state"], "running");
        served.work().await;
        let running = admin.get(&format!("/handovers/{id}")).await.good();
        assert!(running["api_calls"].as_u64().unwrap() >= 3, "{running}");
        for _ in 0..40 {
            served.advance(3600).await;
            served.work().await;
        }
        // The session has ended by then, as the clock went on.
        let admin = served
            .someone(jiebang_domain::access::Role::SuperAdmin, vec![])
            .await;
        let finished = admin.get(&format!("/handovers/{id}")).await.good();
        assert_eq!(finished["state"], "finished", "{}", finished["counts"]);
        rows_and_steps(&admin, id).await;
        export(&admin, id).await;
        let audit = admin.get("/audit?act=handover&limit=1000").await.good();
        let acts: Vec<&str> = audit["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|entry| entry["act"].as_str())
            .collect();
        for act in [
            "handover.plan",
            "handover.start",
            "handover.finish",
            "handover.export",
        ] {
            assert!(acts.contains(&act), "{act} is not in {acts:?}");
        }
        assert_eq!(admin.get("/audit/verify").await.good()["ok"], true);
    })
    .await;
}

async fn rows_and_steps(admin: &Browser, id: &str) {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = admin
            .get(&format!("/handovers/{id}/rows?limit=4{cursor}"))
            .await
            .good();
        assert_eq!(page["total"], 11);
        let rows = page["items"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["row_no"].as_i64().unwrap()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, (1..=11).collect::<Vec<_>>());
    let groups = admin
        .get(&format!("/handovers/{id}/rows?subject_kind=group"))
        .await
        .good();
    assert_eq!(groups["total"], 2);
    let row = admin.get(&format!("/handovers/{id}/rows/1")).await.good();
    assert!(row["steps"].as_array().unwrap().len() >= 2, "{row}");
    assert_eq!(row["reason"]["mode"], "evenly");
    let steps = admin
        .get(&format!("/handovers/{id}/steps?limit=3"))
        .await
        .good();
    assert_eq!(steps["items"].as_array().unwrap().len(), 3);
    assert!(steps["next_cursor"].is_string());
    admin
        .get(&format!("/handovers/{id}/rows/99"))
        .await
        .problem(404, "not_found");
    let odd = admin
        .get(&format!("/handovers/{id}/rows?state=happy"))
        .await;
    odd.problem(422, "validation");
}

async fn export(admin: &Browser, id: &str) {
    let answer = admin.get(&format!("/handovers/{id}/export.csv")).await;
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    let text = answer.text();
    assert!(text.starts_with("\u{feff}No.,Kind,Id,"), "{text}");
    assert_eq!(text.matches("\r\n").count(), 12, "{text}");
    let only = admin
        .get(&format!("/handovers/{id}/export.csv?subject_kind=group"))
        .await;
    assert_eq!(only.text().matches("\r\n").count(), 3);
    let odd = admin
        .get(&format!("/handovers/{id}/export.csv?state=happy"))
        .await;
    odd.problem(422, "validation");
}

#[tokio::test]
async fn what_was_not_shown_cannot_be_confirmed() {
    let served = Served::with_corp(4, 0).await;
    let admin = served.admin().await;
    let handover = planned(&served, &admin).await;
    let id = handover["id"].as_str().unwrap();
    let path = format!("/handovers/{id}/start");
    let (total, version) = (&handover["counts"]["planned"], &handover["version"]);
    let wrong = json!({ "confirm_total": 3, "version": version });
    admin
        .post(&path, wrong)
        .await
        .problem(409, "handover_changed");
    for version in [0, 99, i64::MAX, i64::MIN] {
        let wrong = json!({ "confirm_total": total, "version": version });
        admin
            .post(&path, wrong)
            .await
            .problem(409, "handover_changed");
    }
    start(&admin, &handover).await;
    let again = json!({ "confirm_total": total, "version": version });
    admin
        .post(&path, again)
        .await
        .problem(409, "handover_not_draft");
    let gone = admin.delete(&format!("/handovers/{id}")).await;
    gone.problem(409, "handover_not_draft");
}

#[tokio::test]
async fn a_draft_is_planned_anew_and_deleted() {
    let served = Served::with_corp(4, 1).await;
    let admin = served.admin().await;
    let handover = planned(&served, &admin).await;
    let id = handover["id"].as_str().unwrap();
    let path = format!("/handovers/{id}");
    let to = successors(&admin).await;
    let mut body = plan(&to[..1]);
    let put = async |body: &Value| admin.with_body("PUT", &path, body.to_string()).await;
    put(&body).await.problem(422, "validation");
    body["version"] = handover["version"].clone();
    body["groups"] = Value::Null;
    let changed = put(&body).await.good();
    assert_eq!(changed["counts"]["groups"], 0);
    assert_eq!(changed["by_successor"].as_array().unwrap().len(), 1);
    put(&body).await.problem(409, "handover_changed");
    let preview = admin.post("/handovers/preview", plan(&to)).await.good();
    assert_eq!(preview["rows_total"], 5);
    assert_eq!(admin.delete(&path).await.status, 204);
    admin.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn what_is_wrong_with_a_plan_is_said_field_by_field() {
    let served = Served::with_corp(2, 0).await;
    let admin = served.admin().await;
    let body = json!({
        "leaver": LEAVER,
        "kind": "resigned",
        "assignment": { "mode": "rules", "rules": [{ "name": " ", "when": {}, "to": { "kind": "members", "userids": [] } }] },
        "note": "x".repeat(501),
        "message": "hello",
    });
    let problem = admin
        .post("/handovers", body)
        .await
        .problem(422, "validation");
    let paths: Vec<&str> = problem["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["path"].as_str().unwrap())
        .collect();
    for path in [
        "customers",
        "assignment.rules[0].to",
        "assignment.rules[0].name",
        "note",
        "message",
    ] {
        assert!(paths.contains(&path), "{path} is not in {paths:?}");
    }
}

#[tokio::test]
async fn the_json_of_a_handover_is_the_recorded_one() {
    let served = Served::with_corp(3, 1).await;
    let admin = served.admin().await;
    let mut handover = planned(&served, &admin).await;
    for (place, mark) in [("id", "[id]"), ("created_by", "[account]")] {
        handover[place] = Value::from(mark);
    }
    insta::assert_json_snapshot!(handover);
}
