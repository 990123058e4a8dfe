//! Identifiers. WeCom's are opaque text that is kept as it came, except that member ids are
//! case-insensitive and folded to lower case; our own are UUIDv7 so that they sort by time.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::time::Clock;

/// Longest id accepted from outside, in bytes. WeCom documents 64 for member ids and gives no
/// number for the others; twice that is tolerated so that a longer one is not lost.
pub const MAX_ID_BYTES: usize = 128;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    #[error("the {kind} is empty")]
    Empty { kind: &'static str },
    #[error("the {kind} is {bytes} bytes long, more than {MAX_ID_BYTES}")]
    TooLong { kind: &'static str, bytes: usize },
    #[error("the {kind} contains a control character or a blank")]
    BadCharacter { kind: &'static str },
}

fn check(kind: &'static str, text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty { kind });
    }
    if text.len() > MAX_ID_BYTES {
        return Err(IdError::TooLong {
            kind,
            bytes: text.len(),
        });
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(IdError::BadCharacter { kind });
    }
    Ok(())
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $fold:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses an id that came from outside.
            pub fn parse(text: impl Into<String>) -> Result<Self, IdError> {
                let text: String = text.into();
                check($kind, &text)?;
                let fold: fn(String) -> String = $fold;
                Ok(Self(fold(text)))
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }
    };
}

text_id!(
    /// A corp (企业), `ww…` or `wx…`.
    CorpId,
    "corp id",
    |t| t
);
text_id!(
    /// A member (成员) of the corp. Case-insensitive at WeCom, so folded to lower case here.
    UserId,
    "userid",
    |t| t.to_ascii_lowercase()
);
text_id!(
    /// A customer (外部联系人), `wm…` or `wo…`. Case-sensitive and opaque.
    ExternalUserId,
    "external userid",
    |t| t
);
text_id!(
    /// A customer group (客户群), `wr…`. Case-sensitive and opaque.
    ChatId,
    "chat id",
    |t| t
);
text_id!(
    /// A corp tag (企业标签, `et…`) or strategy tag (规则组标签, `st…`).
    TagId,
    "tag id",
    |t| t
);

/// A department. The root is 1.
pub type DepartmentId = i64;

/// A new identifier of ours, UUIDv7: ordered by `clock`, unique by `random`.
#[must_use]
pub fn new_id(clock: &Clock, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(clock.now_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn userids_are_the_same_in_any_case() {
        assert_eq!(
            UserId::parse("ZhangSan").unwrap(),
            UserId::parse("zhangsan").unwrap()
        );
        assert_ne!(
            ExternalUserId::parse("wmA").unwrap(),
            ExternalUserId::parse("wma").unwrap()
        );
    }

    #[test]
    fn odd_characters_are_refused_with_a_reason() {
        assert_eq!(UserId::parse(""), Err(IdError::Empty { kind: "userid" }));
        assert_eq!(
            UserId::parse("a b"),
            Err(IdError::BadCharacter { kind: "userid" })
        );
        assert_eq!(
            ChatId::parse("wr\u{0}"),
            Err(IdError::BadCharacter { kind: "chat id" })
        );
        assert!(matches!(
            TagId::parse("x".repeat(129)),
            Err(IdError::TooLong { bytes: 129, .. })
        ));
    }

    #[test]
    fn our_ids_sort_by_the_clock() {
        let clock = Clock::manual(crate::time::Timestamp::from_seconds(1_700_000_000));
        let first = new_id(&clock, [255; 10]);
        clock.advance(1);
        assert!(first < new_id(&clock, [0; 10]));
    }
}
