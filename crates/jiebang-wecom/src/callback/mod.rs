//! Callbacks: what the platform pushes (section 5 of the reference). [`Receiver`] proves
//! that a delivery is genuine and opens it; [`event::parse`] reads what is inside, later and
//! as often as needed, because the raw XML is what is kept.
//!
//! Invariant: nothing is decrypted before its signature is verified, in constant time.

mod cipher;
pub mod event;
mod query;
mod xml;

use jiebang_domain::id::CorpId;

use crate::secret::Secret;
use cipher::Cipher;

pub use query::Query;

/// Largest body of a delivery, in bytes. Real ones are a few kilobytes.
pub const MAX_BODY: usize = 1 << 20;

/// Opens the deliveries of one callback setting.
#[derive(Debug)]
pub struct Receiver {
    token: Secret,
    cipher: Cipher,
    corp_id: CorpId,
}

/// A genuine delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEvent {
    pub xml: String,
    /// SHA-256 of the XML. A delivery is repeated up to three times with the same XML, while
    /// what the platform documents for telling events apart (sender and second) is too coarse.
    pub hash: [u8; 32],
}

/// Why a callback setting cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingError {
    #[error("the callback token must have 1 to 32 letters and digits")]
    Token,
    #[error("the EncodingAESKey must have exactly 43 letters and digits")]
    Key,
}

/// Why a delivery is turned away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackError {
    #[error("the query lacks {0} or is too long")]
    Query(&'static str),
    #[error("the body is {bytes} bytes long, more than {MAX_BODY}")]
    TooLarge { bytes: usize },
    #[error("the body is not the XML of a delivery")]
    Body,
    #[error("the signature is wrong")]
    Signature,
    #[error("the encrypted text is not base64")]
    Base64,
    #[error("the encrypted text cannot be decrypted")]
    Decrypt,
    #[error("the decrypted text is not UTF-8")]
    Text,
    #[error("the delivery is for another corp")]
    OtherCorp,
}

impl Receiver {
    /// A receiver for one callback setting: Token and EncodingAESKey as the administrator
    /// copied them, and the corp the deliveries must be for.
    pub fn new(token: &Secret, key: &Secret, corp_id: CorpId) -> Result<Self, SettingError> {
        let text = token.expose();
        let is_plain = text.bytes().all(|b| b.is_ascii_alphanumeric());
        if !is_plain || !(1..=32).contains(&text.len()) {
            return Err(SettingError::Token);
        }
        let cipher = Cipher::new(key.expose()).ok_or(SettingError::Key)?;
        Ok(Self {
            token: token.clone(),
            cipher,
            corp_id,
        })
    }

    /// Answers the check the platform makes when the URL is saved: the text to send back,
    /// bare, within a second.
    pub fn verify_url(&self, query: &Query) -> Result<String, CallbackError> {
        let echo = query
            .echostr
            .as_deref()
            .ok_or(CallbackError::Query("echostr"))?;
        self.unseal(query, echo)
    }

    /// Verifies and opens a delivery.
    pub fn open(&self, query: &Query, body: &[u8]) -> Result<RawEvent, CallbackError> {
        if body.len() > MAX_BODY {
            return Err(CallbackError::TooLarge { bytes: body.len() });
        }
        let text = std::str::from_utf8(body).map_err(|_source| CallbackError::Body)?;
        let root = xml::parse(text).map_err(|_source| CallbackError::Body)?;
        let sealed = root.text_of("Encrypt").ok_or(CallbackError::Body)?;
        let xml = self.unseal(query, sealed)?;
        let hash = cipher::sha256(xml.as_bytes());
        Ok(RawEvent { xml, hash })
    }

    /// Seals a message as the platform would: the encrypted text. `random` stands before the
    /// message and must differ each time.
    #[must_use]
    pub fn seal(&self, message: &str, random: [u8; 16]) -> String {
        self.cipher
            .seal(message.as_bytes(), self.corp_id.as_str().as_bytes(), random)
    }

    /// The signature of an encrypted text: lower-case hexadecimal SHA-1.
    #[must_use]
    pub fn sign(&self, timestamp: &str, nonce: &str, encrypted: &str) -> String {
        cipher::signature(self.token.expose(), timestamp, nonce, encrypted)
    }

    fn unseal(&self, query: &Query, sealed: &str) -> Result<String, CallbackError> {
        let expected = self.sign(&query.timestamp, &query.nonce, sealed);
        if !cipher::is_same(expected.as_bytes(), query.msg_signature.as_bytes()) {
            return Err(CallbackError::Signature);
        }
        let opened = self.cipher.open(sealed)?;
        if opened.receiver != self.corp_id.as_str().as_bytes() {
            return Err(CallbackError::OtherCorp);
        }
        String::from_utf8(opened.message).map_err(|_source| CallbackError::Text)
    }
}
