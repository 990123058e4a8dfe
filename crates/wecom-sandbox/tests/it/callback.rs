//! Callbacks against a receiver that decrypts, refuses, and counts.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};
use wecom_sandbox::crypt;

use crate::support::{DAY, World};

struct Receiver {
    token: String,
    key: crypt::Key,
    corp: String,
    events: Mutex<Vec<String>>,
    status: AtomicU16,
}

impl Receiver {
    fn open(&self, query: Option<&str>, encrypted: &str) -> String {
        let mut url = reqwest::Url::parse("http://localhost").expect("an address");
        url.set_query(query);
        let part = |name: &str| {
            let found = url.query_pairs().find(|(key, _)| key == name);
            found
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default()
        };
        let encrypted = if encrypted.is_empty() {
            part("echostr")
        } else {
            encrypted.to_owned()
        };
        let expected =
            crypt::signature(&self.token, &part("timestamp"), &part("nonce"), &encrypted);
        assert_eq!(part("msg_signature"), expected);
        let (message, receiver) = self.key.decrypt(&encrypted).expect("decrypts");
        assert_eq!(receiver, self.corp);
        String::from_utf8(message).expect("text")
    }
}

async fn echo(State(receiver): State<Arc<Receiver>>, RawQuery(query): RawQuery) -> String {
    receiver.open(query.as_deref(), "")
}

async fn take(
    State(receiver): State<Arc<Receiver>>,
    RawQuery(query): RawQuery,
    body: String,
) -> StatusCode {
    let status = receiver.status.load(Ordering::SeqCst);
    let encrypted = between(&body, "<Encrypt><![CDATA[", "]]></Encrypt>");
    let xml = receiver.open(query.as_deref(), encrypted);
    if status == 200 {
        receiver.events.lock().expect("a lock").push(xml);
    }
    StatusCode::from_u16(status).expect("a status")
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).map_or(0, |at| at + start.len());
    let length = text[from..].find(end).unwrap_or(0);
    &text[from..from + length]
}

fn field<'a>(xml: &'a str, name: &str) -> &'a str {
    let value = between(xml, &format!("<{name}>"), &format!("</{name}>"));
    value
        .strip_prefix("<![CDATA[")
        .and_then(|v| v.strip_suffix("]]>"))
        .unwrap_or(value)
}

async fn receiver(world: &World) -> (Arc<Receiver>, String) {
    let info = world.sandbox.info();
    let receiver = Arc::new(Receiver {
        token: info.callback_token.clone(),
        key: crypt::Key::parse(&info.encoding_aes_key).expect("a key"),
        corp: info.corp_id.clone(),
        events: Mutex::default(),
        status: AtomicU16::new(200),
    });
    let app = Router::new()
        .route("/cb", get(echo).post(take))
        .with_state(Arc::clone(&receiver));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/cb", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (receiver, url)
}

