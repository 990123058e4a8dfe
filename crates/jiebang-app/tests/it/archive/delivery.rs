//! Pulling and opening, with everything that may go wrong on the way.

use std::collections::BTreeMap;
use std::time::Duration;

use jiebang_app::archive::{
    Standing, add_private_key, know_parked, list_private_keys, remove_private_key, retry_parked,
    view_status,
};
use jiebang_app::overview::view_overview;
use jiebang_app::{Error, job};
use jiebang_domain::access::{Actor, Role, Scope, Who};
use jiebang_domain::archive::message::Message;
use jiebang_domain::time::HOUR;
use jiebang_store::archive::consent;
use jiebang_store::testing::both;
use serde_json::{Value, json};
use uuid::Uuid;

use super::station;
use crate::corp::{Corp, START, array, text};

#[tokio::test]
async fn s38_s50_every_message_is_archived_once_and_opens_with_keys_of_its_own() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.talk(1_300).await;
        corp.pull().await;
        corp.assert_whole().await;
        let figures = corp.completeness().await;
        assert_eq!((figures.new_rows, figures.parked), (0, vec![]));
        let cursor = figures.cursor.unwrap();
        assert_eq!(cursor.rows_stored, 1_300);
        assert!(cursor.caught_up_at.is_some() && cursor.last_error.is_none());
        let unknown: Vec<&str> = figures
            .kinds
            .iter()
            .filter(|k| !k.known)
            .map(|k| k.kind.as_str())
            .collect();
        assert_eq!(unknown, ["hologram"], "kept, and told of");
        assert!(figures.kinds.len() > 20, "many sorts of messages");
        // What is newly said comes with the next look, and nothing twice.
        corp.talk(40).await;
        corp.pull().await;
        corp.pull().await;
        corp.assert_whole().await;
        // The body is what WeCom said, and the row has let go of the sealed one.
        let message = &corp.messages().await[0];
        let read = Message::parse(&corp.body(message).await).unwrap();
        assert_eq!(read.msgid, message.msgid);
        assert_eq!(read.kind, message.kind);
    })
    .await;
}

#[tokio::test]
async fn b20_a_library_that_dies_again_and_again_loses_and_doubles_nothing() {
    both(|store| async move {
        let corp = station(store, &[("WECOM_SDK_STANDIN_CRASH_EVERY", "60")]).await;
        corp.add_key().await;
        corp.talk(700).await;
        corp.pull().await;
        corp.assert_whole().await;
        let health = corp.app.connection().unwrap().archive.unwrap().health();
        assert!(health.crashes >= 10, "{health:?}");
    })
    .await;
}

/// Rounds of a key that comes while the rows that need it are opened, each a little later.
const RACES: u64 = 16;

#[tokio::test(flavor = "multi_thread")]
async fn b19_no_row_waits_for_a_key_that_came_while_it_was_opened() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        let (app, operator) = (&corp.app, Actor::operator());
        for round in 0..RACES {
            let (version, pem) = corp.new_key().await;
            corp.talk(10).await;
            let comes = async {
                tokio::time::sleep(Duration::from_millis(round * 3)).await;
                add_private_key(app, &operator, version, &pem).await
            };
            let ((), added) = tokio::join!(corp.pull(), comes);
            added.unwrap();
            while job::run_next(app).await.unwrap() {}
            assert_eq!(corp.parked().await, BTreeMap::new(), "round {round}");
        }
        corp.assert_whole().await;
    })
    .await;
}

