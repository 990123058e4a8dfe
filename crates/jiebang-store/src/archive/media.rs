//! Files of messages: the queue of what is to be fetched, and contents that are stored once.
//!
//! ```text
//! waiting ──store_content──▶ stored
//!    │  └──give_up──▶ missing
//!    └──fetched a part──▶ waiting, further on
//! ```

use jiebang_domain::id::CorpId;
use jiebang_domain::time::{DAY, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select, Value,
};

use super::{among, is_of_corp, is_postgres, list, of_corp, statement};
use crate::bulk::{self, Column as Bulk};
use crate::entity::{media_blob, media_leaving, message_media};
use crate::error::{During, assert_rows};
use crate::{StoreError, Tx};

pub use crate::entity::media_blob::Model as Blob;
pub use crate::entity::message_media::Model as File;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// To be fetched, or to be fetched on.
    Waiting,
    Stored,
    /// Not to be had; `reason` says why.
    Missing,
    /// Not wanted by policy.
    Skipped,
}

impl State {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Stored => "stored",
            Self::Missing => "missing",
            Self::Skipped => "skipped",
        }
    }
}

/// A file of a message to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// From 0, in the order of the message.
    pub place: i32,
    pub kind: String,
    /// WeCom's `sdkfileid`, sealed.
    pub file_id: Vec<u8>,
    pub size: Option<i64>,
    pub md5: Option<String>,
    /// Unix seconds until which WeCom has it.
    pub deadline: i64,
    /// Whether it is to be fetched.
    pub wanted: bool,
}

/// Seconds behind its time for which a file is tried that fails otherwise than by being too old.
pub const LATE: i64 = DAY;

/// Message, conversation, number of the key, files.
type FilesOfMessage = (i64, i64, i32, Vec<NewFile>);

pub(super) async fn add(
    tx: &Tx,
    corp: &CorpId,
    messages: Vec<FilesOfMessage>,
) -> Result<(), StoreError> {
    let files: Vec<(i64, i64, i32, NewFile)> = messages
        .into_iter()
        .flat_map(|(message, conversation, key_no, files)| {
            files
                .into_iter()
                .map(move |file| (message, conversation, key_no, file))
        })
        .collect();
    let count = files.len();
    let state = |wanted| {
        if wanted {
            State::Waiting
        } else {
            State::Skipped
        }
    };
    let columns = vec![
        Bulk::Numbers("message_id", files.iter().map(|f| f.0).collect()),
        Bulk::Numbers("conversation_id", files.iter().map(|f| f.1).collect()),
        Bulk::Numbers("key_no", files.iter().map(|f| f.2.into()).collect()),
        Bulk::Texts("corp_id", vec![corp.to_string(); count]),
        Bulk::Numbers("place", files.iter().map(|f| f.3.place.into()).collect()),
        Bulk::MaybeNumbers("size", files.iter().map(|f| f.3.size).collect()),
        Bulk::MaybeTexts("md5", files.iter().map(|f| f.3.md5.clone()).collect()),
        Bulk::Numbers("deadline", files.iter().map(|f| f.3.deadline).collect()),
        Bulk::Texts(
            "state",
            files
                .iter()
                .map(|f| state(f.3.wanted).as_str().to_owned())
                .collect(),
        ),
        Bulk::Numbers("received", vec![0; count]),
        Bulk::Numbers("tries", vec![0; count]),
        Bulk::Numbers("next_try_at", vec![0; count]),
        Bulk::Texts("kind", files.iter().map(|f| f.3.kind.clone()).collect()),
        Bulk::Bytes("file_id", files.into_iter().map(|f| f.3.file_id).collect()),
    ];
    bulk::insert(tx.conn(), "message_media", columns, "", "queue files").await?;
    Ok(())
}

