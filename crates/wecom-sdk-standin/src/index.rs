//! The index of a chunk, as the real parser takes it: `Range:bytes=A-B`.

/// Whether the local check lets it through. Numbers are not asked for; an open, reversed or
/// listed range is refused.
pub fn is_accepted(index: &str) -> bool {
    if index.is_empty() {
        return true;
    }
    let range = index
        .strip_prefix("Range:")
        .and_then(|rest| rest.trim_start().strip_prefix("bytes="));
    let Some((from, to)) = range.and_then(|range| range.split_once('-')) else {
        return false;
    };
    let is_plain = |end: &str| !end.is_empty() && !end.contains([',', '-']);
    let is_forward = match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), Ok(to)) => from <= to,
        _ => true,
    };
    is_plain(from) && is_plain(to) && is_forward
}

#[cfg(test)]
mod tests {
    use super::is_accepted;

    #[test]
    fn what_the_real_parser_takes_and_refuses() {
        for index in [
            "",
            "Range:bytes=0-524287",
            "Range: bytes=0-1",
            "Range:bytes=a-b",
        ] {
            assert!(is_accepted(index), "{index}");
        }
        for index in [
            "Range:bytes=5-",
            "bytes=0-1",
            "Range:bytes=10-5",
            "Range:bytes=1-2,4-5",
            "0",
        ] {
            assert!(!is_accepted(index), "{index}");
        }
    }
}
