//! Reading a conversation, page by page.
//!
//! Invariant: a page tells nothing of messages that its reader may not read, not even that or when
//! there are such: where it begins and ends is told by messages that are in it.

use std::collections::BTreeSet;
use std::ops::Range;

use jiebang_domain::access::Actor;
use jiebang_domain::archive::scope::Why;
use jiebang_domain::id::CorpId;
use jiebang_store::archive::conversation as store;
use jiebang_store::archive::read::{self, Order, Window};
use jiebang_store::archive::reading::Reading;

use super::body::{self, MessageView, Opened};
use super::keys::Keys;
use super::reader::{self, Access};
use super::view::{self, ConversationView, MAX_PAGE};
use crate::{App, Error};

/// Messages looked at together for a reader who may not read all of them, and how often for one
/// that may be read; who finds none among them is told that there is nothing more.
const LOOK: u64 = 200;
const MAX_LOOKS: usize = 50;

/// Which part of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The newest messages.
    End,
    /// Those before this one.
    Before(i64),
    /// Those after this one.
    After(i64),
    /// This one with those around it.
    Around(i64),
}

/// Messages of a conversation, oldest first.
#[derive(Debug, Clone)]
pub struct MessagePage {
    pub conversation: ConversationView,
    pub items: Vec<MessageView>,
    /// The message before which there may be more; `None` at the beginning.
    pub before: Option<i64>,
    /// The message after which there may be more; `None` at the end.
    pub after: Option<i64>,
}

/// Reads a part of a conversation, of one sender or all.
///
/// # Errors
/// [`Error::ReasonRequired`] for what is neither the reader's own nor handed over to it;
/// [`Error::NotFound`] also where nothing of it may be read; [`Error::Denied`],
/// [`Error::Store`], [`Error::Vault`].
pub async fn read_conversation(
    app: &App,
    actor: &Actor,
    id: i64,
    place: Place,
    sender: Option<&str>,
    limit: u64,
) -> Result<MessagePage, Error> {
    let thread = Thread::open(app, actor, id, sender).await?;
    let part = thread.part(place, limit.clamp(1, MAX_PAGE)).await?;
    thread.show(part, None).await
}

/// The messages of a conversation with ids in `ids`, those after the one with id `after`, read
/// for this reason, which is noted whoever takes part.
///
/// # Errors
/// As [`read_conversation`].
pub(super) async fn read_span(
    app: &App,
    actor: &Actor,
    id: i64,
    ids: Range<i64>,
    after: Option<i64>,
    reading: &Reading,
) -> Result<MessagePage, Error> {
    let thread = Thread::open(app, actor, id, None).await?;
    let from = after.map_or(ids.start, |after| after.saturating_add(1));
    let ids = (Some(from.max(ids.start)), Some(ids.end));
    let found = thread.take(ids, Order::OldestFirst, MAX_PAGE).await?;
    let part = Part {
        before: None,
        after: found.next(),
        items: found.items,
    };
    thread.show(part, Some(reading)).await
}

/// A message with why it may be read.
type Readable = (Opened, Why);

/// Readable messages from one end on.
struct Taken {
    items: Vec<Readable>,
    /// Nothing readable is behind them.
    is_end: bool,
}

impl Taken {
    /// The message behind which there may be more.
    fn next(&self) -> Option<i64> {
        let last = self.items.last().filter(|_| !self.is_end);
        last.map(|(one, _)| one.stored.id)
    }
}

/// Readable messages, oldest first.
struct Part {
    items: Vec<Readable>,
    before: Option<i64>,
    after: Option<i64>,
}

/// A conversation in the hands of a reader.
struct Thread<'a> {
    app: &'a App,
    actor: &'a Actor,
    corp: CorpId,
    access: Access,
    keys: Keys,
    conversation: ConversationView,
    sender: Option<&'a str>,
    /// Ids outside of which nothing may be read.
    bounds: Range<i64>,
}

impl<'a> Thread<'a> {
    async fn open(
        app: &'a App,
        actor: &'a Actor,
        id: i64,
        sender: Option<&'a str>,
    ) -> Result<Self, Error> {
        let corp = app.corp()?;
        let access = Access::of(app, actor, &corp).await?;
        let missing = || Error::not_found("conversation", id);
        let row = store::find(app.store().read(), &corp, id).await?;
        let rows = vec![row.ok_or_else(missing)?];
        let shown = view::shown(app, &corp, &access, rows).await?.pop();
        let conversation = shown.ok_or_else(missing)?;
        let keys = Keys::load(app, &corp).await?.ok_or_else(missing)?;
        let mut bounds = 0..i64::MAX;
        if access.is_own_only() && !conversation.is_own {
            let parts = access.parts(&conversation.subject);
            let first = parts.iter().map(|part| part.from).min();
            let last = parts.iter().map(|part| part.before).max();
            bounds = first.unwrap_or(0)..last.unwrap_or(0);
        }
        Ok(Self {
            app,
            actor,
            corp,
            access,
            keys,
            conversation,
            sender,
            bounds,
        })
    }

