//! The record of a handover: every step with actor, time and outcome. Only ever added to.

use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JsonValue, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::batch::rows_a_statement;
use crate::entity::handover_step::{ActiveModel, Column, Entity, Model};
use crate::error::During;
use crate::{StoreError, Tx};

/// A step to be recorded; without `row_no` it is about the handover as a whole.
#[derive(Debug, Clone)]
pub struct Step {
    pub row_no: Option<i32>,
    pub step: &'static str,
    pub outcome: String,
    pub call_id: Option<Uuid>,
    pub detail: Option<JsonValue>,
}

pub async fn insert_steps(
    tx: &Tx,
    corp: &str,
    handover: Uuid,
    actor: &str,
    at: i64,
    steps: Vec<Step>,
) -> Result<(), StoreError> {
    let mut models = steps
        .into_iter()
        .map(|step| ActiveModel {
            id: NotSet,
            corp_id: Set(corp.to_owned()),
            handover_id: Set(handover),
            row_no: Set(step.row_no),
            at: Set(at),
            actor: Set(actor.to_owned()),
            step: Set(step.step.to_owned()),
            outcome: Set(step.outcome),
            call_id: Set(step.call_id),
            detail: Set(step.detail),
        })
        .peekable();
    while models.peek().is_some() {
        let part = models.by_ref().take(rows_a_statement(9));
        Entity::insert_many(part)
            .exec_without_returning(tx.conn())
            .await
            .during("record the steps")?;
    }
    Ok(())
}

/// Steps of a handover, or of one of its rows, newest first, before step `before`.
pub async fn steps(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    row_no: Option<i32>,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut query = Entity::find()
        .filter(Column::HandoverId.eq(handover))
        .order_by_desc(Column::Id)
        .limit(limit);
    if let Some(row_no) = row_no {
        query = query.filter(Column::RowNo.eq(row_no));
    }
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    query.all(conn).await.during("read the record")
}
