//! The rows of a handover.

use std::collections::BTreeSet;

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JsonValue, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use crate::batch::{self, rows_a_statement};
use crate::entity::handover;
use crate::entity::handover_row::{Column, Entity, Model};
use crate::error::{During, assert_rows};
use crate::text::contains;
use crate::{StoreError, Tx};

/// States in which the platform has, or may have, a transfer under way. The index
/// `one_pending_transfer` covers the same.
const PENDING: [&str; 3] = ["intended", "unsure", "waiting"];

/// Stores the rows of a new plan.
pub async fn insert_rows(tx: &Tx, rows: Vec<Model>) -> Result<(), StoreError> {
    // No row is there yet, so what to do about a conflict never matters.
    let on_conflict = OnConflict::columns([Column::HandoverId, Column::RowNo])
        .update_column(Column::UpdatedAt)
        .to_owned();
    batch::upsert::<Entity>(tx.conn(), rows, &on_conflict, "store the rows of the plan").await
}

/// Which rows to list.
#[derive(Debug, Clone, Default)]
pub struct RowFilter {
    pub states: Vec<String>,
    pub subject_kind: Option<String>,
    pub successor: Option<String>,
    pub prediction: Option<String>,
    pub carry: Option<String>,
    /// Part of the name or the whole id, in any case.
    pub text: Option<String>,
}

fn condition(handover: Uuid, filter: &RowFilter) -> Condition {
    let mut all = Condition::all().add(Column::HandoverId.eq(handover));
    if !filter.states.is_empty() {
        all = all.add(Column::State.is_in(filter.states.iter().cloned()));
    }
    for (column, value) in [
        (Column::SubjectKind, &filter.subject_kind),
        (Column::Successor, &filter.successor),
        (Column::Prediction, &filter.prediction),
        (Column::Carry, &filter.carry),
    ] {
        if let Some(value) = value {
            all = all.add(column.eq(value));
        }
    }
    if let Some(text) = &filter.text {
        let like = sea_orm::sea_query::LikeExpr::new(contains(text)).escape('\\');
        let name = sea_orm::sea_query::Func::lower(Expr::col(Column::Name));
        all = all.add(
            Condition::any()
                .add(Expr::expr(name).like(like))
                .add(Column::SubjectId.eq(text)),
        );
    }
    all
}

/// Rows of a handover after row `after`, in order.
pub async fn rows(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    filter: &RowFilter,
    after: i32,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    Entity::find()
        .filter(condition(handover, filter))
        .filter(Column::RowNo.gt(after))
        .order_by_asc(Column::RowNo)
        .limit(limit)
        .all(conn)
        .await
        .during("list the rows")
}

pub async fn count_rows(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    filter: &RowFilter,
) -> Result<u64, StoreError> {
    Entity::find()
        .filter(condition(handover, filter))
        .count(conn)
        .await
        .during("count the rows")
}

/// Rows that have been waiting since before `before`.
pub async fn count_overdue(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    before: i64,
) -> Result<u64, StoreError> {
    Entity::find()
        .filter(Column::HandoverId.eq(handover))
        .filter(Column::State.eq("waiting"))
        .filter(Column::StartedAt.lt(before))
        .count(conn)
        .await
        .during("count the overdue rows")
}

pub async fn row(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    row_no: i32,
) -> Result<Option<Model>, StoreError> {
    Entity::find_by_id((handover, row_no))
        .one(conn)
        .await
        .during("read the row")
}

/// The rows with these numbers that exist.
pub async fn rows_by_number(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    numbers: &[i32],
) -> Result<Vec<Model>, StoreError> {
    let mut found = Vec::with_capacity(numbers.len());
    for part in numbers.chunks(rows_a_statement(1)) {
        let filter = Column::RowNo.is_in(part.iter().copied());
        let part = Entity::find()
            .filter(Column::HandoverId.eq(handover))
            .filter(filter)
            .all(conn)
            .await
            .during("read rows")?;
        found.extend(part);
    }
    Ok(found)
}

