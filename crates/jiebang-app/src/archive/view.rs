//! Conversations as people know them from WeCom: which there are, and who takes part.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::archive::conversation::{Channel, Conversation, Kind, PersonKind};
use jiebang_domain::id::{CorpId, UserId};
use jiebang_store::archive::conversation::{self as store, Conversation as Stored, Filter};
use jiebang_store::archive::{conversation_id, hold as holds, moment_of, read, roster};
use jiebang_store::group;

use super::body::{self, Person};
use super::consent::{Refusal, Refusals};
use super::reader::Access;
use super::search::Hits;
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
    if let Some(room) = &wanted.room {
        let id = conversation_id(&corp, &Conversation::subject_of_room(room));
        let row = store::find(app.store().read(), &corp, id).await?;
        let mut items = shown(app, &corp, &access, row.into_iter().collect()).await?;
        let seen = seen_among(app, actor, &access, &items).await?;
        items.retain(|view| seen.contains(&view.id));
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
    let granted: Vec<i64> = access
        .granted()
        .map(|subject| conversation_id(&corp, subject))
        .collect();
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
        let places: BTreeMap<i64, i64> = found.iter().map(|row| (row.id, row.last_id)).collect();
        let last = found.last().map(|row| row.last_id);
        let views = shown(app, &corp, &access, found).await?;
        let seen = seen_among(app, actor, &access, &views).await?;
        for view in views {
            page.before = places.get(&view.id).copied();
            // The list of one's own cannot be asked for another person as well.
            let is_with = |id: &String| view.people.iter().any(|person| person.id == *id);
            let is_wanted = wanted.person.as_ref().is_none_or(is_with);
            if is_wanted && seen.contains(&view.id) {
                page.items.push(view);
            }
            if page.items.len() as u64 == limit {
                return Ok(page);
            }
        }
        page.before = last.filter(|_| !is_last);
        if is_last {
            return Ok(page);
        }
    }
    Ok(page)
}

/// Of which of these something may be read, as far as their people tell: for accounts limited to
/// departments by where members are now. What is shown of them is decided for each message, as of
/// its time.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn seen_among(
    app: &App,
    actor: &Actor,
    access: &Access,
    views: &[ConversationView],
) -> Result<BTreeSet<i64>, Error> {
    let is_given = |view: &ConversationView| view.is_own || access.has_granted(&view.subject);
    let mut seen: BTreeSet<i64> = views.iter().filter(|v| is_given(v)).map(|v| v.id).collect();
    if access.is_own_only() {
        return Ok(seen);
    }
    if access.is_whole() {
        return Ok(views.iter().map(|view| view.id).collect());
    }
    let others = || views.iter().filter(|view| !is_given(view));
    let members = |view: &'_ ConversationView| {
        let people = view.people.iter();
        let members = people.filter(|person| person.kind == PersonKind::Member);
        members.map(|person| person.id.clone()).collect::<Vec<_>>()
    };
    let ids: BTreeSet<UserId> = others()
        .flat_map(members)
        .filter_map(|id| UserId::parse(id.as_str()).ok())
        .collect();
    let ids: Vec<UserId> = ids.into_iter().collect();
    let corp = app.corp()?;
    let found = jiebang_store::directory::members_by_id(app.store().read(), &corp, &ids).await?;
    let found = found.into_iter().filter(|member| {
        let resource = Resource::Departments(&member.departments);
        app.allow(actor, Act::ArchiveRead, resource).is_ok()
    });
    let mine: BTreeSet<String> = found.map(|member| member.userid).collect();
    let is_mine = |view: &&ConversationView| members(view).iter().any(|id| mine.contains(id));
    seen.extend(others().filter(is_mine).map(|view| view.id));
    Ok(seen)
}

/// What is known of the conversations, in their order; but of those of which handovers grant nothing
/// that was said.
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
    let mut views = Vec::with_capacity(rows.len());
    for mut row in rows {
        let Some(Named {
            name,
            people,
            channel,
            is_own,
        }) = named.remove(&row.id)
        else {
            continue;
        };
        if access.is_own_only() && !is_own {
            narrow(app, corp, access, &mut row).await?;
            if row.messages == 0 {
                continue;
            }
        }
        let ids: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
        let room = is_room(&row).then(|| row.subject.clone());
        views.push(ConversationView {
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
        });
    }
    Ok(views)
}

/// Lets the figures of a conversation tell of what handovers grant of it alone.
async fn narrow(app: &App, corp: &CorpId, access: &Access, row: &mut Stored) -> Result<(), Error> {
    let parts = access.parts(&row.subject);
    let (messages, span) = read::measure(app.store().read(), corp, row.id, &parts).await?;
    let (first, last) = span.unwrap_or_default();
    row.messages = messages.cast_signed();
    (row.first_at, row.last_at) = (moment_of(first), moment_of(last));
    Ok(())
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
