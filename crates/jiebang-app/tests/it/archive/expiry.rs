//! Expiry by a wrong clock, and what deleting leaves in the index.

use jiebang_app::archive::{erase, lift_hold, place_hold, view_certificate};
use jiebang_app::job;
use jiebang_domain::access::Actor;
use jiebang_domain::archive::retention::Subject;
use jiebang_domain::time::DAY;
use jiebang_store::testing::{both, words_in_index};
use serde_json::json;

use super::station;
use crate::corp::{Corp, START};

async fn run_jobs(corp: &Corp) {
    while job::run_next(&corp.app).await.unwrap() {}
}

/// Has expiry look now, whenever it would look by itself.
async fn expire(corp: &Corp) {
    let operator = Actor::operator();
    let hold = place_hold(&corp.app, &operator, Subject::Corp, "核对").await;
    let lifted = lift_hold(&corp.app, &operator, hold.unwrap().id, "结案").await;
    lifted.unwrap();
    run_jobs(corp).await;
}

#[tokio::test]
async fn s49_a_clock_that_is_ahead_of_wecoms_has_nothing_deleted_before_its_time() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.set_policy(&json!({ "default": { "keep": "keep", "media": false, "days": 9 } }))
            .await;
        corp.talk(60).await;
        corp.pull().await;
        let there = corp.messages().await.len();
        assert!(there >= 60);
        corp.clock.advance(30 * DAY);
        expire(&corp).await;
        assert_eq!(corp.messages().await.len(), there);
        corp.clock.set_millis(corp.sandbox.now_millis());
        expire(&corp).await;
        assert_eq!(corp.messages().await.len(), there);
        assert_ne!(words_in_index(&corp.store).await, Some(0));
        corp.advance(11 * DAY);
        expire(&corp).await;
        assert_eq!(corp.messages().await.len(), 0);
        assert_eq!(words_in_index(&corp.store).await.unwrap_or(0), 0);
    })
    .await;
}

#[tokio::test]
async fn b16_an_erasure_is_done_when_no_word_is_left_in_the_index() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        let row = |number: i64| {
            json!({ "json": { "msgid": format!("{number}_1"), "action": "send",
                "from": "a", "tolist": ["wmAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"], "roomid": "",
                "msgtime": (START - number) * 1_000, "msgtype": "text",
                "text": { "content": format!("第{number}份报价单请查收") } } })
        };
        let rows: Vec<_> = (1..=30).map(row).collect();
        corp.control("POST", "archive/rows", json!({ "rows": rows }))
            .await;
        corp.pull().await;
        assert_eq!(corp.messages().await.len(), 30);
        assert_ne!(words_in_index(&corp.store).await, Some(0));
        let (app, operator) = (&corp.app, Actor::operator());
        let customer = Subject::Person("wmAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned());
        let erased = erase(app, &operator, customer, "客户要求").await.unwrap();
        run_jobs(&corp).await;
        let told = view_certificate(app, &operator, erased.id).await.unwrap();
        assert!(told.erasure.finished_at.is_some());
        assert_eq!(words_in_index(&corp.store).await.unwrap_or(0), 0);
    })
    .await;
}
