//! The parent's side: an asynchronous handle on the library in its child processes.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiebang_domain::id::CorpId;
use md5::{Digest, Md5};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::answer::{PulledPage, read_page};
use super::call::{Chunk, Locked, Opening};
use super::elf;
use super::error::{Death, LibraryProblem, ReturnCode, SdkCall, SdkError};
use super::lane::{Asked, Counters, Lane, Role, Trouble};
use super::wire::{Answer, Request, open_frame};
use crate::secret::Secret;

/// The argument that makes the product's program a child.
pub const CHILD: &str = "archive-sdk-child";
/// Largest page (section 1.4 of the reference).
const LARGEST_PAGE: u32 = 1_000;
/// Rows and bytes of one batch: what a child holds in memory at once.
const BATCH_ROWS: usize = 500;
const BATCH_BYTES: usize = 4 << 20;
/// Tries to hand a batch over to a child that goes away before it has all of it.
const HAND_OVERS: u32 = 4;
/// The signal of an operator or of a system without memory.
const SIGKILL: i32 = 9;
/// How often a row that is alone may see its child killed from outside.
const KILLED_ALONE: u8 = 3;
/// Builds of the library whose files are known (section 1.8 of the reference), by md5.
const BUILDS: &[(&str, &str)] = &[
    (
        "f2db3dd1372c516db6290afbd1b5c698",
        "Linux x86-64 v3.0 (20250205)",
    ),
    ("2d22071add7284a978f55e70cc7ddb3d", "Linux arm64 v3.0"),
];

/// Settings of an [`ArchiveSdk`].
#[derive(Debug, Clone)]
pub struct SdkConfig {
    /// Program that calls [`super::run_child`] when started with `arguments`.
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    /// The library file, got from WeCom by the operator.
    pub library: PathBuf,
    pub corp_id: CorpId,
    /// Secret of the archive, not of the app.
    pub secret: Secret,
    pub proxy: Option<Proxy>,
    pub patience: Patience,
    /// Processes that open messages, 1 to 64.
    pub openers: usize,
    /// Processes that download files, 1 to 64.
    pub downloaders: usize,
    /// More environment for the children.
    pub environment: Vec<(OsString, OsString)>,
    /// Wait before a child is started after one that failed; doubles each time.
    pub first_wait: Duration,
    /// Longest of these waits.
    pub longest_wait: Duration,
}

/// A proxy between the library and the platform.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// `http://host:port` or `socks5://host:port`.
    pub address: String,
    /// `user:password`, or empty.
    pub password: Secret,
}

/// How long to wait, in real time.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Time-out of `GetChatData`, in whole seconds, at least 1.
    pub page: Duration,
    /// Time-out of `GetMediaData`, in whole seconds, at least 1.
    pub media: Duration,
    /// How much longer the child is waited for before it is killed.
    pub grace: Duration,
    /// Longest time one message may take to be opened.
    pub row: Duration,
    /// Longest time a child may take to load the library.
    pub start: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            page: Duration::from_secs(20),
            media: Duration::from_secs(60),
            grace: Duration::from_secs(5),
            row: Duration::from_secs(10),
            start: Duration::from_secs(30),
        }
    }
}

impl SdkConfig {
    #[must_use]
    pub fn new(program: PathBuf, library: PathBuf, corp_id: CorpId, secret: Secret) -> Self {
        Self {
            program,
            arguments: Vec::new(),
            library,
            corp_id,
            secret,
            proxy: None,
            patience: Patience::default(),
            openers: 1,
            downloaders: 2,
            environment: Vec::new(),
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(30),
        }
    }

    /// As [`SdkConfig::new`] with this program as its own child: one that hands over to
    /// [`super::run_child`] when started with [`CHILD`] alone.
    ///
    /// # Errors
    /// [`SdkError::Spawn`] if the program's own path cannot be found.
    pub fn of_this_program(
        library: PathBuf,
        corp_id: CorpId,
        secret: Secret,
    ) -> Result<Self, SdkError> {
        // The file that runs, even after another one was put in its place by an upgrade.
        let program = if cfg!(target_os = "linux") {
            PathBuf::from("/proc/self/exe")
        } else {
            std::env::current_exe().map_err(SdkError::Spawn)?
        };
        let mut config = Self::new(program, library, corp_id, secret);
        config.arguments = vec![CHILD.into()];
        Ok(config)
    }

