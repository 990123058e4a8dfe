//! Blind search tokens.

/// Bits of a token. A query looks at a corp's own tokens, some ten million different ones in a
/// large archive: that another word shares a given token has a chance of 1 in 10^8, and hits are
/// opened and checked anyway.
pub const TOKEN_BITS: u32 = 50;
/// Characters of a token as text.
pub const TOKEN_CHARS: usize = 10;

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A word as the database sees it: a keyed hash, as a number for PostgreSQL and as text of
/// [a-z2-7] for FTS5 (whose tokenizers fold case, hence one case only). Never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(i64);

impl Token {
    pub(super) const fn from_hash(hash: [u8; 8]) -> Self {
        Self((u64::from_be_bytes(hash) >> (64 - TOKEN_BITS)).cast_signed())
    }

    /// The token that [`Token::number`] gave; the bits above [`TOKEN_BITS`] are dropped.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        Self(number & ((1 << TOKEN_BITS) - 1))
    }

    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// Appends the token as text, [`TOKEN_CHARS`] characters.
    pub fn push_to(self, out: &mut String) {
        for place in (0..TOKEN_CHARS).rev() {
            let index = (self.0 >> (5 * place)) & 31;
            out.push(char::from(ALPHABET[usize::try_from(index).unwrap_or(0)]));
        }
    }

    /// The token as text.
    #[must_use]
    pub fn text(self) -> String {
        let mut out = String::with_capacity(TOKEN_CHARS);
        self.push_to(&mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_one_text_of_ten_characters_in_one_case() {
        assert_eq!(Token::from_number(0).text(), "aaaaaaaaaa");
        assert_eq!(Token::from_number(-1).text(), "7777777777");
        assert_eq!(Token::from_number(33).text(), "aaaaaaaabb");
        assert_eq!(Token::from_hash([0xff; 8]), Token::from_number(-1));
    }
}
