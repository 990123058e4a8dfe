//! A leaver is back, and what was taken over goes back.

use std::collections::BTreeSet;

use jiebang_app::Error;
use jiebang_app::handover::undo::plan_undo;
use jiebang_app::sync;
use jiebang_domain::access::{Actor, Role, Scope};
use jiebang_domain::handover::Kind;
use jiebang_store::testing;
use serde_json::json;

use crate::corp::{Corp, Spec};

async fn read(corp: &Corp) {
    corp.advance(120);
    sync::start_sync(&corp.app, &Actor::operator())
        .await
        .unwrap();
    corp.work_for(120).await;
}

/// Hands over to two successors; the first customer then deletes its successor.
async fn handed_over(store: jiebang_store::Store) -> (Corp, uuid::Uuid, String) {
    let spec = Spec {
        customers: 14,
        groups: 4,
        ..Spec::default()
    };
    let corp = Corp::start(store, spec).await;
    corp.ask_nobody().await;
    let id = corp.start_handover(&corp.request(2)).await;
    corp.work_until_finished(id).await;
    let lost = corp.rows(id).await.remove(0);
    let by = json!({ "userid": lost.successor.clone().unwrap() });
    let path = format!("customers/{}/delete_by_staff", lost.subject_id);
    corp.control("POST", &path, by).await;
    read(&corp).await;
    (corp, id, lost.subject_id)
}

async fn come_back(corp: &Corp) {
    let path = format!("members/{}/return", corp.leaver);
    corp.control("POST", &path, json!({})).await;
    read(corp).await;
}

#[tokio::test]
async fn s40_undo_plans_exactly_what_is_still_with_the_successors() {
    testing::both(|store| async {
        let (corp, id, lost) = handed_over(store).await;
        let operator = Actor::operator();
        let early = plan_undo(&corp.app, &operator, id).await;
        assert!(matches!(
            early,
            Err(Error::Conflict {
                code: "leaver_not_back"
            })
        ));
        come_back(&corp).await;
        let drafts = plan_undo(&corp.app, &operator, id).await.unwrap();
        assert_eq!(drafts.len(), 2, "one giver each");
        let moved = corp.rows(id).await;
        let mut back = BTreeSet::new();
        for draft in drafts {
            let detail = corp.detail(draft).await;
            let handover = &detail.summary.handover;
            assert_eq!(handover.state, "draft");
            assert_eq!(handover.kind, Kind::InService.as_str());
            for row in corp.rows(draft).await {
                assert_eq!(row.successor.as_deref(), Some(corp.leaver.as_str()));
                let before = moved.iter().find(|old| old.subject_id == row.subject_id);
                let before = before.expect("nothing but what this handover moved");
                assert_eq!(before.successor.as_ref(), Some(&handover.leaver));
                assert!(back.insert(row.subject_id));
            }
        }
        let expected: BTreeSet<String> = moved
            .into_iter()
            .filter(|row| row.state == "taken_over" && row.subject_id != lost)
            .map(|row| row.subject_id)
            .collect();
        assert_eq!(back, expected);
        assert_eq!(back.len(), 13 + 4);
    })
    .await;
}

#[tokio::test]
async fn s40_undo_predicts_the_limit_of_two_transfers_and_needs_every_department() {
    testing::both(|store| async {
        let (corp, id, _) = handed_over(store).await;
        come_back(&corp).await;
        let operator = Actor::operator();
        for draft in plan_undo(&corp.app, &operator, id).await.unwrap() {
            corp.confirm(draft).await;
            corp.work_until_finished(draft).await;
        }
        read(&corp).await;
        let again = plan_undo(&corp.app, &operator, id).await;
        assert!(matches!(
            again,
            Err(Error::Conflict {
                code: "nothing_to_undo"
            })
        ));
        let mut request = corp.request(2);
        request.kind = Kind::InService;
        let forth = corp.start_handover(&request).await;
        corp.work_until_finished(forth).await;
        read(&corp).await;
        // Back and forth were two; the third transfer of 90 days is refused.
        let mut blocked = 0;
        for draft in plan_undo(&corp.app, &operator, forth).await.unwrap() {
            let rows = corp.rows(draft).await;
            let limited = |row: &&jiebang_store::entity::handover_row::Model| {
                row.subject_kind == "customer" && row.prediction == "transfer_limit"
            };
            blocked += rows.iter().filter(limited).count();
        }
        assert_eq!(blocked, 13);
        let nobody = Actor {
            role: Role::ContactAdmin,
            scope: Scope::Departments([987_654].into()),
            ..operator
        };
        let denied = plan_undo(&corp.app, &nobody, id).await;
        assert!(matches!(denied, Err(Error::Denied { .. })));
    })
    .await;
}
