//! The server as a child process.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use wecom_sandbox::{Info, Sandbox};

use super::Error;

/// Longest time until the server says that it is ready.
const READY: Duration = Duration::from_secs(60);

/// A running server.
pub struct Server {
    child: Child,
    setup: Setup,
    /// Login and password of the administrator made by the first start.
    first_login: Option<(String, String)>,
}

struct Setup {
    program: PathBuf,
    dir: PathBuf,
    database: Option<String>,
    listen: SocketAddr,
    info: Info,
    /// More for the server's environment.
    environment: Vec<(&'static str, String)>,
}

impl Server {
    pub(super) async fn start(
        sandbox: &Sandbox,
        dir: &Path,
        database: Option<&str>,
        listen: Option<SocketAddr>,
    ) -> Result<Self, Error> {
        std::fs::create_dir_all(dir).map_err(|source| Error::File {
            path: dir.to_owned(),
            source,
        })?;
        let program = std::env::current_exe().map_err(|source| Error::File {
            path: "the program itself".into(),
            source,
        })?;
        let setup = Setup {
            program,
            dir: dir.to_owned(),
            database: database.map(str::to_owned),
            listen: match listen {
                Some(listen) => listen,
                None => SocketAddr::from(([127, 0, 0, 1], free_port()?)),
            },
            info: sandbox.info().clone(),
            environment: Vec::new(),
        };
        let (child, ready) = spawn(&setup).await?;
        let text = |name: &str| ready[name].as_str().map(str::to_owned);
        let first_login = text("admin_login").zip(text("admin_password"));
        Ok(Self {
            child,
            setup,
            first_login,
        })
    }

    /// `http://ADDRESS:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.setup.listen)
    }

    pub(super) fn first_login(&self) -> Option<&(String, String)> {
        self.first_login.as_ref()
    }

    /// SIGKILL: nothing in the server gets a chance to tidy up.
    pub async fn kill(&mut self) {
        // An error says that it is dead already.
        let _ = self.child.kill().await;
    }

    pub(super) async fn restart(&mut self) -> Result<(), Error> {
        (self.child, _) = spawn(&self.setup).await?;
        Ok(())
    }

    /// Sets a variable of the environment, from the next start on.
    pub fn set(&mut self, name: &'static str, value: String) {
        self.setup.environment.push((name, value));
    }

    /// The processes the server holds WeCom's library in, as far as the system tells.
    #[must_use]
    pub fn children(&self) -> Vec<i32> {
        let Some(server) = self.child.id() else {
            return Vec::new();
        };
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.filter(|pid: &i32| parent_of(*pid) == Some(server))
            .collect()
    }

    /// Runs another command of the program on the same installation. It must succeed.
    ///
    /// # Errors
    /// [`Error::Server`] with what it said if it fails.
    pub async fn command(&self, arguments: &[&str]) -> Result<(), Error> {
        let mut command = command(&self.setup);
        let output = command.args(arguments).output().await;
        let output = output.map_err(|source| Error::File {
            path: self.setup.program.clone(),
            source,
        })?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(Error::Server(said))
    }

    pub(super) fn rss_mb(&self) -> Option<u64> {
        peak_memory(self.child.id()?)
    }
}

fn parent_of(pid: i32) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("PPid:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Largest memory a process has used, in MiB; `None` where the system does not tell.
pub fn peak_memory(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}

/// A port nobody listens on now. Kept over restarts, so that callbacks find the server again.
fn free_port() -> Result<u16, Error> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))
        .map_err(|error| Error::Server(format!("no free port: {error}")))?;
    let address = listener
        .local_addr()
        .map_err(|error| Error::Server(format!("no free port: {error}")))?;
    Ok(address.port())
}

/// The stand-in for WeCom's archive library, where it was built beside the program (or, by the
/// build of tests, in the folder below); without it there is no archive.
pub fn standin(program: &Path) -> Option<PathBuf> {
    let beside = program.parent()?;
    ["", "deps"]
        .map(|folder| beside.join(folder).join("libwecom_sdk_standin.so"))
        .into_iter()
        .find(|path| path.is_file())
}

/// The program with this installation's configuration in its environment.
fn command(setup: &Setup) -> Command {
    let info = &setup.info;
    let mut command = Command::new(&setup.program);
    command
        .env("JIEBANG_SERVER__LISTEN", setup.listen.to_string())
        .env(
            "JIEBANG_SERVER__PUBLIC_URL",
            format!("http://{}", setup.listen),
        )
        .env("JIEBANG_DATA__DIR", &setup.dir)
        // In that folder, whatever is said outside.
        .env("JIEBANG_DATA__KEY_STORE", "")
        .env("JIEBANG_WECOM__BASE_URL", &info.base_url)
        .env("JIEBANG_WECOM__CORP_ID", &info.corp_id)
        .env("JIEBANG_WECOM__AGENT_ID", info.agent_id.to_string())
        .env("JIEBANG_WECOM__APP_SECRET", &info.app_secret)
        .env("JIEBANG_WECOM__CONTACTS_SECRET", &info.contacts_secret)
        .env("JIEBANG_WECOM__ARCHIVE_SECRET", &info.archive_secret)
        .env("WECOM_SDK_STANDIN_URL", &info.base_url)
        .env("JIEBANG_WECOM__CALLBACK_TOKEN", &info.callback_token)
        .env("JIEBANG_WECOM__CALLBACK_AES_KEY", &info.encoding_aes_key)
        .env(
            "JIEBANG_CLOCK__FOLLOW",
            format!("{}/clock", info.control_url),
        )
        .current_dir(&setup.dir);
    command.envs(setup.environment.iter().map(|(name, value)| (*name, value)));
    if let Some(library) = standin(&setup.program) {
        command.env("JIEBANG_WECOM__ARCHIVE_LIBRARY", library);
    }
    if let Some(database) = &setup.database {
        command.env("JIEBANG_DATA__DATABASE", database);
    }
    command
}

async fn spawn(setup: &Setup) -> Result<(Child, Value), Error> {
    let log = setup.dir.join("server.log");
    let log_file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&log)
        .map_err(|source| Error::File {
            path: log.clone(),
            source,
        })?;
    let mut command = command(setup);
    command
        .args(["serve", "--ready-json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::from(log_file))
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(|source| Error::File {
        path: setup.program.clone(),
        source,
    })?;
    let ready = tokio::time::timeout(READY, ready_line(&mut child)).await;
    match ready {
        Ok(Some(ready)) => Ok((child, ready)),
        _ => {
            let _ = child.kill().await;
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            let tail: Vec<&str> = said.lines().rev().take(5).collect();
            Err(Error::Server(
                tail.into_iter().rev().collect::<Vec<_>>().join(" | "),
            ))
        }
    }
}

/// Reads up to the line that says the server is ready, and keeps the pipe drained after.
async fn ready_line(child: &mut Child) -> Option<Value> {
    let mut lines = BufReader::new(child.stdout.take()?).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let Ok(value) = serde_json::from_str::<Value>(&line) else {
            continue;
        };
        if value.get("listening").is_some() {
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some(value);
        }
    }
    None
}
