//! `jiebang openapi`: the document of the HTTP API.

use std::process::ExitCode;

use crate::out::{Failure, Out};

pub fn run(out: Out) -> Result<ExitCode, Failure> {
    let (_, document) = jiebang_server::api();
    out.last_line(&document);
    Ok(ExitCode::SUCCESS)
}
