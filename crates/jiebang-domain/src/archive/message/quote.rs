//! Answers that quote: plain text in one of two forms, which a viewer shows as a quote.
//!
//! Source: seen in the field, not documented; whatever fits neither form is text.

use serde::Serialize;

/// The first line of the longer form.
const LONG_FORM: &str = "这是一条引用/回复消息：";

/// A text that answers another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Quote<'a> {
    /// Of who said what is quoted; empty if it does not stand there.
    pub name: &'a str,
    pub quoted: &'a str,
    pub answer: &'a str,
}

impl<'a> Quote<'a> {
    /// Takes a text apart; `None` if it quotes nothing.
    ///
    /// ```
    /// use jiebang_domain::archive::message::Quote;
    /// let quote = Quote::of("「张三：几点？」\n- - - - - -\n三点").unwrap();
    /// assert_eq!((quote.name, quote.quoted, quote.answer), ("张三", "几点？", "三点"));
    /// ```
    #[must_use]
    pub fn of(text: &'a str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix(LONG_FORM) {
            let rest = rest.trim_start_matches(['\r', '\n']).strip_prefix('"')?;
            return Self::split(rest, '"');
        }
        Self::split(text.strip_prefix('「')?, '」')
    }

    /// Up to `close` at the end of a line that a line of dashes follows.
    fn split(rest: &'a str, close: char) -> Option<Self> {
        rest.match_indices(close).find_map(|(at, close)| {
            let after = rest.get(at + close.len()..)?.strip_prefix('\n')?;
            let (dashes, answer) = after.split_once('\n').unwrap_or((after, ""));
            let is_rule = dashes.chars().filter(|c| *c == '-').count() >= 5
                && dashes.chars().all(|c| matches!(c, '-' | ' ' | '\r'));
            let inner = rest.get(..at).filter(|_| is_rule)?;
            let (name, quoted) = inner.split_once('：').unwrap_or(("", inner));
            Some(Self {
                name,
                quoted: quoted.trim_start_matches(['\r', '\n']),
                answer,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn s50_both_forms_of_quoting_are_taken_apart() {
        let long = "这是一条引用/回复消息：\n\"张三：\n他说\"好\"\n了\"\n------\n回复\n正文";
        let short = "「张三：他说「好」\n了」\n- - - - - - - -\n回复\n正文";
        for (text, quoted) in [(long, "他说\"好\"\n了"), (short, "他说「好」\n了")] {
            let quote = Quote::of(text).unwrap();
            assert_eq!(
                (quote.name, quote.quoted, quote.answer),
                ("张三", quoted, "回复\n正文")
            );
        }
        for text in ["「好」", "「好」\n你", "这是一条引用/回复消息：", "普通"]
        {
            assert_eq!(Quote::of(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn s50_no_text_brings_quoting_down(text in "[「」：\"\n\\- a]{0,20}", long in any::<bool>()) {
            let text = if long { format!("{LONG_FORM}\n\"{text}") } else { text };
            if let Some(quote) = Quote::of(&text) {
                prop_assert!(text.ends_with(quote.answer) && text.contains(quote.quoted));
            }
        }
    }
}
