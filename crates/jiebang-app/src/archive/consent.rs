//! Whether customers agree to the archive (客户同意): asking WeCom, and deleting what a refusal
//! that was learned of later covers.
//!
//! Invariant: what was said while a customer refused is over from the moment this is known, by
//! whatever policy; only a hold keeps it.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::archive::consent::{Entry, History, Pair, Status};
use jiebang_domain::archive::conversation::{Conversation as Talk, Kind, PersonKind};
use jiebang_domain::id::{CorpId, ExternalUserId, UserId};
use jiebang_domain::time::{MINUTE, Timestamp};
use jiebang_store::archive::consent::{self as store, Consent};
use jiebang_store::archive::conversation::{self, Conversation};
use jiebang_store::archive::read::{self, Order, Window};
use jiebang_store::archive::{conversation_id, first_id_at, message, rows};
use jiebang_wecom::archive::{AgreeStatus, Agreement};
use jiebang_wecom::{Batch, CallError, Client, ErrKind};
use serde::{Deserialize, Serialize};

use super::reader::Sight;
use super::retention;
use crate::job::{self, Held, Next, Task, chain};
use crate::settings::{note_stored, read_stored};
use crate::{App, Change, Error};

/// Seconds between two rounds, and until a round is gone on with after WeCom refused.
const EVERY: i64 = 10 * MINUTE;
/// Conversations asked about in a round.
const ROUND: u64 = 500;
/// How often a round is asked that WeCom does not answer; then the next one.
const TRIES: u32 = 6;
/// Pairs a call takes.
const PAIRS: usize = 100;
/// Seconds for which refusals are looked at again: a message that was judged before one was
/// learned of is stored within.
const AGAIN: i64 = 15 * MINUTE;
/// Messages marked in one transaction.
const BATCH: u64 = 500;
/// The setting that holds how far the rounds are.
const ROUNDS: &str = "archive.consent_rounds";
/// Why a row waits whose customer had refused, while WeCom does not tell whether they have agreed since.
pub(super) const UNANSWERED: &str = "consent_not_told";
/// Most entries of a history that are shown.
const MAX_SHOWN: usize = 500;

/// How far asking is.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Rounds {
    /// The conversation after which the next round goes on; 0: from the first.
    after: i64,
    /// How often this round was not answered.
    #[serde(default)]
    failed: u32,
    /// Refusals learned up to then (Unix seconds) were followed.
    followed: i64,
}

impl Rounds {
    fn end(&mut self, some: &[Conversation]) {
        self.after = some.last().map_or(0, |last| last.id);
        self.failed = 0;
    }
}

/// What somebody said, and how it was learned. Moments are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentView {
    /// The member; empty for a room.
    pub userid: String,
    pub external_userid: String,
    /// Empty for two people.
    pub room_id: String,
    pub status: Status,
    /// Since when; 0: since ever.
    pub at: i64,
    /// `message` or `check`.
    pub source: String,
    pub learned_at: i64,
}

/// A customer who refuses now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub external_userid: String,
    /// Unix seconds.
    pub since: i64,
}

/// The history of a customer's consent, newest first: to an account limited to departments, what
/// was said to their members and in rooms where one is.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_consents(
    app: &App,
    actor: &Actor,
    customer: &str,
) -> Result<Vec<ConsentView>, Error> {
    app.allow(actor, Act::ArchiveStatus, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok(Vec::new());
    };
    let read = app.store().read();
    let rows = store::of_customer(read, &corp, customer).await?;
    let sight = Sight::of(app, actor, &corp).await?;
    let rooms = rows
        .iter()
        .filter(|row| sight.is_limited() && !row.room_id.is_empty());
    let rooms: BTreeSet<i64> = rooms.map(|row| of_room(&corp, &row.room_id)).collect();
    let rooms: Vec<i64> = rooms.into_iter().collect();
    let people = conversation::people_of(read, &corp, &rooms).await?;
    let is_seen = |row: &Consent| match row.room_id.as_str() {
        "" => sight.sees(&row.userid),
        room => sight.sees_any(people.get(&of_room(&corp, room)).map_or(&[], |p| p)),
    };
    let views = rows.into_iter().rev().filter(is_seen).filter_map(view);
    Ok(views.take(MAX_SHOWN).collect())
}

fn of_room(corp: &CorpId, room: &str) -> i64 {
    conversation_id(corp, &Talk::subject_of_room(room))
}

/// What is known of a consent; `None` if it is written as nothing this program knows.
pub(super) fn view(row: Consent) -> Option<ConsentView> {
    Some(ConsentView {
        status: Status::parse(&row.status)?,
        userid: row.userid,
        external_userid: row.external_userid,
        room_id: row.room_id,
        at: row.at,
        source: row.source,
        learned_at: row.learned_at,
    })
}

