//! Rows as WeCom delivered them, and how far.

use std::collections::BTreeMap;

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select, Value,
};
use uuid::Uuid;

use super::{among, is_postgres, list, of_corp, statement};
use crate::bulk::{self, Column};
use crate::entity::{archive_cursor, archive_gap, archive_row};
use crate::error::{During, assert_rows};
use crate::gather::{Form, gather};
use crate::{StoreError, Tx};

pub use crate::entity::archive_cursor::Model as Cursor;
pub use crate::entity::archive_gap::Model as Gap;
pub use crate::entity::archive_row::Model as Row;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// To be opened.
    New,
    /// Waits until something changes; `reason` says what.
    Parked,
    /// Its message is stored, or is not to be.
    Done,
}

impl State {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Parked => "parked",
            Self::Done => "done",
        }
    }
}

/// A row of a page, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRow {
    pub msgid: String,
    pub seq: u64,
    pub publickey_ver: u32,
    pub encrypt_random_key: String,
    pub encrypt_chat_msg: String,
}

/// What a page brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    pub new: u64,
    /// Rows that were here already.
    pub again: u64,
    /// From where to ask next.
    pub seq: u64,
}

pub async fn cursor(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<Option<Cursor>, StoreError> {
    archive_cursor::Entity::find_by_id(corp.as_str())
        .one(conn)
        .await
        .during("load the cursor of the archive")
}

/// Stores a page and moves the cursor to its largest number; it never goes back. A row whose
/// msgid is known stays as it is. An empty page says that WeCom has nothing more.
pub async fn store_page(
    tx: &Tx,
    corp: &CorpId,
    rows: Vec<SealedRow>,
    now: Timestamp,
) -> Result<Stored, StoreError> {
    let mut cursor = cursor(tx.conn(), corp)
        .await?
        .unwrap_or_else(|| nothing_pulled(corp));
    let given = rows.len() as u64;
    if given == 0 {
        cursor.caught_up_at = Some(now.seconds());
    }
    move_on(&mut cursor, &rows);
    let new = insert(tx, corp, rows, now).await?;
    cursor.first_pull_at = cursor.first_pull_at.or(Some(now.seconds()));
    cursor.last_page_at = Some(now.seconds());
    cursor.rows_stored += new.cast_signed();
    cursor.rows_again += (given - new).cast_signed();
    cursor.last_error = None;
    cursor.last_error_at = None;
    let seq = cursor.seq.cast_unsigned();
    save(tx, cursor).await?;
    Ok(Stored {
        new,
        again: given - new,
        seq,
    })
}

fn move_on(cursor: &mut Cursor, rows: &[SealedRow]) {
    let from = cursor.seq.cast_unsigned();
    let mut numbers: Vec<u64> = rows
        .iter()
        .map(|row| row.seq)
        .filter(|n| *n > from)
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else {
        return;
    };
    // Before the first row ever there is no telling where the numbers begin.
    let before = if cursor.rows_stored == 0 {
        first - 1
    } else {
        from
    };
    let holes = (last - before) - numbers.len() as u64;
    let holes = i64::try_from(holes).unwrap_or(i64::MAX);
    cursor.holes = cursor.holes.saturating_add(holes);
    cursor.seq = last.cast_signed();
}

async fn insert(
    tx: &Tx,
    corp: &CorpId,
    rows: Vec<SealedRow>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let count = rows.len();
    let numbers = |value: i64| vec![value; count];
    let columns = vec![
        Column::Texts("corp_id", vec![corp.to_string(); count]),
        Column::Texts("state", vec![State::New.as_str().to_owned(); count]),
        Column::Numbers("tries", numbers(0)),
        Column::Numbers("received_at", numbers(now.seconds())),
        Column::Numbers("changed_at", numbers(now.seconds())),
        Column::Numbers(
            "seq",
            rows.iter().map(|row| row.seq.cast_signed()).collect(),
        ),
        Column::Numbers(
            "publickey_ver",
            rows.iter().map(|row| row.publickey_ver.into()).collect(),
        ),
        Column::Texts("msgid", rows.iter().map(|row| row.msgid.clone()).collect()),
        Column::Texts(
            "encrypt_random_key",
            rows.iter()
                .map(|row| row.encrypt_random_key.clone())
                .collect(),
        ),
        Column::Texts(
            "encrypt_chat_msg",
            rows.into_iter().map(|row| row.encrypt_chat_msg).collect(),
        ),
    ];
    let known = "ON CONFLICT (corp_id, msgid) DO NOTHING";
    bulk::insert(
        tx.conn(),
        "archive_row",
        columns,
        known,
        "store a page of the archive",
    )
    .await
}

fn nothing_pulled(corp: &CorpId) -> Cursor {
    Cursor {
        corp_id: corp.to_string(),
        ..Cursor::default()
    }
}

async fn save(tx: &Tx, cursor: Cursor) -> Result<(), StoreError> {
    let replace = crate::batch::replace_all_but::<archive_cursor::Entity>(
        &[archive_cursor::Column::CorpId],
        &[],
    );
    archive_cursor::Entity::insert(cursor.into_active_model().reset_all())
        .on_conflict(replace)
        .exec_without_returning(tx.conn())
        .await
        .during("store the cursor of the archive")?;
    Ok(())
}

/// Makes rows, to be opened at once in this transaction, for messages that came another way than
/// from WeCom. Returns the rows by msgid; one that is known already is left out.
pub async fn claim(
    tx: &Tx,
    corp: &CorpId,
    messages: &[(String, u64)],
    now: Timestamp,
) -> Result<BTreeMap<String, i64>, StoreError> {
    const OPERATION: &str = "make rows for messages that are brought in";
    let mut claimed = BTreeMap::new();
    for some in messages.chunks(1_000) {
        let before = last_row(tx).await?;
        let rows = some.iter().map(|(msgid, seq)| SealedRow {
            msgid: msgid.clone(),
            seq: *seq,
            publickey_ver: 0,
            encrypt_random_key: String::new(),
            encrypt_chat_msg: String::new(),
        });
        insert(tx, corp, rows.collect(), now).await?;
        let found = archive_row::Entity::find()
            .filter(archive_row::Column::CorpId.eq(corp.as_str()))
            .filter(archive_row::Column::Id.gt(before))
            .filter(archive_row::Column::Msgid.is_in(some.iter().map(|(msgid, _)| msgid)))
            .all(tx.conn())
            .await
            .during(OPERATION)?;
        claimed.extend(found.into_iter().map(|row| (row.msgid, row.id)));
    }
    Ok(claimed)
}

/// Of every corp: asked for one corp, SQLite would sort all of its rows.
async fn last_row(tx: &Tx) -> Result<i64, StoreError> {
    let last: Option<Option<i64>> = archive_row::Entity::find()
        .select_only()
        .column_as(archive_row::Column::Id.max(), "last")
        .into_tuple()
        .one(tx.conn())
        .await
        .during("look for the last row")?;
    Ok(last.flatten().unwrap_or(0))
}

/// Notes that a page could not be had; `code` is a word or number for the operator.
pub async fn note_error(
    tx: &Tx,
    corp: &CorpId,
    code: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut cursor = nothing_pulled(corp);
    cursor.last_error = Some(code.to_owned());
    cursor.last_error_at = Some(now.seconds());
    // Nothing else of it is touched: a page may be stored at the same time.
    let note = OnConflict::column(archive_cursor::Column::CorpId)
        .update_columns([
            archive_cursor::Column::LastError,
            archive_cursor::Column::LastErrorAt,
        ])
        .to_owned();
    archive_cursor::Entity::insert(cursor.into_active_model().reset_all())
        .on_conflict(note)
        .exec_without_returning(tx.conn())
        .await
        .during("note that a page could not be had")?;
    Ok(())
}

/// How many times of which messages are lost were learned of since then.
pub async fn gaps_since(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    since: Timestamp,
) -> Result<u64, StoreError> {
    archive_gap::Entity::find()
        .filter(archive_gap::Column::CorpId.eq(corp.as_str()))
        .filter(archive_gap::Column::FoundAt.gte(since.seconds()))
        .count(conn)
        .await
        .during("count gaps of the archive")
}

/// Notes a time of which messages are lost.
pub async fn record_gap(
    tx: &Tx,
    corp: &CorpId,
    id: Uuid,
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<(), StoreError> {
    let gap = Gap {
        id,
        corp_id: corp.to_string(),
        from_at: from.seconds(),
        to_at: to.seconds(),
        found_at: now.seconds(),
    };
    archive_gap::Entity::insert(gap.into_active_model().reset_all())
        .on_conflict(
            OnConflict::column(archive_gap::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx.conn())
        .await
        .during("note a gap of the archive")?;
    Ok(())
}

/// A row that waits to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToOpen {
    pub id: i64,
    pub seq: i64,
    pub publickey_ver: i64,
    /// Unix seconds.
    pub received_at: i64,
    pub msgid: String,
    pub encrypt_random_key: Option<String>,
    pub encrypt_chat_msg: Option<String>,
}

/// The next rows to be opened, in the order of their delivery, `limit` after the one with id
/// `after`.
pub async fn next(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    after: i64,
    limit: u64,
) -> Result<Vec<ToOpen>, StoreError> {
    type Given = (i64, i64, i64, i64, String, Option<String>, Option<String>);
    let columns = [
        archive_row::Column::Id,
        archive_row::Column::Seq,
        archive_row::Column::PublickeyVer,
        archive_row::Column::ReceivedAt,
        archive_row::Column::Msgid,
        archive_row::Column::EncryptRandomKey,
        archive_row::Column::EncryptChatMsg,
    ];
    let rows: Vec<Given> = gather(
        conn,
        next_rows(corp, after, limit),
        &columns.map(|column| (column, Form::Plain)),
        "load rows to be opened",
    )
    .await?;
    let mut rows: Vec<ToOpen> = rows
        .into_iter()
        .map(
            |(id, seq, publickey_ver, received_at, msgid, key, text)| ToOpen {
                id,
                seq,
                publickey_ver,
                received_at,
                msgid,
                encrypt_random_key: key,
                encrypt_chat_msg: text,
            },
        )
        .collect();
    rows.sort_unstable_by_key(|row| row.id);
    Ok(rows)
}

fn next_rows(corp: &CorpId, after: i64, limit: u64) -> Select<archive_row::Entity> {
    // By the partial index archive_row_open.
    archive_row::Entity::find()
        .filter(archive_row::Column::CorpId.eq(corp.as_str()))
        .filter(archive_row::Column::State.eq(State::New.as_str()))
        .filter(open())
        .filter(archive_row::Column::Id.gt(after))
        .order_by_asc(archive_row::Column::Id)
        .limit(limit)
}

/// Parked rows, in the order of their delivery, `limit` after the one with id `after`.
pub async fn parked(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    after: i64,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    archive_row::Entity::find()
        .filter(archive_row::Column::CorpId.eq(corp.as_str()))
        .filter(archive_row::Column::State.eq(State::Parked.as_str()))
        .filter(open())
        .filter(archive_row::Column::Id.gt(after))
        .order_by_asc(archive_row::Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .during("list parked rows")
}

/// As the partial index says it, so that a planner sees that it applies.
fn open() -> Expr {
    Expr::cust("\"archive_row\".\"state\" IN ('new', 'parked')")
}

/// Parks rows, each for its reason. They keep what they were delivered with.
pub async fn park(
    tx: &Tx,
    corp: &CorpId,
    rows: &[(i64, &'static str)],
    now: Timestamp,
) -> Result<(), StoreError> {
    const OPERATION: &str = "park rows of the archive";
    let mut by_reason: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for (id, reason) in rows {
        by_reason.entry(reason).or_default().push(*id);
    }
    for (reason, ids) in by_reason {
        let sql = park_statement(tx.conn());
        let values = [
            reason.into(),
            now.seconds().into(),
            corp.as_str().into(),
            list(tx.conn(), &ids),
        ];
        let result = tx
            .conn()
            .execute_raw(statement(tx.conn(), &sql, values))
            .await;
        let touched = result.during(OPERATION)?.rows_affected();
        assert_rows(OPERATION, ids.len() as u64, touched)?;
    }
    Ok(())
}

fn park_statement(conn: &impl ConnectionTrait) -> String {
    let (corp, these) = (of_corp(conn, "corp_id", 3), among(conn, "id", 4));
    format!(
        "UPDATE archive_row
         SET state = 'parked', reason = $1, tries = tries + 1, changed_at = $2
         WHERE {corp} AND {these} AND state <> 'done'"
    )
}

/// Which parked rows are to be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again<'a> {
    /// A key of this version was added or replaced.
    Version(u32),
    /// What was in the way may be out of it.
    Reason(&'a str),
}

/// Gives parked rows back to be opened. Returns how many.
pub async fn unpark(
    tx: &Tx,
    corp: &CorpId,
    which: Again<'_>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let mut update = archive_row::Entity::update_many()
        .col_expr(archive_row::Column::State, Expr::val(State::New.as_str()))
        .col_expr(archive_row::Column::ChangedAt, Expr::val(now.seconds()))
        .filter(archive_row::Column::CorpId.eq(corp.as_str()))
        .filter(archive_row::Column::State.eq(State::Parked.as_str()))
        .filter(open());
    update = match which {
        Again::Version(version) => {
            update.filter(archive_row::Column::PublickeyVer.eq(i64::from(version)))
        }
        Again::Reason(reason) => update.filter(archive_row::Column::Reason.eq(reason)),
    };
    let result = update
        .exec(tx.conn())
        .await
        .during("give parked rows back")?;
    Ok(result.rows_affected)
}

/// A row that is done: with its message, or with the reason it has none.
pub(super) struct Done {
    pub row: i64,
    pub message: Option<i64>,
    pub reason: Option<String>,
}

/// Marks rows done and lets go of what they were delivered with. Errs if one of them was done
/// already: then somebody else has stored its message.
pub(super) async fn finish(
    tx: &Tx,
    corp: &CorpId,
    done: &[Done],
    now: Timestamp,
) -> Result<(), StoreError> {
    const OPERATION: &str = "mark rows of the archive done";
    if done.is_empty() {
        return Ok(());
    }
    let conn = tx.conn();
    let sql = finish_statement(is_postgres(conn));
    let message = |d: &Done| d.message.unwrap_or(-1);
    let reason = |d: &Done| d.reason.clone().unwrap_or_default();
    let mut values: Vec<Value> = vec![now.seconds().into(), corp.as_str().into()];
    if is_postgres(conn) {
        values.push(done.iter().map(|d| d.row).collect::<Vec<_>>().into());
        values.push(done.iter().map(message).collect::<Vec<_>>().into());
        values.push(done.iter().map(reason).collect::<Vec<_>>().into());
    } else {
        let rows = done.iter().map(|d| (d.row, message(d), reason(d)));
        let rows = rows.map(|(row, message, reason)| serde_json::json!([row, message, reason]));
        values.push(serde_json::Value::from_iter(rows).to_string().into());
    }
    let result = conn.execute_raw(statement(conn, &sql, values)).await;
    let touched = result.during(OPERATION)?.rows_affected();
    assert_rows(OPERATION, done.len() as u64, touched)
}

/// The conditions beside the id are kept from the indexes, so that each row given is looked up by
/// its id, whatever else waits.
fn finish_statement(postgres: bool) -> String {
    let (given, plain) = if postgres {
        let given =
            "unnest($3::bigint[], $4::bigint[], $5::text[]) AS given (row_id, message, reason)";
        (given, "")
    } else {
        let given = "(SELECT json_extract(value, '$[0]') AS row_id,
                             json_extract(value, '$[1]') AS message,
                             json_extract(value, '$[2]') AS reason FROM json_each($3)) AS given";
        (given, "+")
    };
    format!(
        "UPDATE archive_row
         SET state = 'done', reason = nullif(given.reason, ''), tries = tries + 1,
             changed_at = $1, message_id = nullif(given.message, -1),
             encrypt_random_key = NULL, encrypt_chat_msg = NULL
         FROM {given}
         WHERE archive_row.id = given.row_id AND {plain}archive_row.corp_id = $2
               AND {plain}archive_row.state <> 'done'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn rows_that_are_parked_are_looked_up_by_their_ids_alone() {
        let store = crate::testing::sqlite().await;
        let sql = park_statement(store.read());
        let values: [Value; 4] = ["r".into(), 1_i64.into(), "ww1".into(), "[]".into()];
        let plan = crate::archive::tests::plan(store.read(), &sql, values).await;
        let by_id = "SEARCH archive_row USING INTEGER PRIMARY KEY";
        assert!(plan.contains(by_id), "{plan}");
    }

    #[tokio::test]
    async fn rows_that_are_done_are_looked_up_by_their_ids_alone() {
        let store = crate::testing::sqlite().await;
        let sql = finish_statement(false);
        let values: [Value; 3] = [1_i64.into(), "ww1".into(), "[]".into()];
        let plan = crate::archive::tests::plan(store.read(), &sql, values).await;
        assert!(
            plan.contains("SEARCH archive_row USING INTEGER PRIMARY KEY"),
            "{plan}"
        );
    }

    #[tokio::test]
    async fn rows_to_be_opened_are_found_by_the_partial_index_in_order() {
        let store = crate::testing::sqlite().await;
        let select = next_rows(&CorpId::parse("ww1").unwrap(), 0, 9);
        let plan = crate::archive::tests::plan_of(store.read(), select).await;
        assert!(plan.contains("archive_row_open"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}
