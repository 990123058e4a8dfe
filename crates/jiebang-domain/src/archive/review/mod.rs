//! Spot checks (抽查): a sample of conversations is drawn, read by reviewers one after the other,
//! and what they found is counted.
//!
//! The unit is a conversation on one civil day in Beijing (会话日), what a reviewer reads in one
//! go. An item of a sample goes through these states:
//!
//! ```text
//!          claim              pass, flag
//!   open ────────▶ claimed ────────────────▶ passed, flagged
//!    ▲  ◀────────     │       skip
//!    │   release      └───────────────────▶ skipped
//!    │ (or the lease                             │
//!    │  is over)       claimed ◀─────────────────┘ reopen (also from passed, flagged)
//!
//!   open, claimed ──vanish──▶ gone        its messages expired or were erased
//! ```
//!
//! Invariants: an item is with one reviewer at a time, and only that one says what was found;
//! what is gone was not reviewed, and never counts as passed. What was found is handled by a
//! measure, which goes when the item is looked at again.

mod draw;
mod follow;
mod report;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use draw::{Method, Unit, draw};
pub use follow::{Course, FollowUp, LOOK_AHEAD, LOOK_BACK, Measure, Reviewed, follow_up};
pub use report::{CategoryLine, Checked, MemberLine, Rate, Report, ReviewerLine, Tally, report};

use super::conversation::{Channel, Kind};
use crate::id::{DepartmentId, UserId};
use crate::time::{MINUTE, Timestamp};

/// Seconds for which an item is kept for whoever took it, from the last time it was looked at.
pub const LEASE: i64 = 15 * MINUTE;

/// Which conversation days a sample is drawn from. What is not given does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Those in which this member takes part.
    pub staff: Option<UserId>,
    /// Those in which a member of this department, or one below, takes part today.
    pub department: Option<DepartmentId>,
    pub kind: Option<Kind>,
    pub channel: Option<Channel>,
    /// Days with a message of this type (WeCom's msgtype).
    pub message_kind: Option<String>,
    /// Days on which a message was sent that was recalled.
    pub recalled: bool,
    /// The departments that whoever drew the sample was limited to.
    pub within: Option<BTreeSet<DepartmentId>>,
}

/// What a reviewer found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 违规承诺: a promise the company does not make.
    Promise,
    /// 飞单: business led past the company.
    OffPlatform,
    /// 泄露信息: what should not have been told.
    Disclosure,
    /// 服务态度.
    Attitude,
    /// 不实宣传: a claim that is not true.
    Claim,
    Other,
}

impl Category {
    pub const ALL: [Self; 6] = [
        Self::Promise,
        Self::OffPlatform,
        Self::Disclosure,
        Self::Attitude,
        Self::Claim,
        Self::Other,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Promise => "promise",
            Self::OffPlatform => "off_platform",
            Self::Disclosure => "disclosure",
            Self::Attitude => "attitude",
            Self::Claim => "claim",
            Self::Other => "other",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// What a reviewer says of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    Flagged(Category),
    /// Not judged; another may.
    Skipped,
}

impl Verdict {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Flagged(_) => "flagged",
            Self::Skipped => "skipped",
        }
    }
}

/// Where an item stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemState {
    Open,
    /// With this reviewer since `since`, and until `until` for nobody else.
    Claimed {
        by: String,
        since: Timestamp,
        until: Timestamp,
    },
    Closed {
        verdict: Verdict,
        by: String,
        since: Timestamp,
        at: Timestamp,
    },
    /// There is nothing left to read.
    Gone {
        at: Timestamp,
    },
}

/// What happens to an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// This reviewer wants to read it, or goes on reading.
    Claim(String),
    /// This reviewer has turned to another.
    Release(String),
    Close(String, Verdict),
    /// This reviewer wants to look at it again.
    Reopen(String),
    /// Its messages are no more.
    Vanish,
}

/// Why an event changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("another reviewer has it")]
    Taken,
    #[error("it must be claimed first")]
    NotClaimed,
    #[error("it is closed")]
    Closed,
    #[error("there is nothing left to read")]
    Gone,
}

impl ItemState {
    /// Every name of a state.
    pub const NAMES: [&'static str; 6] =
        ["open", "claimed", "passed", "flagged", "skipped", "gone"];

    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claimed { .. } => "claimed",
            Self::Closed { verdict, .. } => verdict.as_str(),
            Self::Gone { .. } => "gone",
        }
    }

    /// The reviewer who holds it at `now`.
    #[must_use]
    pub fn holder(&self, now: Timestamp) -> Option<&str> {
        match self {
            Self::Claimed { by, until, .. } if now < *until => Some(by),
            _ => None,
        }
    }

    /// The state after an event.
    ///
    /// # Errors
    /// Why it changes nothing.
    pub fn next(self, event: Event, now: Timestamp) -> Result<Self, Refused> {
        let holder = self.holder(now).map(str::to_owned);
        let claimed = |by, since| Self::Claimed {
            by,
            since,
            until: now.plus(LEASE),
        };
        match (self, event) {
            (Self::Gone { .. }, _) => Err(Refused::Gone),
            (Self::Closed { .. }, Event::Reopen(by)) => Ok(claimed(by, now)),
            (Self::Closed { .. }, _) => Err(Refused::Closed),
            (_, Event::Vanish) => Ok(Self::Gone { at: now }),
            // Whoever has it goes on; anybody else waits for the lease.
            (Self::Claimed { since, .. }, Event::Claim(by)) if holder.as_ref() == Some(&by) => {
                Ok(claimed(by, since))
            }
            (_, Event::Claim(by)) if holder.is_none() => Ok(claimed(by, now)),
            (_, Event::Claim(_)) => Err(Refused::Taken),
            (_, Event::Release(by)) if holder.as_ref() == Some(&by) => Ok(Self::Open),
            (Self::Claimed { since, .. }, Event::Close(by, verdict))
                if holder.as_ref() == Some(&by) =>
            {
                Ok(Self::Closed {
                    verdict,
                    by,
                    since,
                    at: now,
                })
            }
            (_, Event::Close(..) | Event::Release(_)) if holder.is_some() => Err(Refused::Taken),
            (_, Event::Close(..) | Event::Release(_) | Event::Reopen(_)) => {
                Err(Refused::NotClaimed)
            }
        }
    }
}

#[cfg(test)]
mod tests;
