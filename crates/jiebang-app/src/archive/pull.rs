//! Pulling: page after page is stored as it came, with the cursor, until WeCom has nothing more.

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::id::CorpId;
use jiebang_domain::time::{DAY, MINUTE, Timestamp};
use jiebang_store::archive::rows::{self, SealedRow, Stored};
use jiebang_store::archive::{figures, message};
use jiebang_store::{Tx, setting};
use jiebang_vault::sha256;
use jiebang_wecom::archive::{MalformedRow, PulledPage, ReturnKind, SdkError};
use serde_json::json;

use super::code_of;
use crate::audit::{self, Record};
use crate::job::{self, Held, Next, Task, chain};
use crate::settings::{note_stored, parse_stored, read_stored};
use crate::{App, Change, Error};

/// Rows a page: the most WeCom gives.
const PAGE: u32 = 1_000;
/// How many times smaller a page is asked for that could not be had.
const SMALLER: u32 = 5;
/// After how many answers a page is asked for that is as large as one that failed.
const LARGER_AFTER: u32 = 20;
/// Seconds between looks while WeCom tells of nothing new.
const EVERY: i64 = MINUTE;
/// Seconds until a failure is tried again: one that passes by itself, and another.
const SOON: i64 = 15;
const LATER: i64 = 5 * MINUTE;
/// Seconds without a page that are no mere waiting for the next.
const PAUSE: i64 = 2 * MINUTE;
/// WeCom gives a message out for so long, in seconds (section 3 of the reference).
pub const WINDOW: i64 = 5 * DAY;
/// The msgid of a row that came without what a row must have begins so; no id of WeCom's does.
pub(super) const MALFORMED: &str = "malformed ";

/// Asks for what is new at once.
///
/// # Errors
/// [`Error::Conflict`] `archive_not_configured` without library and secret;
/// [`Error::NotConnected`], [`Error::Denied`], [`Error::Store`].
pub async fn pull_archive(app: &App, actor: &Actor) -> Result<(), Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    if super::sdk(app)?.is_none() {
        return Err(Error::Conflict {
            code: "archive_not_configured",
        });
    }
    let tx = app.begin().await?;
    job::enqueue(app, &tx, &Task::PullArchive, app.now()).await?;
    let entry = Record::done("archive.pull", "archive", app.corp()?);
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Archive);
    Ok(())
}

/// Has the rows opened again that are parked for this reason: after an update of the library or of
/// this program, say. Returns how many.
///
/// # Errors
/// [`Error::NotConnected`], [`Error::Denied`], [`Error::Store`].
pub async fn retry_parked(app: &App, actor: &Actor, reason: &str) -> Result<u64, Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    let (corp, now) = (app.corp()?, app.now());
    let tx = app.begin().await?;
    jiebang_store::archive::lock(&tx, &corp).await?;
    let rows = rows::unpark(&tx, &corp, rows::Again::Reason(reason), now).await?;
    if rows == 0 {
        return Ok(0);
    }
    job::enqueue(app, &tx, &Task::OpenArchive, now).await?;
    let detail = json!({ "reason": reason, "rows": rows });
    let entry = Record::done("archive.retry", "archive", &corp).detail(detail);
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Archive);
    Ok(rows)
}

/// Which parked rows are known, by reason: how many, and when the last was delivered (Unix seconds).
pub(super) type Known = BTreeMap<String, (i64, i64)>;

/// The setting that holds [`Known`].
const KNOWN: &str = "archive.parked_known";

/// # Errors
/// [`Error::Store`].
pub(super) async fn known_parked(app: &App) -> Result<Known, Error> {
    Ok(read_stored(app, KNOWN).await?.unwrap_or_default())
}

/// What is parked now, of whatever version.
pub(super) fn parked_now(parked: &[figures::Parked]) -> Known {
    let mut now = Known::new();
    for some in parked {
        let (rows, newest) = now.entry(some.reason.clone()).or_default();
        *rows += some.rows;
        *newest = some.newest.max(*newest);
    }
    now
}

