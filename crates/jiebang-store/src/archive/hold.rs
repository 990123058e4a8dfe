//! Holds: what they cover does not expire.

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};
use uuid::Uuid;

use crate::entity::archive_hold;
use crate::error::During;
use crate::{StoreError, Tx};

pub use crate::entity::archive_hold::Model as Hold;

/// That a message `m` is under a hold: to stand in a `WHERE`, with the corp as `$1`.
pub(super) const COVERS_M: &str = "EXISTS (
    SELECT 1 FROM archive_hold h
    WHERE h.corp_id = $1 AND h.lifted_at IS NULL AND (
        h.subject_kind = 'corp'
        OR h.subject_kind = 'conversation' AND h.subject_id = CAST(m.conversation_id AS text)
        OR h.subject_kind = 'person' AND EXISTS (
            SELECT 1 FROM conversation_person p
            WHERE p.corp_id = $1 AND p.person = h.subject_id
                  AND p.conversation_id = m.conversation_id)))";

pub async fn place(tx: &Tx, hold: Hold) -> Result<(), StoreError> {
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
