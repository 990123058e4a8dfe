//! Files: fetched part by part, compared, sealed, stored once, and given out to whoever may read
//! their message.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use jiebang_app::archive::{give_reason, open_file, view_status};
use jiebang_app::overview::view_overview;
use jiebang_app::{Error, job};
use jiebang_domain::access::Actor;
use jiebang_domain::archive::message::Message;
use jiebang_domain::time::DAY;
use jiebang_store::archive::delete::{Why, delete};
use jiebang_store::archive::media::{self, File};
use jiebang_store::testing::both;
use serde_json::{Value, json};

use super::station_in;
use crate::corp::{Corp, array, text};

/// Files of messages that are stored, with the file ids their messages name.
pub(super) async fn files(corp: &Corp) -> Vec<(String, File)> {
    let mut all = Vec::new();
    for message in corp.messages().await {
        let read = Message::parse(&corp.body(&message).await).unwrap();
        let told: BTreeMap<i64, String> = read
            .files()
            .iter()
            .map(|m| (m.place.into(), m.file_id.clone()))
            .collect();
        let read = corp.store.read();
        for file in media::of_messages(read, &corp.corp, &[message.id])
            .await
            .unwrap()
        {
            all.push((told[&i64::from(file.place)].clone(), file));
        }
    }
    all
}

/// What WeCom has of each file id: sum of the content, and whether it is as the message says.
async fn true_files(corp: &Corp) -> BTreeMap<String, Value> {
    let truth = corp.truth("/archive/files").await;
    let files = array(&truth["files"]).cloned();
    files.map(|file| (text(&file["sdkfileid"]), file)).collect()
}

fn bytes_in(folder: &Path) -> Vec<Vec<u8>> {
    let paths = every_path(folder).into_iter();
    paths.map(|path| std::fs::read(path).unwrap()).collect()
}

/// Every file in a folder and those in it.
fn every_path(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                all.push(path);
            }
        }
    }
    all
}

/// Works until no file waits, over the pauses between tries.
pub(super) async fn fetch_all(corp: &Corp) {
    for _ in 0..12 {
        corp.pull().await;
        let waiting = files(corp)
            .await
            .iter()
            .filter(|(_, f)| f.state == "waiting")
            .count();
        if waiting == 0 {
            return;
        }
        corp.advance(600);
    }
    panic!("files keep waiting");
}

pub(super) async fn assert_all_are_true(corp: &Corp) {
    let truth = true_files(corp).await;
    let operator = Actor::operator();
    for (id, file) in files(corp).await {
        assert_eq!(file.state, "stored", "{:?}", file.reason);
        let content = open_file(&corp.app, &operator, file.message_id, file.place);
        let content = content.await.unwrap();
        let bytes = content.read(0..content.size()).await.unwrap();
        let sum = hex::encode(digest(&SHA256, &bytes));
        assert_eq!(sum, text(&truth[&id]["sha256"]));
        // Any part reads as it does in the whole.
        let (from, to) = (content.size() / 3, content.size() * 2 / 3);
        let part = content.read(from..to).await.unwrap();
        let range = usize::try_from(from).unwrap()..usize::try_from(to).unwrap();
        assert_eq!(part, bytes[range]);
    }
}

#[tokio::test]
async fn s50_every_file_is_stored_as_it_was_sent_once_and_sealed() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(260).await;
        fetch_all(&corp).await;
        give_reason(&corp.app, &Actor::operator(), "核对")
            .await
            .unwrap();
        assert_all_are_true(&corp).await;
        let all = files(&corp).await;
        let contents: BTreeSet<Vec<u8>> = all
            .iter()
            .map(|(_, f)| f.blob_name.clone().unwrap())
            .collect();
        assert!(all.len() > 15, "{}", all.len());
        let blobs = bytes_in(&folder.path().join("blobs"));
        assert_eq!(blobs.len(), contents.len(), "each content once");
        assert!(bytes_in(&folder.path().join("parts")).is_empty());
        // Nothing of a content stands there as it is.
        let (_, largest) = all.iter().max_by_key(|(_, f)| f.size).unwrap();
        let operator = Actor::operator();
        let content = open_file(&corp.app, &operator, largest.message_id, largest.place);
        let content = content.await.unwrap();
        assert!(content.size() > 524_288, "more than one part");
        let plain = content.read(1_000..1_032).await.unwrap();
        assert!(
            blobs
                .iter()
                .all(|b| !b.windows(plain.len()).any(|w| w == plain))
        );
    })
    .await;
}

