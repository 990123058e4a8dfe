//! The audit chain notices whatever is done to it.

use jiebang_store::audit::{self, Fault, Filter, NewEntry, Verdict};
use jiebang_store::testing::both;
use jiebang_store::{Store, StoreError};
use jiebang_vault::Entropy;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::fixture::{at, corp, other_corp};

fn entry(n: i64) -> NewEntry {
    NewEntry {
        at: at(n),
        actor_kind: "account".into(),
        actor_id: format!("a{}", n % 2),
        act: if n % 3 == 0 {
            "session.create"
        } else {
            "handover.start"
        }
        .into(),
        object_kind: "handover".into(),
        object_id: format!("h{n}"),
        outcome: "done".into(),
        detail: json!({"rows": n, "b": [1, 2.50], "a": "中"}),
        personal: (n % 2 == 0).then(|| json!({"name": "张三"})),
    }
}

async fn ten_entries(store: &Store) {
    let entropy = Entropy::seeded(1);
    for n in 1..=10 {
        let tx = store.begin().await.unwrap();
        assert_eq!(
            audit::append(&tx, &corp(), &entry(n), &entropy)
                .await
                .unwrap(),
            n
        );
        tx.commit().await.unwrap();
    }
}

async fn tamper(store: &Store, sql: &str) {
    let tx = store.begin().await.unwrap();
    tx.conn().execute_unprepared(sql).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_untouched_chain_is_good_for_each_corp_by_itself() {
    both(|store| async move {
        assert_eq!(
            audit::verify(&store, &corp()).await.unwrap(),
            Verdict {
                good: 0,
                first_bad: None
            }
        );
        ten_entries(&store).await;
        let tx = store.begin().await.unwrap();
        let other = audit::append(&tx, &other_corp(), &entry(1), &Entropy::seeded(2)).await;
        assert_eq!(other.unwrap(), 1);
        tx.commit().await.unwrap();
        for (corp, good) in [(corp(), 10), (other_corp(), 1)] {
            let verdict = audit::verify(&store, &corp).await.unwrap();
            assert_eq!(
                verdict,
                Verdict {
                    good,
                    first_bad: None
                }
            );
        }
    })
    .await;
}

#[tokio::test]
async fn an_edit_a_deletion_and_an_insertion_are_noticed_where_they_are() {
    for (sql, good, fault) in [
        (
            "UPDATE audit_entry SET outcome = 'denied' WHERE seq = 4",
            3,
            Fault::Changed,
        ),
        (
            "UPDATE audit_entry SET detail = '{}' WHERE seq = 10",
            9,
            Fault::Changed,
        ),
        (
            "UPDATE audit_entry SET personal = '{\"name\":\"李四\"}' WHERE seq = 6",
            5,
            Fault::PersonalChanged,
        ),
        (
            "UPDATE audit_entry SET personal = NULL WHERE seq = 6",
            5,
            Fault::PersonalChanged,
        ),
        ("DELETE FROM audit_entry WHERE seq = 7", 6, Fault::Missing),
        ("DELETE FROM audit_entry WHERE seq = 10", 9, Fault::Missing),
        ("DELETE FROM audit_entry WHERE seq = 1", 0, Fault::Missing),
        (
            "INSERT INTO audit_entry SELECT corp_id, 11, at, actor_kind, actor_id, act, object_kind, \
             object_id, outcome, detail, personal, personal_salt, personal_hash, salt, leaf_hash, \
             chain_hash FROM audit_entry WHERE seq = 10",
            10,
            Fault::BeyondHead,
        ),
        (
            "UPDATE audit_entry SET chain_hash = leaf_hash WHERE seq = 5",
            4,
            Fault::NotInChain,
        ),
        (
            "UPDATE audit_head SET chain_hash = (SELECT leaf_hash FROM audit_entry WHERE seq = 1)",
            10,
            Fault::HeadChanged,
        ),
        ("DELETE FROM audit_head", 0, Fault::BeyondHead),
    ] {
        both(|store| async move {
            ten_entries(&store).await;
            tamper(&store, sql).await;
            let at = if fault == Fault::HeadChanged {
                good
            } else {
                good + 1
            };
            let verdict = audit::verify(&store, &corp()).await.unwrap();
            assert_eq!(
                verdict,
                Verdict {
                    good,
                    first_bad: Some((at, fault))
                },
                "{sql}"
            );
        })
        .await;
    }
}

#[tokio::test]
async fn personal_data_is_erased_and_the_chain_stays_good() {
    both(|store| async move {
        ten_entries(&store).await;
        let tx = store.begin().await.unwrap();
        audit::erase_personal(&tx, &corp(), 6).await.unwrap();
        let none = audit::erase_personal(&tx, &corp(), 60).await;
        assert!(matches!(
            none,
            Err(StoreError::RowCount {
                expected: 1,
                found: 0,
                ..
            })
        ));
        tx.commit().await.unwrap();
        let listed = audit::list(store.read(), &corp(), &Filter::default(), Some(7), 1)
            .await
            .unwrap();
        assert_eq!((listed[0].seq, &listed[0].personal), (6, &None));
        assert_eq!(
            audit::verify(&store, &corp()).await.unwrap().first_bad,
            None
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_at_once_make_one_chain_without_a_gap() {
    both(|store| async move {
        let writers: Vec<_> = (0..8)
            .map(|n| {
                let store = store.clone();
                tokio::spawn(async move {
                    for m in 0..5 {
                        let tx = store.begin().await.unwrap();
                        audit::append(&tx, &corp(), &entry(m), &Entropy::seeded(n))
                            .await
                            .unwrap();
                        // Some are rolled back and must leave no hole.
                        if m != 3 {
                            tx.commit().await.unwrap();
                        }
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let verdict = audit::verify(&store, &corp()).await.unwrap();
        assert_eq!(
            verdict,
            Verdict {
                good: 32,
                first_bad: None
            }
        );
    })
    .await;
}

#[tokio::test]
async fn entries_are_found_by_actor_act_object_and_time() {
    both(|store| async move {
        ten_entries(&store).await;
        let found = async |filter: Filter| -> Vec<i64> {
            let listed = audit::list(store.read(), &corp(), &filter, None, 100)
                .await
                .unwrap();
            listed.iter().map(|entry| entry.seq).collect()
        };
        let all = Filter::default;
        assert_eq!(found(all()).await, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
        assert_eq!(
            found(Filter {
                actors: Some(vec!["a0".into(), "a7".into()]),
                ..all()
            })
            .await,
            [10, 8, 6, 4, 2]
        );
        assert_eq!(
            found(Filter {
                act: Some("session.".into()),
                ..all()
            })
            .await,
            [9, 6, 3]
        );
        assert_eq!(
            found(Filter {
                object_id: Some("h5".into()),
                ..all()
            })
            .await,
            [5]
        );
        let window = Filter {
            from: Some(at(3)),
            until: Some(at(5)),
            ..all()
        };
        assert_eq!(found(window).await, [4, 3]);
    })
    .await;
}

#[tokio::test]
async fn a_huge_detail_is_refused() {
    both(|store| async move {
        let tx = store.begin().await.unwrap();
        let huge = NewEntry {
            detail: json!("x".repeat(70_000)),
            ..entry(1)
        };
        let refused = audit::append(&tx, &corp(), &huge, &Entropy::seeded(1)).await;
        assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
    })
    .await;
}
