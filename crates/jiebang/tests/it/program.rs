//! Running the program as a user does: as a process of its own, in a folder of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

/// Longest wait for a line that must come; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The program in `dir`, with nothing of this test's environment but the path.
pub fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jiebang"));
    command.args(arguments).current_dir(dir).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.stdin(Stdio::null());
    command
}

pub fn run(dir: &Path, arguments: &[&str]) -> Output {
    command(dir, arguments).output().unwrap()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A process that goes on; killed when it is dropped.
pub struct Running {
    child: Child,
    /// The first line it wrote, which is JSON.
    pub ready: Value,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = child.stdout.take().unwrap();
        let errors = child.stderr.take().unwrap();
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            let mut lines = BufReader::new(out).lines().map_while(Result::ok);
            let _ = tell.send(lines.next());
            lines.for_each(drop);
        });
        let log = std::thread::spawn(move || {
            let lines = BufReader::new(errors).lines().map_while(Result::ok);
            lines.take(200).collect::<Vec<_>>().join("\n")
        });
        let line = told.recv_timeout(PATIENCE).ok().flatten();
        let Some(line) = line else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("it did not get ready: {}", log.join().unwrap_or_default());
        };
        let ready = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        Self { child, ready }
    }

    pub fn text(&self, name: &str) -> &str {
        self.ready[name]
            .as_str()
            .unwrap_or_else(|| panic!("no {name} in {}", self.ready))
    }

    /// Asks it to stop as a service manager does, and returns its exit status.
    pub fn terminate(mut self) -> Option<i32> {
        let pid = nix::unistd::Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A small sandbox.
pub fn sandbox(dir: &Path) -> Running {
    let sizes = [
        "--staff",
        "40",
        "--customers",
        "400",
        "--groups",
        "30",
        "--leaver-customers",
        "120",
        "--leaver-groups",
        "6",
    ];
    let mut arguments = vec!["sandbox", "--listen", "127.0.0.1:0", "--seed", "3"];
    arguments.extend(sizes);
    Running::start(command(dir, &arguments))
}

/// `command` told by variables how to reach `sandbox` and to follow its clock.
pub fn connected(mut command: Command, sandbox: &Running) -> Command {
    command
        .env("JIEBANG_WECOM__BASE_URL", sandbox.text("base_url"))
        .env("JIEBANG_WECOM__CORP_ID", sandbox.text("corp_id"))
        .env(
            "JIEBANG_WECOM__AGENT_ID",
            sandbox.ready["agent_id"].to_string(),
        )
        .env("JIEBANG_WECOM__APP_SECRET", sandbox.text("app_secret"))
        .env(
            "JIEBANG_WECOM__CONTACTS_SECRET",
            sandbox.text("contacts_secret"),
        )
        .env(
            "JIEBANG_CLOCK__FOLLOW",
            format!("{}/clock", sandbox.text("control_url")),
        );
    command
}
