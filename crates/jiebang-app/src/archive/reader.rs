//! Who may read what of the archive, and that reading other people's talk has a reason.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource, Role, Scope};
use jiebang_domain::archive::scope::{
    Denied, Empty, Grant, History, Part, Reach, Reader, Said, Why, Windows, With, may_read,
    why_empty, windows,
};
use jiebang_domain::archive::search::{Facet, Token as Word};
use jiebang_domain::handover::request::{RecordScope, Request};
use jiebang_domain::id::{CorpId, DepartmentId, UserId};
use jiebang_domain::time::{HOUR, Timestamp};
use jiebang_store::Tx;
use jiebang_store::archive::conversation::{self, Filter};
use jiebang_store::archive::reading::{self, Reading};
use jiebang_store::archive::search::having_any;
use jiebang_store::archive::{first_id_at, read, roster};
use jiebang_store::directory::{self, MemberFilter};
use jiebang_store::group;
use jiebang_store::handover::{ever_taken_over_by, last_given};
use jiebang_vault::archive::{IndexKey, Token};
use serde_json::json;
use uuid::Uuid;

use super::body::Opened;
use super::consent::Refusals;
use crate::audit::{self, Record};
use crate::{App, Error};

/// Seconds for which a reason counts.
pub const REASON_FOR: i64 = HOUR;
const MAX_REASON: usize = 500;
/// Members known at once.
const MAX_MEMBERS: u64 = 1_000_000;

/// What an actor may read now.
pub(super) struct Access {
    reader: Reader,
    /// By the subject of the conversation they are about.
    grants: BTreeMap<String, Vec<Grant>>,
    pub windows: Windows,
    now: Timestamp,
}

impl Access {
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn of(app: &App, actor: &Actor, corp: &CorpId) -> Result<Self, Error> {
        app.allow(actor, Act::ArchiveRead, Resource::Corp)?;
        let reach = match (actor.role, &actor.scope) {
            (Role::Staff, _) => Reach::Own,
            (_, Scope::Corp) => Reach::Corp,
            (_, Scope::Departments(departments)) => Reach::Departments(departments.clone()),
        };
        let grants = match &actor.userid {
            Some(userid) if reach != Reach::Corp => grants_of(app, corp, userid).await?,
            _ => Vec::new(),
        };
        let reader = Reader {
            userid: actor.userid.as_ref().map(ToString::to_string),
            reach,
        };
        let now = app.now();
        let windows = windows(&reader, &grants, now);
        let mut by_subject: BTreeMap<String, Vec<Grant>> = BTreeMap::new();
        for grant in grants {
            by_subject.entry(grant.subject()).or_default().push(grant);
        }
        Ok(Self {
            windows,
            reader,
            grants: by_subject,
            now,
        })
    }

    /// The member whose talk is the reader's own.
    pub fn own(&self) -> Option<&str> {
        self.reader.userid.as_deref()
    }

    /// Whether the reader reaches nobody else's talk but by handovers.
    pub fn is_own_only(&self) -> bool {
        self.reader.reach == Reach::Own
    }

    /// Whether the reader may read everything.
    pub fn is_whole(&self) -> bool {
        self.reader.reach == Reach::Corp
    }

    /// The subjects of the conversations of which handovers grant something.
    pub fn granted(&self) -> impl Iterator<Item = &str> {
        let subjects = self.grants.keys().map(String::as_str);
        subjects.filter(|subject| self.has_granted(subject))
    }

    /// Whether handovers grant something of the conversation over `subject`.
    pub fn has_granted(&self, subject: &str) -> bool {
        let mut grants = self.grants.get(subject).into_iter().flatten();
        grants.any(|grant| grant.part.history != History::None)
    }

