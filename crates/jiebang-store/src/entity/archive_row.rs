//! A row as WeCom delivered it; afterwards, that its message is known.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_row")]
pub struct Model {
    /// In the order of delivery.
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(column_type = "Text")]
    pub msgid: String,
    /// A u64 as its bits.
    pub seq: i64,
    pub publickey_ver: i64,
    /// Until the row is done.
    #[sea_orm(column_type = "Text", nullable)]
    pub encrypt_random_key: Option<String>,
    /// Until the row is done.
    #[sea_orm(column_type = "Text", nullable)]
    pub encrypt_chat_msg: Option<String>,
    /// One of [`crate::archive::rows::State`].
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// Why it is parked, or why its message is not (any more) here.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    pub tries: i32,
    pub received_at: i64,
    pub changed_at: i64,
    pub message_id: Option<i64>,
}

super::stands_alone!();
