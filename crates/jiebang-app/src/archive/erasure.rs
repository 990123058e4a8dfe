//! Erasing a person or a conversation (删除): first its keys, then everything they sealed.
//!
//! ```text
//! erase ──list of erasures──▶ keys destroyed (one transaction) ──▶ their shares ──▶ EraseArchive
//!          │ (a file)                                                (key store)      │
//!          └──connect: applied to whatever database is there──────────────────────────┘
//! ```
//!
//! Invariants:
//! - nothing a standing hold covers is erased;
//! - from the transaction on nothing of it opens; the rest is taking away what nobody can read;
//! - the list stands apart from the database and is written before it, so that a backup that is
//!   restored brings nothing back;
//! - no erasure is done while a share of its keys is left: then no backup of the database opens.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::archive::retention::Subject;
use jiebang_domain::id::CorpId;
use jiebang_domain::time::MINUTE;
use jiebang_store::Tx;
use jiebang_store::archive::conversation::{self, Extent};
use jiebang_store::archive::erasure::{self as store, ErasedKey, Erasure};
use jiebang_store::archive::hold as holds;
use serde_json::json;
use uuid::Uuid;

use super::hold::{self, HoldView};
use super::{erasure_list, media, retention};
use crate::access::step_up;
use crate::audit::{self, Record};
use crate::job::{self, Held, Next, Task};
use crate::{App, Change, Error};

/// Messages removed in one transaction, and conversations looked for at a time.
const BATCH: u64 = 500;
const CONVERSATIONS: u64 = 100;
/// Shares removed from the key store at a time.
const SHARES: u64 = 1_000;
/// Most erasures of a page.
const MAX_PAGE: u64 = 200;

/// What an erasure would be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasurePreview {
    pub extent: Extent,
    /// The holds that stand against it.
    pub holds: Vec<HoldView>,
}

/// An erasure as the console shows it. Moments are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureView {
    pub id: Uuid,
    pub subject: Subject,
    pub reason: String,
    pub asked_by: String,
    pub at: i64,
    pub conversations: u64,
    pub messages: u64,
    pub files: u64,
    /// When nothing of it was left.
    pub finished_at: Option<i64>,
}

/// What an erasure is proved by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    pub corp: String,
    pub erasure: ErasureView,
    /// The name of the account that asked for it, if one did.
    pub asked_by_name: Option<String>,
    /// The keys that were destroyed.
    pub keys: Vec<ErasedKey>,
    /// Of [`Certificate::text`], hex.
    pub sha256: String,
}

/// What erasing would take away, and what stands against it.
///
/// # Errors
/// [`Error::Invalid`] for the corp; [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn preview_erasure(
    app: &App,
    actor: &Actor,
    subject: Subject,
) -> Result<ErasurePreview, Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    let corp = app.corp()?;
    let (_, kind, id) = erasable(app, &corp, subject).await?;
    let read = app.store().read();
    let covered = conversation::covered(read, &corp, kind, &id).await?;
    let (extent, filled) = conversation::extent(read, &corp, &covered).await?;
    let holds = holds::standing_over(read, &corp, &filled).await?;
    let holds = holds
        .into_iter()
        .map(hold::view)
        .collect::<Result<_, _>>()?;
    Ok(ErasurePreview { extent, holds })
}

