//! What was handed over to oneself.

use serde::Serialize;
use utoipa::ToSchema;

/// A customer taken over by the reader.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyCustomer {
    pub external_userid: String,
    pub name: String,
    pub remark: String,
    /// The administrator's remark on the handover.
    pub note: String,
    pub leaver_name: String,
    pub taken_over_at: i64,
    /// Names of the leaver's personal tags, which WeCom lets nobody carry over.
    pub personal_tags: Vec<String>,
}
