//! What Today tells of the archive, so that nobody learns too late.

use jiebang_app::archive::{Standing, view_status};
use jiebang_app::doctor::{State, run_doctor};
use jiebang_app::overview::view_overview;
use jiebang_app::settings::{Configured, Given, Source};
use jiebang_domain::access::Actor;
use jiebang_domain::time::{DAY, HOUR};
use jiebang_store::archive::key;
use jiebang_store::testing::{both, either};
use jiebang_vault::Entropy;
use jiebang_vault::archive::KeyShare;
use serde_json::{Value, json};

use super::consent::the_most_talkative;
use super::{configured, station, station_as};
use crate::corp::{Corp, options};

/// What is told of this kind; `None`: nothing.
async fn told(corp: &Corp, kind: &str) -> Option<u64> {
    let today = view_overview(&corp.app, &Actor::operator()).await.unwrap();
    let one = today.todo.iter().find(|one| one.kind == kind);
    one.map(|one| one.count)
}

async fn shut(corp: &Corp) {
    let shut = json!({ "path": "archive/chatdata", "kind": "sdk_return", "code": 10_001 });
    corp.control("POST", "faults", shut).await;
}

async fn open(corp: &Corp) {
    corp.control("DELETE", "faults", Value::Null).await;
    corp.advance(600);
    corp.pull().await;
}

#[tokio::test]
async fn b19_an_archive_that_never_began_or_is_behind_is_told_of() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let off = json!({ "on": false });
        let corp = station_as(store, options(61), off, |sandbox| {
            configured(sandbox, &[], folder.path())
        })
        .await;
        corp.pull().await;
        assert_eq!(told(&corp, "archive_not_begun").await, Some(1));
        corp.control("PUT", "archive", json!({ "on": true })).await;
        open(&corp).await;
        assert_eq!(told(&corp, "archive_not_begun").await, None);
        shut(&corp).await;
        corp.advance(HOUR);
        corp.pull().await;
        assert_eq!(told(&corp, "archive_behind").await, None);
        corp.advance(2 * HOUR);
        corp.pull().await;
        assert_eq!(told(&corp, "archive_behind").await, Some(3));
        open(&corp).await;
        assert_eq!(told(&corp, "archive_behind").await, None);
    })
    .await;
}

#[tokio::test]
async fn b19_lost_messages_are_told_of_for_a_week() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.talk(30).await;
        corp.pull().await;
        shut(&corp).await;
        corp.advance(DAY);
        corp.talk(30).await;
        corp.advance(6 * DAY);
        corp.pull().await;
        assert_eq!(
            told(&corp, "archive_gap").await,
            None,
            "perhaps nobody said anything"
        );
        corp.talk(30).await;
        open(&corp).await;
        assert_eq!(told(&corp, "archive_gap").await, Some(1));
        let status = view_status(&corp.app, &Actor::operator()).await.unwrap();
        assert_eq!(status.standing, Standing::Current);
        for _ in 0..8 {
            corp.advance(DAY);
            corp.pull().await;
        }
        assert_eq!(told(&corp, "archive_gap").await, None);
    })
    .await;
}

#[tokio::test]
async fn b19_messages_that_are_pulled_and_not_opened_are_told_of() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.pull().await;
        corp.store.key_store().close().await.unwrap();
        corp.talk(30).await;
        corp.pull().await;
        assert_eq!(told(&corp, "archive_unopened").await, None, "it may pass");
        corp.advance(HOUR);
        corp.pull().await;
        let status = view_status(&corp.app, &Actor::operator()).await.unwrap();
        assert_eq!(status.standing, Standing::Current);
        let told = told(&corp, "archive_unopened").await;
        assert_eq!(told, Some(status.figures.new_rows.unsigned_abs()));
        assert!(told > Some(20));
    })
    .await;
}

/// Of a disk that gives back other bytes than it was given.
#[tokio::test]
async fn s42_a_damaged_key_keeps_no_message_from_being_stored() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.talk(200).await;
        corp.pull().await;
        let before = corp.messages().await;
        let (row, member, customer) = the_most_talkative(&corp).await;
        let damaged = row.id;
        let keys = key::of_conversations(corp.store.read(), &corp.corp, &[damaged]).await;
        let share = keys.unwrap()[0].share_id.unwrap();
        let kept = corp.store.key_store();
        kept.remove(&[share]).await.unwrap();
        let other = KeyShare::generate(&Entropy::system()).unwrap();
        kept.keep_of_index(share, &other).await.unwrap();
        corp.talk(400).await;
        let at = corp.clock.now().seconds() * 1_000;
        let said = json!({ "json": { "msgid": "after_external", "action": "send", "from": customer,
            "tolist": [member], "roomid": "", "msgtime": at, "msgtype": "text",
            "text": { "content": "在吗" } } });
        corp.control("POST", "archive/rows", json!({ "rows": [said] }))
            .await;
        corp.pull().await;
        assert_eq!(corp.completeness().await.new_rows, 0);
        let after = corp.messages().await;
        assert!(after.len() > before.len() + 300);
        let one = after.iter().find(|m| m.msgid == "after_external").unwrap();
        let of_before = before.iter().filter(|m| m.conversation_id == damaged);
        let of_before: Vec<i32> = of_before.map(|m| m.key_no).collect();
        assert_eq!(one.conversation_id, damaged);
        assert!(!of_before.contains(&one.key_no), "under a key of its own");
    })
    .await;
}

#[tokio::test]
async fn s30_doctor_tells_whether_library_and_secret_of_the_archive_can_be_used() {
    let changed = |change: fn(&mut Configured)| async move {
        let (store, folder) = (either().await, tempfile::tempdir().unwrap());
        let on = json!({ "on": true });
        let corp = station_as((*store).clone(), options(61), on, |sandbox| {
            let mut given = configured(sandbox, &[], folder.path());
            change(&mut given);
            given
        })
        .await;
        let report = run_doctor(&corp.app, &Actor::operator()).await.unwrap();
        let line = |name| report.line(name).unwrap().clone();
        (line("archive_library"), line("archive_secret"))
    };
    let (library, secret) = changed(|_| ()).await;
    assert_eq!((library.state, secret.state), (State::Ok, State::Ok));
    assert_eq!(library.facts["md5"].len(), 32, "a build that is not known");
    let elsewhere = |given: &mut Configured| {
        given.archive_library.as_mut().unwrap().path = "/nowhere/lib.so".into();
    };
    let (library, _) = changed(elsewhere).await;
    assert_eq!(library.state, State::Failed);
    assert_eq!(library.facts["cause"], "library_not_found");
    let other = |given: &mut Configured| {
        given.archive_library.as_mut().unwrap().path = std::env::current_exe().unwrap();
    };
    let (library, _) = changed(other).await;
    assert_eq!(library.state, State::Failed);
    let wrong = |given: &mut Configured| {
        let secret = jiebang_wecom::Secret::new("wrong");
        given.archive_secret = Some(Given::new(secret, Source::File));
    };
    let (_, secret) = changed(wrong).await;
    assert_eq!(secret.state, State::Failed);
    assert!(secret.errcode.is_some());
}
