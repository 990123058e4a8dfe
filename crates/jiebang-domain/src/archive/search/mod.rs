//! Searching the archive: the language of a query, what of it the index can answer, and the exact
//! answer for one opened message.
//!
//! Words are compared after folding (width, case, traditional and simplified; see `text`). The
//! index holds [`Token`]s, made blind; a [`Plan`] says which of them a message must have at least.
//! Whoever has opened such a message asks [`Query::matches`].
//!
//! Invariant: a message that matches has the tokens of the plan, so none is missed.

mod plan;
mod query;
mod term;
mod token;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;

pub use plan::{Alternatives, Plan};
pub use query::{Fault, MAX_CHARS, MAX_DEPTH, MAX_TERMS, Node, QueryError};
pub use term::Term;
pub use token::{Facet, Token, each_text_token, facets, text_tokens};

use super::text::Folded;

/// The words that are looked for; without words every text matches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(Option<Node>);

impl Query {
    /// Reads what somebody typed. Blank is every text.
    ///
    /// # Errors
    /// [`QueryError`] with what is wrong and where.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.trim().is_empty() {
            return Ok(Self(None));
        }
        query::parse(text).map(|node| Self(Some(node)))
    }

    #[must_use]
    pub const fn node(&self) -> Option<&Node> {
        self.0.as_ref()
    }

    /// Whether a folded text matches: the exact answer.
    #[must_use]
    pub fn matches(&self, text: &[char]) -> bool {
        self.0.as_ref().is_none_or(|node| holds(node, text))
    }

    /// Where the words stand in the original text, in bytes, in order; places that touch or
    /// overlap are one. What is excluded is not marked.
    #[must_use]
    pub fn highlights(&self, text: &Folded) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        if let Some(node) = &self.0 {
            mark(node, text, &mut places);
        }
        places.sort_by_key(|place: &Range<usize>| place.start);
        let mut merged: Vec<Range<usize>> = Vec::new();
        for place in places {
            match merged.last_mut() {
                Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
                _ => merged.push(place),
            }
        }
        merged
    }
}

fn holds(node: &Node, text: &[char]) -> bool {
    match node {
        Node::Term(term) => term.matches(text),
        Node::All(nodes) => nodes.iter().all(|node| holds(node, text)),
        Node::Any(nodes) => nodes.iter().any(|node| holds(node, text)),
        Node::Not(node) => !holds(node, text),
    }
}

fn mark(node: &Node, text: &Folded, places: &mut Vec<Range<usize>>) {
    match node {
        Node::Term(term) => {
            let found = term.places(text.chars());
            places.extend(found.map(|place| text.original(place)));
        }
        Node::All(nodes) | Node::Any(nodes) => {
            nodes.iter().for_each(|node| mark(node, text, places));
        }
        Node::Not(_) => {}
    }
}

/// What is asked besides words. Facets of one sort are alternatives, of different sorts all must
/// hold, and none of the unwanted may. Time is asked of the store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub wanted: BTreeSet<Facet>,
    pub unwanted: BTreeSet<Facet>,
}

impl Filter {
    /// Whether the filter keeps to one conversation, so that it may be read through.
    #[must_use]
    pub fn is_inside_a_conversation(&self) -> bool {
        let conversations = self
            .wanted
            .iter()
            .filter(|f| matches!(f, Facet::Conversation(_)));
        conversations.count() == 1
    }

    /// The wanted facets, those of a sort together.
    fn by_sort(&self) -> Vec<Vec<&Facet>> {
        let wanted: Vec<&Facet> = self.wanted.iter().collect();
        // The set's order keeps facets of a sort together.
        let sorts = wanted.chunk_by(|a, b| a.is_like(b));
        sorts.map(<[&Facet]>::to_vec).collect()
    }
}
