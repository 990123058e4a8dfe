//! Folding: two texts that differ only in width, case, or in traditional and simplified
//! characters become one, and every folded character remembers where it stood.
//!
//! Width and the like are Unicode's compatibility composition (NFKC, UAX #15), done per cluster
//! of a character and what attaches to it, so that places stay known. Which Chinese characters
//! are one stands in `variants.txt`, from OpenCC's character tables.
//!
//! Invariant: folding twice is folding once.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A folded text with the way back to the original.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    chars: Vec<char>,
    /// Where each character came from, in bytes of the original.
    spans: Vec<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    start: u32,
    end: u32,
}

/// `text` folded, without the way back.
#[must_use]
pub fn fold(text: &str) -> String {
    Folded::of(text).chars.into_iter().collect()
}

impl Folded {
    /// Folds `text`. Of a text over 4 GiB only the start is folded.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut folded = Self {
            chars: Vec::with_capacity(text.len() / 2),
            spans: Vec::with_capacity(text.len() / 2),
        };
        let mut cluster = Cluster::default();
        let mut place = text.char_indices().peekable();
        while let Some((start, c)) = place.next() {
            let end = place.peek().map_or(text.len(), |(next, _)| *next);
            let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) else {
                break;
            };
            match TABLE.look_up(c) {
                Step::Drop => {}
                Step::Joins if !cluster.text.is_empty() => {
                    cluster.text.push(c);
                    cluster.span.end = end;
                }
                Step::Joins | Step::Starts => {
                    cluster.flush(&mut folded);
                    cluster.text.push(c);
                    cluster.span = Span { start, end };
                }
            }
        }
        cluster.flush(&mut folded);
        folded
    }

    #[must_use]
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// Where the folded characters of `range` stand in the original, in bytes. Empty if `range`
    /// is empty or outside.
    #[must_use]
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        match self.spans.get(range) {
            Some([first, .., last]) => first.start as usize..last.end as usize,
            Some([only]) => only.start as usize..only.end as usize,
            _ => 0..0,
        }
    }
}

/// A character and what attaches to it.
struct Cluster {
    text: String,
    span: Span,
}

impl Default for Cluster {
    fn default() -> Self {
        Self {
            text: String::new(),
            span: Span { start: 0, end: 0 },
        }
    }
}

impl Cluster {
    fn flush(&mut self, folded: &mut Folded) {
        let mut chars = self.text.chars();
        let (first, second) = (chars.next(), chars.next());
        match (first, second) {
            (None, _) => return,
            (Some(c), None) => match TABLE.single(c) {
                Some(one) => folded.push(one, self.span),
                None => self.flush_slowly(folded),
            },
            _ => self.flush_slowly(folded),
        }
        self.text.clear();
    }

    fn flush_slowly(&self, folded: &mut Folded) {
        for c in fold_cluster(&self.text).chars() {
            folded.push(c, self.span);
        }
    }
}

impl Folded {
    fn push(&mut self, c: char, span: Span) {
        self.chars.push(c);
        self.spans.push(span);
    }
}

/// A few rounds reach the fixed point: lowering can undo a composition.
fn fold_cluster(text: &str) -> String {
    let mut now = text.to_owned();
    for _ in 0..4 {
        let next: String = now
            .nfkc()
            .flat_map(char::to_lowercase)
            .nfkc()
            .filter(|c| !is_ignorable(*c))
            .map(|c| VARIANTS.get(&c).copied().unwrap_or(c))
            .collect();
        if next == now {
            break;
        }
        now = next;
    }
    now
}

/// Whether `c` attaches to the character before it.
fn joins(c: char) -> bool {
    let mut first = None;
    decompose_compatible(c, |part| {
        first.get_or_insert(part);
    });
    let first = first.unwrap_or(c);
    canonical_combining_class(first) != 0
        || is_nfc_quick(std::iter::once(first)) == IsNormalized::Maybe
}

/// Characters that show nothing and may stand anywhere: soft hyphen, zero-width characters and
/// direction marks, variation selectors (Unicode, `Default_Ignorable_Code_Point`).
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Each Chinese character that is written for another, and that other.
static VARIANTS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let mut variants = HashMap::new();
    for line in include_str!("variants.txt").lines() {
        let mut chars = line.chars();
        if let Some(first) = chars.next().filter(|c| *c != '#') {
            variants.extend(chars.map(|other| (other, first)));
        }
    }
    variants
});

enum Step {
    Drop,
    Joins,
    Starts,
}

/// What becomes of each character up to U+FFFF, since nearly all text consists of them; worked
/// out in blocks of 256 when one of the block is first met.
struct Table([OnceLock<Box<[u32]>>; 256]);

impl Table {
    /// Not a character: shows nothing.
    const DROP: u32 = 0xffff_fff0;
    /// Attaches to the character before.
    const JOINS: u32 = 0xffff_fff1;
    /// Becomes more than one character.
    const MANY: u32 = 0xffff_fff2;

