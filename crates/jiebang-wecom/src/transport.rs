//! One request, one answer: HTTP, the size limit, and the envelope every answer has.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, UNIX_EPOCH};

use jiebang_domain::time::Clock;
use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderValue};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::api::{Api, Method};
use crate::config::{Base, Config, ConfigError};
use crate::errcode::ErrCode;
use crate::error::{CallError, Doubt, NotSent};
use crate::lenient::Scalar;

/// Answers above this many bytes are parsed off the async threads.
const PARSE_ASIDE: usize = 256 << 10;

/// What a request carries.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// Query parameters only.
    Nothing,
    Json(Vec<u8>),
    File {
        name: String,
        content: Vec<u8>,
    },
}

/// A request before it has a token.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub query: Vec<(&'static str, String)>,
    pub body: Body,
}

impl Request {
    pub(crate) fn get(query: impl Into<Vec<(&'static str, String)>>) -> Self {
        Self {
            query: query.into(),
            body: Body::Nothing,
        }
    }

    /// A JSON body. A value that cannot be written as JSON is an error of the input.
    pub(crate) fn post(api: Api, json: &impl serde::Serialize) -> Result<Self, CallError> {
        match serde_json::to_vec(json) {
            Ok(bytes) => Ok(Self {
                query: Vec::new(),
                body: Body::Json(bytes),
            }),
            Err(source) => Err(CallError::input(api, source.to_string())),
        }
    }
}

/// The HTTP side of a client.
#[derive(Debug)]
pub(crate) struct Transport {
    http: reqwest::Client,
    /// Ready-made URLs by endpoint, without queries.
    urls: Vec<Url>,
    clock: Clock,
    /// What time the platform had with its last answer, in Unix seconds, and when that was.
    told: Mutex<Option<(i64, Instant)>>,
}

impl Transport {
    pub(crate) fn new(config: &Config, base: &Base, clock: Clock) -> Result<Self, ConfigError> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("jiebang/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(config.timeouts.connect)
            .timeout(config.timeouts.total)
            // A redirect would carry the token elsewhere; the platform's only one is from
            // http to https.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .tcp_nodelay(true)
            // Shorter than usual gateways keep a connection, so that few calls meet one that
            // is being closed and end in doubt.
            .pool_idle_timeout(std::time::Duration::from_secs(20));
        if base.is_loopback {
            builder = builder.no_proxy();
        }
        let http = builder
            .build()
            .map_err(|e| ConfigError::Http(e.without_url()))?;
        let prefix = base.url.path().trim_end_matches('/').to_owned();
        let urls = Api::ALL
            .iter()
            .map(|api| {
                let mut url = base.url.clone();
                url.set_path(&format!("{prefix}/cgi-bin/{}", api.path()));
                url
            })
            .collect();
        Ok(Self {
            http,
            urls,
            clock,
            told: Mutex::default(),
        })
    }

    /// Seconds by which our clock is ahead of the platform's, which goes on since its last answer.
    pub(crate) fn clock_ahead(&self) -> Option<i64> {
        let told = *self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let (theirs, at) = told?;
        let since = i64::try_from(at.elapsed().as_secs()).unwrap_or(i64::MAX);
        Some(self.clock.now().seconds() - theirs.saturating_add(since))
    }

    /// Learns from the date that every HTTP server gives with its answer.
    fn learn_time(&self, headers: &HeaderMap) {
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
        let since = date.and_then(|date| date.duration_since(UNIX_EPOCH).ok());
        if let Some(theirs) = since.and_then(|since| i64::try_from(since.as_secs()).ok()) {
            let told = Some((theirs, Instant::now()));
            *self.told.lock().unwrap_or_else(PoisonError::into_inner) = told;
        }
    }

