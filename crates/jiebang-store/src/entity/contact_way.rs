//! A contact way (联系我) or acquisition link (获客链接) of the corp.

use sea_orm::entity::prelude::*;

use super::{Numbers, Texts};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_way")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    /// `code` or `link`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub way_id: String,
    /// Leads to one member and no more.
    pub single: bool,
    /// A code's remark, a link's name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The channel parameter (state).
    #[sea_orm(column_type = "Text")]
    pub channel: String,
    /// Userids, folded to lower case.
    #[sea_orm(column_type = "JsonBinary")]
    pub users: Texts,
    #[sea_orm(column_type = "JsonBinary")]
    pub parties: Numbers,
    /// As the platform told it.
    #[sea_orm(column_type = "JsonBinary")]
    pub raw: Json,
    pub seen_run: i64,
    pub read_at: i64,
    pub gone_at: Option<i64>,
}

super::stands_alone!();
