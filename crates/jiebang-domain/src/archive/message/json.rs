//! Reading the JSON of a message as leniently as can be done without guessing.
//!
//! In the field, strings hold raw control bytes; invalid UTF-8 and halves of surrogate pairs are
//! to be reckoned with. What is sound is parsed as it stands; only what is not is mended first,
//! and nothing is dropped: a raw control byte becomes its escape.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// Why there is no object. Holds nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the message is not JSON, or nests too deep")]
    NotJson,
    #[error("the message is JSON but not an object")]
    NotAnObject,
    #[error("an id in the message is longer than ids are, or its time is no time")]
    NotStorable,
}

/// Reads an object. Of a key that stands twice the last one counts. Numbers keep all 64 bits.
///
/// # Errors
/// [`Unreadable`]; nesting deeper than 127 levels is not read.
pub(in crate::archive) fn read(bytes: &[u8]) -> Result<Map<String, Value>, Unreadable> {
    let strict = serde_json::from_slice::<Value>(bytes);
    let value = match strict {
        Ok(value) => value,
        Err(_) => serde_json::from_str(&mend(bytes)).map_err(|_| Unreadable::NotJson)?,
    };
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(Unreadable::NotAnObject),
    }
}

/// The text with every fault inside strings put right that can be.
fn mend(bytes: &[u8]) -> String {
    let text: Cow<'_, str> = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len() + 64);
    let mut chars = text.char_indices();
    let mut inside = false;
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                inside = !inside;
                out.push(c);
            }
            '\\' if inside => {
                let escape = Escape::at(&text[at + 1..]);
                out.push_str(&escape.text);
                for _ in 0..escape.chars {
                    chars.next();
                }
            }
            c if inside && u32::from(c) < 0x20 => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

/// An escape as it is to stand, and how many characters after the backslash it takes up.
struct Escape<'a> {
    text: Cow<'a, str>,
    chars: usize,
}

impl<'a> Escape<'a> {
    fn at(rest: &'a str) -> Self {
        let known = |text: &'static str, chars| Self {
            text: text.into(),
            chars,
        };
        let Some(first) = rest.chars().next() else {
            return known("\\", 0);
        };
        if first != 'u' {
            return if "\"\\/bfnrt".contains(first) {
                Self {
                    text: format!("\\{first}").into(),
                    chars: 1,
                }
            } else {
                known("\\\\", 0)
            };
        }
        let unit = unit(rest);
        match unit {
            None => known("\\\\", 0),
            Some(0xd800..=0xdbff) => {
                let low = rest.get(5..).and_then(|next| next.strip_prefix('\\'));
                match low.and_then(self::unit) {
                    Some(0xdc00..=0xdfff) => Self {
                        text: format!("\\{}", &rest[..11]).into(),
                        chars: 11,
                    },
                    _ => known("\\ufffd", 5),
                }
            }
            Some(0xdc00..=0xdfff) => known("\\ufffd", 5),
            Some(_) => Self {
                text: format!("\\{}", &rest[..5]).into(),
                chars: 5,
            },
        }
    }
}

/// The number of `uXXXX`.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    let all_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    all_hex.then(|| u16::from_str_radix(digits, 16).ok())?
}

/// Looks into an object by names; the first name that is there counts.
#[derive(Clone, Copy)]
pub(in crate::archive) struct Fields<'a>(pub &'a Map<String, Value>);

