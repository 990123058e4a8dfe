//! The connection's settings.

use jiebang_app::settings::{
    Configured, Given, SettingsChange, Source, change_settings, read_values, view_settings,
};
use jiebang_app::{App, Error};
use jiebang_domain::access::Actor;
use jiebang_domain::id::CorpId;
use jiebang_domain::time::{Clock, Timestamp};
use jiebang_store::testing::both;
use jiebang_vault::{Entropy, MasterKey};
use jiebang_wecom::Secret;

use crate::corp::{START, parts, unconnected};

const SECRET: &str = "s3cr3t-of-the-app-that-nobody-reads";
const TOKEN: &str = "callbackTOKEN123";
const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ";

fn typed() -> SettingsChange {
    SettingsChange {
        corp_id: Some("ww0123456789abcdef".to_owned()),
        agent_id: Some(1_000_002),
        app_secret: Some(SECRET.to_owned()),
        callback_token: Some(TOKEN.to_owned()),
        callback_aes_key: Some(AES_KEY.to_owned()),
        public_url: Some("https://crm.example.com".to_owned()),
        ..SettingsChange::default()
    }
}

#[tokio::test]
async fn typed_settings_connect_and_are_never_given_out() {
    both(|store| async move {
        let (app, _) = unconnected(&store);
        let operator = Actor::operator();
        assert!(matches!(app.connection(), Err(Error::NotConnected)));
        let view = change_settings(&app, &operator, typed()).await.unwrap();
        assert!(view.app_secret_set && view.callback.token_set && view.callback.aes_key_set);
        assert!(!view.contacts_secret_set);
        assert_eq!(
            view.callback.url.as_deref(),
            Some("https://crm.example.com/callback/wecom")
        );
        assert_eq!(view.source["app_secret"], Source::Console);
        let connection = app.connection().unwrap();
        assert_eq!(connection.corp.as_str(), "ww0123456789abcdef");
        assert!(connection.receiver.is_some());
        let shown = serde_json::to_string(&view_settings(&app, &operator).await.unwrap()).unwrap();
        for secret in [SECRET, TOKEN, AES_KEY] {
            assert!(!shown.contains(secret));
        }
        // An empty text takes a secret away, and with it the connection.
        let change = SettingsChange {
            app_secret: Some(String::new()),
            ..SettingsChange::default()
        };
        assert!(
            !change_settings(&app, &operator, change)
                .await
                .unwrap()
                .app_secret_set
        );
        assert!(app.connection().is_err());
    })
    .await;
}

#[tokio::test]
async fn secrets_are_nowhere_in_the_database_file_nor_in_the_audit_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jiebang.db");
    let url = jiebang_store::DatabaseUrl::sqlite(&path);
    let keys = jiebang_store::testing::keys_in(folder.path());
    let store = jiebang_store::Store::open(&url, &keys).await.unwrap();
    let (app, _) = unconnected(&store);
    change_settings(&app, &Actor::operator(), typed())
        .await
        .unwrap();
    let entries = jiebang_app::audit::Wanted {
        limit: 10,
        ..Default::default()
    };
    let log = jiebang_app::audit::list_entries(&app, &Actor::operator(), entries)
        .await
        .unwrap();
    let entry = log
        .items
        .iter()
        .find(|entry| entry.act == "settings.change")
        .unwrap();
    assert!(
        entry.detail["fields"]
            .as_array()
            .unwrap()
            .iter()
            .any(|field| field == "app_secret")
    );
    store.close().await.unwrap();
    let mut files = 0;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        files += 1;
        for secret in [SECRET, TOKEN, AES_KEY] {
            let found = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "a secret lies open in the file");
        }
    }
    assert!(files > 0);
}

#[tokio::test]
async fn the_configuration_overrides_the_console_field_by_field() {
    let store = jiebang_store::testing::either().await;
    let (typing, _) = unconnected(&store);
    change_settings(&typing, &Actor::operator(), typed())
        .await
        .unwrap();
    let clock = Clock::manual(Timestamp::from_seconds(START));
    let given = Configured {
        corp_id: Some(Given::new(CorpId::parse("wwother").unwrap(), Source::Env)),
        app_secret: Some(Given::new(Secret::new("from the file"), Source::File)),
        ..Configured::default()
    };
    let app = App::new(parts(&store, &clock, given)).unwrap();
    let values = read_values(&app).await.unwrap();
    assert_eq!(values.corp_id.unwrap().as_str(), "wwother");
    assert_eq!(values.app_secret.unwrap().expose(), "from the file");
    assert_eq!(values.agent_id, Some(1_000_002));
    assert_eq!(values.sources["corp_id"], Source::Env);
    assert_eq!(values.sources["agent_id"], Source::Console);
    let refused = change_settings(&app, &Actor::operator(), typed()).await;
    let Err(Error::Invalid(problems)) = refused else {
        panic!("{:?}", refused.is_ok())
    };
    let fields: Vec<&str> = problems.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["corp_id", "app_secret"]);
}

#[tokio::test]
async fn another_master_key_opens_nothing() {
    let store = jiebang_store::testing::either().await;
    let (app, clock) = unconnected(&store);
    change_settings(&app, &Actor::operator(), typed())
        .await
        .unwrap();
    let mut other = parts(&store, &clock, Configured::default());
    other.master_key = MasterKey::from_bytes([8; 32]);
    other.entropy = Entropy::seeded(12);
    let other = App::new(other).unwrap();
    assert!(matches!(read_values(&other).await, Err(Error::Vault(_))));
}

#[tokio::test]
async fn every_field_that_cannot_be_is_named() {
    let store = jiebang_store::testing::either().await;
    let (app, _) = unconnected(&store);
    let change = SettingsChange {
        callback_aes_key: Some("short".to_owned()),
        public_url: Some("crm.example.com".to_owned()),
        callback_token: Some("x".repeat(33)),
        ..SettingsChange::default()
    };
    let Err(Error::Invalid(problems)) = change_settings(&app, &Actor::operator(), change).await
    else {
        panic!("accepted");
    };
    let mut fields: Vec<&str> = problems.iter().map(|one| one.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["callback_aes_key", "callback_token", "public_url"]);
    assert!(read_values(&app).await.unwrap().sources.is_empty());
}
