//! Marks: where a list goes on. It may be at a message that the reader may not read, whose number
//! tells when it was said: a mark is sealed, and opens for the reader and the list it was made for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiebang_domain::access::{Actor, Who};

use crate::{App, Error};

/// Longest mark looked at, in characters.
const MAX_MARK: usize = 512;

/// A list that goes on at a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    Conversations,
    Hits,
}

/// Seals where a list goes on.
///
/// # Errors
/// [`Error::Vault`].
pub fn seal_mark(app: &App, actor: &Actor, list: List, id: i64) -> Result<String, Error> {
    let (key, nonce) = (app.master_key(), app.entropy().bytes());
    let bound = bound(actor, list);
    let sealed = jiebang_vault::seal(key, key.id(), &bound, &id.to_be_bytes(), nonce)?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// Where the list goes on; `None` if the mark was not made for this reader and this list.
#[must_use]
pub fn open_mark(app: &App, actor: &Actor, list: List, mark: &str) -> Option<i64> {
    if mark.len() > MAX_MARK {
        return None;
    }
    let (key, sealed) = (app.master_key(), URL_SAFE_NO_PAD.decode(mark).ok()?);
    let id = jiebang_vault::open(key, key.id(), &bound(actor, list), &sealed).ok()?;
    id.try_into().ok().map(i64::from_be_bytes)
}

fn bound(actor: &Actor, list: List) -> Vec<u8> {
    let who = match actor.who {
        Who::Account(id) => id.to_string(),
        Who::Operator | Who::System => String::new(),
    };
    format!("mark {list:?} {who}").into_bytes()
}