/// Files to be fetched now, the one that WeCom forgets first in front; those whose time is over only
/// where there are no others.
pub async fn due(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<File>, StoreError> {
    const OPERATION: &str = "load files to be fetched";
    let in_time =
        due_files(corp, now, limit).filter(message_media::Column::Deadline.gt(now.seconds()));
    let found = in_time.all(conn).await.during(OPERATION)?;
    if !found.is_empty() {
        return Ok(found);
    }
    let all = due_files(corp, now, limit).all(conn).await;
    all.during(OPERATION)
}

/// How many files that are to be fetched are forgotten by WeCom from `from` to before `to`.
pub async fn waiting_between(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    (from, to): (Timestamp, Timestamp),
) -> Result<u64, StoreError> {
    use message_media::Column;
    // By the partial index message_media_waiting.
    message_media::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(waiting())
        .filter(Column::Deadline.gte(from.seconds()))
        .filter(Column::Deadline.lt(to.seconds()))
        .count(conn)
        .await
        .during("count files that are soon lost")
}

fn due_files(corp: &CorpId, now: Timestamp, limit: u64) -> Select<message_media::Entity> {
    use message_media::Column;
    // By the partial index message_media_waiting.
    message_media::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(waiting())
        .filter(Column::NextTryAt.lte(now.seconds()))
        .order_by_asc(Column::Deadline)
        .order_by_asc(Column::MessageId)
        .limit(limit)
}

/// As the partial index says it, so that a planner sees that it applies.
fn waiting() -> Expr {
    Expr::cust("\"message_media\".\"state\" = 'waiting'")
}

/// The files of these messages, by message and place.
pub async fn of_messages(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    messages: &[i64],
) -> Result<Vec<File>, StoreError> {
    use message_media::Column;
    let mut files = Vec::new();
    for some in messages.chunks(1_000) {
        files.extend(
            message_media::Entity::find()
                .filter(is_of_corp(conn, "message_media.corp_id", corp))
                .filter(Column::MessageId.is_in(some.iter().copied()))
                .order_by_asc(Column::MessageId)
                .order_by_asc(Column::Place)
                .all(conn)
                .await
                .during("load files of messages")?,
        );
    }
    Ok(files)
}

/// Which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileKey {
    pub message_id: i64,
    pub place: i32,
}

async fn change(
    tx: &Tx,
    corp: &CorpId,
    file: FileKey,
    changes: Vec<(message_media::Column, Expr)>,
    operation: &'static str,
) -> Result<(), StoreError> {
    use message_media::Column;
    let mut update = message_media::Entity::update_many()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::MessageId.eq(file.message_id))
        .filter(Column::Place.eq(file.place))
        .filter(waiting());
    for (column, value) in changes {
        update = update.col_expr(column, value);
    }
    let result = update.exec(tx.conn()).await.during(operation)?;
    assert_rows(operation, 1, result.rows_affected)
}

/// Notes how far a file is, to go on from there after a stop.
pub async fn note_part(
    tx: &Tx,
    corp: &CorpId,
    file: FileKey,
    out_index: &str,
    received: i64,
) -> Result<(), StoreError> {
    use message_media::Column;
    let changes = vec![
        (Column::OutIndex, Expr::val(out_index)),
        (Column::Received, Expr::val(received)),
    ];
    change(tx, corp, file, changes, "note how far a file is").await
}

/// Puts a file off after a try that failed. `from_start` forgets what was received.
pub async fn put_off(
    tx: &Tx,
    corp: &CorpId,
    file: FileKey,
    reason: &str,
    next_try: Timestamp,
    from_start: bool,
) -> Result<(), StoreError> {
    use message_media::Column;
    let mut changes = vec![
        (Column::Reason, Expr::val(reason)),
        (Column::Tries, Expr::col(Column::Tries).add(1)),
        (Column::NextTryAt, Expr::val(next_try.seconds())),
    ];
    if from_start {
        changes.push((Column::OutIndex, Expr::val(None::<String>)));
        changes.push((Column::Received, Expr::val(0)));
    }
    change(tx, corp, file, changes, "put a file off").await
}

/// Gives a file up; `reason` is a word: `expired`, `refused`, …
pub async fn give_up(
    tx: &Tx,
    corp: &CorpId,
    file: FileKey,
    reason: &str,
) -> Result<(), StoreError> {
    use message_media::Column;
    let changes = vec![
        (Column::State, Expr::val(State::Missing.as_str())),
        (Column::Reason, Expr::val(reason)),
        (Column::OutIndex, Expr::val(None::<String>)),
    ];
    change(tx, corp, file, changes, "give a file up").await
}

/// The blob with this name (a keyed hash of the content).
pub async fn blob(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    name: &[u8],
) -> Result<Option<Blob>, StoreError> {
    media_blob::Entity::find_by_id((corp.to_string(), name.to_vec()))
        .one(conn)
        .await
        .during("load a blob")
}