#[tokio::test]
async fn b19_the_alarm_comes_a_day_before_messages_are_lost() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        let (app, operator) = (&corp.app, Actor::operator());
        corp.add_key().await;
        corp.talk(20).await;
        corp.pull().await;
        let shut = json!({ "path": "archive/chatdata", "kind": "sdk_return", "code": 10_001 });
        corp.control("POST", "faults", shut).await;
        let mut told = Vec::new();
        for hours in [1, 94, 3, 24] {
            corp.advance(hours * HOUR);
            while job::run_next(app).await.unwrap() {}
            let status = view_status(app, &operator).await.unwrap();
            let today = view_overview(app, &operator).await.unwrap();
            let alarms = ["archive_urgent", "archive_losing"];
            let alarm = today.todo.iter().find(|one| alarms.contains(&one.kind));
            let alarm = alarm.map(|one| (one.kind, one.count));
            told.push((status.standing, status.hours_left.unwrap(), alarm));
        }
        assert_eq!(
            told,
            [
                (Standing::Behind, 119, None),
                (Standing::Behind, 25, None),
                (Standing::Urgent, 22, Some(("archive_urgent", 22))),
                (Standing::Losing, 0, Some(("archive_losing", 0))),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn b19_rows_without_a_key_wait_for_it_and_are_opened_when_it_comes() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        let (app, operator) = (&corp.app, Actor::operator());
        let (first, pem) = corp.new_key().await;
        corp.talk(30).await;
        let (second, other_pem) = corp.new_key().await;
        corp.talk(20).await;
        corp.pull().await;
        let waiting = BTreeMap::from([("unknown_key_version".to_owned(), 50)]);
        assert_eq!(corp.parked().await, waiting);
        assert_eq!(corp.messages().await.len(), 0);
        let today = view_overview(app, &operator).await.unwrap();
        let told = today.todo.iter().find(|one| one.kind == "archive_parked");
        assert_eq!(told.map(|one| one.count), Some(50), "an alarm");
        // The key of another version opens nothing, and can be taken away again.
        add_private_key(app, &operator, first, &other_pem)
            .await
            .unwrap();
        corp.pull().await;
        assert_eq!(corp.parked().await["wrong_private_key"], 30);
        let other = add_private_key(app, &operator, first, &pem).await;
        assert!(matches!(
            other,
            Err(Error::Conflict {
                code: "archive_key_version"
            })
        ));
        remove_private_key(app, &operator, first).await.unwrap();
        add_private_key(app, &operator, first, &pem).await.unwrap();
        corp.pull().await;
        assert_eq!(corp.messages().await.len(), 30);
        assert_eq!(
            corp.parked().await,
            BTreeMap::from([("unknown_key_version".to_owned(), 20)])
        );
        add_private_key(app, &operator, second, &other_pem)
            .await
            .unwrap();
        corp.pull().await;
        corp.assert_whole().await;
        let keys = list_private_keys(app, &operator).await.unwrap();
        let shown: Vec<(u32, u64)> = keys.iter().map(|key| (key.version, key.parked)).collect();
        assert_eq!(shown, [(first, 0), (second, 0)]);
        assert_ne!(keys[0].fingerprint, keys[1].fingerprint);
        assert!(keys.iter().all(|key| key.fingerprint.len() == 64));
    })
    .await;
}

#[tokio::test]
async fn b19_what_is_no_private_key_is_refused_and_only_the_corps_administrator_adds_one() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        let app = &corp.app;
        let (version, pem) = corp.new_key().await;
        for (text, word) in [
            ("hello", "private_key_none"),
            (
                "-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----",
                "private_key_public",
            ),
            (
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA\n-----END ENCRYPTED PRIVATE KEY-----",
                "private_key_encrypted",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----",
                "private_key_damaged",
            ),
        ] {
            let refused = add_private_key(app, &Actor::operator(), version, text).await;
            let Err(Error::Invalid(problems)) = refused else {
                panic!("{text} was taken");
            };
            assert_eq!(
                (problems[0].field.as_str(), problems[0].problem),
                ("private_key", word)
            );
        }
        for (role, scope) in [
            (Role::ContactAdmin, Scope::Corp),
            (Role::Auditor, Scope::Corp),
            (Role::Staff, Scope::Corp),
            (Role::SuperAdmin, Scope::Departments([1].into())),
        ] {
            let actor = Actor {
                who: Who::Account(Uuid::nil()),
                role,
                scope,
                userid: None,
                confirmed_at: None,
            };
            let denied = add_private_key(app, &actor, version, &pem).await;
            assert!(matches!(denied, Err(Error::Denied { .. })), "{role}");
        }
    })
    .await;
}

