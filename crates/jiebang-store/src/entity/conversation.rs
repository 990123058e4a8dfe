//! A conversation: two people, or a room.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversation")]
pub struct Model {
    /// [`crate::archive::conversation_id`].
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    /// `single` or `room`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// `internal`, `external` or `updown`.
    #[sea_orm(column_type = "Text")]
    pub channel: String,
    /// The room's id, or both ids in order with a blank between.
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    pub messages: i64,
    /// Milliseconds.
    pub first_at: i64,
    /// Milliseconds.
    pub last_at: i64,
    pub last_id: i64,
}

super::stands_alone!();
