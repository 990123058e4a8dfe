//! The crash runs in their short form: a real server that is really killed, beside a sandbox that
//! cuts connections, loses and doubles callbacks. The long form is `jiebang chaos`.

use serde_json::Value;
// Named so that its library is built beside this test.
use wecom_sdk_standin as _;

use crate::program::{run, stderr, stdout};

/// Runs the program and gives the JSON object of its last line; it must have succeeded.
fn last_line(arguments: &[&str]) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let output = run(dir.path(), arguments);
    let out = stdout(&output);
    let line = out.lines().last().unwrap_or_default();
    assert!(output.status.success(), "{line}\n{}", stderr(&output));
    serde_json::from_str(line).unwrap()
}

fn assert_nothing_lost_or_doubled(report: &Value) {
    for count in [
        "lost",
        "duplicated",
        "carried_wrong",
        "notices_wrong",
        "ways_wrong",
    ] {
        assert_eq!(report[count], 0, "{report}");
    }
    assert!(report["ways"].as_u64() > Some(0), "{report}");
}

#[test]
fn b5_a_server_killed_on_the_way_loses_and_doubles_nothing() {
    let report = last_line(&[
        "chaos",
        "--kills",
        "8",
        "--customers",
        "350",
        "--groups",
        "25",
        "--seed",
        "9",
    ]);
    assert_nothing_lost_or_doubled(&report);
    assert_eq!(report["kills"], 8, "{report}");
    assert_eq!(
        (&report["customers"], &report["groups"]),
        (&350.into(), &25.into())
    );
}

#[test]
fn s1_the_demo_runs_the_main_job_to_its_end() {
    let report = last_line(&["demo", "--headless", "--customers", "240", "--groups", "15"]);
    assert_nothing_lost_or_doubled(&report);
    let count = |name: &str| report[name].as_u64().unwrap();
    assert_eq!(count("accepted") + count("refused"), 240, "{report}");
    assert_eq!(count("groups_moved"), 15);
    assert!(count("refused") > 0, "some customers refuse: {report}");
}

#[test]
fn b20_server_and_library_killed_on_the_way_leave_the_archive_whole() {
    let report = last_line(&[
        "chaos",
        "archive",
        "--kills",
        "8",
        "--messages",
        "600",
        "--crash-every",
        "60",
        "--seed",
        "4",
    ]);
    for count in [
        "missing",
        "surplus",
        "doubled",
        "different",
        "parked",
        "lost_untold",
        "told_lost_and_kept",
        "files_missing",
        "files_different",
    ] {
        assert_eq!(report[count], 0, "{count}: {report}");
    }
    let count = |name: &str| report[name].as_u64().unwrap();
    assert_eq!(count("kills_server") + count("kills_child"), 8, "{report}");
    assert!(count("messages") >= 600 && count("files") > 20, "{report}");
    // Longer than WeCom keeps messages nothing was pulled, which is told once.
    assert!(count("gaps") == 1 && count("lost") > 10, "{report}");
    assert!(count("files_told_wrong") > 0, "{report}");
    // Calls among several with a customer who had refused one of them.
    assert!(count("refused") >= 6, "{report}");
}
