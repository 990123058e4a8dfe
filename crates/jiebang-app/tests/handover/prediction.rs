//! The dry run against the platform: what it predicts of random rows is what calls get.

use std::collections::BTreeMap;

use jiebang_app::{settings, sync, team};
use jiebang_domain::access::Actor;
use jiebang_domain::handover::Kind;
use jiebang_domain::handover::request::{Assignment, Condition, Pin, Profile, Request};
use jiebang_domain::handover::team::MemberProfile;
use jiebang_domain::id::{ExternalUserId, UserId};
use jiebang_store::customer::{self, EndReason};
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::testing;
use jiebang_wecom::{Batch, CallError, TransferKind};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::json;

use crate::corp::{Corp, Spec, transfers};

/// Rows of one company, the most that can be named one by one.
const ROWS: usize = 2_000;

/// What nobody outside the platform can know: real names, last logins.
const UNKNOWABLE: [i64; 2] = [40_098, 40_205];

/// What became of a row, by the platform's code at the start and its status a day later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Refused(i64),
    Ended(i64),
}

fn expected(prediction: &str, answer: Answer) -> bool {
    match prediction {
        "fine" | "already_contact" => answer == Answer::Ended(1),
        "customer_deleted_leaver" => answer == Answer::Ended(3),
        "successor_full" => matches!(answer, Answer::Refused(40_099) | Answer::Ended(4)),
        "in_transfer" => answer == Answer::Refused(40_100),
        "transfer_limit" => answer == Answer::Refused(40_128),
        "successor_gone" => answer == Answer::Refused(60_111),
        "successor_disabled" => answer == Answer::Refused(40_143),
        "successor_not_activated" => answer == Answer::Refused(41_054),
        "successor_no_contact_feature" => answer == Answer::Refused(84_074),
        // Of a leaver the platform says that there is no such member.
        "same_person" => matches!(answer, Answer::Refused(40_130 | 60_111)),
        other => panic!("{other} is not expected here"),
    }
}

#[tokio::test]
async fn b1_on_ten_thousand_random_rows_every_knowable_refusal_is_predicted_and_nothing_else() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 1u64..=6 {
        let counts = std::sync::Mutex::new(BTreeMap::new());
        testing::both(|store| {
            let counts = &counts;
            async move {
                let found = compare(store, seed).await;
                *counts.lock().unwrap() = found;
            }
        })
        .await;
        for (prediction, count) in counts.into_inner().unwrap() {
            *seen.entry(prediction).or_default() += count;
        }
    }
    assert!(seen.values().sum::<usize>() >= 10_000, "{seen:?}");
    assert!(seen.len() >= 10, "every kind of refusal came up: {seen:?}");
}

/// Plans random rows in a company of this seed, asks the platform for each of them, and counts
/// what was predicted.
async fn compare(store: jiebang_store::Store, seed: u64) -> BTreeMap<String, usize> {
    let mut rng = StdRng::seed_from_u64(seed);
    let in_service = seed.is_multiple_of(2);
    let spec = Spec {
        customers: ROWS + 50,
        left_days_ago: None,
        seed,
        ..Spec::default()
    };
    let corp = Corp::start(store, spec).await;
    corp.ask_nobody().await;
    let mut request = corp.request(1);
    request.groups = None;
    request.kind = Kind::InService;
    let customers: Vec<String> = {
        let id = corp.plan(&request).await;
        corp.rows(id)
            .await
            .into_iter()
            .map(|row| row.subject_id)
            .collect()
    };
    if in_service {
        spend_budget(&corp, &request, &customers[..30]).await;
    }
    let deleted: Vec<&String> = customers[60..]
        .iter()
        .filter(|_| rng.random_bool(0.1))
        .collect();
    let successors = trouble(&corp, &deleted).await;
    if !in_service {
        corp.leave().await;
        request.kind = Kind::Resigned;
    }
    hear_of_deletions(&corp, &deleted).await;
    start_elsewhere(&corp, &request, &customers[30..60]).await;
    request.assignment = Assignment::One {
        to: successors[0].clone(),
    };
    request.must = customers
        .iter()
        .take(ROWS)
        .map(|customer| Pin {
            customer: ExternalUserId::parse(customer.clone()).unwrap(),
            member: successors.choose(&mut rng).unwrap().clone(),
        })
        .collect();
    let rows = corp.rows(corp.plan(&request).await).await;
    let answers = ask(&corp, request.kind, &rows).await;
    let mut counts = BTreeMap::new();
    for row in &rows {
        let answer = answers[&row.subject_id];
        if let Answer::Refused(code) = answer
            && UNKNOWABLE.contains(&code)
        {
            continue;
        }
        assert!(
            expected(&row.prediction, answer),
            "{} to {:?}: predicted {}, was {answer:?}",
            row.subject_id,
            row.successor,
            row.prediction
        );
        *counts.entry(row.prediction.clone()).or_default() += 1;
    }
    counts
}

/// Customers of one handover only, by a field of their profile.
async fn only(corp: &Corp, request: &Request, name: &str, customers: &[String]) -> Request {
    let field = BTreeMap::from([("batch".to_owned(), name.to_owned())]);
    let profile = Profile {
        fields: field,
        ..Profile::default()
    };
    let profiles = customers
        .iter()
        .map(|id| (ExternalUserId::parse(id.clone()).unwrap(), profile.clone()));
    team::put_customer_profiles(&corp.app, &Actor::operator(), profiles.collect())
        .await
        .unwrap();
    Request {
        customers: Some(Condition {
            fields: BTreeMap::from([("batch".to_owned(), vec![name.to_owned()])]),
            ..Condition::default()
        }),
        ..request.clone()
    }
}

