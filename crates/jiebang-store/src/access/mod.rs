//! Who may sign in, who is signed in, and which writes were answered already.

pub mod account;
pub mod idempotency;
pub mod session;

pub use crate::entity::account::Model as Account;
pub use crate::entity::session::Model as Session;