impl<'a> Fields<'a> {
    pub fn get(self, names: &[&str]) -> Option<&'a Value> {
        names.iter().find_map(|name| self.0.get(*name))
    }

    /// A text; numbers and truth values as they are written. Empty if there is none.
    pub fn text(self, names: &[&str]) -> String {
        self.get(names).map(text_of).unwrap_or_default()
    }

    /// A text that is not empty.
    pub fn some_text(self, names: &[&str]) -> Option<String> {
        Some(self.text(names)).filter(|text| !text.is_empty())
    }

    /// A number of 64 bits without sign, also if written as text.
    pub fn number(self, names: &[&str]) -> Option<u64> {
        match self.get(names)? {
            Value::Number(n) => n.as_u64().or_else(|| whole(n.as_f64()?)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A number that may be negative; one that is too large is its bound.
    pub fn signed(self, names: &[&str]) -> Option<i64> {
        let bounded = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        match self.get(names)? {
            Value::Number(n) => n
                .as_i64()
                .or_else(|| n.as_u64().map(bounded))
                .or_else(|| whole(n.as_f64()?).map(bounded)),
            Value::String(text) => {
                let text = text.trim();
                text.parse().ok().or_else(|| text.parse().ok().map(bounded))
            }
            _ => None,
        }
    }

    pub fn float(self, names: &[&str]) -> Option<f64> {
        match self.get(names)? {
            Value::Number(n) => n.as_f64(),
            Value::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
            _ => None,
        }
    }

    pub fn yes(self, names: &[&str]) -> bool {
        match self.get(names) {
            Some(Value::Bool(yes)) => *yes,
            Some(Value::Number(n)) => n.as_u64() == Some(1),
            Some(Value::String(text)) => text == "true" || text == "1",
            _ => false,
        }
    }

    /// The elements of a list; nothing if there is none.
    pub fn list(self, names: &[&str]) -> &'a [Value] {
        match self.get(names) {
            Some(Value::Array(list)) => list,
            _ => &[],
        }
    }

    /// The objects of a list.
    pub fn objects(self, names: &[&str]) -> impl Iterator<Item = Fields<'a>> {
        let list = self.list(names).iter();
        list.filter_map(|value| value.as_object().map(Fields))
    }

    pub fn texts(self, names: &[&str]) -> Vec<String> {
        self.list(names).iter().map(text_of).collect()
    }
}

/// A text, number or truth value as it is written; empty for anything else.
pub(in crate::archive) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(n) => n.to_string(),
        Value::Bool(yes) => yes.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// A whole number that is exact.
fn whole(n: f64) -> Option<u64> {
    ((0.0..=9_007_199_254_740_992.0).contains(&n) && n.fract() == 0.0).then_some(n as u64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn content(json: &[u8]) -> String {
        assert!(serde_json::from_slice::<Value>(json).is_err());
        text_of(&read(json).unwrap()["a"])
    }

    #[test]
    fn s50_what_is_wrong_inside_a_string_is_mended_and_nothing_dropped() {
        assert_eq!(content(b"{\"a\":\"x\x01\x0b\ty\n\"}"), "x\u{1}\u{b}\ty\n");
        assert_eq!(content(b"{\"a\":\"x\xff\xfey\"}"), "x\u{fffd}\u{fffd}y");
        assert_eq!(content(br#"{"a":"x\ud83dy"}"#), "x\u{fffd}y");
        assert_eq!(
            content(br#"{"a":"x\ud83d\ud83d\ude00\ude00y"}"#),
            "x\u{fffd}😀\u{fffd}y"
        );
        assert_eq!(
            content(br#"{"a":"C:\qx \u12 \" \\"}"#),
            "C:\\qx \\u12 \" \\"
        );
    }

    #[test]
    fn s50_numbers_keep_all_their_bits_and_may_be_texts() {
        let read =
            read(br#"{"a":18446744073709551615,"b":"18446744073709551615","c":3.0,"d":-1,"e":""}"#);
        let fields = read.unwrap();
        let fields = Fields(&fields);
        assert_eq!(fields.number(&["a"]), Some(u64::MAX));
        assert_eq!(fields.number(&["b"]), Some(u64::MAX));
        assert_eq!(fields.signed(&["b"]), Some(i64::MAX));
        assert_eq!(fields.number(&["c"]), Some(3));
        assert_eq!(
            (fields.number(&["d"]), fields.signed(&["d"])),
            (None, Some(-1))
        );
        assert_eq!((fields.number(&["e"]), fields.number(&["f"])), (None, None));
    }

    #[test]
    fn s50_nesting_without_end_is_said_to_be_unreadable() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(read(deep.as_bytes()).err(), Some(Unreadable::NotJson));
        assert_eq!(read(b"[]").err(), Some(Unreadable::NotAnObject));
        assert_eq!(read(b"{\"a\":").err(), Some(Unreadable::NotJson));
    }

    proptest! {
        #[test]
        fn s50_sound_json_is_not_changed_by_mending(text in any::<String>()) {
            let json = serde_json::json!({ "a": text }).to_string();
            prop_assert_eq!(mend(json.as_bytes()), json);
        }

        #[test]
        fn s50_no_bytes_bring_the_reader_down(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = mend(&bytes);
            let mut json = b"{\"a\":\"".to_vec();
            json.extend(bytes.iter().filter(|b| !matches!(b, b'"' | b'\\')));
            json.extend(b"\"}");
            prop_assert!(read(&json).is_ok());
        }
    }
}