/// Who of some customers refuses the archive now, wherever.
pub(super) struct Refusals(BTreeMap<Pair, Timestamp>);

impl Refusals {
    /// # Errors
    /// [`Error::Store`].
    pub async fn of(app: &App, corp: &CorpId, customers: &[&str]) -> Result<Self, Error> {
        let histories = histories(app, corp, customers).await?.into_iter();
        let refused = histories.filter_map(|(pair, history)| {
            let (since, end) = history.refused().pop()?;
            end.is_none().then_some((pair, since))
        });
        Ok(Self(refused.collect()))
    }

    /// The customers of one conversation, a room's or that of a member with a customer, with
    /// since when.
    pub fn within(&self, room: Option<&str>, people: &[String]) -> Vec<Refusal> {
        let is_there = |id: &String| id.is_empty() || people.contains(id);
        let here = self.0.iter().filter(|(pair, _)| {
            pair.room_id == room.unwrap_or_default()
                && is_there(&pair.userid)
                && people.contains(&pair.external_userid)
        });
        here.map(|(pair, since)| Refusal {
            external_userid: pair.external_userid.clone(),
            since: since.seconds(),
        })
        .collect()
    }
}

/// What is known of these customers' consents.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn histories(
    app: &App,
    corp: &CorpId,
    customers: &[&str],
) -> Result<BTreeMap<Pair, History>, Error> {
    let mut histories: BTreeMap<Pair, History> = BTreeMap::new();
    let rows = store::of_customers(app.store().read(), corp, customers).await?;
    for (pair, entry) in rows.iter().filter_map(entry_of) {
        histories.entry(pair).or_default().add(entry);
    }
    Ok(histories)
}

pub(super) fn entry_of(row: &Consent) -> Option<(Pair, Entry)> {
    let entry = Entry {
        at: Timestamp::from_seconds(row.at),
        status: Status::parse(&row.status)?,
    };
    let pair = Pair {
        userid: row.userid.clone(),
        external_userid: row.external_userid.clone(),
        room_id: row.room_id.clone(),
    };
    Some((pair, entry))
}

/// Asks about some conversations, follows the refusals that were learned, and again after a
/// while.
///
/// # Errors
/// [`Error::Store`]; what WeCom refuses is tried again.
pub(crate) async fn run(app: &App, held: &Held) -> Result<Next, Error> {
    let Ok(connection) = app.connection() else {
        return Ok(Next::Done);
    };
    let corp = connection.corp.clone();
    let mut rounds: Rounds = read_stored(app, ROUNDS).await?.unwrap_or_default();
    let client = connection.client;
    if client.has_archive_secret() {
        let read = app.store().read();
        let some = conversation::outside(read, &corp, rounds.after, ROUND).await?;
        let (mut told, mut is_answered) = (Vec::new(), false);
        match ask(app, &client, &corp, &some, &mut told).await {
            Ok(()) => {
                rounds.end(&some);
                is_answered = true;
            }
            // The same round once more, the next time.
            Err(error) => {
                tracing::warn!(error = chain(&error), "WeCom does not tell who agreed");
                rounds.failed += 1;
                if rounds.failed >= TRIES {
                    rounds.end(&some);
                }
            }
        }
        let told = dated(app, &corp, told).await?;
        let tx = app.begin().await?;
        held.assert(&tx).await?;
        store::add(&tx, told).await?;
        note_stored(app, &tx, ROUNDS, &rounds).await?;
        tx.commit().await?;
        if is_answered {
            look_again(app, &corp).await?;
        }
    }
    follow(app, held, &corp, rounds).await?;
    app.tell(Change::Archive);
    Ok(Next::Again(app.now().plus(EVERY)))
}

