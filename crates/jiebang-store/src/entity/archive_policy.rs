//! A version of the archive's policy.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_policy")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    /// From 1, in the order of saving.
    pub version: i32,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub policy: Json,
    #[sea_orm(column_type = "Text")]
    pub saved_by: String,
    pub saved_at: i64,
    #[sea_orm(column_type = "Text", nullable)]
    pub activated_by: Option<String>,
    /// When it was last put in force.
    pub activated_at: Option<i64>,
    /// What the last simulation says, or how far it is.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub simulation: Option<Json>,
}

super::stands_alone!();
