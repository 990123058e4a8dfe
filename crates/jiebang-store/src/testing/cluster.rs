//! A PostgreSQL cluster shared by test processes.
//!
//! nextest gives every test a process of its own, so the cluster outlives each: users hold a
//! shared lock on `in-use` for as long as they live (the system lets go of it however they
//! end), and a watchdog stops the cluster when it gets that lock alone and nobody has come for
//! half a minute. Starting is guarded by the lock `starting`.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use nix::unistd::{Uid, User};
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{ConnectOptions as _, Connection as _, PgConnection};

const VARIABLE: &str = "JIEBANG_TEST_POSTGRES";
const HOW_TO_INSTALL: &str = "PostgreSQL is needed by the tests and was not found in PATH or \
     /usr/lib/postgresql: install it (Debian: apt-get install postgresql; nothing needs to be \
     set up or started), or set JIEBANG_TEST_POSTGRES to postgres://user@host/postgres of a \
     server on which databases may be created";

#[derive(Debug, thiserror::Error)]
pub(super) enum ClusterError {
    #[error("{HOW_TO_INSTALL}")]
    NotInstalled,
    #[error("cannot {doing}")]
    Io {
        doing: &'static str,
        source: io::Error,
    },
    #[error("cannot {doing}: {output}")]
    Failed { doing: &'static str, output: String },
    #[error("cannot create a database for the test")]
    Database { source: sea_orm::sqlx::Error },
}

/// Creates an empty database and returns its address.
pub(super) async fn new_database() -> Result<String, ClusterError> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = match std::env::var(VARIABLE) {
        Ok(url) if !url.is_empty() => url,
        _ => tokio::task::spawn_blocking(shared_cluster)
            .await
            .map_err(|e| ClusterError::Io {
                doing: "start PostgreSQL",
                source: e.into(),
            })??,
    };
    let database = |source| ClusterError::Database { source };
    let options: PgConnectOptions = server.parse().map_err(database)?;
    let mut connection = PgConnection::connect_with(&options.disable_statement_logging())
        .await
        .map_err(database)?;
    let name = format!(
        "jiebang_test_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    for sql in [
        format!("DROP DATABASE IF EXISTS {name}"),
        format!("CREATE DATABASE {name}"),
    ] {
        sea_orm::sqlx::raw_sql(sea_orm::sqlx::AssertSqlSafe(sql))
            .execute(&mut connection)
            .await
            .map_err(database)?;
    }
    connection.close().await.map_err(database)?;
    Ok(with_database(&server, &name))
}

/// The address `server` with another database.
fn with_database(server: &str, name: &str) -> String {
    let (base, options) = server.split_once('?').unwrap_or((server, ""));
    let authority = base.find("://").map_or(0, |at| at + 3);
    let end = base[authority..]
        .find('/')
        .map_or(base.len(), |at| authority + at);
    format!("{}/{name}?{options}", &base[..end])
}

/// The lock that tells the watchdog this process still uses the cluster.
static IN_USE: Mutex<Option<File>> = Mutex::new(None);

fn shared_cluster() -> Result<String, ClusterError> {
    let home = home()?;
    let url = format!(
        "postgres://jiebang@localhost/postgres?host={}",
        home.display()
    );
    let mut in_use = IN_USE.lock().unwrap_or_else(PoisonError::into_inner);
    if in_use.is_some() {
        return Ok(url);
    }
    let io = |doing| move |source| ClusterError::Io { doing, source };
    let lock = open(&home.join("in-use")).map_err(io("open the lock of the test cluster"))?;
    lock.lock_shared()
        .map_err(io("take the lock of the test cluster"))?;
    // The watchdog looks at this time.
    let _ = lock.set_len(1).and_then(|()| lock.set_len(0));
    let starting = open(&home.join("starting")).map_err(io("open a lock"))?;
    starting
        .lock()
        .map_err(io("wait while the test cluster is started"))?;
    let cluster = Cluster {
        home: &home,
        binaries: binaries()?,
        owner: owner()?,
    };
    if !cluster.answers() {
        cluster.start()?;
    }
    *in_use = Some(lock);
    Ok(url)
}

fn open(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    let _ = fs::set_permissions(path, Permissions::from_mode(0o666));
    Ok(file)
}

/// A short path (a socket's may have 107 bytes) of its own for each user and checkout.
fn home() -> Result<PathBuf, ClusterError> {
    let checkout = jiebang_vault::sha256(env!("CARGO_MANIFEST_DIR").as_bytes());
    let name = format!(
        "jiebang-pg-{}-{:02x}{:02x}{:02x}",
        Uid::effective(),
        checkout[0],
        checkout[1],
        checkout[2]
    );
    let home = std::env::temp_dir().join(name);
    let io = |source| ClusterError::Io {
        doing: "create a folder for the test cluster",
        source,
    };
    match fs::create_dir(&home) {
        Ok(()) => {
            fs::set_permissions(&home, Permissions::from_mode(0o755)).map_err(io)?;
            if let Some(owner) = owner()? {
                std::os::unix::fs::chown(&home, Some(owner.0), Some(owner.1)).map_err(io)?;
            }
        }
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            let meta = fs::symlink_metadata(&home).map_err(io)?;
            let expected = owner()?.map_or(Uid::effective().as_raw(), |o| o.0);
            let ours = meta.uid() == expected || meta.uid() == Uid::effective().as_raw();
            if !meta.is_dir() || !ours {
                return Err(io(io::Error::other("the folder belongs to somebody else")));
            }
        }
        Err(e) => return Err(io(e)),
    }
    Ok(home)
}

