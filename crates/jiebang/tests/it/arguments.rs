//! Wrong use is told in one sentence with what to do, and exit status 2.

use super::program::{command, root, run, stderr, stdout};

#[test]
fn the_version_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(dir.path(), &["--version"]);
    assert!(output.status.success());
    assert!(stdout(&output).starts_with(concat!("jiebang ", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn an_unknown_command_names_the_nearest() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(dir.path(), &["serv"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("'serve'"), "{}", stderr(&output));
}

#[test]
fn wrong_arguments_are_wrong_use() {
    let dir = tempfile::tempdir().unwrap();
    for arguments in [
        &["sandbox", "--listen", "nowhere"][..],
        &["sandbox", "--customers", "-5"],
        &["handover", "plan"],
        &["handover", "run", "not-an-id"],
        &["admin", "create", "amy", "--role", "king"],
        &["bench", "nothing"],
        &[],
    ] {
        let output = run(dir.path(), arguments);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{arguments:?}: {}",
            stderr(&output)
        );
        assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
    }
}

#[test]
fn an_unknown_key_in_the_file_names_the_nearest_and_nothing_is_made() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(
        dir.path().join("jiebang.toml"),
        "[wecom]\ncropid = \"ww1\"\n",
    )
    .unwrap();
    let output = run(dir.path(), &["serve"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("did you mean wecom.corp_id?"),
        "{}",
        stderr(&output)
    );
    assert!(!dir.path().join("jiebang-data").exists());
}

#[test]
fn with_json_a_failure_is_an_object_too() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(dir.path(), &["handover", "status", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let failure: serde_json::Value = serde_json::from_str(&stderr(&output)).unwrap();
    assert_eq!(failure["status"], 1);
    assert!(
        failure["remedy"]
            .as_str()
            .unwrap()
            .contains("jiebang serve"),
        "{failure}"
    );
}

#[test]
fn a_master_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    assert!(run(dir.path(), &["doctor"]).status.code().is_some());
    let key = dir.path().join("jiebang-data/master.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let output = run(dir.path(), &["admin", "list"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("chmod 600"), "{}", stderr(&output));
}

#[test]
fn the_default_configuration_is_the_committed_one_and_can_be_used() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(dir.path(), &["config", "--default"]);
    let committed = std::fs::read_to_string(root().join("docs/jiebang.toml")).unwrap();
    assert_eq!(stdout(&output), committed);
    std::fs::write(dir.path().join("jiebang.toml"), committed).unwrap();
    let output = run(dir.path(), &["config", "--json"]);
    let config: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(config["listen"], "127.0.0.1:8470");
}

#[test]
fn the_printed_api_document_is_the_committed_one() {
    let dir = tempfile::tempdir().unwrap();
    let printed: serde_json::Value =
        serde_json::from_str(&stdout(&run(dir.path(), &["openapi"]))).unwrap();
    let path = root().join("crates/jiebang-server/openapi.json");
    let committed: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(printed, committed);
}

#[test]
fn an_address_that_is_taken_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = command(dir.path(), &["serve", "--listen", &address])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("--listen"), "{}", stderr(&output));
}
