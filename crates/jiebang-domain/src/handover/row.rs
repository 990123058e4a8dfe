//! The state machine of one row: one customer or group on its way to one successor.
//!
//! Invariants:
//! - a call is made for a row only in [`RowState::Intended`], and that state is stored before;
//! - from `Intended`, `Unsure` or `Waiting` a row never goes back to `Planned` without the
//!   platform's word that nothing was started;
//! - a row in `AwaitingApproval` is not called for: only an approval makes it `Planned`;
//! - an ended row stays as it ended until a person, or the company's policy, retries it.

use serde::{Deserialize, Serialize};

use super::answer::Verdict;
use super::evidence::Outcome;
use crate::time::{HOUR, MINUTE, Timestamp};

/// Where a row stands. The names are part of the API and the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RowState {
    /// Has a successor and will be submitted.
    Planned,
    /// Has a successor, and will be submitted when two persons have said yes.
    AwaitingApproval,
    /// Cannot be submitted as it stands: the prediction says why.
    Blocked,
    /// No rule takes it.
    Unassigned,
    /// The intent is stored; the call is about to be made, or was, and no answer is stored yet.
    Intended,
    /// The call ended without an answer that can be trusted. The platform is asked.
    Unsure,
    /// To be submitted, but not before that moment.
    Postponed {
        not_before: Timestamp,
    },
    /// Started at the platform; takes effect at that moment unless the customer acts.
    Waiting {
        until: Option<Timestamp>,
    },
    TakenOver {
        at: Timestamp,
    },
    Refused {
        at: Timestamp,
    },
    /// The successor's customer limit is reached.
    Full {
        at: Timestamp,
    },
    /// The leaver had no relation with the customer any more, or the platform has no record.
    NoRelation {
        at: Timestamp,
    },
    Failed {
        at: Timestamp,
    },
    Cancelled {
        at: Timestamp,
    },
}

/// What can happen to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowEvent {
    /// The intent to call is being stored.
    Intend,
    /// The platform answered for this row.
    Answered(Verdict),
    /// No answer that can be trusted.
    AnswerLost,
    /// It is certain that the call did not reach the platform.
    NotSent,
    /// The platform was asked and has nothing of this attempt.
    NothingStarted,
    /// Nothing of this row was started: another transfer of the same subject is under way.
    Elsewhere,
    /// The platform was asked and tells this of the attempt.
    Seen(Outcome),
    /// A person stops what has not been submitted.
    Cancel,
    /// A person puts an ended row back, possibly to another successor.
    Retry,
    /// The same, of a row that two persons have to say yes to.
    RetryForApproval,
    /// The second of two persons says yes.
    Approve,
    /// A person who was asked says no.
    Decline,
}

/// The event does not fit the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a row in state {state} does not take {event:?}")]
pub struct Refused {
    pub state: &'static str,
    pub event: RowEvent,
}

