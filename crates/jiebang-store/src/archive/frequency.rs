//! How common words are, on PostgreSQL.
//!
//! Its planner knows how many messages have each common token, and takes tokens for strangers to
//! each other: of a word of three characters, two pairs that nearly always come together, it
//! expects the product of their shares, a hundredth of what there is, and fetches all of those
//! from the index to sort them. Here a word is as common as its rarest token, words are strangers
//! to each other, and what is common is looked for by walking from the newest message: so far, and
//! no farther, as must do if that is right.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiebang_vault::archive::Token;
use sea_orm::ConnectionTrait;

use super::partition::{Month, Partition};
use super::search::{AnyOf, Plan};
use super::statement;
use crate::StoreError;
use crate::error::During;

/// What a message costs that is walked by, and one that is fetched by the index of tokens
/// (microseconds, measured on a core that does 2 GB/s of AES; only their ratio matters).
const WALKED: f64 = 0.6;
const FETCHED: f64 = 1.6;

/// Whether the planner is wrong about how many messages are meant: some word has several tokens.
pub(super) fn is_misjudged(plan: &Plan) -> bool {
    plan.all
        .iter()
        .flat_map(|any| &any.0)
        .any(|way| way.len() > 1)
}

/// Messages below which a month tells nothing of the others.
const FEW: f64 = 50_000.0;

/// Months of which it is kept in memory, at up to 160 kB.
const MONTHS: usize = 8;

/// What is expected of a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Expected {
    /// Of the messages that have everything of the plan; 0 where nothing is known of a word: then
    /// it is rare.
    share: f64,
    messages: f64,
}

impl Expected {
    pub(super) fn of(plan: &Plan, messages: f64, shares: &Shares) -> Self {
        Self {
            share: share_of(plan, shares),
            messages,
        }
    }

    /// How many messages to walk by for `limit` that are meant, where that is sooner done than by
    /// the index of tokens: some more than expected, since the expectation may be wrong.
    pub(super) fn walk(self, limit: u64) -> Option<i64> {
        const MORE: f64 = 8.0;
        let limit = f64::from(u32::try_from(limit).unwrap_or(u32::MAX));
        let walked = limit / self.share;
        let is_sooner = walked * WALKED < self.messages * self.share * FETCHED;
        #[expect(clippy::cast_possible_truncation, reason = "fewer than the month has")]
        let rows = (walked * MORE).min(self.messages).round() as i64;
        (self.share > 0.0 && is_sooner).then_some(rows)
    }

    /// Whether the month has so little that another one may be different.
    pub(super) fn is_of_few(self) -> bool {
        self.messages < FEW
    }
}

/// Which share of a month's messages has each token, of those that are common, by token.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Shares(Vec<(i64, f64)>);

impl Shares {
    fn of(&self, token: Token) -> f64 {
        let found = self
            .0
            .binary_search_by_key(&token.number(), |(token, _)| *token);
        found
            .ok()
            .and_then(|at| self.0.get(at))
            .map_or(0.0, |one| one.1)
    }

    /// As of the last ANALYZE.
    async fn load(conn: &impl ConnectionTrait, month: Month) -> Result<Self, StoreError> {
        const OPERATION: &str = "look how common words are";
        let sql = "SELECT e.token, e.share::float8 AS share
                   FROM pg_stats s
                   JOIN unnest(s.most_common_elems::text::bigint[], s.most_common_elem_freqs)
                        AS e (token, share) ON e.token IS NOT NULL
                   WHERE s.schemaname = current_schema() AND s.tablename = $1
                         AND s.attname = 'tokens'";
        let rows = conn
            .query_all_raw(statement(conn, sql, [month.index_table().into()]))
            .await
            .during(OPERATION)?;
        let mut shares = Vec::with_capacity(rows.len());
        for row in rows {
            let token: i64 = row.try_get("", "token").during(OPERATION)?;
            let share: f64 = row.try_get("", "share").during(OPERATION)?;
            shares.push((token, share));
        }
        shares.sort_by_key(|(token, _)| *token);
        Ok(Self(shares))
    }
}

/// What is known of the newest months, until they are looked at anew by the database: asking for
/// it takes as long as many a search.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<BTreeMap<Month, (f64, Arc<Shares>)>>);

impl Known {
    pub(super) async fn of(
        &self,
        conn: &impl ConnectionTrait,
        partition: Partition,
    ) -> Result<Arc<Shares>, StoreError> {
        let Partition { month, as_of, .. } = partition;
        let known = self.lock().get(&month).cloned();
        if let Some((_, shares)) = known.filter(|(then, _)| then.to_bits() == as_of.to_bits()) {
            return Ok(shares);
        }
        let shares = Arc::new(Shares::load(conn, month).await?);
        if shares.0.is_empty() {
            // Not looked at yet, which may leave their number as it is.
            return Ok(shares);
        }
        let mut all = self.lock();
        all.insert(month, (as_of, Arc::clone(&shares)));
        if all.len() > MONTHS {
            all.pop_first();
        }
        Ok(shares)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Month, (f64, Arc<Shares>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The share of messages that have everything of the plan.
fn share_of(plan: &Plan, shares: &Shares) -> f64 {
    let of_word = |way: &Vec<Token>| way.iter().map(|one| shares.of(*one)).fold(1.0, f64::min);
    let of_any = |any: &AnyOf| any.0.iter().map(of_word).sum::<f64>().min(1.0);
    plan.all.iter().map(of_any).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(numbers: &[i64]) -> Vec<Token> {
        numbers.iter().map(|n| Token::from_number(*n)).collect()
    }

    #[test]
    fn a_word_is_as_common_as_its_rarest_token_and_words_are_strangers() {
        let shares = Shares(vec![(1, 0.5), (2, 0.4), (3, 0.1)]);
        let of = |all: Vec<AnyOf>| {
            let plan = Plan {
                all,
                none: Vec::new(),
            };
            (is_misjudged(&plan), share_of(&plan, &shares))
        };
        let close = |found: (bool, f64), wanted: (bool, f64)| {
            assert_eq!(found.0, wanted.0);
            assert!((found.1 - wanted.1).abs() < 1e-12, "{found:?}");
        };
        close(of(vec![AnyOf::all(word(&[1]))]), (false, 0.5));
        close(of(vec![AnyOf::all(word(&[1, 2]))]), (true, 0.4));
        close(of(vec![AnyOf::all(word(&[1, 9]))]), (true, 0.0));
        let two = vec![AnyOf::all(word(&[1, 2])), AnyOf::all(word(&[3]))];
        close(of(two), (true, 0.04));
        let either = vec![AnyOf(vec![word(&[1, 2]), word(&[3])])];
        close(of(either), (true, 0.5));
        close(of(Vec::new()), (false, 1.0));
        // Always so: everything is meant.
        close(of(vec![AnyOf(vec![Vec::new()])]), (false, 1.0));
    }
}
