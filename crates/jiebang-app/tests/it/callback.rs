//! Events: stored once, handled in any order.

use jiebang_app::callback::{Refused, receive};
use jiebang_store::group::{self, GroupFilter};
use jiebang_store::testing::both;
use jiebang_store::{callback, directory};
use serde_json::json;

use crate::corp::{Corp, options, text, user};

/// Things that happen in an hour of a corp.
async fn an_hour_of_events(corp: &Corp) {
    let leaver = corp.prominent().await;
    let company = corp.truth("/company").await;
    let other = user(&company["successors"][0]);
    let mine: Vec<(String, String)> = corp
        .true_follows()
        .await
        .into_keys()
        .filter(|(userid, _)| userid != leaver.as_str())
        .collect();
    for number in 0..12 {
        let body = json!({ "userid": other, "name": format!("客户{number}") });
        let made = corp.control("POST", "customers", body).await;
        if number % 3 == 0 {
            let id = text(&made["external_userid"]);
            corp.advance(1);
            corp.control(
                "POST",
                &format!("customers/{id}/delete_by_staff"),
                json!({}),
            )
            .await;
            corp.advance(1);
            corp.control(
                "POST",
                &format!("customers/{id}/follow"),
                json!({ "userid": other }),
            )
            .await;
        }
        corp.advance(1);
    }
    for (userid, customer) in &mine[..4] {
        let body = json!({ "userid": userid });
        corp.control(
            "POST",
            &format!("customers/{customer}/delete_by_staff"),
            body,
        )
        .await;
    }
    for (userid, customer) in &mine[4..8] {
        let body = json!({ "userid": userid });
        corp.control("POST", &format!("customers/{customer}/delete_staff"), body)
            .await;
    }
    let chat = corp
        .control("POST", "groups", json!({ "owner": other, "name": "新群" }))
        .await;
    let gone = corp
        .control("POST", "groups", json!({ "owner": other, "name": "旧群" }))
        .await;
    let gone = text(&gone["chat_id"]);
    corp.control("POST", &format!("groups/{gone}/dismiss"), json!({}))
        .await;
    assert!(chat["chat_id"].is_string());
    corp.control("POST", &format!("members/{leaver}/leave"), json!({}))
        .await;
}

