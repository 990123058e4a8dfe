//! A content, stored once for all messages that carry it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "media_blob")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    /// A keyed hash of the content.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Blob")]
    pub name: Vec<u8>,
    /// Bytes of the content.
    pub size: i64,
    /// Where the sealed bytes are.
    #[sea_orm(column_type = "Text")]
    pub place: String,
    /// Files that show it; at 0 it is removed.
    pub refs: i64,
    pub created_at: i64,
}

super::stands_alone!();
