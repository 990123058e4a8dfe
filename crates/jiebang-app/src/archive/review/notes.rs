//! What people write about an item, sealed by the key of its conversation, so that it is erased
//! with it.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::id::CorpId;
use jiebang_store::archive::review::Item;
use jiebang_vault::archive::Record;

use crate::archive::keys::Keys;
use crate::{App, Error};

/// Of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Note {
    Finding,
    Handling,
}

impl Note {
    const ALL: [Self; 2] = [Self::Finding, Self::Handling];

    /// What it is in its envelope's record.
    const fn kind(self) -> &'static str {
        match self {
            Self::Finding => "review_note",
            Self::Handling => "review_handling",
        }
    }

    /// The envelope, with the number of its key.
    fn of(self, item: &Item) -> Option<(&[u8], i32)> {
        let (sealed, number) = match self {
            Self::Finding => (&item.note, item.note_key_no),
            Self::Handling => (&item.handling, item.handling_key_no),
        };
        Some((sealed.as_deref()?, number?))
    }

    fn record<'a>(self, corp: &'a CorpId, item: &Item, id: &'a [u8]) -> Record<'a> {
        Record::Derived {
            corp: corp.as_str(),
            conversation: item.conversation_id,
            kind: self.kind(),
            id,
        }
    }
}

fn id_of(item: &Item) -> Vec<u8> {
    let number = item.number.to_be_bytes();
    [item.batch_id.as_bytes().as_slice(), &number].concat()
}

/// The text under the conversation's key, with the key's number; `None` if that is destroyed.
///
/// # Errors
/// [`Error::Conflict`] `key_share_missing` if the key is there and cannot be opened now;
/// [`Error::Store`], [`Error::Vault`].
pub(super) async fn seal(
    app: &App,
    corp: &CorpId,
    item: &Item,
    of: Note,
    text: &str,
) -> Result<Option<(i32, Vec<u8>)>, Error> {
    let Some(keys) = Keys::load(app, corp).await? else {
        return Ok(None);
    };
    let id = item.conversation_id;
    let known = keys.of_conversations(app, &[id]).await?;
    // A note takes the key there is: messages bring new ones.
    let number = known.sealing(id, 0);
    let Some((number, key)) = number.and_then(|no| Some((no, known.get(id, no)?))) else {
        // What cannot be opened now is not gone.
        return match known.lacks_any(id) {
            true => Err(Error::Conflict {
                code: "key_share_missing",
            }),
            false => Ok(None),
        };
    };
    let (id, entropy) = (id_of(item), app.entropy());
    let sealed = key.seal(&of.record(corp, item, &id), text.as_bytes(), entropy)?;
    Ok(Some((number, sealed)))
}

/// Those of items of one sample that can be opened, by the item's number.
///
/// # Errors
/// [`Error::Store`], [`Error::Vault`].
pub(super) async fn open(
    app: &App,
    corp: &CorpId,
    items: &[Item],
) -> Result<BTreeMap<(i32, Note), String>, Error> {
    let noted = || {
        items.iter().flat_map(|item| {
            let of = Note::ALL.into_iter();
            of.filter_map(move |of| Some((item, of, of.of(item)?)))
        })
    };
    let ids: BTreeSet<i64> = noted().map(|(item, ..)| item.conversation_id).collect();
    let mut notes = BTreeMap::new();
    if ids.is_empty() {
        return Ok(notes);
    }
    let Some(keys) = Keys::load(app, corp).await? else {
        return Ok(notes);
    };
    let ids: Vec<i64> = ids.into_iter().collect();
    let known = keys.of_conversations(app, &ids).await?;
    for (item, of, (sealed, number)) in noted() {
        let Some(key) = known.get(item.conversation_id, number) else {
            continue;
        };
        let id = id_of(item);
        let text = key.open(&of.record(corp, item, &id), sealed)?;
        let text = String::from_utf8_lossy(&text).into_owned();
        notes.insert((item.number, of), text);
    }
    Ok(notes)
}
