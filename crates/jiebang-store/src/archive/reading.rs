//! Who reads other people's conversations, and why.

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::statement;
use crate::entity::archive_reading::{Column, Entity};
use crate::error::During;
use crate::{StoreError, Tx};

pub use crate::entity::archive_reading::Model as Reading;

pub async fn begin(tx: &Tx, reading: Reading) -> Result<(), StoreError> {
    Entity::insert(reading.into_active_model().reset_all())
        .exec_without_returning(tx.conn())
        .await
        .during("note why somebody reads")?;
    Ok(())
}

/// The reading of this reader that lasts longest of those that have not ended.
fn standing(corp: &CorpId, reader: &str, now: Timestamp) -> Select<Entity> {
    // By the index archive_reading_reader.
    Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Reader.eq(reader))
        .filter(Column::Until.gt(now.seconds()))
        .order_by_desc(Column::Until)
        .limit(1)
}

/// The reading of this reader that lasts longest, if one has not ended. Those of samples do not
/// count.
pub async fn current(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    reader: &str,
    now: Timestamp,
) -> Result<Option<Reading>, StoreError> {
    standing(corp, reader, now)
        .filter(Column::ReviewId.is_null())
        .one(conn)
        .await
        .during("look for a reason to read")
}

/// A reading of this reader that has not ended and in which the conversation was read already,
/// whatever it counts for.
pub async fn current_of(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    reader: &str,
    conversation: i64,
    now: Timestamp,
) -> Result<Option<Reading>, StoreError> {
    let read = Query::select()
        .column("reading_id")
        .from("archive_reading_of")
        .and_where(Expr::col("conversation_id").eq(conversation))
        .to_owned();
    standing(corp, reader, now)
        .filter(Column::Id.in_subquery(read))
        .one(conn)
        .await
        .during("look for a reason to read a conversation")
}

/// As [`current`], of the readings for this sample.
pub async fn current_for(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    reader: &str,
    review: Uuid,
    now: Timestamp,
) -> Result<Option<Reading>, StoreError> {
    standing(corp, reader, now)
        .filter(Column::ReviewId.eq(review))
        .one(conn)
        .await
        .during("look for a reason to read")
}

/// That somebody read a conversation.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct ReadBy {
    /// `account:<id>`, `operator`.
    pub reader: String,
    pub reason: String,
    /// Unix seconds.
    pub at: i64,
}

const READ_BY: &str = "SELECT r.reader, r.reason, o.at FROM archive_reading_of o
     JOIN archive_reading r ON r.id = o.reading_id
     WHERE o.conversation_id = $2 AND r.corp_id = $1 ORDER BY o.at DESC LIMIT $3";

/// Who read a conversation and why: the latest, oldest first.
pub async fn of_conversation(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    conversation: i64,
    limit: u64,
) -> Result<Vec<ReadBy>, StoreError> {
    let limit = Ord::min(limit, 10_000).cast_signed();
    // By the index archive_reading_of_conversation.
    let values = [corp.as_str().into(), conversation.into(), limit.into()];
    let mut found = ReadBy::find_by_statement(statement(conn, READ_BY, values))
        .all(conn)
        .await
        .during("look who read a conversation")?;
    found.reverse();
    Ok(found)
}

/// Notes that a conversation was read in a reading. Returns whether it is the first time.
pub async fn note(
    tx: &Tx,
    reading: Uuid,
    conversation: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO archive_reading_of (reading_id, conversation_id, at)
               VALUES ($1, $2, $3) ON CONFLICT (reading_id, conversation_id) DO NOTHING";
    let values = [reading.into(), conversation.into(), now.seconds().into()];
    let result = tx
        .conn()
        .execute_raw(statement(tx.conn(), sql, values))
        .await
        .during("note what was read")?;
    Ok(result.rows_affected() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_read_a_conversation_is_found_by_its_index() {
        let store = crate::testing::sqlite().await;
        let values = ["c".into(), 1_i64.into(), 10_i64.into()];
        let plan = crate::archive::tests::plan(store.read(), READ_BY, values).await;
        assert!(plan.contains("archive_reading_of_conversation"), "{plan}");
        assert!(!plan.contains("SCAN"), "{plan}");
    }
}
