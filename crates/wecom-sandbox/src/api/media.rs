//! Temporary files: `media/upload` and `media/get`.

use serde_json::{Value, json};

use super::{Answer, Call, Fail, Reply};
use crate::seed::Draw;
use crate::world::clock::DAY;
use crate::world::{Media, World};

/// Days a file lives.
const LIFE: i64 = 3 * DAY;
/// Files kept; a test that uploads more uploads to lose.
const KEPT: usize = 500;

/// `media/upload`: the answer's `created_at` is a text.
pub fn upload(world: &mut World, call: &Call) -> Answer {
    let kind = call
        .query
        .get("type")
        .map(String::as_str)
        .unwrap_or_default();
    let most = match kind {
        "image" | "video" => 10 << 20,
        "voice" => 2 << 20,
        "file" => 20 << 20,
        _ => return Err(Fail::code(40_004)),
    };
    let part = first_part(&call.content_type, &call.raw).ok_or_else(|| Fail::code(41_005))?;
    if part.bytes.len() < 5 {
        return Err(Fail::code(40_006));
    }
    if part.bytes.len() > most {
        return Err(Fail::code(45_001));
    }
    if world.media.len() >= KEPT {
        world.media.clear();
    }
    let id = Draw::new(world.seed, 0x3ED1, call.no).alphanumeric(64);
    let media = Media {
        kind: kind.to_owned(),
        content_type: part.content_type,
        file_name: part.file_name,
        bytes: part.bytes.to_vec(),
        created_at: world.now,
    };
    world.media.insert(id.clone(), media);
    Ok(json!({ "type": kind, "media_id": id, "created_at": world.now.to_string() }))
}

/// `media/get`: the answer is the file.
pub fn get(world: &mut World, call: &Call) -> Answer {
    let id = call.need("media_id", 40_007)?;
    match world.media.get(id) {
        Some(media) if world.now - media.created_at <= LIFE => Ok(Value::Object(
            [("\u{0}file".to_owned(), json!(id))].into_iter().collect(),
        )),
        _ => Err(Fail::code(40_007)),
    }
}

/// The stored file as an answer.
pub fn file(world: &World, id: &str) -> Option<Reply> {
    let media = world.media.get(id)?;
    tracing::debug!(
        kind = media.kind,
        bytes = media.bytes.len(),
        "a file is downloaded"
    );
    Some(Reply::File {
        content_type: media.content_type.clone(),
        file_name: media.file_name.clone(),
        bytes: media.bytes.clone(),
    })
}

struct Part<'a> {
    file_name: String,
    content_type: String,
    bytes: &'a [u8],
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

/// The first part of a multipart body (RFC 7578) that carries a file.
fn first_part<'a>(content_type: &str, body: &'a [u8]) -> Option<Part<'a>> {
    let boundary = content_type
        .split(';')
        .find_map(|p| p.trim().strip_prefix("boundary="))?;
    let boundary = boundary.trim_matches('"');
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    let opening = format!("--{boundary}");
    let closing = format!("\r\n--{boundary}");
    let mut rest = &body[find(body, opening.as_bytes())? + opening.len()..];
    loop {
        let head_end = find(rest, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&rest[..head_end]).into_owned();
        let content = &rest[head_end + 4..];
        let end = find(content, closing.as_bytes())?;
        if let Some(name) = head
            .split("filename=\"")
            .nth(1)
            .and_then(|n| n.split('"').next())
        {
            let content_type = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(key, _)| key.eq_ignore_ascii_case("content-type"))
                .map_or("application/octet-stream", |(_, value)| value.trim());
            return Some(Part {
                file_name: name.chars().filter(|c| !c.is_control()).take(120).collect(),
                content_type: content_type.to_owned(),
                bytes: &content[..end],
            });
        }
        rest = &content[end + closing.len()..];
    }
}
