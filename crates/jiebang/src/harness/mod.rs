//! A whole installation on this machine, for the demo, the crash runs and the benchmarks: the
//! sandbox in this process, the server as a child process that can be killed, a client of the
//! server's API, and a driver that moves the sandbox's clock whenever nobody has anything to do.
//!
//! Invariant: nothing here looks into the server's database. What is compared in the end is what
//! the server's API says with what the sandbox knows to have happened.

mod api;
pub mod archive;
mod drive;
pub mod job;
mod ledger;
mod server;
mod ways;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use wecom_sandbox::{LeaverSpec, Options, Sandbox};

pub use api::Api;
pub use drive::{Driver, Watch};
pub use ledger::Ledger;
use ledger::compare;
pub use server::{Server, peak_memory, standin};

/// Seconds by which the lease of a killed server's job can outlive it.
const LEASE: i64 = 60;

/// What can go wrong in a run of the harness.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the sandbox cannot be started")]
    Sandbox(#[from] wecom_sandbox::Error),
    #[error("the server cannot be started: {0}")]
    Server(String),
    #[error("{path} cannot be used")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the server did not answer {what}")]
    Http {
        what: String,
        source: reqwest::Error,
    },
    #[error("the server refused {what}: HTTP {status} {body}")]
    Refused {
        what: String,
        status: u16,
        body: String,
    },
    #[error("the answer to {what} lacks {field}")]
    Answer { what: String, field: &'static str },
    #[error("the sandbox refused {what}: {body}")]
    Control { what: String, body: String },
    #[error("what the benchmark makes up is not valid: {0}")]
    Made(#[from] jiebang_domain::id::IdError),
    #[error("no progress in {seconds} s: {state}")]
    Stuck { seconds: u64, state: String },
}

/// How large an installation to make.
#[derive(Debug, Clone)]
pub struct Size {
    pub seed: u64,
    pub staff: usize,
    /// Customers of the whole corp.
    pub customers: usize,
    pub groups: usize,
    /// Customers and groups of the leaver the run is about.
    pub leaver_customers: usize,
    pub leaver_groups: usize,
}

/// Sandbox, server and a signed-in client.
pub struct World {
    pub sandbox: Sandbox,
    pub server: Server,
    pub api: Api,
    /// Leases up to this moment of the clock are those of a killed server.
    orphans_until: i64,
}

impl World {
    /// Starts sandbox and server; the server keeps everything in `dir`, or in `database` if that
    /// is given.
    ///
    /// # Errors
    /// [`Error`] if one of them cannot be started.
    pub async fn start(size: &Size, dir: &Path, database: Option<&str>) -> Result<Self, Error> {
        Self::start_on(size, dir, database, None).await
    }

    /// As [`World::start`], with the server at `listen`.
    ///
    /// # Errors
    /// As [`World::start`].
    pub async fn start_on(
        size: &Size,
        dir: &Path,
        database: Option<&str>,
        listen: Option<SocketAddr>,
    ) -> Result<Self, Error> {
        let sandbox = Sandbox::start(Options {
            seed: size.seed,
            staff: size.staff,
            customers: size.customers,
            groups: size.groups,
            leaver: Some(LeaverSpec {
                customers: size.leaver_customers,
                groups: size.leaver_groups,
                // Leaves once the corp was read: what is known of it then is kept.
                left_days_ago: None,
                ..LeaverSpec::default()
            }),
            ..Options::default()
        })
        .await?;
        let server = Server::start(&sandbox, dir, database, listen).await?;
        let api = Api::sign_in_first(&server).await?;
        let world = Self {
            sandbox,
            server,
            api,
            orphans_until: 0,
        };
        let url = format!("{}/callback/wecom", world.server.url());
        world
            .control("POST", "callback", json!({ "url": url, "parallel": 8 }))
            .await?;
        Ok(world)
    }

    /// A request to the sandbox's control API.
    ///
    /// # Errors
    /// [`Error::Control`] if it is refused.
    pub async fn control(&self, method: &str, path: &str, body: Value) -> Result<Value, Error> {
        match self.sandbox.control(method, path, body).await {
            (200, answer) => Ok(answer),
            (_, answer) => Err(Error::Control {
                what: path.to_owned(),
                body: answer.to_string(),
            }),
        }
    }

    /// The leaver the run is about.
    ///
    /// # Errors
    /// [`Error::Control`].
    pub async fn leaver(&self) -> Result<String, Error> {
        let company = self.control("GET", "truth/company", Value::Null).await?;
        company["prominent"]
            .as_str()
            .map(str::to_owned)
            .ok_or(Error::Answer {
                what: "truth/company".to_owned(),
                field: "prominent",
            })
    }

    /// Members that can take customers over.
    ///
    /// # Errors
    /// [`Error::Control`].
    pub async fn successors(&self, count: usize) -> Result<Vec<String>, Error> {
        let company = self.control("GET", "truth/company", Value::Null).await?;
        let all = company["successors"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        Ok(all
            .iter()
            .filter_map(Value::as_str)
            .take(count)
            .map(str::to_owned)
            .collect())
    }

    /// Kills the server at once, as a power cut would, and starts it again.
    ///
    /// # Errors
    /// [`Error::Server`] if it does not come up again.
    pub async fn crash(&mut self) -> Result<(), Error> {
        self.server.kill().await;
        self.orphans_until = self.sandbox.now_millis().div_euclid(1000) + LEASE;
        self.server.restart().await
    }

    /// Largest memory the server's present process has used, in MiB.
    #[must_use]
    pub fn server_rss_mb(&self) -> Option<u64> {
        self.server.rss_mb()
    }
}

/// Waits a little in real time.
pub(crate) async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
