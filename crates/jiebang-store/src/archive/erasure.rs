//! Erasing: the keys first, then what they sealed.
//!
//! [`begin`] destroys the keys of the conversations and notes them in the list of erasures, in
//! one transaction: from then on nothing of it can be read. Then every share of the conversations
//! is removed from the key store ([`shares_left`]): from then on no backup opens. [`step`] removes
//! the messages a batch at a time. The list is kept for good, and by the app in a file outside:
//! applied to a backup that was restored ([`apply`]), it destroys the same keys again.

use std::collections::BTreeMap;

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::delete::{self, Deleted, Why};
use super::key;
use super::{among, ids, is_of_corp};
use crate::entity::{conversation, conversation_key, erased_share, erasure, erasure_key};
use crate::error::During;
use crate::{StoreError, Tx};

pub use crate::entity::erasure::Model as Erasure;
pub use crate::entity::erasure_key::Model as ErasedKey;

/// Destroys every key of these conversations and notes the erasure, with the `shares` of them that
/// the key store has: these are read under [`super::lock`], so that what is sealed meanwhile under
/// another is not stored ([`count`]). Returns how many keys were destroyed.
pub async fn begin(
    tx: &Tx,
    corp: &CorpId,
    erasure: Erasure,
    conversations: &[i64],
    shares: &[i64],
    now: Timestamp,
) -> Result<u64, StoreError> {
    let id = erasure.id;
    super::lock(tx, corp).await?;
    note(tx, erasure).await?;
    note_shares(tx, corp.as_str(), id, shares).await?;
    let keys: Vec<ErasedKey> = key::of_conversations(tx.conn(), corp, conversations)
        .await?
        .into_iter()
        .filter(|key| key.wrapped.is_some())
        .map(|key| ErasedKey {
            erasure_id: id,
            conversation_id: key.conversation_id,
            number: key.number,
            corp_id: corp.to_string(),
            sha256: key.wrapped.as_deref().map(sum).unwrap_or_default(),
        })
        .collect();
    note_keys(tx, &keys).await?;
    destroy(tx, &keys, now.seconds()).await
}

fn sum(wrapped: &[u8]) -> String {
    hex::encode(jiebang_vault::sha256(wrapped))
}

/// How many erasures there were: whoever decided by what was erased before asks whether another
/// came meanwhile.
pub async fn count(conn: &impl ConnectionTrait, corp: &CorpId) -> Result<u64, StoreError> {
    erasure::Entity::find()
        .filter(erasure::Column::CorpId.eq(corp.as_str()))
        .count(conn)
        .await
        .during("count erasures")
}

/// Removes up to `limit` messages of a conversation whose keys are destroyed. Returns what was
/// removed; nothing means that it is done.
pub async fn step(
    tx: &Tx,
    corp: &CorpId,
    erasure: Uuid,
    conversation: i64,
    limit: u64,
    now: Timestamp,
) -> Result<Deleted, StoreError> {
    let conn = tx.conn();
    let destroyed: Vec<i64> = key::of_conversations(conn, corp, &[conversation])
        .await?
        .into_iter()
        .filter(|key| key.wrapped.is_none())
        .map(|key| i64::from(key.number))
        .collect();
    let sql = format!(
        "SELECT id FROM message WHERE corp_id = $1 AND conversation_id = $2 AND {}
         ORDER BY id LIMIT $4",
        among(conn, "key_no", 3)
    );
    let values = [
        corp.as_str().into(),
        conversation.into(),
        super::list(conn, &destroyed),
        limit.cast_signed().into(),
    ];
    let ids = ids(conn, &sql, values, "list what destroyed keys have left").await?;
    let deleted = delete::delete(tx, corp, &ids, Why::Erased, now).await?;
    erasure::Entity::update_many()
        .col_expr(
            erasure::Column::Messages,
            Expr::col(erasure::Column::Messages).add(deleted.messages.cast_signed()),
        )
        .col_expr(
            erasure::Column::Files,
            Expr::col(erasure::Column::Files).add(deleted.files.cast_signed()),
        )
        .filter(erasure::Column::Id.eq(erasure))
        .filter(erasure::Column::CorpId.eq(corp.as_str()))
        .exec(tx.conn())
        .await
        .during("count what an erasure removed")?;
    Ok(deleted)
}