/// Erases everything a person takes part in, or a conversation: destroys the keys at once and has
/// the rest removed.
///
/// # Errors
/// [`Error::Conflict`] `erasure_held` while a hold stands over something of it;
/// [`Error::StepUpRequired`], [`Error::Invalid`], [`Error::NotFound`], [`Error::Denied`],
/// [`Error::Store`]; [`Error::Io`] if the list of erasures cannot be written: then nothing is
/// erased.
pub async fn erase(
    app: &App,
    actor: &Actor,
    subject: Subject,
    reason: &str,
) -> Result<ErasureView, Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    let (corp, now) = (app.corp()?, app.now());
    let reason = hold::checked_reason(reason)?;
    let (_, kind, subject_id) = erasable(app, &corp, subject).await?;
    let id = app.new_id();
    step_up::require(app, actor, Act::ArchiveManage, ("erasure", id)).await?;
    let tx = app.begin().await?;
    holds::lock(&tx, corp.as_str()).await?;
    jiebang_store::archive::lock(&tx, &corp).await?;
    let covered = conversation::covered(tx.conn(), &corp, kind, &subject_id).await?;
    let (extent, filled) = conversation::extent(tx.conn(), &corp, &covered).await?;
    let standing = holds::standing_over(tx.conn(), &corp, &filled).await?;
    if !standing.is_empty() {
        return Err(Error::Conflict {
            code: "erasure_held",
        });
    }
    let erasure = Erasure {
        id,
        corp_id: corp.to_string(),
        subject_kind: kind.as_str().to_owned(),
        subject_id,
        reason,
        asked_by: actor.reference(),
        at: now.seconds(),
        messages: 0,
        files: 0,
        conversations: extent.conversations.cast_signed(),
        finished_at: None,
    };
    let shares = app.store().key_store().of_conversations(&covered).await?;
    let keys = store::begin(&tx, &corp, erasure.clone(), &covered, &shares, now).await?;
    let noted = store::keys_of(tx.conn(), &corp, id).await?;
    job::enqueue(app, &tx, &Task::EraseArchive, now).await?;
    let detail = json!({
        "of": kind.as_str(), "conversations": extent.conversations,
        "messages": extent.messages, "keys": keys,
    });
    let personal = json!({ "subject": erasure.subject_id, "reason": erasure.reason });
    let entry = Record::done("erasure.begin", "erasure", id);
    audit::record(app, &tx, actor, entry.detail(detail).personal(personal)).await?;
    if let Some(path) = &app.configured().erasures {
        erasure_list::append(path, &erasure, &noted, &shares)?;
    }
    tx.commit().await?;
    tracing::warn!(erasure = %id, keys, "conversations were erased");
    app.tell(Change::Archive);
    remove_shares_at_once(app, &corp).await;
    view(erasure)
}

async fn erasable(
    app: &App,
    corp: &CorpId,
    subject: Subject,
) -> Result<(Subject, jiebang_store::archive::Subject, String), Error> {
    if subject == Subject::Corp {
        return Err(Error::invalid("subject", "type"));
    }
    hold::known(app, corp, subject).await
}

/// Erasures, newest first, those after `after` in that order.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_erasures(
    app: &App,
    actor: &Actor,
    after: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<ErasureView>, Option<Uuid>), Error> {
    app.allow(actor, Act::ArchiveKeeping, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok((Vec::new(), None));
    };
    let limit = limit.clamp(1, MAX_PAGE);
    let rows = store::list(app.store().read(), &corp, after, limit).await?;
    let is_full = rows.len() as u64 == limit;
    let next = rows.last().filter(|_| is_full).map(|row| row.id);
    let views: Result<_, Error> = rows.into_iter().map(view).collect();
    Ok((views?, next))
}

/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn view_certificate(app: &App, actor: &Actor, id: Uuid) -> Result<Certificate, Error> {
    app.allow(actor, Act::ArchiveKeeping, Resource::Corp)?;
    let (corp, read) = (app.corp()?, app.store().read());
    let row = store::find(read, &corp, id).await?;
    let row = row.ok_or_else(|| Error::not_found("erasure", id))?;
    let keys = store::keys_of(read, &corp, id).await?;
    let mut names = crate::access::actor_names(app, [row.asked_by.as_str()]).await?;
    let mut certificate = Certificate {
        corp: corp.to_string(),
        asked_by_name: names.remove(&row.asked_by),
        erasure: view(row)?,
        keys,
        sha256: String::new(),
    };
    certificate.sha256 = hex::encode(jiebang_vault::sha256(certificate.text().as_bytes()));
    Ok(certificate)
}

impl Certificate {
    /// What the certificate says, line by line in an order that never changes: what its sum is of.
    #[must_use]
    pub fn text(&self) -> String {
        let one = &self.erasure;
        let (of, subject) = (one.subject.kind(), one.subject.id());
        let finished = one
            .finished_at
            .map_or_else(String::new, |at| at.to_string());
        let mut text = format!(
            "erasure {}\ncorp {}\n{of} {subject}\nreason {}\nasked by {}\nat {}\nfinished {finished}\n\
             conversations {}\nmessages {}\nfiles {}\n",
            one.id,
            self.corp,
            one.reason.replace('\n', " "),
            one.asked_by,
            one.at,
            one.conversations,
            one.messages,
            one.files,
        );
        for key in &self.keys {
            let line = format!(
                "key {} {} {}\n",
                key.conversation_id, key.number, key.sha256
            );
            text.push_str(&line);
        }
        text
    }
}

