//! Reading a corp, keeping it fresh, and who may do what, against the sandbox and on both
//! databases.

mod access;
mod callback;
mod corp;
mod directory;
mod doctor;
mod my;
mod settings;
mod sync;
