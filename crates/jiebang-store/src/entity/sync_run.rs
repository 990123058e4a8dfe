//! A run of a sync or reconcile.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sync_run")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    pub started_at: i64,
    pub finished_at: Option<i64>,
    /// Where the run stands; written by the run, read when it is resumed.
    #[sea_orm(column_type = "JsonBinary")]
    pub progress: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub counts: Json,
    /// What callbacks had lost and this run put right.
    #[sea_orm(column_type = "JsonBinary")]
    pub repaired: Json,
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
}

super::stands_alone!();
