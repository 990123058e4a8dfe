//! Opaque cursors. A cursor names the last thing that was given, so that a
//! list that changes between two pages neither repeats nor skips what stayed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Call, Fail};
use crate::seed::mix_text;

/// Reads the numbers of a cursor of one list; `None` for the first page.
///
/// # Errors
/// 50100 for a cursor that this list never gave.
pub fn position<const N: usize>(call: &Call, list: &str) -> Result<Option<[u64; N]>, Fail> {
    let Some(cursor) = call.text("cursor") else {
        return match call.body.get("cursor") {
            None | Some(serde_json::Value::Null | serde_json::Value::String(_)) => Ok(None),
            Some(_) => Err(Fail::code(50_100)),
        };
    };
    parse(cursor, list)
        .map(Some)
        .ok_or_else(|| Fail::code(50_100))
}

fn parse<const N: usize>(cursor: &str, list: &str) -> Option<[u64; N]> {
    if cursor.len() > 256 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (numbers, check) = text.rsplit_once('.')?;
    if check != mark(list, numbers) {
        return None;
    }
    let numbers: Vec<u64> = numbers
        .split('.')
        .map(|n| n.parse().ok())
        .collect::<Option<_>>()?;
    numbers.try_into().ok()
}

/// A cursor that leads behind the numbers.
pub fn cursor(list: &str, numbers: &[u64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    let numbers = numbers.join(".");
    let check = mark(list, &numbers);
    URL_SAFE_NO_PAD.encode(format!("{numbers}.{check}"))
}

fn mark(list: &str, numbers: &str) -> String {
    format!("{:08x}", mix_text(mix_text(1, list), numbers) >> 32)
}
