//! A person's word on the rows of a handover that wait for two.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "handover_approval")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    pub handover_id: Uuid,
    /// Of the rows it was given for.
    #[sea_orm(column_type = "Text")]
    pub digest: String,
    /// `account:<id>`.
    #[sea_orm(column_type = "Text")]
    pub account: String,
    /// `approve` or `decline`.
    #[sea_orm(column_type = "Text")]
    pub decision: String,
    #[sea_orm(column_type = "Text")]
    pub comment: String,
    pub at: i64,
    pub withdrawn_at: Option<i64>,
}

super::stands_alone!();
