//! The cryptography of callbacks (section 5.3): AES-256-CBC with padding to 32 bytes and
//! keys whose base64 carries trailing bits, signed with SHA-1 over sorted parts.

use aws_lc_rs::cipher::{
    AES_256, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::{constant_time, digest};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::CallbackError;

/// Padding is to a multiple of this many bytes, twice the block of the cipher.
const PAD: usize = 32;
/// Random bytes before the message.
const RANDOM: usize = 16;
/// Bytes of the message's length.
const LENGTH: usize = 4;

/// Most real keys end in bits that a strict decoder refuses.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) struct Cipher {
    decrypting: DecryptingKey,
    encrypting: EncryptingKey,
    /// The first half of the key, as the platform has it.
    iv: [u8; 16],
}

impl std::fmt::Debug for Cipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cipher(…)")
    }
}

pub(super) struct Opened {
    pub message: Vec<u8>,
    pub receiver: Vec<u8>,
}

impl Cipher {
    /// The cipher of an EncodingAESKey: exactly 43 letters and digits.
    pub(super) fn new(encoding_key: &str) -> Option<Self> {
        let is_plain = encoding_key.bytes().all(|b| b.is_ascii_alphanumeric());
        if encoding_key.len() != 43 || !is_plain {
            return None;
        }
        let key: [u8; 32] = LENIENT.decode(encoding_key).ok()?.try_into().ok()?;
        let unbound = || UnboundCipherKey::new(&AES_256, &key).ok();
        Some(Self {
            decrypting: DecryptingKey::cbc(unbound()?).ok()?,
            encrypting: EncryptingKey::cbc(unbound()?).ok()?,
            iv: *key.first_chunk()?,
        })
    }

    pub(super) fn open(&self, sealed: &str) -> Result<Opened, CallbackError> {
        let mut bytes = LENIENT
            .decode(sealed.trim())
            .map_err(|_source| CallbackError::Base64)?;
        let context = DecryptionContext::Iv128(FixedLength::from(self.iv));
        let plain = self
            .decrypting
            .decrypt(&mut bytes, context)
            .map_err(|_source| CallbackError::Decrypt)?;
        split(unpadded(plain).ok_or(CallbackError::Decrypt)?).ok_or(CallbackError::Decrypt)
    }

    /// Empty if the cipher fails, which it does not for padded input.
    pub(super) fn seal(&self, message: &[u8], receiver: &[u8], random: [u8; RANDOM]) -> String {
        let length = u32::try_from(message.len())
            .unwrap_or(u32::MAX)
            .to_be_bytes();
        let mut bytes = [&random[..], &length[..], message, receiver].concat();
        pad(&mut bytes);
        let context = EncryptionContext::Iv128(FixedLength::from(self.iv));
        match self.encrypting.less_safe_encrypt(&mut bytes, context) {
            Ok(_) => LENIENT.encode(&bytes),
            Err(_) => String::new(),
        }
    }
}

/// PKCS#7 to a multiple of 32.
fn pad(bytes: &mut Vec<u8>) {
    let missing = PAD - bytes.len() % PAD;
    let value = u8::try_from(missing).unwrap_or_default();
    bytes.resize(bytes.len() + missing, value);
}

fn unpadded(bytes: &[u8]) -> Option<&[u8]> {
    let (&last, _) = bytes.split_last()?;
    let count = usize::from(last);
    if !(1..=PAD).contains(&count) {
        return None;
    }
    let (plain, padding) = bytes.split_at_checked(bytes.len().checked_sub(count)?)?;
    padding.iter().all(|&byte| byte == last).then_some(plain)
}

/// Random bytes, length, message, receiver.
fn split(plain: &[u8]) -> Option<Opened> {
    let (_, rest) = plain.split_at_checked(RANDOM)?;
    let (length, rest) = rest.split_first_chunk::<LENGTH>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (message, receiver) = rest.split_at_checked(length)?;
    Some(Opened {
        message: message.to_vec(),
        receiver: receiver.to_vec(),
    })
}

/// SHA-1 over the sorted parts, in lower-case hexadecimal.
pub(super) fn signature(token: &str, timestamp: &str, nonce: &str, encrypted: &str) -> String {
    let mut parts = [token, timestamp, nonce, encrypted];
    parts.sort_unstable();
    let mut context = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
    for part in parts {
        context.update(part.as_bytes());
    }
    hex::encode(context.finish())
}

pub(super) fn is_same(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_to_32_bytes_and_comes_off_again() {
        for length in 0..100 {
            let plain = vec![7_u8; length];
            let mut padded = plain.clone();
            pad(&mut padded);
            assert_eq!(padded.len() % 32, 0);
            assert!(padded.len() > length);
            assert_eq!(unpadded(&padded), Some(&plain[..]));
        }
    }

    #[test]
    fn a_wrong_padding_is_refused() {
        assert_eq!(unpadded(&[]), None);
        assert_eq!(unpadded(&[1, 2, 0]), None);
        assert_eq!(unpadded(&[33; 64]), None);
        assert_eq!(unpadded(&[2]), None);
        assert_eq!(unpadded(&[9, 1, 2]), None);
    }

    #[test]
    fn a_length_beyond_the_text_is_refused() {
        let mut plain = vec![0; 16];
        plain.extend(u32::MAX.to_be_bytes());
        plain.extend(b"short");
        assert!(split(&plain).is_none());
        assert!(split(&[0; 19]).is_none());
    }
}
