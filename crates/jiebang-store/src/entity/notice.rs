//! The one notice a successor gets per handover.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    pub handover_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub userid: String,
    /// `planned`, `intended`, `sent`, `unsure` or `failed`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    #[sea_orm(column_type = "Text")]
    pub content: String,
    pub intent_at: Option<i64>,
    pub sent_at: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub msgid: Option<String>,
    pub errcode: Option<i32>,
    pub tries: i32,
}

super::stands_alone!();
