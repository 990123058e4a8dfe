//! Bringing messages in and out as JSON Lines, so that an archive of another tool can be brought
//! in and this one be taken along. The lines are described in `docs/archive.md`.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_store::StoreError;
use jiebang_store::archive::{read, rows};
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;

use super::judge::Judge;
use super::keys::Keys;
use super::open::{self, Read};
use super::reader::{self, Access};
use super::{body, give_reason};
use crate::audit::{self, Record};
use crate::{App, Change, Error};

/// Longest line taken, in bytes.
pub const MAX_LINE: usize = 16 << 20;
/// Messages read for one page of an export.
const PAGE: u64 = 500;
/// Tries of a batch that somebody else writes at the same time.
const TRIES: u32 = 5;

/// A message on a line. Instead of it the line may be the message alone, as WeCom gives it.
#[derive(Debug, Serialize, Deserialize)]
struct Line<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    msgid: Option<String>,
    #[serde(default)]
    seq: u64,
    /// The message as WeCom gave it.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    message: Option<&'a RawValue>,
    /// The same where it is no JSON as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

/// What became of lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    pub stored: u64,
    /// Messages that were here already.
    pub known: u64,
    /// Left out by policy, or since their customer had refused or was erased.
    pub left_out: u64,
    /// Lines that hold no message.
    pub unreadable: u64,
}

/// Brings messages in, each once, under the policies in force.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn import_lines(app: &App, actor: &Actor, lines: &[Vec<u8>]) -> Result<Imported, Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    let corp = app.corp()?;
    let mut tries = 0;
    loop {
        let keys = Keys::load_or_make(app, &corp).await?;
        match import_once(app, &corp, &keys, lines).await {
            Err(Error::Store(StoreError::RowCount { .. } | StoreError::Conflict { .. }))
                if tries < TRIES =>
            {
                tries += 1;
            }
            other => return other,
        }
    }
}

async fn import_once(
    app: &App,
    corp: &jiebang_domain::id::CorpId,
    keys: &Keys,
    lines: &[Vec<u8>],
) -> Result<Imported, Error> {
    let mut told = Imported::default();
    let now = app.now().seconds();
    let mut messages: Vec<Read> = Vec::with_capacity(lines.len());
    let mut names = BTreeSet::new();
    for line in lines {
        match parse(corp, line, now) {
            Some(read) if !names.insert(read.msgid.clone()) => told.known += 1,
            Some(read) => messages.push(read),
            None => told.unreadable += 1,
        }
    }
    let all = messages.len() as u64;
    let _adding = app.index_gate().read().await;
    let batch = messages.iter().map(Read::in_talk);
    let judge = Judge::gather(app, corp, batch).await?;
    let mut prepared = open::prepare(app, corp, keys, judge, messages).await?;
    let opened = &mut prepared.opened;
    let tx = app.begin().await?;
    let named: Vec<(String, u64)> = opened
        .messages
        .iter()
        .map(|message| (message.msgid.clone(), message.seq))
        .collect();
    let claimed = rows::claim(&tx, corp, &named, app.now()).await?;
    // What policy leaves out leaves no row: it may be brought in under another policy.
    told.left_out = opened.skipped.len() as u64;
    opened.skipped.clear();
    opened.messages.retain_mut(|message| {
        let row = claimed.get(&message.msgid);
        message.row = row.copied().unwrap_or_default();
        row.is_some()
    });
    let kept: BTreeSet<i64> = opened.messages.iter().map(|m| m.conversation_id).collect();
    let ids: BTreeSet<i64> = opened.messages.iter().map(|m| m.id).collect();
    opened.conversations.retain(|one| kept.contains(&one.id));
    opened
        .keys
        .retain(|key| kept.contains(&key.conversation_id));
    opened.recalls.retain(|one| ids.contains(&one.recalled_by));
    told.stored = opened.messages.len() as u64;
    told.known += all - told.left_out - told.stored;
    open::commit(app, tx, corp, prepared).await?;
    app.tell(Change::Archive);
    Ok(told)
}

