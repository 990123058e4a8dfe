//! Making phone, identity and bank card numbers unreadable.
//!
//! Sources: mobile numbers by the numbering plan of mainland China (11 digits, 13 to 19 in front);
//! identity numbers GB 11643 (18 characters with a date of birth, or 15 of the older kind); bank
//! cards ISO/IEC 7812 (13 to 19 digits with a Luhn sum). In doubt a number is masked: one in ten
//! order numbers of such a length has a Luhn sum by chance.

use std::ops::Range;

use serde_json::Value;

use crate::archive::message::{json, msgtype_of};
use crate::archive::text::Folded;

/// Most groups of digits, with blanks or hyphens between, that are taken as one number.
const MAX_GROUPS: usize = 6;
/// Deepest nesting of messages in messages that is taken apart; below, texts are masked as they
/// stand.
const MAX_DEPTH: usize = 16;

/// The text with every such number starred but for a few digits, in any width; nothing else is
/// changed.
#[must_use]
pub fn mask(text: &str) -> String {
    let folded = Folded::of(text);
    let mut hidden: Vec<Range<usize>> = hidden_places(folded.chars())
        .into_iter()
        .map(|at| folded.original(at..at + 1))
        .collect();
    hidden.dedup();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for place in hidden {
        if let Some(before) = text.get(from..place.start) {
            out.push_str(before);
            out.push('*');
            from = place.end;
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// The JSON of a message with its texts masked, messages inside it included; ids and numbers stay.
/// `None` if it is no JSON object: then it must not be stored.
#[must_use]
pub fn mask_message(message: &[u8]) -> Option<Vec<u8>> {
    let mut value = Value::Object(json::read(message).ok()?);
    mask_value(&mut value, 0);
    serde_json::to_vec(&value).ok()
}

fn mask_value(value: &mut Value, depth: usize) {
    match value {
        Value::String(text) => *text = mask(text),
        Value::Array(list) => list.iter_mut().for_each(|value| mask_value(value, depth)),
        Value::Object(fields) => {
            let of = json::Fields(fields);
            let kind = msgtype_of(&of.text(&["type", "msg_type"]));
            for (name, value) in fields.iter_mut().filter(|(name, _)| !is_id(name)) {
                let nested = match value {
                    Value::String(text) if name == "content" && !kind.is_empty() => {
                        json::read(text.as_bytes()).ok()
                    }
                    _ => None,
                };
                match nested.filter(|_| depth < MAX_DEPTH) {
                    Some(fields) => {
                        let mut inner = Value::Object(fields);
                        mask_value(&mut inner, depth + 1);
                        *value = Value::String(inner.to_string());
                    }
                    None => mask_value(value, depth),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Fields by which messages, people and files are known.
fn is_id(name: &str) -> bool {
    matches!(
        name,
        "msgid"
            | "pre_msgid"
            | "from"
            | "tolist"
            | "roomid"
            | "user"
            | "userid"
            | "Userid"
            | "sdkfileid"
            | "md5sum"
            | "voteid"
            | "voiceid"
            | "voipid"
            | "meetingid"
            | "meeting_id"
            | "id"
            | "msgtype"
            | "type"
            | "msg_type"
            | "action"
    )
}

/// Which folded characters are to be starred.
fn hidden_places(chars: &[char]) -> Vec<usize> {
    let groups = digit_groups(chars);
    let mut hidden = Vec::new();
    let mut at = 0;
    while at < groups.len() {
        let found = (1..=MAX_GROUPS.min(groups.len() - at))
            .rev()
            .find_map(|count| {
                let number = &groups[at..at + count];
                let joined = number
                    .windows(2)
                    .all(|pair| joins(chars, &pair[0], &pair[1]));
                let places: Vec<usize> = number.iter().cloned().flatten().collect();
                let digits: Vec<char> = places.iter().map(|place| chars[*place]).collect();
                let in_fours = number[..count - 1].iter().all(|group| group.len() == 4);
                let (front, back) = shown(&digits, in_fours).filter(|_| joined)?;
                let end = places.len().checked_sub(back)?;
                Some((count, places.get(front..end)?.to_vec()))
            });
        match found {
            Some((count, places)) => {
                hidden.extend(places);
                at += count;
            }
            None => at += 1,
        }
    }
    hidden
}

/// Runs of digits; an `x` may end one of 17.
fn digit_groups(chars: &[char]) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        let is_check = *c == 'x' && groups.last().is_some_and(|g| g.end == at && g.len() == 17);
        if c.is_ascii_digit() || is_check {
            match groups.last_mut() {
                Some(group) if group.end == at => group.end += 1,
                _ => groups.push(at..at + 1),
            }
        }
    }
    groups
}

fn joins(chars: &[char], a: &Range<usize>, b: &Range<usize>) -> bool {
    matches!(chars.get(a.end..b.start), Some([' ' | '-' | '.']))
}

/// How many digits may be seen at the front and the back, if it is a number to be masked. Cards
/// are written without blanks or in fours.
fn shown(digits: &[char], in_fours: bool) -> Option<(usize, usize)> {
    let text: String = digits.iter().collect();
    let mobile = |text: &str| {
        let bytes = text.as_bytes();
        bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1])
    };
    for prefix in ["", "86", "0086"] {
        if text.strip_prefix(prefix).is_some_and(mobile) {
            return Some((prefix.len() + 3, 4));
        }
    }
    if is_identity(&text) {
        return Some((3, 2));
    }
    if in_fours && (13..=19).contains(&text.len()) && is_luhn(&text) {
        return Some((0, 4));
    }
    let landline =
        (10..=12).contains(&text.len()) && text.starts_with('0') && !text.starts_with("00");
    landline.then_some((3, 2))
}

fn is_identity(text: &str) -> bool {
    let number = |range: Range<usize>| text.get(range)?.parse::<u32>().ok();
    let (century, year) = match text.len() {
        18 => (6..8, 8..10),
        15 => (0..0, 6..8),
        _ => return false,
    };
    let is_century = text.len() == 15 || number(century).is_some_and(|c| (18..=20).contains(&c));
    let date = (
        number(year.end..year.end + 2),
        number(year.end + 2..year.end + 4),
    );
    let is_date = matches!(date, (Some(1..=12), Some(1..=31)));
    let is_region = text.starts_with(|c: char| ('1'..='9').contains(&c));
    is_century && is_date && is_region
}

fn is_luhn(text: &str) -> bool {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(10)).collect();
    let sum = digits.map(|digits| {
        let doubled = digits.iter().rev().enumerate().map(|(at, digit)| {
            let digit = if at % 2 == 1 { digit * 2 } else { *digit };
            if digit > 9 { digit - 9 } else { digit }
        });
        doubled.sum::<u32>()
    });
    sum.is_some_and(|sum| sum > 0 && sum.is_multiple_of(10))
}