#[tokio::test]
async fn s50_a_download_that_is_cut_off_goes_on_where_it_was() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(260).await;
        // Every message is there before the first file, so that only files are cut off.
        let shut = json!({ "path": "archive/media", "kind": "sdk_return", "code": 10_001 });
        corp.control("POST", "faults", shut).await;
        corp.advance(61);
        while job::run_next(&corp.app).await.unwrap() {}
        corp.control("DELETE", "faults", json!(null)).await;
        let slow = json!({ "path": "archive/media", "kind": "slow", "millis": 40 });
        corp.control("POST", "faults", slow).await;
        for rule in [
            json!({ "path": "archive/media", "kind": "sdk_return", "code": 10_001, "times": 3 }),
            json!({ "path": "archive/media", "kind": "sdk_crash", "variant": "segv", "skip": 9,
                "times": 1 }),
        ] {
            corp.control("POST", "faults", rule).await;
        }
        corp.advance(61);
        let mut went_on = 0;
        for round in 0..80_u64 {
            let work = async { while job::run_next(&corp.app).await.unwrap() {} };
            let patience = Duration::from_millis(60 + round * 20);
            let is_cut = tokio::time::timeout(patience, work).await.is_err();
            let all = files(&corp).await;
            went_on += all
                .iter()
                .filter(|(_, f)| f.state == "waiting" && f.received > 0)
                .count();
            if !is_cut && all.iter().all(|(_, f)| f.state == "stored") {
                break;
            }
            corp.advance(61);
        }
        assert!(went_on > 0, "some file was cut off in the middle");
        fetch_all(&corp).await;
        give_reason(&corp.app, &Actor::operator(), "核对")
            .await
            .unwrap();
        assert_all_are_true(&corp).await;
        assert!(bytes_in(&folder.path().join("parts")).is_empty());
    })
    .await;
}

#[tokio::test]
async fn s50_b19_files_that_wecom_has_no_more_are_told_as_missing() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(120).await;
        let refuse = json!({ "path": "archive/media", "kind": "sdk_return", "code": 10_001 });
        corp.control("POST", "faults", refuse).await;
        corp.pull().await;
        let waiting = corp.completeness().await.files;
        assert!(
            waiting.iter().all(|some| some.state == "waiting"),
            "{waiting:?}"
        );
        let soon = async || {
            let today = view_overview(&corp.app, &Actor::operator()).await.unwrap();
            let told = today.todo.iter().find(|one| one.kind == "archive_files");
            told.map_or(0, |one| one.count)
        };
        assert_eq!(soon().await, 0);
        corp.advance(4 * DAY);
        let in_a_day = corp.clock.now().plus(DAY).seconds();
        let all = files(&corp).await;
        let lost = all.iter().filter(|(_, file)| file.deadline < in_a_day);
        let lost = lost.count() as u64;
        assert_eq!(soon().await, lost, "an alarm before");
        assert!(lost > 0);
        corp.control("DELETE", "faults", Value::Null).await;
        corp.advance(2 * DAY);
        fetch_all(&corp).await;
        let told = corp.completeness().await.files;
        let missing = told.iter().find(|some| some.state == "missing").unwrap();
        assert_eq!(missing.reason.as_deref(), Some("expired"));
        assert_eq!(told.len(), 1);
        let (_, file) = &files(&corp).await[0];
        give_reason(&corp.app, &Actor::operator(), "核对")
            .await
            .unwrap();
        let gone = open_file(&corp.app, &Actor::operator(), file.message_id, file.place).await;
        assert!(matches!(gone, Err(Error::NotFound { .. })));
    })
    .await;
}

