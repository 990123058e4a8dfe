//! Votes on the rows that wait for approval, and the attempts that rows have behind them.

use std::collections::BTreeMap;

use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::batch::rows_a_statement;
use crate::entity::handover_approval::{Column, Entity, Model};
use crate::entity::{handover, handover_attempt, handover_row};
use crate::error::During;
use crate::{StoreError, Tx};

pub async fn insert_approval(tx: &Tx, approval: Model) -> Result<(), StoreError> {
    Entity::insert(approval.into_active_model())
        .exec_without_returning(tx.conn())
        .await
        .during("store an approval")
        .map(drop)
}

/// Every vote on a handover, oldest first.
pub async fn approvals(
    conn: &impl ConnectionTrait,
    handover: Uuid,
) -> Result<Vec<Model>, StoreError> {
    Entity::find()
        .filter(Column::HandoverId.eq(handover))
        .order_by_asc(Column::Id)
        .all(conn)
        .await
        .during("read the approvals")
}

/// The latest votes of the corp that stand, newest first.
pub async fn recent_approvals(
    conn: &impl ConnectionTrait,
    corp: &str,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    Entity::find()
        .filter(Column::CorpId.eq(corp))
        .filter(Column::WithdrawnAt.is_null())
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .during("read the latest approvals")
}

/// Takes back what one account said on `digest`. Returns how many votes that were.
pub async fn withdraw_approval(
    tx: &Tx,
    handover: Uuid,
    account: &str,
    digest: &str,
    now: i64,
) -> Result<u64, StoreError> {
    let found = Entity::update_many()
        .col_expr(Column::WithdrawnAt, Expr::value(now))
        .filter(Column::HandoverId.eq(handover))
        .filter(Column::Account.eq(account))
        .filter(Column::Digest.eq(digest))
        .filter(Column::WithdrawnAt.is_null())
        .exec(tx.conn())
        .await
        .during("withdraw an approval")?;
    Ok(found.rows_affected)
}

/// Handovers that are not over and have rows that wait for approval, newest first.
pub async fn awaiting_approval(
    conn: &impl ConnectionTrait,
    corp: &str,
    limit: u64,
) -> Result<Vec<handover::Model>, StoreError> {
    let waiting: Vec<Uuid> = handover_row::Entity::find()
        .select_only()
        .column(handover_row::Column::HandoverId)
        .distinct()
        .filter(handover_row::Column::CorpId.eq(corp))
        .filter(handover_row::Column::State.eq("awaiting_approval"))
        .into_tuple()
        .all(conn)
        .await
        .during("look for rows that wait for approval")?;
    let mut found = Vec::new();
    for part in waiting.chunks(rows_a_statement(1)) {
        let part = handover::Entity::find()
            .filter(handover::Column::CorpId.eq(corp))
            .filter(handover::Column::Id.is_in(part.iter().copied()))
            .filter(handover::Column::State.is_in(["draft", "running"]))
            .all(conn)
            .await
            .during("read the handovers that wait for approval")?;
        found.extend(part);
    }
    found.sort_by_key(|handover| std::cmp::Reverse(handover.id));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// Writes down how far rows had come before they are put back for another attempt. What never
/// had a successor made none.
pub async fn keep_attempts(tx: &Tx, rows: &[&handover_row::Model]) -> Result<(), StoreError> {
    let mut models = attempts_of(rows).into_iter().peekable();
    while models.peek().is_some() {
        let part = models.by_ref().take(rows_a_statement(12));
        handover_attempt::Entity::insert_many(part)
            .exec_without_returning(tx.conn())
            .await
            .during("keep the attempts")?;
    }
    Ok(())
}

fn attempts_of(rows: &[&handover_row::Model]) -> Vec<handover_attempt::ActiveModel> {
    let made = rows
        .iter()
        .filter_map(|row| row.successor.as_ref().map(|successor| (row, successor)));
    made.map(|(row, successor)| handover_attempt::ActiveModel {
        id: NotSet,
        corp_id: Set(row.corp_id.clone()),
        handover_id: Set(row.handover_id),
        row_no: Set(row.row_no),
        subject_kind: Set(row.subject_kind.clone()),
        subject_id: Set(row.subject_id.clone()),
        successor: Set(successor.clone()),
        call_id: Set(row.call_id),
        started_at: Set(row.started_at),
        ended_at: Set(row.ended_at),
        state: Set(row.state.clone()),
        errcode: Set(row.errcode),
    })
    .collect()
}

/// The earlier attempts of these rows, oldest first, by row.
pub async fn attempts(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    numbers: &[i32],
) -> Result<BTreeMap<i32, Vec<handover_attempt::Model>>, StoreError> {
    use handover_attempt::Column;
    let mut found = BTreeMap::<i32, Vec<handover_attempt::Model>>::new();
    for part in numbers.chunks(rows_a_statement(1)) {
        let part = handover_attempt::Entity::find()
            .filter(Column::HandoverId.eq(handover))
            .filter(Column::RowNo.is_in(part.iter().copied()))
            .order_by_asc(Column::Id)
            .all(conn)
            .await
            .during("read the earlier attempts")?;
        for attempt in part {
            found.entry(attempt.row_no).or_default().push(attempt);
        }
    }
    Ok(found)
}

/// Writes down who put rows back last, so that this person does not approve them. It makes another
/// version: what was said about the rows before does not count for them.
pub async fn set_planned_by(tx: &Tx, handover: Uuid, by: &str) -> Result<(), StoreError> {
    handover::Entity::update_many()
        .col_expr(handover::Column::PlannedBy, Expr::value(by))
        .col_expr(
            handover::Column::Version,
            Expr::col(handover::Column::Version).add(1),
        )
        .filter(handover::Column::Id.eq(handover))
        .exec(tx.conn())
        .await
        .during("record who planned last")
        .map(drop)
}

/// Writes down why rows need approval by now.
pub async fn set_approval(
    tx: &Tx,
    handover: Uuid,
    numbers: &[i32],
    reasons: &serde_json::Value,
) -> Result<(), StoreError> {
    for part in numbers.chunks(rows_a_statement(1)) {
        handover_row::Entity::update_many()
            .col_expr(
                handover_row::Column::Approval,
                Expr::value(Some(reasons.clone())),
            )
            .filter(handover_row::Column::HandoverId.eq(handover))
            .filter(handover_row::Column::RowNo.is_in(part.iter().copied()))
            .exec(tx.conn())
            .await
            .during("record why rows need approval")?;
    }
    Ok(())
}
