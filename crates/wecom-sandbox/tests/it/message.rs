//! Messages, login, files and figures.

use serde_json::{Value, json};

use crate::support::{DAY, START, World, text};

fn message(world: &World, to: &str, content: &str) -> Value {
    json!({
        "touser": to, "msgtype": "text", "agentid": world.sandbox.info().agent_id,
        "text": { "content": content },
    })
}

async fn messages(world: &World) -> Vec<Value> {
    let truth = world.truth("?only=messages").await;
    truth["messages"].as_array().expect("rows").clone()
}

#[tokio::test]
async fn invalid_receivers_are_named_in_lower_case() {
    let world = World::new().await;
    let (leaver, fit) = world.cast().await;
    let both = format!("{}|{}", fit[0].to_uppercase(), leaver.to_uppercase());
    let answer = world
        .post("message/send", message(&world, &both, "hello"))
        .await;
    assert_eq!(answer["errcode"], 0);
    assert_eq!(answer["invaliduser"], leaver.to_lowercase());
    let none = world
        .post("message/send", message(&world, &leaver, "hello"))
        .await;
    assert_eq!(none["errcode"], 81_013);
    let sent = messages(&world).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0]["touser"], fit[0].as_str());
    assert_eq!(sent[0]["content"]["content"], "hello");
    let mut wrong = message(&world, &fit[0], "hello");
    wrong["agentid"] = json!(1);
    assert_eq!(world.post("message/send", wrong).await["errcode"], 301_002);
}

#[tokio::test]
async fn over_thirty_a_minute_messages_vanish_silently() {
    let world = World::new().await;
    let (_, fit) = world.cast().await;
    for number in 0..32 {
        let answer = world
            .post(
                "message/send",
                message(&world, &fit[0], &number.to_string()),
            )
            .await;
        assert_eq!(answer["errcode"], 0);
    }
    let dropped = messages(&world)
        .await
        .iter()
        .filter(|row| row["dropped"] == true)
        .count();
    assert_eq!(dropped, 2);
    world.advance(60).await;
    world
        .post("message/send", message(&world, &fit[0], "later"))
        .await;
    assert_eq!(messages(&world).await[32]["dropped"], false);
}

#[tokio::test]
async fn the_duplicate_check_shows_the_same_words_once() {
    let world = World::new().await;
    let (_, fit) = world.cast().await;
    let mut body = message(&world, &fit[0], "notice");
    body["enable_duplicate_check"] = json!(1);
    body["duplicate_check_interval"] = json!(600);
    for _ in 0..2 {
        assert_eq!(world.post("message/send", body.clone()).await["errcode"], 0);
    }
    world.advance(600).await;
    world.post("message/send", body).await;
    let shown: Vec<bool> = messages(&world)
        .await
        .iter()
        .map(|row| row["duplicate"] == false)
        .collect();
    assert_eq!(shown, [true, false, true]);
}

#[tokio::test]
async fn a_code_signs_in_one_person_once_for_five_minutes() {
    let world = World::new().await;
    let (_, fit) = world.cast().await;
    let info = world.sandbox.info().clone();
    let page = format!(
        "{}/wwlogin/sso/login?login_type=CorpApp&appid={}&agentid={}&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fback%3Fa%3D1&state=s%26t",
        info.base_url, info.corp_id, info.agent_id
    );
    let html = world
        .client
        .get(&page)
        .send()
        .await
        .expect("sent")
        .text()
        .await
        .expect("text");
    assert!(html.contains(&fit[0]), "everybody in service can be picked");
    assert!(html.contains("value=\"s&amp;t\""));
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client");
    let back = client
        .get(format!("{page}&userid={}", fit[0]))
        .send()
        .await
        .expect("sent");
    let target = back.headers()["location"]
        .to_str()
        .expect("text")
        .to_owned();
    let target = reqwest::Url::parse(&target).expect("an address");
    let pairs: Vec<(String, String)> = target.query_pairs().into_owned().collect();
    assert_eq!(pairs[2], ("state".to_owned(), "s&t".to_owned()));
    let path = format!("auth/getuserinfo?code={}", pairs[1].1);
    assert_eq!(world.get(&path).await["userid"], fit[0].as_str());
    assert_eq!(world.get(&path).await["errcode"], 42_022);
    let code = world
        .control("POST", "login", json!({ "userid": fit[0] }))
        .await;
    let path = format!("user/getuserinfo?code={}", text(&code["code"]));
    world.advance(299).await;
    assert_eq!(world.get(&path).await["UserId"], fit[0].as_str());
    let code = world
        .control("POST", "login", json!({ "userid": fit[0] }))
        .await;
    world.advance(300).await;
    let path = format!("auth/getuserinfo?code={}", text(&code["code"]));
    assert_eq!(world.get(&path).await["errcode"], 42_003);
    assert_eq!(
        world.get("auth/getuserinfo?code=x").await["errcode"],
        40_029
    );
}

#[tokio::test]
async fn a_file_comes_back_as_it_went() {
    let world = World::new().await;
    let url = world.url(&format!(
        "media/upload?type=file&access_token={}",
        world.token
    ));
    let bytes: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    let part = reqwest::multipart::Part::bytes(bytes.clone()).file_name("list.csv");
    let form = reqwest::multipart::Form::new().part("media", part);
    let answer = world
        .client
        .post(url)
        .multipart(form)
        .send()
        .await
        .expect("sent");
    let answer: Value = answer.json().await.expect("json");
    assert_eq!(answer["created_at"], START.to_string(), "a text, here");
    let path = format!(
        "media/get?media_id={}&access_token={}",
        text(&answer["media_id"]),
        world.token
    );
    let file = world
        .client
        .get(world.url(&path))
        .send()
        .await
        .expect("sent");
    assert_eq!(file.bytes().await.expect("bytes").to_vec(), bytes);
    assert_eq!(world.get("media/get?media_id=no").await["errcode"], 40_007);
}

#[tokio::test]
async fn behaviour_figures_are_cut_to_beijing_days() {
    let world = World::new().await;
    let (_, fit) = world.cast().await;
    let ask = |days: i64| json!({ "userid": [fit[0]], "start_time": START - days * DAY, "end_time": START });
    let path = "externalcontact/get_user_behavior_data";
    let answer = world.post(path, ask(6)).await;
    let rows = answer["behavior_data"].as_array().expect("rows");
    assert_eq!(rows.len(), 7);
    let midnight = (START + 8 * 3_600) % DAY;
    assert_eq!(rows[6]["stat_time"], START - midnight);
    assert_eq!(world.post(path, ask(31)).await["errcode"], 40_058);
    let huge = json!({ "userid": [fit[0]], "start_time": i64::MIN, "end_time": i64::MAX });
    assert_eq!(world.post(path, huge).await["errcode"], 40_058);
}
