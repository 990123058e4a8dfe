//! The one token stream: what is indexed of a message, and what a search asks for, come from the
//! same function.
//!
//! Of a folded text: every pair of neighbours of which at least one is a wide character (Chinese,
//! kana, hangul, emoji, …), every three neighbours that are all narrow (letters and digits of
//! other scripts), and every run of narrow characters that ends at something else as a whole
//! word. Blanks and punctuation are in no token.
//!
//! Invariant: whether a pair or a triple is a token depends on its own characters only, so every
//! one inside a part of a text is a token of the whole.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::archive::conversation::{Channel, Conversation};
use crate::id::DepartmentId;

/// Something to be looked up in the index, before it is made blind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    Pair([char; 2]),
    Triple([char; 3]),
    Word(String),
    Facet(Facet),
}

impl Token {
    /// The bytes that are hashed: different for different tokens.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        let mut text = |kind: u8, chars: &mut dyn Iterator<Item = char>| {
            out.push(kind);
            let mut buffer = [0; 4];
            chars.for_each(|c| out.extend(c.encode_utf8(&mut buffer).as_bytes()));
        };
        match self {
            Self::Pair(chars) => text(b'2', &mut chars.iter().copied()),
            Self::Triple(chars) => text(b'3', &mut chars.iter().copied()),
            Self::Word(word) => text(b'w', &mut word.chars()),
            Self::Facet(facet) => {
                let (kind, value) = facet.parts();
                text(kind, &mut value.chars());
            }
        }
    }

    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(16);
        self.write_to(&mut out);
        out
    }
}

/// A property by which messages are filtered; what it was when the message was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "by", content = "value", rename_all = "snake_case")]
pub enum Facet {
    /// A customer who takes part.
    Customer(String),
    /// A member who takes part.
    Staff(String),
    /// A department of a member who takes part, or one above it.
    Department(DepartmentId),
    /// The room.
    Room(String),
    /// WeCom's msgtype.
    Kind(String),
    /// A corp tag of a customer who takes part.
    Tag(String),
    /// The subject of the conversation.
    Conversation(String),
    Channel(Channel),
    /// Who said it.
    Sender(String),
}

impl Facet {
    fn parts(&self) -> (u8, std::borrow::Cow<'_, str>) {
        match self {
            Self::Customer(id) => (b'C', id.into()),
            Self::Staff(id) => (b'S', id.into()),
            Self::Department(id) => (b'D', id.to_string().into()),
            Self::Room(id) => (b'R', id.into()),
            Self::Kind(kind) => (b'K', kind.into()),
            Self::Tag(id) => (b'T', id.into()),
            Self::Conversation(subject) => (b'V', subject.into()),
            Self::Channel(channel) => (b'H', channel.as_str().into()),
            Self::Sender(id) => (b'F', id.into()),
        }
    }

    /// Whether two facets are of the same sort: then either of them may hold.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// The facets of a message of type `kind`, with the departments of its members (those above
/// included) and the tags of its customers at the time. Rooms with many people have many.
#[must_use]
pub fn facets(
    conversation: &Conversation,
    kind: &str,
    departments: &BTreeSet<DepartmentId>,
    tags: &BTreeSet<String>,
) -> BTreeSet<Facet> {
    let mut facets = BTreeSet::from([
        Facet::Kind(kind.to_owned()),
        Facet::Conversation(conversation.subject.clone()),
        Facet::Channel(conversation.channel),
        Facet::Sender(conversation.sender.clone()),
    ]);
    facets.extend(conversation.customers.iter().cloned().map(Facet::Customer));
    facets.extend(conversation.members.iter().cloned().map(Facet::Staff));
    facets.extend(conversation.room.clone().map(Facet::Room));
    facets.extend(departments.iter().copied().map(Facet::Department));
    facets.extend(tags.iter().cloned().map(Facet::Tag));
    facets
}

/// How a character is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Stands for itself: Chinese, kana, hangul, emoji, and whatever is none of the others.
    Wide,
    /// A letter or digit of a script that writes words.
    Narrow,
    /// Blank or punctuation.
    Gap,
}

