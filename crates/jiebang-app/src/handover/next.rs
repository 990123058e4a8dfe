//! After a refusal: the next successor, as the company's policy says, in the transaction that
//! learned of the refusal.
//!
//! Invariants: a member is tried once for a row; never more often than the policy and the budget
//! of in-service transfers allow; never for a reason that lies with the customer or the leaver.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::handover::Subject;
use jiebang_domain::handover::approval::{Ended, NextSuccessor, Tried, next_successor};
use jiebang_domain::handover::predict::Prediction;
use jiebang_domain::handover::row::RowEvent;
use jiebang_domain::id::UserId;
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::{Tx, handover as store};
use serde_json::json;

use super::act::{asked_for, check_successor, enqueue_submits, known_to, note_asked, predict_anew};
use super::moves::{self, Context, Move, state_of};
use super::plan::reason_of;
use super::{facts, kind_of, leaver_of, stored};
use crate::settings::read_approval;
use crate::{App, Error};

/// Puts back those of the rows `numbers`, which have just been moved, that another successor
/// might get. The handover is locked by `tx`.
pub(super) async fn try_next(
    app: &App,
    tx: &Tx,
    handover: &Handover,
    numbers: &[i32],
) -> Result<(), Error> {
    let (policy, _) = read_approval(app).await?;
    if policy.next_successor == NextSuccessor::None || handover.state != "running" {
        return Ok(());
    }
    let customer = Subject::Customer.as_str();
    let mut rows = store::rows_by_number(tx.conn(), handover.id, numbers).await?;
    rows.retain(|row| {
        let ended = matches!(row.state.as_str(), "refused" | "full" | "failed");
        ended && row.subject_kind == customer
    });
    if rows.is_empty() {
        return Ok(());
    }
    let numbers: Vec<i32> = rows.iter().map(|row| row.row_no).collect();
    let earlier = store::attempts(tx.conn(), handover.id, &numbers).await?;
    let ids: Vec<String> = rows.iter().map(|row| row.subject_id.clone()).collect();
    let used = facts::transfers(app, &handover.corp_id, Subject::Customer, &ids).await?;
    let corp = &handover.corp_id;
    let this = Some(handover.id);
    let taken = store::pending_elsewhere(tx.conn(), corp, customer, &ids, this).await?;
    let (kind, leaver) = (kind_of(handover), leaver_of(handover)?);
    let mut next: BTreeMap<UserId, Vec<Row>> = BTreeMap::new();
    for row in rows {
        if taken.contains(&row.subject_id) {
            continue;
        }
        let before = earlier.get(&row.row_no).into_iter().flatten();
        let names = before.map(|attempt| attempt.successor.clone());
        let names = names.chain(row.successor.clone()).map(UserId::parse);
        let tried = stored("userid", names.collect::<Result<BTreeSet<_>, _>>())?;
        let reason = reason_of(&row);
        let tried = Tried {
            kind,
            subject: Subject::Customer,
            ended: ended(&row)?,
            runner_up: reason.runner_up.as_ref(),
            tried: &tried,
            transfers: spent(&row, used.get(&row.subject_id).copied()),
        };
        if let Some(to) = next_successor(&policy, tried, &leaver) {
            next.entry(to).or_default().push(row);
        }
    }
    for (to, rows) in next {
        // Who cannot take customers over at all is left to a person.
        match check_successor(app, handover, &to).await {
            Ok(()) => put_back(app, tx, handover, &to, &rows).await?,
            Err(Error::Invalid(_) | Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn ended(row: &Row) -> Result<Ended, Error> {
    Ok(Ended {
        state: state_of(row)?,
        errcode: row.errcode.map(i64::from),
        deleted_leaver: row.prediction == Prediction::CustomerDeletedLeaver.as_str(),
    })
}

/// Transfers used, of `counted` ones before this transaction: what the platform refused to start
/// counted as one that may have been.
fn spent(row: &Row, counted: Option<u32>) -> u32 {
    let not_started = row.state == "failed" || row.errcode.is_some();
    counted
        .unwrap_or_default()
        .saturating_sub(u32::from(not_started))
}

async fn put_back(
    app: &App,
    tx: &Tx,
    handover: &Handover,
    to: &UserId,
    rows: &[Row],
) -> Result<(), Error> {
    let asked = asked_for(app, handover, rows).await?;
    let known = known_to(app, handover, to, rows).await?;
    let context = Context {
        handover,
        actor: "system",
        step: "next_successor",
        call: None,
        successor: Some(to.as_str()),
    };
    let event = |row: &Row| {
        if asked.contains_key(&row.row_no) {
            RowEvent::RetryForApproval
        } else {
            RowEvent::Retry
        }
    };
    let moved = |row| Move {
        row,
        event: event(row),
        errcode: None,
    };
    let moves: Vec<Move<'_>> = rows.iter().map(moved).collect();
    let moved = moves::apply(app, tx, &context, &moves).await?;
    predict_anew(tx, handover.id, rows, &known).await?;
    note_asked(tx, handover.id, &asked).await?;
    let mut go = rows.to_vec();
    go.retain(|row| !asked.contains_key(&row.row_no));
    for row in &mut go {
        row.successor = Some(to.to_string());
    }
    enqueue_submits(app, tx, handover.id, &go).await?;
    let detail = json!({ "rows": moved.changed, "to": to, "asked": asked.len() });
    let act = "handover.next_successor";
    super::record(app, tx, "system", act, handover.id, "done", detail).await
}
