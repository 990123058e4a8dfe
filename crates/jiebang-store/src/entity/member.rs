//! A member (成员) of the corp. Kept after the member is gone: handovers and audit entries need the
//! name.

use sea_orm::entity::prelude::*;

use super::{Numbers, Texts};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    /// Folded to lower case.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub userid: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    pub main_department: i64,
    #[sea_orm(column_type = "JsonBinary")]
    pub departments: Numbers,
    /// Departments in which the member is a leader.
    #[sea_orm(column_type = "JsonBinary")]
    pub leads_in: Numbers,
    #[sea_orm(column_type = "JsonBinary")]
    pub direct_leader: Texts,
    #[sea_orm(column_type = "Text")]
    pub position: String,
    #[sea_orm(column_type = "Text")]
    pub alias: String,
    /// 1 active, 2 disabled, 4 not activated, 5 left.
    pub status: i32,
    /// Whether the member may serve customers (联系客户).
    pub customer_contact: bool,
    pub first_seen_at: i64,
    pub last_seen_at: i64,
    /// When the member was found to have left.
    pub left_at: Option<i64>,
    /// When the directory was first found without the member.
    pub gone_at: Option<i64>,
}

super::stands_alone!();
