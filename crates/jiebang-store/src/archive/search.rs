//! Search over blind tokens, newest first.
//!
//! SQLite: FTS5 walks its lists by row id, which is the message id, backwards, and stops when the
//! page is full. PostgreSQL: the partitions are asked newest first, so many each time as should
//! hold what is lacking, by the GIN index for rare tokens or by the primary key backwards for common ones ([`frequency`]).
//!
//! What is found are candidates: tokens say that the character pairs of a word occur, not that
//! they follow each other. Whoever has the keys opens the bodies and looks.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiebang_domain::id::CorpId;
use jiebang_vault::archive::Token;
use sea_orm::{ConnectionTrait, Value};

use super::frequency::{self, Expected};
use super::partition::{self, Partition};
use super::read::{self, COLUMNS, Message, RECALLS};
use super::{first_id_at, is_postgres};
use crate::error::During;
use crate::{Kind, Store, StoreError};

/// Most candidates of one question.
const MOST: u64 = 10_000;

/// What messages must have: every one of `all` (in one of its alternatives), and nothing of
/// `none`. Without anything every message is meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub all: Vec<AnyOf>,
    /// Facets only: a word that is excluded must be looked for in the opened body, since its
    /// character pairs may occur without it.
    pub none: Vec<Token>,
}

/// One of several alternatives, each of which is all of its tokens. Without alternatives nothing
/// is found; an alternative without tokens is always so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnyOf(pub Vec<Vec<Token>>);

impl AnyOf {
    /// All of these tokens.
    #[must_use]
    pub fn all(tokens: Vec<Token>) -> Self {
        Self(vec![tokens])
    }

    /// Any one of these tokens.
    #[must_use]
    pub fn any(tokens: impl IntoIterator<Item = Token>) -> Self {
        Self(tokens.into_iter().map(|token| vec![token]).collect())
    }

    /// Of very many alternatives one token of each, the one that the fewest others have: a question
    /// has only so many parameters. What is found so may lack the others.
    #[must_use]
    pub fn in_few_words(self) -> Self {
        const MANY: usize = 500;
        if self.0.len() <= MANY || self.is_always_so() {
            return self;
        }
        let mut ways: BTreeMap<Token, usize> = BTreeMap::new();
        for token in self.0.iter().flatten() {
            *ways.entry(*token).or_default() += 1;
        }
        let rarest = |way: &Vec<Token>| way.iter().copied().min_by_key(|one| ways.get(one));
        let tokens: BTreeSet<Token> = self.0.iter().filter_map(rarest).collect();
        Self::any(tokens)
    }

    fn is_always_so(&self) -> bool {
        self.0.iter().any(Vec::is_empty)
    }
}

/// Messages sent from the beginning of `from` to before `to` (milliseconds), with ids below
/// `before`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Time {
    pub from: Option<i64>,
    pub to: Option<i64>,
    /// The id of the last candidate of the page before.
    pub before: Option<i64>,
}

impl Time {
    fn ids(self) -> Range<i64> {
        let to = self.to.map_or(i64::MAX, first_id_at);
        let before = self.before.unwrap_or(i64::MAX);
        self.from.map_or(0, first_id_at)..to.min(before)
    }
}

/// Candidates, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    pub candidates: Vec<Message>,
    /// Where to go on; `None` when there is nothing more.
    pub before: Option<i64>,
}

/// The newest messages that `plan` may mean, at most `limit`.
pub async fn search(
    store: &Store,
    corp: &CorpId,
    plan: &Plan,
    time: Time,
    limit: u64,
) -> Result<Found, StoreError> {
    let limit = limit.clamp(1, MOST);
    let ids = time.ids();
    if ids.is_empty() || plan.all.iter().any(|any| any.0.is_empty()) {
        return Ok(Found::default());
    }
    if store.kind() == Kind::Postgres {
        let ids = by_partitions(store, plan, ids, limit).await?;
        // Asked for apart: joined, every month of messages would be planned for each time.
        let mut candidates = read::by_ids(store.read(), corp, &ids).await?;
        candidates.reverse();
        let before = ids.last().copied().filter(|_| ids.len() as u64 >= limit);
        return Ok(Found { candidates, before });
    }
    let candidates = by_fts(store.read(), corp, plan, ids, limit).await?;
    let full = candidates.len() as u64 >= limit;
    let before = candidates.last().map(|m| m.id).filter(|_| full);
    Ok(Found { candidates, before })
}

