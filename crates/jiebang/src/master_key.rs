//! Where the master key comes from: a file of this machine, or a program that asks somebody who
//! keeps keys. And how the file is exchanged for another.
//!
//! Invariant: a key is created readable by its owner only, and one that others can read is
//! refused. While the key is exchanged the next one stands beside it; which of the two is in force
//! the database says, so that a crash at any moment leaves a key that opens everything.

use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use jiebang_vault::{Entropy, KeyId, MasterKey};
use tokio::io::AsyncReadExt;

use crate::config::Config;
use crate::out::Failure;

/// Longest key file or answer of a program that is read, in bytes.
const MAX_KEY_FILE: u64 = 4096;
/// How long the program may take.
const COMMAND_TIME: Duration = Duration::from_secs(30);

/// The key that the configuration names; a file that is not there is made.
pub async fn load(config: &Config, entropy: &Entropy) -> Result<MasterKey, Failure> {
    match &config.master_key_command {
        Some(command) => from_command(command, COMMAND_TIME).await,
        None => from_file(&config.master_key_file, entropy),
    }
}

/// The key in force by what the database says: mostly `key`. If it was exchanged and the program
/// stopped before the file was, that is made up for.
pub fn check(
    config: &Config,
    key: MasterKey,
    in_force: Option<KeyId>,
) -> Result<MasterKey, Failure> {
    let Some(in_force) = in_force.filter(|id| *id != key.id()) else {
        return Ok(key);
    };
    if config.master_key_command.is_none()
        && let Some(next) = pending(config)?
        && next.id() == in_force
    {
        install(&config.master_key_file, &key)?;
        return Ok(next);
    }
    let given = key.id();
    Err(Failure::failed(format!(
        "the master key was exchanged: {in_force:08x} is in force, and {given:08x} was given"
    ))
    .with_remedy("Name the key that is in force."))
}

/// The key that is to be in force next: the one in `given`, the one an exchange that was broken
/// off left, or a new one. Where keys come from a file it stands beside that from now on.
pub fn prepare(
    config: &Config,
    given: Option<&Path>,
    entropy: &Entropy,
) -> Result<MasterKey, Failure> {
    let next = next_to(&config.master_key_file);
    let Some(given) = given else {
        if config.master_key_command.is_some() {
            return Err(Failure::usage(
                "the key comes from a program: name the next one with --new-key-file".to_owned(),
            ));
        }
        return from_file(&next, entropy);
    };
    let key = existing(given)?;
    if config.master_key_command.is_none() {
        let _ = std::fs::remove_file(&next);
        put(&next, &key, entropy)?;
    }
    Ok(key)
}

/// Puts the next key in the place of the file, once the database is under it. The old one is kept
/// beside it under its id, for backups of before. Returns where.
pub fn install(path: &Path, old: &MasterKey) -> Result<PathBuf, Failure> {
    let failed = |error: std::io::Error| {
        Failure::of(
            &format!("the master key {} cannot be exchanged", path.display()),
            &error,
        )
    };
    let kept = path.with_extension(format!("old-{:08x}", old.id()));
    match std::fs::hard_link(path, &kept) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(failed(error));
        }
        _ => {}
    }
    std::fs::rename(next_to(path), path).map_err(failed)?;
    sync_parent(path).map_err(failed)?;
    Ok(kept)
}

fn next_to(path: &Path) -> PathBuf {
    path.with_extension("next")
}

fn pending(config: &Config) -> Result<Option<MasterKey>, Failure> {
    let next = next_to(&config.master_key_file);
    if next.exists() {
        existing(&next).map(Some)
    } else {
        Ok(None)
    }
}

/// Runs the program and reads the key's line from what it prints.
async fn from_command(command: &[String], time: Duration) -> Result<MasterKey, Failure> {
    let (program, arguments) = command
        .split_first()
        .ok_or_else(|| Failure::usage("data.master_key_command names no program".to_owned()))?;
    let failed = |why: String| {
        Failure::failed(format!("{program} gave no master key: {why}"))
            .with_remedy("Run it as the user of this program and look at what it prints.")
    };
    let mut child = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let stdout = child
        .stdout
        .take()
        .ok_or_else(|| failed("it has no output".to_owned()))?;
    let mut text = zeroize::Zeroizing::new(String::new());
    let reading = async {
        stdout
            .take(MAX_KEY_FILE + 1)
            .read_to_string(&mut text)
            .await?;
        if text.len() as u64 > MAX_KEY_FILE {
            return Ok(None);
        }
        child.wait().await.map(Some)
    };
    let ended: std::io::Result<_> = tokio::time::timeout(time, reading)
        .await
        .map_err(|_| failed(format!("it did not end within {} s", time.as_secs())))?;
    match ended.map_err(|error| failed(error.to_string()))? {
        None => Err(failed(format!("it printed more than {MAX_KEY_FILE} bytes"))),
        Some(status) if !status.success() => Err(failed(format!("it ended with {status}"))),
        Some(_) => MasterKey::parse(&text).map_err(|error| failed(error.to_string())),
    }
}

