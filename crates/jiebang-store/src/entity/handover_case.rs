//! A case (交接案件) of a member.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "handover_case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(column_type = "Text")]
    pub userid: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// `left`, `disabled` or `manual`.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// `open` or `closed`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    #[sea_orm(column_type = "Text")]
    pub template: String,
    #[sea_orm(column_type = "Text")]
    pub opened_by: String,
    pub opened_at: i64,
    /// When what led to it happened: an older event does not open another.
    pub event_at: i64,
    pub due_at: i64,
    /// The account that sees to it.
    pub owner: Option<Uuid>,
    pub closed_at: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub closed_by: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub closing: String,
    /// What the member had when it was opened.
    pub customers: i64,
    pub groups: i64,
}

super::stands_alone!();