/// Those of `ids` whose messages have at least one of `tokens`.
pub async fn having_any(
    conn: &impl ConnectionTrait,
    ids: &[i64],
    tokens: &[Token],
) -> Result<BTreeSet<i64>, StoreError> {
    let (Some(first), Some(last)) = (ids.iter().min(), ids.iter().max()) else {
        return Ok(BTreeSet::new());
    };
    if tokens.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut values: Vec<Value> = vec![(*first).into(), (*last).into(), super::list(conn, ids)];
    let sql = if is_postgres(conn) {
        let tokens = array(tokens, &mut values);
        let these = super::among(conn, "i.id", 3);
        format!(
            "SELECT i.id FROM message_index i
             WHERE i.id >= $1 AND i.id <= $2 AND {these} AND i.tokens && {tokens}"
        )
    } else {
        let these = super::among(conn, "i.rowid", 3);
        values.extend(fts_any(tokens).map(Value::from));
        format!(
            "SELECT i.rowid AS id FROM message_index i
             WHERE i.message_index MATCH $4 AND i.rowid >= $1 AND i.rowid <= $2 AND {these}"
        )
    };
    let found = super::ids(conn, &sql, values, "look for tokens of messages").await?;
    Ok(found.into_iter().collect())
}

async fn by_fts(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    plan: &Plan,
    ids: Range<i64>,
    limit: u64,
) -> Result<Vec<Message>, StoreError> {
    let (sql, expression) = fts_statement(plan);
    let mut values: Vec<Value> = vec![
        corp.as_str().into(),
        ids.start.into(),
        ids.end.into(),
        limit.cast_signed().into(),
    ];
    values.extend(expression.map(Value::from));
    read::all(conn, &sql, values, "search messages").await
}

/// The statement and what its fifth parameter is to be, if it has one.
fn fts_statement(plan: &Plan) -> (String, Option<String>) {
    let needed = fts_all(plan);
    let excluded = fts_any(&plan.none);
    match (needed, excluded) {
        (Some(mut expression), excluded) => {
            if let Some(excluded) = excluded {
                expression = format!("({expression}) NOT ({excluded})");
            }
            // FTS5 goes backwards by row id and seeks to the bound; the message is fetched by
            // its primary key.
            let sql = format!(
                "SELECT {COLUMNS} FROM message_index i CROSS JOIN message m ON m.id = i.rowid
                 {RECALLS}
                 WHERE i.message_index MATCH $5 AND i.rowid >= $2 AND i.rowid < $3
                       AND m.corp_id = $1
                 ORDER BY i.rowid DESC LIMIT $4"
            );
            (sql, Some(expression))
        }
        (None, excluded) => {
            let unless = if excluded.is_some() {
                "AND NOT EXISTS (SELECT 1 FROM message_index i
                                 WHERE i.message_index MATCH $5 AND i.rowid = m.id)"
            } else {
                ""
            };
            // By the primary key, backwards.
            let sql = format!(
                "SELECT {COLUMNS} FROM message m {RECALLS}
                 WHERE m.corp_id = $1 AND m.id >= $2 AND m.id < $3 {unless}
                 ORDER BY m.id DESC LIMIT $4"
            );
            (sql, excluded)
        }
    }
}

fn fts_all(plan: &Plan) -> Option<String> {
    let needed: Vec<String> = plan
        .all
        .iter()
        .filter(|any| !any.is_always_so())
        .map(|any| {
            let ways: Vec<String> = any.0.iter().map(|all| joined(all, " AND ")).collect();
            format!("({})", ways.join(" OR "))
        })
        .collect();
    (!needed.is_empty()).then(|| needed.join(" AND "))
}

fn fts_any(tokens: &[Token]) -> Option<String> {
    (!tokens.is_empty()).then(|| joined(tokens, " OR "))
}

fn joined(tokens: &[Token], with: &str) -> String {
    let words: Vec<String> = tokens
        .iter()
        .map(|token| format!("\"{}\"", token.text()))
        .collect();
    format!("({})", words.join(with))
}

