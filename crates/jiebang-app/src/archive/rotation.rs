//! Exchanging keys. No payload is sealed again: a new corp key takes over the wraps of the old
//! one, a new conversation key seals what comes from now on.
//!
//! Invariant: a corp key is destroyed only after everything it wrapped was wrapped by the next,
//! and nothing can be added to it from then on (`jiebang_store::archive::key::add_keys`).

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::id::CorpId;
use jiebang_store::archive::key as store;
use jiebang_store::archive::{conversation, erasure};
use jiebang_vault::archive::{CorpKey, Record as Bound};
use serde_json::json;
use uuid::Uuid;

use super::keys::{Keys, missing};
use crate::access::step_up;
use crate::audit::{self, Record};
use crate::job::{self, Held, Next, Task};
use crate::{App, Error, settings};

/// The setting that holds since when conversations have new keys.
const RENEWED_AT: &str = "archive.keys_renewed_at";
/// Keys wrapped anew in one transaction.
const BATCH: u64 = 500;

/// A corp key as it is shown; never the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CorpKeyView {
    pub number: i32,
    pub created_at: i64,
    /// Keys of conversations it wraps still.
    pub wraps: u64,
}

/// The corp keys that are not destroyed, oldest first; the last one wraps what is new.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_corp_keys(app: &App, actor: &Actor) -> Result<Vec<CorpKeyView>, Error> {
    app.allow(actor, Act::ArchiveStatus, Resource::Corp)?;
    let (corp, read) = (app.corp()?, app.store().read());
    let mut views = Vec::new();
    for key in store::corp_keys(read, &corp).await? {
        views.push(CorpKeyView {
            number: key.number,
            created_at: key.created_at,
            wraps: store::count_wrapped(read, &corp, key.number).await?,
        });
    }
    Ok(views)
}

/// Makes a new corp key. It wraps new keys at once; a job wraps the others by it and then
/// destroys the old one. Reading goes on meanwhile. Returns the new key's number.
///
/// # Errors
/// [`Error::Conflict`] `archive_empty` before anything was archived, `archive_key_exchanged` if
/// somebody else does the same; [`Error::StepUpRequired`], [`Error::Denied`], [`Error::Store`], [`Error::Vault`].
pub async fn exchange_corp_key(app: &App, actor: &Actor) -> Result<i32, Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    let corp = app.corp()?;
    // Under a master key that does not open the others nothing would open any more.
    let keys = Keys::load(app, &corp).await?.ok_or(Error::Conflict {
        code: "archive_empty",
    })?;
    let number = keys.newest()?.0 + 1;
    confirmed(app, actor).await?;
    let bound = Bound::CorpKey {
        corp: corp.as_str(),
        number,
    };
    let key = CorpKey::generate(app.entropy())?;
    let wrapped = key.wrap(app.master_key(), &bound, app.entropy())?;
    let tx = app.begin().await?;
    settings::assert_master_key(app, &tx).await?;
    match store::add_corp_key(&tx, &corp, number, wrapped, app.now()).await {
        Err(jiebang_store::StoreError::Conflict { .. }) => {
            return Err(Error::Conflict {
                code: "archive_key_exchanged",
            });
        }
        other => other?,
    }
    job::enqueue(app, &tx, &Task::RewrapKeys, app.now()).await?;
    let entry = Record::done("corp_key.exchange", "corp_key", number);
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok(number)
}

/// Gives a conversation a new key; what is said from now on is sealed with it. Returns the
/// key's number.
///
/// # Errors
/// [`Error::NotFound`] if there is no such conversation; [`Error::Conflict`]
/// `archive_key_exchanged` if it was given one meanwhile; [`Error::Denied`], [`Error::Store`],
/// [`Error::Vault`].
pub async fn renew_conversation_key(
    app: &App,
    actor: &Actor,
    conversation: i64,
) -> Result<i32, Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    let corp = app.corp()?;
    let unknown = || Error::not_found("conversation", conversation);
    let keys = Keys::load(app, &corp).await?.ok_or_else(unknown)?;
    let known = keys.of_conversations(app, &[conversation]).await?;
    let found = conversation::find(app.store().read(), &corp, conversation).await?;
    if found.is_none() {
        return Err(unknown());
    }
    confirmed(app, actor).await?;
    let erasures = erasure::count(app.store().read(), &corp).await?;
    let number = known.next_number(conversation);
    let at = app.now().seconds().max(renewed_at(app).await?);
    let (_, new) = keys.make(app, conversation, number, at)?;
    let new = app.store().key_store().keep(vec![new]).await?;
    let tx = app.begin().await?;
    jiebang_store::archive::lock(&tx, &corp).await?;
    if erasure::count(tx.conn(), &corp).await? != erasures {
        // Its share may be among those that were erased.
        return Err(Error::Conflict {
            code: "archive_key_exchanged",
        });
    }
    match store::add_keys(&tx, &corp, new).await {
        Err(
            jiebang_store::StoreError::Conflict { .. } | jiebang_store::StoreError::RowCount { .. },
        ) => {
            return Err(Error::Conflict {
                code: "archive_key_exchanged",
            });
        }
        other => other?,
    }
    let entry = Record::done("conversation_key.renew", "conversation", conversation)
        .detail(json!({ "number": number }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok(number)
}

/// Has every conversation go on with a new key: each is given one with its next message. What is
/// under way at the moment, and notes on samples until then, still take the old ones.
///
/// # Errors
/// [`Error::NotConnected`], [`Error::Denied`], [`Error::Store`], [`Error::Json`].
pub async fn renew_all_conversation_keys(app: &App, actor: &Actor) -> Result<(), Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    confirmed(app, actor).await?;
    let tx = app.begin().await?;
    // Keys made in this second are old ones.
    let next = app.now().seconds() + 1;
    settings::note_stored(app, &tx, RENEWED_AT, &next).await?;
    let entry = Record::done("conversation_key.renew_all", "archive", app.corp()?);
    audit::record(app, &tx, actor, entry).await?;
    Ok(tx.commit().await?)
}