/// Takes the rows that are parked for this reason for known: they stay, and are an alarm no more
/// until another one is parked for it.
///
/// # Errors
/// [`Error::NotConnected`], [`Error::Denied`], [`Error::Store`].
pub async fn know_parked(app: &App, actor: &Actor, reason: &str) -> Result<(), Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    let corp = app.corp()?;
    let tx = app.begin().await?;
    // Of two who do so at once the second sees what the first noted.
    jiebang_store::archive::lock(&tx, &corp).await?;
    let now = parked_now(&figures::parked(tx.conn(), &corp).await?);
    let Some(these) = now.get(reason) else {
        return Ok(());
    };
    let noted = setting::get(tx.conn(), app.home(), KNOWN).await?;
    let mut known: Known = parse_stored(noted)?.unwrap_or_default();
    known.insert(reason.to_owned(), *these);
    // What is parked for no more needs no moment.
    known.retain(|reason, _| now.contains_key(reason));
    note_stored(app, &tx, KNOWN, &known).await?;
    let detail = json!({ "reason": reason });
    let entry = Record::done("archive.know_parked", "archive", &corp).detail(detail);
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Archive);
    Ok(())
}

/// Pulls until there is nothing more, and again after a while.
///
/// # Errors
/// [`Error::Store`]; what library and platform refuse is noted and tried again.
pub(crate) async fn run(app: &App, held: &Held) -> Result<Next, Error> {
    let (Ok(corp), Some(sdk)) = (app.corp(), super::sdk(app).unwrap_or_default()) else {
        return Ok(Next::Done);
    };
    let mut sizes = Sizes::default();
    loop {
        let from = rows::cursor(app.store().read(), &corp).await?;
        let from = from.map_or(0, |cursor| cursor.seq.cast_unsigned());
        match sdk.page(from, sizes.now).await {
            Ok(page) => {
                sizes.grow();
                let is_last = page.is_empty();
                let stored = store(app, held, &corp, page).await?;
                // The next page would be the same one.
                let stands = stored.seq == from;
                if stands && !is_last {
                    tracing::error!("WeCom gave a page of messages without a later number");
                    note_error(app, held, &corp, "no_progress").await?;
                    return Ok(Next::Again(app.now().plus(LATER)));
                }
                if is_last {
                    return Ok(Next::Again(app.now().plus(EVERY)));
                }
            }
            Err(error) => {
                let code = code_of(&error);
                tracing::warn!(code, error = chain(&error), "the archive cannot be pulled");
                note_error(app, held, &corp, &code).await?;
                if may_be_large(&error) && sizes.shrink() {
                    continue;
                }
                let pause = if error.is_passing() { SOON } else { LATER };
                return Ok(Next::Again(app.now().plus(pause)));
            }
        }
    }
}

/// Rows asked for at once: fewer after a call that failed, until one is answered. A page of long
/// messages may be too much for the line, for the library, or for what is taken from it.
struct Sizes {
    now: u32,
    /// Less than what failed, until so many were answered that it is tried again.
    most: u32,
    answered: u32,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            now: PAGE,
            most: PAGE,
            answered: 0,
        }
    }
}

impl Sizes {
    /// Whether there is a smaller one.
    fn shrink(&mut self) -> bool {
        let is_more = self.now > 1;
        self.most = (self.now / 2).max(1);
        self.now = (self.now / SMALLER).max(1);
        self.answered = 0;
        is_more
    }

    fn grow(&mut self) {
        self.answered += 1;
        if self.answered.is_multiple_of(LARGER_AFTER) {
            self.most = (self.most * 2).min(PAGE);
        }
        self.now = (self.now * 2).min(self.most);
    }
}

/// Whether the call may have failed by what it was to bring.
fn may_be_large(error: &SdkError) -> bool {
    match error {
        SdkError::Returned { code, .. } => {
            matches!(code.kind(), ReturnKind::Network | ReturnKind::Response)
        }
        SdkError::Died { .. } | SdkError::Answer { .. } => true,
        _ => false,
    }
}

