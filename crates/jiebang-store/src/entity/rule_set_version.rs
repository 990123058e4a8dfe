//! One version of a rule set; never changed once written.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_set_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub rule_set_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Rules of `jiebang_domain::handover::request`.
    #[sea_orm(column_type = "JsonBinary")]
    pub rules: Json,
    /// Userids, or null: what no rule takes is listed.
    #[sea_orm(column_type = "JsonBinary")]
    pub otherwise: Json,
    #[sea_orm(column_type = "Text")]
    pub saved_by: String,
    pub saved_at: i64,
}

super::stands_alone!();
