//! What comes while a hold stands, and what it keeps from an erasure that was never stored.

use jiebang_app::archive::{erase, lift_hold, place_hold};
use jiebang_app::job;
use jiebang_domain::access::Actor;
use jiebang_domain::archive::retention::Subject;
use jiebang_store::Store;
use jiebang_store::archive::hold::{self, Hold};
use jiebang_store::testing::{both, keys_in, sqlite_url};
use serde_json::{Value, json};

use super::keeping::{a_customer_and_another_conversation, keys_of, reopened};
use super::{station, station_in};
use crate::corp::{Corp, hours, text};

/// A text of a member to a customer, with a telephone number in it.
async fn say(corp: &Corp, number: i64, member: &str, customer: &str) {
    let at = corp.clock.now().seconds() - 60;
    let row = json!({ "json": { "msgid": format!("{number}_1_external"), "action": "send",
        "from": member, "tolist": [customer], "roomid": "", "msgtime": at * 1_000,
        "msgtype": "text", "text": { "content": "电话 13912345678" } } });
    corp.control("POST", "archive/rows", json!({ "rows": [row] }))
        .await;
    corp.pull().await;
}

/// What is stored: msgids with what is said.
async fn stored(corp: &Corp) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for message in corp.messages().await {
        let body: Value = serde_json::from_slice(&corp.body(&message).await).unwrap();
        all.push((message.msgid, text(&body["text"]["content"])));
    }
    all.sort();
    all
}

#[tokio::test]
async fn b17_a_hold_keeps_what_comes_whole_whatever_the_policy() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        let (held, other) = ("wmHeldCustomer00000001", "wmOtherCustomer0000001");
        let operator = Actor::operator();
        let policy = |keep: &str| {
            json!({ "rules": [], "default": { "keep": keep, "media": false, "days": null } })
        };
        corp.set_policy(&policy("skip")).await;
        say(&corp, 1, "zhangsan", held).await;
        assert_eq!(stored(&corp).await, []);
        let hold = place_hold(&corp.app, &operator, Subject::Person(held.to_owned()), "诉讼");
        let hold = hold.await.unwrap();
        say(&corp, 2, "zhangsan", held).await;
        say(&corp, 3, "zhangsan", other).await;
        corp.set_policy(&policy("mask")).await;
        say(&corp, 4, "lisi", held).await;
        say(&corp, 5, "lisi", other).await;
        let whole = |id: &str| (format!("{id}_1_external"), "电话 13912345678".to_owned());
        let all = stored(&corp).await;
        assert_eq!(all[..2], [whole("2"), whole("4")]);
        let [_, _, (id, masked)] = &all[..] else {
            panic!("{all:?}")
        };
        assert_eq!(id, "5_1_external");
        assert!(!masked.contains("13912345678"), "{masked}");
        // It outlives expiry, and what would not have been kept goes when the hold is lifted.
        corp.advance(hours(3));
        while job::run_next(&corp.app).await.unwrap() {}
        assert_eq!(stored(&corp).await.len(), 3);
        lift_hold(&corp.app, &operator, hold.id, "结案").await.unwrap();
        corp.advance(hours(3));
        while job::run_next(&corp.app).await.unwrap() {}
        let left: Vec<String> = stored(&corp).await.into_iter().map(|one| one.0).collect();
        assert_eq!(left, ["4_1_external", "5_1_external"]);
    })
    .await;
}

#[tokio::test]
async fn b17_a_hold_stands_against_an_erasure_that_is_listed_and_was_never_stored() {
    let (url, folder) = sqlite_url();
    let store = Store::open(&url, &keys_in(folder.path())).await.unwrap();
    let corp = station_in(store, &[], folder.path()).await;
    corp.add_key().await;
    corp.talk(160).await;
    corp.pull().await;
    let operator = Actor::operator();
    let (customer, _) = a_customer_and_another_conversation(&corp).await;
    // What is there before, to be put back: as if the disk had failed behind the list.
    corp.store.close().await.unwrap();
    let files = ["test.db", "keys.db"].map(|name| folder.path().join(name));
    let before = files.each_ref().map(|file| std::fs::read(file).unwrap());
    let corp = reopened(corp, &url, folder.path()).await;
    let subject = Subject::Person(customer.clone());
    erase(&corp.app, &operator, subject, "客户要求")
        .await
        .unwrap();
    corp.store.close().await.unwrap();
    for (file, bytes) in files.iter().zip(&before) {
        std::fs::write(file, bytes).unwrap();
    }
    let store = Store::open(&url, &keys_in(folder.path())).await.unwrap();
    let tx = store.begin().await.unwrap();
    let held = Hold {
        id: uuid::Uuid::from_u128(17),
        corp_id: corp.corp.to_string(),
        subject_kind: "person".to_owned(),
        subject_id: customer.clone(),
        reason: "诉讼".to_owned(),
        placed_by: "operator".to_owned(),
        placed_at: corp.clock.now().seconds() + 1,
        lifted_by: None,
        lifted_at: None,
    };
    hold::place(&tx, held.clone()).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await.unwrap();
    let corp = reopened(corp, &url, folder.path()).await;
    let there = keys_of(&corp, &customer).await;
    assert!(!there.is_empty() && there.iter().all(|there| *there));
    // Without it the erasure is carried out at the next start.
    lift_hold(&corp.app, &operator, held.id, "结案")
        .await
        .unwrap();
    corp.store.close().await.unwrap();
    let corp = reopened(corp, &url, folder.path()).await;
    assert!(keys_of(&corp, &customer).await.iter().all(|there| !there));
}
