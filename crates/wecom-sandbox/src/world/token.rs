//! Secrets, tokens and the limits on asking.

use std::collections::HashMap;

/// Which secret a token was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecretKind {
    /// Self-built app.
    App,
    /// Contacts sync.
    Contacts,
    /// Chat archive.
    Archive,
}

/// A token that was handed out.
#[derive(Debug, Clone)]
pub struct Token {
    pub kind: SecretKind,
    pub expires_at: i64,
}

/// All tokens handed out, dead ones included.
#[derive(Debug, Default)]
pub struct Tokens {
    pub by_text: HashMap<String, Token>,
    pub current: HashMap<SecretKind, String>,
    pub made: u64,
    /// Number of wrong secrets in the hour that began at the time.
    pub wrong: (i64, u64),
}

/// Calls of one API in the running minute and hour, and until when it is blocked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rate {
    pub minute: (i64, u64),
    pub hour: (i64, u64),
    pub blocked_until: i64,
}