fn parse(corp: &jiebang_domain::id::CorpId, line: &[u8], now: i64) -> Option<Read> {
    if line.len() > MAX_LINE {
        return None;
    }
    let wrapped: Option<Line<'_>> = serde_json::from_slice(line).ok();
    let wrapped = wrapped.filter(|line| line.message.is_some() || line.base64.is_some());
    let (json, msgid, seq) = match wrapped {
        None => (line.to_vec(), None, 0),
        Some(line) => {
            let json = match (line.message, line.base64) {
                (Some(json), _) => json.get().as_bytes().to_vec(),
                (None, text) => STANDARD.decode(text?).ok()?,
            };
            (json, line.msgid.filter(|id| !id.is_empty()), line.seq)
        }
    };
    let mut read = Read::parse(corp, json, msgid, now).ok()?;
    read.seq = seq;
    (!read.msgid.is_empty()).then_some(read)
}

/// A page of lines, in the order of time.
#[derive(Debug, Clone, Default)]
pub struct Exported {
    pub lines: Vec<String>,
    /// Messages that are not among them: the key store lacks the share of their key.
    pub lacking: u64,
    /// Where to go on; `None` at the end.
    pub after: Option<i64>,
}

/// Begins an export: the reason is asked for here and is in the audit log.
///
/// # Errors
/// [`Error::Invalid`] without a reason, [`Error::Denied`], [`Error::Store`].
pub async fn begin_export(app: &App, actor: &Actor, reason: &str) -> Result<(), Error> {
    let reading = give_reason(app, actor, reason).await?;
    let tx = app.begin().await?;
    let entry = Record::done("archive.export", "archive", app.corp()?)
        .detail(json!({ "reading": reading.id }));
    audit::record(app, &tx, actor, entry).await?;
    Ok(tx.commit().await?)
}

/// Everything the actor may read, a page after the message with id `after`.
///
/// # Errors
/// [`Error::ReasonRequired`], [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn export_page(app: &App, actor: &Actor, after: i64) -> Result<Exported, Error> {
    let corp = app.corp()?;
    let access = Access::of(app, actor, &corp).await?;
    let reading = reader::require_reason(app, actor).await?;
    let Some(keys) = Keys::load(app, &corp).await? else {
        return Ok(Exported::default());
    };
    let stored = read::sweep(app.store().read(), &corp, after, PAGE).await?;
    let after = (stored.len() as u64 >= PAGE)
        .then(|| stored.last().map(|message| message.id))
        .flatten();
    let (bodies, lacking) = body::open_raw(app, &corp, &keys, stored).await?;
    let messages: Vec<_> = bodies.iter().map(|(one, _)| one).collect();
    let judged = access.judge(app, &keys.index, &messages).await?;
    let mut lines = Vec::with_capacity(bodies.len());
    let mut seen = BTreeSet::new();
    for ((one, json), why) in bodies.iter().zip(judged) {
        if why.is_ok() {
            seen.insert(one.stored.conversation_id);
            lines.push(line(one, json)?);
        }
    }
    reader::note_read(app, actor, &reading, &seen).await?;
    Ok(Exported {
        lines,
        lacking,
        after,
    })
}

/// A message as a line of JSON.
///
/// # Errors
/// [`Error::Json`].
pub(super) fn line(one: &body::Opened, json: &[u8]) -> Result<String, Error> {
    let text = std::str::from_utf8(json).ok();
    // Raw line breaks between the values would end the line.
    let raw = text.filter(|text| !text.contains(['\n', '\r']));
    let raw: Option<&RawValue> = raw.and_then(|text| serde_json::from_str(text).ok());
    let line = Line {
        msgid: Some(one.stored.msgid.clone()),
        seq: one.stored.seq.cast_unsigned(),
        message: raw,
        base64: raw.is_none().then(|| STANDARD.encode(json)),
    };
    serde_json::to_string(&line).map_err(|source| Error::Json {
        what: "message",
        source,
    })
}
