//! Reading the corp: everything once, again every night, and the leavers every half hour.
//!
//! Invariants:
//! - a run stores where it stands with what it read, and goes on there after a crash;
//! - there is one run at a time of a kind, and one job that walks them;
//! - only a list read to its end lets anything be ended by its absence;
//! - what is known of a member, a customer or a group is kept when it is gone.

mod contact_ways;
mod customers;
mod directory;
pub(crate) mod follows;
pub(crate) mod groups;
mod leavers;
pub(crate) mod rows;
mod run;

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::id::CorpId;
use jiebang_domain::time::{DAY, HOUR, MINUTE, Timestamp};
use jiebang_store::Tx;
use jiebang_store::sync::{self as store, Outcome, SyncRun as RunRow};
use jiebang_store::{callback, tag};
use serde::Serialize;
use serde_json::json;

use crate::audit::{self, Record};
use crate::job::{self, Held, Next, Task};
use crate::{App, Change, Error, overview};
use run::{Progress, Run, Step, read, value};

/// Seconds between two looks at the leavers.
pub(crate) const WATCH_EVERY: i64 = 30 * MINUTE;
/// When the nightly run begins, in seconds after midnight in Beijing.
const NIGHTLY: i64 = 3 * HOUR + 30 * MINUTE;
/// A run that cannot be finished for so long is given up, in seconds.
const GIVE_UP: i64 = DAY;
/// How long a reconcile waits for callbacks that are stored and not handled, in seconds, so that
/// it does not count them as lost.
const WAIT_FOR_CALLBACKS: i64 = MINUTE;
const MAX_PAGE: u64 = 1000;

const FULL: &str = "full";
const RECONCILE: &str = "reconcile";
const LEAVERS: &str = "leavers";

/// A run as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct SyncRun {
    pub id: i64,
    /// `full`, `reconcile` or `leavers`.
    pub kind: String,
    pub started_at: i64,
    pub finished_at: Option<i64>,
    pub progress: SyncProgress,
    /// Things read, by kind.
    pub counts: BTreeMap<String, u64>,
    /// Things that callbacks had lost, by kind.
    pub repaired: BTreeMap<String, u64>,
    pub error: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct SyncProgress {
    /// `leavers`, `directory`, `tags`, `customers`, `groups`, `contact_ways` or `done`.
    pub step: &'static str,
    pub done: u64,
    /// Absent while not known.
    pub total: Option<u64>,
}

#[derive(Debug, Clone, Serialize)]
pub struct RunPage {
    pub items: Vec<SyncRun>,
    /// To be given as `before` for the next page.
    pub next: Option<i64>,
}

fn view(row: &RunRow) -> Result<SyncRun, Error> {
    let progress: Progress = read("progress", &row.progress)?;
    Ok(SyncRun {
        id: row.id,
        kind: row.kind.clone(),
        started_at: row.started_at,
        finished_at: row.finished_at,
        progress: SyncProgress {
            step: progress.step.as_str(),
            done: progress.done,
            total: progress.total,
        },
        counts: read("counts", &row.counts)?,
        repaired: progress.repaired,
        error: row.error.clone(),
    })
}

/// Starts reading the whole corp; where that is under way already, returns the run.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotConnected`], [`Error::Store`].
pub async fn start_sync(app: &App, actor: &Actor) -> Result<SyncRun, Error> {
    app.allow(actor, Act::SyncRun, Resource::Corp)?;
    let corp = app.corp()?;
    let tx = app.begin().await?;
    ask_for_walk(app, &tx).await?;
    let (row, is_new) = match walking_in(&tx, &corp).await? {
        Some(row) => (row, false),
        None => (begin(app, &tx, &corp, FULL).await?, true),
    };
    if is_new {
        let entry = Record::done("sync.start", "sync_run", row.id).detail(json!({ "kind": FULL }));
        audit::record(app, &tx, actor, entry).await?;
    }
    tx.commit().await?;
    app.tell(Change::Sync);
    view(&row)
}