    /// What handovers grant now of the conversation over `subject`.
    pub fn parts(&self, subject: &str) -> Vec<read::Part> {
        let grants = self.grants.get(subject).into_iter().flatten();
        let parts = grants.filter_map(|grant| {
            let (from, before) = grant.span(self.now)?;
            Some(read::Part {
                from: from.map_or(0, first_id_at),
                before: first_id_at(before),
                kinds: grant.part.kinds.clone(),
            })
        });
        parts.collect()
    }

    /// For each message whether it may be read, and by what.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn judge(
        &self,
        app: &App,
        index: &IndexKey,
        messages: &[impl Borrow<Opened> + Sync],
    ) -> Result<Vec<Result<Why, Denied>>, Error> {
        let (mut mine, mut inside) = (&BTreeSet::new(), BTreeSet::new());
        if let Reach::Departments(departments) = &self.reader.reach {
            mine = departments;
            let tokens: Vec<Token> = mine
                .iter()
                .map(|id| index.token(&Word::Facet(Facet::Department(*id)).bytes()))
                .collect();
            let ids: Vec<i64> = messages.iter().map(|one| one.borrow().stored.id).collect();
            inside = having_any(app.store().read(), &ids, &tokens).await?;
        }
        let judged = messages.iter().map(|one| {
            let one: &Opened = one.borrow();
            let is_inside = inside.contains(&one.stored.id);
            let said = Said {
                conversation: one.conversation.clone(),
                kind: one.stored.kind.clone(),
                sent_at: one.stored.sent_at,
                // As of the time it was said; which of them is of no matter.
                departments: mine.iter().filter(|_| is_inside).copied().collect(),
            };
            let grants = self.grants.get(&said.conversation.subject);
            let grants = grants.map_or(&[][..], Vec::as_slice);
            may_read(&self.reader, grants, &said, self.now)
        });
        Ok(judged.collect())
    }
}

/// Whose conversations an account is for: those in which one of these takes part. `None`:
/// everybody's.
pub(super) struct Sight(Option<BTreeSet<String>>);

impl Sight {
    pub const fn everybody() -> Self {
        Self(None)
    }

    /// # Errors
    /// [`Error::Store`].
    pub async fn of(app: &App, actor: &Actor, corp: &CorpId) -> Result<Self, Error> {
        match &actor.scope {
            Scope::Corp => Ok(Self::everybody()),
            Scope::Departments(mine) => Self::within(app, corp, mine).await,
        }
    }

    /// Of members who are in these departments today.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn within(
        app: &App,
        corp: &CorpId,
        departments: &BTreeSet<DepartmentId>,
    ) -> Result<Self, Error> {
        let filter = MemberFilter {
            departments: Some(departments.iter().copied().collect()),
            ..MemberFilter::default()
        };
        let read = app.store().read();
        let found = directory::members(read, corp, &filter, None, MAX_MEMBERS).await?;
        let ids = found.into_iter().map(|member| member.userid);
        Ok(Self(Some(ids.collect())))
    }

    pub const fn is_limited(&self) -> bool {
        self.0.is_some()
    }

    pub fn sees(&self, member: &str) -> bool {
        self.0.as_ref().is_none_or(|mine| mine.contains(member))
    }

    /// Whether it sees one of these.
    pub fn sees_any(&self, members: &[String]) -> bool {
        self.0.is_none() || members.iter().any(|member| self.sees(member))
    }
}

/// What finished handovers grant a successor.
async fn grants_of(app: &App, corp: &CorpId, successor: &UserId) -> Result<Vec<Grant>, Error> {
    let read = app.store().read();
    let (rows, handovers) = ever_taken_over_by(read, corp.as_str(), successor.as_str()).await?;
    let mut parts: BTreeMap<Uuid, (String, Part)> = BTreeMap::new();
    for (id, handover) in handovers {
        let part = part_of(&read_request(handover.request)?);
        parts.insert(id, (handover.leaver, part));
    }
    let mut grants = Vec::with_capacity(rows.len());
    for row in rows {
        let (Some((predecessor, part)), Some(taken_over_at)) =
            (parts.get(&row.handover_id), row.ended_at)
        else {
            continue;
        };
        grants.push(Grant {
            predecessor: predecessor.clone(),
            successor: successor.to_string(),
            with: if row.subject_kind == "group" {
                With::Room(row.subject_id)
            } else {
                With::Customer(row.subject_id)
            },
            taken_over_at: Timestamp::from_seconds(taken_over_at),
            part: part.clone(),
        });
    }
    Ok(grants)
}

