//! The conversation archive (会话内容存档): WeCom's C library, kept at arm's length, and the
//! HTTP calls around it.
//!
//! The library has no source, throws C++ exceptions through its C interface, ends the process
//! on a short message and has been seen to crash on real ones. So it is loaded in child
//! processes of the same program only ([`run_child`]); [`ArchiveSdk`] is the parent's side.
//!
//! Invariants:
//! - nothing the library does ends the parent: a child that dies, hangs or talks nonsense is
//!   killed, counted and replaced;
//! - a row that kills the library twice, the second time alone in a fresh process, is given
//!   back as [`Opening::Quarantined`]; every other row of the batch is opened exactly once;
//! - no secret, key or message is in an argument, an environment variable, a log or `Debug`.

mod answer;
mod audit;
mod call;
mod child;
mod elf;
mod error;
mod lane;
#[expect(
    unsafe_code,
    reason = "calling a C library is unsafe by nature; every pointer lives in this file"
)]
mod library;
mod sdk;
mod wire;

pub use answer::{MalformedRow, PulledPage, SealedRow};
pub use audit::{AgreeStatus, Agreement, Edition, InternalRoom, Robot, RoomAgreement, RoomMember};
pub use call::{Chunk, Locked, Opening, Unfit};
pub use child::run_child;
pub use error::{
    Death, LibraryProblem, Refusal, RefusalKind, ReturnCode, ReturnKind, SdkCall, SdkError,
};
pub use library::{Handle, Library, SYMBOLS};
pub use sdk::{ArchiveSdk, CHILD, Health, LibraryFile, Patience, Proxy, SdkConfig};
