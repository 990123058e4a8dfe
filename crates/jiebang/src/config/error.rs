//! What can be wrong with a configuration. Every text says what to do; none repeats a secret.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the configuration file {} cannot be read: {source}", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the configuration file {} is larger than 1 MB: is it the right file?", path.display())]
    TooLarge { path: PathBuf },
    #[error("{origin} is not a valid configuration: {message}")]
    Syntax { origin: String, message: String },
    #[error("{key} in {origin} is not a known key{}", meant(nearest.as_deref()))]
    UnknownKey {
        key: String,
        origin: String,
        nearest: Option<String>,
    },
    #[error("{key} must be {expected}{}", found(given.as_deref()))]
    Value {
        key: String,
        expected: &'static str,
        /// Absent where it may be a secret.
        given: Option<String>,
    },
    #[error("{key} and {key}_file are both set: take one away")]
    Both { key: String },
    #[error("{key}: the file {} cannot be read: {source}", path.display())]
    SecretFile {
        key: String,
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "{key}: the file {0} can be read by others: run chmod 600 {0}",
        path.display()
    )]
    SecretExposed { key: String, path: PathBuf },
    #[error("{key}: the file {} must hold one line of 1 to 4096 bytes of text", path.display())]
    SecretContent { key: String, path: PathBuf },
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || ": see `jiebang config --default` for the keys there are".to_owned(),
        |name| format!(": did you mean {name}?"),
    )
}

fn found(given: Option<&str>) -> String {
    given.map_or_else(String::new, |text| format!(", not {text:?}"))
}
