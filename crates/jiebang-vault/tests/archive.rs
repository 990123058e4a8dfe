//! Keys of the archive from outside: vectors, stored samples, properties.

#![expect(
    clippy::unwrap_used,
    reason = "these are tests; clippy.toml reaches only `#[test]` itself"
)]

use std::collections::HashSet;

use jiebang_vault::archive::{
    BadPrivateKey, BlobKey, ConversationKey, CorpKey, IndexKey, KeyShare, Parked, PrivateKey,
    PrivateKeys, Record, SealedKey, Token,
};
use jiebang_vault::{Entropy, MasterKey, VaultError};
use proptest::prelude::*;

/// A file of ../shared; `None`, with a printed reason, without it.
#[expect(clippy::print_stdout, reason = "a test that was skipped says so")]
fn shared(name: &str) -> Option<String> {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/fixtures/archive/rsa"
    );
    let text = std::fs::read_to_string(format!("{folder}/{name}")).ok();
    if text.is_none() {
        println!("skipped: no {name} in ../shared");
    }
    text
}

fn pem(kind: &str, base64: &str) -> String {
    let mut out = format!("Bag Attributes\r\n-----BEGIN {kind}-----\r\n");
    let text: Vec<char> = base64.trim().chars().collect();
    for line in text.chunks(64) {
        out.extend(line);
        out.push_str("\r\n");
    }
    out + &format!("-----END {kind}-----\r\n")
}

fn keys() -> Option<PrivateKeys> {
    let mut keys = PrivateKeys::default();
    let one = shared("v1.pkcs1.der.b64")?;
    let two = shared("v2.pkcs8.der.b64")?;
    keys.insert(
        1,
        PrivateKey::from_pem(&pem("RSA PRIVATE KEY", &one)).unwrap(),
    );
    keys.insert(2, PrivateKey::from_pem(&pem("PRIVATE KEY", &two)).unwrap());
    Some(keys)
}

/// Vectors made with another program.
#[test]
fn random_keys_open_by_version_and_what_is_none_is_parked() {
    let (Some(keys), Some(vectors)) = (keys(), shared("vectors.json")) else {
        return;
    };
    let vectors: serde_json::Value = serde_json::from_str(&vectors).unwrap();
    let sealed = |list: &str| -> Vec<(u32, String, Option<String>)> {
        let text = |v: &serde_json::Value| v.as_str().map(str::to_owned);
        vectors[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| {
                let version = v["publickey_ver"].as_u64().unwrap().try_into().unwrap();
                let sealed = text(&v["encrypt_random_key"]).unwrap();
                (version, sealed, text(&v["plaintext"]))
            })
            .collect()
    };
    let rows = sealed("ok");
    assert_eq!(rows.len(), 12);
    let opened = keys.open_random_keys(&borrowed(&rows));
    for ((_, _, plain), opened) in rows.iter().zip(opened) {
        let plain = plain.as_deref().unwrap();
        if (32..=245).contains(&plain.len()) {
            assert_eq!(opened.unwrap().as_str(), plain);
        } else {
            assert_eq!(opened.unwrap_err(), Parked::NotAKey);
        }
    }
    let failing = sealed("must_fail");
    assert_eq!(failing.len(), 3);
    let why: Vec<&str> = keys
        .open_random_keys(&borrowed(&failing))
        .into_iter()
        .map(|opened| opened.unwrap_err().reason())
        .collect();
    assert_eq!(
        why,
        [
            "wrong_private_key",
            "damaged_random_key",
            "damaged_random_key"
        ]
    );
    let version = 3;
    let unknown = SealedKey {
        version,
        encrypt_random_key: &rows[0].1,
    };
    assert_eq!(
        keys.open_random_keys(&[unknown])[0].as_ref().unwrap_err(),
        &Parked::UnknownVersion { version }
    );
}

fn borrowed(rows: &[(u32, String, Option<String>)]) -> Vec<SealedKey<'_>> {
    rows.iter()
        .map(|(version, sealed, _)| SealedKey {
            version: *version,
            encrypt_random_key: sealed,
        })
        .collect()
}

#[test]
fn a_batch_on_all_cores_comes_back_in_its_order() {
    let (Some(keys), Some(vectors)) = (keys(), shared("vectors.json")) else {
        return;
    };
    let vectors: serde_json::Value = serde_json::from_str(&vectors).unwrap();
    let usable: Vec<&serde_json::Value> = vectors["ok"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|v| v["plaintext_len"].as_u64().unwrap() >= 32)
        .collect();
    let rows: Vec<SealedKey<'_>> = (0..150)
        .map(|n| usable[n * 7 % usable.len()])
        .map(|v| SealedKey {
            version: u32::try_from(v["publickey_ver"].as_u64().unwrap()).unwrap(),
            encrypt_random_key: v["encrypt_random_key"].as_str().unwrap(),
        })
        .collect();
    let opened = keys.open_random_keys(&rows);
    assert_eq!(opened.len(), rows.len());
    for (n, opened) in opened.iter().enumerate() {
        let expected = usable[n * 7 % usable.len()]["plaintext"].as_str().unwrap();
        assert_eq!(opened.as_ref().unwrap().as_str(), expected);
    }
    assert!(keys.open_random_keys(&[]).is_empty());
}

