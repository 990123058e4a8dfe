//! The connection check against each thing that can be missing.

use jiebang_app::App;
use jiebang_app::doctor::{Report, State, run_doctor, view_report};
use jiebang_app::settings::{Configured, Given, Source, connect};
use jiebang_domain::access::Actor;
use jiebang_domain::id::CorpId;
use jiebang_store::testing::either;
use jiebang_wecom::Secret;
use serde_json::json;

use crate::corp::{Corp, configured, hours, options, parts, unconnected, user};

async fn check(app: &App) -> Report {
    run_doctor(app, &Actor::operator()).await.unwrap()
}

fn state(report: &Report, name: &str) -> State {
    report
        .line(name)
        .unwrap_or_else(|| panic!("no line {name}"))
        .state
}

/// The sandbox with the configuration changed.
async fn with(
    change: impl FnOnce(&mut Configured),
) -> (Corp, App, jiebang_store::testing::TestStore) {
    let store = either().await;
    let corp = Corp::start((*store).clone(), options(41)).await;
    let mut given = configured(&corp.sandbox);
    change(&mut given);
    let app = App::new(parts(&store, &corp.clock, given)).unwrap();
    connect(&app).await.unwrap();
    (corp, app, store)
}

#[tokio::test]
async fn s30_doctor_is_green_where_everything_is_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("master.key");
    std::fs::write(&key, "key").unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let (corp, app, _store) = with(|given| {
        given.public_url = Some(Given::new(
            "https://crm.example.com".to_owned(),
            Source::File,
        ));
        given.master_key_file = Some(key.clone());
    })
    .await;
    corp.receive_callbacks(json!({})).await;
    let other = user(&corp.truth("/company").await["successors"][0]);
    corp.control(
        "POST",
        "customers",
        json!({ "userid": other, "name": "一位" }),
    )
    .await;
    corp.callbacks_are_out().await;
    let report = check(&app).await;
    for line in &report.lines {
        assert_eq!(line.state, State::Ok, "{line:?}");
    }
    assert_eq!(report.lines.len(), 14);
    let kept = view_report(&app, &Actor::operator())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.lines, report.lines);

    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    corp.advance(hours(50));
    let report = check(&app).await;
    assert_eq!(state(&report, "master_key"), State::Warning);
    assert_eq!(report.line("master_key").unwrap().facts["mode"], "644");
    assert_eq!(state(&report, "callback_recent"), State::Warning);
    std::fs::remove_file(&key).unwrap();
    assert_eq!(state(&check(&app).await, "master_key"), State::Failed);
}

#[tokio::test]
async fn s30_doctor_names_what_was_never_set() {
    let store = either().await;
    let (app, _) = unconnected(&store);
    let report = check(&app).await;
    for name in ["corp_id", "app_secret"] {
        assert_eq!(state(&report, name), State::Failed, "{name}");
    }
    assert_eq!(state(&report, "callback"), State::Warning);
    assert_eq!(state(&report, "callable_api_list"), State::Skipped);
    assert_eq!(state(&report, "database"), State::Ok);
    assert_eq!(report.lines.len(), 14);
}

#[tokio::test]
async fn s30_doctor_shows_the_ip_that_is_not_trusted() {
    let (corp, app, _store) = with(|_| ()).await;
    corp.control("PUT", "knobs", json!({ "trusted_ips": ["203.0.113.7"] }))
        .await;
    let report = check(&app).await;
    let line = report.line("trusted_ip").unwrap();
    assert_eq!((line.state, line.errcode), (State::Failed, Some(60020)));
    assert_eq!(line.facts["ip"], "127.0.0.1");
    assert_eq!(state(&report, "callable_api_list"), State::Skipped);
}

#[tokio::test]
async fn s30_doctor_knows_a_wrong_secret_from_a_wrong_corp() {
    let wrong = |given: &mut Configured| {
        given.app_secret = Some(Given::new(Secret::new("wrong"), Source::File));
    };
    let (_corp, app, _store) = with(wrong).await;
    let report = check(&app).await;
    let line = report.line("app_secret").unwrap();
    assert_eq!((line.state, line.errcode), (State::Failed, Some(40001)));
    assert_eq!(state(&report, "corp_id"), State::Ok);
    assert_eq!(state(&report, "visible_range"), State::Skipped);

    let wrong = |given: &mut Configured| {
        let corp = CorpId::parse("ww0000000000000000").unwrap();
        given.corp_id = Some(Given::new(corp, Source::File));
    };
    let (_corp, app, _store) = with(wrong).await;
    let report = check(&app).await;
    let line = report.line("corp_id").unwrap();
    assert_eq!((line.state, line.errcode), (State::Failed, Some(40013)));
}

