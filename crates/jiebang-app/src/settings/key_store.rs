//! Which key store belongs to the database.
//!
//! Invariant: from the first archived message on the database names its key store, and the program
//! starts with no other and with no older copy of it: keys would come into one and be missing in
//! the other.

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_store::Tx;
use jiebang_store::archive::key;
use serde_json::json;
use uuid::Uuid;

use super::{note_stored, read_stored};
use crate::archive::keys;
use crate::audit::{self, Record};
use crate::{App, Error};

/// The setting that holds the id of the key store.
const NAME: &str = "archive.key_store";
/// The setting that holds since when (Unix seconds) keys must have their share, after a loss.
const ACCEPTED_AT: &str = "archive.key_store_accepted_at";
/// Keys that are looked at.
const NEWEST: u64 = 1_000;

/// Whether the key store is the one of this database, or the database needs none yet.
///
/// # Errors
/// [`Error::Store`], [`Error::Json`].
pub async fn has_its_key_store(app: &App) -> Result<bool, Error> {
    let named: Option<Uuid> = read_stored(app, NAME).await?;
    let here = app.store().key_store().id().await?;
    Ok(named.is_none() || named == here)
}

/// How many of the newest keys lack their share, where the key store is the right one: an older copy
/// of it was put in place. Asked after the list of erasures was applied.
///
/// # Errors
/// [`Error::Store`], [`Error::Json`].
pub async fn count_newest_lacking(app: &App) -> Result<usize, Error> {
    let since: Option<i64> = read_stored(app, ACCEPTED_AT).await?;
    let since = since.unwrap_or_default();
    let newest = key::newest_shares(app.store().read(), since, NEWEST).await?;
    let found = app.store().key_store().shares(&newest).await?;
    Ok(newest.len() - found.len())
}

/// Notes in `tx` that the database belongs to the key store that is there.
///
/// # Errors
/// [`Error::Store`], [`Error::Json`].
pub(crate) async fn note_key_store(app: &App, tx: &Tx) -> Result<Uuid, Error> {
    let id = app.store().key_store().be(app.new_id()).await?;
    note_stored(app, tx, NAME, &id).await?;
    Ok(id)
}

/// Goes on with the key store that is there, for whoever has lost the right one: what needs a share
/// of that one (`lost` keys) is not read any more.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`], [`Error::Vault`], [`Error::Json`].
pub async fn accept_key_store(app: &App, actor: &Actor, lost: u64) -> Result<Uuid, Error> {
    app.allow(actor, Act::SettingsChange, Resource::Corp)?;
    let tx = app.begin().await?;
    let id = note_key_store(app, &tx).await?;
    keys::replace_lost_indexes(app, &tx).await?;
    note_stored(app, &tx, ACCEPTED_AT, &(app.now().seconds() + 1)).await?;
    let entry = Record::done("key_store.accept", "key_store", id).detail(json!({ "lost": lost }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok(id)
}
