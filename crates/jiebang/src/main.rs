//! The program: commands, configuration, wiring.
//!
//! Invariant: no business rules here. A command parses what was asked, calls a use case of
//! `jiebang_app` as the operator of the machine, and prints what came of it.

mod bench;
mod chaos;
mod clock;
mod command;
mod config;
mod demo;
mod harness;
mod installation;
mod logging;
mod master_key;
mod out;
mod selftest;
mod stop;

use std::process::ExitCode;

/// Taking in an archive makes and drops a few hundred small values a message on every core, and
/// the system's allocator spends a tenth of the time on it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    command::main()
}
