//! Deliveries: the vectors of public SDKs, and what must be turned away.

use jiebang_domain::id::CorpId;
use jiebang_wecom::Secret;
use jiebang_wecom::callback::{CallbackError, Query, RawEvent, Receiver, SettingError};
use proptest::prelude::*;
use serde_json::Value;

const TOKEN: &str = "QDG6eK";
/// The official sample's key; its last symbol carries bits a strict decoder refuses.
const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
const CORP: &str = "wx5823bf96d3bd56c7";

fn receiver(token: &str, key: &str, corp: &str) -> Result<Receiver, SettingError> {
    Receiver::new(
        &Secret::new(token),
        &Secret::new(key),
        CorpId::parse(corp).unwrap(),
    )
}

fn official() -> Receiver {
    receiver(TOKEN, KEY, CORP).unwrap()
}

fn query(signature: &str, timestamp: &str, nonce: &str) -> Query {
    Query {
        msg_signature: signature.into(),
        timestamp: timestamp.into(),
        nonce: nonce.into(),
        echostr: None,
    }
}

fn body(encrypted: &str) -> Vec<u8> {
    format!("<xml><ToUserName><![CDATA[c]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>")
        .into_bytes()
}

/// Seals and signs a message as the platform would.
fn delivery(from: &Receiver, message: &str) -> (Query, Vec<u8>) {
    let encrypted = from.seal(message, *b"0123456789abcdef");
    (
        query(&from.sign("1", "n", &encrypted), "1", "n"),
        body(&encrypted),
    )
}

#[test]
fn the_official_sample_opens() {
    let echo =
        "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==";
    let raw = format!(
        "msg_signature=5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3&timestamp=1409659589&nonce=263014780&echostr={echo}"
    );
    let query = Query::parse(&raw).unwrap();
    assert_eq!(
        official().verify_url(&query).unwrap(),
        "1616140317555161061"
    );
}

#[test]
fn sealing_gives_the_known_text() {
    let receiver = receiver(
        "t",
        "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
        "wxb11529c136998cb6",
    )
    .unwrap();
    assert_eq!(
        receiver.seal("我是中文abcd123", *b"aaaabbbbccccdddd"),
        "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
    );
}

#[test]
fn a_delivery_opens_to_its_xml_and_hash() {
    let receiver = official();
    let (query, body) = delivery(&receiver, "<xml>你好</xml>");
    let RawEvent { xml, hash } = receiver.open(&query, &body).unwrap();
    assert_eq!(xml, "<xml>你好</xml>");
    let (again, body) = {
        let encrypted = receiver.seal("<xml>你好</xml>", [9; 16]);
        (
            Query {
                msg_signature: receiver.sign("2", "m", &encrypted),
                timestamp: "2".into(),
                nonce: "m".into(),
                echostr: None,
            },
            self::body(&encrypted),
        )
    };
    assert_eq!(receiver.open(&again, &body).unwrap().hash, hash);
}

#[test]
fn what_is_not_genuine_is_turned_away() {
    let receiver = official();
    let (good, body) = delivery(&receiver, "<xml/>");
    let mut flipped = good.clone();
    flipped.msg_signature.replace_range(
        39..40,
        if good.msg_signature.ends_with('0') {
            "1"
        } else {
            "0"
        },
    );
    assert_eq!(
        receiver.open(&flipped, &body),
        Err(CallbackError::Signature)
    );
    let cases = [
        query("", "1", "n"),
        query(&good.msg_signature[..39], "1", "n"),
        query(&good.msg_signature, "2", "n"),
        query(&good.msg_signature, "1", "m"),
    ];
    for case in cases {
        assert_eq!(receiver.open(&case, &body), Err(CallbackError::Signature));
    }
    let stranger = self::receiver(TOKEN, KEY, "wwSomebodyElse").unwrap();
    let (query, body) = delivery(&stranger, "<xml/>");
    assert_eq!(receiver.open(&query, &body), Err(CallbackError::OtherCorp));
}

#[test]
fn what_is_signed_but_broken_is_turned_away() {
    let receiver = official();
    let signed = |text: &str| (query(&receiver.sign("1", "n", text), "1", "n"), body(text));
    let cases = [
        ("%%%", CallbackError::Base64),
        ("AAAA", CallbackError::Decrypt),
        (
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            CallbackError::Decrypt,
        ),
    ];
    for (text, error) in cases {
        let (query, body) = signed(text);
        assert_eq!(receiver.open(&query, &body), Err(error), "{text}");
    }
}

#[test]
fn bodies_of_the_wrong_size_or_shape_are_turned_away() {
    let receiver = official();
    let (query, _) = delivery(&receiver, "<xml/>");
    let large = vec![b' '; (1 << 20) + 1];
    assert_eq!(
        receiver.open(&query, &large),
        Err(CallbackError::TooLarge {
            bytes: (1 << 20) + 1
        })
    );
    for bad in [
        &b""[..],
        b"\xff\xfe",
        b"{}",
        b"<xml></xml>",
        b"<xml><Encrypt/></xml>",
        b"<xml><Encrypt>",
    ] {
        assert_eq!(receiver.open(&query, bad), Err(CallbackError::Body));
    }
    assert_eq!(
        receiver.verify_url(&query),
        Err(CallbackError::Query("echostr"))
    );
}

