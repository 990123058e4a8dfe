//! Contact ways of a leaver, by handover and by hand, against what the platform really has.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_app::contact_way::act::{Wanted, point_ways};
use jiebang_app::contact_way::tick_item;
use jiebang_app::contact_way::view::{self, LeaverWays};
use jiebang_app::{Error, overview, sync};
use jiebang_domain::access::{Actor, Role, Scope, Who};
use jiebang_domain::contact_way::Kind;
use jiebang_domain::handover::Kind as HandoverKind;
use jiebang_domain::id::UserId;
use jiebang_store::testing;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::corp::{Corp, Spec};

/// What the platform has of each way, by kind and id: members, all else, and updates so far.
type Truth = BTreeMap<(Kind, String), (BTreeSet<String>, Value, u64)>;

fn names(list: &Value) -> BTreeSet<String> {
    let list = list.as_array().into_iter().flatten();
    list.map(|name| name.as_str().unwrap().to_lowercase())
        .collect()
}

async fn truth(corp: &Corp) -> Truth {
    let path = "truth?only=contact_ways,acquisition_links";
    let told = corp.control("GET", path, Value::Null).await;
    let mut found = Truth::new();
    for row in told["contact_ways"].as_array().unwrap() {
        let mut way = row["way"].clone();
        let users = names(&way["user"].take());
        let id = way["config_id"].as_str().unwrap().to_owned();
        let updates = row["updates"].as_u64().unwrap();
        found.insert((Kind::Code, id), (users, way, updates));
    }
    for row in told["acquisition_links"].as_array().unwrap() {
        let mut link = row["link"].clone();
        let users = names(&link["range"]["user_list"].take());
        link["priority_option"].take();
        let id = link["link"]["link_id"].as_str().unwrap().to_owned();
        let updates = row["updates"].as_u64().unwrap();
        found.insert((Kind::Link, id), (users, link, updates));
    }
    found
}

/// No way names the leaver, each that did keeps its others, and nothing else has changed.
async fn assert_only_the_leaver_went(corp: &Corp, before: &Truth, may_repeat: bool) {
    let after = truth(corp).await;
    let leaver = corp.leaver.to_string();
    let told = corp.control("GET", "truth?only=members", Value::Null).await;
    let left = told["members"]["left"].as_array().unwrap().iter();
    let gone: BTreeSet<String> = left
        .map(|row| row["userid"].as_str().unwrap().to_lowercase())
        .collect();
    let mut moved = 0;
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    for (key, (users, rest, updates)) in &after {
        let (had, rest_before, updates_before) = &before[key];
        assert!(!users.contains(&leaver), "{key:?} names the leaver");
        assert_eq!(rest, rest_before, "{key:?}");
        if !had.contains(&leaver) {
            assert_eq!(
                (users, updates),
                (had, updates_before),
                "{key:?} was touched"
            );
            continue;
        }
        moved += 1;
        let others: BTreeSet<String> = had
            .iter()
            .filter(|name| **name != leaver)
            .cloned()
            .collect();
        assert!(others.is_subset(users), "{key:?} lost a member");
        let has_parties = rest["party"]
            .as_array()
            .is_some_and(|list| !list.is_empty());
        assert!(!users.is_empty() || has_parties, "{key:?} leads to nobody");
        let is_alone = others.is_subset(&gone) && !has_parties;
        if !is_alone {
            assert_eq!(*users, others, "a team gets nobody new unless it must");
        }
        assert!(
            may_repeat || updates - updates_before == 1,
            "{key:?}: {updates}"
        );
    }
    assert!(moved >= 6, "{moved}");
}

async fn of_leaver(corp: &Corp) -> LeaverWays {
    view::leaver_ways(&corp.app, &Actor::operator(), &corp.leaver)
        .await
        .unwrap()
}

async fn start(store: jiebang_store::Store, seed: u64) -> Corp {
    let spec = Spec {
        customers: 40,
        groups: 0,
        seed,
        ..Spec::default()
    };
    Corp::start(store, spec).await
}

async fn counts(corp: &Corp, id: Uuid) -> BTreeMap<String, i64> {
    view::handover_ways(&corp.app, &Actor::operator(), id)
        .await
        .unwrap()
}

