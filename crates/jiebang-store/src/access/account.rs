//! Accounts. Logins are folded to lower case and unique in a corp.

use jiebang_domain::id::{CorpId, UserId};
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, Select, UpdateMany,
};
use uuid::Uuid;

use super::Account;
use crate::entity::account::{self, Column};
use crate::error::{During, assert_rows};
use crate::{StoreError, Tx};

/// The login as it is stored and looked up.
#[must_use]
pub fn fold_login(login: &str) -> String {
    login.trim().to_lowercase()
}

/// Stores a new account. Errs with [`StoreError::Conflict`] if the login is taken.
pub async fn insert(tx: &Tx, mut row: Account) -> Result<(), StoreError> {
    row.login = fold_login(&row.login);
    account::Entity::insert(row.into_active_model())
        .exec_without_returning(tx.conn())
        .await
        .during("store an account")
        .map(drop)
}

/// Stores every field of an account that is there.
pub async fn update(tx: &Tx, mut row: Account) -> Result<(), StoreError> {
    const OPERATION: &str = "change an account";
    row.login = fold_login(&row.login);
    let (id, corp) = (row.id, row.corp_id.clone());
    let touched = account::Entity::update_many()
        .set(row.into_active_model().reset_all())
        .filter(Column::Id.eq(id))
        .filter(Column::CorpId.eq(corp))
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    assert_rows(OPERATION, 1, touched.rows_affected)
}

pub async fn by_id(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    id: Uuid,
) -> Result<Option<Account>, StoreError> {
    of_corp(corp)
        .filter(Column::Id.eq(id))
        .one(conn)
        .await
        .during("load an account")
}

/// By login, in any case.
pub async fn by_login(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    login: &str,
) -> Result<Option<Account>, StoreError> {
    of_corp(corp)
        .filter(Column::Login.eq(fold_login(login)))
        .one(conn)
        .await
        .during("load an account by login")
}

/// The account of a member, if one is bound and not disabled.
pub async fn by_member(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    member: &UserId,
) -> Result<Option<Account>, StoreError> {
    of_corp(corp)
        .filter(Column::Userid.eq(member.as_str()))
        .filter(Column::DisabledAt.is_null())
        .order_by_asc(Column::CreatedAt)
        .one(conn)
        .await
        .during("load the account of a member")
}

/// All accounts, disabled ones too, in the order of their logins.
pub async fn list(conn: &impl ConnectionTrait, corp: &CorpId) -> Result<Vec<Account>, StoreError> {
    of_corp(corp)
        .order_by_asc(Column::Login)
        .all(conn)
        .await
        .during("list accounts")
}

/// How many accounts there are, disabled ones too.
pub async fn count(conn: &impl ConnectionTrait, corp: &CorpId) -> Result<u64, StoreError> {
    of_corp(corp).count(conn).await.during("count accounts")
}

/// Counts a sign-in that failed, and locks the account where `locked_until` says so. Returns how
/// many failed in a row.
pub async fn record_failure(
    tx: &Tx,
    corp: &CorpId,
    id: Uuid,
    lock: impl FnOnce(i32) -> Option<Timestamp>,
) -> Result<i32, StoreError> {
    const OPERATION: &str = "count a failed sign-in";
    let touched = change(corp, id)
        .col_expr(Column::FailedLogins, Expr::col(Column::FailedLogins).add(1))
        .exec_with_returning(tx.conn())
        .await
        .during(OPERATION)?;
    let found = touched.len() as u64;
    let Some(row) = touched.into_iter().next() else {
        return Err(StoreError::RowCount {
            operation: OPERATION,
            expected: 1,
            found,
        });
    };
    if let Some(until) = lock(row.failed_logins) {
        let locked = change(corp, id)
            .col_expr(Column::LockedUntil, Expr::val(until.seconds()))
            .exec(tx.conn())
            .await
            .during(OPERATION)?;
        assert_rows(OPERATION, 1, locked.rows_affected)?;
    }
    Ok(row.failed_logins)
}

/// Forgets failed sign-ins and lifts the lock, after a good one.
pub async fn record_success(tx: &Tx, corp: &CorpId, id: Uuid) -> Result<(), StoreError> {
    const OPERATION: &str = "record a sign-in";
    let touched = change(corp, id)
        .col_expr(Column::FailedLogins, Expr::val(0))
        .col_expr(Column::LockedUntil, Expr::val(None::<i64>))
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    assert_rows(OPERATION, 1, touched.rows_affected)
}

/// Stores a new password hash; whoever knew the old one has to sign in again (the caller revokes
/// sessions).
pub async fn set_password(
    tx: &Tx,
    corp: &CorpId,
    id: Uuid,
    password_hash: &str,
    must_change: bool,
) -> Result<(), StoreError> {
    const OPERATION: &str = "store a password";
    let touched = change(corp, id)
        .col_expr(Column::PasswordHash, Expr::val(password_hash))
        .col_expr(Column::MustChangePassword, Expr::val(must_change))
        .col_expr(Column::FailedLogins, Expr::val(0))
        .col_expr(Column::LockedUntil, Expr::val(None::<i64>))
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    assert_rows(OPERATION, 1, touched.rows_affected)
}

fn of_corp(corp: &CorpId) -> Select<account::Entity> {
    account::Entity::find().filter(Column::CorpId.eq(corp.as_str()))
}

fn change(corp: &CorpId, id: Uuid) -> UpdateMany<account::Entity> {
    account::Entity::update_many()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Id.eq(id))
}
