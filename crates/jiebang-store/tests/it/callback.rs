//! Raw callbacks.

use jiebang_store::callback::{self, MAX_XML_BYTES, NewCallback};
use jiebang_store::testing::both;
use jiebang_store::{Store, StoreError};

use crate::fixture::{at, corp, other_corp, write};

fn callback(hash: &str) -> NewCallback {
    NewCallback {
        corp_id: corp(),
        hash: hash.into(),
        received_at: at(0),
        xml: format!("<xml>{hash}</xml>"),
        event: "change_external_contact".into(),
        change_type: "add_external_contact".into(),
    }
}

async fn store_once(store: &Store, new: NewCallback) -> callback::Stored {
    write(store, async |tx| callback::store_once(tx, new).await).await
}

#[tokio::test]
async fn an_event_delivered_three_times_is_stored_once() {
    both(|store| async move {
        let first = store_once(&store, callback("h1")).await;
        assert!(first.new);
        for _ in 0..2 {
            let again = store_once(&store, callback("h1")).await;
            assert_eq!((again.id, again.new), (first.id, false));
        }
        let elsewhere = NewCallback {
            corp_id: other_corp(),
            ..callback("h1")
        };
        assert!(store_once(&store, elsewhere).await.new);
        let latest = callback::latest(store.read(), &corp())
            .await
            .unwrap()
            .unwrap();
        assert_eq!((latest.id, latest.times_received), (first.id, 3));
    })
    .await;
}

#[tokio::test]
async fn events_are_handled_in_the_order_they_came_and_once() {
    both(|store| async move {
        for hash in ["h1", "h2", "h3"] {
            store_once(&store, callback(hash)).await;
        }
        let waiting = async |after| -> Vec<(i64, String)> {
            let rows = callback::unhandled(store.read(), &corp(), after, 2)
                .await
                .unwrap();
            rows.into_iter().map(|row| (row.id, row.hash)).collect()
        };
        let page = waiting(None).await;
        assert_eq!(
            (page[0].1.as_str(), page[1].1.as_str(), page.len()),
            ("h1", "h2", 2)
        );
        assert_eq!(waiting(Some(page[1].0)).await[0].1, "h3");
        let id = page[0].0;
        write(&store, async |tx| {
            callback::mark_handled(tx, &corp(), id, at(1), "stored").await
        })
        .await;
        let tx = store.begin().await.unwrap();
        let twice = callback::mark_handled(&tx, &corp(), id, at(1), "stored").await;
        assert!(matches!(twice, Err(StoreError::RowCount { .. })));
        drop(tx);
        assert_eq!(
            callback::count_unhandled(store.read(), &corp())
                .await
                .unwrap(),
            2
        );
        assert!(
            !store_once(&store, callback("h1")).await.new,
            "still known after it is handled"
        );
        let pruned = write(&store, async |tx| callback::prune(tx, &corp(), at(2)).await).await;
        assert_eq!(pruned, 1);
    })
    .await;
}

#[tokio::test]
async fn a_huge_event_is_refused() {
    both(|store| async move {
        let tx = store.begin().await.unwrap();
        let huge = NewCallback {
            xml: "x".repeat(MAX_XML_BYTES + 1),
            ..callback("h")
        };
        let refused = callback::store_once(&tx, huge).await;
        assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
    })
    .await;
}
