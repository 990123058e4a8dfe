//! A member whose conversations are or were archived (存档生效成员).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub userid: String,
    /// When WeCom first named the member.
    pub since: i64,
    /// When it last did.
    pub seen_at: i64,
    /// When it first did no more; nothing while it does.
    pub until: Option<i64>,
}

super::stands_alone!();
