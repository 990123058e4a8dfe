//! What the result pages say about one attempt.
//!
//! WeCom answers by the pair of leaver and successor, without a request id: a customer that was
//! moved twice between the same two people stands there twice, in no documented order. So the
//! rows that stood there *before* an attempt are remembered as its baseline, and what stands
//! there *now beyond the baseline* is the attempt's. That holds in any order of rows, and
//! however late they appear. Only ended rows belong to a baseline: those do not change any more,
//! and since WeCom keeps at most one transfer of a customer under way, one that stands there
//! before the attempt is the one that decides.

use serde::{Deserialize, Serialize};

use crate::time::{MINUTE, Timestamp};

/// One row of `transfer_result`, without the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ResultRow {
    pub status: i64,
    pub takeover_time: i64,
}

/// What the platform tells of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Waiting {
        until: Timestamp,
    },
    TakenOver {
        at: Timestamp,
    },
    Refused,
    Full,
    /// 5, "no takeover record".
    NoRecord,
    /// A number WeCom has not documented.
    Unknown(i64),
}

impl Outcome {
    /// What one row of the pages says.
    #[must_use]
    pub const fn of(row: ResultRow) -> Self {
        let time = Timestamp::from_seconds(row.takeover_time);
        match row.status {
            1 => Self::TakenOver { at: time },
            2 => Self::Waiting { until: time },
            3 => Self::Refused,
            4 => Self::Full,
            5 => Self::NoRecord,
            other => Self::Unknown(other),
        }
    }
}

/// What `now` tells of an attempt before which the pages showed `baseline`; `None` if nothing.
///
/// Should more than one row be new (somebody moved the customer by hand as well), one that is
/// under way counts first, then one that succeeded, then the rest.
#[must_use]
pub fn outcome(baseline: &[ResultRow], now: &[ResultRow]) -> Option<Outcome> {
    let mut old = baseline.to_vec();
    now.iter()
        .filter(|row| match old.iter().position(|known| known == *row) {
            Some(index) => {
                old.swap_remove(index);
                false
            }
            None => true,
        })
        .map(|row| Outcome::of(*row))
        .min_by_key(|outcome| match outcome {
            Outcome::Waiting { .. } => 0,
            Outcome::TakenOver { .. } => 1,
            Outcome::Unknown(_) => 2,
            Outcome::Refused | Outcome::Full => 3,
            Outcome::NoRecord => 4,
        })
}

/// How long after an intent the platform may still be carrying out the call, or not show it yet.
pub const SETTLE: i64 = 2 * MINUTE;
/// After this long without any sign, a call is taken as never started. Should it have been after
/// all, the platform itself refuses a second start while the first is under way (40100, 40129).
pub const GIVE_UP: i64 = 60 * MINUTE;

/// What to make of an attempt of which the result pages show nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Too early to say: look again at that moment.
    LookAgain(Timestamp),
    /// Nothing was started.
    NothingStarted,
}

/// Judges silence: `intent_at` is when the intent was stored, `still_open` whether the customer
/// still stands in `get_unassigned_list` (`None` where there is no such list).
#[must_use]
pub fn silence(intent_at: Timestamp, still_open: Option<bool>, now: Timestamp) -> Silence {
    let age = now.since(intent_at);
    let enough = match still_open {
        Some(true) => SETTLE,
        None => 2 * SETTLE,
        Some(false) => GIVE_UP,
    };
    if age >= enough {
        Silence::NothingStarted
    } else if age < SETTLE {
        Silence::LookAgain(intent_at.plus(SETTLE))
    } else {
        Silence::LookAgain(now.plus(SETTLE).min(intent_at.plus(enough)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(status: i64, takeover_time: i64) -> ResultRow {
        ResultRow {
            status,
            takeover_time,
        }
    }

    #[test]
    fn a_second_refusal_is_told_from_the_first() {
        assert_eq!(outcome(&[row(3, 0)], &[row(3, 0)]), None);
        assert_eq!(
            outcome(&[row(3, 0)], &[row(3, 0), row(3, 0)]),
            Some(Outcome::Refused)
        );
    }

    proptest! {
        /// History of ended attempts, then one of ours in any state, pages in any order.
        #[test]
        fn b6_the_outcome_is_that_of_the_attempt_in_any_order(
            history in proptest::collection::vec((prop_oneof![Just(1i64), Just(3), Just(4)], 0i64..5), 0..6),
            ours in (1i64..6, 100i64..200),
            order in any::<prop::sample::Index>(),
        ) {
            let history: Vec<_> = history.into_iter()
                .map(|(status, time)| row(status, if status == 1 { time } else { 0 }))
                .collect();
            let mine = row(ours.0, if ours.0 < 3 { ours.1 } else { 0 });
            let mut now = history.clone();
            now.insert(order.index(now.len() + 1), mine);
            prop_assert_eq!(outcome(&history, &now), Some(Outcome::of(mine)));
            prop_assert_eq!(outcome(&history, &history), None);
        }
    }

    #[test]
    fn silence_is_never_taken_as_a_no_before_the_call_can_have_ended() {
        let start = Timestamp::from_seconds(0);
        for still_open in [Some(true), Some(false), None] {
            assert_eq!(
                silence(start, still_open, start.plus(SETTLE - 1)),
                Silence::LookAgain(start.plus(SETTLE))
            );
            let mut now = start;
            let mut looks = 0;
            while let Silence::LookAgain(next) = silence(start, still_open, now) {
                assert!(next > now);
                now = next;
                looks += 1;
            }
            assert!(looks < 40, "{looks} looks");
        }
    }
}
