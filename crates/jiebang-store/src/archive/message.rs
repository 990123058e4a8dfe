//! Storing opened messages.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use jiebang_vault::archive::Token;
use sea_orm::{ConnectionTrait, Value};

use super::conversation::{self, SeenConversation};
use super::key;
use super::media::{self, NewFile};
use super::rows::{self, Done};
use super::{
    among, first_id_at, ids, is_postgres, list, message_id, moment_of, partition, statement,
};
use crate::bulk::{self, Column};
use crate::error::During;
use crate::key_store::KeptKeys;
use crate::{StoreError, Tx};

/// Bytes of words given to the index on SQLite in one statement: far from what a value may hold.
const INDEXED_AT_ONCE: usize = 32 << 20;
/// Set in [`NewMessage::flags`] for a msgtype this program does not know.
pub const UNKNOWN_KIND: i64 = 1;
/// Set where something was made unreadable by policy.
pub const MASKED: i64 = 2;
/// Set where a customer had refused when it was said, which was learned later.
pub const REFUSED: i64 = 4;

/// A message to be stored, its body sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Of [`free_ids`].
    pub id: i64,
    /// The row it came in.
    pub row: i64,
    pub conversation_id: i64,
    pub sender: String,
    /// Milliseconds, as WeCom said; the id holds it too, but only as far as an id can.
    pub sent_at: i64,
    pub seq: u64,
    pub msgid: String,
    /// WeCom's msgtype.
    pub kind: String,
    /// Bits; this module gives a meaning to [`UNKNOWN_KIND`] and [`REFUSED`] only.
    pub flags: i64,
    /// The number of the conversation's key that sealed `body` and the files' ids.
    pub key_no: i32,
    pub body: Vec<u8>,
    /// Under which policy it is kept.
    pub policy: Option<String>,
    /// Unix seconds; `None` is kept for good.
    pub expires_at: Option<i64>,
    /// Words and facets, blind, in any order and perhaps more than once.
    pub tokens: Vec<Token>,
    pub files: Vec<NewFile>,
}

/// A row whose message is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub row: i64,
    /// A word: `policy`, `refused`, `duplicate`, …
    pub reason: &'static str,
}

/// That a message was recalled. It may be stored before the message it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    /// Of the message that was recalled.
    pub msgid: String,
    /// The message that says so.
    pub recalled_by: i64,
    /// Milliseconds.
    pub at: i64,
}

/// What a batch of rows turned out to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// Every conversation of `messages`, once.
    pub conversations: Vec<SeenConversation>,
    pub keys: KeptKeys,
    pub messages: Vec<NewMessage>,
    pub skipped: Vec<Skipped>,
    pub recalls: Vec<Recall>,
}

/// When the newest message was sent that is no newer than `now`.
pub async fn newest_before(
    conn: &impl ConnectionTrait,
    corp: &CorpId,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT max(id) AS id FROM message WHERE corp_id = $1 AND id < $2
               HAVING max(id) IS NOT NULL";
    let before = first_id_at(now.seconds().saturating_mul(1_000));
    let values = [corp.as_str().into(), before.into()];
    let found = ids(conn, sql, values, "look for the newest message").await?;
    let seconds = found.first().map(|id| moment_of(*id) / 1_000);
    Ok(seconds.map(Timestamp::from_seconds))
}

/// Ids for messages sent at these moments (milliseconds) with these numbers, that no message
/// has: where the id is taken, the next free one.
pub async fn free_ids(
    conn: &impl ConnectionTrait,
    messages: &[(i64, u64)],
) -> Result<Vec<i64>, StoreError> {
    let mut given = BTreeSet::new();
    let mut ids: Vec<i64> = Vec::with_capacity(messages.len());
    for (sent_at, seq) in messages {
        let mut id = message_id(*sent_at, *seq);
        while !given.insert(id) {
            id += 1;
        }
        ids.push(id);
    }
    let mut to_ask = ids.clone();
    loop {
        let taken = taken(conn, &to_ask).await?;
        if taken.is_empty() {
            return Ok(ids);
        }
        to_ask.clear();
        for id in ids.iter_mut().filter(|id| taken.contains(id)) {
            while taken.contains(id) || !given.insert(*id) {
                *id += 1;
            }
            to_ask.push(*id);
        }
    }
}

