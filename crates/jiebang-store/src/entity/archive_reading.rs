//! For what reason somebody reads other people's conversations, and until when.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_reading")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    /// `account:<id>`, `operator`.
    #[sea_orm(column_type = "Text")]
    pub reader: String,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    pub at: i64,
    pub until: i64,
    /// The sample for which it counts; `None`: for everything.
    pub review_id: Option<Uuid>,
}

super::stands_alone!();
