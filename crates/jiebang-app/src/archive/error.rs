//! What the connector's failures are called where an operator reads them.

use jiebang_wecom::archive::{Death, LibraryProblem, RefusalKind, SdkError};

/// A word or WeCom's number for what went wrong; the catalogue has a text for each under
/// `archive.failure.`.
#[must_use]
pub fn code_of(error: &SdkError) -> String {
    match error {
        SdkError::Config(_) | SdkError::Input { .. } => "configuration".to_owned(),
        SdkError::Spawn(_) => "no_process".to_owned(),
        SdkError::Library(problem) => match problem {
            LibraryProblem::NotFound(_) => "library_not_found",
            LibraryProblem::NotALibrary => "library_other",
            LibraryProblem::MissingSymbol(_) => "library_function",
            LibraryProblem::CutShort => "library_cut_short",
            LibraryProblem::Musl => "library_musl",
            LibraryProblem::ForeignArchitecture { .. } => "library_architecture",
            _ => "library_unusable",
        }
        .to_owned(),
        SdkError::Died { death, .. } => match death {
            Death::Hung(_) => "library_hung",
            _ => "library_died",
        }
        .to_owned(),
        SdkError::Returned { code, .. } => code.to_string(),
        SdkError::Refused(refusal) => match refusal.kind {
            RefusalKind::IpNotTrusted { .. } => "ip_not_trusted".to_owned(),
            RefusalKind::NotArchiveSecret => "not_archive_secret".to_owned(),
            RefusalKind::Expired => "archive_expired".to_owned(),
            RefusalKind::Credential => "credential".to_owned(),
            RefusalKind::RateLimited => "rate_limited".to_owned(),
            _ => refusal.code.0.to_string(),
        },
        _ => "answer".to_owned(),
    }
}
