//! The conversation archive: rows as delivered, keys, messages, search, media, holds, erasure.
//!
//! ```text
//! page ──store_page──▶ archive_row (new) ──store_opened──▶ message, index, media; row (done)
//!        with cursor        │   ▲
//!                        park   unpark (a key came)
//! ```
//!
//! Invariants:
//! - a sealed row and the cursor that passes it are one transaction; so are a message, its index
//!   entries, its files, and the mark on its row. A msgid becomes a message once, however often
//!   it is delivered and wherever the program stops;
//! - nothing here can read a text: bodies, file ids and keys come sealed, words come as tokens;
//! - message ids are ordered by time on both databases, so that newest first is index order;
//! - no message is stored under a key that is destroyed.

pub mod consent;
pub mod conversation;
pub mod delete;
pub mod erasure;
pub mod figures;
mod frequency;
pub mod hold;
pub mod key;
pub mod media;
pub mod message;
mod partition;
pub mod policy;
pub mod read;
pub mod reading;
pub mod review;
pub mod roster;
pub mod rows;
pub mod search;

pub(crate) use frequency::Known;

use jiebang_domain::id::CorpId;
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use crate::StoreError;
use crate::error::During;

/// Low bits of a message id that are not its time.
const SEQ_BITS: u32 = 20;
/// 2^43 - 1 milliseconds, in the year 2248: an id stays positive.
pub const LAST_MOMENT: i64 = (1 << 43) - 1;

/// The id a message gets that was sent at `sent_at` (milliseconds) with number `seq`, unless
/// [`message::free_ids`] has to move it on: ordered by time, then by `seq`.
#[must_use]
pub fn message_id(sent_at: i64, seq: u64) -> i64 {
    first_id_at(sent_at) | (seq & ((1 << SEQ_BITS) - 1)).cast_signed()
}

/// The smallest id a message sent at `sent_at` (milliseconds) can have: ids below are earlier.
#[must_use]
pub fn first_id_at(sent_at: i64) -> i64 {
    sent_at.clamp(0, LAST_MOMENT) << SEQ_BITS
}

/// When the message with this id was sent, in milliseconds.
#[must_use]
pub const fn moment_of(id: i64) -> i64 {
    id >> SEQ_BITS
}

/// The id of the conversation over `subject` (a room's id, or both ids of a pair in order with a
/// blank between): a hash, so that whoever opens a message knows it without asking. Never
/// negative; two in a million conversations are alike with a chance of 1 in 10^7, and then the
/// unique key of the subjects refuses the second.
#[must_use]
pub fn conversation_id(corp: &CorpId, subject: &str) -> i64 {
    let hash = jiebang_vault::sha256(format!("conversation\0{corp}\0{subject}").as_bytes());
    let mut number = [0; 8];
    number.copy_from_slice(&hash[..8]);
    i64::from_be_bytes(number) & i64::MAX
}

/// What a hold or an erasure is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Every conversation a person (member or customer) takes part in.
    Person,
    /// One conversation, by its id in decimal digits.
    Conversation,
    /// Everything.
    Corp,
}

impl Subject {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Conversation => "conversation",
            Self::Corp => "corp",
        }
    }
}

/// On PostgreSQL one at a time, until the transaction ends, of storing messages, erasing, and
/// giving parked rows back: who comes second sees what the first has done. SQLite has one writer.
///
/// # Errors
/// [`StoreError::Query`].
pub async fn lock(tx: &crate::Tx, corp: &CorpId) -> Result<(), StoreError> {
    let operation = "wait for the turn to change the archive";
    take_turn(tx, format!("archive {corp}"), operation).await
}

async fn take_turn(tx: &crate::Tx, of: String, operation: &'static str) -> Result<(), StoreError> {
    if is_postgres(tx.conn()) {
        let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))";
        let wait = statement(tx.conn(), sql, [of.into()]);
        tx.conn().execute_raw(wait).await.during(operation)?;
    }
    Ok(())
}

/// The column `id` of what a statement finds, in its order.
async fn ids(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
    operation: &'static str,
) -> Result<Vec<i64>, StoreError> {
    let rows = conn.query_all_raw(statement(conn, sql, values)).await;
    rows.during(operation)?
        .iter()
        .map(|row| row.try_get("", "id").during(operation))
        .collect()
}

/// `$1` is understood by both databases.
pub(crate) fn statement(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
}

pub(crate) fn is_postgres(conn: &impl ConnectionTrait) -> bool {
    conn.get_database_backend() == DbBackend::Postgres
}

/// Where a column must be one of several numbers: their list is one parameter, so that the
/// statement is the same for any number of them.
fn among(conn: &impl ConnectionTrait, column: &str, place: u32) -> String {
    if is_postgres(conn) {
        format!("{column} = ANY(${place}::bigint[])")
    } else {
        format!("{column} IN (SELECT value FROM json_each(${place}))")
    }
}

