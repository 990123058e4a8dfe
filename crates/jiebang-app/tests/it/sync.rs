//! Reading the corp, and repairing what callbacks lost.

use std::collections::BTreeSet;

use jiebang_app::job;
use jiebang_app::sync::{list_runs, start_sync};
use jiebang_domain::access::Actor;
use jiebang_domain::id::ExternalUserId;
use jiebang_store::group::{self, GroupFilter};
use jiebang_store::testing::both;
use jiebang_store::{directory, tag};
use serde_json::{Value, json};

use crate::corp::{Corp, array, options, text, user};

#[tokio::test]
async fn a_sync_equals_what_wecom_has() {
    both(|store| async move {
        let corp = Corp::start(store, options(1)).await;
        let run = corp.sync().await;
        assert_eq!(run.kind, "full");
        assert!(
            run.repaired.is_empty(),
            "nothing was known before: {:?}",
            run.repaired
        );
        corp.assert_follows_are_true().await;
        members_are_true(&corp).await;
        groups_are_true(&corp).await;
        assert!(
            !tag::tags(corp.store.read(), &corp.corp, false)
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            run.counts["customers"],
            corp.true_follows().await.len() as u64
        );
    })
    .await;
}

async fn members_are_true(corp: &Corp) {
    let truth = corp.truth("?only=staff").await;
    for member in array(&truth["staff"]) {
        let userid = user(&member["userid"]);
        let stored = directory::member(corp.store.read(), &corp.corp, &userid)
            .await
            .unwrap();
        let is_seen = member["left_at"].is_null() && member["in_visible_range"] == json!(true);
        let Some(stored) = stored else {
            assert!(!is_seen, "{userid} is missing");
            continue;
        };
        assert_eq!(stored.gone_at.is_none(), is_seen, "{userid}");
        if is_seen {
            assert_eq!(json!(stored.name), member["name"]);
            assert_eq!(json!(stored.status), member["status"]);
            assert_eq!(json!(stored.departments), member["departments"]);
            assert_eq!(json!(stored.customer_contact), member["customer_contact"]);
        }
    }
}

async fn groups_are_true(corp: &Corp) {
    let truth = corp.truth("?only=staff").await;
    let expected: BTreeSet<(String, String)> = array(&truth["staff"])
        .flat_map(|member| {
            let owner = text(&member["userid"]).to_lowercase();
            array(&member["group_ids"])
                .map(move |chat| (text(chat), owner.clone()))
                .collect::<Vec<_>>()
        })
        .collect();
    let filter = GroupFilter::default();
    let stored = group::groups(corp.store.read(), &corp.corp, &filter, None, 1000)
        .await
        .unwrap();
    let found: BTreeSet<(String, String)> = stored
        .iter()
        .map(|row| (row.chat_id.clone(), row.owner.clone()))
        .collect();
    assert_eq!(found, expected);
    for row in &stored {
        let truth = corp.truth(&format!("/group/{}", row.chat_id)).await;
        assert_eq!(json!(row.name), truth["name"]);
        assert_eq!(json!(row.external_count), truth["customers"]);
    }
}

