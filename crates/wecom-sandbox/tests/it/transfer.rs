//! The state machine of reference 9.2, arrow by arrow, and the item codes.

use serde_json::{Value, json};

use crate::support::{DAY, START, World, text};

const IN_SERVICE: &str = "externalcontact/transfer_customer";
const RESIGNED: &str = "externalcontact/resigned/transfer_customer";

struct Pair {
    from: String,
    to: String,
}

impl World {
    async fn start(&self, path: &str, pair: &Pair, ids: &[String]) -> Value {
        let body = json!({
            "handover_userid": pair.from, "takeover_userid": pair.to, "external_userid": ids,
        });
        self.post(path, body).await
    }

    /// Item codes of a start.
    async fn codes(&self, path: &str, pair: &Pair, ids: &[String]) -> Vec<i64> {
        let answer = self.start(path, pair, ids).await;
        assert_eq!(answer["errcode"], 0, "{answer}");
        let items = answer["customer"].as_array().expect("items");
        items
            .iter()
            .map(|item| item["errcode"].as_i64().expect("a code"))
            .collect()
    }

    /// Status and time of the newest row of a customer.
    async fn result(&self, path: &str, pair: &Pair, id: &str) -> Option<(i64, i64)> {
        let path = path.replace("transfer_customer", "transfer_result");
        let body = json!({ "handover_userid": pair.from, "takeover_userid": pair.to });
        let answer = self.post(&path, body).await;
        let rows = answer["customer"].as_array().expect("rows");
        let row = rows.iter().rfind(|row| row["external_userid"] == id)?;
        Some((row["status"].as_i64()?, row["takeover_time"].as_i64()?))
    }

    async fn act(&self, id: &str, act: &str) -> Value {
        self.control("POST", &format!("customers/{id}/{act}"), json!({}))
            .await
    }

    /// Moves on and signs in again.
    async fn later(mut self, seconds: i64) -> Self {
        self.advance(seconds).await;
        self.token = self.token_of(&self.sandbox.info().app_secret.clone()).await;
        self
    }

    async fn followers(&self, id: &str) -> Vec<String> {
        let truth = self.truth(&format!("/customer/{id}")).await;
        let rows = truth["followers"].as_array().expect("rows");
        rows.iter().map(|row| text(&row["userid"])).collect()
    }

    /// Two members in service and a customer of the first only.
    async fn in_service(&self) -> (Pair, Vec<String>) {
        let (_, fit) = self.cast().await;
        let pair = Pair {
            from: fit[1].clone(),
            to: fit[0].clone(),
        };
        let theirs = self.customers(&pair.to).await;
        let ids = self.customers(&pair.from).await;
        (
            pair,
            ids.into_iter().filter(|id| !theirs.contains(id)).collect(),
        )
    }

    async fn resigned(&self) -> (Pair, Vec<String>) {
        let (leaver, fit) = self.cast().await;
        let ids = self.unassigned(&leaver).await;
        (
            Pair {
                from: leaver,
                to: fit[0].clone(),
            },
            ids,
        )
    }
}

#[tokio::test]
async fn silence_for_24_hours_is_consent() {
    let world = World::new().await;
    let (pair, ids) = world.in_service().await;
    let id = &ids[..1];
    assert_eq!(world.codes(IN_SERVICE, &pair, id).await, [0]);
    assert_eq!(
        world.result(IN_SERVICE, &pair, &id[0]).await,
        Some((2, START + DAY))
    );
    assert!(
        world.followers(&id[0]).await.contains(&pair.from),
        "nothing moves before the time"
    );
    let world = world.later(DAY - 1).await;
    assert_eq!(
        world.result(IN_SERVICE, &pair, &id[0]).await,
        Some((2, START + DAY))
    );
    let world = world.later(1).await;
    assert_eq!(
        world.result(IN_SERVICE, &pair, &id[0]).await,
        Some((1, START + DAY))
    );
    let followers = world.followers(&id[0]).await;
    assert!(followers.contains(&pair.to) && !followers.contains(&pair.from));
    let truth = world.truth(&format!("/customer/{}", id[0])).await;
    assert!(
        truth["followers"]
            .as_array()
            .expect("rows")
            .iter()
            .any(|row| row["add_way"] == 202)
    );
}

