//! How soon somebody's access ends: before anything else is done with the events that wait.

use std::time::Duration;

use jiebang_app::Error;
use jiebang_app::access::actor_of_session;
use jiebang_app::case::{self, CaseView, Filter, list_cases};
use jiebang_app::job::{self, Task};
use jiebang_domain::access::Actor;
use jiebang_domain::case::{ItemKind, Template, TemplateItem};
use jiebang_domain::id::UserId;
use jiebang_store::callback::{self, NewCallback};
use jiebang_store::testing::both;
use serde_json::json;
use uuid::Uuid;

use crate::case::signed_in;
use crate::corp::{Corp, array, user};

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

#[tokio::test]
async fn s17_an_automatic_item_is_done_only_when_the_lists_say_so() {
    both(|store| async move {
        let corp = Corp::read(store, 43).await;
        let (app, operator) = (&corp.app, Actor::operator());
        let leaver = corp.prominent().await;
        let item = |kind| TemplateItem {
            title: "交接".to_owned(),
            mandatory: true,
            kind,
            due_days: 1,
        };
        let template = Template {
            name: "简".to_owned(),
            positions: vec![],
            items: vec![
                item(ItemKind::CustomersHandedOver),
                item(ItemKind::GroupsHandedOver),
            ],
        };
        case::put_templates(app, &operator, vec![template])
            .await
            .unwrap();
        corp.receive_callbacks(json!({})).await;

        // Who seems to have nothing: what was read before the case proves nothing.
        let nobody = array(&corp.truth("?only=staff").await["staff"])
            .find(|one| one["left_at"].is_null() && one["customer_contact"] == json!(false))
            .map(|one| user(&one["userid"]))
            .unwrap();
        corp.advance(1);
        let id = case::open_case(app, &operator, &nobody).await.unwrap();
        assert!(!is_done(&corp, id).await);
        let refused = case::close_case(app, &operator, id, "").await;
        assert!(matches!(
            refused,
            Err(Error::Conflict {
                code: "case_items_open"
            })
        ));
        corp.advance(1);
        corp.sync().await;
        assert!(is_done(&corp, id).await);
        case::close_case(app, &operator, id, "").await.unwrap();

        // Who is there and has customers: what is followed waits.
        let by_hand = case::open_case(app, &operator, &leaver).await.unwrap();
        corp.advance(1);
        corp.sync().await;
        let facts = case::get_case(app, &operator, by_hand).await.unwrap().facts;
        assert!(facts.assets_known);
        assert_eq!((facts.customers_waiting, facts.groups_waiting), (60, 4));
        assert!(!is_done(&corp, by_hand).await);

        // Who has left, before the list of those without a successor was read.
        corp.advance(1);
        corp.control("POST", &format!("members/{leaver}/leave"), json!({}))
            .await;
        corp.callbacks_are_out().await;
        assert!(job::run_next(app).await.unwrap());
        let detail = case::get_case(app, &operator, by_hand).await.unwrap();
        assert_eq!(detail.view.case.reason, "left");
        assert!(!detail.facts.assets_known);
        assert!(!is_done(&corp, by_hand).await);
        corp.settle().await;
        let facts = case::get_case(app, &operator, by_hand).await.unwrap().facts;
        assert!(facts.assets_known);
        assert_eq!((facts.customers_waiting, facts.groups_waiting), (60, 4));
        assert!(!is_done(&corp, by_hand).await);
    })
    .await;
}

async fn is_done(corp: &Corp, id: Uuid) -> bool {
    let detail = case::get_case(&corp.app, &Actor::operator(), id)
        .await
        .unwrap();
    detail.view.items.iter().any(|item| item.is_done)
}
