//! What a person does to a handover: start, cancel, retry.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::handover::Subject;
use jiebang_domain::handover::approval::{Why, is_last_transfer};
use jiebang_domain::handover::predict::Prediction;
use jiebang_domain::handover::request::Request;
use jiebang_domain::handover::row::RowEvent;
use jiebang_domain::id::UserId;
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::handover::{self as store, RowFilter, Step, assets};
use jiebang_store::{StoreError, Tx};
use uuid::Uuid;

use super::approve::reasons_of;
use super::moves::{self, Context, Move};
use super::plan::conflict;
use super::{facts, message, plan, view};
use crate::access::step_up;
use crate::job::{self, Task};
use crate::settings::read_approval;
use crate::{App, Change, Error, contact_way};

/// Most rows one retry puts back.
const MAX_RETRY: u64 = 20_000;

/// Starts a draft. `confirm_total` is the number of rows the person was shown as submitted.
///
/// # Errors
/// [`Error::Conflict`]: `handover_changed` if the plan is not what was confirmed any more (a
/// customer was taken by another handover, say): plan it anew.
pub async fn start_handover(
    app: &App,
    actor: &Actor,
    id: Uuid,
    version: i32,
    confirm_total: usize,
) -> Result<(), Error> {
    let handover = view::find(app, actor, Act::HandoverExecute, id).await?;
    step_up::require(app, actor, Act::HandoverExecute, ("handover", id)).await?;
    if handover.state != "draft" {
        return Err(Error::Conflict {
            code: "handover_not_draft",
        });
    }
    let planned = rows_in(app, id, "planned").await?;
    if planned.len() != confirm_total {
        return Err(Error::Conflict {
            code: "handover_changed",
        });
    }
    if planned.is_empty() && rows_in(app, id, "awaiting_approval").await?.is_empty() {
        return Err(Error::Conflict {
            code: "handover_empty",
        });
    }
    still_fit(app, &handover, &planned).await?;
    let tx = app.begin().await?;
    conflict(
        "handover_changed",
        store::start(&tx, id, version, &actor.reference(), app.now().seconds()).await,
    )?;
    enqueue_submits(app, &tx, id, &planned).await?;
    let by = actor.reference();
    let leaver = super::leaver_of(&handover)?;
    let ways = contact_way::plan_for_handover(app, &tx, &handover, &leaver, &planned, &by).await?;
    let step = Step {
        row_no: None,
        step: "start",
        outcome: "running".to_owned(),
        call_id: None,
        detail: Some(serde_json::json!({ "rows": planned.len(), "contact_ways": ways })),
    };
    let now = app.now().seconds();
    store::insert_steps(&tx, &handover.corp_id, id, &by, now, vec![step]).await?;
    let detail = serde_json::json!({ "rows": planned.len(), "version": version });
    super::record(app, &tx, &by, "handover.start", id, "done", detail).await?;
    nowhere_else(&tx, &handover, &planned).await?;
    tx.commit().await?;
    app.tell(Change::Handover(id));
    Ok(())
}

/// Plans `request` and starts it at once, if it is still what the caller was shown:
/// `confirm_total` rows that are submitted. Otherwise nothing is left behind.
///
/// # Errors
/// As [`plan::create_handover`] and [`start_handover`].
pub async fn hand_over_now(
    app: &App,
    actor: &Actor,
    request: &Request,
    confirm_total: usize,
) -> Result<Uuid, Error> {
    app.allow(actor, Act::HandoverExecute, Resource::Corp)?;
    step_up::require(app, actor, Act::HandoverExecute, ("handover", Uuid::nil())).await?;
    let id = plan::create_handover(app, actor, request).await?;
    match start_handover(app, actor, id, 1, confirm_total).await {
        Ok(()) => Ok(id),
        Err(error) => {
            plan::delete_draft(app, actor, id).await?;
            Err(error)
        }
    }
}

/// Makes sure that no other handover has any of `rows` under way or to submit.
///
/// Called when `tx` has done everything else, its audit entry included: that one is written by one
/// transaction at a time, so of two handovers that want the same customer the second to get here
/// sees the first.
pub(super) async fn nowhere_else(tx: &Tx, handover: &Handover, rows: &[Row]) -> Result<(), Error> {
    for subject in ["customer", "group"] {
        let ids: Vec<String> = rows
            .iter()
            .filter(|row| row.subject_kind == subject)
            .map(|row| row.subject_id.clone())
            .collect();
        let (corp, this) = (&handover.corp_id, Some(handover.id));
        let taken = store::pending_elsewhere(tx.conn(), corp, subject, &ids, this).await?;
        if !taken.is_empty() {
            return Err(Error::Conflict {
                code: "rows_in_other_handover",
            });
        }
    }
    Ok(())
}