impl Corp {
    /// How many parked rows of this reason were given back to be opened.
    async fn tried_again(&self, reason: &str) -> u64 {
        retry_parked(&self.app, &Actor::operator(), reason)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn b19_b20_rows_that_cannot_be_opened_are_parked_by_reason_and_hold_up_no_other() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        let good = |msgid: &str| {
            json!({ "json": { "msgid": msgid, "action": "send", "from": "a",
            "tolist": ["b"], "roomid": "", "msgtime": START * 1_000, "msgtype": "text",
            "text": { "content": "好的" } } })
        };
        let faulty = |msgid: &str, fault: &str| {
            let mut row = good(msgid);
            row["fault"] = json!(fault);
            row
        };
        let not_json = json!({ "base64": "bm8gbWVzc2FnZSBhdCBhbGwsIGp1c3QgdGV4dA==",
            "msgid": "3_1" });
        let rows = json!([
            good("1_1"),
            faulty("2_1", "segv"),
            not_json,
            faulty("4_1", "refuse"),
            faulty("5_1", "abort"),
            good("6_1")
        ]);
        corp.control("POST", "archive/rows", json!({ "rows": rows }))
            .await;
        corp.pull().await;
        let stored: Vec<String> = corp.stored_bodies().await.into_keys().collect();
        assert_eq!(stored, ["1_1", "6_1"]);
        let expected = [
            ("message_does_not_open", 1),
            ("quarantined", 2),
            ("unreadable", 1),
        ];
        let expected = expected.map(|(reason, rows)| (reason.to_owned(), rows));
        let mut parked = BTreeMap::from(expected);
        assert_eq!(corp.parked().await, parked);
        assert_eq!(corp.tried_again("quarantined").await, 2);
        assert_eq!(corp.tried_again("quarantined").await, 0, "they wait");
        let quarantined = parked.remove("quarantined").unwrap();
        assert_eq!(corp.parked().await, parked);
        corp.pull().await;
        parked.insert("quarantined".to_owned(), quarantined);
        assert_eq!(corp.parked().await, parked);
        assert_eq!(corp.messages().await.len(), 2);
    })
    .await;
}

/// The work is dropped at arbitrary moments, as a crash does, and begun again.
#[tokio::test(flavor = "multi_thread")]
async fn b20_whenever_the_work_is_cut_off_the_archive_is_whole_in_the_end() {
    both(|store| async move {
        let corp = station(store, &[("WECOM_SDK_STANDIN_CRASH_EVERY", "150")]).await;
        corp.add_key().await;
        corp.talk(2_200).await;
        corp.advance(61);
        let mut cuts = 0;
        for round in 0..60_u64 {
            // Longer and longer, so that an end is reached; not a function of the machine's speed
            // that matters: every round that is cut off is one more crash.
            let patience = Duration::from_millis(3 + round * round * 2);
            let work = async { while job::run_next(&corp.app).await.unwrap() {} };
            if tokio::time::timeout(patience, work).await.is_err() {
                cuts += 1;
            }
            // The leases of those who died run out.
            corp.advance(61);
            if corp.messages().await.len() == 2_200 {
                break;
            }
        }
        assert!(cuts >= 3, "{cuts}");
        corp.pull().await;
        corp.assert_whole().await;
    })
    .await;
}

