//! Fetching files: the one WeCom forgets first in front, part by part, to go on after a stop
//! where it was; the whole is compared with what the message says and stored once.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use futures::StreamExt;
use jiebang_domain::id::CorpId;
use jiebang_domain::time::{HOUR, MINUTE, Timestamp};
use jiebang_store::StoreError;
use jiebang_store::archive::media::{self as store, Content, File, FileKey};
use jiebang_vault::archive::{BlobKey, ConversationKey, Record};
use jiebang_vault::sha256;
use jiebang_wecom::archive::{ArchiveSdk, Chunk, ReturnKind, SdkError};
use md5::{Digest as _, Md5};

use super::blob::{Blobs, PIECE};
use super::keys::Keys;
use super::{code_of, open::blocking};
use crate::job::{Held, Next, chain};
use crate::{App, Change, Error};

/// Files under way at once; each has a process of the library.
const AT_ONCE: usize = 2;
/// Files looked at before the queue is read again.
const BATCH: u64 = 50;
/// Longest pause between two tries, in seconds.
const MAX_PAUSE: i64 = HOUR;
/// Tries of a file that comes to its end and is not what the message says.
const TRIES: i32 = 4;
/// Tries of a file that the library does not give out: some hours, in which it may be exchanged.
const TRIES_OF_REFUSED: i32 = 12;
/// Files with the same content that are asked for its key, and names a content may have.
const SHOWN: u64 = 20;
/// Times in a row that a content meets the same one, coming or leaving, before it waits.
const MEETINGS: u32 = 3;
/// Bytes after which a file is given up: far more than WeCom sends.
const LARGEST: u64 = 16 << 30;
/// Bytes of a file sealed together while it comes in. WeCom's library gives 512 KiB at a time.
const LONGEST_PIECE: usize = 1 << 20;
/// Seconds between looks at the queue while nothing is due.
const LOOK: i64 = 5 * MINUTE;

/// How a try ended, when the store and the keys did not fail.
enum Outcome {
    Stored,
    /// Once more later, for this reason; `true`: from the start.
    Later(String, bool),
    /// Once more later: our storage is in the way, and the file may be here in part.
    Hindered,
    /// Not to be had.
    Missing(&'static str),
}

/// Fetches what is due.
///
/// # Errors
/// [`Error::Store`], [`Error::Vault`].
pub(crate) async fn run(app: &App, held: &Held) -> Result<Next, Error> {
    let (Ok(corp), Some(sdk)) = (app.corp(), super::sdk(app).unwrap_or_default()) else {
        return Ok(Next::Done);
    };
    let Some(media) = app.media() else {
        return Ok(Next::Done);
    };
    let Some(keys) = Keys::load(app, &corp).await? else {
        return Ok(Next::Done);
    };
    let fetching = Fetching {
        app,
        held,
        corp: &corp,
        sdk: &sdk,
        keys: &keys,
        blobs: &media.blobs,
        parts: &media.parts,
    };
    remove_old_parts(app, &corp, &media.parts).await?;
    loop {
        let due = store::due(app.store().read(), &corp, app.now(), BATCH).await?;
        if due.is_empty() {
            return Ok(Next::Again(app.now().plus(LOOK)));
        }
        let mut ends = futures::stream::iter(due)
            .map(|file| fetching.see_to(file))
            .buffer_unordered(AT_ONCE);
        while let Some(end) = ends.next().await {
            end?;
        }
        app.tell(Change::Archive);
    }
}

/// Removes what a stop left of files that are no longer coming in.
pub(super) async fn remove_old_parts(app: &App, corp: &CorpId, parts: &Path) -> Result<(), Error> {
    let mut found: Vec<(i64, i32, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir(parts).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let numbers = name.and_then(|name| name.split_once('-'));
        let numbers = numbers.and_then(|(id, place)| Some((id.parse().ok()?, place.parse().ok()?)));
        if let Some((message, place)) = numbers {
            found.push((message, place, path));
        }
    }
    let messages: Vec<i64> = found.iter().map(|one| one.0).collect();
    let files = store::of_messages(app.store().read(), corp, &messages).await?;
    for (message, place, path) in found {
        let is_coming_in = files.iter().any(|file| {
            let is_it = (file.message_id, file.place) == (message, place);
            is_it && file.state == store::State::Waiting.as_str()
        });
        if !is_coming_in {
            match std::fs::remove_file(path) {
                // Another job was faster.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                other => other.map_err(io)?,
            }
        }
    }
    Ok(())
}

struct Fetching<'a> {
    app: &'a App,
    held: &'a Held,
    corp: &'a CorpId,
    sdk: &'a ArchiveSdk,
    keys: &'a Keys,
    blobs: &'a Blobs,
    parts: &'a Path,
}

