//! The sandbox through its own front door: HTTP for the platform, the control
//! API for everything else.

mod start;
mod support;
