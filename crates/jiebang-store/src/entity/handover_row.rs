//! One customer or group of a handover.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "handover_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub handover_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_no: i32,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    /// `customer` or `group`.
    #[sea_orm(column_type = "Text")]
    pub subject_kind: String,
    #[sea_orm(column_type = "Text")]
    pub subject_id: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub successor: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub reason: Json,
    #[sea_orm(column_type = "Text")]
    pub prediction: String,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub prediction_detail: Option<Json>,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub errcode: Option<i32>,
    pub not_before: Option<i64>,
    pub waiting_until: Option<i64>,
    pub ended_at: Option<i64>,
    pub call_id: Option<Uuid>,
    pub started_at: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub carry: String,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub carry_detail: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub snapshot: Option<Json>,
    pub updated_at: i64,
    /// Remark for the successor, of this row alone.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// Why it needs approval, as a list; nothing if it does not.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub approval: Option<Json>,
}

super::stands_alone!();
