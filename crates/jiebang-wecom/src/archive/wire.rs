//! How parent and child talk: frames of a length (4 bytes, little-endian) and that many bytes.
//! No JSON, since most of what travels is bytes. Both ends are the same program.

use zeroize::Zeroizing;

use super::error::{LibraryProblem, ReturnCode};

/// Largest frame, in bytes: a page of 1,000 rows with bodies of 60 KB.
pub(super) const LARGEST_FRAME: usize = 96 << 20;

/// A frame did not hold what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nonsense;

/// What the parent asks.
#[derive(PartialEq, Eq)]
pub(super) enum Request {
    /// Comes first, and once.
    Start {
        library: Vec<u8>,
        /// Corp id and secret, for a child that calls the platform.
        caller: Option<(String, Zeroizing<String>)>,
        proxy: String,
        password: Zeroizing<String>,
    },
    Page {
        seq: u64,
        limit: u32,
        timeout: i32,
    },
    Chunk {
        file: String,
        index: String,
        timeout: i32,
    },
    /// Answered by one frame for each row, in order, each sent as soon as it is known.
    Open {
        rows: Vec<(Zeroizing<Vec<u8>>, String)>,
    },
}

/// What the child answers.
#[derive(PartialEq, Eq)]
pub(super) enum Answer {
    Started,
    Unusable(LibraryProblem),
    Page(Vec<u8>),
    Chunk {
        data: Vec<u8>,
        index: Vec<u8>,
        is_last: bool,
    },
    Opened(Vec<u8>),
    /// The library returned a code.
    Returned(ReturnCode),
    /// The guard of the child let nothing through.
    Unfit,
}

struct Writer(Vec<u8>);

impl Writer {
    fn byte(&mut self, value: u8) {
        self.0.push(value);
    }

    fn number(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn signed(&mut self, value: i32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn bytes(&mut self, value: &[u8]) {
        self.number(value.len() as u64);
        self.0.extend_from_slice(value);
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Nonsense> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Nonsense)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Nonsense> {
        self.take(N)?.try_into().map_err(|_| Nonsense)
    }

    fn byte(&mut self) -> Result<u8, Nonsense> {
        self.array().map(|[value]| value)
    }

    fn number(&mut self) -> Result<u64, Nonsense> {
        self.array().map(u64::from_le_bytes)
    }

    fn signed(&mut self) -> Result<i32, Nonsense> {
        self.array().map(i32::from_le_bytes)
    }

    fn bytes(&mut self) -> Result<Vec<u8>, Nonsense> {
        let length = usize::try_from(self.number()?).map_err(|_| Nonsense)?;
        self.take(length).map(<[u8]>::to_vec)
    }

    fn text(&mut self) -> Result<String, Nonsense> {
        String::from_utf8(self.bytes()?).map_err(|_| Nonsense)
    }

    fn end(self) -> Result<(), Nonsense> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Nonsense)
        }
    }
}

/// Puts the length in front.
fn framed(payload: Writer) -> Zeroizing<Vec<u8>> {
    let payload = Zeroizing::new(payload.0);
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let mut frame = Vec::with_capacity(payload.len() + 4);
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(&payload);
    Zeroizing::new(frame)
}

/// The frame of a batch, without a copy of its rows.
pub(super) fn open_frame<'a>(
    rows: impl ExactSizeIterator<Item = (&'a [u8], &'a str)>,
) -> Zeroizing<Vec<u8>> {
    let mut out = Writer(Vec::new());
    out.byte(3);
    out.number(rows.len() as u64);
    for (key, message) in rows {
        out.bytes(key);
        out.bytes(message.as_bytes());
    }
    framed(out)
}

impl Request {
    pub(super) fn frame(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Writer(Vec::new());
        match self {
            Self::Start {
                library,
                caller,
                proxy,
                password,
            } => {
                out.byte(0);
                out.bytes(library);
                out.byte(u8::from(caller.is_some()));
                if let Some((corp, secret)) = caller {
                    out.bytes(corp.as_bytes());
                    out.bytes(secret.as_bytes());
                }
                out.bytes(proxy.as_bytes());
                out.bytes(password.as_bytes());
            }
            Self::Page {
                seq,
                limit,
                timeout,
            } => {
                out.byte(1);
                out.number(*seq);
                out.number(u64::from(*limit));
                out.signed(*timeout);
            }
            Self::Chunk {
                file,
                index,
                timeout,
            } => {
                out.byte(2);
                out.bytes(file.as_bytes());
                out.bytes(index.as_bytes());
                out.signed(*timeout);
            }
            Self::Open { rows } => {
                let rows = rows.iter().map(|(key, message)| (&key[..], &message[..]));
                return open_frame(rows);
            }
        }
        framed(out)
    }

    pub(super) fn read(payload: &[u8]) -> Result<Self, Nonsense> {
        let mut from = Reader(payload);
        let request = match from.byte()? {
            0 => Self::Start {
                library: from.bytes()?,
                caller: match from.byte()? {
                    0 => None,
                    _ => Some((from.text()?, Zeroizing::new(from.text()?))),
                },
                proxy: from.text()?,
                password: Zeroizing::new(from.text()?),
            },
            1 => Self::Page {
                seq: from.number()?,
                limit: u32::try_from(from.number()?).map_err(|_| Nonsense)?,
                timeout: from.signed()?,
            },
            2 => Self::Chunk {
                file: from.text()?,
                index: from.text()?,
                timeout: from.signed()?,
            },
            3 => {
                let count = from.number()?;
                let mut rows = Vec::new();
                for _ in 0..count {
                    rows.push((Zeroizing::new(from.bytes()?), from.text()?));
                }
                Self::Open { rows }
            }
            _ => return Err(Nonsense),
        };
        from.end().map(|()| request)
    }
}

