//! Evidence (证据包): a conversation, or a part of it by time, taken out so that somebody without
//! this program can read it and see that nothing was changed since.
//!
//! What is taken out is settled when it begins, by the ids of the messages. One that is gone
//! before it was written breaks the package off: one that is signed is whole.

use std::ops::Range;

use jiebang_domain::access::{Act, Actor, Resource, Scope};
use jiebang_domain::archive::conversation::PersonKind;
use jiebang_domain::id::CorpId;
use jiebang_store::archive::conversation as conversations;
use jiebang_store::archive::read::{self, Order, Window};
use jiebang_store::archive::reading::{self, ReadBy, Reading};
use jiebang_store::archive::{consent, first_id_at};
use jiebang_store::{Tx, setting};
use jiebang_vault::evidence::{SEED_BYTES, SigningKey};
use serde_json::json;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::body::{self, MessageView, WithJson};
use super::consent::{ConsentView, view as consent_view};
use super::file::{self, Content};
use super::keys::Keys;
use super::reader::{self, Access, give_reason, require_reading};
use super::transfer::line;
use super::view::{self, ConversationView};
use crate::access::{actor_names, step_up};
use crate::audit::{self, Record};
use crate::settings::{note_sealed, open_sealed};
use crate::{App, Error};

/// Most messages of a package: what a person could read, and is in memory as ids only.
pub const MAX_MESSAGES: usize = 100_000;
/// Messages opened at once.
const PAGE: usize = 200;
/// Readings that are named, the latest ones.
const MAX_READINGS: u64 = 1_000;
/// The setting that holds the seed of the key.
const KEY: &str = "archive.evidence_key";

/// Which part of a conversation, in milliseconds: from `since` on, before `until`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    pub since: Option<i64>,
    pub until: Option<i64>,
}

impl Period {
    fn ids(self) -> Result<Range<i64>, Error> {
        let start = self.since.map_or(0, first_id_at);
        let end = self.until.map_or(i64::MAX, first_id_at);
        if start < end {
            Ok(start..end)
        } else {
            Err(Error::invalid("until", "period"))
        }
    }
}

/// What is taken out, settled.
#[derive(Debug, Clone)]
pub struct Evidence {
    pub conversation: ConversationView,
    pub period: Period,
    pub reading: Reading,
    /// Oldest first.
    ids: Vec<i64>,
    /// Files that are stored, and their bytes.
    pub files: u64,
    pub bytes: u64,
    /// Files that are not stored: expired at WeCom, left out by policy, or still awaited.
    pub files_missing: u64,
    /// Bytes of the messages.
    pub text_bytes: u64,
    /// Messages in which numbers were made unreadable by policy, by their place in the package.
    pub masked: Vec<usize>,
    /// Messages that the actor may not read.
    pub not_readable: u64,
    /// Messages whose key lacks its share.
    pub lacking: u64,
}

impl Evidence {
    #[must_use]
    pub const fn messages(&self) -> usize {
        self.ids.len()
    }
}

/// A message that is taken out.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its place in the package, from 1.
    pub number: usize,
    /// A line of JSON, as exports have it.
    pub line: String,
    pub view: MessageView,
}

/// What is known around the messages.
#[derive(Debug, Clone)]
pub struct Facts {
    pub corp: CorpId,
    /// Of its customers, oldest first.
    pub consents: Vec<ConsentView>,
    /// Who read it, with the account's name while it is there, oldest first.
    pub readings: Vec<(Option<String>, ReadBy)>,
    /// Readings by others that the actor is not told of.
    pub readings_left_out: u64,
    /// Whether there were more before.
    pub readings_are_cut: bool,
    /// Of a large room: people who are not named.
    pub people_left_out: u64,
    pub made_by: String,
    pub made_by_name: Option<String>,
    /// Unix seconds.
    pub made_at: i64,
}

/// The public half of the key that signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceKey {
    /// SHA-256 of the public half in DER, hex.
    pub fingerprint: String,
    pub public_pem: String,
}

impl From<&SigningKey> for EvidenceKey {
    fn from(key: &SigningKey) -> Self {
        Self {
            fingerprint: key.fingerprint(),
            public_pem: key.public_pem(),
        }
    }
}