#[tokio::test]
async fn what_callbacks_lost_is_repaired_and_counted() {
    both(|store| async move {
        let corp = Corp::read(store, 2).await;
        let leaver = corp.prominent().await;
        let mine: Vec<String> = corp
            .true_follows()
            .await
            .into_keys()
            .filter(|(userid, _)| userid != leaver.as_str())
            .map(|(_, customer)| customer)
            .collect();
        let other = user(&corp.truth("/company").await["successors"][0]);
        // No callbacks are received: everything that happens now is lost.
        corp.control(
            "POST",
            "customers",
            json!({ "userid": other, "name": "新来的" }),
        )
        .await;
        corp.control(
            "POST",
            "customers",
            json!({ "userid": other, "name": "又一位" }),
        )
        .await;
        corp.control(
            "POST",
            &format!("customers/{}/delete_by_staff", mine[0]),
            json!({}),
        )
        .await;
        let follower = corp.truth(&format!("/customer/{}", mine[3])).await;
        let follower = text(&follower["followers"][0]["userid"]);
        corp.app
            .connection()
            .unwrap()
            .client
            .set_remark(
                &follower.parse().unwrap(),
                &ExternalUserId::parse(mine[3].clone()).unwrap(),
                &jiebang_wecom::Remark {
                    remark: Some("改过的备注".to_owned()),
                    ..Default::default()
                },
            )
            .await
            .unwrap();
        corp.control("POST", &format!("members/{leaver}/leave"), json!({}))
            .await;
        let chat = corp
            .control("POST", "groups", json!({ "owner": other, "name": "新群" }))
            .await;
        let run = corp.sleep_over().await;
        assert_eq!(
            run.repaired.get("relations_added"),
            Some(&2),
            "{:?}",
            run.repaired
        );
        assert_eq!(
            run.repaired.get("relations_ended"),
            Some(&1),
            "{:?}",
            run.repaired
        );
        assert_eq!(
            run.repaired.get("relations_changed"),
            Some(&1),
            "{:?}",
            run.repaired
        );
        assert_eq!(
            run.repaired.get("groups_added"),
            Some(&1),
            "{:?}",
            run.repaired
        );
        corp.assert_follows_are_true().await;
        members_are_true(&corp).await;
        groups_are_true(&corp).await;
        let dismiss = format!("groups/{}/dismiss", text(&chat["chat_id"]));
        corp.control("POST", &dismiss, json!({})).await;
        let again = corp.sleep_over().await;
        assert_eq!(
            again.repaired.get("relations_added"),
            None,
            "{:?}",
            again.repaired
        );
        assert_eq!(
            again.repaired.get("groups_changed"),
            Some(&1),
            "{:?}",
            again.repaired
        );
        groups_are_true(&corp).await;
    })
    .await;
}

#[tokio::test]
async fn s7_deleting_a_member_deletes_no_customer() {
    both(|store| async move {
        let corp = Corp::read(store, 3).await;
        let leaver = corp.prominent().await;
        let before = corp.follows().await;
        let of_leaver = before
            .iter()
            .filter(|row| row.userid == leaver.as_str())
            .count();
        assert_eq!(of_leaver, 60);
        corp.control("POST", &format!("members/{leaver}/leave"), json!({}))
            .await;
        corp.sync().await;
        let after = corp.follows().await;
        assert_eq!(after.len(), before.len());
        let kept = after
            .iter()
            .filter(|row| row.userid == leaver.as_str() && row.ended_at.is_none());
        assert_eq!(kept.count(), 60, "what was known is kept");
        let member = directory::member(corp.store.read(), &corp.corp, &leaver)
            .await
            .unwrap();
        let member = member.unwrap();
        assert!(member.left_at.is_some() && !member.name.is_empty());
        let truth = corp.truth(&format!("/member/{leaver}")).await;
        assert_eq!(json!(member.left_at), truth["left_at"]);
    })
    .await;
}

#[tokio::test]
async fn a_run_goes_on_where_it_stopped() {
    let store = jiebang_store::testing::either().await;
    let corp = Corp::start((*store).clone(), options(4)).await;
    // The directory is read, then the connection breaks for longer than the client waits.
    let rule = json!({ "path": "externalcontact/groupchat/list", "kind": "busy", "times": 4 });
    corp.control("POST", "faults", rule).await;
    let run = start_sync(&corp.app, &Actor::operator()).await.unwrap();
    while job::run_next(&corp.app).await.unwrap() {}
    let broken = corp.run(run.id).await;
    assert_eq!((broken.finished_at, broken.progress.step), (None, "groups"));
    let calls = corp.truth("?only=calls").await;
    corp.advance(60);
    corp.work().await;
    let done = corp.run(run.id).await;
    assert!(
        done.finished_at.is_some() && done.error.is_none(),
        "{done:?}"
    );
    let after = corp.truth("?only=calls").await;
    let path = "externalcontact/batch/get_by_user";
    assert_eq!(
        calls["calls"][path], after["calls"][path],
        "customers are not read again"
    );
    corp.assert_follows_are_true().await;
    groups_are_true(&corp).await;
}

