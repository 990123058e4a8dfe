//! A sample of conversation days, and all that is needed to draw it again.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "review_batch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub purpose: String,
    /// `account:<id>`, `operator`.
    #[sea_orm(column_type = "Text")]
    pub made_by: String,
    pub made_at: i64,
    /// Days since 1970-01-01 in Beijing.
    pub first_day: i64,
    pub last_day: i64,
    /// [`jiebang_domain::archive::review::Filter`].
    #[sea_orm(column_type = "JsonBinary")]
    pub filter: Json,
    /// [`jiebang_domain::archive::review::Method`].
    #[sea_orm(column_type = "JsonBinary")]
    pub method: Json,
    #[sea_orm(column_type = "Text")]
    pub seed: String,
    /// Conversation days it was drawn from.
    pub population: i64,
    /// Of the list of them, hex.
    #[sea_orm(column_type = "Text")]
    pub population_sha256: String,
}

super::stands_alone!();
