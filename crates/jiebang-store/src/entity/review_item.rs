//! A conversation day of a sample. What was said in it is not here.

use sea_orm::entity::prelude::*;

use super::Texts;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: Uuid,
    /// From 1, in the order of the draw.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    pub conversation_id: i64,
    /// Days since 1970-01-01 in Beijing.
    pub day: i64,
    /// On that day, at the time of the draw.
    pub messages: i64,
    /// The members who take part, at the time of the draw.
    #[sea_orm(column_type = "JsonBinary")]
    pub members: Texts,
    /// One of [`jiebang_domain::archive::review::ItemState::NAMES`].
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// Who has it or closed it: `account:<id>`, `operator`.
    #[sea_orm(column_type = "Text", nullable)]
    pub reviewer: Option<String>,
    /// When it was handed to that one.
    pub since: Option<i64>,
    /// Until when it is kept for that one.
    pub until: Option<i64>,
    pub closed_at: Option<i64>,
    /// One of [`jiebang_domain::archive::review::Category`].
    #[sea_orm(column_type = "Text", nullable)]
    pub category: Option<String>,
    /// Sealed by the key of its conversation with this number, so that it is erased with it.
    #[sea_orm(column_type = "Blob", nullable)]
    pub note: Option<Vec<u8>>,
    pub note_key_no: Option<i32>,
    /// One of [`jiebang_domain::archive::review::Measure`], once it was handled.
    #[sea_orm(column_type = "Text", nullable)]
    pub measure: Option<String>,
    /// Who did: `account:<id>`, `operator`.
    #[sea_orm(column_type = "Text", nullable)]
    pub handled_by: Option<String>,
    pub handled_at: Option<i64>,
    /// As `note`.
    #[sea_orm(column_type = "Blob", nullable)]
    pub handling: Option<Vec<u8>>,
    pub handling_key_no: Option<i32>,
    /// One more with every change.
    pub version: i64,
}

super::stands_alone!();
