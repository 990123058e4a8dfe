//! What is wanted of a handover: the leaver's customers and groups that are meant, and how they
//! are shared out.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::team::Target;
use super::{Kind, MAX_NOTE_CHARS, message};
use crate::id::{ChatId, ExternalUserId, TagId, UserId};
use crate::time::Timestamp;

/// Most successors and most rules one handover may name.
pub const MAX_SUCCESSORS: usize = 500;
pub const MAX_RULES: usize = 200;
/// Most customers that one handover may name one by one.
pub const MAX_PINS: usize = 2_000;

/// Most types of messages a record's scope names, and longest name of one.
pub const MAX_RECORD_KINDS: usize = 50;
const MAX_RECORD_KIND: usize = 60;

/// A customer as filters and rules see it. What is not known is `None`: no condition on it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerSubject {
    pub external_userid: ExternalUserId,
    pub name: String,
    pub tags: BTreeSet<TagId>,
    /// Name of the tag the customer has in the tag group that stands for regions.
    pub region: Option<String>,
    /// The same of the tag group that stands for types of business or products.
    pub business: Option<String>,
    pub added_at: Timestamp,
    pub add_way: i64,
    /// Groups the customer is in.
    pub groups: BTreeSet<ChatId>,
    pub profile: Profile,
    /// Possible successors who have the customer already: it takes no room of theirs.
    pub followers: BTreeSet<UserId>,
    /// Nobody will get the customer by this plan, as far as is known: it takes no room.
    pub stays: bool,
}

/// What a company knows of a customer beyond WeCom, brought in by file or API.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    pub last_contact: Option<Timestamp>,
    /// Messages exchanged, in any period the company chooses.
    pub messages: Option<i64>,
    /// What the customer is worth, in any unit the company chooses.
    pub value: Option<i64>,
    /// Fields of the company's own, by name.
    pub fields: BTreeMap<String, String>,
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
    /// One of these customers (anybody when absent).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only: Option<BTreeSet<ExternalUserId>>,
    /// Of one of these types of business or products (ignored when empty).
    pub business: Vec<String>,
    /// In at least one of these groups (ignored when empty).
    pub groups_any: Vec<ChatId>,
    /// Last in contact at this moment or later.
    pub last_contact_after: Option<Timestamp>,
    /// Last in contact before this moment.
    pub last_contact_before: Option<Timestamp>,
    pub messages_min: Option<i64>,
    pub messages_max: Option<i64>,
    pub value_min: Option<i64>,
    pub value_max: Option<i64>,
    /// Fields of the company's own: each must have one of its values.
    pub fields: BTreeMap<String, Vec<String>>,
}

/// Whether a number that may be unknown lies within bounds; without bounds it always does.
fn within<T: PartialOrd>(number: Option<T>, min: Option<T>, max: Option<T>) -> bool {
    let Some(number) = number else {
        return min.is_none() && max.is_none();
    };
    min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max)
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
            && self
                .only
                .as_ref()
                .is_none_or(|only| only.contains(&customer.external_userid))
            && (self.business.is_empty()
                || customer
                    .business
                    .as_ref()
                    .is_some_and(|business| self.business.contains(business)))
            && (self.groups_any.is_empty()
                || self
                    .groups_any
                    .iter()
                    .any(|group| customer.groups.contains(group)))
            && self.fits(&customer.profile)
    }

    fn fits(&self, profile: &Profile) -> bool {
        // "Before" leaves its moment out.
        let before = self.last_contact_before.map(|moment| moment.plus(-1));
        within(profile.last_contact, self.last_contact_after, before)
            && within(profile.messages, self.messages_min, self.messages_max)
            && within(profile.value, self.value_min, self.value_max)
            && self.fields.iter().all(|(name, values)| {
                profile
                    .fields
                    .get(name)
                    .is_some_and(|value| values.contains(value))
            })
    }
}

/// How a rule shares its customers among several successors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// The same number to each.
    #[default]
    Balanced,
    /// By the weights in the team's profiles.
    Weighted,
    /// To whom they fit best ([`super::affinity`]), and evenly where that is the same.
    Affinity,
}

impl Share {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Weighted => "weighted",
            Self::Affinity => "affinity",
        }
    }
}