async fn taken(conn: &impl ConnectionTrait, ids: &[i64]) -> Result<BTreeSet<i64>, StoreError> {
    let (Some(first), Some(last)) = (ids.iter().min(), ids.iter().max()) else {
        return Ok(BTreeSet::new());
    };
    // By the primary key; the bounds let PostgreSQL leave partitions out.
    let sql = format!(
        "SELECT id FROM message WHERE id >= $1 AND id <= $2 AND {}",
        among(conn, "id", 3)
    );
    let values = [(*first).into(), (*last).into(), list(conn, ids)];
    let found = super::ids(conn, &sql, values, "look for message ids").await?;
    Ok(found.into_iter().collect())
}

/// Stores what a batch of rows turned out to be: keys, conversations, messages with their index
/// entries and files, recalls, and the mark on every row, all or nothing.
///
/// # Errors
/// [`StoreError::RowCount`] if a row was done already (somebody else stored its message) or a
/// key is destroyed; [`StoreError::Conflict`] if an id or a key's number was taken meanwhile.
/// Then the batch is to be opened again from the rows that are still new.
pub async fn store_opened(
    tx: &Tx,
    corp: &CorpId,
    opened: Opened,
    now: Timestamp,
) -> Result<(), StoreError> {
    super::lock(tx, corp).await?;
    rows::finish(tx, corp, &done(&opened), now).await?;
    partition::ensure(tx, opened.messages.iter().map(|m| m.id)).await?;
    key::add_keys(tx, corp, opened.keys).await?;
    key::count_seals(tx, corp, &seals(&opened.messages)).await?;
    conversation::see(tx, corp, opened.conversations, &opened.messages).await?;
    count_kinds(tx, corp, &opened.messages).await?;
    count_left_out(tx, corp, &opened.skipped).await?;
    recall(tx, corp, opened.recalls).await?;
    let mut messages = opened.messages;
    let files = messages
        .iter_mut()
        .map(|m| {
            (
                m.id,
                m.conversation_id,
                m.key_no,
                std::mem::take(&mut m.files),
            )
        })
        .collect();
    media::add(tx, corp, files).await?;
    index(tx, &mut messages).await?;
    insert(tx, corp, messages).await
}

fn done(opened: &Opened) -> Vec<Done> {
    let stored = opened.messages.iter().map(|message| Done {
        row: message.row,
        message: Some(message.id),
        reason: None,
    });
    let skipped = opened.skipped.iter().map(|skipped| Done {
        row: skipped.row,
        message: None,
        reason: Some(skipped.reason.to_owned()),
    });
    stored.chain(skipped).collect()
}

fn seals(messages: &[NewMessage]) -> BTreeMap<(i64, i32), i64> {
    let mut seals = BTreeMap::new();
    for message in messages {
        // A body, and for every file its id and once the key of its content.
        let count = 1 + 2 * message.files.len().cast_signed() as i64;
        *seals
            .entry((message.conversation_id, message.key_no))
            .or_default() += count;
    }
    seals
}

async fn count_kinds(tx: &Tx, corp: &CorpId, messages: &[NewMessage]) -> Result<(), StoreError> {
    let mut kinds: BTreeMap<&str, (bool, i64)> = BTreeMap::new();
    for message in messages {
        let known = message.flags & UNKNOWN_KIND == 0;
        kinds.entry(&message.kind).or_insert((known, 0)).1 += 1;
    }
    let sql = "INSERT INTO archive_kind (corp_id, kind, known, messages) VALUES ($1, $2, $3, $4)
               ON CONFLICT (corp_id, kind) DO UPDATE
               SET known = excluded.known, messages = archive_kind.messages + excluded.messages";
    for (kind, (known, count)) in kinds {
        let values: [Value; 4] = [
            corp.as_str().into(),
            kind.into(),
            known.into(),
            count.into(),
        ];
        tx.conn()
            .execute_raw(statement(tx.conn(), sql, values))
            .await
            .during("count kinds of messages")?;
    }
    Ok(())
}

