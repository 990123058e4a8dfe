//! Keys apart from what they seal: backups, crashes in between, and the wrong key store.

use std::collections::BTreeMap;
use std::path::Path;

use jiebang_app::archive::{
    ErasureView, Shares, begin_export, count_shares, erase, export_page, view_certificate,
};
use jiebang_app::settings::{accept_key_store, connect, count_newest_lacking, has_its_key_store};
use jiebang_app::{App, job};
use jiebang_domain::access::Actor;
use jiebang_domain::archive::retention::Subject;
use jiebang_domain::time::HOUR;
use jiebang_store::archive::erasure::{self, Erasure};
use jiebang_store::archive::{conversation, key};
use jiebang_store::testing::{both, files_with, keys_in, sqlite_url};
use jiebang_store::{DatabaseUrl, Store};
use jiebang_vault::Entropy;

use super::keeping::a_customer_and_another_conversation;
use super::{configured, station, station_in};
use crate::corp::{self, Corp};

/// A corp with messages that are opened.
async fn talking(store: Store, folder: &Path) -> Corp {
    let corp = station_in(store, &[], folder).await;
    corp.add_key().await;
    corp.talk(120).await;
    corp.pull().await;
    corp
}

/// The customer who takes part in most conversations.
async fn a_customer(corp: &Corp) -> String {
    a_customer_and_another_conversation(corp).await.0
}

/// Erases a customer, before any job has run.
async fn erase_customer(corp: &Corp, customer: &str) -> ErasureView {
    let subject = Subject::Person(customer.to_owned());
    erase(&corp.app, &Actor::operator(), subject, "客户要求")
        .await
        .unwrap()
}

async fn covered(corp: &Corp, person: &str) -> Vec<i64> {
    let subject = jiebang_store::archive::Subject::Person;
    conversation::covered(corp.store.read(), &corp.corp, subject, person)
        .await
        .unwrap()
}

async fn rooms_among(corp: &Corp, conversations: &[i64]) -> Vec<i64> {
    let mut rooms = Vec::new();
    for id in conversations {
        let found = conversation::find(corp.store.read(), &corp.corp, *id).await;
        rooms.extend(
            found
                .unwrap()
                .filter(|one| one.kind == "room")
                .map(|one| one.id),
        );
    }
    rooms
}

/// How many messages of these conversations open with the keys there are, and how many do not.
async fn opened(corp: &Corp, conversations: &[i64]) -> (usize, usize) {
    let (mut yes, mut no) = (0, 0);
    for message in corp.messages().await {
        if conversations.contains(&message.conversation_id) {
            match corp.body_if_any(&message).await {
                Some(_) => yes += 1,
                None => no += 1,
            }
        }
    }
    (yes, no)
}

/// The same corp over another database, nothing done by it yet and no list of erasures.
async fn over(corp: Corp, url: &DatabaseUrl, keys: &DatabaseUrl) -> Corp {
    let elsewhere = tempfile::tempdir().unwrap().keep();
    with_list(corp, url, keys, &elsewhere).await
}

/// As [`over`], with the list of erasures and the files in `folder`.
async fn with_list(corp: Corp, url: &DatabaseUrl, keys: &DatabaseUrl, folder: &Path) -> Corp {
    let _ = corp.store.close().await;
    let store = Store::open(url, keys).await.unwrap();
    let configured = configured(&corp.sandbox, &[], folder);
    let mut parts = corp::parts(&store, &corp.clock, configured);
    // Nothing is drawn that was drawn before.
    parts.entropy = Entropy::system();
    let app = App::new(parts).unwrap();
    Corp { app, store, ..corp }
}