impl Fetching<'_> {
    async fn see_to(&self, file: File) -> Result<(), Error> {
        match self.come_closer(file).await {
            // The message was removed meanwhile, and its file with it.
            Err(Error::Store(StoreError::RowCount { .. })) => Ok(()),
            other => other,
        }
    }

    async fn come_closer(&self, file: File) -> Result<(), Error> {
        let key = FileKey {
            message_id: file.message_id,
            place: file.place,
        };
        let outcome = self.fetch(&file).await.or_else(of_failure)?;
        if matches!(outcome, Outcome::Stored) {
            return Ok(());
        }
        let now = self.app.now();
        let next_try = now.plus(pause_after(file.tries));
        let tx = self.app.begin().await?;
        self.held.assert(&tx).await?;
        match outcome {
            Outcome::Stored => {}
            Outcome::Later(..) if is_long_over(&file, now) => {
                store::give_up(&tx, self.corp, key, "expired").await?;
            }
            Outcome::Later(reason, from_start) => {
                store::put_off(&tx, self.corp, key, &reason, next_try, from_start).await?;
            }
            Outcome::Hindered => {
                store::put_off(&tx, self.corp, key, "storage", next_try, false).await?;
            }
            Outcome::Missing(reason) => store::give_up(&tx, self.corp, key, reason).await?,
        }
        tx.commit().await?;
        Ok(())
    }

    /// Fetches a file to its end, from where it was.
    async fn fetch(&self, file: &File) -> Result<Outcome, Error> {
        let ids = [file.conversation_id];
        let known = self.keys.of_conversations(self.app, &ids).await?;
        let Some(conversation) = known.get(file.conversation_id, file.key_no) else {
            return Ok(match known.is_lacking(file.conversation_id, file.key_no) {
                true => Outcome::Later("key_share_missing".to_owned(), false),
                false => Outcome::Missing("erased"),
            });
        };
        let record = Record::FileId {
            corp: self.corp.as_str(),
            conversation: file.conversation_id,
            message: file.message_id,
            place: file.place,
        };
        let id = conversation.open(&record, &file.file_id)?;
        let Ok(id) = std::str::from_utf8(&id) else {
            return Ok(Outcome::Missing("no_file_id"));
        };
        let mut part = match self.part(file, conversation) {
            Ok(part) => part,
            // What was received before is not here any more, or was changed.
            Err(Error::Io { .. } | Error::Vault(_)) if file.received > 0 => {
                return Ok(Outcome::Later("part_lost".to_owned(), true));
            }
            Err(error) => return Err(error),
        };
        let mut index = file.out_index.clone();
        loop {
            let Chunk { data, next } = match self.sdk.chunk(id, index.as_deref()).await {
                Ok(chunk) => chunk,
                // Some builds of the library name an index behind the end, and take it for none.
                Err(error) if index.is_some() && is_argument(&error) && part.is_whole(file) => {
                    break;
                }
                Err(error) => return Ok(of_error(&error, file, self.app.now())),
            };
            if part.received + data.len() as u64 > LARGEST {
                part.remove();
                return Ok(Outcome::Missing("too_large"));
            }
            part = blocking(move || part.add(&data).map(|()| part)).await??;
            let Some(next) = next else { break };
            let tx = self.app.begin().await?;
            self.held.assert(&tx).await?;
            let key = FileKey {
                message_id: file.message_id,
                place: file.place,
            };
            let received = i64::try_from(part.received).unwrap_or(i64::MAX);
            store::note_part(&tx, self.corp, key, &next, received).await?;
            tx.commit().await?;
            index = Some(next);
        }
        let (part, sums) = blocking(move || part.sums().map(|sums| (part, sums))).await??;
        // Taken as it is only if it came so twice: the tries before may all have failed on the way.
        let differs = differs(file, &sums);
        let next_try = self.app.now().plus(pause_after(file.tries));
        // What is here is worth more than what may not be had again.
        let may_be_had_again = next_try.seconds() < file.deadline;
        if let Some(differs) = differs
            && may_be_had_again
            && (file.tries + 1 < TRIES || file.reason.as_deref() != Some(differs.while_waiting()))
        {
            part.remove();
            return Ok(Outcome::Later(differs.while_waiting().to_owned(), true));
        }
        let told = differs.map(Differs::once_stored);
        for _ in 0..MEETINGS {
            if self
                .put_away(file, conversation, &part, &sums, told)
                .await?
            {
                part.remove();
                return Ok(Outcome::Stored);
            }
        }
        Ok(Outcome::Hindered)
    }

    /// What is here of the file already.
    fn part(&self, file: &File, conversation: &ConversationKey) -> Result<Part, Error> {
        let received = if file.out_index.is_some() {
            file.received.max(0).cast_unsigned()
        } else {
            0
        };
        Part::open(self, file, conversation, received)
    }

    /// Stores the content, once for all files that have it, and what of it is not as the message
    /// says. Returns `false` if the same content came by another file or left meanwhile.
    async fn put_away(
        &self,
        file: &File,
        conversation: &ConversationKey,
        part: &Part,
        sums: &Sums,
        told: Option<&'static str>,
    ) -> Result<bool, Error> {
        let (name, known) = self.named(sums).await?;
        let is_known = known.is_some();
        let (key, place) = match known {
            Some(known) => known,
            None => {
                let key = BlobKey::generate(self.app.entropy())?;
                let entropy = self.app.entropy();
                let pieces = part.pieces()?;
                let place = self
                    .blobs
                    .put(self.corp, &key, &name, entropy, pieces)
                    .await?;
                (key, place)
            }
        };
        let record = Record::BlobKey {
            corp: self.corp.as_str(),
            conversation: file.conversation_id,
            blob: &name,
        };
        let content = Content {
            name: name.to_vec(),
            size: i64::try_from(sums.size).unwrap_or(i64::MAX),
            place: place.clone(),
            is_known,
            wrapped_key: key.wrap(conversation, &record, self.app.entropy())?,
            told,
        };
        let of_file = FileKey {
            message_id: file.message_id,
            place: file.place,
        };
        let tx = self.app.begin().await?;
        self.held.assert(&tx).await?;
        let there = store::store_content(&tx, self.corp, of_file, content, self.app.now()).await?;
        if there.as_deref() != Some(&place) {
            drop(tx);
            if !is_known {
                self.blobs.remove(&place).await?;
            }
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// What a content is called, and it itself with its key if it is there already. Where it is and
    /// nobody's key opens it, as those who have it were erased or lack their shares, it is called
    /// otherwise.
    async fn named(&self, sums: &Sums) -> Result<([u8; 32], Option<(BlobKey, String)>), Error> {
        let mut sum = sums.sha256;
        for _ in 0..SHOWN {
            let name = self.keys.index.content_name(&sum);
            let read = self.app.store().read();
            let Some(blob) = store::blob(read, self.corp, &name).await? else {
                return Ok((name, None));
            };
            if let Some(key) = self.key_of(&name).await? {
                return Ok((name, Some((key, blob.place))));
            }
            sum = sha256(&name);
        }
        Ok((self.keys.index.content_name(&sum), None))
    }

    async fn key_of(&self, name: &[u8]) -> Result<Option<BlobKey>, Error> {
        let read = self.app.store().read();
        let shown = store::shown_by(read, self.corp, name, SHOWN).await?;
        let ids: Vec<i64> = shown.iter().map(|file| file.conversation_id).collect();
        let known = self.keys.of_conversations(self.app, &ids).await?;
        // The key of one conversation may lack its share, or be destroyed.
        for file in shown {
            let key = known.get(file.conversation_id, file.key_no);
            if let (Some(key), Some(wrapped)) = (key, file.blob_key) {
                let record = Record::BlobKey {
                    corp: self.corp.as_str(),
                    conversation: file.conversation_id,
                    blob: name,
                };
                // One may be damaged.
                if let Ok(key) = BlobKey::unwrap(key, &record, &wrapped) {
                    return Ok(Some(key));
                }
            }
        }
        Ok(None)
    }
}

/// What becomes of a file where something of ours failed; an error for what concerns all files.
fn of_failure(error: Error) -> Result<Outcome, Error> {
    match error {
        Error::Storage(_) | Error::Io { .. } => {
            tracing::error!(error = chain(&error), "a file cannot be put away");
            Ok(Outcome::Hindered)
        }
        // One that is damaged must not keep the others from being fetched.
        Error::Vault(error) => {
            tracing::error!(
                error = chain(&error),
                "a sealed id or key of a file does not open"
            );
            Ok(Outcome::Later("damaged".to_owned(), false))
        }
        other => Err(other),
    }
}

/// Whether WeCom has it no more, whatever was in the way.
const fn is_long_over(file: &File, now: Timestamp) -> bool {
    now.seconds() >= file.deadline + store::LATE && file.tries + 1 >= TRIES
}

fn is_argument(error: &SdkError) -> bool {
    matches!(error, SdkError::Returned { code, .. } if code.kind() == ReturnKind::Argument)
}

fn of_error(error: &SdkError, file: &File, now: Timestamp) -> Outcome {
    let code = match error {
        SdkError::Returned { code, .. } => code,
        SdkError::Input { .. } => return Outcome::Missing("no_file_id"),
        _ => return Outcome::Later(code_of(error), false),
    };
    // Given up only if it was said twice: the tries before may all have failed on the way.
    let again = file.reason.as_deref() == Some(&*code.to_string());
    let is_last = again && file.tries + 1 >= TRIES_OF_REFUSED;
    match code.kind() {
        // Before its time is over WeCom has it, whatever it says.
        ReturnKind::Expired if now.seconds() >= file.deadline => Outcome::Missing("expired"),
        ReturnKind::FileId | ReturnKind::Argument if is_last => Outcome::Missing("no_such_file"),
        ReturnKind::FileDecrypt if is_last => Outcome::Missing("does_not_open"),
        // An index that this build of the library does not take: from the beginning.
        ReturnKind::FileDecrypt | ReturnKind::Argument => Outcome::Later(code.to_string(), true),
        _ => Outcome::Later(code.to_string(), false),
    }
}

/// What of a content is not as the message says.
#[derive(Debug, Clone, Copy)]
enum Differs {
    Size,
    Md5,
}

impl Differs {
    /// The reason while it is fetched again.
    const fn while_waiting(self) -> &'static str {
        match self {
            Self::Size => "other_size",
            Self::Md5 => "other_md5",
        }
    }

    /// What is told of it when it is kept nevertheless.
    const fn once_stored(self) -> &'static str {
        match self {
            Self::Size => "told_other_size",
            Self::Md5 => "told_other_md5",
        }
    }
}

