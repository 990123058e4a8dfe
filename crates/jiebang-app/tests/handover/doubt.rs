//! Answers that do not come, cancelled rows that come back, and two handovers after one customer.

use jiebang_app::Error;
use jiebang_app::handover::act::RetryRows;
use jiebang_app::handover::{act, plan};
use jiebang_app::sync;
use jiebang_domain::access::Actor;
use jiebang_domain::handover::Kind;
use jiebang_store::testing;
use serde_json::json;

use crate::corp::{Corp, Spec, assert_ledger_is_truth};

const START: &str = "externalcontact/resigned/transfer_customer";

async fn small(store: jiebang_store::Store, left_days_ago: Option<i64>) -> Corp {
    let spec = Spec {
        customers: 12,
        left_days_ago,
        ..Spec::default()
    };
    Corp::start(store, spec).await
}

async fn spoil(corp: &Corp, rule: serde_json::Value) {
    corp.control("POST", "faults", rule).await;
}

#[tokio::test]
async fn s22_a_lost_answer_still_ends_with_a_notice_and_with_the_remark() {
    testing::both(|store| async {
        let corp = small(store, Some(2)).await;
        let cut = json!({ "path": START, "kind": "cut_after", "times": 1 });
        spoil(&corp, cut).await;
        let id = corp.start_handover(&corp.request(1)).await;
        corp.work_for(1).await;
        // Before anybody asks the platform, every customer has accepted.
        for row in corp.rows(id).await {
            let path = format!("customers/{}/accept", row.subject_id);
            corp.control("POST", &path, json!({})).await;
        }
        corp.work_until_finished(id).await;
        let counts = corp.detail(id).await.summary.counts;
        assert_eq!((counts["taken_over"], counts["carried"]), (12, 12));
        let truth = corp
            .control("GET", "truth?only=messages", json!(null))
            .await;
        assert_eq!(truth["messages"].as_array().unwrap().len(), 1);
        assert_ledger_is_truth(&corp, id, 1).await;
    })
    .await;
}

#[tokio::test]
async fn a_row_that_comes_back_to_a_cancelled_handover_is_cancelled() {
    testing::both(|store| async {
        let corp = small(store, Some(2)).await;
        let cut = json!({ "path": START, "kind": "cut_before" });
        spoil(&corp, cut).await;
        let id = corp.start_handover(&corp.request(1)).await;
        corp.work_for(30).await;
        assert_eq!(corp.detail(id).await.summary.counts["unsure"], 12);
        act::cancel_handover(&corp.app, &Actor::operator(), id)
            .await
            .unwrap();
        corp.work_for(3600).await;
        assert_eq!(corp.detail(id).await.summary.counts["cancelled"], 12);
        assert_ledger_is_truth(&corp, id, 0).await;
    })
    .await;
}

#[tokio::test]
async fn what_a_cancelled_handover_still_has_at_the_platform_is_not_planned_again() {
    testing::both(|store| async {
        let corp = small(store, None).await;
        let mut request = corp.request(1);
        request.kind = Kind::InService;
        request.groups = None;
        let id = corp.start_handover(&request).await;
        corp.work_for(300).await;
        act::cancel_handover(&corp.app, &Actor::operator(), id)
            .await
            .unwrap();
        let again = plan::preview_handover(&corp.app, &Actor::operator(), &request)
            .await
            .unwrap();
        assert_eq!((again.blocked, again.fine), (12, 0));
    })
    .await;
}

