//! Whether customers stayed, against a simulation of everything that happened to them.

use std::collections::BTreeMap;

use jiebang_app::Error;
use jiebang_app::outcome::{By, Period, export_outcome, view_outcome};
use jiebang_domain::access::{Actor, Role, Scope};
use jiebang_domain::outcome::{DAYS, Fates, Retention};
use jiebang_domain::time::{DAY, Timestamp};
use jiebang_store::customer::{Follow, upsert_follows};
use jiebang_store::directory::upsert_members;
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::{handover as stored, testing};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use serde_json::json;
use uuid::Uuid;

use crate::corp::{Corp, Spec};

/// One takeover, and what ended the successor's time with the customer.
#[derive(Debug, Clone)]
struct Stay {
    customer: String,
    leaver: String,
    successor: String,
    rule: &'static str,
    began: i64,
    end: Option<(i64, End)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Lost,
    PassedOn,
}

const RULES: [&str; 3] = ["VIP", "北京", ""];

/// Up to three stays in a row for each customer, over 150 days before `now`.
fn simulate(seed: u64, now: i64) -> Vec<Stay> {
    let mut random = ChaCha12Rng::seed_from_u64(seed);
    let mut below = move |most: u32| random.next_u32() % most;
    let mut stays = Vec::new();
    for index in 0..120 {
        let mut began = now - i64::from(below(150)) * DAY - i64::from(below(80_000));
        let mut leaver = format!("gone{}", below(3));
        for place in 0..3 {
            let successor = format!("s{place}{}", below(4));
            let ended = began + 3600 + i64::from(below(100)) * DAY;
            let end = match below(3) {
                _ if ended >= now => None,
                0 => Some((ended, End::Lost)),
                1 if place < 2 => Some((ended, End::PassedOn)),
                _ => None,
            };
            stays.push(Stay {
                customer: format!("wmsim{index}"),
                leaver: leaver.clone(),
                successor: successor.clone(),
                rule: RULES[below(3) as usize],
                began,
                end,
            });
            match end {
                Some((at, End::PassedOn)) => (began, leaver) = (at, successor),
                _ => break,
            }
        }
    }
    stays
}

/// Counts one stay after another by what the simulation knows.
fn recount(stays: &[&Stay], now: i64) -> Retention {
    let mut retention = Retention::default();
    for stay in stays {
        retention.taken_over += 1;
        for (fates, days) in retention.at.iter_mut().zip(DAYS) {
            let Fates {
                retained,
                lost,
                passed_on,
                too_early,
                ..
            } = fates;
            let then = stay.began + days * DAY;
            let part = match stay.end {
                _ if then > now => too_early,
                Some((at, End::Lost)) if at < then => lost,
                Some((at, End::PassedOn)) if at < then => passed_on,
                _ => retained,
            };
            *part += 1;
        }
    }
    retention
}

/// A handover of one row, as it stands when it is over.
fn handover(corp: &str, id: Uuid, stay: &Stay) -> (Handover, Row) {
    let handover = Handover {
        id,
        corp_id: corp.to_owned(),
        kind: "in_service".into(),
        leaver: stay.leaver.clone(),
        leaver_name: stay.leaver.clone(),
        state: "finished".into(),
        request: json!({}),
        scope: json!({}),
        dry_run: json!({}),
        note: String::new(),
        message: None,
        created_by: "operator".into(),
        created_at: stay.began,
        started_by: None,
        started_at: Some(stay.began),
        finished_at: Some(stay.began),
        version: 1,
        planned_by: None,
        planned_at: None,
    };
    let reason = if stay.rule.is_empty() {
        json!({ "mode": "otherwise" })
    } else {
        json!({ "mode": "rule", "index": 0, "rule": stay.rule })
    };
    let row = Row {
        handover_id: id,
        row_no: 1,
        corp_id: corp.to_owned(),
        subject_kind: "customer".into(),
        subject_id: stay.customer.clone(),
        name: "客户".into(),
        successor: Some(stay.successor.clone()),
        reason,
        prediction: "fine".into(),
        prediction_detail: None,
        state: "taken_over".into(),
        errcode: None,
        not_before: None,
        waiting_until: None,
        ended_at: Some(stay.began),
        call_id: None,
        started_at: Some(stay.began),
        carry: "done".into(),
        carry_detail: None,
        snapshot: None,
        note: None,
        approval: None,
        updated_at: stay.began,
    };
    (handover, row)
}

