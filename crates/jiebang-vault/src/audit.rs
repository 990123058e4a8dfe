//! The hashes of the audit log.
//!
//! ```text
//! personal = SHA-256(0x02 || personal salt || personal data)      beside the entry, erasable
//! leaf     = SHA-256(0x00 || entry salt || canonical bytes)       covers the hash `personal`
//! chain    = SHA-256(0x01 || chain of the entry before || leaf)
//! ```
//!
//! The first bytes keep a leaf from being taken for a node (RFC 6962, section 2.1). The salts
//! keep anybody from guessing personal data out of a hash: with data and salt erased the hash
//! stays, so the chain still verifies and tells nothing.
//!
//! Canonical bytes, version 1: the text `jiebang audit 1`, then each field as its length in
//! four bytes, big endian, and its bytes. Numbers are eight bytes, big endian. An absent
//! personal hash is a field of length 0.
//!
//! Invariant: two different entries never have the same canonical bytes. The format never
//! changes; a new one gets a new first text.

use crate::token::digest_of;

pub type Hash = [u8; 32];

/// What the chain holds before the first entry.
pub const GENESIS: Hash = [0; 32];

const FORMAT: &[u8] = b"jiebang audit 1";

/// The fields of an entry that its leaf covers.
#[derive(Debug, Clone, Copy)]
pub struct CanonicalEntry<'a> {
    pub corp_id: &'a str,
    /// 1 for the first entry of a corp, then without a gap.
    pub seq: i64,
    /// Unix seconds.
    pub at: i64,
    pub actor_kind: &'a str,
    pub actor_id: &'a str,
    pub act: &'a str,
    pub object_kind: &'a str,
    pub object_id: &'a str,
    pub outcome: &'a str,
    /// JSON text exactly as stored; holds no personal data.
    pub detail: &'a str,
    pub personal_hash: Option<&'a [u8]>,
}

/// The bytes a leaf is made of.
#[must_use]
pub fn canonical_bytes(entry: &CanonicalEntry<'_>) -> Vec<u8> {
    let seq = entry.seq.to_be_bytes();
    let at = entry.at.to_be_bytes();
    let fields: [&[u8]; 11] = [
        entry.corp_id.as_bytes(),
        &seq,
        &at,
        entry.actor_kind.as_bytes(),
        entry.actor_id.as_bytes(),
        entry.act.as_bytes(),
        entry.object_kind.as_bytes(),
        entry.object_id.as_bytes(),
        entry.outcome.as_bytes(),
        entry.detail.as_bytes(),
        entry.personal_hash.unwrap_or_default(),
    ];
    let mut out =
        Vec::with_capacity(FORMAT.len() + fields.iter().map(|f| 4 + f.len()).sum::<usize>());
    out.extend_from_slice(FORMAT);
    for field in fields {
        // No field comes near 4 GiB: the store bounds them. Saturating keeps this total.
        let length = u32::try_from(field.len()).unwrap_or(u32::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(field);
    }
    out
}

#[must_use]
pub fn leaf_hash(salt: &[u8], canonical: &[u8]) -> Hash {
    digest_of(&[&[0], salt, canonical])
}

/// Joins a leaf to the chain so far.
#[must_use]
pub fn chain(previous: &[u8], leaf: &Hash) -> Hash {
    digest_of(&[&[1], previous, leaf])
}

#[must_use]
pub fn personal_hash(salt: &[u8], personal: &str) -> Hash {
    digest_of(&[&[2], salt, personal.as_bytes()])
}
