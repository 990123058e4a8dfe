//! An attempt of a row that ended before the row was put back for another.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "handover_attempt")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    pub handover_id: Uuid,
    pub row_no: i32,
    #[sea_orm(column_type = "Text")]
    pub subject_kind: String,
    #[sea_orm(column_type = "Text")]
    pub subject_id: String,
    #[sea_orm(column_type = "Text")]
    pub successor: String,
    pub call_id: Option<Uuid>,
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
    /// How it ended: a row state.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub errcode: Option<i32>,
}

super::stands_alone!();
