//! Texts on their way into the database and into patterns.

/// Takes NUL out, which PostgreSQL cannot store and no WeCom text means anything by.
pub(crate) fn without_nul(text: &mut String) {
    if text.contains('\0') {
        text.retain(|c| c != '\0');
    }
}

/// At most `limit` bytes of `text`, cut between characters.
pub(crate) fn at_most(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// A `LIKE` pattern (escape `\`) for texts that begin with `prefix`.
pub(crate) fn begins_with(prefix: &str) -> String {
    let mut pattern = escaped(prefix);
    pattern.push('%');
    pattern
}

/// A `LIKE` pattern (escape `\`) for texts that contain `part`.
pub(crate) fn contains(part: &str) -> String {
    format!("%{}%", escaped(part))
}

fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    for c in text.chars().filter(|c| *c != '\0') {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.extend(c.to_lowercase());
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_in_a_search_mean_themselves() {
        assert_eq!(begins_with("50%_\\"), "50\\%\\_\\\\%");
        assert_eq!(contains("张A"), "%张a%");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(at_most("接棒", 4), "接");
        assert_eq!(at_most("接棒", 100), "接棒");
    }
}
