//! Bringing an archive in and out as JSON Lines.

use std::collections::BTreeMap;

use jiebang_app::Error;
use jiebang_app::archive::{
    Imported, Wanted, begin_export, export_page, give_reason, import_lines, search,
};
use jiebang_domain::access::{Actor, Role, Scope, Who};
use jiebang_store::testing::both;
use serde_json::{Value, json};

use super::station;
use crate::corp::Corp;

async fn export(corp: &Corp) -> Vec<Vec<u8>> {
    let operator = Actor::operator();
    begin_export(&corp.app, &operator, "搬迁").await.unwrap();
    let (mut lines, mut after) = (Vec::new(), 0);
    loop {
        let page = export_page(&corp.app, &operator, after).await.unwrap();
        lines.extend(page.lines.into_iter().map(String::into_bytes));
        match page.after {
            Some(next) => after = next,
            None => return lines,
        }
    }
}

/// Takes every message out, puts them into the same archive again (nothing changes) and, the
/// other way, brings messages in that WeCom delivers later as well.
#[tokio::test]
async fn s38_s50_what_is_taken_out_is_what_was_said_and_comes_in_once() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.talk(620).await;
        corp.pull().await;
        let operator = Actor::operator();
        assert!(matches!(
            export_page(&corp.app, &operator, 0).await,
            Err(Error::ReasonRequired)
        ));
        let lines = export(&corp).await;
        assert_eq!(lines.len(), 620);
        let truth = corp.true_bodies().await;
        let told: BTreeMap<String, Value> = lines
            .iter()
            .map(|line| {
                assert!(!line.contains(&b'\n'));
                let line: Value = serde_json::from_slice(line).unwrap();
                (line["msgid"].as_str().unwrap().to_owned(), line)
            })
            .collect();
        assert!(told.keys().eq(truth.keys()), "every message once");
        let odd = told
            .values()
            .filter(|line| line["base64"].is_string())
            .count();
        assert!(odd > 0, "raw control bytes survive too");
        let again = import_lines(&corp.app, &operator, &lines).await.unwrap();
        let expected = Imported {
            known: 620,
            ..Imported::default()
        };
        assert_eq!(again, expected);
        corp.assert_whole().await;
        // Of another tool: the bare message, as WeCom gives it. What is no message is told.
        let bare = |msgid: &str, text: &str| {
            json!({ "msgid": msgid, "action": "send", "from": "zhang", "tolist": ["wang"],
                "roomid": "", "msgtime": 1_600_000_000_000_i64, "msgtype": "text",
                "text": { "content": text } })
            .to_string()
            .into_bytes()
        };
        let old = vec![
            bare("old1", "二零二零年的老合同"),
            bare("old2", "收到"),
            bare("old1", "二零二零年的老合同"),
            b"not a message".to_vec(),
            b"{}".to_vec(),
        ];
        let told = import_lines(&corp.app, &operator, &old).await.unwrap();
        let expected = Imported {
            stored: 2,
            known: 1,
            unreadable: 2,
            left_out: 0,
        };
        assert_eq!(told, expected);
        give_reason(&corp.app, &operator, "核对").await.unwrap();
        let wanted = Wanted {
            query: "老合同".to_owned(),
            limit: 10,
            ..Wanted::default()
        };
        let found = search(&corp.app, &operator, &wanted).await.unwrap();
        let ids: Vec<&str> = found.hits.iter().map(|hit| hit.msgid.as_str()).collect();
        assert_eq!(ids, ["old1"]);
        assert_eq!(found.hits[0].sent_at, 1_600_000_000_000);
        // Only who may look after the archive brings something in.
        let auditor = Actor {
            who: Who::Account(uuid::Uuid::nil()),
            role: Role::Auditor,
            scope: Scope::Corp,
            userid: None,
            confirmed_at: None,
        };
        let denied = import_lines(&corp.app, &auditor, &old).await;
        assert!(matches!(denied, Err(Error::Denied { .. })));
    })
    .await;
}
