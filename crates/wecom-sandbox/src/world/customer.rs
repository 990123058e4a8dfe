//! Customers and who follows them. What a follower wrote is generated on
//! demand until somebody changes it, so a customer costs about 80 bytes.

/// A customer of the corp.
#[derive(Debug, Clone, Default)]
pub struct Customer {
    /// Members with a relation, in order of adding.
    pub follows: Vec<Follow>,
    /// Name given by the control API; generated otherwise.
    pub name: Option<Box<str>>,
}

/// One member's relation to one customer.
#[derive(Debug, Clone)]
pub struct Follow {
    /// Unix seconds at which the member added the customer.
    pub created: i64,
    /// What the member wrote; `None` while it is as generated.
    pub info: Option<Box<FollowInfo>>,
    /// Index of the member.
    pub member: u32,
    /// Channel, see section 3.1 of the reference.
    pub add_way: u16,
    /// The customer deleted the member: the relation goes one way only.
    pub deleted_by_customer: bool,
}

/// What a member wrote about a customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FollowInfo {
    pub remark: String,
    pub description: String,
    pub company: String,
    pub mobiles: Vec<String>,
    /// Indices of corp tags.
    pub tags: Vec<u32>,
    /// Channel parameter.
    pub state: Option<String>,
}

impl Customer {
    /// The relation to a member.
    pub fn follow(&self, member: u32) -> Option<&Follow> {
        self.follows.iter().find(|follow| follow.member == member)
    }

    /// The relation to a member, for changing it.
    pub fn follow_mut(&mut self, member: u32) -> Option<&mut Follow> {
        self.follows
            .iter_mut()
            .find(|follow| follow.member == member)
    }
}
