//! What comes while a hold stands.

use jiebang_app::archive::{lift_hold, place_hold};
use jiebang_app::job;
use jiebang_domain::access::Actor;
use jiebang_domain::archive::retention::Subject;
use jiebang_store::testing::both;
use serde_json::{Value, json};

use super::station;
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
        lift_hold(&corp.app, &operator, hold.id).await.unwrap();
        corp.advance(hours(3));
        while job::run_next(&corp.app).await.unwrap() {}
        let left: Vec<String> = stored(&corp).await.into_iter().map(|one| one.0).collect();
        assert_eq!(left, ["4_1_external", "5_1_external"]);
    })
    .await;
}
