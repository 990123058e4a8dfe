//! Between the API's words for rules and the domain's.

use jiebang_app::rule::{Content, Saved};
use jiebang_domain::handover::request::{self, Pin as DomainPin};
use jiebang_domain::handover::team;
use jiebang_domain::time::Timestamp;

use super::dto::{Condition, Pin, Rule, RuleSet, RuleSetInput, RuleSetRef, Share, Target};

impl From<Condition> for request::Condition {
    fn from(condition: Condition) -> Self {
        Self {
            tags_any: condition.tags_any,
            tags_all: condition.tags_all,
            tags_none: condition.tags_none,
            regions: condition.regions,
            added_after: condition.added_after.map(Timestamp::from_seconds),
            added_before: condition.added_before.map(Timestamp::from_seconds),
            add_ways: condition.add_ways,
            only: condition.only,
            business: condition.business,
            groups_any: condition.groups_any,
            last_contact_after: condition.last_contact_after.map(Timestamp::from_seconds),
            last_contact_before: condition.last_contact_before.map(Timestamp::from_seconds),
            messages_min: condition.messages_min,
            messages_max: condition.messages_max,
            value_min: condition.value_min,
            value_max: condition.value_max,
            fields: condition.fields,
        }
    }
}

impl From<request::Condition> for Condition {
    fn from(condition: request::Condition) -> Self {
        Self {
            tags_any: condition.tags_any,
            tags_all: condition.tags_all,
            tags_none: condition.tags_none,
            regions: condition.regions,
            added_after: condition.added_after.map(Timestamp::seconds),
            added_before: condition.added_before.map(Timestamp::seconds),
            add_ways: condition.add_ways,
            only: condition.only,
            business: condition.business,
            groups_any: condition.groups_any,
            last_contact_after: condition.last_contact_after.map(Timestamp::seconds),
            last_contact_before: condition.last_contact_before.map(Timestamp::seconds),
            messages_min: condition.messages_min,
            messages_max: condition.messages_max,
            value_min: condition.value_min,
            value_max: condition.value_max,
            fields: condition.fields,
        }
    }
}

impl From<Target> for team::Target {
    fn from(target: Target) -> Self {
        match target {
            Target::Members { userids } => Self::Members { userids },
            Target::Department { department } => Self::Department { department },
            Target::Skill {
                at_least,
                department,
            } => Self::Skill {
                at_least,
                department,
            },
            Target::Leader {} => Self::Leader,
        }
    }
}

impl From<team::Target> for Target {
    fn from(target: team::Target) -> Self {
        match target {
            team::Target::Members { userids } => Self::Members { userids },
            team::Target::Department { department } => Self::Department { department },
            team::Target::Skill {
                at_least,
                department,
            } => Self::Skill {
                at_least,
                department,
            },
            team::Target::Leader => Self::Leader {},
        }
    }
}

impl From<Share> for request::Share {
    fn from(share: Share) -> Self {
        match share {
            Share::Balanced => Self::Balanced,
            Share::Weighted => Self::Weighted,
            Share::Affinity => Self::Affinity,
        }
    }
}

impl From<request::Share> for Share {
    fn from(share: request::Share) -> Self {
        match share {
            request::Share::Balanced => Self::Balanced,
            request::Share::Weighted => Self::Weighted,
            request::Share::Affinity => Self::Affinity,
        }
    }
}

impl From<Rule> for request::Rule {
    fn from(rule: Rule) -> Self {
        Self {
            name: rule.name,
            when: rule.when.into(),
            to: rule.to.into(),
            share: rule.share.into(),
            never: rule.never,
        }
    }
}

impl From<request::Rule> for Rule {
    fn from(rule: request::Rule) -> Self {
        Self {
            name: rule.name,
            when: rule.when.into(),
            to: rule.to.into(),
            share: rule.share.into(),
            never: rule.never,
        }
    }
}

impl From<Pin> for DomainPin {
    fn from(pin: Pin) -> Self {
        Self {
            customer: pin.customer,
            member: pin.member,
        }
    }
}

impl From<DomainPin> for Pin {
    fn from(pin: DomainPin) -> Self {
        Self {
            customer: pin.customer,
            member: pin.member,
        }
    }
}

impl From<RuleSetInput> for Content {
    fn from(input: RuleSetInput) -> Self {
        Self {
            name: input.name,
            rules: input.rules.into_iter().map(Into::into).collect(),
            otherwise: input.otherwise,
        }
    }
}

impl From<Saved> for RuleSet {
    fn from(saved: Saved) -> Self {
        let otherwise = saved.content.otherwise;
        Self {
            id: saved.id,
            version: i64::from(saved.version),
            name: saved.content.name,
            rules: saved.content.rules.into_iter().map(Rule::from).collect(),
            otherwise: otherwise.map(|to| to.into_iter().map(String::from).collect()),
            saved_by: saved.saved_by,
            saved_at: saved.saved_at,
            is_archived: saved.is_archived,
        }
    }
}

impl From<request::RuleSetRef> for RuleSetRef {
    fn from(from: request::RuleSetRef) -> Self {
        Self {
            id: from.id,
            version: i64::from(from.version),
            name: from.name,
        }
    }
}
