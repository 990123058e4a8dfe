//! Exchanging keys.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use jiebang_app::archive::{
    begin_export, exchange_corp_key, export_page, list_corp_keys, renew_all_conversation_keys,
    renew_conversation_key,
};
use jiebang_app::settings::{connect, exchange_master_key, master_key_in_force};
use jiebang_app::{App, Error, Parts, job};
use jiebang_domain::access::Actor;
use jiebang_store::archive::key;
use jiebang_store::setting::{self, Content};
use jiebang_store::testing::both;
use jiebang_vault::archive::KeyShare;
use jiebang_vault::{Entropy, MasterKey, VaultError};
use serde_json::json;

use super::{configured, station};
use crate::corp::{self, Corp, START};

impl Corp {
    /// The program started again, with this master key.
    async fn restarted_with(self, master_key: MasterKey) -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let configured = configured(&self.sandbox, &[], &folder);
        let parts = Parts {
            master_key,
            entropy: Entropy::seeded(12),
            ..corp::parts(&self.store, &self.clock, configured)
        };
        let app = App::new(parts).unwrap();
        assert!(connect(&app).await.unwrap());
        Self { app, ..self }
    }

    /// The sealed bodies as they lie in the store.
    async fn sealed(&self) -> BTreeMap<i64, Vec<u8>> {
        let all = self.messages().await.into_iter();
        all.map(|message| (message.id, message.body)).collect()
    }
}

/// Reads the whole archive once; returns how many messages it gave.
async fn read_all(app: &App) -> Result<usize, Error> {
    let (mut after, mut count) = (0, 0);
    loop {
        let page = export_page(app, &Actor::operator(), after).await?;
        count += page.lines.len();
        match page.after {
            Some(next) => after = next,
            None => return Ok(count),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s42_a_new_corp_key_takes_over_every_wrap_while_people_read() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        let operator = Actor::operator();
        corp.add_key().await;
        corp.talk(300).await;
        corp.pull().await;
        let before = corp.sealed().await;
        begin_export(&corp.app, &operator, "test").await.unwrap();
        let (stop, rounds) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicU64::new(0)),
        );
        let reader = {
            let (app, stop, rounds) = (corp.app.clone(), stop.clone(), rounds.clone());
            tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    assert!(read_all(&app).await.unwrap() >= 300);
                    rounds.fetch_add(1, Ordering::SeqCst);
                }
            })
        };
        for number in 2..=4 {
            assert_eq!(
                exchange_corp_key(&corp.app, &operator).await.unwrap(),
                number
            );
            corp.talk(20).await;
            corp.pull().await;
            let seen = rounds.load(Ordering::SeqCst);
            while rounds.load(Ordering::SeqCst) == seen && !reader.is_finished() {
                tokio::task::yield_now().await;
            }
        }
        stop.store(true, Ordering::SeqCst);
        reader.await.unwrap();
        let keys = list_corp_keys(&corp.app, &operator).await.unwrap();
        assert_eq!(keys.len(), 1, "the others are destroyed: {keys:?}");
        assert_eq!(keys[0].number, 4);
        assert!(keys[0].wraps > 10, "{keys:?}");
        let after = corp.sealed().await;
        let untouched = before.iter().all(|(id, body)| after[id] == *body);
        assert!(untouched, "no payload is sealed again");
        corp.assert_whole().await;
    })
    .await;
}

#[tokio::test]
async fn s42_a_conversation_goes_on_with_a_new_key_at_demand() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        let say = |number: i64| {
            json!({ "rows": [{ "json": { "msgid": format!("{number}_1"), "action": "send",
            "from": "a", "tolist": ["b"], "roomid": "", "msgtime": (START + number) * 1_000,
            "msgtype": "text", "text": { "content": "您好" } } }] })
        };
        corp.control("POST", "archive/rows", say(1)).await;
        corp.pull().await;
        let conversation = corp.messages().await[0].conversation_id;
        let (app, operator) = (&corp.app, Actor::operator());
        let renewed = renew_conversation_key(app, &operator, conversation).await;
        assert_eq!(renewed.unwrap(), 2);
        corp.control("POST", "archive/rows", say(2)).await;
        corp.pull().await;
        let numbers: Vec<i32> = corp.messages().await.iter().map(|m| m.key_no).collect();
        assert_eq!(numbers, [1, 2]);
        corp.assert_whole().await;
        let unknown = renew_conversation_key(app, &operator, conversation + 1).await;
        assert!(matches!(unknown, Err(Error::NotFound { .. })));
    })
    .await;
}

