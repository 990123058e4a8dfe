//! Whether the archive is complete: what waits, what is parked, what is missing.

use jiebang_domain::id::CorpId;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::rows::{self, Cursor, Gap};
use super::statement;
use crate::StoreError;
use crate::entity::archive_gap;
use crate::error::During;

/// Rows parked for one reason.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Parked {
    pub reason: String,
    pub publickey_ver: i64,
    pub rows: i64,
    /// When the first and the last of them were delivered, Unix seconds.
    pub oldest: i64,
    pub newest: i64,
}

/// Files in one state for one reason.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Files {
    pub state: String,
    pub reason: Option<String>,
    pub files: i64,
    /// The nearest deadline among them, Unix seconds, where they wait.
    pub nearest_deadline: Option<i64>,
}

/// Messages of one kind.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Kind {
    pub kind: String,
    pub known: bool,
    /// Ever stored.
    pub messages: i64,
}

/// Rows that were done without a message.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct LeftOut {
    /// `policy`, `refused`, `erased`.
    pub reason: String,
    pub rows: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completeness {
    pub cursor: Option<Cursor>,
    /// Rows that wait to be opened, and when the oldest was delivered.
    pub new_rows: i64,
    pub oldest_new: Option<i64>,
    pub parked: Vec<Parked>,
    pub left_out: Vec<LeftOut>,
    pub files: Vec<Files>,
    pub kinds: Vec<Kind>,
    pub gaps: Vec<Gap>,
}

/// The figures of a corp's archive, at the moment of the question.
pub async fn completeness(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<Completeness, StoreError> {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
    let new = waiting(conn, corp).await?;
    // By the index message_media_state, and for what waits by message_media_waiting.
    let files = "SELECT state, reason, count(*) AS files,
                        CASE state WHEN 'waiting' THEN (
                            SELECT min(w.deadline) FROM message_media w
                            WHERE w.corp_id = $1 AND w.state = 'waiting'
                                AND coalesce(w.reason, '') = coalesce(f.reason, '')) END
                        AS nearest_deadline
                 FROM message_media f WHERE corp_id = $1
                 GROUP BY state, reason ORDER BY state, reason";
    let kinds = "SELECT kind, known, messages FROM archive_kind WHERE corp_id = $1 ORDER BY kind";
    let left_out = "SELECT reason, rows FROM archive_left_out WHERE corp_id = $1 ORDER BY reason";
    Ok(Completeness {
        cursor: rows::cursor(conn, corp).await?,
        new_rows: new.rows,
        oldest_new: new.oldest,
        parked: parked(conn, corp).await?,
        left_out: all(conn, corp, left_out).await?,
        files: all(conn, corp, files).await?,
        kinds: all(conn, corp, kinds).await?,
        gaps: archive_gap::Entity::find()
            .filter(archive_gap::Column::CorpId.eq(corp.as_str()))
            .order_by_desc(archive_gap::Column::FoundAt)
            .all(conn)
            .await
            .during("list gaps of the archive")?,
    })
}

/// Rows that are parked, by reason and version.
pub async fn parked(conn: &impl ConnectionTrait, corp: &CorpId) -> Result<Vec<Parked>, StoreError> {
    all(conn, corp, PARKED).await
}

/// By the partial index `archive_row_parked` alone.
const PARKED: &str = "SELECT coalesce(reason, '') AS reason, publickey_ver, count(*) AS rows,
                             min(received_at) AS oldest, max(received_at) AS newest
                      FROM archive_row
                      WHERE corp_id = $1 AND state = 'parked'
                      GROUP BY archive_row.reason, publickey_ver
                      ORDER BY archive_row.reason, publickey_ver";

/// Rows that wait to be opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromQueryResult)]
pub struct Waiting {
    pub rows: i64,
    /// When the first was delivered, Unix seconds.
    pub oldest: Option<i64>,
    /// Since when the first waits, Unix seconds: it may have been parked before.
    pub since: Option<i64>,
}

/// The rows that wait to be opened.
pub async fn waiting(conn: &impl ConnectionTrait, corp: &CorpId) -> Result<Waiting, StoreError> {
    // By the partial index archive_row_open alone: of many rows, to read each would take long. The
    // first that came has the lowest id.
    let sql = "SELECT count(*) AS rows,
                      (SELECT received_at FROM archive_row
                       WHERE corp_id = $1 AND state = 'new' AND state IN ('new', 'parked')
                       ORDER BY id LIMIT 1) AS oldest,
                      (SELECT changed_at FROM archive_row
                       WHERE corp_id = $1 AND state = 'new' AND state IN ('new', 'parked')
                       ORDER BY id LIMIT 1) AS since
               FROM archive_row
               WHERE corp_id = $1 AND state = 'new' AND state IN ('new', 'parked')";
    let found: Vec<Waiting> = all(conn, corp, sql).await?;
    Ok(found.first().copied().unwrap_or_default())
}

async fn all<T: FromQueryResult>(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    sql: &str,
) -> Result<Vec<T>, StoreError> {
    T::find_by_statement(statement(conn, sql, [corp.as_str().into()]))
        .all(conn)
        .await
        .during("count what the archive holds")
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn parked_rows_are_told_of_by_their_index_alone() {
        let store = crate::testing::sqlite().await;
        let plan = crate::archive::tests::plan(store.read(), super::PARKED, ["c".into()]).await;
        assert!(plan.contains("COVERING INDEX archive_row_parked"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}
