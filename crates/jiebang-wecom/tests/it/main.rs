//! The client and the receiver from outside, against small stub servers that do what a test
//! says, and against the sandbox.
//!
//! Modules carry `cfg(test)` so that the lints take what they share for test code too.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod archive;
#[cfg(test)]
mod callbacks;
#[cfg(test)]
mod doubt;
#[cfg(test)]
mod events;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod sandbox;
#[cfg(test)]
mod stub;
#[cfg(test)]
mod tokens;
