//! The sandbox through its own front door: HTTP for the platform, the control
//! API for everything else.

mod callback;
mod control;
mod crypto;
mod fault;
mod group;
mod message;
mod paging;
mod pipeline;
mod scale;
mod start;
mod support;
mod transfer;
