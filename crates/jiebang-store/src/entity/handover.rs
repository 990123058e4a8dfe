//! A handover (交接).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "handover")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    /// `resigned` or `in_service`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    #[sea_orm(column_type = "Text")]
    pub leaver: String,
    #[sea_orm(column_type = "Text")]
    pub leaver_name: String,
    /// `draft`, `running`, `finished` or `cancelled`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub request: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub scope: Json,
    /// What was predicted when it was planned last.
    #[sea_orm(column_type = "JsonBinary")]
    pub dry_run: Json,
    #[sea_orm(column_type = "Text")]
    pub note: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub message: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    pub created_at: i64,
    #[sea_orm(column_type = "Text", nullable)]
    pub started_by: Option<String>,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub version: i32,
    /// Who planned it last, or put rows back; unknown of those from before approvals.
    #[sea_orm(column_type = "Text", nullable)]
    pub planned_by: Option<String>,
    pub planned_at: Option<i64>,
}

super::stands_alone!();