/// The ids of the newest messages that `plan` may mean, newest first. Tokens are keyed by corp: a
/// row of another corp is among them with a chance of 1 in 10^8 a token.
async fn by_partitions(
    store: &Store,
    plan: &Plan,
    ids: Range<i64>,
    limit: u64,
) -> Result<Vec<i64>, StoreError> {
    const OPERATION: &str = "search messages";
    let conn = store.read();
    let mut is_asked = frequency::is_misjudged(plan);
    let mut found: Vec<i64> = Vec::new();
    let months = partition::partitions(conn).await?;
    let months: Vec<Partition> = months
        .into_iter()
        .filter_map(|one| one.within(&ids))
        .collect();
    let mut months = months.as_slice();
    // Common words are found in the newest, rare ones in few questions.
    let (mut count, mut looked_at) = (1, 0.0);
    while let Some(newest) = months.first() {
        let mut walk = None;
        if is_asked {
            let shares = store.frequencies().of(conn, *newest).await?;
            let expected = Expected::of(plan, newest.messages, &shares);
            // What is rare in many messages is so in the others.
            is_asked = expected.is_of_few();
            walk = expected.walk(limit);
        }
        let (some, rest) = months.split_at(count.min(months.len()));
        let from = some.last().map_or(ids.start, |one| one.month.first_id());
        looked_at += some.iter().map(|one| one.messages).sum::<f64>();
        months = rest;
        // As many as if none were found yet: the fewer are wanted, the more the planner hopes to
        // come upon them soon.
        let bounds = [
            from.max(ids.start),
            newest.month.end_id().min(ids.end),
            limit.cast_signed(),
        ];
        if walk.is_some() {
            let (sql, values) = partition_statement(plan, bounds, walk);
            let walked = super::ids(conn, &sql, values, OPERATION).await?;
            if (found.len() + walked.len()) as u64 >= limit {
                found.extend(walked);
                break;
            }
        }
        let (sql, values) = partition_statement(plan, bounds, None);
        found.extend(super::ids(conn, &sql, values, OPERATION).await?);
        if found.len() as u64 >= limit {
            break;
        }
        count = count_for(limit, found.len(), looked_at, months);
    }
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// How many of these months are asked next: those in which the rest should be, by how many were
/// `found` where it was looked already, and some more.
fn count_for(limit: u64, found: usize, looked_at: f64, months: &[Partition]) -> usize {
    const MORE: f64 = 1.5;
    /// A plan for so many takes a few milliseconds.
    const MOST_MONTHS: usize = 32;
    let lacking = limit.saturating_sub(found as u64) as f64;
    // As if one had been found more: where nothing was, there may be something.
    let share = (found as f64 + 1.0) / looked_at.max(1.0);
    let mut expected = 0.0;
    let enough = months.iter().position(|one| {
        expected += one.messages * share;
        expected >= lacking * MORE
    });
    enough.map_or(MOST_MONTHS, |at| (at + 1).min(MOST_MONTHS))
}

/// The statement and its values. `bounds` are the first id, the end of ids, and how many. Plans are
/// made for each question (see `store.rs`), so that the planner knows the bounds, and no other
/// partition is looked at, and the tokens, and how common they are. With `walked` only so many of
/// the newest messages are looked at, one by one: behind a limit the index of tokens is out of the
/// planner's reach.
fn partition_statement(plan: &Plan, bounds: [i64; 3], walked: Option<i64>) -> (String, Vec<Value>) {
    let mut values = Vec::from(bounds.map(Value::from));
    let mut conditions = String::new();
    for any in plan.all.iter().filter(|any| !any.is_always_so()) {
        conditions.push_str(" AND ");
        conditions.push_str(&ways(any, &mut values));
    }
    if !plan.none.is_empty() {
        let none = array(&plan.none, &mut values);
        conditions.push_str(&format!(" AND NOT i.tokens && {none}"));
    }
    // By message_index_tokens or the primary key of the partition.
    let from = match walked {
        Some(rows) => {
            values.push(rows.into());
            format!(
                "(SELECT i.id, i.tokens FROM message_index i WHERE i.id >= $1 AND i.id < $2
                  ORDER BY i.id DESC LIMIT ${}) i WHERE TRUE",
                values.len()
            )
        }
        None => "message_index i WHERE i.id >= $1 AND i.id < $2".to_owned(),
    };
    let sql = format!("SELECT i.id FROM {from} {conditions} ORDER BY i.id DESC LIMIT $3");
    (sql, values)
}

fn ways(any: &AnyOf, values: &mut Vec<Value>) -> String {
    if any.0.iter().all(|all| all.len() == 1) {
        let tokens: Vec<Token> = any.0.iter().flatten().copied().collect();
        let operator = if tokens.len() == 1 { "@>" } else { "&&" };
        return format!("i.tokens {operator} {}", array(&tokens, values));
    }
    let ways: Vec<String> = any
        .0
        .iter()
        .map(|all| format!("i.tokens @> {}", array(all, values)))
        .collect();
    format!("({})", ways.join(" OR "))
}

