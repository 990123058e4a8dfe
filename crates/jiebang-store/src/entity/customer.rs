//! A customer (外部联系人), once per corp however many members follow them.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub external_userid: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// 1 WeChat user, 2 WeCom user.
    pub kind: i32,
    pub gender: i32,
    #[sea_orm(column_type = "Text")]
    pub avatar: String,
    #[sea_orm(column_type = "Text")]
    pub unionid: String,
    #[sea_orm(column_type = "Text")]
    pub position: String,
    #[sea_orm(column_type = "Text")]
    pub corp_name: String,
    #[sea_orm(column_type = "Text")]
    pub corp_full_name: String,
    pub first_seen_at: i64,
    pub updated_at: i64,
}

super::stands_alone!();
