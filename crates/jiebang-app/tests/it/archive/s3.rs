//! Files in S3-compatible storage instead of a folder.

use std::collections::BTreeSet;

use jiebang_app::archive::{give_reason, open_file, view_status};
use jiebang_app::settings::MediaPlace;
use jiebang_domain::access::Actor;
use jiebang_store::Store;
use jiebang_store::archive::delete::{Why, delete};
use jiebang_store::archive::media;
use jiebang_store::testing::both;
use serde_json::json;

use super::bucket::Bucket;
use super::media::{assert_all_are_true, fetch_all, files};
use super::{configured, station_as};
use crate::corp::{Corp, options};

/// A corp whose files are put into this bucket.
async fn station_in(store: Store, bucket: &Bucket) -> Corp {
    let folder = tempfile::tempdir().unwrap().keep();
    let corp = station_as(store, options(61), json!({ "on": true }), |sandbox| {
        let mut configured = configured(sandbox, &[], &folder);
        configured.media = Some(MediaPlace {
            store: bucket.store(),
            parts: folder.join("parts"),
        });
        configured
    })
    .await;
    // No file is tried again for its sum.
    corp.control("PUT", "archive", json!({ "wrong_md5": 0.0 }))
        .await;
    corp.add_key().await;
    corp
}

/// Removes every message, as an erasure does.
async fn remove_all(corp: &Corp) {
    let ids: Vec<i64> = corp.messages().await.iter().map(|m| m.id).collect();
    let tx = corp.store.begin().await.unwrap();
    let now = corp.clock.now();
    delete(&tx, &corp.corp, &ids, Why::Erased, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Places of contents that are still to be removed.
async fn leaving(corp: &Corp) -> Vec<String> {
    let read = corp.store.read();
    media::leaving(read, &corp.corp, "", 1_000).await.unwrap()
}

#[tokio::test]
async fn s50_files_are_in_s3_sealed_read_from_there_and_removed() {
    both(|store| async move {
        let bucket = Bucket::start().await;
        let corp = station_in(store, &bucket).await;
        // Some come in more than one part.
        let longer = json!({ "longer_videos": 7 << 20 });
        corp.control("PUT", "archive", longer).await;
        corp.talk(260).await;
        fetch_all(&corp).await;
        let operator = Actor::operator();
        give_reason(&corp.app, &operator, "核对").await.unwrap();
        assert_all_are_true(&corp).await;
        let all = files(&corp).await;
        let contents: BTreeSet<_> = all.iter().map(|(_, f)| f.blob_name.clone()).collect();
        assert!(all.len() > 15, "{}", all.len());
        let objects = bucket.state().objects.clone();
        assert_eq!(objects.len(), contents.len(), "each content once");
        let is_second = |one: &&(String, String, u16)| one.1.contains("partNumber=2");
        assert!(bucket.state().answers.iter().any(|one| is_second(&one)));
        for (_, file) in &all {
            let content = open_file(&corp.app, &operator, file.message_id, file.place);
            let content = content.await.unwrap();
            let middle = content.size() / 2;
            let plain = content.read(middle..middle + 24).await.unwrap();
            let is_there = |object: &Vec<u8>| object.windows(24).any(|some| some == plain);
            assert!(!objects.values().any(is_there), "a content stands in clear");
        }
        remove_all(&corp).await;
        corp.pull().await;
        corp.advance(3_601);
        corp.pull().await;
        let state = bucket.state();
        assert!(state.objects.is_empty() && state.uploads.is_empty());
        let refused: Vec<_> = state.answers.iter().filter(|one| one.2 >= 300).collect();
        assert!(refused.is_empty(), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn s50_storage_that_asks_to_slow_down_is_asked_again() {
    both(|store| async move {
        let bucket = Bucket::start().await;
        let corp = station_in(store, &bucket).await;
        corp.talk(120).await;
        bucket.state().refusals = [("", 503, "SlowDown"); 4].into();
        fetch_all(&corp).await;
        assert!(bucket.state().refusals.is_empty());
        let all = files(&corp).await;
        assert!(all.iter().all(|(_, f)| f.tries == 0), "no file was put off");
        give_reason(&corp.app, &Actor::operator(), "核对")
            .await
            .unwrap();
        bucket.state().refusals = [("", 503, "SlowDown"); 2].into();
        assert_all_are_true(&corp).await;
    })
    .await;
}

#[tokio::test]
async fn s50_what_the_storage_has_no_more_counts_as_removed_but_not_without_its_bucket() {
    both(|store| async move {
        let bucket = Bucket::start().await;
        let corp = station_in(store, &bucket).await;
        corp.talk(120).await;
        fetch_all(&corp).await;
        let stored = bucket.state().objects.len();
        assert!(stored > 1);
        // The bucket is named wrongly, say: nothing is known of what is in it.
        bucket.state().exists = false;
        remove_all(&corp).await;
        corp.advance(3_601);
        corp.pull().await;
        assert_eq!(leaving(&corp).await.len(), stored);
        bucket.state().exists = true;
        bucket.state().objects.pop_first();
        corp.advance(3_601);
        corp.pull().await;
        assert_eq!(leaving(&corp).await, [""; 0]);
        let state = bucket.state();
        assert!(state.objects.is_empty());
        let missing = state.answers.iter().filter(|one| one.2 == 404);
        assert!(missing.count() > stored);
    })
    .await;
}

#[tokio::test]
async fn s50_a_key_that_the_storage_refuses_is_told_and_no_file_counts_as_stored() {
    both(|store| async move {
        let bucket = Bucket::start().await;
        let corp = station_in(store, &bucket).await;
        let right = std::mem::replace(&mut bucket.state().secret_key, "another".to_owned());
        corp.talk(120).await;
        corp.pull().await;
        let status = view_status(&corp.app, &Actor::operator()).await.unwrap();
        assert!(!status.figures.files.is_empty());
        for some in status.figures.files {
            assert_eq!(some.state, "waiting");
            assert_eq!(some.reason.as_deref(), Some("storage"));
        }
        assert!(bucket.state().answers.iter().all(|one| one.2 == 403));
        assert!(bucket.state().objects.is_empty());
        bucket.state().secret_key = right;
        // Of an upload that is refused in its middle nothing stays.
        bucket.state().refusals = [("PUT", 400, "EntityTooLarge")].into();
        fetch_all(&corp).await;
        assert!(bucket.state().refusals.is_empty() && bucket.state().uploads.is_empty());
        give_reason(&corp.app, &Actor::operator(), "核对")
            .await
            .unwrap();
        assert_all_are_true(&corp).await;
    })
    .await;
}