/// Makes sure that what needs no approval by the plan needs none by now: the policy is what it
/// was, and nothing has used a transfer since.
async fn still_fit(app: &App, handover: &Handover, planned: &[Row]) -> Result<(), Error> {
    let changed = || Error::Conflict {
        code: "handover_changed",
    };
    let (policy, since) = read_approval(app).await?;
    let planned_at = handover.planned_at.unwrap_or(handover.created_at);
    if since.is_some_and(|since| since.seconds() > planned_at) {
        return Err(changed());
    }
    if !policy.second_transfer {
        return Ok(());
    }
    let kind = super::kind_of(handover);
    for subject in [Subject::Customer, Subject::Group] {
        let unasked = planned
            .iter()
            .filter(|row| row.subject_kind == subject.as_str() && row.approval.is_none());
        let ids: Vec<String> = unasked.map(|row| row.subject_id.clone()).collect();
        let used = facts::transfers(app, &handover.corp_id, subject, &ids).await?;
        if used.values().any(|used| is_last_transfer(kind, *used)) {
            return Err(changed());
        }
    }
    Ok(())
}

async fn rows_in(app: &App, id: Uuid, state: &str) -> Result<Vec<Row>, Error> {
    let filter = RowFilter {
        states: vec![state.to_owned()],
        ..RowFilter::default()
    };
    Ok(store::rows(app.store().read(), id, &filter, 0, u64::from(u32::MAX)).await?)
}

pub(super) async fn enqueue_submits(
    app: &App,
    tx: &Tx,
    id: Uuid,
    rows: &[Row],
) -> Result<(), Error> {
    let now = app.now();
    let successors: BTreeSet<&String> = rows
        .iter()
        .filter(|row| row.subject_kind == "customer")
        .filter_map(|row| row.successor.as_ref())
        .collect();
    for successor in successors {
        let task = Task::SubmitCustomers {
            handover: id,
            successor: successor.clone(),
        };
        job::enqueue(app, tx, &task, now).await?;
    }
    if rows.iter().any(|row| row.subject_kind == "group") {
        job::enqueue(app, tx, &Task::SubmitGroups { handover: id }, now).await?;
    }
    Ok(())
}

/// Stops what has not been submitted. What is at the platform is followed to its end: WeCom has
/// no call that takes a transfer back.
///
/// # Errors
/// [`Error::Conflict`] if the handover is not running.
pub async fn cancel_handover(app: &App, actor: &Actor, id: Uuid) -> Result<(), Error> {
    let handover = view::find(app, actor, Act::HandoverExecute, id).await?;
    let filter = RowFilter {
        states: [
            "planned",
            "awaiting_approval",
            "postponed",
            "blocked",
            "unassigned",
        ]
        .map(str::to_owned)
        .into(),
        ..RowFilter::default()
    };
    let tx = app.begin().await?;
    let now = app.now().seconds();
    // From here on the executor waits: it locks the handover before it moves a row to or from
    // these states.
    if !store::set_state(&tx, id, &["running"], "cancelled", Some(now)).await? {
        return Err(Error::Conflict {
            code: "handover_not_running",
        });
    }
    let rows = store::rows(tx.conn(), id, &filter, 0, u64::from(u32::MAX)).await?;
    let by = actor.reference();
    let context = Context {
        handover: &handover,
        actor: &by,
        step: "cancel",
        call: None,
        successor: None,
    };
    let moves: Vec<Move<'_>> = rows
        .iter()
        .map(|row| Move {
            row,
            event: RowEvent::Cancel,
            errcode: None,
        })
        .collect();
    let moved = raced(moves::apply(app, &tx, &context, &moves).await)?;
    let detail = serde_json::json!({ "rows": moved.changed });
    super::record(app, &tx, &by, "handover.cancel", id, "done", detail).await?;
    tx.commit().await?;
    app.tell(Change::Handover(id));
    Ok(())
}

