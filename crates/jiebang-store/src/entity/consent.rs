//! That a customer agreed to the archive, or did not, from a moment on.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    /// The member of the pair; empty for a room.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub userid: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub external_userid: String,
    /// Empty for a pair.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub room_id: String,
    /// Since when, Unix seconds.
    #[sea_orm(primary_key, auto_increment = false)]
    pub at: i64,
    /// `agree`, `disagree` or `default_agree`.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// `check`, `message` or `callback`.
    #[sea_orm(column_type = "Text")]
    pub source: String,
    pub learned_at: i64,
}

super::stands_alone!();