/// What is not as the message says. Stickers often come with a wrong sum or none.
fn differs(file: &File, sums: &Sums) -> Option<Differs> {
    let size = file.size.filter(|size| *size > 0);
    if size.is_some_and(|size| size.cast_unsigned() != sums.size) {
        return Some(Differs::Size);
    }
    let told = file.md5.as_ref().filter(|md5| !md5.is_empty());
    if told.is_some_and(|md5| !md5.eq_ignore_ascii_case(&sums.md5)) {
        return Some(Differs::Md5);
    }
    None
}

fn pause_after(tries: i32) -> i64 {
    let doublings = u32::try_from(tries.clamp(0, 12)).unwrap_or(0);
    15i64.saturating_mul(1 << doublings).min(MAX_PAUSE)
}

/// Length and sums of a content.
struct Sums {
    size: u64,
    sha256: [u8; 32],
    /// Lower-case hex.
    md5: String,
}

/// A file that is being received: its pieces, sealed by a key of its own that stands in front of
/// them, wrapped by the conversation's.
struct Part {
    path: PathBuf,
    name: Vec<u8>,
    corp: CorpId,
    key: BlobKey,
    entropy: jiebang_vault::Entropy,
    file: std::fs::File,
    received: u64,
    pieces: u32,
}

impl Part {
    /// Opens what is there of a file up to `received` bytes, or begins it.
    fn open(
        of: &Fetching<'_>,
        file: &File,
        conversation: &ConversationKey,
        received: u64,
    ) -> Result<Self, Error> {
        let name = format!("{}-{}", file.message_id, file.place).into_bytes();
        let path = of.parts.join(String::from_utf8_lossy(&name).as_ref());
        let record = Record::BlobKey {
            corp: of.corp.as_str(),
            conversation: file.conversation_id,
            blob: &name,
        };
        let mut options = std::fs::OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut handle = options.open(&path).map_err(io)?;
        let there = (received > 0)
            .then(|| read_frame(&mut handle).ok().flatten())
            .flatten()
            .and_then(|wrapped| BlobKey::unwrap(conversation, &record, &wrapped).ok());
        let key = match there {
            Some(key) => key,
            None if received > 0 => {
                // What was noted is not here (another machine, a cleaned folder).
                return Err(Error::Io {
                    what: "a part of a file",
                    source: std::io::ErrorKind::NotFound.into(),
                });
            }
            None => {
                handle.set_len(0).map_err(io)?;
                let key = BlobKey::generate(of.app.entropy())?;
                let wrapped = key.wrap(conversation, &record, of.app.entropy())?;
                write_frame(&mut handle, &wrapped)?;
                key
            }
        };
        let mut part = Self {
            key,
            path,
            corp: of.corp.clone(),
            entropy: of.app.entropy().clone(),
            file: handle,
            name,
            received: 0,
            pieces: 0,
        };
        part.skip_to(received)?;
        Ok(part)
    }

