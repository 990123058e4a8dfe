//! A member's relation to a customer.

use sea_orm::entity::prelude::*;

use super::Texts;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "follow")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub userid: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub external_userid: String,
    #[sea_orm(column_type = "Text")]
    pub remark: String,
    #[sea_orm(column_type = "Text")]
    pub description: String,
    #[sea_orm(column_type = "Text")]
    pub remark_company: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub remark_mobiles: Texts,
    pub add_way: i32,
    #[sea_orm(column_type = "Text")]
    pub oper_userid: String,
    /// The `state` of the contact way by which the customer was added.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// WeCom's `createtime`.
    pub added_at: i64,
    /// Ids of corp and strategy tags.
    #[sea_orm(column_type = "JsonBinary")]
    pub tags: Texts,
    /// Names of the member's own tags.
    #[sea_orm(column_type = "JsonBinary")]
    pub personal_tags: Texts,
    /// Number of the sync run that saw it last.
    pub seen_run: i64,
    pub seen_at: i64,
    pub ended_at: Option<i64>,
    /// One of [`crate::customer::EndReason`].
    #[sea_orm(column_type = "Text", nullable)]
    pub end_reason: Option<String>,
}

super::stands_alone!();
