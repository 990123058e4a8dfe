//! Who is archived (存档生效成员), and what rooms among colleagues and bots are called: asked of
//! WeCom, since no message tells it.

use std::collections::BTreeSet;

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::archive::conversation::PersonKind;
use jiebang_domain::id::CorpId;
use jiebang_domain::time::{DAY, HOUR, MINUTE, Timestamp};
use jiebang_store::archive::roster as store;
pub use jiebang_store::archive::roster::Unarchived;
use jiebang_wecom::{CallError, Client, ErrKind};
use serde::{Deserialize, Serialize};

use super::consent::concerns_all;
use super::reader::Sight;
use crate::job::{Held, Next, chain};
use crate::settings::{note_stored, read_stored};
use crate::{App, Change, Error};

/// Seconds between two questions, and until it is gone on with names.
const EVERY: i64 = HOUR;
const SOON: i64 = MINUTE;
/// Names asked for at once.
const NAMES: usize = 200;
/// Seconds after which a name is asked for again: rooms are renamed.
const STALE: i64 = 7 * DAY;
/// The setting that holds what WeCom last answered.
const ROSTER: &str = "archive.roster";
/// Most members that are listed.
const MAX_SHOWN: usize = 200;

/// What WeCom last answered.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Asked {
    /// When it last told who is archived, Unix seconds.
    at: Option<i64>,
    /// The number of its refusal, if it refused since.
    refused: Option<i64>,
}

/// Who is archived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    /// When WeCom last told it, Unix seconds.
    pub asked_at: Option<i64>,
    /// The number with which WeCom refuses to tell it since.
    pub refused: Option<i64>,
    /// Members of the whole corp.
    pub archived: u64,
    /// Members with customers who are not archived: how many, and the first 200, those with the
    /// most customers first. Of accounts limited to departments: their members.
    pub unarchived: u64,
    pub first: Vec<Unarchived>,
}

/// Who is archived, and who serves customers without being so.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn view_roster(app: &App, actor: &Actor) -> Result<Roster, Error> {
    app.allow(actor, Act::ArchiveStatus, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok(Roster::default());
    };
    let asked: Asked = read_stored(app, ROSTER).await?.unwrap_or_default();
    let mut roster = Roster {
        asked_at: asked.at,
        refused: asked.refused,
        ..Roster::default()
    };
    if asked.at.is_some() {
        let read = app.store().read();
        let sight = Sight::of(app, actor, &corp).await?;
        let mut found = store::unarchived(read, &corp).await?;
        found.retain(|member| sight.sees(&member.userid));
        roster.archived = store::count_members(read, &corp).await?;
        roster.unarchived = found.len() as u64;
        found.truncate(MAX_SHOWN);
        roster.first = found;
    }
    Ok(roster)
}

/// Whether WeCom refuses to tell who is archived: the archive has run out, say.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn is_refused(app: &App) -> Result<bool, Error> {
    let asked: Option<Asked> = read_stored(app, ROSTER).await?;
    Ok(asked.is_some_and(|asked| asked.refused.is_some()))
}

/// Asks who is archived, and for names, and again after a while.
///
/// # Errors
/// [`Error::Store`]; what WeCom refuses is noted and tried again.
pub(crate) async fn run(app: &App, held: &Held) -> Result<Next, Error> {
    let Ok(connection) = app.connection() else {
        return Ok(Next::Done);
    };
    let (corp, client) = (connection.corp.clone(), connection.client);
    if !client.has_archive_secret() {
        return Ok(Next::Done);
    }
    ask_members(app, held, &corp, &client).await?;
    let pause = match ask_names(app, held, &corp, &client).await? {
        NAMES => SOON,
        _ => EVERY,
    };
    app.tell(Change::Archive);
    Ok(Next::Again(app.now().plus(pause)))
}

async fn ask_members(app: &App, held: &Held, corp: &CorpId, client: &Client) -> Result<(), Error> {
    let now = app.now();
    let mut asked: Asked = read_stored(app, ROSTER).await?.unwrap_or_default();
    let is_fresh = |at| now.since(Timestamp::from_seconds(at)) < EVERY;
    if asked.refused.is_none() && asked.at.is_some_and(is_fresh) {
        // Only names are gone on with.
        return Ok(());
    }
    let members = match client.archived_members(None).await {
        Ok(members) => Some(members),
        Err(error) => {
            tracing::warn!(error = chain(&error), "WeCom does not tell who is archived");
            // No answer, or one that passes, says nothing of the archive.
            let code = error.code().filter(|_| is_lasting(&error));
            let Some(code) = code else { return Ok(()) };
            asked.refused = Some(code.0);
            None
        }
    };
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    if let Some(members) = members {
        let members: BTreeSet<String> = members.iter().map(ToString::to_string).collect();
        let members = members.into_iter().collect();
        store::set_members(&tx, corp, members, now).await?;
        asked = Asked {
            at: Some(now.seconds()),
            refused: None,
        };
    }
    note_stored(app, &tx, ROSTER, &asked).await?;
    Ok(tx.commit().await?)
}

/// Whether it stays so until somebody does something about it.
fn is_lasting(error: &CallError) -> bool {
    matches!(error.kind(), Some(ErrKind::Config(_)))
}

/// Asks for some names; returns for how many.
async fn ask_names(app: &App, held: &Held, corp: &CorpId, client: &Client) -> Result<usize, Error> {
    let now = app.now();
    let limit = NAMES as u64;
    let ids = store::to_be_named(app.store().read(), corp, now.plus(-STALE), limit).await?;
    let mut names = Vec::with_capacity(ids.len());
    for id in ids {
        match name_of(client, &id).await {
            Ok(name) => names.push((id, name)),
            Err(error) if concerns_all(&error) => {
                tracing::warn!(error = chain(&error), "WeCom does not tell a name");
                break;
            }
            // What it does not tell of one is asked for again as late as a name.
            Err(_) => names.push((id, String::new())),
        }
    }
    let count = names.len();
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    store::set_names(&tx, corp, names, now).await?;
    tx.commit().await?;
    Ok(count)
}

/// Empty where there is none.
async fn name_of(client: &Client, id: &str) -> Result<String, CallError> {
    if PersonKind::of(id) == PersonKind::Robot {
        return Ok(client.robot(id).await?.name);
    }
    // A member whose id begins like a bot's: rooms begin otherwise.
    if id.starts_with("wb") {
        return Ok(String::new());
    }
    let room = client.internal_room(id).await?;
    Ok(room.map(|room| room.name).unwrap_or_default())
}
