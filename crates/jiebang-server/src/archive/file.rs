//! The bytes of a file: whole, or the part that a player asks for (RFC 9110, 14).

use std::ops::Range;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiebang_app::Error;
use jiebang_app::archive::{self as app, Content};

use super::dto::FileQuery;
use crate::extract::{At, Params, Signed};
use crate::problem::Problem;
use crate::state::Web;

/// Bytes opened at a time, a multiple of the pieces they are stored in.
const PART: u64 = 1 << 20;

/// What browsers are told a file is, by its extension: what they can show or play and what cannot
/// run as a page. Everything else is bytes to be saved.
const TYPES: &[(&str, &str)] = &[
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("bmp", "image/bmp"),
    ("mp4", "video/mp4"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("wav", "audio/wav"),
    ("m4a", "audio/mp4"),
    ("amr", "audio/amr"),
    ("pdf", "application/pdf"),
];

/// What browsers never show.
const SAVED: &str = "application/octet-stream";

/// The content of a file of a message. Answers ranges.
#[utoipa::path(
    get,
    path = "/archive/messages/{id}/files/{place}",
    tag = "archive",
    params(("id" = String, Path), ("place" = i32, Path), FileQuery),
    responses(
        (status = 200, body = String, content_type = "application/octet-stream"),
        (status = 206, body = String, content_type = "application/octet-stream")
    )
)]
pub async fn show_file(
    State(web): State<Web>,
    Signed(signed): Signed,
    At((id, place)): At<(String, i32)>,
    Params(query): Params<FileQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_| Problem::not_found())?;
    let content = app::open_file(web.app(), &signed.actor, id, place).await?;
    let size = content.size();
    let asked = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok());
    let (status, range) = match asked.map(|text| range_of(text, size)) {
        None | Some(Asked::Whole) => (StatusCode::OK, 0..size),
        Some(Asked::Part(range)) => (StatusCode::PARTIAL_CONTENT, range),
        Some(Asked::Beyond) => {
            let told = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, told).into_response());
        }
    };
    let mut answer = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, type_of(content.extension.as_deref()))
        .header(header::CONTENT_LENGTH, range.end - range.start)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::CACHE_CONTROL, "private, no-store")
        .header(
            header::CONTENT_DISPOSITION,
            disposition(&content, query.view.unwrap_or(false)),
        );
    if status == StatusCode::PARTIAL_CONTENT {
        let told = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        answer = answer.header(header::CONTENT_RANGE, told);
    }
    answer
        .body(body(content, range))
        .map_err(|_| Problem::internal())
}

fn body(content: Content, range: Range<u64>) -> Body {
    let parts = futures::stream::try_unfold((content, range), |(content, range)| async move {
        if range.is_empty() {
            return Ok::<_, Error>(None);
        }
        let end = ((range.start / PART + 1) * PART).min(range.end);
        let bytes = content.read(range.start..end).await?;
        Ok(Some((bytes, (content, end..range.end))))
    });
    Body::from_stream(parts)
}

fn type_of(extension: Option<&str>) -> &'static str {
    let extension = extension.unwrap_or_default();
    let known = TYPES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension));
    known.map_or(SAVED, |(_, told)| *told)
}

/// Shown where browsers can; else, or if it was sent as a file and not to be viewed, saved. The name is given in a form that cannot break out.
fn disposition(content: &Content, view: bool) -> HeaderValue {
    let can_be_shown = type_of(content.extension.as_deref()) != SAVED;
    let fallback = match &content.extension {
        Some(extension) => format!("{}.{extension}", content.kind),
        None => content.kind.clone(),
    };
    let name = content.name.as_deref().unwrap_or(&fallback);
    named(can_be_shown && (view || content.kind != "file"), name)
}

fn named(is_shown: bool, name: &str) -> HeaderValue {
    let how = if is_shown { "inline" } else { "attachment" };
    let encoded: String = name
        .bytes()
        .take(600)
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    HeaderValue::from_str(&format!("{how}; filename*=UTF-8''{encoded}"))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// No range, or one in a form that may be passed over.
    Whole,
    Part(Range<u64>),
    Beyond,
}

fn range_of(text: &str, size: u64) -> Asked {
    let Some((from, to)) = text
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Asked::Whole;
    };
    let range = match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to => from..to.saturating_add(1).min(size),
        (Ok(from), Err(_)) if to.is_empty() => from..size,
        (Err(_), Ok(last)) if from.is_empty() => size.saturating_sub(last)..size,
        _ => return Asked::Whole,
    };
    if range.start >= size || range.is_empty() {
        Asked::Beyond
    } else {
        Asked::Part(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_run_as_a_page_is_never_shown_and_a_name_cannot_break_out() {
        for saved in ["html", "svg", "xml", "js", "", "pdf "] {
            assert_eq!(type_of(Some(saved)), SAVED, "{saved}");
        }
        assert_eq!(type_of(None), SAVED);
        assert_eq!(type_of(Some("PDF")), "application/pdf");
        let told = named(true, "报价\";\r\nx.pdf");
        assert_eq!(
            told,
            "inline; filename*=UTF-8''%E6%8A%A5%E4%BB%B7%22%3B%0D%0Ax.pdf"
        );
        assert_eq!(named(false, "a.pdf"), "attachment; filename*=UTF-8''a.pdf");
    }

    #[test]
    fn a_range_is_read_as_players_ask_for_it() {
        assert_eq!(range_of("bytes=0-", 10), Asked::Part(0..10));
        assert_eq!(range_of("bytes=2-4", 10), Asked::Part(2..5));
        assert_eq!(range_of("bytes=2-99", 10), Asked::Part(2..10));
        assert_eq!(range_of("bytes=-3", 10), Asked::Part(7..10));
        assert_eq!(range_of("bytes=-99", 10), Asked::Part(0..10));
        assert_eq!(range_of("bytes=10-", 10), Asked::Beyond);
        assert_eq!(range_of("bytes=0-", 0), Asked::Beyond);
        for whole in ["bytes=4-2", "bytes=0-1,3-4", "lines=1-2", "bytes=-", ""] {
            assert_eq!(range_of(whole, 10), Asked::Whole, "{whole}");
        }
    }
}
