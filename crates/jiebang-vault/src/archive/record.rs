//! What an envelope belongs to.

/// The record an envelope stands in, bound to it as associated data.
///
/// Written as a label, the kind, and the parts, each behind its length, so that no two records
/// are written alike. The form is part of envelope version 1 and does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Record<'a> {
    /// A corp key, wrapped by the master key.
    CorpKey { corp: &'a str, number: i32 },
    /// The index key of a corp, wrapped by its corp key.
    IndexKey { corp: &'a str },
    /// A key of a conversation, wrapped by the corp key.
    ConversationKey {
        corp: &'a str,
        conversation: i64,
        number: i32,
    },
    /// The key of a blob, wrapped by the key of a conversation that shows it.
    BlobKey {
        corp: &'a str,
        conversation: i64,
        blob: &'a [u8],
    },
    /// An RSA private key whose public half was uploaded to WeCom, sealed by the master key.
    PrivateKey { corp: &'a str, version: u32 },
    /// The body of a message.
    Body {
        corp: &'a str,
        conversation: i64,
        message: i64,
    },
    /// WeCom's file id of the `place`-th file of a message.
    FileId {
        corp: &'a str,
        conversation: i64,
        message: i64,
        place: i32,
    },
    /// Anything derived of a conversation (a summary, say), by its kind and id.
    Derived {
        corp: &'a str,
        conversation: i64,
        kind: &'a str,
        id: &'a [u8],
    },
    /// The `index`-th piece of a blob; `last` so that a blob cut short is noticed.
    Chunk {
        corp: &'a str,
        blob: &'a [u8],
        index: u32,
        last: bool,
    },
}

const LABEL: &[u8] = b"jiebang archive 1";

impl Record<'_> {
    /// The associated data.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        match *self {
            Self::CorpKey { corp, number } => written(1, &[corp.as_bytes(), &number.to_be_bytes()]),
            Self::IndexKey { corp } => written(2, &[corp.as_bytes()]),
            Self::ConversationKey {
                corp,
                conversation,
                number,
            } => written(
                3,
                &[
                    corp.as_bytes(),
                    &conversation.to_be_bytes(),
                    &number.to_be_bytes(),
                ],
            ),
            Self::BlobKey {
                corp,
                conversation,
                blob,
            } => written(4, &[corp.as_bytes(), &conversation.to_be_bytes(), blob]),
            Self::PrivateKey { corp, version } => {
                written(5, &[corp.as_bytes(), &version.to_be_bytes()])
            }
            Self::Body {
                corp,
                conversation,
                message,
            } => written(
                6,
                &[
                    corp.as_bytes(),
                    &conversation.to_be_bytes(),
                    &message.to_be_bytes(),
                ],
            ),
            Self::FileId {
                corp,
                conversation,
                message,
                place,
            } => written(
                7,
                &[
                    corp.as_bytes(),
                    &conversation.to_be_bytes(),
                    &message.to_be_bytes(),
                    &place.to_be_bytes(),
                ],
            ),
            Self::Derived {
                corp,
                conversation,
                kind,
                id,
            } => written(
                8,
                &[
                    corp.as_bytes(),
                    &conversation.to_be_bytes(),
                    kind.as_bytes(),
                    id,
                ],
            ),
            Self::Chunk {
                corp,
                blob,
                index,
                last,
            } => written(
                9,
                &[
                    corp.as_bytes(),
                    blob,
                    &index.to_be_bytes(),
                    &[u8::from(last)],
                ],
            ),
        }
    }
}

fn written(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len() + 4).sum::<usize>();
    let mut out = Vec::with_capacity(LABEL.len() + 1 + length);
    out.extend_from_slice(LABEL);
    out.push(kind);
    for part in parts {
        // A part of 4 GiB does not occur: corp ids, hashes and numbers are short.
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_cannot_move_from_one_part_to_the_next() {
        let a = Record::Derived {
            corp: "ww",
            conversation: 1,
            kind: "ab",
            id: b"c",
        };
        let b = Record::Derived {
            corp: "ww",
            conversation: 1,
            kind: "a",
            id: b"bc",
        };
        assert_ne!(a.bytes(), b.bytes());
        let body = Record::Body {
            corp: "ww",
            conversation: 1,
            message: 2,
        };
        let other = Record::Body {
            corp: "ww",
            conversation: 2,
            message: 1,
        };
        assert_ne!(body.bytes(), other.bytes());
    }
}
