//! Taking requests apart. Whatever does not fit is a [`Problem`] that names the field.

use std::error::Error as StdError;

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use jiebang_app::access::SessionInfo;

use crate::boundary::Trace;
use crate::limits::read_body;
use crate::problem::Problem;

/// A JSON body of at most [`crate::limits::MAX_BODY`] bytes.
pub struct Body<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes = read_body(request.into_body()).await?;
        parse_json(&bytes).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE);
    let text = value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let malformed = || Problem::new(StatusCode::BAD_REQUEST, "malformed");
    // No text of ours holds NUL, and one of the databases could not store it.
    if holds_nul(bytes) {
        return Err(malformed().field("", "nul"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.inner();
        if inner.is_data() {
            let (path, code) = judge(path, &inner.to_string());
            Problem::validation(path, code)
        } else {
            malformed().field("", "syntax")
        }
    })?;
    reader.end().map_err(|_| malformed().field("", "syntax"))?;
    Ok(value)
}

/// Whether a text in the JSON holds U+0000, which JSON can only write as an escape.
fn holds_nul(bytes: &[u8]) -> bool {
    let escaped = bytes.windows(6).any(|window| window == b"\\u0000");
    escaped
        && serde_json::from_slice::<serde_json::Value>(bytes)
            .is_ok_and(|value| any_text(&value, &|text| text.contains('\0')))
}

fn any_text(value: &serde_json::Value, is_meant: &dyn Fn(&str) -> bool) -> bool {
    match value {
        serde_json::Value::String(text) => is_meant(text),
        serde_json::Value::Array(items) => items.iter().any(|item| any_text(item, is_meant)),
        serde_json::Value::Object(object) => object
            .iter()
            .any(|(key, item)| is_meant(key) || any_text(item, is_meant)),
        _ => false,
    }
}

/// Which field is meant and what is wrong with it, from serde's words.
fn judge(path: String, message: &str) -> (String, &'static str) {
    let path = if path == "." { String::new() } else { path };
    let named = message.split('`').nth(1).unwrap_or_default();
    let below = |path: String| {
        let has_name = path.rsplit('.').next() == Some(named);
        match (path.is_empty(), has_name) {
            (true, _) => named.to_owned(),
            (false, true) => path,
            (false, false) => format!("{path}.{named}"),
        }
    };
    if message.starts_with("missing field") {
        (below(path), "missing_field")
    } else if message.starts_with("unknown field") {
        (below(path), "unknown_field")
    } else if message.starts_with("unknown variant") {
        (path, "unknown_value")
    } else {
        (path, "type")
    }
}

/// The query of the address.
pub struct Params<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let malformed = || Problem::new(StatusCode::BAD_REQUEST, "malformed");
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(malformed().field("", "nul"));
        }
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let (path, code) = judge_query(&rejection);
                Err(malformed().field(path, code))
            }
        }
    }
}

fn judge_query(rejection: &(dyn StdError + 'static)) -> (String, &'static str) {
    let mut source = Some(rejection);
    while let Some(error) = source {
        if let Some(located) =
            error.downcast_ref::<serde_path_to_error::Error<serde::de::value::Error>>()
        {
            return judge(located.path().to_string(), &located.inner().to_string());
        }
        source = error.source();
    }
    (String::new(), "type")
}

/// The parts of the path. What cannot be one of ours does not exist.
pub struct At<T>(pub T);

impl<S: Sync + Send, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => Err(Problem::not_found()),
        }
    }
}

/// The session the gate has found.
pub struct Signed(pub SessionInfo);

impl<S: Sync> FromRequestParts<S> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let session = parts.extensions.get::<SessionInfo>().cloned();
        session
            .map(Self)
            .ok_or_else(|| Problem::of_status(StatusCode::UNAUTHORIZED))
    }
}

impl<S: Sync> FromRequestParts<S> for Trace {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let trace = parts.extensions.get::<Self>().cloned();
        trace.ok_or_else(Problem::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handover::dto::HandoverInput;

    fn refused(json: &str) -> (u16, String, &'static str) {
        let problem = parse_json::<HandoverInput>(json.as_bytes()).unwrap_err();
        let field = &problem.more.fields[0];
        (problem.status.as_u16(), field.path.clone(), field.code)
    }

    #[test]
    fn what_is_wrong_is_named_by_its_field() {
        for (json, status, path, code) in [
            ("", 400, "", "syntax"),
            ("{", 400, "", "syntax"),
            ("{} {}", 422, "leaver", "missing_field"),
            ("[]", 422, "", "type"),
            (
                r#"{"leaver":"a","assignment":{"mode":"one"}}"#,
                422,
                "assignment.to",
                "missing_field",
            ),
            (
                r#"{"leaver":"a b","assignment":{"mode":"one","to":"b"}}"#,
                422,
                "leaver",
                "type",
            ),
            (r#"{"leaver":"a","hat":1}"#, 422, "hat", "unknown_field"),
            (r#"{"leaver":"a\u0000"}"#, 400, "", "nul"),
        ] {
            assert_eq!(refused(json), (status, path.to_owned(), code), "{json}");
        }
    }

    #[test]
    fn queries_name_the_field_too() {
        let uri = "http://x/?limit=many".parse().unwrap();
        let rejection = Query::<crate::page::PageQuery>::try_from_uri(&uri).unwrap_err();
        assert_eq!(judge_query(&rejection), ("limit".to_owned(), "type"));
    }
}
