//! Reading conversations as people know them from WeCom.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiebang_domain::access::Actor;
use jiebang_domain::archive::conversation::{Channel, Conversation, Kind, PersonKind};
use jiebang_domain::archive::scope::{History, Why};
use jiebang_domain::id::CorpId;
use jiebang_store::archive::conversation::{self as store, Conversation as Stored, Filter};
use jiebang_store::archive::read::{self, Order, Window};
use jiebang_store::archive::reading::Reading;
use jiebang_store::archive::{conversation_id, hold as holds, roster};
use jiebang_store::group;

use super::body::{self, MessageView, Opened, Person};
use super::consent::{Refusal, Refusals};
use super::keys::Keys;
use super::reader::{self, Access};
use super::search::{Hits, said};
use crate::{App, Error};

/// Most conversations or messages of a page.
pub const MAX_PAGE: u64 = 200;
/// People shown of a conversation.
const MAX_PEOPLE: usize = 500;
/// Pages of conversations looked through for one that may be seen.
const MAX_PAGES: usize = 50;

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationView {
    pub id: i64,
    /// `single` or `room`.
    pub kind: Kind,
    pub channel: Channel,
    /// The room's name; empty for two people, and where it is not known.
    pub name: String,
    /// The room's id.
    pub room: Option<String>,
    /// What facets and searches call it.
    pub subject: String,
    pub people: Vec<Person>,
    pub messages: u64,
    /// Milliseconds.
    pub first_at: i64,
    pub last_at: i64,
    /// Whether the reader takes part.
    pub is_own: bool,
    /// Whether a standing hold covers it.
    pub is_held: bool,
    /// The customers who refuse the archive now.
    pub refusals: Vec<Refusal>,
}

/// Which conversations.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// In which this member or customer takes part.
    pub person: Option<String>,
    /// The one of this room; then nothing else is asked for.
    pub room: Option<String>,
    pub kind: Option<Kind>,
    pub channel: Option<Channel>,
    /// [`ConversationPage::before`] of the page before.
    pub before: Option<i64>,
    /// 1 to [`MAX_PAGE`].
    pub limit: u64,
}

/// Conversations, the one with the newest message first.
#[derive(Debug, Clone, Default)]
pub struct ConversationPage {
    pub items: Vec<ConversationView>,
    pub before: Option<i64>,
}

/// The conversations the actor may read something of. That there are such is no secret to its
/// role; what is said in them needs a reason.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_conversations(
    app: &App,
    actor: &Actor,
    wanted: &Wanted,
) -> Result<ConversationPage, Error> {
    let Ok(corp) = app.corp() else {
        return Ok(ConversationPage::default());
    };
    let access = Access::of(app, actor, &corp).await?;
    let granted = granted(&corp, &access);
    if let Some(room) = &wanted.room {
        let id = conversation_id(&corp, &Conversation::subject_of_room(room));
        let mut items = Vec::new();
        let row = store::find(app.store().read(), &corp, id).await?;
        for view in shown(app, &corp, &access, row.into_iter().collect()).await? {
            if sees(app, actor, &access, &view, &granted).await? {
                items.push(view);
            }
        }
        return Ok(ConversationPage {
            items,
            before: None,
        });
    }
    let own = match (access.is_own_only(), access.own()) {
        (false, _) => None,
        (true, Some(own)) => Some(own),
        (true, None) => return Ok(ConversationPage::default()),
    };
    let limit = wanted.limit.clamp(1, MAX_PAGE);
    let mut page = ConversationPage {
        items: Vec::new(),
        before: wanted.before,
    };
    for _ in 0..MAX_PAGES {
        let filter = Filter {
            person: own.or(wanted.person.as_deref()),
            or_ids: own.map(|_| granted.as_slice()),
            kind: wanted.kind.map(Kind::as_str),
            channel: wanted.channel.map(Channel::as_str),
            before: page.before,
        };
        let found = store::list(app.store().read(), &corp, &filter, limit).await?;
        let is_last = (found.len() as u64) < limit;
        let places: Vec<i64> = found.iter().map(|row| row.last_id).collect();
        let views = shown(app, &corp, &access, found).await?;
        for (place, view) in places.into_iter().zip(views) {
            page.before = Some(place);
            // The list of one's own cannot be asked for another person as well.
            let is_with = |id: &String| view.people.iter().any(|person| person.id == *id);
            let is_wanted = wanted.person.as_ref().is_none_or(is_with);
            if is_wanted && sees(app, actor, &access, &view, &granted).await? {
                page.items.push(view);
            }
            if page.items.len() as u64 == limit {
                return Ok(page);
            }
        }
        if is_last {
            page.before = None;
            return Ok(page);
        }
    }
    Ok(page)
}

/// The conversations of which handovers granted something.
pub(super) fn granted(corp: &CorpId, access: &Access) -> Vec<i64> {
    let grants = access.grants().iter();
    grants
        .filter(|grant| grant.part.history != History::None)
        .map(|grant| conversation_id(corp, &grant.subject()))
        .collect()
}

