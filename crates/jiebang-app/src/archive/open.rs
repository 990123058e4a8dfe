//! Opening rows: a batch is unsealed, judged, sealed again under keys of ours and stored with its
//! index, or parked. Whatever stops in the middle is begun again from the rows.

use std::collections::{BTreeMap, HashMap};
use std::thread;

use jiebang_domain::archive::consent::{Pair, entries_of_message};
use jiebang_domain::archive::conversation::Conversation;
use jiebang_domain::archive::message::{Body, Message, Unreadable};
use jiebang_domain::archive::policy::{Keep, Policy, Treatment, mask_message};
use jiebang_domain::archive::search::{Facet, Token as Word, each_text_token};
use jiebang_domain::archive::text::Folded;
use jiebang_domain::id::CorpId;
use jiebang_store::archive::conversation::SeenConversation;
use jiebang_store::archive::media::NewFile;
use jiebang_store::archive::message::{self as messages, NewMessage, Opened, Recall, Skipped};
use jiebang_store::archive::rows::{self, ToOpen};
use jiebang_store::archive::{
    LAST_MOMENT, consent, conversation_id, erasure as erasures, hold, key,
};
use jiebang_store::{StoreError, Tx};
use jiebang_vault::archive::{IndexKey, RandomKey, Record, SealedKey, Token};
use jiebang_wecom::archive::{ArchiveSdk, Locked, Opening, ReturnKind};
use uuid::Uuid;

use super::judge::{self, Judge, Verdict};
use super::keys::{self, ConversationKeys, Keys};
use super::{code_of, erasure, pull, rotation};
use crate::job::{self, Held, Next, Task, chain};
use crate::{App, Change, Error};

/// Rows opened and stored together: what a crash costs, and what is in memory. The more, the fewer
/// times the same page of an index is written.
const BATCH: u64 = 2_000;
/// Longest id, in bytes, far from what an index holds.
const LONGEST_ID: usize = 512;
/// Seconds until the library is tried again after it could not be started.
const SOON: i64 = 15;
/// Times in a row that a batch is opened anew at once.
const CONFLICTS: u32 = 5;

/// A message that was read, with the row it came in.
pub(super) struct Read {
    pub row: i64,
    pub seq: u64,
    pub msgid: String,
    /// Milliseconds; when it was delivered if WeCom does not say.
    sent_at: i64,
    /// Unix seconds.
    received_at: i64,
    json: Vec<u8>,
    message: Message,
    conversation: Conversation,
    conversation_id: i64,
}

/// Opens what waits. While a batch is stored the next is unsealed and the keys of the one after
/// are opened, so that no core waits for the disk or for the library.
///
/// # Errors
/// [`Error::Store`], [`Error::Vault`].
pub(crate) async fn run(app: &App, held: &Held) -> Result<Next, Error> {
    let (Ok(corp), Some(sdk)) = (app.corp(), super::sdk(app).unwrap_or_default()) else {
        return Ok(Next::Done);
    };
    let mut keys = Keys::load_or_make(app, &corp).await?;
    let (mut taken, mut unsealed) = (None, None);
    let mut conflicts = 0;
    // The id of the last row that was taken.
    let mut after = 0;
    loop {
        let has_batch = unsealed.is_some();
        let (stored, opened, next) = tokio::join!(
            store(app, held, &corp, &keys, unsealed.take()),
            unseal(&corp, &sdk, taken.take()),
            take(app, &corp, after),
        );
        match stored {
            // Somebody else was faster with a row, an id or a key: what is left is opened anew.
            Err(Error::Store(
                error @ (StoreError::RowCount { .. } | StoreError::Conflict { .. }),
            )) => {
                conflicts += 1;
                if conflicts > CONFLICTS {
                    tracing::warn!(error = chain(&error), "rows cannot be stored now");
                    return Ok(Next::Again(app.now().plus(SOON)));
                }
                keys = Keys::load_or_make(app, &corp).await?;
            }
            other => {
                other?;
                if has_batch {
                    conflicts = 0;
                }
            }
        }
        unsealed = match opened? {
            Ok(opened) => opened,
            Err(code) => {
                // Not behind the job's row, for which whoever stores a page waits.
                let tx = app.begin().await?;
                rows::note_error(&tx, &corp, &code, app.now()).await?;
                tx.commit().await?;
                return Ok(Next::Again(app.now().plus(SOON)));
            }
        };
        taken = next?;
        match &taken {
            Some(next) => after = next.last,
            None if unsealed.is_some() => {}
            None if after == 0 => return Ok(Next::Done),
            // From the first again: for what came to wait anew and what could not be stored.
            None => after = 0,
        }
    }
}

