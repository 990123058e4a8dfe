//! Submits the groups of a handover, at most 300 from one person on one natural day.

use std::collections::BTreeMap;

use jiebang_domain::handover::schedule::groups_left_today;
use jiebang_domain::handover::{BATCH, Subject};
use jiebang_domain::id::{ChatId, UserId};
use jiebang_domain::time::MINUTE;
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::handover as store;
use jiebang_wecom::Batch;
use uuid::Uuid;

use super::submit::{Answer, come_back, earlier, intend, take_answer};
use super::{kind_of, settle, stored, transfer_kind, worked_on};
use crate::job::{Held, Next};
use crate::{App, Error};

const GROUP: Subject = Subject::Group;

/// What there is to submit now.
enum Turn {
    /// These, all for the same successor.
    Rows(UserId, Vec<Row>),
    /// The day's number is used up.
    Tomorrow,
    Nothing,
}

/// The job that submits all groups of a handover, day by day.
pub(crate) async fn submit_groups(app: &App, held: &Held, handover: Uuid) -> Result<Next, Error> {
    let Some(handover) = worked_on(app, handover).await? else {
        return Ok(Next::Done);
    };
    let client = app.connection()?.client;
    let mut wake = settle::settle_groups(app, held, &client, &handover).await?;
    loop {
        match next_turn(app, &handover).await? {
            Turn::Nothing => break,
            Turn::Tomorrow => {
                let midnight = app.now().beijing_day().next().start();
                // A little later, so that no difference of clocks puts a call on the old day.
                wake = earlier(wake, Some(midnight.plus(MINUTE)));
                break;
            }
            Turn::Rows(successor, rows) => {
                let none = serde_json::json!({});
                let intended = intend(app, held, &handover, GROUP, &successor, none, &rows).await?;
                let Some(call) = intended else {
                    continue;
                };
                let answer = call_platform(app, &handover, &successor, &rows).await?;
                let rows = store::rows_of_call(app.store().read(), handover.id, call.id).await?;
                let pause = take_answer(app, held, &handover, GROUP, &call, &rows, answer).await?;
                wake = earlier(wake, pause);
                if pause.is_some() {
                    break;
                }
            }
        }
    }
    let rest = come_back(app, held, &handover, GROUP, None).await?;
    wake = earlier(wake, rest);
    Ok(wake.map_or(Next::Done, Next::Again))
}

async fn next_turn(app: &App, handover: &Handover) -> Result<Turn, Error> {
    let read = app.store().read();
    let state = store::get(read, &handover.corp_id, handover.id)
        .await?
        .map(|h| h.state);
    if state.as_deref() != Some("running") {
        return Ok(Turn::Nothing);
    }
    let now = app.now();
    let mut rows = store::rows_to_submit(
        read,
        handover.id,
        GROUP.as_str(),
        None,
        now.seconds(),
        (BATCH * 4) as u64,
    )
    .await?;
    let Some(successor) = rows.first().and_then(|row| row.successor.clone()) else {
        return Ok(Turn::Nothing);
    };
    let started =
        store::groups_started_since(read, &handover.corp_id, &handover.leaver, today(app)).await?;
    let left = left_after(started);
    if left == 0 {
        return Ok(Turn::Tomorrow);
    }
    rows.retain(|row| row.successor.as_ref() == Some(&successor));
    rows.truncate(left.min(BATCH));
    Ok(Turn::Rows(
        stored("userid", UserId::parse(successor))?,
        rows,
    ))
}

/// When the natural day began that the limit counts by.
pub(super) fn today(app: &App) -> i64 {
    app.now().beijing_day().start().seconds()
}

/// How many groups of a leaver may still be moved on the day, after so many were started.
pub(super) fn left_after(started: u64) -> usize {
    groups_left_today(usize::try_from(started).unwrap_or(usize::MAX))
}

async fn call_platform(
    app: &App,
    handover: &Handover,
    successor: &UserId,
    rows: &[Row],
) -> Result<Answer, Error> {
    let chats: Result<Vec<ChatId>, _> = rows
        .iter()
        .map(|row| ChatId::parse(row.subject_id.clone()))
        .collect();
    let batch = Batch::new(stored("chat id", chats)?)
        .map_err(|error| Error::Internal(error.to_string()))?;
    let client = app.connection()?.client;
    let kind = transfer_kind(kind_of(handover));
    Ok(
        match client.transfer_groups(kind, &batch, successor).await {
            // Groups that are not listed as failed were started.
            Ok(failed) => {
                let mut codes: BTreeMap<String, i64> =
                    rows.iter().map(|row| (row.subject_id.clone(), 0)).collect();
                codes.extend(
                    failed
                        .into_iter()
                        .map(|group| (group.chat_id.into(), group.code.0)),
                );
                Answer::Items(codes)
            }
            Err(error) => Answer::Error(error),
        },
    )
}
