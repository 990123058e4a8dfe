//! What a member took over, for the member: only what was handed to oneself, and only after it
//! was taken over.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::customer::FollowRecord;
use jiebang_domain::handover::request::{RecordScope, Request};
use jiebang_domain::id::{CorpId, ExternalUserId, TagId, UserId};
use jiebang_domain::time::Timestamp;
use jiebang_store::customer;
use jiebang_store::entity::first_contact::Model as Contact;
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::handover::{TakenFilter, first_contacts_of, taken_over_by};
use serde::Serialize;
use uuid::Uuid;

pub use crate::handover::first_contact::{ContactState, mark_contacted};
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
    pub handover: Uuid,
    pub row_no: i32,
    /// The administrator's remark on this row alone.
    pub row_note: Option<String>,
    /// What the leaver had written about the customer.
    pub description: String,
    /// Names of the corp tags the leaver had given.
    pub tags: Vec<String>,
    /// How much of the conversations the handover grants.
    pub record_scope: RecordScope,
    /// Types of messages it is limited to; none: all.
    pub record_kinds: BTreeSet<String>,
    /// The first contact that is owed; none for groups.
    pub contact: Option<MyContact>,
}

/// The first contact that a successor owes or has made.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct MyContact {
    pub due_at: i64,
    pub contacted_at: Option<i64>,
    pub state: ContactState,
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

/// What the actor's member took over: the latest first, or, of those to contact first
/// (`Some(Open)`, which has the overdue ones too, or `Some(Overdue)`), the one due first.
///
/// # Errors
/// [`Error::Denied`] also for an account that belongs to no member, [`Error::Store`].
pub async fn list_my_handovers(
    app: &App,
    actor: &Actor,
    state: Option<ContactState>,
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
    let filter = TakenFilter {
        contacted: state.map(|state| state == ContactState::Contacted),
        due_before: (state == Some(ContactState::Overdue)).then(|| app.now().seconds()),
        oldest_first: matches!(state, Some(ContactState::Open | ContactState::Overdue)),
    };
    let (corp_id, userid) = (corp.as_str(), me.as_str());
    let rows = taken_over_by(conn, corp_id, userid, &filter, before, limit).await?;
    let full = rows.len() as u64 == limit;
    let next = rows.last().filter(|_| full).map(|(row, _)| MyCursor {
        at: row.ended_at.unwrap_or_default(),
        handover: row.handover_id,
        row_no: row.row_no,
    });
    let own = own_remarks(app, &me, rows.iter().map(|(row, _)| row)).await?;
    let numbers: Vec<(Uuid, i32)> = rows
        .iter()
        .map(|(row, _)| (row.handover_id, row.row_no))
        .collect();
    let contacts = first_contacts_of(conn, &numbers).await?;
    let known = KnownOfMine {
        own,
        contacts: contacts
            .into_iter()
            .map(|one| ((one.handover_id, one.row_no), one))
            .collect(),
        tags: tag_names(app, &corp).await?,
        names: names_since(app, &corp, rows.iter().map(|(row, _)| row)).await?,
        now: app.now(),
    };
    let items = rows
        .into_iter()
        .map(|(row, handover)| known.item(row, handover))
        .collect();
    Ok(MyPage { items, next })
}

/// What is looked up for a page.
struct KnownOfMine {
    own: BTreeMap<String, String>,
    contacts: BTreeMap<(Uuid, i32), Contact>,
    tags: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
    now: Timestamp,
}

impl KnownOfMine {
    fn item(&self, row: Row, handover: Option<Handover>) -> TakenOver {
        let record = record_of(&row);
        let name = named(&row, &self.names);
        let own = self.own.get(&row.subject_id);
        let remark = own.filter(|remark| !remark.is_empty()).cloned();
        let contact = self.contacts.get(&(row.handover_id, row.row_no));
        let request = handover.as_ref().map(|one| one.request.clone());
        let request: Option<Request> = request.and_then(|one| serde_json::from_value(one).ok());
        let (record_scope, record_kinds) = request
            .map(|one| (one.record_scope, one.record_kinds))
            .unwrap_or_default();
        let tag_name = |tag: &TagId| self.tags.get(tag.as_str()).cloned();
        TakenOver {
            tags: record.tags.iter().filter_map(tag_name).collect(),
            remark: remark.unwrap_or(record.remark),
            description: record.description,
            note: handover
                .as_ref()
                .map(|one| one.note.clone())
                .unwrap_or_default(),
            leaver_name: handover.map(|one| one.leaver_name).unwrap_or_default(),
            taken_over_at: row.ended_at.unwrap_or_default(),
            personal_tags: record.personal_tags.into_iter().collect(),
            handover: row.handover_id,
            row_no: row.row_no,
            row_note: row.note,
            record_scope,
            record_kinds,
            contact: contact.map(|one| MyContact {
                due_at: one.due_at,
                contacted_at: one.contacted_at,
                state: ContactState::of(one, self.now),
            }),
            subject_kind: row.subject_kind,
            name,
            external_userid: row.subject_id,
        }
    }
}

/// Names of customers that nobody knew when the handover was planned.
pub(crate) async fn names_since(
    app: &App,
    corp: &CorpId,
    rows: impl Iterator<Item = &Row>,
) -> Result<BTreeMap<String, String>, Error> {
    let nameless = rows.filter(|row| row.name.is_empty());
    let ids: Vec<&str> = nameless.map(|row| row.subject_id.as_str()).collect();
    let found = customer::customers_by_id(app.store().read(), corp, ids).await?;
    let name = |one: customer::Customer| (one.external_userid, one.name);
    Ok(found.into_iter().map(name).collect())
}

/// The row's own name, else what is known since.
pub(crate) fn named(row: &Row, since: &BTreeMap<String, String>) -> String {
    if row.name.is_empty() {
        since.get(&row.subject_id).cloned().unwrap_or_default()
    } else {
        row.name.clone()
    }
}

async fn tag_names(app: &App, corp: &CorpId) -> Result<BTreeMap<String, String>, Error> {
    let all = jiebang_store::tag::tags(app.store().read(), corp, true).await?;
    Ok(all.into_iter().map(|row| (row.tag_id, row.name)).collect())
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