/// Gives the reason and tells what a package would hold.
///
/// # Errors
/// As [`begin_evidence`]; [`Error::Invalid`] without a reason.
pub async fn preview_evidence(
    app: &App,
    actor: &Actor,
    conversation: i64,
    period: Period,
    reason: &str,
) -> Result<Evidence, Error> {
    allow(app, actor).await?;
    let ids = period.ids()?;
    let reading = give_reason(app, actor, reason).await?;
    settle(app, actor, conversation, (period, ids), reading).await
}

/// Settles what is taken out, for the reason that was given with this id; noted in the audit log.
///
/// # Errors
/// [`Error::Denied`]; [`Error::StepUpRequired`]; [`Error::ReasonRequired`] where that reason does
/// not count any more;
/// [`Error::NotFound`] where nothing of the conversation may be read; [`Error::Invalid`] for a
/// period that ends before it begins; [`Error::Conflict`] `evidence_too_large` for more than
/// [`MAX_MESSAGES`]; [`Error::Store`], [`Error::Vault`].
pub async fn begin_evidence(
    app: &App,
    actor: &Actor,
    conversation: i64,
    period: Period,
    reading: Uuid,
) -> Result<Evidence, Error> {
    allow(app, actor).await?;
    let ids = period.ids()?;
    let reading = require_reading(app, actor, reading).await?;
    let settled = settle(app, actor, conversation, (period, ids), reading).await?;
    let entry = settled.entry("archive.evidence", json!({}));
    let tx = app.begin().await?;
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok(settled)
}

async fn allow(app: &App, actor: &Actor) -> Result<(), Error> {
    app.allow(actor, Act::ArchiveEvidence, Resource::Corp)?;
    step_up::require(app, actor, Act::ArchiveEvidence, ("evidence", Uuid::nil())).await
}

async fn settle(
    app: &App,
    actor: &Actor,
    conversation: i64,
    (period, span): (Period, Range<i64>),
    reading: Reading,
) -> Result<Evidence, Error> {
    let (corp, store) = (app.corp()?, app.store().read());
    let access = Access::of(app, actor, &corp).await?;
    let missing = || Error::not_found("conversation", conversation);
    let row = conversations::find(store, &corp, conversation).await?;
    let shown = view::shown(app, &corp, &access, vec![row.ok_or_else(missing)?]).await?;
    let mut evidence = Evidence {
        conversation: shown.into_iter().next().ok_or_else(missing)?,
        period,
        reading,
        ids: Vec::new(),
        files: 0,
        bytes: 0,
        files_missing: 0,
        text_bytes: 0,
        masked: Vec::new(),
        not_readable: 0,
        lacking: 0,
    };
    let keys = Keys::load(app, &corp).await?.ok_or_else(missing)?;
    let mut from = span.start;
    loop {
        let window = Window {
            from: Some(from),
            before: Some(span.end),
            sender: None,
        };
        let page = PAGE as u64;
        let found =
            read::page(store, &corp, conversation, window, Order::OldestFirst, page).await?;
        let last = found.last().map(|message| message.id);
        let is_last = found.len() < PAGE;
        let (opened, lacking) = body::open_raw(app, &corp, &keys, found).await?;
        evidence.lacking += lacking;
        let messages: Vec<_> = opened.iter().map(|(one, _)| one).collect();
        let judged = access.judge(app, &keys.index, &messages).await?;
        let both = opened.into_iter().zip(judged);
        let (readable, denied): (Vec<_>, Vec<_>) = both.partition(|(_, why)| why.is_ok());
        evidence.not_readable += denied.len() as u64;
        let of_text = |((_, json), _): &((_, Zeroizing<Vec<u8>>), _)| json.len() as u64;
        evidence.text_bytes += readable.iter().map(of_text).sum::<u64>();
        let readable: Vec<_> = readable.into_iter().map(|((one, _), _)| one).collect();
        evidence.add(&body::views(app, &corp, readable).await?);
        if evidence.ids.len() > MAX_MESSAGES {
            return Err(Error::Conflict {
                code: "evidence_too_large",
            });
        }
        match last {
            Some(last) if !is_last => from = last.saturating_add(1),
            _ => break,
        }
    }
    // Who takes part, and who read it, is told only to whoever may read something of it.
    if evidence.ids.is_empty() {
        let views = std::slice::from_ref(&evidence.conversation);
        if view::seen_among(app, actor, &access, views)
            .await?
            .is_empty()
        {
            return Err(missing());
        }
    }
    let seen = [conversation].into();
    reader::note_read(app, actor, &evidence.reading, &seen).await?;
    Ok(evidence)
}

