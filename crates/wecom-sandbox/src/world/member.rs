//! Departments and members, in service and left.

use std::collections::BTreeSet;

use super::clock::DAY;

/// How long a WeChat login counts.
pub const LOGIN_YEAR: i64 = 365 * DAY;

/// A department.
#[derive(Debug, Clone)]
pub struct Department {
    /// Name, 1–64 characters.
    pub name: String,
    /// Parent department; 0 for the root.
    pub parent: u32,
    /// Bigger sorts first.
    pub order: u32,
    /// Members who lead it.
    pub leaders: Vec<u32>,
}

/// A member, kept after leaving so that the truth can still be told.
#[derive(Debug, Clone, Default)]
pub struct Member {
    /// As written at creation; compared in lower case.
    pub userid: String,
    pub name: String,
    pub departments: Vec<u32>,
    /// Same length as `departments`.
    pub leads: Vec<bool>,
    pub position: String,
    /// 1 male, 2 female.
    pub gender: u8,
    pub mobile: String,
    pub alias: String,
    pub direct_leader: Option<u32>,
    /// Index into the generator's list of cities.
    pub city: usize,
    pub disabled: bool,
    pub activated: bool,
    pub real_name: bool,
    /// In 客户联系 → 使用范围.
    pub customer_contact: bool,
    /// In the app's visible range.
    pub visible: bool,
    /// Last login by WeChat, unix seconds.
    pub logged_in_at: i64,
    pub left_at: Option<i64>,
    /// Most customers this member can have.
    pub customer_limit: usize,
    /// Customers with a relation to this member; of a leaver: not assigned yet.
    pub customers: BTreeSet<u32>,
    /// Live groups this member owns.
    pub groups: BTreeSet<u32>,
}

impl Member {
    /// 1 active, 2 disabled, 4 not activated, 5 left.
    pub fn status(&self) -> i64 {
        if self.left_at.is_some() {
            5
        } else if self.disabled {
            2
        } else if self.activated {
            1
        } else {
            4
        }
    }

    /// Logged in within the year before `now`, or before leaving.
    pub fn login_is_fresh(&self, now: i64) -> bool {
        self.left_at.unwrap_or(now) - self.logged_in_at <= LOGIN_YEAR
    }
}
