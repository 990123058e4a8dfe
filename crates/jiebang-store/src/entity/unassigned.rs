//! A customer of a leaver that WeCom lists as not yet handed over.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unassigned")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub handover_userid: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub external_userid: String,
    pub dimission_time: i64,
    pub seen_run: i64,
    pub seen_at: i64,
    pub gone_at: Option<i64>,
}

super::stands_alone!();