#[tokio::test]
async fn s48_nothing_of_a_period_that_a_customer_refused_is_stored() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        let follow = corp
            .follows()
            .await
            .into_iter()
            .find(|f| f.ended_at.is_none())
            .unwrap();
        let (staff, customer) = (follow.userid, follow.external_userid);
        let said = |number: i64, from: &str, to: &str, kind: &str, body: Value| {
            json!({ "json": { "msgid": format!("{number}_1_external"), "action": "send",
                "from": from, "tolist": [to], "roomid": "",
                "msgtime": (START + number) * 1_000, "msgtype": kind, kind: body } })
        };
        let word = |number| {
            said(
                number,
                &staff,
                &customer,
                "text",
                json!({ "content": "您好" }),
            )
        };
        let answer = |number: i64, kind: &str| {
            let at = (START + number) * 1_000;
            let body = json!({ "userid": &customer, format!("{kind}_time"): at });
            said(number, &customer, &staff, kind, body)
        };
        let rows = json!([
            word(1),
            answer(2, "disagree"),
            word(3),
            word(4),
            answer(6, "agree"),
            word(8)
        ]);
        corp.control("POST", "archive/rows", json!({ "rows": rows }))
            .await;
        corp.pull().await;
        // Late, of the refused period: known from the store now.
        corp.control("POST", "archive/rows", json!({ "rows": [word(5)] }))
            .await;
        corp.pull().await;
        let stored: Vec<String> = corp.stored_bodies().await.into_keys().collect();
        let numbers: Vec<&str> = stored.iter().map(|id| &id[..1]).collect();
        assert_eq!(numbers, ["1", "2", "6", "8"]);
        assert_eq!(corp.parked().await, BTreeMap::new());
        let history = consent::of_customers(corp.store.read(), &corp.corp, &[&customer])
            .await
            .unwrap();
        // WeCom, which was asked again, says nothing else of that time.
        let mut told: Vec<(i64, &str)> = history
            .iter()
            .filter(|c| c.at > 0)
            .map(|c| (c.at - START, c.status.as_str()))
            .collect();
        told.sort_unstable();
        assert_eq!(told, [(2, "disagree"), (6, "agree")]);
    })
    .await;
}

#[tokio::test]
async fn s50_what_a_database_does_not_take_is_parked_and_holds_up_no_other() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        let at = corp.clock.now().seconds() * 1_000;
        let long = format!("wm{}", "x".repeat(4_000));
        let row = |no: i64, from: &str, kind: &str, at: i64| {
            json!({ "json": { "msgid": format!("{no}_1_external"), "action": "send", "from": from,
                "tolist": ["zhangsan"], "roomid": "", "msgtime": at, "msgtype": kind,
                kind: { "content": "您\u{0}好" } } })
        };
        let rows = [
            row(1, "wmCustomerOfSomebody001", "text", at),
            row(2, "wmCustomer\u{0}OfSomebody2", "text", at),
            row(3, &long, "text", at),
            row(4, "wmCustomerOfSomebody001", "te\u{0}xt", at),
            // Microseconds.
            row(5, "wmCustomerOfSomebody001", "text", at * 1_000),
            row(6, "wmCustomerOfSomebody001", "text", at + 1),
        ];
        corp.control("POST", "archive/rows", json!({ "rows": rows }))
            .await;
        corp.pull().await;
        let stored: Vec<String> = corp.stored_bodies().await.into_keys().collect();
        assert_eq!(stored, ["1_1_external", "6_1_external"]);
        assert_eq!(corp.parked().await, [("unreadable".to_owned(), 4)].into());
        // They stay; whoever knows of them is not reminded again, but of another one.
        let reminded = async || {
            let today = view_overview(&corp.app, &Actor::operator()).await.unwrap();
            let told = today.todo.iter().find(|one| one.kind == "archive_parked");
            told.map_or(0, |one| one.count)
        };
        assert_eq!(reminded().await, 4);
        know_parked(&corp.app, &Actor::operator(), "unreadable")
            .await
            .unwrap();
        assert_eq!(reminded().await, 0);
        let status = view_status(&corp.app, &Actor::operator()).await.unwrap();
        assert_eq!(status.known, ["unreadable"]);
        let another = json!({ "rows": [row(7, &long, "text", at)] });
        corp.control("POST", "archive/rows", another).await;
        corp.pull().await;
        assert_eq!(reminded().await, 5);
    })
    .await;
}

