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
use jiebang_store::handover::RowFilter;
use jiebang_store::{Tx, handover as store};
use jiebang_wecom::{Batch, CallError};
use uuid::Uuid;

use super::moves::{self, Context, Move, Moved};
use super::results::{self, Results};
use super::{kind_of, leaver_of, message, settle, stored, transfer_kind, worked_on};
use crate::job::{Held, Next};
use crate::{App, Change, Error};

/// Rows of a cancelled handover ended in one transaction.
const CHUNK: u64 = 1000;

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
        let customer = Subject::Customer;
        let intended = intend(app, held, &handover, customer, &successor, baseline, &rows).await?;
        let Some(call) = intended else {
            continue;
        };
        let answer = call_platform(app, &handover, &leaver, &successor, &ids).await?;
        let rows = store::rows_of_call(app.store().read(), handover.id, call.id).await?;
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
    let rest = come_back(app, held, &handover, Subject::Customer, Some(&successor)).await?;
    wake = earlier(wake, rest);
    Ok(wake.map_or(Next::Done, Next::Again))
}

/// What becomes of rows that came back without having been started: their time comes, which is
/// returned, or, if the handover was cancelled meanwhile, they end as the rest of it did.
pub(super) async fn come_back(
    app: &App,
    held: &Held,
    handover: &Handover,
    subject: Subject,
    successor: Option<&UserId>,
) -> Result<Option<Timestamp>, Error> {
    let filter = RowFilter {
        states: vec!["planned".to_owned(), "postponed".to_owned()],
        subject_kind: Some(subject.as_str().to_owned()),
        successor: successor.map(ToString::to_string),
        ..RowFilter::default()
    };
    loop {
        let tx = app.begin().await?;
        let handover = super::lock(&tx, handover.id).await?;
        held.assert(&tx).await?;
        if handover.state != "cancelled" {
            let (kind, successor) = (subject.as_str(), successor.map(UserId::as_str));
            let at = store::next_postponed(tx.conn(), handover.id, kind, successor).await?;
            return Ok(at.map(Timestamp::from_seconds));
        }
        let rows = store::rows(tx.conn(), handover.id, &filter, 0, CHUNK).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let context = Context {
            handover: &handover,
            actor: "system",
            step: "cancel",
            call: None,
            successor: None,
        };
        moves::apply(app, &tx, &context, &all(&rows, RowEvent::Cancel)).await?;
        tx.commit().await?;
        app.tell(Change::Handover(handover.id));
    }
}

/// The same happens to all of `rows`.
fn all(rows: &[Row], event: RowEvent) -> Vec<Move<'_>> {
    let same = |row| Move {
        row,
        event,
        errcode: None,
    };
    rows.iter().map(same).collect()
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

/// Stores the intent to call for `rows`, and commits. `None` if the rows to call for are to be
/// chosen anew: the handover is not running any more, another handover has some of them under
/// way (these are postponed), or the day's number of groups was used up meanwhile.
pub(super) async fn intend(
    app: &App,
    held: &Held,
    handover: &Handover,
    subject: Subject,
    successor: &UserId,
    baseline: serde_json::Value,
    rows: &[Row],
) -> Result<Option<Call>, Error> {
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
    if subject == Subject::Group {
        use super::submit_groups::{left_after, today};
        let (corp, leaver) = (&handover.corp_id, &handover.leaver);
        // Another handover may move other groups of the same person at the same time.
        store::lock_all_of(&tx, corp, leaver).await?;
        let started = store::groups_started_since(tx.conn(), corp, leaver, today(app)).await?;
        if rows.len() > left_after(started) {
            return Ok(None);
        }
    }
    if super::lock(&tx, handover.id).await?.state != "running" {
        return Ok(None);
    }
    held.assert(&tx).await?;
    let mut context = Context {
        handover,
        actor: "system",
        step: "submit",
        call: None,
        successor: None,
    };
    let ids: Vec<String> = rows.iter().map(|row| row.subject_id.clone()).collect();
    let (corp, kind) = (handover.corp_id.as_str(), subject.as_str());
    let taken = store::under_way_elsewhere(tx.conn(), corp, kind, &ids, handover.id).await?;
    if !taken.is_empty() {
        let mut rows = rows.to_vec();
        rows.retain(|row| taken.contains(&row.subject_id));
        moves::apply(app, &tx, &context, &all(&rows, RowEvent::Elsewhere)).await?;
        tx.commit().await?;
        return Ok(None);
    }
    store::insert_call(&tx, call.clone()).await?;
    context.call = Some(call.id);
    moves::apply(app, &tx, &context, &all(rows, RowEvent::Intend)).await?;
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
    Ok(Some(call))
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
    let message = message::text_of_call(app, handover, successor).await?;
    let answer = client
        .transfer_customers(kind, leaver, successor, &batch, message.as_deref())
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
///
/// # Errors
/// Also, after the answer is stored, for a refusal or fault of which nobody knows when it will
/// be over: the job then tries again at growing distances.
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
    let locked = super::lock(&tx, handover.id).await?;
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
    after_answer(app, &tx, handover, call, moved).await?;
    let numbers: Vec<i32> = rows.iter().map(|row| row.row_no).collect();
    super::next::try_next(app, &tx, &locked, &numbers).await?;
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
    super::finish_if_done(app, &tx, handover).await?;
    tx.commit().await?;
    app.tell(Change::Handover(handover.id));
    match answer {
        Answer::Items(_) if unsure => Ok(Some(now.plus(SETTLE))),
        Answer::Items(_) => Ok(None),
        Answer::Error(error) => {
            tracing::warn!(handover = %handover.id, error = crate::job::chain(&error), "a transfer call failed");
            pause_after(error, now)
        }
    }
}

/// When to go on after a call that failed as a whole.
fn pause_after(error: CallError, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    match error {
        error if error.is_unsure() => Ok(Some(now.plus(SETTLE))),
        CallError::Refused { code, .. } if ends_every_item(code.0) => Ok(None),
        error if error.config_problem().is_some() => Ok(Some(now.plus(10 * MINUTE))),
        error => match error.limited_until() {
            Some(until) => Ok(Some(until)),
            None => Err(error.into()),
        },
    }
}

/// What follows from rows that are now at the platform, whoever found that out: they are
/// watched, the successor is told, and what was taken over already is carried over.
pub(super) async fn after_answer(
    app: &App,
    tx: &Tx,
    handover: &Handover,
    call: &Call,
    moved: Moved,
) -> Result<(), Error> {
    if moved.waiting > 0 || moved.taken_over > 0 {
        super::notice::plan_notice(app, tx, handover, &call.takeover_userid).await?;
    }
    if moved.taken_over > 0 {
        super::follow::enqueue_carry(app, tx, handover, &call.takeover_userid).await?;
    }
    super::follow::enqueue_follow(app, tx, handover, &call.subject_kind, &call.takeover_userid)
        .await
}