#[tokio::test]
async fn an_early_yes_takes_effect_at_once() {
    let world = World::new().await;
    let (pair, ids) = world.resigned().await;
    assert_eq!(world.codes(RESIGNED, &pair, &ids[..1]).await, [0]);
    world.advance(100).await;
    world.act(&ids[0], "accept").await;
    assert_eq!(
        world.result(RESIGNED, &pair, &ids[0]).await,
        Some((1, START + 100))
    );
    assert!(world.followers(&ids[0]).await.contains(&pair.to));
}

#[tokio::test]
async fn a_refusal_leaves_an_employed_member_the_customer_and_a_leaver_nobody() {
    let world = World::new().await;
    let (pair, ids) = world.in_service().await;
    world.codes(IN_SERVICE, &pair, &ids[..1]).await;
    world.act(&ids[0], "refuse").await;
    assert_eq!(world.result(IN_SERVICE, &pair, &ids[0]).await, Some((3, 0)));
    assert!(world.followers(&ids[0]).await.contains(&pair.from));

    let (pair, ids) = world.resigned().await;
    world.codes(RESIGNED, &pair, &ids[..1]).await;
    world.act(&ids[0], "refuse").await;
    assert_eq!(world.result(RESIGNED, &pair, &ids[0]).await, Some((3, 0)));
    let followers = world.followers(&ids[0]).await;
    assert!(!followers.contains(&pair.from) && !followers.contains(&pair.to));
    assert!(
        !world.unassigned(&pair.from).await.contains(&ids[0]),
        "it does not come back"
    );
    assert_eq!(world.codes(RESIGNED, &pair, &ids[..1]).await, [40_131]);
}

#[tokio::test]
async fn a_full_successor_is_told_at_the_start_or_at_the_end() {
    let world = World::new().await;
    let (pair, ids) = world.in_service().await;
    let held = world.truth(&format!("/member/{}", pair.to)).await["customers"].clone();
    let limit = json!({ "customer_limit": held.as_i64().expect("a number") + 1 });
    world
        .control("PATCH", &format!("members/{}", pair.to), limit)
        .await;
    // Both start, since the limit counts customers and not promises.
    assert_eq!(world.codes(IN_SERVICE, &pair, &ids[..2]).await, [0, 0]);
    let world = world.later(DAY).await;
    assert_eq!(
        world.result(IN_SERVICE, &pair, &ids[0]).await,
        Some((1, START + DAY))
    );
    assert_eq!(world.result(IN_SERVICE, &pair, &ids[1]).await, Some((4, 0)));
    assert_eq!(world.codes(IN_SERVICE, &pair, &ids[2..3]).await, [40_099]);
}

#[tokio::test]
async fn a_customer_who_had_deleted_the_member_starts_and_fails_a_day_later() {
    let world = World::new().await;
    let (pair, ids) = world.in_service().await;
    let body = json!({ "userid": pair.from });
    world
        .control("POST", &format!("customers/{}/delete_staff", ids[0]), body)
        .await;
    assert!(
        world.customers(&pair.from).await.contains(&ids[0]),
        "still listed"
    );
    assert_eq!(world.codes(IN_SERVICE, &pair, &ids[..1]).await, [0]);
    let world = world.later(DAY - 1).await;
    assert_eq!(
        world
            .result(IN_SERVICE, &pair, &ids[0])
            .await
            .map(|row| row.0),
        Some(2)
    );
    let world = world.later(1).await;
    assert_eq!(world.result(IN_SERVICE, &pair, &ids[0]).await, Some((3, 0)));
}

#[tokio::test]
async fn a_second_start_while_waiting_is_40100_and_changes_nothing() {
    let world = World::new().await;
    let (pair, ids) = world.resigned().await;
    let twice = vec![ids[0].clone(), ids[0].clone()];
    assert_eq!(world.codes(RESIGNED, &pair, &twice).await, [0, 40_100]);
    assert_eq!(world.codes(RESIGNED, &pair, &ids[..1]).await, [40_100]);
    let truth = world.truth("?only=transfers,start_errors").await;
    assert_eq!(truth["transfers"].as_array().expect("rows").len(), 1);
    assert_eq!(truth["start_errors"].as_array().expect("rows").len(), 2);
}