#[tokio::test]
async fn b25_after_a_handover_no_contact_way_names_the_leaver_and_nothing_else_changed() {
    testing::both(|store| async move {
        let corp = start(store, 3).await;
        // The stricter of what is not documented about an update.
        corp.control(
            "PUT",
            "knobs",
            json!({ "contact_way_update_drops_absent": true }),
        )
        .await;
        let before = truth(&corp).await;
        let listed = of_leaver(&corp).await;
        assert!(listed.ways.len() >= 6, "{}", listed.ways.len());
        assert!(listed.changed.is_empty());
        let id = corp.start_handover(&corp.request(2)).await;
        corp.work_until_finished(id).await;
        assert_only_the_leaver_went(&corp, &before, false).await;
        let after = of_leaver(&corp).await;
        assert!(after.ways.is_empty());
        assert_eq!(after.changed.len(), listed.ways.len());
        let good = |row: &view::MoveView| row.state == "done" && row.changed.is_empty();
        assert!(after.changed.iter().all(good), "{:?}", after.changed);
        let done = i64::try_from(listed.ways.len()).unwrap();
        assert_eq!(counts(&corp, id).await, [("done".to_owned(), done)].into());
        // What the list said would become of each way is what became of it.
        for row in after.changed {
            let key = (row.kind, row.way_id.clone());
            let one = listed
                .ways
                .iter()
                .find(|one| (one.way.kind, one.way.way_id.clone()) == key);
            if !one.unwrap().proposal.nobody {
                assert_eq!(row.members_after, one.unwrap().proposal.members);
            }
        }
    })
    .await;
}

async fn trouble(corp: &Corp, seed: u64) {
    let mut faults = Vec::new();
    for path in [
        "externalcontact/update_contact_way",
        "externalcontact/customer_acquisition/update_link",
    ] {
        for kind in [
            "cut_before",
            "cut_after",
            "busy",
            "busy_after",
            "malformed",
            "token_42001",
        ] {
            faults.push(json!({ "path": path, "kind": kind, "probability": 0.12, "seed": seed }));
        }
    }
    for kind in ["cut_after", "malformed", "short_page", "absent_cursor"] {
        faults.push(json!({ "path": "*", "kind": kind, "probability": 0.02, "seed": seed }));
    }
    corp.control("POST", "faults", Value::Array(faults)).await;
}

async fn dies_and_recovers(seed: u64) {
    testing::both(|store| async move {
        let corp = start(store, seed).await;
        corp.control(
            "PUT",
            "knobs",
            json!({ "contact_way_update_drops_absent": seed.is_multiple_of(2) }),
        )
        .await;
        let before = truth(&corp).await;
        trouble(&corp, seed).await;
        let id = corp.start_handover(&corp.request(2)).await;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut app = corp.reborn().await;
        let mut left = 60;
        for _ in 0..1_500 {
            if left == 0 {
                break;
            }
            let polls = random.next_u32() % 60;
            if corp.crash_after(&app, polls as usize).await {
                left -= 1;
                app = corp.reborn().await;
            }
        }
        corp.work_until_finished(id).await;
        corp.work_for(3_600).await;
        assert_only_the_leaver_went(&corp, &before, true).await;
        let ended = counts(&corp, id).await;
        assert!(ended.keys().all(|state| state == "done"), "{ended:?}");
    })
    .await;
}

#[tokio::test]
async fn b25_whenever_it_dies_every_way_ends_up_right() {
    dies_and_recovers(21).await;
}

#[tokio::test]
async fn b25_nor_does_other_luck_leave_a_way_with_the_leaver() {
    dies_and_recovers(22).await;
}

#[tokio::test]
async fn b25_without_a_handover_a_person_chooses_and_later_ways_show_up_again() {
    testing::both(|store| async move {
        let corp = start(store, 5).await;
        let (app, actor) = (&corp.app, Actor::operator());
        let before = truth(&corp).await;
        let listed = of_leaver(&corp).await;
        let alone: Vec<_> = listed
            .ways
            .iter()
            .filter(|one| one.proposal.nobody)
            .collect();
        assert!(
            alone.len() >= 3,
            "single codes have nobody without a handover"
        );
        let mut wanted = Wanted::default();
        for one in &alone {
            let key = (one.way.kind, one.way.way_id.clone());
            wanted.to.insert(key, vec![corp.successors[1].clone()]);
        }
        assert_eq!(todo(&corp).await.unwrap_or_default(), 3);
        let planned = point_ways(app, &actor, &corp.leaver, &wanted)
            .await
            .unwrap();
        assert_eq!(planned, listed.ways.len());
        // Asked for twice, it is done once.
        let again = point_ways(app, &actor, &corp.leaver, &wanted).await;
        assert!(matches!(
            again,
            Err(Error::Conflict {
                code: "no_contact_ways"
            })
        ));
        corp.work_for(60).await;
        assert_only_the_leaver_went(&corp, &before, false).await;
        for one in alone {
            let now = &truth(&corp).await[&(one.way.kind, one.way.way_id.clone())].0;
            assert_eq!(*now, BTreeSet::from([corp.successors[1].to_string()]));
        }
        assert_eq!(todo(&corp).await, Some(2));
        // Another tool makes a code for the next leaver, who then leaves.
        let next = corp.successors[2].clone();
        corp.control("POST", &format!("members/{next}/leave"), json!({}))
            .await;
        corp.advance(60);
        sync::start_sync(app, &actor).await.unwrap();
        corp.work_for(60).await;
        assert_eq!(todo(&corp).await, Some(3));
    })
    .await;
}

