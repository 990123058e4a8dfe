//! `GET /sandbox-archive/{chatdata,media}`: what the stand-in library asks.
//!
//! Texts travel as hexadecimal digits. The answer's head tells how the SDK call ends
//! (`x-sdk-return`), whether the process is to die first (`x-sdk-crash`), and for a chunk the
//! next index and the end (`x-index`, `x-finish`); the body is what the call hands out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::connection::Peer;
use crate::fault::{FaultKind, FaultRule};
use crate::server::{Shared, query_of};
use crate::world::World;
use crate::world::archive::LARGEST_PAGE;

/// Largest chunk, in bytes.
const CHUNK: usize = 524_288;
/// Network failure, as the SDK tells it.
const NETWORK: i64 = 10_001;
/// The file id is none.
const FILE_ID: i64 = 10_005;
/// Too old.
const EXPIRED: i64 = 10_010;

/// How a call of the SDK ends.
#[derive(Default)]
struct Ending {
    code: i64,
    body: Vec<u8>,
    index: String,
    is_last: bool,
}

impl Ending {
    fn code(code: i64) -> Self {
        Self {
            code,
            ..Self::default()
        }
    }

    /// The platform's refusal: the call itself ends well.
    fn refused(errcode: i64, errmsg: &str) -> Self {
        let body = json!({ "errcode": errcode, "errmsg": errmsg, "chatdata": [] });
        Self {
            body: body.to_string().into_bytes(),
            ..Self::default()
        }
    }
}

/// Answers the stand-in.
pub async fn http(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    Path(call): Path<String>,
    request: Request,
) -> Response {
    let name = match call.as_str() {
        "chatdata" => "archive/chatdata",
        "media" => "archive/media",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let query = query_of(request.uri().query());
    let (fault, latency) = shared.step(|world| {
        world.count_call(name);
        (world.faults.strike(name), world.knobs.latency_ms)
    });
    let kind = fault.as_ref().map(|fault| fault.kind);
    let pause = Duration::from_millis(fault.as_ref().map_or(0, |fault| fault.millis));
    tokio::time::sleep(Duration::from_millis(latency)).await;
    if matches!(kind, Some(FaultKind::Slow | FaultKind::SlowBefore)) {
        tokio::time::sleep(pause).await;
    }
    if matches!(kind, Some(FaultKind::CutBefore | FaultKind::CutAfter)) {
        peer.cut();
        return StatusCode::OK.into_response();
    }
    let address = peer.address.ip();
    let ending = shared.step(|world| match name {
        "archive/chatdata" => page(world, &query, address, fault.as_ref()),
        _ => chunk(world, &query, address, fault.as_ref()),
    });
    render(ending, fault.as_ref())
}

fn render(ending: Ending, fault: Option<&FaultRule>) -> Response {
    let mut headers = HeaderMap::new();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    let variant = fault.and_then(|fault| fault.variant.as_deref());
    let mut body = ending.body;
    set("x-index", &ending.index);
    set("x-finish", if ending.is_last { "1" } else { "0" });
    match fault.map(|fault| fault.kind) {
        Some(FaultKind::Malformed) => match variant.unwrap_or("half") {
            "half" => {
                set("x-sdk-return", "0");
                body.truncate(body.len() / 2);
            }
            _ => body = b"<html><h1>502 Bad Gateway</h1></html>".to_vec(),
        },
        Some(FaultKind::SdkCrash) => set("x-sdk-crash", variant.unwrap_or("segv")),
        _ => set("x-sdk-return", &ending.code.to_string()),
    }
    let kind = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, kind);
    (headers, Body::from(body)).into_response()
}

fn text(query: &HashMap<String, String>, name: &str) -> String {
    let bytes = query.get(name).and_then(|value| hex::decode(value).ok());
    String::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
}

