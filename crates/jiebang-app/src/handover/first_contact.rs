//! First contacts: a successor is to greet a customer within some hours of the takeover. WeCom
//! tells nobody whether that was done, so the successor says it.

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource, Scope};
use jiebang_domain::time::{HOUR, Timestamp};
use jiebang_store::Tx;
use jiebang_store::entity::first_contact::Model as Contact;
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::handover::{self as store, ContactFilter, Step};
use uuid::Uuid;

use super::view;
use crate::audit::{self, Record};
use crate::{App, Error, settings};

/// Said by the successor.
const MARKED: &str = "marked";

/// How far a first contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactState {
    Open,
    Overdue,
    Contacted,
}

impl ContactState {
    pub const ALL: [Self; 3] = [Self::Open, Self::Overdue, Self::Contacted];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Contacted => "contacted",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Of a contact that is due at `due_at` and was made, or not, at `now`.
    #[must_use]
    pub fn of(contact: &Contact, now: Timestamp) -> Self {
        match contact.contacted_at {
            Some(_) => Self::Contacted,
            None if contact.due_at < now.seconds() => Self::Overdue,
            None => Self::Open,
        }
    }

    fn filter(self, now: Timestamp) -> ContactFilter {
        ContactFilter {
            contacted: Some(self == Self::Contacted),
            due_before: (self == Self::Overdue).then_some(now.seconds()),
            ..ContactFilter::default()
        }
    }
}

/// Notes the first contacts that are owed for customers taken over at these moments; part of the
/// transaction in which the rows become taken over.
pub(super) async fn open(
    app: &App,
    tx: &Tx,
    handover: &Handover,
    taken_over: &[(&Row, Timestamp)],
) -> Result<(), Error> {
    if taken_over.is_empty() {
        return Ok(());
    }
    let hours = settings::first_contact_hours(app, tx).await?;
    let contact = |(row, at): &(&Row, Timestamp)| {
        Some(Contact {
            corp_id: handover.corp_id.clone(),
            handover_id: handover.id,
            row_no: row.row_no,
            userid: row.successor.clone()?,
            due_at: at.plus(hours * HOUR).seconds(),
            contacted_at: None,
            how: None,
        })
    };
    let contacts = taken_over.iter().filter_map(contact).collect();
    Ok(store::open_first_contacts(tx, contacts).await?)
}

/// A first contact with the row it is about.
#[derive(Debug, Clone)]
pub struct FirstContact {
    pub contact: Contact,
    pub state: ContactState,
    pub row: Row,
    pub leaver_name: String,
    pub successor_name: String,
}

/// Where a list of first contacts goes on: after this one.
pub type ContactCursor = (i64, Uuid, i32);

/// First contacts in the order in which they fall due, with the number of all that match. An
/// account limited to departments sees those owed by members of these.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_first_contacts(
    app: &App,
    actor: &Actor,
    state: ContactState,
    after: Option<ContactCursor>,
    limit: u64,
) -> Result<(Vec<FirstContact>, u64), Error> {
    app.allow(actor, Act::HandoverView, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok((Vec::new(), 0));
    };
    let (read, now) = (app.store().read(), app.now());
    let filter = within(actor, state.filter(now));
    let found = store::list_first_contacts(read, corp.as_str(), &filter, after, limit).await?;
    let total = store::count_first_contacts(read, corp.as_str(), &filter).await?;
    let mut numbers: BTreeMap<Uuid, Vec<i32>> = BTreeMap::new();
    for contact in &found {
        numbers
            .entry(contact.handover_id)
            .or_default()
            .push(contact.row_no);
    }
    let mut rows: BTreeMap<(Uuid, i32), Row> = BTreeMap::new();
    let mut leavers: BTreeMap<Uuid, String> = BTreeMap::new();
    for (id, numbers) in numbers {
        let handover = store::get(read, corp.as_str(), id).await?;
        leavers.insert(id, handover.map(|one| one.leaver_name).unwrap_or_default());
        for row in store::rows_by_number(read, id, &numbers).await? {
            rows.insert((id, row.row_no), row);
        }
    }
    let all: Vec<Row> = rows.values().cloned().collect();
    let names = view::successor_names(app, &all).await?;
    let since = crate::my::names_since(app, &corp, all.iter()).await?;
    let with = |contact: Contact| {
        let mut row = rows.remove(&(contact.handover_id, contact.row_no))?;
        row.name = crate::my::named(&row, &since);
        Some(FirstContact {
            state: ContactState::of(&contact, now),
            leaver_name: leavers
                .get(&contact.handover_id)
                .cloned()
                .unwrap_or_default(),
            successor_name: names.get(&contact.userid).cloned().unwrap_or_default(),
            row,
            contact,
        })
    };
    Ok((found.into_iter().filter_map(with).collect(), total))
}

fn within(actor: &Actor, mut filter: ContactFilter) -> ContactFilter {
    if let Scope::Departments(mine) = &actor.scope {
        filter.departments = Some(mine.iter().copied().collect());
    }
    filter
}

/// How many first contacts are overdue in the departments of the actor.
pub(crate) async fn count_overdue(app: &App, actor: &Actor) -> Result<u64, Error> {
    let corp = app.corp()?;
    let filter = within(actor, ContactState::Overdue.filter(app.now()));
    Ok(store::count_first_contacts(app.store().read(), corp.as_str(), &filter).await?)
}

/// The successor says that a customer was contacted (`made`), or takes that back. Saying it twice
/// changes nothing.
///
/// # Errors
/// [`Error::Denied`] to anybody but the successor, [`Error::NotFound`].
pub async fn mark_contacted(
    app: &App,
    actor: &Actor,
    id: Uuid,
    row_no: i32,
    made: bool,
) -> Result<(), Error> {
    let not_found = || Error::not_found("first contact", row_no);
    let Some(me) = actor.userid.clone() else {
        app.allow(actor, Act::MyView, Resource::Departments(&[]))?;
        return Err(not_found());
    };
    app.allow(actor, Act::MyView, Resource::Member(&me))?;
    let corp = app.corp()?;
    let tx = app.begin().await?;
    let contact = store::first_contact(tx.conn(), id, row_no).await?;
    // Somebody else's does not exist for whoever asks.
    let mine = |one: &Contact| one.corp_id == corp.as_str() && one.userid == me.as_str();
    contact.filter(mine).ok_or_else(not_found)?;
    let now = app.now().seconds();
    let mark = made.then_some((now, MARKED));
    if !store::set_contacted(&tx, id, row_no, me.as_str(), mark).await? {
        return Ok(());
    }
    let step = Step {
        row_no: Some(row_no),
        step: "contact",
        outcome: if made { "contacted" } else { "taken_back" }.to_owned(),
        call_id: None,
        detail: None,
    };
    let by = actor.reference();
    store::insert_steps(&tx, corp.as_str(), id, &by, now, vec![step]).await?;
    let entry = if made {
        Record::done("first_contact.mark", "handover", id)
    } else {
        Record::done("first_contact.take_back", "handover", id)
    };
    let detail = serde_json::json!({ "row": row_no });
    audit::record(app, &tx, actor, entry.detail(detail)).await?;
    Ok(tx.commit().await?)
}
