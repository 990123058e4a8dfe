//! Cookies (RFC 6265): reading ours, and writing ones that scripts cannot read.

use axum::http::{HeaderMap, HeaderValue, header};

/// The value of cookie `name`, if the request has it exactly once.
#[must_use]
pub fn find(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned());
    // Two of one name: somebody else has set one of them, for another path or domain.
    match (found.next(), found.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

/// A cookie for `path` that lives `seconds`, or as long as the browser; `None` if the value is
/// not fit for a header. Zero seconds removes it.
#[must_use]
pub fn make(
    name: &str,
    value: &str,
    path: &str,
    seconds: Option<i64>,
    is_https: bool,
) -> Option<HeaderValue> {
    let secure = if is_https { "; Secure" } else { "" };
    let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let line = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{age}{secure}");
    HeaderValue::from_str(&line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_stands_twice_counts_as_none() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; b=2;c=3"));
        assert_eq!(find(&headers, "b").as_deref(), Some("2"));
        assert_eq!(find(&headers, "d"), None);
        headers.append(header::COOKIE, HeaderValue::from_static("b=4"));
        assert_eq!(find(&headers, "b"), None);
    }

    #[test]
    fn cookies_are_out_of_reach_of_scripts_and_other_sites() {
        let made = make("s", "v", "/", Some(9), true).unwrap();
        assert_eq!(
            made,
            "s=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=9; Secure"
        );
        assert!(make("s", "a\nb", "/", None, false).is_none());
    }
}
