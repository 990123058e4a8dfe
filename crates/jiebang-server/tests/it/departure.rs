//! Departures, the notice plan, outcome and undo through the API.

use jiebang_domain::access::Role;
use jiebang_domain::time::DAY;
use serde_json::{Value, json};

use crate::fixture::{Browser, LEAVER, Served};
use crate::handover::planned;

/// The member with the most customers.
async fn first(admin: &Browser) -> Value {
    let list = admin.get("/departures?sort=exposure&limit=1").await.good();
    assert!(list["total"].as_u64().unwrap() > 1);
    assert!(list["next_cursor"].is_string());
    list["items"][0].clone()
}

#[tokio::test]
async fn b11_departures_are_listed_shown_and_exported() {
    jiebang_store::testing::both(|store| async {
        let served = Served::corp_on(store, 4, 1).await;
        let admin = served.admin().await;
        admin.post("/sync", json!({ "kind": "full" })).await.good();
        served.work().await;
        let one = first(&admin).await;
        let userid = one["userid"].as_str().unwrap();
        let shown = admin.get(&format!("/departures/{userid}")).await.good();
        assert_eq!(shown, one);
        for kind in ["single_owner", "undocumented"] {
            let path = format!("/departures/{userid}/customers?kind={kind}&limit=2");
            let page = admin.get(&path).await.good();
            assert_eq!(page["total"], one[kind]);
        }
        let bad = format!("/departures/{userid}/customers?kind=all");
        admin.get(&bad).await.problem(422, "validation");
        admin
            .get("/departures?sort=name")
            .await
            .problem(422, "validation");
        let gone = admin.get(&format!("/departures/{LEAVER}")).await;
        gone.problem(404, "not_found");
        let file = admin.get("/departures/export.csv").await.text();
        assert!(file.starts_with('\u{feff}'));
        assert!(file.contains(userid));
        let audit = admin.get("/audit?act=departure.export").await.good();
        assert_eq!(audit["items"].as_array().unwrap().len(), 1);
        let elsewhere = served.someone(Role::Auditor, vec![987_654]).await;
        let none = elsewhere.get("/departures").await.good();
        assert_eq!(none["total"], 0);
        let hidden = elsewhere.get(&format!("/departures/{userid}")).await;
        hidden.problem(403, "forbidden");
    })
    .await;
}

#[tokio::test]
async fn b8_a_notice_period_is_planned_and_drafted_but_not_started() {
    jiebang_store::testing::both(|store| async {
        let served = Served::corp_on(store, 4, 1).await;
        let admin = served.admin().await;
        admin.post("/sync", json!({ "kind": "full" })).await.good();
        served.work().await;
        let one = first(&admin).await;
        let path = format!(
            "/departures/{}/notice-plan",
            one["userid"].as_str().unwrap()
        );
        let now = served.app.now().seconds();
        let input = json!({ "last_day": now + 5 * DAY, "vip": {}, "per_day": 2 });
        let plan = admin.post(&path, input.clone()).await.good();
        assert_eq!(plan["customers"], one["customers"]);
        assert_eq!(plan["all_after"]["with_message"], 0);
        let told = plan["plan"]["with_message"].as_u64().unwrap();
        assert!(told > 0 && told <= 10, "{plan}");
        let late = json!({ "last_day": now - DAY });
        let late = admin.post(&path, late).await.problem(422, "validation");
        assert_eq!(late["fields"][0]["path"], "last_day");
        let to = crate::handover::successors(&admin).await;
        let to: Vec<String> = to
            .into_iter()
            .filter(|to| one["userid"] != to.as_str())
            .collect();
        let drafts = json!({ "plan": input, "to": to, "personal_message": "您好" });
        let drafts = admin.post(&format!("{path}/drafts"), drafts).await.good();
        let items = drafts["items"].as_array().unwrap();
        assert_eq!(items.len(), plan["days"].as_array().unwrap().len());
        for draft in items {
            let id = draft["handover_id"].as_str().unwrap();
            let handover = admin.get(&format!("/handovers/{id}")).await.good();
            assert_eq!(handover["state"], "draft");
            assert_eq!(handover["kind"], "in_service");
            assert_eq!(handover["message"], "您好");
            let only = &handover["request"]["customers"]["filter"]["only"];
            assert_eq!(only.as_array().map(Vec::len), draft_customers(&handover));
        }
        let auditor = served.someone(Role::Auditor, vec![]).await;
        let denied = auditor.post(&path, json!({ "last_day": now })).await;
        denied.problem(403, "forbidden");
    })
    .await;
}

fn draft_customers(handover: &Value) -> Option<usize> {
    let customers = handover["counts"]["customers"].as_u64()?;
    usize::try_from(customers).ok().filter(|count| *count > 0)
}

#[tokio::test]
async fn s40_outcome_and_undo_answer_in_every_state() {
    jiebang_store::testing::both(|store| async {
        let served = Served::corp_on(store, 5, 0).await;
        let admin = served.admin().await;
        let empty = admin.get("/outcome").await.good();
        assert_eq!(empty["taken_over"], 0);
        let handover = planned(&served, &admin).await;
        let id = handover["id"].as_str().unwrap();
        let body = json!({
            "confirm_total": handover["counts"]["planned"],
            "version": handover["version"],
        });
        admin
            .post(&format!("/handovers/{id}/start"), body)
            .await
            .good();
        for _ in 0..40 {
            served.advance(3600).await;
            served.work().await;
        }
        let admin = served.someone(Role::SuperAdmin, vec![]).await;
        for by in ["leaver", "successor", "rule"] {
            let outcome = admin.get(&format!("/outcome?by={by}")).await.good();
            assert_eq!(outcome["taken_over"], 5, "{outcome}");
            assert_eq!(outcome["at"][0]["too_early"], 5);
            assert_eq!(outcome["at"][0]["rate"], json!(null));
        }
        let by_rule = admin.get("/outcome?by=rule").await.good();
        assert_eq!(by_rule["lines"][0]["key"], "evenly");
        admin
            .get("/outcome?by=moon")
            .await
            .problem(422, "validation");
        admin
            .get("/outcome?from=5&to=4")
            .await
            .problem(422, "validation");
        let file = admin.get("/outcome/export.csv").await.text();
        assert_eq!(file.lines().count(), 6);
        let audit = admin.get("/audit?act=outcome.export").await.good();
        assert_eq!(audit["items"].as_array().unwrap().len(), 1);
        let undo = admin
            .post(&format!("/handovers/{id}/undo"), json!({}))
            .await;
        undo.problem(409, "leaver_not_back");
    })
    .await;
}
