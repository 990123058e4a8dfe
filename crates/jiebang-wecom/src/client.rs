//! The client: one call from its endpoint to its answer. The endpoints themselves are in
//! the files named after the business.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Clock;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::de::DeserializeOwned;

use crate::api::{Api, Key, Nature};
use crate::config::{Config, ConfigError, parse_base};
use crate::errcode::ErrKind;
use crate::error::{CallError, Doubt, NotSent};
use crate::pace::{Pace, Permit};
use crate::secret::Secret;
use crate::token::{Fetcher, Lease, TokenCache, is_passing};
use crate::transport::{Request, Transport, read_answer};

/// Locks for calls that must go one after the other; more people than this share them.
const LANES: usize = 64;
/// Tries after 45033 before the call is given back.
const MAX_CROWDED: u32 = 8;
/// Waits for a 45009 block before the call is given back.
const MAX_BLOCKED: u32 = 2;

/// A client of one corp. Clones are cheap and share tokens, limits and counters.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    config: Config,
    clock: Clock,
    transport: Transport,
    app_token: TokenCache,
    contacts_token: Option<TokenCache>,
    archive_token: Option<TokenCache>,
    paces: Vec<Pace>,
    calls: Vec<AtomicU64>,
    random: Mutex<StdRng>,
    lanes: Vec<tokio::sync::Mutex<()>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("corp_id", &self.0.config.corp_id)
            .finish_non_exhaustive()
    }
}

/// What a call has been through so far.
#[derive(Debug, Default)]
struct Tries {
    failed: u32,
    crowded: u32,
    blocked: u32,
    has_renewed: bool,
}

/// What to do about a failed try.
enum Next {
    GiveUp,
    Wait(Duration),
    /// Try at once; the pace holds the call back if it must wait.
    Again,
    RenewToken,
}

