//! What a member took over, for the member: only what was handed to oneself, and only after it
//! was taken over.

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::customer::FollowRecord;
use jiebang_domain::id::{ExternalUserId, UserId};
use jiebang_store::customer;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::handover::taken_over_by;
use serde::Serialize;
use uuid::Uuid;

use crate::{App, Error};

const MAX_PAGE: u64 = 1000;

/// A customer or group that was taken over.
#[derive(Debug, Clone, Serialize)]
pub struct TakenOver {
    /// `customer` or `group`.
    pub subject_kind: String,
    /// The external userid or chat id.
    pub external_userid: String,
    pub name: String,
    /// One's own remark today, else the leaver's.
    pub remark: String,
    /// The administrator's remark on the handover.
    pub note: String,
    pub leaver_name: String,
    pub taken_over_at: i64,
    /// Names of the leaver's personal tags, which WeCom lets nobody carry over.
    pub personal_tags: Vec<String>,
}

/// Where the list goes on: after this row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct MyCursor {
    pub at: i64,
    pub handover: Uuid,
    pub row_no: i32,
}

#[derive(Debug, Clone, Serialize)]
pub struct MyPage {
    pub items: Vec<TakenOver>,
    pub next: Option<MyCursor>,
}

/// What the actor's member took over, the latest first.
///
/// # Errors
/// [`Error::Denied`] also for an account that belongs to no member, [`Error::Store`].
pub async fn list_my_handovers(
    app: &App,
    actor: &Actor,
    before: Option<MyCursor>,
    limit: u64,
) -> Result<MyPage, Error> {
    let Some(me) = actor.userid.clone() else {
        app.allow(actor, Act::MyView, Resource::Departments(&[]))?;
        return Ok(MyPage {
            items: Vec::new(),
            next: None,
        });
    };
    app.allow(actor, Act::MyView, Resource::Member(&me))?;
    let Ok(corp) = app.corp() else {
        return Ok(MyPage {
            items: Vec::new(),
            next: None,
        });
    };
    let limit = limit.clamp(1, MAX_PAGE);
    let conn = app.store().read();
    let before = before.map(|cursor| (cursor.at, cursor.handover, cursor.row_no));
    let rows = taken_over_by(conn, corp.as_str(), me.as_str(), before, limit).await?;
    let full = rows.len() as u64 == limit;
    let next = rows.last().filter(|_| full).map(|(row, _)| MyCursor {
        at: row.ended_at.unwrap_or_default(),
        handover: row.handover_id,
        row_no: row.row_no,
    });
    let own = own_remarks(app, &me, rows.iter().map(|(row, _)| row)).await?;
    let items = rows
        .into_iter()
        .map(|(row, handover)| {
            let record = record_of(&row);
            let remark = own.get(&row.subject_id).filter(|remark| !remark.is_empty());
            TakenOver {
                remark: remark.cloned().unwrap_or(record.remark),
                note: handover
                    .as_ref()
                    .map(|one| one.note.clone())
                    .unwrap_or_default(),
                leaver_name: handover.map(|one| one.leaver_name).unwrap_or_default(),
                taken_over_at: row.ended_at.unwrap_or_default(),
                personal_tags: record.personal_tags.into_iter().collect(),
                subject_kind: row.subject_kind,
                external_userid: row.subject_id,
                name: row.name,
            }
        })
        .collect();
    Ok(MyPage { items, next })
}

/// The leaver's notes as they were when the transfer was started; empty where none were known.
fn record_of(row: &Row) -> FollowRecord {
    let snapshot = row.snapshot.clone();
    snapshot
        .and_then(|value| serde_json::from_value(value).ok())
        .unwrap_or_default()
}

async fn own_remarks(
    app: &App,
    me: &UserId,
    rows: impl Iterator<Item = &Row>,
) -> Result<BTreeMap<String, String>, Error> {
    let corp = app.corp()?;
    let ids: Vec<&str> = rows
        .filter(|row| row.subject_kind == "customer")
        .filter(|row| ExternalUserId::parse(row.subject_id.as_str()).is_ok())
        .map(|row| row.subject_id.as_str())
        .collect();
    let follows = customer::follows_by_id(app.store().read(), &corp, me, ids).await?;
    Ok(follows
        .into_iter()
        .map(|row| (row.external_userid, row.remark))
        .collect())
}