    /// Sends a request and reads the whole answer. `token` joins the query.
    pub(crate) async fn exchange(
        &self,
        api: Api,
        request: &Request,
        token: Option<&str>,
    ) -> Result<Vec<u8>, CallError> {
        let Some(url) = self.urls.get(api.index()) else {
            return Err(CallError::input(api, "unknown endpoint"));
        };
        let mut url = url.clone();
        if token.is_some() || !request.query.is_empty() {
            let mut pairs = url.query_pairs_mut();
            if let Some(token) = token {
                pairs.append_pair("access_token", token);
            }
            for (name, value) in &request.query {
                pairs.append_pair(name, value);
            }
        }
        let method = match api.method() {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut outgoing = self.http.request(method, url);
        outgoing = match &request.body {
            Body::Nothing => outgoing,
            Body::Json(bytes) => outgoing
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(bytes.clone()),
            Body::File { name, content } => {
                let part = reqwest::multipart::Part::bytes(content.clone()).file_name(name.clone());
                outgoing.multipart(reqwest::multipart::Form::new().part("media", part))
            }
        };
        let response = outgoing.send().await.map_err(|e| sending_failed(api, e))?;
        self.learn_time(response.headers());
        check_status(api, response.status().as_u16())?;
        read_limited(api, response).await
    }
}

/// Whether a failed sending proves that nothing was sent. Only a connection that never came
/// about does; the URL, which carries the token, is taken out of the error.
fn sending_failed(api: Api, error: reqwest::Error) -> CallError {
    let error = error.without_url();
    if error.is_connect() || error.is_builder() {
        return CallError::not_sent(api, NotSent::Connect(Arc::new(error)));
    }
    broken(api, error)
}

fn broken(api: Api, error: reqwest::Error) -> CallError {
    if error.is_timeout() {
        return CallError::unsure(api, Doubt::TimeOut);
    }
    CallError::unsure(api, Doubt::Cut(Arc::new(error.without_url())))
}

/// The platform answers 200 to everything it looked at, and 404 to paths it does not know.
/// Other statuses come from gateways: those that turn a request away prove that it did not
/// get through.
fn check_status(api: Api, status: u16) -> Result<(), CallError> {
    match status {
        200..=299 => Ok(()),
        408 | 409 | 425 | 429 => Err(CallError::unsure(api, Doubt::Http { status })),
        300..=499 => Err(CallError::not_sent(api, NotSent::Http { status })),
        _ => Err(CallError::unsure(api, Doubt::Http { status })),
    }
}

async fn read_limited(api: Api, mut response: reqwest::Response) -> Result<Vec<u8>, CallError> {
    let limit = api.max_answer();
    let too_large = || CallError::unsure(api, Doubt::TooLarge { limit });
    let announced = response.content_length().unwrap_or_default();
    let announced = usize::try_from(announced).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(too_large());
    }
    let mut body = Vec::with_capacity(announced.min(PARSE_ASIDE));
    while let Some(chunk) = response.chunk().await.map_err(|e| broken(api, e))? {
        if body.len() + chunk.len() > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What every answer has. A missing code counts as 0: some old endpoints leave it out.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    errcode: Option<Scalar>,
    #[serde(default, deserialize_with = "crate::lenient::text")]
    errmsg: String,
}

/// Reads an answer: the code first, the rest only when it is 0.
pub(crate) async fn read_answer<T>(api: Api, body: Vec<u8>) -> Result<T, CallError>
where
    T: DeserializeOwned + Send + 'static,
{
    if body.len() <= PARSE_ASIDE {
        return parse_answer(api, &body);
    }
    let parsed = tokio::task::spawn_blocking(move || parse_answer(api, &body)).await;
    parsed.unwrap_or_else(|_| {
        Err(CallError::malformed(
            api,
            serde::de::Error::custom("cancelled"),
        ))
    })
}

fn parse_answer<T: DeserializeOwned>(api: Api, body: &[u8]) -> Result<T, CallError> {
    let malformed = |source| CallError::malformed(api, source);
    // A list would pass for an object whose every field is missing.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(malformed(serde::de::Error::custom("not a JSON object")));
    }
    let envelope: Envelope = serde_json::from_slice(body).map_err(malformed)?;
    let code = match envelope.errcode {
        None | Some(Scalar::Null) => 0,
        Some(scalar) => scalar
            .into_int()
            .ok_or_else(|| malformed(serde::de::Error::custom("errcode is not a number")))?,
    };
    if code != 0 {
        return Err(CallError::answered(api, ErrCode(code), &envelope.errmsg));
    }
    serde_json::from_slice(body).map_err(malformed)
}