/// Whoever has an old backup of the database, the master key and the key store of today, and
/// neither this program's care nor its list of erasures.
#[tokio::test]
async fn b16_no_backup_of_the_database_opens_what_was_erased_whoever_has_the_master_key() {
    let (url, folder) = sqlite_url();
    let keys = keys_in(folder.path());
    let store = Store::open(&url, &keys).await.unwrap();
    let corp = talking(store, folder.path()).await;
    let customer = a_customer(&corp).await;
    let theirs = covered(&corp, &customer).await;
    let rows = key::of_conversations(corp.store.read(), &corp.corp, &theirs);
    let ids: Vec<i64> = rows
        .await
        .unwrap()
        .iter()
        .filter_map(|k| k.share_id)
        .collect();
    let shares = corp.store.key_store().shares(&ids).await.unwrap();
    assert!(!ids.is_empty() && shares.len() == ids.len());
    let backup = folder.path().join("backup.db");
    corp.store.close().await.unwrap();
    std::fs::copy(folder.path().join("test.db"), &backup).unwrap();
    let backup = DatabaseUrl::sqlite(&backup);

    // Before, the backup opens.
    let corp = over(corp, &backup, &keys).await;
    let (there, none) = opened(&corp, &theirs).await;
    assert!(there > 0 && none == 0, "{there} {none}");

    let corp = over(corp, &url, &keys).await;
    assert!(connect(&corp.app).await.unwrap());
    let erased = erase_customer(&corp, &customer).await;
    // At once, before any job has run.
    assert!(
        corp.store
            .key_store()
            .shares(&ids)
            .await
            .unwrap()
            .is_empty()
    );
    while job::run_next(&corp.app).await.unwrap() {}
    let told = view_certificate(&corp.app, &Actor::operator(), erased.id).await;
    assert!(told.unwrap().erasure.finished_at.is_some());
    for share in shares.values() {
        assert_eq!(files_with(folder.path(), share), Vec::<String>::new());
    }

    let restored = over(corp, &backup, &keys).await;
    assert!(has_its_key_store(&restored.app).await.unwrap());
    assert_eq!(opened(&restored, &theirs).await, (0, there));
    let lacking = count_shares(&restored.app, &Actor::operator())
        .await
        .unwrap();
    assert_eq!(lacking.lacking, ids.len() as u64, "but for the index");
    let all: Vec<i64> = restored
        .messages()
        .await
        .iter()
        .map(|m| m.conversation_id)
        .collect();
    let others: Vec<i64> = all.into_iter().filter(|id| !theirs.contains(id)).collect();
    let (there, none) = opened(&restored, &others).await;
    assert!(there > 0 && none == 0, "the others are untouched");
}

