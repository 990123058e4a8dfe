//! Keys as they are stored.

use jiebang_store::StoreError;
use jiebang_store::archive::key::{self, ArchiveKey, IndexKey};
use jiebang_store::archive::message;
use jiebang_store::testing::both;

use super::*;

#[tokio::test]
async fn s42_rotating_the_corp_key_rewraps_every_key_of_conversations_and_then_destroys_the_old() {
    both(|store| async move {
        write(&store, async |tx| {
            key::add_corp_key(tx, &corp(), 1, vec![1], at(0)).await?;
            let index = IndexKey {
                corp_id: corp().to_string(),
                corp_key_number: 1,
                wrapped: vec![9],
                share_id: 1,
                created_at: NOW,
            };
            key::put_index(tx, index.clone()).await?;
            key::add_corp_key(tx, &corp(), 2, vec![2], at(1)).await?;
            assert!(!key::destroy_corp_key(tx, &corp(), 1, at(2)).await?);
            let index = IndexKey {
                corp_key_number: 2,
                wrapped: vec![8],
                ..index
            };
            key::put_index(tx, index).await
        })
        .await;
        deliver(&store, 1..=25).await;
        open_rows(&store, 25, |row| (row.seq, MOMENT), |_| ())
            .await
            .unwrap();
        assert!(
            !write(&store, async |tx| key::destroy_corp_key(
                tx,
                &corp(),
                1,
                at(2)
            )
            .await)
            .await
        );
        let mut after = None;
        let mut rewrapped = 0;
        loop {
            let keys = key::wrapped_by(store.read(), &corp(), 1, after, 10)
                .await
                .unwrap();
            let Some(last) = keys.last() else { break };
            after = Some((last.conversation_id, last.number));
            for old in &keys {
                let done = write(&store, async |tx| key::rewrap(tx, old, 2, vec![3]).await).await;
                assert!(done);
                let again = write(&store, async |tx| key::rewrap(tx, old, 2, vec![4]).await).await;
                assert!(!again, "somebody else has done it");
                rewrapped += 1;
            }
        }
        assert_eq!(rewrapped, 25);
        assert!(
            write(&store, async |tx| key::destroy_corp_key(
                tx,
                &corp(),
                1,
                at(2)
            )
            .await)
            .await
        );
        let left = key::corp_keys(store.read(), &corp()).await.unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].number, 2);
        let index = key::index(store.read(), &corp()).await.unwrap().unwrap();
        assert_eq!(index.wrapped, [8]);
        write(&store, async |tx| {
            key::rewrap_corp_key(tx, &corp(), 2, vec![7]).await
        })
        .await;
        let corp_keys = key::corp_keys(store.read(), &corp()).await.unwrap();
        assert_eq!(corp_keys[0].wrapped.as_deref(), Some(&[7][..]));
    })
    .await;
}

#[tokio::test]
async fn s42_what_a_key_has_sealed_is_counted_and_nothing_is_stored_that_no_key_opens() {
    both(|store| async move {
        deliver(&store, 1..=6).await;
        open_rows(&store, 4, |_| (1, MOMENT), |_| ()).await.unwrap();
        let id = conversation_id(&corp(), &room(1));
        let keys = key::of_conversations(store.read(), &corp(), &[id])
            .await
            .unwrap();
        assert_eq!((keys.len(), keys[0].seals), (1, 4));
        let rows = rows::next(store.read(), &corp(), 0, 9).await.unwrap();
        let mut message = a_message(&rows[0], 1, 1, MOMENT);
        message.key_no = 2;
        let opened = Opened {
            conversations: vec![seen(1, &[])],
            messages: vec![message],
            ..Opened::default()
        };
        let tx = store.begin().await.unwrap();
        let refused = message::store_opened(&tx, &corp(), opened, at(1)).await;
        assert!(matches!(
            refused,
            Err(StoreError::RowCount { found: 0, .. })
        ));
        drop(tx);
        let tx = store.begin().await.unwrap();
        let opened = Opened {
            keys: kept(&store, vec![a_key(1)]).await,
            ..Opened::default()
        };
        let taken = message::store_opened(&tx, &corp(), opened, at(1)).await;
        assert!(taken.unwrap_err().is_conflict());
    })
    .await;
}

#[tokio::test]
async fn private_keys_are_kept_by_version_and_replaced_in_place() {
    both(|store| async move {
        let a_key = |version: i64, fingerprint: &str| ArchiveKey {
            corp_id: corp().to_string(),
            version,
            fingerprint: fingerprint.into(),
            sealed: vec![1, 2, 3],
            added_at: NOW,
            added_by: "operator".into(),
        };
        write(&store, async |tx| {
            key::put_archive_key(tx, a_key(2, "b")).await?;
            key::put_archive_key(tx, a_key(1, "a")).await?;
            key::put_archive_key(tx, a_key(2, "c")).await
        })
        .await;
        let keys = key::archive_keys(store.read(), &corp()).await.unwrap();
        assert_eq!(keys, [a_key(1, "a"), a_key(2, "c")]);
        let gone = write(&store, async |tx| {
            key::delete_archive_key(tx, &corp(), 1).await
        })
        .await;
        assert!(gone);
        assert_eq!(
            key::archive_keys(store.read(), &corp())
                .await
                .unwrap()
                .len(),
            1
        );
    })
    .await;
}
