//! What can become of a call of the library. Two numbers that must not be mixed: the return
//! code of the function, and the platform's errcode inside of an answer that came well.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::errcode::ErrCode;

/// Which function of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SdkCall {
    /// Loading the library and `Init`.
    Start,
    GetChatData,
    DecryptData,
    GetMediaData,
}

impl fmt::Display for SdkCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Start => "the start",
            Self::GetChatData => "GetChatData",
            Self::DecryptData => "DecryptData",
            Self::GetMediaData => "GetMediaData",
        })
    }
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SdkError {
    /// The configuration of the connector is wrong.
    #[error("the archive connector is set up wrongly: {0}")]
    Config(&'static str),
    /// The request was against a documented limit and was not made.
    #[error("{call} was not called: {what}")]
    Input { call: SdkCall, what: &'static str },
    /// The child process could not be started.
    #[error("the process for the archive library cannot be started")]
    Spawn(#[source] io::Error),
    /// The library cannot be used as it is.
    #[error("the archive library cannot be used")]
    Library(#[source] LibraryProblem),
    /// The child died, hung or answered nonsense during a call.
    #[error("the archive library failed in {call}: {death}")]
    Died { call: SdkCall, death: Death },
    /// The function returned a code.
    #[error("{call} returned {code}")]
    Returned { call: SdkCall, code: ReturnCode },
    /// The platform refused, inside of an answer that came well.
    #[error("the archive was refused: {0}")]
    Refused(Refusal),
    /// The answer is not what the contract says.
    #[error("{call} answered something else than expected: {what}")]
    Answer { call: SdkCall, what: &'static str },
}

impl SdkError {
    /// Whether the same call may well succeed later without anybody changing anything.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Spawn(_) | Self::Died { .. } | Self::Answer { .. } => true,
            Self::Returned { code, .. } => code.kind().is_passing(),
            Self::Refused(refusal) => matches!(refusal.kind, RefusalKind::RateLimited),
            Self::Config(_) | Self::Input { .. } | Self::Library(_) => false,
        }
    }
}

/// Why a library file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LibraryProblem {
    #[error("there is no file {}", .0.display())]
    NotFound(PathBuf),
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    #[error("the file is not a shared library of Linux")]
    NotALibrary,
    #[error("the file is shorter than it says itself; it was not copied to its end")]
    CutShort,
    #[error("the library is for {library}, this program for {program}")]
    ForeignArchitecture { library: String, program: String },
    #[error("the library needs glibc; this program was built for musl")]
    Musl,
    #[error("the library cannot be loaded: {0}")]
    Load(String),
    #[error("the library has no function {0}")]
    MissingSymbol(String),
    #[error("Init returned {0}")]
    Init(ReturnCode),
}

/// How a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Death {
    /// By a signal: 6 is an uncaught C++ exception, 11 a segmentation fault.
    Signal(i32),
    /// By itself, with a status.
    Exit(i32),
    /// It did not answer in time and was killed.
    Hung(Duration),
    /// It answered what no child says and was killed.
    Garbage,
    /// It could not be found out.
    Unknown,
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal(signal) => write!(f, "ended by signal {signal}"),
            Self::Exit(status) => write!(f, "ended with status {status}"),
            Self::Hung(time) => write!(f, "no answer within {} s", time.as_secs()),
            Self::Garbage => f.write_str("its answer made no sense"),
            Self::Unknown => f.write_str("ended"),
        }
    }
}

/// What a function of the library returned. Unknown ones occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReturnCode(pub i32);

impl fmt::Display for ReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a return code calls for (section 1.5 of the reference).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReturnKind {
    Ok,
    /// 10000: a bug here; not to be tried again.
    Argument,
    /// 10001: network, proxy or time-out.
    Network,
    /// 10002: the answer could not be read.
    Response,
    /// 10003: a system call failed.
    System,
    /// 10004, 10007: documented as no longer returned.
    Key,
    /// 10005: no such file, or the message is none.
    FileId,
    /// 10006: a file could not be decrypted.
    FileDecrypt,
    /// 10008: the message could not be decrypted: wrong key or wrong version.
    MessageDecrypt,
    /// 10009: the caller's address is not allowed.
    CallerIp,
    /// 10010: older than five days.
    Expired,
    /// 10011: certificate trouble.
    Certificate,
    Other,
}

impl ReturnKind {
    /// Worth another try by itself.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::Network | Self::Response | Self::System)
    }
}

impl ReturnCode {
    #[must_use]
    pub const fn kind(self) -> ReturnKind {
        match self.0 {
            0 => ReturnKind::Ok,
            10_000 => ReturnKind::Argument,
            10_001 => ReturnKind::Network,
            10_002 => ReturnKind::Response,
            10_003 => ReturnKind::System,
            10_004 | 10_007 => ReturnKind::Key,
            10_005 => ReturnKind::FileId,
            10_006 => ReturnKind::FileDecrypt,
            10_008 => ReturnKind::MessageDecrypt,
            10_009 => ReturnKind::CallerIp,
            10_010 => ReturnKind::Expired,
            10_011 => ReturnKind::Certificate,
            _ => ReturnKind::Other,
        }
    }
}

/// The platform's no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} {message}")]
pub struct Refusal {
    pub kind: RefusalKind,
    pub code: ErrCode,
    /// The platform's words, shortened. May change at any time; never parse it.
    pub message: String,
}

/// What an operator can do about a refusal. Each comes with an empty page, which a careless
/// client takes for "no messages".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalKind {
    /// 301042: this machine's address is not in the archive's trusted list.
    IpNotTrusted {
        /// The address the platform saw, if it told.
        ip: Option<IpAddr>,
    },
    /// 48002: the secret is not the archive's.
    NotArchiveSecret,
    /// 301052: the archive was not bought or has run out.
    Expired,
    /// 40001, 40013 and the like: wrong secret or wrong corp.
    Credential,
    /// 45009, 45033: too many calls.
    RateLimited,
    Other,
}
