//! Messages to members, as the truth keeps them.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::Arc;

/// One message to one member.
#[derive(Debug, Clone)]
pub struct Sent {
    pub msgid: String,
    pub to: u32,
    pub msgtype: String,
    /// The object under the key `msgtype`, as JSON.
    pub content: Arc<str>,
    pub at: i64,
    /// Not shown: over 30 a minute or 1000 an hour.
    pub dropped: bool,
    /// Not shown: same content within the duplicate check.
    pub duplicate: bool,
    pub recalled: bool,
    pub call_no: u64,
}

/// All messages and what is needed to limit them.
#[derive(Debug, Default)]
pub struct Messages {
    pub sent: Vec<Sent>,
    /// Recipient and content hash → last time it was shown.
    pub recent: HashMap<(u32, u64), i64>,
    /// Times shown to a member within the last hour.
    pub shown: HashMap<u32, VecDeque<i64>>,
    pub count: u64,
}
