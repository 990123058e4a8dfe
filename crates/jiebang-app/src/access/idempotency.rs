//! Idempotency keys: a write that is sent again is answered as the first time.

use jiebang_store::access::idempotency::{self as store, Key};
use uuid::Uuid;

use crate::{App, Error};

/// Longest key, in characters.
const MAX_KEY: usize = 128;

/// What to do about a request that carries a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// The first of its kind: carry it out, then [`finish`] or [`abandon`].
    Fresh,
    /// Carried out already; this was the answer.
    Replay { status: u16, response: String },
    /// The key was used for another request.
    Mismatch,
    /// The first request with this key is still being worked on.
    InProgress,
}

/// Takes note of a request before it is carried out.
///
/// # Errors
/// [`Error::Invalid`] for an odd key, [`Error::Store`].
pub async fn begin(
    app: &App,
    account: Uuid,
    key: &str,
    request_hash: &str,
) -> Result<Begun, Error> {
    let is_printable = key.chars().all(|c| c.is_ascii_graphic());
    if key.is_empty() || key.len() > MAX_KEY || !is_printable {
        return Err(Error::invalid("Idempotency-Key", "idempotency_key"));
    }
    let tx = app.begin().await?;
    let key = Key {
        corp: app.home(),
        account,
        key,
    };
    let begun = store::begin(&tx, key, request_hash, app.now()).await?;
    tx.commit().await?;
    Ok(match begun {
        store::Begun::New => Begun::Fresh,
        store::Begun::OtherRequest => Begun::Mismatch,
        store::Begun::Answered { status, response } => Begun::Replay {
            status: u16::try_from(status).unwrap_or(500),
            response,
        },
        store::Begun::Busy => Begun::InProgress,
    })
}

/// Keeps the answer of a request for its repetitions.
///
/// # Errors
/// [`Error::Store`].
pub async fn finish(
    app: &App,
    account: Uuid,
    key: &str,
    status: u16,
    response: &str,
) -> Result<(), Error> {
    // Too long to keep: a repetition is told that it was done, not carried out again.
    let response = if response.len() > store::MAX_RESPONSE_BYTES {
        ""
    } else {
        response
    };
    let tx = app.begin().await?;
    let key = Key {
        corp: app.home(),
        account,
        key,
    };
    store::finish(&tx, key, i32::from(status), response).await?;
    tx.commit().await?;
    Ok(())
}

/// Forgets a request that was not carried out (it failed inside), so that it may be sent again.
///
/// # Errors
/// [`Error::Store`].
pub async fn abandon(app: &App, account: Uuid, key: &str) -> Result<(), Error> {
    let tx = app.begin().await?;
    store::release(
        &tx,
        Key {
            corp: app.home(),
            account,
            key,
        },
    )
    .await?;
    tx.commit().await?;
    Ok(())
}
