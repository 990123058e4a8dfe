//! Contact ways (联系我) and acquisition links (获客链接). They keep naming a member who has left.

use serde_json::Value;

/// Most members a contact way names.
pub const MOST_USERS: usize = 100;
/// Most members an acquisition link names.
pub const MOST_LINK_USERS: usize = 500;

/// A contact way.
#[derive(Debug, Clone)]
pub struct ContactWay {
    pub config_id: String,
    /// One member only; several members and departments otherwise.
    pub single: bool,
    /// 1 in a mini program, 2 by QR code.
    pub scene: i64,
    pub style: i64,
    pub remark: String,
    pub skip_verify: bool,
    pub state: String,
    pub users: Vec<u32>,
    pub parties: Vec<u32>,
    pub conclusions: Option<Value>,
    pub created: i64,
    pub deleted: bool,
    /// Updates that took effect.
    pub updates: u32,
}

/// An acquisition link.
#[derive(Debug, Clone)]
pub struct AcquisitionLink {
    pub link_id: String,
    pub name: String,
    pub skip_verify: bool,
    pub mark_source: bool,
    pub users: Vec<u32>,
    pub parties: Vec<u32>,
    /// 1 by all of the range, 2 by the members of `priority_users` first.
    pub priority_type: i64,
    pub priority_users: Vec<u32>,
    pub created: i64,
    pub deleted: bool,
    /// Updates that took effect.
    pub updates: u32,
}

/// All of them, in order of creation.
#[derive(Debug, Clone, Default)]
pub struct ContactWays {
    pub ways: Vec<ContactWay>,
    pub links: Vec<AcquisitionLink>,
}

impl ContactWays {
    /// The contact way with an id.
    pub fn way(&self, config_id: &str) -> Option<usize> {
        self.ways
            .iter()
            .position(|way| way.config_id == config_id && !way.deleted)
    }

    /// The acquisition link with an id.
    pub fn link(&self, link_id: &str) -> Option<usize> {
        self.links
            .iter()
            .position(|link| link.link_id == link_id && !link.deleted)
    }
}
