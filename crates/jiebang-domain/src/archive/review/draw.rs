//! Drawing a sample that anybody can draw again.
//!
//! Every unit has a ticket: a number that is hashed of the seed, the conversation and the day. The
//! units with the lowest tickets are drawn. So the same seed draws the same sample of the same
//! population in whatever order it is given, every subset of a size is equally likely, and the
//! first k items of a sample are a simple random sample of size k themselves.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::time::BeijingDay;

/// How many units are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Method {
    /// Simple random: so many.
    Count { items: u32 },
    /// Simple random: this share in hundredths of a percent, rounded up.
    Share { basis_points: u32 },
    /// Stratified: so many of each member's, or all where there are fewer. A unit in which two
    /// members take part counts for both.
    PerMember { items: u32 },
}

impl Method {
    /// Whether every unit is equally likely to be drawn, so that rates are of the population.
    #[must_use]
    pub const fn is_simple(self) -> bool {
        !matches!(self, Self::PerMember { .. })
    }
}

/// A conversation on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub conversation: i64,
    pub day: BeijingDay,
    /// Messages sent on that day, at the time of the draw.
    pub messages: u32,
    /// The members who take part.
    pub members: BTreeSet<String>,
    /// Uniform over all numbers.
    pub ticket: u128,
}

/// The places in `population` of the units that are drawn, in the order of their tickets.
#[must_use]
pub fn draw(population: &[Unit], method: Method) -> Vec<usize> {
    let mut order: Vec<usize> = (0..population.len()).collect();
    order.sort_unstable_by_key(|place| {
        population
            .get(*place)
            .map(|unit| (unit.ticket, unit.conversation, unit.day))
    });
    match method {
        Method::Count { items } => order.truncate(size(items)),
        Method::Share { basis_points } => {
            let all = population.len() as u128;
            let wanted = (all * u128::from(basis_points)).div_ceil(10_000);
            order.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
        }
        Method::PerMember { items } => {
            let mut drawn: BTreeMap<&str, usize> = BTreeMap::new();
            order.retain(|place| {
                let mut is_wanted = false;
                for member in population.get(*place).iter().flat_map(|unit| &unit.members) {
                    let of_member = drawn.entry(member).or_default();
                    is_wanted |= *of_member < size(items);
                    *of_member += 1;
                }
                is_wanted
            });
        }
    }
    order
}

fn size(items: u32) -> usize {
    usize::try_from(items).unwrap_or(usize::MAX)
}
