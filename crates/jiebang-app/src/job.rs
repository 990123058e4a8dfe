//! The worker: claims due jobs, runs them with a lease, and ends them with the lease's fence.
//!
//! Invariants:
//! - a job is enqueued in the transaction of what it follows from;
//! - it may run more than once, so each task is written to be repeated;
//! - a worker that lost its lease cannot end the job any more, and effects ask
//!   [`Held::assert`] inside their own transactions.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use jiebang_domain::time::{MINUTE, Timestamp};
use jiebang_store::job::{self, Job, NewJob};
use jiebang_store::{StoreError, Tx};
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{App, Error};

/// Seconds a lease lasts without a heartbeat, by the clock.
const LEASE: i64 = 60;
/// How often a running job renews its lease, in real time.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// Jobs under way at once.
const PARALLEL: usize = 8;
/// Longest sleep before the queue is looked at again: the clock may have been moved.
const LOOK: Duration = Duration::from_millis(100);
/// Longest pause between two tries of a failing job, in seconds.
const MAX_PAUSE: i64 = 30 * MINUTE;

/// What a job does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Task {
    /// Submits the customers of a handover that go to one successor.
    SubmitCustomers { handover: Uuid, successor: String },
    /// Submits the groups of a handover.
    SubmitGroups { handover: Uuid },
    /// Asks the platform how the customers of one pair are doing.
    FollowCustomers { handover: Uuid, successor: String },
    /// Asks the platform how the groups are doing.
    FollowGroups { handover: Uuid },
    /// Writes remark and tags for one successor and reads them again.
    Carry { handover: Uuid, successor: String },
    /// Tells one successor.
    Notify { handover: Uuid, successor: String },
    /// Makes contact ways that name a leaver lead to others.
    PointContactWays { leaver: String },
    /// Handles stored callbacks.
    HandleCallbacks,
    /// Pulls what is new of the archive; enqueues itself again.
    PullArchive,
    /// Opens rows of the archive.
    OpenArchive,
    /// Wraps the archive's keys by the newest corp key.
    RewrapKeys,
    /// Fetches files of the archive's messages; enqueues itself again.
    FetchMedia,
    /// Removes messages whose time is over; enqueues itself again.
    ExpireArchive,
    /// Removes what destroyed keys of the archive have left.
    EraseArchive,
    /// Counts what a policy of the archive would do.
    SimulatePolicy { policy: Uuid },
    /// Applies the archive's policy to what is stored.
    ApplyPolicy,
    /// Asks which customers agree to the archive; enqueues itself again.
    AskConsents,
    /// Asks who is archived, and what rooms and bots are called; enqueues itself again.
    AskRoster,
    /// Reads the whole corp.
    SyncFull { run: i64 },
    /// Starts the daily reconcile and enqueues itself again.
    ScheduleReconcile,
    /// Reads the unassigned list, leavers and groups of leavers; enqueues itself again.
    WatchLeavers,
    /// Removes ended sessions, old idempotency keys and finished jobs.
    Tidy,
}

impl Task {
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SubmitCustomers { .. } => "submit_customers",
            Self::SubmitGroups { .. } => "submit_groups",
            Self::FollowCustomers { .. } => "follow_customers",
            Self::FollowGroups { .. } => "follow_groups",
            Self::Carry { .. } => "carry",
            Self::Notify { .. } => "notify",
            Self::PointContactWays { .. } => "point_contact_ways",
            Self::HandleCallbacks => "handle_callbacks",
            Self::PullArchive => "pull_archive",
            Self::OpenArchive => "open_archive",
            Self::RewrapKeys => "rewrap_keys",
            Self::FetchMedia => "fetch_media",
            Self::ExpireArchive => "expire_archive",
            Self::EraseArchive => "erase_archive",
            Self::SimulatePolicy { .. } => "simulate_policy",
            Self::ApplyPolicy => "apply_policy",
            Self::AskConsents => "ask_consents",
            Self::AskRoster => "ask_roster",
            Self::SyncFull { .. } => "sync_full",
            Self::ScheduleReconcile => "schedule_reconcile",
            Self::WatchLeavers => "watch_leavers",
            Self::Tidy => "tidy",
        }
    }

    /// At most one unfinished job has this key.
    #[must_use]
    pub fn dedupe_key(&self) -> String {
        match self {
            Self::SubmitCustomers {
                handover,
                successor,
            }
            | Self::FollowCustomers {
                handover,
                successor,
            }
            | Self::Carry {
                handover,
                successor,
            }
            | Self::Notify {
                handover,
                successor,
            } => {
                format!("{}:{handover}:{successor}", self.kind())
            }
            Self::SubmitGroups { handover } | Self::FollowGroups { handover } => {
                format!("{}:{handover}", self.kind())
            }
            Self::SimulatePolicy { policy } => format!("{}:{policy}", self.kind()),
            Self::PointContactWays { leaver } => format!("{}:{leaver}", self.kind()),
            Self::SyncFull { .. }
            | Self::HandleCallbacks
            | Self::PullArchive
            | Self::OpenArchive
            | Self::RewrapKeys
            | Self::FetchMedia
            | Self::ExpireArchive
            | Self::EraseArchive
            | Self::ApplyPolicy
            | Self::AskConsents
            | Self::AskRoster
            | Self::ScheduleReconcile
            | Self::WatchLeavers
            | Self::Tidy => self.kind().to_owned(),
        }
    }

    /// Higher goes first among jobs that are due.
    const fn priority(&self) -> i32 {
        match self {
            Self::HandleCallbacks => 9,
            Self::PullArchive => 8,
            Self::OpenArchive => 7,
            Self::FetchMedia => 5,
            Self::SubmitCustomers { .. } | Self::SubmitGroups { .. } => 8,
            Self::FollowCustomers { .. } | Self::FollowGroups { .. } => 7,
            Self::Carry { .. } | Self::Notify { .. } | Self::PointContactWays { .. } => 6,
            _ => 0,
        }
    }
}

