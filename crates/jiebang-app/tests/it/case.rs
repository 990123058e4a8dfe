//! Protection when somebody leaves or is disabled, and the cases that follow.

use std::collections::BTreeSet;

use jiebang_app::access::{
    AccountChange, NewAccount, actor_of_session, create_account, first_run, list_accounts, sign_in,
    still_there, update_account,
};
use jiebang_app::audit::{Wanted, list_entries};
use jiebang_app::case::{self, Filter, ItemChange};
use jiebang_app::sync::start_sync;
use jiebang_app::{App, Error, job, overview};
use jiebang_domain::access::{Act, Actor, Role, Scope, Who};
use jiebang_domain::case::{ItemKind, Template, TemplateItem};
use jiebang_domain::id::UserId;
use jiebang_store::case::snapshots;
use jiebang_store::testing::both;
use serde_json::json;
use uuid::Uuid;

use crate::corp::Corp;

/// An account of this member, signed in: its token, login and password.
pub async fn signed_in(app: &App, userid: &UserId) -> (String, String, String) {
    let new = NewAccount {
        login: format!("of-{userid}"),
        name: "账号".to_owned(),
        role: Role::ContactAdmin,
        departments: vec![],
        userid: Some(userid.clone()),
    };
    let (view, password) = create_account(app, &Actor::operator(), new).await.unwrap();
    let signed = sign_in(app, &view.login, &password, "test").await.unwrap();
    (signed.token, view.login, password)
}

async fn cases(app: &App) -> Vec<case::CaseView> {
    let (found, _) = case::list_cases(app, &Actor::operator(), &Filter::default(), None, 100)
        .await
        .unwrap();
    found
}

async fn audited(app: &App, act: &str) -> usize {
    let wanted = Wanted {
        act: Some(act.to_owned()),
        limit: 1000,
        ..Wanted::default()
    };
    let page = list_entries(app, &Actor::operator(), wanted).await.unwrap();
    page.items.len()
}

#[tokio::test]
async fn s5_s10_one_look_at_the_event_ends_access_keeps_the_assets_and_opens_the_case() {
    both(|store| async move {
        let corp = Corp::read(store, 31).await;
        let (app, leaver) = (&corp.app, corp.prominent().await);
        let (token, login, password) = signed_in(app, &leaver).await;
        let session = actor_of_session(app, &token).await.unwrap().unwrap();
        still_there(app, &session, Act::HandoverExport)
            .await
            .unwrap();
        // Every event comes twice.
        corp.receive_callbacks(json!({ "duplication": 1.0 })).await;
        corp.control("POST", &format!("members/{leaver}/leave"), json!({}))
            .await;
        corp.callbacks_are_out().await;
        assert!(
            job::run_next(app).await.unwrap(),
            "the event waits to be handled"
        );
        assert!(actor_of_session(app, &token).await.unwrap().is_none());
        assert!(actor_of_session(app, &token).await.unwrap().is_none());
        assert_eq!(audited(app, "session.refused").await, 1, "told once");
        assert!(matches!(
            sign_in(app, &login, &password, "test").await,
            Err(Error::BadCredentials)
        ));
        let export = still_there(app, &session, Act::HandoverExport).await;
        assert!(
            matches!(export, Err(Error::Denied { .. })),
            "an export ends with the next page"
        );
        let found = cases(app).await;
        assert_eq!(found.len(), 1);
        let case = &found[0].case;
        assert_eq!(
            (case.userid.as_str(), case.reason.as_str()),
            (leaver.as_str(), "left")
        );
        let kept = snapshots(corp.store.read(), case.id, "customer", "", 1000)
            .await
            .unwrap();
        let truth = corp.true_follows().await;
        assert_eq!(case.customers, 60);
        assert_eq!(kept.len(), 60);
        assert!(
            kept.iter()
                .any(|one| !one.tags.is_empty() && !one.name.is_empty())
        );
        assert!(truth.keys().all(|(userid, _)| userid != leaver.as_str()));
        let groups = snapshots(corp.store.read(), case.id, "group", "", 1000)
            .await
            .unwrap();
        assert_eq!(groups.len(), 4);
        // The event again, the watch, and the nightly run change nothing.
        corp.settle().await;
        corp.sleep_over().await;
        corp.work().await;
        assert_eq!(cases(app).await.len(), 1);
        assert_eq!(audited(app, "case.protect").await, 1);
        let todo = overview::view_overview(app, &Actor::operator())
            .await
            .unwrap()
            .todo;
        assert!(todo.iter().any(|one| one.kind == "cases" && one.count == 1));
    })
    .await;
}

