//! The directory's write side, the app itself, strategies and statistics.

use serde_json::{Value, json};
use wecom_sandbox::{LeaverSpec, Options};

use crate::support::{START, World, list, small, text};

#[tokio::test]
async fn departments_are_made_moved_and_deleted_when_empty() {
    let world = World::new().await;
    let token = world
        .token_of(&world.sandbox.info().contacts_secret.clone())
        .await;
    let world = World { token, ..world };
    let made = world
        .post(
            "department/create",
            json!({ "name": "新部门", "parentid": 1 }),
        )
        .await;
    assert_eq!(made["errmsg"], "created");
    let id = made["id"].as_i64().expect("an id");
    let body = json!({ "id": id, "parentid": id });
    assert_eq!(
        world.post("department/update", body).await["errcode"],
        60_123,
        "not below itself"
    );
    let body = json!({ "id": id, "name": "改名" });
    assert_eq!(
        world.post("department/update", body).await["errmsg"],
        "updated"
    );
    let user = json!({ "userid": "newcomer", "name": "新人", "department": [id] });
    assert_eq!(
        world.post("user/create", user.clone()).await["errmsg"],
        "created"
    );
    assert_eq!(world.post("user/create", user).await["errcode"], 60_102);
    assert_eq!(
        world.get(&format!("department/delete?id={id}")).await["errcode"],
        60_005
    );
    let away = json!({ "useridlist": ["newcomer"] });
    assert_eq!(
        world.post("user/batchdelete", away).await["errmsg"],
        "deleted"
    );
    assert_eq!(
        world.get(&format!("department/delete?id={id}")).await["errmsg"],
        "deleted"
    );
    assert_eq!(world.get("department/delete?id=1").await["errcode"], 60_123);
}

#[tokio::test]
async fn a_member_outside_the_visible_range_is_not_there() {
    let world = World::new().await;
    let (_, fit) = world.cast().await;
    let path = format!("members/{}", fit[0]);
    world
        .control("PATCH", &path, json!({ "in_visible_range": false }))
        .await;
    assert_eq!(
        world.get(&format!("user/get?userid={}", fit[0])).await["errcode"],
        60_111
    );
    let list_path = format!("externalcontact/list?userid={}", fit[0]);
    assert_eq!(world.get(&list_path).await["errcode"], 60_021);
    let follow = world.get("externalcontact/get_follow_user_list").await;
    assert!(!list(&follow["follow_user"]).contains(&fit[0]));
    let agent = format!("agent/get?agentid={}", world.sandbox.info().agent_id);
    let users = &world.get(&agent).await["allow_userinfos"]["user"];
    assert!(
        !users
            .as_array()
            .expect("users")
            .iter()
            .any(|row| row["userid"] == fit[0].as_str())
    );
    assert_eq!(world.get("agent/get?agentid=5").await["errcode"], 301_002);
}

#[tokio::test]
async fn strategies_are_listed_with_their_ranges() {
    let world = World::with(Options {
        staff: 120,
        ..small()
    })
    .await;
    let path = "externalcontact/customer_strategy/list";
    let page = world.post(path, json!({ "limit": 1 })).await;
    let cursor = text(&page["next_cursor"]);
    let rest = world.post(path, json!({ "cursor": cursor })).await;
    assert!(rest.get("next_cursor").is_none(), "absent at the end, here");
    let body = json!({ "strategy_id": page["strategy"][0]["strategy_id"] });
    let one = world
        .post("externalcontact/customer_strategy/get", body.clone())
        .await;
    assert_eq!(one["strategy"]["privilege"]["oper_resign_customer"], true);
    let range = world
        .post("externalcontact/customer_strategy/get_range", body)
        .await;
    assert_eq!(range["range"][0]["type"], 2);
    let no = json!({ "strategy_id": 999 });
    let path = "externalcontact/customer_strategy/get";
    assert_eq!(world.post(path, no).await["errcode"], 60_030);
}

#[tokio::test]
async fn group_statistics_page_by_offset() {
    let world = World::new().await;
    let (_, fit) = world.cast().await;
    let body = json!({
        "day_begin_time": START, "owner_filter": { "userid_list": fit[..3] }, "limit": 2,
    });
    let page = world
        .post("externalcontact/groupchat/statistic", body)
        .await;
    assert_eq!(
        (&page["total"], &page["next_offset"]),
        (&json!(3), &json!(2))
    );
}

#[tokio::test]
async fn a_member_about_to_leave_is_employed_with_exactly_the_assets_asked_for() {
    let leaver = LeaverSpec {
        userid: Some("Zhou.Lan".into()),
        name: Some("周岚".into()),
        customers: 77,
        groups: 30,
        left_days_ago: None,
    };
    let world = World::with(Options {
        leaver: Some(leaver),
        ..small()
    })
    .await;
    let company = world.truth("/company").await;
    assert_eq!(company["prominent"], "Zhou.Lan");
    assert_eq!(world.customers("zhou.lan").await.len(), 77);
    assert_eq!(world.get("user/get?userid=ZHOU.LAN").await["name"], "周岚");
    world
        .control("POST", "members/zhou.lan/leave", Value::Null)
        .await;
    assert_eq!(world.unassigned("Zhou.Lan").await.len(), 77);
    assert_eq!(world.truth("/member/zhou.lan").await["groups"], 30);
}