async fn todo(corp: &Corp) -> Option<u64> {
    let seen = overview::view_overview(&corp.app, &Actor::operator()).await;
    let todo = seen.unwrap().todo;
    todo.iter()
        .find(|one| one.kind == "contact_ways")
        .map(|one| one.count)
}

#[tokio::test]
async fn b25_what_the_platform_has_now_decides_and_not_the_copy() {
    testing::both(|store| async move {
        let corp = start(store, 6).await;
        let before = truth(&corp).await;
        let leaver = corp.leaver.to_string();
        let mut of_leaver = before.iter().filter(|(key, (users, rest, _))| {
            key.0 == Kind::Code && users.contains(&leaver) && rest["type"] == 2
        });
        // A team that somebody has changed since: it keeps its new member.
        let ((_, team), _) = of_leaver.next().unwrap();
        let newcomer = corp.successors[3].to_string();
        let client = corp.app.connection().unwrap().client;
        let way = client.contact_way(team).await.unwrap().unwrap();
        let mut users = way.users();
        users.push(corp.successors[3].clone());
        // The leaver can still be named, as the platform keeps those it has.
        client
            .update_contact_way(&way.with_users(&users))
            .await
            .unwrap();
        let id = corp.start_handover(&corp.request(2)).await;
        corp.work_until_finished(id).await;
        let after = truth(&corp).await;
        let (users, ..) = &after[&(Kind::Code, team.clone())];
        assert!(
            users.contains(&newcomer) && !users.contains(&leaver),
            "{users:?}"
        );
    })
    .await;
}

async fn with_another_leaver(keeps: bool) {
    testing::both(|store| async move {
        let corp = start(store, 7).await;
        let leaver = corp.leaver.to_string();
        let team = truth(&corp)
            .await
            .into_iter()
            .find(|((kind, _), (users, ..))| {
                *kind == Kind::Code && users.len() > 2 && users.contains(&leaver)
            });
        let ((_, id), (users, ..)) = team.unwrap();
        let other = users.into_iter().find(|name| *name != leaver).unwrap();
        corp.control("POST", &format!("members/{other}/leave"), json!({}))
            .await;
        corp.advance(60);
        sync::start_sync(&corp.app, &Actor::operator())
            .await
            .unwrap();
        corp.work_for(60).await;
        let knobs = json!({ "contact_way_keeps_leavers": keeps });
        corp.control("PUT", "knobs", knobs).await;
        let mut wanted = Wanted {
            only_chosen: true,
            ..Wanted::default()
        };
        wanted.to.insert((Kind::Code, id.clone()), vec![]);
        point_ways(&corp.app, &Actor::operator(), &corp.leaver, &wanted)
            .await
            .unwrap();
        corp.work_for(300).await;
        let (users, ..) = &truth(&corp).await[&(Kind::Code, id)];
        assert!(!users.contains(&leaver) && !users.is_empty());
        assert_eq!(users.contains(&other), keeps);
    })
    .await;
}

#[tokio::test]
async fn b25_another_leaver_stays_named_where_the_platform_lets_it() {
    with_another_leaver(true).await;
}

#[tokio::test]
async fn b25_another_leaver_goes_too_where_the_platform_refuses() {
    with_another_leaver(false).await;
}