#[test]
fn both_forms_of_a_private_key_are_the_same_key_and_its_fingerprint_is_of_the_public_half() {
    let names = ["v1.pkcs1.der.b64", "v1.pkcs8.der.b64", "v1.pub.der.b64"];
    let [Some(pkcs1), Some(pkcs8), Some(public)] = names.map(shared) else {
        return;
    };
    let a = PrivateKey::from_pem(&pem("RSA PRIVATE KEY", &pkcs1)).unwrap();
    let b = PrivateKey::from_pem(&pem("PRIVATE KEY", &pkcs8)).unwrap();
    assert_eq!(a.pkcs8(), b.pkcs8());
    let der = base64::Engine::decode(
        &base64::engine::general_purpose::STANDARD,
        public.trim().as_bytes(),
    )
    .unwrap();
    assert_eq!(a.fingerprint(), jiebang_vault::sha256(&der));
    let again = PrivateKey::from_pkcs8(a.pkcs8()).unwrap();
    assert_eq!(again.fingerprint(), a.fingerprint());
    assert_eq!(
        format!("{a:?}"),
        format!("PrivateKey({})", hex::encode(&a.fingerprint()[..4]))
    );
}

#[test]
fn what_is_not_a_private_key_is_refused_by_what_it_is() {
    let refused = |text: &str| PrivateKey::from_pem(text).unwrap_err();
    assert_eq!(refused(""), BadPrivateKey::NoKey);
    assert_eq!(refused(&pem("PUBLIC KEY", "AAAA")), BadPrivateKey::Public);
    assert_eq!(
        refused(&pem("ENCRYPTED PRIVATE KEY", "AAAA")),
        BadPrivateKey::Encrypted
    );
    assert_eq!(
        refused(&pem("RSA PRIVATE KEY", "").replace("\r\n\r\n", "Proc-Type: 4,ENCRYPTED\r\n")),
        BadPrivateKey::Damaged
    );
    assert_eq!(
        refused(&pem("EC PRIVATE KEY", "AAAA")),
        BadPrivateKey::NotRsa
    );
    assert_eq!(refused(&pem("PRIVATE KEY", "AAAA")), BadPrivateKey::Damaged);
    assert_eq!(
        refused("-----BEGIN PRIVATE KEY-----AA"),
        BadPrivateKey::Damaged
    );
}

const CORP_KEY: Record<'_> = Record::CorpKey {
    corp: "ww1",
    number: 1,
};
const CONVERSATION_KEY: Record<'_> = Record::ConversationKey {
    corp: "ww1",
    conversation: 42,
    number: 1,
};
const INDEX_KEY: Record<'_> = Record::IndexKey { corp: "ww1" };
const BODY: Record<'_> = Record::Body {
    corp: "ww1",
    conversation: 42,
    message: 7,
};
const BLOB_KEY: Record<'_> = Record::BlobKey {
    corp: "ww1",
    conversation: 42,
    blob: b"name",
};

fn chunk(index: u32, last: bool) -> Record<'static> {
    Record::Chunk {
        corp: "ww1",
        blob: b"name",
        index,
        last,
    }
}

fn master(byte: u8) -> MasterKey {
    MasterKey::from_bytes([byte; 32])
}

/// Written by the first program with these formats, and checked with another one (Python,
/// `cryptography`) from their description; each line: name, hex.
const SAMPLES: &str = include_str!("samples/archive-v1.txt");

fn sample(name: &str) -> Vec<u8> {
    let line = SAMPLES
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
        .unwrap();
    hex::decode(line).unwrap()
}

#[test]
fn s42_envelopes_and_keys_of_version_1_open_with_every_later_program() {
    let corp = CorpKey::unwrap(&master(7), &CORP_KEY, &sample("corp-key")).unwrap();
    let share = KeyShare::from_bytes(sample("key-share")).unwrap();
    let index = IndexKey::unwrap(&corp, &share, &INDEX_KEY, &sample("index-key")).unwrap();
    let wrapped = sample("conversation-key");
    let key = ConversationKey::unwrap(&corp, &share, &CONVERSATION_KEY, &wrapped).unwrap();
    let body = key.open(&BODY, &sample("body")).unwrap();
    assert_eq!(&body[..], "明天上午把合同寄给您 sample".as_bytes());
    let blob = BlobKey::unwrap(&key, &BLOB_KEY, &sample("blob-key")).unwrap();
    assert_eq!(
        &blob.open(&chunk(0, true), &sample("chunk")).unwrap()[..],
        b"a picture"
    );
    assert_eq!(
        index
            .token("合同".as_bytes())
            .number()
            .to_be_bytes()
            .to_vec(),
        sample("token")
    );
    assert_eq!(
        index.content_name(&[3; 32]).to_vec(),
        sample("content-name")
    );
}