    /// Up to `limit` readable messages with ids in `ids`, from the end that `order` names.
    async fn take(
        &self,
        (from, before): (Option<i64>, Option<i64>),
        order: Order,
        limit: u64,
    ) -> Result<Taken, Error> {
        let store = self.app.store().read();
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let size = match self.access.is_whole() {
            true => limit,
            false => limit.max(LOOK),
        };
        let mut window = Window {
            from: Some(from.unwrap_or(0).max(self.bounds.start)),
            before: Some(before.unwrap_or(i64::MAX).min(self.bounds.end)),
            sender: self.sender,
        };
        let mut taken = Taken {
            items: Vec::new(),
            is_end: true,
        };
        for _ in 0..MAX_LOOKS {
            let id = self.conversation.id;
            let found = read::page(store, &self.corp, id, window, order, size).await?;
            let is_last = (found.len() as u64) < size;
            let last = found.last().map_or(0, |last| last.id);
            match order {
                Order::NewestFirst => window.before = Some(last),
                Order::OldestFirst => window.from = Some(last.saturating_add(1)),
            }
            taken.items.extend(self.readable(found).await?);
            if is_last || taken.items.len() >= most {
                taken.is_end = is_last && taken.items.len() <= most;
                taken.items.truncate(most);
                return Ok(taken);
            }
        }
        taken.is_end = taken.items.is_empty();
        Ok(taken)
    }

    async fn readable(&self, found: Vec<read::Message>) -> Result<Vec<Readable>, Error> {
        let opened = body::open_all(self.app, &self.corp, &self.keys, found).await?;
        let index = &self.keys.index;
        let judged = self.access.judge(self.app, index, &opened).await?;
        let both = opened.into_iter().zip(judged);
        Ok(both
            .filter_map(|(one, why)| Some((one, why.ok()?)))
            .collect())
    }

    async fn part(&self, place: Place, limit: u64) -> Result<Part, Error> {
        let older = async |before, limit| {
            let found = self.take((None, before), Order::NewestFirst, limit).await?;
            let before = found.next();
            let mut items = found.items;
            items.reverse();
            Ok::<_, Error>((items, before))
        };
        let newer = async |from, limit| {
            let ids = (Some(from), None);
            let found = self.take(ids, Order::OldestFirst, limit).await?;
            let after = found.next();
            Ok::<_, Error>((found.items, after))
        };
        let id_of = |one: Option<&Readable>| one.map(|(one, _)| one.stored.id);
        Ok(match place {
            Place::End => {
                let (items, before) = older(None, limit).await?;
                Part {
                    items,
                    before,
                    after: None,
                }
            }
            Place::Before(id) => {
                let (items, before) = older(Some(id), limit).await?;
                Part {
                    after: id_of(items.last()),
                    before,
                    items,
                }
            }
            Place::After(id) => {
                let (items, after) = newer(id.saturating_add(1), limit).await?;
                Part {
                    before: id_of(items.first()),
                    after,
                    items,
                }
            }
            Place::Around(id) => {
                let half = limit.div_ceil(2);
                let (mut items, before) = older(Some(id), half).await?;
                let (rest, after) = newer(id, half + 1).await?;
                items.extend(rest);
                Part {
                    items,
                    before,
                    after,
                }
            }
        })
    }

    /// Without a reading, a reason is asked for where something was said without the reader.
    async fn show(self, part: Part, reading: Option<&Reading>) -> Result<MessagePage, Error> {
        let (app, actor) = (self.app, self.actor);
        let seen = BTreeSet::from([self.conversation.id]);
        let is_others = part.items.iter().any(|(one, why)| {
            let is_there = |own: &str| one.conversation.members.contains(own);
            matches!(why, Why::Corp | Why::Department) && !self.access.own().is_some_and(is_there)
        });
        match reading {
            Some(reading) => reader::note_read(app, actor, reading, &seen).await?,
            None if is_others => {
                let reading = reader::require_reason(app, actor).await?;
                reader::note_read(app, actor, &reading, &seen).await?;
            }
            None => {}
        }
        // Who takes part is told only to whoever may read something of it.
        if part.items.is_empty() {
            let views = std::slice::from_ref(&self.conversation);
            if view::seen_among(app, actor, &self.access, views)
                .await?
                .is_empty()
            {
                return Err(Error::not_found("conversation", self.conversation.id));
            }
        }
        let items = part.items.into_iter().map(|(one, _)| one).collect();
        Ok(MessagePage {
            items: body::views(app, &self.corp, items).await?,
            conversation: self.conversation,
            before: part.before,
            after: part.after,
        })
    }
}