#[tokio::test]
async fn the_third_in_service_start_in_90_natural_days_is_40128() {
    let world = World::new().await;
    let (pair, ids) = world.in_service().await;
    let back = Pair {
        from: pair.to.clone(),
        to: pair.from.clone(),
    };
    let id = &ids[..1];
    assert_eq!(world.codes(IN_SERVICE, &pair, id).await, [0]);
    world.act(&id[0], "accept").await;
    assert_eq!(world.codes(IN_SERVICE, &back, id).await, [0]);
    world.act(&id[0], "accept").await;
    assert_eq!(world.codes(IN_SERVICE, &pair, id).await, [40_128]);
    let world = world.later(89 * DAY).await;
    assert_eq!(world.codes(IN_SERVICE, &pair, id).await, [40_128]);
    let world = world.later(DAY).await;
    assert_eq!(world.codes(IN_SERVICE, &pair, id).await, [0]);
    // The pair's list keeps the old row beside the new one.
    let body = json!({ "handover_userid": pair.from, "takeover_userid": pair.to });
    let rows = world.post("externalcontact/transfer_result", body).await;
    assert_eq!(rows["customer"].as_array().expect("rows").len(), 2);
}

#[tokio::test]
async fn the_wrong_endpoint_is_told_per_item_or_on_top() {
    let world = World::new().await;
    let (pair, ids) = world.in_service().await;
    assert_eq!(
        world.codes(RESIGNED, &pair, &ids[..2]).await,
        [40_097, 40_097]
    );
    world.knobs(json!({ "not_left_is_top": true })).await;
    assert_eq!(
        world.start(RESIGNED, &pair, &ids[..1]).await["errcode"],
        40_097
    );
    let (left, ids) = world.resigned().await;
    assert_eq!(
        world.start(IN_SERVICE, &left, &ids[..1]).await["errcode"],
        60_111
    );
}

#[tokio::test]
async fn parameters_and_people_are_checked_before_customers() {
    let world = World::new().await;
    let (pair, ids) = world.resigned().await;
    let many = vec![ids[0].clone(); 101];
    assert_eq!(world.start(RESIGNED, &pair, &many).await["errcode"], 40_058);
    assert_eq!(world.start(RESIGNED, &pair, &[]).await["errcode"], 41_035);
    let same = Pair {
        from: pair.to.clone(),
        to: pair.to.clone(),
    };
    assert_eq!(
        world.start(IN_SERVICE, &same, &ids[..1]).await["errcode"],
        40_130
    );
    let nobody = Pair {
        from: pair.from.clone(),
        to: "nobody".into(),
    };
    assert_eq!(
        world.start(RESIGNED, &nobody, &ids[..1]).await["errcode"],
        60_111
    );
    let odd = Pair {
        from: pair.from.clone(),
        to: "not a userid".into(),
    };
    assert_eq!(
        world.start(RESIGNED, &odd, &ids[..1]).await["errcode"],
        40_003
    );
    for (change, code) in [
        (json!({ "in_visible_range": false }), 60_021),
        (
            json!({ "in_visible_range": true, "activated": false }),
            41_054,
        ),
        (
            json!({ "activated": true, "customer_contact": false }),
            84_074,
        ),
        (
            json!({ "customer_contact": true, "real_name": false }),
            40_098,
        ),
        (json!({ "real_name": true, "login_age_days": 366 }), 40_205),
        (json!({ "login_age_days": 1, "disabled": true }), 40_143),
    ] {
        world
            .control("PATCH", &format!("members/{}", pair.to), change)
            .await;
        assert_eq!(
            world.start(RESIGNED, &pair, &ids[..1]).await["errcode"],
            code
        );
    }
    world
        .control(
            "PATCH",
            &format!("members/{}", pair.to),
            json!({ "disabled": false }),
        )
        .await;
    let strange = vec!["wmNobody".to_owned(), ids[0].clone()];
    assert_eq!(world.codes(RESIGNED, &pair, &strange).await, [40_096, 0]);
}

#[tokio::test]
async fn a_leaver_of_more_than_a_year_is_listed_and_cannot_be_inherited() {
    let world = World::new().await;
    let (pair, ids) = world.resigned().await;
    world
        .control(
            "PATCH",
            &format!("members/{}", pair.from),
            json!({ "left_days_ago": 366 }),
        )
        .await;
    assert_eq!(world.unassigned(&pair.from).await.len(), ids.len());
    assert_eq!(
        world.start(RESIGNED, &pair, &ids[..1]).await["errcode"],
        40_205
    );
}