async fn note_error(app: &App, held: &Held, corp: &CorpId, code: &str) -> Result<(), Error> {
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    rows::note_error(&tx, corp, code, app.now()).await?;
    tx.commit().await?;
    app.tell(Change::Archive);
    Ok(())
}

/// Stores a page and has it opened.
async fn store(app: &App, held: &Held, corp: &CorpId, page: PulledPage) -> Result<Stored, Error> {
    let mut sealed: Vec<SealedRow> = page.rows.into_iter().map(as_stored).collect();
    sealed.extend(page.malformed.into_iter().map(malformed));
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    note_gap(app, &tx, corp).await?;
    let stored = rows::store_page(&tx, corp, sealed, app.now()).await?;
    if stored.new > 0 {
        job::enqueue(app, &tx, &Task::OpenArchive, app.now()).await?;
    }
    tx.commit().await?;
    app.tell(Change::Archive);
    Ok(stored)
}

fn as_stored(row: jiebang_wecom::archive::SealedRow) -> SealedRow {
    SealedRow {
        msgid: row.msgid,
        seq: row.seq,
        publickey_ver: row.publickey_ver,
        encrypt_random_key: row.encrypt_random_key,
        encrypt_chat_msg: row.encrypt_chat_msg,
    }
}

/// Kept as it came, under a name of its content; it is parked when it is to be opened.
fn malformed(row: MalformedRow) -> SealedRow {
    SealedRow {
        msgid: format!("{MALFORMED}{}", hex::encode(sha256(row.json.as_bytes()))),
        seq: row.seq.unwrap_or_default(),
        publickey_ver: 0,
        encrypt_random_key: String::new(),
        encrypt_chat_msg: row.json,
    }
}

/// Notes the time of which messages may be lost since nothing was pulled for a while and the archive
/// was behind: with the page that ends it, so that an outage is told once.
///
/// What is not here yet was sent after WeCom last had nothing more, after the newest message that is
/// here, and after what WeCom had forgotten when it last gave a page.
async fn note_gap(app: &App, tx: &Tx, corp: &CorpId) -> Result<(), Error> {
    let (now, cursor) = (app.now(), rows::cursor(tx.conn(), corp).await?);
    let moment = |of: fn(&rows::Cursor) -> Option<i64>| {
        cursor.as_ref().and_then(of).map(Timestamp::from_seconds)
    };
    let forgotten = now.plus(-WINDOW);
    let caught_up = moment(|cursor| cursor.caught_up_at);
    let Some(last) = moment(|cursor| cursor.last_page_at) else {
        return Ok(());
    };
    if now.since(last) <= PAUSE || caught_up.is_some_and(|at| at >= forgotten) {
        return Ok(());
    }
    let newest = message::newest_before(tx.conn(), corp, now).await?;
    let from = [caught_up, newest, Some(last.plus(-WINDOW))];
    if let Some(from) = from.into_iter().flatten().max()
        && from < forgotten
    {
        rows::record_gap(tx, corp, app.new_id(), (from, forgotten), now).await?;
        tracing::error!("messages are lost: they were not pulled as long as WeCom kept them");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s44_pages_grow_again_after_some_that_were_answered() {
        let mut sizes = Sizes::default();
        let mut tried = vec![sizes.now];
        while sizes.shrink() {
            tried.push(sizes.now);
        }
        assert_eq!(tried, [1_000, 200, 40, 8, 1]);
        assert_eq!(sizes.most, 1, "no larger one is tried at once");
        for _ in 0..LARGER_AFTER - 1 {
            sizes.grow();
            assert_eq!(sizes.now, 1);
        }
        for _ in 0..LARGER_AFTER * 10 {
            sizes.grow();
        }
        assert_eq!(sizes.now, PAGE);
    }
}