/// Why the caller may not, as errcode and words.
fn forbidden(
    world: &World,
    query: &HashMap<String, String>,
    peer: IpAddr,
) -> Option<(i64, String)> {
    let (corp, secret) = (text(query, "corp"), text(query, "secret"));
    let info = &world.info;
    let told = |code: i64, words: &str| Some((code, format!("{words}, from ip: {peer}")));
    if corp != info.corp_id {
        return told(40_013, "invalid corpid");
    }
    if secret == info.app_secret || secret == info.contacts_secret {
        return told(48_002, "api forbidden");
    }
    if secret != info.archive_secret {
        return told(40_001, "invalid credential");
    }
    let switches = &world.archive.switches;
    let peer_text = peer.to_string();
    if let Some(trusted) = &switches.trusted_ips
        && !trusted.contains(&peer_text)
    {
        return told(301_042, "not allow to access from your ip");
    }
    if !switches.on {
        return told(301_052, "msg audit expired");
    }
    None
}

/// `GetChatData`
fn page(
    world: &mut World,
    query: &HashMap<String, String>,
    peer: IpAddr,
    fault: Option<&FaultRule>,
) -> Ending {
    let is = |kind| fault.is_some_and(|fault| fault.kind == kind);
    if let Some((code, words)) = forbidden(world, query, peer) {
        return Ending::refused(code, &words);
    }
    if !world.archive.count_page(world.now) && world.knobs.frequency_limits || is(FaultKind::Freq) {
        return Ending::refused(45_009, "api freq out of limit");
    }
    match fault {
        Some(rule) if rule.kind == FaultKind::SdkReturn => return Ending::code(rule.code),
        Some(rule) if rule.kind == FaultKind::TopErrcode => {
            return Ending::refused(rule.code, "request refused");
        }
        _ => {}
    }
    let number = |name| query.get(name).and_then(|value| value.parse::<u64>().ok());
    let asked = number("limit").and_then(|limit| usize::try_from(limit).ok());
    let mut limit = asked.unwrap_or(LARGEST_PAGE).clamp(1, LARGEST_PAGE);
    if is(FaultKind::ShortPage) {
        limit = (limit / 3).max(1);
    }
    if is(FaultKind::EmptyPage) {
        limit = 0;
    }
    let rows = world
        .archive
        .behind(number("seq").unwrap_or(0), world.now)
        .iter()
        .take(limit);
    let size: usize = rows.clone().map(|row| row.tail.len() + 32).sum();
    let mut body = String::with_capacity(size + 64);
    body.push_str(r#"{"errcode":0,"errmsg":"ok","chatdata":["#);
    for (position, row) in rows.enumerate() {
        if position > 0 {
            body.push(',');
        }
        body.push_str(&format!(r#"{{"seq":{},"#, row.seq));
        body.push_str(&row.tail);
    }
    body.push_str("]}");
    Ending {
        body: body.into_bytes(),
        ..Ending::default()
    }
}

/// `GetMediaData`
fn chunk(
    world: &mut World,
    query: &HashMap<String, String>,
    peer: IpAddr,
    fault: Option<&FaultRule>,
) -> Ending {
    if let Some(rule) = fault.filter(|rule| rule.kind == FaultKind::SdkReturn) {
        return Ending::code(rule.code);
    }
    let is_over = !world.archive.count_chunk(world.now) && world.knobs.frequency_limits;
    if forbidden(world, query, peer).is_some() || is_over {
        return Ending::code(NETWORK);
    }
    let Some(file) = world.archive.files.get(&text(query, "file")) else {
        return Ending::code(FILE_ID);
    };
    if world.now - file.at > world.archive.switches.retention_s {
        return Ending::code(EXPIRED);
    }
    let bytes = &file.content.bytes;
    let index = text(query, "index");
    let start = index
        .rsplit_once('=')
        .and_then(|(_, range)| range.split_once('-')?.0.parse::<usize>().ok())
        .unwrap_or(0);
    let end = start.saturating_add(CHUNK).min(bytes.len());
    let Some(part) = bytes.get(start..end) else {
        return Ending::code(FILE_ID);
    };
    let mut part = part.to_vec();
    if fault.is_some_and(|fault| fault.kind == FaultKind::WrongBytes)
        && let Some(last) = part.last_mut()
    {
        *last ^= 0xff;
    }
    let is_last = end == bytes.len();
    let until = end.saturating_add(CHUNK).min(bytes.len()).saturating_sub(1);
    Ending {
        code: 0,
        body: part,
        index: if is_last {
            String::new()
        } else {
            format!("Range:bytes={end}-{until}")
        },
        is_last,
    }
}
