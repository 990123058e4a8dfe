//! Comma-separated values (RFC 4180) that a spreadsheet can open without harm: UTF-8 with byte
//! order mark, and no cell that would be taken as a formula.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use jiebang_domain::time::{DAY, HOUR, MINUTE, Timestamp};

/// Tells spreadsheets that the file is UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One record with its line end.
#[must_use]
pub fn record<I: IntoIterator<Item = S>, S: AsRef<str>>(cells: I) -> String {
    let cells: Vec<String> = cells.into_iter().map(|text| cell(text.as_ref())).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell: an apostrophe before what a spreadsheet would calculate, quotes where needed.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let safe = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if safe.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
}

/// An answer that is saved as `NAME.csv`.
#[must_use]
pub fn file(name: &str, body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    let csv = HeaderValue::from_static("text/csv; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, csv);
    let name = format!("attachment; filename=\"{name}.csv\"");
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// `2026-01-31 09:05:00`, in Beijing, where WeCom's days are counted.
#[must_use]
pub fn beijing(moment: Timestamp) -> String {
    let local = moment.plus(8 * HOUR).seconds();
    let (year, month, day) = date(local.div_euclid(DAY));
    let second = local.rem_euclid(DAY);
    let (hour, minute) = (second / HOUR, second % HOUR / MINUTE);
    let second = second % MINUTE;
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// The civil date so many days after 1970-01-01 (Howard Hinnant, "chrono-compatible low-level
/// date algorithms", `civil_from_days`).
const fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year + era * 400 + (month <= 2) as i64;
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_quotes_are_doubled() {
        for (text, expected) in [
            ("plain", "plain"),
            ("王芳", "王芳"),
            ("=1+1", "'=1+1"),
            ("+86", "'+86"),
            ("-1", "'-1"),
            ("@a", "'@a"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("a,b", "\"a,b\""),
            ("=\"a\"", "\"'=\"\"a\"\"\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(cell(text), expected);
        }
        assert_eq!(record(["a", "b c", ""]), "a,b c,\r\n");
    }

    #[test]
    fn times_are_those_of_beijing() {
        for (seconds, expected) in [
            (0, "1970-01-01 08:00:00"),
            (1_709_164_799, "2024-02-29 07:59:59"),
            (1_709_222_400, "2024-03-01 00:00:00"),
            (1_767_196_800, "2026-01-01 00:00:00"),
        ] {
            assert_eq!(beijing(Timestamp::from_seconds(seconds)), expected);
        }
    }
}
