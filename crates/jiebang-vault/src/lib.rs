//! Keys, envelopes and hashes: bytes in, bytes out.
//!
//! Invariants:
//! - nothing here performs IO, but for [`Entropy::system`], the one door to the machine's
//!   randomness;
//! - whatever is written to disk carries a version and can be opened by every later program;
//! - secret types show nothing of their content through `Debug`.

pub mod archive;
pub mod audit;
mod entropy;
mod envelope;
pub mod evidence;
mod token;

pub use entropy::Entropy;
pub use envelope::{KeyId, MAX_PLAINTEXT_BYTES, MasterKey, NONCE_BYTES, VaultError, open, seal};
pub use token::{constant_time_eq, sha256, token_hash};
