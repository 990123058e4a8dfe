//! What goes into the library and what comes out, and the guards in between.

use std::fmt;

use super::error::{Death, ReturnCode};

/// The library ends the process on a message shorter than this (section 1.6 of the reference).
const SHORTEST_MESSAGE: usize = 13;
/// Longest random key RSA-2048 with PKCS#1 v1.5 can hold.
const LONGEST_KEY: usize = 245;
/// Longest body taken, in bytes; those seen in the wild have up to 20,380.
pub(super) const LONGEST_MESSAGE: usize = 16 << 20;

/// A body with the random key of its row, as RSA gave it back.
#[derive(Clone, Copy)]
pub struct Locked<'a> {
    pub key: &'a [u8],
    /// `encrypt_chat_msg`, unchanged.
    pub message: &'a str,
}

impl fmt::Debug for Locked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locked")
            .field("key", &format_args!("{} bytes", self.key.len()))
            .field("message", &format_args!("{} bytes", self.message.len()))
            .finish()
    }
}

/// Why a body is not given to the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    #[error("the message is shorter than 13 bytes")]
    Short,
    #[error("the message is longer than {LONGEST_MESSAGE} bytes")]
    Long,
    #[error("the message holds a NUL")]
    Nul,
    /// Empty, too long or not printable: what the wrong private key gives back.
    #[error("the random key is none")]
    Key,
}

impl Locked<'_> {
    /// Whether the library can be trusted with it.
    pub(super) fn check(&self) -> Result<(), Unfit> {
        if self.message.len() < SHORTEST_MESSAGE {
            return Err(Unfit::Short);
        }
        if self.message.len() > LONGEST_MESSAGE {
            return Err(Unfit::Long);
        }
        if self.message.as_bytes().contains(&0) {
            return Err(Unfit::Nul);
        }
        let is_printable = self.key.iter().all(|byte| (0x20..0x7f).contains(byte));
        if !(1..=LONGEST_KEY).contains(&self.key.len()) || !is_printable {
            return Err(Unfit::Key);
        }
        Ok(())
    }
}

/// What became of a body.
#[derive(Clone, PartialEq, Eq)]
pub enum Opening {
    /// The message as the library gave it: JSON, as a rule.
    Opened(Vec<u8>),
    /// The library returned a code; 10008 is a wrong key or a wrong version.
    Refused(ReturnCode),
    /// Not given to the library.
    Unfit(Unfit),
    /// It killed the library twice, the second time alone.
    Quarantined(Death),
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opened(message) => write!(f, "Opened({} bytes)", message.len()),
            Self::Refused(code) => write!(f, "Refused({code})"),
            Self::Unfit(why) => write!(f, "Unfit({why:?})"),
            Self::Quarantined(death) => write!(f, "Quarantined({death:?})"),
        }
    }
}

/// A part of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Chunk {
    pub data: Vec<u8>,
    /// The index to ask with for the next part; `None`: this was the last one. Opaque; keep it
    /// to go on after a crash.
    pub next: Option<String>,
}

impl fmt::Debug for Chunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunk")
            .field("data", &format_args!("{} bytes", self.data.len()))
            .field("next", &self.next)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_the_library_is_not_given_to_it() {
        let key: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
        let fit = |key, message| Locked { key, message }.check();
        assert_eq!(fit(key, "123456789012"), Err(Unfit::Short));
        assert_eq!(fit(key, ""), Err(Unfit::Short));
        assert_eq!(fit(key, "1234567890123"), Ok(()));
        assert_eq!(fit(key, "1234567890123\0"), Err(Unfit::Nul));
        assert_eq!(fit(b"", "1234567890123"), Err(Unfit::Key));
        assert_eq!(fit(b"\x01\xff", "1234567890123"), Err(Unfit::Key));
        assert_eq!(fit(&[b'a'; 246], "1234567890123"), Err(Unfit::Key));
    }

    #[test]
    fn nothing_secret_is_shown() {
        let locked = Locked {
            key: b"hushhush",
            message: "hushhushhushhush",
        };
        let opened = Opening::Opened(b"hush".to_vec());
        assert!(!format!("{locked:?}{opened:?}").contains("hush"));
    }
}
