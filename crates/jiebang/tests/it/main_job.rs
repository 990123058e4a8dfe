//! The main job from the command line alone, against the sandbox.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use super::program::{Running, command, connected, sandbox, stderr, stdout};

fn jiebang(dir: &Path, sandbox: &Running, arguments: &[&str]) -> Output {
    connected(command(dir, arguments), sandbox)
        .output()
        .unwrap()
}

fn done(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", stderr(output));
    let lines = stdout(output);
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

async fn truth(sandbox: &Running, path: &str) -> Value {
    let url = format!("{}/{path}", sandbox.text("control_url"));
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

async fn advance(sandbox: &Running, seconds: i64) {
    let url = format!("{}/clock", sandbox.text("control_url"));
    let body = json!({ "advance_s": seconds });
    let answer = reqwest::Client::new()
        .post(url)
        .json(&body)
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success());
}

/// S1 and S2 without a server: plan, run, wait a day, run again to the end.
#[tokio::test(flavor = "multi_thread")]
async fn s1_s2_the_main_job_runs_from_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let sandbox = sandbox(dir.path());
    let dir = dir.path();

    let doctor = jiebang(dir, &sandbox, &["doctor", "--json"]);
    let secret = stdout(&doctor).lines().any(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["check"] == "app_secret" && line["state"] == "ok"
    });
    assert!(secret, "{}", stdout(&doctor));

    let run = done(&jiebang(dir, &sandbox, &["sync", "--json"])).remove(0);
    assert!(run["counts"]["customers"].as_u64().unwrap() > 0, "{run}");

    let company = truth(&sandbox, "truth/company").await;
    let leaver = company["prominent"].as_str().unwrap();
    let successors: Vec<&str> = company["successors"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let to = successors[..2].join(",");
    let plan = [
        "handover", "plan", "--leaver", leaver, "--to", &to, "--json",
    ];
    let draft = done(&jiebang(dir, &sandbox, &plan)).remove(0);
    assert_eq!(draft["dry_run"]["rows_total"], 126);
    let id = draft["id"].as_str().unwrap();

    // Nobody is asked without a terminal.
    let unasked = jiebang(dir, &sandbox, &["handover", "run", id]);
    assert_eq!(unasked.status.code(), Some(2));
    assert_eq!(
        truth(&sandbox, "truth?only=transfers").await["transfers"],
        json!([])
    );

    let begun = ["handover", "run", id, "--yes", "--json"];
    let begun = done(&jiebang(dir, &sandbox, &begun)).remove(0);
    assert_eq!(begun["state"], "running");
    advance(&sandbox, 25 * 3600).await;
    let follow = ["handover", "run", id, "--follow", "--json"];
    let end = done(&jiebang(dir, &sandbox, &follow)).remove(0);
    assert_eq!(end["state"], "finished", "{end}");

    let transfers = truth(&sandbox, "truth?only=transfers,group_transfers").await;
    let accepted = |list: &str, status: i64| {
        let all = transfers[list].as_array().unwrap();
        all.iter()
            .filter(|transfer| transfer["status"] == status)
            .count()
    };
    assert_eq!(transfers["transfers"].as_array().unwrap().len(), 120);
    assert_eq!(transfers["group_transfers"].as_array().unwrap().len(), 6);
    let taken_over = end["counts"]["taken_over"].as_u64().unwrap();
    assert_eq!(taken_over, accepted("transfers", 1) as u64 + 6, "{end}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_file_is_the_body_of_the_api() {
    let dir = tempfile::tempdir().unwrap();
    let sandbox = sandbox(dir.path());
    done(&jiebang(dir.path(), &sandbox, &["sync", "--json"]));
    let company = truth(&sandbox, "truth/company").await;
    let request = json!({
        "leaver": company["prominent"],
        "customers": { "filter": {} },
        "assignment": { "mode": "one", "to": company["successors"][0] },
        "record_scope": { "mode": "days", "days": 30 },
    });
    std::fs::write(dir.path().join("request.json"), request.to_string()).unwrap();
    let plan = ["handover", "plan", "--file", "request.json", "--json"];
    let draft = done(&jiebang(dir.path(), &sandbox, &plan)).remove(0);
    assert_eq!(draft["dry_run"]["rows_total"], 120);

    std::fs::write(dir.path().join("request.json"), "{\"leaver\": 5}").unwrap();
    let refused = jiebang(dir.path(), &sandbox, &plan);
    assert_eq!(refused.status.code(), Some(2));
    let unknown = ["handover", "plan", "--leaver", "nobody", "--to", "nobody2"];
    let refused = jiebang(dir.path(), &sandbox, &unknown);
    assert_eq!(refused.status.code(), Some(1), "{}", stderr(&refused));
}

#[test]
fn without_a_connection_the_next_step_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let output = command(dir.path(), &["sync"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("corp_id"), "{}", stderr(&output));
}
