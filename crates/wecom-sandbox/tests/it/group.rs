//! Groups: states, item codes and the two limits.

use serde_json::{Value, json};
use wecom_sandbox::{LeaverSpec, Options};

use crate::support::{DAY, World, small, text};

const RESIGNED: &str = "externalcontact/groupchat/transfer";
const IN_SERVICE: &str = "externalcontact/groupchat/onjob_transfer";

impl World {
    async fn groups_of(&self, userid: &str) -> Vec<String> {
        let truth = self.truth(&format!("/member/{userid}")).await;
        truth["group_ids"]
            .as_array()
            .expect("groups")
            .iter()
            .map(text)
            .collect()
    }

    /// Groups that failed, with their codes.
    async fn move_groups(&self, path: &str, ids: &[String], to: &str) -> Vec<(String, i64)> {
        let answer = self
            .post(path, json!({ "chat_id_list": ids, "new_owner": to }))
            .await;
        assert_eq!(answer["errcode"], 0, "{answer}");
        let rows = answer["failed_chat_list"].as_array().expect("rows");
        rows.iter()
            .map(|row| {
                (
                    text(&row["chat_id"]),
                    row["errcode"].as_i64().expect("a code"),
                )
            })
            .collect()
    }

    async fn with_status(&self, status: i64) -> usize {
        let body = json!({ "status_filter": status, "limit": 1000 });
        let answer = self.post("externalcontact/groupchat/list", body).await;
        answer["group_chat_list"].as_array().expect("rows").len()
    }
}

#[tokio::test]
async fn a_leavers_group_goes_from_waiting_over_moving_to_inherited() {
    let world = World::new().await;
    let (leaver, fit) = world.cast().await;
    let ids = world.groups_of(&leaver).await;
    let before = world.with_status(1).await;
    assert!(
        world
            .move_groups(RESIGNED, &ids[..5], &fit[0])
            .await
            .is_empty()
    );
    assert_eq!(
        (world.with_status(1).await, world.with_status(2).await),
        (before - 5, 5)
    );
    assert_eq!(
        world.move_groups(RESIGNED, &ids[..1], &fit[0]).await[0].1,
        90_507
    );
    world.advance(120).await;
    assert_eq!(
        (world.with_status(2).await, world.with_status(3).await),
        (0, 5)
    );
    assert_eq!(
        world.move_groups(RESIGNED, &ids[..1], &fit[1]).await[0].1,
        90_508
    );
    let truth = world.truth("?only=group_transfers").await;
    assert!(
        truth["group_transfers"]
            .as_array()
            .expect("rows")
            .iter()
            .all(|row| row["status"] == 3)
    );
}

#[tokio::test]
async fn an_employed_owners_group_moves_at_once_and_twice_at_most() {
    let mut world = World::new().await;
    let (leaver, mut fit) = world.cast().await;
    while world.groups_of(&fit[1]).await.is_empty() {
        fit.remove(1);
    }
    let own = world.groups_of(&fit[1]).await;
    let id = &own[..1];
    assert_eq!(world.move_groups(RESIGNED, id, &fit[0]).await[0].1, 90_500);
    assert!(world.move_groups(IN_SERVICE, id, &fit[0]).await.is_empty());
    assert!(world.groups_of(&fit[0]).await.contains(&id[0]));
    assert_eq!(
        world.move_groups(IN_SERVICE, id, &fit[0]).await[0].1,
        90_504
    );
    assert!(world.move_groups(IN_SERVICE, id, &fit[1]).await.is_empty());
    assert_eq!(
        world.move_groups(IN_SERVICE, id, &fit[0]).await[0].1,
        40_128
    );
    world.advance(90 * DAY).await;
    world.token = world
        .token_of(&world.sandbox.info().app_secret.clone())
        .await;
    assert!(world.move_groups(IN_SERVICE, id, &fit[0]).await.is_empty());
    let left = world.groups_of(&leaver).await;
    assert_eq!(
        world.move_groups(IN_SERVICE, &left[..1], &fit[0]).await[0].1,
        90_502
    );
    world
        .control("POST", &format!("groups/{}/dismiss", id[0]), Value::Null)
        .await;
    assert_eq!(
        world.move_groups(IN_SERVICE, id, &fit[1]).await[0].1,
        49_008
    );
    let get = world
        .post("externalcontact/groupchat/get", json!({ "chat_id": id[0] }))
        .await;
    assert_eq!(get["errcode"], 49_008);
    assert_eq!(
        world
            .move_groups(IN_SERVICE, &["wrNo".into()], &fit[1])
            .await[0]
            .1,
        90_501
    );
}

#[tokio::test]
async fn three_hundred_groups_leave_one_person_in_a_beijing_day() {
    let leaver = LeaverSpec {
        customers: 0,
        groups: 450,
        ..LeaverSpec::default()
    };
    let options = Options {
        leaver: Some(leaver),
        groups: 500,
        ..small()
    };
    let mut world = World::with(options).await;
    let leaver = text(&world.truth("/company").await["prominent"]);
    let (_, fit) = world.cast().await;
    let ids = world.groups_of(&leaver).await;
    assert_eq!(ids.len(), 450);
    let mut failed = Vec::new();
    for part in ids.chunks(100) {
        failed.extend(world.move_groups(RESIGNED, part, &fit[0]).await);
    }
    assert_eq!(failed.len(), 150);
    assert!(failed.iter().all(|(_, code)| *code == 45_009));
    // The start is 09:00; fifteen hours later a new day begins.
    world.advance(15 * 3_600 - 1).await;
    world.token = world
        .token_of(&world.sandbox.info().app_secret.clone())
        .await;
    assert_eq!(
        world
            .move_groups(RESIGNED, &ids[449..], &fit[0])
            .await
            .len(),
        1
    );
    world.advance(1).await;
    for part in ids[300..].chunks(100) {
        assert!(world.move_groups(RESIGNED, part, &fit[0]).await.is_empty());
    }
}

#[tokio::test]
async fn a_leaver_in_the_owner_filter_is_40003() {
    let world = World::new().await;
    let (leaver, fit) = world.cast().await;
    let list = |userid: &str| json!({ "limit": 10, "owner_filter": { "userid_list": [userid] } });
    let path = "externalcontact/groupchat/list";
    assert_eq!(world.post(path, list(&leaver)).await["errcode"], 40_003);
    assert_eq!(world.post(path, list(&fit[0])).await["errcode"], 0);
    assert_eq!(
        world.post(path, json!({})).await["errcode"],
        40_058,
        "limit is required"
    );
    world.knobs(json!({ "owner_filter_above": 10 })).await;
    assert_eq!(
        world.post(path, json!({ "limit": 10 })).await["errcode"],
        81_017
    );
}
