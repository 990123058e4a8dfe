//! The first contact a successor owes a customer that was taken over.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "first_contact")]
pub struct Model {
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub handover_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_no: i32,
    /// The successor.
    #[sea_orm(column_type = "Text")]
    pub userid: String,
    pub due_at: i64,
    pub contacted_at: Option<i64>,
    /// How it is known: `marked` by the successor.
    #[sea_orm(column_type = "Text", nullable)]
    pub how: Option<String>,
}

super::stands_alone!();