    fn compute(c: char) -> u32 {
        if is_ignorable(c) {
            return Self::DROP;
        }
        if joins(c) {
            return Self::JOINS;
        }
        let folded = fold_cluster(c.encode_utf8(&mut [0; 4]));
        let mut chars = folded.chars();
        match (chars.next(), chars.next()) {
            (Some(one), None) => one.into(),
            _ => Self::MANY,
        }
    }

    fn entry(&self, c: char) -> u32 {
        let code = u32::from(c);
        let Some(block) = self.0.get((code >> 8) as usize) else {
            return Self::compute(c);
        };
        let first = code & !0xff;
        let entries = block.get_or_init(|| (first..first + 256).map(Self::compute_code).collect());
        entries
            .get((code & 0xff) as usize)
            .map_or_else(|| Self::compute(c), |entry| *entry)
    }

    fn compute_code(code: u32) -> u32 {
        char::from_u32(code).map_or(Self::DROP, Self::compute)
    }

    fn look_up(&self, c: char) -> Step {
        match self.entry(c) {
            Self::DROP => Step::Drop,
            Self::JOINS => Step::Joins,
            _ => Step::Starts,
        }
    }

    fn single(&self, c: char) -> Option<char> {
        char::from_u32(self.entry(c))
    }
}

static TABLE: Table = Table([const { OnceLock::new() }; 256]);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn s43_width_case_and_script_fold_away() {
        for (a, b) in [
            ("ＡＢＣ１２３", "abc123"),
            ("訂單已發貨", "订单已发货"),
            ("後臺裡麵", "后台里面"),
            ("著急", "着急"),
            ("ｶﾞｷﾞ", "ガギ"),
            ("Cafe\u{301}", "CAFÉ"),
            ("合\u{200b}同", "合同"),
            ("①㈱½", "1(株)1⁄2"),
            ("各\u{1100}\u{1161}\u{11a8}", "各각"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        assert_ne!(fold("合同"), fold("同合"));
        assert_eq!(fold("龙龍"), "龙龙", "the simplified one stands for both");
    }

    #[test]
    fn s43_a_place_in_the_folded_text_leads_back_to_the_original() {
        let text = "ﬁ１訂e\u{301}\u{200d}!";
        let folded = Folded::of(text);
        assert_eq!(folded.chars(), ['f', 'i', '1', '订', 'é', '!']);
        let back: Vec<&str> = (0..6).map(|i| &text[folded.original(i..i + 1)]).collect();
        assert_eq!(back, ["ﬁ", "ﬁ", "１", "訂", "e\u{301}", "!"]);
        assert_eq!(&text[folded.original(2..5)], "１訂e\u{301}");
        assert_eq!(folded.original(3..3), 0..0);
        assert_eq!(folded.original(6..9), 0..0);
    }

    #[test]
    fn every_variant_stands_in_one_class() {
        let mut seen = std::collections::BTreeSet::new();
        for line in include_str!("variants.txt")
            .lines()
            .filter(|l| !l.starts_with('#'))
        {
            assert!(line.chars().count() > 1, "{line}");
            assert!(line.chars().all(|c| seen.insert(c)), "{line}");
        }
        assert!(seen.len() > 8000, "{}", seen.len());
    }

    #[test]
    fn every_character_folds_to_a_fixed_point() {
        for c in ('\0'..=char::MAX).filter(|c| u32::from(*c) < 0x3_2000) {
            let once = fold(&c.to_string());
            assert_eq!(fold(&once), once, "{c} {:x}", u32::from(c));
        }
    }

    /// Texts of characters that meet in odd ways.
    fn odd_text() -> impl Strategy<Value = String> {
        let odd = prop::sample::select(vec![
            'a', 'İ', 'ı', 'é', '\u{301}', '\u{323}', '\u{307}', '\u{345}', 'ﾞ', 'ｶ', '\u{1100}',
            '\u{1161}', '\u{11a8}', '가', '訂', '订', '裡', 'Ａ', '\u{200d}', '\u{fe0f}', 'ﬁ', '´',
            'Σ', '😀', ' ', '\u{9be}', '\u{9c7}', '𪟝',
        ]);
        prop::collection::vec(prop_oneof![3 => odd, 1 => any::<char>()], 0..24)
            .prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn s43_folding_twice_is_folding_once(text in odd_text()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn s43_a_text_and_its_upper_case_fold_alike(text in "[a-zA-Z0-9一-龥訂單 ]{0,20}") {
            prop_assert_eq!(fold(&text.to_uppercase()), fold(&text));
        }

        #[test]
        fn s43_places_go_forward_and_end_on_characters(text in odd_text()) {
            let folded = Folded::of(&text);
            let mut last = 0..0;
            for i in 0..folded.chars().len() {
                let place = folded.original(i..i + 1);
                prop_assert!(text.get(place.clone()).is_some_and(|t| !t.is_empty()));
                prop_assert!(place == last || place.start >= last.end);
                last = place;
            }
        }
    }
}
