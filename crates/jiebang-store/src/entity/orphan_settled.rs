//! A customer that nobody took, settled by a person with a reason.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "orphan_settled")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub external_userid: String,
    /// When the attempt ended that this settles; a later one raises the alarm again.
    pub ended_at: i64,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    #[sea_orm(column_type = "Text")]
    pub settled_by: String,
    pub settled_at: i64,
}

super::stands_alone!();
