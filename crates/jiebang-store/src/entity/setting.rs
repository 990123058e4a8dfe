//! A named setting of a corp, in the open or sealed under the master key.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "setting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub value: Option<Json>,
    /// An envelope of `jiebang-vault`.
    pub sealed: Option<Vec<u8>>,
    pub updated_at: i64,
    #[sea_orm(column_type = "Text")]
    pub updated_by: String,
}

super::stands_alone!();
