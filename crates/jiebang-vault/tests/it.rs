//! The vault from outside: stored samples of every format, and properties.

use jiebang_vault::audit::{self, CanonicalEntry};
use jiebang_vault::{Entropy, MasterKey, VaultError, open, seal};
use proptest::prelude::*;

const AAD: &[u8] = b"setting:ww1:contacts_secret";

fn key(byte: u8) -> MasterKey {
    MasterKey::from_bytes([byte; 32])
}

/// Sealed with another program (Python, `cryptography`) from the description of version 1.
#[test]
fn an_envelope_of_version_1_opens_with_every_later_program() {
    let sample = hex::decode(include_str!("samples/envelope-v1.hex").trim()).unwrap();
    assert_eq!(
        open(&key(7), 0x0102_0304, AAD, &sample).unwrap(),
        "密钥 sample".as_bytes()
    );
    assert_eq!(
        seal(&key(7), 0x0102_0304, AAD, "密钥 sample".as_bytes(), [9; 12]).unwrap(),
        sample,
        "the format is what it was"
    );
}

#[test]
fn a_key_line_is_read_back_and_anything_else_is_refused() {
    let key = MasterKey::from_bytes(Entropy::seeded(3).bytes());
    assert_eq!(MasterKey::parse(&key.to_line()).unwrap(), key);
    assert_eq!(
        MasterKey::parse(&format!("  {}\n", key.to_line()))
            .unwrap()
            .id(),
        key.id()
    );
    for bad in [
        "",
        "jiebang-master-key:v1:",
        "jiebang-master-key:v1:zz",
        &key.to_line()[1..],
    ] {
        assert_eq!(MasterKey::parse(bad), Err(VaultError::BadKeyLine));
    }
}

#[test]
fn a_key_shows_nothing_of_itself() {
    assert_eq!(format!("{:?}", key(0x41)), "MasterKey(…)");
}

#[test]
fn an_unknown_version_a_wrong_key_and_a_cut_are_told_apart() {
    let sealed = seal(&key(1), 5, AAD, b"x", [0; 12]).unwrap();
    assert_eq!(
        open(&key(1), 6, AAD, &sealed),
        Err(VaultError::OtherKey {
            sealed_with: 5,
            given: 6
        })
    );
    assert_eq!(open(&key(2), 5, AAD, &sealed), Err(VaultError::DoesNotOpen));
    assert_eq!(
        open(&key(1), 5, b"other record", &sealed),
        Err(VaultError::DoesNotOpen)
    );
    assert_eq!(
        open(&key(1), 5, AAD, &sealed[..20]),
        Err(VaultError::Short { bytes: 20 })
    );
    let mut newer = sealed;
    newer[0] = 2;
    assert_eq!(
        open(&key(1), 5, AAD, &newer),
        Err(VaultError::UnknownVersion { version: 2 })
    );
}

fn entry(seq: i64) -> CanonicalEntry<'static> {
    CanonicalEntry {
        corp_id: "ww1",
        seq,
        at: 1_700_000_000,
        actor_kind: "account",
        actor_id: "a",
        act: "handover.start",
        object_kind: "handover",
        object_id: "h",
        outcome: "done",
        detail: "{}",
        personal_hash: None,
    }
}

/// Computed with another program (Python, `hashlib`) from the description of the format.
#[test]
fn the_hashes_of_an_entry_are_what_they_were() {
    let canonical = audit::canonical_bytes(&entry(1));
    assert!(canonical.starts_with(b"jiebang audit 1\x00\x00\x00\x03ww1\x00\x00\x00\x08"));
    let chain = audit::chain(&audit::GENESIS, &audit::leaf_hash(&[3; 16], &canonical));
    assert_eq!(
        hex::encode(chain),
        include_str!("samples/audit-chain-1.hex").trim()
    );
}

#[test]
fn bytes_cannot_move_from_one_field_to_the_next() {
    let a = CanonicalEntry {
        actor_id: "ab",
        act: "c",
        ..entry(1)
    };
    let b = CanonicalEntry {
        actor_id: "a",
        act: "bc",
        ..entry(1)
    };
    assert_ne!(audit::canonical_bytes(&a), audit::canonical_bytes(&b));
}

proptest! {
    #[test]
    fn whatever_is_sealed_opens_and_any_changed_bit_is_noticed(
        text in proptest::collection::vec(any::<u8>(), 0..300),
        aad in proptest::collection::vec(any::<u8>(), 0..40),
        secret in any::<[u8; 32]>(), nonce in any::<[u8; 12]>(), id in any::<u32>(),
        bit in any::<prop::sample::Index>(),
    ) {
        let key = MasterKey::from_bytes(secret);
        let mut sealed = seal(&key, id, &aad, &text, nonce).unwrap();
        prop_assert_eq!(open(&key, id, &aad, &sealed).unwrap(), text);
        let at = bit.index(sealed.len() * 8);
        sealed[at / 8] ^= 1 << (at % 8);
        prop_assert!(open(&key, id, &aad, &sealed).is_err());
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        prop_assert!(open(&key(1), 1, AAD, &bytes).is_err());
    }
}
