//! A new user's first minutes: start, sign in, start again.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::program::{Running, command, run, sandbox, stdout};

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