/// Files that show this blob, newest first: with the `blob_key` of each it opens, to wrap that
/// key for another conversation.
pub async fn shown_by(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    name: &[u8],
    limit: u64,
) -> Result<Vec<File>, StoreError> {
    // By the partial index message_media_blob.
    shown(corp, name, limit)
        .all(conn)
        .await
        .during("look for files with this content")
}

fn shown(corp: &CorpId, name: &[u8], limit: u64) -> Select<message_media::Entity> {
    use message_media::Column;
    message_media::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::BlobName.eq(name.to_vec()))
        .filter(Column::BlobKey.is_not_null())
        .order_by_desc(Column::MessageId)
        .limit(limit)
}

/// A content a file turned out to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// [`jiebang_vault::archive::IndexKey::content_name`].
    pub name: Vec<u8>,
    pub size: i64,
    /// Where the sealed bytes are.
    pub place: String,
    /// Whether they were there before.
    pub is_known: bool,
    /// The blob's key, wrapped by the conversation's.
    pub wrapped_key: Vec<u8>,
    /// What of it is not as the message says, in a word.
    pub told: Option<&'static str>,
}

/// Notes the content of a file. Returns where the content is: if that is not `content.place`,
/// the same content came by another file meanwhile, and what was put at `content.place` is to be
/// removed (its key must then be the one of the blob that is there: see [`shown_by`]). `None` if
/// what was known has left meanwhile. Then, and where the place is another, `tx` must be dropped.
pub async fn store_content(
    tx: &Tx,
    corp: &CorpId,
    file: FileKey,
    content: Content,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    use message_media::Column;
    const OPERATION: &str = "store a blob";
    let sql = if content.is_known {
        // Its row may be gone, and then its bytes are or will be.
        "UPDATE media_blob SET refs = refs + 1
         WHERE corp_id = $1 AND name = $2 AND size = $3 AND place = $4
         RETURNING place"
    } else {
        "INSERT INTO media_blob (corp_id, name, size, place, refs, created_at)
         VALUES ($1, $2, $3, $4, 1, $5)
         ON CONFLICT (corp_id, name) DO UPDATE SET refs = media_blob.refs + 1
         RETURNING place"
    };
    let mut values: Vec<Value> = vec![
        corp.as_str().into(),
        content.name.clone().into(),
        content.size.into(),
        content.place.into(),
    ];
    if !content.is_known {
        values.push(now.seconds().into());
    }
    // The file before the blob, as [`let_contents_go`] does.
    let changes = vec![
        (Column::State, Expr::val(State::Stored.as_str())),
        (Column::Reason, Expr::val(content.told)),
        (Column::OutIndex, Expr::val(None::<String>)),
        (Column::Received, Expr::val(content.size)),
        (Column::BlobName, Expr::val(content.name)),
        (Column::BlobKey, Expr::val(content.wrapped_key)),
    ];
    change(tx, corp, file, changes, OPERATION).await?;
    let row = tx
        .conn()
        .query_one_raw(statement(tx.conn(), sql, values))
        .await
        .during(OPERATION)?;
    let Some(row) = row else {
        return Ok(None);
    };
    row.try_get("", "place").map(Some).during(OPERATION)
}

/// Lets go of the contents that files of these messages show, then does with the files themselves
/// what the statement `then` makes of the condition that finds them. Returns how many files that
/// touched.
pub(super) async fn let_contents_go(
    tx: &Tx,
    corp: &CorpId,
    ids: &[i64],
    then: impl Fn(&str) -> String,
) -> Result<u64, StoreError> {
    const OPERATION: &str = "let contents of files go";
    let conn = tx.conn();
    let these = of_these(conn);
    let let_go = let_go_statement(&these);
    if is_postgres(conn) {
        // What comes in beside this is waited for, or finds its file gone: see [`store_content`].
        let lock = format!(
            "SELECT 1 FROM message_media WHERE {these} ORDER BY message_id, place FOR UPDATE"
        );
        let values = [corp.as_str().into(), list(conn, ids)];
        let result = conn.execute_raw(statement(conn, &lock, values)).await;
        result.during(OPERATION)?;
    }
    let mut touched = 0;
    for sql in [let_go, then(&these)] {
        let values = [corp.as_str().into(), list(conn, ids)];
        let result = conn.execute_raw(statement(conn, &sql, values)).await;
        touched = result.during(OPERATION)?.rows_affected();
    }
    Ok(touched)
}

