//! Who reads other people's conversations, and why.

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::{among, ids, list, rows_of, statement};
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

/// Those of the conversations that were not read in a reading yet.
pub async fn new_among(
    conn: &impl ConnectionTrait,
    reading: Uuid,
    conversations: &[i64],
) -> Result<Vec<i64>, StoreError> {
    // By the primary key.
    let sql = format!(
        "SELECT conversation_id AS id FROM archive_reading_of WHERE reading_id = $1 AND {}",
        among(conn, "conversation_id", 2)
    );
    let values = [reading.into(), list(conn, conversations)];
    let known = ids(conn, &sql, values, "look what was read").await?;
    let new = conversations.iter().filter(|id| !known.contains(id));
    Ok(new.copied().collect())
}

/// Notes that conversations were read in a reading. Returns those for which it is the first time.
pub async fn note(
    tx: &Tx,
    reading: Uuid,
    conversations: &[i64],
    now: Timestamp,
) -> Result<Vec<i64>, StoreError> {
    // Somebody else may note it at the same time.
    let sql = format!(
        "INSERT INTO archive_reading_of (reading_id, conversation_id, at)
         SELECT $1, n.value, $3 FROM {} WHERE TRUE
         ON CONFLICT (reading_id, conversation_id) DO NOTHING RETURNING conversation_id AS id",
        rows_of(tx.conn(), "n", 2)
    );
    let values = [
        reading.into(),
        list(tx.conn(), conversations),
        now.seconds().into(),
    ];
    ids(tx.conn(), &sql, values, "note what was read").await
}

/// The reading with this id.
pub async fn by_id(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    id: Uuid,
) -> Result<Option<Reading>, StoreError> {
    Entity::find_by_id(id)
        .filter(Column::CorpId.eq(corp.as_str()))
        .one(conn)
        .await
        .during("look for a reason to read")
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
