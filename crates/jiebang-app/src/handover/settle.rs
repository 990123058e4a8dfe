//! Finds out what became of calls that ended without an answer: by the result pages, by the
//! unassigned list, by the owner of a group. Never guesses; see
//! [`jiebang_domain::handover::evidence`].

use std::collections::BTreeSet;

use jiebang_domain::handover::answer::{says_inherited, says_running};
use jiebang_domain::handover::evidence::{self, Outcome, SETTLE, Silence};
use jiebang_domain::handover::row::{RowEvent, RowState};
use jiebang_domain::handover::{Kind, Subject};
use jiebang_domain::id::{ChatId, UserId};
use jiebang_domain::time::Timestamp;
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_call::Model as Call;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::handover as store;
use jiebang_wecom::Client;

use super::follow_groups::{GroupFate, fate_of};
use super::moves::{self, Context, Move, state_of};
use super::results::{self, Results};
use super::submit::after_answer;
use super::{kind_of, leaver_of, stored};
use crate::job::Held;
use crate::{App, Error};

/// Settles the open calls for the customers of one pair. Returns when to look again, if some
/// could not be settled yet.
pub(super) async fn settle_customers(
    app: &App,
    held: &Held,
    client: &Client,
    handover: &Handover,
    successor: &UserId,
) -> Result<Option<Timestamp>, Error> {
    let read = app.store().read();
    let customer = Subject::Customer.as_str();
    let calls = store::open_calls(read, handover.id, customer, Some(successor.as_str())).await?;
    if calls.is_empty() {
        return Ok(None);
    }
    let rows = store::pending_rows(read, handover.id, customer, Some(successor.as_str())).await?;
    if let Some(early) = too_early(app, &calls) {
        mark_unsure(app, held, handover, &calls, &rows).await?;
        return Ok(Some(early));
    }
    let (kind, leaver) = (kind_of(handover), leaver_of(handover)?);
    let seen = results::read(client, kind, &leaver, successor).await?;
    let open = match kind {
        Kind::Resigned => Some(results::unassigned_of(client, &leaver).await?),
        Kind::InService => None,
    };
    let mut look_again: Option<Timestamp> = None;
    for call in &calls {
        let baseline: Results =
            serde_json::from_value(call.baseline.clone()).map_err(|source| Error::Json {
                what: "baseline",
                source,
            })?;
        let of_call = rows_of(call, &rows)?;
        let intent_at = Timestamp::from_seconds(call.intent_at);
        let judge = |row: &Row| {
            let id = &row.subject_id;
            let before = baseline.get(id).map_or(&[][..], Vec::as_slice);
            let now = seen.get(id).map_or(&[][..], Vec::as_slice);
            match evidence::outcome(before, now) {
                Some(outcome) => Ok(RowEvent::Seen(outcome)),
                None => {
                    let still_open = open.as_ref().map(|open| open.contains(id));
                    silent(row, intent_at, still_open, app.now())
                }
            }
        };
        if let Some(at) = conclude(app, held, handover, call, &of_call, judge).await? {
            look_again = Some(look_again.map_or(at, |earlier| earlier.min(at)));
        }
    }
    Ok(look_again)
}

/// Settles the open calls for the groups of a handover, like [`settle_customers`].
pub(super) async fn settle_groups(
    app: &App,
    held: &Held,
    client: &Client,
    handover: &Handover,
) -> Result<Option<Timestamp>, Error> {
    let read = app.store().read();
    let calls = store::open_calls(read, handover.id, Subject::Group.as_str(), None).await?;
    if calls.is_empty() {
        return Ok(None);
    }
    let rows = store::pending_rows(read, handover.id, Subject::Group.as_str(), None).await?;
    if let Some(early) = too_early(app, &calls) {
        mark_unsure(app, held, handover, &calls, &rows).await?;
        return Ok(Some(early));
    }
    let inheriting = super::follow_groups::inheriting(client).await?;
    let mut look_again: Option<Timestamp> = None;
    for call in &calls {
        let of_call = rows_of(call, &rows)?;
        let successor = stored("userid", UserId::parse(call.takeover_userid.clone()))?;
        let mut fates = std::collections::BTreeMap::new();
        for row in &of_call {
            let chat = stored("chat id", ChatId::parse(row.subject_id.clone()))?;
            let fate = fate_of(client, &chat, &successor, inheriting.as_ref(), app.now()).await?;
            fates.insert(row.row_no, fate);
        }
        let intent_at = Timestamp::from_seconds(call.intent_at);
        let judge = |row: &Row| match fates.get(&row.row_no) {
            Some(GroupFate::Seen(outcome)) => Ok(RowEvent::Seen(*outcome)),
            _ => silent(row, intent_at, None, app.now()),
        };
        if let Some(at) = conclude(app, held, handover, call, &of_call, judge).await? {
            look_again = Some(look_again.map_or(at, |earlier| earlier.min(at)));
        }
    }
    Ok(look_again)
}