#[tokio::test]
async fn s50_files_are_fetched_into_a_storage_that_deletes_none() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(120).await;
        fetch_all(&corp).await;
        // A folder in the place of a content is not deleted as a file.
        let blobs = every_path(&folder.path().join("blobs"));
        assert!(!blobs.is_empty());
        for blob in &blobs {
            std::fs::remove_file(blob).unwrap();
            std::fs::create_dir(blob).unwrap();
            std::fs::write(blob.join("kept"), "kept").unwrap();
        }
        let ids: Vec<i64> = corp.messages().await.iter().map(|m| m.id).collect();
        let tx = corp.store.begin().await.unwrap();
        let now = corp.clock.now();
        delete(&tx, &corp.corp, &ids, Why::Erased, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        corp.talk(120).await;
        fetch_all(&corp).await;
        assert!(!files(&corp).await.is_empty());
        assert!(blobs.iter().all(|blob| blob.join("kept").exists()));
        let status = view_status(&corp.app, &Actor::operator()).await.unwrap();
        assert!(status.retention.unwrap().finished_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn s50_what_wecom_calls_too_old_before_its_time_is_fetched_nevertheless() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(120).await;
        let too_old = json!({ "path": "archive/media", "kind": "sdk_return", "code": 10_010 });
        corp.control("POST", "faults", too_old).await;
        for _ in 0..6 {
            corp.pull().await;
            corp.advance(600);
        }
        let waiting = corp.completeness().await.files;
        assert_eq!(waiting.len(), 1, "{waiting:?}");
        let (state, reason) = (&*waiting[0].state, waiting[0].reason.as_deref());
        assert_eq!((state, reason), ("waiting", Some("10010")));
        corp.control("DELETE", "faults", Value::Null).await;
        corp.advance(3_600);
        fetch_all(&corp).await;
        give_reason(&corp.app, &Actor::operator(), "核对")
            .await
            .unwrap();
        assert_all_are_true(&corp).await;
    })
    .await;
}

#[tokio::test]
async fn s50_a_file_whose_message_tells_another_sum_is_kept_and_told_of() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.control("PUT", "archive", json!({ "wrong_md5": 0.3 }))
            .await;
        corp.talk(260).await;
        fetch_all(&corp).await;
        give_reason(&corp.app, &Actor::operator(), "核对")
            .await
            .unwrap();
        assert_all_are_true(&corp).await;
        let (truth, mut count) = (true_files(&corp).await, 0);
        for (id, file) in files(&corp).await {
            let told = &truth[&id]["told_md5"];
            let is_other = *told != json!("") && *told != truth[&id]["md5"];
            let expected = is_other.then_some("told_other_md5");
            assert_eq!(file.reason.as_deref(), expected, "{id}");
            count += u32::from(is_other);
        }
        assert!(count > 3, "{count}");
    })
    .await;
}

/// Every file fails in the library, for longer than WeCom has them.
#[tokio::test]
async fn s50_b19_files_that_always_fail_are_alarmed_of_and_given_up_behind_their_time() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(60).await;
        let fails = json!({ "path": "archive/media", "kind": "sdk_return", "code": 10_003 });
        corp.control("POST", "faults", fails).await;
        corp.pull().await;
        // The first was said up to a day ago: none is over for a day.
        corp.advance(5 * DAY - 3_600);
        for _ in 0..5 {
            corp.pull().await;
            corp.advance(600);
        }
        let all = files(&corp).await;
        assert!(!all.is_empty() && all.iter().all(|(_, file)| file.state == "waiting"));
        let today = view_overview(&corp.app, &Actor::operator()).await.unwrap();
        let told = today.todo.iter().find(|one| one.kind == "archive_files");
        assert_eq!(told.unwrap().count, all.len() as u64);
        corp.advance(2 * DAY);
        fetch_all(&corp).await;
        let reasons = files(&corp).await.into_iter().map(|(_, file)| file.reason);
        assert!(
            reasons
                .into_iter()
                .all(|why| why.as_deref() == Some("expired"))
        );
    })
    .await;
}

/// As a build of the library that is exchanged some hours later.
#[tokio::test]
async fn s50_a_file_that_the_library_does_not_decrypt_is_tried_for_hours() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(60).await;
        let refuses = json!({ "path": "archive/media", "kind": "sdk_return", "code": 10_006 });
        corp.control("POST", "faults", refuses.clone()).await;
        for _ in 0..8 {
            corp.pull().await;
            corp.advance(1_000);
        }
        corp.control("DELETE", "faults", Value::Null).await;
        corp.advance(3_600);
        fetch_all(&corp).await;
        give_reason(&corp.app, &Actor::operator(), "核对")
            .await
            .unwrap();
        assert_all_are_true(&corp).await;
        let first = files(&corp).await.len();
        corp.control("POST", "faults", refuses).await;
        corp.talk(160).await;
        for _ in 0..14 {
            corp.pull().await;
            corp.advance(3_600);
        }
        let all = files(&corp).await.into_iter().map(|(_, file)| file.reason);
        let given_up = all.filter(|why| why.as_deref() == Some("does_not_open"));
        assert_eq!(given_up.count(), files(&corp).await.len() - first);
    })
    .await;
}

