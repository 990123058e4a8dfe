//! Transfer calls, stored before they are made.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder,
};
use uuid::Uuid;

use crate::entity::handover_call::{Column, Entity, Model};
use crate::error::{During, assert_rows};
use crate::{StoreError, Tx};

pub async fn insert_call(tx: &Tx, call: Model) -> Result<(), StoreError> {
    Entity::insert(call.into_active_model().reset_all())
        .exec_without_returning(tx.conn())
        .await
        .during("store the intent to call")?;
    Ok(())
}

/// Calls whose outcome is not settled, oldest first; of one successor or of all.
pub async fn open_calls(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    subject_kind: &str,
    successor: Option<&str>,
) -> Result<Vec<Model>, StoreError> {
    let mut query = Entity::find()
        .filter(Column::HandoverId.eq(handover))
        .filter(Column::State.is_in(["intended", "unsure"]))
        .filter(Column::SubjectKind.eq(subject_kind))
        .order_by_asc(Column::IntentAt)
        .order_by_asc(Column::Id);
    if let Some(successor) = successor {
        query = query.filter(Column::TakeoverUserid.eq(successor));
    }
    query.all(conn).await.during("read the open calls")
}

/// Moves a call on to `answered`, `unsure` or `settled`.
pub async fn end_call(
    tx: &Tx,
    id: Uuid,
    state: &str,
    errcode: Option<i32>,
    now: i64,
) -> Result<(), StoreError> {
    let at = if state == "settled" {
        Column::SettledAt
    } else {
        Column::AnsweredAt
    };
    let found = Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::Errcode, Expr::value(errcode))
        .col_expr(at, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::State.is_in(["intended", "unsure"]))
        .exec(tx.conn())
        .await
        .during("record the end of the call")?;
    assert_rows("record the end of the call", 1, found.rows_affected)
}

/// All calls for the customers of one pair, ended ones included.
pub async fn calls(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    successor: &str,
) -> Result<Vec<Model>, StoreError> {
    Entity::find()
        .filter(Column::HandoverId.eq(handover))
        .filter(Column::SubjectKind.eq("customer"))
        .filter(Column::TakeoverUserid.eq(successor))
        .all(conn)
        .await
        .during("read the calls")
}

/// How many calls were made for a handover.
pub async fn count_calls(conn: &impl ConnectionTrait, handover: Uuid) -> Result<u64, StoreError> {
    Entity::find()
        .filter(Column::HandoverId.eq(handover))
        .count(conn)
        .await
        .during("count the calls")
}
