//! The order of checks (reference 9.1) and the recorded answers of the real
//! server.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::World;

#[tokio::test]
async fn an_unknown_path_is_404_without_a_body() {
    let world = World::new().await;
    let answer = world
        .client
        .get(world.url("this_api_does_not_exist"))
        .send()
        .await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.text().await.expect("a body"), "");
}

#[tokio::test]
async fn the_token_is_checked_before_everything_else() {
    let world = World::new().await;
    let missing = world
        .raw("POST", "externalcontact/transfer_customer", None)
        .await;
    assert_eq!(missing["errcode"], 41_001);
    assert_eq!(missing["customer"], json!([]));
    let wrong = world
        .raw(
            "POST",
            "externalcontact/transfer_customer?access_token=x",
            None,
        )
        .await;
    assert_eq!(wrong["errcode"], 40_014);
    assert_eq!(wrong["errmsg"], "invalid access_token");
    // In the body it is not seen.
    let body = json!({ "access_token": world.token });
    let hidden = world.raw("POST", "user/list_id", Some(&body)).await;
    assert_eq!(hidden["errcode"], 41_001);
    assert_eq!(hidden["dept_user"], json!([]));
}

#[tokio::test]
async fn address_frequency_and_permission_come_in_this_order() {
    let world = World::new().await;
    world
        .knobs(
            json!({ "trusted_ips": ["203.0.113.9"], "app_callable": false, "calls_per_minute": 0 }),
        )
        .await;
    let path = "externalcontact/transfer_customer";
    let answer = world.post(path, json!({})).await;
    assert_eq!(answer["errcode"], 60_020);
    assert!(
        answer["errmsg"]
            .as_str()
            .expect("text")
            .contains("from ip: 127.0.0.1")
    );
    world.knobs(json!({ "trusted_ips": null })).await;
    assert_eq!(world.post(path, json!({})).await["errcode"], 45_009);
    world.knobs(json!({ "calls_per_minute": 10_000 })).await;
    world.advance(60).await;
    assert_eq!(world.post(path, json!({})).await["errcode"], 48_002);
    world.knobs(json!({ "app_callable": true })).await;
    assert_eq!(world.post(path, json!({})).await["errcode"], 41_009);
}

#[tokio::test]
async fn broken_json_is_told_by_the_first_missing_parameter() {
    let world = World::new().await;
    let url = world.url(&format!(
        "externalcontact/transfer_customer?access_token={}",
        world.token
    ));
    let answer = world
        .client
        .post(url)
        .body("{\"handover")
        .send()
        .await
        .expect("an answer");
    let answer: Value = answer.json().await.expect("json");
    assert_eq!(answer["errcode"], 41_035);
    assert!(
        answer["errmsg"]
            .as_str()
            .expect("text")
            .contains("Warning: wrong json format.")
    );
}

#[tokio::test]
async fn secrets_are_told_apart() {
    let world = World::new().await;
    let info = world.sandbox.info().clone();
    let contacts = World {
        token: world.token_of(&info.contacts_secret).await,
        ..world
    };
    assert_eq!(
        contacts.get("user/list?department_id=1").await["errcode"],
        48_009
    );
    assert_eq!(
        contacts.get("externalcontact/get_follow_user_list").await["errcode"],
        48_002
    );
    assert_eq!(contacts.post("user/list_id", json!({})).await["errcode"], 0);
    let app = World {
        token: contacts.token_of(&info.app_secret).await,
        ..contacts
    };
    assert_eq!(app.post("user/list_id", json!({})).await["errcode"], 48_002);
    let wrong = format!("gettoken?corpid={}&corpsecret=nonsense", info.corp_id);
    assert_eq!(app.raw("GET", &wrong, None).await["errcode"], 40_001);
}

#[tokio::test]
async fn a_token_stays_the_same_until_it_dies_by_the_virtual_clock() {
    let world = World::new().await;
    let secret = world.sandbox.info().app_secret.clone();
    assert_eq!(world.token_of(&secret).await, world.token);
    world.advance(7_199).await;
    assert_eq!(world.get("department/list").await["errcode"], 0);
    world.advance(1).await;
    assert_eq!(world.get("department/list").await["errcode"], 42_001);
    world.knobs(json!({ "expired_token_code": 40_014 })).await;
    assert_eq!(world.get("department/list").await["errcode"], 40_014);
    assert_ne!(world.token_of(&secret).await, world.token);
}

/// Names and kinds of the fields of an answer, and its errcode.
fn shape(value: &Value) -> Vec<(String, String)> {
    let object = value.as_object().expect("an object");
    let kind = |value: &Value| match value {
        Value::String(_) => "text".to_owned(),
        other => other.to_string(),
    };
    let mut shape: Vec<_> = object
        .iter()
        .map(|(name, value)| (name.clone(), kind(value)))
        .collect();
    shape.sort();
    shape
}

#[tokio::test]
async fn recorded_answers_of_the_real_server_are_given_alike() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/fixtures/wecom/live-probes"
    );
    let Ok(files) = Path::new(folder).read_dir() else {
        println!("skipped: the folder of recorded answers is not there");
        return;
    };
    let world = World::new().await;
    let mut compared = 0;
    for file in files {
        let text = std::fs::read_to_string(file.expect("an entry").path()).expect("a file");
        let probe: Value = serde_json::from_str(&text).expect("json");
        if probe["body"].is_null() {
            continue;
        }
        let request = probe["request"].as_str().expect("a request");
        let (method, rest) = request.split_once(' ').expect("a method");
        let path = rest.split(' ').next().expect("a path");
        let path = path.strip_prefix("/cgi-bin/").expect("an API");
        let answer = world.raw(method, path, None).await;
        assert_eq!(shape(&answer), shape(&probe["body"]), "{request}");
        compared += 1;
    }
    assert!(compared >= 9, "only {compared} answers compared");
}
