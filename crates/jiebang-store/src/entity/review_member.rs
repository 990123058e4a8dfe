//! How many of the conversation days a sample was drawn from were a member's.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub userid: String,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    pub population: i64,
}

super::stands_alone!();
