//! The key of a corp's search tokens.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "index_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    pub corp_key_number: i32,
    /// Under its share and that corp key.
    #[sea_orm(column_type = "Blob")]
    pub wrapped: Vec<u8>,
    /// Its share in the key store.
    pub share_id: i64,
    pub created_at: i64,
}

super::stands_alone!();
