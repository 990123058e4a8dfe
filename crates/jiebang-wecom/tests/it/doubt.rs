//! The line between "certainly not" and "perhaps".

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiebang_domain::time::Clock;
use jiebang_wecom::{
    Api, Batch, CallError, Client, Config, ConfigError, Doubt, ErrCode, Message, MessageContent,
    NotSent, Remark, Secret, TransferKind,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::stub::{Reply, Stub, config, customer, token, user};

const START: &str = "externalcontact/resigned/transfer_customer";

async fn transfer(client: &Client) -> Result<(), CallError> {
    let batch = Batch::from(customer("wmA1"));
    client
        .transfer_customers(
            TransferKind::Resigned,
            &user("amy"),
            &user("bob"),
            &batch,
            None,
        )
        .await
        .map(drop)
}

/// How a stub that speaks TCP treats a request that is not for a token.
#[derive(Clone, Copy, PartialEq)]
enum Cut {
    BeforeReading,
    AfterReading,
    InTheHeader,
    InTheBody,
}

/// Serves tokens and cuts everything else; counts what it cut.
async fn cutting(cut: Cut) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let cuts = Arc::clone(&count);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut seen = vec![0; 4096];
            // Only the first bytes, to tell a token from the rest.
            stream.readable().await.unwrap();
            let peeked = stream.peek(&mut seen).await.unwrap();
            let is_token = String::from_utf8_lossy(&seen[..peeked]).contains("gettoken");
            if is_token || cut != Cut::BeforeReading {
                let _ = stream.read(&mut seen).await.unwrap();
            }
            if is_token {
                let body = token("T");
                let head = format!("content-length: {}\r\nconnection: close", body.len());
                let answer = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}");
                stream.write_all(answer.as_bytes()).await.unwrap();
                continue;
            }
            cuts.fetch_add(1, Ordering::SeqCst);
            let part: &[u8] = match cut {
                Cut::BeforeReading | Cut::AfterReading => b"",
                Cut::InTheHeader => b"HTTP/1.1 200 OK\r\ncontent-le",
                Cut::InTheBody => b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"errcode\":0,",
            };
            stream.write_all(part).await.unwrap();
        }
    });
    (base, count)
}

fn client(base: &str) -> Client {
    Client::new(config(base), Clock::system(), 1).unwrap()
}

