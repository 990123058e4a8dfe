//! What was handed over to oneself.

use serde::Serialize;
use utoipa::ToSchema;

use crate::names::SubjectKind;

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
}