/// The files of messages: corp `$1`, ids `$2`.
fn of_these(conn: &impl ConnectionTrait) -> String {
    let (corp, these) = (of_corp(conn, "corp_id", 1), among(conn, "message_id", 2));
    format!("{corp} AND {these}")
}

fn let_go_statement(these: &str) -> String {
    // Counted by the messages: one content may be shown by very many files.
    format!(
        "WITH gone AS (
             SELECT blob_name AS name, count(*) AS files FROM message_media
             WHERE {these} AND blob_name IS NOT NULL GROUP BY blob_name)
         UPDATE media_blob
         SET refs = refs - (SELECT files FROM gone WHERE gone.name = media_blob.name)
         WHERE corp_id = $1 AND name IN (SELECT name FROM gone)"
    )
}

/// Forgets blobs no file shows any more, and notes where their bytes are as leaving. Returns how
/// many. The same content that comes again is put at another place ([`store_content`]).
pub async fn let_unused_leave(tx: &Tx, corp: &CorpId, limit: u64) -> Result<u64, StoreError> {
    const OPERATION: &str = "forget blobs that are not used";
    // By the partial index media_blob_unused.
    let sql = "DELETE FROM media_blob WHERE corp_id = $1 AND name IN
                   (SELECT name FROM media_blob WHERE corp_id = $1 AND refs = 0 LIMIT $2)
                   AND refs = 0
               RETURNING place";
    let values = [
        corp.as_str().into(),
        Ord::min(limit, 10_000).cast_signed().into(),
    ];
    let rows = tx
        .conn()
        .query_all_raw(statement(tx.conn(), sql, values))
        .await
        .during(OPERATION)?;
    let mut leaving = Vec::with_capacity(rows.len());
    for row in rows {
        leaving.push(media_leaving::ActiveModel {
            corp_id: Set(corp.to_string()),
            place: Set(row.try_get("", "place").during(OPERATION)?),
        });
    }
    if leaving.is_empty() {
        return Ok(0);
    }
    let count = leaving.len() as u64;
    media_leaving::Entity::insert_many(leaving)
        .exec_without_returning(tx.conn())
        .await
        .during(OPERATION)?;
    Ok(count)
}

/// Where bytes are that are to be removed.
pub async fn leaving(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    after: &str,
    limit: u64,
) -> Result<Vec<String>, StoreError> {
    let rows = media_leaving::Entity::find()
        .filter(media_leaving::Column::CorpId.eq(corp.as_str()))
        .filter(media_leaving::Column::Place.gt(after))
        .order_by_asc(media_leaving::Column::Place)
        .limit(limit)
        .all(conn)
        .await
        .during("list contents that leave")?;
    Ok(rows.into_iter().map(|row| row.place).collect())
}

/// Notes that the bytes at these places are removed.
pub async fn have_left(tx: &Tx, corp: &CorpId, places: &[String]) -> Result<(), StoreError> {
    if places.is_empty() {
        return Ok(());
    }
    media_leaving::Entity::delete_many()
        .filter(media_leaving::Column::CorpId.eq(corp.as_str()))
        .filter(media_leaving::Column::Place.is_in(places))
        .exec(tx.conn())
        .await
        .during("note that contents have left")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn contents_are_let_go_by_the_messages_that_show_them() {
        let store = crate::testing::sqlite().await;
        let sql = let_go_statement(&of_these(store.read()));
        let values: [Value; 2] = ["c".into(), "[1, 2]".into()];
        let plan = crate::archive::tests::plan(store.read(), &sql, values).await;
        assert!(plan.contains("SEARCH message_media USING"), "{plan}");
        assert!(plan.contains("(message_id=?)"), "{plan}");
        assert!(!plan.contains("SCAN m"), "{plan}");
    }

    #[tokio::test]
    async fn files_with_a_content_are_found_newest_first_without_sorting_all() {
        let store = crate::testing::sqlite().await;
        let select = shown(&CorpId::parse("ww1").unwrap(), b"name", 9);
        let plan = crate::archive::tests::plan_of(store.read(), select).await;
        assert!(plan.contains("message_media_blob"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }

    #[tokio::test]
    async fn files_to_be_fetched_are_found_by_the_partial_index_in_order() {
        let store = crate::testing::sqlite().await;
        let corp = CorpId::parse("ww1").unwrap();
        let select = due_files(&corp, Timestamp::from_seconds(1), 9);
        let plan = crate::archive::tests::plan_of(store.read(), select).await;
        assert!(plan.contains("message_media_waiting"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}
