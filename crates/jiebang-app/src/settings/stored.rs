//! What the program keeps in a setting of its own as JSON: policies, templates, how far a job is.

use jiebang_store::Tx;
use jiebang_store::setting::{self, Content, Setting};
use serde::Serialize;
use serde::de::DeserializeOwned;

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

fn json(source: serde_json::Error) -> Error {
    Error::Json {
        what: "setting",
        source,
    }
}
