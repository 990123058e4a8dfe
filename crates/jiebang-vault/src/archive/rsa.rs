//! The RSA keys that open WeCom's rows.
//!
//! WeCom seals each row's random key (RSAES-PKCS1-v1_5, RFC 8017 section 7.2) for the public key
//! that was the newest when the message was sent, so a corp has several private keys, by
//! version. One private operation a message is what bounds the speed of an archive;
//! [`PrivateKeys::open_random_keys`] is the one place where a batch is opened, so that a faster
//! engine can take its place.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::thread;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::token::digest_of;

/// What WeCom's random keys look like: printable, and as long as a row of 2,048 bits can carry.
const SHORTEST_KEY: usize = 32;
const LONGEST_KEY: usize = 245;
/// Rows a core takes at a time: some milliseconds of work.
const ROWS_A_TURN: usize = 8;

/// Why a text is not a private key that opens rows. Says nothing of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPrivateKey {
    #[error("there is no PEM block of a private key in the text")]
    NoKey,
    #[error("this is a public key: the private key that belongs to it is needed")]
    Public,
    #[error("the private key is protected by a password: store it without one")]
    Encrypted,
    #[error("the private key is of another kind than RSA")]
    NotRsa,
    #[error("the private key is damaged, or not RSA of 2048 to 8192 bits")]
    Damaged,
}

/// An RSA private key of the archive.
pub struct PrivateKey {
    opener: Pkcs1PrivateDecryptingKey,
    pkcs8: Zeroizing<Vec<u8>>,
    fingerprint: [u8; 32],
}

impl PrivateKey {
    /// Reads PEM as OpenSSL writes it: PKCS#8 (`PRIVATE KEY`) or PKCS#1 (`RSA PRIVATE KEY`).
    pub fn from_pem(text: &str) -> Result<Self, BadPrivateKey> {
        if text.contains("ENCRYPTED") {
            return Err(BadPrivateKey::Encrypted);
        }
        if let Some(der) = pem_block(text, "PRIVATE KEY")? {
            return Self::from_pkcs8(&der);
        }
        if let Some(der) = pem_block(text, "RSA PRIVATE KEY")? {
            return Self::from_pkcs8(&pkcs8_around(&der));
        }
        Err(if text.contains("PUBLIC KEY-----") {
            BadPrivateKey::Public
        } else if text.contains("PRIVATE KEY-----") {
            BadPrivateKey::NotRsa
        } else {
            BadPrivateKey::NoKey
        })
    }

    /// Reads PKCS#8 in DER, as [`PrivateKey::pkcs8`] gives it to be sealed.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, BadPrivateKey> {
        let damaged = |_| BadPrivateKey::Damaged;
        let key = PrivateDecryptingKey::from_pkcs8(der).map_err(|_| BadPrivateKey::Damaged)?;
        let public = key.public_key().as_der().map_err(damaged)?;
        let pkcs8 = key.as_der().map_err(damaged)?;
        let pkcs8 = Zeroizing::new(pkcs8.as_ref().to_vec());
        Ok(Self {
            fingerprint: digest_of(&[public.as_ref()]),
            opener: Pkcs1PrivateDecryptingKey::new(key).map_err(damaged)?,
            pkcs8,
        })
    }

    /// The key in DER.
    #[must_use]
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// SHA-256 of the public half (`SubjectPublicKeyInfo` in DER): what
    /// `openssl pkey -pubout -outform DER | sha256sum` prints, to compare with the file that was
    /// uploaded to WeCom.
    #[must_use]
    pub const fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    fn open(&self, encrypt_random_key: &str) -> Result<RandomKey, Parked> {
        let sealed = STANDARD
            .decode(encrypt_random_key.trim())
            .map_err(|_| Parked::NotBase64)?;
        if sealed.len() != self.opener.key_size_bytes() {
            return Err(Parked::WrongLength);
        }
        let mut room = Zeroizing::new(vec![0; self.opener.min_output_size()]);
        let opened = self
            .opener
            .decrypt(&sealed, &mut room)
            .map_err(|_| Parked::DoesNotOpen)?;
        let sane = (SHORTEST_KEY..=LONGEST_KEY).contains(&opened.len())
            && opened.iter().all(|byte| (0x20..0x7f).contains(byte));
        if !sane {
            return Err(Parked::NotAKey);
        }
        let text = std::str::from_utf8(opened).map_err(|_| Parked::NotAKey)?;
        Ok(RandomKey(Zeroizing::new(text.to_owned())))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", hex::encode(&self.fingerprint[..4]))
    }
}

/// A row's random key as it came.
#[derive(Debug, Clone, Copy)]
pub struct SealedKey<'a> {
    /// `publickey_ver`.
    pub version: u32,
    /// `encrypt_random_key`, base64.
    pub encrypt_random_key: &'a str,
}

/// An opened random key, to be passed to the SDK as it is. Overwritten when it is dropped.
pub struct RandomKey(Zeroizing<String>);