#[tokio::test]
async fn a_customer_that_another_handover_has_by_now_is_not_retried() {
    testing::both(|store| async {
        let corp = small(store, None).await;
        let refuse = |share: f64| {
            json!({ "seed": 1, "refuse_share": share, "early_accept_share": 0.0,
                "deleted_before_share": 0.0 })
        };
        corp.control("POST", "behaviour", refuse(1.0)).await;
        corp.ask_nobody().await;
        let mut request = corp.request(1);
        request.kind = Kind::InService;
        request.groups = None;
        let first = corp.start_handover(&request).await;
        corp.work_until_finished(first).await;
        corp.control("POST", "behaviour", refuse(0.0)).await;
        let second = corp.start_handover(&request).await;
        corp.work_for(300).await;
        let refused = RetryRows::States(vec!["refused".into()]);
        let retried = act::retry_rows(&corp.app, &Actor::operator(), first, &refused, None).await;
        assert!(matches!(
            retried,
            Err(Error::Conflict {
                code: "rows_in_other_handover"
            })
        ));
        corp.work_until_finished(second).await;
        assert_eq!(corp.detail(second).await.summary.counts["taken_over"], 12);
    })
    .await;
}

#[tokio::test]
async fn of_two_handovers_started_at_once_for_the_same_customers_one_starts() {
    testing::both(|store| async {
        let corp = small(store, Some(2)).await;
        let first = corp.plan(&corp.request(1)).await;
        let second = corp.plan(&corp.request(2)).await;
        let operator = Actor::operator();
        let (one, other) = tokio::join!(
            act::start_handover(&corp.app, &operator, first, 1, 12),
            act::start_handover(&corp.app, &operator, second, 1, 12),
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    })
    .await;
}

#[tokio::test]
async fn a_refusal_nobody_understands_is_tried_again_at_growing_distances() {
    testing::both(|store| async {
        let corp = small(store, Some(2)).await;
        let unknown = json!({ "path": START, "kind": "top_errcode", "code": 999_999 });
        spoil(&corp, unknown).await;
        let id = corp.start_handover(&corp.request(1)).await;
        corp.work_for(3600).await;
        let detail = corp.detail(id).await;
        assert_eq!(detail.summary.counts["planned"], 12);
        assert!((2..15).contains(&detail.calls), "{}", detail.calls);
    })
    .await;
}

#[tokio::test]
async fn a_takeover_that_the_result_pages_never_show_is_found_by_the_relation() {
    testing::both(|store| async {
        let corp = small(store, Some(2)).await;
        let knobs = json!({ "result_delay_s": 20 * 86_400 });
        corp.control("PUT", "knobs", knobs).await;
        let id = corp.start_handover(&corp.request(1)).await;
        corp.work_until_finished(id).await;
        assert_eq!(corp.detail(id).await.summary.counts["taken_over"], 12);
        assert_ledger_is_truth(&corp, id, 1).await;
    })
    .await;
}

#[tokio::test]
async fn s33_a_retry_asks_whether_the_new_successor_knows_the_customer() {
    testing::both(|store| async {
        let corp = small(store, None).await;
        let refuse = json!({ "seed": 1, "refuse_share": 1.0, "early_accept_share": 0.0,
            "deleted_before_share": 0.0 });
        corp.control("POST", "behaviour", refuse).await;
        let mut request = corp.request(1);
        request.kind = Kind::InService;
        request.groups = None;
        let id = corp.start_handover(&request).await;
        corp.work_until_finished(id).await;
        let friend = corp.rows(id).await.remove(0).subject_id;
        let third = corp.successors[2].clone();
        let path = format!("customers/{friend}/follow");
        let body = json!({ "userid": third });
        corp.control("POST", &path, body).await;
        sync::start_sync(&corp.app, &Actor::operator())
            .await
            .unwrap();
        corp.work_for(60).await;
        let refused = RetryRows::States(vec!["refused".into()]);
        act::retry_rows(&corp.app, &Actor::operator(), id, &refused, Some(&third))
            .await
            .unwrap();
        let rows = corp.rows(id).await;
        let of = |wanted: &str| rows.iter().filter(|r| r.prediction == wanted).count();
        assert_eq!((of("already_contact"), of("fine")), (1, 11));
        let known = rows.iter().find(|row| row.subject_id == friend).unwrap();
        assert_eq!(known.prediction, "already_contact");
    })
    .await;
}
