//! A run under way: where it stands, what it has read and repaired, and its transactions.
//!
//! Invariant: what a step writes and the note that it has been written are one transaction, so a
//! run goes on after a crash where it stopped.

use std::collections::BTreeMap;

use jiebang_domain::id::{CorpId, UserId};
use jiebang_domain::time::Timestamp;
use jiebang_store::Tx;
use jiebang_store::entity::sync_run::Model as RunRow;
use jiebang_store::sync as store;
use jiebang_wecom::Client;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, MutexGuard};

use crate::job::Held;
use crate::{App, Change, Error};

/// Things counted, by name.
pub(super) type Counts = BTreeMap<String, u64>;

/// The steps of a walk, in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    #[default]
    Leavers,
    Directory,
    Tags,
    Customers,
    Groups,
    ContactWays,
    Done,
}

impl Step {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Tags => "tags",
            Self::Customers => "customers",
            Self::Groups => "groups",
            Self::ContactWays => "contact_ways",
            Self::Leavers => "leavers",
            Self::Done => "done",
        }
    }
}

/// Members whose customers are read together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Chunk {
    pub(super) members: Vec<UserId>,
    /// How many there are; stays when `members` is cleared at the end.
    pub(super) size: u64,
    /// Where the next page begins.
    pub(super) cursor: Option<String>,
    pub(super) done: bool,
}

/// Where a run stands.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Progress {
    pub(super) step: Step,
    pub(super) done: u64,
    pub(super) total: Option<u64>,
    /// Absent until the customers' step has begun.
    pub(super) chunks: Option<Vec<Chunk>>,
    /// What callbacks had lost, so far.
    pub(super) repaired: Counts,
    /// Whether there was something to compare with when the run began; else everything is new
    /// and nothing is a repair.
    pub(super) baseline: bool,
}

pub(super) struct State {
    pub(super) progress: Progress,
    pub(super) counts: Counts,
}

impl State {
    pub(super) fn count(&mut self, what: &str, number: usize) {
        add(&mut self.counts, what, number);
    }

    /// Something callbacks should have told.
    pub(super) fn repair(&mut self, what: &str, number: usize) {
        if self.progress.baseline && number > 0 {
            add(&mut self.progress.repaired, what, number);
        }
    }
}

fn add(counts: &mut Counts, what: &str, number: usize) {
    let number = u64::try_from(number).unwrap_or(u64::MAX);
    let count = counts.entry(what.to_owned()).or_default();
    *count = count.saturating_add(number);
}

pub(super) struct Run<'a> {
    pub(super) app: &'a App,
    pub(super) client: Client,
    pub(super) corp: CorpId,
    pub(super) id: i64,
    pub(super) kind: String,
    pub(super) started_at: Timestamp,
    held: &'a Held,
    state: Mutex<State>,
}

impl<'a> Run<'a> {
    /// Takes up a run where it stands.
    pub(super) fn resume(app: &'a App, held: &'a Held, row: &RunRow) -> Result<Self, Error> {
        let connection = app.connection()?;
        let progress = read("progress", &row.progress)?;
        let counts = read("counts", &row.counts)?;
        Ok(Self {
            app,
            client: connection.client,
            corp: connection.corp,
            id: row.id,
            kind: row.kind.clone(),
            started_at: Timestamp::from_seconds(row.started_at),
            held,
            state: Mutex::new(State { progress, counts }),
        })
    }

    /// One writer at a time: parallel readers take turns here.
    pub(super) async fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().await
    }

    pub(super) async fn step(&self) -> Step {
        self.state.lock().await.progress.step
    }

    /// Forgets what a broken-off try of the step has counted, unless the try is continued.
    pub(super) async fn restart(&self) {
        let mut state = self.lock().await;
        let begun_anew: &[&str] = match state.progress.step {
            Step::Leavers => &["unassigned"],
            Step::Directory => &["departments", "members"],
            Step::Tags => &["tags"],
            Step::Groups => &["groups"],
            Step::ContactWays => &["contact_ways", "acquisition_links"],
            Step::Customers | Step::Done => &[],
        };
        for what in begun_anew {
            state.counts.remove(*what);
        }
        if !begun_anew.is_empty() {
            state.progress.done = 0;
        }
    }

    /// A transaction that can be committed only while this worker holds the job.
    pub(super) async fn begin(&self) -> Result<Tx, Error> {
        let tx = self.app.begin().await?;
        self.held.assert(&tx).await?;
        Ok(tx)
    }

    /// Commits what was written together with where the run stands now.
    pub(super) async fn commit(&self, tx: Tx, state: &State) -> Result<(), Error> {
        save(&tx, &self.corp, self.id, state).await?;
        tx.commit().await?;
        self.app.tell(Change::Sync);
        Ok(())
    }

    /// Notes that the step before is over.
    pub(super) async fn enter(&self, step: Step) -> Result<(), Error> {
        let mut state = self.lock().await;
        state.progress.step = step;
        state.progress.done = 0;
        state.progress.total = None;
        state.progress.chunks = None;
        let tx = self.begin().await?;
        self.commit(tx, &state).await
    }
}

async fn save(tx: &Tx, corp: &CorpId, id: i64, state: &State) -> Result<(), Error> {
    let progress = value("progress", &state.progress)?;
    store::progress(tx, corp, id, &progress, &value("counts", &state.counts)?).await?;
    Ok(())
}

pub(super) fn value<T: Serialize>(what: &'static str, of: &T) -> Result<serde_json::Value, Error> {
    serde_json::to_value(of).map_err(|source| Error::Json { what, source })
}

pub(super) fn read<T: serde::de::DeserializeOwned + Default>(
    what: &'static str,
    value: &serde_json::Value,
) -> Result<T, Error> {
    if value.is_null() {
        return Ok(T::default());
    }
    T::deserialize(value).map_err(|source| Error::Json { what, source })
}
