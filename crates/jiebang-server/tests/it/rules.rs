//! Rule sets and the team through the API.

use jiebang_domain::access::Role;
use serde_json::{Value, json};

use crate::fixture::{LEAVER, Served};
use crate::handover::successors;

fn rules(to: &[String]) -> Value {
    json!({
        "name": "标准交接",
        "rules": [
            {
                "name": "valuable",
                "when": { "value_min": 1000, "fields": { "level": ["A"] } },
                "to": { "kind": "members", "userids": [to[0]] },
            },
            {
                "name": "rest",
                "when": {},
                "to": { "kind": "department", "department": 1 },
                "share": "affinity",
                "never": [to[0]],
            },
        ],
    })
}

#[tokio::test]
async fn s2_a_rule_set_is_saved_shown_ordered_and_used_in_one_call() {
    jiebang_store::testing::both(|store| async {
        let served = Served::corp_on(store, 9, 2).await;
        let admin = served.admin().await;
        admin.post("/sync", json!({ "kind": "full" })).await.good();
        served.work().await;
        let to = successors(&admin).await;
        let made = admin.post("/rule-sets", rules(&to)).await;
        assert_eq!(made.status, 201, "{:?}", made.body);
        let set = made.json();
        let path = format!("/rule-sets/{}", set["id"].as_str().unwrap());
        let mut next = rules(&to);
        next["version"] = json!(1);
        next["name"] = json!("第二版");
        let saved = admin.put(&path, next.clone()).await.good();
        assert_eq!(
            (&saved["version"], &saved["name"]),
            (&json!(2), &json!("第二版"))
        );
        let stale = admin.put(&path, next).await;
        assert_eq!(
            (stale.status.as_u16(), stale.json()["code"].clone()),
            (409, json!("rule_set_changed"))
        );
        assert_eq!(admin.get(&path).await.good()["total"], 2);
        let order = json!({ "ids": [set["id"]] });
        assert_eq!(
            admin.put("/rule-sets/order", order).await.good()["total"],
            1
        );

        let handover = json!({
            "leaver": LEAVER, "customers": {}, "groups": {},
            "assignment": { "mode": "rule_set", "id": set["id"] },
        });
        let preview = admin
            .post("/handovers/preview", handover.clone())
            .await
            .good();
        let total = preview["fine"].as_u64().unwrap() + preview["with_note"].as_u64().unwrap();
        let wrong = json!({ "handover": handover, "confirm_total": total + 1 });
        let refused = admin.post("/handovers/run", wrong).await;
        assert_eq!(
            (refused.status.as_u16(), refused.json()["code"].clone()),
            (409, json!("handover_changed"))
        );
        assert_eq!(admin.get("/handovers").await.good()["items"], json!([]));
        let right = json!({ "handover": handover, "confirm_total": total });
        let run = admin.post("/handovers/run", right).await;
        assert_eq!(run.status, 201, "{:?}", run.body);
        let run = run.json();
        assert_eq!(run["state"], "running");
        assert_eq!(
            run["rule_set"],
            json!({ "id": set["id"], "version": 2, "name": "第二版" })
        );
        let rows = admin
            .get(&format!(
                "/handovers/{}/rows?limit=100",
                run["id"].as_str().unwrap()
            ))
            .await
            .good();
        for row in rows["items"].as_array().unwrap() {
            let reason = &row["reason"];
            if row["subject_kind"] == "customer" {
                assert_eq!(
                    (&reason["mode"], &reason["rule"]),
                    (&json!("rule"), &json!("rest"))
                );
                assert_ne!(row["successor"], json!(to[0]));
                let sum: i64 = reason["factors"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|factor| factor["points"].as_i64().unwrap())
                    .sum();
                assert_eq!(reason["points"], json!(sum));
                assert!(reason["runner_up"].is_string());
            }
        }
        assert_eq!(admin.delete(&path).await.status, 204);
        assert_eq!(admin.get("/rule-sets").await.good()["total"], 0);
        let again = admin.post("/handovers/preview", handover).await;
        assert_eq!(again.status, 404);
    })
    .await;
}

#[tokio::test]
async fn s21_what_the_company_knows_is_written_by_those_who_may() {
    jiebang_store::testing::both(|store| async {
        let served = Served::corp_on(store, 9, 2).await;
        let admin = served.admin().await;
        admin.post("/sync", json!({ "kind": "full" })).await.good();
        served.work().await;
        let team = admin.get("/team").await.good();
        let mate = team["items"][0].clone();
        let path = format!("/team/{}", mate["userid"].as_str().unwrap());
        let mut profile = mate["profile"].clone();
        profile["skill"] = json!(4);
        profile["regions"] = json!(["北京"]);
        admin.put(&path, profile.clone()).await.good();
        assert_eq!(
            admin.get("/team").await.good()["items"][0]["profile"],
            profile
        );
        profile["skill"] = json!(6);
        assert_eq!(admin.put(&path, profile.clone()).await.status, 422);
        let item = json!({ "external_userid": "wm1", "value": 5, "fields": { "language": "en" } });
        let written = admin
            .post("/customer-profiles", json!({ "items": [item] }))
            .await
            .good();
        assert_eq!(written["written"], 1);
        let none = admin
            .post("/customer-profiles", json!({ "items": [] }))
            .await;
        assert_eq!(none.status, 422);
        let many: Vec<Value> = (0..1001)
            .map(|n| json!({ "external_userid": format!("wm{n}") }))
            .collect();
        assert_eq!(
            admin
                .post("/customer-profiles", json!({ "items": many }))
                .await
                .status,
            422
        );

        let auditor = served.someone(Role::Auditor, vec![]).await;
        assert_eq!(auditor.get("/team").await.status, 200);
        assert_eq!(
            auditor.put(&path, mate["profile"].clone()).await.status,
            403
        );
        let branch = served.someone(Role::ContactAdmin, vec![2]).await;
        assert_eq!(branch.get("/rule-sets").await.status, 200);
        let to = successors(&admin).await;
        assert_eq!(branch.post("/rule-sets", rules(&to)).await.status, 403);
        let planning = json!({ "business_group": "阶段", "customer_limit": 5000 });
        assert_eq!(
            branch
                .put("/settings/planning", planning.clone())
                .await
                .status,
            403
        );
        assert_eq!(
            admin
                .put("/settings/planning", planning.clone())
                .await
                .good(),
            planning
        );
        assert_eq!(admin.get("/settings/planning").await.good(), planning);
    })
    .await;
}
