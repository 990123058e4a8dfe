//! Holds: what they cover does not expire.

use std::collections::BTreeSet;

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::{among, list as numbers, of_corp, statement};
use crate::entity::archive_hold;
use crate::error::During;
use crate::{StoreError, Tx};

pub use crate::entity::archive_hold::Model as Hold;

/// That a message `m` is under a hold: to stand in a `WHERE`, with the corp as `$1`.
pub(super) fn covers_m() -> String {
    covers_m_which("")
}

/// As [`covers_m`], of the holds `h` for which `only` (beginning with `AND`) is true.
fn covers_m_which(only: &str) -> String {
    format!(
        "EXISTS (
            SELECT 1 FROM archive_hold h
            WHERE h.corp_id = $1 AND h.lifted_at IS NULL {only} AND ({}))",
        covers("m.conversation_id")
    )
}

/// That the hold `h` covers a conversation.
fn covers(conversation: &str) -> String {
    format!(
        "h.subject_kind = 'corp'
         OR h.subject_kind = 'conversation' AND h.subject_id = CAST({conversation} AS text)
         OR h.subject_kind = 'person' AND EXISTS (
             SELECT 1 FROM conversation_person p
             WHERE p.corp_id = $1 AND p.person = h.subject_id
                   AND p.conversation_id = {conversation})"
    )
}

/// What would be removed at once if a hold were lifted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromQueryResult)]
pub struct Released {
    pub messages: i64,
    pub files: i64,
    /// When the first and the last of them were sent, in milliseconds.
    pub oldest: Option<i64>,
    pub newest: Option<i64>,
}

/// What would be removed at `now` if this hold were lifted: what is over, under it, and under no
/// other.
pub async fn released_by(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    id: Uuid,
    now: Timestamp,
) -> Result<Released, StoreError> {
    // By the partial index message_expiry.
    let (this, others) = (
        covers_m_which("AND h.id = $3"),
        covers_m_which("AND h.id <> $3"),
    );
    let sql = format!(
        "SELECT count(*) AS messages,
                CAST(coalesce(sum((SELECT count(*) FROM message_media f
                                   WHERE f.message_id = m.id AND f.corp_id = $1)), 0) AS bigint)
                    AS files,
                min(m.sent_at) AS oldest, max(m.sent_at) AS newest
         FROM message m
         WHERE m.corp_id = $1 AND m.expires_at IS NOT NULL AND m.expires_at <= $2
               AND {this} AND NOT {others}"
    );
    let values = [corp.as_str().into(), now.seconds().into(), id.into()];
    let found = Released::find_by_statement(statement(conn, &sql, values))
        .one(conn)
        .await
        .during("look for what a hold keeps")?;
    Ok(found.unwrap_or_default())
}

pub async fn find(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    id: Uuid,
) -> Result<Option<Hold>, StoreError> {
    archive_hold::Entity::find_by_id(id)
        .filter(archive_hold::Column::CorpId.eq(corp.as_str()))
        .one(conn)
        .await
        .during("load a hold")
}

/// The standing holds that keep something of these conversations, newest first.
pub async fn standing_over(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    conversations: &[i64],
) -> Result<Vec<Hold>, StoreError> {
    let (these, covers) = (among(conn, "c.id", 2), covers("c.id"));
    let corps = of_corp(conn, "c.corp_id", 1);
    let sql = format!(
        "SELECT h.* FROM archive_hold h
         WHERE h.corp_id = $1 AND h.lifted_at IS NULL AND EXISTS (
             SELECT 1 FROM conversation c WHERE {corps} AND {these} AND ({covers}))
         ORDER BY h.placed_at DESC, h.id DESC"
    );
    let values = [corp.as_str().into(), numbers(conn, conversations)];
    archive_hold::Entity::find()
        .from_raw_sql(statement(conn, &sql, values))
        .all(conn)
        .await
        .during("look for holds over conversations")
}

/// Those of these conversations that a standing hold covers.
pub async fn held_among(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    conversations: &[i64],
) -> Result<BTreeSet<i64>, StoreError> {
    let (these, covers) = (among(conn, "c.id", 2), covers("c.id"));
    let corps = of_corp(conn, "c.corp_id", 1);
    let sql = format!(
        "SELECT c.id FROM conversation c
         WHERE {corps} AND {these} AND EXISTS (
             SELECT 1 FROM archive_hold h
             WHERE h.corp_id = $1 AND h.lifted_at IS NULL AND ({covers}))"
    );
    let values = [corp.as_str().into(), numbers(conn, conversations)];
    let found = super::ids(conn, &sql, values, "look which conversations are held").await?;
    Ok(found.into_iter().collect())
}

/// On PostgreSQL one at a time of placing a hold, expiry, erasing, putting a policy in force and
/// applying it, so that none of them decides by holds or a policy that are about to change. To be
/// taken before [`super::lock`] and before the row of one's job, and not while expiry is enqueued.
pub async fn lock(tx: &Tx, corp: &str) -> Result<(), StoreError> {
    let operation = "wait for the turn to look at holds";
    super::take_turn(tx, format!("holds {corp}"), operation).await
}

pub async fn place(tx: &Tx, hold: Hold) -> Result<(), StoreError> {
    lock(tx, &hold.corp_id).await?;
    archive_hold::Entity::insert(hold.into_active_model().reset_all())
        .exec_without_returning(tx.conn())
        .await
        .during("place a hold")?;
    Ok(())
}

/// Lifts a hold. Returns `false` if there is none that stands.
pub async fn lift(
    tx: &Tx,
    corp: &CorpId,
    id: Uuid,
    by: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    use archive_hold::Column;
    let result = archive_hold::Entity::update_many()
        .col_expr(Column::LiftedAt, Expr::val(now.seconds()))
        .col_expr(Column::LiftedBy, Expr::val(by))
        .filter(Column::CorpId.eq(corp.as_str()))
        .filter(Column::Id.eq(id))
        .filter(Column::LiftedAt.is_null())
        .exec(tx.conn())
        .await
        .during("lift a hold")?;
    Ok(result.rows_affected == 1)
}

/// Holds, newest first; only those that stand, if asked so.
pub async fn list(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    standing_only: bool,
) -> Result<Vec<Hold>, StoreError> {
    use archive_hold::Column;
    let mut find = archive_hold::Entity::find().filter(Column::CorpId.eq(corp.as_str()));
    if standing_only {
        find = find.filter(Column::LiftedAt.is_null());
    }
    find.order_by_desc(Column::PlacedAt)
        .order_by_desc(Column::Id)
        .all(conn)
        .await
        .during("list holds")
}
