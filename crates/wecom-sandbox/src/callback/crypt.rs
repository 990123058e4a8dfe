//! Encryption and signature of callbacks (reference 5.3): AES-256-CBC over
//! `16 random bytes ‖ length ‖ message ‖ receiver id`, padded to 32 bytes.

use aws_lc_rs::cipher::{
    AES_256, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey,
};
use aws_lc_rs::digest;
use aws_lc_rs::iv::FixedLength;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

/// Real keys mostly have non-zero bits behind the last whole byte.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// Block of the padding; not the cipher's own 16.
const BLOCK: usize = 32;

/// Why a key or a message was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptError {
    /// Not 43 letters and digits.
    #[error("the EncodingAESKey is not 43 letters and digits")]
    Key,
    /// Not Base64, not whole blocks, or inner lengths that do not fit.
    #[error("the encrypted message is malformed")]
    Message,
    /// The cipher refused.
    #[error("the cipher failed")]
    Cipher,
}

/// The AES key behind an `EncodingAESKey`.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// Reads the 43 characters of the admin console.
    ///
    /// # Errors
    /// [`CryptError::Key`] if it is anything else.
    pub fn parse(encoding_aes_key: &str) -> Result<Self, CryptError> {
        let plain = encoding_aes_key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric());
        if encoding_aes_key.len() != 43 || !plain {
            return Err(CryptError::Key);
        }
        let bytes = LENIENT
            .decode(format!("{encoding_aes_key}="))
            .map_err(|_| CryptError::Key)?;
        bytes.try_into().map(Self).map_err(|_| CryptError::Key)
    }

    fn iv(&self) -> [u8; 16] {
        let mut iv = [0; 16];
        iv.copy_from_slice(&self.0[..16]);
        iv
    }

    /// The text of the `Encrypt` element.
    ///
    /// # Errors
    /// [`CryptError::Cipher`] if the cipher refuses; not reachable by input.
    pub fn encrypt(
        &self,
        random: [u8; 16],
        message: &[u8],
        receiver: &str,
    ) -> Result<String, CryptError> {
        let length = u32::try_from(message.len()).map_err(|_| CryptError::Message)?;
        let mut buffer = Vec::with_capacity(message.len() + receiver.len() + 20 + BLOCK);
        buffer.extend_from_slice(&random);
        buffer.extend_from_slice(&length.to_be_bytes());
        buffer.extend_from_slice(message);
        buffer.extend_from_slice(receiver.as_bytes());
        let padding = BLOCK - buffer.len() % BLOCK;
        buffer.resize(buffer.len() + padding, u8::try_from(padding).unwrap_or(0));
        let context = EncryptionContext::Iv128(FixedLength::from(self.iv()));
        UnboundCipherKey::new(&AES_256, &self.0)
            .and_then(EncryptingKey::cbc)
            .and_then(|key| key.less_safe_encrypt(&mut buffer, context))
            .map_err(|_| CryptError::Cipher)?;
        Ok(STANDARD.encode(buffer))
    }

    /// Message and receiver id inside an `Encrypt` element.
    ///
    /// # Errors
    /// [`CryptError::Message`] if it cannot have been made by this key.
    pub fn decrypt(&self, encrypted: &str) -> Result<(Vec<u8>, String), CryptError> {
        let mut buffer = LENIENT
            .decode(encrypted.trim())
            .map_err(|_| CryptError::Message)?;
        if buffer.is_empty() || !buffer.len().is_multiple_of(16) {
            return Err(CryptError::Message);
        }
        let context = DecryptionContext::Iv128(FixedLength::from(self.iv()));
        UnboundCipherKey::new(&AES_256, &self.0)
            .and_then(DecryptingKey::cbc)
            .and_then(|key| key.decrypt(&mut buffer, context).map(|_| ()))
            .map_err(|_| CryptError::Cipher)?;
        let padding = usize::from(buffer.last().copied().unwrap_or(0));
        if padding == 0 || padding > BLOCK || padding > buffer.len() {
            return Err(CryptError::Message);
        }
        buffer.truncate(buffer.len() - padding);
        let head: [u8; 4] = buffer
            .get(16..20)
            .and_then(|head| head.try_into().ok())
            .ok_or(CryptError::Message)?;
        let length = usize::try_from(u32::from_be_bytes(head)).map_err(|_| CryptError::Message)?;
        let end = length.checked_add(20).ok_or(CryptError::Message)?;
        let message = buffer.get(20..end).ok_or(CryptError::Message)?.to_vec();
        let receiver = buffer.get(end..).ok_or(CryptError::Message)?.to_vec();
        String::from_utf8(receiver)
            .map(|receiver| (message, receiver))
            .map_err(|_| CryptError::Message)
    }
}

/// Lower-case hex SHA-1 over the sorted parts.
pub fn signature(token: &str, timestamp: &str, nonce: &str, encrypted: &str) -> String {
    let mut parts = [token, timestamp, nonce, encrypted];
    parts.sort_unstable();
    let mut sha = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
    for part in parts {
        sha.update(part.as_bytes());
    }
    hex::encode(sha.finish())
}