fn of_pair(handover: Uuid, subject_kind: &str, successor: Option<&str>) -> Condition {
    let all = Condition::all()
        .add(Column::HandoverId.eq(handover))
        .add(Column::SubjectKind.eq(subject_kind));
    match successor {
        Some(successor) => all.add(Column::Successor.eq(successor)),
        None => all,
    }
}

/// The next rows to submit at `now`, in their order: planned, or postponed until then; of one
/// successor or of all.
///
/// Each state is asked for by itself, so that an index gives its rows in order: asked for both at
/// once, a database reads the whole handover to find those of one successor.
pub async fn rows_to_submit(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    subject_kind: &str,
    successor: Option<&str>,
    now: i64,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let planned = Condition::all().add(Column::State.eq("planned"));
    let postponed = Condition::all()
        .add(Column::State.eq("postponed"))
        .add(Column::NotBefore.lte(now));
    let mut rows = Vec::new();
    for due in [planned, postponed] {
        let part = Entity::find()
            .filter(of_pair(handover, subject_kind, successor))
            .filter(due)
            .order_by_asc(Column::RowNo)
            .limit(limit)
            .all(conn)
            .await
            .during("read the rows to submit")?;
        rows.extend(part);
    }
    rows.sort_by_key(|row| row.row_no);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows)
}

/// When the earliest postponed row may be submitted.
pub async fn next_postponed(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    subject_kind: &str,
    successor: Option<&str>,
) -> Result<Option<i64>, StoreError> {
    let earliest: Option<Option<i64>> = Entity::find()
        .select_only()
        .expr(Expr::col(Column::NotBefore).min())
        .filter(of_pair(handover, subject_kind, successor))
        .filter(Column::State.eq("postponed"))
        .into_tuple()
        .one(conn)
        .await
        .during("read the postponed rows")?;
    Ok(earliest.flatten())
}

/// The rows of which the platform has, or may have, a transfer under way.
pub async fn pending_rows(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    subject_kind: &str,
    successor: Option<&str>,
) -> Result<Vec<Model>, StoreError> {
    Entity::find()
        .filter(of_pair(handover, subject_kind, successor))
        .filter(Column::State.is_in(PENDING))
        .order_by_asc(Column::RowNo)
        .all(conn)
        .await
        .during("read the pending rows")
}

