//! A share that was erased: it goes from the key store whenever it is there.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erased_share")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub share_id: i64,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    pub erasure_id: Uuid,
    /// When it was last removed; nothing while that is to be done.
    pub removed_at: Option<i64>,
}

super::stands_alone!();
