//! Removing messages with everything that was made of them.

use std::collections::BTreeMap;

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::hold::{self, covers_m};
use super::{among, is_postgres, list, media, of_corp, statement};
use crate::error::{During, assert_rows};
use crate::{StoreError, Tx};

/// Why messages are removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Their time is over. What is under a hold stays.
    Expired,
    /// Somebody has a right to it; decided by whoever calls, holds included.
    Erased,
}

impl Why {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Erased => "erased",
        }
    }
}

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deleted {
    pub messages: u64,
    pub files: u64,
}

#[derive(FromQueryResult)]
struct Doomed {
    id: i64,
    conversation_id: i64,
    msgid: String,
}

/// Messages whose time is over and that no hold covers, the longest over first.
pub async fn expired(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<i64>, StoreError> {
    let values = [
        corp.as_str().into(),
        now.seconds().into(),
        limit.min(10_000).cast_signed().into(),
    ];
    let sql = expired_statement();
    super::ids(conn, &sql, values, "look for expired messages").await
}

/// How many messages are over and kept by a hold.
pub async fn held(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    const OPERATION: &str = "count messages that are held";
    // By the partial index message_expiry.
    let covered = covers_m();
    let sql = format!(
        "SELECT count(*) AS messages FROM message m
         WHERE m.corp_id = $1 AND m.expires_at IS NOT NULL AND m.expires_at <= $2 AND {covered}"
    );
    let values = [corp.as_str().into(), now.seconds().into()];
    let row = conn
        .query_one_raw(statement(conn, &sql, values))
        .await
        .during(OPERATION)?;
    let count: Option<i64> = row
        .map(|row| row.try_get("", "messages").during(OPERATION))
        .transpose()?;
    Ok(count.unwrap_or(0).cast_unsigned())
}

fn expired_statement() -> String {
    // By the partial index message_expiry.
    let covered = covers_m();
    format!(
        "SELECT m.id FROM message m
         WHERE m.corp_id = $1 AND m.expires_at IS NOT NULL AND m.expires_at <= $2
               AND NOT {covered}
         ORDER BY m.expires_at, m.id LIMIT $3"
    )
}

/// Removes messages: body, index entries, files (a content goes when its last file goes, see
/// [`super::media::let_unused_leave`]), recall. That there was a message with this msgid stays
/// known, so that WeCom's next delivery does not bring it back.
///
/// Ids that are not there, and with [`Why::Expired`] those under a hold or not over yet at
/// `now`, are left out.
pub async fn delete(
    tx: &Tx,
    corp: &CorpId,
    ids: &[i64],
    why: Why,
    now: Timestamp,
) -> Result<Deleted, StoreError> {
    const OPERATION: &str = "delete messages";
    if why == Why::Expired {
        hold::lock(tx, corp.as_str()).await?;
    }
    let doomed = doomed(tx, corp, ids, why, now).await?;
    let (Some(first), Some(last)) = (
        doomed.iter().map(|m| m.id).min(),
        doomed.iter().map(|m| m.id).max(),
    ) else {
        return Ok(Deleted::default());
    };
    let ids: Vec<i64> = doomed.iter().map(|m| m.id).collect();
    let files = delete_files(tx, corp, &ids).await?;
    let conn = tx.conn();
    let key = if is_postgres(conn) { "id" } else { "rowid" };
    for (table, column) in [("message_index", key), ("message", "id")] {
        let sql = format!(
            "DELETE FROM {table} WHERE {column} >= $1 AND {column} <= $2 AND {}",
            among(conn, column, 3)
        );
        let values = [first.into(), last.into(), list(conn, &ids)];
        let result = conn.execute_raw(statement(conn, &sql, values)).await;
        let touched = result.during(OPERATION)?.rows_affected();
        // FTS5 counts its own way.
        if table == "message" {
            assert_rows(OPERATION, ids.len() as u64, touched)?;
        }
    }
    forget(tx, corp, &doomed, why, now).await?;
    Ok(Deleted {
        messages: doomed.len() as u64,
        files,
    })
}

async fn doomed(
    tx: &Tx,
    corp: &CorpId,
    ids: &[i64],
    why: Why,
    now: Timestamp,
) -> Result<Vec<Doomed>, StoreError> {
    let (Some(first), Some(last)) = (ids.iter().min(), ids.iter().max()) else {
        return Ok(Vec::new());
    };
    let conn = tx.conn();
    let mut values: Vec<Value> = vec![
        corp.as_str().into(),
        (*first).into(),
        (*last).into(),
        list(conn, ids),
    ];
    let mut only = String::new();
    if why == Why::Expired {
        let covered = covers_m();
        only = format!("AND m.expires_at <= $5 AND NOT {covered}");
        values.push(now.seconds().into());
    }
    let sql = format!(
        "SELECT m.id, m.conversation_id, m.msgid FROM message m
         WHERE {} AND m.id >= $2 AND m.id <= $3 AND {} {only}",
        of_corp(conn, "m.corp_id", 1),
        among(conn, "m.id", 4)
    );
    Doomed::find_by_statement(statement(conn, &sql, values))
        .all(conn)
        .await
        .during("load messages to be deleted")
}

async fn delete_files(tx: &Tx, corp: &CorpId, ids: &[i64]) -> Result<u64, StoreError> {
    let delete = |these: &str| format!("DELETE FROM message_media WHERE {these}");
    media::let_contents_go(tx, corp, ids, delete).await
}

async fn forget(
    tx: &Tx,
    corp: &CorpId,
    doomed: &[Doomed],
    why: Why,
    now: Timestamp,
) -> Result<(), StoreError> {
    let conn = tx.conn();
    let msgids: Vec<String> = doomed.iter().map(|m| m.msgid.clone()).collect();
    let (these, msgids): (_, Value) = if is_postgres(conn) {
        ("msgid = ANY($2::text[])", msgids.into())
    } else {
        let list = serde_json::Value::from(msgids).to_string();
        ("msgid IN (SELECT value FROM json_each($2))", list.into())
    };
    // By the indexes archive_row_msgid and the primary key of message_recall.
    let mark = format!(
        "UPDATE archive_row SET message_id = NULL, reason = $3, changed_at = $4
         WHERE corp_id = $1 AND {these}"
    );
    let values = [
        corp.as_str().into(),
        msgids.clone(),
        why.as_str().into(),
        now.seconds().into(),
    ];
    conn.execute_raw(statement(conn, &mark, values))
        .await
        .during("note that messages are deleted")?;
    let recalls = format!("DELETE FROM message_recall WHERE corp_id = $1 AND {these}");
    conn.execute_raw(statement(conn, &recalls, [corp.as_str().into(), msgids]))
        .await
        .during("delete recalls")?;
    let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
    for message in doomed {
        *counts.entry(message.conversation_id).or_default() += 1;
    }
    let sql = "UPDATE conversation SET messages = messages - $1 WHERE id = $2 AND corp_id = $3";
    for (conversation, count) in counts {
        let values = [count.into(), conversation.into(), corp.as_str().into()];
        conn.execute_raw(statement(conn, sql, values))
            .await
            .during("count the messages of a conversation")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn expired_messages_are_found_by_their_partial_index() {
        let store = crate::testing::sqlite().await;
        let sql = expired_statement();
        let values: [Value; 3] = ["c".into(), 1_i64.into(), 1_i64.into()];
        let plan = crate::archive::tests::plan(store.read(), &sql, values).await;
        assert!(plan.contains("message_expiry"), "{plan}");
        assert!(!plan.contains("SCAN m"), "{plan}");
    }
}
