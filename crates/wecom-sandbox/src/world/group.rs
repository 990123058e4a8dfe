//! Customer groups and their moves from owner to owner.

/// A customer group.
#[derive(Debug, Clone)]
pub struct Group {
    pub owner: u32,
    pub created: i64,
    /// Name given by the control API; generated otherwise.
    pub name: Option<Box<str>>,
    pub customers: Box<[u32]>,
    /// Colleagues in the group, the owner among them.
    pub staff: Vec<u32>,
    /// City and product of the generated name.
    pub topic: u64,
    pub dismissed: bool,
    pub state: GroupState,
    /// Counts changes; shown as `member_version`.
    pub version: u32,
    /// Start times of in-service moves.
    pub moved_at: Vec<i64>,
}

/// Where a group stands in the inheritance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupState {
    /// Followed by its owner, or waiting because the owner left.
    Followed,
    /// The move after a leaver runs.
    Moving,
    /// Inherited from a leaver.
    Inherited,
}

/// One started move, kept for the truth.
#[derive(Debug, Clone)]
pub struct GroupMove {
    pub group: u32,
    pub from: u32,
    pub to: u32,
    pub resigned: bool,
    pub started_at: i64,
    pub finished_at: Option<i64>,
    pub call_no: u64,
}