    fn check(&self) -> Result<(), SdkError> {
        if self.secret.is_empty() {
            return Err(SdkError::Config("the archive's secret is empty"));
        }
        let is_pool = |size: &usize| (1..=64).contains(size);
        if !is_pool(&self.openers) || !is_pool(&self.downloaders) {
            return Err(SdkError::Config("1 to 64 processes of each kind"));
        }
        let is_time = |time: Duration| (1..=3_600).contains(&time.as_secs());
        if !is_time(self.patience.page) || !is_time(self.patience.media) {
            return Err(SdkError::Config("time-outs must be 1 s to 1 h"));
        }
        Ok(())
    }

    /// The wait before a start after so many failures.
    pub(super) fn backoff(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(16);
        self.first_wait
            .saturating_mul(1 << doublings)
            .min(self.longest_wait)
    }
}

/// Lanes to share: one is taken, used, and comes back when the guard is dropped.
struct Pool {
    permits: Semaphore,
    free: Mutex<Vec<Lane>>,
    size: usize,
}

struct Taken<'a> {
    pool: &'a Pool,
    lane: Option<Lane>,
    _permit: SemaphorePermit<'a>,
}

impl Pool {
    fn new(lanes: Vec<Lane>) -> Self {
        Self {
            permits: Semaphore::new(lanes.len()),
            size: lanes.len(),
            free: Mutex::new(lanes),
        }
    }

    async fn take(&self) -> Result<Taken<'_>, SdkError> {
        let closed = SdkError::Config("the connector is closed");
        let Ok(permit) = self.permits.acquire().await else {
            return Err(closed);
        };
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(lane) = free.pop() else {
            return Err(closed);
        };
        Ok(Taken {
            pool: self,
            lane: Some(lane),
            _permit: permit,
        })
    }

    /// Waits for all lanes, lets nobody take one again, and ends their children.
    async fn close(&self) {
        let all = u32::try_from(self.size).unwrap_or(u32::MAX);
        if let Ok(permits) = self.permits.acquire_many(all).await {
            self.permits.close();
            permits.forget();
        }
        let lanes = std::mem::take(&mut *self.free.lock().unwrap_or_else(PoisonError::into_inner));
        for mut lane in lanes {
            lane.close().await;
        }
    }
}

impl Taken<'_> {
    fn lane(&mut self) -> Result<&mut Lane, SdkError> {
        let lane = self.lane.as_mut();
        lane.ok_or(SdkError::Config("the connector is closed"))
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut free = self
            .pool
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        free.extend(self.lane.take());
    }
}

/// The library at arm's length. Clones are cheap and share its processes.
#[derive(Clone)]
pub struct ArchiveSdk(Arc<Inner>);

struct Inner {
    config: Arc<SdkConfig>,
    counters: Arc<Counters>,
    puller: Pool,
    openers: Pool,
    downloaders: Pool,
}

impl fmt::Debug for ArchiveSdk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArchiveSdk")
            .field("corp_id", &self.0.config.corp_id)
            .finish_non_exhaustive()
    }
}

/// What the child processes went through since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Health {
    /// Processes started.
    pub starts: u64,
    /// Processes that ended by themselves.
    pub crashes: u64,
    /// Processes killed because they did not answer.
    pub hangs: u64,
    /// Processes killed because their answer made no sense.
    pub garbage: u64,
    /// Messages that killed the library twice.
    pub quarantined: u64,
}

/// The library file, for the operator to compare with WeCom's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryFile {
    pub bytes: u64,
    /// Lower-case hexadecimal digits.
    pub md5: String,
    /// The build, if it is one of those known.
    pub build: Option<&'static str>,
}

impl ArchiveSdk {
    /// A connector. Starts no process before it is used.
    ///
    /// # Errors
    /// [`SdkError::Config`] for settings out of range.
    pub fn new(config: SdkConfig) -> Result<Self, SdkError> {
        config.check()?;
        let config = Arc::new(config);
        let counters = Arc::new(Counters::default());
        let pool = |size: usize, role| {
            let lane = |_| Lane::new(Arc::clone(&config), Arc::clone(&counters), role);
            Pool::new((0..size).map(lane).collect())
        };
        Ok(Self(Arc::new(Inner {
            puller: pool(1, Role::Caller),
            openers: pool(config.openers, Role::Opener),
            downloaders: pool(config.downloaders, Role::Caller),
            counters,
            config,
        })))
    }