/// What is here is kept, rather than fetched again when WeCom may not have it any more.
#[tokio::test]
async fn s50_a_file_with_another_sum_is_kept_at_once_where_its_time_is_nearly_over() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.control("PUT", "archive", json!({ "wrong_md5": 1.0 }))
            .await;
        corp.talk(60).await;
        let refuse = json!({ "path": "archive/media", "kind": "sdk_return", "code": 10_001 });
        corp.control("POST", "faults", refuse).await;
        corp.pull().await;
        let deadlines = files(&corp)
            .await
            .into_iter()
            .map(|(_, file)| file.deadline);
        let first = deadlines.min().unwrap();
        corp.advance(first - 20 - corp.clock.now().seconds());
        corp.control("DELETE", "faults", Value::Null).await;
        while job::run_next(&corp.app).await.unwrap() {}
        let all = files(&corp).await;
        let of_first: Vec<&File> = all
            .iter()
            .map(|(_, file)| file)
            .filter(|file| file.deadline < first + 20 && file.md5.is_some())
            .collect();
        assert!(!of_first.is_empty());
        for file in of_first {
            let how = (&*file.state, file.tries, file.reason.as_deref());
            assert_eq!(how, ("stored", 1, Some("told_other_md5")));
        }
    })
    .await;
}

/// Some builds do not say which part is the last, and refuse the index they give.
#[tokio::test]
async fn s50_a_file_is_whole_when_as_much_came_as_was_told() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let switch = [("WECOM_SDK_STANDIN_INDEX_BEHIND_END", "1")];
        let corp = station_in(store, &switch, folder.path()).await;
        corp.add_key().await;
        corp.talk(120).await;
        for _ in 0..6 {
            corp.pull().await;
            corp.advance(600);
        }
        give_reason(&corp.app, &Actor::operator(), "核对")
            .await
            .unwrap();
        let all = files(&corp).await;
        let told = all
            .iter()
            .filter(|(_, file)| file.size.is_some_and(|size| size > 0));
        assert!(told.clone().count() > 3);
        for (id, file) in told {
            assert_eq!(file.state, "stored", "{id} {:?}", file.reason);
        }
    })
    .await;
}

/// Everybody who has a content lacks the share of their key.
#[tokio::test]
async fn s50_a_content_that_no_key_opens_any_more_is_stored_again_for_who_sends_it() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = station_in(store, &[], folder.path()).await;
        corp.add_key().await;
        corp.talk(260).await;
        fetch_all(&corp).await;
        let truth = true_files(&corp).await;
        let sum_of = |id: &String| text(&truth[id]["sha256"]);
        let sums: BTreeSet<String> = files(&corp).await.iter().map(|f| sum_of(&f.0)).collect();
        let before = corp.messages().await;
        let talks: BTreeSet<i64> = before.iter().map(|m| m.conversation_id).collect();
        let talks: Vec<i64> = talks.into_iter().collect();
        let shares = corp.store.key_store().of_conversations(&talks);
        let shares = shares.await.unwrap();
        assert!(!shares.is_empty());
        corp.store.key_store().remove(&shares).await.unwrap();

        corp.advance(86_400);
        corp.talk(260).await;
        for _ in 0..8 {
            corp.pull().await;
            corp.advance(600);
        }
        give_reason(&corp.app, &Actor::operator(), "核对")
            .await
            .unwrap();
        let known: BTreeSet<i64> = before.iter().map(|m| m.id).collect();
        let mut fresh = corp.messages().await;
        fresh.retain(|message| !known.contains(&message.id));
        let (truth, mut again) = (true_files(&corp).await, 0);
        for message in fresh {
            let read = Message::parse(&corp.body(&message).await).unwrap();
            let told = read.files();
            let ids = [message.id];
            let found = media::of_messages(corp.store.read(), &corp.corp, &ids);
            for file in found.await.unwrap() {
                assert_eq!(file.state, "stored", "{:?}", file.reason);
                let place = u32::try_from(file.place).unwrap();
                let told = told.iter().find(|one| one.place == place).unwrap();
                let sum = text(&truth[&told.file_id]["sha256"]);
                assert_eq!(sum_of_stored(&corp, &file).await, sum);
                again += usize::from(sums.contains(&sum));
            }
        }
        assert!(again > 3, "{again}");
    })
    .await;
}

async fn sum_of_stored(corp: &Corp, file: &File) -> String {
    let operator = Actor::operator();
    let content = open_file(&corp.app, &operator, file.message_id, file.place);
    let content = content.await.unwrap();
    let bytes = content.read(0..content.size()).await.unwrap();
    hex::encode(digest(&SHA256, &bytes))
}
