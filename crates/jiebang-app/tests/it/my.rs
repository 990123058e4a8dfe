//! What a member took over.

use jiebang_app::handover::{act, plan, view};
use jiebang_app::jobs::list_jobs;
use jiebang_app::my::list_my_handovers;
use jiebang_app::{Error, job};
use jiebang_domain::access::{Actor, Denied, Role, Scope, Who};
use jiebang_domain::handover::Kind;
use jiebang_domain::handover::request::{Assignment, Condition, RecordScope, Request};
use jiebang_domain::id::UserId;
use serde_json::json;

use crate::corp::{Corp, hours, user};

fn staff(userid: Option<UserId>) -> Actor {
    Actor {
        who: Who::Account(uuid::Uuid::from_u128(9)),
        role: Role::Staff,
        scope: Scope::Corp,
        userid,
        confirmed_at: None,
    }
}

#[tokio::test]
async fn a_member_sees_what_it_took_over_and_only_after_the_takeover() {
    let store = jiebang_store::testing::either().await;
    let corp = Corp::read((*store).clone(), 51).await;
    let leaver = corp.prominent().await;
    let company = corp.truth("/company").await;
    let successors: Vec<UserId> = crate::corp::array(&company["successors"])
        .map(user)
        .filter(|userid| *userid != leaver)
        .collect();
    let (me, other) = (successors[0].clone(), successors[1].clone());
    corp.control("POST", &format!("members/{leaver}/leave"), json!({}))
        .await;
    corp.sync().await;
    let request = Request {
        leaver,
        kind: Kind::Resigned,
        customers: Some(Condition::default()),
        groups: None,
        assignment: Assignment::One { to: me.clone() },
        groups_to: vec![],
        must: vec![],
        must_not: vec![],
        cap: None,
        rule_set: None,
        record_scope: RecordScope::None,
        record_kinds: [].into(),
        note: "请先打招呼".to_owned(),
        message: None,
    };
    let operator = Actor::operator();
    let id = plan::create_handover(&corp.app, &operator, &request)
        .await
        .unwrap();
    let detail = view::get_handover(&corp.app, &operator, id).await.unwrap();
    let planned = usize::try_from(detail.summary.counts["planned"]).unwrap();
    let version = detail.summary.handover.version;
    act::start_handover(&corp.app, &operator, id, version, planned)
        .await
        .unwrap();
    while job::run_next(&corp.app).await.unwrap() {}
    let mine = list_my_handovers(&corp.app, &staff(Some(me.clone())), None, None, 100)
        .await
        .unwrap();
    assert!(mine.items.is_empty(), "nothing is taken over yet");
    for _ in 0..60 {
        corp.advance(hours(1) / 2);
        while job::run_next(&corp.app).await.unwrap() {}
    }
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = list_my_handovers(&corp.app, &staff(Some(me.clone())), None, before, 7)
            .await
            .unwrap();
        seen.extend(page.items);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let mut ids: Vec<&str> = seen
        .iter()
        .map(|one| one.external_userid.as_str())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), seen.len()), (planned, planned));
    assert!(
        seen.iter()
            .all(|one| one.note == "请先打招呼" && !one.leaver_name.is_empty())
    );
    for stranger in [Some(other), None] {
        let theirs = list_my_handovers(&corp.app, &staff(stranger), None, None, 100)
            .await
            .unwrap();
        assert!(theirs.items.is_empty());
    }
    let denied = list_jobs(&corp.app, &staff(None), None, None, 10)
        .await
        .unwrap_err();
    assert!(matches!(
        denied,
        Error::Denied {
            reason: Denied::Role,
            ..
        }
    ));
    let jobs = list_jobs(&corp.app, &operator, Some("queued"), None, 100)
        .await
        .unwrap();
    assert!(
        jobs.items
            .iter()
            .any(|one| one.kind == "schedule_reconcile")
    );
    assert!(
        list_jobs(&corp.app, &operator, Some("odd"), None, 100)
            .await
            .is_err()
    );
}