/// Waits until nothing is under way any more.
async fn quiet(world: &World) {
    for _ in 0..500 {
        let state = world.control("GET", "callback", Value::Null).await;
        if state["waiting"] == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("callbacks never came to rest");
}

/// Change, member and the rest that matters of every event received.
fn story(receiver: &Receiver) -> Vec<(String, String, String)> {
    let events = receiver.events.lock().expect("a lock");
    let extra = |xml: &str| format!("{}{}", field(xml, "Source"), field(xml, "FailReason"));
    events
        .iter()
        .map(|xml| {
            (
                field(xml, "ChangeType").into(),
                field(xml, "UserID").into(),
                extra(xml),
            )
        })
        .collect()
}

#[tokio::test]
async fn takeovers_and_refusals_are_told_as_the_reference_says() {
    let world = World::new().await;
    let (receiver, url) = receiver(&world).await;
    world
        .control("POST", "callback", json!({ "url": url }))
        .await;
    let (leaver, fit) = world.cast().await;
    let (from, to) = (&fit[1], &fit[0]);
    let theirs = world.customers(to).await;
    let mut own = world.customers(from).await;
    own.retain(|id| !theirs.contains(id));
    let start = |from: &str, ids: &[String]| json!({ "handover_userid": from, "takeover_userid": to, "external_userid": ids });
    world
        .post("externalcontact/transfer_customer", start(from, &own[..2]))
        .await;
    world
        .control("POST", &format!("customers/{}/accept", own[0]), Value::Null)
        .await;
    world
        .control("POST", &format!("customers/{}/refuse", own[1]), Value::Null)
        .await;
    world.advance(2).await;
    let mut left = world.unassigned(&leaver).await;
    left.retain(|id| !theirs.contains(id));
    let path = "externalcontact/resigned/transfer_customer";
    world.post(path, start(&leaver, &left[..1])).await;
    world.advance(DAY).await;
    world
        .control("POST", &format!("members/{}/leave", fit[2]), Value::Null)
        .await;
    quiet(&world).await;
    let told = |change: &str, user: &str, extra: &str| {
        (change.to_owned(), user.to_owned(), extra.to_owned())
    };
    assert_eq!(
        story(&receiver),
        [
            told("add_external_contact", to, ""),
            told("transfer_fail", to, "customer_refused"),
            told("del_external_contact", from, "DELETE_BY_TRANSFER"),
            told("add_external_contact", to, ""),
            told("delete_user", &fit[2], ""),
        ]
    );
}

#[tokio::test]
async fn a_successor_who_knows_the_customer_is_not_told_again() {
    let world = World::new().await;
    let (receiver, url) = receiver(&world).await;
    let (_, fit) = world.cast().await;
    let (from, to) = (&fit[1], &fit[0]);
    let theirs = world.customers(to).await;
    let mut own = world.customers(from).await;
    own.retain(|id| !theirs.contains(id));
    let friend = json!({ "userid": to });
    world
        .control("POST", &format!("customers/{}/follow", own[0]), friend)
        .await;
    world
        .control("POST", "callback", json!({ "url": url, "verify": false }))
        .await;
    let path = "externalcontact/transfer_customer";
    for (one, two, id) in [
        (from, to, &own[0]),
        (from, to, &own[1]),
        (to, from, &own[1]),
    ] {
        let body =
            json!({ "handover_userid": one, "takeover_userid": two, "external_userid": [id] });
        assert_eq!(world.post(path, body).await["customer"][0]["errcode"], 0);
        world
            .control("POST", &format!("customers/{id}/accept"), Value::Null)
            .await;
        world.advance(2).await;
    }
    quiet(&world).await;
    let adds: Vec<_> = story(&receiver)
        .into_iter()
        .filter(|event| event.0 == "add_external_contact")
        .collect();
    // Friends already; new to the successor; back to one who had this customer.
    assert_eq!(adds.len(), 1);
}

#[tokio::test]
async fn an_event_is_tried_three_times() {
    let world = World::new().await;
    let (receiver, url) = receiver(&world).await;
    world
        .control("POST", "callback", json!({ "url": url }))
        .await;
    receiver.status.store(500, Ordering::SeqCst);
    let (_, fit) = world.cast().await;
    world
        .control("POST", &format!("members/{}/leave", fit[0]), Value::Null)
        .await;
    for _ in 0..400 {
        world.advance(1).await;
        let log = world.control("GET", "callback/log", Value::Null).await;
        if log["log"][0]["state"] == "failed" {
            assert_eq!(log["log"][0]["tries"], json!(["500", "500", "500"]));
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the event was never given up");
}

#[tokio::test]
async fn events_are_lost_doubled_and_late_on_demand() {
    let world = World::new().await;
    let (receiver, url) = receiver(&world).await;
    let faults = json!({ "loss": 0.3, "duplication": 0.3, "jitter_s": 100, "seed": 4 });
    world
        .control(
            "POST",
            "callback",
            json!({ "url": url, "faults": faults, "parallel": 4 }),
        )
        .await;
    let (_, fit) = world.cast().await;
    for number in 0..60 {
        let body = json!({ "userid": fit[0], "name": format!("客户{number}") });
        world.control("POST", "customers", body).await;
    }
    world.advance(101).await;
    quiet(&world).await;
    let log = world.control("GET", "callback/log", Value::Null).await;
    let log = log["log"].as_array().expect("rows");
    let lost = log.iter().filter(|row| row["state"] == "lost").count();
    let twice = log.iter().filter(|row| row["delivered"] == 2).count();
    assert!(lost > 5 && twice > 5, "{lost} lost, {twice} doubled");
    let received = story(&receiver).len();
    assert_eq!(received, 60 - lost + twice);
}

#[tokio::test]
async fn an_address_that_does_not_echo_is_refused() {
    let world = World::new().await;
    let (_, url) = receiver(&world).await;
    let wrong = url.replace("/cb", "/elsewhere");
    let (status, answer) = world
        .sandbox
        .control("POST", "callback", json!({ "url": wrong }))
        .await;
    assert_eq!(status, 400);
    assert!(answer["error"].as_str().expect("text").contains("404"));
}

#[tokio::test]
async fn the_archive_tells_of_new_rows_at_most_every_fifteen_seconds_and_of_consent() {
    let world = World::new().await;
    let (receiver, url) = receiver(&world).await;
    let target = json!({ "url": url, "verify": false });
    world.control("POST", "callback", target).await;
    world.control("PUT", "archive", json!({ "on": true })).await;
    let generated = json!({ "generate": true });
    world.control("POST", "archive/keys", generated).await;
    for _ in 0..5 {
        let rows = json!({ "rows": [{ "json": { "msgtype": "text" } }] });
        world.control("POST", "archive/rows", rows).await;
    }
    let told = |name: &str| {
        let events = receiver.events.lock().expect("a lock");
        events.iter().filter(|xml| xml.contains(name)).count()
    };
    quiet(&world).await;
    assert_eq!(told("msgaudit_notify"), 1);
    world.advance(15).await;
    quiet(&world).await;
    assert_eq!(told("msgaudit_notify"), 2, "the rest is told once");
    world.advance(60).await;
    quiet(&world).await;
    assert_eq!(told("msgaudit_notify"), 2);
    let (_, members) = world.cast().await;
    let customer = &world.customers(&members[0]).await[0];
    let consent = json!({ "userid": members[0], "external_userid": customer, "agree": true });
    world.control("POST", "archive/consent", consent).await;
    quiet(&world).await;
    assert_eq!(told("msg_audit_approved"), 1);
    assert_eq!(told("<AgentID>2000004</AgentID>"), 2);
}
