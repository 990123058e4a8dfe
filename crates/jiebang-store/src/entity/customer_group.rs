//! A customer group (客户群).

use sea_orm::entity::prelude::*;

use super::Texts;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_group")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub chat_id: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub owner: String,
    /// 0 normal, 1 owner has left, 2 being handed over, 3 handed over.
    pub status: i32,
    pub created_at: i64,
    #[sea_orm(column_type = "Text")]
    pub notice: String,
    #[sea_orm(column_type = "Text")]
    pub member_version: String,
    pub member_count: i32,
    pub external_count: i32,
    #[sea_orm(column_type = "JsonBinary")]
    pub admins: Texts,
    pub seen_run: i64,
    pub updated_at: i64,
    pub dismissed_at: Option<i64>,
}

super::stands_alone!();
