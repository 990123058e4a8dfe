//! Rules and rule sets as they are asked for and told of.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::id::{ChatId, DepartmentId, ExternalUserId, TagId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Conditions that all must hold; an empty one holds for everybody. A condition on something
/// that is not known of a customer does not hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Condition {
    /// Has at least one of these tags.
    #[schema(value_type = Vec<String>)]
    pub tags_any: Vec<TagId>,
    /// Has every one of these tags.
    #[schema(value_type = Vec<String>)]
    pub tags_all: Vec<TagId>,
    /// Has none of these tags.
    #[schema(value_type = Vec<String>)]
    pub tags_none: Vec<TagId>,
    pub regions: Vec<String>,
    /// Added at this moment or later.
    pub added_after: Option<i64>,
    /// Added before this moment.
    pub added_before: Option<i64>,
    /// WeCom's numbers for how the customer was added.
    pub add_ways: Vec<i64>,
    /// Types of business or products.
    pub business: Vec<String>,
    /// In at least one of these groups.
    #[schema(value_type = Vec<String>)]
    pub groups_any: Vec<ChatId>,
    /// Last in contact at this moment or later.
    pub last_contact_after: Option<i64>,
    /// Last in contact before this moment.
    pub last_contact_before: Option<i64>,
    pub messages_min: Option<i64>,
    pub messages_max: Option<i64>,
    pub value_min: Option<i64>,
    pub value_max: Option<i64>,
    /// Fields of the company's own: each must have one of its values.
    pub fields: BTreeMap<String, Vec<String>>,
    /// One of these customers; anybody when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub only: Option<BTreeSet<ExternalUserId>>,
}

/// Who takes the customers of a rule.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Target {
    /// These.
    Members {
        #[schema(value_type = Vec<String>)]
        userids: Vec<UserId>,
    },
    /// Everybody of the department and those below it who can take customers.
    Department { department: DepartmentId },
    /// Everybody of at least this level, of that department if one is named.
    Skill {
        at_least: u8,
        #[serde(default)]
        department: Option<DepartmentId>,
    },
    /// The leaver's direct leader, else whoever leads its department.
    Leader {},
}

/// How a rule shares its customers among several successors.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// The same number to each.
    #[default]
    Balanced,
    /// By the weights in the team's profiles.
    Weighted,
    /// To whom they fit best.
    Affinity,
}

/// Customers that meet `when` go to `to`, shared as `share` says if there are several.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    #[schema(max_length = 60)]
    pub name: String,
    pub when: Condition,
    pub to: Target,
    #[serde(default)]
    pub share: Share,
    /// These never get a customer by this rule.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub never: Vec<UserId>,
}

/// One customer and one member that belong, or must not come, together.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    #[schema(value_type = String)]
    pub customer: ExternalUserId,
    #[schema(value_type = String)]
    pub member: UserId,
}

/// What a rule set says.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSetInput {
    #[schema(max_length = 60)]
    pub name: String,
    /// Asked in this order; the first that holds decides.
    pub rules: Vec<Rule>,
    /// Who takes what no rule takes; without, it is listed.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub otherwise: Option<Vec<UserId>>,
    /// With PUT: the version that was changed.
    pub version: Option<i64>,
}

/// The new order of the rule sets: every one of them, once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSetOrder {
    pub ids: Vec<Uuid>,
}

/// A rule set in one of its versions.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleSet {
    pub id: Uuid,
    pub version: i64,
    pub name: String,
    pub rules: Vec<Rule>,
    pub otherwise: Option<Vec<String>>,
    /// `account:<id>`, `operator` or `system`.
    pub saved_by: String,
    pub saved_at: i64,
    pub is_archived: bool,
}

/// The saved rule set that a handover's rules are of.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RuleSetRef {
    pub id: Uuid,
    pub version: i64,
    pub name: String,
}
