//! Keys, sealed and wrapped. What opens them is never here: the master key, and the shares in the
//! key store.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Value,
};

use super::{is_of_corp, is_postgres, statement};
use crate::bulk::{self, Column};
use crate::entity::{archive_key, conversation_key, corp_key, index_key};
use crate::error::{During, assert_rows};
use crate::gather::{Bytes, Form, gather};
use crate::key_store::KeptKeys;
use crate::{StoreError, Tx};

pub use crate::entity::archive_key::Model as ArchiveKey;
pub use crate::entity::conversation_key::Model as ConversationKey;
pub use crate::entity::corp_key::Model as CorpKey;
pub use crate::entity::index_key::Model as IndexKey;

/// Stores an RSA private key, in place of the one of the same version.
pub async fn put_archive_key(tx: &Tx, key: ArchiveKey) -> Result<(), StoreError> {
    use archive_key::Column::{CorpId, Version};
    let replace = crate::batch::replace_all_but::<archive_key::Entity>(&[CorpId, Version], &[]);
    archive_key::Entity::insert(key.into_active_model().reset_all())
        .on_conflict(replace)
        .exec_without_returning(tx.conn())
        .await
        .during("store a private key of the archive")?;
    Ok(())
}

/// The RSA private keys of a corp, by version.
pub async fn archive_keys(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<Vec<ArchiveKey>, StoreError> {
    archive_key::Entity::find()
        .filter(archive_key::Column::CorpId.eq(corp.as_str()))
        .order_by_asc(archive_key::Column::Version)
        .all(conn)
        .await
        .during("load the private keys of the archive")
}

/// The fingerprints of a corp's RSA private keys by version: whoever found that one is lacking asks
/// whether it came meanwhile.
pub async fn fingerprints(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<BTreeMap<i64, String>, StoreError> {
    let keys = archive_keys(conn, corp).await?.into_iter();
    Ok(keys.map(|key| (key.version, key.fingerprint)).collect())
}

/// The RSA private keys of every corp: to seal them under another master key.
pub async fn all_archive_keys(conn: &impl ConnectionTrait) -> Result<Vec<ArchiveKey>, StoreError> {
    archive_key::Entity::find()
        .order_by_asc(archive_key::Column::CorpId)
        .order_by_asc(archive_key::Column::Version)
        .all(conn)
        .await
        .during("load the private keys of the archive")
}

/// The keys of every corp that are not destroyed: to wrap them by another master key.
pub async fn all_corp_keys(conn: &impl ConnectionTrait) -> Result<Vec<CorpKey>, StoreError> {
    corp_key::Entity::find()
        .filter(corp_key::Column::Wrapped.is_not_null())
        .order_by_asc(corp_key::Column::CorpId)
        .order_by_asc(corp_key::Column::Number)
        .all(conn)
        .await
        .during("load the keys of all corps")
}

/// How many keys of conversations a corp key wraps.
pub async fn count_wrapped(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    corp_key_number: i32,
) -> Result<u64, StoreError> {
    use conversation_key::Column;
    conversation_key::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::CorpKeyNumber.eq(corp_key_number))
        .filter(Column::Wrapped.is_not_null())
        .count(conn)
        .await
        .during("count keys of conversations")
}

/// Forgets an RSA private key. Returns whether there was one.
pub async fn delete_archive_key(tx: &Tx, corp: &CorpId, version: u32) -> Result<bool, StoreError> {
    let result = archive_key::Entity::delete_by_id((corp.to_string(), i64::from(version)))
        .exec(tx.conn())
        .await
        .during("delete a private key of the archive")?;
    Ok(result.rows_affected > 0)
}

/// The corp's keys that still wrap something, oldest first; the last one wraps new keys.
pub async fn corp_keys(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<Vec<CorpKey>, StoreError> {
    corp_key::Entity::find()
        .filter(corp_key::Column::CorpId.eq(corp.as_str()))
        .filter(corp_key::Column::Wrapped.is_not_null())
        .order_by_asc(corp_key::Column::Number)
        .all(conn)
        .await
        .during("load the keys of a corp")
}

/// Adds a corp key. Errs with a conflict if its number is taken: somebody else added one.
pub async fn add_corp_key(
    tx: &Tx,
    corp: &CorpId,
    number: i32,
    wrapped: Vec<u8>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let key = CorpKey {
        corp_id: corp.to_string(),
        number,
        wrapped: Some(wrapped),
        created_at: now.seconds(),
        destroyed_at: None,
    };
    corp_key::Entity::insert(key.into_active_model().reset_all())
        .exec_without_returning(tx.conn())
        .await
        .during("add a key of a corp")?;
    Ok(())
}

/// Puts a corp key in another wrap: the master key was exchanged.
pub async fn rewrap_corp_key(
    tx: &Tx,
    corp: &CorpId,
    number: i32,
    wrapped: Vec<u8>,
) -> Result<(), StoreError> {
    const OPERATION: &str = "wrap a key of a corp anew";
    let result = corp_key::Entity::update_many()
        .col_expr(corp_key::Column::Wrapped, Expr::val(wrapped))
        .filter(corp_key::Column::CorpId.eq(corp.as_str()))
        .filter(corp_key::Column::Number.eq(number))
        .filter(corp_key::Column::Wrapped.is_not_null())
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    assert_rows(OPERATION, 1, result.rows_affected)
}

/// Destroys a corp key that wraps nothing any more. Returns `false`, and leaves it, while it
/// still wraps the index key or a conversation key; the caller then gives up its transaction.
pub async fn destroy_corp_key(
    tx: &Tx,
    corp: &CorpId,
    number: i32,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let wraps_something = |tx| async move {
        let key = index(Tx::conn(tx), corp).await?;
        let wraps_index = key.is_some_and(|key| key.corp_key_number == number);
        let wrapped = wrapped_by(tx.conn(), corp, number, None, 1).await?;
        Ok::<_, StoreError>(wraps_index || !wrapped.is_empty())
    };
    if wraps_something(tx).await? {
        return Ok(false);
    }
    let result = corp_key::Entity::update_many()
        .col_expr(corp_key::Column::Wrapped, Expr::val(None::<Vec<u8>>))
        .col_expr(corp_key::Column::DestroyedAt, Expr::val(now.seconds()))
        .filter(corp_key::Column::CorpId.eq(corp.as_str()))
        .filter(corp_key::Column::Number.eq(number))
        .exec(tx.conn())
        .await
        .during("destroy a key of a corp")?;
    // Whoever adds keys holds the row: what was added until it was free is seen now.
    Ok(result.rows_affected == 1 && !wraps_something(tx).await?)
}

/// The index key of a corp.
pub async fn index(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
) -> Result<Option<IndexKey>, StoreError> {
    index_key::Entity::find_by_id(corp.as_str())
        .one(conn)
        .await
        .during("load the index key of a corp")
}

/// Stores the index key, or the same key in another wrap.
pub async fn put_index(tx: &Tx, key: IndexKey) -> Result<(), StoreError> {
    use index_key::Column::{CorpId, CreatedAt};
    let replace = crate::batch::replace_all_but::<index_key::Entity>(&[CorpId], &[CreatedAt]);
    index_key::Entity::insert(key.into_active_model().reset_all())
        .on_conflict(replace)
        .exec_without_returning(tx.conn())
        .await
        .during("store the index key of a corp")?;
    Ok(())
}

/// The keys of these conversations, destroyed ones too, by conversation and number.
pub async fn of_conversations(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    conversations: &[i64],
) -> Result<Vec<ConversationKey>, StoreError> {
    type Given = (
        i64,
        i32,
        i32,
        Option<Bytes>,
        Option<i64>,
        i64,
        i64,
        Option<i64>,
    );
    let columns = [
        (conversation_key::Column::ConversationId, Form::Plain),
        (conversation_key::Column::Number, Form::Plain),
        (conversation_key::Column::CorpKeyNumber, Form::Plain),
        (conversation_key::Column::Wrapped, Form::Bytes),
        (conversation_key::Column::ShareId, Form::Plain),
        (conversation_key::Column::Seals, Form::Plain),
        (conversation_key::Column::CreatedAt, Form::Plain),
        (conversation_key::Column::DestroyedAt, Form::Plain),
    ];
    let mut keys = Vec::new();
    for some in conversations.chunks(1_000) {
        let select = conversation_key::Entity::find()
            .filter(conversation_key::Column::ConversationId.is_in(some.iter().copied()))
            .filter(is_of_corp(conn, "conversation_key.corp_id", corp));
        let found: Vec<Given> =
            gather(conn, select, &columns, "load keys of conversations").await?;
        keys.extend(found.into_iter().map(
            |(
                conversation_id,
                number,
                corp_key_number,
                wrapped,
                share_id,
                seals,
                created_at,
                destroyed_at,
            )| {
                ConversationKey {
                    conversation_id,
                    number,
                    corp_id: corp.to_string(),
                    corp_key_number,
                    wrapped: wrapped.map(|bytes| bytes.0),
                    share_id,
                    seals,
                    created_at,
                    destroyed_at,
                }
            },
        ));
    }
    keys.sort_unstable_by_key(|key| (key.conversation_id, key.number));
    Ok(keys)
}

/// Conversation keys wrapped by this corp key, `limit` after the one with this conversation and
/// number: for the rotation, which wraps them by the next.
pub async fn wrapped_by(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    corp_key_number: i32,
    after: Option<(i64, i32)>,
    limit: u64,
) -> Result<Vec<ConversationKey>, StoreError> {
    use conversation_key::Column;
    // By the index conversation_key_rotation.
    let mut find = conversation_key::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::CorpKeyNumber.eq(corp_key_number))
        .filter(Column::Wrapped.is_not_null());
    if let Some((conversation, number)) = after {
        let later = Column::ConversationId
            .gt(conversation)
            .or(Column::ConversationId
                .eq(conversation)
                .and(Column::Number.gt(number)));
        find = find.filter(later);
    }
    find.order_by_asc(Column::ConversationId)
        .order_by_asc(Column::Number)
        .limit(limit)
        .all(conn)
        .await
        .during("load keys of conversations")
}

/// The shares of the newest keys that are not destroyed and made at `since` (Unix seconds) or later,
/// of all corps: for whoever asks whether the key store is as new as the database.
pub async fn newest_shares(
    conn: &impl ConnectionTrait,
    since: i64,
    limit: u64,
) -> Result<Vec<i64>, StoreError> {
    // By the index conversation_key_newest.
    conversation_key::Entity::find()
        .select_only()
        .column(conversation_key::Column::ShareId)
        .filter(conversation_key::Column::Wrapped.is_not_null())
        .filter(conversation_key::Column::ShareId.is_not_null())
        .filter(conversation_key::Column::CreatedAt.gte(since))
        .order_by_desc(conversation_key::Column::CreatedAt)
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await
        .during("look for the newest keys")
}

/// Puts a conversation key in the wrap of another corp key. Returns `false` if it was destroyed
/// or wrapped by somebody else meanwhile; then nothing is changed.
pub async fn rewrap(
    tx: &Tx,
    old: &ConversationKey,
    corp_key_number: i32,
    wrapped: Vec<u8>,
) -> Result<bool, StoreError> {
    use conversation_key::Column;
    let result = conversation_key::Entity::update_many()
        .col_expr(Column::Wrapped, Expr::val(wrapped))
        .col_expr(Column::CorpKeyNumber, Expr::val(corp_key_number))
        .filter(Column::ConversationId.eq(old.conversation_id))
        .filter(Column::Number.eq(old.number))
        .filter(Column::CorpKeyNumber.eq(old.corp_key_number))
        .filter(Column::Wrapped.is_not_null())
        .exec(tx.conn())
        .await
        .during("wrap a key of a conversation anew")?;
    Ok(result.rows_affected == 1)
}

/// A key to be added with the first message it seals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    pub conversation_id: i64,
    pub number: i32,
    pub corp_key_number: i32,
    pub wrapped: Vec<u8>,
    /// Where its share is kept, in the key store.
    pub share_id: i64,
    /// Unix seconds.
    pub created_at: i64,
}

