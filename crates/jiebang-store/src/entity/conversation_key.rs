//! A key of a conversation's bodies.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversation_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: i64,
    /// From 1; the highest seals, all open.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    pub corp_key_number: i32,
    /// Under its share and that corp key; nothing once it is destroyed.
    #[sea_orm(column_type = "Blob", nullable)]
    pub wrapped: Option<Vec<u8>>,
    /// Its share in the key store; nothing where that is not known.
    pub share_id: Option<i64>,
    /// Envelopes it has sealed, at least; see [`jiebang_vault::archive::SEALS_A_KEY`].
    pub seals: i64,
    pub created_at: i64,
    pub destroyed_at: Option<i64>,
}

super::stands_alone!();
