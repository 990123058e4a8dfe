//! A saved set of rules; what it says stands in its versions.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_set")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The latest.
    pub version: i32,
    /// Where it stands in the list, from 0.
    pub place: i32,
    pub created_at: i64,
    pub archived_at: Option<i64>,
}

super::stands_alone!();