/// Adds keys. Errs with a conflict if a number is taken: somebody else has given the conversation
/// a key meanwhile, and whatever was sealed with this one is to be sealed again.
///
/// Errs as well if the corp key that wraps them was destroyed.
pub async fn add_keys(tx: &Tx, corp: &CorpId, keys: KeptKeys) -> Result<(), StoreError> {
    let keys = keys.0;
    const OPERATION: &str = "use a key of a corp";
    let wrapping: BTreeSet<i32> = keys.iter().map(|key| key.corp_key_number).collect();
    if !wrapping.is_empty() {
        // Held until the end, so that it is not destroyed meanwhile.
        let there = corp_key::Entity::find()
            .filter(corp_key::Column::CorpId.eq(corp.as_str()))
            .filter(corp_key::Column::Number.is_in(wrapping.iter().copied()))
            .filter(corp_key::Column::Wrapped.is_not_null())
            .lock_shared()
            .all(tx.conn())
            .await
            .during(OPERATION)?;
        assert_rows(OPERATION, wrapping.len() as u64, there.len() as u64)?;
    }
    let count = keys.len();
    let numbers = |of: fn(&NewKey) -> i64| keys.iter().map(of).collect::<Vec<_>>();
    let columns = vec![
        Column::Numbers("conversation_id", numbers(|key| key.conversation_id)),
        Column::Numbers("number", numbers(|key| key.number.into())),
        Column::Numbers("corp_key_number", numbers(|key| key.corp_key_number.into())),
        Column::Texts("corp_id", vec![corp.to_string(); count]),
        Column::Numbers("seals", vec![0; count]),
        Column::Numbers("created_at", numbers(|key| key.created_at)),
        Column::Numbers("share_id", numbers(|key| key.share_id)),
        Column::Bytes("wrapped", keys.into_iter().map(|key| key.wrapped).collect()),
    ];
    let operation = "add keys of conversations";
    bulk::insert(tx.conn(), "conversation_key", columns, "", operation).await?;
    Ok(())
}

