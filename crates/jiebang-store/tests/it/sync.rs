//! Sync runs.

use jiebang_store::StoreError;
use jiebang_store::sync::{self, Outcome};
use jiebang_store::testing::both;
use serde_json::json;

use crate::fixture::{NOW, at, corp, other_corp, write};

#[tokio::test]
async fn a_run_is_resumed_where_it_stood_and_ends_once() {
    both(|store| async move {
        let first = write(&store, async |tx| {
            sync::begin(tx, &corp(), "full", at(0)).await
        })
        .await;
        write(&store, async |tx| {
            sync::progress(
                tx,
                &corp(),
                first.id,
                &json!({"member": "b"}),
                &json!({"n": 7}),
            )
            .await
        })
        .await;
        let found = sync::unfinished(store.read(), &corp(), "full")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (found.id, &found.progress["member"]),
            (first.id, &json!("b"))
        );
        assert_eq!(
            sync::unfinished(store.read(), &corp(), "directory")
                .await
                .unwrap(),
            None
        );
        assert_eq!(
            sync::unfinished(store.read(), &other_corp(), "full")
                .await
                .unwrap(),
            None
        );

        let outcome = Outcome {
            counts: json!({"customers": 9}),
            repaired: json!({"ended": 1}),
            error: None,
        };
        write(&store, async |tx| {
            sync::finish(tx, &corp(), first.id, at(5), outcome).await
        })
        .await;
        let done = sync::last_good(store.read(), &corp(), "full")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (done.finished_at, &done.repaired["ended"]),
            (Some(NOW + 5), &json!(1))
        );
        let tx = store.begin().await.unwrap();
        let twice = sync::finish(&tx, &corp(), first.id, at(6), Outcome::default()).await;
        assert!(matches!(twice, Err(StoreError::RowCount { .. })));
    })
    .await;
}

#[tokio::test]
async fn runs_are_numbered_upwards_and_listed_newest_first() {
    both(|store| async move {
        let mut ids = Vec::new();
        for _ in 0..3 {
            let run = write(&store, async |tx| {
                sync::begin(tx, &corp(), "full", at(0)).await
            })
            .await;
            ids.insert(0, run.id);
        }
        assert!(ids.is_sorted_by(|a, b| a > b), "{ids:?}");
        let listed = sync::runs(store.read(), &corp(), None, 2).await.unwrap();
        assert_eq!(
            listed.iter().map(|run| run.id).collect::<Vec<_>>(),
            ids[..2]
        );
        let listed = sync::runs(store.read(), &corp(), Some(ids[1]), 9)
            .await
            .unwrap();
        assert_eq!(
            listed.iter().map(|run| run.id).collect::<Vec<_>>(),
            ids[2..]
        );
        let failed = Outcome {
            error: Some("timeout".into()),
            ..Outcome::default()
        };
        write(&store, async |tx| {
            sync::finish(tx, &corp(), ids[0], at(1), failed).await
        })
        .await;
        assert_eq!(
            sync::last_good(store.read(), &corp(), "full")
                .await
                .unwrap(),
            None
        );
        assert!(
            sync::run(store.read(), &corp(), ids[0])
                .await
                .unwrap()
                .unwrap()
                .error
                .is_some()
        );
    })
    .await;
}