fn from_file(path: &Path, entropy: &Entropy) -> Result<MasterKey, Failure> {
    match read_key(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            put(path, &MasterKey::from_bytes(entropy.bytes()), entropy)
        }
        _ => existing(path),
    }
}

fn existing(path: &Path) -> Result<MasterKey, Failure> {
    match read_key(path) {
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
fn put(path: &Path, key: &MasterKey, entropy: &Entropy) -> Result<MasterKey, Failure> {
    let failed = |error: std::io::Error| {
        Failure::of(
            &format!("the master key {} cannot be made", path.display()),
            &error,
        )
    };
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
            Ok(key.clone())
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
        let made = from_file(&path, &Entropy::system()).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(from_file(&path, &Entropy::system()).unwrap() == made);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        from_file(&path, &Entropy::system()).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let failure = from_file(&path, &Entropy::system()).unwrap_err();
        assert!(failure.remedy.unwrap().contains("chmod 600"));
    }

    #[test]
    fn a_file_that_is_no_key_is_refused_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        std::fs::write(&path, "something else").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(from_file(&path, &Entropy::system()).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "something else");
    }

    fn config(dir: &Path) -> Config {
        let text = format!("[data]\ndir = {:?}\n", dir.display().to_string());
        let file = dir.join("jiebang.toml");
        std::fs::write(&file, text).unwrap();
        crate::config::load(Some(&file)).unwrap()
    }

    #[test]
    fn s42_an_exchange_that_was_broken_off_is_made_up_for_at_the_next_start() {
        let dir = tempfile::tempdir().unwrap();
        let (config, entropy) = (config(dir.path()), Entropy::system());
        let path = &config.master_key_file;
        let old = from_file(path, &entropy).unwrap();
        let next = prepare(&config, None, &entropy).unwrap();
        assert!(next != old);
        // Broken off before the database was changed: the old key stays, and the next exchange
        // goes on with the same one.
        assert!(check(&config, old.clone(), None).unwrap() == old);
        assert!(prepare(&config, None, &entropy).unwrap() == next);
        // Broken off behind it.
        assert!(check(&config, old.clone(), Some(next.id())).unwrap() == next);
        assert!(existing(path).unwrap() == next);
        let kept = path.with_extension(format!("old-{:08x}", old.id()));
        assert!(existing(&kept).unwrap() == old);
        assert!(!next_to(path).exists());
        // The old one is refused from then on.
        let refused = check(&config, old, Some(next.id())).unwrap_err();
        assert!(refused.to_string().contains("was exchanged"), "{refused}");
    }

    #[tokio::test]
    async fn s42_a_program_gives_the_key_within_its_time_and_size() {
        let key = MasterKey::from_bytes([5; 32]);
        let line = key.to_line();
        let shell = |script: &str| ["/bin/sh", "-c", script].map(str::to_owned);
        let given = |script: String| async move {
            let time = Duration::from_millis(1_500);
            from_command(&shell(&script), time).await
        };
        let said = given(format!("echo '{}'", line.trim())).await;
        assert!(said.unwrap() == key);
        for (script, word) in [
            ("exec sleep 30".to_owned(), "did not end"),
            (format!("echo '{}'; exit 3", line.trim()), "ended with"),
            ("exec yes".to_owned(), "more than"),
            ("echo hello".to_owned(), "not a line"),
        ] {
            let refused = given(script).await.unwrap_err().to_string();
            assert!(refused.contains(word), "{refused}");
            assert!(!refused.contains(line.trim()));
        }
        let missing = from_command(&["/no/such/program".to_owned()], COMMAND_TIME).await;
        assert!(missing.is_err());
    }
}
