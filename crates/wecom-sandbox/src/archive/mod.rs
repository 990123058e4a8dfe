//! The archive's own way out: sealing, and the wire the stand-in library talks over.
//!
//! The vendor's library speaks a closed protocol to its platform. The stand-in
//! (`wecom-sdk-standin`) asks here instead, with the same meaning of every call. Who writes
//! another stand-in finds all of it in this folder.

mod seal;
pub mod wire;

pub use seal::{check_public_key, make_key_pair, seal};
