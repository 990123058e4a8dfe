//! Handing out items, reading them, and what reviewers say of them.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::Actor;
use jiebang_domain::archive::review::{Category, Event, ItemState, Measure, Refused, Verdict};
use jiebang_domain::id::CorpId;
use jiebang_domain::time::{BeijingDay, Timestamp};
use jiebang_store::Tx;
use jiebang_store::archive::conversation;
use jiebang_store::archive::key::count_seals;
pub use jiebang_store::archive::review::Which;
use jiebang_store::archive::review::{self as store, Batch, Item};
use serde_json::json;
use uuid::Uuid;

use super::batch::checked;
use super::notes::{self, Note};
use super::{Sight, batch_of, put, state_of};
use crate::access::actor_names;
use crate::archive::thread::{self, MessagePage};
use crate::archive::view;
use crate::archive::{body, reader};
use crate::audit::{self, Record};
use crate::{App, Change, Error};

/// Longest note, in characters.
pub(super) const MAX_NOTE: usize = 500;
/// Items looked at at once.
const LOOK: u64 = 100;
/// Most people of an item told beside its members.
const MAX_OTHERS: usize = 20;
/// Most items of a page.
const MAX_PAGE: u64 = 1_000;

/// An item as reviewers see it. Moments are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemView {
    /// From 1, in the order of the draw.
    pub number: i32,
    pub conversation: i64,
    pub day: BeijingDay,
    /// At the time of the draw.
    pub messages: u64,
    /// The members who take part, with their names.
    pub members: Vec<(String, String)>,
    /// The room's name; empty for two people, and where it is not known.
    pub group: String,
    /// The others who take part, with their names, as of now and the first 20.
    pub others: Vec<(String, String)>,
    pub state: ItemState,
    /// The name of the account that has it or closed it.
    pub reviewer_name: Option<String>,
    /// Whether a message of it can still be read.
    pub is_there: bool,
    /// Whether the actor takes part, and so must not judge it.
    pub is_own: bool,
    /// Empty without one, and where it was erased.
    pub note: String,
    pub handling: Option<HandlingView>,
}

/// What was done about what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlingView {
    pub measure: Measure,
    pub by: String,
    /// The name of the account.
    pub by_name: Option<String>,
    pub at: i64,
    /// Empty without one, and where it was erased.
    pub note: String,
}

/// Items of a sample by number that the actor may review, up to `limit` after this number. The
/// second part is the next page's `after`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn list_items(
    app: &App,
    actor: &Actor,
    id: Uuid,
    which: Which<'_>,
    after: i32,
    limit: u64,
) -> Result<(Vec<ItemView>, Option<i32>), Error> {
    let (corp, _) = batch_of(app, actor, id).await?;
    let sight = Sight::of(app, actor, &corp).await?;
    let limit = limit.clamp(1, MAX_PAGE);
    let mut found = store::items(app.store().read(), &corp, id, which, after, limit).await?;
    let is_full = found.len() as u64 == limit;
    let next = found.last().map(|last| last.number).filter(|_| is_full);
    // What was done about what was found of oneself is not told by what is left out.
    let is_told = |item: &Item| which.handled.is_none() || !is_own(actor, item);
    found.retain(|item| sight.sees_any(&item.members) && is_told(item));
    Ok((views(app, actor, &corp, found).await?, next))
}

/// Notes in the audit log that the items of a sample are taken out, with the notes on them.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn begin_items_export(app: &App, actor: &Actor, id: Uuid) -> Result<(), Error> {
    let (_, batch) = batch_of(app, actor, id).await?;
    let tx = app.begin().await?;
    let entry = Record::done("archive_review.export", "archive_review", batch.id);
    audit::record(app, &tx, actor, entry).await?;
    Ok(tx.commit().await?)
}

