//! Nothing of the archive stands in clear in what the program leaves on disk.

use std::process::{Command, Output};

use serde_json::Value;

use super::program::{run, stderr, stdout};

#[test]
fn s42_b15_a_planted_sentence_is_found_by_search_and_in_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let ran = run(
        dir.path(),
        &["selftest", "plaintext", "--json", "--dir", "kept"],
    );
    assert_nothing_is_in_clear(&ran, 3);
}

/// With a server of its own, whose files and log are looked at.
#[test]
fn s42_b15_a_planted_sentence_is_in_no_file_of_postgresql() {
    let dir = tempfile::tempdir().unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let files = "${JIEBANG_TEST_POSTGRES##*host=}";
    let selftest = format!(
        "'{}' selftest plaintext --json --dir kept --database \"$JIEBANG_TEST_POSTGRES\" \
         --database-files \"{files}\"",
        env!("CARGO_BIN_EXE_jiebang")
    );
    let ran = Command::new(format!("{root}/scripts/with-postgres"))
        .args(["sh", "-c", &selftest])
        .env_remove("JIEBANG_TEST_POSTGRES")
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert_nothing_is_in_clear(&ran, 500);
}

fn assert_nothing_is_in_clear(ran: &Output, least_files: u64) {
    let told = stdout(ran);
    let last = told.lines().last().unwrap_or_default();
    let figures: Value = serde_json::from_str(last).unwrap_or_default();
    assert!(ran.status.success(), "{figures} {}", stderr(ran));
    assert_eq!(figures["files_with_plaintext"], 0, "{figures}");
    assert_eq!(figures["found_by_search"], figures["planted"]);
    assert!(figures["planted"].as_u64() > Some(3), "{figures}");
    assert!(figures["files"].as_u64() > Some(least_files), "{figures}");
}
