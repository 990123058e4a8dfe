//! Odd input of every kind gets an answer, and the server goes on.

use proptest::prelude::*;
use serde_json::{Value, json};
use wecom_sandbox::Options;

use crate::support::{START, World, small};

const PATHS: &[&str] = &[
    "gettoken",
    "department/list",
    "department/create",
    "department/update",
    "user/get",
    "user/list",
    "user/create",
    "user/list_id",
    "externalcontact/get",
    "externalcontact/list",
    "externalcontact/remark",
    "externalcontact/mark_tag",
    "externalcontact/batch/get_by_user",
    "externalcontact/get_corp_tag_list",
    "externalcontact/add_corp_tag",
    "externalcontact/edit_corp_tag",
    "externalcontact/del_corp_tag",
    "externalcontact/transfer_customer",
    "externalcontact/transfer_result",
    "externalcontact/resigned/transfer_customer",
    "externalcontact/get_unassigned_list",
    "externalcontact/groupchat/list",
    "externalcontact/groupchat/get",
    "externalcontact/groupchat/transfer",
    "externalcontact/groupchat/statistic",
    "externalcontact/get_user_behavior_data",
    "externalcontact/customer_strategy/list",
    "externalcontact/customer_strategy/get_range",
    "message/send",
    "message/recall",
    "media/upload?type=file",
    "agent/get",
];

const NAMES: &[&str] = &[
    "userid",
    "external_userid",
    "handover_userid",
    "takeover_userid",
    "cursor",
    "limit",
    "page_id",
    "page_size",
    "userid_list",
    "tag",
    "tag_id",
    "group_id",
    "id",
    "chat_id",
    "chat_id_list",
    "new_owner",
    "status_filter",
    "owner_filter",
    "start_time",
    "end_time",
    "touser",
    "msgtype",
    "text",
    "agentid",
    "remark",
    "remark_mobiles",
    "add_tag",
    "name",
    "department",
    "parentid",
    "day_begin_time",
    "offset",
    "partyid",
    "strategy_id",
    "code",
    "media_id",
    "duplicate_check_interval",
];

fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,80}".prop_map(Value::from),
        proptest::collection::vec(".{0,12}", 0..120).prop_map(Value::from),
        proptest::collection::vec(any::<i64>(), 0..4).prop_map(Value::from),
        Just(json!({ "userid_list": [1, "x", null] })),
        Just(json!([{ "name": "甲", "order": 1 }])),
        Just(json!({ "content": "x" })),
    ]
}

#[test]
fn odd_bodies_get_an_errcode_and_never_a_panic() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let world = runtime.block_on(World::with(small()));
    let body = proptest::collection::btree_map(proptest::sample::select(NAMES), odd(), 0..8);
    let case = (proptest::sample::select(PATHS), body);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(600));
    let outcome = runner.run(&case, |(path, body)| {
        let body = json!(body);
        let answer = runtime.block_on(async {
            let token = if path.starts_with("user/list_id") || path.starts_with("department/") {
                world
                    .token_of(&world.sandbox.info().contacts_secret.clone())
                    .await
            } else {
                world.token.clone()
            };
            let join = if path.contains('?') { '&' } else { '?' };
            world
                .raw(
                    "POST",
                    &format!("{path}{join}access_token={token}"),
                    Some(&body),
                )
                .await
        });
        prop_assert!(answer["errcode"].is_i64(), "{path} {answer}");
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn a_body_over_two_megabytes_is_413() {
    let world = World::new().await;
    let url = world.url("externalcontact/remark?access_token=x");
    let body = vec![b' '; 3 << 20];
    // The server may close before everything is sent; both tell the sender.
    if let Ok(answer) = world.client.post(url).body(body).send().await {
        assert_eq!(answer.status(), 413);
    }
    assert_eq!(world.get("department/list").await["errcode"], 0);
}

#[tokio::test]
async fn wrong_control_calls_say_what_is_wrong() {
    let world = World::new().await;
    for (method, path, body) in [
        ("POST", "clock", json!({ "advance_s": -1 })),
        ("POST", "clock", json!({ "set": 0 })),
        ("POST", "clock", json!({ "advance_s": 1e300 })),
        ("POST", "clock", Value::Null),
        ("PUT", "knobs", json!({ "no_such_knob": 1 })),
        ("PUT", "knobs", json!({ "token_lifetime_s": 0 })),
        (
            "POST",
            "faults",
            json!({ "path": "*", "kind": "no such kind" }),
        ),
        ("POST", "customers/nobody/accept", Value::Null),
        ("POST", "members/nobody/leave", Value::Null),
        ("POST", "behaviour", json!({ "refuse_share": "much" })),
        ("POST", "callback", json!({ "url": "file:///etc/passwd" })),
        ("GET", "truth/customer/wm", Value::Null),
        ("GET", "nothing", Value::Null),
    ] {
        let (status, answer) = world.sandbox.control(method, path, body).await;
        assert_eq!(status, 400, "{method} {path}");
        assert!(answer["error"].is_string());
    }
}

#[tokio::test]
async fn the_control_api_over_http_is_the_same() {
    let world = World::new().await;
    let base = world.sandbox.info().control_url.clone();
    let clock: Value = world
        .client
        .get(format!("{base}/clock"))
        .send()
        .await
        .expect("sent")
        .json()
        .await
        .expect("json");
    assert_eq!(clock["now"], START);
    let moved = world
        .client
        .post(format!("{base}/clock"))
        .json(&json!({ "advance_s": 5 }));
    let moved: Value = moved
        .send()
        .await
        .expect("sent")
        .json()
        .await
        .expect("json");
    assert_eq!(moved["now"], START + 5);
    let info = world
        .client
        .get(format!("{base}/info"))
        .send()
        .await
        .expect("sent");
    let info: wecom_sandbox::Info = info.json().await.expect("json");
    assert_eq!(info.corp_id, world.sandbox.info().corp_id);
    let bad = world
        .client
        .post(format!("{base}/clock"))
        .body("{")
        .send()
        .await
        .expect("sent");
    assert_eq!(bad.status(), 400);
}

#[tokio::test]
async fn the_clock_runs_by_itself_and_work_is_done_while_nobody_asks() {
    let world = World::with(Options {
        frozen_clock: false,
        ..small()
    })
    .await;
    let (leaver, fit) = world.cast().await;
    let id = world.unassigned(&leaver).await.remove(0);
    world.knobs(json!({ "waiting_s": 1 })).await;
    let body =
        json!({ "handover_userid": leaver, "takeover_userid": fit[0], "external_userid": [id] });
    world
        .post("externalcontact/resigned/transfer_customer", body)
        .await;
    for _ in 0..400 {
        let truth = world.truth("?only=transfers").await;
        if truth["transfers"][0]["status"] == 1 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the takeover never came");
}

#[tokio::test]
async fn a_stopped_sandbox_answers_nobody_not_even_on_an_open_connection() {
    let world = World::new().await;
    let url = world.url(&format!("getcallbackip?access_token={}", world.token));
    assert!(world.client.get(&url).send().await.is_ok());
    world.sandbox.stop().await;
    assert!(world.client.get(&url).send().await.is_err());
}
