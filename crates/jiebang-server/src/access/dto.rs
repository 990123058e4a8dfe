//! Accounts.

use std::fmt;

use jiebang_app::access::AccountView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::names::RoleName;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Account {
    pub id: Uuid,
    pub login: String,
    pub name: String,
    pub role: RoleName,
    /// The account reaches these and those below them; the whole corp if empty.
    pub departments: Vec<i64>,
    /// The member it belongs to.
    pub userid: Option<String>,
    pub must_change_password: bool,
    pub created_at: i64,
    pub disabled: bool,
    /// Locked by failed sign-ins until then.
    pub locked_until: Option<i64>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountInput {
    /// 1 to 64 characters, the same in any case.
    pub login: String,
    pub name: String,
    pub role: RoleName,
    #[serde(default)]
    pub departments: Vec<i64>,
    pub userid: Option<String>,
}

/// What is to be changed; absent fields stay as they are.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountChange {
    pub name: Option<String>,
    pub role: Option<RoleName>,
    pub departments: Option<Vec<i64>>,
    /// An empty text unbinds the account.
    pub userid: Option<String>,
    pub disabled: Option<bool>,
}

/// A new account and its password, which is shown only here.
#[derive(Serialize, ToSchema)]
pub struct AccountCreated {
    pub account: Account,
    pub password: String,
}

/// A password that is shown only here.
#[derive(Serialize, ToSchema)]
pub struct PasswordReset {
    pub password: String,
}

macro_rules! hidden {
    ($($name:ident)*) => {$(
        /// Names the type only, so that no password reaches a log.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}
pub(crate) use hidden;

hidden!(AccountCreated PasswordReset);

impl From<AccountView> for Account {
    fn from(view: AccountView) -> Self {
        Self {
            id: view.id,
            login: view.login,
            name: view.name,
            role: RoleName::from(view.role),
            departments: view.departments,
            userid: view.userid,
            must_change_password: view.must_change_password,
            created_at: view.created_at,
            disabled: view.disabled,
            locked_until: view.locked_until,
        }
    }
}