/// Hands out the next item to be reviewed: without `after` the one the actor has, or the first
/// free one; with it the first of these behind that number, then from the beginning. What is gone
/// is closed on the way. An actor has one item of a sample at a time: another is let go.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn next_item(
    app: &App,
    actor: &Actor,
    id: Uuid,
    after: Option<i32>,
) -> Result<Option<ItemView>, Error> {
    let (corp, batch) = batch_of(app, actor, id).await?;
    let sight = Sight::of(app, actor, &corp).await?;
    let me = actor.reference();
    if after.is_none() {
        let (read, now) = (app.store().read(), app.people_now().seconds());
        let mine = store::with_reviewer(read, &corp, id, &me, now).await?;
        if let Some(item) = first_free(app, actor, &batch, &sight, mine).await? {
            return Ok(Some(item));
        }
    }
    let start = after.unwrap_or(0);
    for (mut from, to) in [(start, i32::MAX), (0, start)] {
        loop {
            let (read, who) = (app.store().read(), (&*me, app.people_now().seconds()));
            let mut page = store::free(read, &corp, id, who, from, LOOK).await?;
            let is_full = page.len() as u64 == LOOK;
            from = page.last().map_or(to, |last| last.number);
            page.retain(|item| item.number <= to);
            if let Some(item) = first_free(app, actor, &batch, &sight, page).await? {
                return Ok(Some(item));
            }
            if !is_full || from >= to {
                break;
            }
        }
    }
    Ok(None)
}

/// The first of these that the actor gets.
async fn first_free(
    app: &App,
    actor: &Actor,
    batch: &Batch,
    sight: &Sight,
    mut items: Vec<Item>,
) -> Result<Option<ItemView>, Error> {
    let corp = app.corp()?;
    items.retain(|item| sight.sees_any(&item.members) && !is_own(actor, item));
    let there = store::there(app.store().read(), &corp, &items).await?;
    for item in items {
        if !there.contains(&(item.batch_id, item.number)) {
            vanish(app, actor, item).await?;
        } else if let Ok(item) = take(app, actor, batch, item, Event::Claim).await? {
            return Ok(Some(view_of(app, actor, &corp, item).await?));
        }
    }
    Ok(None)
}

/// Opens an item to be read: hands it out if it is free, and shows it if it is closed.
///
/// # Errors
/// [`Error::Conflict`] `review_taken` while another reviewer has it, `review_own` where the actor
/// takes part; [`Error::NotFound`], [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn open_item(app: &App, actor: &Actor, id: Uuid, number: i32) -> Result<ItemView, Error> {
    let (corp, batch, item) = item_of(app, actor, id, number).await?;
    let state = state_of(&item)?;
    if matches!(state, ItemState::Closed { .. } | ItemState::Gone { .. }) {
        return view_of(app, actor, &corp, item).await;
    }
    refuse_own(actor, &item)?;
    let item = if is_there(app, &corp, &item).await? {
        take(app, actor, &batch, item, Event::Claim)
            .await?
            .map_err(refused)?
    } else {
        vanish(app, actor, item).await?
    };
    view_of(app, actor, &corp, item).await
}

/// The messages of an item, `after` this one: of one that the actor has, or that is closed. Reading
/// keeps the item for the actor, and is noted in the audit log with the sample as its reason.
///
/// # Errors
/// [`Error::Conflict`] `review_not_claimed`; [`Error::NotFound`] also where nothing of it may be
/// read; [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn read_item(
    app: &App,
    actor: &Actor,
    id: Uuid,
    number: i32,
    after: Option<i64>,
) -> Result<MessagePage, Error> {
    let (_, batch, mut item) = item_of(app, actor, id, number).await?;
    let tx = app.begin().await?;
    match state_of(&item)? {
        ItemState::Closed { .. } => {}
        state => {
            let now = app.people_now();
            if state.holder(now) != Some(actor.reference().as_str()) {
                return Err(refused(Refused::NotClaimed));
            }
            let kept = state.next(Event::Claim(actor.reference()), now);
            put(&mut item, &kept.map_err(refused)?);
            if !store::change(&tx, &item).await? {
                return Err(refused(Refused::NotClaimed));
            }
        }
    }
    let reading = reader::reading_for(app, &tx, actor, batch.id, &reason_of(&batch)).await?;
    tx.commit().await?;
    let day = BeijingDay::from_days(item.day);
    let ids = store::ids_of(day..day.next());
    thread::read_span(app, actor, item.conversation_id, ids, after, &reading).await
}

