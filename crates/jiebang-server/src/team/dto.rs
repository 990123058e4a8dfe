//! What is known of members as successors, and of customers beyond WeCom.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::id::ExternalUserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is known of a member as a successor.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberProfile {
    /// 1 to 5; 0: not said.
    #[schema(maximum = 5)]
    pub skill: u8,
    /// Part of the share where a rule shares by weight.
    #[schema(minimum = 1, maximum = 100)]
    pub weight: u32,
    /// Most customers the member should have in all.
    pub cap: Option<u32>,
    #[schema(value_type = Vec<String>)]
    pub regions: BTreeSet<String>,
    #[schema(value_type = Vec<String>)]
    pub business: BTreeSet<String>,
    #[schema(value_type = Vec<String>)]
    pub languages: BTreeSet<String>,
    /// Away: gets nothing by department, skill or leader.
    pub away: bool,
}

/// Somebody who serves customers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Teammate {
    pub userid: String,
    pub name: String,
    pub departments: Vec<i64>,
    pub profile: MemberProfile,
    /// Customers now.
    pub load: u64,
    /// How many more the member can take.
    pub room: u64,
}

/// What the company knows of customers; each in place of what was known before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerProfiles {
    #[schema(max_items = 1000)]
    pub items: Vec<CustomerProfile>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerProfile {
    #[schema(value_type = String)]
    pub external_userid: ExternalUserId,
    pub last_contact: Option<i64>,
    /// Messages exchanged, in any period.
    pub messages: Option<i64>,
    /// What the customer is worth, in any unit.
    pub value: Option<i64>,
    /// Fields of the company's own; `language` counts for affinity.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerProfilesDone {
    pub written: u64,
}

/// What plans are made by, for the whole corp.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanningSettings {
    /// Name of the tag group that stands for types of business or products.
    #[schema(max_length = 60)]
    pub business_group: String,
    /// Most customers a member can have at WeCom.
    #[schema(minimum = 1, maximum = 20000)]
    pub customer_limit: u32,
}
