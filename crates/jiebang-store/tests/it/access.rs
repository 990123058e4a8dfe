//! Accounts, sessions and idempotency keys.

use jiebang_store::access::idempotency::{self, Begun, Key};
use jiebang_store::access::{Account, Session, account, session};
use jiebang_store::entity::Numbers;
use jiebang_store::testing::both;
use jiebang_store::{Store, StoreError};
use uuid::Uuid;

use crate::fixture::{NOW, at, corp, other_corp, user, write};

fn an_account(id: u128, login: &str) -> Account {
    Account {
        id: Uuid::from_u128(id),
        corp_id: corp().to_string(),
        login: login.into(),
        name: "管理员".into(),
        password_hash: Some("$argon2id$".into()),
        role: "super_administrator".into(),
        departments: Numbers::from_iter([2, 3]),
        userid: Some("zhangsan".into()),
        created_at: NOW,
        disabled_at: None,
        must_change_password: true,
        failed_logins: 0,
        locked_until: None,
    }
}

fn a_session(hash: &str, account: u128) -> Session {
    Session {
        token_hash: hash.into(),
        corp_id: corp().to_string(),
        account_id: Uuid::from_u128(account),
        csrf_token: "c".into(),
        created_at: NOW,
        last_seen_at: NOW,
        expires_at: NOW + 100,
        revoked_at: None,
        step_up_at: None,
        user_agent: "浏览器".repeat(200),
    }
}

async fn find(store: &Store, login: &str) -> Option<Account> {
    account::by_login(store.read(), &corp(), login)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_login_is_unique_in_any_case() {
    both(|store| async move {
        write(&store, async |tx| {
            account::insert(tx, an_account(1, " Admin ")).await
        })
        .await;
        let tx = store.begin().await.unwrap();
        let taken = account::insert(&tx, an_account(2, "ADMIN"))
            .await
            .unwrap_err();
        assert!(taken.is_conflict(), "{taken}");
        drop(tx);
        let elsewhere = Account {
            corp_id: other_corp().to_string(),
            ..an_account(3, "admin")
        };
        write(&store, async |tx| account::insert(tx, elsewhere).await).await;
        let found = find(&store, "aDMIN").await.unwrap();
        assert_eq!((found.id.as_u128(), found.departments.0), (1, vec![2, 3]));
        assert_eq!(account::count(store.read(), &corp()).await.unwrap(), 1);
        let by_id = account::by_id(store.read(), &other_corp(), Uuid::from_u128(1)).await;
        assert_eq!(by_id.unwrap(), None, "of another corp");
        let bound = account::by_member(store.read(), &corp(), &user("ZhangSan"))
            .await
            .unwrap();
        assert_eq!(bound.map(|a| a.id.as_u128()), Some(1));
    })
    .await;
}

#[tokio::test]
async fn failed_sign_ins_are_counted_lock_and_are_forgotten_after_a_good_one() {
    both(|store| async move {
        let id = Uuid::from_u128(1);
        write(&store, async |tx| {
            account::insert(tx, an_account(1, "a")).await
        })
        .await;
        for expected in 1..=3 {
            let failed = write(&store, async |tx| {
                account::record_failure(tx, &corp(), id, |n| (n >= 3).then_some(at(60))).await
            })
            .await;
            assert_eq!(failed, expected);
            let locked = find(&store, "a").await.unwrap().locked_until;
            assert_eq!(locked, (expected == 3).then_some(NOW + 60));
        }
        write(&store, async |tx| {
            account::record_success(tx, &corp(), id).await
        })
        .await;
        let found = find(&store, "a").await.unwrap();
        assert_eq!((found.failed_logins, found.locked_until), (0, None));
    })
    .await;
}

#[tokio::test]
async fn an_account_is_changed_as_a_whole_and_only_if_it_is_there() {
    both(|store| async move {
        write(&store, async |tx| {
            account::insert(tx, an_account(1, "a")).await
        })
        .await;
        let changed = Account {
            role: "auditor".into(),
            disabled_at: Some(NOW),
            userid: None,
            departments: Numbers::default(),
            ..an_account(1, "a")
        };
        let expected = changed.clone();
        write(&store, async |tx| account::update(tx, changed).await).await;
        assert_eq!(
            account::list(store.read(), &corp()).await.unwrap(),
            [expected]
        );
        let id = Uuid::from_u128(1);
        write(&store, async |tx| {
            account::set_password(tx, &corp(), id, "new", false).await
        })
        .await;
        let found = find(&store, "a").await.unwrap();
        assert_eq!(
            (found.password_hash.as_deref(), found.must_change_password),
            (Some("new"), false)
        );
        let tx = store.begin().await.unwrap();
        let missing = account::update(&tx, an_account(9, "z")).await;
        assert!(matches!(
            missing,
            Err(StoreError::RowCount {
                expected: 1,
                found: 0,
                ..
            })
        ));
    })
    .await;
}

#[tokio::test]
async fn a_session_lives_until_it_is_over_or_revoked() {
    both(|store| async move {
        write(&store, async |tx| {
            for hash in ["h1", "h2", "h3"] {
                session::insert(tx, a_session(hash, 1)).await?;
            }
            session::insert(tx, a_session("other", 2)).await
        })
        .await;
        let live = async |hash: &str, now| {
            session::live(store.read(), hash, at(now))
                .await
                .unwrap()
                .is_some()
        };
        assert!(live("h1", 99).await && !live("h1", 100).await && !live("none", 0).await);
        write(&store, async |tx| {
            session::touch(tx, "h1", at(50), at(150)).await
        })
        .await;
        assert!(live("h1", 149).await);
        write(&store, async |tx| session::step_up(tx, "h1", at(51)).await).await;
        let found = session::live(store.read(), "h1", at(60))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (found.step_up_at, found.last_seen_at),
            (Some(NOW + 51), NOW + 50)
        );
        assert!(found.user_agent.len() <= 300);
        assert!(write(&store, async |tx| session::revoke(tx, "h1", at(60)).await).await);
        assert!(!write(&store, async |tx| session::revoke(tx, "h1", at(61)).await).await);
        assert!(!live("h1", 70).await);
        let account = Uuid::from_u128(1);
        let listed = session::list(store.read(), &corp(), account, at(70))
            .await
            .unwrap();
        assert_eq!(listed.len(), 2);
        let ended = write(&store, async |tx| {
            session::revoke_all(tx, &corp(), account, Some("h2"), at(70)).await
        })
        .await;
        assert_eq!(ended, 1);
        assert!(live("h2", 70).await && live("other", 70).await && !live("h3", 70).await);
        let pruned = write(&store, async |tx| session::prune(tx, at(101)).await).await;
        assert_eq!(pruned, 3);
    })
    .await;
}