#[tokio::test]
async fn remark_and_tags_stay_behind_unless_the_knobs_carry_them() {
    let world = World::new().await;
    let (pair, ids) = world.resigned().await;
    let row = |truth: &Value, userid: &str| {
        let rows = truth["followers"].as_array().expect("rows");
        rows.iter()
            .find(|row| row["userid"] == userid)
            .cloned()
            .expect("the row")
    };
    let mut tagged = Vec::new();
    for id in &ids {
        let truth = world.truth(&format!("/customer/{id}")).await;
        let old = row(&truth, &pair.from);
        let written = truth["name"] != old["remark"] && old["tag_id"] != json!([]);
        if written && truth["followers"].as_array().expect("rows").len() == 1 {
            tagged.push((id.clone(), old));
        }
    }
    let (first, second) = (&tagged[0], &tagged[1]);
    world
        .codes(RESIGNED, &pair, std::slice::from_ref(&first.0))
        .await;
    world.act(&first.0, "accept").await;
    let new = row(
        &world.truth(&format!("/customer/{}", first.0)).await,
        &pair.to,
    );
    assert_eq!(new["tag_id"], json!([]));
    assert_ne!(new["remark"], first.1["remark"]);
    world
        .knobs(json!({ "carry_over_tags": true, "carry_over_remark": true }))
        .await;
    world
        .codes(RESIGNED, &pair, std::slice::from_ref(&second.0))
        .await;
    world.act(&second.0, "accept").await;
    let new = row(
        &world.truth(&format!("/customer/{}", second.0)).await,
        &pair.to,
    );
    for field in ["tag_id", "remark", "description", "remark_mobiles"] {
        assert_eq!(new[field], second.1[field], "{field}");
    }
}

#[tokio::test]
async fn customers_behave_as_planned_and_the_same_way_every_time() {
    let plan = json!({
        "seed": 5, "refuse_share": 0.3, "early_accept_share": 0.3, "deleted_before_share": 0.1,
    });
    let mut runs = Vec::new();
    for _ in 0..2 {
        let world = World::new().await;
        world.control("POST", "behaviour", plan.clone()).await;
        let (pair, ids) = world.resigned().await;
        world.start(RESIGNED, &pair, &ids[..100]).await;
        let world = world.later(DAY).await;
        let truth = world.truth("?only=transfers").await;
        runs.push(truth["transfers"].clone());
    }
    assert_eq!(runs[0], runs[1]);
    let rows = runs[0].as_array().expect("rows");
    let count = |status: i64| rows.iter().filter(|row| row["status"] == status).count();
    assert!(
        count(3) > 20 && count(1) > 40,
        "{} refused, {} accepted",
        count(3),
        count(1)
    );
    let early = rows.iter().filter(|row| row["status"] == 1);
    assert!(early.clone().any(|row| row["takeover_time"] != START + DAY));
    assert!(
        rows.iter()
            .any(|row| row["status"] == 3 && row["ended_at"] == START + DAY)
    );
}

#[tokio::test]
async fn rows_of_a_leaver_show_after_the_lag() {
    let world = World::new().await;
    world
        .knobs(json!({ "unassigned_lag_s": 3_600, "result_delay_s": 30 }))
        .await;
    let (_, fit) = world.cast().await;
    let held = world.customers(&fit[1]).await.len();
    world
        .control("POST", &format!("members/{}/leave", fit[1]), Value::Null)
        .await;
    assert!(world.unassigned(&fit[1]).await.is_empty());
    world.advance(3_600).await;
    let ids = world.unassigned(&fit[1]).await;
    assert_eq!(ids.len(), held);
    let gone = world.get(&format!("user/get?userid={}", fit[1])).await;
    assert_eq!(gone["errcode"], 60_111);
    let pair = Pair {
        from: fit[1].clone(),
        to: fit[0].clone(),
    };
    world.codes(RESIGNED, &pair, &ids[..1]).await;
    assert_eq!(world.result(RESIGNED, &pair, &ids[0]).await, None);
    world.advance(30).await;
    assert!(world.result(RESIGNED, &pair, &ids[0]).await.is_some());
}
