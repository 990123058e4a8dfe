//! Cursors: where a list goes on, as an opaque text that names its list, so that one given out
//! for another list, or changed, is told apart.

use std::fmt::Display;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::page::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::problem::Problem;

/// Longest cursor looked at, in characters.
const MAX_CURSOR: usize = 512;

/// The cursor of `list` that goes on after `key`.
#[must_use]
pub fn encode(list: &str, key: impl Display) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}:{key}"))
}

/// The key a cursor of `list` holds.
///
/// # Errors
/// 400 if we did not give it out for this list.
pub fn decode<K: FromStr>(list: &str, cursor: Option<&str>) -> Result<Option<K>, Problem> {
    let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else {
        return Ok(None);
    };
    let bad = Problem::bad_cursor;
    if cursor.len() > MAX_CURSOR {
        return Err(bad());
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| bad())?;
    let text = String::from_utf8(bytes).map_err(|_| bad())?;
    let key = text
        .strip_prefix(list)
        .and_then(|rest| rest.strip_prefix(':'))
        .filter(|key| !key.contains(char::is_control))
        .ok_or_else(bad)?;
    key.parse().map(Some).map_err(|_| bad())
}

/// Items on a page.
///
/// # Errors
/// 422 unless between 1 and 1000.
pub fn limit(asked: Option<u64>) -> Result<u64, Problem> {
    match asked {
        None => Ok(DEFAULT_LIMIT),
        Some(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        Some(_) => Err(Problem::validation("limit", "limit_out_of_range")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_fits_only_the_list_it_was_given_out_for() {
        let cursor = encode("audit", 17);
        assert_eq!(decode::<i64>("audit", Some(&cursor)).unwrap(), Some(17));
        assert!(decode::<i64>("jobs", Some(&cursor)).is_err());
        for bad in ["%", "YXVkaXQ6", "YXVkaXQ6eA", "YXVkaXQ", &"A".repeat(600)] {
            assert!(decode::<i64>("audit", Some(bad)).is_err(), "{bad}");
        }
        assert_eq!(decode::<i64>("audit", Some("")).unwrap(), None);
    }
}