impl Client {
    /// A client that reads the time from `clock` and its jitter from `seed`. Does not call
    /// the platform.
    pub fn new(config: Config, clock: Clock, seed: u64) -> Result<Self, ConfigError> {
        let base = parse_base(&config.base_url)?;
        if config.app_secret.is_empty() {
            return Err(ConfigError::EmptySecret);
        }
        let max = config.max_in_flight;
        if !(1..=64).contains(&max) {
            let what = "the number of calls in flight";
            return Err(ConfigError::OutOfRange {
                what,
                value: max,
                from: 1,
                to: 64,
            });
        }
        let cache = |secret: &Secret| {
            let pause = config.retry.rejected_secret_pause;
            TokenCache::new(config.corp_id.as_str().to_owned(), secret.clone(), pause)
        };
        let pace = |api: &Api| Pace::new(api.is_counted().then_some(config.limits), max);
        let inner = Inner {
            transport: Transport::new(&config, &base, clock.clone())?,
            app_token: cache(&config.app_secret),
            contacts_token: config.contacts_secret.as_ref().map(cache),
            archive_token: config.archive_secret.as_ref().map(cache),
            paces: Api::ALL.iter().map(pace).collect(),
            calls: Api::ALL.iter().map(|_| AtomicU64::new(0)).collect(),
            random: Mutex::new(StdRng::seed_from_u64(seed)),
            lanes: (0..LANES).map(|_| tokio::sync::Mutex::new(())).collect(),
            config,
            clock,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The corp this client speaks for.
    #[must_use]
    pub fn corp_id(&self) -> &CorpId {
        &self.0.config.corp_id
    }

    /// The app that sends notices.
    #[must_use]
    pub fn agent_id(&self) -> i64 {
        self.0.config.agent_id
    }

    /// Whether a contacts-sync secret is configured.
    #[must_use]
    pub fn has_contacts_secret(&self) -> bool {
        self.0.contacts_token.is_some()
    }

    /// Whether the archive's secret is configured.
    #[must_use]
    pub fn has_archive_secret(&self) -> bool {
        self.0.archive_token.is_some()
    }

    /// Requests sent so far by path, retries included.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<&'static str, u64> {
        Api::ALL
            .iter()
            .zip(&self.0.calls)
            .map(|(api, count)| (api.path(), count.load(Ordering::Relaxed)))
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    /// Seconds by which our clock is ahead of the platform's, which goes on since its last answer;
    /// less than 0 if it is behind. `None` before the first.
    #[must_use]
    pub fn clock_ahead(&self) -> Option<i64> {
        self.0.transport.clock_ahead()
    }

    /// Asks the platform for a token with the app's secret, whatever the cache says: for an
    /// administrator who checks the connection. Not for programs: wrong tries are counted.
    pub async fn check_app_secret(&self) -> Result<(), CallError> {
        self.check_secret(Api::UserGet).await
    }

    /// As [`Client::check_app_secret`] for the contacts-sync secret.
    pub async fn check_contacts_secret(&self) -> Result<(), CallError> {
        self.check_secret(Api::UserListId).await
    }

    /// As [`Client::check_app_secret`] for the archive's secret.
    pub async fn check_archive_secret(&self) -> Result<(), CallError> {
        self.check_secret(Api::PermitUserList).await
    }

    async fn check_secret(&self, api: Api) -> Result<(), CallError> {
        if let Some(cache) = self.cache(api) {
            cache.forget().await;
        }
        match self.token(api).await {
            Ok(_) => Ok(()),
            Err(why) => Err(CallError::not_sent(Api::GetToken, why)),
        }
    }

    /// Holds whoever shares `key` back until the guard is dropped: some endpoints must not be
    /// called at once for the same member or pair.
    pub(crate) async fn lane(&self, key: impl Hash) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let lane = usize::try_from(hasher.finish() % LANES as u64).unwrap_or_default();
        match self.0.lanes.get(lane) {
            Some(lane) => Some(lane.lock().await),
            None => None,
        }
    }

    /// Calls an endpoint with query parameters only.
    pub(crate) async fn get<T>(
        &self,
        api: Api,
        query: impl Into<Vec<(&'static str, String)>>,
    ) -> Result<T, CallError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        self.call(api, Request::get(query)).await
    }

    /// Calls an endpoint with a JSON body.
    pub(crate) async fn post<T>(
        &self,
        api: Api,
        json: &impl serde::Serialize,
    ) -> Result<T, CallError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let request = Request::post(api, json)?;
        self.call(api, request).await
    }

