//! From start to finish, without crashes.

use jiebang_app::handover::act::{self, RetryRows};
use jiebang_domain::access::Actor;
use jiebang_domain::handover::Kind;
use jiebang_store::testing;
use serde_json::json;

use crate::corp::{Corp, Spec, assert_groups_are_truth, assert_ledger_is_truth};

#[tokio::test]
async fn s1_customers_and_groups_pass_in_full_batches_and_none_is_lost() {
    testing::both(|store| async {
        let spec = Spec {
            customers: 450,
            groups: 30,
            ..Spec::default()
        };
        let corp = Corp::start(store, spec).await;
        let id = corp.start_handover(&corp.request(2)).await;
        corp.work_until_finished(id).await;
        let counts = corp.detail(id).await.summary.counts;
        assert_eq!(counts["taken_over"], 480);
        assert_eq!(counts["carried"], 450);
        assert_ledger_is_truth(&corp, id, 1).await;
        assert_groups_are_truth(&corp, id).await;
        // 225 customers each are three calls each; 15 groups each are one.
        assert_eq!(corp.detail(id).await.calls, 6 + 2);
        let (_, check) = corp
            .sandbox
            .control("GET", "truth/check", json!(null))
            .await;
        assert_eq!(check.get("error"), None, "{check}");
    })
    .await;
}

#[tokio::test]
async fn s29_groups_over_three_hundred_wait_for_the_next_day() {
    testing::both(|store| async {
        let spec = Spec {
            customers: 3,
            groups: 340,
            ..Spec::default()
        };
        let corp = Corp::start(store, spec).await;
        let id = corp.plan(&corp.request(2)).await;
        let dry_run = corp.detail(id).await.dry_run;
        assert_eq!(dry_run.forecast.groups_days, 2);
        assert_eq!(dry_run.with_note, 40);
        corp.confirm(id).await;
        corp.work_until_finished(id).await;
        assert_eq!(corp.detail(id).await.summary.counts["taken_over"], 343);
        assert_groups_are_truth(&corp, id).await;
    })
    .await;
}

#[tokio::test]
async fn s39_refusals_and_late_refusals_end_as_such_and_the_next_successor_takes_over() {
    testing::both(|store| async {
        let corp = Corp::start(store, Spec::default()).await;
        let behaviour = json!({ "seed": 5, "refuse_share": 0.3, "early_accept_share": 0.3,
            "deleted_before_share": 0.1 });
        corp.control("POST", "behaviour", behaviour).await;
        let id = corp.start_handover(&corp.request(2)).await;
        corp.work_until_finished(id).await;
        assert_ledger_is_truth(&corp, id, 1).await;
        let refused = corp.detail(id).await.summary.counts["refused"];
        assert!((20..80).contains(&refused), "{refused}");
        // Those without a follower cannot be moved any more: the platform says so, row by row.
        let states = RetryRows::States(vec!["refused".into()]);
        let third = corp.successors[2].clone();
        let operator = Actor::operator();
        let put_back = act::retry_rows(&corp.app, &operator, id, &states, Some(&third))
            .await
            .unwrap();
        assert_eq!(i64::try_from(put_back).unwrap(), refused);
        corp.work_until_finished(id).await;
        let counts = corp.detail(id).await.summary.counts;
        assert_eq!(
            counts["taken_over"] + counts["refused"] + counts["no_relation"],
            120
        );
    })
    .await;
}

#[tokio::test]
async fn s33_remark_description_phones_and_tags_are_found_with_the_successor() {
    testing::both(|store| async {
        let spec = Spec {
            customers: 60,
            left_days_ago: None,
            ..Spec::default()
        };
        let corp = Corp::start(store, spec).await;
        corp.leave().await;
        let knobs = json!({ "carry_over_tags": false, "carry_over_remark": false });
        corp.control("PUT", "knobs", knobs).await;
        let path = format!("truth?only=follows&handover_userid={}", corp.leaver);
        let had = corp.control("GET", &path, json!(null)).await;
        let id = corp.start_handover(&corp.request(1)).await;
        corp.work_until_finished(id).await;
        assert_eq!(corp.detail(id).await.summary.counts["carried"], 60);
        let fields = [
            "remark",
            "description",
            "remark_corp_name",
            "tag_id",
            "remark_mobiles",
        ];
        for follow in had["follows"].as_array().unwrap() {
            let customer = follow["external_userid"].as_str().unwrap();
            let path = format!("truth/customer/{customer}");
            let now = corp.control("GET", &path, json!(null)).await;
            let to = corp.successors[0].as_str();
            let followers = now["followers"].as_array().unwrap();
            let new = followers
                .iter()
                .find(|f| f["userid"] == to)
                .expect("it follows");
            for field in fields {
                assert_eq!(
                    sorted(&new[field]),
                    sorted(&follow[field]),
                    "{field} of {customer}"
                );
            }
        }
    })
    .await;
}

