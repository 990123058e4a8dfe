//! The record of a handover: its steps, filtered, and what happened to many rows at once as one
//! line.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::StoreError;
use crate::entity::handover_step::{Column, Entity, Model};
use crate::error::During;

/// Steps of one minute that are alike become one line.
pub const GROUPED: i64 = 60;

/// Which steps of a handover to show; empty: all.
#[derive(Debug, Clone, Default)]
pub struct StepFilter {
    pub row_no: Option<i32>,
    pub step: Option<String>,
    pub outcome: Option<String>,
    pub actor: Option<String>,
    /// At this moment or later.
    pub from: Option<i64>,
    /// Before this moment.
    pub until: Option<i64>,
}

fn condition(handover: Uuid, filter: &StepFilter) -> Condition {
    let mut all = Condition::all().add(Column::HandoverId.eq(handover));
    if let Some(row_no) = filter.row_no {
        all = all.add(Column::RowNo.eq(row_no));
    }
    for (column, value) in [
        (Column::Step, &filter.step),
        (Column::Outcome, &filter.outcome),
        (Column::Actor, &filter.actor),
    ] {
        if let Some(value) = value {
            all = all.add(column.eq(value));
        }
    }
    if let Some(from) = filter.from {
        all = all.add(Column::At.gte(from));
    }
    if let Some(until) = filter.until {
        all = all.add(Column::At.lt(until));
    }
    all
}

/// Steps, newest first, before step `before`.
pub async fn filtered_steps(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    filter: &StepFilter,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut query = Entity::find().filter(condition(handover, filter));
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    query
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .during("read the record")
}

/// How many steps `filter` lets through.
pub async fn count_steps(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    filter: &StepFilter,
) -> Result<u64, StoreError> {
    Entity::find()
        .filter(condition(handover, filter))
        .count(conn)
        .await
        .during("count the record")
}

/// Steps of one minute with the same actor, step and outcome.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct StepLine {
    /// Minutes since 1970.
    pub minute: i64,
    pub actor: String,
    pub step: String,
    pub outcome: String,
    /// Id of the last step among them.
    pub last_id: i64,
    pub first_at: i64,
    pub last_at: i64,
    pub steps: i64,
    /// Calls to WeCom they belong to.
    pub calls: i64,
    /// The row, where it is one alone; also given for the first of several.
    pub row_no: Option<i32>,
}

/// Lines of the record, newest first, after `after` (minute and last id of a line). An index
/// leads to the handover's steps in the order of time; only those up to `after` are counted.
pub async fn step_lines(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    filter: &StepFilter,
    after: Option<(i64, i64)>,
    limit: u64,
) -> Result<Vec<StepLine>, StoreError> {
    // Written out: with a value in it, no two places of the query would hold the same expression.
    let minute = || Expr::cust("\"at\" / 60");
    let last = || Expr::col(Column::Id).max();
    let mut query = Entity::find()
        .select_only()
        .expr_as(minute(), "minute")
        .column(Column::Actor)
        .column(Column::Step)
        .column(Column::Outcome)
        .expr_as(last(), "last_id")
        .expr_as(Expr::col(Column::At).min(), "first_at")
        .expr_as(Expr::col(Column::At).max(), "last_at")
        .expr_as(Expr::col(Column::Id).count(), "steps")
        .expr_as(Expr::col(Column::CallId).count_distinct(), "calls")
        .expr_as(Expr::col(Column::RowNo).min(), "row_no")
        .filter(condition(handover, filter))
        .group_by(minute())
        .group_by(Column::Actor)
        .group_by(Column::Step)
        .group_by(Column::Outcome);
    if let Some((at_minute, last_id)) = after {
        query = query
            .filter(Column::At.lt((at_minute + 1) * GROUPED))
            .having(minute().lt(at_minute).or(last().lt(last_id)));
    }
    query
        .order_by_desc(minute())
        .order_by_desc(last())
        .limit(limit)
        .into_model()
        .all(conn)
        .await
        .during("group the record")
}

/// Every pair of step and outcome of a handover, and every actor: what a filter offers.
pub async fn step_values(
    conn: &impl ConnectionTrait,
    handover: Uuid,
) -> Result<Vec<(String, String, String)>, StoreError> {
    Entity::find()
        .select_only()
        .column(Column::Step)
        .column(Column::Outcome)
        .column(Column::Actor)
        .distinct()
        .filter(Column::HandoverId.eq(handover))
        .order_by_asc(Column::Step)
        .order_by_asc(Column::Outcome)
        .order_by_asc(Column::Actor)
        .into_tuple()
        .all(conn)
        .await
        .during("read what the record holds")
}