#[tokio::test]
async fn b16_an_erasure_that_stopped_before_the_shares_were_removed_is_not_done_until_they_are() {
    both(|store| async move {
        let folder = tempfile::tempdir().unwrap();
        let corp = talking(store, folder.path()).await;
        let customer = a_customer(&corp).await;
        let theirs = covered(&corp, &customer).await;
        let before = corp.store.key_store();
        let rows = key::of_conversations(corp.store.read(), &corp.corp, &theirs).await;
        let ids: Vec<i64> = rows.unwrap().iter().filter_map(|k| k.share_id).collect();
        // As far as the transaction; then the program stops.
        let id = corp.app.new_id();
        let noted = Erasure {
            id,
            corp_id: corp.corp.to_string(),
            subject_kind: "person".to_owned(),
            subject_id: customer,
            reason: "test".to_owned(),
            asked_by: "operator".to_owned(),
            at: corp.app.now().seconds(),
            messages: 0,
            files: 0,
            conversations: theirs.len().try_into().unwrap(),
            finished_at: None,
        };
        let shares = before.of_conversations(&theirs).await.unwrap();
        let tx = corp.app.begin().await.unwrap();
        erasure::begin(&tx, &corp.corp, noted, &theirs, &shares, corp.app.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(before.shares(&ids).await.unwrap().len(), ids.len());
        let finished = async || {
            let told = view_certificate(&corp.app, &Actor::operator(), id).await;
            told.unwrap().erasure.finished_at
        };
        assert_eq!(finished().await, None);
        // The start enqueues the job.
        assert!(connect(&corp.app).await.unwrap());
        while job::run_next(&corp.app).await.unwrap() {}
        assert!(before.shares(&ids).await.unwrap().is_empty());
        assert!(finished().await.is_some());
        let lacking = count_shares(&corp.app, &Actor::operator()).await.unwrap();
        assert_eq!(lacking.lacking, 0, "a destroyed key needs none");
    })
    .await;
}

/// Copies a database that nobody has open.
fn copied(folder: &Path, name: &str, to: &str) -> DatabaseUrl {
    let copy = folder.join(to);
    std::fs::copy(folder.join(name), &copy).unwrap();
    DatabaseUrl::sqlite(copy)
}

#[tokio::test]
async fn b16_shares_that_an_old_copy_of_the_key_store_brings_back_are_removed_again() {
    let (url, folder) = sqlite_url();
    let (folder, keys) = (folder.path(), keys_in(folder.path()));
    let corp = talking(Store::open(&url, &keys).await.unwrap(), folder).await;
    let customer = a_customer(&corp).await;
    let theirs = covered(&corp, &customer).await;
    corp.store.close().await.unwrap();
    let old_keys = copied(folder, "keys.db", "old-keys.db");
    let corp = with_list(corp, &url, &keys, folder).await;
    assert!(connect(&corp.app).await.unwrap());
    erase_customer(&corp, &customer).await;
    while job::run_next(&corp.app).await.unwrap() {}

    let corp = with_list(corp, &url, &old_keys, folder).await;
    let there = async |corp: &Corp| corp.store.key_store().of_conversations(&theirs).await;
    assert!(!there(&corp).await.unwrap().is_empty(), "they are back");
    assert!(connect(&corp.app).await.unwrap());
    while job::run_next(&corp.app).await.unwrap() {}
    assert!(there(&corp).await.unwrap().is_empty());
    assert_eq!(count_newest_lacking(&corp.app).await.unwrap(), 0);
}

/// The keys of a conversation that only a backup knows of go with it as well.
#[tokio::test]
async fn b16_an_erasure_reaches_the_keys_of_histories_that_a_restore_left() {
    let (url, folder) = sqlite_url();
    let (folder, keys) = (folder.path(), keys_in(folder.path()));
    let corp = station_in(Store::open(&url, &keys).await.unwrap(), &[], folder).await;
    corp.add_key().await;
    corp.store.close().await.unwrap();
    // Monday: nothing was said yet. Tuesday: something was.
    let monday = copied(folder, "test.db", "monday.db");
    let corp = with_list(corp, &url, &keys, folder).await;
    assert!(connect(&corp.app).await.unwrap());
    corp.talk(120).await;
    corp.pull().await;
    let customer = a_customer(&corp).await;
    let theirs = covered(&corp, &customer).await;
    corp.store.close().await.unwrap();
    let tuesday = copied(folder, "test.db", "tuesday.db");
    // Monday is restored; WeCom delivers again, and the conversations get keys again.
    let corp = with_list(corp, &monday, &keys, folder).await;
    assert!(connect(&corp.app).await.unwrap());
    corp.pull().await;
    assert!(opened(&corp, &theirs).await.0 > 0);
    erase_customer(&corp, &customer).await;
    while job::run_next(&corp.app).await.unwrap() {}

    let corp = over(corp, &tuesday, &keys).await;
    let (there, none) = opened(&corp, &theirs).await;
    assert!(there == 0 && none > 0, "{there} {none}");
}

/// The newer database knows a conversation that the erasure could not see.
#[tokio::test]
async fn b16_an_erasure_holds_for_what_an_older_database_did_not_know() {
    let (url, folder) = sqlite_url();
    let (folder, keys) = (folder.path(), keys_in(folder.path()));
    let corp = station_in(Store::open(&url, &keys).await.unwrap(), &[], folder).await;
    corp.add_key().await;
    corp.store.close().await.unwrap();
    let older = copied(folder, "test.db", "older.db");
    let corp = with_list(corp, &url, &keys, folder).await;
    assert!(connect(&corp.app).await.unwrap());
    corp.talk(120).await;
    corp.pull().await;
    let customer = a_customer(&corp).await;
    let mut theirs = covered(&corp, &customer).await;
    let rooms = rooms_among(&corp, &theirs).await;
    theirs.retain(|id| !rooms.contains(id));
    corp.advance(HOUR);
    // The older database has nobody of that name in a conversation; it is erased all the same.
    let corp = with_list(corp, &older, &keys, folder).await;
    assert!(connect(&corp.app).await.unwrap());
    let erased = erase_customer(&corp, &customer).await;
    assert_eq!(erased.conversations, 0);

    let corp = with_list(corp, &url, &keys, folder).await;
    assert!(opened(&corp, &theirs).await.0 > 0);
    assert!(connect(&corp.app).await.unwrap());
    while job::run_next(&corp.app).await.unwrap() {}
    assert!(
        corp.messages()
            .await
            .iter()
            .all(|m| !theirs.contains(&m.conversation_id))
    );
    let there = corp.store.key_store().of_conversations(&theirs).await;
    assert!(there.unwrap().is_empty());
    // Rooms are left: the customer may have come to them later.
    let (there, none) = opened(&corp, &rooms).await;
    assert!(none == 0, "{there} {none}");
}

#[tokio::test]
async fn b16_a_list_of_erasures_that_was_lost_is_written_again() {
    let (url, folder) = sqlite_url();
    let (folder, keys) = (folder.path(), keys_in(folder.path()));
    let corp = talking(Store::open(&url, &keys).await.unwrap(), folder).await;
    let customer = a_customer(&corp).await;
    erase_customer(&corp, &customer).await;
    let list = folder.join("erasures.jsonl");
    let written = std::fs::read_to_string(&list).unwrap();
    std::fs::remove_file(&list).unwrap();
    assert!(connect(&corp.app).await.unwrap());
    let again: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&list).unwrap()).unwrap();
    let mut before: serde_json::Value = serde_json::from_str(&written).unwrap();
    let shares = before["shares"].as_array_mut().unwrap();
    shares.sort_by_key(serde_json::Value::as_i64);
    assert_eq!(again, before);
    assert!(connect(&corp.app).await.unwrap());
    assert_eq!(std::fs::read_to_string(&list).unwrap().lines().count(), 1);
}

