//! The key store: kept before used, removed for good.

use jiebang_store::archive::key::NewKey;
use jiebang_store::key_store::KeptKeys;
use jiebang_store::testing::{keys_in, postgres_url, sqlite_url};
use jiebang_store::{DatabaseUrl, Store, StoreError};
use jiebang_vault::Entropy;
use jiebang_vault::archive::KeyShare;
use uuid::Uuid;

/// With a store whose key store is a SQLite file, then with one whose key store is a PostgreSQL
/// database.
async fn with_both_kinds(test: impl AsyncFn(&Store)) {
    let (url, folder) = sqlite_url();
    let keys = keys_in(folder.path());
    test(&Store::open(&url, &keys).await.unwrap()).await;
    let (url, _folder) = sqlite_url();
    let keys = postgres_url().await;
    test(&Store::open(&url, &keys).await.unwrap()).await;
}

fn with_share(share_id: i64, share: KeyShare) -> (NewKey, KeyShare) {
    let key = NewKey {
        conversation_id: 1,
        number: 1,
        corp_key_number: 1,
        wrapped: vec![1],
        share_id,
        created_at: 0,
    };
    (key, share)
}

fn a_share() -> KeyShare {
    KeyShare::generate(&Entropy::system()).unwrap()
}

#[tokio::test]
async fn s42_shares_are_kept_found_and_removed() {
    with_both_kinds(async |store| {
        let keys = store.key_store();
        let (one, two) = (a_share(), a_share());
        let bytes = [one.bytes().to_vec(), two.bytes().to_vec()];
        let none = keys.keep(Vec::new()).await.unwrap();
        assert_eq!(none, KeptKeys::default());
        let given = vec![with_share(-7, one), with_share(i64::MAX, two)];
        keys.keep(given).await.unwrap();
        let found = keys.shares(&[-7, 5, i64::MAX]).await.unwrap();
        assert_eq!(
            Vec::from_iter(found),
            [(-7, bytes[0].clone()), (i64::MAX, bytes[1].clone())]
        );
        let taken = keys.keep(vec![with_share(8, a_share()), with_share(-7, a_share())]);
        assert!(taken.await.unwrap_err().is_conflict());
        assert!(keys.shares(&[8]).await.unwrap().is_empty(), "all or none");
        keys.remove(&[-7, 99]).await.unwrap();
        keys.remove(&[-7]).await.unwrap();
        let left = keys.shares(&[-7, i64::MAX]).await.unwrap();
        assert_eq!(Vec::from_iter(left.into_keys()), [i64::MAX]);
        assert_eq!(keys.of_conversations(&[1, 2]).await.unwrap(), [i64::MAX]);
        assert!(keys.of_conversations(&[2]).await.unwrap().is_empty());
        keys.keep_of_index(-9, &a_share()).await.unwrap();
        assert_eq!(keys.shares(&[-9]).await.unwrap().len(), 1);
        let many: Vec<i64> = (0..2_500).collect();
        let given = many.iter().map(|id| with_share(*id, a_share())).collect();
        keys.keep(given).await.unwrap();
        assert_eq!(keys.shares(&many).await.unwrap().len(), many.len());
        keys.remove(&many).await.unwrap();
        assert!(keys.shares(&many).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_key_store_stays_what_it_was_first_told() {
    with_both_kinds(async |store| {
        let keys = store.key_store();
        assert_eq!(keys.id().await.unwrap(), None);
        let first = Uuid::from_u128(1);
        assert_eq!(keys.be(first).await.unwrap(), first);
        assert_eq!(keys.be(Uuid::from_u128(2)).await.unwrap(), first);
        assert_eq!(keys.id().await.unwrap(), Some(first));
    })
    .await;
}

#[tokio::test]
async fn b16_a_share_that_was_removed_is_in_no_file_while_people_read() {
    let (url, folder) = sqlite_url();
    let keys = keys_in(folder.path());
    let store = Store::open(&url, &keys).await.unwrap();
    let shares: Vec<KeyShare> = (0..400).map(|_| a_share()).collect();
    let bytes: Vec<[u8; 32]> = shares.iter().map(|share| *share.bytes()).collect();
    let given = (0..).zip(shares).map(|(n, share)| with_share(n, share));
    store.key_store().keep(given.collect()).await.unwrap();
    let files = || -> Vec<Vec<u8>> {
        let files = std::fs::read_dir(folder.path()).unwrap();
        files
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    };
    let holds = |files: &[Vec<u8>], share: &[u8; 32]| {
        files
            .iter()
            .any(|file| file.windows(32).any(|part| part == share))
    };
    let before = files();
    assert!(bytes.iter().all(|share| holds(&before, share)));
    // Whole pages become free, and readers are about.
    let removed: Vec<i64> = (50..350).collect();
    let reading = async {
        for _ in 0..20 {
            store.key_store().shares(&[0, 399]).await.unwrap();
        }
    };
    let (done, ()) = tokio::join!(store.key_store().remove(&removed), reading);
    done.unwrap();
    let after = files();
    for (n, share) in bytes.iter().enumerate() {
        assert_eq!(holds(&after, share), !(50..350).contains(&n), "{n}");
    }
}

#[tokio::test]
async fn the_key_store_is_never_the_database_itself() {
    let (url, folder) = sqlite_url();
    let refused = Store::open(&url, &url).await.unwrap_err();
    assert!(matches!(refused, StoreError::Url { .. }), "{refused}");
    let postgres: DatabaseUrl = "postgres://u@localhost/x?host=/nowhere".parse().unwrap();
    let again: DatabaseUrl = "postgres://v:w@localhost:5432/x?host=/nowhere"
        .parse()
        .unwrap();
    let refused = Store::open(&postgres, &again).await.unwrap_err();
    assert!(matches!(refused, StoreError::Url { .. }), "{refused}");
    let other = keys_in(folder.path());
    let refused = Store::open(&postgres, &other).await.unwrap_err();
    assert!(matches!(refused, StoreError::Connect { .. }), "{refused}");
}