async fn is_all_known(corp: &Corp) {
    corp.assert_follows_are_true().await;
    let leaver = corp.prominent().await;
    let member = directory::member(corp.store.read(), &corp.corp, &leaver)
        .await
        .unwrap()
        .unwrap();
    assert!(member.left_at.is_some());
    let company = corp.truth("/company").await;
    let other = user(&company["successors"][0]);
    let truth = corp.truth(&format!("/member/{other}")).await;
    let filter = GroupFilter {
        owners: Some(vec![other]),
        ..GroupFilter::default()
    };
    let groups = group::count_groups(corp.store.read(), &corp.corp, &filter)
        .await
        .unwrap();
    assert_eq!(json!(groups), truth["groups"]);
    let left = callback::count_unhandled(corp.store.read(), &corp.corp)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn callbacks_keep_the_corp_as_it_is() {
    both(|store| async move {
        let corp = Corp::read(store, 21).await;
        corp.receive_callbacks(json!({})).await;
        an_hour_of_events(&corp).await;
        corp.settle().await;
        is_all_known(&corp).await;
        let run = corp.sleep_over().await;
        assert!(
            run.repaired.is_empty(),
            "nothing was lost: {:?}",
            run.repaired
        );
        corp.assert_follows_are_true().await;
    })
    .await;
}

#[tokio::test]
async fn doubled_and_reordered_callbacks_do_no_harm() {
    for seed in 1..4 {
        let store = jiebang_store::testing::either().await;
        let corp = Corp::read((*store).clone(), 22).await;
        let faults = json!({ "duplication": 0.5, "jitter_s": 30, "seed": seed });
        corp.receive_callbacks(faults).await;
        an_hour_of_events(&corp).await;
        // Handled in pieces, as they come.
        for _ in 0..10 {
            corp.advance(4);
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            while jiebang_app::job::run_next(&corp.app).await.unwrap() {}
        }
        corp.settle().await;
        is_all_known(&corp).await;
    }
}

#[tokio::test]
async fn a_third_of_the_callbacks_lost_is_repaired_in_the_night() {
    let store = jiebang_store::testing::either().await;
    let corp = Corp::read((*store).clone(), 23).await;
    let faults = json!({ "loss": 0.33, "duplication": 0.2, "jitter_s": 5, "seed": 9 });
    corp.receive_callbacks(faults).await;
    an_hour_of_events(&corp).await;
    corp.settle().await;
    let run = corp.sleep_over().await;
    assert!(run.repaired.values().sum::<u64>() > 0, "{:?}", run.repaired);
    corp.work().await;
    // That a customer deleted the member shows in no list: only the event tells it.
    let one_way = |value: &serde_json::Value| value["one_way"] == json!(true);
    let truth = corp.true_follows().await;
    let known = corp.follows().await;
    for ((userid, customer), value) in &truth {
        let row = known
            .iter()
            .find(|row| row.userid == *userid && row.external_userid == *customer);
        let row = row.unwrap();
        assert!(
            row.ended_at.is_none() || one_way(value),
            "{userid} {customer}"
        );
        assert_eq!(json!(row.remark), value["remark"]);
    }
}

#[tokio::test]
async fn the_same_delivery_is_stored_once() {
    both(|store| async move {
        let corp = Corp::read(store, 24).await;
        corp.receive_callbacks(json!({ "duplication": 1.0 })).await;
        let other = user(&corp.truth("/company").await["successors"][0]);
        corp.control(
            "POST",
            "customers",
            json!({ "userid": other, "name": "一位" }),
        )
        .await;
        corp.callbacks_are_out().await;
        let stored = callback::unhandled(corp.store.read(), &corp.corp, None, 10)
            .await
            .unwrap();
        assert_eq!(stored.len(), 1);
        assert_eq!(stored[0].times_received, 2);
        corp.work().await;
        corp.assert_follows_are_true().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_not_genuine_is_turned_away_and_nothing_is_stored() {
    let store = jiebang_store::testing::either().await;
    let corp = Corp::start((*store).clone(), options(25)).await;
    let good = "msg_signature=aa&timestamp=1&nonce=2";
    let sealed = "<xml><Encrypt><![CDATA[AAAA]]></Encrypt></xml>";
    let big = vec![b'x'; jiebang_app::callback::MAX_BODY + 1];
    let cases: [(&str, &[u8]); 6] = [
        ("", b""),
        (good, b""),
        (good, b"\xff\xfe"),
        (good, sealed.as_bytes()),
        (good, b"<xml><Encrypt>"),
        (good, &big),
    ];
    for (query, body) in cases {
        let refused = receive(&corp.app, query, body).await;
        assert!(
            matches!(refused, Err(Refused::NotGenuine(_))),
            "{query} {refused:?}"
        );
    }
    let stored = callback::latest(corp.store.read(), &corp.corp)
        .await
        .unwrap();
    assert!(stored.is_none());
    corp.app.set_connection(None);
    let refused = receive(&corp.app, good, sealed.as_bytes()).await;
    assert!(matches!(refused, Err(Refused::NotConfigured)));
}

#[tokio::test]
async fn an_event_that_cannot_be_handled_holds_up_no_other_and_is_tried_again() {
    let store = jiebang_store::testing::either().await;
    let corp = Corp::read((*store).clone(), 26).await;
    corp.receive_callbacks(json!({})).await;
    let other = user(&corp.truth("/company").await["successors"][0]);
    corp.control("POST", "groups", json!({ "owner": other, "name": "新群" }))
        .await;
    corp.control(
        "POST",
        "customers",
        json!({ "userid": other, "name": "一位" }),
    )
    .await;
    corp.callbacks_are_out().await;
    let rule = json!({ "path": "externalcontact/groupchat/get", "kind": "top_errcode", "code": 60011, "times": 1 });
    corp.control("POST", "faults", rule).await;
    while jiebang_app::job::run_next(&corp.app).await.unwrap() {}
    let left = callback::count_unhandled(corp.store.read(), &corp.corp)
        .await
        .unwrap();
    assert_eq!(left, 1, "the group's waits");
    corp.assert_follows_are_true().await;
    corp.advance(61);
    corp.work().await;
    let left = callback::count_unhandled(corp.store.read(), &corp.corp)
        .await
        .unwrap();
    assert_eq!(left, 0);
}
