//! A file of a message.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_media")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i32,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    pub conversation_id: i64,
    /// Of the conversation's key that seals `file_id` and `blob_key`.
    pub key_no: i32,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// WeCom's `sdkfileid`, sealed.
    #[sea_orm(column_type = "Blob")]
    pub file_id: Vec<u8>,
    /// Bytes, as the message says.
    pub size: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub md5: Option<String>,
    /// One of [`crate::archive::media::State`].
    #[sea_orm(column_type = "Text")]
    pub state: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// Where to go on; opaque.
    #[sea_orm(column_type = "Text", nullable)]
    pub out_index: Option<String>,
    /// Bytes received so far.
    pub received: i64,
    /// Unix seconds after which WeCom has it no more.
    pub deadline: i64,
    pub tries: i32,
    pub next_try_at: i64,
    #[sea_orm(column_type = "Blob", nullable)]
    pub blob_name: Option<Vec<u8>>,
    /// The blob's key, wrapped by the conversation's.
    #[sea_orm(column_type = "Blob", nullable)]
    pub blob_key: Option<Vec<u8>>,
}

super::stands_alone!();