#[tokio::test]
async fn two_who_start_at_once_get_one_run() {
    both(|store| async move {
        let corp = Corp::start(store, options(5)).await;
        let operator = Actor::operator();
        let (one, two) = tokio::join!(
            start_sync(&corp.app, &operator),
            start_sync(&corp.app, &operator)
        );
        assert_eq!(one.unwrap().id, two.unwrap().id);
        corp.work().await;
        let runs = list_runs(&corp.app, &operator, None, 10).await.unwrap();
        assert_eq!(
            runs.items.iter().filter(|run| run.kind == "full").count(),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn a_refused_secret_ends_the_run_with_its_reason() {
    let store = jiebang_store::testing::either().await;
    let corp = Corp::start((*store).clone(), options(6)).await;
    corp.control("PUT", "knobs", json!({ "app_callable": false }))
        .await;
    let run = start_sync(&corp.app, &Actor::operator()).await.unwrap();
    corp.work().await;
    let ended = corp.run(run.id).await;
    assert!(ended.finished_at.is_some());
    assert!(ended.error.unwrap().contains("48002"));
}

#[tokio::test]
async fn short_pages_and_absent_cursors_change_nothing() {
    let store = jiebang_store::testing::either().await;
    let corp = Corp::start((*store).clone(), options(7)).await;
    let knobs = json!({ "page_cap": 7, "empty_vs_absent_cursor": "absent" });
    corp.control("PUT", "knobs", knobs).await;
    corp.sync().await;
    corp.assert_follows_are_true().await;
    groups_are_true(&corp).await;
}

#[tokio::test]
async fn one_member_who_spoils_a_call_for_a_hundred_does_not_spoil_the_run() {
    let store = jiebang_store::testing::either().await;
    let corp = Corp::start((*store).clone(), options(9)).await;
    let rule = json!({
        "path": "externalcontact/batch/get_by_user",
        "kind": "top_errcode",
        "code": 84074,
        "times": 2
    });
    corp.control("POST", "faults", rule).await;
    corp.sync().await;
    let known: BTreeSet<String> = corp
        .follows()
        .await
        .into_iter()
        .map(|row| row.userid)
        .collect();
    let truth: BTreeSet<String> = corp
        .true_follows()
        .await
        .into_keys()
        .map(|(userid, _)| userid)
        .collect();
    assert!(
        truth.len() - known.len() <= 1,
        "at most the one refused alone is missing"
    );
    corp.sync().await;
    corp.assert_follows_are_true().await;
}

#[tokio::test]
async fn a_corp_too_large_for_one_list_of_groups_is_read_by_owners() {
    let store = jiebang_store::testing::either().await;
    let corp = Corp::start((*store).clone(), options(8)).await;
    let leavers = corp.truth("/company").await;
    let of_leavers: u64 = array(&leavers["leavers"])
        .map(|one| one["groups"].as_u64().unwrap())
        .sum();
    corp.control("PUT", "knobs", json!({ "owner_filter_above": 3 }))
        .await;
    corp.sync().await;
    let truth = corp.truth("?only=staff").await;
    let all: u64 = array(&truth["staff"])
        .map(|one| one["groups"].as_u64().unwrap())
        .sum();
    let filter = GroupFilter::default();
    let found = group::count_groups(corp.store.read(), &corp.corp, &filter)
        .await
        .unwrap();
    assert_eq!(found, all - of_leavers);
    let _: Value = leavers;
}