/// PostgreSQL refuses to run as root: then it runs as `postgres` or `nobody`.
fn owner() -> Result<Option<(u32, u32)>, ClusterError> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let Ok(Some(user)) = User::from_name(name) {
            return Ok(Some((user.uid.as_raw(), user.gid.as_raw())));
        }
    }
    Err(ClusterError::Failed {
        doing: "start PostgreSQL",
        output: "it does not run as root, and there is neither a user postgres nor nobody".into(),
    })
}

/// The newest installed.
fn binaries() -> Result<PathBuf, ClusterError> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for entry in fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
    {
        let folder = entry.path().join("bin");
        let version = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        if let Some(version) = version
            && folder.join("initdb").exists()
        {
            found.push((version, folder));
        }
    }
    if let Some((_, newest)) = found.into_iter().max() {
        return Ok(newest);
    }
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
        .ok_or(ClusterError::NotInstalled)
}

struct Cluster<'a> {
    home: &'a Path,
    binaries: PathBuf,
    owner: Option<(u32, u32)>,
}

impl Cluster<'_> {
    fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    fn answers(&self) -> bool {
        let mut command = Command::new(self.binaries.join("pg_isready"));
        command.arg("-q").arg("-h").arg(self.home);
        matches!(command.output(), Ok(output) if output.status.success())
    }

    fn start(&self) -> Result<(), ClusterError> {
        let data = self.data();
        if !data.exists() {
            let io = |source| ClusterError::Io {
                doing: "put the test cluster in place",
                source,
            };
            // Made beside and then renamed: a killed initdb leaves no half a cluster behind.
            let fresh = self.home.join("data.new");
            if fresh.exists() {
                fs::remove_dir_all(&fresh).map_err(io)?;
            }
            let mut initdb = self.command("initdb");
            initdb.args([
                "-U",
                "jiebang",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-N",
            ]);
            initdb.arg("-D").arg(&fresh);
            run("create a test cluster", &mut initdb)?;
            fs::rename(&fresh, &data).map_err(io)?;
        }
        let socket = self.home.display();
        let settings = format!(
            "-c listen_addresses='' -c unix_socket_directories='{socket}' -c fsync=off \
             -c synchronous_commit=off -c full_page_writes=off -c max_connections=400 \
             -c shared_buffers=64MB -c autovacuum=off"
        );
        let mut start = self.command("pg_ctl");
        start.args(["start", "-w", "-t", "60", "-D"]).arg(&data);
        start
            .arg("-l")
            .arg(self.home.join("log"))
            .arg("-o")
            .arg(settings);
        run("start the test cluster", &mut start)?;
        self.watch()
    }

    /// Starts the watchdog: it outlives this process and ends with the cluster.
    fn watch(&self) -> Result<(), ClusterError> {
        // Under the lock it also takes the data away: whoever waits then makes a new cluster.
        let script = r#"
            cd / || exit
            while sleep 5; do
                [ -f "$1/data/postmaster.pid" ] || exit
                [ -n "$(find "$1/in-use" -mmin +0.5)" ] || continue
                flock -n -x "$1/in-use" sh -c \
                    '"$2/pg_ctl" stop -m immediate -D "$1/data" && rm -rf "$1/data"' \
                    stop "$1" "$2"
            done"#;
        let mut watchdog = self.command_of(Path::new("setsid"));
        watchdog
            .args(["sh", "-c", script, "watchdog"])
            .arg(self.home)
            .arg(&self.binaries);
        watchdog
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        match watchdog.spawn() {
            Ok(_) => Ok(()),
            Err(source) => Err(ClusterError::Io {
                doing: "start the watchdog",
                source,
            }),
        }
    }

    fn command(&self, program: &str) -> Command {
        self.command_of(&self.binaries.join(program))
    }

    fn command_of(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.home).env("LC_ALL", "C.UTF-8");
        if let Some((uid, gid)) = self.owner {
            command.uid(uid).gid(gid);
        }
        command
    }
}

fn run(doing: &'static str, command: &mut Command) -> Result<(), ClusterError> {
    // Into a file and not a pipe: the server keeps what it inherits open for as long as it runs.
    let io = |source| ClusterError::Io { doing, source };
    let heard = tempfile::NamedTempFile::new().map_err(io)?;
    let writer = || heard.reopen().map(Stdio::from);
    command
        .stdin(Stdio::null())
        .stdout(writer().map_err(io)?)
        .stderr(writer().map_err(io)?);
    let Output { status, .. } = command.output().map_err(io)?;
    if status.success() {
        return Ok(());
    }
    let output = fs::read_to_string(heard.path()).unwrap_or_default();
    Err(ClusterError::Failed { doing, output })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_options_when_the_database_changes() {
        for (server, expected) in [
            (
                "postgres://u@h/postgres?host=/tmp/x",
                "postgres://u@h/db?host=/tmp/x",
            ),
            ("postgres://u:p@h:5432", "postgres://u:p@h:5432/db?"),
        ] {
            assert_eq!(with_database(server, "db"), expected);
        }
    }
}