    /// Goes behind the first `received` bytes and cuts off whatever was written after them.
    fn skip_to(&mut self, received: u64) -> Result<(), Error> {
        while self.received < received {
            let Some(piece) = self.next()? else {
                return Err(Error::Io {
                    what: "a part of a file",
                    source: std::io::ErrorKind::UnexpectedEof.into(),
                });
            };
            self.received += piece.len() as u64;
        }
        let at = std::io::Seek::stream_position(&mut self.file).map_err(io)?;
        self.file.set_len(at).map_err(io)
    }

    /// Whether as much was received as the message says.
    fn is_whole(&self, file: &File) -> bool {
        let told = file.size.filter(|size| *size > 0);
        told.is_some_and(|size| size.cast_unsigned() == self.received)
    }

    fn record(&self, index: u32) -> Record<'_> {
        Record::Chunk {
            corp: self.corp.as_str(),
            blob: &self.name,
            index,
            last: false,
        }
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let Some(sealed) = read_frame(&mut self.file)? else {
            return Ok(None);
        };
        let piece = self.key.open(&self.record(self.pieces), &sealed)?;
        self.pieces += 1;
        Ok(Some(piece.to_vec()))
    }

    /// Adds what came, and makes sure that it is on the disk.
    fn add(&mut self, data: &[u8]) -> Result<(), Error> {
        for piece in data.chunks(LONGEST_PIECE) {
            let record = self.record(self.pieces);
            let sealed = self.key.seal(&record, piece, &self.entropy)?;
            write_frame(&mut self.file, &sealed)?;
            self.pieces += 1;
        }
        self.file.sync_data().map_err(io)?;
        self.received += data.len() as u64;
        Ok(())
    }

    /// The parts from the beginning, as they were received.
    fn received(&self) -> Result<impl Iterator<Item = Result<Vec<u8>, Error>> + Send, Error> {
        let mut file = std::fs::File::open(&self.path).map_err(io)?;
        // The key, which is at hand.
        read_frame(&mut file)?;
        let count = self.pieces;
        Ok((0..count).map(move |index| {
            let sealed = read_frame(&mut file)?.ok_or_else(|| Error::Io {
                what: "a part of a file",
                source: std::io::ErrorKind::UnexpectedEof.into(),
            })?;
            Ok(self.key.open(&self.record(index), &sealed)?.to_vec())
        }))
    }

    fn sums(&self) -> Result<Sums, Error> {
        let (mut sha256, mut md5) = (digest::Context::new(&digest::SHA256), Md5::new());
        let mut size = 0;
        for piece in self.received()? {
            let piece = piece?;
            size += piece.len() as u64;
            sha256.update(&piece);
            md5.update(&piece);
        }
        let mut sum = [0; 32];
        sum.copy_from_slice(sha256.finish().as_ref());
        Ok(Sums {
            size,
            sha256: sum,
            md5: hex::encode(md5.finalize()),
        })
    }

    /// The content in pieces of [`PIECE`] bytes; one empty piece if there is none.
    fn pieces(&self) -> Result<impl Iterator<Item = Result<Vec<u8>, Error>> + Send, Error> {
        let length = usize::try_from(PIECE).unwrap_or(usize::MAX);
        let mut parts = self.received()?;
        let mut rest: Vec<u8> = Vec::new();
        let mut is_first = true;
        Ok(std::iter::from_fn(move || {
            while rest.len() < length {
                match parts.next() {
                    Some(Ok(part)) => rest.extend(part),
                    Some(Err(error)) => return Some(Err(error)),
                    None => break,
                }
            }
            if rest.is_empty() && !is_first {
                return None;
            }
            is_first = false;
            let tail = rest.split_off(rest.len().min(length));
            Some(Ok(std::mem::replace(&mut rest, tail)))
        }))
    }

    /// What stays behind is sealed, and its key is worth nothing without the conversation's.
    fn remove(self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn write_frame(file: &mut std::fs::File, bytes: &[u8]) -> Result<(), Error> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut frame = length.to_be_bytes().to_vec();
    frame.extend_from_slice(bytes);
    file.write_all(&frame).map_err(io)
}

