//! Pages end, one way or another.

use std::pin::pin;

use futures::TryStreamExt;
use jiebang_wecom::{Api, CallError, Cursor, Doubt, GroupStatus, walk};

use crate::stub::{Reply, Stub, customer};

#[tokio::test]
async fn a_walk_reads_every_page_whichever_way_the_list_ends() {
    for end in [r#","next_cursor":"""#, r#","next_cursor":null"#, ""] {
        let stub = Stub::start(move |hit, before| {
            if hit.path == "gettoken" {
                return None;
            }
            let sent = hit.json()["cursor"].as_str().unwrap_or_default().to_owned();
            assert_eq!(
                sent,
                if before == 0 {
                    String::new()
                } else {
                    format!("c{before}")
                }
            );
            let next = match before {
                2 => end.to_owned(),
                n => format!(r#","next_cursor":"c{}""#, n + 1),
            };
            Reply::json(format!(
                r#"{{"group_chat_list":[{{"chat_id":"wr{before}","status":1}}]{next}}}"#
            ))
        })
        .await;
        let client = stub.client();
        let pages = pin!(walk(Api::GroupList, None, |cursor| {
            client.groups(GroupStatus::OwnerLeft, None, cursor, 1)
        }));
        let pages: Vec<_> = pages.try_collect().await.unwrap();
        let ids: Vec<_> = pages
            .iter()
            .flat_map(|page| &page.items)
            .map(|row| row.chat_id.to_string())
            .collect();
        assert_eq!(ids, ["wr0", "wr1", "wr2"]);
    }
}

#[tokio::test]
async fn a_cursor_that_comes_back_ends_the_walk_with_an_error() {
    // a → b → a → b …
    let stub = Stub::start(|hit, before| {
        let next = if before % 2 == 0 { "a" } else { "b" };
        (hit.path != "gettoken").then(|| Reply::json(format!(r#"{{"next_cursor":"{next}"}}"#)))?
    })
    .await;
    let client = stub.client();
    let pages = pin!(walk(Api::UnassignedList, None, |cursor| client
        .unassigned(cursor)));
    let error = pages.try_collect::<Vec<_>>().await.unwrap_err();
    assert!(matches!(
        error,
        CallError::Unsure {
            why: Doubt::CursorLoop,
            ..
        }
    ));
    assert_eq!(stub.hits("externalcontact/get_unassigned_list").len(), 3);
}

#[tokio::test]
async fn a_page_that_leads_to_itself_is_an_error() {
    let stub = Stub::always(r#"{"next_cursor":"a"}"#).await;
    let client = stub.client();
    let error = client.unassigned(Cursor::new("a")).await.unwrap_err();
    assert!(matches!(
        error,
        CallError::Unsure {
            why: Doubt::CursorLoop,
            ..
        }
    ));
}

#[tokio::test]
async fn followers_of_every_page_are_joined_and_an_endless_list_of_them_ends() {
    let stub = Stub::start(|hit, before| {
        if hit.path == "gettoken" {
            return None;
        }
        let next = if before == 0 { r#","next_cursor":"c2""# } else { "" };
        Reply::json(format!(
            r#"{{"external_contact":{{"external_userid":"wmA1"}},"follow_user":[{{"userid":"u{before}"}}]{next}}}"#
        ))
    })
    .await;
    let detail = stub
        .client()
        .customer(&customer("wmA1"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(detail.follows.len(), 2);
    let hits = stub.hits("externalcontact/get");
    assert_eq!(hits[1].query["cursor"], "c2");

    let endless = Stub::always(
        r#"{"external_contact":{"external_userid":"wmA1"},"follow_user":[],"next_cursor":"c"}"#,
    )
    .await;
    let error = endless
        .client()
        .customer(&customer("wmA1"))
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        CallError::Unsure {
            why: Doubt::CursorLoop,
            ..
        }
    ));
}

#[tokio::test]
async fn the_last_page_is_the_last_even_if_it_has_a_cursor() {
    let stub = Stub::always(r#"{"info":[],"is_last":true,"next_cursor":"more"}"#).await;
    assert_eq!(stub.client().unassigned(None).await.unwrap().next, None);
}

#[tokio::test]
async fn a_cursor_of_any_length_is_not_kept() {
    let stub = Stub::always(format!(r#"{{"next_cursor":"{}"}}"#, "c".repeat(5000))).await;
    let error = stub.client().unassigned(None).await.unwrap_err();
    assert!(matches!(
        error,
        CallError::Unsure {
            why: Doubt::Malformed(_),
            ..
        }
    ));
}