impl Answer {
    pub(super) fn frame(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Writer(Vec::new());
        match self {
            Self::Started => out.byte(0),
            Self::Unusable(problem) => {
                out.byte(1);
                write_problem(&mut out, problem);
            }
            Self::Page(json) => {
                out.byte(2);
                out.bytes(json);
            }
            Self::Chunk {
                data,
                index,
                is_last,
            } => {
                out.byte(3);
                out.bytes(data);
                out.bytes(index);
                out.byte(u8::from(*is_last));
            }
            Self::Opened(message) => {
                out.byte(4);
                out.bytes(message);
            }
            Self::Returned(code) => {
                out.byte(5);
                out.signed(code.0);
            }
            Self::Unfit => out.byte(6),
        }
        framed(out)
    }

    pub(super) fn read(payload: &[u8]) -> Result<Self, Nonsense> {
        let mut from = Reader(payload);
        let answer = match from.byte()? {
            0 => Self::Started,
            1 => Self::Unusable(read_problem(&mut from)?),
            2 => Self::Page(from.bytes()?),
            3 => Self::Chunk {
                data: from.bytes()?,
                index: from.bytes()?,
                is_last: from.byte()? == 1,
            },
            4 => Self::Opened(from.bytes()?),
            5 => Self::Returned(ReturnCode(from.signed()?)),
            6 => Self::Unfit,
            _ => return Err(Nonsense),
        };
        from.end().map(|()| answer)
    }
}

fn write_problem(out: &mut Writer, problem: &LibraryProblem) {
    use LibraryProblem as P;
    let (kind, first, second) = match problem {
        P::NotFound(path) => (0, path.to_string_lossy().into_owned(), ""),
        P::Unreadable(why) => (1, why.clone(), ""),
        P::NotALibrary => (2, String::new(), ""),
        P::ForeignArchitecture { library, program } => (3, library.clone(), program.as_str()),
        P::CutShort => (8, String::new(), ""),
        P::Musl => (4, String::new(), ""),
        P::Load(why) => (5, why.clone(), ""),
        P::MissingSymbol(name) => (6, name.clone(), ""),
        P::Init(code) => (7, code.to_string(), ""),
    };
    out.byte(kind);
    out.bytes(first.as_bytes());
    out.bytes(second.as_bytes());
}

fn read_problem(from: &mut Reader<'_>) -> Result<LibraryProblem, Nonsense> {
    use LibraryProblem as P;
    let (kind, first, second) = (from.byte()?, from.text()?, from.text()?);
    Ok(match kind {
        0 => P::NotFound(first.into()),
        1 => P::Unreadable(first),
        2 => P::NotALibrary,
        3 => P::ForeignArchitecture {
            library: first,
            program: second,
        },
        8 => P::CutShort,
        4 => P::Musl,
        5 => P::Load(first),
        6 => P::MissingSymbol(first),
        7 => P::Init(ReturnCode(first.parse().map_err(|_| Nonsense)?)),
        _ => return Err(Nonsense),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn payload(frame: &[u8]) -> &[u8] {
        let (length, payload) = frame.split_at(4);
        let length = u32::from_le_bytes(length.try_into().unwrap());
        assert_eq!(usize::try_from(length).unwrap(), payload.len());
        payload
    }

    #[test]
    fn what_is_sent_is_what_arrives() {
        let requests = [
            Request::Start {
                library: b"/opt/\xff.so".to_vec(),
                caller: Some(("ww1".into(), Zeroizing::new("hush".into()))),
                proxy: "http://p:1".into(),
                password: Zeroizing::new("u:p".into()),
            },
            Request::Page {
                seq: u64::MAX,
                limit: 1_000,
                timeout: 5,
            },
            Request::Chunk {
                file: "f".into(),
                index: String::new(),
                timeout: 30,
            },
            Request::Open {
                rows: vec![(Zeroizing::new(vec![1, 2]), "m".into())],
            },
        ];
        for request in requests {
            assert!(Request::read(payload(&request.frame())) == Ok(request));
        }
        let answers = [
            Answer::Started,
            Answer::Unusable(LibraryProblem::NotFound("/x".into())),
            Answer::Unusable(LibraryProblem::Init(ReturnCode(-3))),
            Answer::Page(vec![0, 255]),
            Answer::Chunk {
                data: vec![0],
                index: vec![],
                is_last: true,
            },
            Answer::Opened(vec![7]),
            Answer::Returned(ReturnCode(10_008)),
            Answer::Unfit,
        ];
        for answer in answers {
            assert!(Answer::read(payload(&answer.frame())) == Ok(answer));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_bring_the_readers_down(bytes: Vec<u8>) {
            let _request = Request::read(&bytes);
            let _answer = Answer::read(&bytes);
        }
    }
}
