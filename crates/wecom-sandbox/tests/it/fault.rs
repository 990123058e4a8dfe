//! Faults: the caller is told nonsense, the truth is not touched by it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::World;

const START: &str = "externalcontact/resigned/transfer_customer";

impl World {
    async fn fault(&self, rule: Value) {
        self.control("DELETE", "faults", Value::Null).await;
        self.control("POST", "faults", rule).await;
    }

    async fn started(&self) -> usize {
        let truth = self.truth("?only=transfers").await;
        truth["transfers"].as_array().expect("rows").len()
    }

    /// Requests for the leaver's customers one by one.
    async fn requests(&self) -> Vec<Value> {
        let (leaver, fit) = self.cast().await;
        let ids = self.unassigned(&leaver).await;
        ids.iter()
            .map(|id| {
                json!({
                    "handover_userid": leaver, "takeover_userid": fit[0], "external_userid": [id],
                })
            })
            .collect()
    }
}

#[tokio::test]
async fn a_cut_before_has_no_effect_and_a_cut_after_has() {
    let world = World::new().await;
    let requests = world.requests().await;
    world
        .fault(json!({ "path": START, "kind": "cut_before", "times": 1 }))
        .await;
    let cut = world.try_post(START, requests[0].clone()).await;
    assert!(cut.is_err_and(|error| !error.is_connect() && !error.is_decode()));
    assert_eq!(world.started().await, 0);
    world
        .fault(json!({ "path": START, "kind": "cut_after", "times": 1 }))
        .await;
    assert!(world.try_post(START, requests[0].clone()).await.is_err());
    assert_eq!(world.started().await, 1);
    let again = world.post(START, requests[0].clone()).await;
    assert_eq!(again["customer"][0]["errcode"], 40_100);
    let calls = world.truth("?only=calls").await;
    assert_eq!(calls["calls"][START], 3);
}

#[tokio::test]
async fn codes_without_effect_and_a_busy_answer_with_one() {
    let world = World::new().await;
    let requests = world.requests().await;
    for (kind, code) in [("busy", -1), ("freq", 45_009), ("concurrency", 45_033)] {
        world
            .fault(json!({ "path": "*", "kind": kind, "times": 1 }))
            .await;
        assert_eq!(
            world.post(START, requests[0].clone()).await["errcode"],
            code
        );
    }
    world
        .fault(json!({ "path": START, "kind": "top_errcode", "code": 40_205, "times": 1 }))
        .await;
    assert_eq!(
        world.post(START, requests[0].clone()).await["errcode"],
        40_205
    );
    assert_eq!(world.started().await, 0);
    world
        .fault(json!({ "path": START, "kind": "busy_after", "times": 1 }))
        .await;
    assert_eq!(world.post(START, requests[0].clone()).await["errcode"], -1);
    assert_eq!(world.started().await, 1);
}

#[tokio::test]
async fn a_killed_token_is_replaced_by_a_new_one() {
    let world = World::new().await;
    let secret = world.sandbox.info().app_secret.clone();
    for (kind, code) in [("token_40014", 40_014), ("token_42001", 42_001)] {
        let world = World::new().await;
        world
            .fault(json!({ "path": "department/list", "kind": kind, "times": 1 }))
            .await;
        assert_eq!(world.get("department/list").await["errcode"], code);
        assert_eq!(
            world.get("department/list").await["errcode"],
            42_001,
            "it stays dead"
        );
        let fresh = world.token_of(&secret).await;
        assert_ne!(fresh, world.token);
    }
}

#[tokio::test]
async fn pages_get_shorter_and_cursors_vanish() {
    let world = World::new().await;
    let path = "externalcontact/groupchat/list";
    let body = json!({ "limit": 30 });
    world
        .fault(json!({ "path": path, "kind": "short_page", "times": 1 }))
        .await;
    let page = world.post(path, body).await;
    assert_eq!(page["group_chat_list"].as_array().expect("rows").len(), 10);
    assert_ne!(page["next_cursor"], "");
    world
        .fault(json!({ "path": path, "kind": "absent_cursor", "times": 1 }))
        .await;
    let page = world.post(path, json!({ "limit": 1000 })).await;
    assert!(page.get("next_cursor").is_none());
}

#[tokio::test]
async fn malformed_answers_hide_an_effect() {
    let world = World::new().await;
    let requests = world.requests().await;
    for (place, variant) in ["html", "half", "http500", "garbage"]
        .into_iter()
        .enumerate()
    {
        let rule = json!({ "path": START, "kind": "malformed", "variant": variant, "times": 1 });
        world.fault(rule).await;
        assert!(
            world
                .try_post(START, requests[place].clone())
                .await
                .is_err(),
            "{variant}"
        );
        assert_eq!(world.started().await, place + 1);
    }
}

#[tokio::test]
async fn a_slow_answer_takes_effect_although_nobody_waits() {
    let world = World::new().await;
    let requests = world.requests().await;
    world
        .fault(json!({ "path": START, "kind": "slow_before", "millis": 300, "times": 1 }))
        .await;
    let url = format!("{}?access_token={}", world.url(START), world.token);
    let request = world
        .client
        .post(url)
        .json(&requests[0])
        .timeout(Duration::from_millis(60));
    assert!(request.send().await.is_err_and(|error| error.is_timeout()));
    for _ in 0..200 {
        if world.started().await == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the effect never came");
}

#[tokio::test]
async fn probability_and_skipping_repeat_from_a_seed() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let world = World::new().await;
        let rule = json!({ "path": "getcallbackip", "kind": "busy", "probability": 0.5, "seed": 3, "skip": 4 });
        world.fault(rule).await;
        let mut codes = Vec::new();
        for _ in 0..30 {
            codes.push(world.get("getcallbackip").await["errcode"].clone());
        }
        assert!(codes[..4].iter().all(|code| *code == 0));
        assert!(codes.contains(&json!(-1)));
        runs.push(codes);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn calls_at_once_are_capped() {
    let world = World::new().await;
    world
        .knobs(json!({ "concurrency_limit": 2, "latency_ms": 200 }))
        .await;
    let mut codes = Vec::new();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..5 {
        let client = world.client.clone();
        let url = world.url(&format!("getcallbackip?access_token={}", world.token));
        tasks.spawn(async move {
            let answer: Value = client
                .get(url)
                .send()
                .await
                .expect("sent")
                .json()
                .await
                .expect("json");
            answer["errcode"].clone()
        });
    }
    while let Some(code) = tasks.join_next().await {
        codes.push(code.expect("a task"));
    }
    assert!(codes.contains(&json!(45_033)), "{codes:?}");
}
