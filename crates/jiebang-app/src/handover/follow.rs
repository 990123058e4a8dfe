//! Follows the customers at the platform until each is taken over, refused or given up.

use std::collections::BTreeMap;

use jiebang_domain::handover::evidence::{self, Outcome, ResultRow};
use jiebang_domain::handover::predict::Prediction;
use jiebang_domain::handover::row::{RowEvent, RowState};
use jiebang_domain::handover::schedule::OVERDUE;
use jiebang_domain::handover::{Subject, schedule};
use jiebang_domain::id::{ExternalUserId, UserId};
use jiebang_domain::time::{MINUTE, Timestamp};
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::{Tx, handover as store};
use jiebang_wecom::Client;
use uuid::Uuid;

use super::moves::{self, Context, Move, state_of};
use super::results::{self, Results};
use super::{kind_of, leaver_of, stored, worked_on};
use crate::job::{self, Held, Next, Task};
use crate::{App, Change, Error};

/// Callbacks come in bursts; this many seconds of them lead to one look.
const GATHER: i64 = 20;
/// Rows moved in one transaction.
const CHUNK: usize = 1000;

/// Enqueues the job that follows what was submitted, one minute from now.
pub(super) async fn enqueue_follow(
    app: &App,
    tx: &Tx,
    handover: &Handover,
    subject_kind: &str,
    successor: &str,
) -> Result<(), Error> {
    let task = if subject_kind == Subject::Group.as_str() {
        Task::FollowGroups {
            handover: handover.id,
        }
    } else {
        Task::FollowCustomers {
            handover: handover.id,
            successor: successor.to_owned(),
        }
    };
    job::enqueue(app, tx, &task, app.now().plus(MINUTE)).await
}

/// Enqueues the job that writes remark and tags of what was taken over.
pub(super) async fn enqueue_carry(
    app: &App,
    tx: &Tx,
    handover: &Handover,
    successor: &str,
) -> Result<(), Error> {
    let task = Task::Carry {
        handover: handover.id,
        successor: successor.to_owned(),
    };
    job::enqueue(app, tx, &task, app.now()).await
}

/// The job that follows the customers of one pair.
pub(crate) async fn follow_customers(
    app: &App,
    held: &Held,
    handover: Uuid,
    successor: String,
) -> Result<Next, Error> {
    let Some(handover) = worked_on(app, handover).await? else {
        return Ok(Next::Done);
    };
    let successor = stored("userid", UserId::parse(successor))?;
    let rows = waiting_rows(app, &handover, &successor).await?;
    if rows.is_empty() {
        return finish(app, held, &handover).await;
    }
    let client = app.connection()?.client;
    let leaver = leaver_of(&handover)?;
    let seen = results::read(&client, kind_of(&handover), &leaver, &successor).await?;
    let baselines = baselines(app, &handover, &successor).await?;
    let mut moves = Vec::new();
    let mut unseen = Vec::new();
    for row in &rows {
        let before = row.call_id.and_then(|call| baselines.get(&call));
        let before: &[ResultRow] = before
            .and_then(|b| b.get(&row.subject_id))
            .map_or(&[], Vec::as_slice);
        let now = seen.get(&row.subject_id).map_or(&[][..], Vec::as_slice);
        if let Some(outcome) = evidence::outcome(before, now) {
            moves.push(Move {
                row,
                event: RowEvent::Seen(outcome),
                errcode: None,
            });
        } else if app.now().plus(-OVERDUE).seconds() > row.started_at.unwrap_or_default() {
            unseen.push(row);
        }
    }
    moves.extend(by_relation(app, &client, &successor, &unseen).await?);
    for chunk in moves.chunks(CHUNK) {
        store_moves(app, held, &handover, &successor, chunk).await?;
    }
    let left = waiting_rows(app, &handover, &successor).await?;
    match next_look(app, &left)? {
        Some(at) => Ok(Next::Again(at)),
        None => finish(app, held, &handover).await,
    }
}

/// Rows of which the pages show nothing long after all must be over (how long WeCom keeps them is
/// not documented): who has the customer now decides.
async fn by_relation<'a>(
    app: &App,
    client: &Client,
    successor: &UserId,
    rows: &[&'a Row],
) -> Result<Vec<Move<'a>>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let theirs = super::carry::read_list(client, successor).await?;
    let moved = |row: &'a Row| {
        // One that the successor had before says nothing.
        let is_new = row.prediction != Prediction::AlreadyContact.as_str();
        let outcome = if is_new && theirs.contains_key(&row.subject_id) {
            Outcome::TakenOver { at: app.now() }
        } else {
            Outcome::NoRecord
        };
        Move {
            row,
            event: RowEvent::Seen(outcome),
            errcode: None,
        }
    };
    Ok(rows.iter().copied().map(moved).collect())
}

