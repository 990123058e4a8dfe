//! A signed-in browser.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// SHA-256 of the cookie's token, hex.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub token_hash: String,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    pub account_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub csrf_token: String,
    pub created_at: i64,
    pub last_seen_at: i64,
    pub expires_at: i64,
    pub revoked_at: Option<i64>,
    /// When the password was last asked for again.
    pub step_up_at: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub user_agent: String,
}

super::stands_alone!();