/// Whether something of the conversation may be read, as far as its people tell: for accounts
/// limited to departments by where its members are now. What is shown of it is decided for each
/// message, as of its time.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn sees(
    app: &App,
    actor: &Actor,
    access: &Access,
    view: &ConversationView,
    granted: &[i64],
) -> Result<bool, Error> {
    use jiebang_domain::access::{Act, Resource, Scope};
    if view.is_own || granted.contains(&view.id) {
        return Ok(true);
    }
    if access.is_own_only() || actor.scope == Scope::Corp {
        return Ok(!access.is_own_only());
    }
    let members = view.people.iter().filter(|p| p.kind == PersonKind::Member);
    let ids: Vec<_> = members
        .filter_map(|person| jiebang_domain::id::UserId::parse(person.id.as_str()).ok())
        .collect();
    let corp = app.corp()?;
    let members = jiebang_store::directory::members_by_id(app.store().read(), &corp, &ids).await?;
    Ok(members.iter().any(|member| {
        let resource = Resource::Departments(&member.departments);
        app.allow(actor, Act::ArchiveRead, resource).is_ok()
    }))
}

/// What is known of the conversations, in their order.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn shown(
    app: &App,
    corp: &CorpId,
    access: &Access,
    rows: Vec<Stored>,
) -> Result<Vec<ConversationView>, Error> {
    let read = app.store().read();
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut named = named(app, corp, &rows, access.own()).await?;
    let held = holds::held_among(read, corp, &ids).await?;
    let people = named.values().flat_map(|one| &one.people);
    let customers: BTreeSet<&str> = people
        .filter(|person| person.kind == PersonKind::Customer)
        .map(|person| person.id.as_str())
        .collect();
    let customers: Vec<&str> = customers.into_iter().collect();
    let refusals = Refusals::of(app, corp, &customers).await?;
    let views = rows.into_iter().filter_map(|row| {
        let Named {
            name,
            people,
            channel,
            is_own,
        } = named.remove(&row.id)?;
        let ids: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
        let room = is_room(&row).then(|| row.subject.clone());
        Some(ConversationView {
            id: row.id,
            kind: if room.is_some() {
                Kind::Room
            } else {
                Kind::Single
            },
            channel,
            name,
            refusals: refusals.within(room.as_deref(), &ids),
            room,
            subject: row.subject,
            people,
            messages: row.messages.cast_unsigned(),
            first_at: row.first_at,
            last_at: row.last_at,
            is_own,
            is_held: held.contains(&row.id),
        })
    });
    Ok(views.collect())
}

/// What a conversation is called, and who takes part.
#[derive(Debug)]
pub(super) struct Named {
    /// The room's name; empty for two people, and where it is not known.
    pub name: String,
    /// The first 500.
    pub people: Vec<Person>,
    channel: Channel,
    is_own: bool,
}

/// The names of conversations and of their people, by id, and whether `own` is one of them.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn named(
    app: &App,
    corp: &CorpId,
    rows: &[Stored],
    own: Option<&str>,
) -> Result<BTreeMap<i64, Named>, Error> {
    let read = app.store().read();
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut people = store::people_of(read, corp, &ids).await?;
    let rooms = rows.iter().filter(|row| is_room(row));
    let rooms: Vec<String> = rooms.map(|row| row.subject.clone()).collect();
    let groups = group::groups_by_id(read, corp, &rooms).await?;
    let ids: Vec<&str> = rooms.iter().map(String::as_str).collect();
    let mut rooms = roster::names(read, corp, &ids).await?;
    rooms.extend(groups.into_iter().map(|group| (group.chat_id, group.name)));
    let channel = |row: &Stored| Channel::parse(&row.channel).unwrap_or(Channel::External);
    let mut everybody = BTreeSet::new();
    for row in rows {
        let ids = people.get(&row.id).into_iter().flatten().take(MAX_PEOPLE);
        everybody.extend(ids.map(|id| (id.clone(), PersonKind::of(id))));
    }
    let names = body::names(app, corp, &everybody).await?;
    let named = rows.iter().map(|row| {
        let (channel, ids) = (channel(row), people.remove(&row.id).unwrap_or_default());
        let named = Named {
            name: rooms.remove(&row.subject).unwrap_or_default(),
            people: ids
                .iter()
                .take(MAX_PEOPLE)
                .map(|id| body::person(id, &names))
                .collect(),
            channel,
            is_own: own.is_some_and(|own| ids.iter().any(|id| id == own)),
        };
        (row.id, named)
    });
    Ok(named.collect())
}

fn is_room(row: &Stored) -> bool {
    row.kind == Kind::Room.as_str()
}

/// The conversations in which a search found something, in no order.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn conversations_of(
    app: &App,
    actor: &Actor,
    hits: &Hits,
) -> Result<Vec<ConversationView>, Error> {
    let corp = app.corp()?;
    let access = Access::of(app, actor, &corp).await?;
    let ids: BTreeSet<i64> = hits.hits.iter().map(|hit| hit.conversation).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let rows = store::find_all(app.store().read(), &corp, &ids).await?;
    shown(app, &corp, &access, rows).await
}

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
    let corp = app.corp()?;
    let access = Access::of(app, actor, &corp).await?;
    let read = app.store().read();
    let missing = || Error::not_found("conversation", id);
    let row = store::find(read, &corp, id).await?.ok_or_else(missing)?;
    let part = part(app, &corp, id, place, sender, limit.clamp(1, MAX_PAGE)).await?;
    let for_reason = None;
    show_part(app, actor, &corp, &access, row, part, for_reason).await
}

