//! One call that moves up to 100 rows, stored before it is made.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "handover_call")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    pub handover_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub subject_kind: String,
    #[sea_orm(column_type = "Text")]
    pub handover_userid: String,
    #[sea_orm(column_type = "Text")]
    pub takeover_userid: String,
    /// `intended`, `answered`, `unsure` or `settled`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub intent_at: i64,
    pub answered_at: Option<i64>,
    pub settled_at: Option<i64>,
    pub errcode: Option<i32>,
    #[sea_orm(column_type = "JsonBinary")]
    pub baseline: Json,
    pub rows: i32,
}

super::stands_alone!();
