//! The list of erasures: a file beside the database and never in its backups, a line an erasure.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use jiebang_store::archive::erasure::{ErasedKey, Erasure};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Error;

/// What a line holds. Lines of later versions may hold more.
#[derive(Serialize, Deserialize)]
struct Line {
    version: u32,
    id: Uuid,
    corp: String,
    of: String,
    subject: String,
    reason: String,
    asked_by: String,
    at: i64,
    conversations: i64,
    keys: Vec<Key>,
    /// Ids of the shares that go from the key store.
    shares: Vec<i64>,
}

#[derive(Serialize, Deserialize)]
struct Key {
    conversation: i64,
    number: i32,
    sha256: String,
}

/// An erasure, the keys it destroyed, and the ids of the shares it removes.
pub(super) type Listed = (Erasure, Vec<ErasedKey>, Vec<i64>);

/// Adds an erasure; it is on the disk when this returns.
///
/// # Errors
/// [`Error::Io`], [`Error::Json`].
pub(super) fn append(
    path: &Path,
    erasure: &Erasure,
    keys: &[ErasedKey],
    shares: &[i64],
) -> Result<(), Error> {
    let line = Line {
        version: 1,
        id: erasure.id,
        corp: erasure.corp_id.clone(),
        of: erasure.subject_kind.clone(),
        subject: erasure.subject_id.clone(),
        reason: erasure.reason.clone(),
        asked_by: erasure.asked_by.clone(),
        at: erasure.at,
        conversations: erasure.conversations,
        keys: keys.iter().map(Key::of).collect(),
        shares: shares.to_vec(),
    };
    let mut bytes = serde_json::to_vec(&line).map_err(json)?;
    bytes.push(b'\n');
    let mut options = OpenOptions::new();
    let mut file = options
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(io)?;
    if !ends_a_line(&mut file)? {
        // A stop in the middle of a line: it was never committed.
        bytes.insert(0, b'\n');
    }
    file.write_all(&bytes).map_err(io)?;
    file.sync_all().map_err(io)?;
    match path.parent() {
        Some(folder) => File::open(folder).and_then(|f| f.sync_all()).map_err(io),
        None => Ok(()),
    }
}

fn ends_a_line(file: &mut File) -> Result<bool, Error> {
    if file.seek(SeekFrom::End(0)).map_err(io)? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1)).map_err(io)?;
    let mut last = [0];
    file.read_exact(&mut last).map_err(io)?;
    Ok(last == *b"\n")
}

/// What the list holds, oldest first; nothing if there is none. A line that was not written to its
/// end is left out: its erasure was not committed.
///
/// # Errors
/// [`Error::Io`]; [`Error::Json`] for any other line that cannot be read.
pub(super) fn read(path: &Path) -> Result<Vec<Listed>, Error> {
    // Bytes: a line may end in the middle of a character.
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io(error)),
    };
    let mut listed = Vec::new();
    for line in bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        match serde_json::from_slice::<Line>(line) {
            Ok(line) => listed.push(line.into_rows()),
            Err(error) if error.is_eof() => {}
            Err(error) => return Err(json(error)),
        }
    }
    Ok(listed)
}

impl Key {
    fn of(key: &ErasedKey) -> Self {
        Self {
            conversation: key.conversation_id,
            number: key.number,
            sha256: key.sha256.clone(),
        }
    }
}

impl Line {
    fn into_rows(self) -> Listed {
        let keys = self.keys.into_iter().map(|key| ErasedKey {
            erasure_id: self.id,
            conversation_id: key.conversation,
            number: key.number,
            corp_id: self.corp.clone(),
            sha256: key.sha256,
        });
        let keys = keys.collect();
        let erasure = Erasure {
            id: self.id,
            corp_id: self.corp,
            subject_kind: self.of,
            subject_id: self.subject,
            reason: self.reason,
            asked_by: self.asked_by,
            at: self.at,
            messages: 0,
            files: 0,
            conversations: self.conversations,
            finished_at: None,
        };
        (erasure, keys, self.shares)
    }
}

fn io(source: std::io::Error) -> Error {
    Error::Io {
        what: "the list of erasures",
        source,
    }
}

fn json(source: serde_json::Error) -> Error {
    Error::Json {
        what: "line of the list of erasures",
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn an_erasure(n: u128) -> Listed {
        let key = ErasedKey {
            erasure_id: Uuid::from_u128(n),
            conversation_id: 7,
            number: 1,
            corp_id: "ww1".into(),
            sha256: "ab".into(),
        };
        let erasure = Erasure {
            id: key.erasure_id,
            corp_id: "ww1".into(),
            subject_kind: "person".into(),
            subject_id: "wm1".into(),
            reason: "依申请\n删除".into(),
            asked_by: "operator".into(),
            at: 9,
            messages: 0,
            files: 0,
            conversations: 1,
            finished_at: None,
        };
        (erasure, vec![key], vec![-3, i64::MAX])
    }

    #[test]
    fn b16_the_list_is_read_as_it_was_written_and_a_stop_in_a_line_loses_that_line_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("erasures.jsonl");
        assert_eq!(read(&path).unwrap(), []);
        let (one, two) = (an_erasure(1), an_erasure(2));
        append(&path, &one.0, &one.1, &one.2).unwrap();
        let whole = std::fs::read(&path).unwrap();
        append(&path, &two.0, &two.1, &two.2).unwrap();
        assert_eq!(read(&path).unwrap(), [one.clone(), two.clone()]);
        let half = std::fs::read(&path).unwrap();
        for end in whole.len()..half.len() - 1 {
            std::fs::write(&path, &half[..end]).unwrap();
            assert_eq!(read(&path).unwrap(), std::slice::from_ref(&one), "{end}");
        }
        std::fs::write(&path, &half[..whole.len() + 20]).unwrap();
        append(&path, &two.0, &two.1, &two.2).unwrap();
        assert_eq!(read(&path).unwrap(), [one, two]);
        std::fs::write(&path, "nothing of ours\n").unwrap();
        assert!(matches!(read(&path), Err(Error::Json { .. })));
    }
}