/// A row that the executor moved meanwhile: the person looks and decides again.
pub(super) fn raced<T>(result: Result<T, Error>) -> Result<T, Error> {
    match result {
        Err(Error::Store(StoreError::RowCount { .. })) => Err(Error::Conflict {
            code: "handover_changed",
        }),
        other => other,
    }
}

/// Which rows to put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RetryRows {
    Numbers(Vec<i32>),
    /// Every row that ended in one of these states.
    States(Vec<String>),
}

/// Puts ended rows back to be submitted again, to `to` if given, else to their successor.
/// Returns how many.
///
/// # Errors
/// [`Error::Conflict`] if the handover was never started, a row is not one that can be retried, or
/// another handover has it by now; [`Error::Invalid`] if `to` cannot take customers over.
pub async fn retry_rows(
    app: &App,
    actor: &Actor,
    id: Uuid,
    which: &RetryRows,
    to: Option<&UserId>,
) -> Result<usize, Error> {
    let handover = view::find(app, actor, Act::HandoverExecute, id).await?;
    step_up::require(app, actor, Act::HandoverExecute, ("handover", id)).await?;
    let retried = |state: &str| matches!(state, "running" | "finished");
    let not_running = || Error::Conflict {
        code: "handover_not_running",
    };
    if !retried(&handover.state) {
        return Err(not_running());
    }
    if let Some(to) = to {
        check_successor(app, &handover, to).await?;
    }
    let mut rows = chosen(app, id, which).await?;
    // Nobody to go to, and nobody named: nothing to retry.
    rows.retain(|row| to.is_some() || row.successor.is_some());
    if rows.is_empty() {
        return Err(Error::Conflict {
            code: "nothing_to_retry",
        });
    }
    let asked = asked_for(app, &handover, &rows).await?;
    let by = actor.reference();
    let known = match to {
        Some(to) => known_to(app, &handover, to, &rows).await?,
        None => BTreeSet::new(),
    };
    let tx = app.begin().await?;
    // Locked, so that it cannot finish or be cancelled beside this.
    if !retried(&super::lock(&tx, id).await?.state) {
        return Err(not_running());
    }
    store::set_state(&tx, id, &["finished"], "running", None).await?;
    let successor = to.map(ToString::to_string);
    let context = Context {
        handover: &handover,
        actor: &by,
        step: "retry",
        call: None,
        successor: successor.as_deref(),
    };
    let moves: Vec<Move<'_>> = rows
        .iter()
        .map(|row| Move {
            row,
            event: if asked.contains_key(&row.row_no) {
                RowEvent::RetryForApproval
            } else {
                RowEvent::Retry
            },
            errcode: None,
        })
        .collect();
    let moved = match moves::apply(app, &tx, &context, &moves).await {
        Err(Error::Internal(_)) => {
            return Err(Error::Conflict {
                code: "row_not_ended",
            });
        }
        other => raced(other)?,
    };
    if let Some(successor) = &successor {
        predict_anew(&tx, id, &rows, &known).await?;
        for row in &mut rows {
            row.successor = Some(successor.clone());
        }
    }
    note_asked(&tx, id, &asked).await?;
    store::set_planned_by(&tx, id, &by).await?;
    let (waits, goes): (Vec<Row>, Vec<Row>) = rows
        .iter()
        .cloned()
        .partition(|row| asked.contains_key(&row.row_no));
    enqueue_submits(app, &tx, id, &goes).await?;
    let detail = serde_json::json!({ "rows": moved.changed, "to": to, "asked": waits.len() });
    super::record(app, &tx, &by, "handover.retry", id, "done", detail).await?;
    nowhere_else(&tx, &handover, &rows).await?;
    tx.commit().await?;
    app.tell(Change::Handover(id));
    Ok(moved.changed)
}

/// Why rows need approval when they are put back: those that did before, and those for which it
/// would be the last transfer.
pub(super) async fn asked_for(
    app: &App,
    handover: &Handover,
    rows: &[Row],
) -> Result<BTreeMap<i32, Vec<Why>>, Error> {
    let (policy, _) = read_approval(app).await?;
    let kind = super::kind_of(handover);
    let mut asked = BTreeMap::new();
    for subject in [Subject::Customer, Subject::Group] {
        let of_kind: Vec<&Row> = rows
            .iter()
            .filter(|row| row.subject_kind == subject.as_str())
            .collect();
        let ids: Vec<String> = of_kind.iter().map(|row| row.subject_id.clone()).collect();
        let used = facts::transfers(app, &handover.corp_id, subject, &ids).await?;
        for row in of_kind {
            let mut why = reasons_of(row);
            let used = used.get(&row.subject_id).copied().unwrap_or_default();
            let last = policy.second_transfer && is_last_transfer(kind, used);
            if last && !why.contains(&Why::SecondTransfer) {
                why.push(Why::SecondTransfer);
            }
            if !why.is_empty() {
                asked.insert(row.row_no, why);
            }
        }
    }
    Ok(asked)
}

