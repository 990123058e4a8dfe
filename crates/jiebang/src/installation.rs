//! An installation: its folder, its master key, its database, and the [`App`] over them.
//!
//! Invariant: folder and key are created readable by their owner only, and a key that others
//! can read is refused.

use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use jiebang_app::{App, Parts};
use jiebang_domain::time::Clock;
use jiebang_store::Store;
use jiebang_vault::{Entropy, MasterKey};

use crate::config::Config;
use crate::out::Failure;

/// Longest key file that is read, in bytes.
const MAX_KEY_FILE: u64 = 4096;

/// Opens the installation, making what a first run needs, and connects to WeCom if it is known
/// how. Calls nobody.
pub async fn open(config: &Config) -> Result<App, Failure> {
    create_dir(&config.data_dir)?;
    let entropy = Entropy::system();
    let master_key = master_key(&config.master_key_file, &entropy)?;
    let clock = match &config.follow_clock {
        Some(url) => crate::clock::follow(url.clone()).await?,
        None => Clock::system(),
    };
    let store = Store::open(&config.database).await?;
    let parts = Parts {
        store,
        clock,
        entropy,
        master_key,
        configured: config.wecom.clone(),
    };
    let app = App::with_people_clock(parts, Clock::system())?;
    jiebang_app::settings::connect(&app).await?;
    Ok(app)
}

/// Opens an installation that is there already: for commands that only make sense on one.
pub async fn open_existing(config: &Config) -> Result<App, Failure> {
    if config.master_key_file.exists() {
        return open(config).await;
    }
    let told = config.file.as_ref().map_or_else(
        || "no configuration file was read".to_owned(),
        |file| format!("by {}", file.display()),
    );
    let dir = config.data_dir.display();
    Err(
        Failure::failed(format!("there is no installation in {dir} ({told})")).with_remedy(
            "Start `jiebang serve` once, or name the configuration with --config FILE.",
        ),
    )
}

fn create_dir(dir: &Path) -> Result<(), Failure> {
    let made = std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir);
    made.map_err(|error| {
        Failure::of(
            &format!("the folder {} cannot be made", dir.display()),
            &error,
        )
    })
}

fn master_key(path: &Path, entropy: &Entropy) -> Result<MasterKey, Failure> {
    match read_key(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => create_key(path, entropy),
        Err(error) => Err(unreadable(path, &error)),
        Ok((mode, _)) if mode & 0o077 != 0 => {
            let path = path.display();
            Err(
                Failure::failed(format!("the master key {path} can be read by others"))
                    .with_remedy(format!("Run: chmod 600 {path}")),
            )
        }
        Ok((_, text)) => MasterKey::parse(&text).map_err(|error| {
            Failure::of(&format!("{} is not a master key", path.display()), &error)
                .with_remedy("Put the key back from your copy of it.")
        }),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::of(
        &format!("the master key {} cannot be read", path.display()),
        error,
    )
}

fn read_key(path: &Path) -> std::io::Result<(u32, String)> {
    let file = std::fs::File::open(path)?;
    let mode = file.metadata()?.permissions().mode();
    let mut text = String::new();
    file.take(MAX_KEY_FILE).read_to_string(&mut text)?;
    Ok((mode, text))
}

/// Writes the key beside its place, down to the disk, and links it there: two first runs at
/// once end with one key, and a crash leaves none or a whole one.
fn create_key(path: &Path, entropy: &Entropy) -> Result<MasterKey, Failure> {
    let failed = |error: std::io::Error| {
        Failure::of(
            &format!("the master key {} cannot be made", path.display()),
            &error,
        )
    };
    let key = MasterKey::from_bytes(entropy.bytes());
    let draft = path.with_extension(format!("new-{}", u64::from_be_bytes(entropy.bytes())));
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)
        .and_then(|mut file| {
            file.write_all(key.to_line().as_bytes())?;
            file.sync_all()
        });
    let linked = written.and_then(|()| std::fs::hard_link(&draft, path));
    let _ = std::fs::remove_file(&draft);
    match linked {
        Ok(()) => {
            sync_parent(path).map_err(failed)?;
            Ok(key)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let (_, text) = read_key(path).map_err(failed)?;
            MasterKey::parse(&text).map_err(|error| {
                Failure::of(&format!("{} is not a master key", path.display()), &error)
            })
        }
        Err(error) => Err(failed(error)),
    }
}

fn sync_parent(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => std::fs::File::open(dir)?.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_run_makes_a_key_only_its_owner_reads_and_keeps_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        let made = master_key(&path, &Entropy::system()).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(master_key(&path, &Entropy::system()).unwrap() == made);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        master_key(&path, &Entropy::system()).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let failure = master_key(&path, &Entropy::system()).unwrap_err();
        assert!(failure.remedy.unwrap().contains("chmod 600"));
    }

    #[test]
    fn a_file_that_is_no_key_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        std::fs::write(&path, "something else").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(master_key(&path, &Entropy::system()).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "something else");
    }
}
