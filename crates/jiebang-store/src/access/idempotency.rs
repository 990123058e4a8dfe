//! Idempotency keys: a write that is sent twice is done once and answered twice.

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::entity::idempotency_key::{self, Column};
use crate::error::{During, assert_rows};
use crate::{StoreError, Tx};

/// Longest answer kept, in bytes.
pub const MAX_RESPONSE_BYTES: usize = 256 * 1024;

/// Longest key taken, in bytes.
pub const MAX_KEY_BYTES: usize = 200;

/// Whose key it is.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    pub corp: &'a CorpId,
    pub account: Uuid,
    pub key: &'a str,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// Never seen: do the work, then [`finish`].
    New,
    /// The first request is still being worked on.
    Busy,
    /// Done before; answer the same.
    Answered { status: i32, response: String },
    /// The key was used for another request.
    OtherRequest,
}

/// Takes the key for a request. In one transaction with the work, a second request with the key
/// waits for the first and then sees its answer.
pub async fn begin(
    tx: &Tx,
    key: Key<'_>,
    request_hash: &str,
    now: Timestamp,
) -> Result<Begun, StoreError> {
    const OPERATION: &str = "take an idempotency key";
    if key.key.len() > MAX_KEY_BYTES {
        let (bytes, limit) = (key.key.len(), MAX_KEY_BYTES);
        return Err(StoreError::TooLarge {
            operation: OPERATION,
            bytes,
            limit,
        });
    }
    let row = idempotency_key::Model {
        corp_id: key.corp.to_string(),
        account_id: key.account,
        key: key.key.to_owned(),
        request_hash: request_hash.to_owned(),
        status: None,
        response: None,
        created_at: now.seconds(),
    };
    let inserted = idempotency_key::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::columns([Column::CorpId, Column::AccountId, Column::Key])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx.conn())
        .await
        .during(OPERATION)?;
    if inserted == 1 {
        return Ok(Begun::New);
    }
    let id = (key.corp.to_string(), key.account, key.key.to_owned());
    let known = idempotency_key::Entity::find_by_id(id)
        .lock_exclusive()
        .one(tx.conn())
        .await
        .during(OPERATION)?
        .ok_or(StoreError::RowCount {
            operation: OPERATION,
            expected: 1,
            found: 0,
        })?;
    if known.request_hash != request_hash {
        return Ok(Begun::OtherRequest);
    }
    Ok(match (known.status, known.response) {
        (Some(status), response) => Begun::Answered {
            status,
            response: response.unwrap_or_default(),
        },
        (None, _) => Begun::Busy,
    })
}

/// Keeps the answer for whoever sends the request again.
pub async fn finish(tx: &Tx, key: Key<'_>, status: i32, response: &str) -> Result<(), StoreError> {
    const OPERATION: &str = "keep the answer to a request";
    if response.len() > MAX_RESPONSE_BYTES {
        let (bytes, limit) = (response.len(), MAX_RESPONSE_BYTES);
        return Err(StoreError::TooLarge {
            operation: OPERATION,
            bytes,
            limit,
        });
    }
    let touched = idempotency_key::Entity::update_many()
        .col_expr(Column::Status, Expr::val(status))
        .col_expr(Column::Response, Expr::val(response))
        .filter(Column::CorpId.eq(key.corp.as_str()))
        .filter(Column::AccountId.eq(key.account))
        .filter(Column::Key.eq(key.key))
        .filter(Column::Status.is_null())
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    assert_rows(OPERATION, 1, touched.rows_affected)
}

/// Lets go of a key whose work failed without an answer, so that it can be tried again.
pub async fn release(tx: &Tx, key: Key<'_>) -> Result<(), StoreError> {
    idempotency_key::Entity::delete_many()
        .filter(Column::CorpId.eq(key.corp.as_str()))
        .filter(Column::AccountId.eq(key.account))
        .filter(Column::Key.eq(key.key))
        .filter(Column::Status.is_null())
        .exec(tx.conn())
        .await
        .during("let go of an idempotency key")
        .map(drop)
}

/// Forgets keys taken before `before`. Returns how many.
pub async fn prune(tx: &Tx, before: Timestamp) -> Result<u64, StoreError> {
    let result = idempotency_key::Entity::delete_many()
        .filter(Column::CreatedAt.lt(before.seconds()))
        .exec(tx.conn())
        .await
        .during("forget old idempotency keys")?;
    Ok(result.rows_affected)
}
