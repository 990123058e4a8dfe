//! An RSA private key whose public half was uploaded to WeCom.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    /// The number WeCom gave it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// SHA-256 of the public half, hex.
    #[sea_orm(column_type = "Text")]
    pub fingerprint: String,
    /// PKCS#8 in an envelope under the master key.
    #[sea_orm(column_type = "Blob")]
    pub sealed: Vec<u8>,
    pub added_at: i64,
    #[sea_orm(column_type = "Text")]
    pub added_by: String,
}

super::stands_alone!();
