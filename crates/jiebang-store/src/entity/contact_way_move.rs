//! A contact way being pointed away from a leaver: what was wanted, intended and found.

use sea_orm::entity::prelude::*;

use super::Texts;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_way_move")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    #[sea_orm(column_type = "Text")]
    pub way_id: String,
    #[sea_orm(column_type = "Text")]
    pub leaver: String,
    pub handover_id: Option<Uuid>,
    /// The way's name when it was planned.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// `planned`, `intended`, `unsure`, or ended: `done`, `elsewhere` (somebody else changed it),
    /// `unneeded`, `gone` (the way is), `nobody` (no one can take it), `by_hand`, `failed`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// Successors in the order of preference.
    #[sea_orm(column_type = "JsonBinary")]
    pub wanted: Texts,
    /// A person chose them for this way.
    pub chosen: bool,
    #[sea_orm(column_type = "JsonBinary")]
    pub users_before: Texts,
    /// Intended; once it ended, found.
    #[sea_orm(column_type = "JsonBinary")]
    pub users_after: Texts,
    /// What the platform told before the update, whole.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub before: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub after: Option<Json>,
    /// Parts that differ besides the members.
    #[sea_orm(column_type = "JsonBinary")]
    pub changed: Texts,
    pub errcode: Option<i32>,
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    pub created_at: i64,
    pub intent_at: Option<i64>,
    pub ended_at: Option<i64>,
}

super::stands_alone!();