/// The program stops between destroying the keys and removing their shares, and an older database
/// is put in place, which does not know the keys.
#[tokio::test]
async fn b16_the_list_removes_the_shares_of_keys_that_the_database_never_knew() {
    let (url, folder) = sqlite_url();
    let (folder, keys) = (folder.path(), keys_in(folder.path()));
    let corp = station_in(Store::open(&url, &keys).await.unwrap(), &[], folder).await;
    corp.store.close().await.unwrap();
    let older = copied(folder, "test.db", "older.db");
    let corp = with_list(corp, &url, &keys, folder).await;
    assert!(connect(&corp.app).await.unwrap());
    corp.add_key().await;
    corp.talk(120).await;
    corp.pull().await;
    let customer = a_customer(&corp).await;
    let theirs = covered(&corp, &customer).await;
    corp.store.close().await.unwrap();
    let before = copied(folder, "keys.db", "keys-before.db");
    let corp = with_list(corp, &url, &keys, folder).await;
    assert!(connect(&corp.app).await.unwrap());
    erase_customer(&corp, &customer).await;

    let corp = with_list(corp, &older, &before, folder).await;
    let there = async |corp: &Corp| corp.store.key_store().of_conversations(&theirs).await;
    assert!(!there(&corp).await.unwrap().is_empty());
    assert!(connect(&corp.app).await.unwrap());
    while job::run_next(&corp.app).await.unwrap() {}
    assert!(there(&corp).await.unwrap().is_empty());
}

