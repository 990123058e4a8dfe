//! A real listener: server-sent events, their end, and bodies no one should send.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use futures::StreamExt as _;
use jiebang_domain::access::Role;
use jiebang_server::{ServerOptions, serve};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use crate::fixture::{Browser, PASSWORD, Served};
use crate::handover::planned;

struct Listening {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

async fn listening(served: &Served) -> Listening {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let shutdown = async {
        let _ = stopped.await;
    };
    let task = tokio::spawn(serve(
        served.app.clone(),
        ServerOptions::default(),
        listener,
        shutdown,
    ));
    Listening {
        address,
        stop,
        task,
    }
}

async fn events(address: SocketAddr, admin: &Browser, path: &str) -> reqwest::Response {
    reqwest::Client::new()
        .get(format!("http://{address}/api/v1{path}"))
        .header("cookie", admin.cookie.clone().unwrap())
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn progress_comes_by_itself_and_ends_with_the_server() {
    let served = Served::with_corp(4, 0).await;
    let admin = served.admin().await;
    let handover = planned(&served, &admin).await;
    let id = handover["id"].as_str().unwrap();
    let server = listening(&served).await;
    let response = events(server.address, &admin, &format!("/handovers/{id}/events")).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.bytes_stream();
    let first = stream.next().await.unwrap().unwrap();
    let first = String::from_utf8(first.to_vec()).unwrap();
    assert!(
        first.starts_with("event: progress\ndata: {\"state\":\"draft\""),
        "{first}"
    );
    let body = serde_json::json!({
        "confirm_total": handover["counts"]["planned"],
        "version": handover["version"],
    });
    admin
        .post(&format!("/handovers/{id}/start"), body)
        .await
        .good();
    served.work().await;
    let next = stream.next().await.unwrap().unwrap();
    let next = String::from_utf8(next.to_vec()).unwrap();
    assert!(next.contains("\"state\":\"running\""), "{next}");
    server.stop.send(()).unwrap();
    let rest = tokio::time::timeout(Duration::from_secs(20), stream.collect::<Vec<_>>()).await;
    rest.expect("the stream goes on after the end");
    server.task.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_stream_ends_when_its_session_is_revoked() {
    let served = Served::with_corp(2, 0).await;
    let admin = served.admin().await;
    planned(&served, &admin).await;
    let server = listening(&served).await;
    let mut stream = events(server.address, &admin, "/sync/events")
        .await
        .bytes_stream();
    stream.next().await.unwrap().unwrap();
    admin.delete("/session").await;
    served.app.tell(jiebang_app::Change::Sync);
    let rest = tokio::time::timeout(Duration::from_secs(20), stream.collect::<Vec<_>>()).await;
    rest.expect("the stream goes on after signing out");
}

#[tokio::test]
async fn a_body_of_300_mb_is_answered_and_not_read() {
    let served = Served::new().await;
    let server = listening(&served).await;
    let sent = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = sent.clone();
    let chunk = bytes_of(1 << 20);
    let body = futures::stream::iter(0..300).map(move |_| {
        counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Ok::<_, std::io::Error>(chunk.clone())
    });
    let answer = reqwest::Client::new()
        .post(format!("http://{}/api/v1/session", server.address))
        .header("content-type", "application/json")
        .body(reqwest::Body::wrap_stream(body))
        .send()
        .await;
    // The answer, or a connection that was closed before all was sent.
    if let Ok(answer) = answer {
        assert_eq!(answer.status(), 413);
    }
    let megabytes = sent.load(std::sync::atomic::Ordering::SeqCst);
    assert!(megabytes < 100, "{megabytes} MB were taken");
    let health = reqwest::get(format!("http://{}/healthz", server.address))
        .await
        .unwrap();
    assert_eq!(health.status(), 200);
}

/// Opens an export and takes what is there at once.
async fn opened(who: &Browser, path: &str) -> BodyDataStream {
    let request = who.request("GET", path).body(Body::empty()).unwrap();
    let response = who.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let mut stream = response.into_body().into_data_stream();
    if path.contains(".csv") {
        let first = stream.next().await.unwrap().unwrap();
        assert!(first.len() > 30_000, "{path}: a whole page comes first");
    }
    stream
}

async fn breaks_off(stream: BodyDataStream) -> bool {
    let rest: Vec<_> = stream.collect().await;
    rest.last().is_some_and(Result::is_err)
}

#[tokio::test]
async fn s5_s10_an_export_under_way_breaks_off_with_the_session() {
    let served = Served::with_customers_of_others(2_100, 2_100).await;
    let admin = served.admin().await;
    let handover = planned(&served, &admin).await;
    let rows = format!("/handovers/{}/export.csv", handover["id"].as_str().unwrap());
    let rows_xlsx = rows.replace("csv", "xlsx");
    let sandbox = served.sandbox.as_ref().unwrap();
    let (_, company) = sandbox.control("GET", "truth/company", json!(null)).await;
    let member = company["successors"][0].as_str().unwrap();
    let (login, password) = served
        .account(Role::ContactAdmin, vec![], Some(member))
        .await;
    let mut who = served.stranger();
    who.sign_in(&login, &password).await;
    let changed = json!({ "current": password, "new": PASSWORD });
    assert_eq!(who.post("/session/password", changed).await.status, 204);

    let whole = opened(&who, "/customers/export.csv").await;
    assert!(!breaks_off(whole).await, "nothing has happened yet");
    let mut under_way = Vec::new();
    for path in [
        "/customers/export.csv",
        "/customers/export.xlsx",
        rows.as_str(),
        rows_xlsx.as_str(),
    ] {
        under_way.push((path, opened(&who, path).await));
    }
    let theirs = opened(&admin, "/customers/export.csv").await;
    let path = format!("members/{member}");
    let (status, _) = sandbox
        .control("PATCH", &path, json!({ "disabled": true }))
        .await;
    assert_eq!(status, 200);
    admin.post("/sync", json!({ "kind": "full" })).await.good();
    served.work().await;
    for (path, stream) in under_way {
        assert!(breaks_off(stream).await, "{path} goes on");
    }
    assert!(!breaks_off(theirs).await, "others are left alone");
    let mine = opened(&admin, "/customers/export.csv").await;
    admin.delete("/session").await;
    assert!(breaks_off(mine).await, "it goes on after signing out");
}

fn bytes_of(length: usize) -> Vec<u8> {
    vec![b' '; length]
}
