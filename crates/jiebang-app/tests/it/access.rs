//! Accounts, signing in, sessions.

use jiebang_app::access::{
    self, AccountChange, Begun, NewAccount, actor_of_session, change_password, create_account,
    first_run, revoke_session, sign_in, update_account,
};
use jiebang_app::audit::{Wanted, list_entries, verify_log};
use jiebang_app::{App, Error};
use jiebang_domain::access::{Act, Actor, Denied, Resource, Role, Scope};
use jiebang_domain::time::MINUTE;
use jiebang_store::testing::both;
use serde_json::json;

use crate::corp::{Corp, hours, options, unconnected};

const PASSWORD: &str = "correct horse battery";

fn new(login: &str, role: Role, departments: Vec<i64>) -> NewAccount {
    NewAccount {
        login: login.to_owned(),
        name: login.to_owned(),
        role,
        departments,
        userid: None,
    }
}

async fn acts(app: &App) -> Vec<String> {
    let wanted = Wanted {
        limit: 1000,
        ..Wanted::default()
    };
    let page = list_entries(app, &Actor::operator(), wanted).await.unwrap();
    page.items
        .into_iter()
        .rev()
        .map(|entry| format!("{} {}", entry.act, entry.outcome))
        .collect()
}

#[tokio::test]
async fn the_first_run_makes_one_administrator_who_can_sign_in() {
    both(|store| async move {
        let (app, _) = unconnected(&store);
        let password = first_run(&app).await.unwrap().unwrap();
        assert_eq!(first_run(&app).await.unwrap(), None);
        let signed_in = sign_in(&app, " Admin ", &password, "test").await.unwrap();
        assert_eq!(signed_in.session.account.role, "super_admin");
        assert!(signed_in.session.account.must_change_password);
        let found = actor_of_session(&app, &signed_in.token)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.actor, signed_in.session.actor);
        assert_eq!(found.csrf, signed_in.session.csrf);
        assert_eq!(
            acts(&app).await,
            ["account.first_run done", "session.create done"]
        );
    })
    .await;
}

#[tokio::test]
async fn ten_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour() {
    let store = jiebang_store::testing::either().await;
    let (app, clock) = unconnected(&store);
    let password = first_run(&app).await.unwrap().unwrap();
    for _ in 0..10 {
        let wrong = sign_in(&app, "admin", "not the password", "test").await;
        assert!(matches!(wrong, Err(Error::BadCredentials)), "{wrong:?}");
    }
    let locked = sign_in(&app, "admin", &password, "test").await;
    assert!(
        matches!(locked, Err(Error::AccountLocked { seconds: 900 })),
        "{locked:?}"
    );
    clock.advance(15 * MINUTE - 1);
    let locked = sign_in(&app, "admin", &password, "test").await;
    assert!(
        matches!(locked, Err(Error::AccountLocked { seconds: 1 })),
        "{locked:?}"
    );
    clock.advance(1);
    sign_in(&app, "admin", &password, "test").await.unwrap();
    // Failures in a row: the count began anew.
    let wrong = sign_in(&app, "admin", "not the password", "test").await;
    assert!(matches!(wrong, Err(Error::BadCredentials)));
    sign_in(&app, "admin", &password, "test").await.unwrap();
    let refused = acts(&app)
        .await
        .iter()
        .filter(|act| *act == "session.create refused")
        .count();
    assert_eq!(refused, 11);
}

#[tokio::test]
async fn an_unknown_login_is_refused_like_a_wrong_password_and_recorded() {
    let store = jiebang_store::testing::either().await;
    let (app, _) = unconnected(&store);
    first_run(&app).await.unwrap();
    let refused = sign_in(&app, "nobody", "whatever it is", "test").await;
    assert!(matches!(refused, Err(Error::BadCredentials)));
    assert_eq!(acts(&app).await.last().unwrap(), "session.create refused");
}

