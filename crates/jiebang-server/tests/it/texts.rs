//! Whatever a user reads stands in the catalogue, in both languages.

use std::collections::BTreeSet;
use std::path::Path;

use jiebang_domain::text::{Lang, text_if_any};
use serde_json::json;

use crate::fixture::{Browser, Served};

/// Every text that stands right after one of `marks` in the sources of the crates below.
fn named_in_sources(marks: &[&str]) -> BTreeSet<String> {
    let all = [
        "jiebang-app/src",
        "jiebang-domain/src",
        "jiebang-server/src",
    ];
    named_in(&all, marks)
}

fn named_in(sources: &[&str], marks: &[&str]) -> BTreeSet<String> {
    let crates = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut found = BTreeSet::new();
    let mut open: Vec<_> = sources.iter().map(|path| crates.join(path)).collect();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let flat: String = source.split_whitespace().collect::<Vec<_>>().join(" ");
        for mark in marks {
            for rest in flat.split(mark).skip(1) {
                let name = rest.split('"').next().unwrap_or_default();
                found.insert(name.to_owned());
            }
        }
    }
    assert!(!found.is_empty());
    found
}

fn assert_worded(keys: impl Iterator<Item = String>) {
    for key in keys {
        for lang in Lang::ALL {
            assert!(text_if_any(lang, &key, &[]).is_some(), "no text for {key}");
        }
    }
}

#[test]
fn every_code_of_a_problem_has_its_words() {
    let codes = named_in_sources(&[
        "Conflict { code: \"",
        "conflict( \"",
        "conflict(\"",
        "Problem::new(StatusCode::CONFLICT, \"",
        "Problem::new(StatusCode::FORBIDDEN, \"",
        "Problem::new(StatusCode::BAD_REQUEST, \"",
        "Problem::new(StatusCode::UNAUTHORIZED, \"",
        "Problem::new(StatusCode::NOT_FOUND, \"",
        "Problem::new(StatusCode::UNPROCESSABLE_ENTITY, \"",
        "Problem::new(StatusCode::SERVICE_UNAVAILABLE, \"",
        "Problem::new(StatusCode::BAD_GATEWAY, \"",
    ]);
    assert_worded(
        codes
            .iter()
            .flat_map(|code| ["title", "detail"].map(|part| format!("problem.{code}.{part}"))),
    );
}

#[test]
fn every_audited_act_has_its_words() {
    let mut acts = named_in_sources(&["Record::done(\"", "Record::done( \""]);
    // Areas that write entries through a function of their own name acts by texts alone.
    for area in ["handover", "case", "rule"] {
        let named = named_in(&["jiebang-app/src"], &[&format!("\"{area}.")]);
        acts.extend(named.into_iter().map(|act| format!("{area}.{act}")));
    }
    assert_worded(acts.iter().map(|act| format!("audit.{act}")));
}

#[test]
fn every_field_problem_has_its_words() {
    let codes = named_in_sources(&[
        "Error::invalid(\"cursor\", \"",
        "Problem::validation(\"rows\", \"",
        "Problem::validation(\"version\", \"",
        "Problem::validation(\"q\", \"",
        "Problem::validation(\"limit\", \"",
        "Error::invalid(field, \"",
        "Error::invalid(\"departments\", \"",
        "Error::invalid(\"login\", \"",
        "Error::invalid(\"name\", \"",
        ".then_some(\"",
        "say(\"customers\", \"",
        "say(\"assignment.to\", \"",
        "say(\"assignment.rules\", \"",
        "say(\"note\", \"",
        "say(\"message\", \"",
        "say(\"record_scope.days\", \"",
    ]);
    assert_worded(codes.iter().map(|code| format!("invalid.{code}")));
}

async fn assert_report_is_worded(browser: &Browser) {
    let report = browser.post("/doctor", json!({})).await.good();
    let lines = report["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 14, "{report}");
    for line in lines {
        for part in ["title", "detail", "fix"] {
            let text = line[part].as_str().unwrap_or("absent");
            assert!(!text.contains("doctor.") && !text.contains('{'), "{line}");
        }
        let needs_fix = ["failed", "warning"].contains(&line["state"].as_str().unwrap());
        assert_eq!(line["fix"].is_string(), needs_fix, "{line}");
    }
    let again = browser.get("/doctor").await.good();
    assert_eq!(again, report);
}

#[tokio::test]
async fn the_connection_check_is_told_in_both_languages() {
    for served in [Served::new().await, Served::with_corp(2, 0).await] {
        let mut admin = served.admin().await;
        assert_eq!(admin.get("/doctor").await.good()["checked_at"], json!(null));
        for lang in ["zh", "en"] {
            admin.lang = lang;
            assert_report_is_worded(&admin).await;
        }
    }
}

#[tokio::test]
async fn settings_never_give_a_secret_back() {
    let served = Served::new().await;
    let admin = served.admin().await;
    let put = async |body: serde_json::Value| {
        admin
            .with_body("PUT", "/settings/wecom", body.to_string())
            .await
    };
    let bad = put(json!({ "callback_aes_key": "short" }))
        .await
        .problem(422, "validation");
    assert_eq!(bad["fields"][0]["path"], "callback_aes_key");
    let secret = "s3cr3t-that-nobody-reads";
    let answer = put(json!({ "corp_id": "ww1", "app_secret": secret })).await;
    assert_eq!(answer.good()["app_secret_set"], true);
    for answer in [
        answer,
        admin.get("/settings/wecom").await,
        admin.get("/audit").await,
    ] {
        assert!(!answer.text().contains(secret));
    }
}
