//! Contact ways through the API.

use jiebang_domain::access::Role;
use serde_json::{Value, json};

use crate::fixture::{Browser, LEAVER, Served};
use crate::handover::successors;

async fn of_leaver(admin: &Browser) -> Value {
    admin
        .get(&format!("/leavers/{LEAVER}/contact-ways"))
        .await
        .good()
}

#[tokio::test]
async fn b25_ways_of_a_leaver_are_listed_pointed_and_told_of() {
    jiebang_store::testing::both(|store| async {
        let served = Served::corp_on(store, 4, 0).await;
        let admin = served.admin().await;
        admin.post("/sync", json!({ "kind": "full" })).await.good();
        served.work().await;
        let listed = of_leaver(&admin).await;
        let ways = listed["ways"].as_array().unwrap();
        assert_eq!(listed["total"], ways.len());
        let to = successors(&admin).await;
        let alone = ways.iter().filter(|one| one["proposal"]["nobody"] == true);
        let choices: Vec<Value> = alone
            .map(|one| {
                json!({ "kind": one["way"]["kind"], "way_id": one["way"]["way_id"],
                    "members": [to[0]] })
            })
            .collect();
        assert!(choices.len() >= 3, "{listed}");
        let path = format!("/leavers/{LEAVER}/contact-ways/point");
        let pointed = admin.post(&path, json!({ "to": choices })).await.good();
        assert_eq!(pointed["planned"], ways.len());
        served.work().await;
        let after = of_leaver(&admin).await;
        assert_eq!(after["total"], 0, "{after}");
        let changed = after["changed"].as_array().unwrap();
        assert_eq!(changed.len(), ways.len());
        assert!(changed.iter().all(|one| one["state"] == "done"), "{after}");
        let left = admin.get("/contact-ways?left=true&limit=1000").await.good();
        let named = format!("\"userid\":\"{LEAVER}\"");
        assert!(!left.to_string().contains(&named));
        admin
            .post(&path, json!({}))
            .await
            .problem(409, "no_contact_ways");
        let audit = admin.get("/audit?act=contact_way&limit=1000").await.good();
        let entries = audit["items"].as_array().unwrap();
        assert_eq!(entries.len(), ways.len() + 1);
        assert!(
            entries
                .iter()
                .all(|one| !one["detail"].to_string().contains(&to[0]))
        );
    })
    .await;
}

#[tokio::test]
async fn b25_all_ways_are_paged_and_found_by_text_and_member() {
    let served = Served::with_corp(4, 0).await;
    let admin = served.admin().await;
    admin.post("/sync", json!({ "kind": "full" })).await.good();
    served.work().await;
    let whole = admin.get("/contact-ways?limit=1000").await.good();
    let total = whole["items"].as_array().unwrap().len();
    assert_eq!(whole["total"], total);
    let mut paged = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = admin
            .get(&format!("/contact-ways?limit=3{cursor}"))
            .await
            .good();
        paged.extend(page["items"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(Value::from(paged), whole["items"]);
    let first = &whole["items"][0];
    let channel = first["channel"].as_str().unwrap();
    let found = admin
        .get(&format!("/contact-ways?q={channel}"))
        .await
        .good();
    assert_eq!(found["items"][0]["way_id"], first["way_id"]);
    let found = admin
        .get(&format!("/contact-ways?member={LEAVER}"))
        .await
        .good();
    assert_eq!(found["total"], of_leaver(&admin).await["total"]);
    admin
        .get("/contact-ways?cursor=YQ")
        .await
        .problem(400, "bad_cursor");
}

#[tokio::test]
async fn b25_items_by_hand_are_ticked_by_those_who_may() {
    let served = Served::with_corp(4, 0).await;
    let admin = served.admin().await;
    admin.post("/sync", json!({ "kind": "full" })).await.good();
    served.work().await;
    let path = format!("/leavers/{LEAVER}/contact-ways/by-hand");
    let tick = |item: &str| json!({ "item": item, "done": true });
    let ticked = admin.post(&path, tick("welcome_message")).await;
    assert_eq!(ticked.status, 204, "{:?}", ticked.body);
    let items = of_leaver(&admin).await["by_hand"].clone();
    let items = items.as_array().unwrap();
    let done: Vec<&Value> = items
        .iter()
        .filter(|one| !one["done_at"].is_null())
        .collect();
    assert_eq!(done.len(), 1);
    assert_eq!(done[0]["item"], "welcome_message");
    admin
        .post(&path, tick("all"))
        .await
        .problem(422, "validation");
    let auditor = served.someone(Role::Auditor, vec![]).await;
    assert_eq!(of_leaver(&auditor).await["by_hand"], json!(items));
    auditor
        .post(&path, tick("group_codes"))
        .await
        .problem(403, "forbidden");
    let point = format!("/leavers/{LEAVER}/contact-ways/point");
    auditor
        .post(&point, json!({}))
        .await
        .problem(403, "forbidden");
    let elsewhere = served.someone(Role::ContactAdmin, vec![1_000_000]).await;
    elsewhere
        .post(&point, json!({}))
        .await
        .problem(403, "forbidden");
    served.app.clock().advance(10 * 60);
    admin
        .post(&point, json!({}))
        .await
        .problem(403, "step_up_required");
    let seen = elsewhere.get("/contact-ways").await.good();
    assert_eq!(seen["items"], json!([]));
}
