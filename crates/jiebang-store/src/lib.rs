//! The one place that knows SQL: schema, transactions and repositories on SQLite or PostgreSQL.
//!
//! Rooms are named after the business. Reads are functions over any connection (`store.read()`
//! or `tx.conn()`); writes take a [`Tx`], so that a fact, its audit entry and its jobs are
//! stored together or not at all.
//!
//! Invariants:
//! - one set of entities, migrations and repositories; both databases pass the same tests;
//! - every row carries its corp, and every query asks for one (but for the queue of jobs and
//!   the login by session, which serve all corps);
//! - "not found" is `Ok(None)`; a write that touches another number of rows than it must is an
//!   error;
//! - no statement carries more values than SQLite binds (32,766) or PostgreSQL (65,535).

pub mod access;
pub mod archive;
pub mod audit;
mod batch;
mod bulk;
pub mod callback;
pub mod case;
pub mod contact_way;
pub mod customer;
pub mod customer_record;
mod database;
pub mod departure;
pub mod directory;
pub mod entity;
mod error;
mod gather;
pub mod group;
pub mod handover;
pub mod job;
mod json;
pub mod key_store;
mod migration;
pub mod outcome;
pub mod rule;
pub mod setting;
pub mod stats;
mod store;
pub mod sync;
pub mod tag;
pub mod team;
#[cfg(feature = "test-support")]
pub mod testing;
mod text;
mod tx;
pub mod unassigned;
mod url;

pub use database::Kind;
pub use error::StoreError;
pub use store::Store;
pub use tx::Tx;
pub use url::DatabaseUrl;