#[tokio::test]
async fn b25_a_member_who_stays_keeps_the_codes() {
    testing::both(|store| async move {
        let spec = Spec {
            customers: 20,
            left_days_ago: None,
            ..Spec::default()
        };
        let corp = Corp::start(store, spec).await;
        let before = truth(&corp).await;
        let (actor, all) = (Actor::operator(), Wanted::default());
        let refused = point_ways(&corp.app, &actor, &corp.leaver, &all).await;
        assert!(matches!(
            refused,
            Err(Error::Conflict {
                code: "member_not_left"
            })
        ));
        let mut request = corp.request(2);
        request.kind = HandoverKind::InService;
        let id = corp.start_handover(&request).await;
        corp.work_for(600).await;
        assert_eq!(truth(&corp).await, before);
        assert!(counts(&corp, id).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn b25_without_the_right_the_sync_goes_on_and_links_are_left_for_a_person() {
    testing::both(|store| async move {
        let corp = start(store, 9).await;
        let (app, actor) = (&corp.app, Actor::operator());
        let knobs = json!({ "contact_way_permitted": false, "acquisition_permitted": false });
        corp.control("PUT", "knobs", knobs).await;
        sync::start_sync(app, &actor).await.unwrap();
        corp.work_for(60).await;
        let runs = sync::list_runs(app, &actor, None, 1).await.unwrap();
        assert!(runs.items[0].finished_at.is_some() && runs.items[0].error.is_none());
        let listed = of_leaver(&corp).await;
        assert_eq!(listed.not_permitted, [Kind::Code, Kind::Link]);
        assert!(!listed.ways.is_empty(), "what was known is kept");
        let items: Vec<&str> = listed.by_hand.iter().map(|item| item.item).collect();
        assert!(items.contains(&"acquisition_links") && items.contains(&"welcome_message"));
        tick_item(app, &actor, &corp.leaver, "welcome_message", true)
            .await
            .unwrap();
        let ticked = of_leaver(&corp).await.by_hand;
        let ticked = ticked
            .iter()
            .find(|item| item.item == "welcome_message")
            .unwrap();
        assert!(ticked.done_at.is_some() && ticked.done_by.is_some());
        let unknown = tick_item(app, &actor, &corp.leaver, "everything", true).await;
        assert!(matches!(unknown, Err(Error::Invalid(_))));
        // A refused change says which code it was, and the way is still listed.
        let mut wanted = Wanted {
            only_chosen: true,
            ..Wanted::default()
        };
        let first = &listed.ways[0].way;
        let key = (first.kind, first.way_id.clone());
        wanted.to.insert(key, vec![corp.successors[0].clone()]);
        point_ways(app, &actor, &corp.leaver, &wanted)
            .await
            .unwrap();
        corp.work_for(60).await;
        let listed = of_leaver(&corp).await;
        let failed = listed
            .ways
            .iter()
            .find_map(|one| one.last.as_ref())
            .unwrap();
        assert_eq!(
            (failed.state.as_str(), failed.errcode),
            ("failed", Some(48_002))
        );
    })
    .await;
}

#[tokio::test]
async fn b25_who_may_not_and_who_sees_other_departments_only_is_refused() {
    testing::both(|store| async move {
        let corp = start(store, 3).await;
        let of = |role, scope| Actor {
            confirmed_at: None,
            who: Who::Account(Uuid::from_u128(1)),
            role,
            scope,
            userid: None,
        };
        let elsewhere = Scope::Departments([1_000_000].into());
        for actor in [
            of(Role::Auditor, Scope::Corp),
            of(Role::Staff, Scope::Corp),
            of(Role::ContactAdmin, elsewhere.clone()),
        ] {
            let refused = point_ways(&corp.app, &actor, &corp.leaver, &Wanted::default()).await;
            assert!(matches!(refused, Err(Error::Denied { .. })), "{actor:?}");
            let refused = tick_item(&corp.app, &actor, &corp.leaver, "welcome_message", true).await;
            assert!(matches!(refused, Err(Error::Denied { .. })), "{actor:?}");
        }
        // Who may, but gave the password long ago, is asked for it again.
        let unconfirmed = of(Role::ContactAdmin, Scope::Corp);
        let refused = point_ways(&corp.app, &unconfirmed, &corp.leaver, &Wanted::default()).await;
        assert!(matches!(refused, Err(Error::StepUpRequired)));
        let limited = of(Role::ContactAdmin, elsewhere);
        let wanted = view::WantedWays {
            limit: 100,
            ..view::WantedWays::default()
        };
        let page = view::list_ways(&corp.app, &limited, wanted.clone())
            .await
            .unwrap();
        assert!(page.items.is_empty() && page.total.is_none() && page.next.is_none());
        let all = view::list_ways(&corp.app, &Actor::operator(), wanted)
            .await
            .unwrap();
        assert_eq!(all.items.len(), truth(&corp).await.len());
        // Nobody who has left, and nobody who is not there, can be chosen.
        let first = all.items.iter().find(|way| way.single).unwrap();
        for chosen in [corp.leaver.clone(), UserId::parse("nobody").unwrap()] {
            let mut wanted = Wanted::default();
            wanted
                .to
                .insert((first.kind, first.way_id.clone()), vec![chosen]);
            let refused = point_ways(&corp.app, &Actor::operator(), &corp.leaver, &wanted).await;
            assert!(matches!(refused, Err(Error::Invalid(_))));
        }
    })
    .await;
}