/// Applies an erasure of the list, from before a backup was restored: notes it and destroys its
/// keys where they came back. A key the backup does not have is noted as destroyed, so that no
/// other is made with its number, and that what was said up to the erasure is known for erased.
/// Returns how many were destroyed. What they sealed is then removed by [`step`] over
/// [`left_over`].
pub async fn apply(
    tx: &Tx,
    erasure: Erasure,
    keys: &[ErasedKey],
    shares: &[i64],
) -> Result<u64, StoreError> {
    let (corp, id, at) = (erasure.corp_id.clone(), erasure.id, erasure.at);
    note(tx, erasure).await?;
    note_shares(tx, &corp, id, shares).await?;
    note_keys(tx, keys).await?;
    bury(tx, keys, at).await?;
    destroy(tx, keys, at).await
}

/// Destroys keys of these conversations that were made before the erasure and are there all the
/// same: the database knew nothing of them when it was carried out. Returns how many.
///
/// Of a person only conversations of two: a room may be one that the person came to later.
pub async fn reach_older(
    tx: &Tx,
    corp: &CorpId,
    erasure: &Erasure,
    conversations: &[i64],
) -> Result<u64, StoreError> {
    let mut within = Vec::new();
    for some in conversations.chunks(1_000) {
        let mut find = conversation::Entity::find()
            .select_only()
            .column(conversation::Column::Id)
            .filter(is_of_corp(tx.conn(), "conversation.corp_id", corp))
            .filter(conversation::Column::Id.is_in(some.iter().copied()));
        if erasure.subject_kind == super::Subject::Person.as_str() {
            find = find.filter(conversation::Column::Kind.eq("single"));
        }
        let found = find.into_tuple::<i64>().all(tx.conn()).await;
        within.extend(found.during("look for what an erasure is about")?);
    }
    let found = key::of_conversations(tx.conn(), corp, &within).await?;
    let older = found
        .into_iter()
        .filter(|key| key.wrapped.is_some() && key.created_at < erasure.at);
    let (mut keys, mut shares) = (Vec::new(), Vec::new());
    for one in older {
        shares.extend(one.share_id);
        keys.push(ErasedKey {
            erasure_id: erasure.id,
            conversation_id: one.conversation_id,
            number: one.number,
            corp_id: corp.to_string(),
            sha256: one.wrapped.as_deref().map(sum).unwrap_or_default(),
        });
    }
    note_keys(tx, &keys).await?;
    note_shares(tx, corp.as_str(), erasure.id, &shares).await?;
    destroy(tx, &keys, erasure.at).await
}

/// Notes keys as destroyed that are not there.
async fn bury(tx: &Tx, keys: &[ErasedKey], at: i64) -> Result<(), StoreError> {
    use conversation_key::Column::{ConversationId, Number};
    let known = OnConflict::columns([ConversationId, Number])
        .do_nothing()
        .to_owned();
    for some in keys.chunks(1_000) {
        let rows = some.iter().map(|key| conversation_key::Model {
            conversation_id: key.conversation_id,
            number: key.number,
            corp_id: key.corp_id.clone(),
            corp_key_number: 0,
            wrapped: None,
            share_id: None,
            seals: 0,
            created_at: at,
            destroyed_at: Some(at),
        });
        let rows = rows.map(|row| row.into_active_model().reset_all());
        conversation_key::Entity::insert_many(rows)
            .on_conflict(known.clone())
            .exec_without_returning(tx.conn())
            .await
            .during("note keys as destroyed")?;
    }
    Ok(())
}

