//! The key hierarchy and what each key does.
//!
//! **Nonces.** Every nonce is 96 bits of `HMAC-SHA-256(nonce key, 16 random bytes, record,
//! text)`, where the nonce key is made of the sealing key. Random rather than counted: a counter
//! must be stored before it is used and goes back when a backup is restored or a virtual machine
//! is copied, and then repeats under the same key, which gives AES-GCM away. Drawn through the
//! hash of what is sealed, even a random source that starts again (a copied machine, a seeded
//! test) repeats a nonce only for the same bytes in the same record, which makes the same
//! envelope and tells nothing. Random nonces are safe for 2^32 envelopes a key (NIST SP
//! 800-38D, 8.3); a key is replaced by the next number at [`SEALS_A_KEY`], half of that, so that
//! seals whose transaction was lost are covered as well.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use super::{Record, Token};
use crate::envelope::{MAX_PLAINTEXT_BYTES, NONCE_BYTES, open_with, seal_with};
use crate::token::digest_of;
use crate::{Entropy, KeyId, MasterKey, VaultError};

/// Envelopes after which a conversation goes on with a new key.
pub const SEALS_A_KEY: u64 = 1 << 31;
/// Longest body that is sealed. WeCom's rows are some kilobytes; forwarded records nest.
pub const MAX_BODY_BYTES: usize = 16 << 20;

const SECRET_BYTES: usize = 32;

/// 256 random bits that seal, with everything that is computed of them once.
struct Secret {
    bytes: Zeroizing<[u8; SECRET_BYTES]>,
    id: KeyId,
    cipher: LessSafeKey,
    nonces: hmac::Key,
}

impl Secret {
    fn new(bytes: Zeroizing<[u8; SECRET_BYTES]>) -> Result<Self, VaultError> {
        let hash = digest_of(&[b"jiebang archive key id v1", &*bytes]);
        let nonce_key = Zeroizing::new(digest_of(&[b"jiebang archive nonces v1", &*bytes]));
        let cipher = UnboundKey::new(&AES_256_GCM, &*bytes).map_err(|_| VaultError::Refused)?;
        Ok(Self {
            id: KeyId::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]),
            cipher: LessSafeKey::new(cipher),
            nonces: hmac::Key::new(hmac::HMAC_SHA256, &*nonce_key),
            bytes,
        })
    }

    fn generate(entropy: &Entropy) -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
        entropy.fill(&mut *bytes);
        Self::new(bytes)
    }

    fn unwrapped(opened: Vec<u8>) -> Result<Self, VaultError> {
        let opened = Zeroizing::new(opened);
        let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
        if opened.len() != SECRET_BYTES {
            return Err(VaultError::DoesNotOpen);
        }
        bytes.copy_from_slice(&opened);
        Self::new(bytes)
    }

    fn seal(
        &self,
        record: &Record<'_>,
        text: &[u8],
        limit: usize,
        entropy: &Entropy,
    ) -> Result<Vec<u8>, VaultError> {
        let aad = record.bytes();
        let nonce = nonce(&self.nonces, &aad, text, entropy);
        seal_with(&self.cipher, self.id, &aad, text, nonce, limit)
    }

    fn open(&self, record: &Record<'_>, envelope: &[u8]) -> Result<Vec<u8>, VaultError> {
        open_with(&self.cipher, self.id, &record.bytes(), envelope)
    }
}

fn nonce(key: &hmac::Key, aad: &[u8], text: &[u8], entropy: &Entropy) -> [u8; NONCE_BYTES] {
    let mut context = hmac::Context::with_key(key);
    context.update(&entropy.bytes::<16>());
    context.update(&(aad.len() as u64).to_be_bytes());
    context.update(aad);
    context.update(text);
    let tag = context.sign();
    let mut out = [0; NONCE_BYTES];
    out.copy_from_slice(&tag.as_ref()[..NONCE_BYTES]);
    out
}