/// Everything drawn from one seed, so the samples can be made again to the byte.
#[test]
fn s42_what_is_sealed_and_wrapped_today_is_version_1() {
    let e = Entropy::seeded(1);
    let corp = CorpKey::generate(&e).unwrap();
    let index = IndexKey::generate(&e).unwrap();
    let key = ConversationKey::generate(&e).unwrap();
    let share = KeyShare::generate(&e).unwrap();
    let blob = BlobKey::generate(&e).unwrap();
    let text = "明天上午把合同寄给您 sample".as_bytes();
    let made = [
        ("corp-key", corp.wrap(&master(7), &CORP_KEY, &e).unwrap()),
        (
            "index-key",
            index.wrap(&corp, &share, &INDEX_KEY, &e).unwrap(),
        ),
        ("key-share", share.bytes().to_vec()),
        (
            "conversation-key",
            key.wrap(&corp, &share, &CONVERSATION_KEY, &e).unwrap(),
        ),
        ("body", key.seal(&BODY, text, &e).unwrap()),
        ("blob-key", blob.wrap(&key, &BLOB_KEY, &e).unwrap()),
        (
            "chunk",
            blob.seal(&chunk(0, true), b"a picture", &e).unwrap(),
        ),
        (
            "token",
            index
                .token("合同".as_bytes())
                .number()
                .to_be_bytes()
                .to_vec(),
        ),
        ("content-name", index.content_name(&[3; 32]).to_vec()),
    ];
    let lines: String = made
        .iter()
        .map(|(name, bytes)| format!("{name} {}\n", hex::encode(bytes)))
        .collect();
    assert_eq!(lines, SAMPLES, "the format is what it was");
}

#[test]
fn s42_rotating_a_corp_key_or_the_master_key_rewraps_keys_and_leaves_bodies_alone() {
    let e = Entropy::system();
    let key = ConversationKey::generate(&e).unwrap();
    let body = key.seal(&BODY, b"text", &e).unwrap();
    let (old, new) = (
        CorpKey::generate(&e).unwrap(),
        CorpKey::generate(&e).unwrap(),
    );
    let share = KeyShare::generate(&e).unwrap();
    let wrapped = key.wrap(&old, &share, &CONVERSATION_KEY, &e).unwrap();
    let rewrapped = old.rewrap(&new, &CONVERSATION_KEY, &wrapped, &e).unwrap();
    let again = ConversationKey::unwrap(&new, &share, &CONVERSATION_KEY, &rewrapped).unwrap();
    assert_eq!(again.id(), key.id());
    assert_eq!(&again.open(&BODY, &body).unwrap()[..], b"text");
    assert_eq!(
        ConversationKey::unwrap(&old, &share, &CONVERSATION_KEY, &rewrapped).unwrap_err(),
        VaultError::OtherKey {
            sealed_with: new.id(),
            given: old.id()
        }
    );
    let under_old_master = new.wrap(&master(1), &CORP_KEY, &e).unwrap();
    let under_new_master = CorpKey::unwrap(&master(1), &CORP_KEY, &under_old_master)
        .unwrap()
        .wrap(&master(2), &CORP_KEY, &e)
        .unwrap();
    let corp = CorpKey::unwrap(&master(2), &CORP_KEY, &under_new_master).unwrap();
    assert_eq!(corp.id(), new.id());
    assert!(CorpKey::unwrap(&master(1), &CORP_KEY, &under_new_master).is_err());
}

#[test]
fn b16_without_its_share_a_key_opens_with_no_other_key_there_is() {
    let e = Entropy::system();
    let (key, corp) = (
        ConversationKey::generate(&e).unwrap(),
        CorpKey::generate(&e).unwrap(),
    );
    let (share, other) = (
        KeyShare::generate(&e).unwrap(),
        KeyShare::generate(&e).unwrap(),
    );
    let wrapped = key.wrap(&corp, &share, &CONVERSATION_KEY, &e).unwrap();
    assert_eq!(
        ConversationKey::unwrap(&corp, &other, &CONVERSATION_KEY, &wrapped).unwrap_err(),
        VaultError::OtherKey {
            sealed_with: share.id(),
            given: other.id()
        }
    );
    let bytes = share.bytes().to_vec();
    let again = KeyShare::from_bytes(bytes).unwrap();
    let opened = ConversationKey::unwrap(&corp, &again, &CONVERSATION_KEY, &wrapped).unwrap();
    assert_eq!(opened.id(), key.id());
}