/// Adds to the counts of what keys have sealed, by conversation and number. Errs if one of the
/// keys is not there or destroyed: nothing may be stored that it seals.
pub async fn count_seals(
    tx: &Tx,
    corp: &CorpId,
    seals: &BTreeMap<(i64, i32), i64>,
) -> Result<(), StoreError> {
    const OPERATION: &str = "count what keys of conversations have sealed";
    if seals.is_empty() {
        return Ok(());
    }
    let conn = tx.conn();
    let sql = seals_statement(is_postgres(conn));
    let mut values: Vec<Value> = vec![corp.as_str().into()];
    if is_postgres(conn) {
        values.push(seals.keys().map(|key| key.0).collect::<Vec<_>>().into());
        values.push(
            seals
                .keys()
                .map(|key| key.1.into())
                .collect::<Vec<i64>>()
                .into(),
        );
        values.push(seals.values().copied().collect::<Vec<_>>().into());
    } else {
        let rows = seals
            .iter()
            .map(|((conversation, no), n)| serde_json::json!([conversation, no, n]));
        values.push(serde_json::Value::from_iter(rows).to_string().into());
    }
    let result = conn.execute_raw(statement(conn, &sql, values)).await;
    let touched = result.during(OPERATION)?.rows_affected();
    assert_rows(OPERATION, seals.len() as u64, touched)
}

/// As for rows that are done: each key given is looked up by its own key.
fn seals_statement(postgres: bool) -> String {
    let (given, plain) = if postgres {
        let given =
            "unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS given (conversation, no, seals)";
        (given, "")
    } else {
        let given = "(SELECT json_extract(value, '$[0]') AS conversation,
                             json_extract(value, '$[1]') AS no,
                             json_extract(value, '$[2]') AS seals FROM json_each($2)) AS given";
        (given, "+")
    };
    format!(
        "UPDATE conversation_key SET seals = conversation_key.seals + given.seals
         FROM {given}
         WHERE conversation_key.conversation_id = given.conversation
               AND conversation_key.number = given.no AND {plain}conversation_key.corp_id = $1
               AND {plain}conversation_key.wrapped IS NOT NULL"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn seals_are_counted_key_by_key() {
        let store = crate::testing::sqlite().await;
        let sql = seals_statement(false);
        let values: [Value; 2] = ["ww1".into(), "[]".into()];
        let plan = crate::archive::tests::plan(store.read(), &sql, values).await;
        let by_key = "SEARCH conversation_key USING";
        assert!(
            plan.contains(by_key) && plan.contains("conversation_id=? AND number=?"),
            "{plan}"
        );
    }
}