/// The parameter that holds these tokens.
fn array(tokens: &[Token], values: &mut Vec<Value>) -> String {
    let numbers: Vec<i64> = tokens.iter().map(|token| token.number()).collect();
    values.push(numbers.into());
    format!("${}::bigint[]", values.len())
}

/// Works the index over so that what was deleted leaves its pages: a step of at most `pages`
/// pages. Returns whether there is more to do. Deleted entries are never found even before; this
/// is for room, and so that nothing of them is left. What is added between two steps has the work
/// begun anew.
///
/// PostgreSQL does it by itself (autovacuum); nothing is done then.
pub async fn compact(tx: &crate::Tx, pages: u32) -> Result<bool, StoreError> {
    const OPERATION: &str = "work the search index over";
    if is_postgres(tx.conn()) {
        return Ok(false);
    }
    let count = || async {
        let sql = "SELECT total_changes() AS changes";
        let row = tx
            .conn()
            .query_one_raw(super::statement(tx.conn(), sql, []))
            .await
            .during(OPERATION)?;
        row.map_or(Ok(0), |row| {
            row.try_get::<i64>("", "changes").during(OPERATION)
        })
    };
    let before = count().await?;
    // Negative: merges everything into one, going on where it was (FTS5, 6.8 "merge").
    let sql = format!("INSERT INTO message_index (message_index, rank) VALUES ('merge', -{pages})");
    tx.conn().execute_unprepared(&sql).await.during(OPERATION)?;
    Ok(count().await? - before >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(n: i64) -> Token {
        Token::from_number(n)
    }

    fn plans() -> Vec<Plan> {
        let all = vec![
            AnyOf::all(vec![token(1), token(2)]),
            AnyOf::any([token(3), token(4)]),
        ];
        let none = vec![token(5)];
        let alone = |all, none| Plan { all, none };
        vec![
            alone(all.clone(), vec![]),
            alone(all, none.clone()),
            alone(vec![], none),
            Plan::default(),
        ]
    }

    #[tokio::test]
    async fn s43_every_search_on_sqlite_walks_backwards_by_id_without_sorting() {
        let store = crate::testing::sqlite().await;
        for plan in plans() {
            let (sql, expression) = fts_statement(&plan);
            let mut values: Vec<Value> =
                vec!["c".into(), 1_i64.into(), 2_i64.into(), 20_i64.into()];
            values.extend(expression.map(Value::from));
            let text = crate::archive::tests::plan(store.read(), &sql, values).await;
            assert!(!text.contains("TEMP B-TREE"), "{text}");
            assert!(
                !text.contains("SCAN m\n") && !text.ends_with("SCAN m"),
                "{text}"
            );
            if plan.all.is_empty() {
                assert!(
                    text.contains("SEARCH m USING INTEGER PRIMARY KEY"),
                    "{text}"
                );
            } else {
                assert!(text.contains("i VIRTUAL TABLE INDEX"), "{text}");
                assert!(
                    text.contains("SEARCH m USING INTEGER PRIMARY KEY"),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn s4_many_conversations_each_of_some_types_are_looked_for_by_the_conversations() {
        let ways = |conversations: i64| {
            let kinds = 0..14;
            let of = |id: i64| {
                kinds
                    .clone()
                    .map(move |kind| vec![token(kind), token(100 + id)])
            };
            AnyOf((0..conversations).flat_map(of).collect())
        };
        assert_eq!(ways(35).in_few_words(), ways(35));
        let ids = (0..5_000).map(|id| token(100 + id));
        assert_eq!(ways(5_000).in_few_words(), AnyOf::any(ids));
        let plan = Plan {
            all: vec![ways(5_000).in_few_words()],
            none: Vec::new(),
        };
        let (sql, values) = partition_statement(&plan, [1, 2, 3], None);
        assert_eq!(values.len(), 4);
        assert!(sql.contains("i.tokens && $4::bigint[]"), "{sql}");
    }

    #[test]
    fn an_expression_says_what_the_plan_says() {
        let plan = &plans()[1];
        let words: Vec<String> = (1..=5)
            .map(|n| format!("\"{}\"", token(n).text()))
            .collect();
        let [a, b, c, d, e] = &words[..] else {
            panic!("five words")
        };
        assert_eq!(
            fts_statement(plan).1.unwrap(),
            format!("((({a} AND {b})) AND (({c}) OR ({d}))) NOT (({e}))")
        );
        let (sql, values) = partition_statement(plan, [1, 2, 3], None);
        assert!(sql.contains("(i.tokens @> $4::bigint[]) AND i.tokens && $5::bigint[]"));
        assert!(sql.contains("AND NOT i.tokens && $6::bigint[]"));
        let arrays: [Value; 3] = [
            vec![1_i64, 2].into(),
            vec![3_i64, 4].into(),
            vec![5_i64].into(),
        ];
        assert_eq!(values[3..], arrays);
    }

    #[test]
    fn so_many_months_are_asked_next_as_should_hold_the_rest() {
        let month = partition::Month::of_id(0);
        let months = vec![
            Partition {
                month,
                messages: 1_000.0,
                as_of: 1_000.0
            };
            50
        ];
        // One in a hundred: 20 more, and half as many again, are in 3,000 messages.
        assert_eq!(count_for(30, 10, 1_100.0, &months), 3);
        assert_eq!(count_for(30, 29, 1_000.0, &months), 1);
        // Nothing yet in few messages may be anything, in many it is next to nothing.
        assert_eq!(count_for(30, 0, 100.0, &months), 5);
        assert_eq!(count_for(30, 0, 1_000.0, &months), 32);
        assert_eq!(count_for(30, 3, 0.0, &[]), 32);
    }

    /// Months of tokens, one of which is in every second message and one in every thousandth.
    #[tokio::test]
    async fn s43_on_postgresql_one_partition_is_asked_by_the_index_that_fits() {
        let store = crate::testing::postgres().await;
        let tx = store.begin().await.unwrap();
        let first = first_id_at(1_700_000_000_000);
        let end = partition::Month::of_id(first).end_id();
        partition::ensure(&tx, [first, end].into_iter())
            .await
            .unwrap();
        let fill = format!(
            "INSERT INTO message_index
             SELECT {first} + n, n % 50, ARRAY[1000 + n % 2, 2000 + n % 1000, 3000 + n,
                 40000 + n % 20, 50000 + n % 20]::bigint[]
             FROM generate_series(1, 30000) AS n"
        );
        tx.conn().execute_unprepared(&fill).await.unwrap();
        tx.conn()
            .execute_unprepared("ANALYZE message_index")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let of = |tokens: &[i64]| Plan {
            all: vec![AnyOf::all(tokens.iter().copied().map(token).collect())],
            none: vec![],
        };
        let plan_for = async |plan: Plan, walked| {
            let (sql, values) = partition_statement(&plan, [first, end, 20], walked);
            let sql = format!("EXPLAIN {sql}");
            let rows = store
                .read()
                .query_all_raw(super::super::statement(store.read(), &sql, values))
                .await
                .unwrap();
            let lines: Vec<String> = rows
                .iter()
                .map(|row| row.try_get_by_index(0).unwrap())
                .collect();
            lines.join("\n")
        };
        let rare = plan_for(of(&[2_007]), None).await;
        assert!(rare.contains("message_index_2023_11_tokens_idx"), "{rare}");
        let backwards = "Index Scan Backward using message_index_2023_11_pkey";
        let common = plan_for(of(&[1_001]), None).await;
        assert!(common.contains(backwards), "{common}");
        // A word of two tokens that come together: the planner would fetch all of them.
        let (word, month) = (of(&[40_001, 50_001]), partition::Month::of_id(first));
        let planner = plan_for(word.clone(), None).await;
        assert!(
            planner.contains("message_index_2023_11_tokens_idx"),
            "{planner}"
        );
        let newest = partition::partitions(store.read()).await.unwrap();
        let newest = newest.iter().find(|one| one.month == month).unwrap();
        let shares = store.frequencies().of(store.read(), *newest).await.unwrap();
        let expected = |plan: &Plan| Expected::of(plan, newest.messages, &shares);
        let walk = expected(&word).walk(20);
        assert_eq!(walk, Some(20 * 20 * 8));
        let walked = plan_for(word, walk).await;
        assert!(
            walked.contains(backwards) && !walked.contains("tokens_idx"),
            "{walked}"
        );
        assert_eq!(expected(&of(&[40_001, 2_001])).walk(20), None);
        for plan in [rare, common, walked] {
            assert!(!plan.contains("message_index_2023_12"), "{plan}");
            assert!(!plan.contains("Seq Scan on message_index"), "{plan}");
        }
    }
}
