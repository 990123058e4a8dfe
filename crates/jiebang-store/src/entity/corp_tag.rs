//! A corp tag (企业标签) or strategy tag (规则组标签).

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "corp_tag")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub tag_id: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub group_id: String,
    #[sea_orm(column_type = "Text")]
    pub group_name: String,
    pub sort_order: i64,
    pub created_at: i64,
    pub deleted_at: Option<i64>,
    /// The customer strategy (规则组) a strategy tag belongs to.
    pub strategy_id: Option<i64>,
}

super::stands_alone!();