/// Says what was found in an item that the actor has. One whose messages are gone meanwhile is
/// closed as gone.
///
/// # Errors
/// [`Error::Invalid`] for a note of more than 500 characters; [`Error::Conflict`]
/// `review_not_claimed`, `review_taken`, `review_closed`; [`Error::NotFound`], [`Error::Denied`],
/// [`Error::Store`], [`Error::Vault`].
pub async fn close_item(
    app: &App,
    actor: &Actor,
    id: Uuid,
    number: i32,
    verdict: Verdict,
    note: &str,
) -> Result<ItemView, Error> {
    let (corp, _, mut item) = item_of(app, actor, id, number).await?;
    let note = checked("note", note, 0, MAX_NOTE)?;
    let state = state_of(&item)?;
    let event = Event::Close(actor.reference(), verdict);
    let state = state.next(event, app.people_now()).map_err(refused)?;
    let sealed = if note.is_empty() {
        None
    } else {
        notes::seal(app, &corp, &item, Note::Finding, &note).await?
    };
    let is_unsealed = sealed.is_none() && !note.is_empty();
    if is_unsealed || !is_there(app, &corp, &item).await? {
        let item = vanish(app, actor, item).await?;
        return view_of(app, actor, &corp, item).await;
    }
    put(&mut item, &state);
    (item.note_key_no, item.note) = sealed.unzip();
    let detail = json!({ "verdict": verdict.as_str(), "category": item.category });
    let done = ("archive_review.close", detail);
    let sealed = item.note_key_no;
    if !change(app, actor, &mut item, sealed, done).await? {
        return Err(refused(Refused::NotClaimed));
    }
    view_of(app, actor, &corp, item).await
}

/// Stores an item that was changed, with what is sealed of it under the conversation's key of this
/// number, and the entry in the log. Returns `false` if somebody else was faster.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn change(
    app: &App,
    actor: &Actor,
    item: &mut Item,
    sealed: Option<i32>,
    (act, detail): (&'static str, serde_json::Value),
) -> Result<bool, Error> {
    let corp = app.corp()?;
    let tx = app.begin().await?;
    if let Some(number) = sealed {
        let seals = BTreeMap::from([((item.conversation_id, number), 1)]);
        count_seals(&tx, &corp, &seals).await?;
    }
    if !store::change(&tx, item).await? {
        return Ok(false);
    }
    item.version += 1;
    record(app, &tx, actor, act, item, detail).await?;
    tx.commit().await?;
    app.tell(Change::Archive);
    Ok(true)
}

/// Takes a closed item again, to look at it once more and say something else.
///
/// # Errors
/// [`Error::Conflict`] `review_gone`, `review_own`, `review_not_closed`; [`Error::NotFound`],
/// [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn reopen_item(
    app: &App,
    actor: &Actor,
    id: Uuid,
    number: i32,
) -> Result<ItemView, Error> {
    let (corp, batch, item) = item_of(app, actor, id, number).await?;
    refuse_own(actor, &item)?;
    match state_of(&item)? {
        ItemState::Open | ItemState::Claimed { .. } => Err(Error::Conflict {
            code: "review_not_closed",
        }),
        _ => {
            let taken = take(app, actor, &batch, item, Event::Reopen).await?;
            view_of(app, actor, &corp, taken.map_err(refused)?).await
        }
    }
}

/// The item, if the actor may review it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub(super) async fn item_of(
    app: &App,
    actor: &Actor,
    id: Uuid,
    number: i32,
) -> Result<(CorpId, Batch, Item), Error> {
    let (corp, batch) = batch_of(app, actor, id).await?;
    let sight = Sight::of(app, actor, &corp).await?;
    let found = store::item(app.store().read(), &corp, id, number).await?;
    let item = found.filter(|item| sight.sees_any(&item.members));
    let missing = || Error::not_found("review_item", format!("{id}/{number}"));
    Ok((corp, batch, item.ok_or_else(missing)?))
}

