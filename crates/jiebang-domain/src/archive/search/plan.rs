//! From a query to what the index is asked.

use super::query::Node;
use super::token::Token;
use super::{Facet, Filter, Query};
use crate::time::DAY;

/// Most alternatives one condition may have; one that would have more is left out.
const MAX_ALTERNATIVES: usize = 64;

/// One of several alternatives, each of which is all of its tokens.
pub type Alternatives = Vec<Vec<Token>>;

/// What a message must have to be looked at: one alternative of each of `all`, nothing of `none`.
/// `none` holds facets only: that a word is excluded can be told of the opened text alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub all: Vec<Alternatives>,
    pub none: Vec<Token>,
    /// Whether the words of the query narrow the plan down. If there are words and they do not (a
    /// single Chinese character, nothing but exclusions), every message that fits the filter has
    /// to be opened: do so inside a conversation or a day, and say elsewhere that it is not done.
    pub words_indexed: bool,
}

impl Plan {
    #[must_use]
    pub fn new(query: &Query, filter: &Filter) -> Self {
        let words = query.node().map(necessary).unwrap_or_default();
        let words_indexed = query.node().is_none() || !words.is_empty();
        let mut all: Vec<Alternatives> = filter
            .by_sort()
            .into_iter()
            .map(|sort| {
                sort.into_iter()
                    .map(|facet| vec![facet_token(facet)])
                    .collect()
            })
            .collect();
        all.extend(words);
        Self {
            all,
            none: filter.unwanted.iter().map(facet_token).collect(),
            words_indexed,
        }
    }

    /// Whether the question may be asked: its words are in the index, or it keeps to one
    /// conversation or to a day (from `from` to before `to`, in milliseconds), so that everything
    /// there can be opened.
    #[must_use]
    pub fn may_run(&self, filter: &Filter, from: Option<i64>, to: Option<i64>) -> bool {
        let millis = from.zip(to).and_then(|(from, to)| to.checked_sub(from));
        self.words_indexed
            || filter.is_inside_a_conversation()
            || millis.is_some_and(|millis| millis <= DAY * 1_000)
    }
}

fn facet_token(facet: &Facet) -> Token {
    Token::Facet(facet.clone())
}

/// Conditions that every text fulfils which the node matches; none: nothing can be said.
fn necessary(node: &Node) -> Vec<Alternatives> {
    match node {
        Node::Term(term) if term.tokens().is_empty() => vec![],
        Node::Term(term) => vec![vec![term.tokens().to_vec()]],
        // A condition for each word: how common words are together follows from how common each is.
        Node::All(nodes) => nodes.iter().flat_map(necessary).collect(),
        Node::Any(nodes) => {
            let mut alternatives = Alternatives::new();
            for node in nodes {
                let of_node = as_alternatives(necessary(node));
                if of_node.is_empty() || alternatives.len() + of_node.len() > MAX_ALTERNATIVES {
                    return vec![];
                }
                alternatives.extend(of_node);
            }
            vec![alternatives]
        }
        Node::Not(_) => vec![],
    }
}

/// Conditions without choice as one, before the others.
fn merged(conditions: Vec<Alternatives>) -> Vec<Alternatives> {
    let mut sure: Vec<Token> = Vec::new();
    let mut rest = Vec::new();
    for condition in conditions {
        match <[Vec<Token>; 1]>::try_from(condition) {
            Ok([tokens]) => sure.extend(tokens),
            Err(condition) => rest.push(condition),
        }
    }
    sure.sort_unstable();
    sure.dedup();
    if !sure.is_empty() {
        rest.insert(0, vec![sure]);
    }
    rest
}

/// All of the conditions as one: what there is no choice in is added to the alternatives of one
/// that has a choice; further ones are left out.
fn as_alternatives(conditions: Vec<Alternatives>) -> Alternatives {
    let mut conditions = merged(conditions).into_iter();
    let Some(first) = conditions.next() else {
        return vec![];
    };
    let Some(second) = conditions.next() else {
        return first;
    };
    let [sure] = &first[..] else {
        return first;
    };
    let with_sure = |mut tokens: Vec<Token>| {
        tokens.extend(sure.iter().cloned());
        tokens
    };
    second.into_iter().map(with_sure).collect()
}
