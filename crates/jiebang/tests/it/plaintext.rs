//! Nothing of the archive stands in clear in what the program leaves on disk.

use serde_json::Value;

use super::program::{run, stderr, stdout};

#[test]
fn s42_b15_a_planted_sentence_is_found_by_search_and_in_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let ran = run(
        dir.path(),
        &["selftest", "plaintext", "--json", "--dir", "kept"],
    );
    let told = stdout(&ran);
    let last = told.lines().last().unwrap_or_default();
    let figures: Value = serde_json::from_str(last).unwrap_or_default();
    assert!(ran.status.success(), "{figures} {}", stderr(&ran));
    assert_eq!(figures["files_with_plaintext"], 0, "{figures}");
    assert_eq!(figures["found_by_search"], figures["planted"]);
    assert!(figures["planted"].as_u64() > Some(3) && figures["files"].as_u64() > Some(3));
}