/// Enqueues the one job that walks whatever run is under way. Before the run is looked for or
/// begun: the job's row makes two who start at once take turns.
async fn ask_for_walk(app: &App, tx: &Tx) -> Result<(), Error> {
    job::enqueue(app, tx, &Task::SyncFull { run: 0 }, app.now()).await
}

/// Runs, newest first.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_runs(
    app: &App,
    actor: &Actor,
    before: Option<i64>,
    limit: u64,
) -> Result<RunPage, Error> {
    app.allow(actor, Act::SyncView, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok(RunPage {
            items: Vec::new(),
            next: None,
        });
    };
    let limit = limit.clamp(1, MAX_PAGE);
    let rows = store::runs(app.store().read(), &corp, before, limit).await?;
    let full = rows.len() as u64 == limit;
    let next = rows.last().filter(|_| full).map(|row| row.id);
    Ok(RunPage {
        items: rows.iter().map(view).collect::<Result<_, _>>()?,
        next,
    })
}

/// The run that reads the whole corp now, if any.
pub(crate) async fn running(app: &App, corp: &CorpId) -> Result<Option<SyncRun>, Error> {
    walking(app, corp).await?.as_ref().map(view).transpose()
}

/// The last complete reading of the whole corp.
pub(crate) async fn last_walk(app: &App, corp: &CorpId) -> Result<Option<SyncRun>, Error> {
    let conn = app.store().read();
    let full = store::last_good(conn, corp, FULL).await?;
    let reconcile = store::last_good(conn, corp, RECONCILE).await?;
    let last = full.into_iter().chain(reconcile).max_by_key(|row| row.id);
    last.as_ref().map(view).transpose()
}

