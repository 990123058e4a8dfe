//! An item of a case's checklist.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(column_type = "Text")]
    pub title: String,
    pub mandatory: bool,
    /// One of `jiebang_domain::case::ItemKind`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    pub due_at: i64,
    pub owner: Option<Uuid>,
    pub done_at: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub done_by: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub note: String,
}

super::stands_alone!();
