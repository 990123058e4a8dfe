//! What was handed over to oneself.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::handover::dto::RecordScope;
use crate::names::{ContactStateName, SubjectKind};

/// A customer or group taken over by the reader.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyCustomer {
    pub subject_kind: SubjectKind,
    /// Of a group: its chat id.
    pub external_userid: String,
    pub name: String,
    /// One's own remark today, else the leaver's.
    pub remark: String,
    /// The administrator's remark on the handover.
    pub note: String,
    pub leaver_name: String,
    pub taken_over_at: i64,
    /// Names of the leaver's personal tags, which WeCom lets nobody carry over.
    pub personal_tags: Vec<String>,
    pub handover: Uuid,
    pub row_no: i64,
    /// The administrator's remark on this customer or group alone.
    pub row_note: Option<String>,
    /// What the leaver had written about the customer.
    pub description: String,
    /// Names of the corp tags the leaver had given.
    pub tags: Vec<String>,
    /// How much of the conversations the handover grants.
    pub record_scope: RecordScope,
    /// Types of messages it is limited to; none: all.
    pub record_kinds: Vec<String>,
    /// The first contact that is owed or was made; none for groups.
    pub contact: Option<MyContact>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MyContact {
    pub state: ContactStateName,
    pub due_at: i64,
    pub contacted_at: Option<i64>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MyQuery {
    /// `open` (to contact, the one due first at first), `overdue` or `contacted`; all when absent,
    /// the latest first.
    pub state: Option<String>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}
