//! Keys of the conversation archive.
//!
//! ```text
//! master key ─wraps─▶ corp key ─wraps─▶ conversation key ─seals─▶ bodies, file ids
//!                              │          ▲              └wraps─▶ blob key ─seals─▶ media
//!                              │          └wraps─ its share, kept elsewhere
//!                              └wraps─▶ index key ─makes─▶ blind search tokens
//!                                         ▲
//!                                         └wraps─ its share, kept elsewhere
//! master key ─seals─▶ RSA private keys ─open─▶ random keys of WeCom's rows
//! ```
//!
//! Invariants:
//! - rotating re-wraps keys and never touches a body;
//! - every envelope is bound to the record it belongs to ([`Record`]), so that one moved to
//!   another row does not open;
//! - a nonce does not repeat under a key (see [`keys`]);
//! - destroying the wraps of a conversation key makes its bodies unreadable for good; destroying
//!   its share does so in every copy of the wraps as well.

pub mod keys;
mod record;
mod rsa;
mod token;

pub use keys::{BlobKey, ConversationKey, CorpKey, IndexKey, KeyShare, SEALS_A_KEY};
pub use record::Record;
pub use rsa::{BadPrivateKey, Parked, PrivateKey, PrivateKeys, RandomKey, SealedKey};
pub use token::{TOKEN_BITS, TOKEN_CHARS, Token};
