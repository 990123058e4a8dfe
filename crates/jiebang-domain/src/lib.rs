//! What the business decides, as pure functions over values.
//!
//! Invariant: nothing here performs IO, reads the wall clock (but for
//! [`time::Clock`], the one door to it) or draws random numbers. A decision made here
//! can be made again from the same values and comes out the same.

pub mod access;
pub mod archive;
pub mod case;
pub mod contact_way;
pub mod customer;
pub mod departure;
pub mod directory;
pub mod handover;
pub mod id;
pub mod notice_plan;
pub mod outcome;
pub mod text;
pub mod time;