    /// Calls an endpoint, again where that is allowed (Appendix C).
    pub(crate) async fn call<T>(&self, api: Api, request: Request) -> Result<T, CallError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let mut tries = Tries::default();
        loop {
            let token = match self.token(api).await {
                Ok(token) => token,
                Err(why) => {
                    let may_pass = is_passing(&why);
                    let error = CallError::not_sent(api, why);
                    if !may_pass || tries.failed >= self.0.config.retry.max_retries {
                        return Err(error);
                    }
                    tokio::time::sleep(self.backoff(tries.failed)).await;
                    tries.failed += 1;
                    continue;
                }
            };
            let error = match self.attempt(api, &request, &token.text).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match self.next(api, &error, &mut tries) {
                Next::GiveUp => return Err(error),
                Next::Wait(time) => tokio::time::sleep(time).await,
                Next::Again => {}
                Next::RenewToken => {
                    if let Some(cache) = self.cache(api) {
                        cache.discard(&token);
                    }
                }
            }
        }
    }

    async fn attempt<T>(&self, api: Api, request: &Request, token: &Secret) -> Result<T, CallError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let permit = self.enter(api).await?;
        self.count(api);
        let body = self
            .0
            .transport
            .exchange(api, request, Some(token.expose()))
            .await?;
        let answer = read_answer(api, body).await;
        self.learn(api, answer.as_ref().err(), &permit);
        answer
    }

    async fn enter(&self, api: Api) -> Result<Permit, CallError> {
        let pace = self.pace(api)?;
        let max_wait = self.0.config.retry.max_limit_wait;
        let entered = pace.enter(&self.0.clock, max_wait).await;
        entered.map_err(|until| CallError::not_sent(api, NotSent::Limited { until }))
    }

    fn pace(&self, api: Api) -> Result<&Pace, CallError> {
        let pace = self.0.paces.get(api.index());
        pace.ok_or_else(|| CallError::input(api, "unknown endpoint"))
    }

    /// Keeps what an answer tells about the limits.
    fn learn(&self, api: Api, error: Option<&CallError>, permit: &Permit) {
        match error.and_then(CallError::kind) {
            Some(ErrKind::Concurrency) => {
                permit.crowded();
                tracing::warn!(
                    api = api.path(),
                    "too many calls at once; fewer from now on"
                );
            }
            Some(ErrKind::Frequency { .. }) => {
                if let Ok(pace) = self.pace(api) {
                    let now = self.0.clock.now();
                    let seconds = pace.blocked(now).since(now);
                    tracing::warn!(
                        api = api.path(),
                        seconds,
                        "too many calls; the endpoint is closed"
                    );
                }
            }
            _ => permit.fine(),
        }
    }

    /// Whether and how to try again. An effect is tried again only after an answer that
    /// proves that nothing happened.
    fn next(&self, api: Api, error: &CallError, tries: &mut Tries) -> Next {
        match error.kind() {
            Some(ErrKind::Token) if !tries.has_renewed => {
                tries.has_renewed = true;
                return Next::RenewToken;
            }
            Some(ErrKind::Frequency { .. }) if tries.blocked < MAX_BLOCKED => {
                tries.blocked += 1;
                return Next::Again;
            }
            Some(ErrKind::Concurrency) if tries.crowded < MAX_CROWDED => {
                tries.crowded += 1;
                return Next::Wait(self.backoff(tries.crowded - 1));
            }
            _ => {}
        }
        let is_passing = match error {
            CallError::NotSent {
                why: NotSent::Connect(_),
                ..
            } => true,
            CallError::Busy { .. } => api.nature() == Nature::Read,
            CallError::Unsure { why, .. } => {
                let is_final = matches!(why, Doubt::TooLarge { .. } | Doubt::CursorLoop);
                api.nature() == Nature::Read && !is_final
            }
            _ => false,
        };
        if !is_passing || tries.failed >= self.0.config.retry.max_retries {
            return Next::GiveUp;
        }
        tries.failed += 1;
        Next::Wait(self.backoff(tries.failed - 1))
    }

    /// The wait before try number `failed`, counted from 0: doubled each time, half of it
    /// random, so that callers who failed together do not come back together.
    fn backoff(&self, failed: u32) -> Duration {
        let retry = &self.0.config.retry;
        let doubled = retry.first_wait.saturating_mul(1_u32 << failed.min(16));
        let wait = doubled.min(retry.longest_wait);
        let share = self
            .0
            .random
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .random_range(0.5..1.0);
        wait.mul_f64(share)
    }

    fn cache(&self, api: Api) -> Option<&TokenCache> {
        match api.key() {
            Key::App => Some(&self.0.app_token),
            Key::Contacts => self.0.contacts_token.as_ref(),
            Key::Archive => self.0.archive_token.as_ref(),
        }
    }

    async fn token(&self, api: Api) -> Result<Lease, NotSent> {
        let cache = self.cache(api).ok_or(NotSent::NoSecret)?;
        cache.get(&self.fetcher()).await
    }

    fn fetcher(&self) -> Fetcher<'_> {
        Fetcher {
            transport: &self.0.transport,
            clock: &self.0.clock,
            calls: &self.0.calls,
        }
    }

    fn count(&self, api: Api) {
        if let Some(count) = self.0.calls.get(api.index()) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// An answer of which only the code matters.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Done {}

/// Codes that say that a member does not exist (any more).
pub(crate) const NO_MEMBER: &[i64] = &[60111, 46004];
/// The code of a member without customers, and of a customer nobody follows.
pub(crate) const NO_RELATION: &[i64] = &[84061];
