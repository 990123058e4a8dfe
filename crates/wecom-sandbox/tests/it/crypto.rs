//! The encrypt side against the public vectors.

use std::path::Path;

use serde_json::Value;
use wecom_sandbox::crypt::{Key, signature};

fn check(vector: &Value, name: &str) -> bool {
    let part = |name: &str| vector[name].as_str();
    let (Some(key), Some(encrypted)) = (part("encoding_aes_key"), part("encrypt")) else {
        return false;
    };
    let (Some(plain), Some(random)) = (part("plaintext"), part("random16_hex")) else {
        return false;
    };
    let key = Key::parse(key).expect(name);
    let receiver = part("receive_id").unwrap_or_default();
    let opened = key.decrypt(encrypted).expect(name);
    assert_eq!(
        opened,
        (plain.as_bytes().to_vec(), receiver.to_owned()),
        "{name}"
    );
    let random = hex::decode(random).expect(name).try_into().expect(name);
    assert_eq!(
        key.encrypt(random, plain.as_bytes(), receiver).expect(name),
        encrypted,
        "{name}"
    );
    if let (Some(token), Some(time), Some(nonce), Some(signed)) = (
        part("token"),
        part("timestamp"),
        part("nonce"),
        part("msg_signature"),
    ) {
        assert_eq!(signature(token, time, nonce, encrypted), signed, "{name}");
    }
    true
}

#[test]
fn a_known_message_is_encrypted_as_by_others() {
    // WxJava's deterministic sample.
    let vector = serde_json::json!({
        "encoding_aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        "random16_hex": "61616161626262626363636364646464",
        "plaintext": "我是中文abcd123",
        "receive_id": "wxb11529c136998cb6",
        "encrypt": "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==",
    });
    assert!(check(&vector, "literal"));
}

#[test]
fn every_public_vector_is_reproduced() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/fixtures/wecom/crypto"
    );
    let Ok(files) = Path::new(folder).read_dir() else {
        println!("skipped: the folder of vectors is not there");
        return;
    };
    let mut checked = 0;
    for file in files {
        let path = file.expect("an entry").path();
        let name = path.display().to_string();
        if name.contains("bad_signature") {
            continue;
        }
        let vector: Value =
            serde_json::from_str(&std::fs::read_to_string(&path).expect("a file")).expect("json");
        checked += usize::from(check(&vector, &name));
    }
    assert!(checked >= 5, "only {checked} vectors");
}

#[test]
fn keys_and_messages_that_are_none_are_refused() {
    for key in [
        "",
        "short",
        &"a".repeat(44),
        &"!".repeat(43),
        &"字".repeat(43),
    ] {
        assert!(Key::parse(key).is_err());
    }
    let key = Key::parse("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").expect("a key");
    for text in [
        "",
        "AAAA",
        "not base64 at all",
        &"A".repeat(64),
        &"A".repeat(4_000),
    ] {
        assert!(key.decrypt(text).is_err());
    }
}
