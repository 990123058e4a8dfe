//! Leavers and what they hold.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_app::customer::{WantedCustomers, list_customers};
use jiebang_app::directory::{
    CustomerFilter, LeaverState, WantedLeavers, WantedMembers, get_leaver, list_leaver_customers,
    list_leaver_groups, list_leavers, list_members,
};
use jiebang_app::overview::view_overview;
use jiebang_domain::access::Actor;
use jiebang_store::testing::both;
use serde_json::json;
use wecom_sandbox::{LeaverSpec, Options};

use crate::corp::{Corp, array, options, text, unconnected};

#[tokio::test]
async fn s11_s35_leavers_equal_the_unassigned_list_over_all_pages_and_those_with_groups_only() {
    both(|store| async move {
        let options = Options {
            staff: 40,
            customers: 2_600,
            groups: 60,
            leaver: Some(LeaverSpec {
                customers: 2_100,
                groups: 5,
                left_days_ago: Some(3),
                ..LeaverSpec::default()
            }),
            ..options(31)
        };
        let corp = Corp::start(store, options).await;
        corp.sync().await;
        let operator = Actor::operator();
        // By an independent walk over the list's own pages.
        let client = corp.app.connection().unwrap().client;
        let mut listed: BTreeMap<String, u64> = BTreeMap::new();
        let (mut cursor, mut pages) = (None, 0);
        loop {
            let page = client.unassigned(cursor).await.unwrap();
            pages += 1;
            for row in page.items {
                *listed.entry(row.handover_userid.to_string()).or_default() += 1;
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert!(pages > 2);
        let wanted = WantedLeavers {
            limit: 1000,
            ..WantedLeavers::default()
        };
        let leavers = list_leavers(&corp.app, &operator, wanted).await.unwrap();
        let found: BTreeMap<String, u64> = leavers
            .items
            .iter()
            .filter(|one| one.customers_waiting > 0)
            .map(|one| (one.userid.clone(), one.customers_waiting))
            .collect();
        assert_eq!(found, listed);
        let company = corp.truth("/company").await;
        let mut only_groups = 0;
        for truth in array(&company["leavers"]) {
            let userid = text(&truth["userid"]).to_lowercase();
            let (customers, groups) = (&truth["customers"], &truth["groups"]);
            if customers == &json!(0) && groups == &json!(0) {
                continue;
            }
            only_groups += usize::from(customers == &json!(0));
            let one = leavers
                .items
                .iter()
                .find(|one| one.userid == userid)
                .unwrap();
            assert_eq!(json!(one.customers_waiting), *customers, "{userid}");
            assert_eq!(json!(one.groups_waiting), *groups, "{userid}");
            assert_eq!(one.state, LeaverState::Waiting);
            if customers != &json!(0) {
                assert_eq!(json!(one.left_at), truth["left_at"], "{userid}");
            }
        }
        assert!(only_groups > 0, "the company has a leaver with groups only");

        let leaver = corp.prominent().await;
        let mut customers = Vec::new();
        let mut after = None;
        loop {
            let filter = CustomerFilter::default();
            let page =
                list_leaver_customers(&corp.app, &operator, &leaver, &filter, after, 700).await;
            let page = page.unwrap();
            customers.extend(page.items.into_iter().map(|one| one.external_userid));
            let Some(next) = page.next else { break };
            after = Some(next.parse().unwrap());
        }
        customers.sort();
        customers.dedup();
        assert_eq!(customers.len(), 2_100);
        let groups = list_leaver_groups(&corp.app, &operator, &leaver)
            .await
            .unwrap();
        assert_eq!(groups.len(), 5);
        assert!(groups.iter().all(|one| one.status == 1));
    })
    .await;
}

#[tokio::test]
async fn a_leaver_is_shown_with_what_was_known_before() {
    let store = jiebang_store::testing::either().await;
    let corp = Corp::read((*store).clone(), 32).await;
    let leaver = corp.prominent().await;
    let operator = Actor::operator();
    let employed = get_leaver(&corp.app, &operator, &leaver).await.unwrap();
    assert_eq!(employed.leaver.reason.as_str(), "employed");
    assert_eq!(employed.leaver.customers_waiting, 60);
    corp.control("POST", &format!("members/{leaver}/leave"), json!({}))
        .await;
    corp.sync().await;
    let left = get_leaver(&corp.app, &operator, &leaver).await.unwrap();
    assert_eq!(left.leaver.reason.as_str(), "left");
    assert!(left.leaver.known && !left.leaver.department_names.is_empty());
    assert_eq!(
        (left.leaver.customers_waiting, left.leaver.groups_waiting),
        (60, 4)
    );
    assert_eq!(left.leaver.days_left, Some(365));
    assert!(left.leader.is_some() && !left.tags.is_empty() && !left.regions.is_empty());
    let added: u64 = left.added_by_month.iter().map(|one| one.count).sum();
    assert_eq!(added, 60);
    assert!(left.added_by_month.is_sorted_by(|a, b| a.what < b.what));
    let tag = left.tags[0].clone();
    let filter = CustomerFilter {
        tag: Some(tag.id.parse().unwrap()),
        text: None,
    };
    let page = list_leaver_customers(&corp.app, &operator, &leaver, &filter, None, 1000).await;
    let page = page.unwrap();
    assert_eq!(page.items.len() as u64, tag.count);
    assert!(page.items.iter().all(|one| !one.name.is_empty()));
}

#[tokio::test]
async fn members_say_whether_they_can_take_over_and_why_not() {
    let store = jiebang_store::testing::either().await;
    let corp = Corp::read((*store).clone(), 33).await;
    let company = corp.truth("/company").await;
    let fit = crate::corp::user(&company["successors"][0]);
    let other = crate::corp::user(&company["successors"][1]);
    corp.control(
        "PATCH",
        &format!("members/{other}"),
        json!({ "activated": false }),
    )
    .await;
    corp.sync().await;
    let wanted = WantedMembers {
        limit: 1000,
        ..WantedMembers::default()
    };
    let page = list_members(&corp.app, &Actor::operator(), wanted)
        .await
        .unwrap();
    let find = |userid: &str| page.items.iter().find(|one| one.userid == userid).unwrap();
    assert!(find(fit.as_str()).eligible);
    assert_eq!(
        find(other.as_str()).why_not,
        Some("successor_not_activated")
    );
    let truth = corp.truth(&format!("/member/{fit}")).await;
    assert_eq!(json!(find(fit.as_str()).customers), truth["customers"]);
    // Page by page it is the same.
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let wanted = WantedMembers {
            limit: 5,
            after,
            ..WantedMembers::default()
        };
        let page = list_members(&corp.app, &Actor::operator(), wanted)
            .await
            .unwrap();
        found.extend(page.items.into_iter().map(|one| one.userid));
        let Some(next) = page.next else { break };
        after = Some(next.parse().unwrap());
    }
    let all: Vec<String> = page.items.iter().map(|one| one.userid.clone()).collect();
    assert_eq!(found, all);
}

#[tokio::test]
async fn the_overview_says_what_comes_next() {
    let store = jiebang_store::testing::either().await;
    let (app, _) = unconnected(&store);
    let empty = view_overview(&app, &Actor::operator()).await.unwrap();
    assert!(!empty.connected);
    assert_eq!(empty.todo[0].kind, "connect");
    let corp = Corp::start((*store).clone(), options(34)).await;
    let fresh = view_overview(&corp.app, &Actor::operator()).await.unwrap();
    assert!(fresh.connected);
    assert_eq!(fresh.todo[0].kind, "first_sync");
    corp.sync().await;
    let known = view_overview(&corp.app, &Actor::operator()).await.unwrap();
    assert!(
        known
            .todo
            .iter()
            .any(|todo| todo.kind == "leaver_waiting" && todo.count > 0)
    );
    let customers = known
        .figures
        .iter()
        .find(|one| one.key == "customers")
        .unwrap();
    // As many as the list has, however many members serve one customer.
    let everybody = WantedCustomers::default();
    let listed = list_customers(&corp.app, &Actor::operator(), &everybody, None, 1).await;
    let followed: BTreeSet<String> = corp
        .true_follows()
        .await
        .into_keys()
        .map(|key| key.1)
        .collect();
    assert_eq!(customers.value, listed.unwrap().1);
    assert_eq!(customers.value, followed.len() as u64);
    assert!(!customers.series.is_empty());
    corp.clock.advance(37 * 3600);
    let stale = view_overview(&corp.app, &Actor::operator()).await.unwrap();
    assert!(stale.todo.iter().any(|todo| todo.kind == "sync_stale"));
}
