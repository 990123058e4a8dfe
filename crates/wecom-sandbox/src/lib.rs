//! A WeCom for tests, demos and other people's projects.
//!
//! [`Sandbox::start`] opens a server on this machine that answers the customer
//! handover part of `qyapi.weixin.qq.com` (directory, external contacts, both
//! transfers, groups, messages, login, encrypted callbacks) and the conversation
//! archive (for the stand-in of its library as well) with the platform's
//! limits, paging, type traps, error codes and order of checks. A seeded
//! generator fills it with a company that does not exist.
//!
//! Two more things make it a test instrument: a control API under `/sandbox/`
//! (move the clock, let customers and members act, inject faults) and
//! `/sandbox/truth`, which says what really happened whatever the callers were
//! told.
//!
//! Invariants:
//! - everything is decided by the seed, the virtual clock and the order of
//!   calls; no other randomness and no wall clock after the start (but for key
//!   pairs and the padding of RSA in the archive);
//! - the whole state sits behind one lock that is never held across an await;
//! - an effect and its entry in the truth are made in the same locked step.

mod api;
mod archive;
mod callback;
mod connection;
mod control;
mod fault;
mod generator;
mod options;
mod seed;
mod server;
mod world;

pub use callback::crypt;
pub use options::{Error, Info, LeaverSpec, Options};
pub use server::Sandbox;
