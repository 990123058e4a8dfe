//! Access tokens: one cache per secret, fetched by one caller for all who wait.
//!
//! Invariants (Appendix C, 1): one fetch at a time per secret; renewed at 90 % of its life;
//! an ended token is fetched again once per call; a secret the platform rejected is not
//! tried again for some minutes, because many wrong tries block the source IP.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use jiebang_domain::time::{Clock, Timestamp};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::api::Api;
use crate::errcode::{ConfigProblem, ErrCode, ErrKind};
use crate::error::{CallError, NotSent};
use crate::lenient;
use crate::secret::Secret;
use crate::transport::{Request, Transport, read_answer};

/// Life of a token that does not tell its own, in seconds.
const DEFAULT_LIFE: i64 = 7200;
/// Longest token accepted, in bytes; the platform documents 512.
const MAX_TOKEN: usize = 4096;
/// How far the clock may be set back without making a token doubtful, in seconds: a clock
/// that follows another is corrected a little now and then.
const SLACK: i64 = 60;
/// How long a configuration problem other than a wrong secret is answered from memory, in
/// seconds: it costs nothing to look again, but not with every call.
const SHORT_PAUSE: i64 = 10;

/// A token as handed out: its text and the number of the fetch it came from, because the
/// platform may give the same text again.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    pub text: Arc<Secret>,
    number: u64,
}

/// A token and when it is time for another.
#[derive(Debug, Clone)]
struct Token {
    lease: Lease,
    fetched_at: Timestamp,
    renew_at: Timestamp,
    ends_at: Timestamp,
}

impl Token {
    /// Valid between its fetching and `end`; a clock set far back makes it doubtful.
    fn is_fresh(&self, now: Timestamp, end: Timestamp) -> bool {
        self.fetched_at <= now.plus(SLACK) && now < end
    }
}

/// The token of one secret.
#[derive(Debug)]
pub(crate) struct TokenCache {
    corp_id: String,
    secret: Secret,
    current: RwLock<Option<Token>>,
    /// Fetches that have ended, well or not.
    ended: AtomicU64,
    fetching: Mutex<Fetching>,
    pause: i64,
}

/// What the caller that fetches leaves for those who wait behind it.
#[derive(Debug, Default)]
struct Fetching {
    /// The number of the last fetch that failed, and how.
    failed: Option<(u64, NotSent)>,
    /// A secret the platform rejected is answered from here until then.
    rejected: Option<(Timestamp, NotSent)>,
}

#[derive(Deserialize)]
struct TokenAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    access_token: String,
    #[serde(default, deserialize_with = "lenient::opt_int")]
    expires_in: Option<i64>,
}

/// What a fetch needs from the client.
pub(crate) struct Fetcher<'a> {
    pub transport: &'a Transport,
    pub clock: &'a Clock,
    /// Counters of requests by endpoint.
    pub calls: &'a [AtomicU64],
}

impl TokenCache {
    /// `pause`: seconds for which a rejected secret is not tried again.
    pub(crate) fn new(corp_id: String, secret: Secret, pause: i64) -> Self {
        Self {
            corp_id,
            secret,
            current: RwLock::new(None),
            ended: AtomicU64::new(0),
            fetching: Mutex::new(Fetching::default()),
            pause,
        }
    }

    /// The token, fetched if there is none or it is time for another.
    pub(crate) async fn get(&self, fetcher: &Fetcher<'_>) -> Result<Lease, NotSent> {
        if let Some(lease) = self.fresh(fetcher.clock.now()) {
            return Ok(lease);
        }
        let seen = self.ended.load(Ordering::SeqCst);
        let mut fetching = self.fetching.lock().await;
        let now = fetcher.clock.now();
        if let Some(lease) = self.fresh(now) {
            return Ok(lease);
        }
        if let Some((until, why)) = &fetching.rejected
            && now < *until
            && until.since(now) <= self.pause
        {
            return Err(why.clone());
        }
        // A fetch that failed while this caller waited has failed for it too; otherwise a
        // hundred waiting callers would try one after the other.
        if let Some((number, why)) = &fetching.failed
            && *number > seen
        {
            return Err(why.clone());
        }
        let number = self.ended.load(Ordering::SeqCst) + 1;
        let fetched = self.fetch(fetcher, number).await;
        self.ended.store(number, Ordering::SeqCst);
        match fetched {
            Ok(token) => {
                *fetching = Fetching::default();
                let lease = token.lease.clone();
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(token);
                Ok(lease)
            }
            Err(error) => self.failed(&mut fetching, number, error, now),
        }
    }

