//! An archive for a run: switched on at the sandbox, its key given to the server, and filled with
//! made-up conversations.

use serde_json::{Value, json};

use super::{Error, World, standin};
use crate::out::Out;

/// Over how many days the conversations are spread, and how long the sandbox gives them out.
const DAYS: i64 = 90;
const DAY: i64 = 86_400;

/// Fills the archive with so many messages; the server pulls and opens them by itself. Without the
/// stand-in library beside the program nothing is done, and that is said.
///
/// # Errors
/// [`Error`] if sandbox or server refuse.
pub async fn begin(world: &mut World, messages: u32, out: &Out) -> Result<(), Error> {
    let program = std::env::current_exe().map_err(|source| Error::File {
        path: "the program itself".into(),
        source,
    })?;
    if standin(&program).is_none() {
        out.note("without an archive: libwecom_sdk_standin.so is not beside the program");
        return Ok(());
    }
    out.note(format!("filling the archive with {messages} messages"));
    switch_on(world).await?;
    let talk = json!({ "messages": messages, "span_s": DAYS * DAY });
    world.control("POST", "archive/generate", talk).await?;
    world.api.post("archive/pull", &Value::Null).await?;
    Ok(())
}

/// Switches the archive on and gives the server its first private key, which is returned (PEM).
///
/// # Errors
/// [`Error`] if sandbox or server refuse.
pub async fn switch_on(world: &mut World) -> Result<String, Error> {
    let switches = json!({ "on": true, "retention_s": (DAYS + 30) * DAY });
    world.control("PUT", "archive", switches).await?;
    let key = new_key(world).await?;
    add_key(world, &key).await?;
    Ok(key.pem)
}

/// A key pair: its public half is at the sandbox.
pub struct NewKey {
    version: Value,
    pub pem: String,
}

/// Makes a key pair at the sandbox, which seals with it from now on.
///
/// # Errors
/// [`Error`] if the sandbox refuses.
pub async fn new_key(world: &World) -> Result<NewKey, Error> {
    let key = world
        .control("POST", "archive/keys", json!({ "generate": true }))
        .await?;
    let body = key["private_key"].as_str().ok_or(Error::Answer {
        what: "archive/keys".to_owned(),
        field: "private_key",
    })?;
    Ok(NewKey {
        pem: format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"),
        version: key["version"].clone(),
    })
}

/// Gives the private half to the server.
///
/// # Errors
/// [`Error`] if the server refuses.
pub async fn add_key(world: &mut World, key: &NewKey) -> Result<(), Error> {
    let add = json!({ "version": key.version, "private_key": key.pem });
    world.api.post("archive/keys", &add).await?;
    Ok(())
}