fn relation(corp: &str, stay: &Stay) -> Follow {
    Follow {
        corp_id: corp.to_owned(),
        userid: stay.successor.clone(),
        external_userid: stay.customer.clone(),
        remark: String::new(),
        description: String::new(),
        remark_company: String::new(),
        remark_mobiles: Default::default(),
        add_way: 202,
        oper_userid: String::new(),
        state: String::new(),
        added_at: stay.began,
        tags: Default::default(),
        personal_tags: Default::default(),
        seen_run: 1,
        seen_at: stay.began,
        ended_at: stay.end.map(|(at, _)| at),
        end_reason: stay.end.map(|(_, end)| match end {
            End::Lost => "deleted_by_customer".to_owned(),
            End::PassedOn => "transferred".to_owned(),
        }),
    }
}

/// Writes what the simulation left behind, in an order of its own.
async fn write(corp: &Corp, stays: &[Stay], seed: u64) {
    let id = corp.app.corp().unwrap().to_string();
    let mut random = ChaCha12Rng::seed_from_u64(seed);
    let mut shuffled: Vec<(u32, &Stay)> = stays.iter().map(|s| (random.next_u32(), s)).collect();
    shuffled.sort_by_key(|(place, _)| *place);
    let tx = corp.app.begin().await.unwrap();
    for (_, stay) in shuffled {
        let (handover, row) = handover(&id, corp.app.new_id(), stay);
        stored::insert(&tx, handover).await.unwrap();
        stored::insert_rows(&tx, vec![row]).await.unwrap();
        upsert_follows(&tx, vec![relation(&id, stay)])
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

async fn small_corp(store: jiebang_store::Store) -> Corp {
    let spec = Spec {
        customers: 3,
        ..Spec::default()
    };
    Corp::start(store, spec).await
}

fn key(by: By, stay: &Stay) -> (String, String) {
    match by {
        By::Leaver => (stay.leaver.clone(), String::new()),
        By::Successor => (stay.successor.clone(), String::new()),
        By::Rule if stay.rule.is_empty() => ("otherwise".into(), String::new()),
        By::Rule => ("rule".into(), stay.rule.into()),
    }
}

#[tokio::test]
async fn s40_retention_equals_a_recount_of_what_happened() {
    testing::both(|store| async {
        let corp = small_corp(store).await;
        let now = corp.app.now().seconds();
        let stays = simulate(7, now);
        write(&corp, &stays, 9).await;
        for (from, to) in [
            (now - 400 * DAY, now + 1),
            (now - 100 * DAY, now - 20 * DAY),
        ] {
            let period = Period {
                from: Timestamp::from_seconds(from),
                to: Timestamp::from_seconds(to),
            };
            let within = |stay: &&Stay| (from..to).contains(&stay.began);
            let meant: Vec<&Stay> = stays.iter().filter(within).collect();
            for by in [By::Leaver, By::Successor, By::Rule] {
                let outcome = view_outcome(&corp.app, &Actor::operator(), by, period)
                    .await
                    .unwrap();
                assert_eq!(outcome.all, recount(&meant, now));
                let mut groups: BTreeMap<_, Vec<&Stay>> = BTreeMap::new();
                for stay in &meant {
                    groups.entry(key(by, stay)).or_default().push(stay);
                }
                assert_eq!(outcome.lines.len(), groups.len());
                for line in outcome.lines {
                    let expected = &groups[&(line.key, line.name)];
                    assert_eq!(line.retention, recount(expected, now));
                }
                let standing = &outcome.standings[0];
                assert_eq!(standing.state, "taken_over");
                assert_eq!(standing.customers, meant.len() as u64);
            }
            let every = outcome_kinds(&recount(&meant, now));
            assert!(every, "the simulation leaves no case out");
        }
    })
    .await;
}

/// Whether stayed, lost and passed on all occur at the first day.
fn outcome_kinds(retention: &Retention) -> bool {
    let first = retention.at[0];
    first.retained > 0 && first.lost > 0 && first.passed_on > 0
}

#[tokio::test]
async fn s40_an_account_of_one_department_counts_its_own_leavers_only() {
    testing::both(|store| async {
        let corp = small_corp(store).await;
        let now = corp.app.now().seconds();
        let stays = simulate(11, now);
        write(&corp, &stays, 1).await;
        let tx = corp.app.begin().await.unwrap();
        let member = |userid: &str, department: i64| jiebang_store::directory::Member {
            corp_id: corp.app.corp().unwrap().to_string(),
            userid: userid.into(),
            name: String::new(),
            main_department: department,
            departments: [department].into_iter().collect(),
            leads_in: Default::default(),
            direct_leader: Default::default(),
            position: String::new(),
            alias: String::new(),
            status: 5,
            customer_contact: false,
            first_seen_at: 1,
            last_seen_at: 1,
            left_at: Some(1),
            gone_at: None,
        };
        let members = vec![member("gone0", 7001), member("gone1", 7002)];
        upsert_members(&tx, members).await.unwrap();
        tx.commit().await.unwrap();
        let limited = Actor {
            role: Role::Auditor,
            scope: Scope::Departments([7001].into()),
            ..Actor::operator()
        };
        let period = Period {
            from: Timestamp::from_seconds(0),
            to: Timestamp::from_seconds(now + 1),
        };
        let outcome = view_outcome(&corp.app, &limited, By::Leaver, period)
            .await
            .unwrap();
        let mine: Vec<&Stay> = stays.iter().filter(|s| s.leaver == "gone0").collect();
        assert_eq!(outcome.lines.len(), 1);
        assert_eq!(outcome.all, recount(&mine, now));
        let mut after = (Uuid::nil(), 0);
        let mut exported = 0;
        loop {
            let page = export_outcome(&corp.app, &limited, period, &mut after).await;
            let page = page.unwrap();
            if page.is_empty() {
                break;
            }
            assert!(page.iter().all(|one| one.row.leaver == "gone0"));
            exported += page.len();
        }
        assert_eq!(exported, mine.len());
        let staff = Actor {
            role: Role::Staff,
            ..Actor::operator()
        };
        let denied = view_outcome(&corp.app, &staff, By::Leaver, period).await;
        assert!(matches!(denied, Err(Error::Denied { .. })));
    })
    .await;
}

#[tokio::test]
async fn s40_a_real_handover_is_too_early_first_and_retained_or_lost_later() {
    testing::both(|store| async {
        let spec = Spec {
            customers: 12,
            ..Spec::default()
        };
        let corp = Corp::start(store, spec).await;
        let id = corp.start_handover(&corp.request(2)).await;
        corp.work_until_finished(id).await;
        let view = async || {
            let period = Period {
                from: Timestamp::from_seconds(0),
                to: corp.app.now().plus(1),
            };
            view_outcome(&corp.app, &Actor::operator(), By::Successor, period)
                .await
                .unwrap()
        };
        let fresh = view().await;
        assert_eq!(fresh.all.taken_over, 12);
        assert_eq!(fresh.all.at[0].too_early, 12);
        let read = async || {
            corp.advance(120);
            jiebang_app::sync::start_sync(&corp.app, &Actor::operator())
                .await
                .unwrap();
            corp.work_for(120).await;
        };
        read().await;
        let row = corp.rows(id).await.remove(0);
        let by = json!({ "userid": row.successor.unwrap() });
        let path = format!("customers/{}/delete_by_staff", row.subject_id);
        corp.control("POST", &path, by).await;
        read().await;
        corp.advance(8 * DAY);
        let later = view().await.all.at;
        assert_eq!((later[0].retained, later[0].lost), (11, 1), "{later:?}");
        assert_eq!(later[1].too_early, 12);
    })
    .await;
}