/// How a run of a job ended, when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Done,
    /// The same job again at that moment.
    Again(Timestamp),
}

/// Enqueues `task` within the caller's transaction, to run at `run_at` or, if it is queued
/// already, at the earlier of both moments.
///
/// # Errors
/// [`Error::Store`].
pub async fn enqueue(app: &App, tx: &Tx, task: &Task, run_at: Timestamp) -> Result<(), Error> {
    let payload = serde_json::to_value(task).map_err(|source| Error::Json {
        what: "job",
        source,
    })?;
    let new = NewJob {
        id: app.new_id(),
        corp_id: app.home().clone(),
        kind: task.kind().to_owned(),
        dedupe_key: Some(task.dedupe_key()),
        payload,
        run_at,
        priority: task.priority(),
    };
    job::enqueue(tx, &new, app.now()).await?;
    Ok(())
}

/// A job that this process holds.
#[derive(Debug, Clone)]
pub struct Held(Job);

impl Held {
    /// Makes sure, inside `tx`, that no other worker has taken the job over.
    ///
    /// # Errors
    /// [`Error::Store`] if the lease was lost: the transaction must not be committed.
    pub async fn assert(&self, tx: &Tx) -> Result<(), Error> {
        Ok(job::assert_held(tx, &self.0).await?)
    }
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<Next, Error>> + Send + 'a>>;

fn run<'a>(app: &'a App, held: &'a Held, task: Task) -> Running<'a> {
    use crate::{archive, callback, contact_way, handover, sync};
    match task {
        Task::SubmitCustomers {
            handover,
            successor,
        } => Box::pin(handover::submit::submit_customers(
            app, held, handover, successor,
        )),
        Task::SubmitGroups { handover } => {
            Box::pin(handover::submit_groups::submit_groups(app, held, handover))
        }
        Task::FollowCustomers {
            handover,
            successor,
        } => Box::pin(handover::follow::follow_customers(
            app, held, handover, successor,
        )),
        Task::FollowGroups { handover } => {
            Box::pin(handover::follow_groups::follow_groups(app, held, handover))
        }
        Task::Carry {
            handover,
            successor,
        } => Box::pin(handover::carry::carry_over(app, held, handover, successor)),
        Task::Notify {
            handover,
            successor,
        } => Box::pin(handover::notice::notify_successor(
            app, held, handover, successor,
        )),
        Task::PointContactWays { leaver } => {
            Box::pin(contact_way::point::point_contact_ways(app, held, leaver))
        }
        Task::HandleCallbacks => Box::pin(callback::handle_callbacks(app, held)),
        Task::PullArchive => Box::pin(archive::pull::run(app, held)),
        Task::OpenArchive => Box::pin(archive::open::run(app, held)),
        Task::RewrapKeys => Box::pin(archive::rotation::run(app, held)),
        Task::FetchMedia => Box::pin(archive::media::run(app, held)),
        Task::ExpireArchive => Box::pin(archive::retention::run(app, held)),
        Task::EraseArchive => Box::pin(archive::erasure::run(app, held)),
        Task::SimulatePolicy { policy } => {
            Box::pin(archive::policy::run_simulation(app, held, policy))
        }
        Task::ApplyPolicy => Box::pin(archive::policy::run_apply(app, held)),
        Task::AskConsents => Box::pin(archive::consent::run(app, held)),
        Task::AskRoster => Box::pin(archive::roster::run(app, held)),
        Task::SyncFull { run } => Box::pin(sync::run_full(app, held, run)),
        Task::ScheduleReconcile => Box::pin(sync::schedule_reconcile(app, held)),
        Task::WatchLeavers => Box::pin(sync::watch_leavers(app, held)),
        Task::Tidy => Box::pin(crate::access::tidy(app, held)),
    }
}

/// Works until `stop` says so; jobs under way are left to their leases.
pub async fn work(app: App, mut stop: watch::Receiver<bool>) {
    let room = Arc::new(Semaphore::new(PARALLEL));
    // Dropped with this function, and every job under way with it.
    let mut under_way = JoinSet::new();
    while !*stop.borrow() {
        while under_way.try_join_next().is_some() {}
        // The one who looks needs a place itself, so that nothing is claimed that has to wait.
        let Ok(place) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        match claim(&app).await {
            Ok(Some(held)) => {
                let app = app.clone();
                under_way.spawn(async move {
                    if let Err(error) = see_through(&app, &held).await {
                        tracing::error!(error = chain(&error), "a job could not be ended");
                    }
                    drop(place);
                });
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::error!(error = chain(&error), "a job could not be claimed"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.work().notified() => {}
            _ = stop.changed() => {}
        }
    }
}

async fn claim(app: &App) -> Result<Option<Held>, Error> {
    Ok(job::claim(app.store(), &[], app.now(), LEASE)
        .await?
        .map(Held))
}

/// Runs the next due job; false if none was due. Tests and the command line call this directly.
///
/// # Errors
/// [`Error::Store`] if the queue cannot be read or the end of the job not be written.
pub async fn run_next(app: &App) -> Result<bool, Error> {
    match claim(app).await? {
        Some(held) => see_through(app, &held).await.map(|()| true),
        None => Ok(false),
    }
}

async fn see_through(app: &App, held: &Held) -> Result<(), Error> {
    let result = match job::payload::<Task>(&held.0) {
        Ok(task) => run_with_heartbeat(app, held, task).await,
        Err(error) => Err(error.into()),
    };
    end(app, &held.0, result).await?;
    app.work().notify_waiters();
    Ok(())
}

async fn run_with_heartbeat(app: &App, held: &Held, task: Task) -> Result<Next, Error> {
    // A defect in one job must not end the worker, which all the others wait for.
    let job = AssertUnwindSafe(run(app, held, task)).catch_unwind();
    // Side by side: the job may hold the one writer that the heartbeat waits for.
    tokio::select! {
        result = job => match result {
            Ok(result) => result,
            Err(_) => Err(Error::Internal("the job panicked".to_owned())),
        },
        error = beat(app, held) => Err(error),
    }
}

/// Renews the lease until that fails.
async fn beat(app: &App, held: &Held) -> Error {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        if let Err(error) = job::heartbeat(app.store(), &held.0, app.now(), LEASE).await {
            return error.into();
        }
    }
}

async fn end(app: &App, job: &Job, result: Result<Next, Error>) -> Result<(), Error> {
    let now = app.now();
    let ended: Result<(), StoreError> = async {
        let tx = app.store().begin().await?;
        match result {
            Ok(Next::Done) => job::finish(&tx, job, now).await?,
            Ok(Next::Again(at)) => job::retry_at(&tx, job, at, "").await?,
            Err(error) => {
                let text = chain(&error);
                let at = now.plus(pause_after(job.tries));
                tracing::warn!(
                    job = job.kind,
                    tries = job.tries,
                    error = text,
                    "a job failed"
                );
                job::retry_at(&tx, job, at, &text).await?;
            }
        }
        tx.commit().await
    }
    .await;
    match ended {
        Err(StoreError::Fenced { .. }) => {
            tracing::warn!(job = job.kind, "a job was taken over while it ran");
            Ok(())
        }
        other => Ok(other?),
    }
}

/// Seconds to wait before the next try after `tries` failures in a row.
fn pause_after(tries: i32) -> i64 {
    let doublings = u32::try_from(tries.clamp(0, 20)).unwrap_or(0);
    5i64.saturating_mul(1 << doublings).min(MAX_PAUSE)
}

/// An error with all its sources, for a log line or a job's record.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// The moment the next job is due, running ones not counted; `None` if nothing is queued.
///
/// # Errors
/// [`Error::Store`].
pub async fn next_due(app: &App) -> Result<Option<Timestamp>, Error> {
    Ok(job::next_due(app.store().read()).await?)
}
