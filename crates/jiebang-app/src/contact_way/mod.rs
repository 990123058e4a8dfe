//! Contact ways (联系我) and acquisition links (获客链接) that lead to somebody who has left.
//!
//! [`act::point_ways`] or the start of a handover plans changes → the job in [`point`] reads each
//! way at WeCom, decides, stores what it intends, updates, and reads again.
//!
//! Invariants:
//! - an update is made only after the transaction that stores its intent, with everything WeCom
//!   told of the way before, is committed;
//! - what a way has now is read from WeCom, before and after; the copy here only says where to
//!   look;
//! - an update sends back all that it would otherwise lose, and what differs afterwards besides
//!   the members is told.

pub mod act;
mod checklist;
mod heirs;
mod platform;
pub mod point;
pub mod view;

pub(crate) use act::plan_for_handover;
pub use checklist::{Item, tick_item};
pub(crate) use heirs::permission_note;
pub(crate) use platform::read;
pub(crate) use view::count_leavers_named;
