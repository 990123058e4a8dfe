//! The program from outside: its commands, its configuration, a new user's first minutes, and
//! what the documents promise.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says where"
)]

mod architecture;
mod archive_child;
mod arguments;
mod capabilities;
mod crash_runs;
mod documents;
mod first_run;
mod fuzz;
mod main_job;
mod plaintext;
mod program;