impl Evidence {
    fn add(&mut self, views: &[MessageView]) {
        for view in views {
            self.ids.push(view.id);
            if view.is_masked {
                self.masked.push(self.ids.len());
            }
            for file in &view.files {
                if file.state == "stored" {
                    self.files += 1;
                    self.bytes += file.size.unwrap_or_default().max(0).cast_unsigned();
                } else {
                    self.files_missing += 1;
                }
            }
        }
    }

    fn entry(&self, act: &'static str, more: serde_json::Value) -> Record {
        let mut detail = json!({
            "reading": self.reading.id, "since": self.period.since, "until": self.period.until,
            "messages": self.ids.len(), "files": self.files,
        });
        if let (Some(detail), serde_json::Value::Object(more)) = (detail.as_object_mut(), more) {
            detail.extend(more);
        }
        Record::done(act, "conversation", self.conversation.id).detail(detail)
    }

    /// The messages behind the first `after`, and none at the end.
    ///
    /// # Errors
    /// [`Error::Conflict`] `evidence_changed` if one was removed since it was settled;
    /// [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
    pub async fn page(&self, app: &App, actor: &Actor, after: usize) -> Result<Vec<Item>, Error> {
        app.allow(actor, Act::ArchiveEvidence, Resource::Corp)?;
        let rest = self.ids.get(after..).unwrap_or_default();
        let ids = &rest[..rest.len().min(PAGE)];
        let corp = app.corp()?;
        let (_, opened) = open_again(app, actor, &corp, ids).await?;
        let lines = opened.iter().map(|(one, json)| line(one, json));
        let lines: Vec<String> = lines.collect::<Result<_, _>>()?;
        let opened = opened.into_iter().map(|(one, _)| one).collect();
        let views = body::views(app, &corp, opened).await?;
        let items = lines.into_iter().zip(views).zip(after + 1..);
        Ok(items
            .map(|((line, view), number)| Item { number, line, view })
            .collect())
    }

    /// A file of one of the messages.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is not stored; [`Error::Conflict`] `evidence_changed`,
    /// [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
    pub async fn file(
        &self,
        app: &App,
        actor: &Actor,
        number: usize,
        place: i32,
    ) -> Result<Content, Error> {
        app.allow(actor, Act::ArchiveEvidence, Resource::Corp)?;
        let corp = app.corp()?;
        let id = number.checked_sub(1).and_then(|at| self.ids.get(at));
        let ids: Vec<i64> = id.into_iter().copied().collect();
        let (keys, opened) = open_again(app, actor, &corp, &ids).await?;
        let (one, _) = opened.first().ok_or_else(changed)?;
        file::find(app, corp, &keys, one, place).await
    }

    /// What is known around the messages: consent, and who read them before.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn facts(&self, app: &App, actor: &Actor) -> Result<Facts, Error> {
        app.allow(actor, Act::ArchiveEvidence, Resource::Corp)?;
        let (corp, store) = (app.corp()?, app.store().read());
        let id = self.conversation.id;
        let people = conversations::people_of(store, &corp, &[id]).await?;
        let people = people.into_values().next().unwrap_or_default();
        let is_customer = |one: &&String| PersonKind::of(one) == PersonKind::Customer;
        let customers = people.iter().filter(is_customer);
        let customers: Vec<&str> = customers.map(String::as_str).collect();
        let room = self.conversation.room.as_deref().unwrap_or_default();
        let is_here = |one: &consent::Consent| {
            one.room_id == room && (one.userid.is_empty() || people.contains(&one.userid))
        };
        let consents = consent::of_customers(store, &corp, &customers).await?;
        let consents = consents.into_iter().filter(is_here);
        let mut readings = reading::of_conversation(store, &corp, id, MAX_READINGS).await?;
        let me = actor.reference();
        let all = readings.len();
        let is_cut = all as u64 >= MAX_READINGS;
        // Who reads for the whole corp is not told to those who are limited to a part of it.
        readings.retain(|one| actor.scope == Scope::Corp || one.reader == me);
        let named_readings = readings.len();
        let readers = readings.iter().map(|one| one.reader.as_str());
        let named = actor_names(app, readers.chain([me.as_str()])).await?;
        let mut consents: Vec<_> = consents.filter_map(consent_view).collect();
        consents.sort_by_key(|one| one.at);
        Ok(Facts {
            consents,
            readings: readings
                .into_iter()
                .map(|by| (named.get(&by.reader).cloned(), by))
                .collect(),
            readings_left_out: (all - named_readings) as u64,
            readings_are_cut: is_cut,
            people_left_out: (people.len() - self.conversation.people.len()) as u64,
            made_by_name: named.get(&me).cloned(),
            made_by: me,
            made_at: app.now().seconds(),
            corp,
        })
    }

    /// Signs the list of sums with the key whose public half is in the package, and notes its own
    /// sum in the audit log, so that what is shown later can be compared with what was taken out.
    ///
    /// # Errors
    /// [`Error::Conflict`] `evidence_changed` if the key was renewed meanwhile; [`Error::Denied`],
    /// [`Error::Store`], [`Error::Vault`].
    pub async fn sign(
        &self,
        app: &App,
        actor: &Actor,
        sums: &[u8],
        with: &EvidenceKey,
    ) -> Result<Vec<u8>, Error> {
        app.allow(actor, Act::ArchiveEvidence, Resource::Corp)?;
        let key = signing_key(app).await?;
        if key.fingerprint() != with.fingerprint {
            return Err(changed());
        }
        let sum = hex::encode(jiebang_vault::sha256(sums));
        let told = json!({ "sha256": sum, "key": key.fingerprint() });
        let tx = app.begin().await?;
        let entry = self.entry("archive.evidence_signed", told);
        audit::record(app, &tx, actor, entry).await?;
        tx.commit().await?;
        Ok(key.sign(sums).to_vec())
    }
}

