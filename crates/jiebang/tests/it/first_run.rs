//! A new user's first minutes: start, sign in, start again.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::program::{Running, command, run, sandbox, stderr, stdout};

fn serve(dir: &std::path::Path) -> Running {
    Running::start(command(
        dir,
        &["serve", "--listen", "127.0.0.1:0", "--ready-json"],
    ))
}

async fn sign_in(server: &Running, password: &str) -> reqwest::Response {
    let url = format!("{}/api/v1/session", server.text("url"));
    let body = json!({ "login": "admin", "password": password });
    reqwest::Client::new()
        .post(url)
        .json(&body)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_first_start_prints_a_password_that_signs_in_and_never_again() {
    let dir = tempfile::tempdir().unwrap();
    let server = serve(dir.path());
    let password = server.text("admin_password").to_owned();
    let answer = sign_in(&server, &password).await;
    assert_eq!(answer.status(), 200);
    let session: Value = answer.json().await.unwrap();
    assert_eq!(session["account"]["role"], "super_admin");
    assert_eq!(session["account"]["must_change_password"], true);
    assert_eq!(sign_in(&server, "wrong password").await.status(), 401);

    let health: Value = reqwest::get(format!("{}/healthz", server.text("url")))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(health["status"], "ok");
    assert_eq!(server.terminate(), Some(0));

    let again = serve(dir.path());
    assert_eq!(again.ready["admin_password"], Value::Null);
    assert_eq!(sign_in(&again, &password).await.status(), 200);
}

#[test]
fn what_the_first_start_makes_is_its_owners_only() {
    let dir = tempfile::tempdir().unwrap();
    let server = serve(dir.path());
    let data = dir.path().join("jiebang-data");
    let mode = |name: &str| {
        let path = if name.is_empty() {
            data.clone()
        } else {
            data.join(name)
        };
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    assert_eq!(mode(""), 0o700);
    assert_eq!(mode("master.key"), 0o600);
    assert_eq!(mode("jiebang.db"), 0o600);
    drop(server);
}

#[test]
fn the_password_is_not_in_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = command(
        dir.path(),
        &["serve", "--listen", "127.0.0.1:0", "--ready-json"],
    );
    command.env("JIEBANG_LOG__LEVEL", "trace,hyper=info");
    let log = dir.path().join("log");
    command.stderr(std::fs::File::create(&log).unwrap());
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let out = child.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let password = ready["admin_password"].as_str().unwrap();
    assert!(!std::fs::read_to_string(log).unwrap().contains(password));
}

#[test]
fn the_sandbox_prints_one_line_with_all_a_client_needs() {
    let dir = tempfile::tempdir().unwrap();
    let sandbox = sandbox(dir.path());
    for name in [
        "base_url",
        "control_url",
        "corp_id",
        "app_secret",
        "contacts_secret",
        "archive_secret",
        "callback_token",
        "encoding_aes_key",
    ] {
        assert!(!sandbox.text(name).is_empty(), "{name}");
    }
    assert!(sandbox.ready["agent_id"].is_i64());
    assert_eq!(sandbox.text("encoding_aes_key").len(), 43);
    assert_eq!(sandbox.terminate(), Some(0));
}

#[test]
fn accounts_are_kept_from_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    drop(serve(dir.path()));
    let made = run(
        dir.path(),
        &[
            "admin",
            "create",
            "Amy",
            "--role",
            "contact_admin",
            "--name",
            "艾米",
            "--json",
        ],
    );
    let made: Value = serde_json::from_str(&stdout(&made)).unwrap();
    assert_eq!(made["login"], "amy");
    let reset = run(dir.path(), &["admin", "reset-password", "amy", "--json"]);
    let reset: Value = serde_json::from_str(&stdout(&reset)).unwrap();
    assert_ne!(made["password"], reset["password"]);
    assert!(
        run(dir.path(), &["admin", "disable", "amy"])
            .status
            .success()
    );
    let list = stdout(&run(dir.path(), &["admin", "list"]));
    assert!(list.contains("艾米  disabled"), "{list}");
    // The last super administrator stays.
    assert_eq!(
        run(dir.path(), &["admin", "disable", "admin"])
            .status
            .code(),
        Some(1)
    );
    assert!(run(dir.path(), &["admin", "verify-audit"]).status.success());
    let key = stdout(&run(dir.path(), &["admin", "master-key"]));
    assert!(key.contains("everything sealed opens"), "{key}");
}

