//! The executor is dropped at random points, the platform cuts connections before and after the
//! effect, answers garbage and is slow to show results. Nothing may be lost or sent twice.

use jiebang_store::testing;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::corp::{Corp, Spec, assert_groups_are_truth, assert_ledger_is_truth};

async fn trouble(corp: &Corp, seed: u64) {
    let mut faults = Vec::new();
    for path in [
        "externalcontact/resigned/transfer_customer",
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
