//! Customers (外部联系人) and what a member has written about them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::TagId;

/// What a member's relation to a customer carries, and what a successor should find again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowRecord {
    /// At most 20 characters at WeCom.
    pub remark: String,
    /// At most 150 characters.
    pub description: String,
    /// At most 20 characters; WeChat customers only.
    pub remark_company: String,
    pub remark_mobiles: Vec<String>,
    /// Corp and strategy tags.
    pub tags: BTreeSet<TagId>,
    /// Names of personal tags: WeCom gives no id for them, so no call can set them again.
    pub personal_tags: BTreeSet<String>,
}