/// A batch of rows whose keys are opened.
struct Taken {
    /// The id of the last row.
    last: i64,
    /// The private keys there were.
    known: BTreeMap<i64, String>,
    rows: Vec<(ToOpen, RandomKey)>,
    parked: Vec<(i64, &'static str)>,
}

/// Takes the next rows and opens their keys.
async fn take(app: &App, corp: &CorpId, after: i64) -> Result<Option<Taken>, Error> {
    let read = app.store().read();
    // So many long rows may be more than the database gives at once.
    let rows = match rows::next(read, corp, after, BATCH).await {
        Err(error) => {
            tracing::warn!(error = chain(&error), "rows are read one by one");
            rows::next(read, corp, after, 1).await?
        }
        Ok(rows) => rows,
    };
    let Some(last) = rows.last().map(|row| row.id) else {
        return Ok(None);
    };
    let is_whole =
        |row: &ToOpen| row.encrypt_random_key.is_some() && row.encrypt_chat_msg.is_some();
    let (rows, others): (Vec<ToOpen>, Vec<ToOpen>) = rows
        .into_iter()
        .partition(|row| is_whole(row) && !row.msgid.starts_with(pull::MALFORMED));
    let mut taken = Taken {
        last,
        known: key::fingerprints(read, corp).await?,
        rows: Vec::with_capacity(rows.len()),
        parked: others.iter().map(|row| (row.id, "malformed")).collect(),
    };
    let private = keys::private_keys(app, corp).await?;
    let (rows, opened) = blocking(move || {
        let sealed: Vec<SealedKey<'_>> = rows.iter().map(sealed_key).collect();
        let opened = private.open_random_keys(&sealed);
        (rows, opened)
    })
    .await?;
    for (row, key) in rows.into_iter().zip(opened) {
        match key {
            Ok(key) => taken.rows.push((row, key)),
            Err(parked) => taken.parked.push((row.id, parked.reason())),
        }
    }
    Ok(Some(taken))
}

/// What a batch of rows turned out to be.
struct Unsealed {
    read: Vec<Read>,
    parked: Vec<(i64, &'static str)>,
    /// The private keys there were.
    known: BTreeMap<i64, String>,
}

/// Has the library open the bodies. The inner error is a code: the library is not to be had.
async fn unseal(
    corp: &CorpId,
    sdk: &ArchiveSdk,
    taken: Option<Taken>,
) -> Result<Result<Option<Unsealed>, String>, Error> {
    let Some(taken) = taken else {
        return Ok(Ok(None));
    };
    let rows = taken.rows;
    let locked: Vec<Locked<'_>> = rows
        .iter()
        .map(|(row, key)| Locked {
            key: key.as_str().as_bytes(),
            message: row.encrypt_chat_msg.as_deref().unwrap_or_default(),
        })
        .collect();
    let openings = match sdk.open(&locked).await {
        Ok(openings) => openings,
        Err(error) => {
            tracing::warn!(
                error = chain(&error),
                "rows of the archive cannot be opened"
            );
            return Ok(Err(code_of(&error)));
        }
    };
    let corp = corp.clone();
    let rows = rows.into_iter().map(|(row, _)| row);
    let results = in_parallel(
        rows.zip(openings).collect(),
        || (),
        move |(), (row, opening)| read(&corp, row, opening),
    )
    .await?;
    let mut unsealed = Unsealed {
        read: Vec::with_capacity(results.len()),
        parked: taken.parked,
        known: taken.known,
    };
    for result in results {
        match result {
            Ok(read) => unsealed.read.push(read),
            Err(parked) => unsealed.parked.push(parked),
        }
    }
    Ok(Ok(Some(unsealed)))
}

fn sealed_key(row: &ToOpen) -> SealedKey<'_> {
    SealedKey {
        // The column holds nothing else.
        version: u32::try_from(row.publickey_ver).unwrap_or_default(),
        encrypt_random_key: row.encrypt_random_key.as_deref().unwrap_or_default(),
    }
}

fn read(corp: &CorpId, row: ToOpen, opening: Opening) -> Result<Read, (i64, &'static str)> {
    let json = match opening {
        Opening::Opened(json) => json,
        Opening::Refused(code) if code.kind() == ReturnKind::MessageDecrypt => {
            return Err((row.id, "message_does_not_open"));
        }
        Opening::Refused(_) => return Err((row.id, "library_refused")),
        Opening::Unfit(_) => return Err((row.id, "unfit")),
        Opening::Quarantined(_) => return Err((row.id, "quarantined")),
    };
    let of_row = |_| (row.id, "unreadable");
    // The outside names the message; the inside may lack its name.
    let mut read = Read::parse(corp, json, Some(row.msgid), row.received_at).map_err(of_row)?;
    read.row = row.id;
    read.seq = row.seq.cast_unsigned();
    Ok(read)
}

impl Read {
    /// With where it was said.
    pub(super) const fn in_talk(&self) -> (&Message, &Conversation) {
        (&self.message, &self.conversation)
    }