async fn count_left_out(tx: &Tx, corp: &CorpId, skipped: &[Skipped]) -> Result<(), StoreError> {
    let mut reasons: BTreeMap<&str, i64> = BTreeMap::new();
    for one in skipped {
        *reasons.entry(one.reason).or_default() += 1;
    }
    let sql = "INSERT INTO archive_left_out (corp_id, reason, rows) VALUES ($1, $2, $3)
               ON CONFLICT (corp_id, reason) DO UPDATE
               SET rows = archive_left_out.rows + excluded.rows";
    for (reason, count) in reasons {
        let values: [Value; 3] = [corp.as_str().into(), reason.into(), count.into()];
        tx.conn()
            .execute_raw(statement(tx.conn(), sql, values))
            .await
            .during("count rows that are left out")?;
    }
    Ok(())
}

async fn recall(tx: &Tx, corp: &CorpId, recalls: Vec<Recall>) -> Result<(), StoreError> {
    let count = recalls.len();
    let columns = vec![
        Column::Texts("corp_id", vec![corp.to_string(); count]),
        Column::Numbers(
            "recalled_by",
            recalls.iter().map(|r| r.recalled_by).collect(),
        ),
        Column::Numbers("at", recalls.iter().map(|r| r.at).collect()),
        Column::Texts("msgid", recalls.into_iter().map(|r| r.msgid).collect()),
    ];
    let known = "ON CONFLICT (corp_id, msgid) DO NOTHING";
    bulk::insert(tx.conn(), "message_recall", columns, known, "note recalls").await?;
    Ok(())
}

/// Takes the tokens out of the messages into the index.
async fn index(tx: &Tx, messages: &mut [NewMessage]) -> Result<(), StoreError> {
    const OPERATION: &str = "index messages";
    if messages.is_empty() {
        return Ok(());
    }
    let tokens_of = |message: &mut NewMessage| {
        let mut tokens = std::mem::take(&mut message.tokens);
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    };
    if is_postgres(tx.conn()) {
        let columns = vec![
            Column::Numbers("id", messages.iter().map(|m| m.id).collect()),
            Column::Numbers(
                "conversation_id",
                messages.iter().map(|m| m.conversation_id).collect(),
            ),
            Column::Lists(
                "tokens",
                messages
                    .iter_mut()
                    .map(|m| numbers(&tokens_of(m)))
                    .collect(),
            ),
        ];
        bulk::insert(tx.conn(), "message_index", columns, "", OPERATION).await?;
        return Ok(());
    }
    // In one statement and in the order of their ids: FTS5 writes a segment at the end of every
    // statement of several rows and whenever the next id is smaller.
    messages.sort_unstable_by_key(|message| message.id);
    let mut left = messages.iter_mut().peekable();
    while left.peek().is_some() {
        let mut given = String::from("{");
        while given.len() < INDEXED_AT_ONCE
            && let Some(message) = left.next()
        {
            let comma = if given.len() > 1 { "," } else { "" };
            // Writing to a text does not fail.
            let _ = write!(given, "{comma}\"{}\":\"", message.id);
            push_words(&tokens_of(message), &mut given);
            given.push('"');
        }
        given.push('}');
        let sql = "INSERT INTO message_index (rowid, tokens)
                   SELECT CAST(key AS integer), value FROM json_each($1)";
        tx.conn()
            .execute_raw(statement(tx.conn(), sql, [given.into()]))
            .await
            .during(OPERATION)?;
    }
    Ok(())
}

fn numbers(tokens: &[Token]) -> String {
    let digits: Vec<String> = tokens.iter().map(|t| t.number().to_string()).collect();
    format!("{{{}}}", digits.join(","))
}

fn push_words(tokens: &[Token], out: &mut String) {
    for token in tokens {
        token.push_to(out);
        out.push(' ');
    }
}

