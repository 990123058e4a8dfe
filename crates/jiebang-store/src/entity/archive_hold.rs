//! A hold: what it covers does not expire.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_hold")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    /// One of [`crate::archive::Subject`].
    #[sea_orm(column_type = "Text")]
    pub subject_kind: String,
    #[sea_orm(column_type = "Text")]
    pub subject_id: String,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    #[sea_orm(column_type = "Text")]
    pub placed_by: String,
    pub placed_at: i64,
    #[sea_orm(column_type = "Text", nullable)]
    pub lifted_by: Option<String>,
    pub lifted_at: Option<i64>,
}

super::stands_alone!();