    /// Whether somebody takes part of whom everything up to then was erased.
    fn is_of(&self, erased: &BTreeMap<String, i64>) -> bool {
        let people = self.conversation.people();
        let seconds = self.sent_at.div_euclid(1_000);
        let ends = people.iter().filter_map(|id| erased.get(*id));
        ends.max().is_some_and(|end| seconds <= *end)
    }

    /// Reads a message that was delivered at `received_at` (Unix seconds).
    pub(super) fn parse(
        corp: &CorpId,
        json: Vec<u8>,
        msgid: Option<String>,
        received_at: i64,
    ) -> Result<Self, Unreadable> {
        let mut message = Message::parse(&json)?;
        if let Some(msgid) = msgid {
            message.msgid = msgid;
        }
        let conversation = Conversation::of(&message);
        if !is_storable(&message, &conversation) {
            return Err(Unreadable::NotStorable);
        }
        let delivered = received_at.saturating_mul(1_000);
        Ok(Self {
            row: 0,
            seq: 0,
            msgid: message.msgid.clone(),
            sent_at: if message.sent_at > 0 {
                message.sent_at
            } else {
                delivered
            },
            received_at,
            json,
            conversation_id: conversation_id(corp, &conversation.subject),
            message,
            conversation,
        })
    }
}

/// Whether every database takes it: ids as long as an index holds, without NUL, and a time before
/// the year 2248.
fn is_storable(message: &Message, conversation: &Conversation) -> bool {
    let recalled = match &message.body {
        Body::Revoke { msgid, .. } => msgid.as_str(),
        _ => "",
    };
    let told = entries_of_message(message);
    let told = told.iter().flat_map(|(pair, _)| {
        let Pair {
            userid,
            external_userid,
            room_id,
        } = pair;
        [userid, external_userid, room_id].map(String::as_str)
    });
    let mut ids = [
        &*message.msgid,
        &*message.kind,
        recalled,
        &*conversation.subject,
    ]
    .into_iter()
    .chain(conversation.people())
    .chain(told);
    message.sent_at < LAST_MOMENT && ids.all(is_id)
}

fn is_id(text: &str) -> bool {
    text.len() <= LONGEST_ID && !text.contains('\0')
}

/// A message that is to be stored, with everything its sealing needs.
struct ToSeal {
    read: Read,
    id: i64,
    key_no: i32,
    treatment: Treatment,
    rule: Option<String>,
    facets: Vec<Facet>,
}

async fn store(
    app: &App,
    held: &Held,
    corp: &CorpId,
    keys: &Keys,
    unsealed: Option<Unsealed>,
) -> Result<(), Error> {
    let Some(mut unsealed) = unsealed else {
        return Ok(());
    };
    // Before anything is judged: waiting may take minutes, and what is judged is stored soon.
    let _adding = app.index_gate().read().await;
    let batch = unsealed.read.iter().map(Read::in_talk);
    let mut judge = Judge::gather(app, corp, batch.clone()).await?;
    judge.ask_again(app, corp, batch).await?;
    let prepared = prepare(app, corp, keys, judge, unsealed.read).await?;
    let tx = app.begin().await?;
    // Before the job's row, which whoever gives rows back waits for behind this.
    jiebang_store::archive::lock(&tx, corp).await?;
    held.assert(&tx).await?;
    if key::fingerprints(tx.conn(), corp).await? != unsealed.known {
        // What waited for a key is not parked when it has come, but opened anew.
        unsealed.parked.clear();
    }
    unsealed.parked.extend(&prepared.parked);
    rows::park(&tx, corp, &unsealed.parked, app.now()).await?;
    commit(app, tx, corp, prepared).await?;
    app.tell(Change::Archive);
    Ok(())
}

/// Messages judged and sealed, ready to be stored.
pub(super) struct Prepared {
    pub opened: Opened,
    /// Rows that wait, with the reason.
    pub parked: Vec<(i64, &'static str)>,
    pub told: Vec<consent::Consent>,
    /// By which they were judged.
    pub policy: Policy,
    pub holds: Vec<Uuid>,
    /// How many erasures there had been.
    pub erasures: u64,
}

/// Seals messages that were read, as it is judged.
///
/// # Errors
/// [`Error::Store`], [`Error::Vault`].
pub(super) async fn prepare(
    app: &App,
    corp: &CorpId,
    keys: &Keys,
    judge: Judge,
    read: Vec<Read>,
) -> Result<Prepared, Error> {
    let erasures = erasures::count(app.store().read(), corp).await?;
    let mut ids: Vec<i64> = read.iter().map(|r| r.conversation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let known = keys.of_conversations(app, &ids).await?;
    let erased = erasure::erased_people(app, corp).await?;
    let mut opened = Opened::default();
    let (mut kept, mut parked) = (Vec::new(), Vec::new());
    let now = app.now().seconds();
    for read in read {
        let gone = known.is_erased(read.conversation_id, read.sent_at) || read.is_of(&erased);
        let verdict = if gone {
            Verdict::Leave("erased")
        } else {
            judge.verdict(&read.message, &read.conversation)
        };
        match verdict {
            Verdict::Leave(reason) => opened.skipped.push(Skipped {
                row: read.row,
                reason,
            }),
            Verdict::Wait(reason) if now - read.received_at < pull::WINDOW => {
                parked.push((read.row, reason));
            }
            Verdict::Wait(_) => opened.skipped.push(Skipped {
                row: read.row,
                reason: "refused",
            }),
            Verdict::Store { treatment, rule } => kept.push((read, treatment, rule)),
        }
    }
    let (known, to_seal) = with_keys(app, keys, known, &judge, kept, &mut opened).await?;
    opened.conversations = seen(&to_seal);
    opened.recalls = to_seal.iter().filter_map(recall).collect();
    opened.messages = seal_all(app, corp, keys, known, to_seal).await?;
    let (policy, holds) = (judge.policy().clone(), judge.holds().to_vec());
    let told = judge.told;
    Ok(Prepared {
        opened,
        parked,
        told,
        policy,
        holds,
        erasures,
    })
}

type Kept = (Read, Treatment, Option<String>);

/// Gives each message an id and a key; keys that are new go into `opened`.
async fn with_keys(
    app: &App,
    keys: &Keys,
    mut known: ConversationKeys,
    judge: &Judge,
    kept: Vec<Kept>,
    opened: &mut Opened,
) -> Result<(ConversationKeys, Vec<ToSeal>), Error> {
    let (now, renewed_at) = (app.now().seconds(), rotation::renewed_at(app).await?);
    let moments: Vec<(i64, u64)> = kept.iter().map(|(r, ..)| (r.sent_at, r.seq)).collect();
    let free = messages::free_ids(app.store().read(), &moments).await?;
    let mut to_seal = Vec::with_capacity(kept.len());
    let mut made = Vec::new();
    for ((read, treatment, rule), id) in kept.into_iter().zip(free) {
        let conversation = read.conversation_id;
        let key_no = match known.sealing(conversation, renewed_at) {
            Some(number) => number,
            None => {
                let number = known.next_number(conversation);
                let (key, new) = keys.make(app, conversation, number, now.max(renewed_at))?;
                known.insert(key, &new.0);
                made.push(new);
                number
            }
        };
        let facets = judge.facets(&read.message, &read.conversation);
        to_seal.push(ToSeal {
            read,
            id,
            key_no,
            treatment,
            rule,
            facets: facets.into_iter().collect(),
        });
    }
    opened.keys = app.store().key_store().keep(made).await?;
    Ok((known, to_seal))
}

/// Stores what was prepared, with the rows of `tx`, and has files fetched.
///
/// # Errors
/// As [`messages::store_opened`].
pub(super) async fn commit(
    app: &App,
    tx: Tx,
    corp: &CorpId,
    prepared: Prepared,
) -> Result<(), Error> {
    let Prepared {
        opened,
        told,
        policy,
        holds,
        erasures,
        parked: _,
    } = prepared;
    jiebang_store::archive::lock(&tx, corp).await?;
    // Another may have been applied to what is stored already, and what was erased meanwhile would
    // come back under a new key.
    let standing = hold::list(tx.conn(), corp, true).await?.into_iter();
    if judge::policy_of(app, &tx).await? != policy
        || !standing.map(|hold| hold.id).eq(holds)
        || erasures::count(tx.conn(), corp).await? != erasures
    {
        return Err(Error::Store(StoreError::RowCount {
            operation: "judge messages by what holds now",
            expected: 1,
            found: 0,
        }));
    }
    if opened
        .messages
        .iter()
        .any(|m| m.files.iter().any(|f| f.wanted))
    {
        job::enqueue(app, &tx, &Task::FetchMedia, app.now()).await?;
    }
    consent::add(&tx, told).await?;
    let (messages, skipped) = (opened.messages.len(), opened.skipped.len());
    messages::store_opened(&tx, corp, opened, app.now()).await?;
    tx.commit().await?;
    tracing::debug!(messages, skipped, "messages were stored");
    Ok(())
}

/// Every conversation once, with everybody these messages name.
fn seen(messages: &[ToSeal]) -> Vec<SeenConversation> {
    let mut seen: BTreeMap<i64, SeenConversation> = BTreeMap::new();
    for message in messages {
        let conversation = &message.read.conversation;
        let id = message.read.conversation_id;
        let one = seen.entry(id).or_insert_with(|| SeenConversation {
            id,
            kind: conversation.kind.as_str(),
            channel: conversation.channel.as_str(),
            subject: conversation.subject.clone(),
            people: Vec::new(),
        });
        let people = conversation.people().into_iter().map(str::to_owned);
        one.people.extend(people);
    }
    for one in seen.values_mut() {
        one.people.sort_unstable();
        one.people.dedup();
    }
    seen.into_values().collect()
}

fn recall(one: &ToSeal) -> Option<Recall> {
    match &one.read.message.body {
        Body::Revoke { msgid, .. } if !msgid.is_empty() => Some(Recall {
            msgid: msgid.clone(),
            recalled_by: one.id,
            at: one.read.sent_at,
        }),
        _ => None,
    }
}

async fn seal_all(
    app: &App,
    corp: &CorpId,
    keys: &Keys,
    known: ConversationKeys,
    messages: Vec<ToSeal>,
) -> Result<Vec<NewMessage>, Error> {
    let (index, corp, entropy) = (keys.index.clone(), corp.clone(), app.entropy().clone());
    let sealed = in_parallel(messages, Tokens::default, move |tokens, one| {
        let conversation = one.read.conversation_id;
        let key = known
            .get(conversation, one.key_no)
            .ok_or(jiebang_vault::VaultError::DoesNotOpen)?;
        let seal = |record: &Record<'_>, text: &[u8]| key.seal(record, text, &entropy);
        seal_one(&corp, one, &seal, &mut |word| tokens.of(&index, word))
    })
    .await?;
    sealed
        .into_iter()
        .map(|one| one.map_err(Error::from))
        .collect()
}

/// The tokens of a share of a batch: what many messages say is hashed once.
#[derive(Default)]
struct Tokens(HashMap<Vec<u8>, Token>);

impl Tokens {
    fn of(&mut self, index: &IndexKey, word: &[u8]) -> Token {
        if let Some(known) = self.0.get(word) {
            return *known;
        }
        let token = index.token(word);
        self.0.insert(word.to_vec(), token);
        token
    }
}

type Seal<'a> = &'a dyn Fn(&Record<'_>, &[u8]) -> Result<Vec<u8>, jiebang_vault::VaultError>;

fn seal_one(
    corp: &CorpId,
    one: ToSeal,
    seal: Seal<'_>,
    token: &mut dyn FnMut(&[u8]) -> Token,
) -> Result<NewMessage, jiebang_vault::VaultError> {
    let ToSeal { mut read, id, .. } = one;
    let mut flags = if read.message.unknown_kinds().is_empty() {
        0
    } else {
        messages::UNKNOWN_KIND
    };
    if one.treatment.keep == Keep::Mask
        && let Some(masked) = mask_message(&read.json)
    {
        // What was read is masked as well, or its words would be found.
        if let Ok(message) = Message::parse(&masked) {
            read.message = message;
        }
        read.json = masked;
        flags |= messages::MASKED;
    }
    let (conversation, corp) = (read.conversation_id, corp.as_str());
    let body = seal(
        &Record::Body {
            corp,
            conversation,
            message: id,
        },
        &read.json,
    )?;
    let mut files = Vec::new();
    for media in read.message.files() {
        let place = i32::try_from(media.place).unwrap_or(i32::MAX);
        let record = Record::FileId {
            corp,
            conversation,
            message: id,
            place,
        };
        files.push(NewFile {
            place,
            kind: media.kind.as_str().to_owned(),
            file_id: seal(&record, media.file_id.as_bytes())?,
            size: media.size.and_then(|size| i64::try_from(size).ok()),
            md5: media.md5.clone().filter(|sum| is_id(sum)),
            // The clocks of those who send may be ahead.
            deadline: read.sent_at.div_euclid(1_000).min(read.received_at) + pull::WINDOW,
            wanted: one.treatment.media,
        });
    }
    let mut tokens = Vec::new();
    let mut bytes = Vec::new();
    let mut add = |word: &Word| {
        bytes.clear();
        word.write_to(&mut bytes);
        tokens.push(token(&bytes));
    };
    let text = Folded::of(&read.message.search_text());
    each_text_token(text.chars(), |word| add(&word));
    one.facets
        .into_iter()
        .map(Word::Facet)
        .for_each(|f| add(&f));
    let sent_at = jiebang_domain::time::Timestamp::from_seconds(read.sent_at.div_euclid(1_000));
    Ok(NewMessage {
        id,
        row: read.row,
        conversation_id: conversation,
        sender: read.conversation.sender,
        sent_at: read.sent_at,
        seq: read.seq,
        msgid: read.msgid,
        kind: read.message.kind,
        flags,
        key_no: one.key_no,
        body,
        policy: one.rule,
        expires_at: one.treatment.expires_at(sent_at).map(|at| at.seconds()),
        tokens,
        files,
    })
}

/// Does `work` where it may take long.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Error::Internal("work on the archive panicked".to_owned()))
}

/// `work` for every item, on all cores, in the order of the items; what a core keeps meanwhile
/// begins as `start`.
async fn in_parallel<T: Send + 'static, S, R: Send + 'static>(
    items: Vec<T>,
    start: impl Fn() -> S + Send + Sync + 'static,
    work: impl Fn(&mut S, T) -> R + Send + Sync + 'static,
) -> Result<Vec<R>, Error> {
    blocking(move || {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let share = items.len().div_ceil(cores).max(1);
        let mut items = items.into_iter();
        let shares: Vec<Vec<T>> = std::iter::from_fn(|| {
            let some: Vec<T> = items.by_ref().take(share).collect();
            (!some.is_empty()).then_some(some)
        })
        .collect();
        let (start, work) = (&start, &work);
        let one_core = |some: Vec<T>| {
            let mut kept = start();
            let done = some.into_iter().map(|item| work(&mut kept, item));
            done.collect::<Vec<R>>()
        };
        thread::scope(|scope| {
            let running: Vec<_> = shares
                .into_iter()
                .map(|some| scope.spawn(|| one_core(some)))
                .collect();
            let done = running.into_iter().map(thread::ScopedJoinHandle::join);
            done.map(|result| result.map_err(|_| ()))
                .collect::<Result<Vec<_>, ()>>()
        })
    })
    .await?
    .map(|shares| shares.into_iter().flatten().collect())
    .map_err(|()| Error::Internal("work on the archive panicked".to_owned()))
}
