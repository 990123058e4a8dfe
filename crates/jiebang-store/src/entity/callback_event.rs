//! A raw callback, stored once before anyone interprets it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "callback_event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(column_type = "Text")]
    pub hash: String,
    pub received_at: i64,
    pub times_received: i32,
    #[sea_orm(column_type = "Text")]
    pub xml: String,
    #[sea_orm(column_type = "Text")]
    pub event: String,
    #[sea_orm(column_type = "Text")]
    pub change_type: String,
    pub handled_at: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub outcome: Option<String>,
}

super::stands_alone!();