/// Customers that meet `when` go to `to`, shared as `share` says if there are several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub name: String,
    pub when: Condition,
    pub to: Target,
    #[serde(default)]
    pub share: Share,
    /// These never get a customer by this rule.
    #[serde(default)]
    pub never: Vec<UserId>,
}

/// One customer and one member that belong, or must not come, together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pin {
    pub customer: ExternalUserId,
    pub member: UserId,
}

/// The saved rule set that rules were taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSetRef {
    pub id: uuid::Uuid,
    pub version: i32,
    pub name: String,
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
    /// Every successor named one by one, once, in the order of the first mention.
    #[must_use]
    pub fn successors(&self) -> Vec<UserId> {
        let all: Vec<&UserId> = match self {
            Self::One { to } => vec![to],
            Self::Evenly { to } => to.iter().collect(),
            Self::Rules { rules, otherwise } => rules
                .iter()
                .flat_map(|rule| rule.to.named())
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
    /// Customers that go to this member, whatever the rules say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must: Vec<Pin>,
    /// Customers that must not go to this member.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must_not: Vec<Pin>,
    /// Most customers that each successor gets by this handover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u32>,
    /// Where the rules come from, if they are saved ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_set: Option<RuleSetRef>,
    #[serde(default)]
    pub record_scope: RecordScope,
    /// Types of messages (`text`, `image`, …) the scope is for; all when empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub record_kinds: BTreeSet<String>,
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
        match &self.assignment {
            Assignment::Rules { rules, .. } => {
                found_in_rules(rules, "assignment.rules", &mut say);
            }
            _ if successors.is_empty() => say("assignment.to", "no_successor"),
            _ => {}
        }
        if successors.len() + self.groups_to.len() > MAX_SUCCESSORS {
            say("assignment.to", "too_many_successors");
        }
        if self.must.len() + self.must_not.len() > MAX_PINS {
            say("must", "too_many_pins");
        }
        if self.must.iter().any(|pin| self.must_not.contains(pin)) {
            say("must", "must_and_must_not");
        }
        if self.note.chars().count() > MAX_NOTE_CHARS {
            say("note", "note_too_long");
        }
        if let Some(message) = &self.message {
            if self.kind == Kind::Resigned {
                say("message", "message_only_in_service");
            }
            for problem in message::problems(message) {
                say("message", problem);
            }
        }
        if matches!(self.record_scope, RecordScope::Days { days } if days == 0 || days > 36_500) {
            say("record_scope.days", "days_out_of_range");
        }
        let is_kind = |kind: &String| kind.len() <= MAX_RECORD_KIND && !kind.is_empty();
        if self.record_kinds.len() > MAX_RECORD_KINDS || !self.record_kinds.iter().all(is_kind) {
            say("record_kinds", "list_of_words");
        }
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    /// Every member named that may receive something, once.
    #[must_use]
    pub fn all_successors(&self) -> Vec<UserId> {
        let mut all = self.assignment.successors();
        let others = self
            .groups_to
            .iter()
            .chain(self.must.iter().map(|pin| &pin.member));
        for userid in others {
            if !all.contains(userid) {
                all.push(userid.clone());
            }
        }
        all
    }
}

/// What is wrong with `rules`; `field` is where they stand in the API's body.
fn found_in_rules(rules: &[Rule], field: &str, say: &mut impl FnMut(&str, &'static str)) {
    if rules.is_empty() || rules.len() > MAX_RULES {
        say(field, "number_of_rules");
    }
    for (index, rule) in rules.iter().enumerate() {
        if let Target::Members { userids } = &rule.to
            && userids.is_empty()
        {
            say(&format!("{field}[{index}].to"), "no_successor");
        }
        if rule.name.trim().is_empty() || rule.name.chars().count() > 60 {
            say(&format!("{field}[{index}].name"), "rule_name");
        }
    }
}

/// Checks rules that are to be saved by themselves, under the field `rules`.
///
/// # Errors
/// All problems found, never an empty list.
pub fn check_rules(rules: &[Rule]) -> Result<(), Vec<Invalid>> {
    let mut found = Vec::new();
    found_in_rules(rules, "rules", &mut |field, problem| {
        found.push(Invalid {
            field: field.to_owned(),
            problem,
        });
    });
    if found.is_empty() { Ok(()) } else { Err(found) }
}
