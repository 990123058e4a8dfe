//! The crate's integration tests: the real router, on a real database, against a WeCom that runs
//! on this machine.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "these are tests; clippy.toml reaches only `#[test]` itself"
)]

mod archive;
mod audit;
mod callback;
mod case;
mod contact_way;
mod departure;
mod evidence;
mod fixture;
mod guard;
mod handover;
mod hostile;
mod idempotency;
mod openapi;
mod problems;
mod record;
mod review;
mod rules;
mod session;
mod streams;
mod texts;
