//! Limits on what one request may take: size, time, and how often a sign-in may be tried.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiebang_domain::time::Timestamp;

use crate::problem::Problem;
use crate::state::Web;

/// Largest request body, in bytes.
pub const MAX_BODY: usize = 1 << 20;

/// Refuses a body that announces itself as too large before any of it is read, and a request
/// that takes too long.
pub async fn limit(State(web): State<Web>, request: Request, next: Next) -> Response {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > MAX_BODY as u64) {
        return too_large().into_response();
    }
    match tokio::time::timeout(web.options().time_limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::of_status(StatusCode::REQUEST_TIMEOUT).into_response(),
    }
}

fn too_large() -> Problem {
    Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE)
}

/// Answers that leave a body unread end their connection.
pub fn close_after_refusal(response: &mut Response) {
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE
        || response.status() == StatusCode::REQUEST_TIMEOUT
    {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
}

/// Reads a body up to [`MAX_BODY`].
///
/// # Errors
/// 413 if it is larger, 400 if the connection breaks.
pub async fn read_body(body: Body) -> Result<Bytes, Problem> {
    axum::body::to_bytes(body, MAX_BODY).await.map_err(|error| {
        let is_too_large = std::iter::successors(
            Some(&error as &(dyn std::error::Error + 'static)),
            |error| error.source(),
        )
        .any(|error| error.to_string().contains("length limit exceeded"));
        if is_too_large {
            too_large()
        } else {
            Problem::new(StatusCode::BAD_REQUEST, "malformed")
        }
    })
}

/// Where a request comes from: the peer, or what a trusted proxy says. Without a peer (tests)
/// everybody is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Client(pub Option<IpAddr>);

impl FromRequestParts<Web> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let forwarded = parts
            .headers
            .get("x-forwarded-for")
            .filter(|_| web.options().trust_proxy)
            .and_then(|value| value.to_str().ok())
            // The last entry is the one our own proxy added.
            .and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(forwarded.or_else(|| peer.map(|info| info.0.ip()))))
    }
}

/// Tries a client has at once.
const BURST: f64 = 20.0;
/// Seconds until one more is given back.
const REFILL: f64 = 6.0;
/// Clients remembered; beyond it those with full buckets are forgotten.
const MAX_CLIENTS: usize = 10_000;

/// One token bucket per client.
#[derive(Default)]
pub struct Buckets(Mutex<HashMap<Client, Bucket>>);

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Timestamp,
}

impl Bucket {
    fn at(self, now: Timestamp) -> Self {
        let passed = seconds(now.since(self.at).max(0));
        let tokens = (self.tokens + passed / REFILL).min(BURST);
        Self { tokens, at: now }
    }
}

fn seconds(whole: i64) -> f64 {
    f64::from(i32::try_from(whole).unwrap_or(i32::MAX))
}

impl Buckets {
    /// Takes one try of `client`.
    ///
    /// # Errors
    /// 429 with the time to wait if none is left.
    pub fn take(&self, client: Client, now: Timestamp) -> Result<(), Problem> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_CLIENTS {
            buckets.retain(|_, bucket| bucket.at(now).tokens < BURST);
        }
        let full = Bucket {
            tokens: BURST,
            at: now,
        };
        let bucket = buckets.entry(client).or_insert(full);
        *bucket = bucket.at(now);
        if bucket.tokens < 1.0 {
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited");
            return Err(problem.again_in(6));
        }
        bucket.tokens -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_come_back_with_time_and_clients_do_not_share_them() {
        let buckets = Buckets::default();
        let one = Client(Some(IpAddr::from([10, 0, 0, 1])));
        let now = Timestamp::from_seconds(1_700_000_000);
        let taken = (0..30).filter(|_| buckets.take(one, now).is_ok()).count();
        assert_eq!(taken, 20);
        assert!(buckets.take(Client(None), now).is_ok());
        assert!(buckets.take(one, now.plus(5)).is_err());
        assert!(buckets.take(one, now.plus(6)).is_ok());
        assert!(buckets.take(one, now.plus(6)).is_err());
    }
}
