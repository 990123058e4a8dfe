//! Plans and what they predict.

use jiebang_app::Error;
use jiebang_app::handover::{act, plan};
use jiebang_domain::access::Actor;
use jiebang_domain::handover::Kind;
use jiebang_domain::handover::request::Assignment;
use jiebang_domain::id::UserId;
use jiebang_store::testing;
use serde_json::json;

use crate::corp::{Corp, Spec, assert_ledger_is_truth};

#[tokio::test]
async fn s2_what_is_carried_out_equals_the_dry_run_row_for_row() {
    testing::both(|store| async {
        let corp = Corp::start(store, Spec::default()).await;
        let request = corp.request(3);
        let preview = plan::preview_handover(&corp.app, &Actor::operator(), &request)
            .await
            .unwrap();
        let id = corp.plan(&request).await;
        let before: Vec<_> = corp.rows(id).await;
        assert_eq!(preview.rows_total, before.len());
        corp.confirm(id).await;
        corp.work_until_finished(id).await;
        let after = corp.rows(id).await;
        let pair = |rows: &[jiebang_store::entity::handover_row::Model]| {
            rows.iter()
                .map(|r| (r.subject_id.clone(), r.successor.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(pair(&before), pair(&after));
        assert!(after.iter().all(|row| row.state == "taken_over"));
    })
    .await;
}

#[tokio::test]
async fn a_successor_that_cannot_take_over_is_predicted_and_nothing_is_sent() {
    testing::both(|store| async {
        let corp = Corp::start(
            store,
            Spec {
                customers: 10,
                ..Spec::default()
            },
        )
        .await;
        let company = corp.control("GET", "truth/company", json!(null)).await;
        let inactive = company["awkward"]
            .as_array()
            .unwrap()
            .iter()
            .find(|member| member["activated"] == false)
            .map(|member| UserId::parse(member["userid"].as_str().unwrap()).unwrap());
        let to = inactive.expect("the generated company has a member that is not activated");
        let mut request = corp.request(1);
        request.assignment = Assignment::One { to };
        let id = corp.plan(&request).await;
        let detail = corp.detail(id).await;
        assert_eq!(detail.dry_run.blocked, 10);
        let version = detail.summary.handover.version;
        let started = act::start_handover(&corp.app, &Actor::operator(), id, version, 0).await;
        assert!(matches!(
            started,
            Err(Error::Conflict {
                code: "handover_empty"
            })
        ));
    })
    .await;
}

#[tokio::test]
async fn two_handovers_never_move_the_same_customer() {
    testing::both(|store| async {
        let corp = Corp::start(
            store,
            Spec {
                customers: 30,
                ..Spec::default()
            },
        )
        .await;
        let first = corp.plan(&corp.request(1)).await;
        let second = corp.plan(&corp.request(2)).await;
        corp.confirm(first).await;
        let detail = corp.detail(second).await;
        let planned = usize::try_from(detail.summary.counts["planned"]).unwrap();
        let version = detail.summary.handover.version;
        let started =
            act::start_handover(&corp.app, &Actor::operator(), second, version, planned).await;
        assert!(matches!(
            started,
            Err(Error::Conflict {
                code: "rows_in_other_handover"
            })
        ));
        // Planned anew, it says what is the matter.
        let request = corp.request(2);
        plan::replan_handover(&corp.app, &Actor::operator(), second, version, &request)
            .await
            .unwrap();
        assert_eq!(corp.detail(second).await.dry_run.blocked, 30);
        corp.work_until_finished(first).await;
        assert_ledger_is_truth(&corp, first, 1).await;
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_changed_meanwhile_is_not_started() {
    testing::both(|store| async {
        let corp = Corp::start(
            store,
            Spec {
                customers: 10,
                ..Spec::default()
            },
        )
        .await;
        let id = corp.plan(&corp.request(1)).await;
        let operator = Actor::operator();
        plan::replan_handover(&corp.app, &operator, id, 1, &corp.request(2))
            .await
            .unwrap();
        let stale = act::start_handover(&corp.app, &operator, id, 1, 10).await;
        assert!(matches!(
            stale,
            Err(Error::Conflict {
                code: "handover_changed"
            })
        ));
        let wrong = act::start_handover(&corp.app, &operator, id, 2, 11).await;
        assert!(matches!(
            wrong,
            Err(Error::Conflict {
                code: "handover_changed"
            })
        ));
        act::start_handover(&corp.app, &operator, id, 2, 10)
            .await
            .unwrap();
        let again = act::start_handover(&corp.app, &operator, id, 3, 10).await;
        assert!(matches!(
            again,
            Err(Error::Conflict {
                code: "handover_not_draft"
            })
        ));
    })
    .await;
}

#[tokio::test]
async fn the_kind_follows_from_whether_the_member_has_left() {
    testing::both(|store| async {
        let corp = Corp::start(
            store,
            Spec {
                customers: 5,
                ..Spec::default()
            },
        )
        .await;
        let kind = |userid: UserId| {
            let app = corp.app.clone();
            async move { plan::kind_for(&app, &userid).await }
        };
        assert_eq!(kind(corp.leaver.clone()).await.unwrap(), Kind::Resigned);
        assert_eq!(
            kind(corp.successors[0].clone()).await.unwrap(),
            Kind::InService
        );
        let nobody = UserId::parse("nobody").unwrap();
        assert!(matches!(kind(nobody).await, Err(Error::NotFound { .. })));
    })
    .await;
}
