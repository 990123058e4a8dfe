//! A department of the corp, kept after it is gone.

use sea_orm::entity::prelude::*;

use super::Texts;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "department")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub department_id: i64,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    pub parent_id: i64,
    pub sort_order: i64,
    /// Userids of the department's leaders.
    #[sea_orm(column_type = "JsonBinary")]
    pub leaders: Texts,
    /// When a sync first did not find it.
    pub gone_at: Option<i64>,
}

super::stands_alone!();
