//! Handovers, their rows, calls, steps and notices.
//!
//! Invariants:
//! - a row changes state only from the states the caller names ([`set_rows`]), so two writers
//!   cannot both move it;
//! - the partial unique index `one_pending_transfer` lets at most one row of the corp have a
//!   transfer of the same customer or group under way.

mod approvals;
pub mod assets;
mod calls;
mod first_contacts;
mod notes;
mod notices;
mod orphans;
mod record;
mod rows;
mod steps;
mod taken;
mod tally;
mod templates;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

pub use approvals::{
    approvals, attempts, awaiting_approval, insert_approval, keep_attempts, recent_approvals,
    set_approval, set_planned_by, withdraw_approval,
};
pub use calls::{calls, count_calls, end_call, insert_call, open_calls};
pub use first_contacts::{
    ContactFilter, count_first_contacts, first_contact, first_contacts_of, list_first_contacts,
    open_first_contacts, set_contacted,
};
pub use notes::{notes, set_notes};
pub use notices::{notice, notices, plan_notice, update_notice};
pub use orphans::{done_with, orphans, settle_orphan, settled_among};
pub use record::{
    GROUPED, StepFilter, StepLine, count_steps, filtered_steps, step_lines, step_values,
};
pub use rows::{
    RowChange, RowFilter, count_overdue, count_rows, customers_under_way, insert_rows, is_open,
    next_postponed, pending_elsewhere, pending_rows, row, rows, rows_by_number, rows_of_call,
    rows_of_subjects, rows_to_carry, rows_to_submit, set_carry, set_prediction, set_rows,
    under_way_elsewhere,
};
pub use steps::{Step, insert_steps, steps};
pub use taken::{Taken, TakenFilter, ever_taken_over_by, last_given, taken_over_by};
pub use tally::{Tally, groups_started_since, limit_answers_since, tally, transfers_since};
pub use templates::{delete_template, insert_template, template, templates, update_template};

use crate::entity::handover::{Column, Entity, Model};
use crate::entity::handover_row;
use crate::error::{During, assert_rows};
use crate::{StoreError, Tx};

/// Stores a new handover, its rows not included.
pub async fn insert(tx: &Tx, handover: Model) -> Result<(), StoreError> {
    Entity::insert(handover.into_active_model().reset_all())
        .exec_without_returning(tx.conn())
        .await
        .during("store the handover")?;
    Ok(())
}

/// Replaces what is stored of a draft whose version is `version`; its rows are deleted, to be
/// inserted anew. Errs with [`StoreError::RowCount`] if it is no draft of that version any more.
pub async fn replace_draft(tx: &Tx, handover: Model, version: i32) -> Result<(), StoreError> {
    let id = handover.id;
    let found = Entity::update_many()
        .set(handover.into_active_model().reset_all())
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq("draft"))
        .filter(Column::Version.eq(version))
        .exec(tx.conn())
        .await
        .during("change the draft")?;
    assert_rows("change the draft", 1, found.rows_affected)?;
    delete_rows(tx, id).await
}

async fn delete_rows(tx: &Tx, id: Uuid) -> Result<(), StoreError> {
    handover_row::Entity::delete_many()
        .filter(handover_row::Column::HandoverId.eq(id))
        .exec(tx.conn())
        .await
        .during("delete the rows of the draft")?;
    Ok(())
}

/// Deletes a draft and its rows. Errs with [`StoreError::RowCount`] if it is none.
pub async fn delete_draft(tx: &Tx, corp: &str, id: Uuid) -> Result<(), StoreError> {
    delete_rows(tx, id).await?;
    let found = Entity::delete_many()
        .filter(Column::CorpId.eq(corp))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq("draft"))
        .exec(tx.conn())
        .await
        .during("delete the draft")?;
    assert_rows("delete the draft", 1, found.rows_affected)
}

pub async fn get(
    conn: &impl ConnectionTrait,
    corp: &str,
    id: Uuid,
) -> Result<Option<Model>, StoreError> {
    Entity::find_by_id(id)
        .filter(Column::CorpId.eq(corp))
        .one(conn)
        .await
        .during("read the handover")
}

/// Starts a draft of that version. Errs with [`StoreError::RowCount`] if it is none any more.
pub async fn start(
    tx: &Tx,
    id: Uuid,
    version: i32,
    actor: &str,
    now: i64,
) -> Result<(), StoreError> {
    let found = Entity::update_many()
        .col_expr(Column::State, Expr::value("running"))
        .col_expr(Column::StartedBy, Expr::value(actor))
        .col_expr(Column::StartedAt, Expr::value(now))
        .col_expr(Column::Version, Expr::value(version + 1))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq("draft"))
        .filter(Column::Version.eq(version))
        .exec(tx.conn())
        .await
        .during("start the handover")?;
    assert_rows("start the handover", 1, found.rows_affected)
}

/// The handover, locked until `tx` ends. Whoever locks it does so before anything else, a job
/// included, so that no two transactions wait for each other.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Model>, StoreError> {
    Entity::find_by_id(id)
        .lock_exclusive()
        .one(tx.conn())
        .await
        .during("lock the handover")
}

/// Locks every handover of a leaver until `tx` ends.
pub async fn lock_all_of(tx: &Tx, corp: &str, leaver: &str) -> Result<Vec<Uuid>, StoreError> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::CorpId.eq(corp))
        .filter(Column::Leaver.eq(leaver))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(tx.conn())
        .await
        .during("lock the handovers of a leaver")
}

/// Moves a handover from one of `from` to `to`; false if it is in none of them.
pub async fn set_state(
    tx: &Tx,
    id: Uuid,
    from: &[&str],
    to: &str,
    finished_at: Option<i64>,
) -> Result<bool, StoreError> {
    let found = Entity::update_many()
        .col_expr(Column::State, Expr::value(to))
        .col_expr(Column::FinishedAt, Expr::value(finished_at))
        .filter(Column::Id.eq(id))
        .filter(Column::State.is_in(from.iter().copied()))
        .exec(tx.conn())
        .await
        .during("change the state of the handover")?;
    Ok(found.rows_affected == 1)
}

/// Which handovers to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<String>,
    pub leaver: Option<String>,
}

/// Handovers, newest first, before the one with id `before`.
pub async fn list(
    conn: &impl ConnectionTrait,
    corp: &str,
    filter: &Filter,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut condition = Condition::all().add(Column::CorpId.eq(corp));
    if let Some(state) = &filter.state {
        condition = condition.add(Column::State.eq(state));
    }
    if let Some(leaver) = &filter.leaver {
        condition = condition.add(Column::Leaver.eq(leaver));
    }
    if let Some(before) = before {
        condition = condition.add(Column::Id.lt(before));
    }
    Entity::find()
        .filter(condition)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .during("list the handovers")
}