/// Gives an item to the actor and lets go what it has besides, in the order of their numbers, so
/// that two of an actor's requests do not wait for each other.
async fn take(
    app: &App,
    actor: &Actor,
    batch: &Batch,
    mut item: Item,
    event: fn(String) -> Event,
) -> Result<Result<Item, Refused>, Error> {
    let (corp, now, me) = (app.corp()?, app.people_now(), actor.reference());
    let was_mine = state_of(&item)?.holder(now) == Some(me.as_str());
    let handled = item.measure.clone();
    match state_of(&item)?.next(event(me.clone()), now) {
        Ok(state) => put(&mut item, &state),
        Err(why) => return Ok(Err(why)),
    }
    let tx = app.begin().await?;
    let mut changed = vec![item.clone()];
    let mine = store::with_reviewer(tx.conn(), &corp, batch.id, &me, now.seconds()).await?;
    for mut other in mine.into_iter().filter(|one| one.number != item.number) {
        if let Ok(state) = state_of(&other)?.next(Event::Release(me.clone()), now) {
            put(&mut other, &state);
            changed.push(other);
        }
    }
    changed.sort_by_key(|one| one.number);
    for one in &changed {
        if !store::change(&tx, one).await? && one.number == item.number {
            return Ok(Err(Refused::Taken));
        }
    }
    item.version += 1;
    if !was_mine {
        let reading = reader::reading_for(app, &tx, actor, batch.id, &reason_of(batch)).await?;
        let mut detail = json!({ "reading": reading.id });
        if let Some(measure) = handled {
            detail["handling_removed"] = measure.into();
        }
        record(app, &tx, actor, "archive_review.claim", &item, detail).await?;
    }
    tx.commit().await?;
    Ok(Ok(item))
}

/// Closes an item of which nothing is left. Gives it as it is then, also if somebody was faster.
async fn vanish(app: &App, actor: &Actor, mut item: Item) -> Result<Item, Error> {
    let (corp, now) = (app.corp()?, app.people_now());
    let Ok(state) = state_of(&item)?.next(Event::Vanish, now) else {
        return Ok(item);
    };
    put(&mut item, &state);
    let tx = app.begin().await?;
    if store::change(&tx, &item).await? {
        item.version += 1;
        record(app, &tx, actor, "archive_review.gone", &item, json!({})).await?;
        tx.commit().await?;
        app.tell(Change::Archive);
        return Ok(item);
    }
    let now = store::item(tx.conn(), &corp, item.batch_id, item.number).await?;
    Ok(now.unwrap_or(item))
}

/// Notes in the audit log what was done with an item.
///
/// # Errors
/// [`Error::Store`].
async fn record(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    act: &'static str,
    item: &Item,
    mut detail: serde_json::Value,
) -> Result<(), Error> {
    detail["number"] = item.number.into();
    detail["conversation"] = item.conversation_id.to_string().into();
    detail["day"] = BeijingDay::from_days(item.day).to_string().into();
    let entry = Record::done(act, "archive_review", item.batch_id).detail(detail);
    audit::record(app, tx, actor, entry).await
}

fn reason_of(batch: &Batch) -> String {
    if batch.purpose.is_empty() {
        batch.name.clone()
    } else {
        format!("{}：{}", batch.name, batch.purpose)
    }
}

fn is_own(actor: &Actor, item: &Item) -> bool {
    let me = actor.userid.as_ref();
    me.is_some_and(|me| item.members.iter().any(|member| member == me.as_str()))
}

/// # Errors
/// [`Error::Conflict`] `review_own` where the actor takes part.
pub(super) fn refuse_own(actor: &Actor, item: &Item) -> Result<(), Error> {
    if is_own(actor, item) {
        return Err(Error::Conflict { code: "review_own" });
    }
    Ok(())
}

pub(super) const fn refused(why: Refused) -> Error {
    Error::Conflict {
        code: match why {
            Refused::Taken => "review_taken",
            Refused::NotClaimed => "review_not_claimed",
            Refused::Closed => "review_closed",
            Refused::Gone => "review_gone",
        },
    }
}