fn view(row: Erasure) -> Result<ErasureView, Error> {
    let count = |number: i64| number.max(0).cast_unsigned();
    Ok(ErasureView {
        id: row.id,
        subject: hold::subject_of(&row.subject_kind, row.subject_id)?,
        reason: row.reason,
        asked_by: row.asked_by,
        at: row.at,
        conversations: count(row.conversations),
        messages: count(row.messages),
        files: count(row.files),
        finished_at: row.finished_at,
    })
}

/// As [`remove_shares`]; what it cannot do now, the job does.
async fn remove_shares_at_once(app: &App, corp: &CorpId) {
    if let Err(error) = remove_shares(app, corp).await {
        tracing::warn!(
            error = job::chain(&error),
            "shares of erased keys are still in the key store"
        );
    }
}

/// Removes erased shares from the key store. May be repeated.
///
/// # Errors
/// [`Error::Store`].
async fn remove_shares(app: &App, corp: &CorpId) -> Result<(), Error> {
    loop {
        let shares = store::shares_left(app.store().read(), corp, SHARES).await?;
        if shares.is_empty() {
            return Ok(());
        }
        app.store().key_store().remove(&shares).await?;
        let tx = app.begin().await?;
        store::note_removed(&tx, corp, &shares, Some(app.now())).await?;
        tx.commit().await?;
    }
}

/// Removes what destroyed keys have left.
///
/// # Errors
/// [`Error::Store`], [`Error::Storage`], [`Error::Io`].
pub(crate) async fn run(app: &App, held: &Held) -> Result<Next, Error> {
    let Ok(corp) = app.corp() else {
        return Ok(Next::Done);
    };
    remove_shares(app, &corp).await?;
    let mut is_in_index = store::is_under_way(app.store().read(), &corp).await?;
    loop {
        let left = store::left_over(app.store().read(), &corp, CONVERSATIONS).await?;
        if left.is_empty() {
            break;
        }
        is_in_index = true;
        for (erasure, conversation) in left {
            while remove_batch(app, held, &corp, erasure, conversation).await? {}
        }
        app.tell(Change::Archive);
    }
    if let Some(place) = app.media() {
        retention::remove_unused(app, held, &corp, &place.blobs).await?;
        media::remove_old_parts(app, &corp, &place.parts).await?;
    }
    // Last, so that what cannot be removed now does not have all of it written again and again.
    if is_in_index && !retention::clean_index(app, held).await? {
        return Ok(Next::Again(app.now().plus(MINUTE)));
    }
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    if !store::left_over(tx.conn(), &corp, 1).await?.is_empty()
        || !store::shares_left(tx.conn(), &corp, 1).await?.is_empty()
    {
        // Another was begun meanwhile.
        return Ok(Next::Again(app.now()));
    }
    store::finish(&tx, &corp, app.now()).await?;
    tx.commit().await?;
    app.tell(Change::Archive);
    Ok(Next::Done)
}

async fn remove_batch(
    app: &App,
    held: &Held,
    corp: &CorpId,
    erasure: Uuid,
    conversation: i64,
) -> Result<bool, Error> {
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    let removed = store::step(&tx, corp, erasure, conversation, BATCH, app.now()).await?;
    tx.commit().await?;
    Ok(removed.messages > 0)
}

