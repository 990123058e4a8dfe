//! Sessions, known by the hash of their token.

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, UpdateMany,
};
use uuid::Uuid;

use super::Session;
use crate::entity::session::{self, Column};
use crate::error::{During, assert_rows};
use crate::{StoreError, Tx, text};

const MAX_USER_AGENT_BYTES: usize = 300;

/// Stores a new session.
pub async fn insert(tx: &Tx, mut row: Session) -> Result<(), StoreError> {
    text::without_nul(&mut row.user_agent);
    row.user_agent = text::at_most(&row.user_agent, MAX_USER_AGENT_BYTES).to_owned();
    session::Entity::insert(row.into_active_model())
        .exec_without_returning(tx.conn())
        .await
        .during("store a session")
        .map(drop)
}

/// The session with this token hash if it is neither revoked nor over. Of any corp: the cookie
/// is what tells it.
pub async fn live(
    conn: &impl ConnectionTrait,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    session::Entity::find_by_id(token_hash.to_owned())
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.seconds()))
        .one(conn)
        .await
        .during("load a session")
}

/// A session that was revoked and has not been used since.
pub async fn revoked(
    conn: &impl ConnectionTrait,
    token_hash: &str,
) -> Result<Option<Session>, StoreError> {
    session::Entity::find_by_id(token_hash.to_owned())
        .filter(Expr::col(Column::LastSeenAt).lte(Expr::col(Column::RevokedAt)))
        .one(conn)
        .await
        .during("load a revoked session")
}

/// Notes that a session was used after it was revoked. Returns whether that is the first time, so
/// that it is told once however often it is tried.
pub async fn note_refused(tx: &Tx, token_hash: &str, now: Timestamp) -> Result<bool, StoreError> {
    let touched = session::Entity::update_many()
        .col_expr(Column::LastSeenAt, Expr::val(now.seconds() + 1))
        .filter(Column::TokenHash.eq(token_hash))
        .filter(Expr::col(Column::LastSeenAt).lte(Expr::col(Column::RevokedAt)))
        .exec(tx.conn())
        .await
        .during("note a refused session")?;
    Ok(touched.rows_affected > 0)
}

/// Records that the session was used, and lengthens it.
pub async fn touch(
    tx: &Tx,
    token_hash: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    const OPERATION: &str = "lengthen a session";
    let touched = one(token_hash)
        .col_expr(Column::LastSeenAt, Expr::val(now.seconds()))
        .col_expr(Column::ExpiresAt, Expr::val(expires_at.seconds()))
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    assert_rows(OPERATION, 1, touched.rows_affected)
}

/// Records that the password was asked for again.
pub async fn step_up(tx: &Tx, token_hash: &str, now: Timestamp) -> Result<(), StoreError> {
    const OPERATION: &str = "record a step-up";
    let touched = one(token_hash)
        .col_expr(Column::StepUpAt, Expr::val(now.seconds()))
        .exec(tx.conn())
        .await
        .during(OPERATION)?;
    assert_rows(OPERATION, 1, touched.rows_affected)
}

/// Ends a session. Returns whether it was live.
pub async fn revoke(tx: &Tx, token_hash: &str, now: Timestamp) -> Result<bool, StoreError> {
    let touched = one(token_hash)
        .col_expr(Column::RevokedAt, Expr::val(now.seconds()))
        .exec(tx.conn())
        .await
        .during("revoke a session")?;
    Ok(touched.rows_affected > 0)
}

/// Ends all sessions of an account but the one with hash `except`. Returns how many.
pub async fn revoke_all(
    tx: &Tx,
    corp: &CorpId,
    account: Uuid,
    except: Option<&str>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let mut update = session::Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::val(now.seconds()))
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::AccountId.eq(account))
        .filter(Column::RevokedAt.is_null());
    if let Some(except) = except {
        update = update.filter(Column::TokenHash.ne(except));
    }
    Ok(update
        .exec(tx.conn())
        .await
        .during("revoke sessions")?
        .rows_affected)
}

/// The live sessions of an account, the latest used first.
pub async fn list(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    account: Uuid,
    now: Timestamp,
) -> Result<Vec<Session>, StoreError> {
    session::Entity::find()
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::AccountId.eq(account))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.seconds()))
        .order_by_desc(Column::LastSeenAt)
        .all(conn)
        .await
        .during("list sessions")
}

/// Forgets sessions that were over before `before`. Returns how many.
pub async fn prune(tx: &Tx, before: Timestamp) -> Result<u64, StoreError> {
    let result = session::Entity::delete_many()
        .filter(Column::ExpiresAt.lt(before.seconds()))
        .exec(tx.conn())
        .await
        .during("forget old sessions")?;
    Ok(result.rows_affected)
}

fn one(token_hash: &str) -> UpdateMany<session::Entity> {
    session::Entity::update_many()
        .filter(Column::TokenHash.eq(token_hash))
        .filter(Column::RevokedAt.is_null())
}
