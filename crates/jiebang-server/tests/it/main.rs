//! The crate's integration tests.

mod openapi;
