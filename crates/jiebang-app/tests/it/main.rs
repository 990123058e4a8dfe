//! Reading a corp, keeping it fresh, and who may do what, against the sandbox and on both
//! databases. Modules carry `cfg(test)` so that the lints take what they share for test code too.

#[cfg(test)]
mod access;
#[cfg(test)]
mod archive;
#[cfg(test)]
mod callback;
#[cfg(test)]
mod case;
#[cfg(test)]
mod corp;
#[cfg(test)]
mod directory;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod my;
#[cfg(test)]
mod protection;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod sync;