/// Whoever exchanges keys gives the password first.
async fn confirmed(app: &App, actor: &Actor) -> Result<(), Error> {
    let keys = ("archive_key", Uuid::nil());
    step_up::require(app, actor, Act::ArchiveManage, keys).await
}

/// Keys made before (Unix seconds) seal no further messages.
///
/// # Errors
/// [`Error::Store`], [`Error::Json`].
pub(super) async fn renewed_at(app: &App) -> Result<i64, Error> {
    let stored = settings::read_stored(app, RENEWED_AT).await?;
    Ok(stored.unwrap_or_default())
}

/// Wraps everything by the newest corp key and destroys the others.
///
/// # Errors
/// [`Error::Store`], [`Error::Vault`].
pub(crate) async fn run(app: &App, held: &Held) -> Result<Next, Error> {
    let Ok(corp) = app.corp() else {
        return Ok(Next::Done);
    };
    let Some(keys) = Keys::load(app, &corp).await? else {
        return Ok(Next::Done);
    };
    let (newest, wrapping) = keys.newest()?;
    rewrap_index(app, held, &corp, &keys).await?;
    for number in keys.numbers().filter(|number| *number != newest) {
        let old = keys.corp_key(number).ok_or_else(missing)?;
        let (mut after, mut damaged) = (None, 0_u64);
        loop {
            let some = store::wrapped_by(app.store().read(), &corp, number, after, BATCH).await?;
            let Some(last) = some.last() else {
                break;
            };
            after = Some((last.conversation_id, last.number));
            let tx = app.begin().await?;
            held.assert(&tx).await?;
            for row in some {
                let bound = Bound::ConversationKey {
                    corp: corp.as_str(),
                    conversation: row.conversation_id,
                    number: row.number,
                };
                let stored = row.wrapped.as_deref().unwrap_or_default();
                match old.rewrap(wrapping, &bound, stored, app.entropy()) {
                    Ok(wrapped) => drop(store::rewrap(&tx, &row, newest, wrapped).await?),
                    // It opens nothing, and must not keep all others from being exchanged.
                    Err(_) => damaged += 1,
                }
            }
            tx.commit().await?;
        }
        if damaged > 0 {
            if store::count_wrapped(app.store().read(), &corp, number).await? > damaged {
                // Keys were added to it meanwhile: once more.
                return Ok(Next::Again(app.now().plus(1)));
            }
            tracing::error!(
                number,
                damaged,
                "keys of conversations are damaged and stay under the old key"
            );
            continue;
        }
        let tx = app.begin().await?;
        held.assert(&tx).await?;
        if !store::destroy_corp_key(&tx, &corp, number, app.now()).await? {
            // A key was added to it meanwhile: once more.
            drop(tx);
            return Ok(Next::Again(app.now().plus(1)));
        }
        tx.commit().await?;
    }
    Ok(Next::Done)
}

async fn rewrap_index(app: &App, held: &Held, corp: &CorpId, keys: &Keys) -> Result<(), Error> {
    let (newest, wrapping) = keys.newest()?;
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    let index = store::index(tx.conn(), corp).await?.ok_or_else(missing)?;
    if index.corp_key_number == newest {
        return Ok(());
    }
    let old = keys.corp_key(index.corp_key_number).ok_or_else(missing)?;
    let bound = Bound::IndexKey {
        corp: corp.as_str(),
    };
    let wrapped = old.rewrap(wrapping, &bound, &index.wrapped, app.entropy())?;
    let index = store::IndexKey {
        corp_key_number: newest,
        wrapped,
        ..index
    };
    store::put_index(&tx, index).await?;
    Ok(tx.commit().await?)
}
