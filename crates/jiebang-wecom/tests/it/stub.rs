//! A platform of a few lines: answers what a test's closure says and remembers what it was
//! asked. Tokens are given out by itself unless the closure answers for `gettoken` too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::response::IntoResponse;
use jiebang_domain::id::{CorpId, ExternalUserId, UserId};
use jiebang_domain::time::{Clock, Timestamp};
use jiebang_wecom::{Client, Config, Secret};

pub const START: i64 = 1_700_000_000;

#[derive(Debug, Clone)]
pub struct Hit {
    pub path: String,
    pub query: HashMap<String, String>,
    pub body: Vec<u8>,
    /// The test's clock when it was asked.
    pub at: Timestamp,
}

impl Hit {
    pub fn token(&self) -> &str {
        self.query.get("access_token").map_or("", String::as_str)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub body: Bytes,
    pub delay: Duration,
}

impl Reply {
    pub fn json(text: impl Into<String>) -> Option<Self> {
        Self::status(200, text)
    }

    pub fn code(code: i64) -> Option<Self> {
        Self::json(format!(r#"{{"errcode":{code},"errmsg":"stub"}}"#))
    }

    pub fn ok() -> Option<Self> {
        Self::json(r#"{"errcode":0,"errmsg":"ok"}"#)
    }

    pub fn status(status: u16, text: impl Into<String>) -> Option<Self> {
        Some(Self {
            status,
            body: text.into().into(),
            delay: Duration::ZERO,
        })
    }
}

pub struct Stub {
    pub base: String,
    pub clock: Clock,
    hits: Arc<Mutex<Vec<Hit>>>,
}

impl Stub {
    /// `answer` gets each request and how many came to the same path before it. `None`: the
    /// stub's own answer, which is a token or success.
    pub async fn start<F>(answer: F) -> Self
    where
        F: Fn(&Hit, usize) -> Option<Reply> + Send + Sync + 'static,
    {
        let hits = Arc::new(Mutex::new(Vec::<Hit>::new()));
        let clock = Clock::manual(Timestamp::from_seconds(START));
        let (seen, time, answer) = (Arc::clone(&hits), clock.clone(), Arc::new(answer));
        let handler = move |request: Request| {
            let (seen, time, answer) = (Arc::clone(&seen), time.clone(), Arc::clone(&answer));
            async move {
                let hit = read(request, time.now()).await;
                let before = {
                    let mut hits = seen.lock().unwrap();
                    let before = hits.iter().filter(|h| h.path == hit.path).count();
                    hits.push(hit.clone());
                    before
                };
                let own = || match hit.path.as_str() {
                    "gettoken" => Reply::json(token(&format!("T{before}"))),
                    _ => Reply::ok(),
                };
                let reply = answer(&hit, before).or_else(own).unwrap();
                tokio::time::sleep(reply.delay).await;
                let status = axum::http::StatusCode::from_u16(reply.status).unwrap();
                (status, reply.body).into_response()
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handler)).await });
        Self { base, clock, hits }
    }

    /// One answer for everything but tokens.
    pub async fn always(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::start(move |hit, _| {
            if hit.path == "gettoken" {
                None
            } else {
                Reply::json(text.clone())
            }
        })
        .await
    }

    pub fn hits(&self, path: &str) -> Vec<Hit> {
        self.hits
            .lock()
            .unwrap()
            .iter()
            .filter(|hit| hit.path == path)
            .cloned()
            .collect()
    }

    pub fn config(&self) -> Config {
        config(&self.base)
    }

    pub fn client(&self) -> Client {
        self.client_of(self.config())
    }

    pub fn client_of(&self, config: Config) -> Client {
        Client::new(config, self.clock.clone(), 7).unwrap()
    }
}

async fn read(request: Request, at: Timestamp) -> Hit {
    let path = request
        .uri()
        .path()
        .trim_start_matches("/cgi-bin/")
        .to_owned();
    let url = format!("http://stub/?{}", request.uri().query().unwrap_or_default());
    let query = url::pairs(&url);
    let body = to_bytes(request.into_body(), 32 << 20)
        .await
        .unwrap()
        .to_vec();
    Hit {
        path,
        query,
        body,
        at,
    }
}

mod url {
    use std::collections::HashMap;

    pub fn pairs(url: &str) -> HashMap<String, String> {
        reqwest::Url::parse(url)
            .unwrap()
            .query_pairs()
            .into_owned()
            .collect()
    }
}

pub fn token(text: &str) -> String {
    format!(r#"{{"errcode":0,"errmsg":"ok","access_token":"{text}","expires_in":7200}}"#)
}

/// A configuration with short waits.
pub fn config(base: &str) -> Config {
    let mut config = Config::new(
        CorpId::parse("ww1").unwrap(),
        Secret::new("hush-hush"),
        1_000_002,
    );
    config.base_url = base.to_owned();
    config.contacts_secret = Some(Secret::new("contacts-hush"));
    config.retry.first_wait = Duration::from_millis(1);
    config.retry.longest_wait = Duration::from_millis(20);
    config
}

pub fn user(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

pub fn customer(id: &str) -> ExternalUserId {
    ExternalUserId::parse(id).unwrap()
}

/// Moves the clock on until the work is done.
pub async fn moving<T>(clock: &Clock, step: i64, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        let pause = tokio::time::sleep(Duration::from_millis(20));
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = pause => clock.advance(step),
        }
    }
}
