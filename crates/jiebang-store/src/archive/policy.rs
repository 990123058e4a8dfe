//! Versions of the archive's policy, and what is stored as far as a policy looks at it.

use std::collections::BTreeMap;

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::hold::covers_m;
use super::{is_of_corp, media, statement};
use crate::entity::{archive_policy, conversation, conversation_person};
use crate::error::{During, assert_rows};
use crate::{StoreError, Tx};

pub use crate::entity::archive_policy::Model as PolicyVersion;

/// Stores a version under the next number, which is returned.
pub async fn add(tx: &Tx, mut version: PolicyVersion) -> Result<i32, StoreError> {
    let newest = archive_policy::Entity::find()
        .filter(archive_policy::Column::CorpId.eq(version.corp_id.as_str()))
        .order_by_desc(archive_policy::Column::Version)
        .limit(1)
        .one(tx.conn())
        .await
        .during("look for the newest policy")?;
    version.version = newest.map_or(1, |newest| newest.version + 1);
    let number = version.version;
    archive_policy::Entity::insert(version.into_active_model().reset_all())
        .exec_without_returning(tx.conn())
        .await
        .during("store a policy")?;
    Ok(number)
}

pub async fn find(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    id: Uuid,
) -> Result<Option<PolicyVersion>, StoreError> {
    archive_policy::Entity::find_by_id(id)
        .filter(archive_policy::Column::CorpId.eq(corp.as_str()))
        .one(conn)
        .await
        .during("load a policy")
}

/// The newest versions first.
pub async fn list(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    limit: u64,
) -> Result<Vec<PolicyVersion>, StoreError> {
    archive_policy::Entity::find()
        .filter(archive_policy::Column::CorpId.eq(corp.as_str()))
        .order_by_desc(archive_policy::Column::Version)
        .limit(limit)
        .all(conn)
        .await
        .during("list policies")
}

/// Notes what a simulation says, or how far it is.
pub async fn note_simulation(
    tx: &Tx,
    corp: &CorpId,
    id: Uuid,
    told: Json,
) -> Result<(), StoreError> {
    let changes = vec![(archive_policy::Column::Simulation, Expr::val(told))];
    change(tx, corp, id, changes, "note a simulation").await
}

/// Notes who put a version in force, and when.
pub async fn note_activation(
    tx: &Tx,
    corp: &CorpId,
    id: Uuid,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    use archive_policy::Column::{ActivatedAt, ActivatedBy};
    let changes = vec![
        (ActivatedBy, Expr::val(by)),
        (ActivatedAt, Expr::val(now.seconds())),
    ];
    change(tx, corp, id, changes, "put a policy in force").await
}

async fn change(
    tx: &Tx,
    corp: &CorpId,
    id: Uuid,
    changes: Vec<(archive_policy::Column, Expr)>,
    operation: &'static str,
) -> Result<(), StoreError> {
    let mut update = archive_policy::Entity::update_many()
        .filter(archive_policy::Column::CorpId.eq(corp.as_str()))
        .filter(archive_policy::Column::Id.eq(id));
    for (column, value) in changes {
        update = update.col_expr(column, value);
    }
    let result = update.exec(tx.conn()).await.during(operation)?;
    assert_rows(operation, 1, result.rows_affected)
}

/// A stored message without its body.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Measure {
    pub id: i64,
    pub conversation_id: i64,
    /// Milliseconds.
    pub sent_at: i64,
    pub flags: i64,
    pub policy: Option<String>,
    pub expires_at: Option<i64>,
    pub bytes: i64,
    /// 1 if a standing hold covers it.
    pub held: i64,
    /// Files that are here or still to be fetched, and their bytes.
    pub files: i64,
    pub file_bytes: i64,
}

/// What is stored, `limit` messages after the one with id `after`.
pub async fn measures(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    after: i64,
    limit: u64,
) -> Result<Vec<Measure>, StoreError> {
    let covered = covers_m();
    // By the primary keys of message and message_media.
    let of_files = "FROM message_media f WHERE f.message_id = m.id AND f.corp_id = $1
                    AND f.state IN ('stored', 'waiting')";
    let sql = format!(
        "SELECT m.id, m.conversation_id, m.sent_at, m.flags, m.policy, m.expires_at,
                CAST(length(m.body) AS bigint) AS bytes,
                CAST(CASE WHEN {covered} THEN 1 ELSE 0 END AS bigint) AS held,
                (SELECT count(*) {of_files}) AS files,
                CAST(coalesce((SELECT sum(f.size) {of_files}), 0) AS bigint) AS file_bytes
         FROM message m WHERE m.corp_id = $1 AND m.id > $2 ORDER BY m.id LIMIT $3"
    );
    let values = [
        corp.as_str().into(),
        after.into(),
        Ord::min(limit, 10_000).cast_signed().into(),
    ];
    Measure::find_by_statement(statement(conn, &sql, values))
        .all(conn)
        .await
        .during("measure messages")
}

/// Channel and people of conversations, by id.
pub async fn who_talked(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    ids: &[i64],
) -> Result<BTreeMap<i64, (String, Vec<String>)>, StoreError> {
    const OPERATION: &str = "list who takes part in conversations";
    let mut found = BTreeMap::new();
    for some in ids.chunks(1_000) {
        let rows = conversation::Entity::find()
            .filter(is_of_corp(conn, "conversation.corp_id", corp))
            .filter(conversation::Column::Id.is_in(some.iter().copied()))
            .all(conn)
            .await
            .during(OPERATION)?;
        found.extend(
            rows.into_iter()
                .map(|row| (row.id, (row.channel, Vec::new()))),
        );
        let people = conversation_person::Entity::find()
            .filter(is_of_corp(conn, "conversation_person.corp_id", corp))
            .filter(conversation_person::Column::ConversationId.is_in(some.iter().copied()))
            .all(conn)
            .await
            .during(OPERATION)?;
        for person in people {
            if let Some((_, people)) = found.get_mut(&person.conversation_id) {
                people.push(person.person);
            }
        }
    }
    Ok(found)
}

/// Lets the files of these messages go: they stay named, and are neither here nor fetched. Returns
/// how many were here or to be fetched.
pub async fn let_files_go(tx: &Tx, corp: &CorpId, ids: &[i64]) -> Result<u64, StoreError> {
    let skip = |these: &str| {
        format!(
            "UPDATE message_media
             SET state = 'skipped', reason = NULL, out_index = NULL, received = 0,
                 blob_name = NULL, blob_key = NULL
             WHERE {these} AND state IN ('stored', 'waiting')"
        )
    };
    media::let_contents_go(tx, corp, ids, skip).await
}