#[tokio::test]
async fn s10_a_disabled_member_is_found_by_the_reading_of_the_corp_and_others_are_left_alone() {
    both(|store| async move {
        let corp = Corp::read(store, 32).await;
        let app = &corp.app;
        assert_eq!(
            cases(app).await.len(),
            0,
            "old leavers of a new corp open nothing"
        );
        let company = corp.truth("/company").await;
        let user = |at: usize| UserId::parse(company["successors"][at].as_str().unwrap()).unwrap();
        let (disabled, other) = (user(0), user(1));
        let (token, ..) = signed_in(app, &disabled).await;
        let (others, ..) = signed_in(app, &other).await;
        let path = format!("members/{disabled}");
        corp.control("PATCH", &path, json!({ "disabled": true }))
            .await;
        for _ in 0..2 {
            start_sync(app, &Actor::operator()).await.unwrap();
            corp.work().await;
        }
        let found = cases(app).await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].case.reason, "disabled");
        assert!(actor_of_session(app, &token).await.unwrap().is_none());
        assert!(actor_of_session(app, &others).await.unwrap().is_some());
        // Back again: the account stays disabled, the case can be withdrawn with a reason.
        corp.control("PATCH", &path, json!({ "disabled": false }))
            .await;
        start_sync(app, &Actor::operator()).await.unwrap();
        corp.work().await;
        assert!(actor_of_session(app, &token).await.unwrap().is_none());
        let id = found[0].case.id;
        assert!(
            case::get_case(app, &Actor::operator(), id)
                .await
                .unwrap()
                .is_back
        );
        let silent = case::close_case(app, &Actor::operator(), id, " ").await;
        assert!(matches!(silent, Err(Error::Invalid(_))));
        case::close_case(app, &Actor::operator(), id, "误停用，已恢复")
            .await
            .unwrap();
        assert_eq!(cases(app).await[0].case.state, "closed");
    })
    .await;
}

