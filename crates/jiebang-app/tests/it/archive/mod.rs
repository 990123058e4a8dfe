//! The archive against the stand-in library and the sandbox.

mod alarms;
mod bucket;
mod consent;
mod delivery;
mod expiry;
mod hold;
mod keeping;
mod key_store;
mod media;
mod policy;
mod review;
mod roster;
mod rotation;
mod s3;
mod scope;
mod search;
mod transfer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use jiebang_app::archive::{KeyView, add_private_key};
use jiebang_app::settings::{
    ArchiveLibrary, Configured, Given, MediaPlace, MediaStore, Source, connect,
};
use jiebang_app::{App, job};
use jiebang_domain::access::Actor;
use jiebang_domain::time::{Clock, Timestamp};
use jiebang_store::Store;
use jiebang_store::archive::read::{self, Message};
use jiebang_store::archive::{figures, key};
use jiebang_vault::MasterKey;
use jiebang_vault::archive::{ConversationKey, CorpKey, KeyShare, Record};
use serde_json::{Value, json};
use wecom_sandbox::{Options, Sandbox};
// Named so that its library is built beside this test.
use wecom_sdk_standin as _;

use crate::corp::{self, Corp, START};

/// The stand-in library, which cargo puts beside the test.
fn standin() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.parent().unwrap().join("libwecom_sdk_standin.so");
    assert!(path.is_file(), "{} is missing", path.display());
    path
}

/// What the configuration says where the archive is bought, the stand-in told to do `switches`.
fn configured(sandbox: &Sandbox, switches: &[(&str, &str)], media: &Path) -> Configured {
    let info = sandbox.info();
    let url = ("WECOM_SDK_STANDIN_URL", info.base_url.as_str());
    let all = std::iter::once(url).chain(switches.iter().copied());
    let library = ArchiveLibrary {
        child: Some(PathBuf::from(env!("CARGO_BIN_EXE_archive-child"))),
        environment: all
            .map(|(name, value)| (name.into(), value.into()))
            .collect(),
        path: standin(),
        proxy: None,
    };
    let secret = jiebang_wecom::Secret::new(&*info.archive_secret);
    Configured {
        archive_secret: Some(Given::new(secret, Source::File)),
        archive_library: Some(library),
        media: Some(MediaPlace {
            store: MediaStore::Folder(media.join("blobs")),
            parts: media.join("parts"),
        }),
        erasures: Some(media.join("erasures.jsonl")),
        ..corp::configured(sandbox)
    }
}

/// A corp that was read, with its archive on and the first key.
async fn station(store: Store, switches: &[(&str, &str)]) -> Corp {
    // Removed by the system with the other files of the test.
    let folder = tempfile::tempdir().unwrap().keep();
    station_in(store, switches, &folder).await
}

/// As [`station`], with the files of messages in this folder.
async fn station_in(store: Store, switches: &[(&str, &str)], folder: &Path) -> Corp {
    station_of(store, corp::options(61), switches, folder).await
}

/// As [`station_in`], of a corp like this.
async fn station_of(
    store: Store,
    options: Options,
    switches: &[(&str, &str)],
    folder: &Path,
) -> Corp {
    let on = json!({ "on": true });
    station_as(store, options, on, |sandbox| {
        configured(sandbox, switches, folder)
    })
    .await
}

/// As [`station_of`], the archive at WeCom being like this, and configured like this.
async fn station_as(
    store: Store,
    options: Options,
    archive: Value,
    configured: impl FnOnce(&Sandbox) -> Configured,
) -> Corp {
    let sandbox = Sandbox::start(options).await.unwrap();
    let clock = Clock::manual(Timestamp::from_seconds(START));
    let app = App::new(corp::parts(&store, &clock, configured(&sandbox))).unwrap();
    let (status, answer) = sandbox.control("PUT", "archive", archive).await;
    assert_eq!(status, 200, "{answer}");
    assert!(connect(&app).await.unwrap());
    let corp = Corp {
        corp: app.corp().unwrap(),
        sandbox,
        app,
        store,
        clock,
    };
    corp.sync().await;
    corp
}

impl Corp {
    /// A new key pair at WeCom: its version and the private half as PEM.
    async fn new_key(&self) -> (u32, String) {
        let made = self
            .control("POST", "archive/keys", json!({ "generate": true }))
            .await;
        let base64 = made["private_key"].as_str().unwrap();
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----\n");
        (
            u32::try_from(made["version"].as_u64().unwrap()).unwrap(),
            pem,
        )
    }

