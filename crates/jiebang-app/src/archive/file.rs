//! Giving out the files of messages.

use std::ops::Range;

use jiebang_domain::access::Actor;
use jiebang_domain::archive::scope::Why;
use jiebang_domain::id::CorpId;
use jiebang_store::archive::media as store;
use jiebang_store::archive::read;
use jiebang_vault::archive::{BlobKey, Record};

use super::blob::{Blob, Blobs};
use super::body;
use super::keys::Keys;
use super::reader::{self, Access};
use crate::{App, Error};

/// A file that may be read.
pub struct Content {
    blobs: Blobs,
    corp: CorpId,
    blob: Blob,
    /// `image`, `voice`, …
    pub kind: String,
    pub name: Option<String>,
    /// Without a dot.
    pub extension: Option<String>,
}

impl Content {
    /// Bytes.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.blob.size
    }

    /// The bytes of `range`, which must lie inside.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::Vault`] if it was changed since it was stored.
    pub async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, Error> {
        if range.start >= range.end || range.end > self.blob.size {
            return Ok(Vec::new());
        }
        self.blobs.read(&self.corp, &self.blob, range).await
    }
}

/// A file of a message.
///
/// # Errors
/// [`Error::NotFound`] also for one that is not stored or not to be read;
/// [`Error::ReasonRequired`], [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn open_file(
    app: &App,
    actor: &Actor,
    message: i64,
    place: i32,
) -> Result<Content, Error> {
    let corp = app.corp()?;
    let access = Access::of(app, actor, &corp).await?;
    let missing = || Error::not_found("file", format!("{message}/{place}"));
    let (store, read) = (app.store().read(), read::by_ids);
    let keys = Keys::load(app, &corp).await?.ok_or_else(missing)?;
    let stored = read(store, &corp, &[message]).await?;
    let opened = body::open_all(app, &corp, &keys, stored).await?;
    let one = opened.first().ok_or_else(missing)?;
    let judged = access.judge(app, &keys.index, &[one]).await?;
    match judged.first() {
        Some(Ok(Why::Corp | Why::Department)) if !takes_part(&access, one) => {
            let conversation = one.stored.conversation_id;
            let reading = reader::require_reason_for(app, actor, conversation).await?;
            let seen = [conversation].into();
            reader::note_read(app, actor, &reading, &seen).await?;
        }
        Some(Ok(_)) => {}
        _ => return Err(missing()),
    }
    find(app, corp, &keys, one, place).await
}

/// A file of a message that may be read.
///
/// # Errors
/// [`Error::NotFound`] for one that is not stored; [`Error::Store`], [`Error::Vault`].
pub(super) async fn find(
    app: &App,
    corp: CorpId,
    keys: &Keys,
    one: &body::Opened,
    place: i32,
) -> Result<Content, Error> {
    let (store, message) = (app.store().read(), one.stored.id);
    let missing = || Error::not_found("file", format!("{message}/{place}"));
    let files = store::of_messages(store, &corp, &[message]).await?;
    let file = files
        .into_iter()
        .find(|file| file.place == place)
        .ok_or_else(missing)?;
    let told = one.message.files();
    let told = told
        .iter()
        .find(|media| i64::from(media.place) == i64::from(place));
    let (Some(name), Some(wrapped)) = (file.blob_name, file.blob_key) else {
        return Err(missing());
    };
    let blob = store::blob(store, &corp, &name)
        .await?
        .ok_or_else(missing)?;
    let known = keys.of_conversations(app, &[file.conversation_id]).await?;
    let key = known
        .get(file.conversation_id, file.key_no)
        .ok_or_else(missing)?;
    let record = Record::BlobKey {
        corp: corp.as_str(),
        conversation: file.conversation_id,
        blob: &name,
    };
    let key = BlobKey::unwrap(key, &record, &wrapped)?;
    let media = app.media().ok_or_else(missing)?;
    Ok(Content {
        blobs: media.blobs.clone(),
        blob: Blob {
            name,
            key,
            size: blob.size.max(0).cast_unsigned(),
            place: blob.place,
        },
        corp,
        kind: file.kind,
        name: told.and_then(|media| media.name.clone()),
        extension: told.and_then(|media| media.extension.clone()),
    })
}

fn takes_part(access: &Access, one: &body::Opened) -> bool {
    let people = one.conversation.people();
    access.own().is_some_and(|own| people.contains(own))
}
