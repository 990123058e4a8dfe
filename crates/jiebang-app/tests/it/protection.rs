//! How soon somebody's access ends: before anything else is done with the events that wait.

use std::time::Duration;

use jiebang_app::access::actor_of_session;
use jiebang_app::case::{CaseView, Filter, list_cases};
use jiebang_app::job::{self, Task};
use jiebang_domain::access::Actor;
use jiebang_domain::id::UserId;
use jiebang_store::callback::{self, NewCallback};
use jiebang_store::testing::both;
use serde_json::json;

use crate::case::signed_in;
use crate::corp::{Corp, user};

/// An event as it is stored when the server dies right after.
async fn stored(corp: &Corp, event: &str, rest: &str) {
    let number = corp.app.new_id();
    let at = corp.clock.now().seconds();
    let xml = format!(
        "<xml><ToUserName>{}</ToUserName><FromUserName>sys</FromUserName>\
         <CreateTime>{at}</CreateTime><MsgType>event</MsgType><Event>{event}</Event>{rest}</xml>",
        corp.corp
    );
    let new = NewCallback {
        corp_id: corp.corp.clone(),
        hash: number.simple().to_string(),
        received_at: corp.clock.now(),
        xml,
        event: event.to_owned(),
        change_type: String::new(),
    };
    let tx = corp.store.begin().await.unwrap();
    assert!(callback::store_once(&tx, new).await.unwrap().new);
    job::enqueue(&corp.app, &tx, &Task::HandleCallbacks, corp.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn reasons(corp: &Corp) -> Vec<(String, String)> {
    let (found, _) = list_cases(&corp.app, &Actor::operator(), &Filter::default(), None, 100)
        .await
        .unwrap();
    let told = |one: CaseView| (one.case.userid, one.case.reason);
    found.into_iter().map(told).collect()
}

#[tokio::test]
async fn s5_s10_access_ends_with_the_delivery_itself() {
    both(|store| async move {
        let corp = Corp::read(store, 41).await;
        let leaver = corp.prominent().await;
        let (token, ..) = signed_in(&corp.app, &leaver).await;
        corp.receive_callbacks(json!({})).await;
        corp.control("POST", &format!("members/{leaver}/leave"), json!({}))
            .await;
        corp.callbacks_are_out().await;
        // No job has run: the event waits to be handled.
        let waiting = callback::count_unhandled(corp.store.read(), &corp.corp).await;
        assert!(waiting.unwrap() > 0);
        let actor = actor_of_session(&corp.app, &token).await.unwrap();
        assert!(actor.is_none(), "the session outlived the event");
        assert_eq!(
            reasons(&corp).await,
            [(leaver.to_string(), "left".to_owned())]
        );
    })
    .await;
}

/// 250 events about customers, then what ends the access of two members, and a platform that
/// answers nothing: the two lose it, a third does not.
#[tokio::test]
async fn s5_s10_protection_comes_before_every_call_that_a_burst_of_events_needs() {
    both(|store| async move {
        let corp = Corp::read(store, 42).await;
        let company = corp.truth("/company").await;
        let [disabled, other] = [0, 1].map(|at| user(&company["successors"][at]));
        let leaver = corp.prominent().await;
        let mut tokens = Vec::new();
        for member in [&leaver, &disabled, &other] {
            tokens.push(signed_in(&corp.app, member).await.0);
        }
        for number in 0..250 {
            let rest = format!(
                "<ChangeType>edit_external_contact</ChangeType><UserID>{other}</UserID>\
                 <ExternalUserID>wmOfABurst{number}</ExternalUserID>"
            );
            stored(&corp, "change_external_contact", &rest).await;
        }
        let change = |kind: &str, member: &UserId, rest: &str| {
            format!("<ChangeType>{kind}</ChangeType><UserID>{member}</UserID>{rest}")
        };
        let directory = "change_contact";
        stored(&corp, directory, &change("delete_user", &leaver, "")).await;
        let status = "<Status>2</Status>";
        stored(&corp, directory, &change("update_user", &disabled, status)).await;
        let active = "<Status>1</Status>";
        stored(&corp, directory, &change("update_user", &other, active)).await;
        let silence = json!({ "path": "*", "kind": "slow_before", "millis": 600_000 });
        corp.control("POST", "faults", silence).await;
        let is_signed_in = async |at: usize| {
            let found = actor_of_session(&corp.app, &tokens[at]).await;
            found.unwrap().is_some()
        };
        let ended = async {
            while is_signed_in(0).await || is_signed_in(1).await {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! {
            () = ended => {}
            _ = job::run_next(&corp.app) => panic!("the platform answered"),
            () = tokio::time::sleep(Duration::from_secs(30)) => panic!("access waits for the platform"),
        }
        assert!(is_signed_in(2).await);
        let mut found = reasons(&corp).await;
        found.sort();
        let mut expected = [
            (leaver.to_string(), "left".to_owned()),
            (disabled.to_string(), "disabled".to_owned()),
        ];
        expected.sort();
        assert_eq!(found, expected);
    })
    .await;
}
