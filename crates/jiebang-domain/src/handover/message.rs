//! The text that customers of an employed member get when they pass on (`transfer_success_msg`).
//!
//! One call to WeCom carries one text for up to 100 customers of one pair, so a text may name what
//! is the same for all of them and nothing that differs from customer to customer: batches stay
//! full, and what is previewed for a successor is what each of its customers gets.

use super::MAX_MESSAGE_CHARS;

/// What a text may name, in braces.
pub const PLACES: [&str; 3] = ["leaver", "successor", "company"];
/// What would differ within one call.
const PER_CUSTOMER: &str = "customer";

/// The names that stand in for the places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names<'a> {
    pub leaver: &'a str,
    pub successor: &'a str,
    pub company: &'a str,
}

/// A piece of a text.
enum Piece<'a> {
    Text(&'a str),
    /// What stands in braces: small letters and `_`. Other braces are text.
    Place(&'a str),
}

fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut rest, mut text_end) = (template, 0);
    while let Some(open) = rest[text_end..].find('{').map(|at| at + text_end) {
        let named = rest[open + 1..].split_once('}').map(|(name, _)| name);
        let is_name = |name: &&str| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        };
        match named.filter(is_name) {
            Some(name) => {
                found.push(Piece::Text(&rest[..open]));
                found.push(Piece::Place(name));
                rest = &rest[open + name.len() + 2..];
                text_end = 0;
            }
            None => text_end = open + 1,
        }
    }
    found.push(Piece::Text(rest));
    found
}

/// What is wrong with a text whoever is named in it: `message_per_customer`,
/// `message_unknown_place`, `message_too_long` (what is written out is longer than WeCom takes
/// already). Each at most once.
#[must_use]
pub fn problems(template: &str) -> Vec<&'static str> {
    let pieces = pieces(template);
    let place = |is_bad: &dyn Fn(&str) -> bool| {
        pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Place(name) if is_bad(name)))
    };
    let length: usize = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.chars().count(),
            Piece::Place(_) => 0,
        })
        .sum();
    let mut found = Vec::new();
    if place(&|name| name == PER_CUSTOMER) {
        found.push("message_per_customer");
    }
    if place(&|name| name != PER_CUSTOMER && !PLACES.contains(&name)) {
        found.push("message_unknown_place");
    }
    if length > MAX_MESSAGE_CHARS {
        found.push("message_too_long");
    }
    found
}

/// The text with the names in place. A place that is not known stays as it was written.
#[must_use]
pub fn render(template: &str, names: Names<'_>) -> String {
    let mut text = String::with_capacity(template.len());
    for piece in pieces(template) {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Place("leaver") => text.push_str(names.leaver),
            Piece::Place("successor") => text.push_str(names.successor),
            Piece::Place("company") => text.push_str(names.company),
            Piece::Place(name) => {
                text.push('{');
                text.push_str(name);
                text.push('}');
            }
        }
    }
    text
}

/// Whether WeCom takes the text as it is.
#[must_use]
pub fn fits(rendered: &str) -> bool {
    rendered.chars().count() <= MAX_MESSAGE_CHARS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAMES: Names<'_> = Names {
        leaver: "王芳",
        successor: "李雷",
        company: "云帆",
    };

    #[test]
    fn s23_the_places_are_filled_and_other_braces_are_text() {
        for (template, text) in [
            (
                "您好，我是{company}的{successor}，接替{leaver}",
                "您好，我是云帆的李雷，接替王芳",
            ),
            ("{leaver}{leaver}", "王芳王芳"),
            ("{ leaver } {} {{leaver}}", "{ leaver } {} {王芳}"),
            ("没有括号", "没有括号"),
            ("{unknown} {leaver", "{unknown} {leaver"),
        ] {
            assert_eq!(render(template, NAMES), text);
        }
    }

    #[test]
    fn s23_what_differs_from_customer_to_customer_is_refused() {
        assert_eq!(problems("{customer}您好"), ["message_per_customer"]);
        assert_eq!(problems("{phone}"), ["message_unknown_place"]);
        assert_eq!(
            problems("{customer}{phone}"),
            ["message_per_customer", "message_unknown_place"]
        );
        assert!(problems("{leaver}{successor}{company} {x y}").is_empty());
    }

    #[test]
    fn s37_two_hundred_characters_are_the_limit_after_the_names_are_in() {
        assert!(problems(&"接".repeat(200)).is_empty());
        assert_eq!(problems(&"接".repeat(201)), ["message_too_long"]);
        let template = format!("{}{{leaver}}", "接".repeat(199));
        assert!(problems(&template).is_empty());
        assert!(!fits(&render(&template, NAMES)));
        let shorter = format!("{}{{leaver}}", "接".repeat(198));
        assert!(fits(&render(&shorter, NAMES)));
    }

    proptest! {
        /// The reference replaces text by text; it holds wherever no name brings a brace in.
        #[test]
        fn s23_rendering_equals_plain_replacement(
            template in "[a-z{}接 ]{0,40}(\\{leaver\\}|\\{company\\}|\\{successor\\}){0,3}[a-z{}]{0,9}",
        ) {
            let plain = template
                .replace("{leaver}", NAMES.leaver)
                .replace("{successor}", NAMES.successor)
                .replace("{company}", NAMES.company);
            prop_assert_eq!(render(&template, NAMES), plain);
        }
    }
}
