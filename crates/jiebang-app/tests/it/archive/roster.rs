//! Who is archived, and what rooms among colleagues and bots are called.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_app::archive::{
    Place, WantedConversations, list_conversations, read_conversation, view_roster,
};
use jiebang_app::job;
use jiebang_app::overview::view_overview;
use jiebang_domain::access::{Actor, Role, Scope};
use jiebang_domain::archive::conversation::{Channel, PersonKind};
use jiebang_store::archive::roster;
use jiebang_store::directory;
use jiebang_store::testing::both;
use serde_json::json;

use super::scope::account;
use super::station;
use crate::corp::{Corp, array, hours, text};

async fn an_hour_later(corp: &Corp) {
    corp.advance(hours(1) + 1);
    while job::run_next(&corp.app).await.unwrap() {}
}

/// How many customers each member has at WeCom, of those who are still there.
async fn customers(corp: &Corp) -> BTreeMap<String, i64> {
    let truth = corp.truth("?only=staff").await;
    let here = array(&truth["staff"]).filter(|one| one["left_at"].is_null());
    let here: BTreeSet<String> = here
        .map(|one| text(&one["userid"]).to_lowercase())
        .collect();
    let mut counts = BTreeMap::new();
    for follow in corp.follows().await {
        if follow.ended_at.is_none() && here.contains(&follow.userid) {
            *counts.entry(follow.userid).or_default() += 1;
        }
    }
    counts
}

#[tokio::test]
async fn s32_who_serves_customers_without_being_archived_is_listed() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        let operator = Actor::operator();
        an_hour_later(&corp).await;
        let all = view_roster(&corp.app, &operator).await.unwrap();
        assert_eq!(all.asked_at, Some(corp.clock.now().seconds()));
        assert_eq!((all.unarchived, &all.first[..]), (0, &[][..]));
        let customers = customers(&corp).await;
        assert!(customers.len() > 3 && all.archived >= customers.len() as u64);
        // The archive is bought for two of them only.
        let two: Vec<String> = customers.keys().take(2).cloned().collect();
        let fewer = json!({ "scope": two });
        corp.control("PUT", "archive", fewer).await;
        an_hour_later(&corp).await;
        let told = view_roster(&corp.app, &operator).await.unwrap();
        let others = customers.iter().filter(|one| !two.contains(one.0));
        let mut others: Vec<(String, i64)> = others.map(|(id, n)| (id.clone(), *n)).collect();
        others.sort_by_key(|(id, count)| (-count, id.clone()));
        let first = told.first.iter();
        let first: Vec<_> = first
            .map(|one| (one.userid.clone(), one.customers))
            .collect();
        assert_eq!(first, others);
        assert_eq!((told.archived, told.unarchived), (2, others.len() as u64));
        assert!(told.first.iter().all(|one| !one.name.is_empty()));
        // Who was archived is known when a successor asks why there is nothing.
        let (read, of) = (corp.store.read(), &corp.corp);
        assert!(roster::was_archived(read, of, &others[0].0).await.unwrap());
        assert!(!roster::was_archived(read, of, "nobody").await.unwrap());
        // An account limited to departments is told of its members.
        let none = Scope::Departments(BTreeSet::from([999_999]));
        let limited = account(Role::Auditor, none, None);
        let theirs = view_roster(&corp.app, &limited).await.unwrap();
        assert_eq!((theirs.unarchived, &theirs.first[..]), (0, &[][..]));
    })
    .await;
}

#[tokio::test]
async fn b19_an_archive_that_has_run_out_is_told_within_an_hour() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        let operator = Actor::operator();
        let is_told = async || {
            let today = view_overview(&corp.app, &operator).await.unwrap();
            today.todo.iter().any(|one| one.kind == "archive_refused")
        };
        an_hour_later(&corp).await;
        let before = view_roster(&corp.app, &operator).await.unwrap();
        assert_eq!(before.refused, None);
        assert!(!is_told().await);
        corp.control("PUT", "archive", json!({ "on": false })).await;
        an_hour_later(&corp).await;
        let told = view_roster(&corp.app, &operator).await.unwrap();
        assert_eq!(told.refused, Some(301_052));
        // What it said before is kept.
        assert_eq!(
            (told.asked_at, told.archived),
            (before.asked_at, before.archived)
        );
        assert!(is_told().await);
        corp.control("PUT", "archive", json!({ "on": true })).await;
        an_hour_later(&corp).await;
        let told = view_roster(&corp.app, &operator).await.unwrap();
        assert_eq!(told.refused, None);
        assert!(!is_told().await);
    })
    .await;
}

#[tokio::test]
async fn s50_rooms_among_colleagues_and_bots_are_called_as_wecom_calls_them() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.talk(600).await;
        corp.pull().await;
        an_hour_later(&corp).await;
        let auditor = account(Role::Auditor, Scope::Corp, None);
        let wanted = WantedConversations {
            channel: Some(Channel::Internal),
            limit: 200,
            ..WantedConversations::default()
        };
        let listed = list_conversations(&corp.app, &auditor, &wanted).await;
        let listed = listed.unwrap().items;
        let departments = directory::departments(corp.store.read(), &corp.corp).await;
        let names = departments.unwrap().into_iter().map(|one| one.name);
        let names: BTreeSet<String> = names.collect();
        // A call tells of no room: it is known by who took part.
        let has_id = |id: &String| !id.contains(' ');
        let rooms = listed
            .iter()
            .filter(|one| one.room.as_ref().is_some_and(has_id));
        let mut count = 0;
        for room in rooms {
            count += 1;
            assert!(names.contains(&room.name), "{} of {names:?}", room.name);
        }
        assert!(count > 0);
        let robots = listed.iter().flat_map(|one| &one.people);
        let robots = robots.filter(|one| one.kind == PersonKind::Robot);
        let robots: BTreeSet<(&str, &str)> = robots.map(|one| (&*one.id, &*one.name)).collect();
        assert!(!robots.is_empty());
        for (_, name) in &robots {
            assert!(name.starts_with("播报机器人"), "{name}");
        }
        // In the conversation as well.
        jiebang_app::archive::give_reason(&corp.app, &auditor, "抽查")
            .await
            .unwrap();
        let talk = listed.iter().find(|one| {
            one.people
                .iter()
                .any(|person| person.kind == PersonKind::Robot)
        });
        let page = read_conversation(&corp.app, &auditor, talk.unwrap().id, Place::End, None, 50);
        let page = page.await.unwrap();
        let sender = page.items.iter().map(|one| &one.sender);
        let mut bots = sender.filter(|one| one.kind == PersonKind::Robot);
        assert!(bots.next().unwrap().name.starts_with("播报机器人"));
    })
    .await;
}