fn sorted(value: &serde_json::Value) -> serde_json::Value {
    match value.as_array() {
        Some(list) => {
            let mut texts: Vec<String> = list.iter().map(ToString::to_string).collect();
            texts.sort();
            json!(texts)
        }
        None => value.clone(),
    }
}

#[tokio::test]
async fn s22_each_successor_gets_exactly_one_notice() {
    testing::both(|store| async {
        let corp = Corp::start(
            store,
            Spec {
                customers: 250,
                ..Spec::default()
            },
        )
        .await;
        // The first answer is lost although the message went out.
        let fault = json!({ "path": "message/send", "kind": "cut_after", "times": 1 });
        corp.control("POST", "faults", fault).await;
        let id = corp.start_handover(&corp.request(3)).await;
        corp.work_until_finished(id).await;
        let truth = corp
            .control("GET", "truth?only=messages", json!(null))
            .await;
        let shown: Vec<&str> = truth["messages"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|message| message["duplicate"] != true)
            .map(|message| message["touser"].as_str().unwrap())
            .collect();
        let mut expected: Vec<&str> = corp.successors[..3].iter().map(|s| s.as_str()).collect();
        expected.sort_unstable();
        let mut told = shown.clone();
        told.sort_unstable();
        assert_eq!(told, expected);
    })
    .await;
}

#[tokio::test]
async fn s37_customers_of_an_employed_member_pass_in_service() {
    testing::both(|store| async {
        let spec = Spec {
            customers: 130,
            groups: 12,
            left_days_ago: None,
            ..Spec::default()
        };
        let corp = Corp::start(store, spec).await;
        let mut request = corp.request(2);
        request.kind = Kind::InService;
        request.message = Some("您好，之后由新同事为您服务。".into());
        let id = corp.start_handover(&request).await;
        corp.work_until_finished(id).await;
        assert_eq!(corp.detail(id).await.summary.counts["taken_over"], 142);
        assert_ledger_is_truth(&corp, id, 1).await;
        assert_groups_are_truth(&corp, id).await;
    })
    .await;
}

#[tokio::test]
async fn b6_a_refusal_is_attributed_to_its_attempt() {
    testing::both(|store| async {
        let spec = Spec {
            customers: 20,
            left_days_ago: None,
            ..Spec::default()
        };
        let corp = Corp::start(store, spec).await;
        corp.ask_nobody().await;
        let everybody_refuses = json!({ "seed": 1, "refuse_share": 1.0, "early_accept_share": 0.0,
            "deleted_before_share": 0.0 });
        corp.control("POST", "behaviour", everybody_refuses).await;
        let mut request = corp.request(1);
        request.kind = Kind::InService;
        request.groups = None;
        let first = corp.start_handover(&request).await;
        corp.work_until_finished(first).await;
        assert_eq!(corp.detail(first).await.summary.counts["refused"], 20);
        // The same pair again: the old refusals still stand in the result pages.
        let nobody_refuses = json!({ "seed": 1, "refuse_share": 0.0, "early_accept_share": 0.0,
            "deleted_before_share": 0.0 });
        corp.control("POST", "behaviour", nobody_refuses).await;
        let second = corp.start_handover(&request).await;
        corp.work_until_finished(second).await;
        assert_eq!(corp.detail(second).await.summary.counts["taken_over"], 20);
        assert_eq!(corp.detail(first).await.summary.counts["refused"], 20);
    })
    .await;
}

#[tokio::test]
async fn cancelling_stops_what_was_not_submitted_and_follows_the_rest() {
    testing::both(|store| async {
        let spec = Spec {
            customers: 150,
            groups: 320,
            ..Spec::default()
        };
        let corp = Corp::start(store, spec).await;
        let id = corp.start_handover(&corp.request(1)).await;
        corp.work_for(600).await;
        act::cancel_handover(&corp.app, &Actor::operator(), id)
            .await
            .unwrap();
        corp.work_for(27 * 3600).await;
        let counts = corp.detail(id).await.summary.counts;
        assert_eq!(counts["cancelled"], 20, "{counts:?}");
        assert_eq!(counts["taken_over"], 450, "{counts:?}");
        assert_ledger_is_truth(&corp, id, 1).await;
        assert_groups_are_truth(&corp, id).await;
    })
    .await;
}
