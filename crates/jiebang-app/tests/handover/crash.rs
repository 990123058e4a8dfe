//! The executor is dropped at random points, the platform cuts connections before and after the
//! effect, answers garbage and is slow to show results. Nothing may be lost or sent twice.

use jiebang_app::handover::approve;
use jiebang_app::settings;
use jiebang_domain::access::{Actor, Who};
use jiebang_domain::handover::Kind;
use jiebang_domain::handover::approval::{Decision, NextSuccessor, Policy};
use jiebang_store::testing;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::corp::{Corp, Spec, assert_groups_are_truth, assert_ledger_is_truth};

async fn trouble(corp: &Corp, seed: u64) {
    let mut faults = Vec::new();
    for path in [
        "externalcontact/resigned/transfer_customer",
        "externalcontact/transfer_customer",
        "externalcontact/groupchat/transfer",
        "message/send",
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
        faults.push(json!({ "path": "*", "kind": kind, "probability": 0.01, "seed": seed }));
    }
    corp.control("POST", "faults", Value::Array(faults)).await;
    corp.control("PUT", "knobs", json!({ "result_delay_s": 25 }))
        .await;
    let behaviour = json!({ "seed": seed, "refuse_share": 0.1, "early_accept_share": 0.2,
        "deleted_before_share": 0.05 });
    corp.control("POST", "behaviour", behaviour).await;
}

async fn crash_again_and_again(corp: &Corp, seed: u64, crashes: u32) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut left = crashes;
    let mut app = corp.reborn().await;
    for _ in 0..crashes * 40 {
        if left == 0 {
            break;
        }
        // Most pauses of a job lie in its first hundred: reads and writes of one batch.
        let polls = random.next_u32() % 120;
        if corp.crash_after(&app, polls as usize).await {
            left -= 1;
            app = corp.reborn().await;
        }
    }
}

async fn dies_and_recovers(seed: u64) {
    testing::both(|store| async move {
        let spec = Spec {
            customers: 420,
            groups: 40,
            seed,
            ..Spec::default()
        };
        let corp = Corp::start(store, spec).await;
        trouble(&corp, seed).await;
        let id = corp.start_handover(&corp.request(3)).await;
        crash_again_and_again(&corp, seed, 60).await;
        corp.work_until_finished(id).await;
        assert_ledger_is_truth(&corp, id, 1).await;
        assert_groups_are_truth(&corp, id).await;
        let counts = corp.detail(id).await.summary.counts;
        assert_eq!(counts["taken_over"] + counts["refused"], 460, "{counts:?}");
    })
    .await;
}

#[tokio::test]
async fn b5_nothing_is_lost_or_sent_twice_whenever_the_executor_dies() {
    dies_and_recovers(11).await;
}

#[tokio::test]
async fn b5_nor_with_other_luck() {
    dies_and_recovers(12).await;
}

#[tokio::test]
async fn b5_nor_with_approvals_in_the_middle_and_the_next_successor() {
    testing::both(|store| async move {
        let spec = Spec {
            customers: 200,
            groups: 20,
            left_days_ago: None,
            seed: 14,
        };
        let corp = Corp::start(store, spec).await;
        let policy = Policy {
            next_successor: NextSuccessor::List {
                userids: corp.successors[..5].to_vec(),
            },
            tries: 3,
            ..Policy::default()
        };
        settings::change_approval(&corp.app, &Actor::operator(), policy)
            .await
            .unwrap();
        corp.advance(1);
        trouble(&corp, 14).await;
        let mut request = corp.request(3);
        request.kind = Kind::InService;
        let id = corp.start_handover(&request).await;
        crash_again_and_again(&corp, 14, 30).await;
        // What was refused waits for approval of the second transfer; more is refused meanwhile.
        let mut said = 0;
        for _ in 0..40 {
            corp.work_for(6 * 3600).await;
            if corp.detail(id).await.summary.handover.state != "running" {
                break;
            }
            said += usize::from(two_say_yes(&corp, id).await);
            crash_again_and_again(&corp, 14 + said as u64, 5).await;
        }
        assert!(said > 0);
        corp.work_until_finished(id).await;
        assert_ledger_is_truth(&corp, id, 2).await;
        assert_groups_are_truth(&corp, id).await;
        let counts = corp.detail(id).await.summary.counts;
        assert_eq!(counts["awaiting_approval"], 0, "{counts:?}");
    })
    .await;
}

/// False if nothing waits.
async fn two_say_yes(corp: &Corp, id: Uuid) -> bool {
    for number in [2, 3] {
        let person = Actor {
            who: Who::Account(Uuid::from_u128(number)),
            confirmed_at: Some(corp.app.people_now()),
            ..Actor::operator()
        };
        let asked = approve::get_approvals(&corp.app, &person, id)
            .await
            .unwrap();
        if asked.rows.is_empty() {
            return false;
        }
        let said = approve::vote(&corp.app, &person, id, &asked.digest, Decision::Approve, "");
        said.await.unwrap();
    }
    true
}

#[tokio::test]
async fn b5_nor_by_four_workers_side_by_side() {
    testing::both(|store| async move {
        let spec = Spec {
            customers: 420,
            groups: 40,
            seed: 13,
            ..Spec::default()
        };
        let corp = Corp::start(store, spec).await;
        trouble(&corp, 13).await;
        let id = corp.start_handover(&corp.request(3)).await;
        corp.four_work_until_finished(id).await;
        assert_ledger_is_truth(&corp, id, 1).await;
        assert_groups_are_truth(&corp, id).await;
        let counts = corp.detail(id).await.summary.counts;
        assert_eq!(counts["taken_over"] + counts["refused"], 460, "{counts:?}");
    })
    .await;
}
