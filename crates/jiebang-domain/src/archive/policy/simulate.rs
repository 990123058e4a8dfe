//! What a policy would do to the messages that are stored, before it is switched on.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Facts, Keep, Policy};
use crate::time::Timestamp;

/// A stored message, as far as a policy looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub facts: Facts,
    pub sent_at: Timestamp,
    /// It was masked when it was stored: nothing brings its numbers back.
    pub is_masked: bool,
    pub files: u64,
    /// Under a hold: it stays as it is.
    pub is_held: bool,
}

/// What becomes of a stored message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It stays as it is, its files perhaps not (`Stored::files`).
    Kept,
    /// It is stored masked, or is already.
    Masked,
    /// It is deleted since nothing is to be kept of such messages.
    Skipped,
    /// It is deleted since its time is over.
    Expired,
    /// It would be changed or deleted if it were not held.
    Held,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub messages: u64,
    pub kept: u64,
    pub masked: u64,
    pub skipped: u64,
    pub expired: u64,
    pub held: u64,
    pub files: u64,
    /// Files that are deleted, with their message or alone.
    pub files_deleted: u64,
}

/// What a policy would do, in all and by the rule that decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Prediction {
    pub all: Counts,
    /// By the name of the rule.
    pub by_rule: BTreeMap<String, Counts>,
    /// What no rule fits.
    pub by_default: Counts,
}

impl Policy {
    /// What becomes of a stored message at `now`, and whether its files stay.
    #[must_use]
    pub fn fate(&self, stored: &Stored, now: Timestamp) -> (Fate, bool) {
        let treatment = self.decide(&stored.facts).treatment;
        let over = treatment
            .expires_at(stored.sent_at)
            .is_some_and(|at| at <= now);
        let masked = stored.is_masked || treatment.keep == Keep::Mask;
        let fate = match treatment.keep {
            Keep::Skip => Fate::Skipped,
            _ if over => Fate::Expired,
            _ if masked => Fate::Masked,
            _ => Fate::Kept,
        };
        let deleted = matches!(fate, Fate::Skipped | Fate::Expired);
        let changed = deleted
            || (fate == Fate::Masked && !stored.is_masked)
            || (!treatment.media && stored.files > 0);
        if stored.is_held && changed {
            return (Fate::Held, true);
        }
        (fate, !deleted && treatment.media)
    }
}

impl Prediction {
    /// Adds a stored message.
    pub fn add(&mut self, policy: &Policy, stored: &Stored, now: Timestamp) {
        let (fate, files_stay) = policy.fate(stored, now);
        let by = match policy.decide(&stored.facts).rule {
            Some((_, name)) => self.by_rule.entry(name.to_owned()).or_default(),
            None => &mut self.by_default,
        };
        for counts in [by, &mut self.all] {
            counts.messages += 1;
            counts.files += stored.files;
            counts.files_deleted += if files_stay { 0 } else { stored.files };
            *counts.of(fate) += 1;
        }
    }

    #[must_use]
    pub fn of<'a>(
        policy: &Policy,
        stored: impl IntoIterator<Item = &'a Stored>,
        now: Timestamp,
    ) -> Self {
        let mut prediction = Self::default();
        for stored in stored {
            prediction.add(policy, stored, now);
        }
        prediction
    }
}

impl Counts {
    const fn of(&mut self, fate: Fate) -> &mut u64 {
        match fate {
            Fate::Kept => &mut self.kept,
            Fate::Masked => &mut self.masked,
            Fate::Skipped => &mut self.skipped,
            Fate::Expired => &mut self.expired,
            Fate::Held => &mut self.held,
        }
    }
}
