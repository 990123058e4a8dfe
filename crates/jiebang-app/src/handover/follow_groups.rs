//! Follows groups until each belongs to its successor.

use std::collections::BTreeSet;

use jiebang_domain::handover::evidence::Outcome;
use jiebang_domain::handover::row::RowEvent;
use jiebang_domain::handover::{Kind, Subject, schedule};
use jiebang_domain::id::{ChatId, UserId};
use jiebang_domain::time::{DAY, Timestamp};
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::handover as store;
use jiebang_wecom::{Batch, Client, Cursor, GroupStatus};
use uuid::Uuid;

use super::follow::finish;
use super::moves::{self, Context, Move};
use super::{kind_of, stored, worked_on};
use crate::job::{Held, Next};
use crate::{App, Change, Error};

/// "More than 1,000 members in the visible range and no owner given".
const TOO_MANY_MEMBERS: i64 = 81017;
/// Rows per page asked for.
const PAGE: u32 = 1000;

/// What the platform shows of a group that was to be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GroupFate {
    Seen(Outcome),
    /// It still belongs to the leaver, and no inheritance is running.
    Unchanged,
}

/// Chats whose inheritance is running; `None` if the corp is too large to ask for all at once.
pub(super) async fn inheriting(client: &Client) -> Result<Option<BTreeSet<ChatId>>, Error> {
    match list(client, GroupStatus::Inheriting, None).await {
        Ok(chats) => Ok(Some(chats)),
        Err(jiebang_wecom::CallError::Refused { code, .. }) if code.0 == TOO_MANY_MEMBERS => {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

async fn list(
    client: &Client,
    status: GroupStatus,
    owner: Option<&Batch<UserId>>,
) -> Result<BTreeSet<ChatId>, jiebang_wecom::CallError> {
    let mut chats = BTreeSet::new();
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = client.groups(status, owner, cursor, PAGE).await?;
        let settled = page
            .items
            .into_iter()
            .filter(|row| status != GroupStatus::Normal || row.status != GroupStatus::Inheriting);
        chats.extend(settled.map(|row| row.chat_id));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(chats),
        }
    }
}

/// What has become of one group, by its own page.
pub(super) async fn fate_of(
    client: &Client,
    chat: &ChatId,
    successor: &UserId,
    inheriting: Option<&BTreeSet<ChatId>>,
    now: Timestamp,
) -> Result<GroupFate, Error> {
    if inheriting.is_some_and(|chats| chats.contains(chat)) {
        // Waiting, with no announced end.
        return Ok(GroupFate::Seen(Outcome::Unknown(
            GroupStatus::Inheriting.number(),
        )));
    }
    let Some(group) = client.group(chat).await? else {
        return Ok(GroupFate::Seen(Outcome::NoRecord));
    };
    let now_there = group.owner.as_ref() == Some(successor);
    Ok(if now_there {
        // The page does not say since when; the moment of the look stands for it.
        GroupFate::Seen(Outcome::TakenOver { at: now })
    } else {
        GroupFate::Unchanged
    })
}

/// The job that follows all groups of a handover.
pub(crate) async fn follow_groups(app: &App, held: &Held, handover: Uuid) -> Result<Next, Error> {
    let Some(handover) = worked_on(app, handover).await? else {
        return Ok(Next::Done);
    };
    let rows = waiting_rows(app, &handover).await?;
    if rows.is_empty() {
        return finish(app, held, &handover).await;
    }
    let client = app.connection()?.client;
    let successors: BTreeSet<String> = rows
        .iter()
        .filter_map(|row| row.successor.clone())
        .collect();
    for successor in successors {
        let userid = stored("userid", UserId::parse(successor.clone()))?;
        let of_successor: Vec<&Row> = rows
            .iter()
            .filter(|row| row.successor.as_deref() == Some(&*successor))
            .collect();
        look_at(app, held, &client, &handover, &userid, &of_successor).await?;
    }
    let left = waiting_rows(app, &handover).await?;
    match left.iter().filter_map(|row| row.started_at).max() {
        Some(started) => {
            let started = Timestamp::from_seconds(started);
            Ok(Next::Again(schedule::next_poll(started, None, app.now())))
        }
        None => finish(app, held, &handover).await,
    }
}

async fn waiting_rows(app: &App, handover: &Handover) -> Result<Vec<Row>, Error> {
    let read = app.store().read();
    let mut rows = store::pending_rows(read, handover.id, Subject::Group.as_str(), None).await?;
    rows.retain(|row| row.state == "waiting");
    Ok(rows)
}

/// Reads the successor's groups in one list, and the few that are missing there one by one.
async fn look_at(
    app: &App,
    held: &Held,
    client: &Client,
    handover: &Handover,
    successor: &UserId,
    rows: &[&Row],
) -> Result<(), Error> {
    let owner = Batch::from(successor.clone());
    let theirs = list(client, GroupStatus::Normal, Some(&owner)).await?;
    let now = app.now();
    let age = |row: &Row| now.since(Timestamp::from_seconds(row.started_at.unwrap_or_default()));
    let running = match rows.iter().any(|row| age(row) > DAY) {
        true => inheriting(client).await?,
        false => None,
    };
    let mut moves = Vec::new();
    for row in rows.iter().copied() {
        let chat = stored("chat id", ChatId::parse(row.subject_id.clone()))?;
        let age = age(row);
        let outcome = if theirs.contains(&chat) {
            Some(Outcome::TakenOver { at: now })
        } else if age > DAY || kind_of(handover) == Kind::InService {
            match fate_of(client, &chat, successor, running.as_ref(), now).await? {
                GroupFate::Seen(outcome) => Some(outcome),
                GroupFate::Unchanged if age > DAY => Some(Outcome::NoRecord),
                GroupFate::Unchanged => None,
            }
        } else {
            None
        };
        if let Some(outcome) = outcome {
            moves.push(Move {
                row,
                event: RowEvent::Seen(outcome),
                errcode: None,
            });
        }
    }
    if moves.is_empty() {
        return Ok(());
    }
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    let context = Context {
        handover,
        actor: "system",
        step: "result",
        call: None,
        successor: None,
    };
    moves::apply(app, &tx, &context, &moves).await?;
    tx.commit().await?;
    app.tell(Change::Handover(handover.id));
    Ok(())
}
