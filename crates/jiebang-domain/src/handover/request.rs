//! What is wanted of a handover: the leaver's customers and groups that are meant, and how they
//! are shared out.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Kind, MAX_MESSAGE_CHARS, MAX_NOTE_CHARS};
use crate::id::{ChatId, ExternalUserId, TagId, UserId};
use crate::time::Timestamp;

/// Most successors and most rules one handover may name.
pub const MAX_SUCCESSORS: usize = 500;
pub const MAX_RULES: usize = 200;

/// A customer as filters and rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerSubject {
    pub external_userid: ExternalUserId,
    pub name: String,
    pub tags: BTreeSet<TagId>,
    /// Name of the tag the customer has in the tag group that stands for regions.
    pub region: Option<String>,
    pub added_at: Timestamp,
    pub add_way: i64,
}

/// A group as plans see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSubject {
    pub chat_id: ChatId,
    pub name: String,
}

/// Conditions that all must hold; an empty one holds for everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Condition {
    /// Has at least one of these tags (ignored when empty).
    pub tags_any: Vec<TagId>,
    /// Has every one of these tags.
    pub tags_all: Vec<TagId>,
    /// Has none of these tags.
    pub tags_none: Vec<TagId>,
    /// Is in one of these regions (ignored when empty).
    pub regions: Vec<String>,
    /// Added at this moment or later.
    pub added_after: Option<Timestamp>,
    /// Added before this moment.
    pub added_before: Option<Timestamp>,
    /// Added in one of these ways (`add_way`; ignored when empty).
    pub add_ways: Vec<i64>,
}

impl Condition {
    #[must_use]
    pub fn holds(&self, customer: &CustomerSubject) -> bool {
        let any = |wanted: &[TagId]| wanted.iter().any(|tag| customer.tags.contains(tag));
        (self.tags_any.is_empty() || any(&self.tags_any))
            && self.tags_all.iter().all(|tag| customer.tags.contains(tag))
            && !any(&self.tags_none)
            && (self.regions.is_empty()
                || customer
                    .region
                    .as_ref()
                    .is_some_and(|region| self.regions.contains(region)))
            && self
                .added_after
                .is_none_or(|after| customer.added_at >= after)
            && self
                .added_before
                .is_none_or(|before| customer.added_at < before)
            && (self.add_ways.is_empty() || self.add_ways.contains(&customer.add_way))
    }
}

/// Customers that meet `when` go to `to`, evenly if there are several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub name: String,
    pub when: Condition,
    pub to: Vec<UserId>,
}

/// How customers are shared out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Assignment {
    One {
        to: UserId,
    },
    Evenly {
        to: Vec<UserId>,
    },
    /// The first rule that holds decides; what no rule takes goes to `otherwise`, or is listed.
    Rules {
        rules: Vec<Rule>,
        otherwise: Option<Vec<UserId>>,
    },
}

impl Assignment {
    /// Every successor named, once, in the order of the first mention.
    #[must_use]
    pub fn successors(&self) -> Vec<UserId> {
        let all: Vec<&UserId> = match self {
            Self::One { to } => vec![to],
            Self::Evenly { to } => to.iter().collect(),
            Self::Rules { rules, otherwise } => rules
                .iter()
                .flat_map(|rule| &rule.to)
                .chain(otherwise.iter().flatten())
                .collect(),
        };
        let mut seen = BTreeSet::new();
        all.into_iter()
            .filter(|userid| seen.insert(*userid))
            .cloned()
            .collect()
    }
}

/// How much of the conversation record the successors may see after takeover.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum RecordScope {
    #[default]
    None,
    Days {
        days: u32,
    },
    All,
}

/// Which groups are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupChoice {
    /// Only these; all of the leaver's when absent.
    pub only: Option<Vec<ChatId>>,
}

/// A handover as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub leaver: UserId,
    pub kind: Kind,
    /// The customers that meet this; none when absent.
    pub customers: Option<Condition>,
    /// The groups; none when absent.
    pub groups: Option<GroupChoice>,
    pub assignment: Assignment,
    /// Who takes the groups, evenly; every successor of the assignment when empty.
    #[serde(default)]
    pub groups_to: Vec<UserId>,
    #[serde(default)]
    pub record_scope: RecordScope,
    /// Remark for the successors; stays here, WeCom does not see it.
    #[serde(default)]
    pub note: String,
    /// `transfer_success_msg`; in-service only.
    #[serde(default)]
    pub message: Option<String>,
}

/// What is wrong with a request. `field` is the path in the API's body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Invalid {
    pub field: String,
    pub problem: &'static str,
}

impl Request {
    /// Checks what can be said without knowing the corp; every problem is reported.
    ///
    /// # Errors
    /// All problems found, never an empty list.
    pub fn check(&self) -> Result<(), Vec<Invalid>> {
        let mut found = Vec::new();
        let mut say = |field: &str, problem| {
            found.push(Invalid {
                field: field.to_owned(),
                problem,
            });
        };
        if self.customers.is_none() && self.groups.is_none() {
            say("customers", "nothing_to_hand_over");
        }
        let successors = self.assignment.successors();
        if successors.is_empty() {
            say("assignment.to", "no_successor");
        }
        if successors.len() + self.groups_to.len() > MAX_SUCCESSORS {
            say("assignment.to", "too_many_successors");
        }
        if let Assignment::Rules { rules, .. } = &self.assignment {
            if rules.is_empty() || rules.len() > MAX_RULES {
                say("assignment.rules", "number_of_rules");
            }
            for (index, rule) in rules.iter().enumerate() {
                if rule.to.is_empty() {
                    say(&format!("assignment.rules[{index}].to"), "no_successor");
                }
                if rule.name.trim().is_empty() || rule.name.chars().count() > 60 {
                    say(&format!("assignment.rules[{index}].name"), "rule_name");
                }
            }
        }
        if self.note.chars().count() > MAX_NOTE_CHARS {
            say("note", "note_too_long");
        }
        if let Some(message) = &self.message {
            if self.kind == Kind::Resigned {
                say("message", "message_only_in_service");
            }
            if message.chars().count() > MAX_MESSAGE_CHARS {
                say("message", "message_too_long");
            }
        }
        if matches!(self.record_scope, RecordScope::Days { days } if days == 0 || days > 36_500) {
            say("record_scope.days", "days_out_of_range");
        }
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    /// Every member that may receive something.
    #[must_use]
    pub fn all_successors(&self) -> Vec<UserId> {
        let mut all = self.assignment.successors();
        for userid in &self.groups_to {
            if !all.contains(userid) {
                all.push(userid.clone());
            }
        }
        all
    }
}