async fn is_there(app: &App, corp: &CorpId, item: &Item) -> Result<bool, Error> {
    let there = store::there(app.store().read(), corp, std::slice::from_ref(item)).await?;
    Ok(!there.is_empty())
}

/// An item as reviewers see it.
///
/// # Errors
/// [`Error::Store`], [`Error::Vault`].
pub(super) async fn view_of(
    app: &App,
    actor: &Actor,
    corp: &CorpId,
    item: Item,
) -> Result<ItemView, Error> {
    let mut views = views(app, actor, corp, vec![item]).await?;
    views
        .pop()
        .ok_or_else(|| Error::not_found("review_item", ""))
}

async fn views(
    app: &App,
    actor: &Actor,
    corp: &CorpId,
    items: Vec<Item>,
) -> Result<Vec<ItemView>, Error> {
    use jiebang_domain::archive::conversation::PersonKind;
    let read = app.store().read();
    let there = store::there(read, corp, &items).await?;
    let ids: BTreeSet<i64> = items.iter().map(|item| item.conversation_id).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let conversations = conversation::find_all(read, corp, &ids).await?;
    let called = view::named(app, corp, &conversations, None).await?;
    let mut notes = notes::open(app, corp, &items).await?;
    let who = items
        .iter()
        .flat_map(|item| [&item.reviewer, &item.handled_by]);
    let accounts = actor_names(app, who.filter_map(Option::as_deref)).await?;
    let members = items.iter().flat_map(|item| item.members.iter());
    let people: BTreeSet<_> = members.map(|id| (id.clone(), PersonKind::Member)).collect();
    let names = body::names(app, corp, &people).await?;
    let view = |item: Item| {
        let named = |id: &String| (id.clone(), names.get(id).cloned().unwrap_or_default());
        let account = |by: &str| accounts.get(by).cloned();
        // What is said and done about somebody is not told to that one by a list of samples.
        let is_own = is_own(actor, &item);
        let note = notes
            .remove(&(item.number, Note::Finding))
            .filter(|_| !is_own);
        let handling = item.measure.as_deref().and_then(Measure::parse);
        let is_there = there.contains(&(item.batch_id, item.number));
        // What is gone names nobody but its members.
        let talk = called.get(&item.conversation_id).filter(|_| is_there);
        let people = talk.into_iter().flat_map(|one| &one.people);
        let others = people.filter(|one| one.kind != PersonKind::Member);
        Ok(ItemView {
            handling: handling.filter(|_| !is_own).map(|measure| {
                let by = item.handled_by.clone().unwrap_or_default();
                HandlingView {
                    measure,
                    by_name: account(&by),
                    by,
                    at: item.handled_at.unwrap_or_default(),
                    note: notes
                        .remove(&(item.number, Note::Handling))
                        .unwrap_or_default(),
                }
            }),
            state: shown(state_of(&item)?, app.people_now()),
            reviewer_name: item.reviewer.as_deref().and_then(account),
            is_there,
            is_own,
            note: note.unwrap_or_default(),
            number: item.number,
            conversation: item.conversation_id,
            day: BeijingDay::from_days(item.day),
            messages: item.messages.max(0).cast_unsigned(),
            members: item.members.iter().map(named).collect(),
            group: talk.map(|one| one.name.clone()).unwrap_or_default(),
            others: others
                .take(MAX_OTHERS)
                .map(|one| (one.id.clone(), one.name.clone()))
                .collect(),
        })
    };
    items.into_iter().map(view).collect()
}

/// One whose time with a reviewer is over is open.
fn shown(state: ItemState, now: Timestamp) -> ItemState {
    match state {
        ItemState::Claimed { until, .. } if until <= now => ItemState::Open,
        state => state,
    }
}

/// The category of a verdict that has one.
#[must_use]
pub const fn category_of(state: &ItemState) -> Option<Category> {
    match state {
        ItemState::Closed {
            verdict: Verdict::Flagged(category),
            ..
        } => Some(*category),
        _ => None,
    }
}
