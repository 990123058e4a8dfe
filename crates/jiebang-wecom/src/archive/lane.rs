//! A lane: one child process at a time, one request at a time, started anew when it fails.
//!
//! Invariant: a child is put back only after a whole answer. Whoever gives up in the middle,
//! by an error or by dropping the future, drops the child with it, so that nobody reads the
//! rest of somebody else's answer.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::error::{Death, SdkCall, SdkError};
use super::sdk::SdkConfig;
use super::wire::{Answer, LARGEST_FRAME, Request};

/// What of the environment a child gets beside what the configuration names. Not the proxies
/// of the server, which the library would use unasked, and none of its secrets.
const INHERITED: &[&str] = &["PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH"];
/// Settings of the library itself: a stand-in gets the address of its sandbox this way.
const INHERITED_PREFIX: &str = "WECOM_SDK_";
/// How long a dead child may take to be found dead.
const BURIAL: Duration = Duration::from_secs(2);

/// Counts over all lanes.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub starts: AtomicU64,
    pub crashes: AtomicU64,
    pub hangs: AtomicU64,
    pub garbage: AtomicU64,
    pub quarantined: AtomicU64,
}

/// What the lane's children may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Pages and files: has the secret.
    Caller,
    /// Opens messages: needs no handle, so it never learns the secret.
    Opener,
}

pub(super) struct Lane {
    config: Arc<SdkConfig>,
    counters: Arc<Counters>,
    role: Role,
    child: Option<Running>,
    /// Children in a row that failed before they did anything.
    failures: u32,
}

/// A child that waits for a request or works on one. Killed when dropped.
struct Running {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// Why a child gave no answer.
pub(super) enum Trouble {
    /// It went away while it was being asked, and may not have got all of it.
    NotAsked,
    /// It got the request.
    Died(Death),
    /// It could not be started; nothing else can be done.
    Start(SdkError),
}

impl Trouble {
    pub(super) fn into_error(self, call: SdkCall) -> SdkError {
        match self {
            Self::NotAsked => SdkError::Died {
                call,
                death: Death::Unknown,
            },
            Self::Died(death) => SdkError::Died { call, death },
            Self::Start(error) => error,
        }
    }
}

impl Lane {
    pub(super) fn new(config: Arc<SdkConfig>, counters: Arc<Counters>, role: Role) -> Self {
        Self {
            config,
            counters,
            role,
            child: None,
            failures: 0,
        }
    }

    /// Starts a child unless there is one.
    pub(super) async fn ready(&mut self) -> Result<(), SdkError> {
        if self.child.is_some() {
            return Ok(());
        }
        if self.failures > 0 {
            tokio::time::sleep(self.config.backoff(self.failures)).await;
        }
        match self.start().await {
            Ok(child) => {
                self.child = Some(child);
                Ok(())
            }
            Err(error) => {
                self.failures = self.failures.saturating_add(1);
                Err(error)
            }
        }
    }

    async fn start(&self) -> Result<Running, SdkError> {
        self.counters.starts.fetch_add(1, Ordering::Relaxed);
        let mut child = spawn(&self.config).map_err(SdkError::Spawn)?;
        let caller = (self.role == Role::Caller).then(|| {
            let secret = Zeroizing::new(self.config.secret.expose().to_owned());
            (self.config.corp_id.as_str().to_owned(), secret)
        });
        let (proxy, password) = match &self.config.proxy {
            Some(proxy) => (proxy.address.clone(), proxy.password.expose().to_owned()),
            None => (String::new(), String::new()),
        };
        let first = Request::Start {
            library: self.config.library.as_os_str().as_encoded_bytes().to_vec(),
            caller,
            proxy,
            password: Zeroizing::new(password),
        };
        let died = |death| SdkError::Died {
            call: SdkCall::Start,
            death,
        };
        let patience = self.config.patience.start;
        let asked = child.ask(&first.frame(), patience).await;
        // A child that refused and went away has left its answer behind.
        let answer = match child.answer(patience).await {
            Ok(answer) => answer,
            Err(death) => return Err(died(self.bury(child, death).await)),
        };
        match (asked, answer) {
            (true, Answer::Started) => Ok(child),
            (_, Answer::Unusable(problem)) => Err(SdkError::Library(problem)),
            _ => Err(died(self.bury(child, Death::Garbage).await)),
        }
    }

    /// Asks the child. An answer is to be read with [`Asked::answer`] and the child given back
    /// with [`Lane::done`].
    pub(super) async fn ask(&mut self, frame: &[u8], patience: Duration) -> Result<Asked, Trouble> {
        self.ready().await.map_err(Trouble::Start)?;
        let Some(mut child) = self.child.take() else {
            return Err(Trouble::NotAsked);
        };
        if child.ask(frame, patience).await {
            return Ok(Asked(child));
        }
        self.failures = self.failures.saturating_add(1);
        self.bury(child, Death::Unknown).await;
        Err(Trouble::NotAsked)
    }