#[test]
fn a_key_or_body_moved_to_another_record_does_not_open() {
    let e = Entropy::system();
    let key = ConversationKey::generate(&e).unwrap();
    let body = key.seal(&BODY, b"text", &e).unwrap();
    let elsewhere = Record::Body {
        corp: "ww1",
        conversation: 42,
        message: 8,
    };
    assert_eq!(key.open(&elsewhere, &body), Err(VaultError::DoesNotOpen));
    let corp = CorpKey::generate(&e).unwrap();
    let share = KeyShare::generate(&e).unwrap();
    let wrapped = key.wrap(&corp, &share, &CONVERSATION_KEY, &e).unwrap();
    let other = Record::ConversationKey {
        corp: "ww1",
        conversation: 43,
        number: 1,
    };
    assert!(ConversationKey::unwrap(&corp, &share, &other, &wrapped).is_err());
    let blob = BlobKey::generate(&e).unwrap();
    let piece = blob.seal(&chunk(0, false), b"piece", &e).unwrap();
    assert!(blob.open(&chunk(0, true), &piece).is_err(), "cut short");
    assert!(blob.open(&chunk(1, false), &piece).is_err(), "out of order");
}

/// The random source is set back, as when a machine is copied or a backup restored.
#[test]
fn s42_a_random_source_that_starts_again_repeats_no_nonce_for_another_text_or_record() {
    let key = ConversationKey::generate(&Entropy::system()).unwrap();
    let nonce = |envelope: &[u8]| envelope[5..17].to_vec();
    let sealed =
        |record: &Record<'_>, text: &[u8]| key.seal(record, text, &Entropy::seeded(1)).unwrap();
    assert_eq!(
        sealed(&BODY, b"a"),
        sealed(&BODY, b"a"),
        "the source repeats"
    );
    assert_ne!(nonce(&sealed(&BODY, b"a")), nonce(&sealed(&BODY, b"b")));
    assert_ne!(
        nonce(&sealed(&BODY, b"a")),
        nonce(&sealed(&CONVERSATION_KEY, b"a"))
    );
}

#[test]
fn s42_the_same_text_sealed_often_never_meets_a_nonce_twice() {
    let entropy = Entropy::system();
    let key = ConversationKey::generate(&entropy).unwrap();
    let mut seen = HashSet::new();
    for _ in 0..50_000 {
        let envelope = key.seal(&BODY, b"the same", &entropy).unwrap();
        assert!(seen.insert(envelope[5..17].to_vec()));
    }
}

#[test]
fn secrets_show_nothing_of_themselves() {
    let e = Entropy::seeded(9);
    let corp = CorpKey::generate(&e).unwrap();
    assert_eq!(format!("{corp:?}"), format!("CorpKey({:08x})", corp.id()));
    let index = IndexKey::generate(&e).unwrap();
    assert_eq!(
        format!("{index:?}"),
        format!("IndexKey({:08x})", index.id())
    );
}

proptest! {
    #[test]
    fn tokens_are_equal_for_equal_bytes_and_keys_only(
        a in proptest::collection::vec(any::<u8>(), 0..20),
        b in proptest::collection::vec(any::<u8>(), 0..20), seed in 0u64..50,
    ) {
        let key = IndexKey::generate(&Entropy::seeded(seed)).unwrap();
        let other = IndexKey::generate(&Entropy::seeded(seed + 1)).unwrap();
        prop_assert_eq!(key.token(&a), key.token(&a));
        prop_assert_eq!(key.token(&a) == key.token(&b), a == b);
        prop_assert_ne!(key.token(&a), other.token(&a));
        let token = key.token(&a);
        prop_assert_eq!(Token::from_number(token.number()), token);
        prop_assert_eq!(token.text().len(), 10);
        prop_assert!(token.text().bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
    }

    #[test]
    fn any_bytes_are_no_private_key_and_no_wrapped_key(
        bytes in proptest::collection::vec(any::<u8>(), 0..200), text in ".{0,200}",
    ) {
        prop_assert!(PrivateKey::from_pkcs8(&bytes).is_err());
        prop_assert!(PrivateKey::from_pem(&text).is_err());
        prop_assert!(PrivateKey::from_pem(&pem("RSA PRIVATE KEY", &text)).is_err());
        prop_assert!(CorpKey::unwrap(&master(1), &CORP_KEY, &bytes).is_err());
    }
}