#[test]
fn s42_a_lost_key_store_is_told_and_only_whoever_accepts_it_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let ask = |arguments: &[&str]| connected(dir.path(), arguments);
    write_a_message(dir.path());
    drop(serve(dir.path()));
    let asked = ask(&["admin", "key-store"]);
    assert!(asked.status.success(), "nothing was archived yet");
    let imported = ask(&["archive", "import", "one.jsonl"]);
    assert!(imported.status.success(), "{}", stderr(&imported));
    let told: Value =
        serde_json::from_str(&stdout(&ask(&["admin", "key-store", "--json"]))).unwrap();
    assert_eq!(told["is_its_own"], true);
    assert_eq!(told["shares"], json!({ "keys": 2, "lacking": 0 }));

    let data = dir.path().join("jiebang-data");
    move_keys(&data, dir.path());
    let refused = ask(&["archive", "status"]);
    assert_eq!(refused.status.code(), Some(1));
    let why = stderr(&refused);
    assert!(why.contains("is not there, or new"), "{why}");
    assert!(why.contains("admin key-store accept"), "{why}");
    let asked = ask(&["admin", "key-store"]);
    assert_eq!(asked.status.code(), Some(1));
    assert!(stdout(&asked).contains("2 of 2"), "{}", stdout(&asked));
    // Put back, everything is as before.
    let aside = dir.path().join("aside");
    std::fs::create_dir(&aside).unwrap();
    move_keys(&data, &aside);
    move_keys(dir.path(), &data);
    assert!(ask(&["admin", "key-store"]).status.success());
    let status = ask(&["archive", "status"]);
    assert!(
        !stderr(&status).contains("key store"),
        "{}",
        stderr(&status)
    );
    // Lost for good.
    move_keys(&data, dir.path());
    move_keys(&aside, &data);
    let accept = ["admin", "key-store", "accept", "--lose"];
    assert_eq!(ask(&[&accept[..], &["1"]].concat()).status.code(), Some(1));
    assert_eq!(ask(&["archive", "status"]).status.code(), Some(1));
    let accepted = ask(&[&accept[..], &["2"]].concat());
    assert!(accepted.status.success(), "{}", stderr(&accepted));
    assert_ne!(stderr(&ask(&["archive", "status"])), why);

    // Found after all: what it has is taken, and what was sealed with it opens.
    let asked = ask(&["admin", "key-store"]);
    assert!(stdout(&asked).contains("1 of 2") || stdout(&asked).contains("1 without"));
    let nowhere = ask(&["admin", "key-store", "merge", "nowhere.db"]);
    assert!(stderr(&nowhere).contains("there is no key store nowhere.db"));
    let merged = ask(&["admin", "key-store", "merge", "keys.db"]);
    assert!(
        merged.status.success(),
        "{}{}",
        stdout(&merged),
        stderr(&merged)
    );
    assert!(
        stdout(&merged).contains("shares taken: 1; keys of the archive: 2, without their share: 0")
    );
    assert!(ask(&["admin", "key-store"]).status.success());
    let exported = ask(&["archive", "export", "--reason", "核对", "out.jsonl"]);
    assert!(exported.status.success(), "{}", stderr(&exported));
}

#[test]
fn a_list_of_erasures_whose_folder_is_not_there_is_noticed_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    drop(serve(dir.path()));
    const NAME: &str = "JIEBANG_DATA__ERASURES_FILE";
    let with_list = || {
        let mut command = command(dir.path(), &["admin", "list"]);
        command
            .env(NAME, "elsewhere/erasures.jsonl")
            .output()
            .unwrap()
    };
    let refused = with_list();
    assert_eq!(refused.status.code(), Some(1));
    let why = stderr(&refused);
    assert!(why.contains("elsewhere, is not there"), "{why}");
    std::fs::create_dir(dir.path().join("elsewhere")).unwrap();
    let listed = with_list();
    assert!(listed.status.success(), "{}", stderr(&listed));
}

/// With SQLite's log, which is there when the program was killed.
fn move_keys(from: &std::path::Path, to: &std::path::Path) {
    for name in ["keys.db", "keys.db-wal", "keys.db-shm"] {
        if from.join(name).exists() {
            std::fs::rename(from.join(name), to.join(name)).unwrap();
        }
    }
}

#[test]
fn s42_a_lost_master_key_is_not_made_up_and_a_wrong_one_exchanges_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let ask = |arguments: &[&str]| connected(dir.path(), arguments);
    write_a_message(dir.path());
    drop(serve(dir.path()));
    assert!(ask(&["archive", "import", "one.jsonl"]).status.success());
    let (key, aside) = (
        dir.path().join("jiebang-data/master.key"),
        dir.path().join("aside.key"),
    );
    std::fs::rename(&key, &aside).unwrap();
    for arguments in [["archive", "status"], ["admin", "list"]] {
        let refused = ask(&arguments);
        assert_eq!(refused.status.code(), Some(1));
        assert!(stderr(&refused).contains("the database needs it"));
    }
    assert!(!key.exists(), "none is made up");
    // The one of another installation.
    let other = tempfile::tempdir().unwrap();
    drop(serve(other.path()));
    std::fs::copy(other.path().join("jiebang-data/master.key"), &key).unwrap();
    assert_eq!(ask(&["admin", "master-key"]).status.code(), Some(1));
    assert_eq!(ask(&["archive", "rotate-key"]).status.code(), Some(1));
    std::fs::rename(&aside, &key).unwrap();
    assert!(ask(&["admin", "master-key"]).status.success());
    let exported = ask(&["archive", "export", "--reason", "x", "out.jsonl"]);
    assert!(exported.status.success(), "{}", stderr(&exported));
}

/// Runs a command of an installation that knows its corp; it calls nobody.
fn connected(dir: &std::path::Path, arguments: &[&str]) -> std::process::Output {
    let mut command = command(dir, arguments);
    command.env("JIEBANG_WECOM__CORP_ID", "ww1");
    command.env("JIEBANG_WECOM__APP_SECRET", "secret");
    command.output().unwrap()
}

/// A message to be imported, as `one.jsonl`.
fn write_a_message(dir: &std::path::Path) {
    let line = json!({
        "msgid": "m1", "action": "send", "from": "amy", "tolist": ["wm1"], "roomid": "",
        "msgtime": 1_790_000_000_000_i64, "msgtype": "text", "text": { "content": "你好" },
    });
    std::fs::write(dir.join("one.jsonl"), format!("{line}\n")).unwrap();
}