/// Why the actor's member finds nothing of the history of a customer or group that was given to
/// it, or was not. `None`: nothing that is still there was said.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn why_nothing(app: &App, actor: &Actor, with: With) -> Result<Option<Denied>, Error> {
    app.allow(actor, Act::ArchiveRead, Resource::Corp)?;
    let (corp, read) = (app.corp()?, app.store().read());
    let (kind, id) = match &with {
        With::Customer(id) => ("customer", id.as_str()),
        With::Room(id) => ("group", id.as_str()),
    };
    let given = match &actor.userid {
        Some(me) => last_given(read, corp.as_str(), kind, id, me.as_str()).await?,
        None => None,
    };
    let Some((row, handover)) = given else {
        return Ok(Some(Denied::NotGranted));
    };
    let request = read_request(handover.request)?;
    let of_predecessor = Filter {
        person: Some(&handover.leaver),
        ..Filter::default()
    };
    let room = matches!(with, With::Room(_)).then_some(id);
    let mut people = match room.and_then(|room| room.parse().ok()) {
        Some(chat) => {
            let members = group::members(read, &corp, &chat).await?.into_iter();
            members.map(|one| one.member_id).collect()
        }
        None => vec![id.to_owned()],
    };
    let customers: Vec<&str> = people.iter().map(String::as_str).collect();
    let refusals = Refusals::of(app, &corp, &customers).await?;
    people.push(handover.leaver.clone());
    let said = conversation::list(read, &corp, &of_predecessor, 1).await?;
    let empty = Empty {
        is_archived: !said.is_empty()
            || roster::was_archived(read, &corp, &handover.leaver).await?,
        is_refused: !refusals.within(room, &people).is_empty(),
        is_taken_over: row.state == "taken_over",
    };
    Ok(why_empty(part_of(&request).history, empty))
}

fn read_request(request: serde_json::Value) -> Result<Request, Error> {
    serde_json::from_value(request).map_err(|source| Error::Json {
        what: "request",
        source,
    })
}

fn part_of(request: &Request) -> Part {
    Part {
        history: match request.record_scope {
            RecordScope::None => History::None,
            RecordScope::Days { days } => History::Last(days),
            RecordScope::All => History::All,
        },
        kinds: request.record_kinds.clone(),
    }
}

/// Says why one is going to read other people's conversations; counts for an hour.
///
/// # Errors
/// [`Error::Invalid`] without a reason, or for one of more than 500 characters;
/// [`Error::Denied`], [`Error::Store`].
pub async fn give_reason(app: &App, actor: &Actor, reason: &str) -> Result<Reading, Error> {
    app.allow(actor, Act::ArchiveRead, Resource::Corp)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::invalid("reason", "empty"));
    }
    if reason.chars().count() > MAX_REASON {
        return Err(Error::invalid("reason", "too_long"));
    }
    let tx = app.begin().await?;
    let reading = begin(app, &tx, actor, reason, None).await?;
    tx.commit().await?;
    Ok(reading)
}

async fn begin(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    reason: &str,
    review_id: Option<Uuid>,
) -> Result<Reading, Error> {
    let now = app.people_now();
    let reading = Reading {
        id: app.new_id(),
        corp_id: app.corp()?.to_string(),
        reader: actor.reference(),
        reason: reason.to_owned(),
        at: now.seconds(),
        until: now.plus(REASON_FOR).seconds(),
        review_id,
    };
    reading::begin(tx, reading.clone()).await?;
    let entry = Record::done("archive.reason", "reading", reading.id)
        .personal(json!({ "reason": reading.reason }));
    audit::record(app, tx, actor, entry).await?;
    Ok(reading)
}

