//! Comma-separated values (RFC 4180) that a spreadsheet can open without harm: UTF-8 with byte
//! order mark, and no cell that would be taken as a formula.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use jiebang_domain::time::{HOUR, MINUTE, Timestamp};

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
    let day = moment.beijing_day();
    let second = moment.since(day.start());
    let (hour, minute) = (second / HOUR, second % HOUR / MINUTE);
    let second = second % MINUTE;
    format!("{day} {hour:02}:{minute:02}:{second:02}")
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