#[test]
fn a_setting_that_was_copied_badly_is_named() {
    assert_eq!(receiver("", KEY, CORP).unwrap_err(), SettingError::Token);
    assert_eq!(
        receiver(&"a".repeat(33), KEY, CORP).unwrap_err(),
        SettingError::Token
    );
    for key in [
        "",
        &KEY[1..],
        &format!("{KEY}A"),
        &format!("{}=", &KEY[1..]),
        &format!("{}$", &KEY[1..]),
    ] {
        assert_eq!(receiver(TOKEN, key, CORP).unwrap_err(), SettingError::Key);
    }
    assert!(!format!("{:?}", official()).contains("jWmY"));
}

proptest! {
    #[test]
    fn any_message_comes_out_as_it_went_in(message in ".{0,300}", random in any::<[u8; 16]>()) {
        let receiver = official();
        let encrypted = receiver.seal(&message, random);
        let query = query(&receiver.sign("1", "n", &encrypted), "1", "n");
        prop_assert_eq!(receiver.open(&query, &body(&encrypted)).unwrap().xml, message);
    }

    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..400), text in ".{0,200}") {
        let receiver = official();
        let (query, _) = delivery(&receiver, "<xml/>");
        prop_assert!(receiver.open(&query, &bytes).is_err());
        let _ = Query::parse(&text);
        let _ = jiebang_wecom::callback::event::parse(&text);
        let _ = jiebang_wecom::callback::event::parse(&String::from_utf8_lossy(&bytes));
        let signed = self::query(&receiver.sign("1", "n", &text), "1", "n");
        let _ = receiver.verify_url(&Query { echostr: Some(text), ..signed });
    }
}

/// A vector from ../shared; `None`, with a printed reason, without it.
fn vector(name: &str) -> Option<Value> {
    let path = format!(
        "{}/../../../shared/fixtures/wecom/crypto/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no {name} in ../shared");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn text<'a>(vector: &'a Value, field: &str) -> &'a str {
    vector[field].as_str().unwrap()
}

#[test]
fn every_vector_of_a_delivery_opens() {
    let names = [
        "01_get_echostr_goworkwx",
        "02_post_text_goworkwx",
        "03_post_signature_goworkwx",
        "04_get_echostr_easywechat",
        "05_post_easywechat_official_sample",
        "06_decrypt_easywechat_kernel",
        "07_post_powerwechat",
    ];
    for name in names {
        let Some(v) = vector(name) else { return };
        let receiver = receiver(
            text(&v, "token"),
            text(&v, "encoding_aes_key"),
            text(&v, "receive_id"),
        )
        .unwrap();
        let encrypted = text(&v, "encrypt");
        let mut query = query(
            text(&v, "msg_signature"),
            text(&v, "timestamp"),
            text(&v, "nonce"),
        );
        let opened = if text(&v, "method") == "GET" {
            query.echostr = Some(encrypted.to_owned());
            receiver.verify_url(&query).unwrap()
        } else {
            let made = String::from_utf8(body(encrypted)).unwrap();
            let body = v["body"].as_str().unwrap_or(&made);
            receiver.open(&query, body.as_bytes()).unwrap().xml
        };
        assert_eq!(opened, text(&v, "plaintext"), "{name}");
        // And back: the same random bytes give the same text.
        let random = hex_16(text(&v, "random16_hex"));
        assert_eq!(receiver.seal(&opened, random), encrypted, "{name}");
    }
}

fn hex_16(text: &str) -> [u8; 16] {
    let byte = |i: usize| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap();
    std::array::from_fn(byte)
}

#[test]
fn every_vector_of_sealing_gives_its_text() {
    for name in [
        "08_encrypt_deterministic_wxjava",
        "09_encrypt_deterministic_wxjava",
    ] {
        let Some(v) = vector(name) else { return };
        let receiver = receiver("t", text(&v, "encoding_aes_key"), text(&v, "receive_id")).unwrap();
        let random = hex_16(text(&v, "random16_hex"));
        assert_eq!(
            receiver.seal(text(&v, "plaintext"), random),
            text(&v, "encrypt"),
            "{name}"
        );
    }
}

#[test]
fn the_url_encoded_echo_is_decoded() {
    let Some(v) = vector("01_get_echostr_goworkwx") else {
        return;
    };
    let raw = format!(
        "msg_signature={}&timestamp={}&nonce={}&echostr={}",
        text(&v, "msg_signature"),
        text(&v, "timestamp"),
        text(&v, "nonce"),
        text(&v, "echostr_urlencoded"),
    );
    assert_eq!(
        Query::parse(&raw).unwrap().echostr.as_deref(),
        Some(text(&v, "encrypt"))
    );
}

#[test]
fn bad_keys_and_the_bad_signature_are_refused() {
    let Some(keys) = vector("11_invalid_aes_keys") else {
        return;
    };
    for entry in keys.as_array().unwrap() {
        assert_eq!(
            receiver("t", text(entry, "key"), "ww1").unwrap_err(),
            SettingError::Key
        );
    }
    let Some(v) = vector("12_bad_signature") else {
        return;
    };
    let receiver = receiver(text(&v, "token"), KEY, "ww1").unwrap();
    let mut query = query(
        text(&v, "msg_signature"),
        text(&v, "timestamp"),
        text(&v, "nonce"),
    );
    query.echostr = Some(text(&v, "encrypt").to_owned());
    assert_eq!(receiver.verify_url(&query), Err(CallbackError::Signature));
}