/// Writes down why rows wait.
pub(super) async fn note_asked(
    tx: &Tx,
    id: Uuid,
    asked: &BTreeMap<i32, Vec<Why>>,
) -> Result<(), Error> {
    let mut alike: BTreeMap<&Vec<Why>, Vec<i32>> = BTreeMap::new();
    for (number, why) in asked {
        alike.entry(why).or_default().push(*number);
    }
    for (why, numbers) in alike {
        store::set_approval(tx, id, &numbers, &serde_json::json!(why)).await?;
    }
    Ok(())
}

/// Those customers among `rows` that `to` has already.
pub(super) async fn known_to(
    app: &App,
    handover: &Handover,
    to: &UserId,
    rows: &[Row],
) -> Result<BTreeSet<String>, Error> {
    let ids: Vec<String> = rows.iter().map(|row| row.subject_id.clone()).collect();
    let (read, corp, to) = (app.store().read(), &handover.corp_id, to.to_string());
    let pairs = assets::followed_by(read, corp, &[to], &ids).await?;
    Ok(pairs.into_iter().map(|(_, customer)| customer).collect())
}

/// What was predicted was about another successor. Whether this one knows the customer decides
/// whose remark stays.
pub(super) async fn predict_anew(
    tx: &Tx,
    id: Uuid,
    rows: &[Row],
    known: &BTreeSet<String>,
) -> Result<(), Error> {
    let customers = rows.iter().filter(|row| row.subject_kind == "customer");
    let (already, fine): (Vec<&Row>, Vec<&Row>) =
        customers.partition(|row| known.contains(&row.subject_id));
    for (rows, prediction) in [
        (already, Prediction::AlreadyContact),
        (fine, Prediction::Fine),
    ] {
        let numbers: Vec<i32> = rows.iter().map(|row| row.row_no).collect();
        store::set_prediction(tx, id, &numbers, prediction.as_str()).await?;
    }
    Ok(())
}

async fn chosen(app: &App, id: Uuid, which: &RetryRows) -> Result<Vec<Row>, Error> {
    let read = app.store().read();
    Ok(match which {
        RetryRows::Numbers(numbers) => store::rows_by_number(read, id, numbers).await?,
        RetryRows::States(states) => {
            let ended = |state: &&String| {
                [
                    "refused",
                    "full",
                    "failed",
                    "no_relation",
                    "blocked",
                    "unassigned",
                ]
                .contains(&state.as_str())
            };
            let states = states.iter().filter(ended).cloned().collect::<Vec<_>>();
            if states.is_empty() {
                return Ok(Vec::new());
            }
            let filter = RowFilter {
                states,
                ..RowFilter::default()
            };
            store::rows(read, id, &filter, 0, MAX_RETRY).await?
        }
    })
}

pub(super) async fn check_successor(
    app: &App,
    handover: &Handover,
    to: &UserId,
) -> Result<(), Error> {
    use jiebang_domain::handover::predict::{CustomerFacts, Setting, predict_customer};
    let corp = app.corp()?;
    let request: Request =
        serde_json::from_value(handover.request.clone()).map_err(|source| Error::Json {
            what: "request",
            source,
        })?;
    let leaver = facts::leaver(app, &corp, &request.leaver).await?;
    let found = assets::members(app.store().read(), corp.as_str(), &[to.to_string()]).await?;
    let member = found.first().map(facts::member_of).transpose()?;
    let setting = Setting {
        kind: request.kind,
        leaver: &leaver,
        now: app.now(),
    };
    let fine = CustomerFacts {
        followed: true,
        ..CustomerFacts::default()
    };
    match predict_customer(setting, member.as_ref(), fine) {
        Prediction::Fine => {
            let (message, to) = (handover.message.as_deref(), std::slice::from_ref(to));
            message::check(app, &corp, message, &handover.leaver_name, to).await
        }
        prediction => Err(Error::invalid("to", prediction.as_str())),
    }
}
