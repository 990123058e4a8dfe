//! Log lines on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};
use crate::out::Failure;

/// Starts logging at the configured level, else at `usual`.
pub fn start(config: &Config, usual: &str) -> Result<(), Failure> {
    let level = config.log_level.as_deref().unwrap_or(usual);
    let filter = EnvFilter::try_new(level).map_err(|error| {
        Failure::usage(format!("log.level {level:?} cannot be understood: {error}"))
            .with_remedy("Say error, warn, info, debug, trace, or \"info,jiebang_wecom=debug\".")
    })?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match config.log_format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    // Somebody who started it before is content.
    drop(started);
    Ok(())
}
