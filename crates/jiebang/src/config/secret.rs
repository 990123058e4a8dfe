//! Secrets from files of their own.

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::ConfigError;

const MAX_SECRET: u64 = 4096;
/// Container runtimes mount secrets here with rights that the container cannot choose.
const MOUNTED: &str = "/run/secrets";

/// The one line of the file that `key` names.
pub fn read_secret(key: &str, path: &Path) -> Result<String, ConfigError> {
    let unreadable = |source| ConfigError::SecretFile {
        key: key.to_owned(),
        path: path.to_path_buf(),
        source,
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.permissions().mode();
    if mode & 0o007 != 0 && !path.starts_with(MOUNTED) {
        return Err(ConfigError::SecretExposed {
            key: key.to_owned(),
            path: path.to_path_buf(),
        });
    }
    let mut text = String::new();
    let read = file.take(MAX_SECRET + 1).read_to_string(&mut text);
    let line = text.trim();
    let fits = matches!(read, Ok(bytes) if bytes as u64 <= MAX_SECRET)
        && !line.is_empty()
        && !line.contains('\n');
    if !fits {
        return Err(ConfigError::SecretContent {
            key: key.to_owned(),
            path: path.to_path_buf(),
        });
    }
    Ok(line.to_owned())
}
