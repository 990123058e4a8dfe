//! Text as a search sees it.

mod fold;

pub use fold::{Folded, fold};
