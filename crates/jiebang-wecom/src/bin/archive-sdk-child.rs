//! The child of the archive connector as a program of its own, for the connector's tests. The
//! product uses `jiebang archive-sdk-child`, which is the same.

use std::process::ExitCode;

fn main() -> ExitCode {
    jiebang_wecom::archive::run_child()
}