/// Moves these customers away and back, so that a third move within 90 days is too many.
async fn spend_budget(corp: &Corp, request: &Request, customers: &[String]) {
    let there = only(corp, request, "budget", customers).await;
    let id = corp.start_handover(&there).await;
    corp.work_until_finished(id).await;
    sync::start_sync(&corp.app, &Actor::operator())
        .await
        .unwrap();
    corp.work_for(60).await;
    let back = Request {
        leaver: corp.successors[0].clone(),
        assignment: Assignment::One {
            to: corp.leaver.clone(),
        },
        ..there
    };
    let id = corp.start_handover(&back).await;
    corp.work_until_finished(id).await;
    sync::start_sync(&corp.app, &Actor::operator())
        .await
        .unwrap();
    corp.work_for(60).await;
}

/// Leaves some customers under way in another handover.
async fn start_elsewhere(corp: &Corp, request: &Request, customers: &[String]) {
    let mut other = only(corp, request, "elsewhere", customers).await;
    other.assignment = Assignment::One {
        to: corp.successors[1].clone(),
    };
    corp.start_handover(&other).await;
    corp.work_for(5).await;
}

/// Brings members and customers into every state that can be known, and reads the corp again.
/// Returns whom rows may go to: some good ones, and one of each kind of trouble.
async fn trouble(corp: &Corp, deleted: &[&String]) -> Vec<UserId> {
    let good = &corp.successors;
    let patch = async |userid: &UserId, patch: serde_json::Value| {
        corp.control("PATCH", &format!("members/{userid}"), patch)
            .await
    };
    patch(&good[3], json!({ "disabled": true })).await;
    patch(&good[4], json!({ "activated": false })).await;
    patch(&good[5], json!({ "customer_contact": false })).await;
    corp.control("POST", &format!("members/{}/leave", good[6]), json!({}))
        .await;
    patch(&good[8], json!({ "real_name": false })).await;
    for customer in deleted {
        let path = format!("customers/{customer}/delete_staff");
        corp.control("POST", &path, json!({ "userid": corp.leaver }))
            .await;
    }
    sync::start_sync(&corp.app, &Actor::operator())
        .await
        .unwrap();
    corp.work_for(60).await;
    // One has room for a few only; the limit is known, since a person wrote it down.
    let team = team::list_team(&corp.app, &Actor::operator())
        .await
        .unwrap();
    let of = |userid: &UserId| team.iter().find(|mate| mate.member.userid == *userid);
    let load = of(&good[7]).unwrap().load;
    patch(&good[7], json!({ "customer_limit": load + 20 })).await;
    let profile = MemberProfile {
        cap: Some(load + 20),
        ..MemberProfile::default()
    };
    team::put_member_profile(&corp.app, &Actor::operator(), &good[7], profile)
        .await
        .unwrap();
    assert_eq!(
        settings::read_planning(&corp.app)
            .await
            .unwrap()
            .customer_limit,
        20_000
    );
    let mut all: Vec<UserId> = vec![good[0].clone(), good[2].clone()];
    all.extend(good[3..9].iter().cloned());
    all.push(corp.leaver.clone());
    all
}

/// The events that tell of customers who deleted the leaver: no list shows it.
async fn hear_of_deletions(corp: &Corp, deleted: &[&String]) {
    let id = corp.app.corp().unwrap();
    let tx = corp.store.begin().await.unwrap();
    for customer in deleted {
        let customer = ExternalUserId::parse((*customer).clone()).unwrap();
        let (reason, now) = (EndReason::DeletedByCustomer, corp.app.now());
        customer::end_follow(&tx, &id, &corp.leaver, &customer, reason, now)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

/// Calls the platform for every row, whatever was predicted, and waits until it is over.
async fn ask(corp: &Corp, kind: Kind, rows: &[Row]) -> BTreeMap<String, Answer> {
    let client = corp.app.connection().unwrap().client;
    let kind = match kind {
        Kind::Resigned => TransferKind::Resigned,
        Kind::InService => TransferKind::InService,
    };
    let mut by_successor: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        by_successor
            .entry(row.successor.as_deref().unwrap())
            .or_default()
            .push(row);
    }
    let mut answers = BTreeMap::new();
    for (successor, rows) in by_successor {
        let to = UserId::parse(successor).unwrap();
        for part in rows.chunks(100) {
            let ids = part
                .iter()
                .map(|row| ExternalUserId::parse(row.subject_id.clone()).unwrap());
            let batch = Batch::new(ids.collect()).unwrap();
            let answer = client
                .transfer_customers(kind, &corp.leaver, &to, &batch, None)
                .await;
            let code_of = |row: &&Row| match &answer {
                Ok(answer) => {
                    answer
                        .items
                        .iter()
                        .find(|(id, _)| id.as_str() == row.subject_id)
                        .unwrap()
                        .1
                        .0
                }
                Err(CallError::Refused { code, .. }) => code.0,
                Err(error) => panic!("{error}"),
            };
            for row in part {
                answers.insert(row.subject_id.clone(), code_of(row));
            }
        }
    }
    corp.advance(25 * 3600);
    let ended = transfers(corp).await;
    answers
        .into_iter()
        .map(|(id, code)| {
            let answer = match code {
                0 => Answer::Ended(ended[&id].last().unwrap().0),
                code => Answer::Refused(code),
            };
            (id, answer)
        })
        .collect()
}