#[tokio::test]
async fn s30_doctor_says_that_the_app_is_not_in_the_callable_list() {
    let (corp, app, _store) = with(|_| ()).await;
    corp.control("PUT", "knobs", json!({ "app_callable": false }))
        .await;
    let report = check(&app).await;
    let line = report.line("callable_api_list").unwrap();
    assert_eq!((line.state, line.errcode), (State::Failed, Some(48002)));
    assert_eq!(state(&report, "trusted_ip"), State::Ok);
}

#[tokio::test]
async fn s30_doctor_tells_a_wrong_contacts_secret_from_none() {
    let (_corp, app, _store) = with(|given| given.contacts_secret = None).await;
    assert_eq!(state(&check(&app).await, "contacts_secret"), State::Warning);
    let wrong = |given: &mut Configured| {
        given.contacts_secret = Some(Given::new(Secret::new("wrong"), Source::File));
    };
    let (_corp, app, _store) = with(wrong).await;
    let report = check(&app).await;
    let line = report.line("contacts_secret").unwrap();
    assert_eq!((line.state, line.errcode), (State::Failed, Some(40001)));
    assert_eq!(state(&report, "app_secret"), State::Ok);
}

#[tokio::test]
async fn s30_doctor_says_that_nobody_may_serve_customers() {
    let (corp, app, _store) = with(|_| ()).await;
    let truth = corp.truth("?only=staff").await;
    for member in crate::corp::array(&truth["staff"]) {
        let path = format!("members/{}", crate::corp::text(&member["userid"]));
        corp.control("PATCH", &path, json!({ "customer_contact": false }))
            .await;
    }
    assert_eq!(
        state(&check(&app).await, "customer_contact_members"),
        State::Failed
    );
}

#[tokio::test]
async fn s30_doctor_says_that_no_event_ever_came_and_what_of_the_callback_is_wrong() {
    let (_corp, app, _store) = with(|_| ()).await;
    let report = check(&app).await;
    assert_eq!(state(&report, "callback_recent"), State::Failed);
    assert_eq!(
        report.line("callback").unwrap().facts["cause"],
        "public_url"
    );
    let odd = |given: &mut Configured| {
        given.callback_aes_key = Some(Given::new(Secret::new("too short"), Source::Env));
    };
    let (_corp, app, _store) = with(odd).await;
    assert_eq!(state(&check(&app).await, "callback"), State::Failed);
    let (_corp, app, _store) = with(|given| given.callback_token = None).await;
    assert_eq!(state(&check(&app).await, "callback"), State::Warning);
}

#[tokio::test]
async fn s30_doctor_sees_by_the_events_that_the_clock_is_wrong() {
    let (corp, app, _store) = with(|_| ()).await;
    corp.receive_callbacks(json!({})).await;
    let other = user(&corp.truth("/company").await["successors"][0]);
    corp.clock.advance(600);
    corp.control(
        "POST",
        "customers",
        json!({ "userid": other, "name": "一位" }),
    )
    .await;
    for _ in 0..200 {
        if corp.control("GET", "callback", json!(null)).await["waiting"] == json!(0) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let report = check(&app).await;
    let line = report.line("clock").unwrap();
    assert_eq!(
        (line.state, line.facts["seconds"].as_str()),
        (State::Failed, "600")
    );
}

#[tokio::test]
async fn s30_doctor_sees_by_wecoms_answers_that_the_clock_is_wrong() {
    let (corp, app, _store) = with(|_| ()).await;
    assert_eq!(state(&check(&app).await, "clock"), State::Ok);
    corp.clock.advance(-90);
    let report = check(&app).await;
    let line = report.line("clock").unwrap();
    assert_eq!(
        (line.state, line.facts["seconds"].as_str()),
        (State::Warning, "-90")
    );
}