/// Applies the list of erasures to the database that is there, which may be a backup from before
/// them, and has removed what came back.
///
/// # Errors
/// [`Error::Io`] if the list cannot be read, [`Error::Json`] for a line that is none of ours:
/// then nothing may be shown. [`Error::Store`].
pub(crate) async fn apply_list(app: &App, tx: &Tx, corp: &CorpId) -> Result<(), Error> {
    let mut listed = match &app.configured().erasures {
        Some(path) => erasure_list::read(path)?,
        None => Vec::new(),
    };
    listed.retain(|(erasure, ..)| erasure.corp_id == corp.as_str());
    write_missing(app, tx, corp, &listed).await?;
    let mut destroyed = 0;
    for (erasure, keys, shares) in listed {
        if is_withheld(tx, corp, &erasure, &keys).await? {
            tracing::warn!(
                erasure = %erasure.id,
                "an erasure of the list was never carried out here, and a later hold is over it: \
                 it is not carried out while the hold stands"
            );
            continue;
        }
        destroyed += store::apply(tx, erasure.clone(), &keys, &shares).await?;
        destroyed += reach_older(tx, corp, &erasure).await?;
    }
    let back = note_returned(app, tx, corp).await?;
    if destroyed > 0 || back > 0 {
        tracing::warn!(
            keys = destroyed,
            shares = back,
            "what was erased had come back and is erased again"
        );
    }
    job::enqueue(app, tx, &Task::EraseArchive, app.now()).await
}

/// Whether an erasure is only listed, since its storing failed and whoever asked for it was told so,
/// and a hold was placed afterwards over what it would take.
async fn is_withheld(
    tx: &Tx,
    corp: &CorpId,
    erasure: &Erasure,
    keys: &[ErasedKey],
) -> Result<bool, Error> {
    if store::find(tx.conn(), corp, erasure.id).await?.is_some() {
        return Ok(false);
    }
    let conversations: BTreeSet<i64> = keys.iter().map(|key| key.conversation_id).collect();
    let conversations: Vec<i64> = conversations.into_iter().collect();
    let standing = holds::standing_over(tx.conn(), corp, &conversations).await?;
    Ok(standing.iter().any(|hold| hold.placed_at >= erasure.at))
}

/// Writes the erasures to the list that it has lost.
async fn write_missing(
    app: &App,
    tx: &Tx,
    corp: &CorpId,
    listed: &[erasure_list::Listed],
) -> Result<(), Error> {
    let Some(path) = &app.configured().erasures else {
        return Ok(());
    };
    let known: BTreeSet<Uuid> = listed.iter().map(|(erasure, ..)| erasure.id).collect();
    let (mut lost, mut after) = (Vec::new(), None);
    loop {
        let page = store::list(tx.conn(), corp, after, MAX_PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        lost.extend(page.into_iter().filter(|one| !known.contains(&one.id)));
    }
    for erasure in lost.iter().rev() {
        let keys = store::keys_of(tx.conn(), corp, erasure.id).await?;
        let shares = store::shares_of(tx.conn(), corp, erasure.id).await?;
        erasure_list::append(path, erasure, &keys, &shares)?;
        tracing::warn!(erasure = %erasure.id, "an erasure was not in the list and is written to it");
    }
    Ok(())
}

/// Destroys the keys of the erased subject that are from before the erasure and that the database
/// did not know when it was carried out: a newer one than that was put in place. Rooms are left.
async fn reach_older(tx: &Tx, corp: &CorpId, erasure: &Erasure) -> Result<u64, Error> {
    let kind = match erasure.subject_kind.as_str() {
        "person" => jiebang_store::archive::Subject::Person,
        _ => jiebang_store::archive::Subject::Conversation,
    };
    let covered = conversation::covered(tx.conn(), corp, kind, &erasure.subject_id).await?;
    Ok(store::reach_older(tx, corp, erasure, &covered).await?)
}

/// Notes that shares are to be removed again which an old copy of the key store brought back.
/// Returns how many.
async fn note_returned(app: &App, tx: &Tx, corp: &CorpId) -> Result<usize, Error> {
    let (mut after, mut back) = (None, 0);
    loop {
        let some = store::shares_removed(tx.conn(), corp, after, SHARES).await?;
        let Some(last) = some.last() else {
            return Ok(back);
        };
        after = Some(*last);
        let found = app.store().key_store().shares(&some).await?;
        let found: Vec<i64> = found.into_keys().collect();
        store::note_removed(tx, corp, &found, None).await?;
        back += found.len();
    }
}

/// The people of whom everything was erased, with the moment (Unix seconds) up to which.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn erased_people(
    app: &App,
    corp: &CorpId,
) -> Result<BTreeMap<String, i64>, Error> {
    Ok(store::people(app.store().read(), corp).await?)
}
