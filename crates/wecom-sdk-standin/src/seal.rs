//! The stand-in's own cipher for message bodies; the vendor's is not public.
//!
//! `base64(01 ‖ AES-256-GCM(SHA-256(random key), nonce 0, fault ‖ message))`. A random key
//! seals one message, so the nonce may be fixed. `fault` is a byte by which the sandbox plants
//! what goes wrong with this message.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A body that could be opened.
pub struct Opened {
    /// What goes wrong with it; 0: nothing.
    pub fault: u8,
    /// The message.
    pub plain: Vec<u8>,
}

/// Opens a body; `None` for a wrong key and for anything that is no body.
pub fn open(key: &[u8], message: &[u8]) -> Option<Opened> {
    let sealed = STANDARD.decode(message).ok()?;
    let (1, body) = sealed.split_first().map(|(form, body)| (*form, body))? else {
        return None;
    };
    let key = UnboundKey::new(&AES_256_GCM, digest(&SHA256, key).as_ref()).ok()?;
    let nonce = Nonce::assume_unique_for_key([0; 12]);
    let mut body = body.to_vec();
    let plain = LessSafeKey::new(key)
        .open_in_place(nonce, Aad::empty(), &mut body)
        .ok()?;
    let (fault, plain) = plain.split_first()?;
    Some(Opened {
        fault: *fault,
        plain: plain.to_vec(),
    })
}