    /// Forgets that the secret was rejected and the token that may have gone with it, so that
    /// the next call asks the platform.
    pub(crate) async fn forget(&self) {
        self.fetching.lock().await.rejected = None;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Forgets a token the platform did not accept, unless it has been replaced already.
    pub(crate) fn discard(&self, ended: &Lease) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current
            .as_ref()
            .is_some_and(|token| token.lease.number == ended.number)
        {
            *current = None;
        }
    }

    fn current(&self) -> Option<Token> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn fresh(&self, now: Timestamp) -> Option<Lease> {
        self.current()
            .filter(|token| token.is_fresh(now, token.renew_at))
            .map(|token| token.lease)
    }

    fn failed(
        &self,
        fetching: &mut Fetching,
        number: u64,
        error: CallError,
        now: Timestamp,
    ) -> Result<Lease, NotSent> {
        let problem = error.config_problem();
        let why = token_failure(error);
        if let Some(problem) = problem {
            let pause = if is_of_the_secret(problem) {
                self.pause
            } else {
                SHORT_PAUSE
            };
            fetching.rejected = Some((now.plus(pause), why.clone()));
            return Err(why);
        }
        fetching.failed = Some((number, why.clone()));
        // Between 90 % and the end of its life the old token still serves.
        self.current()
            .filter(|token| token.is_fresh(now, token.ends_at))
            .map(|token| token.lease)
            .ok_or(why)
    }

    async fn fetch(&self, fetcher: &Fetcher<'_>, number: u64) -> Result<Token, CallError> {
        let api = Api::GetToken;
        if let Some(count) = fetcher.calls.get(api.index()) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let asked_at = fetcher.clock.now();
        let request = Request::get([
            ("corpid", self.corp_id.clone()),
            ("corpsecret", self.secret.expose().to_owned()),
        ]);
        let body = fetcher.transport.exchange(api, &request, None).await?;
        let answer: TokenAnswer = read_answer(api, body).await?;
        if answer.access_token.is_empty() || answer.access_token.len() > MAX_TOKEN {
            let source = serde::de::Error::custom("access_token is missing or too long");
            return Err(CallError::malformed(api, source));
        }
        let life = answer
            .expires_in
            .filter(|life| *life > 0)
            .unwrap_or(DEFAULT_LIFE);
        Ok(Token {
            lease: Lease {
                text: Arc::new(Secret::new(answer.access_token)),
                number,
            },
            fetched_at: asked_at,
            renew_at: asked_at.plus(life.saturating_mul(9) / 10),
            ends_at: asked_at.plus(life),
        })
    }
}

/// Whether trying again counts as a wrong try, of which too many block the source IP.
const fn is_of_the_secret(problem: ConfigProblem) -> bool {
    matches!(
        problem,
        ConfigProblem::Secret | ConfigProblem::Corp | ConfigProblem::SecretOfAnotherCorp
    )
}

fn token_failure(error: CallError) -> NotSent {
    match error {
        CallError::Refused { code, message, .. } => NotSent::TokenRefused { code, message },
        CallError::NotSent { why, .. } => why,
        other => NotSent::NoToken(Arc::new(other)),
    }
}

/// Whether a token may well be had in a moment.
pub(crate) fn is_passing(why: &NotSent) -> bool {
    match why {
        NotSent::Connect(_) | NotSent::NoToken(_) => true,
        NotSent::TokenRefused { code, .. } => passing_code(*code),
        _ => false,
    }
}

const fn passing_code(code: ErrCode) -> bool {
    matches!(code.kind(), ErrKind::Busy | ErrKind::Concurrency)
}
