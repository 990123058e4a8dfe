//! What is answered when something is not done: problem details (RFC 9457) with a stable code,
//! and a sentence in the reader's language that says what happened and what to do.
//!
//! A [`Problem`] does not know the reader's language; it travels in the response's extensions to
//! [`crate::boundary`], which writes the body.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiebang_domain::text::{Lang, text, text_if_any};
use serde::Serialize;
use utoipa::ToSchema;

/// Media type of problem details.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was not done.
#[derive(Debug, Clone)]
pub struct Problem {
    pub status: StatusCode,
    /// Stable; `problem.CODE.title` and `.detail` in the catalogue.
    pub code: &'static str,
    /// Boxed, so that the way of success does not carry it along.
    pub more: Box<More>,
}

/// What else there is to say of a problem.
#[derive(Debug, Clone, Default)]
pub struct More {
    /// Values for the places of the detail.
    pub values: Vec<(&'static str, String)>,
    pub fields: Vec<FieldProblem>,
    /// Seconds after which another try makes sense.
    pub retry_after: Option<i64>,
    /// WeCom's code, of which the detail tells what to do.
    pub errcode: Option<i64>,
    /// The error with its sources, for the log.
    pub cause: Option<String>,
}

/// What is wrong with one field: `invalid.CODE` in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    pub path: String,
    pub code: &'static str,
}

impl Problem {
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str) -> Self {
        Self {
            status,
            code,
            more: Box::default(),
        }
    }

    #[must_use]
    pub fn value(mut self, name: &'static str, value: String) -> Self {
        self.more.values.push((name, value));
        self
    }

    #[must_use]
    pub fn field(mut self, path: impl Into<String>, code: &'static str) -> Self {
        self.more.fields.push(FieldProblem {
            path: path.into(),
            code,
        });
        self
    }

    /// Says when to try again, in the text (`{seconds}`) and as `Retry-After`.
    #[must_use]
    pub fn again_in(mut self, seconds: i64) -> Self {
        self.more.retry_after = Some(seconds.max(1));
        self.value("seconds", seconds.max(1).to_string())
    }

    #[must_use]
    pub fn errcode(mut self, errcode: i64) -> Self {
        self.more.errcode = Some(errcode);
        self
    }

    /// Keeps the chain of errors for the log.
    #[must_use]
    pub fn because(mut self, cause: String) -> Self {
        self.more.cause = Some(cause);
        self
    }

    /// The problem that a bare status stands for, as routers and layers give it.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let code = match status {
            StatusCode::UNAUTHORIZED => "sign_in_required",
            StatusCode::FORBIDDEN => "forbidden",
            StatusCode::NOT_FOUND => "not_found",
            StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
            StatusCode::REQUEST_TIMEOUT => "timeout",
            StatusCode::CONFLICT => "conflict",
            StatusCode::PAYLOAD_TOO_LARGE => "payload_too_large",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
            StatusCode::TOO_MANY_REQUESTS => "rate_limited",
            StatusCode::SERVICE_UNAVAILABLE => "unavailable",
            status if status.is_client_error() => "malformed",
            _ => "internal",
        };
        let problem = Self::new(status, code);
        if code == "rate_limited" {
            problem.again_in(10)
        } else {
            problem
        }
    }

    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found")
    }

    #[must_use]
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal")
    }

    /// Values of one field or several that cannot be used; 422.
    #[must_use]
    pub fn validation(path: impl Into<String>, code: &'static str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation").field(path, code)
    }

    /// A cursor that we did not give out.
    #[must_use]
    pub fn bad_cursor() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_cursor").field("cursor", "unknown_value")
    }

    /// What the reader sees.
    #[must_use]
    pub fn details(&self, lang: Lang, trace_id: &str) -> ProblemDetails {
        let errcode = self
            .more
            .errcode
            .map(|code| code.to_string())
            .unwrap_or_default();
        let advice = advice(lang, self.more.errcode);
        let mut values: Vec<(&str, &str)> = self
            .more
            .values
            .iter()
            .map(|(k, v)| (*k, v.as_str()))
            .collect();
        values.extend([("errcode", errcode.as_str()), ("advice", advice.as_str())]);
        // A conflict that has no text of its own reads as any conflict.
        let fallback = match self.status {
            StatusCode::CONFLICT => "conflict",
            status if status.is_server_error() => "internal",
            _ => "malformed",
        };
        let say = |part: &str| {
            text_if_any(lang, &format!("problem.{}.{part}", self.code), &values)
                .unwrap_or_else(|| text(lang, &format!("problem.{fallback}.{part}"), &values))
        };
        ProblemDetails {
            r#type: format!("/problems/{}", self.code),
            title: say("title"),
            status: self.status.as_u16(),
            detail: say("detail"),
            code: self.code.to_owned(),
            fields: self
                .more
                .fields
                .iter()
                .map(|field| field.details(lang))
                .collect(),
            trace_id: trace_id.to_owned(),
        }
    }
}

/// What WeCom's code means and what to do, with a blank after it in English.
pub(crate) fn advice(lang: Lang, errcode: Option<i64>) -> String {
    let Some(errcode) = errcode else {
        return String::new();
    };
    let parts = [
        format!("errcode.{errcode}"),
        format!("errcode.{errcode}.fix"),
    ];
    let known: Vec<String> = parts
        .iter()
        .filter_map(|key| text_if_any(lang, key, &[]))
        .collect();
    let blank = if lang == Lang::En && !known.is_empty() {
        " "
    } else {
        ""
    };
    format!("{}{blank}", known.join(blank))
}

impl FieldProblem {
    pub(crate) fn details(&self, lang: Lang) -> FieldDetails {
        // Why somebody cannot succeed is told in the words of the prediction.
        let message = ["invalid", "prediction"]
            .iter()
            .find_map(|area| text_if_any(lang, &format!("{area}.{}", self.code), &[]))
            .unwrap_or_else(|| text(lang, "invalid.type", &[]));
        FieldDetails {
            path: self.path.clone(),
            code: self.code.to_owned(),
            message,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.more.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Problem details, RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDetails {
    /// `/problems/CODE`.
    pub r#type: String,
    pub title: String,
    pub status: u16,
    /// What happened and what to do, in the language of `Accept-Language`.
    pub detail: String,
    /// Stable, for programs.
    pub code: String,
    /// What is wrong with single fields of the request.
    pub fields: Vec<FieldDetails>,
    /// Finds the request in the server's log.
    pub trace_id: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FieldDetails {
    /// `assignment.to[0]`.
    pub path: String,
    pub code: String,
    pub message: String,
}
