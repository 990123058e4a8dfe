//! The audit log.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// One entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    pub seq: i64,
    pub at: i64,
    pub actor: AuditActor,
    pub act: String,
    pub object: AuditObject,
    pub outcome: String,
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
    /// Names and addresses the entry is about; absent once erased.
    #[schema(value_type = Option<Object>)]
    pub personal: Option<serde_json::Value>,
    /// SHA-256 of the entry, hexadecimal.
    pub leaf_hash: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AuditActor {
    /// `account`, `operator` or `system`.
    pub kind: String,
    pub id: String,
    /// As far as it is known today.
    pub name: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AuditObject {
    pub kind: String,
    pub id: String,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// An act (`handover.start`), or all of an area (`handover`).
    pub act: Option<String>,
    /// An account by its id or a part of its name; `operator` or `system`.
    pub actor: Option<String>,
    /// `kind`, `kind:id` or `:id`.
    pub object: Option<String>,
    /// At this moment or later.
    pub from: Option<i64>,
    /// Before this moment.
    pub to: Option<i64>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}

/// Whether the chain of hashes holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditVerification {
    pub entries: u64,
    pub ok: bool,
    pub first_bad_seq: Option<i64>,
    /// `missing`, `changed`, `personal_changed`, `not_in_chain`, `beyond_head` or
    /// `head_changed`.
    pub fault: Option<String>,
}
