//! Expiry (保存期限): what its policy no longer keeps is removed with everything made of it.
//!
//! Invariants:
//! - what a standing hold covers stays; the store asks again in the transaction that removes;
//! - a batch, its index entries and files, and the figures of the run are one transaction, so
//!   whatever stops is gone on with, and nothing is counted twice.

use jiebang_domain::id::CorpId;
use jiebang_domain::time::{DAY, HOUR, Timestamp};
use jiebang_store::Tx;
use jiebang_store::archive::delete::{self, Deleted, Why};
use jiebang_store::archive::{media, search};
use serde::{Deserialize, Serialize};

use super::blob::Blobs;
use crate::doctor::CLOCK_WRONG;
use crate::job::{self, Held, Next, Task, chain};
use crate::settings::{note_stored, read_stored};
use crate::{App, Change, Error};

/// Messages removed in one transaction.
const BATCH: u64 = 500;
/// Contents removed at a time.
const CONTENTS: u64 = 100;
/// Pages of the index worked over in one transaction.
const PAGES: u32 = 500;
/// Most such steps at a time: pages of 4 KiB, so some 10 GB of index.
const STEPS: u32 = 5_000;
/// Seconds between two times that the index is worked over: all of it is written anew.
const CLEAN_EVERY: i64 = DAY;
/// Seconds between two runs.
const EVERY: i64 = HOUR;
/// The setting that holds the figures of the last run.
const RUN: &str = "archive.retention_run";

/// Of a run of before this was noted.
const fn not_known() -> bool {
    true
}

/// What the last run of expiry did. Moments are Unix seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionRun {
    pub started_at: i64,
    /// `None` while it is under way.
    pub finished_at: Option<i64>,
    pub messages: u64,
    pub files: u64,
    /// Contents that no message showed any more.
    pub contents: u64,
    /// Messages whose time was over at the end of the run and that a hold keeps.
    pub held: u64,
    /// Whether blind words of deleted messages may still be in pages of the index.
    #[serde(default = "not_known")]
    pub is_in_index: bool,
    /// When there were none last.
    #[serde(default)]
    pub cleaned_at: i64,
}

/// Removes what is over, and again after a while.
///
/// # Errors
/// [`Error::Store`], [`Error::Storage`].
pub(crate) async fn run(app: &App, held: &Held) -> Result<Next, Error> {
    let Ok(corp) = app.corp() else {
        return Ok(Next::Done);
    };
    let Some(now) = certain_now(app).await else {
        tracing::warn!("nothing expires until WeCom tells what time it is");
        return Ok(Next::Again(app.now().plus(EVERY)));
    };
    let mut run = gone_on_with(app).await?;
    while remove_batch(app, held, &corp, &mut run, now).await? {
        app.tell(Change::Archive);
    }
    if let Some(media) = app.media() {
        run.contents += remove_what_can_be(app, held, &corp, &media.blobs).await?;
    }
    clean_if_due(app, held, &mut run, now).await?;
    run.held = delete::held(app.store().read(), &corp, now).await?;
    finish(app, held, run).await?;
    app.tell(Change::Archive);
    Ok(Next::Again(app.now().plus(EVERY)))
}

/// The run that was stopped in the middle, or a new one.
async fn gone_on_with(app: &App) -> Result<RetentionRun, Error> {
    Ok(match last_run(app).await? {
        Some(run) if run.finished_at.is_none() => run,
        last => RetentionRun {
            started_at: app.now().seconds(),
            is_in_index: last.is_none_or(|run| run.is_in_index),
            cleaned_at: last.map_or(0, |run| run.cleaned_at),
            ..RetentionRun::default()
        },
    })
}

async fn clean_if_due(
    app: &App,
    held: &Held,
    run: &mut RetentionRun,
    now: Timestamp,
) -> Result<(), Error> {
    let is_due = !(run.cleaned_at..run.cleaned_at + CLEAN_EVERY).contains(&now.seconds());
    if run.is_in_index && is_due && clean_index(app, held).await? {
        (run.is_in_index, run.cleaned_at) = (false, now.seconds());
    }
    Ok(())
}

