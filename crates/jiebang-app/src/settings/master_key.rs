//! Exchanging the master key: everything sealed directly under it is sealed under another, in
//! one transaction. What stands under those keys is not touched.

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::id::CorpId;
use jiebang_store::archive::key;
use jiebang_store::setting::{self, Content};
use jiebang_store::{Store, Tx};
use jiebang_vault::archive::{CorpKey, Record as Bound};
use jiebang_vault::{KeyId, MasterKey};
use serde_json::{Value, json};

use super::values::{Field, associated_data};
use crate::audit::{self, Record};
use crate::{App, Error};

/// Under this name stands the id of the key in force, once it was exchanged.
const NAME: &str = "master_key_id";

/// What was sealed anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Exchanged {
    pub corp_keys: usize,
    pub private_keys: usize,
    pub settings: usize,
}

/// The id of the key in force; `None` while the first one is.
///
/// # Errors
/// [`Error::Store`].
pub async fn master_key_in_force(store: &Store) -> Result<Option<KeyId>, Error> {
    let home = corp_of(crate::context::HOME)?;
    let row = setting::get(store.read(), &home, NAME).await?;
    Ok(row.and_then(|row| id_of(&row)))
}

fn id_of(row: &setting::Setting) -> Option<KeyId> {
    let text = row.value.as_ref()?.as_str()?;
    KeyId::from_str_radix(text, 16).ok()
}

/// Whether something is sealed under a master key: then another one must not be made up.
///
/// # Errors
/// [`Error::Store`].
pub async fn has_sealed(store: &Store) -> Result<bool, Error> {
    let (read, home) = (store.read(), corp_of(crate::context::HOME)?);
    let settings = setting::list(read, &home).await?;
    Ok(settings.iter().any(|row| row.sealed.is_some())
        || !key::all_corp_keys(read).await?.is_empty()
        || !key::all_archive_keys(read).await?.is_empty())
}

/// That the master key opens everything that is sealed directly under it.
///
/// # Errors
/// [`Error::Vault`] if it does not; [`Error::Store`].
pub async fn check_master_key(app: &App) -> Result<(), Error> {
    let (read, master) = (app.store().read(), app.master_key());
    for row in key::all_corp_keys(read).await? {
        let (corp, number) = (row.corp_id.as_str(), row.number);
        let wrapped = row.wrapped.as_deref().unwrap_or_default();
        CorpKey::unwrap(master, &Bound::CorpKey { corp, number }, wrapped)?;
    }
    for row in key::all_archive_keys(read).await? {
        let bound = Bound::PrivateKey {
            corp: &row.corp_id,
            version: u32::try_from(row.version).unwrap_or_default(),
        };
        let opened = jiebang_vault::open(master, master.id(), &bound.bytes(), &row.sealed)?;
        drop(zeroize::Zeroizing::new(opened));
    }
    // Those of the console are opened unless the configuration overrides them; then the others.
    super::read_values(app).await?;
    for row in setting::list(read, app.home()).await? {
        if Field::find(&row.name).is_none() {
            super::open_sealed(app, Some(&row))?;
        }
    }
    Ok(())
}

/// That nothing is sealed under a key that was exchanged: asked in every transaction that seals
/// something under the master key.
///
/// # Errors
/// [`Error::Conflict`] `master_key_exchanged`; [`Error::Store`].
pub(crate) async fn assert_master_key(app: &App, tx: &Tx) -> Result<(), Error> {
    let row = setting::get(tx.conn(), app.home(), NAME).await?;
    match row.as_ref().and_then(id_of) {
        Some(id) if id != app.master_key().id() => Err(Error::Conflict {
            code: "master_key_exchanged",
        }),
        _ => Ok(()),
    }
}

/// Seals under `new` everything that is sealed under the key of `app`, which is refused from then
/// on. The whole is one transaction: a crash leaves everything under one of the two.
///
/// # Errors
/// [`Error::Vault`] if something does not open, and then nothing is changed;
/// [`Error::Conflict`] `master_key_exchanged` if somebody else was faster; [`Error::Denied`],
/// [`Error::Store`].
pub async fn exchange_master_key(
    app: &App,
    actor: &Actor,
    new: &MasterKey,
) -> Result<Exchanged, Error> {
    app.allow(actor, Act::SettingsChange, Resource::Corp)?;
    let tx = app.begin().await?;
    assert_master_key(app, &tx).await?;
    let done = Exchanged {
        corp_keys: corp_keys(app, &tx, new).await?,
        private_keys: private_keys(app, &tx, new).await?,
        settings: settings(app, &tx, new).await?,
    };
    let id = format!("{:08x}", new.id());
    let content = Content::Open(Value::from(id.as_str()));
    let by = actor.reference();
    setting::put(&tx, app.home(), NAME, content, &by, app.now()).await?;
    let old = format!("{:08x}", app.master_key().id());
    let entry = Record::done("master_key.exchange", "master_key", &id)
        .detail(json!({ "before": old, "sealed_anew": done }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok(done)
}

async fn corp_keys(app: &App, tx: &Tx, new: &MasterKey) -> Result<usize, Error> {
    let mut count = 0;
    for row in key::all_corp_keys(tx.conn()).await? {
        let Some(wrapped) = &row.wrapped else {
            continue;
        };
        let bound = Bound::CorpKey {
            corp: &row.corp_id,
            number: row.number,
        };
        let opened = CorpKey::unwrap(app.master_key(), &bound, wrapped)?;
        let wrapped = opened.wrap(new, &bound, app.entropy())?;
        let corp = corp_of(&row.corp_id)?;
        key::rewrap_corp_key(tx, &corp, row.number, wrapped).await?;
        count += 1;
    }
    Ok(count)
}

async fn private_keys(app: &App, tx: &Tx, new: &MasterKey) -> Result<usize, Error> {
    let mut count = 0;
    for row in key::all_archive_keys(tx.conn()).await? {
        let version = u32::try_from(row.version)
            .map_err(|_| Error::Internal("a private key has no version".to_owned()))?;
        let bound = Bound::PrivateKey {
            corp: &row.corp_id,
            version,
        };
        let sealed = reseal(app, new, &bound.bytes(), &row.sealed)?;
        key::put_archive_key(tx, key::ArchiveKey { sealed, ..row }).await?;
        count += 1;
    }
    Ok(count)
}

async fn settings(app: &App, tx: &Tx, new: &MasterKey) -> Result<usize, Error> {
    let mut count = 0;
    for row in setting::list(tx.conn(), app.home()).await? {
        let Some(sealed) = &row.sealed else { continue };
        let bound = associated_data(app.home(), &row.name);
        let content = Content::Sealed(reseal(app, new, &bound, sealed)?);
        setting::put(
            tx,
            app.home(),
            &row.name,
            content,
            &row.updated_by,
            app.now(),
        )
        .await?;
        count += 1;
    }
    Ok(count)
}

fn reseal(app: &App, new: &MasterKey, bound: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Error> {
    let old = app.master_key();
    let opened = zeroize::Zeroizing::new(jiebang_vault::open(old, old.id(), bound, sealed)?);
    let nonce = app.entropy().bytes();
    Ok(jiebang_vault::seal(new, new.id(), bound, &opened, nonce)?)
}

/// # Errors
/// [`Error::Malformed`].
pub(crate) fn corp_of(text: &str) -> Result<CorpId, Error> {
    CorpId::parse(text).map_err(|source| Error::Malformed {
        what: "corp id",
        source,
    })
}