impl RandomKey {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RandomKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RandomKey(…)")
    }
}

/// Why a row waits until somebody does something (mostly: until a key is added).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Parked {
    #[error("there is no private key of version {version}")]
    UnknownVersion { version: u32 },
    #[error("the random key is not base64")]
    NotBase64,
    #[error("the random key has another length than the private key of its version opens")]
    WrongLength,
    #[error("the random key does not open with the private key of its version")]
    DoesNotOpen,
    #[error("what the private key of its version opens is not a random key: it is another key")]
    NotAKey,
}

impl Parked {
    /// The word the row is parked under.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::UnknownVersion { .. } => "unknown_key_version",
            Self::NotBase64 | Self::WrongLength => "damaged_random_key",
            Self::DoesNotOpen | Self::NotAKey => "wrong_private_key",
        }
    }
}

/// The private keys of a corp by the version WeCom gave their public halves.
#[derive(Debug, Default)]
pub struct PrivateKeys(BTreeMap<u32, PrivateKey>);

impl PrivateKeys {
    /// Adds a key, in place of the one of the same version.
    pub fn insert(&mut self, version: u32, key: PrivateKey) {
        self.0.insert(version, key);
    }

    /// The versions there are keys of, in order.
    pub fn versions(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.keys().copied()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Opens the random keys of a batch, in their order, on all cores. Blocks for about
    /// 0.43 ms a row and core (2,048 bits): call it where blocking is allowed.
    #[must_use]
    pub fn open_random_keys(&self, rows: &[SealedKey<'_>]) -> Vec<Result<RandomKey, Parked>> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        self.open_on(rows, cores)
    }

    fn open_on(&self, rows: &[SealedKey<'_>], cores: usize) -> Vec<Result<RandomKey, Parked>> {
        let helpers = rows
            .len()
            .div_ceil(ROWS_A_TURN)
            .min(cores)
            .saturating_sub(1);
        // Each is overwritten by the turn it belongs to.
        let mut opened: Vec<_> = rows.iter().map(|_| Err(Parked::DoesNotOpen)).collect();
        let turns = opened.chunks_mut(ROWS_A_TURN).zip(rows.chunks(ROWS_A_TURN));
        let turns = Mutex::new(turns);
        let work = || {
            loop {
                let turn = turns.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((opened, rows)) = turn else { break };
                for (opened, row) in opened.iter_mut().zip(rows) {
                    *opened = self.open_one(row);
                }
            }
        };
        thread::scope(|scope| {
            for _ in 0..helpers {
                // Without another thread this one does the work alone.
                let _ = thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
        opened
    }

    fn open_one(&self, row: &SealedKey<'_>) -> Result<RandomKey, Parked> {
        let version = row.version;
        self.0
            .get(&version)
            .ok_or(Parked::UnknownVersion { version })?
            .open(row.encrypt_random_key)
    }
}

/// The first block of this kind, decoded (RFC 7468).
fn pem_block(text: &str, kind: &str) -> Result<Option<Zeroizing<Vec<u8>>>, BadPrivateKey> {
    let begin = format!("-----BEGIN {kind}-----");
    let Some(start) = text.find(&begin).map(|at| at + begin.len()) else {
        return Ok(None);
    };
    let length = text[start..]
        .find("-----END ")
        .ok_or(BadPrivateKey::Damaged)?;
    let mut digits = Zeroizing::new(String::with_capacity(length));
    digits.extend(
        text[start..start + length]
            .chars()
            .filter(|c| !c.is_whitespace()),
    );
    let der = STANDARD
        .decode(digits.as_bytes())
        .map_err(|_| BadPrivateKey::Damaged)?;
    Ok(Some(Zeroizing::new(der)))
}

/// PKCS#8 (RFC 5208) around PKCS#1: a sequence of version 0, the algorithm `rsaEncryption`, and
/// the key as octets.
fn pkcs8_around(pkcs1: &[u8]) -> Zeroizing<Vec<u8>> {
    const VERSION: [u8; 3] = [0x02, 0x01, 0x00];
    const RSA_ENCRYPTION: [u8; 15] = [
        0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    ];
    const SEQUENCE: u8 = 0x30;
    const OCTETS: u8 = 0x04;
    // Room for both headers from the start: a vector that grows leaves the key behind.
    let mut inner = Zeroizing::new(Vec::with_capacity(pkcs1.len() + 40));
    inner.extend_from_slice(&VERSION);
    inner.extend_from_slice(&RSA_ENCRYPTION);
    push_der(&mut inner, OCTETS, pkcs1);
    let mut outer = Zeroizing::new(Vec::with_capacity(inner.len() + 16));
    push_der(&mut outer, SEQUENCE, &inner);
    outer
}

fn push_der(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    let length = content.len().to_be_bytes();
    let digits = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    out.push(tag);
    match digits {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        _ => {
            // At most eight digits.
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(8));
            out.extend_from_slice(digits);
        }
    }
    out.extend_from_slice(content);
}
