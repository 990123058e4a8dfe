//! The conversation archive (会话内容存档): what a message says, to which conversation it belongs,
//! what of it may be kept, how long, and who may see and find it.
//!
//! Invariant: a message that came from WeCom is never refused. What cannot be read is kept as it
//! came and marked.

pub mod consent;
pub mod conversation;
pub mod message;
pub mod policy;
pub mod retention;
pub mod review;
pub mod scope;
pub mod search;
pub mod text;
