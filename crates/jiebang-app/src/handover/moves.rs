//! Moves rows through their state machine, stores the new states in as few statements as there
//! are different outcomes, and records each as a step.

use std::collections::BTreeMap;

use jiebang_domain::handover::row::{RowEvent, RowState};
use jiebang_domain::time::Timestamp;
use jiebang_store::Tx;
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::handover::{self as store, RowChange, Step};
use uuid::Uuid;

use super::first_contact;
use crate::{App, Error};

/// The state a stored row is in.
pub(super) fn state_of(row: &Row) -> Result<RowState, Error> {
    let moment = |seconds: Option<i64>| Timestamp::from_seconds(seconds.unwrap_or_default());
    let at = moment(row.ended_at);
    Ok(match row.state.as_str() {
        "planned" => RowState::Planned,
        "awaiting_approval" => RowState::AwaitingApproval,
        "blocked" => RowState::Blocked,
        "unassigned" => RowState::Unassigned,
        "intended" => RowState::Intended,
        "unsure" => RowState::Unsure,
        "postponed" => RowState::Postponed {
            not_before: moment(row.not_before),
        },
        "waiting" => RowState::Waiting {
            until: row.waiting_until.map(Timestamp::from_seconds),
        },
        "taken_over" => RowState::TakenOver { at },
        "refused" => RowState::Refused { at },
        "full" => RowState::Full { at },
        "no_relation" => RowState::NoRelation { at },
        "failed" => RowState::Failed { at },
        "cancelled" => RowState::Cancelled { at },
        other => {
            return Err(Error::Internal(format!(
                "a row is in the unknown state {other}"
            )));
        }
    })
}

/// One row, what happens to it, and what belongs to that.
pub(super) struct Move<'a> {
    pub row: &'a Row,
    pub event: RowEvent,
    pub errcode: Option<i64>,
}

/// What is the same for all moves of one transaction.
pub(super) struct Context<'a> {
    pub handover: &'a Handover,
    /// Who caused them.
    pub actor: &'a str,
    /// What happened, in a word; becomes the step's name.
    pub step: &'static str,
    pub call: Option<Uuid>,
    /// Rows that go to another successor with this move.
    pub successor: Option<&'a str>,
}

/// What became of a set of moves.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moved {
    pub changed: usize,
    /// Customers that were taken over.
    pub taken_over: usize,
    /// Rows now at the platform.
    pub waiting: usize,
}

/// Applies `moves` and records a step for each row whose state changed.
///
/// # Errors
/// [`Error::Internal`] if an event does not fit its row; [`Error::Store`] if another writer has
/// moved a row meanwhile. In both cases nothing of `tx` may be committed.
pub(super) async fn apply(
    app: &App,
    tx: &Tx,
    context: &Context<'_>,
    moves: &[Move<'_>],
) -> Result<Moved, Error> {
    let now = app.now();
    let mut groups: BTreeMap<String, (Vec<&'static str>, RowChange, Vec<i32>)> = BTreeMap::new();
    let mut steps = Vec::new();
    let mut moved = Moved::default();
    let mut taken_over = Vec::new();
    let mut put_back = Vec::new();
    for Move {
        row,
        event,
        errcode,
    } in moves
    {
        let from = state_of(row)?;
        let to = from
            .next(*event, now)
            .map_err(|refused| Error::Internal(format!("row {}: {refused}", row.row_no)))?;
        if to == from && errcode.is_none() {
            continue;
        }
        if matches!(event, RowEvent::Retry | RowEvent::RetryForApproval) {
            put_back.push(*row);
        }
        let change = change(row, to, *errcode, context, now);
        moved.changed += 1;
        if let (Some("pending"), Some(at)) = (change.carry, change.ended_at) {
            moved.taken_over += 1;
            taken_over.push((*row, Timestamp::from_seconds(at)));
        }
        moved.waiting += usize::from(change.state == "waiting");
        steps.push(Step {
            row_no: Some(row.row_no),
            step: context.step,
            outcome: to.name().to_owned(),
            call_id: context.call.or(row.call_id),
            detail: detail(&change, context),
        });
        let key = format!("{}:{change:?}", from.name());
        groups
            .entry(key)
            .or_insert((vec![from.name()], change, Vec::new()))
            .2
            .push(row.row_no);
    }
    store::keep_attempts(tx, &put_back).await?;
    let id = context.handover.id;
    for (from, change, numbers) in groups.into_values() {
        store::set_rows(tx, id, &numbers, &from, &change, now.seconds()).await?;
    }
    let corp = &context.handover.corp_id;
    store::insert_steps(tx, corp, id, context.actor, now.seconds(), steps).await?;
    first_contact::open(app, tx, context.handover, &taken_over).await?;
    Ok(moved)
}

fn change(
    row: &Row,
    to: RowState,
    errcode: Option<i64>,
    context: &Context<'_>,
    now: Timestamp,
) -> RowChange {
    let mut change = RowChange {
        state: to.name(),
        errcode: errcode
            .filter(|code| *code != 0)
            .and_then(|code| i32::try_from(code).ok()),
        successor: context.successor.map(str::to_owned),
        ..RowChange::default()
    };
    match to {
        RowState::Intended => {
            change.call_id = context.call;
            change.started_at = Some(now.seconds());
        }
        RowState::Postponed { not_before } => change.not_before = Some(not_before.seconds()),
        RowState::Waiting { until } => change.waiting_until = until.map(Timestamp::seconds),
        RowState::TakenOver { at } => {
            change.ended_at = Some(at.seconds());
            let is_customer = row.subject_kind == "customer";
            change.carry = Some(if is_customer { "pending" } else { "none" });
        }
        RowState::Refused { at }
        | RowState::Full { at }
        | RowState::NoRelation { at }
        | RowState::Failed { at }
        | RowState::Cancelled { at } => change.ended_at = Some(at.seconds()),
        RowState::Planned
        | RowState::AwaitingApproval
        | RowState::Blocked
        | RowState::Unassigned
        | RowState::Unsure => {}
    }
    change
}

fn detail(change: &RowChange, context: &Context<'_>) -> Option<serde_json::Value> {
    let mut detail = serde_json::Map::new();
    if let Some(code) = change.errcode {
        detail.insert("errcode".into(), code.into());
    }
    if let Some(until) = change.waiting_until {
        detail.insert("until".into(), until.into());
    }
    if let Some(not_before) = change.not_before {
        detail.insert("not_before".into(), not_before.into());
    }
    if let Some(successor) = context.successor {
        detail.insert("successor".into(), successor.into());
    }
    (!detail.is_empty()).then_some(detail.into())
}