#[tokio::test]
async fn s42_an_older_copy_of_the_key_store_is_noticed_and_nothing_is_given_up_for_it() {
    let (url, folder) = sqlite_url();
    let (folder, keys) = (folder.path(), keys_in(folder.path()));
    let corp = talking(Store::open(&url, &keys).await.unwrap(), folder).await;
    let known: Vec<i64> = corp.messages().await.iter().map(|m| m.id).collect();
    corp.store.close().await.unwrap();
    let older = copied(folder, "keys.db", "older-keys.db");
    let corp = with_list(corp, &url, &keys, folder).await;
    assert!(connect(&corp.app).await.unwrap());
    jiebang_app::archive::renew_all_conversation_keys(&corp.app, &Actor::operator())
        .await
        .unwrap();
    corp.advance(HOUR);
    corp.talk(60).await;
    corp.pull().await;
    assert_eq!(count_newest_lacking(&corp.app).await.unwrap(), 0);

    let corp = with_list(corp, &url, &older, folder).await;
    assert!(
        has_its_key_store(&corp.app).await.unwrap(),
        "it is the same"
    );
    assert!(connect(&corp.app).await.unwrap());
    assert!(count_newest_lacking(&corp.app).await.unwrap() > 0);
    begin_export(&corp.app, &Actor::operator(), "test")
        .await
        .unwrap();
    let page = export_page(&corp.app, &Actor::operator(), 0).await.unwrap();
    let all = corp.messages().await;
    let lacking = all.iter().filter(|m| !known.contains(&m.id)).count();
    assert!(lacking > 0);
    assert_eq!(page.lacking as usize, lacking);
    assert_eq!(page.lines.len() + lacking, all.len());

    let corp = with_list(corp, &url, &keys, folder).await;
    assert_eq!(count_newest_lacking(&corp.app).await.unwrap(), 0);
}

#[tokio::test]
async fn s42_a_key_store_that_is_not_the_databases_is_told_and_can_be_accepted() {
    let (url, folder) = sqlite_url();
    let store = Store::open(&url, &keys_in(folder.path())).await.unwrap();
    let corp = talking(store, folder.path()).await;
    let operator = Actor::operator();
    assert!(has_its_key_store(&corp.app).await.unwrap());
    let all = count_shares(&corp.app, &operator).await.unwrap();
    assert!(all.keys > 0 && all.lacking == 0);

    let lost = folder.path().join("lost");
    std::fs::create_dir(&lost).unwrap();
    let corp = over(corp, &url, &keys_in(&lost)).await;
    assert!(!has_its_key_store(&corp.app).await.unwrap());
    let lacking = Shares {
        lacking: all.keys,
        ..all
    };
    assert!(count_newest_lacking(&corp.app).await.unwrap() > 0);
    assert_eq!(count_shares(&corp.app, &operator).await.unwrap(), lacking);
    accept_key_store(&corp.app, &operator, all.keys)
        .await
        .unwrap();
    assert!(has_its_key_store(&corp.app).await.unwrap());
    assert_eq!(count_newest_lacking(&corp.app).await.unwrap(), 0);
    let lacking = count_shares(&corp.app, &operator).await.unwrap().lacking;
    assert_eq!(lacking, all.keys - 1, "the index has a new key");
    // What comes in now has new keys; what was there before is left out.
    assert!(connect(&corp.app).await.unwrap());
    let before: Vec<i64> = corp.messages().await.iter().map(|m| m.id).collect();
    corp.advance(HOUR);
    corp.talk(60).await;
    corp.pull().await;
    for message in corp.messages().await {
        let is_open = corp.body_if_any(&message).await.is_some();
        assert_eq!(is_open, !before.contains(&message.id));
    }
    assert_eq!(corp.parked().await, BTreeMap::new());
}

#[tokio::test]
async fn a_database_without_an_archive_needs_no_particular_key_store() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        assert!(has_its_key_store(&corp.app).await.unwrap());
        let none = count_shares(&corp.app, &Actor::operator()).await.unwrap();
        assert_eq!(none.lacking, 0);
        assert_eq!(count_newest_lacking(&corp.app).await.unwrap(), 0);
    })
    .await;
}
