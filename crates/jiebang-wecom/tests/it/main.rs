//! The client and the receiver from outside, against small stub servers that do what a test
//! says, and against the sandbox.

mod answers;
mod callbacks;
mod doubt;
mod events;
mod limits;
mod paging;
mod stub;
mod tokens;
