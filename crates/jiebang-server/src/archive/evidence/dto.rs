//! Evidence packages in the API. Moments are in milliseconds.

use jiebang_app::archive::Evidence;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which part of a conversation is wanted, and why. Moments are in milliseconds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceInput {
    /// 1 to 500 characters; stands in the package and in the audit log.
    pub reason: String,
    /// Sent then or later.
    pub since: Option<i64>,
    /// Sent before.
    pub until: Option<i64>,
}

/// Which part of a conversation. Moments are in milliseconds.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct EvidenceQuery {
    /// Sent then or later.
    pub since: Option<i64>,
    /// Sent before.
    pub until: Option<i64>,
    /// The reason, by the id that the preview gave it; it counts for an hour.
    pub reading: Uuid,
}

/// What a package would hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidencePreview {
    /// The id of the reason that was given.
    pub reading: Uuid,
    pub messages: usize,
    pub files: u64,
    /// Of the files.
    pub bytes: u64,
    /// Files that are not stored.
    pub files_missing: u64,
    /// Messages outside of the account's departments.
    pub not_readable: u64,
    /// Messages whose key lacks its half in the key store.
    pub lacking: u64,
}

/// The public half of the key that signs packages.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceKey {
    /// SHA-256 of the public half in DER, hex.
    pub fingerprint: String,
    pub public_key: String,
}

impl From<&Evidence> for EvidencePreview {
    fn from(settled: &Evidence) -> Self {
        Self {
            reading: settled.reading.id,
            messages: settled.messages(),
            files: settled.files,
            bytes: settled.bytes,
            files_missing: settled.files_missing,
            not_readable: settled.not_readable,
            lacking: settled.lacking,
        }
    }
}