#[tokio::test]
async fn s10_a_member_disabled_without_an_event_is_protected_within_half_an_hour() {
    both(|store| async move {
        let corp = Corp::read(store, 34).await;
        let company = corp.truth("/company").await;
        let disabled = UserId::parse(company["successors"][0].as_str().unwrap()).unwrap();
        corp.work().await;
        let (token, ..) = signed_in(&corp.app, &disabled).await;
        corp.control(
            "PATCH",
            &format!("members/{disabled}"),
            json!({ "disabled": true }),
        )
        .await;
        corp.advance(1_800);
        while job::run_next(&corp.app).await.unwrap() {}
        let found = cases(&corp.app).await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].case.userid, disabled.to_string());
        assert!(actor_of_session(&corp.app, &token).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn s13_s17_a_case_is_worked_through_and_cannot_close_before() {
    both(|store| async move {
        let corp = Corp::read(store, 33).await;
        let (app, operator) = (&corp.app, Actor::operator());
        let company = corp.truth("/company").await;
        let member = UserId::parse(company["successors"][0].as_str().unwrap()).unwrap();
        let item = |title: &str, mandatory| TemplateItem {
            title: title.to_owned(),
            mandatory,
            kind: ItemKind::Manual,
            due_days: 1,
        };
        let template = Template {
            name: "简".to_owned(),
            positions: vec![],
            items: vec![item("交还设备", true), item("道别", false)],
        };
        case::put_templates(app, &operator, vec![template])
            .await
            .unwrap();
        let id = case::open_case(app, &operator, &member).await.unwrap();
        let again = case::open_case(app, &operator, &member).await;
        assert!(matches!(again, Err(Error::Conflict { code: "case_open" })));
        let early = case::close_case(app, &operator, id, "").await;
        assert!(matches!(
            early,
            Err(Error::Conflict {
                code: "case_items_open"
            })
        ));
        corp.advance(2 * 86_400);
        let detail = case::get_case(app, &operator, id).await.unwrap();
        assert!(
            detail
                .view
                .items
                .iter()
                .all(|item| item.is_overdue && !item.is_done)
        );
        let tick = |done| ItemChange {
            done: Some(done),
            note: Some("已收".to_owned()),
            ..ItemChange::default()
        };
        case::change_item(app, &operator, id, 1, tick(true))
            .await
            .unwrap();
        case::comment(app, &operator, id, "辛苦了").await.unwrap();
        let nothing = case::change_item(app, &operator, id, 9, tick(true)).await;
        assert!(matches!(nothing, Err(Error::NotFound { .. })));
        let stranger = case::change_case(app, &operator, id, Some(Some(Uuid::nil())), None).await;
        assert!(matches!(stranger, Err(Error::Invalid(_))));
        // Who has nothing to do with the member's departments neither sees nor changes it.
        let far = Actor {
            who: Who::Account(Uuid::nil()),
            role: Role::ContactAdmin,
            scope: Scope::Departments(BTreeSet::from([9_999])),
            ..Actor::operator()
        };
        assert!(
            case::list_cases(app, &far, &Filter::default(), None, 9)
                .await
                .unwrap()
                .0
                .is_empty()
        );
        for refused in [
            case::get_case(app, &far, id).await.map(drop),
            case::comment(app, &far, id, "x").await,
            case::close_case(app, &far, id, "").await,
            case::open_case(app, &far, &member).await.map(drop),
        ] {
            assert!(matches!(refused, Err(Error::Denied { .. })));
        }
        case::close_case(app, &operator, id, "完成").await.unwrap();
        let closed = case::change_item(app, &operator, id, 1, tick(false)).await;
        assert!(matches!(
            closed,
            Err(Error::Conflict {
                code: "case_closed"
            })
        ));
        let next = case::open_case(app, &operator, &member).await.unwrap();
        let two = case::reopen_case(app, &operator, id).await;
        assert!(
            matches!(two, Err(Error::Conflict { code: "case_open" })),
            "one open case a member"
        );
        case::change_item(app, &operator, next, 1, tick(true))
            .await
            .unwrap();
        case::close_case(app, &operator, next, "").await.unwrap();
        case::reopen_case(app, &operator, id).await.unwrap();
        let detail = case::get_case(app, &operator, id).await.unwrap();
        assert_eq!(detail.view.case.state, "open");
        assert_eq!(detail.comments.len(), 1);
        assert_eq!(detail.view.items[0].item.note, "已收");
    })
    .await;
}

#[tokio::test]
async fn s5_a_case_opened_by_hand_before_does_not_keep_access_alive() {
    both(|store| async move {
        let corp = Corp::read(store, 34).await;
        let (app, leaver) = (&corp.app, corp.prominent().await);
        first_run(app).await.unwrap();
        let (token, login, password) = signed_in(app, &leaver).await;
        let by_hand = case::open_case(app, &Actor::operator(), &leaver)
            .await
            .unwrap();
        assert!(actor_of_session(app, &token).await.unwrap().is_some());
        corp.advance(3_600);
        corp.receive_callbacks(json!({ "duplication": 1.0 })).await;
        corp.control("POST", &format!("members/{leaver}/leave"), json!({}))
            .await;
        corp.settle().await;
        assert!(actor_of_session(app, &token).await.unwrap().is_none());
        let found = cases(app).await;
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].case.id, found[0].case.reason.as_str()),
            (by_hand, "left")
        );
        assert_eq!(found[0].case.customers, 60);
        assert_eq!(
            audited(app, "case.protect").await,
            1,
            "a doubled event is told once"
        );
        // An account that an administrator gives again is not taken by the same event.
        let accounts = list_accounts(app, &Actor::operator()).await.unwrap();
        let account = accounts
            .iter()
            .find(|account| account.login == login)
            .unwrap();
        let enable = AccountChange {
            disabled: Some(false),
            ..AccountChange::default()
        };
        update_account(app, &Actor::operator(), account.id, enable)
            .await
            .unwrap();
        corp.sleep_over().await;
        corp.work().await;
        assert_eq!(audited(app, "case.protect").await, 1);
        assert!(sign_in(app, &login, &password, "test").await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn s17_owners_and_deadlines_are_given_to_those_who_can_see_to_it() {
    both(|store| async move {
        let corp = Corp::read(store, 35).await;
        let (app, operator) = (&corp.app, Actor::operator());
        let company = corp.truth("/company").await;
        let member = UserId::parse(company["successors"][0].as_str().unwrap()).unwrap();
        let id = case::open_case(app, &operator, &member).await.unwrap();
        corp.advance(8 * 86_400);
        let new = |login: &str, role| NewAccount {
            login: login.to_owned(),
            name: login.to_owned(),
            role,
            departments: vec![],
            userid: None,
        };
        let (able, _) = create_account(app, &operator, new("able", Role::ContactAdmin))
            .await
            .unwrap();
        let (auditor, _) = create_account(app, &operator, new("auditor", Role::Auditor))
            .await
            .unwrap();
        let unable = case::change_case(app, &operator, id, Some(Some(auditor.id)), None).await;
        assert!(matches!(unable, Err(Error::Invalid(_))));
        let owners = case::list_owners(app, &operator).await.unwrap();
        assert_eq!(owners.len(), 1);
        let due = app.now().plus(86_400);
        case::change_case(app, &operator, id, Some(Some(able.id)), Some(due))
            .await
            .unwrap();
        let of_item = ItemChange {
            owner: Some(Some(able.id)),
            due_at: Some(due),
            ..ItemChange::default()
        };
        case::change_item(app, &operator, id, 4, of_item)
            .await
            .unwrap();
        let view = case::get_case(app, &operator, id).await.unwrap().view;
        assert_eq!(view.owner_name.as_deref(), Some("able"));
        assert_eq!(view.case.due_at, due.seconds());
        let changed = &view.items[3];
        assert!(!changed.is_done);
        assert_eq!(
            (changed.item.owner, changed.is_overdue),
            (Some(able.id), false)
        );
        assert!(view.items[1].is_overdue);
        let theirs = |userid: &str| Filter {
            userid: Some(userid.to_owned()),
            ..Filter::default()
        };
        for (userid, count) in [(member.as_str(), 1), ("nobody", 0)] {
            let found = case::list_cases(app, &operator, &theirs(userid), None, 9).await;
            assert_eq!(found.unwrap().0.len(), count);
        }
    })
    .await;
}
