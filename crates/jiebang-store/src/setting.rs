//! Settings of a corp, in the open or sealed. Sealing is the caller's; here is only where the
//! envelope is kept.

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value as Json;

use crate::batch::{replace_all_but, upsert};
use crate::entity::setting::{self, Column};
use crate::error::During;
use crate::{StoreError, Tx};

pub use crate::entity::setting::Model as Setting;

/// What a setting holds.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    Open(Json),
    /// An envelope of `jiebang-vault`.
    Sealed(Vec<u8>),
}

/// Stores a setting in place of what it held.
pub async fn put(
    tx: &Tx,
    corp: &CorpId,
    name: &str,
    content: Content,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (value, sealed) = match content {
        Content::Open(value) => (Some(value), None),
        Content::Sealed(envelope) => (None, Some(envelope)),
    };
    let row = Setting {
        corp_id: corp.to_string(),
        name: name.to_owned(),
        value,
        sealed,
        updated_at: now.seconds(),
        updated_by: by.to_owned(),
    };
    let conflict = replace_all_but::<setting::Entity>(&[Column::CorpId, Column::Name], &[]);
    upsert::<setting::Entity>(tx.conn(), vec![row], &conflict, "store a setting").await
}

pub async fn get(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    name: &str,
) -> Result<Option<Setting>, StoreError> {
    setting::Entity::find_by_id((corp.to_string(), name.to_owned()))
        .one(conn)
        .await
        .during("load a setting")
}

pub async fn list(conn: &impl ConnectionTrait, corp: &CorpId) -> Result<Vec<Setting>, StoreError> {
    setting::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .order_by_asc(Column::Name)
        .all(conn)
        .await
        .during("list settings")
}

/// Takes a setting away. Returns whether there was one.
pub async fn remove(tx: &Tx, corp: &CorpId, name: &str) -> Result<bool, StoreError> {
    let result = setting::Entity::delete_by_id((corp.to_string(), name.to_owned()))
        .exec(tx.conn())
        .await
        .during("remove a setting")?;
    Ok(result.rows_affected > 0)
}
