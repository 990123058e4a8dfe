//! A real listener: server-sent events, their end, and bodies no one should send.

use std::net::SocketAddr;
use std::time::Duration;

use futures::StreamExt as _;
use jiebang_server::{ServerOptions, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::fixture::{Browser, Served};
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

fn bytes_of(length: usize) -> Vec<u8> {
    vec![b' '; length]
}