#[tokio::test]
async fn a_cut_connection_leaves_an_effect_in_doubt_and_it_is_not_repeated() {
    for cut in [
        Cut::BeforeReading,
        Cut::AfterReading,
        Cut::InTheHeader,
        Cut::InTheBody,
    ] {
        let (base, count) = cutting(cut).await;
        let error = transfer(&client(&base)).await.unwrap_err();
        assert!(
            matches!(
                error,
                CallError::Unsure {
                    why: Doubt::Cut(_),
                    ..
                }
            ),
            "{error:?}"
        );
        assert!(error.is_unsure());
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_cut_connection_makes_a_read_try_again() {
    let (base, count) = cutting(Cut::AfterReading).await;
    let error = client(&base).follow_users().await.unwrap_err();
    assert!(error.is_unsure());
    assert_eq!(count.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = transfer(&client(&base)).await.unwrap_err();
    assert!(
        matches!(
            error,
            CallError::NotSent {
                why: NotSent::Connect(_),
                ..
            }
        ),
        "{error:?}"
    );
    assert!(!error.is_unsure());
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_is_a_doubt() {
    let stub = Stub::start(|hit, _| {
        let mut reply = Reply::ok()?;
        reply.delay = Duration::from_secs(600);
        (hit.path == START).then_some(reply)
    })
    .await;
    let mut config = stub.config();
    config.timeouts.total = Duration::from_millis(200);
    let error = transfer(&stub.client_of(config)).await.unwrap_err();
    assert!(
        matches!(
            error,
            CallError::Unsure {
                why: Doubt::TimeOut,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(stub.hits(START).len(), 1);
}

#[tokio::test]
async fn busy_and_5xx_leave_an_effect_in_doubt_and_make_a_read_try_again() {
    let busy = || Reply::code(-1);
    let broken = || Reply::status(502, "<html>bad gateway</html>");
    for reply in [busy as fn() -> Option<Reply>, broken] {
        let stub = Stub::start(move |hit, before| match hit.path.as_str() {
            "gettoken" => None,
            START => reply(),
            _ if before < 3 => reply(),
            _ => None,
        })
        .await;
        let client = stub.client();
        let error = transfer(&client).await.unwrap_err();
        assert!(error.is_unsure(), "{error:?}");
        assert_eq!(stub.hits(START).len(), 1);
        client.follow_users().await.unwrap();
        assert_eq!(stub.hits("externalcontact/get_follow_user_list").len(), 4);
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_leaves_an_effect_in_doubt() {
    for text in [
        "",
        "<html>",
        r#"{"errcode":0,"customer":[{"ext"#,
        r#"{"errcode":"x"}"#,
        "[]",
    ] {
        let stub = Stub::always(text).await;
        let error = transfer(&stub.client()).await.unwrap_err();
        assert!(
            matches!(
                error,
                CallError::Unsure {
                    why: Doubt::Malformed(_),
                    ..
                }
            ),
            "{text}"
        );
        assert_eq!(stub.hits(START).len(), 1, "{text}");
    }
}

#[tokio::test]
async fn a_refusal_and_a_status_of_a_gateway_prove_that_nothing_happened() {
    let stub = Stub::start(|hit, _| (hit.path == START).then(|| Reply::code(40130))?).await;
    let error = transfer(&stub.client()).await.unwrap_err();
    assert!(matches!(
        error,
        CallError::Refused {
            code: ErrCode(40130),
            ..
        }
    ));
    for status in [301, 404, 413] {
        let stub =
            Stub::start(move |hit, _| (hit.path == START).then(|| Reply::status(status, ""))?)
                .await;
        let error = transfer(&stub.client()).await.unwrap_err();
        assert!(matches!(
            error,
            CallError::NotSent {
                why: NotSent::Http { .. },
                ..
            }
        ));
        assert_eq!(stub.hits(START).len(), 1);
    }
}

#[tokio::test]
async fn what_breaks_a_documented_limit_is_not_sent() {
    let stub = Stub::start(|_, _| None).await;
    let client = stub.client();
    let (amy, li) = (user("amy"), customer("wmA1"));
    let batch = Batch::from(li.clone());
    let long = "长".repeat(201);
    let kind = TransferKind::InService;
    let results = [
        client
            .transfer_customers(kind, &amy, &user("bob"), &batch, Some(&long))
            .await
            .map(drop),
        client
            .transfer_customers(TransferKind::Resigned, &amy, &amy, &batch, Some("hello"))
            .await
            .map(drop),
        client.set_remark(&amy, &li, &Remark::default()).await,
        client
            .set_remark(
                &amy,
                &li,
                &Remark {
                    remark: Some("x".repeat(21)),
                    ..Remark::default()
                },
            )
            .await,
        client.mark_tags(&amy, &li, &[], &[]).await,
        client.user_of_code("").await.map(drop),
        client
            .send_message(&Message {
                to: amy.clone().into(),
                content: MessageContent::Text("x".repeat(2049)),
                duplicate_check: None,
            })
            .await
            .map(drop),
    ];
    for result in results {
        let error = result.unwrap_err();
        assert!(
            matches!(
                error,
                CallError::NotSent {
                    why: NotSent::Input(_),
                    ..
                }
            ),
            "{error:?}"
        );
    }
    assert!(client.calls().is_empty());
}

#[tokio::test]
async fn no_secret_shows_in_any_error() {
    let (base, _) = cutting(Cut::AfterReading).await;
    let mut errors = vec![transfer(&client(&base)).await.unwrap_err()];
    errors.push(
        client("http://127.0.0.1:1")
            .follow_users()
            .await
            .unwrap_err(),
    );
    for error in errors {
        let mut text = format!("{error:?} {error}");
        let mut source = error.source();
        while let Some(inner) = source {
            text += &format!(" {inner:?} {inner}");
            source = inner.source();
        }
        for secret in ["hush", "access_token", "corpsecret", "=T"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    let shown = format!("{:?} {:?}", config(&base), client(&base));
    assert!(!shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn a_client_is_not_made_of_a_bad_configuration() {
    let base = config("http://127.0.0.1:1");
    let make = |config: Config| Client::new(config, Clock::system(), 1).map(drop);
    let plain = Config {
        base_url: "http://qyapi.weixin.qq.com".into(),
        ..base.clone()
    };
    assert!(matches!(make(plain), Err(ConfigError::NotSecure)));
    let empty = Config {
        app_secret: Secret::new(""),
        ..base.clone()
    };
    assert!(matches!(make(empty), Err(ConfigError::EmptySecret)));
    let none = Config {
        max_in_flight: 0,
        ..base.clone()
    };
    assert!(matches!(make(none), Err(ConfigError::OutOfRange { .. })));
    make(Config {
        base_url: "https://qyapi.weixin.qq.com".into(),
        ..base
    })
    .unwrap();
}

#[test]
fn an_error_names_its_endpoint() {
    assert_eq!(
        Api::TransferCustomer.to_string(),
        "externalcontact/transfer_customer"
    );
}
