//! Submits the customers of a handover to the platform: intent, call, answer.
//!
//! Invariant: between the commit of the intent and the commit of the answer, whatever ends the
//! program leaves rows in `intended`; the next run settles them before it submits anything.

use std::collections::BTreeMap;

use jiebang_domain::handover::answer::{ends_every_item, verdict};
use jiebang_domain::handover::evidence::SETTLE;
use jiebang_domain::handover::row::RowEvent;
use jiebang_domain::handover::{BATCH, Subject};
use jiebang_domain::id::{ExternalUserId, UserId};
use jiebang_domain::time::{MINUTE, Timestamp};
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_call::Model as Call;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::{Tx, handover as store};
use jiebang_wecom::{Batch, CallError};
use uuid::Uuid;

use super::moves::{self, Context, Move, Moved};
use super::results::{self, Results};
use super::{kind_of, leaver_of, settle, stored, transfer_kind, worked_on};
use crate::job::{Held, Next};
use crate::{App, Change, Error};

/// Pause after a call that did not reach the platform, in seconds.
const PAUSE: i64 = 30;

/// What the platform said about a batch, in the same terms for customers and groups.
pub(super) enum Answer {
    /// A code for each subject that was answered for.
    Items(BTreeMap<String, i64>),
    Error(CallError),
}

/// The job that submits the customers that go to one successor.
pub(crate) async fn submit_customers(
    app: &App,
    held: &Held,
    handover: Uuid,
    successor: String,
) -> Result<Next, Error> {
    let Some(handover) = worked_on(app, handover).await? else {
        return Ok(Next::Done);
    };
    let client = app.connection()?.client;
    let successor = stored("userid", UserId::parse(successor))?;
    let mut wake = settle::settle_customers(app, held, &client, &handover, &successor).await?;
    let (kind, leaver) = (kind_of(&handover), leaver_of(&handover)?);
    let mut known: Option<Results> = None;
    while let Some(rows) = next_rows(app, &handover, &successor).await? {
        if known.is_none() {
            known = Some(results::read(&client, kind, &leaver, &successor).await?);
        }
        let ids: Vec<String> = rows.iter().map(|row| row.subject_id.clone()).collect();
        let before = results::baseline(known.get_or_insert_default(), &ids);
        let baseline = serde_json::to_value(before).map_err(|source| Error::Json {
            what: "baseline",
            source,
        })?;
        let call = intend(
            app,
            held,
            &handover,
            Subject::Customer,
            &successor,
            baseline,
            &rows,
        )
        .await?;
        let answer = call_platform(app, &handover, &leaver, &successor, &ids).await?;
        let rows = of_call(app, &handover, Subject::Customer, &successor, call.id).await?;
        let pause = take_answer(
            app,
            held,
            &handover,
            Subject::Customer,
            &call,
            &rows,
            answer,
        )
        .await?;
        wake = earlier(wake, pause);
        if pause.is_some() {
            break;
        }
    }
    let read = app.store().read();
    let customer = Subject::Customer.as_str();
    let postponed =
        store::next_postponed(read, handover.id, customer, Some(successor.as_str())).await?;
    wake = earlier(wake, postponed.map(Timestamp::from_seconds));
    Ok(wake.map_or(Next::Done, Next::Again))
}

pub(super) fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Up to 100 rows to submit now, unless the handover was cancelled meanwhile.
async fn next_rows(
    app: &App,
    handover: &Handover,
    successor: &UserId,
) -> Result<Option<Vec<Row>>, Error> {
    let read = app.store().read();
    let state = store::get(read, &handover.corp_id, handover.id)
        .await?
        .map(|h| h.state);
    if state.as_deref() != Some("running") {
        return Ok(None);
    }
    let customer = Subject::Customer.as_str();
    let rows = store::rows_to_submit(
        read,
        handover.id,
        customer,
        Some(successor.as_str()),
        app.now().seconds(),
        BATCH as u64,
    )
    .await?;
    Ok((!rows.is_empty()).then_some(rows))
}

