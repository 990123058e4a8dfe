//! What a policy does to what is stored already, counted before it is put in force.
//!
//! Stored messages get the policy's days, are deleted where nothing is to be kept of such, and
//! lose their files where none are to be kept. Numbers in them are not made unreadable afterwards:
//! the words they are found by were taken from them when they came.
//!
//! Invariant: who foretells and who applies ask the same function, [`Policy::effect`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Facts, Keep, Policy};
use crate::time::{DAY, Timestamp};

/// In how many days, beside now, expiry is foretold.
pub const AHEAD: [i64; 3] = [30, 90, 365];

/// A stored message, as far as its treatment is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    pub sent_at: Timestamp,
    /// Numbers in it were made unreadable when it was stored.
    pub is_masked: bool,
    /// A standing hold covers it.
    pub is_held: bool,
    /// Files that are here or still to be fetched, and their bytes.
    pub files: u64,
    pub file_bytes: u64,
    /// Bytes of what it says, sealed.
    pub bytes: u64,
}

/// What becomes of a stored message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// Its place in the policy; `None`: no rule fits.
    pub rule: Option<usize>,
    /// From when it is to be deleted.
    pub expires_at: Option<Timestamp>,
    /// Nothing is kept of such messages.
    pub is_skipped: bool,
    /// Whether numbers of such messages are made unreadable.
    pub is_to_be_masked: bool,
    /// Its files are let go, though it stays.
    pub loses_files: bool,
}

/// What a policy does to some messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub messages: u64,
    pub files: u64,
    pub bytes: u64,
    /// Stay as they are.
    pub kept: u64,
    /// Stay, and were stored with their numbers unreadable.
    pub masked: u64,
    /// Stay as they are; of those that come from now on numbers will be unreadable.
    pub masked_from_now_on: u64,
    /// Are deleted since nothing is kept of such.
    pub skipped: u64,
    /// Are deleted since their time is over.
    pub expired: u64,
    /// Would be deleted, or lose files, if they were not held.
    pub held: u64,
    /// Files deleted, with their message or alone, and what all that is deleted takes.
    pub files_deleted: u64,
    pub bytes_deleted: u64,
    /// Of those that stay, how many will be over in 30, 90 and 365 days.
    pub over_later: [u64; 3],
}

/// A policy's tallies: of everything, by the rule that decides (by its place), and of the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    pub all: Tally,
    pub by_rule: BTreeMap<usize, Tally>,
    pub by_default: Tally,
}

impl Policy {
    /// What becomes of a stored message if this policy is put in force at `now`.
    #[must_use]
    pub fn effect(&self, facts: &Facts, message: &Measured, now: Timestamp) -> Effect {
        let decision = self.decide(facts);
        let treatment = decision.treatment;
        let is_skipped = treatment.keep == Keep::Skip;
        Effect {
            rule: decision.rule.map(|(place, _)| place),
            expires_at: if is_skipped {
                Some(now)
            } else {
                treatment.expires_at(message.sent_at)
            },
            is_skipped,
            is_to_be_masked: treatment.keep == Keep::Mask,
            loses_files: !is_skipped && !treatment.media && message.files > 0,
        }
    }
}

impl Effect {
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

impl Forecast {
    /// Adds a stored message.
    pub fn add(&mut self, policy: &Policy, facts: &Facts, message: &Measured, now: Timestamp) {
        let effect = policy.effect(facts, message, now);
        let tally = match effect.rule {
            Some(place) => self.by_rule.entry(place).or_default(),
            None => &mut self.by_default,
        };
        for tally in [tally, &mut self.all] {
            tally.add(&effect, message, now);
        }
    }
}

impl Tally {
    fn add(&mut self, effect: &Effect, message: &Measured, now: Timestamp) {
        self.messages += 1;
        self.files += message.files;
        self.bytes += message.bytes + message.file_bytes;
        let goes = effect.is_over(now);
        if message.is_held && (goes || effect.loses_files) {
            self.held += 1;
        } else if goes {
            self.files_deleted += message.files;
            self.bytes_deleted += message.bytes + message.file_bytes;
            *(if effect.is_skipped {
                &mut self.skipped
            } else {
                &mut self.expired
            }) += 1;
            return;
        } else {
            if effect.loses_files {
                self.files_deleted += message.files;
                self.bytes_deleted += message.file_bytes;
            }
            *self.staying(effect, message) += 1;
        }
        for (later, days) in self.over_later.iter_mut().zip(AHEAD) {
            let is_over = effect.is_over(now.plus(days * DAY));
            *later += u64::from(is_over && !goes);
        }
    }

    const fn staying(&mut self, effect: &Effect, message: &Measured) -> &mut u64 {
        if message.is_masked {
            &mut self.masked
        } else if effect.is_to_be_masked {
            &mut self.masked_from_now_on
        } else {
            &mut self.kept
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::conversation::Channel;

    #[test]
    fn b18_a_message_is_counted_once_by_the_rule_that_decides() {
        let policy: Policy = serde_json::from_value(serde_json::json!({
            "rules": [
                { "name": "inside", "when": { "channels": ["internal"] },
                  "then": { "keep": "skip", "media": false } },
                { "name": "outside", "when": { "channels": ["external"] },
                  "then": { "keep": "mask", "media": false, "days": 10 } },
            ],
            "default": { "keep": "keep", "media": true, "days": 40 },
        }))
        .unwrap();
        let now = Timestamp::from_seconds(100 * DAY);
        let mut forecast = Forecast::default();
        for (channel, day, is_held) in [
            (Channel::Internal, 99, false),
            (Channel::Internal, 99, true),
            (Channel::External, 95, false),
            (Channel::External, 90, false),
            (Channel::External, 95, true),
            (Channel::Updown, 61, false),
        ] {
            let facts = Facts {
                departments: [].into(),
                levels: [].into(),
                customer_types: [].into(),
                tags: [].into(),
                channel,
            };
            let message = Measured {
                sent_at: Timestamp::from_seconds(day * DAY),
                is_masked: false,
                is_held,
                files: 1,
                file_bytes: 10,
                bytes: 1,
            };
            forecast.add(&policy, &facts, &message, now);
        }
        let all = forecast.all;
        assert_eq!((all.messages, all.files, all.bytes), (6, 6, 66));
        assert_eq!((all.skipped, all.expired, all.held), (1, 1, 2));
        assert_eq!((all.kept, all.masked, all.masked_from_now_on), (1, 0, 1));
        assert_eq!((all.files_deleted, all.bytes_deleted), (3, 32));
        assert_eq!(all.over_later, [3, 3, 3]);
        assert_eq!(forecast.by_rule[&0].skipped, 1);
        assert_eq!(forecast.by_default.over_later, [1, 1, 1]);
    }
}