/// Whether something of a handover is left to do: a row that is to be submitted, waits for
/// somebody or is with the platform, or remark and tags that are to be written.
pub async fn is_open(conn: &impl ConnectionTrait, handover: Uuid) -> Result<bool, StoreError> {
    let not_ended = ["planned", "awaiting_approval", "postponed"];
    let states = not_ended.into_iter().chain(PENDING);
    // By the index (handover_id, state, row_no), and by the one of what is to be written.
    for left in [Column::State.is_in(states), Column::Carry.eq("pending")] {
        let found: Option<i32> = Entity::find()
            .select_only()
            .column(Column::RowNo)
            .filter(Column::HandoverId.eq(handover))
            .filter(left)
            .limit(1)
            .into_tuple()
            .one(conn)
            .await
            .during("look for open rows")?;
        if found.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The ids of the customers of `leaver` that are on the way to a successor, in whatever handover.
pub async fn customers_under_way(
    conn: &impl ConnectionTrait,
    corp: &str,
    leaver: &str,
) -> Result<Vec<String>, StoreError> {
    let handovers = handover::Entity::find()
        .select_only()
        .column(handover::Column::Id)
        .filter(handover::Column::CorpId.eq(corp))
        .filter(handover::Column::Leaver.eq(leaver));
    Entity::find()
        .select_only()
        .column(Column::SubjectId)
        .filter(Column::HandoverId.in_subquery(handovers.into_query()))
        .filter(Column::SubjectKind.eq("customer"))
        .filter(Column::State.is_in(PENDING.into_iter().chain(["postponed"])))
        .into_tuple()
        .all(conn)
        .await
        .during("read a leaver's customers under way")
}

/// The rows of one call that are pending.
pub async fn rows_of_call(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    call: Uuid,
) -> Result<Vec<Model>, StoreError> {
    Entity::find()
        .filter(Column::HandoverId.eq(handover))
        .filter(Column::CallId.eq(call))
        .filter(Column::State.is_in(PENDING))
        .order_by_asc(Column::RowNo)
        .all(conn)
        .await
        .during("read the rows of the call")
}

/// Those of `subjects` of which a handover other than `except` has a transfer under way.
pub async fn under_way_elsewhere(
    conn: &impl ConnectionTrait,
    corp: &str,
    subject_kind: &str,
    subjects: &[String],
    except: Uuid,
) -> Result<BTreeSet<String>, StoreError> {
    let under_way = Condition::all().add(Column::State.is_in(PENDING));
    elsewhere(conn, corp, subject_kind, subjects, Some(except), &under_way).await
}

/// Those of `subjects` that a handover other than `except` has under way, even if it was
/// cancelled meanwhile, or that a running one is to submit, with or without approval.
pub async fn pending_elsewhere(
    conn: &impl ConnectionTrait,
    corp: &str,
    subject_kind: &str,
    subjects: &[String],
    except: Option<Uuid>,
) -> Result<BTreeSet<String>, StoreError> {
    let running = handover::Entity::find()
        .select_only()
        .column(handover::Column::Id)
        .filter(handover::Column::CorpId.eq(corp))
        .filter(handover::Column::State.eq("running"));
    let to_submit = Condition::all()
        .add(Column::State.is_in(["planned", "postponed", "awaiting_approval"]))
        .add(Column::HandoverId.in_subquery(running.into_query()));
    let wanted = Condition::any()
        .add(Column::State.is_in(PENDING))
        .add(to_submit);
    elsewhere(conn, corp, subject_kind, subjects, except, &wanted).await
}

async fn elsewhere(
    conn: &impl ConnectionTrait,
    corp: &str,
    subject_kind: &str,
    subjects: &[String],
    except: Option<Uuid>,
    which: &Condition,
) -> Result<BTreeSet<String>, StoreError> {
    let mut found = BTreeSet::new();
    for part in subjects.chunks(rows_a_statement(1)) {
        let mut query = Entity::find()
            .select_only()
            .column(Column::SubjectId)
            .filter(Column::CorpId.eq(corp))
            .filter(Column::SubjectKind.eq(subject_kind))
            .filter(Column::SubjectId.is_in(part.iter().cloned()))
            .filter(which.clone());
        if let Some(except) = except {
            query = query.filter(Column::HandoverId.ne(except));
        }
        let ids: Vec<String> = query
            .into_tuple()
            .all(conn)
            .await
            .during("look for pending transfers")?;
        found.extend(ids);
    }
    Ok(found)
}

/// Pending rows of the corp for one customer or group and successor: at most one.
pub async fn rows_of_subjects(
    conn: &impl ConnectionTrait,
    corp: &str,
    subject_kind: &str,
    subject: &str,
    successor: &str,
) -> Result<Vec<Model>, StoreError> {
    Entity::find()
        .filter(Column::CorpId.eq(corp))
        .filter(Column::SubjectKind.eq(subject_kind))
        .filter(Column::SubjectId.eq(subject))
        .filter(Column::Successor.eq(successor))
        .filter(Column::State.is_in(PENDING))
        .all(conn)
        .await
        .during("look for the pending transfer")
}

/// Rows taken over by one successor whose remark and tags are still to be written; of those that
/// were tried already only the ones tried last at `tried_before` or earlier.
pub async fn rows_to_carry(
    conn: &impl ConnectionTrait,
    handover: Uuid,
    successor: &str,
    tried_before: i64,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let due = Condition::any()
        .add(Column::CarryDetail.is_null())
        .add(Column::UpdatedAt.lte(tried_before));
    Entity::find()
        .filter(due)
        .filter(of_pair(handover, "customer", Some(successor)))
        .filter(Column::State.eq("taken_over"))
        .filter(Column::Carry.eq("pending"))
        .order_by_asc(Column::RowNo)
        .limit(limit)
        .all(conn)
        .await
        .during("read the rows to carry over")
}

/// What becomes of rows. `None` leaves `call_id`, `started_at`, `carry` and `successor` as they
/// are, but a row that is planned again, or asked for,
/// has neither call nor start; the other fields are written
/// as given.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct RowChange {
    pub state: &'static str,
    pub errcode: Option<i32>,
    pub not_before: Option<i64>,
    pub waiting_until: Option<i64>,
    pub ended_at: Option<i64>,
    pub call_id: Option<Uuid>,
    pub started_at: Option<i64>,
    pub carry: Option<&'static str>,
    pub successor: Option<String>,
}

/// Moves the rows `numbers` from one of the states `from` to what `change` says.
///
/// Errs with [`StoreError::RowCount`] if one of them is in another state by now: the transaction
/// must not be committed. Errs with [`StoreError::Conflict`] if a transfer of the same customer
/// or group is under way in another row.
pub async fn set_rows(
    tx: &Tx,
    handover: Uuid,
    numbers: &[i32],
    from: &[&str],
    change: &RowChange,
    now: i64,
) -> Result<(), StoreError> {
    for part in numbers.chunks(rows_a_statement(2)) {
        let mut update = Entity::update_many()
            .col_expr(Column::State, Expr::value(change.state))
            .col_expr(Column::Errcode, Expr::value(change.errcode))
            .col_expr(Column::NotBefore, Expr::value(change.not_before))
            .col_expr(Column::WaitingUntil, Expr::value(change.waiting_until))
            .col_expr(Column::EndedAt, Expr::value(change.ended_at))
            .col_expr(Column::UpdatedAt, Expr::value(now));
        if matches!(change.state, "planned" | "awaiting_approval") {
            update = update
                .col_expr(Column::CallId, Expr::value(None::<Uuid>))
                .col_expr(Column::StartedAt, Expr::value(None::<i64>));
        }
        if let Some(call) = change.call_id {
            update = update.col_expr(Column::CallId, Expr::value(call));
        }
        if let Some(started) = change.started_at {
            update = update.col_expr(Column::StartedAt, Expr::value(started));
        }
        if let Some(carry) = change.carry {
            update = update.col_expr(Column::Carry, Expr::value(carry));
        }
        if let Some(successor) = &change.successor {
            update = update.col_expr(Column::Successor, Expr::value(successor.clone()));
        }
        let found = update
            .filter(Column::HandoverId.eq(handover))
            .filter(Column::RowNo.is_in(part.iter().copied()))
            .filter(Column::State.is_in(from.iter().copied()))
            .exec(tx.conn())
            .await
            .during("move the rows")?;
        assert_rows("move the rows", part.len() as u64, found.rows_affected)?;
    }
    Ok(())
}

/// Writes what is known beforehand of these rows by now.
pub async fn set_prediction(
    tx: &Tx,
    handover: Uuid,
    numbers: &[i32],
    prediction: &str,
) -> Result<(), StoreError> {
    for part in numbers.chunks(rows_a_statement(1)) {
        Entity::update_many()
            .col_expr(Column::Prediction, Expr::value(prediction))
            .filter(Column::HandoverId.eq(handover))
            .filter(Column::RowNo.is_in(part.iter().copied()))
            .exec(tx.conn())
            .await
            .during("record what is predicted of the rows")?;
    }
    Ok(())
}

/// Writes what became of carrying remark and tags over, for one row.
pub async fn set_carry(
    tx: &Tx,
    handover: Uuid,
    row_no: i32,
    carry: &str,
    detail: Option<JsonValue>,
    now: i64,
) -> Result<(), StoreError> {
    let found = Entity::update_many()
        .col_expr(Column::Carry, Expr::value(carry))
        .col_expr(Column::CarryDetail, Expr::value(detail))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::HandoverId.eq(handover))
        .filter(Column::RowNo.eq(row_no))
        .exec(tx.conn())
        .await
        .during("record what was carried over")?;
    assert_rows("record what was carried over", 1, found.rows_affected)
}
