//! How to reach the platform and how hard to knock.

use std::net::IpAddr;
use std::time::Duration;

use jiebang_domain::id::CorpId;
use reqwest::Url;

use crate::secret::Secret;

/// Where WeCom answers.
pub const DEFAULT_BASE_URL: &str = "https://qyapi.weixin.qq.com";

/// Settings of a [`crate::Client`]. [`Config::new`] fills in what the reference recommends.
#[derive(Debug, Clone)]
pub struct Config {
    /// `https`, or `http` to this machine only (a sandbox): the token travels in the query.
    pub base_url: String,
    pub corp_id: CorpId,
    /// Secret of the self-built app.
    pub app_secret: Secret,
    /// Secret of 通讯录同步; needed for `user/list_id` alone.
    pub contacts_secret: Option<Secret>,
    /// Secret of 会话内容存档; needed for `msgaudit` alone.
    pub archive_secret: Option<Secret>,
    /// The self-built app's agent id, sender of notices.
    pub agent_id: i64,
    pub timeouts: Timeouts,
    /// Calls in flight per endpoint, 1 to 64; section 1.4 of the reference recommends 4 to 8.
    /// Lowered by itself when the platform answers 45033.
    pub max_in_flight: usize,
    pub limits: RateLimits,
    pub retry: Retry,
}

/// How long to wait, in real time.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    pub connect: Duration,
    /// From the first byte sent to the last byte received.
    pub total: Duration,
}

/// Calls of one endpoint by one corp (path/90312).
#[derive(Debug, Clone, Copy)]
pub struct RateLimits {
    pub per_minute: u32,
    pub per_hour: u32,
}

/// When to call again.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Further tries of a read after -1, a broken connection or a 5xx.
    pub max_retries: u32,
    /// First wait, in real time; doubles each time.
    pub first_wait: Duration,
    /// Longest of these waits, in real time.
    pub longest_wait: Duration,
    /// Longest time to hold a call back for a rate limit, in seconds of the clock. Beyond
    /// it the call is given back as [`crate::NotSent::Limited`].
    pub max_limit_wait: i64,
    /// How long a secret the platform has rejected is not tried again, in seconds of the
    /// clock: about 2,000 wrong tries an hour block the source IP.
    pub rejected_secret_pause: i64,
}

impl Config {
    #[must_use]
    pub fn new(corp_id: CorpId, app_secret: Secret, agent_id: i64) -> Self {
        Self {
            base_url: DEFAULT_BASE_URL.to_owned(),
            corp_id,
            app_secret,
            contacts_secret: None,
            archive_secret: None,
            agent_id,
            timeouts: Timeouts::default(),
            max_in_flight: 6,
            limits: RateLimits::default(),
            retry: Retry::default(),
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(20),
        }
    }
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            per_minute: 10_000,
            per_hour: 150_000,
        }
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            max_retries: 3,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(5),
            max_limit_wait: 90,
            rejected_secret_pause: 300,
        }
    }
}

/// Why a client cannot be made of a configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    #[error("the base URL of the platform cannot be read")]
    Url,
    #[error("the base URL must be https, or http to this machine (127.0.0.1, ::1, localhost)")]
    NotSecure,
    #[error("the base URL must not carry a user, a query or a fragment")]
    UrlParts,
    #[error("the app secret is empty")]
    EmptySecret,
    #[error("{what} is {value}, which is outside {from}..={to}")]
    OutOfRange {
        what: &'static str,
        value: usize,
        from: usize,
        to: usize,
    },
    #[error("the HTTP client cannot be started")]
    Http(#[source] reqwest::Error),
}

pub(crate) struct Base {
    pub url: Url,
    pub is_loopback: bool,
}

/// Checks the base URL: the token and the secret travel in it, so it must be sealed or local.
pub(crate) fn parse_base(text: &str) -> Result<Base, ConfigError> {
    let url = Url::parse(text).map_err(|_source| ConfigError::Url)?;
    let host = url.host_str().ok_or(ConfigError::Url)?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|a| a.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if is_loopback => {}
        _ => return Err(ConfigError::NotSecure),
    }
    let is_bare = url.username().is_empty() && url.password().is_none();
    if !is_bare || url.query().is_some() || url.fragment().is_some() {
        return Err(ConfigError::UrlParts);
    }
    Ok(Base { url, is_loopback })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        assert!(parse_base("http://127.0.0.1:8080").unwrap().is_loopback);
        assert!(parse_base("http://[::1]:8080").unwrap().is_loopback);
        assert!(
            parse_base("http://localhost:8080/prefix/")
                .unwrap()
                .is_loopback
        );
        assert!(!parse_base(DEFAULT_BASE_URL).unwrap().is_loopback);
        assert!(matches!(
            parse_base("http://10.0.0.1"),
            Err(ConfigError::NotSecure)
        ));
        assert!(matches!(
            parse_base("http://127.0.0.1.example.com"),
            Err(ConfigError::NotSecure)
        ));
        assert!(matches!(
            parse_base("ftp://127.0.0.1"),
            Err(ConfigError::NotSecure)
        ));
        assert!(matches!(
            parse_base("https://u:p@example.com"),
            Err(ConfigError::UrlParts)
        ));
        assert!(matches!(
            parse_base("https://example.com/?a=b"),
            Err(ConfigError::UrlParts)
        ));
        assert!(matches!(parse_base("qyapi"), Err(ConfigError::Url)));
    }
}
