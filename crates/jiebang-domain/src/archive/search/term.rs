//! A word or phrase that is looked for: what it matches, where, and which tokens a text that
//! holds it must have.

use std::collections::BTreeSet;
use std::ops::Range;

use super::token::{Class, Token, local_tokens, words};
use crate::archive::text::Folded;

/// Most tokens one term asks for: the first of a long phrase narrow it down enough.
const MAX_TOKENS: usize = 24;
/// Narrow characters that are searched inside words; fewer must be a whole word.
const SHORTEST_PART: usize = 3;

/// A folded word or phrase. It matches a text that holds it as it stands, except that a term
/// without wide characters that begins (ends) with one or two letters or digits must begin (end)
/// there at the edge of a word: `ok` is not found in `book`, `boo` is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    chars: Vec<char>,
    /// Whether it must begin, and end, at the edge of a word.
    edges: [bool; 2],
    tokens: Vec<Token>,
}

impl Term {
    /// The term of what somebody typed; `None` if nothing is left of it after folding.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let folded = Folded::of(text);
        let chars = folded.chars();
        let is_blank = |c: &char| c.is_whitespace();
        let from = chars.iter().position(|c| !is_blank(c))?;
        let to = chars.iter().rposition(|c| !is_blank(c))? + 1;
        let chars = chars.get(from..to)?.to_vec();
        let has_wide = chars.iter().any(|c| Class::of(*c) == Class::Wide);
        let mut edges = [false; 2];
        let mut tokens = BTreeSet::new();
        words(&chars, |word, at| {
            let is_first = at == 0;
            let is_last = at + word.len() == chars.len();
            let short = word.len() < SHORTEST_PART && !has_wide;
            edges[0] |= is_first && short;
            edges[1] |= is_last && short;
            // A word that ends inside the term, or where a word must end, is a word of the text.
            if short || !(is_first || is_last) {
                tokens.insert(Token::Word(word.iter().collect()));
            }
        });
        let mut local = Vec::new();
        local_tokens(&chars, |token| local.push(token));
        tokens.extend(local.into_iter().take(MAX_TOKENS));
        Some(Self {
            edges,
            tokens: tokens.into_iter().take(MAX_TOKENS).collect(),
            chars,
        })
    }

    /// Tokens that every text has which the term matches; none if it cannot be looked up in the
    /// index, as a single Chinese character.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The folded characters.
    #[must_use]
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    #[must_use]
    pub fn matches(&self, text: &[char]) -> bool {
        self.places(text).next().is_some()
    }

    /// Where the term stands in a folded text, also where its places overlap.
    pub fn places<'a>(&'a self, text: &'a [char]) -> impl Iterator<Item = Range<usize>> + 'a {
        let first = self.chars.first().copied();
        let starts = text
            .iter()
            .enumerate()
            .filter(move |(_, c)| Some(**c) == first);
        starts.filter_map(move |(from, _)| {
            let to = from + self.chars.len();
            (text.get(from..to)? == self.chars && self.is_at_edges(text, from, to))
                .then_some(from..to)
        })
    }

    fn is_at_edges(&self, text: &[char], from: usize, to: usize) -> bool {
        let goes_on = |at: Option<usize>| {
            let c = at.and_then(|at| text.get(at));
            c.is_some_and(|c| Class::of(*c) == Class::Narrow)
        };
        let [at_start, at_end] = self.edges;
        !(at_start && goes_on(from.checked_sub(1)) || at_end && goes_on(Some(to)))
    }
}
