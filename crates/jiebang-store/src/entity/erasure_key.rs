//! A key an erasure destroyed; it stays destroyed, whatever is restored.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasure_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub erasure_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    /// Of the wrapped key that was destroyed, hex; empty where it was not noted.
    #[sea_orm(column_type = "Text")]
    pub sha256: String,
}

super::stands_alone!();
