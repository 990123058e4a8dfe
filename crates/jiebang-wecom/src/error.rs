//! What can become of a call. The difference that matters is whether the platform may have
//! acted: [`CallError::NotSent`] and [`CallError::Refused`] prove it did not,
//! [`CallError::Unsure`] and [`CallError::Busy`] leave it open.

use std::net::IpAddr;
use std::sync::Arc;

use jiebang_domain::time::Timestamp;

use crate::api::Api;
use crate::errcode::{ConfigProblem, ErrCode, ErrKind};

/// Longest text of the platform kept in an error, in characters.
const MAX_MESSAGE: usize = 400;

/// A call that gave no answer to work with.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The platform certainly did not act.
    #[error("{api} was not carried out")]
    NotSent {
        api: Api,
        #[source]
        why: NotSent,
    },
    /// The platform may have acted. A call with an effect must be reconciled, not repeated.
    #[error("it is not known what became of {api}")]
    Unsure {
        api: Api,
        #[source]
        why: Doubt,
    },
    /// The platform answered -1, "system busy". Whether it acted is not documented, so an
    /// effect must be reconciled as with [`CallError::Unsure`].
    #[error("{api}: the platform was busy")]
    Busy { api: Api },
    /// The platform refused as a whole; nothing was started.
    #[error("{api} was refused: {code} {message}")]
    Refused {
        api: Api,
        code: ErrCode,
        /// The platform's own words, shortened. May change at any time; never parse it.
        message: String,
    },
}

/// Why a call certainly had no effect.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum NotSent {
    #[error("no connection to the platform")]
    Connect(#[source] Arc<reqwest::Error>),
    /// The token was refused with a code, now or some minutes ago.
    #[error("no token: {code} {message}")]
    TokenRefused { code: ErrCode, message: String },
    /// The token could not be fetched for another reason.
    #[error("no token")]
    NoToken(#[source] Arc<CallError>),
    /// No secret of the kind this endpoint wants is configured.
    #[error("no secret of the kind this call needs is configured")]
    NoSecret,
    /// Own or learned limits would not let the call out soon enough.
    #[error("the limit of calls is reached until {until}")]
    Limited { until: Timestamp },
    /// The gateway or a proxy turned the request away.
    #[error("HTTP status {status}")]
    Http { status: u16 },
    /// The request was against a documented limit.
    #[error("{0}")]
    Input(String),
}

/// Why it is not known what became of a call.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Doubt {
    #[error("the answer did not come in time")]
    TimeOut,
    #[error("the connection broke")]
    Cut(#[source] Arc<reqwest::Error>),
    #[error("HTTP status {status}")]
    Http { status: u16 },
    #[error("the answer is not what was expected")]
    Malformed(#[source] Arc<serde_json::Error>),
    #[error("the answer is larger than {limit} bytes")]
    TooLarge { limit: usize },
    /// A list that would never end.
    #[error("the platform gave the same cursor twice")]
    CursorLoop,
}

impl CallError {
    /// The endpoint that was called.
    #[must_use]
    pub const fn api(&self) -> Api {
        match self {
            Self::NotSent { api, .. }
            | Self::Unsure { api, .. }
            | Self::Busy { api }
            | Self::Refused { api, .. } => *api,
        }
    }

    /// Whether the platform may have acted although no proper answer came.
    #[must_use]
    pub const fn is_unsure(&self) -> bool {
        matches!(self, Self::Unsure { .. } | Self::Busy { .. })
    }

    /// The platform's code, also when it was the token that was refused.
    #[must_use]
    pub fn code(&self) -> Option<ErrCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Busy { .. } => Some(ErrCode::BUSY),
            Self::NotSent {
                why: NotSent::TokenRefused { code, .. },
                ..
            } => Some(*code),
            Self::NotSent {
                why: NotSent::NoToken(source),
                ..
            } => source.code(),
            _ => None,
        }
    }

    /// What the platform's code calls for.
    #[must_use]
    pub fn kind(&self) -> Option<ErrKind> {
        self.code().map(ErrCode::kind)
    }

    /// What an administrator has to change, if that is the trouble.
    #[must_use]
    pub fn config_problem(&self) -> Option<ConfigProblem> {
        match self.kind()? {
            ErrKind::Config(problem) => Some(problem),
            _ => None,
        }
    }

    /// The IP the platform saw the call come from, where its words carry it (60020 does).
    #[must_use]
    pub fn caller_ip(&self) -> Option<IpAddr> {
        let message = match self {
            Self::Refused { message, .. }
            | Self::NotSent {
                why: NotSent::TokenRefused { message, .. },
                ..
            } => message,
            Self::NotSent {
                why: NotSent::NoToken(source),
                ..
            } => return source.caller_ip(),
            _ => return None,
        };
        let (_, rest) = message.split_once("from ip: ")?;
        let end = rest.find([',', ' ']).unwrap_or(rest.len());
        rest.get(..end)?.parse().ok()
    }

    /// Until when the platform's or the own limits hold the endpoint closed.
    #[must_use]
    pub const fn limited_until(&self) -> Option<Timestamp> {
        match self {
            Self::NotSent {
                why: NotSent::Limited { until },
                ..
            } => Some(*until),
            _ => None,
        }
    }

    pub(crate) const fn not_sent(api: Api, why: NotSent) -> Self {
        Self::NotSent { api, why }
    }

    pub(crate) fn input(api: Api, what: impl Into<String>) -> Self {
        Self::NotSent {
            api,
            why: NotSent::Input(what.into()),
        }
    }

    pub(crate) const fn unsure(api: Api, why: Doubt) -> Self {
        Self::Unsure { api, why }
    }

    pub(crate) fn malformed(api: Api, source: serde_json::Error) -> Self {
        Self::Unsure {
            api,
            why: Doubt::Malformed(Arc::new(source)),
        }
    }

    /// The error of an answer whose code is not 0.
    pub(crate) fn answered(api: Api, code: ErrCode, message: &str) -> Self {
        if code == ErrCode::BUSY {
            return Self::Busy { api };
        }
        Self::Refused {
            api,
            code,
            message: shortened(message),
        }
    }
}

/// The platform's words without control characters and not longer than a line.
pub(crate) fn shortened(message: &str) -> String {
    message
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_MESSAGE)
        .collect()
}

/// Turns a refusal with one of `codes` into `None`: the thing asked for is not there.
pub(crate) fn absent_on<T>(
    answer: Result<T, CallError>,
    codes: &[i64],
) -> Result<Option<T>, CallError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(CallError::Refused { code, .. }) if codes.contains(&code.0) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ip_is_read_from_the_words_of_60020() {
        let words = "not allow to access from your ip, hint: [1700000000_1_ab], from ip: \
                     203.0.113.9, more info at https://open.work.weixin.qq.com/devtool/query?e=60020";
        let error = CallError::answered(Api::UserGet, ErrCode(60020), words);
        assert_eq!(error.caller_ip(), Some("203.0.113.9".parse().unwrap()));
        assert_eq!(error.config_problem(), Some(ConfigProblem::IpNotTrusted));
        assert!(!error.is_unsure());
    }

    #[test]
    fn busy_leaves_an_effect_in_doubt() {
        let error = CallError::answered(Api::TransferCustomer, ErrCode(-1), "system busy");
        assert!(matches!(error, CallError::Busy { .. }));
        assert!(error.is_unsure());
    }

    #[test]
    fn display_does_not_repeat_the_source() {
        let error = CallError::not_sent(Api::UserGet, NotSent::Http { status: 404 });
        assert_eq!(error.to_string(), "user/get was not carried out");
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.to_string(), "HTTP status 404");
    }
}