/// The messages of a conversation with ids in `ids`, `limit` after the one with id `after`, read
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
    let corp = app.corp()?;
    let access = Access::of(app, actor, &corp).await?;
    let read = app.store().read();
    let missing = || Error::not_found("conversation", id);
    let row = store::find(read, &corp, id).await?.ok_or_else(missing)?;
    let from = after.map_or(ids.start, |after| after.saturating_add(1));
    let window = Window {
        from: Some(from.max(ids.start)),
        before: Some(ids.end),
        sender: None,
    };
    let messages = read::page(read, &corp, id, window, Order::OldestFirst, MAX_PAGE).await?;
    let is_full = messages.len() as u64 >= MAX_PAGE;
    let part = Part {
        before: None,
        after: messages.last().map(|last| last.id).filter(|_| is_full),
        messages,
    };
    show_part(app, actor, &corp, &access, row, part, Some(reading)).await
}

/// Opens a part and leaves out what may not be read. Without a reading, one is asked for where
/// the reader does not take part.
async fn show_part(
    app: &App,
    actor: &Actor,
    corp: &CorpId,
    access: &Access,
    row: Stored,
    part: Part,
    reading: Option<&Reading>,
) -> Result<MessagePage, Error> {
    let id = row.id;
    let missing = || Error::not_found("conversation", id);
    let keys = Keys::load(app, corp).await?.ok_or_else(missing)?;
    let opened = body::open_all(app, corp, &keys, part.messages).await?;
    let mut candidates: Vec<_> = opened.iter().map(said).collect();
    let judged = access.judge(app, &keys.index, &mut candidates).await?;
    let is_others = judged
        .iter()
        .any(|why| matches!(why, Ok(Why::Corp | Why::Department)));
    let shown = shown(app, corp, access, vec![row]).await?.pop();
    let conversation = shown.ok_or_else(missing)?;
    let seen = BTreeSet::from([id]);
    match reading {
        Some(reading) => reader::note_read(app, actor, reading, &seen).await?,
        None if is_others && !conversation.is_own => {
            let reading = reader::require_reason(app, actor).await?;
            reader::note_read(app, actor, &reading, &seen).await?;
        }
        None => {}
    }
    let both = opened.into_iter().zip(judged);
    let readable: Vec<Opened> = both
        .filter_map(|(one, why)| why.ok().map(|_| one))
        .collect();
    // Who takes part is told only to whoever may read something of it.
    let granted = granted(corp, access);
    if readable.is_empty() && !sees(app, actor, access, &conversation, &granted).await? {
        return Err(missing());
    }
    Ok(MessagePage {
        conversation,
        items: body::views(app, corp, readable).await?,
        before: part.before,
        after: part.after,
    })
}

struct Part {
    messages: Vec<read::Message>,
    before: Option<i64>,
    after: Option<i64>,
}

async fn part(
    app: &App,
    corp: &CorpId,
    id: i64,
    place: Place,
    sender: Option<&str>,
    limit: u64,
) -> Result<Part, Error> {
    let store = app.store().read();
    let window = |from, before| Window {
        from,
        before,
        sender,
    };
    let older = async |before: Option<i64>, limit: u64| {
        let window = window(None, before);
        let mut found = read::page(store, corp, id, window, Order::NewestFirst, limit).await?;
        found.reverse();
        Ok::<_, Error>(found)
    };
    let newer = async |from: i64, limit: u64| {
        let window = window(Some(from), None);
        Ok::<_, Error>(read::page(store, corp, id, window, Order::OldestFirst, limit).await?)
    };
    let more = |messages: &[read::Message], asked: u64| messages.len() as u64 >= asked;
    let first = |messages: &[read::Message]| messages.first().map(|message| message.id);
    let last = |messages: &[read::Message]| messages.last().map(|message| message.id);
    Ok(match place {
        Place::End | Place::Before(_) => {
            let before = match place {
                Place::Before(id) => Some(id),
                _ => None,
            };
            let messages = older(before, limit).await?;
            Part {
                before: first(&messages).filter(|_| more(&messages, limit)),
                after: before.and_then(|_| last(&messages)),
                messages,
            }
        }
        Place::After(after) => {
            let messages = newer(after.saturating_add(1), limit).await?;
            Part {
                before: first(&messages),
                after: last(&messages).filter(|_| more(&messages, limit)),
                messages,
            }
        }
        Place::Around(id) => {
            let half = limit.div_ceil(2);
            let mut messages = older(Some(id), half).await?;
            let before = first(&messages).filter(|_| more(&messages, half));
            let rest = newer(id, half + 1).await?;
            let after = last(&rest).filter(|_| more(&rest, half + 1));
            messages.extend(rest);
            Part {
                messages,
                before,
                after,
            }
        }
    })
}
