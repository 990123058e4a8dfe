//! Members (成员) as WeCom tells of them, and what that means for taking customers over.

use serde::{Deserialize, Serialize};

use crate::id::{DepartmentId, UserId};
use crate::time::{DAY, Timestamp};

/// `status` of a member. Open: unknown numbers are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "i64", into = "i64")]
pub enum MemberStatus {
    Active,
    Disabled,
    NotActivated,
    Left,
    Other(i64),
}

impl From<i64> for MemberStatus {
    fn from(number: i64) -> Self {
        match number {
            1 => Self::Active,
            2 => Self::Disabled,
            4 => Self::NotActivated,
            5 => Self::Left,
            other => Self::Other(other),
        }
    }
}

impl From<MemberStatus> for i64 {
    fn from(status: MemberStatus) -> Self {
        match status {
            MemberStatus::Active => 1,
            MemberStatus::Disabled => 2,
            MemberStatus::NotActivated => 4,
            MemberStatus::Left => 5,
            MemberStatus::Other(other) => other,
        }
    }
}

/// What is known of a member; kept after the member is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub userid: UserId,
    pub name: String,
    pub departments: Vec<DepartmentId>,
    pub status: MemberStatus,
    /// Whether the member has 客户联系, by the last `get_follow_user_list`.
    pub customer_contact: bool,
    /// When the member left, as far as known.
    pub left_at: Option<Timestamp>,
    /// The member is no longer found in the directory.
    pub gone: bool,
}

/// How long after leaving WeCom still lets customers and groups be inherited.
pub const INHERITANCE_WINDOW: i64 = 365 * DAY;