#[tokio::test]
async fn a_session_ends_after_two_idle_hours_and_after_twelve_in_any_case() {
    both(|store| async move {
        let (app, clock) = unconnected(&store);
        let password = first_run(&app).await.unwrap().unwrap();
        let idle = sign_in(&app, "admin", &password, "test").await.unwrap();
        clock.advance(hours(2) - 1);
        assert!(actor_of_session(&app, &idle.token).await.unwrap().is_some());
        clock.advance(hours(2));
        assert!(actor_of_session(&app, &idle.token).await.unwrap().is_none());

        let busy = sign_in(&app, "admin", &password, "test").await.unwrap();
        for _ in 0..11 {
            clock.advance(hours(1));
            assert!(actor_of_session(&app, &busy.token).await.unwrap().is_some());
        }
        clock.advance(hours(1));
        assert!(actor_of_session(&app, &busy.token).await.unwrap().is_none());

        let left = sign_in(&app, "admin", &password, "test").await.unwrap();
        revoke_session(&app, &left.session).await.unwrap();
        assert!(actor_of_session(&app, &left.token).await.unwrap().is_none());
        for odd in ["", "x", &"f".repeat(64), &"f".repeat(10_000)] {
            assert!(actor_of_session(&app, odd).await.unwrap().is_none());
        }
    })
    .await;
}

