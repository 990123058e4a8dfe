//! Runs that read the corp.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One run.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SyncRun {
    pub id: i64,
    /// `full`, `reconcile` or `leavers`.
    pub kind: String,
    pub started_at: i64,
    pub finished_at: Option<i64>,
    pub progress: SyncProgress,
    /// Things read, by kind.
    pub counts: BTreeMap<String, u64>,
    /// Things that callbacks had lost, by kind.
    pub repaired: BTreeMap<String, u64>,
    /// What stopped the run.
    pub error: Option<String>,
}

/// Where a run is.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct SyncProgress {
    /// `leavers`, `directory`, `tags`, `customers`, `groups` or `done`.
    pub step: String,
    pub done: u64,
    /// Absent while not known.
    pub total: Option<u64>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncInput {
    pub kind: SyncKind,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SyncKind {
    Full,
}
