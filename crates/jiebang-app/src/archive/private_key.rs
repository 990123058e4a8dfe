//! The RSA private keys whose public halves were uploaded to WeCom.

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_store::archive::key as store;
use jiebang_store::archive::{figures, rows};
use jiebang_vault::archive::{BadPrivateKey, PrivateKey, Record as Bound};
use serde_json::json;
use uuid::Uuid;

use super::consent::UNANSWERED;
use crate::access::step_up;
use crate::audit::{self, Record};
use crate::job::{self, Task};
use crate::{App, Change, Error};

/// Longest PEM taken; RSA of 8,192 bits has some 6,400 characters.
const MAX_PEM: usize = 16 << 10;

/// A private key as the console shows it; never the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyView {
    /// The number WeCom shows beside the public key.
    pub version: u32,
    /// SHA-256 of the public half in DER, hex.
    pub fingerprint: String,
    pub added_at: i64,
    pub added_by: String,
    /// Rows that wait and were sealed for this version.
    pub parked: u64,
}

/// Stores a private key (PEM, PKCS#8 or PKCS#1, without a password) under the version WeCom gave
/// its public half, and opens what was parked for want of it.
///
/// # Errors
/// [`Error::Invalid`] for a text that is no such key; [`Error::Conflict`] `archive_key_version`
/// if there is another key of that version; [`Error::Denied`], [`Error::Store`].
pub async fn add_private_key(
    app: &App,
    actor: &Actor,
    version: u32,
    pem: &str,
) -> Result<KeyView, Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    let corp = app.corp()?;
    if version == 0 {
        return Err(Error::invalid("version", "archive_key_version"));
    }
    if pem.len() > MAX_PEM {
        return Err(Error::invalid("private_key", "too_long"));
    }
    let key = PrivateKey::from_pem(pem)
        .map_err(|problem| Error::invalid("private_key", word(problem)))?;
    let fingerprint = hex::encode(key.fingerprint());
    let bound = Bound::PrivateKey {
        corp: corp.as_str(),
        version,
    };
    let (master, nonce) = (app.master_key(), app.entropy().bytes());
    let id = Uuid::nil();
    step_up::require(app, actor, Act::ArchiveManage, ("archive_key", id)).await?;
    let sealed = jiebang_vault::seal(master, master.id(), &bound.bytes(), key.pkcs8(), nonce)?;
    let row = store::ArchiveKey {
        corp_id: corp.to_string(),
        version: version.into(),
        fingerprint: fingerprint.clone(),
        sealed,
        added_at: app.now().seconds(),
        added_by: actor.reference(),
    };
    let tx = app.begin().await?;
    crate::settings::assert_master_key(app, &tx).await?;
    jiebang_store::archive::lock(&tx, &corp).await?;
    let known = store::archive_keys(tx.conn(), &corp).await?;
    let same = known.iter().find(|one| one.version == i64::from(version));
    if same.is_some_and(|one| one.fingerprint != fingerprint) {
        return Err(Error::Conflict {
            code: "archive_key_version",
        });
    }
    store::put_archive_key(&tx, row.clone()).await?;
    rows::unpark(&tx, &corp, rows::Again::Version(version), app.now()).await?;
    job::enqueue(app, &tx, &Task::OpenArchive, app.now()).await?;
    let detail = json!({ "version": version, "fingerprint": fingerprint });
    let entry = Record::done("archive_key.add", "archive_key", version).detail(detail);
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Archive);
    Ok(shown(row, &BTreeMap::new()))
}

const fn word(problem: BadPrivateKey) -> &'static str {
    match problem {
        BadPrivateKey::NoKey => "private_key_none",
        BadPrivateKey::Public => "private_key_public",
        BadPrivateKey::Encrypted => "private_key_encrypted",
        BadPrivateKey::NotRsa => "private_key_not_rsa",
        BadPrivateKey::Damaged => "private_key_damaged",
    }
}

/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_private_keys(app: &App, actor: &Actor) -> Result<Vec<KeyView>, Error> {
    app.allow(actor, Act::ArchiveStatus, Resource::Corp)?;
    let (corp, read) = (app.corp()?, app.store().read());
    let mut parked: BTreeMap<i64, u64> = BTreeMap::new();
    let by_reason = figures::parked(read, &corp).await?.into_iter();
    for some in by_reason.filter(|some| some.reason != UNANSWERED) {
        *parked.entry(some.publickey_ver).or_default() += some.rows.cast_unsigned();
    }
    let keys = store::archive_keys(read, &corp).await?;
    Ok(keys.into_iter().map(|row| shown(row, &parked)).collect())
}

fn shown(row: store::ArchiveKey, parked: &BTreeMap<i64, u64>) -> KeyView {
    KeyView {
        parked: parked.get(&row.version).copied().unwrap_or_default(),
        version: u32::try_from(row.version).unwrap_or_default(),
        fingerprint: row.fingerprint,
        added_at: row.added_at,
        added_by: row.added_by,
    }
}

/// Forgets a private key. What was opened with it stays; what still comes for it is parked.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn remove_private_key(app: &App, actor: &Actor, version: u32) -> Result<(), Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    let corp = app.corp()?;
    let id = Uuid::nil();
    step_up::require(app, actor, Act::ArchiveManage, ("archive_key", id)).await?;
    let tx = app.begin().await?;
    if !store::delete_archive_key(&tx, &corp, version).await? {
        return Err(Error::not_found("archive_key", version));
    }
    let entry = Record::done("archive_key.remove", "archive_key", version);
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Archive);
    Ok(())
}