#[tokio::test]
async fn b20_a_page_that_is_too_much_is_asked_for_in_smaller_parts() {
    both(|store| async move {
        let corp = station(store, &[("WECOM_SDK_STANDIN_MOST_ROWS", "60")]).await;
        corp.add_key().await;
        corp.talk(200).await;
        corp.pull().await;
        corp.assert_whole().await;
        let cursor = corp.completeness().await.cursor.unwrap();
        assert_eq!(cursor.rows_stored, 200);
        assert!(cursor.caught_up_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn b19_a_page_between_two_outages_does_not_hide_what_was_lost() {
    both(|store| async move {
        let corp = station(store, &[("WECOM_SDK_STANDIN_MOST_ROWS", "50")]).await;
        corp.add_key().await;
        corp.pull().await;
        let caught_up = corp.completeness().await.cursor.unwrap().caught_up_at;
        // Nearly too long, a page, and the rest of it.
        corp.advance(86_400);
        corp.talk(150).await;
        corp.advance(4 * 86_400 - 7_200);
        let shut = json!({ "path": "archive/chatdata", "kind": "sdk_return", "code": 10_009,
            "skip": 1 });
        corp.control("POST", "faults", shut).await;
        corp.pull().await;
        let after_a_page = corp.completeness().await;
        assert_eq!(after_a_page.cursor.unwrap().rows_stored, 40);
        assert_eq!(after_a_page.gaps, []);
        corp.advance(86_400 + 2 * 7_200);
        corp.control("DELETE", "faults", json!(null)).await;
        corp.pull().await;
        let truth = corp.truth("/archive").await;
        let expired = |row: &&Value| row["expired"] == json!(true);
        let stored = corp.stored_bodies().await;
        let is_here = |row: &&Value| stored.contains_key(&text(&row["msgid"]));
        let lost = array(&truth["rows"])
            .filter(expired)
            .filter(|row| !is_here(row));
        let lost: Vec<i64> = lost.map(|row| row["at"].as_i64().unwrap()).collect();
        assert_eq!(lost.len(), 110);
        let gaps = corp.completeness().await.gaps;
        let [gap] = &gaps[..] else { panic!("{gaps:?}") };
        assert!(Some(gap.from_at) >= caught_up);
        // The clocks of those who send are not that of WeCom.
        let is_told = |at: &i64| (gap.from_at - 60..=gap.to_at).contains(at);
        assert!(lost.iter().all(is_told), "{gap:?} {lost:?}");
    })
    .await;
}

#[tokio::test]
async fn b19_an_outage_longer_than_wecom_keeps_messages_is_told_with_its_times() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.pull().await;
        let last = corp
            .completeness()
            .await
            .cursor
            .unwrap()
            .last_page_at
            .unwrap();
        corp.talk(30).await;
        corp.advance(6 * 86_400);
        let shut = json!({ "path": "archive/chatdata", "kind": "sdk_return", "code": 10_001 });
        corp.control("POST", "faults", shut).await;
        corp.pull().await;
        corp.pull().await;
        corp.control("DELETE", "faults", json!(null)).await;
        corp.talk(10).await;
        corp.pull().await;
        let truth = corp.truth("/archive").await;
        let lost = array(&truth["rows"])
            .filter(|row| row["expired"] == json!(true))
            .count();
        assert_eq!(lost, 30);
        let figures = corp.completeness().await;
        assert_eq!(figures.gaps.len(), 1, "however often it was tried");
        let gap = &figures.gaps[0];
        assert_eq!(gap.from_at, last);
        let lost_at: Vec<i64> = array(&truth["rows"])
            .filter(|row| row["expired"] == json!(true))
            .map(|row| row["at"].as_i64().unwrap())
            .collect();
        assert!(lost_at.iter().all(|at| *at < gap.to_at), "{gap:?}");
        let alive: Vec<String> = array(&truth["rows"])
            .filter(|row| row["expired"] == json!(false))
            .map(|row| text(&row["msgid"]))
            .collect();
        let stored: Vec<String> = corp.stored_bodies().await.into_keys().collect();
        assert_eq!(stored.len(), alive.len());
        // Told once.
        corp.pull().await;
        assert_eq!(corp.completeness().await.gaps.len(), 1);
    })
    .await;
}
