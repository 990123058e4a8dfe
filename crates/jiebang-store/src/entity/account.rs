//! Who may sign in.

use sea_orm::entity::prelude::*;

use super::Numbers;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub corp_id: String,
    /// Folded to lower case; unique in the corp.
    #[sea_orm(column_type = "Text")]
    pub login: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub password_hash: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub role: String,
    /// The branch the account is limited to; empty: as the role says.
    #[sea_orm(column_type = "JsonBinary")]
    pub departments: Numbers,
    /// The member behind the account.
    #[sea_orm(column_type = "Text", nullable)]
    pub userid: Option<String>,
    pub created_at: i64,
    pub disabled_at: Option<i64>,
    pub must_change_password: bool,
    pub failed_logins: i32,
    pub locked_until: Option<i64>,
}

super::stands_alone!();