macro_rules! hides_its_content {
    ($key:ident) => {
        impl fmt::Debug for $key {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($key), "({:08x})"), self.0.id)
            }
        }

        impl $key {
            /// A new random key.
            pub fn generate(entropy: &Entropy) -> Result<Self, VaultError> {
                Secret::generate(entropy).map(Self)
            }

            /// A name for the key that tells nothing of it; it stands in what the key seals.
            #[must_use]
            pub const fn id(&self) -> KeyId {
                self.0.id
            }
        }
    };
}

/// Wraps every key of a corp.
pub struct CorpKey(Secret);
hides_its_content!(CorpKey);

impl CorpKey {
    /// The key as it is stored: in an envelope under the master key.
    pub fn wrap(
        &self,
        master: &MasterKey,
        record: &Record<'_>,
        entropy: &Entropy,
    ) -> Result<Vec<u8>, VaultError> {
        let aad = record.bytes();
        // The master key has no nonce key of its own: this key's own bytes are the secret.
        let nonce = nonce(&self.0.nonces, &aad, &*self.0.bytes, entropy);
        crate::seal(master, master.id(), &aad, &*self.0.bytes, nonce)
    }

    /// The key out of what [`CorpKey::wrap`] stored.
    pub fn unwrap(
        master: &MasterKey,
        record: &Record<'_>,
        wrapped: &[u8],
    ) -> Result<Self, VaultError> {
        let opened = crate::open(master, master.id(), &record.bytes(), wrapped)?;
        Secret::unwrapped(opened).map(Self)
    }

    /// What this key wrapped, wrapped by `new`; the key in it stays closed under its share.
    pub fn rewrap(
        &self,
        new: &Self,
        record: &Record<'_>,
        wrapped: &[u8],
        entropy: &Entropy,
    ) -> Result<Vec<u8>, VaultError> {
        let shared = self.0.open(record, wrapped)?;
        new.0.seal(record, &shared, MAX_PLAINTEXT_BYTES, entropy)
    }
}

/// One half of what opens a conversation key or an index key, kept apart from the database: what is in a backup of
/// the database opens only while the share is somewhere.
pub struct KeyShare(Secret);
hides_its_content!(KeyShare);

impl KeyShare {
    /// The bytes to be kept, and overwritten when they are erased.
    #[must_use]
    pub fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0.bytes
    }

    /// The share of which these are the bytes.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, VaultError> {
        Secret::unwrapped(bytes).map(Self)
    }
}

fn wrap_twice(
    key: &Secret,
    corp: &CorpKey,
    share: &KeyShare,
    record: &Record<'_>,
    entropy: &Entropy,
) -> Result<Vec<u8>, VaultError> {
    let limit = MAX_PLAINTEXT_BYTES;
    let shared = share.0.seal(record, &*key.bytes, limit, entropy)?;
    corp.0.seal(record, &shared, limit, entropy)
}

fn unwrap_twice(
    corp: &CorpKey,
    share: &KeyShare,
    record: &Record<'_>,
    wrapped: &[u8],
) -> Result<Secret, VaultError> {
    let shared = corp.0.open(record, wrapped)?;
    Secret::unwrapped(share.0.open(record, &shared)?)
}

/// Seals the bodies of one conversation.
pub struct ConversationKey(Secret);
hides_its_content!(ConversationKey);

impl ConversationKey {
    /// The key as it is stored: in an envelope under its share, in one under the corp key.
    pub fn wrap(
        &self,
        corp: &CorpKey,
        share: &KeyShare,
        record: &Record<'_>,
        entropy: &Entropy,
    ) -> Result<Vec<u8>, VaultError> {
        wrap_twice(&self.0, corp, share, record, entropy)
    }

    /// The key out of what [`ConversationKey::wrap`] stored.
    pub fn unwrap(
        corp: &CorpKey,
        share: &KeyShare,
        record: &Record<'_>,
        wrapped: &[u8],
    ) -> Result<Self, VaultError> {
        unwrap_twice(corp, share, record, wrapped).map(Self)
    }

    /// Seals `text`, up to [`MAX_BODY_BYTES`], so that it opens only in the same record.
    pub fn seal(
        &self,
        record: &Record<'_>,
        text: &[u8],
        entropy: &Entropy,
    ) -> Result<Vec<u8>, VaultError> {
        self.0.seal(record, text, MAX_BODY_BYTES, entropy)
    }