/// The people of whom everything up to a moment (Unix seconds) was erased: the latest of each.
pub async fn people(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<BTreeMap<String, i64>, StoreError> {
    let of_people = erasure::Entity::find()
        .filter(erasure::Column::CorpId.eq(corp.as_str()))
        .filter(erasure::Column::SubjectKind.eq(super::Subject::Person.as_str()))
        .order_by_asc(erasure::Column::At)
        .all(conn)
        .await
        .during("list people whose talk was erased")?;
    Ok(of_people
        .into_iter()
        .map(|one| (one.subject_id, one.at))
        .collect())
}

pub async fn find(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    id: Uuid,
) -> Result<Option<Erasure>, StoreError> {
    erasure::Entity::find_by_id(id)
        .filter(erasure::Column::CorpId.eq(corp.as_str()))
        .one(conn)
        .await
        .during("load an erasure")
}

/// The keys an erasure destroyed, by conversation and number.
pub async fn keys_of(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    id: Uuid,
) -> Result<Vec<ErasedKey>, StoreError> {
    erasure_key::Entity::find()
        .filter(erasure_key::Column::ErasureId.eq(id))
        .filter(erasure_key::Column::CorpId.eq(corp.as_str()))
        .order_by_asc(erasure_key::Column::ConversationId)
        .order_by_asc(erasure_key::Column::Number)
        .all(conn)
        .await
        .during("list erased keys")
}

/// Notes that nothing is left of what was to be erased.
pub async fn finish(tx: &Tx, corp: &CorpId, now: Timestamp) -> Result<u64, StoreError> {
    let result = erasure::Entity::update_many()
        .col_expr(erasure::Column::FinishedAt, Expr::val(now.seconds()))
        .filter(erasure::Column::CorpId.eq(corp.as_str()))
        .filter(erasure::Column::FinishedAt.is_null())
        .exec(tx.conn())
        .await
        .during("note that erasures are done")?;
    Ok(result.rows_affected)
}

/// Whether an erasure is not done yet.
pub async fn is_under_way(conn: &impl ConnectionTrait, corp: &CorpId) -> Result<bool, StoreError> {
    let found = erasure::Entity::find()
        .filter(erasure::Column::CorpId.eq(corp.as_str()))
        .filter(erasure::Column::FinishedAt.is_null())
        .one(conn)
        .await
        .during("look for an erasure that is not done")?;
    Ok(found.is_some())
}

/// Conversations that still have messages under a destroyed key, with the erasure that destroyed
/// it.
pub async fn left_over(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    limit: u64,
) -> Result<Vec<(Uuid, i64)>, StoreError> {
    const OPERATION: &str = "look for messages that are to be erased";
    // By the indexes of erasure_key and message_conversation.
    let sql = "SELECT DISTINCT e.erasure_id, e.conversation_id FROM erasure_key e
               WHERE e.corp_id = $1 AND EXISTS (
                   SELECT 1 FROM message m
                   WHERE m.conversation_id = e.conversation_id AND m.corp_id = $1
                         AND m.key_no = e.number)
               LIMIT $2";
    let values = [
        corp.as_str().into(),
        Ord::min(limit, 10_000).cast_signed().into(),
    ];
    let rows = conn
        .query_all_raw(super::statement(conn, sql, values))
        .await
        .during(OPERATION)?;
    rows.iter()
        .map(|row| {
            let erasure = row.try_get("", "erasure_id").during(OPERATION)?;
            Ok((
                erasure,
                row.try_get("", "conversation_id").during(OPERATION)?,
            ))
        })
        .collect()
}

async fn note(tx: &Tx, erasure: Erasure) -> Result<(), StoreError> {
    let known = OnConflict::column(erasure::Column::Id)
        .do_nothing()
        .to_owned();
    erasure::Entity::insert(erasure.into_active_model().reset_all())
        .on_conflict(known)
        .exec_without_returning(tx.conn())
        .await
        .during("note an erasure")?;
    Ok(())
}

async fn note_keys(tx: &Tx, keys: &[ErasedKey]) -> Result<(), StoreError> {
    use erasure_key::Column::{ConversationId, ErasureId, Number};
    let known = OnConflict::columns([ErasureId, ConversationId, Number])
        .do_nothing()
        .to_owned();
    for some in keys.chunks(1_000) {
        let rows = some
            .iter()
            .map(|key| key.clone().into_active_model().reset_all());
        erasure_key::Entity::insert_many(rows)
            .on_conflict(known.clone())
            .exec_without_returning(tx.conn())
            .await
            .during("note erased keys")?;
    }
    Ok(())
}

async fn destroy(tx: &Tx, keys: &[ErasedKey], at: i64) -> Result<u64, StoreError> {
    use conversation_key::Column;
    let mut destroyed = 0;
    for key in keys {
        let result = conversation_key::Entity::update_many()
            .col_expr(Column::Wrapped, Expr::val(None::<Vec<u8>>))
            .col_expr(Column::DestroyedAt, Expr::val(at))
            .filter(Column::ConversationId.eq(key.conversation_id))
            .filter(Column::Number.eq(key.number))
            .filter(Column::CorpId.eq(key.corp_id.as_str()))
            .filter(Column::Wrapped.is_not_null())
            .exec(tx.conn())
            .await
            .during("destroy a key of a conversation")?;
        destroyed += result.rows_affected;
    }
    Ok(destroyed)
}

async fn note_shares(tx: &Tx, corp: &str, erasure: Uuid, shares: &[i64]) -> Result<(), StoreError> {
    let known = OnConflict::column(erased_share::Column::ShareId)
        .do_nothing()
        .to_owned();
    for some in shares.chunks(1_000) {
        let rows = some.iter().map(|share| erased_share::Model {
            share_id: *share,
            corp_id: corp.to_owned(),
            erasure_id: erasure,
            removed_at: None,
        });
        let rows = rows.map(|row| row.into_active_model().reset_all());
        erased_share::Entity::insert_many(rows)
            .on_conflict(known.clone())
            .exec_without_returning(tx.conn())
            .await
            .during("note shares that are to be removed")?;
    }
    Ok(())
}

/// Shares that are to be removed from the key store, up to `limit`.
pub async fn shares_left(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    limit: u64,
) -> Result<Vec<i64>, StoreError> {
    // By the index erased_share_left.
    let found = erased_share::Entity::find()
        .select_only()
        .column(erased_share::Column::ShareId)
        .filter(erased_share::Column::CorpId.eq(corp.as_str()))
        .filter(erased_share::Column::RemovedAt.is_null())
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await;
    found.during("look for shares that are to be removed")
}

/// The shares an erasure removes, or has removed.
pub async fn shares_of(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    id: Uuid,
) -> Result<Vec<i64>, StoreError> {
    let found = erased_share::Entity::find()
        .select_only()
        .column(erased_share::Column::ShareId)
        .filter(erased_share::Column::CorpId.eq(corp.as_str()))
        .filter(erased_share::Column::ErasureId.eq(id))
        .order_by_asc(erased_share::Column::ShareId)
        .into_tuple()
        .all(conn)
        .await;
    found.during("list the shares of an erasure")
}

/// Shares that were removed, in order, those after `after`: for whoever looks whether one came
/// back with an old copy of the key store.
pub async fn shares_removed(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<i64>, StoreError> {
    let mut find = erased_share::Entity::find()
        .select_only()
        .column(erased_share::Column::ShareId)
        .filter(erased_share::Column::CorpId.eq(corp.as_str()))
        .filter(erased_share::Column::RemovedAt.is_not_null());
    if let Some(after) = after {
        find = find.filter(erased_share::Column::ShareId.gt(after));
    }
    find.order_by_asc(erased_share::Column::ShareId)
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await
        .during("list shares that were removed")
}

/// Notes when the key store lost these shares; `None` for those that are to be removed again.
pub async fn note_removed(
    tx: &Tx,
    corp: &CorpId,
    shares: &[i64],
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let at = at.map(Timestamp::seconds);
    for some in shares.chunks(1_000) {
        erased_share::Entity::update_many()
            .col_expr(erased_share::Column::RemovedAt, Expr::val(at))
            .filter(erased_share::Column::CorpId.eq(corp.as_str()))
            .filter(erased_share::Column::ShareId.is_in(some.iter().copied()))
            .exec(tx.conn())
            .await
            .during("note that shares were removed")?;
    }
    Ok(())
}

/// The newest erasures, by page.
pub async fn list(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Erasure>, StoreError> {
    let mut find = erasure::Entity::find().filter(erasure::Column::CorpId.eq(corp.as_str()));
    if let Some(after) = after {
        find = find.filter(erasure::Column::Id.lt(after));
    }
    find.order_by_desc(erasure::Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .during("list erasures")
}
