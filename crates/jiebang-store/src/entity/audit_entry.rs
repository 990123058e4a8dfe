//! One line of the audit log. Only ever appended; personal data may be erased.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub at: i64,
    #[sea_orm(column_type = "Text")]
    pub actor_kind: String,
    #[sea_orm(column_type = "Text")]
    pub actor_id: String,
    #[sea_orm(column_type = "Text")]
    pub act: String,
    #[sea_orm(column_type = "Text")]
    pub object_kind: String,
    #[sea_orm(column_type = "Text")]
    pub object_id: String,
    #[sea_orm(column_type = "Text")]
    pub outcome: String,
    /// JSON exactly as hashed; no personal data.
    #[sea_orm(column_type = "Text")]
    pub detail: String,
    /// JSON exactly as hashed, erasable.
    #[sea_orm(column_type = "Text", nullable)]
    pub personal: Option<String>,
    /// Erased together with `personal`.
    pub personal_salt: Option<Vec<u8>>,
    pub personal_hash: Option<Vec<u8>>,
    pub salt: Vec<u8>,
    pub leaf_hash: Vec<u8>,
    pub chain_hash: Vec<u8>,
}

super::stands_alone!();
