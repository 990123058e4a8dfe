//! A first walk through everything a handover touches.

use serde_json::json;

use crate::support::{DAY, START, World, list, text};

#[tokio::test]
async fn the_leaver_has_exactly_the_assets_asked_for() {
    let world = World::new().await;
    let (leaver, successors) = world.cast().await;
    assert_eq!(world.unassigned(&leaver).await.len(), 120);
    let member = world.truth(&format!("/member/{leaver}")).await;
    assert_eq!(member["customers"], 120);
    assert_eq!(member["groups"], 12);
    assert!(successors.len() >= 3);
}

#[tokio::test]
async fn a_resigned_handover_runs_to_its_end() {
    let world = World::new().await;
    let (leaver, successors) = world.cast().await;
    let to = &successors[0];
    let ids = world.unassigned(&leaver).await;
    let answer = world
        .post(
            "externalcontact/resigned/transfer_customer",
            json!({ "handover_userid": leaver, "takeover_userid": to, "external_userid": ids[..100] }),
        )
        .await;
    assert_eq!(answer["errcode"], 0, "{answer}");
    assert!(
        answer["customer"]
            .as_array()
            .expect("items")
            .iter()
            .all(|item| item["errcode"] == 0)
    );
    assert_eq!(
        world.unassigned(&leaver).await.len(),
        20,
        "started rows leave the list at once"
    );
    let pair = json!({ "handover_userid": leaver, "takeover_userid": to });
    let waiting = world
        .post("externalcontact/resigned/transfer_result", pair.clone())
        .await;
    assert_eq!(waiting["customer"][0]["status"], 2);
    assert_eq!(waiting["customer"][0]["takeover_time"], START + DAY);
    world.advance(DAY).await;
    // The token has died with the day.
    let fresh = world.token_of(&world.sandbox.info().app_secret).await;
    let world = World {
        token: fresh,
        ..world
    };
    let done = world
        .post("externalcontact/resigned/transfer_result", pair)
        .await;
    assert_eq!(done["customer"].as_array().expect("rows").len(), 100);
    assert!(
        done["customer"]
            .as_array()
            .expect("rows")
            .iter()
            .all(|row| row["status"] == 1)
    );
    let theirs = world.customers(to).await;
    assert!(ids[..100].iter().all(|id| theirs.contains(id)));
    let truth = world
        .truth(&format!("?handover_userid={leaver}&only=transfers"))
        .await;
    assert_eq!(truth["transfers"].as_array().expect("rows").len(), 100);
}

#[tokio::test]
async fn groups_of_a_leaver_are_found_and_moved() {
    let world = World::new().await;
    let (leaver, successors) = world.cast().await;
    let waiting = world
        .post(
            "externalcontact/groupchat/list",
            json!({ "status_filter": 1, "limit": 1000 }),
        )
        .await;
    let mut mine = Vec::new();
    for row in waiting["group_chat_list"].as_array().expect("rows") {
        let id = text(&row["chat_id"]);
        let group = world
            .post("externalcontact/groupchat/get", json!({ "chat_id": id }))
            .await;
        if group["group_chat"]["owner"] == leaver.as_str() {
            mine.push(id);
        }
    }
    assert_eq!(mine.len(), 12);
    let body = json!({ "chat_id_list": mine, "new_owner": successors[0] });
    let answer = world.post("externalcontact/groupchat/transfer", body).await;
    assert_eq!(answer["failed_chat_list"], json!([]));
    world.advance(300).await;
    let group = world
        .post(
            "externalcontact/groupchat/get",
            json!({ "chat_id": mine[0] }),
        )
        .await;
    assert_eq!(group["group_chat"]["owner"], successors[0].as_str());
    let finished = world
        .post(
            "externalcontact/groupchat/list",
            json!({ "status_filter": 3, "limit": 1000 }),
        )
        .await;
    assert_eq!(
        finished["group_chat_list"].as_array().expect("rows").len(),
        12
    );
}

#[tokio::test]
async fn the_directory_and_customers_can_be_read() {
    let world = World::new().await;
    let departments = world.get("department/list").await;
    assert!(
        departments["department"]
            .as_array()
            .expect("departments")
            .len()
            > 5
    );
    let members = world.get("user/list?department_id=1&fetch_child=1").await;
    let follow = world.get("externalcontact/get_follow_user_list").await;
    assert!(members["userlist"].as_array().expect("members").len() > 20);
    let users = list(&follow["follow_user"]);
    let page = world
        .post(
            "externalcontact/batch/get_by_user",
            json!({ "userid_list": users, "limit": 100 }),
        )
        .await;
    assert_eq!(
        page["external_contact_list"]
            .as_array()
            .expect("rows")
            .len(),
        100
    );
    let id = text(&page["external_contact_list"][0]["external_contact"]["external_userid"]);
    let one = world
        .get(&format!("externalcontact/get?external_userid={id}"))
        .await;
    assert_eq!(one["external_contact"]["external_userid"], id.as_str());
}
