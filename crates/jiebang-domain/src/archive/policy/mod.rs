//! What of a message is kept, and how long (存档策略): rules in order, the first that fits decides.
//!
//! Who simulates a policy and who applies it ask the same function, [`Policy::decide`]; so what is
//! foretold is what happens.

mod forecast;
mod mask;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use forecast::{AHEAD, Effect, Forecast, Measured, Tally};
pub use mask::{mask, mask_message};

use super::conversation::Channel;
use crate::id::{DepartmentId, TagId};
use crate::time::{DAY, Timestamp};

/// Most rules of a policy, longest name in characters, and longest time in days.
pub const MAX_RULES: usize = 200;
pub const MAX_NAME: usize = 120;
pub const MAX_DAYS: u32 = 36_500;

/// How much of a message is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// As it is.
    Keep,
    /// Phone, identity and bank card numbers made unreadable before it is stored.
    Mask,
    /// Nothing; that there was a message with this msgid stays known.
    Skip,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Treatment {
    pub keep: Keep,
    /// Whether files are fetched and kept.
    pub media: bool,
    /// Days from sending after which it is deleted; `None`: never.
    #[serde(default)]
    pub days: Option<u32>,
}

/// Which messages a rule is for. Each list is of alternatives; an empty one is for all. All lists
/// that are not empty must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Condition {
    /// Departments of a member who takes part; those below are meant too.
    pub departments: BTreeSet<DepartmentId>,
    /// Levels (positions, 职级) of a member who takes part.
    pub levels: BTreeSet<String>,
    /// Types of a customer who takes part.
    pub customer_types: BTreeSet<String>,
    /// Corp tags of a customer who takes part.
    pub tags: BTreeSet<TagId>,
    pub channels: BTreeSet<Channel>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub name: String,
    #[serde(default)]
    pub when: Condition,
    pub then: Treatment,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// For what no rule fits.
    pub default: Treatment,
}

/// What is known of a message when it is judged, of everybody who takes part together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// With every department above.
    pub departments: BTreeSet<DepartmentId>,
    pub levels: BTreeSet<String>,
    pub customer_types: BTreeSet<String>,
    pub tags: BTreeSet<TagId>,
    pub channel: Channel,
}

/// What becomes of a message and which rule says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision<'a> {
    pub treatment: Treatment,
    /// The rule's place and name; `None`: no rule fits.
    pub rule: Option<(usize, &'a str)>,
}

/// Why a policy is not accepted; rules by their place from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    #[error("a policy of more than {MAX_RULES} rules")]
    TooManyRules,
    #[error("rule {0} has no name, or one of more than {MAX_NAME} characters")]
    Name(usize),
    #[error("rule {0} has the name of an earlier one")]
    SameName(usize),
    #[error("rule {0} keeps for no day or for more than {MAX_DAYS}")]
    Days(usize),
    #[error("the default keeps for no day or for more than {MAX_DAYS}")]
    DefaultDays,
}

impl Treatment {
    /// The same under a hold: kept whole and with its files. What would not be kept at all is over
    /// from the beginning, so that it goes when the hold is lifted.
    #[must_use]
    pub const fn held(self) -> Self {
        Self {
            keep: Keep::Keep,
            media: true,
            days: match self.keep {
                Keep::Skip => Some(0),
                Keep::Keep | Keep::Mask => self.days,
            },
        }
    }

    /// Everything, for good.
    pub const ALL: Self = Self {
        keep: Keep::Keep,
        media: true,
        days: None,
    };

    /// When a message sent at that moment is to be deleted.
    #[must_use]
    pub fn expires_at(&self, sent_at: Timestamp) -> Option<Timestamp> {
        self.days.map(|days| sent_at.plus(i64::from(days) * DAY))
    }
}

impl Policy {
    /// # Errors
    /// [`PolicyError`] for the first fault.
    pub fn check(&self) -> Result<(), PolicyError> {
        let days_are_well =
            |then: &Treatment| then.days.is_none_or(|d| (1..=MAX_DAYS).contains(&d));
        if self.rules.len() > MAX_RULES {
            return Err(PolicyError::TooManyRules);
        }
        let mut names = BTreeSet::new();
        for (at, rule) in self.rules.iter().enumerate() {
            let name = rule.name.trim();
            if name.is_empty() || name.chars().count() > MAX_NAME {
                return Err(PolicyError::Name(at));
            }
            if !names.insert(name) {
                return Err(PolicyError::SameName(at));
            }
            if !days_are_well(&rule.then) {
                return Err(PolicyError::Days(at));
            }
        }
        if days_are_well(&self.default) {
            Ok(())
        } else {
            Err(PolicyError::DefaultDays)
        }
    }

    /// What becomes of a message.
    #[must_use]
    pub fn decide(&self, facts: &Facts) -> Decision<'_> {
        let mut rules = self.rules.iter().enumerate();
        match rules.find(|(_, rule)| rule.when.fits(facts)) {
            Some((at, rule)) => Decision {
                treatment: rule.then,
                rule: Some((at, &rule.name)),
            },
            None => Decision {
                treatment: self.default,
                rule: None,
            },
        }
    }
}

impl Condition {
    /// Whether something is there of every list that is not empty.
    fn fits(&self, facts: &Facts) -> bool {
        fits(&self.departments, &facts.departments)
            && fits(&self.levels, &facts.levels)
            && fits(&self.customer_types, &facts.customer_types)
            && fits(&self.tags, &facts.tags)
            && (self.channels.is_empty() || self.channels.contains(&facts.channel))
    }
}

fn fits<T: Ord>(wanted: &BTreeSet<T>, there: &BTreeSet<T>) -> bool {
    wanted.is_empty() || !wanted.is_disjoint(there)
}