    /// Opens what [`ConversationKey::seal`] sealed; the text is overwritten when it is dropped.
    pub fn open(
        &self,
        record: &Record<'_>,
        envelope: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.0.open(record, envelope).map(Zeroizing::new)
    }
}

/// Seals one blob (a picture, a recording) that several conversations may show. It is stored
/// only wrapped by keys of those conversations: when the last of them is gone, so is the blob.
pub struct BlobKey(Secret);
hides_its_content!(BlobKey);

impl BlobKey {
    /// The key as it is stored with a message: in an envelope under the conversation's key.
    pub fn wrap(
        &self,
        conversation: &ConversationKey,
        record: &Record<'_>,
        entropy: &Entropy,
    ) -> Result<Vec<u8>, VaultError> {
        let limit = MAX_PLAINTEXT_BYTES;
        conversation.0.seal(record, &*self.0.bytes, limit, entropy)
    }

    /// The key out of what [`BlobKey::wrap`] stored.
    pub fn unwrap(
        conversation: &ConversationKey,
        record: &Record<'_>,
        wrapped: &[u8],
    ) -> Result<Self, VaultError> {
        Secret::unwrapped(conversation.0.open(record, wrapped)?).map(Self)
    }

    /// Seals one piece of up to 1 MiB. `record` is its [`Record::Chunk`].
    pub fn seal(
        &self,
        record: &Record<'_>,
        piece: &[u8],
        entropy: &Entropy,
    ) -> Result<Vec<u8>, VaultError> {
        self.0.seal(record, piece, MAX_PLAINTEXT_BYTES, entropy)
    }

    /// Opens what [`BlobKey::seal`] sealed.
    pub fn open(
        &self,
        record: &Record<'_>,
        envelope: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.0.open(record, envelope).map(Zeroizing::new)
    }
}

/// Makes blind search tokens and names of contents. One a corp; replacing it means making the
/// index anew.
pub struct IndexKey {
    secret: Secret,
    tokens: hmac::Key,
    contents: hmac::Key,
}

impl fmt::Debug for IndexKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IndexKey({:08x})", self.secret.id)
    }
}

impl IndexKey {
    /// A new random key.
    pub fn generate(entropy: &Entropy) -> Result<Self, VaultError> {
        Secret::generate(entropy).map(Self::new)
    }

    fn new(secret: Secret) -> Self {
        let made = |label: &[u8]| {
            let bytes = Zeroizing::new(digest_of(&[label, &*secret.bytes]));
            hmac::Key::new(hmac::HMAC_SHA256, &*bytes)
        };
        Self {
            tokens: made(b"jiebang archive tokens v1"),
            contents: made(b"jiebang archive contents v1"),
            secret,
        }
    }

    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.secret.id
    }

    /// The key as it is stored: in an envelope under its share, in one under the corp key.
    pub fn wrap(
        &self,
        corp: &CorpKey,
        share: &KeyShare,
        record: &Record<'_>,
        entropy: &Entropy,
    ) -> Result<Vec<u8>, VaultError> {
        wrap_twice(&self.secret, corp, share, record, entropy)
    }

    /// The key out of what [`IndexKey::wrap`] stored.
    pub fn unwrap(
        corp: &CorpKey,
        share: &KeyShare,
        record: &Record<'_>,
        wrapped: &[u8],
    ) -> Result<Self, VaultError> {
        unwrap_twice(corp, share, record, wrapped).map(Self::new)
    }

    /// The blind token of a word or a facet: the same for the same bytes, and nothing of the
    /// bytes can be told from it without the key.
    #[must_use]
    pub fn token(&self, bytes: &[u8]) -> Token {
        let tag = hmac::sign(&self.tokens, bytes);
        let mut hash = [0; 8];
        hash.copy_from_slice(&tag.as_ref()[..8]);
        Token::from_hash(hash)
    }

    /// The name of a content of which `sha256` is the hash: equal contents have equal names, but
    /// whoever holds a file cannot tell whether it is among them.
    #[must_use]
    pub fn content_name(&self, sha256: &[u8; 32]) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(hmac::sign(&self.contents, sha256).as_ref());
        out
    }
}