/// What to make of a row of which the platform shows nothing; `Err` is when to look again.
fn silent(
    row: &Row,
    intent_at: Timestamp,
    still_open: Option<bool>,
    now: Timestamp,
) -> Result<RowEvent, Timestamp> {
    let code = row.errcode.map_or(0, i64::from);
    match evidence::silence(intent_at, still_open, now) {
        Silence::LookAgain(at) => Err(at),
        // Without these two, such a row would be called for again and again.
        Silence::NothingStarted if says_inherited(code) => Ok(RowEvent::Seen(Outcome::NoRecord)),
        Silence::NothingStarted if says_running(code) => Ok(RowEvent::Elsewhere),
        Silence::NothingStarted => Ok(RowEvent::NothingStarted),
    }
}

fn rows_of<'a>(call: &Call, rows: &'a [Row]) -> Result<Vec<&'a Row>, Error> {
    let mut found = Vec::new();
    for row in rows.iter().filter(|row| row.call_id == Some(call.id)) {
        if matches!(state_of(row)?, RowState::Intended | RowState::Unsure) {
            found.push(row);
        }
    }
    Ok(found)
}

/// The moment before which nothing can be said about the youngest of these calls.
fn too_early(app: &App, calls: &[Call]) -> Option<Timestamp> {
    let youngest = calls.iter().map(|call| call.intent_at).max()?;
    let settled = Timestamp::from_seconds(youngest).plus(SETTLE);
    (settled > app.now()).then_some(settled)
}

/// Rows whose intent outlived the program that stored it: say so at once, look later.
async fn mark_unsure(
    app: &App,
    held: &Held,
    handover: &Handover,
    calls: &[Call],
    rows: &[Row],
) -> Result<(), Error> {
    let mut lost = Vec::new();
    for call in calls {
        for row in rows_of(call, rows)? {
            if state_of(row)? == RowState::Intended {
                lost.push(Move {
                    row,
                    event: RowEvent::AnswerLost,
                    errcode: None,
                });
            }
        }
    }
    if lost.is_empty() {
        return Ok(());
    }
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    let context = Context {
        handover,
        actor: "system",
        step: "answer_lost",
        call: None,
        successor: None,
    };
    moves::apply(app, &tx, &context, &lost).await?;
    Ok(tx.commit().await?)
}

/// Moves the rows of a call that can be judged, and settles the call once all are.
async fn conclude(
    app: &App,
    held: &Held,
    handover: &Handover,
    call: &Call,
    rows: &[&Row],
    judge: impl Fn(&Row) -> Result<RowEvent, Timestamp>,
) -> Result<Option<Timestamp>, Error> {
    let mut decided = Vec::new();
    let mut again = BTreeSet::new();
    for row in rows.iter().copied() {
        match judge(row) {
            Ok(event) => decided.push(Move {
                row,
                event,
                errcode: None,
            }),
            Err(at) => {
                again.insert(at);
            }
        }
    }
    let tx = app.begin().await?;
    let locked = super::lock(&tx, handover.id).await?;
    held.assert(&tx).await?;
    let context = Context {
        handover,
        actor: "system",
        step: "asked_platform",
        call: Some(call.id),
        successor: None,
    };
    let moved = moves::apply(app, &tx, &context, &decided).await?;
    after_answer(app, &tx, handover, call, moved).await?;
    let numbers: Vec<i32> = decided.iter().map(|one| one.row.row_no).collect();
    super::next::try_next(app, &tx, &locked, &numbers).await?;
    if again.is_empty() {
        store::end_call(&tx, call.id, "settled", None, app.now().seconds()).await?;
        let detail = serde_json::json!({ "call": call.id, "rows": rows.len() });
        super::record(
            app,
            &tx,
            "system",
            "handover.call",
            handover.id,
            "settled",
            detail,
        )
        .await?;
    }
    tx.commit().await?;
    app.tell(crate::Change::Handover(handover.id));
    Ok(again.into_iter().next())
}
