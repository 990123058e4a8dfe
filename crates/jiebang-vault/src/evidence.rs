//! The signature under an evidence package: Ed25519 (RFC 8032), so that `openssl` and browsers
//! verify it without this program.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::VaultError;
use crate::token::sha256;

pub const SEED_BYTES: usize = 32;
pub const SIGNATURE_BYTES: usize = 64;

/// What stands before the 32 bytes of an Ed25519 key in a `SubjectPublicKeyInfo` (RFC 8410).
const SPKI_PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// The key that signs what is taken out of this installation as evidence.
pub struct SigningKey {
    pair: Ed25519KeyPair,
}

impl SigningKey {
    /// The key that grows out of 32 random bytes, always the same out of the same.
    ///
    /// # Errors
    /// [`VaultError::Refused`] for a seed of another length.
    pub fn from_seed(seed: &[u8]) -> Result<Self, VaultError> {
        let seed: Zeroizing<[u8; SEED_BYTES]> =
            Zeroizing::new(seed.try_into().map_err(|_| VaultError::Refused)?);
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice());
        Ok(Self {
            pair: pair.map_err(|_| VaultError::Refused)?,
        })
    }

    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; SIGNATURE_BYTES] {
        let mut out = [0; SIGNATURE_BYTES];
        // A signature of Ed25519 has 64 bytes.
        out.copy_from_slice(self.pair.sign(bytes).as_ref());
        out
    }

    fn public_der(&self) -> Vec<u8> {
        [SPKI_PREFIX.as_slice(), self.pair.public_key().as_ref()].concat()
    }

    /// The public half as `openssl` reads it.
    #[must_use]
    pub fn public_pem(&self) -> String {
        let encoded = STANDARD.encode(self.public_der());
        format!("-----BEGIN PUBLIC KEY-----\n{encoded}\n-----END PUBLIC KEY-----\n")
    }

    /// SHA-256 of the public half in DER, hex: what people compare.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex::encode(sha256(&self.public_der()))
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    /// RFC 8032, section 7.1, test 2.
    #[test]
    fn a_signature_is_that_of_the_standard() {
        let hexed = |text: &str| hex::decode(text).unwrap();
        let seed = hexed("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let key = SigningKey::from_seed(&seed).unwrap();
        let public = hexed("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        assert!(key.public_der().ends_with(&public));
        let signature = key.sign(&[0x72]);
        assert_eq!(
            hex::encode(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
        let verifier = UnparsedPublicKey::new(&ED25519, public);
        assert!(verifier.verify(&[0x72], &signature).is_ok());
        assert!(verifier.verify(&[0x73], &signature).is_err());
    }

    #[test]
    fn a_seed_of_another_length_is_no_key() {
        assert!(SigningKey::from_seed(&[1; 31]).is_err());
        assert!(SigningKey::from_seed(&[]).is_err());
    }
}
