//! The archive connector against the stand-in library and the sandbox.

mod abi;
mod audit;
mod media;
mod quarantine;
mod sdk;
mod start;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rsa::{Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiebang_domain::id::CorpId;
use jiebang_wecom::Secret;
use jiebang_wecom::archive::{ArchiveSdk, Locked, Opening, SdkConfig, SealedRow};
use serde_json::{Value, json};
use wecom_sandbox::{Options, Sandbox};
// Named so that its library is built beside this test.
use wecom_sdk_standin as _;

const START: i64 = 1_780_000_000;

/// The stand-in library, which cargo puts beside the test.
fn standin() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.parent().unwrap().join("libwecom_sdk_standin.so");
    assert!(path.is_file(), "{} is missing", path.display());
    path
}

/// What ../shared holds for the archive; `None`, with a printed reason, without it.
fn fixture(name: &str) -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/fixtures/archive")
        .join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            println!("skipped: no {name} in ../shared");
            None
        }
    }
}

/// A sandbox with an archive and a private key for every version.
struct Station {
    sandbox: Sandbox,
    keys: BTreeMap<u32, Pkcs1PrivateDecryptingKey>,
}

impl Station {
    async fn new() -> Self {
        let options = Options {
            staff: 30,
            customers: 300,
            groups: 20,
            start_time: Some(START),
            frozen_clock: true,
            ..Options::default()
        };
        let mut station = Self {
            sandbox: Sandbox::start(options).await.unwrap(),
            keys: BTreeMap::new(),
        };
        station
            .control("PUT", "archive", json!({ "on": true }))
            .await;
        station.new_key().await;
        station
    }

    async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.sandbox.control(method, path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn new_key(&mut self) {
        let ask = json!({ "generate": true });
        let made = self.control("POST", "archive/keys", ask).await;
        let der = STANDARD.decode(made["private_key"].as_str().unwrap());
        let key = PrivateDecryptingKey::from_pkcs8(&der.unwrap()).unwrap();
        let version = u32::try_from(made["version"].as_u64().unwrap()).unwrap();
        let key = Pkcs1PrivateDecryptingKey::new(key).unwrap();
        self.keys.insert(version, key);
    }

    async fn generate(&self, messages: usize) {
        let ask = json!({ "messages": messages, "span_s": 600 });
        self.control("POST", "archive/generate", ask).await;
    }

    async fn fault(&self, rule: Value) {
        self.control("POST", "faults", rule).await;
    }

    /// Every archived message with the sum of its plaintext, in order.
    async fn truth(&self) -> Vec<(u64, String, String)> {
        let truth = self.control("GET", "truth/archive", Value::Null).await;
        let rows = truth["rows"].as_array().unwrap().iter();
        rows.map(|row| {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            (row["seq"].as_u64().unwrap(), text("msgid"), text("sha256"))
        })
        .collect()
    }

    fn config(&self) -> SdkConfig {
        let info = self.sandbox.info();
        let corp = CorpId::parse(&*info.corp_id).unwrap();
        let program = PathBuf::from(env!("CARGO_BIN_EXE_archive-sdk-child"));
        let secret = Secret::new(&*info.archive_secret);
        let mut config = SdkConfig::new(program, standin(), corp, secret);
        config.set("WECOM_SDK_STANDIN_URL", &info.base_url);
        config.first_wait = Duration::from_millis(1);
        config
    }

    fn sdk(&self) -> ArchiveSdk {
        ArchiveSdk::new(self.config()).unwrap()
    }

    /// The random key of a row.
    fn unseal(&self, row: &SealedRow) -> Vec<u8> {
        let key = &self.keys[&row.publickey_ver];
        let sealed = STANDARD.decode(&row.encrypt_random_key).unwrap();
        let mut plain = vec![0; key.min_output_size()];
        key.decrypt(&sealed, &mut plain).unwrap().to_vec()
    }

    async fn open(&self, sdk: &ArchiveSdk, rows: &[SealedRow]) -> Vec<Opening> {
        let keys: Vec<Vec<u8>> = rows.iter().map(|row| self.unseal(row)).collect();
        let locked: Vec<Locked<'_>> = rows
            .iter()
            .zip(&keys)
            .map(|(row, key)| Locked {
                key,
                message: &row.encrypt_chat_msg,
            })
            .collect();
        sdk.open(&locked).await.unwrap()
    }
}

/// Sets a switch of the stand-in.
trait Set {
    fn set(&mut self, name: &str, value: &str);
}

impl Set for SdkConfig {
    fn set(&mut self, name: &str, value: &str) {
        self.environment
            .push((OsString::from(name), OsString::from(value)));
    }
}

/// All rows, pulled as the product does: the largest number seen, until a page is empty.
async fn pull_all(sdk: &ArchiveSdk, limit: u32) -> Vec<SealedRow> {
    let (mut seq, mut rows) = (0, Vec::new());
    loop {
        let page = sdk.page(seq, limit).await.unwrap();
        assert_eq!(page.malformed, []);
        match page.last_seq() {
            Some(last) => seq = last,
            None => return rows,
        }
        rows.extend(page.rows);
    }
}

fn sum(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

/// Number, msgid and sum of everything that was opened.
fn told(rows: &[SealedRow], openings: &[Opening]) -> Vec<(u64, String, String)> {
    assert_eq!(rows.len(), openings.len());
    rows.iter()
        .zip(openings)
        .filter_map(|(row, opening)| match opening {
            Opening::Opened(plain) => Some((row.seq, row.msgid.clone(), sum(plain))),
            _ => None,
        })
        .collect()
}