async fn insert(tx: &Tx, corp: &CorpId, messages: Vec<NewMessage>) -> Result<(), StoreError> {
    let count = messages.len();
    let numbers = |of: fn(&NewMessage) -> i64| messages.iter().map(of).collect::<Vec<_>>();
    let texts = |of: fn(&NewMessage) -> &String| {
        let texts = messages.iter().map(|m| of(m).clone());
        texts.collect::<Vec<_>>()
    };
    let columns = vec![
        Column::Numbers("id", numbers(|m| m.id)),
        Column::Numbers("conversation_id", numbers(|m| m.conversation_id)),
        Column::Texts("corp_id", vec![corp.to_string(); count]),
        Column::Texts("sender", texts(|m| &m.sender)),
        Column::Numbers("sent_at", numbers(|m| m.sent_at)),
        Column::Numbers("seq", numbers(|m| m.seq.cast_signed())),
        Column::Texts("msgid", texts(|m| &m.msgid)),
        Column::Texts("kind", texts(|m| &m.kind)),
        Column::Numbers("flags", numbers(|m| m.flags)),
        Column::Numbers("key_no", numbers(|m| m.key_no.into())),
        Column::MaybeTexts(
            "policy",
            messages.iter().map(|m| m.policy.clone()).collect(),
        ),
        Column::MaybeNumbers(
            "expires_at",
            messages.iter().map(|m| m.expires_at).collect(),
        ),
        Column::Bytes("body", messages.into_iter().map(|m| m.body).collect()),
    ];
    bulk::insert(tx.conn(), "message", columns, "", "store messages").await?;
    Ok(())
}

/// Sets when messages expire and under which policy, after the policies have changed. What was
/// said while it was refused is left as it is.
pub async fn set_expiry(
    tx: &Tx,
    corp: &CorpId,
    ids: &[i64],
    policy: Option<&str>,
    expires_at: Option<i64>,
) -> Result<u64, StoreError> {
    let (Some(first), Some(last)) = (ids.iter().min(), ids.iter().max()) else {
        return Ok(0);
    };
    let conn = tx.conn();
    let sql = format!(
        "UPDATE message SET policy = $1, expires_at = $2
         WHERE corp_id = $3 AND id >= $4 AND id <= $5 AND {} AND flags & {REFUSED} = 0",
        among(conn, "id", 6)
    );
    let values = [
        policy.into(),
        expires_at.into(),
        corp.as_str().into(),
        (*first).into(),
        (*last).into(),
        list(conn, ids),
    ];
    let result = conn.execute_raw(statement(conn, &sql, values)).await;
    Ok(result.during("set when messages expire")?.rows_affected())
}

/// Marks messages as said while it was refused: they are over now. Returns how many were not
/// marked yet.
pub async fn refuse(
    tx: &Tx,
    corp: &CorpId,
    ids: &[i64],
    now: Timestamp,
) -> Result<u64, StoreError> {
    let (Some(first), Some(last)) = (ids.iter().min(), ids.iter().max()) else {
        return Ok(0);
    };
    let conn = tx.conn();
    let sql = format!(
        "UPDATE message SET flags = flags | {REFUSED}, expires_at = $1
         WHERE corp_id = $2 AND id >= $3 AND id <= $4 AND {} AND flags & {REFUSED} = 0",
        among(conn, "id", 5)
    );
    let values = [
        now.seconds().into(),
        corp.as_str().into(),
        (*first).into(),
        (*last).into(),
        list(conn, ids),
    ];
    let result = conn.execute_raw(statement(conn, &sql, values)).await;
    Ok(result
        .during("mark messages that were refused")?
        .rows_affected())
}

/// The first and the last moment of messages, in milliseconds.
pub(super) fn span<'a>(messages: impl Iterator<Item = &'a NewMessage>) -> Option<(i64, i64)> {
    let ids: Vec<i64> = messages.map(|m| m.id).collect();
    Some((moment_of(*ids.iter().min()?), moment_of(*ids.iter().max()?)))
}
