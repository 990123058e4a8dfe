//! What a company knows of a member as a successor.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member_profile")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub userid: String,
    /// A `MemberProfile` of `jiebang_domain::handover::team`.
    #[sea_orm(column_type = "JsonBinary")]
    pub profile: Json,
    pub updated_at: i64,
}

super::stands_alone!();