/// Stores the intent to call for `rows`, and commits.
pub(super) async fn intend(
    app: &App,
    held: &Held,
    handover: &Handover,
    subject: Subject,
    successor: &UserId,
    baseline: serde_json::Value,
    rows: &[Row],
) -> Result<Call, Error> {
    let call = Call {
        id: app.new_id(),
        corp_id: handover.corp_id.clone(),
        handover_id: handover.id,
        subject_kind: subject.as_str().to_owned(),
        handover_userid: handover.leaver.clone(),
        takeover_userid: successor.to_string(),
        state: "intended".to_owned(),
        intent_at: app.now().seconds(),
        answered_at: None,
        settled_at: None,
        errcode: None,
        baseline,
        rows: i32::try_from(rows.len()).unwrap_or(i32::MAX),
    };
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    store::insert_call(&tx, call.clone()).await?;
    let context = Context {
        handover,
        actor: "system",
        step: "submit",
        call: Some(call.id),
        successor: None,
    };
    let moves: Vec<Move<'_>> = rows
        .iter()
        .map(|row| Move {
            row,
            event: RowEvent::Intend,
            errcode: None,
        })
        .collect();
    moves::apply(app, &tx, &context, &moves).await?;
    let detail = serde_json::json!({
        "call": call.id, "subject": subject.as_str(), "to": successor, "rows": rows.len(),
    });
    super::record(
        app,
        &tx,
        "system",
        "handover.call",
        handover.id,
        "intended",
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(call)
}

/// The rows of a call as they stand now.
pub(super) async fn of_call(
    app: &App,
    handover: &Handover,
    subject: Subject,
    successor: &UserId,
    call: Uuid,
) -> Result<Vec<Row>, Error> {
    let read = app.store().read();
    let pending = store::pending_rows(
        read,
        handover.id,
        subject.as_str(),
        Some(successor.as_str()),
    )
    .await?;
    Ok(pending
        .into_iter()
        .filter(|row| row.call_id == Some(call))
        .collect())
}

async fn call_platform(
    app: &App,
    handover: &Handover,
    leaver: &UserId,
    successor: &UserId,
    ids: &[String],
) -> Result<Answer, Error> {
    let customers: Result<Vec<ExternalUserId>, _> = ids
        .iter()
        .map(|id| ExternalUserId::parse(id.clone()))
        .collect();
    let batch = Batch::new(stored("external userid", customers)?)
        .map_err(|error| Error::Internal(error.to_string()))?;
    let kind = transfer_kind(kind_of(handover));
    let client = app.connection()?.client;
    let message = handover.message.as_deref();
    let answer = client
        .transfer_customers(kind, leaver, successor, &batch, message)
        .await;
    Ok(match answer {
        Ok(answer) => Answer::Items(
            answer
                .items
                .into_iter()
                .map(|(id, code)| (String::from(id), code.0))
                .collect(),
        ),
        Err(error) => Answer::Error(error),
    })
}

/// Stores what the platform answered. Returns when to go on, if it said to wait.
pub(super) async fn take_answer(
    app: &App,
    held: &Held,
    handover: &Handover,
    subject: Subject,
    call: &Call,
    rows: &[Row],
    answer: Answer,
) -> Result<Option<Timestamp>, Error> {
    let now = app.now();
    let event_of = |row: &Row| match &answer {
        Answer::Items(items) => match items.get(&row.subject_id) {
            Some(code) => (RowEvent::Answered(verdict(subject, *code)), Some(*code)),
            None => (RowEvent::AnswerLost, None),
        },
        Answer::Error(error) if error.is_unsure() => (RowEvent::AnswerLost, None),
        Answer::Error(CallError::Refused { code, .. }) if ends_every_item(code.0) => {
            (RowEvent::Answered(verdict(subject, code.0)), Some(code.0))
        }
        Answer::Error(_) => (RowEvent::NotSent, None),
    };
    let moves: Vec<Move<'_>> = rows
        .iter()
        .map(|row| {
            let (event, errcode) = event_of(row);
            Move {
                row,
                event,
                errcode,
            }
        })
        .collect();
    let unsure = moves.iter().any(|m| {
        matches!(
            m.event,
            RowEvent::AnswerLost
                | RowEvent::Answered(jiebang_domain::handover::answer::Verdict::Running)
        )
    });
    let (state, errcode) = match &answer {
        _ if unsure => ("unsure", None),
        Answer::Items(_) => ("answered", Some(0)),
        Answer::Error(error) => ("settled", error.code().map(|code| code.0)),
    };
    let code = errcode.and_then(|code| i32::try_from(code).ok());
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    let context = Context {
        handover,
        actor: "system",
        step: "answer",
        call: Some(call.id),
        successor: None,
    };
    let moved = moves::apply(app, &tx, &context, &moves).await?;
    store::end_call(&tx, call.id, state, code, now.seconds()).await?;
    let detail = serde_json::json!({
        "call": call.id, "errcode": errcode, "waiting": moved.waiting, "rows": rows.len(),
    });
    super::record(
        app,
        &tx,
        "system",
        "handover.call",
        handover.id,
        state,
        detail,
    )
    .await?;
    after_answer(app, &tx, handover, call, moved).await?;
    super::finish_if_done(app, &tx, handover).await?;
    tx.commit().await?;
    app.tell(Change::Handover(handover.id));
    Ok(match answer {
        Answer::Items(_) if unsure => Some(now.plus(SETTLE)),
        Answer::Items(_) => None,
        Answer::Error(error) => {
            tracing::warn!(handover = %handover.id, error = crate::job::chain(&error), "a transfer call failed");
            pause_after(&error, now)
        }
    })
}

/// When to go on after a call that failed as a whole.
fn pause_after(error: &CallError, now: Timestamp) -> Option<Timestamp> {
    match error {
        error if error.is_unsure() => Some(now.plus(SETTLE)),
        CallError::Refused { code, .. } if ends_every_item(code.0) => None,
        error if error.config_problem().is_some() => Some(now.plus(10 * MINUTE)),
        error => Some(error.limited_until().unwrap_or_else(|| now.plus(PAUSE))),
    }
}

/// What follows from rows that are now at the platform: they are watched, and the successor is
/// told.
async fn after_answer(
    app: &App,
    tx: &Tx,
    handover: &Handover,
    call: &Call,
    moved: Moved,
) -> Result<(), Error> {
    if moved.waiting > 0 || moved.taken_over > 0 {
        super::notice::plan_notice(app, tx, handover, &call.takeover_userid).await?;
    }
    super::follow::enqueue_follow(app, tx, handover, &call.subject_kind, &call.takeover_userid)
        .await
}
