//! The store on both databases.

#![expect(
    clippy::unwrap_used,
    reason = "these are tests; clippy.toml reaches only `#[test]` itself"
)]

mod access;
mod archive;
mod audit;
mod batches;
mod callback;
mod contact_way;
mod customer;
mod customer_record;
mod departure;
mod directory;
mod fixture;
mod group;
mod job;
mod job_model;
mod key_store;
mod opening;
mod record;
mod setting;
mod sync;
mod tag;
mod unassigned;