    async fn add_key(&self) -> KeyView {
        let (version, pem) = self.new_key().await;
        add_private_key(&self.app, &Actor::operator(), version, &pem)
            .await
            .unwrap()
    }

    async fn talk(&self, messages: usize) {
        let ask = json!({ "messages": messages, "span_s": 86_400 });
        self.control("POST", "archive/generate", ask).await;
    }

    /// Pulls and opens what there is now.
    async fn pull(&self) {
        self.advance(61);
        while job::run_next(&self.app).await.unwrap() {}
    }

    /// Sum of the plaintext of every message WeCom has, by msgid.
    async fn true_bodies(&self) -> BTreeMap<String, String> {
        let truth = self.truth("/archive").await;
        let rows = corp::array(&truth["rows"]);
        rows.map(|row| (corp::text(&row["msgid"]), corp::text(&row["sha256"])))
            .collect()
    }

    async fn messages(&self) -> Vec<Message> {
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let page = read::sweep(self.store.read(), &self.corp, after, 1_000)
                .await
                .unwrap();
            let Some(last) = page.last() else { return all };
            after = last.id;
            all.extend(page);
        }
    }

    /// Opens a body with the keys of the store alone, as another program would.
    async fn body(&self, message: &Message) -> Vec<u8> {
        self.body_if_any(message).await.unwrap()
    }

    /// As [`Corp::body`]; `None` if the key store has no share of its key.
    async fn body_if_any(&self, message: &Message) -> Option<Vec<u8>> {
        let (read, corp) = (self.store.read(), self.corp.as_str());
        let rows = key::of_conversations(read, &self.corp, &[message.conversation_id])
            .await
            .unwrap();
        let row = rows
            .iter()
            .find(|row| row.number == message.key_no)
            .unwrap();
        let number = row.corp_key_number;
        let wrapped = key::corp_keys(read, &self.corp).await.unwrap();
        let wrapped = wrapped.iter().find(|key| key.number == number).unwrap();
        let record = Record::CorpKey { corp, number };
        let master = MasterKey::from_bytes([7; 32]);
        let corp_key = CorpKey::unwrap(&master, &record, wrapped.wrapped.as_ref().unwrap());
        let record = Record::ConversationKey {
            corp,
            conversation: message.conversation_id,
            number: row.number,
        };
        let wrapped = row.wrapped.as_ref().unwrap();
        let id = row.share_id.unwrap();
        let mut shares = self.store.key_store().shares(&[id]).await.unwrap();
        let share = KeyShare::from_bytes(shares.remove(&id)?).unwrap();
        let key = ConversationKey::unwrap(&corp_key.unwrap(), &share, &record, wrapped).unwrap();
        let record = Record::Body {
            corp,
            conversation: message.conversation_id,
            message: message.id,
        };
        Some(key.open(&record, &message.body).unwrap().to_vec())
    }

    /// Every body that is stored, each once, by msgid: sums of what was opened.
    async fn stored_bodies(&self) -> BTreeMap<String, String> {
        let mut bodies = BTreeMap::new();
        for message in self.messages().await {
            let sum = hex::encode(digest(&SHA256, &self.body(&message).await));
            let twice = bodies.insert(message.msgid.clone(), sum);
            assert_eq!(twice, None, "{} is stored twice", message.msgid);
        }
        bodies
    }

    /// The archive is what WeCom has, every body exactly once.
    async fn assert_whole(&self) {
        let (stored, truth) = (self.stored_bodies().await, self.true_bodies().await);
        let missing = truth.keys().filter(|id| !stored.contains_key(*id)).count();
        let surplus = stored.keys().filter(|id| !truth.contains_key(*id)).count();
        let other = stored
            .iter()
            .filter(|(id, sum)| truth.get(*id).is_some_and(|truth| truth != *sum))
            .count();
        let parked = self.parked().await;
        assert_eq!(
            (missing, surplus, other),
            (0, 0, 0),
            "of {}, parked {parked:?}",
            truth.len()
        );
        assert_eq!(parked, BTreeMap::new());
    }

    async fn completeness(&self) -> figures::Completeness {
        figures::completeness(self.store.read(), &self.corp)
            .await
            .unwrap()
    }

    /// How many rows are parked for each reason.
    async fn parked(&self) -> BTreeMap<String, i64> {
        let parked = self.completeness().await.parked;
        let mut by_reason = BTreeMap::new();
        for some in parked {
            *by_reason.entry(some.reason).or_default() += some.rows;
        }
        by_reason
    }
}