    /// The next answer of a child that was asked; the child is lost with an error.
    pub(super) async fn answer(
        &mut self,
        mut asked: Asked,
        patience: Duration,
    ) -> Result<(Asked, Answer), Trouble> {
        match asked.0.answer(patience).await {
            Ok(answer) => {
                self.failures = 0;
                Ok((asked, answer))
            }
            Err(death) => Err(Trouble::Died(self.bury(asked.0, death).await)),
        }
    }

    /// Gives a child back after its last answer.
    pub(super) fn done(&mut self, asked: Asked) {
        self.child = Some(asked.0);
    }

    /// One request with one answer.
    pub(super) async fn exchange(
        &mut self,
        call: SdkCall,
        request: &Request,
        patience: Duration,
    ) -> Result<Answer, SdkError> {
        let asked = self.ask(&request.frame(), patience).await;
        let asked = asked.map_err(|trouble| trouble.into_error(call))?;
        let answered = self.answer(asked, patience).await;
        let (asked, answer) = answered.map_err(|trouble| {
            // Callers of the platform come back by themselves: not at once.
            self.failures = self.failures.saturating_add(1);
            trouble.into_error(call)
        })?;
        self.done(asked);
        Ok(answer)
    }

    /// Ends the child in peace; kills it if it does not go.
    pub(super) async fn close(&mut self) {
        let Some(child) = self.child.take() else {
            return;
        };
        let Running {
            mut process,
            input,
            output,
        } = child;
        drop(input);
        if timeout(BURIAL * 2, process.wait()).await.is_err() {
            kill(&mut process).await;
        }
        drop(output);
    }

    /// Makes sure a child is dead and finds out how it ended.
    async fn bury(&self, child: Running, death: Death) -> Death {
        let mut process = child.process;
        let (count, death) = match death {
            Death::Hung(_) => (&self.counters.hangs, death),
            Death::Garbage => (&self.counters.garbage, death),
            _ => (&self.counters.crashes, end_of(&mut process).await),
        };
        count.fetch_add(1, Ordering::Relaxed);
        kill(&mut process).await;
        tracing::warn!(%death, "a process of the archive library was lost and will be replaced");
        death
    }
}

/// A child that owes answers.
pub(super) struct Asked(Running);

async fn end_of(process: &mut Child) -> Death {
    match timeout(BURIAL, process.wait()).await {
        Ok(Ok(status)) => match (status.signal(), status.code()) {
            (Some(signal), _) => Death::Signal(signal),
            (None, Some(code)) => Death::Exit(code),
            (None, None) => Death::Unknown,
        },
        _ => Death::Unknown,
    }
}

async fn kill(process: &mut Child) {
    if let Err(error) = process.kill().await {
        tracing::debug!(%error, "a process of the archive library was dead already");
    }
}

fn environment(config: &SdkConfig) -> BTreeMap<OsString, OsString> {
    let is_inherited = |name: &str| INHERITED.contains(&name) || name.starts_with(INHERITED_PREFIX);
    std::env::vars_os()
        .filter(|(name, _)| name.to_str().is_some_and(is_inherited))
        .chain(config.environment.iter().cloned())
        .collect()
}

fn spawn(config: &SdkConfig) -> io::Result<Running> {
    let mut process = Command::new(&config.program)
        .args(&config.arguments)
        .env_clear()
        .envs(environment(config))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // What the library prints may hold messages.
        .stderr(Stdio::null())
        // An interrupt at the terminal is for the server, which ends its children itself.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    match (process.stdin.take(), process.stdout.take()) {
        (Some(input), Some(output)) => Ok(Running {
            process,
            input,
            output: BufReader::with_capacity(64 << 10, output),
        }),
        _ => Err(io::ErrorKind::BrokenPipe.into()),
    }
}

impl Running {
    /// Whether the child took all of the frame.
    async fn ask(&mut self, frame: &[u8], patience: Duration) -> bool {
        matches!(
            timeout(patience, self.input.write_all(frame)).await,
            Ok(Ok(()))
        )
    }

    async fn answer(&mut self, patience: Duration) -> Result<Answer, Death> {
        match timeout(patience, self.read_frame()).await {
            Err(_elapsed) => Err(Death::Hung(patience)),
            Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => Err(Death::Garbage),
            Ok(Err(_gone)) => Err(Death::Unknown),
            Ok(Ok(payload)) => Answer::read(&payload).map_err(|_nonsense| Death::Garbage),
        }
    }

    async fn read_frame(&mut self) -> io::Result<Vec<u8>> {
        let length = self.output.read_u32_le().await?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > LARGEST_FRAME {
            return Err(io::ErrorKind::InvalidData.into());
        }
        // Grows with what comes, not with what a broken child announces.
        let mut payload = Vec::with_capacity(length.min(1 << 20));
        let limit = u64::try_from(length).unwrap_or(u64::MAX);
        (&mut self.output)
            .take(limit)
            .read_to_end(&mut payload)
            .await?;
        if payload.len() == length {
            Ok(payload)
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}
