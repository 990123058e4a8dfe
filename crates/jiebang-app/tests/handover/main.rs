//! Handovers through the use cases and the worker, against the sandbox over HTTP, on both
//! databases. The clock stands still and is moved to the next moment somebody has work, so days
//! of waiting pass at once; a crash is a job that is dropped at a random point.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

mod approval;
mod back;
mod corp;
mod crash;
mod doubt;
mod notice;
mod outcome;
mod planning;
mod prediction;
mod record;
mod retention;
mod rules;
mod ways;