/// Has the rows opened that wait for an answer about those who had refused.
async fn look_again(app: &App, corp: &CorpId) -> Result<(), Error> {
    let (tx, again) = (app.begin().await?, rows::Again::Reason(UNANSWERED));
    jiebang_store::archive::lock(&tx, corp).await?;
    if rows::unpark(&tx, corp, again, app.now()).await? > 0 {
        job::enqueue(app, &tx, &Task::OpenArchive, app.now()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What WeCom does not tell since when: what is new counts from now on. A yes of whom no refusal is
/// known is one since ever.
async fn dated(app: &App, corp: &CorpId, told: Vec<Consent>) -> Result<Vec<Consent>, Error> {
    let dateless = told.iter().filter(|one| one.at == 0);
    let customers: Vec<&str> = dateless.map(|one| one.external_userid.as_str()).collect();
    if customers.is_empty() {
        return Ok(told);
    }
    let refusals = Refusals::of(app, corp, &customers).await?;
    let now = app.now().seconds();
    let dated = told.into_iter().filter_map(|mut one| {
        if one.at == 0 {
            let (pair, entry) = entry_of(&one)?;
            match (entry.status, refusals.0.contains_key(&pair)) {
                (Status::Disagree, true) => return None,
                (Status::Disagree, false) | (Status::Agree, true) => one.at = now,
                (Status::Agree, false) | (Status::DefaultAgree, _) => {}
            }
        }
        Some(one)
    });
    Ok(dated.collect())
}

/// What WeCom tells now of these pairs, to be stored, and of whom it tells nothing; neither where it
/// cannot be asked.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn about(
    app: &App,
    corp: &CorpId,
    mut pairs: BTreeSet<Pair>,
) -> Result<(Vec<Consent>, BTreeSet<Pair>), Error> {
    let client = app.connection().map(|connection| connection.client);
    let Some(client) = client.ok().filter(Client::has_archive_secret) else {
        return Ok((Vec::new(), BTreeSet::new()));
    };
    let of_two = pairs.iter().filter_map(|pair| {
        let customer = pair.external_userid.parse().ok()?;
        Some((UserId::parse(&*pair.userid).ok()?, customer))
    });
    let rooms = pairs.iter().map(|pair| pair.room_id.as_str());
    let rooms: BTreeSet<&str> = rooms.filter(|room| !room.is_empty()).collect();
    let mut told = Vec::new();
    let asked = async {
        ask_pairs(app, &client, corp, of_two, &mut told).await?;
        ask_rooms(app, &client, corp, rooms.into_iter(), &mut told).await
    };
    if let Err(error) = asked.await {
        tracing::warn!(
            error = chain(&error),
            "WeCom does not tell who agreed again"
        );
    }
    for (pair, entry) in told.iter().filter_map(entry_of) {
        // That somebody who refused has said nothing yet is no answer.
        if !is_silence(entry) {
            pairs.remove(&pair);
        }
    }
    Ok((dated(app, corp, told).await?, pairs))
}

/// Whether somebody has said neither yes nor no, as far as WeCom tells.
fn is_silence(entry: Entry) -> bool {
    entry.status == Status::DefaultAgree && entry.at == Timestamp::from_seconds(0)
}

/// Adds what WeCom tells of these conversations.
async fn ask(
    app: &App,
    client: &Client,
    corp: &CorpId,
    some: &[Conversation],
    told: &mut Vec<Consent>,
) -> Result<(), CallError> {
    let (rooms, pairs): (Vec<_>, Vec<_>) =
        some.iter().partition(|one| one.kind == Kind::Room.as_str());
    let pairs = pairs.into_iter().filter_map(|one| pair_of(&one.subject));
    // Calls among several tell of no room.
    let rooms = rooms.into_iter().map(|room| room.subject.as_str());
    let rooms = rooms.filter(|room| !room.contains(' '));
    ask_pairs(app, client, corp, pairs, told).await?;
    ask_rooms(app, client, corp, rooms, told).await
}

/// Adds what WeCom tells of these pairs. What it refuses to tell is left out.
async fn ask_pairs(
    app: &App,
    client: &Client,
    corp: &CorpId,
    pairs: impl Iterator<Item = (UserId, ExternalUserId)>,
    told: &mut Vec<Consent>,
) -> Result<(), CallError> {
    let mut batches = Batch::<_, PAIRS>::split(pairs);
    while let Some(some) = batches.pop() {
        let answer = match client.agreements(&some).await {
            Ok(answer) => answer,
            Err(error) if concerns_all(&error) => return Err(error),
            // One that is no more must not keep the others from being asked about.
            Err(error) => {
                tracing::debug!(error = chain(&error), "WeCom does not tell of some pairs");
                let (one, other) = some.split_at(some.len() / 2);
                if !one.is_empty() {
                    batches.extend(Batch::split(one.iter().cloned()));
                    batches.extend(Batch::split(other.iter().cloned()));
                }
                continue;
            }
        };
        for Agreement {
            userid,
            customer,
            status,
            changed_at,
        } in answer
        {
            let pair = (userid.to_string(), customer.to_string(), String::new());
            told.extend(learned(app, corp, pair, &status, changed_at));
        }
    }
    Ok(())
}

/// Adds what WeCom tells of these rooms. What it refuses to tell is left out.
async fn ask_rooms(
    app: &App,
    client: &Client,
    corp: &CorpId,
    rooms: impl Iterator<Item = &str>,
    told: &mut Vec<Consent>,
) -> Result<(), CallError> {
    for room in rooms {
        let answer = match client.room_agreements(room).await {
            Ok(answer) => answer,
            Err(error) if concerns_all(&error) => return Err(error),
            Err(error) => {
                tracing::debug!(error = chain(&error), "WeCom does not tell of a room");
                continue;
            }
        };
        for one in answer {
            let pair = (String::new(), one.customer.to_string(), room.to_owned());
            told.extend(learned(app, corp, pair, &one.status, one.changed_at));
        }
    }
    Ok(())
}

/// Whether asking about others would fail as well.
pub(super) fn concerns_all(error: &CallError) -> bool {
    use ErrKind::{Busy, Concurrency, Config, Frequency, Token};
    error.kind().is_none_or(|kind| {
        matches!(
            kind,
            Busy | Concurrency | Token | Frequency { .. } | Config(_)
        )
    })
}

fn pair_of(subject: &str) -> Option<(UserId, ExternalUserId)> {
    let (one, other) = subject.split_once(' ')?;
    let (member, customer) = match (PersonKind::of(one), PersonKind::of(other)) {
        (PersonKind::Member, PersonKind::Customer) => (one, other),
        (PersonKind::Customer, PersonKind::Member) => (other, one),
        _ => return None,
    };
    Some((UserId::parse(member).ok()?, customer.parse().ok()?))
}

fn learned(
    app: &App,
    corp: &CorpId,
    (userid, external_userid, room_id): (String, String, String),
    status: &AgreeStatus,
    at: Timestamp,
) -> Option<Consent> {
    let status = match status {
        AgreeStatus::Agree => Status::Agree,
        AgreeStatus::Disagree => Status::Disagree,
        AgreeStatus::DefaultAgree => Status::DefaultAgree,
        AgreeStatus::Other(_) => return None,
    };
    Some(Consent {
        corp_id: corp.to_string(),
        userid,
        external_userid,
        room_id,
        at: at.seconds().max(0),
        status: status.as_str().to_owned(),
        source: "check".to_owned(),
        learned_at: app.now().seconds(),
    })
}

/// Marks what was said while it was refused, for every refusal learned since the last look.
async fn follow(app: &App, held: &Held, corp: &CorpId, mut rounds: Rounds) -> Result<(), Error> {
    let now = app.now().seconds();
    let since = rounds.followed - AGAIN;
    let fresh = store::refused_since(app.store().read(), corp, since).await?;
    let customers: Vec<&str> = fresh
        .iter()
        .map(|row| row.external_userid.as_str())
        .collect();
    let histories = histories(app, corp, &customers).await?;
    let told: BTreeSet<Pair> = fresh.iter().filter_map(entry_of).map(|one| one.0).collect();
    for (pair, history) in histories.iter().filter(|(pair, _)| told.contains(pair)) {
        for period in history.refused() {
            mark(app, held, corp, pair, period).await?;
        }
    }
    rounds.followed = now;
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    note_stored(app, &tx, ROUNDS, &rounds).await?;
    tx.commit().await?;
    Ok(())
}

/// Of two people: in calls among several as well, of which nobody knows the room.
async fn mark(
    app: &App,
    held: &Held,
    corp: &CorpId,
    pair: &Pair,
    period: (Timestamp, Option<Timestamp>),
) -> Result<(), Error> {
    let speaker = pair.external_userid.as_str();
    if !pair.room_id.is_empty() {
        let id = of_room(corp, &pair.room_id);
        return mark_in(app, held, corp, id, Some(speaker), period).await;
    }
    let both = [pair.userid.as_str(), speaker];
    for id in conversation::without_room(app.store().read(), corp, both).await? {
        mark_in(app, held, corp, id, None, period).await?;
    }
    Ok(())
}

/// Marks what was said in one conversation, by this person if one is given.
async fn mark_in(
    app: &App,
    held: &Held,
    corp: &CorpId,
    id: i64,
    sender: Option<&str>,
    (from, to): (Timestamp, Option<Timestamp>),
) -> Result<(), Error> {
    let first = |at: Timestamp| first_id_at(at.seconds().saturating_mul(1_000));
    let mut window = Window {
        from: Some(first(from)),
        before: to.map(first),
        sender,
    };
    loop {
        let store = app.store().read();
        let some = read::page(store, corp, id, window, Order::OldestFirst, BATCH).await?;
        let Some(last) = some.last() else {
            return Ok(());
        };
        window.from = Some(last.id + 1);
        // What says yes or no is no talk.
        let is_talk = |kind: &str| kind != "agree" && kind != "disagree";
        let talk = some.iter().filter(|one| is_talk(&one.kind));
        let ids: Vec<i64> = talk.map(|one| one.id).collect();
        let tx = app.begin().await?;
        held.assert(&tx).await?;
        let refused = message::refuse(&tx, corp, &ids, app.now()).await?;
        tx.commit().await?;
        if refused > 0 {
            // By itself: expiry holds its job's row and waits for messages.
            let tx = app.begin().await?;
            retention::look_now(app, &tx, app.now()).await?;
            tx.commit().await?;
        }
    }
}
