//! Passwords: argon2id hashes, and passwords we make up.
//!
//! Invariant: a password leaves this room only as a hash, or once, in the hands of the person
//! who is to type it.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc};
use jiebang_vault::Entropy;
use tokio::sync::Semaphore;

use crate::Error;

/// Shortest password accepted, in characters.
pub const MIN_CHARS: usize = 10;
/// Longest, in bytes: hashing more would only be a way to keep the machine busy.
pub const MAX_BYTES: usize = 1000;

/// Hashes under way at once: each takes 19 MiB and a core.
static HASHING: Semaphore = Semaphore::const_new(4);

/// Checks a password that somebody chose.
///
/// # Errors
/// [`Error::Invalid`] naming `field`.
pub fn check(field: &'static str, password: &str) -> Result<(), Error> {
    if password.chars().count() < MIN_CHARS {
        return Err(Error::invalid(field, "password_too_short"));
    }
    if password.len() > MAX_BYTES {
        return Err(Error::invalid(field, "password_too_long"));
    }
    Ok(())
}

/// A password of 80 random bits that can be read out over the phone.
#[must_use]
pub fn make_up(entropy: &Entropy) -> String {
    // No 0, 1, i, l, o: 31 letters and digits plus one that is told apart (u).
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";
    let bytes: [u8; 16] = entropy.bytes();
    let mut text = String::with_capacity(19);
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(byte & 31)]));
    }
    text
}

/// Hashes with argon2id (parameters of the crate: 19 MiB, two passes; OWASP's first choice).
///
/// # Errors
/// [`Error::Internal`] if the library refuses.
pub async fn hash(entropy: &Entropy, password: &str) -> Result<String, Error> {
    let salt: [u8; 16] = entropy.bytes();
    let password = password.to_owned();
    blocking(move || hash_now(password.as_bytes(), &salt)).await?
}

/// Whether the password belongs to the hash. Without a hash it takes as long and says no, so
/// that nobody learns which logins exist by the time an answer takes.
///
/// # Errors
/// [`Error::Internal`] if a stored hash cannot be read.
pub async fn verify(hash: Option<String>, password: &str) -> Result<bool, Error> {
    if password.len() > MAX_BYTES {
        return Ok(false);
    }
    let password = password.to_owned();
    blocking(move || {
        let Some(hash) = hash else {
            let _ = Argon2::default().verify_password(password.as_bytes(), nobody()?);
            return Ok(false);
        };
        match Argon2::default().verify_password(password.as_bytes(), hash.as_str()) {
            Ok(()) => Ok(true),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(Error::Internal(format!("a password hash: {error}"))),
        }
    })
    .await?
}

/// A hash that belongs to no account, made once.
fn nobody() -> Result<&'static str, Error> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    if let Some(hash) = NOBODY.get() {
        return Ok(hash);
    }
    let hash = hash_now(b"nobody's password", b"nobody's salt 16")?;
    Ok(NOBODY.get_or_init(|| hash))
}

fn hash_now(password: &[u8], salt: &[u8]) -> Result<String, Error> {
    let hash: phc::PasswordHash = Argon2::default()
        .hash_password_with_salt(password, salt)
        .map_err(|error| Error::Internal(format!("hashing a password: {error}")))?;
    Ok(hash.to_string())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let _turn = HASHING
        .acquire()
        .await
        .map_err(|_| Error::Internal("no turn to hash".to_owned()))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Error::Internal("hashing a password ended early".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_fits_its_hash() {
        let entropy = Entropy::seeded(1);
        let password = make_up(&entropy);
        let hash = hash(&entropy, &password).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$"), "{hash}");
        assert!(!hash.contains(&password));
        assert!(verify(Some(hash.clone()), &password).await.unwrap());
        assert!(!verify(Some(hash), "another password").await.unwrap());
        assert!(!verify(None, "nobody's password").await.unwrap());
    }

    #[test]
    fn a_made_up_password_is_long_enough_and_never_the_same() {
        let entropy = Entropy::seeded(2);
        let (one, two) = (make_up(&entropy), make_up(&entropy));
        assert_ne!(one, two);
        assert!(check("password", &one).is_ok());
        assert_eq!(one.len(), 19);
    }
}
