//! What can go wrong in a use case, in kinds the entry points tell apart.

use jiebang_domain::access::{Act, Denied};
use jiebang_domain::archive::search::QueryError;
use jiebang_domain::handover::request::Invalid;
use jiebang_domain::id::IdError;
use jiebang_store::StoreError;
use jiebang_wecom::CallError;

/// `Display` never repeats the source; the chain is logged once, at the boundary.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the act {act} is denied")]
    Denied {
        act: Act,
        #[source]
        reason: Denied,
    },
    #[error("no {what} {id}")]
    NotFound { what: &'static str, id: String },
    #[error("the input is not valid")]
    Invalid(Vec<Invalid>),
    /// The state of things does not allow it; `code` is stable and in the catalogue.
    #[error("in conflict with the present state: {code}")]
    Conflict { code: &'static str },
    #[error("no connection to WeCom is configured")]
    NotConnected,
    /// Login and password do not belong together, or the account is disabled.
    #[error("sign-in refused")]
    BadCredentials,
    #[error("the account is locked for {seconds} more seconds")]
    AccountLocked { seconds: i64 },
    /// Other people's talk is read for a reason, which has to be given first.
    #[error("a reason must be given first")]
    ReasonRequired,
    /// The words of a search cannot be read.
    #[error("the query cannot be read")]
    Search(#[source] QueryError),
    /// The act asks for the password again first.
    #[error("the password must be given again")]
    StepUpRequired,
    #[error("a stored {what} cannot be read")]
    Malformed {
        what: &'static str,
        #[source]
        source: IdError,
    },
    #[error("a stored {what} cannot be read as JSON")]
    Json {
        what: &'static str,
        #[source]
        source: serde_json::Error,
    },
    #[error("the store failed")]
    Store(#[from] StoreError),
    #[error("WeCom did not do as asked")]
    Wecom(#[from] CallError),
    #[error("the storage of files failed")]
    Storage(#[source] Box<object_store::Error>),
    #[error("{what} cannot be used")]
    Io {
        what: &'static str,
        #[source]
        source: std::io::Error,
    },
    #[error("a sealed value cannot be opened")]
    Vault(#[from] jiebang_vault::VaultError),
    /// Something that should not be possible; the text says what.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "ids are small, and the call reads better"
    )]
    pub fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound {
            what,
            id: id.to_string(),
        }
    }

    #[must_use]
    pub fn invalid(field: impl Into<String>, problem: &'static str) -> Self {
        Self::Invalid(vec![Invalid {
            field: field.into(),
            problem,
        }])
    }
}