/// Whether the lists were read to their end by a run begun at `since` or later: those of leavers'
/// assets for `leavers`, else those of the whole corp.
pub(crate) async fn was_read_since(
    app: &App,
    corp: &CorpId,
    since: Timestamp,
    leavers: bool,
) -> Result<bool, Error> {
    let kinds = [FULL, RECONCILE]
        .into_iter()
        .chain(leavers.then_some(LEAVERS));
    for kind in kinds {
        let last = store::last_good(app.store().read(), corp, kind).await?;
        if last.is_some_and(|run| run.started_at >= since.seconds()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// When the lists of leavers' assets were read last.
pub(crate) async fn last_look(app: &App, corp: &CorpId) -> Result<Option<i64>, Error> {
    let watch = store::last_good(app.store().read(), corp, LEAVERS).await?;
    let walk = last_walk(app, corp).await?.and_then(|run| run.finished_at);
    Ok(watch
        .and_then(|row| row.finished_at)
        .into_iter()
        .chain(walk)
        .max())
}

async fn walking(app: &App, corp: &CorpId) -> Result<Option<RunRow>, Error> {
    let conn = app.store().read();
    if let Some(row) = store::unfinished(conn, corp, FULL).await? {
        return Ok(Some(row));
    }
    Ok(store::unfinished(conn, corp, RECONCILE).await?)
}

/// As [`walking`], on what the transaction sees: two who start at once get one run.
async fn walking_in(tx: &Tx, corp: &CorpId) -> Result<Option<RunRow>, Error> {
    if let Some(row) = store::unfinished(tx.conn(), corp, FULL).await? {
        return Ok(Some(row));
    }
    Ok(store::unfinished(tx.conn(), corp, RECONCILE).await?)
}

async fn begin(app: &App, tx: &Tx, corp: &CorpId, kind: &str) -> Result<RunRow, Error> {
    let conn = tx.conn();
    let baseline = store::last_good(conn, corp, FULL).await?.is_some()
        || store::last_good(conn, corp, RECONCILE).await?.is_some();
    let mut row = store::begin(tx, corp, kind, app.now()).await?;
    let progress = Progress {
        baseline,
        ..Progress::default()
    };
    row.progress = value("progress", &progress)?;
    store::progress(tx, corp, row.id, &row.progress, &row.counts).await?;
    Ok(row)
}

/// Walks the run under way, whichever asked for it.
///
/// # Errors
/// What ended the walk; the job goes on later where it stopped.
pub async fn run_full(app: &App, held: &Held, _asked_for: i64) -> Result<Next, Error> {
    let corp = app.corp()?;
    let Some(row) = walking(app, &corp).await? else {
        return Ok(Next::Done);
    };
    if must_wait(app, &corp, &row).await? {
        return Ok(Next::Again(app.now().plus(2)));
    }
    let run = Run::resume(app, held, &row)?;
    match walk(&run).await {
        Ok(()) => finish(app, &run, None).await?,
        Err(error) if is_final(app, &row, &error) => {
            let text = job::chain(&error);
            tracing::error!(run = row.id, error = text, "a sync run is given up");
            finish(app, &run, Some(text)).await?;
        }
        Err(error) => return Err(error),
    }
    Ok(Next::Done)
}

async fn must_wait(app: &App, corp: &CorpId, row: &RunRow) -> Result<bool, Error> {
    let progress: Progress = read("progress", &row.progress)?;
    let has_begun = progress.step != Step::default() || progress.done > 0;
    let waited = app.now().seconds() - row.started_at;
    if has_begun || waited >= WAIT_FOR_CALLBACKS {
        return Ok(false);
    }
    Ok(callback::count_unhandled(app.store().read(), corp).await? > 0)
}

/// Whether trying again would not help: an administrator must do something first, or it has
/// been tried for a day.
fn is_final(app: &App, row: &RunRow, error: &Error) -> bool {
    let needs_a_person = matches!(error, Error::Wecom(error) if error.config_problem().is_some());
    needs_a_person || app.now().seconds() - row.started_at > GIVE_UP
}

async fn walk(run: &Run<'_>) -> Result<(), Error> {
    loop {
        run.restart().await;
        let next = match run.step().await {
            Step::Leavers => {
                leavers::read_unassigned(run).await?;
                Step::Directory
            }
            Step::Directory => {
                directory::read_directory(run).await?;
                Step::Tags
            }
            Step::Tags => {
                read_tags(run).await?;
                Step::Customers
            }
            Step::Customers => {
                customers::read_customers(run).await?;
                Step::Groups
            }
            Step::Groups => {
                groups::read_groups(run).await?;
                Step::ContactWays
            }
            Step::ContactWays => {
                contact_ways::read_contact_ways(run).await?;
                Step::Done
            }
            Step::Done => return Ok(()),
        };
        run.enter(next).await?;
    }
}

async fn read_tags(run: &Run<'_>) -> Result<(), Error> {
    let groups = run.client.corp_tags().await?;
    let mut state = run.lock().await;
    let tx = run.begin().await?;
    state.count(
        "tags",
        write_tags(&tx, &run.corp, groups, run.app.now()).await?,
    );
    run.commit(tx, &state).await
}

/// Stores all corp tags; those that are not there any more are marked as deleted.
pub(crate) async fn write_tags(
    tx: &Tx,
    corp: &CorpId,
    groups: Vec<jiebang_wecom::TagGroup>,
    now: Timestamp,
) -> Result<usize, Error> {
    let present: Vec<_> = groups
        .iter()
        .flat_map(|group| &group.tags)
        .map(|tag| tag.id.clone())
        .collect();
    let rows = rows::tags(corp, groups);
    let number = rows.len();
    tag::upsert_tags(tx, rows).await?;
    tag::mark_others_deleted(tx, corp, &present, now).await?;
    Ok(number)
}

async fn finish(app: &App, run: &Run<'_>, error: Option<String>) -> Result<(), Error> {
    let state = run.lock().await;
    let tx = run.begin().await?;
    let outcome = Outcome {
        counts: value("counts", &state.counts)?,
        repaired: value("repaired", &state.progress.repaired)?,
        error: error.clone(),
    };
    store::finish(&tx, &run.corp, run.id, app.now(), outcome).await?;
    if error.is_none() {
        overview::note_figures(app, &tx, &run.corp).await?;
    }
    if run.kind != LEAVERS {
        let entry = Record::done("sync.finish", "sync_run", run.id)
            .outcome(if error.is_some() { "failed" } else { "done" })
            .detail(json!({
                "kind": run.kind,
                "counts": state.counts,
                "repaired": state.progress.repaired,
            }));
        audit::record(app, &tx, &Actor::system(), entry).await?;
    }
    tx.commit().await?;
    app.tell(Change::Sync);
    app.tell(Change::Directory);
    Ok(())
}

/// The next half past three in the morning in Beijing, after `now`.
#[must_use]
pub fn next_reconcile(now: Timestamp) -> Timestamp {
    let today = now.beijing_day().start().plus(NIGHTLY);
    if today > now {
        today
    } else {
        now.beijing_day().next().start().plus(NIGHTLY)
    }
}

/// Starts the nightly run, unless one is under way, and comes back the next night.
///
/// # Errors
/// [`Error::Store`].
pub async fn schedule_reconcile(app: &App, held: &Held) -> Result<Next, Error> {
    let again = Next::Again(next_reconcile(app.now()));
    let Ok(corp) = app.corp() else {
        return Ok(again);
    };
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    ask_for_walk(app, &tx).await?;
    if walking_in(&tx, &corp).await?.is_none() {
        begin(app, &tx, &corp, RECONCILE).await?;
    }
    tx.commit().await?;
    app.tell(Change::Sync);
    Ok(again)
}

/// Reads the unassigned list, the groups of leavers and the directory, every half hour: the list
/// has no events, and slim ones do not say that somebody was disabled.
///
/// # Errors
/// [`Error::Wecom`], [`Error::Store`].
pub async fn watch_leavers(app: &App, held: &Held) -> Result<Next, Error> {
    let again = Next::Again(app.now().plus(WATCH_EVERY));
    let Ok(corp) = app.corp() else {
        return Ok(again);
    };
    let is_known = last_walk(app, &corp).await?.is_some();
    if !is_known || walking(app, &corp).await?.is_some() {
        return Ok(again);
    }
    let row = match store::unfinished(app.store().read(), &corp, LEAVERS).await? {
        Some(row) => row,
        None => {
            let tx = app.begin().await?;
            held.assert(&tx).await?;
            let row = begin(app, &tx, &corp, LEAVERS).await?;
            tx.commit().await?;
            row
        }
    };
    let run = Run::resume(app, held, &row)?;
    match watch(&run).await {
        Ok(()) => finish(app, &run, None).await?,
        Err(error) if is_final(app, &row, &error) => {
            finish(app, &run, Some(job::chain(&error))).await?;
        }
        Err(error) => return Err(error),
    }
    Ok(again)
}

async fn watch(run: &Run<'_>) -> Result<(), Error> {
    run.restart().await;
    leavers::read_unassigned(run).await?;
    groups::read_orphaned_groups(run).await?;
    // Who left without an event, and who was disabled: slim ones do not say that.
    directory::read_directory(run).await
}

/// The number that a row read now, outside of a run, carries: the latest run's, so that a run
/// under way does not take it for unseen.
pub(crate) async fn run_number(app: &App, corp: &CorpId) -> Result<i64, Error> {
    let latest = store::runs(app.store().read(), corp, None, 1).await?;
    Ok(latest.first().map_or(0, |row| row.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nightly_run_is_at_half_past_three_in_beijing() {
        // 2023-11-15 03:30 in Beijing is 19:30 UTC the day before.
        let at = Timestamp::from_seconds(1_699_990_200);
        assert_eq!(next_reconcile(at.plus(-1)), at);
        assert_eq!(next_reconcile(at), at.plus(DAY));
    }
}