impl Class {
    pub fn of(c: char) -> Self {
        match c {
            'a'..='z' | '0'..='9' | 'A'..='Z' => Self::Narrow,
            '\0'..='\u{7f}' | '\u{80}'..='\u{a0}' => Self::Gap,
            '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' => {
                Self::Gap
            }
            '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{a4cf}' | '\u{a960}'..='\u{a97f}' => {
                Self::Wide
            }
            '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{1b000}'..='\u{1b2ff}' => {
                Self::Wide
            }
            '\u{20000}'..='\u{3ffff}' => Self::Wide,
            c if c.is_alphanumeric() => Self::Narrow,
            c if c.is_whitespace() || c.is_control() => Self::Gap,
            _ => Self::Wide,
        }
    }
}

/// The tokens of a folded text (see `text::Folded`), each once.
#[must_use]
pub fn text_tokens(folded: &[char]) -> BTreeSet<Token> {
    let mut tokens = BTreeSet::new();
    each_text_token(folded, |token| {
        tokens.insert(token);
    });
    tokens
}

/// As [`text_tokens`], each as often as it occurs.
pub fn each_text_token(folded: &[char], mut each: impl FnMut(Token)) {
    local_tokens(folded, &mut each);
    words(folded, |word, _| each(Token::Word(word.iter().collect())));
}

/// Pairs and triples, in order.
pub(super) fn local_tokens(folded: &[char], mut each: impl FnMut(Token)) {
    let classes: Vec<Class> = folded.iter().map(|c| Class::of(*c)).collect();
    for at in 1..folded.len() {
        match (classes[at - 1], classes[at]) {
            (Class::Gap, _) | (_, Class::Gap) => {}
            (Class::Narrow, Class::Narrow) => {
                if at >= 2 && classes[at - 2] == Class::Narrow {
                    each(Token::Triple([folded[at - 2], folded[at - 1], folded[at]]));
                }
            }
            _ => each(Token::Pair([folded[at - 1], folded[at]])),
        }
    }
}

/// Every run of narrow characters, with where it begins.
pub(super) fn words<'a>(folded: &'a [char], mut each: impl FnMut(&'a [char], usize)) {
    let mut at = 0;
    let runs = folded
        .chunk_by(|a, b| (Class::of(*a) == Class::Narrow) == (Class::of(*b) == Class::Narrow));
    for run in runs {
        if run.first().is_some_and(|c| Class::of(*c) == Class::Narrow) {
            each(run, at);
        }
        at += run.len();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::archive::text::Folded;

    fn shown(text: &str) -> String {
        let tokens = text_tokens(Folded::of(text).chars());
        let texts = tokens
            .iter()
            .map(|token| String::from_utf8(token.bytes()).unwrap());
        texts.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn s43_chinese_is_pairs_words_are_words_and_threes() {
        assert_eq!(shown("訂單已發，OK"), "2单已 2已发 2订单 wok");
        assert_eq!(shown("A-1001 号"), "3001 3100 w1001 wa");
        assert_eq!(shown("ｖ2版😀"), "22版 2版😀 wv2");
        assert_eq!(shown("好 的。"), "");
        assert_eq!(shown("Привет"), "3вет 3иве 3при 3рив wпривет");
    }

    #[test]
    fn b15_different_facets_have_different_bytes() {
        let facets = [
            Facet::Customer("a".into()),
            Facet::Staff("a".into()),
            Facet::Sender("a".into()),
            Facet::Room("a".into()),
            Facet::Kind("a".into()),
            Facet::Tag("a".into()),
            Facet::Conversation("a".into()),
            Facet::Department(1),
            Facet::Channel(Channel::External),
        ];
        let mut bytes: BTreeSet<Vec<u8>> = facets
            .iter()
            .cloned()
            .map(|f| Token::Facet(f).bytes())
            .collect();
        bytes.insert(Token::Word("a".into()).bytes());
        assert_eq!(bytes.len(), facets.len() + 1);
    }

    proptest! {
        #[test]
        fn s43_a_part_of_a_text_has_no_pair_or_triple_that_the_whole_has_not(
            text in "[a-c1订單好😀，. é]{0,30}", from in 0usize..30, len in 0usize..30,
        ) {
            let folded = Folded::of(&text);
            let chars = folded.chars();
            let from = from.min(chars.len());
            let part = &chars[from..(from + len).min(chars.len())];
            let whole = text_tokens(chars);
            local_tokens(part, |token| assert!(whole.contains(&token), "{token:?}"));
        }
    }
}
