//! Texts on their way into the database and into patterns.

use sea_orm::ExprTrait;
use sea_orm::sea_query::{Expr, Func, LikeExpr};

/// Takes NUL out, which PostgreSQL cannot store and no WeCom text means anything by.
pub(crate) fn without_nul(text: &mut String) {
    if text.contains('\0') {
        text.retain(|c| c != '\0');
    }
}

/// Takes NUL out of every text in a value.
pub(crate) fn without_nul_in(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => without_nul(text),
        serde_json::Value::Array(list) => list.iter_mut().for_each(without_nul_in),
        serde_json::Value::Object(map) => map.values_mut().for_each(without_nul_in),
        _ => {}
    }
}

/// At most `limit` bytes of `text`, cut between characters.
pub(crate) fn at_most(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// Whether `column` begins with `prefix`, in any (ASCII) case; wildcards mean themselves.
pub(crate) fn begins_with(column: Expr, prefix: &str) -> Expr {
    like(column, format!("{}%", escaped(prefix)))
}

/// Whether `column` holds `part`, in any (ASCII) case; wildcards mean themselves.
pub(crate) fn holds(column: Expr, part: &str) -> Expr {
    like(column, contains(part))
}

/// A `LIKE` pattern (escape `\`, lower case) for texts that contain `part`.
pub(crate) fn contains(part: &str) -> String {
    format!("%{}%", escaped(part))
}

fn like(column: Expr, pattern: String) -> Expr {
    Expr::from(Func::lower(column)).like(LikeExpr::new(pattern).escape('\\'))
}

fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    for c in text.chars().filter(|c| *c != '\0') {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c.to_ascii_lowercase());
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_in_a_search_mean_themselves() {
        assert_eq!(escaped("50%_\\"), "50\\%\\_\\\\");
        assert_eq!(escaped("张A"), "张a");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(at_most("接棒", 4), "接");
        assert_eq!(at_most("接棒", 100), "接棒");
    }
}
