//! What the program keeps in a setting of its own: policies, templates, how far a job is, as JSON;
//! keys, sealed.

use jiebang_store::Tx;
use jiebang_store::setting::{self, Content, Setting};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::assert_master_key;
use super::values::associated_data;
use crate::{App, Error};

/// What the setting holds; `None` if it was never written.
///
/// # Errors
/// [`Error::Store`]; [`Error::Json`] if it holds something else.
pub(crate) async fn read_stored<T: DeserializeOwned>(
    app: &App,
    name: &str,
) -> Result<Option<T>, Error> {
    parse_stored(setting::get(app.store().read(), app.home(), name).await?)
}

/// As [`read_stored`], of a row that was read.
///
/// # Errors
/// [`Error::Json`].
pub(crate) fn parse_stored<T: DeserializeOwned>(row: Option<Setting>) -> Result<Option<T>, Error> {
    let value = row.and_then(|row| row.value);
    value.map(serde_json::from_value).transpose().map_err(json)
}

/// Writes the setting, by the program itself.
///
/// # Errors
/// [`Error::Store`], [`Error::Json`].
pub(crate) async fn note_stored(
    app: &App,
    tx: &Tx,
    name: &str,
    value: &impl Serialize,
) -> Result<(), Error> {
    let content = Content::Open(serde_json::to_value(value).map_err(json)?);
    setting::put(tx, app.home(), name, content, "system", app.now()).await?;
    Ok(())
}

/// What is sealed in a setting that was read; `None` if nothing is.
///
/// # Errors
/// [`Error::Vault`] if it does not open.
pub(crate) fn open_sealed(
    app: &App,
    row: Option<&Setting>,
) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    let Some((row, sealed)) = row.and_then(|row| Some((row, row.sealed.as_ref()?))) else {
        return Ok(None);
    };
    let (key, bound) = (app.master_key(), associated_data(app.home(), &row.name));
    let opened = jiebang_vault::open(key, key.id(), &bound, sealed)?;
    Ok(Some(Zeroizing::new(opened)))
}

/// Seals in the setting, by the program itself.
///
/// # Errors
/// [`Error::Store`], [`Error::Vault`]; [`Error::Conflict`] `master_key_exchanged`.
pub(crate) async fn note_sealed(app: &App, tx: &Tx, name: &str, bytes: &[u8]) -> Result<(), Error> {
    assert_master_key(app, tx).await?;
    let (key, bound) = (app.master_key(), associated_data(app.home(), name));
    let nonce = app.entropy().bytes();
    let sealed = jiebang_vault::seal(key, key.id(), &bound, bytes, nonce)?;
    let content = Content::Sealed(sealed);
    setting::put(tx, app.home(), name, content, "system", app.now()).await?;
    Ok(())
}

fn json(source: serde_json::Error) -> Error {
    Error::Json {
        what: "setting",
        source,
    }
}