/// As [`among`], as a condition of a query.
fn is_among(conn: &impl ConnectionTrait, column: &str, numbers: &[i64]) -> Expr {
    let sql = match is_postgres(conn) {
        true => format!("{column} = ANY($1::bigint[])"),
        false => format!("{column} IN (SELECT value FROM json_each(?))"),
    };
    Expr::cust_with_values(sql, [list(conn, numbers)])
}

/// That a row is the corp's, where another condition finds it: SQLite, without statistics, takes an
/// index that begins with the corp before it takes a primary key with a list.
fn of_corp(conn: &impl ConnectionTrait, column: &str, place: u32) -> String {
    let not_by_index = if is_postgres(conn) { "" } else { "+" };
    format!("{not_by_index}{column} = ${place}")
}

/// As [`of_corp`], as a condition of a query: the column with its table.
fn is_of_corp(conn: &impl ConnectionTrait, column: &str, corp: &CorpId) -> Expr {
    let sql = match is_postgres(conn) {
        true => format!("{column} = $1"),
        false => format!("+{column} = ?"),
    };
    Expr::cust_with_values(sql, [corp.as_str()])
}

/// Several numbers as a table of one column, `value`: their list is one parameter.
fn rows_of(conn: &impl ConnectionTrait, alias: &str, place: u32) -> String {
    if is_postgres(conn) {
        format!("unnest(${place}::bigint[]) AS {alias} (value)")
    } else {
        format!("json_each(${place}) AS {alias}")
    }
}

/// The parameter for [`among`] and [`rows_of`].
fn list(conn: &impl ConnectionTrait, numbers: &[i64]) -> Value {
    if is_postgres(conn) {
        numbers.to_vec().into()
    } else {
        let digits: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        format!("[{}]", digits.join(",")).into()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use sea_orm::{EntityTrait, QueryTrait, Select};

    use super::*;

    /// How SQLite goes about a statement, a line a step.
    pub(crate) async fn plan(
        conn: &impl ConnectionTrait,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> String {
        let sql = format!("EXPLAIN QUERY PLAN {sql}");
        let rows = conn
            .query_all_raw(statement(conn, &sql, values))
            .await
            .unwrap();
        let lines: Vec<String> = rows
            .iter()
            .map(|row| row.try_get("", "detail").unwrap())
            .collect();
        lines.join("\n")
    }

    pub(crate) async fn plan_of<E: EntityTrait>(
        conn: &impl ConnectionTrait,
        select: Select<E>,
    ) -> String {
        let statement = select.build(conn.get_database_backend());
        plan(conn, &statement.sql, statement.values.unwrap().0).await
    }

    /// Whatever else there are indexes for that begin with the corp.
    #[tokio::test]
    async fn rows_named_by_their_numbers_are_looked_up_by_them() {
        let store = crate::testing::sqlite().await;
        let conn = store.read();
        for (table, number) in [
            ("archive_row", "id"),
            ("conversation", "id"),
            ("conversation_key", "conversation_id"),
            ("conversation_person", "conversation_id"),
            ("message", "id"),
            ("message_media", "message_id"),
        ] {
            let (corps, these) = (of_corp(conn, "corp_id", 1), among(conn, number, 2));
            let sql = format!("SELECT 1 FROM {table} WHERE {corps} AND {these}");
            let told = plan(conn, &sql, ["c".into(), "[1, 2]".into()]).await;
            let by_number = if number == "id" { "rowid=?" } else { number };
            assert!(told.contains(&format!("({by_number}")), "{table}: {told}");
            assert!(!told.contains("corp_id"), "{table}: {told}");
        }
    }

    #[test]
    fn ids_are_ordered_by_time_then_by_number() {
        let ids = [
            message_id(0, 0),
            message_id(1_700_000_000_000, 5),
            message_id(1_700_000_000_000, 6),
            message_id(1_700_000_000_001, 0),
            message_id(i64::MAX, u64::MAX),
        ];
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
        assert_eq!(moment_of(ids[2]), 1_700_000_000_000);
        assert_eq!(ids[4], i64::MAX);
        assert_eq!(message_id(-1, 0), 0);
    }

    #[test]
    fn a_conversation_has_one_id_in_its_corp() {
        let a = CorpId::parse("ww1").unwrap();
        let b = CorpId::parse("ww2").unwrap();
        assert_eq!(conversation_id(&a, "x y"), conversation_id(&a, "x y"));
        assert_ne!(conversation_id(&a, "x y"), conversation_id(&b, "x y"));
        assert!(conversation_id(&a, "x y") >= 0);
    }
}