#[tokio::test]
async fn a_changed_password_ends_all_other_sessions() {
    let store = jiebang_store::testing::either().await;
    let (app, _) = unconnected(&store);
    let password = first_run(&app).await.unwrap().unwrap();
    let here = sign_in(&app, "admin", &password, "test").await.unwrap();
    let elsewhere = sign_in(&app, "admin", &password, "test").await.unwrap();
    let wrong = change_password(&app, &here.session, "not the password", PASSWORD).await;
    assert!(matches!(wrong, Err(Error::BadCredentials)));
    let short = change_password(&app, &here.session, &password, "short").await;
    assert!(matches!(short, Err(Error::Invalid(_))));
    change_password(&app, &here.session, &password, PASSWORD)
        .await
        .unwrap();
    assert!(
        actor_of_session(&app, &elsewhere.token)
            .await
            .unwrap()
            .is_none()
    );
    let here = actor_of_session(&app, &here.token).await.unwrap().unwrap();
    assert!(!here.account.must_change_password);
    assert!(sign_in(&app, "admin", &password, "test").await.is_err());
    sign_in(&app, "admin", PASSWORD, "test").await.unwrap();
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once_and_there_is_always_an_administrator() {
    both(|store| async move {
        let (app, _) = unconnected(&store);
        first_run(&app).await.unwrap();
        let operator = Actor::operator();
        let admin = access::list_accounts(&app, &operator)
            .await
            .unwrap()
            .remove(0);
        let made = create_account(&app, &operator, new("Second", Role::ContactAdmin, vec![])).await;
        let (second, password) = made.unwrap();
        assert_eq!(second.login, "second");
        let again = create_account(&app, &operator, new("second", Role::Staff, vec![])).await;
        assert!(
            matches!(
                again,
                Err(Error::Conflict {
                    code: "login_taken"
                })
            ),
            "{again:?}"
        );
        let session = sign_in(&app, "second", &password, "test").await.unwrap();

        let off = AccountChange {
            disabled: Some(true),
            ..AccountChange::default()
        };
        let last = update_account(&app, &operator, admin.id, off.clone()).await;
        assert!(
            matches!(
                last,
                Err(Error::Conflict {
                    code: "last_super_admin"
                })
            ),
            "{last:?}"
        );
        let denied = update_account(&app, &session.session.actor, admin.id, off.clone()).await;
        assert!(matches!(
            denied,
            Err(Error::Denied {
                act: Act::AccountManage,
                ..
            })
        ));

        update_account(&app, &operator, second.id, off)
            .await
            .unwrap();
        assert!(
            actor_of_session(&app, &session.token)
                .await
                .unwrap()
                .is_none()
        );
        let refused = sign_in(&app, "second", &password, "test").await;
        assert!(matches!(refused, Err(Error::BadCredentials)));
        let verified = verify_log(&app, &operator).await.unwrap();
        assert!(verified.ok && verified.entries >= 4, "{verified:?}");
    })
    .await;
}

#[tokio::test]
async fn s8_a_branch_account_reaches_everything_below_its_department_and_nothing_else() {
    let store = jiebang_store::testing::either().await;
    let corp = Corp::start((*store).clone(), options(5)).await;
    corp.sync().await;
    first_run(&corp.app).await.unwrap();
    let operator = Actor::operator();
    let departments = jiebang_app::directory::list_departments(&corp.app, &operator)
        .await
        .unwrap();
    let branch = departments
        .iter()
        .find(|one| one.parent_id == 1 && departments.iter().any(|below| below.parent_id == one.id))
        .unwrap();
    let below = departments
        .iter()
        .find(|one| one.parent_id == branch.id)
        .unwrap();
    let aside = departments
        .iter()
        .find(|one| one.parent_id == 1 && one.id != branch.id)
        .unwrap();
    let account = new("branch", Role::ContactAdmin, vec![branch.id]);
    let (_, password) = create_account(&corp.app, &operator, account).await.unwrap();
    let actor = sign_in(&corp.app, "branch", &password, "t")
        .await
        .unwrap()
        .session
        .actor;
    assert!(matches!(actor.scope, Scope::Departments(_)));
    let may = |ids: &[i64]| {
        corp.app
            .allow(&actor, Act::LeaverView, Resource::Departments(ids))
    };
    may(&[below.id]).unwrap();
    let denied = may(&[aside.id]).unwrap_err();
    assert!(
        matches!(
            denied,
            Error::Denied {
                reason: Denied::Scope,
                ..
            }
        ),
        "{denied:?}"
    );
    let seen = jiebang_app::directory::list_departments(&corp.app, &actor)
        .await
        .unwrap();
    assert!(seen.iter().any(|one| one.id == below.id));
    assert!(seen.iter().all(|one| one.id != aside.id && one.id != 1));
}

#[tokio::test]
async fn a_member_signs_in_by_scanning_and_only_if_bound_to_an_account() {
    let store = jiebang_store::testing::either().await;
    let corp = Corp::start((*store).clone(), options(6)).await;
    first_run(&corp.app).await.unwrap();
    let member = crate::corp::user(&corp.truth("/company").await["administrator"]);
    let code = corp
        .control("POST", "login", json!({ "userid": member }))
        .await;
    let code = crate::corp::text(&code["code"]);
    let refused = access::sign_in_by_wecom(&corp.app, &code, "test").await;
    assert!(matches!(refused, Err(Error::BadCredentials)), "{refused:?}");

    let operator = Actor::operator();
    let account = NewAccount {
        userid: Some(member.clone()),
        ..new("boss", Role::Staff, vec![])
    };
    create_account(&corp.app, &operator, account).await.unwrap();
    let code = corp
        .control("POST", "login", json!({ "userid": member }))
        .await;
    let code = crate::corp::text(&code["code"]);
    let signed_in = access::sign_in_by_wecom(&corp.app, &code, "test")
        .await
        .unwrap();
    assert_eq!(signed_in.session.actor.userid, Some(member));
    let again = access::sign_in_by_wecom(&corp.app, &code, "test").await;
    assert!(
        matches!(again, Err(Error::Wecom(_))),
        "a code is good once: {again:?}"
    );
}

#[tokio::test]
async fn a_write_sent_again_is_answered_as_the_first_time() {
    both(|store| async move {
        let (app, _) = unconnected(&store);
        let account = uuid::Uuid::from_u128(1);
        assert_eq!(
            access::begin(&app, account, "k1", "h1").await.unwrap(),
            Begun::Fresh
        );
        assert_eq!(
            access::begin(&app, account, "k1", "h1").await.unwrap(),
            Begun::InProgress
        );
        access::finish(&app, account, "k1", 201, "{}")
            .await
            .unwrap();
        let replay = Begun::Replay {
            status: 201,
            response: "{}".to_owned(),
        };
        assert_eq!(
            access::begin(&app, account, "k1", "h1").await.unwrap(),
            replay
        );
        assert_eq!(
            access::begin(&app, account, "k1", "h2").await.unwrap(),
            Begun::Mismatch
        );
        assert_eq!(
            access::begin(&app, account, "k2", "h2").await.unwrap(),
            Begun::Fresh
        );
        access::abandon(&app, account, "k2").await.unwrap();
        assert_eq!(
            access::begin(&app, account, "k2", "h3").await.unwrap(),
            Begun::Fresh
        );
        assert!(
            access::begin(&app, account, "odd key\n", "h")
                .await
                .is_err()
        );
    })
    .await;
}
