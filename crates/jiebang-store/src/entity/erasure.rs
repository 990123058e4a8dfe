//! A customer or conversation that was erased.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    /// One of [`crate::archive::Subject`].
    #[sea_orm(column_type = "Text")]
    pub subject_kind: String,
    #[sea_orm(column_type = "Text")]
    pub subject_id: String,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    #[sea_orm(column_type = "Text")]
    pub asked_by: String,
    pub at: i64,
    /// Messages removed.
    pub messages: i64,
    /// Files of theirs removed.
    pub files: i64,
    /// Conversations whose keys were destroyed.
    pub conversations: i64,
    /// When nothing of it was left.
    pub finished_at: Option<i64>,
}

super::stands_alone!();