    /// Loads the library in a child and initialises it, and looks at its file. Does not call
    /// the platform: a wrong secret shows with the first page.
    ///
    /// # Errors
    /// What is wrong with file, process or `Init`.
    pub async fn check(&self) -> Result<LibraryFile, SdkError> {
        let path = self.0.config.library.clone();
        let reading = tokio::task::spawn_blocking(move || {
            elf::check(&path)?;
            let unreadable = |error: std::io::Error| LibraryProblem::Unreadable(error.to_string());
            let mut file = std::fs::File::open(&path).map_err(unreadable)?;
            let mut sum = HashWriter(Md5::new());
            let bytes = std::io::copy(&mut file, &mut sum).map_err(unreadable)?;
            let md5 = hex::encode(sum.0.finalize());
            let known = BUILDS.iter().find(|(known, _)| *known == md5);
            Ok(LibraryFile {
                bytes,
                build: known.map(|(_, build)| *build),
                md5,
            })
        });
        let file = reading
            .await
            .map_err(|error| SdkError::Spawn(std::io::Error::other(error)))?
            .map_err(SdkError::Library)?;
        self.0.puller.take().await?.lane()?.ready().await?;
        Ok(file)
    }

    /// The rows behind `seq`, at most `limit` (1 to 1,000). `seq` is the largest number seen,
    /// 0 at first; never one more.
    ///
    /// # Errors
    /// [`SdkError::Refused`] for the platform's no, [`SdkError::Returned`] for a code of the
    /// library, [`SdkError::Died`] if its process was lost.
    pub async fn page(&self, seq: u64, limit: u32) -> Result<PulledPage, SdkError> {
        let call = SdkCall::GetChatData;
        if !(1..=LARGEST_PAGE).contains(&limit) {
            let what = "the limit must be 1 to 1,000";
            return Err(SdkError::Input { call, what });
        }
        let patience = self.0.config.patience;
        let request = Request::Page {
            seq,
            limit,
            timeout: seconds(patience.page),
        };
        let mut taken = self.0.puller.take().await?;
        let answer = taken
            .lane()?
            .exchange(call, &request, patience.page + patience.grace)
            .await?;
        drop(taken);
        match answer {
            Answer::Page(json) => {
                // A full page is megabytes of JSON: not on a thread others wait for.
                let reading = tokio::task::spawn_blocking(move || read_page(&json)).await;
                reading.unwrap_or(Err(SdkError::Answer {
                    call,
                    what: "no page",
                }))
            }
            other => Err(unexpected(call, &other)),
        }
    }

    /// The part of a file at `index`: `None` is its start, then what [`Chunk::next`] told. The
    /// same index may be asked for again.
    ///
    /// # Errors
    /// As for [`ArchiveSdk::page`]; 10010 is final, 10005 is no such file.
    pub async fn chunk(&self, file: &str, index: Option<&str>) -> Result<Chunk, SdkError> {
        let call = SdkCall::GetMediaData;
        let index = index.unwrap_or_default();
        if file.is_empty() || file.contains('\0') || index.contains('\0') {
            let what = "the file id or the index is none";
            return Err(SdkError::Input { call, what });
        }
        let patience = self.0.config.patience;
        let request = Request::Chunk {
            file: file.to_owned(),
            index: index.to_owned(),
            timeout: seconds(patience.media),
        };
        let mut taken = self.0.downloaders.take().await?;
        let answer = taken
            .lane()?
            .exchange(call, &request, patience.media + patience.grace)
            .await?;
        match answer {
            Answer::Chunk { data, is_last, .. } if is_last => Ok(Chunk { data, next: None }),
            Answer::Chunk {
                data, index: next, ..
            } => match String::from_utf8(next) {
                // The same index again would be asked for without end.
                Ok(next) if !next.is_empty() && next != index => Ok(Chunk {
                    data,
                    next: Some(next),
                }),
                _ => Err(SdkError::Answer {
                    call,
                    what: "no further index",
                }),
            },
            other => Err(unexpected(call, &other)),
        }
    }

