//! Whether customers that were handed over stayed.
//!
//! A customer taken over at T is *retained* at day D if the successor still follows at T + D: the
//! relation had not ended before, whoever ended it. One that a later handover moved on to
//! somebody else before T + D is *passed on* and counts apart, as neither kept nor lost. While
//! T + D lies ahead it is *too early*. Of a relation that ended and began anew only the latest
//! beginning is known, so it counts from there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::{DAY, Timestamp};

/// The days at which retention is looked at.
pub const DAYS: [i64; 3] = [7, 30, 90];

/// What is known of one customer after it was taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub at: Timestamp,
    /// The successor's relation, if it was ever read: its beginning and its end.
    pub relation: Option<(Timestamp, Option<Timestamp>)>,
    /// When a later handover moved the customer on from the successor.
    pub passed_on_at: Option<Timestamp>,
}

/// What became of a customer by some day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Retained,
    Lost,
    PassedOn,
    TooEarly,
    /// The successor's relation was not read since the takeover.
    Unknown,
}

/// The fate of `taken` at `days` after the takeover, as seen at `now`.
#[must_use]
pub fn fate(taken: &Taken, days: i64, now: Timestamp) -> Fate {
    let then = taken.at.plus(days * DAY);
    if then > now {
        return Fate::TooEarly;
    }
    if taken.passed_on_at.is_some_and(|at| at < then) {
        return Fate::PassedOn;
    }
    match taken.relation {
        None => Fate::Unknown,
        // What ended before the takeover is an older relation; the new one was never read.
        Some((_, Some(ended))) if ended < taken.at => Fate::Unknown,
        Some((began, ended)) if began > then || ended.is_some_and(|ended| ended < then) => {
            Fate::Lost
        }
        Some(_) => Fate::Retained,
    }
}

/// Fates counted at one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fates {
    pub retained: u64,
    pub lost: u64,
    pub passed_on: u64,
    pub too_early: u64,
    pub unknown: u64,
}

impl Fates {
    pub const fn add(&mut self, fate: Fate) {
        match fate {
            Fate::Retained => self.retained += 1,
            Fate::Lost => self.lost += 1,
            Fate::PassedOn => self.passed_on += 1,
            Fate::TooEarly => self.too_early += 1,
            Fate::Unknown => self.unknown += 1,
        }
    }

    /// Share that stayed of those that stayed or went, 0 to 1; `None` while there is neither.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        let known = self.retained + self.lost;
        #[expect(clippy::cast_precision_loss, reason = "counts of customers are small")]
        let rate = self.retained as f64 / known as f64;
        (known > 0).then_some(rate)
    }
}

/// Customers taken over and their fates at each of [`DAYS`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    pub taken_over: u64,
    pub at: [Fates; DAYS.len()],
}

impl Retention {
    pub fn add(&mut self, taken: &Taken, now: Timestamp) {
        self.taken_over += 1;
        for (fates, days) in self.at.iter_mut().zip(DAYS) {
            fates.add(fate(taken, days, now));
        }
    }
}

/// Retention under several keys, and of all together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted<K: Ord> {
    pub all: Retention,
    pub by: BTreeMap<K, Retention>,
}

impl<K: Ord> Counted<K> {
    pub fn add(&mut self, key: K, taken: &Taken, now: Timestamp) {
        self.all.add(taken, now);
        self.by.entry(key).or_default().add(taken, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp::from_seconds(1_700_000_000);

    fn days(days: i64) -> Timestamp {
        T.plus(days * DAY)
    }

    fn taken(relation: Option<(i64, Option<i64>)>, passed_on: Option<i64>) -> Taken {
        Taken {
            at: T,
            relation: relation.map(|(began, ended)| (days(began), ended.map(days))),
            passed_on_at: passed_on.map(days),
        }
    }

    #[test]
    fn s40_the_definition_of_retention_case_by_case() {
        let now = days(40);
        let at = |taken: Taken| DAYS.map(|days| fate(&taken, days, now));
        use Fate::{Lost, PassedOn, Retained, TooEarly, Unknown};
        for (case, expected) in [
            (taken(Some((0, None)), None), [Retained, Retained, TooEarly]),
            // Ended on the very day: it had not ended before.
            (taken(Some((0, Some(7))), None), [Retained, Lost, TooEarly]),
            (taken(Some((0, Some(6))), None), [Lost, Lost, TooEarly]),
            (
                taken(Some((0, Some(20))), Some(20)),
                [Retained, PassedOn, TooEarly],
            ),
            // Had the customer before.
            (
                taken(Some((-90, None)), None),
                [Retained, Retained, TooEarly],
            ),
            // Lost and won again after ten days.
            (taken(Some((10, None)), None), [Lost, Retained, TooEarly]),
            (
                taken(Some((-90, Some(-1))), None),
                [Unknown, Unknown, TooEarly],
            ),
            (taken(None, None), [Unknown, Unknown, TooEarly]),
        ] {
            assert_eq!(at(case), expected, "{case:?}");
        }
    }

    #[test]
    fn s40_the_rate_leaves_out_what_is_not_decided() {
        let fates = Fates {
            retained: 3,
            lost: 1,
            passed_on: 5,
            too_early: 7,
            unknown: 2,
        };
        assert_eq!(fates.rate(), Some(0.75));
        assert_eq!(Fates::default().rate(), None);
    }
}
