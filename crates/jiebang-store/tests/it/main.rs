//! The store on both databases.

mod audit;
mod fixture;
mod job;
mod opening;
