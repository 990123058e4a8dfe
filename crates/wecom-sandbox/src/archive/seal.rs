//! Seals messages as the platform does: a random key of 88 letters under the corp's RSA key
//! (PKCS#1 v1.5), and the body under that random key.
//!
//! The body's cipher is the stand-in's own, since the vendor's is not public:
//! `base64(01 ‖ AES-256-GCM(SHA-256(random key), nonce 0, fault ‖ message))`. A random key
//! seals one message, so the nonce may be fixed.
//!
//! Keys and messages follow from the seed; the padding of RSA does not, so sealed bytes differ
//! from run to run.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{
    KeySize, Pkcs1PublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::seed::Draw;
use crate::world::archive::{Draft, Row};

/// Bytes of a 2,048-bit modulus.
const MODULUS: usize = 256;

/// A key pair nobody has used yet.
pub struct Fresh {
    /// SPKI DER.
    pub public: Vec<u8>,
    /// PKCS#8 DER.
    pub private: Vec<u8>,
}

/// Makes a key pair, as an administrator would with a tool of their own.
pub fn make_key_pair() -> Result<Fresh, String> {
    let failed = |_| "no key pair could be made".to_owned();
    let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).map_err(failed)?;
    let public: PublicKeyX509Der<'_> = private.public_key().as_der().map_err(failed)?;
    let private: Pkcs8V1Der<'_> = private.as_der().map_err(failed)?;
    Ok(Fresh {
        public: public.as_ref().to_vec(),
        private: private.as_ref().to_vec(),
    })
}

fn key_of(der: &[u8]) -> Result<Pkcs1PublicEncryptingKey, String> {
    let refused = "the public key is not RSA in SubjectPublicKeyInfo form";
    let key = PublicEncryptingKey::from_der(der).map_err(|_rejected| refused.to_owned())?;
    Pkcs1PublicEncryptingKey::new(key).map_err(|_unspecified| refused.to_owned())
}

/// Checks a public key as the admin console does.
pub fn check_public_key(der: &[u8]) -> Result<(), String> {
    if key_of(der)?.key_size_bytes() == MODULUS {
        Ok(())
    } else {
        Err("the public key must have 2,048 bits".to_owned())
    }
}

/// Seals drafts with one version of the corp's key, on every core.
pub fn seal(seed: u64, version: u32, der: &[u8], drafts: &[Draft]) -> Result<Vec<Row>, String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = drafts.len().div_ceil(cores).max(1);
    let key = key_of(der)?;
    let key = &key;
    std::thread::scope(|scope| {
        let workers: Vec<_> = drafts
            .chunks(share)
            .map(|part| {
                scope.spawn(move || {
                    part.iter()
                        .map(|draft| seal_one(seed, version, key, draft))
                        .collect::<Result<Vec<Row>, String>>()
                })
            })
            .collect();
        let mut rows = Vec::with_capacity(drafts.len());
        for worker in workers {
            let part = worker.join().map_err(|_| "a sealer failed".to_owned())?;
            rows.extend(part?);
        }
        Ok(rows)
    })
}

/// The random key of a draft: base64 of 64 bytes, which is 88 letters.
fn random_key(seed: u64, number: u64) -> String {
    let mut draw = Draw::new(seed, 0x4A4D, number);
    let bytes: Vec<u8> = (0..8).flat_map(|_| draw.next().to_be_bytes()).collect();
    STANDARD.encode(bytes)
}

fn seal_one(
    seed: u64,
    version: u32,
    key: &Pkcs1PublicEncryptingKey,
    draft: &Draft,
) -> Result<Row, String> {
    let random = random_key(seed, draft.number);
    let mut sealed_key = vec![0; key.ciphertext_size()];
    let sealed_key = key
        .encrypt(random.as_bytes(), &mut sealed_key)
        .map_err(|_| "the random key could not be sealed")?;
    let body = seal_body(&random, draft).ok_or("the body could not be sealed")?;
    let tail = format!(
        r#""msgid":{},"publickey_ver":{version},"encrypt_random_key":"{}","encrypt_chat_msg":"{}"}}"#,
        serde_json::Value::String(draft.msgid.clone()),
        STANDARD.encode(sealed_key),
        STANDARD.encode(body),
    );
    let sha256 = digest(&SHA256, &draft.plain);
    Ok(Row {
        seq: 0,
        at: draft.at,
        msgid: draft.msgid.as_str().into(),
        kind: draft.kind.as_str().into(),
        chat: draft.chat.as_str().into(),
        version,
        fault: draft.fault,
        refused: draft.refused.clone(),
        sha256: sha256.as_ref().try_into().map_err(|_| "no digest")?,
        tail: Arc::from(tail),
    })
}

fn seal_body(random: &str, draft: &Draft) -> Option<Vec<u8>> {
    let key = digest(&SHA256, random.as_bytes());
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.as_ref()).ok()?);
    let mut body = Vec::with_capacity(draft.plain.len() + 18);
    body.push(draft.fault);
    body.extend_from_slice(&draft.plain);
    let nonce = Nonce::assume_unique_for_key([0; 12]);
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut body)
        .ok()?;
    body.insert(0, 1);
    Some(body)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rsa::Pkcs1PrivateDecryptingKey;

    use super::*;

    #[test]
    fn the_private_key_gives_back_88_letters() {
        let pair = make_key_pair().unwrap();
        check_public_key(&pair.public).unwrap();
        let draft = Draft {
            number: 3,
            at: 0,
            msgid: "1_2".into(),
            kind: "text".into(),
            chat: "a b".into(),
            plain: b"{}".to_vec(),
            refused: Vec::new(),
            fault: 0,
        };
        let rows = seal(7, 2, &pair.public, &[draft]).unwrap();
        let row: serde_json::Value = serde_json::from_str(&format!("{{{}", rows[0].tail)).unwrap();
        let sealed = row["encrypt_random_key"].as_str().unwrap();
        assert_eq!(sealed.len(), 344);
        let private = PrivateDecryptingKey::from_pkcs8(&pair.private).unwrap();
        let private = Pkcs1PrivateDecryptingKey::new(private).unwrap();
        let mut plain = vec![0; private.min_output_size()];
        let sealed = STANDARD.decode(sealed).unwrap();
        let plain = private.decrypt(&sealed, &mut plain).unwrap();
        assert_eq!(plain.len(), 88);
        assert!(plain.is_ascii());
    }
}
