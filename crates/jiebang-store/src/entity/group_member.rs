//! A member of a customer group, from either side.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "group_member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub chat_id: String,
    /// Userid or external userid.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub member_id: String,
    /// 1 member of the corp, 2 external.
    pub kind: i32,
    pub join_time: i64,
    pub join_scene: i32,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub group_nickname: String,
    #[sea_orm(column_type = "Text")]
    pub invitor: String,
}

super::stands_alone!();