/// Messages that were taken out, all of which must still be there and readable.
async fn open_again(
    app: &App,
    actor: &Actor,
    corp: &CorpId,
    ids: &[i64],
) -> Result<(Keys, Vec<WithJson>), Error> {
    let access = Access::of(app, actor, corp).await?;
    let keys = Keys::load(app, corp).await?.ok_or_else(changed)?;
    let stored = read::by_ids(app.store().read(), corp, ids).await?;
    let (opened, _) = body::open_raw(app, corp, &keys, stored).await?;
    let messages: Vec<_> = opened.iter().map(|(one, _)| one).collect();
    let judged = access.judge(app, &keys.index, &messages).await?;
    if opened.len() < ids.len() || judged.iter().any(Result::is_err) {
        return Err(changed());
    }
    Ok((keys, opened))
}

const fn changed() -> Error {
    Error::Conflict {
        code: "evidence_changed",
    }
}

/// The public half of the key that signs packages; made when it is first asked for.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn view_evidence_key(app: &App, actor: &Actor) -> Result<EvidenceKey, Error> {
    app.allow(actor, Act::ArchiveStatus, Resource::Corp)?;
    let key = signing_key(app).await?;
    Ok((&key).into())
}

/// Makes another key, where the present one is not to be used any more or does not open (the
/// master key was lost). What was signed before still verifies with the key it carries.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn renew_evidence_key(app: &App, actor: &Actor) -> Result<EvidenceKey, Error> {
    app.allow(actor, Act::SettingsChange, Resource::Corp)?;
    let tx = app.begin().await?;
    jiebang_store::archive::lock(&tx, app.home()).await?;
    let key = make_key(app, &tx, actor).await?;
    tx.commit().await?;
    Ok((&key).into())
}

async fn make_key(app: &App, tx: &Tx, actor: &Actor) -> Result<SigningKey, Error> {
    let seed: Zeroizing<[u8; SEED_BYTES]> = Zeroizing::new(app.entropy().bytes());
    let key = SigningKey::from_seed(seed.as_slice())?;
    note_sealed(app, tx, KEY, seed.as_slice()).await?;
    let entry = Record::done("evidence_key.make", "evidence_key", key.fingerprint());
    audit::record(app, tx, actor, entry).await?;
    Ok(key)
}

async fn signing_key(app: &App) -> Result<SigningKey, Error> {
    let row = setting::get(app.store().read(), app.home(), KEY).await?;
    if let Some(seed) = open_sealed(app, row.as_ref())? {
        return Ok(SigningKey::from_seed(&seed)?);
    }
    let tx = app.begin().await?;
    // Whoever comes second finds the key of the first.
    jiebang_store::archive::lock(&tx, app.home()).await?;
    let row = setting::get(tx.conn(), app.home(), KEY).await?;
    if let Some(seed) = open_sealed(app, row.as_ref())? {
        return Ok(SigningKey::from_seed(&seed)?);
    }
    let key = make_key(app, &tx, &Actor::system()).await?;
    tx.commit().await?;
    Ok(key)
}
