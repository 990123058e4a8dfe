//! The child of the archive connector as a program of its own, for this crate's tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    jiebang_wecom::archive::run_child()
}
