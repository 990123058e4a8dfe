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

    pub(super) fn rss_mb(&self) -> Option<u64> {
        peak_memory(self.child.id()?)
    }
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

async fn spawn(setup: &Setup) -> Result<(Child, Value), Error> {
    let info = &setup.info;
    let log = setup.dir.join("server.log");
    let log_file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&log)
        .map_err(|source| Error::File {
            path: log.clone(),
            source,
        })?;
    let mut command = Command::new(&setup.program);
    command
        .args(["serve", "--ready-json"])
        .env("JIEBANG_SERVER__LISTEN", setup.listen.to_string())
        .env(
            "JIEBANG_SERVER__PUBLIC_URL",
            format!("http://{}", setup.listen),
        )
        .env("JIEBANG_DATA__DIR", &setup.dir)
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
        .current_dir(&setup.dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::from(log_file))
        .kill_on_drop(true);
    if let Some(library) = standin(&setup.program) {
        command.env("JIEBANG_WECOM__ARCHIVE_LIBRARY", library);
    }
    if let Some(database) = &setup.database {
        command.env("JIEBANG_DATA__DATABASE", database);
    }
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