#[tokio::test]
async fn a_request_sent_twice_is_answered_twice_and_done_once() {
    both(|store| async move {
        let corp = corp();
        fn key<'a>(corp: &'a jiebang_domain::id::CorpId, key: &'a str) -> Key<'a> {
            Key {
                corp,
                account: Uuid::from_u128(1),
                key,
            }
        }
        let begin = async |k: &str, request: &str| {
            write(&store, async |tx| {
                idempotency::begin(tx, key(&corp, k), request, at(0)).await
            })
            .await
        };
        assert_eq!(begin("k", "r1").await, Begun::New);
        assert_eq!(begin("k", "r1").await, Begun::Busy);
        assert_eq!(begin("k", "r2").await, Begun::OtherRequest);
        write(&store, async |tx| {
            idempotency::finish(tx, key(&corp, "k"), 201, "{\"id\":1}").await
        })
        .await;
        let answered = Begun::Answered {
            status: 201,
            response: "{\"id\":1}".into(),
        };
        assert_eq!(begin("k", "r1").await, answered);
        assert_eq!(begin("k", "r2").await, Begun::OtherRequest);
        assert_eq!(begin("k2", "r2").await, Begun::New);
        write(&store, async |tx| {
            idempotency::release(tx, key(&corp, "k2")).await
        })
        .await;
        assert_eq!(begin("k2", "r3").await, Begun::New);
        let tx = store.begin().await.unwrap();
        let long = "k".repeat(201);
        let refused = idempotency::begin(&tx, key(&corp, &long), "r", at(0)).await;
        assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
        drop(tx);
        let pruned = write(&store, async |tx| idempotency::prune(tx, at(1)).await).await;
        assert_eq!(pruned, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_requests_at_once_with_one_key_the_second_gets_the_answer_of_the_first() {
    both(|store| async move {
        let requests: Vec<_> = (0..4)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    let corp = corp();
                    let key = Key {
                        corp: &corp,
                        account: Uuid::from_u128(1),
                        key: "k",
                    };
                    let tx = store.begin().await.unwrap();
                    let begun = idempotency::begin(&tx, key, "r", at(0)).await.unwrap();
                    if begun == Begun::New {
                        idempotency::finish(&tx, key, 200, "done").await.unwrap();
                    }
                    tx.commit().await.unwrap();
                    begun
                })
            })
            .collect();
        let mut new = 0;
        for request in requests {
            match request.await.unwrap() {
                Begun::New => new += 1,
                other => {
                    let response = "done".to_owned();
                    assert_eq!(
                        other,
                        Begun::Answered {
                            status: 200,
                            response
                        }
                    );
                }
            }
        }
        assert_eq!(new, 1);
    })
    .await;
}
