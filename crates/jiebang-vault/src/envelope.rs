//! Sealing small secrets (settings, tokens) under the master key.
//!
//! Envelope version 1, AES-256-GCM (NIST SP 800-38D):
//!
//! ```text
//! 1 byte   version = 1
//! 4 bytes  key id, big endian
//! 12 bytes nonce
//! n bytes  ciphertext
//! 16 bytes tag
//! ```
//!
//! The associated data is the first five bytes followed by the caller's, so that neither the
//! record an envelope belongs to nor its key id can be exchanged unnoticed.
//!
//! Invariant: a nonce is never used twice with one key. Callers draw all 12 bytes at random,
//! which is safe for 2^32 envelopes a key.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

/// Tells which key an envelope was sealed with.
pub type KeyId = u32;

pub const NONCE_BYTES: usize = 12;
/// Longest text that is sealed: settings and tokens are small, and an envelope is held in
/// memory whole.
pub const MAX_PLAINTEXT_BYTES: usize = 1 << 20;

const VERSION: u8 = 1;
const HEADER_BYTES: usize = 5;
const TAG_BYTES: usize = 16;
const KEY_LINE_PREFIX: &str = "jiebang-master-key:v1:";

/// Why a key or an envelope was not accepted. Says nothing of the content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error(
        "the master key is not a line of the form {KEY_LINE_PREFIX} followed by 64 hexadecimal \
         digits"
    )]
    BadKeyLine,
    #[error("the envelope is cut short: {bytes} bytes")]
    Short { bytes: usize },
    #[error("the envelope has version {version}, and this program opens version {VERSION} only")]
    UnknownVersion { version: u8 },
    #[error("the envelope was sealed with key {sealed_with:08x}, not with key {given:08x}")]
    OtherKey { sealed_with: KeyId, given: KeyId },
    #[error(
        "the envelope does not open: another key, another record, or changed since it was sealed"
    )]
    DoesNotOpen,
    #[error("{bytes} bytes are too many to seal, at most {limit}")]
    TooLong { bytes: usize, limit: usize },
    #[error("the cryptography library refused to seal")]
    Refused,
}

/// The key under which everything sealed on this installation stands. 256 bits.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// A key of 32 random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the line that [`MasterKey::to_line`] wrote; blanks around it are ignored.
    pub fn parse(line: &str) -> Result<Self, VaultError> {
        let digits = line
            .trim()
            .strip_prefix(KEY_LINE_PREFIX)
            .ok_or(VaultError::BadKeyLine)?;
        let mut key = [0; 32];
        hex::decode_to_slice(digits, &mut key).map_err(|_| VaultError::BadKeyLine)?;
        Ok(Self(key))
    }

    /// The key as one line of text for a file only its owner can read.
    #[must_use]
    pub fn to_line(&self) -> String {
        format!("{KEY_LINE_PREFIX}{}\n", hex::encode(self.0))
    }

    /// A name for the key that tells nothing of it: the first four bytes of a hash.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let hash = crate::token::digest_of(&[b"jiebang master key id v1", &self.0]);
        KeyId::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
    }

    fn cipher(&self) -> Result<LessSafeKey, VaultError> {
        let key = UnboundKey::new(&AES_256_GCM, &self.0).map_err(|_| VaultError::Refused)?;
        Ok(LessSafeKey::new(key))
    }
}

impl Drop for MasterKey {
    fn drop(&mut self) {
        // Best effort: the compiler is asked to believe that somebody looks at the zeros.
        self.0.fill(0);
        std::hint::black_box(&mut self.0);
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// Seals `plaintext` so that it opens only with the same key and the same `aad`, which names
/// the record it belongs to (for a setting: corp and name). `nonce` is 12 fresh random bytes.
pub fn seal(
    key: &MasterKey,
    key_id: KeyId,
    aad: &[u8],
    plaintext: &[u8],
    nonce: [u8; NONCE_BYTES],
) -> Result<Vec<u8>, VaultError> {
    let limit = MAX_PLAINTEXT_BYTES;
    seal_with(&key.cipher()?, key_id, aad, plaintext, nonce, limit)
}

/// Opens what [`seal`] sealed.
pub fn open(
    key: &MasterKey,
    key_id: KeyId,
    aad: &[u8],
    envelope: &[u8],
) -> Result<Vec<u8>, VaultError> {
    open_with(&key.cipher()?, key_id, aad, envelope)
}

/// Seals up to `limit` bytes with a cipher that is made already.
pub(crate) fn seal_with(
    cipher: &LessSafeKey,
    key_id: KeyId,
    aad: &[u8],
    plaintext: &[u8],
    nonce: [u8; NONCE_BYTES],
    limit: usize,
) -> Result<Vec<u8>, VaultError> {
    if plaintext.len() > limit {
        let bytes = plaintext.len();
        return Err(VaultError::TooLong { bytes, limit });
    }
    let header = header(key_id);
    let length = HEADER_BYTES + NONCE_BYTES + plaintext.len() + TAG_BYTES;
    let mut envelope = Vec::with_capacity(length);
    envelope.extend_from_slice(&header);
    envelope.extend_from_slice(&nonce);
    envelope.extend_from_slice(plaintext);
    let tag = cipher
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(bound(header, aad)),
            &mut envelope[HEADER_BYTES + NONCE_BYTES..],
        )
        .map_err(|_| VaultError::Refused)?;
    envelope.extend_from_slice(tag.as_ref());
    Ok(envelope)
}

/// Opens what [`seal_with`] sealed.
pub(crate) fn open_with(
    cipher: &LessSafeKey,
    key_id: KeyId,
    aad: &[u8],
    envelope: &[u8],
) -> Result<Vec<u8>, VaultError> {
    let short = || VaultError::Short {
        bytes: envelope.len(),
    };
    let (header_bytes, rest) = envelope
        .split_first_chunk::<HEADER_BYTES>()
        .ok_or_else(short)?;
    let [version, id @ ..] = *header_bytes;
    if version != VERSION {
        return Err(VaultError::UnknownVersion { version });
    }
    let sealed_with = KeyId::from_be_bytes(id);
    if sealed_with != key_id {
        return Err(VaultError::OtherKey {
            sealed_with,
            given: key_id,
        });
    }
    let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or_else(short)?;
    if sealed.len() < TAG_BYTES {
        return Err(short());
    }
    let mut body = sealed.to_vec();
    let opened = cipher
        .open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            Aad::from(bound(header(key_id), aad)),
            &mut body,
        )
        .map_err(|_| VaultError::DoesNotOpen)?
        .len();
    body.truncate(opened);
    Ok(body)
}

fn header(key_id: KeyId) -> [u8; HEADER_BYTES] {
    let [a, b, c, d] = key_id.to_be_bytes();
    [VERSION, a, b, c, d]
}

fn bound(header: [u8; HEADER_BYTES], aad: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER_BYTES + aad.len());
    out.extend_from_slice(&header);
    out.extend_from_slice(aad);
    out
}
