//! What a person did in WeCom's console for a leaver, where no API can.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_way_task")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub leaver: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub item: String,
    pub done_at: i64,
    #[sea_orm(column_type = "Text")]
    pub done_by: String,
}

super::stands_alone!();