    /// Opens bodies with the random keys of their rows: one answer for each, in their order. A
    /// row that kills the library is tried once more, alone in a fresh process, and set aside
    /// if it kills that too; the others are opened exactly once.
    ///
    /// # Errors
    /// If no child could be started; nothing is lost then, and the call may be repeated.
    pub async fn open(&self, rows: &[Locked<'_>]) -> Result<Vec<Opening>, SdkError> {
        let mut openings: Vec<Option<Opening>> = rows
            .iter()
            .map(|row| row.check().err().map(Opening::Unfit))
            .collect();
        let todo: Vec<usize> = (0..rows.len())
            .filter(|at| openings.get(*at).is_some_and(Option::is_none))
            .collect();
        let mut taken = self.0.openers.take().await?;
        let mut work = Work {
            rows,
            todo: &todo,
            openings: &mut openings,
            suspect: false,
            killed_alone: 0,
            patience: self.0.config.patience.row,
            counters: &self.0.counters,
        };
        let lane = taken.lane()?;
        let mut hand_overs = 0;
        while !work.todo.is_empty() {
            match work.batch(lane).await {
                Ok(()) => hand_overs = 0,
                Err(Trouble::NotAsked) if hand_overs < HAND_OVERS => hand_overs += 1,
                Err(trouble) => return Err(trouble.into_error(SdkCall::DecryptData)),
            }
        }
        drop(taken);
        let call = SdkCall::DecryptData;
        let what = "a row was left over";
        let all: Option<Vec<Opening>> = openings.into_iter().collect();
        all.ok_or(SdkError::Answer { call, what })
    }

    /// What the processes went through so far.
    #[must_use]
    pub fn health(&self) -> Health {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let counters = &self.0.counters;
        Health {
            starts: of(&counters.starts),
            crashes: of(&counters.crashes),
            hangs: of(&counters.hangs),
            garbage: of(&counters.garbage),
            quarantined: of(&counters.quarantined),
        }
    }

    /// Waits for calls under way and ends the processes in peace. Calls after it fail.
    pub async fn close(&self) {
        self.0.puller.close().await;
        self.0.openers.close().await;
        self.0.downloaders.close().await;
    }
}

/// A batch of rows on their way through a lane.
struct Work<'a> {
    rows: &'a [Locked<'a>],
    /// What is still to be opened, by position.
    todo: &'a [usize],
    openings: &'a mut [Option<Opening>],
    /// The first of `todo` killed a child; it goes alone now.
    suspect: bool,
    /// How often the child was killed by somebody else while that row was alone in it.
    killed_alone: u8,
    patience: Duration,
    counters: &'a Counters,
}

impl Work<'_> {
    /// Sends one batch and takes its answers. A death is an answer too.
    async fn batch(&mut self, lane: &mut Lane) -> Result<(), Trouble> {
        let count = self.batch_length();
        let batch = self.todo.get(..count).unwrap_or_default();
        let chosen: Vec<&Locked<'_>> = batch.iter().filter_map(|at| self.rows.get(*at)).collect();
        let frame = open_frame(chosen.iter().map(|row| (row.key, row.message)));
        let mut asked: Asked = lane.ask(&frame, self.patience).await?;
        drop(frame);
        for _ in 0..count {
            match lane.answer(asked, self.patience).await {
                Ok((again, answer)) => {
                    asked = again;
                    self.settle(match answer {
                        Answer::Opened(message) => Opening::Opened(message),
                        Answer::Returned(code) => Opening::Refused(code),
                        // The parent's guard lets less through than the child's.
                        _ => Opening::Refused(ReturnCode(10_000)),
                    });
                }
                Err(Trouble::Died(death)) => {
                    self.mourn(death);
                    return Ok(());
                }
                Err(trouble) => return Err(trouble),
            }
        }
        lane.done(asked);
        Ok(())
    }

    /// Rows of the next batch: one if it is a suspect, else what fits.
    fn batch_length(&self) -> usize {
        if self.suspect {
            return 1;
        }
        let mut bytes = 0;
        let fits = self.todo.iter().take(BATCH_ROWS).take_while(|at| {
            bytes += self.rows.get(**at).map_or(0, |row| row.message.len());
            bytes <= BATCH_BYTES
        });
        fits.count().max(1)
    }

    fn settle(&mut self, opening: Opening) {
        if let Some((first, rest)) = self.todo.split_first() {
            if let Some(place) = self.openings.get_mut(*first) {
                *place = Some(opening);
            }
            self.todo = rest;
        }
        self.suspect = false;
        self.killed_alone = 0;
    }

    /// The first row without an answer killed the child, or was there when it died. A library
    /// does not kill itself with SIGKILL: for that a row is blamed only when it goes on.
    fn mourn(&mut self, death: Death) {
        let is_from_outside = death == Death::Signal(SIGKILL);
        if self.suspect && is_from_outside && self.killed_alone < KILLED_ALONE {
            self.killed_alone += 1;
        } else if self.suspect {
            self.counters.quarantined.fetch_add(1, Ordering::Relaxed);
            self.settle(Opening::Quarantined(death));
        } else {
            self.suspect = true;
        }
    }
}

struct HashWriter(Md5);

impl std::io::Write for HashWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn seconds(time: Duration) -> i32 {
    i32::try_from(time.as_secs()).unwrap_or(i32::MAX).max(1)
}

fn unexpected(call: SdkCall, answer: &Answer) -> SdkError {
    match answer {
        Answer::Returned(code) => SdkError::Returned { call, code: *code },
        Answer::Unfit => SdkError::Input {
            call,
            what: "the library was not asked",
        },
        _ => SdkError::Answer {
            call,
            what: "another answer",
        },
    }
}
