//! A time of which messages are lost: nothing was pulled for longer than WeCom keeps them.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_gap")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    pub from_at: i64,
    pub to_at: i64,
    pub found_at: i64,
}

super::stands_alone!();
