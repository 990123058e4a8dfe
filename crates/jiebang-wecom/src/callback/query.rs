//! The query of a delivery. It is decoded here because the base64 of `echostr` may come with
//! bare `+`, which form decoding would turn into blanks.

use super::CallbackError;

/// Longest query accepted, in bytes.
const MAX_QUERY: usize = 8192;

/// What the platform puts into the query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pub msg_signature: String,
    pub timestamp: String,
    pub nonce: String,
    /// Only in the check of a URL.
    pub echostr: Option<String>,
}

impl Query {
    /// Reads the part of a URL behind its `?`, still percent-encoded.
    pub fn parse(raw: &str) -> Result<Self, CallbackError> {
        if raw.len() > MAX_QUERY {
            return Err(CallbackError::Query("its end"));
        }
        let value = |name: &str| {
            raw.split('&')
                .filter_map(|pair| pair.split_once('='))
                .find(|(key, _)| *key == name)
                .map(|(_, value)| decoded(value))
        };
        let needed = |name: &'static str| value(name).ok_or(CallbackError::Query(name));
        Ok(Self {
            msg_signature: needed("msg_signature")?,
            timestamp: needed("timestamp")?,
            nonce: needed("nonce")?,
            echostr: value("echostr"),
        })
    }
}

/// Percent-decoded, with `+` as it is. What is not a proper escape stays as it came.
fn decoded(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        let escape = match tail {
            [high, low, after @ ..] if *first == b'%' => {
                hex_value(*high, *low).map(|byte| (byte, after))
            }
            _ => None,
        };
        let (byte, after) = escape.unwrap_or((*first, tail));
        out.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex_value(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    Some(digit(high)? * 16 + digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_in_base64_survives() {
        let query =
            Query::parse("msg_signature=a&timestamp=1&nonce=n&echostr=x%2By+z%3D%3d%2").unwrap();
        assert_eq!(query.echostr.as_deref(), Some("x+y+z==%2"));
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(
            Query::parse("timestamp=1"),
            Err(CallbackError::Query("msg_signature"))
        );
        assert_eq!(
            Query::parse("msg_signature=a&timestamp=1"),
            Err(CallbackError::Query("nonce"))
        );
        assert!(Query::parse(&"a".repeat(9000)).is_err());
    }
}