async fn finish(app: &App, held: &Held, mut run: RetentionRun) -> Result<(), Error> {
    run.finished_at = Some(app.now().seconds());
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    note_stored(app, &tx, RUN, &run).await?;
    tx.commit().await?;
    if run.messages > 0 {
        tracing::info!(
            messages = run.messages,
            files = run.files,
            "messages whose time was over were removed"
        );
    }
    Ok(())
}

/// Our clock, or WeCom's where ours is far ahead: what is removed too early does not come back.
/// `None` if WeCom has not answered since the start.
async fn certain_now(app: &App) -> Option<Timestamp> {
    let client = app.connection().ok()?.client;
    // Any answer tells the time; why there is none is told elsewhere.
    let _answer = client.api_domain_ips().await;
    let ahead = client.clock_ahead()?;
    if ahead < CLOCK_WRONG {
        return Some(app.now());
    }
    tracing::error!(
        seconds = ahead,
        "the clock is ahead of WeCom's: expiry goes by WeCom's"
    );
    Some(app.now().plus(-ahead))
}

/// Removes a batch. Returns `false` if nothing was left to be removed.
async fn remove_batch(
    app: &App,
    held: &Held,
    corp: &CorpId,
    run: &mut RetentionRun,
    now: Timestamp,
) -> Result<bool, Error> {
    let ids = delete::expired(app.store().read(), corp, now, BATCH).await?;
    if ids.is_empty() {
        return Ok(false);
    }
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    let Deleted { messages, files } = delete::delete(&tx, corp, &ids, Why::Expired, now).await?;
    run.is_in_index |= messages > 0;
    run.messages += messages;
    run.files += files;
    note_stored(app, &tx, RUN, run).await?;
    tx.commit().await?;
    // None: holds were placed on all of them meanwhile.
    Ok(messages > 0)
}

/// Works the index over, until nothing of deleted messages is in its pages. What comes meanwhile
/// is not stored until it is done: a new part of the index would have it begun anew. Returns `false`
/// if there was no end, as another program adds to it.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn clean_index(app: &App, held: &Held) -> Result<bool, Error> {
    let _nothing_comes = app.index_gate().write().await;
    for _ in 0..STEPS {
        let tx = app.begin().await?;
        held.assert(&tx).await?;
        let is_more = search::compact(&tx, PAGES).await?;
        tx.commit().await?;
        if !is_more {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Removes contents that no file shows any more, and those a stop left; nothing is held up
/// while the storage takes its time. Returns how many are not shown any more since the last time.
///
/// # Errors
/// [`Error::Store`], [`Error::Storage`].
pub(super) async fn remove_unused(
    app: &App,
    held: &Held,
    corp: &CorpId,
    blobs: &Blobs,
) -> Result<u64, Error> {
    let (mut removed, mut after) = (Vec::new(), String::new());
    let (mut count, mut failure) = (0, None);
    loop {
        let tx = app.begin().await?;
        held.assert(&tx).await?;
        media::have_left(&tx, corp, &removed).await?;
        count += media::let_unused_leave(&tx, corp, CONTENTS).await?;
        let places = media::leaving(tx.conn(), corp, &after, CONTENTS).await?;
        tx.commit().await?;
        let Some(last) = places.last() else {
            return failure.map_or(Ok(count), Err);
        };
        after.clone_from(last);
        removed.clear();
        for place in places {
            match blobs.remove(&place).await {
                Ok(()) => removed.push(place),
                // The others go nevertheless.
                Err(error) => drop(failure.get_or_insert(error)),
            }
        }
    }
}

/// As [`remove_unused`]; what the storage does not delete is told in the log and left for the next
/// time.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn remove_what_can_be(
    app: &App,
    held: &Held,
    corp: &CorpId,
    blobs: &Blobs,
) -> Result<u64, Error> {
    match remove_unused(app, held, corp, blobs).await {
        Err(Error::Storage(error)) => {
            tracing::error!(error = chain(&*error), "contents cannot be removed");
            Ok(0)
        }
        other => other,
    }
}

/// The figures of the last run, of the one under way if there is one.
///
/// # Errors
/// [`Error::Store`], [`Error::Json`].
pub(super) async fn last_run(app: &App) -> Result<Option<RetentionRun>, Error> {
    read_stored(app, RUN).await
}

/// Has expiry look at once.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn look_now(app: &App, tx: &Tx, now: Timestamp) -> Result<(), Error> {
    job::enqueue(app, tx, &Task::ExpireArchive, now).await
}