#[tokio::test]
async fn s42_every_conversation_goes_on_with_a_new_key_at_demand() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        let say = |number: i64, to: &str| {
            json!({ "rows": [{ "json": { "msgid": format!("{number}_1"), "action": "send",
            "from": "a", "tolist": [to], "roomid": "", "msgtime": (START + number) * 1_000,
            "msgtype": "text", "text": { "content": "您好" } } }] })
        };
        for (number, to) in [(1, "b"), (2, "c")] {
            corp.control("POST", "archive/rows", say(number, to)).await;
        }
        corp.pull().await;
        let (app, operator) = (&corp.app, Actor::operator());
        renew_all_conversation_keys(app, &operator).await.unwrap();
        corp.clock.advance(5);
        for (number, to) in [(3, "b"), (4, "b"), (5, "d")] {
            corp.control("POST", "archive/rows", say(number, to)).await;
            corp.pull().await;
        }
        let mut numbers: Vec<(String, i32)> = corp
            .messages()
            .await
            .into_iter()
            .map(|message| (message.msgid, message.key_no))
            .collect();
        numbers.sort();
        let expected = [("1_1", 1), ("2_1", 1), ("3_1", 2), ("4_1", 2), ("5_1", 1)];
        assert_eq!(numbers, expected.map(|(id, key)| (id.to_owned(), key)));
        corp.assert_whole().await;
    })
    .await;
}

#[tokio::test]
async fn s42_a_key_that_was_destroyed_wraps_nothing_any_more() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.talk(30).await;
        corp.pull().await;
        exchange_corp_key(&corp.app, &Actor::operator())
            .await
            .unwrap();
        corp.pull().await;
        let conversation = corp.messages().await[0].conversation_id;
        let late = key::NewKey {
            conversation_id: conversation,
            number: 9,
            corp_key_number: 1,
            wrapped: vec![0; 60],
            share_id: 9,
            created_at: START,
        };
        let share = KeyShare::generate(&Entropy::system()).unwrap();
        let late = corp.store.key_store().keep(vec![(late, share)]).await;
        let tx = corp.app.begin().await.unwrap();
        let added = key::add_keys(&tx, &corp.corp, late.unwrap()).await;
        assert!(added.is_err(), "its content could never be read");
    })
    .await;
}

#[tokio::test]
async fn s42_under_a_new_master_key_everything_opens_and_the_old_one_is_refused() {
    both(|store| async move {
        let corp = station(store.clone(), &[]).await;
        corp.add_key().await;
        corp.talk(40).await;
        corp.pull().await;
        let operator = Actor::operator();
        let new = MasterKey::from_bytes([8; 32]);
        assert_eq!(master_key_in_force(&store).await.unwrap(), None);
        // A secret that was typed in.
        let (home, old) = (corp.app.home().clone(), corp.app.master_key().clone());
        let bound = format!("setting\n{home}\napp_secret").into_bytes();
        let sealed = jiebang_vault::seal(&old, old.id(), &bound, b"secret", [1; 12]).unwrap();
        let tx = corp.app.begin().await.unwrap();
        let content = Content::Sealed(sealed);
        setting::put(
            &tx,
            &home,
            "app_secret",
            content,
            "operator",
            corp.app.now(),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let done = exchange_master_key(&corp.app, &operator, &new)
            .await
            .unwrap();
        assert_eq!(
            (done.corp_keys, done.private_keys, done.settings),
            (1, 1, 1)
        );
        let row = setting::get(store.read(), &home, "app_secret")
            .await
            .unwrap();
        let sealed = row.unwrap().sealed.unwrap();
        assert_eq!(
            jiebang_vault::open(&new, new.id(), &bound, &sealed).unwrap(),
            b"secret"
        );
        assert!(jiebang_vault::open(&old, old.id(), &bound, &sealed).is_err());
        assert_eq!(master_key_in_force(&store).await.unwrap(), Some(new.id()));
        // The program that still has the old key reads nothing and seals nothing.
        begin_export(&corp.app, &operator, "test").await.unwrap();
        let refused = read_all(&corp.app).await;
        assert!(matches!(
            refused,
            Err(Error::Vault(VaultError::OtherKey { .. }))
        ));
        let third = MasterKey::from_bytes([9; 32]);
        let again = exchange_master_key(&corp.app, &operator, &third);
        let conflict = Error::Conflict {
            code: "master_key_exchanged",
        };
        assert_eq!(again.await.unwrap_err().to_string(), conflict.to_string());
        // Started with the new key it goes on.
        let corp = corp.restarted_with(new).await;
        assert_eq!(read_all(&corp.app).await.unwrap(), 40);
        corp.talk(10).await;
        corp.pull().await;
        assert_eq!(read_all(&corp.app).await.unwrap(), 50);
    })
    .await;
}

#[tokio::test]
async fn s42_a_damaged_key_does_not_keep_the_others_from_being_exchanged() {
    both(|store| async move {
        let corp = station(store, &[]).await;
        corp.add_key().await;
        corp.talk(30).await;
        corp.pull().await;
        let (app, operator) = (&corp.app, Actor::operator());
        let rows = key::wrapped_by(corp.store.read(), &corp.corp, 1, None, 1)
            .await
            .unwrap();
        let tx = corp.store.begin().await.unwrap();
        assert!(key::rewrap(&tx, &rows[0], 1, vec![9; 60]).await.unwrap());
        tx.commit().await.unwrap();
        let all = list_corp_keys(app, &operator).await.unwrap()[0].wraps;
        exchange_corp_key(app, &operator).await.unwrap();
        while job::run_next(app).await.unwrap() {}
        let keys = list_corp_keys(app, &operator).await.unwrap();
        let wraps: Vec<(i32, u64)> = keys.iter().map(|key| (key.number, key.wraps)).collect();
        assert_eq!(wraps, [(1, 1), (2, all - 1)]);
    })
    .await;
}