impl RowState {
    pub const NAMES: [&'static str; 14] = [
        "planned",
        "awaiting_approval",
        "blocked",
        "unassigned",
        "intended",
        "unsure",
        "postponed",
        "waiting",
        "taken_over",
        "refused",
        "full",
        "no_relation",
        "failed",
        "cancelled",
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::AwaitingApproval => "awaiting_approval",
            Self::Blocked => "blocked",
            Self::Unassigned => "unassigned",
            Self::Intended => "intended",
            Self::Unsure => "unsure",
            Self::Postponed { .. } => "postponed",
            Self::Waiting { .. } => "waiting",
            Self::TakenOver { .. } => "taken_over",
            Self::Refused { .. } => "refused",
            Self::Full { .. } => "full",
            Self::NoRelation { .. } => "no_relation",
            Self::Failed { .. } => "failed",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// Nothing more happens by itself.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        !matches!(
            self,
            Self::Planned
                | Self::AwaitingApproval
                | Self::Intended
                | Self::Unsure
                | Self::Postponed { .. }
                | Self::Waiting { .. }
        )
    }

    const fn can_retry(self) -> bool {
        self.is_ended() && !matches!(self, Self::TakenOver { .. })
    }

    /// The platform has, or may have, a transfer of this row under way.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Intended | Self::Unsure | Self::Waiting { .. })
    }

    /// The state after `event` at `now`.
    ///
    /// # Errors
    /// [`Refused`] if the event does not fit; the row stays as it is.
    pub fn next(self, event: RowEvent, now: Timestamp) -> Result<Self, Refused> {
        use RowEvent as E;
        let next = match (self, event) {
            (Self::Planned, E::Intend) => Self::Intended,
            (Self::Postponed { not_before }, E::Intend) if now >= not_before => Self::Intended,
            (Self::Intended, E::Answered(verdict)) => Self::after(verdict, now),
            (Self::Intended, E::AnswerLost) => Self::Unsure,
            (Self::Intended, E::NotSent) => Self::Planned,
            (Self::Intended | Self::Unsure, E::NothingStarted) => Self::Planned,
            (
                Self::Planned | Self::Postponed { .. } | Self::Intended | Self::Unsure,
                E::Elsewhere,
            ) => Self::Postponed {
                not_before: now.plus(HOUR),
            },
            (Self::Intended | Self::Unsure | Self::Waiting { .. }, E::Seen(outcome)) => {
                Self::seen(outcome, now)
            }
            (
                Self::Planned
                | Self::AwaitingApproval
                | Self::Postponed { .. }
                | Self::Blocked
                | Self::Unassigned,
                E::Cancel,
            )
            | (Self::AwaitingApproval, E::Decline) => Self::Cancelled { at: now },
            (Self::AwaitingApproval, E::Approve) => Self::Planned,
            (state, E::Retry) if state.can_retry() => Self::Planned,
            (state, E::RetryForApproval) if state.can_retry() => Self::AwaitingApproval,
            (state, event) => {
                return Err(Refused {
                    state: state.name(),
                    event,
                });
            }
        };
        Ok(next)
    }

    const fn after(verdict: Verdict, now: Timestamp) -> Self {
        match verdict {
            Verdict::Started => Self::Waiting { until: None },
            // The result pages tell whether the running transfer is this one.
            Verdict::Running => Self::Unsure,
            Verdict::AlreadyThere => Self::TakenOver { at: now },
            Verdict::Later => Self::Postponed {
                not_before: now.plus(MINUTE),
            },
            Verdict::Tomorrow => Self::Postponed {
                not_before: now.beijing_day().next().start(),
            },
            Verdict::Full => Self::Full { at: now },
            Verdict::NoRelation => Self::NoRelation { at: now },
            Verdict::Failed => Self::Failed { at: now },
        }
    }

    const fn seen(outcome: Outcome, now: Timestamp) -> Self {
        match outcome {
            Outcome::Waiting { until } => Self::Waiting { until: Some(until) },
            Outcome::TakenOver { at } => Self::TakenOver { at },
            Outcome::Refused => Self::Refused { at: now },
            Outcome::Full => Self::Full { at: now },
            Outcome::NoRecord => Self::NoRelation { at: now },
            Outcome::Unknown(_) => Self::Waiting { until: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn verdicts() -> impl Strategy<Value = Verdict> {
        proptest::sample::select(vec![
            Verdict::Started,
            Verdict::Running,
            Verdict::AlreadyThere,
            Verdict::Later,
            Verdict::Tomorrow,
            Verdict::Full,
            Verdict::NoRelation,
            Verdict::Failed,
        ])
    }

    fn events() -> impl Strategy<Value = RowEvent> {
        let at = Timestamp::from_seconds(50);
        prop_oneof![
            Just(RowEvent::Intend),
            verdicts().prop_map(RowEvent::Answered),
            Just(RowEvent::AnswerLost),
            Just(RowEvent::NotSent),
            Just(RowEvent::NothingStarted),
            Just(RowEvent::Elsewhere),
            proptest::sample::select(vec![
                Outcome::Waiting { until: at },
                Outcome::TakenOver { at },
                Outcome::Refused,
                Outcome::Full,
                Outcome::NoRecord,
                Outcome::Unknown(9),
            ])
            .prop_map(RowEvent::Seen),
            Just(RowEvent::Cancel),
            Just(RowEvent::Retry),
            Just(RowEvent::RetryForApproval),
            Just(RowEvent::Approve),
            Just(RowEvent::Decline),
        ]
    }

    proptest! {
        /// The reference counts transfers at a platform that starts one whenever it is called:
        /// whatever happens, a row that may have one under way is never called for again.
        #[test]
        fn s1_a_row_is_never_called_for_while_a_transfer_may_run(
            story in proptest::collection::vec(events(), 0..60),
        ) {
            let mut state = RowState::Planned;
            let mut may_run = false;
            for (step, event) in story.into_iter().enumerate() {
                let now = Timestamp::from_seconds(i64::try_from(step).unwrap() * 100_000);
                let Ok(next) = state.next(event, now) else { continue };
                if next == RowState::Intended {
                    prop_assert!(!may_run, "called again from {state:?} by {event:?}");
                    may_run = true;
                }
                let nothing_runs = matches!(
                    event,
                    RowEvent::NotSent | RowEvent::NothingStarted | RowEvent::Elsewhere
                        | RowEvent::Answered(
                        Verdict::Later | Verdict::Tomorrow | Verdict::Full | Verdict::NoRelation
                            | Verdict::Failed | Verdict::AlreadyThere
                    ) | RowEvent::Seen(Outcome::TakenOver { .. } | Outcome::Refused
                        | Outcome::Full | Outcome::NoRecord)
                );
                if nothing_runs { may_run = false; }
                prop_assert_eq!(next.is_pending(), may_run);
                state = next;
            }
        }
    }

    proptest! {
        /// The reference remembers whether somebody has to say yes, and whether that was said.
        #[test]
        fn s19_a_row_that_needs_approval_is_never_called_for_without(
            story in proptest::collection::vec(events(), 0..60),
        ) {
            let (mut state, mut asked) = (RowState::AwaitingApproval, true);
            for (step, event) in story.into_iter().enumerate() {
                let now = Timestamp::from_seconds(i64::try_from(step).unwrap() * 100_000);
                let Ok(next) = state.next(event, now) else { continue };
                match event {
                    RowEvent::Approve | RowEvent::Retry => asked = false,
                    RowEvent::RetryForApproval => asked = true,
                    _ => {}
                }
                prop_assert!(!(asked && next.is_pending()), "{state:?} by {event:?}");
                state = next;
            }
        }
    }

    #[test]
    fn a_taken_over_customer_is_never_retried() {
        let now = Timestamp::from_seconds(1);
        assert!(
            RowState::TakenOver { at: now }
                .next(RowEvent::Retry, now)
                .is_err()
        );
        assert_eq!(
            RowState::Refused { at: now }.next(RowEvent::Retry, now),
            Ok(RowState::Planned)
        );
    }

    #[test]
    fn postponed_waits_for_its_moment() {
        let at = Timestamp::from_seconds(100);
        let state = RowState::Postponed { not_before: at };
        assert!(state.next(RowEvent::Intend, at.plus(-1)).is_err());
        assert_eq!(state.next(RowEvent::Intend, at), Ok(RowState::Intended));
    }

    #[test]
    fn the_names_are_those_of_the_api() {
        let at = Timestamp::default();
        for state in [
            RowState::Planned,
            RowState::Waiting { until: None },
            RowState::Full { at },
        ] {
            let json = serde_json::to_value(state).unwrap();
            assert_eq!(json["state"], state.name());
            assert!(RowState::NAMES.contains(&state.name()));
        }
    }
}
