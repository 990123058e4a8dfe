//! The sandbox through its own front door: HTTP for the platform, the control
//! API for everything else.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says where"
)]

mod archive;
mod callback;
mod contact_way;
mod control;
mod crypto;
mod directory;
mod fault;
mod group;
mod message;
mod paging;
mod pipeline;
mod scale;
mod start;
mod storm;
mod support;
mod transfer;