async fn waiting_rows(
    app: &App,
    handover: &Handover,
    successor: &UserId,
) -> Result<Vec<Row>, Error> {
    let read = app.store().read();
    let customer = Subject::Customer.as_str();
    let mut rows =
        store::pending_rows(read, handover.id, customer, Some(successor.as_str())).await?;
    rows.retain(|row| row.state == "waiting");
    Ok(rows)
}

async fn baselines(
    app: &App,
    handover: &Handover,
    successor: &UserId,
) -> Result<BTreeMap<Uuid, Results>, Error> {
    let calls = store::calls(app.store().read(), handover.id, successor.as_str()).await?;
    calls
        .into_iter()
        .map(|call| {
            let baseline = serde_json::from_value(call.baseline).map_err(|source| Error::Json {
                what: "baseline",
                source,
            })?;
            Ok((call.id, baseline))
        })
        .collect()
}

async fn store_moves(
    app: &App,
    held: &Held,
    handover: &Handover,
    successor: &UserId,
    moves: &[Move<'_>],
) -> Result<(), Error> {
    let tx = app.begin().await?;
    let locked = super::lock(&tx, handover.id).await?;
    held.assert(&tx).await?;
    let context = Context {
        handover,
        actor: "system",
        step: "result",
        call: None,
        successor: None,
    };
    let moved = moves::apply(app, &tx, &context, moves).await?;
    if moved.taken_over > 0 {
        enqueue_carry(app, &tx, handover, successor.as_str()).await?;
    }
    let numbers: Vec<i32> = moves.iter().map(|one| one.row.row_no).collect();
    super::next::try_next(app, &tx, &locked, &numbers).await?;
    tx.commit().await?;
    if moved.changed > 0 {
        app.tell(Change::Handover(handover.id));
    }
    Ok(())
}

fn next_look(app: &App, rows: &[Row]) -> Result<Option<Timestamp>, Error> {
    let mut due: Option<Timestamp> = None;
    for row in rows {
        if let RowState::Waiting { until: Some(until) } = state_of(row)? {
            due = Some(due.map_or(until, |earlier| earlier.min(until)));
        }
    }
    let started = rows.iter().filter_map(|row| row.started_at).max();
    Ok(
        started
            .map(|started| schedule::next_poll(Timestamp::from_seconds(started), due, app.now())),
    )
}

/// Ends the job, and the handover if nothing else of it is open.
pub(super) async fn finish(app: &App, held: &Held, handover: &Handover) -> Result<Next, Error> {
    let tx = app.begin().await?;
    super::lock(&tx, handover.id).await?;
    held.assert(&tx).await?;
    super::finish_if_done(app, &tx, handover).await?;
    tx.commit().await?;
    app.tell(Change::Handover(handover.id));
    Ok(Next::Done)
}

/// A `transfer_fail` callback came for this successor and customer: the result pages are read
/// soon. The callback itself decides nothing, since it may be late, doubled or about an earlier
/// attempt.
///
/// # Errors
/// [`Error::Store`].
pub async fn hint_transfer_fail(
    app: &App,
    successor: &UserId,
    customer: &ExternalUserId,
) -> Result<(), Error> {
    look_soon(app, successor, customer).await
}

/// A relation between this member and customer was added: perhaps a takeover.
///
/// # Errors
/// [`Error::Store`].
pub async fn hint_contact_changed(
    app: &App,
    member: &UserId,
    customer: &ExternalUserId,
) -> Result<(), Error> {
    look_soon(app, member, customer).await
}

async fn look_soon(app: &App, successor: &UserId, customer: &ExternalUserId) -> Result<(), Error> {
    let (corp, kind) = (app.corp()?, Subject::Customer.as_str());
    let rows = store::rows_of_subjects(
        app.store().read(),
        corp.as_str(),
        kind,
        customer.as_str(),
        successor.as_str(),
    )
    .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let tx = app.begin().await?;
    for row in rows {
        let task = Task::FollowCustomers {
            handover: row.handover_id,
            successor: successor.to_string(),
        };
        job::enqueue(app, &tx, &task, app.now().plus(GATHER)).await?;
    }
    Ok(tx.commit().await?)
}