/// The next frame; `None` at the end.
fn read_frame(file: &mut std::fs::File) -> Result<Option<Vec<u8>>, Error> {
    let mut length = [0; 4];
    match file.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(io(error)),
    }
    let length = u32::from_be_bytes(length) as usize;
    if length > 2 * LONGEST_PIECE {
        return Err(io(std::io::ErrorKind::InvalidData.into()));
    }
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes).map_err(io)?;
    Ok(Some(bytes))
}

fn io(source: std::io::Error) -> Error {
    Error::Io {
        what: "a part of a file",
        source,
    }
}

#[cfg(test)]
mod tests {
    use jiebang_vault::Entropy;

    use super::*;

    #[test]
    fn s50_what_comes_in_large_pieces_is_read_again_and_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1-0");
        let entropy = Entropy::seeded(50);
        let key = || BlobKey::generate(&Entropy::seeded(51)).unwrap();
        let open = |received: u64| {
            let mut options = std::fs::OpenOptions::new();
            let options = options.read(true).write(true).create(true).truncate(false);
            let mut file = options.open(&path).unwrap();
            if received == 0 {
                write_frame(&mut file, b"the wrapped key").unwrap();
            } else {
                read_frame(&mut file).unwrap();
            }
            let mut part = Part {
                path: path.clone(),
                name: b"1-0".to_vec(),
                corp: CorpId::parse("ww1").unwrap(),
                key: key(),
                entropy: entropy.clone(),
                file,
                received: 0,
                pieces: 0,
            };
            part.skip_to(received).unwrap();
            part
        };
        let large: Vec<u8> = (0..5_u32 << 20).map(|n| n.to_be_bytes()[2]).collect();
        open(0).add(&large).unwrap();
        let mut part = open(large.len() as u64);
        part.add(b"the end").unwrap();
        let whole = [&*large, b"the end"].concat();
        assert_eq!(part.received, whole.len() as u64);
        assert_eq!(part.sums().unwrap().sha256, sha256(&whole));
        let pieces: Result<Vec<Vec<u8>>, Error> = part.pieces().unwrap().collect();
        assert_eq!(pieces.unwrap().concat(), whole);
        std::fs::write(&path, u32::MAX.to_be_bytes()).unwrap();
        let mut file = std::fs::File::open(&path).unwrap();
        assert!(read_frame(&mut file).is_err(), "no length is believed");
    }
}