/// The actor's reading for the items of a sample, for a reason that is known without being asked
/// for; begun if none counts. It opens nothing else.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn reading_for(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    review: Uuid,
    reason: &str,
) -> Result<Reading, Error> {
    let (corp, now) = (app.corp()?, app.people_now());
    let me = actor.reference();
    match reading::current_for(tx.conn(), &corp, &me, review, now).await? {
        Some(reading) => Ok(reading),
        None => begin(app, tx, actor, reason, Some(review)).await,
    }
}

/// The reason that counts now, if one was given.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn current_reason(app: &App, actor: &Actor) -> Result<Option<Reading>, Error> {
    app.allow(actor, Act::ArchiveRead, Resource::Corp)?;
    let (corp, now) = (app.corp()?, app.people_now());
    let read = app.store().read();
    Ok(reading::current(read, &corp, &actor.reference(), now).await?)
}

/// The reason, for whoever is about to read what is not its own.
///
/// # Errors
/// [`Error::ReasonRequired`], [`Error::Store`].
pub(super) async fn require_reason(app: &App, actor: &Actor) -> Result<Reading, Error> {
    current_reason(app, actor)
        .await?
        .ok_or(Error::ReasonRequired)
}

/// The reading with this id, if it is the actor's, counts now, and is not for a sample.
///
/// # Errors
/// [`Error::ReasonRequired`], [`Error::Store`].
pub(super) async fn require_reading(app: &App, actor: &Actor, id: Uuid) -> Result<Reading, Error> {
    let (corp, now, me) = (app.corp()?, app.people_now().seconds(), actor.reference());
    let found = reading::by_id(app.store().read(), &corp, id).await?;
    let counts = |one: &Reading| one.reader == me && now < one.until && one.review_id.is_none();
    found.filter(counts).ok_or(Error::ReasonRequired)
}

/// As [`require_reason`], for a conversation that may be read in a sample now.
///
/// # Errors
/// As [`require_reason`].
pub(super) async fn require_reason_for(
    app: &App,
    actor: &Actor,
    conversation: i64,
) -> Result<Reading, Error> {
    app.allow(actor, Act::ArchiveRead, Resource::Corp)?;
    let (corp, now, me) = (app.corp()?, app.people_now(), actor.reference());
    // What it is read for already, before what something else was read for.
    let found = reading::current_of(app.store().read(), &corp, &me, conversation, now).await?;
    match found {
        Some(reading) => Ok(reading),
        None => require_reason(app, actor).await,
    }
}

/// Notes in the audit log which conversations were read, each once a reading. What one search or
/// export showed is one entry.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn note_read(
    app: &App,
    actor: &Actor,
    reading: &Reading,
    conversations: &BTreeSet<i64>,
) -> Result<(), Error> {
    let ids: Vec<i64> = conversations.iter().copied().collect();
    let new = reading::new_among(app.store().read(), reading.id, &ids).await?;
    if new.is_empty() {
        return Ok(());
    }
    let tx = app.begin().await?;
    let first = reading::note(&tx, reading.id, &new, app.now()).await?;
    let entry = match first.as_slice() {
        [] => return Ok(()),
        [one] => Record::done("archive.read", "conversation", one)
            .detail(json!({ "reading": reading.id })),
        several => {
            // As text: a browser cannot hold such numbers.
            let ids: Vec<String> = several.iter().map(i64::to_string).collect();
            Record::done("archive.read_several", "reading", reading.id)
                .detail(json!({ "conversations": ids }))
        }
    };
    audit::record(app, &tx, actor, entry).await?;
    Ok(tx.commit().await?)
}
