//! Use cases: authorise → decide (domain) → write facts, audit entry and jobs in one
//! transaction → effects by jobs.
//!
//! Invariants:
//! - every use case takes an [`Actor`](jiebang_domain::access::Actor) and asks
//!   [`App::allow`] on its first line;
//! - an effect at WeCom is made by a job, after its intent is stored, and its outcome is read
//!   from the platform's own lists when in doubt;
//! - nothing here knows SQL or HTTP.

pub mod access;
pub mod archive;
pub mod audit;
pub mod callback;
pub mod case;
pub mod contact_way;
pub mod context;
pub mod customer;
pub mod departure;
pub mod directory;
pub mod doctor;
pub mod error;
pub mod handover;
pub mod job;
pub mod jobs;
pub mod my;
pub mod outcome;
pub mod overview;
pub mod rule;
pub mod settings;
pub mod sync;
pub mod team;

pub use context::{App, Change, Parts};
pub use error::Error;
