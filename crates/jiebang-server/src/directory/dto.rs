//! Departments, members, leavers and what they hold.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::handover::dto::HandoverSummary;
use crate::names::{LeaverReason, LeaverState};

#[derive(Debug, Serialize, ToSchema)]
pub struct Department {
    pub id: i64,
    pub name: String,
    pub parent_id: i64,
    /// Userids.
    pub leaders: Vec<String>,
    pub members: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Member {
    pub userid: String,
    pub name: String,
    pub departments: Vec<i64>,
    pub department_names: Vec<String>,
    pub position: String,
    /// `status` at WeCom: 1 active, 2 disabled, 4 not activated, 5 left.
    pub status: i64,
    /// Whether the member has 客户联系.
    pub customer_contact: bool,
    pub left_at: Option<i64>,
    pub customers: u64,
    pub groups: u64,
    /// Whether the member can take customers over.
    pub eligible: bool,
    /// Why not: a prediction, texts under `prediction.CODE`.
    pub why_not: Option<String>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MemberQuery {
    /// Start of the name, alias or userid.
    pub q: Option<String>,
    /// Only of this department and those below it.
    pub department: Option<i64>,
    /// `active` or `left`.
    pub status: Option<String>,
    /// Says of each member whether it could succeed this one.
    pub successor_for: Option<String>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}

/// Somebody whose customers or groups wait, or were handed over.
#[derive(Debug, Serialize, ToSchema)]
pub struct Leaver {
    pub userid: String,
    pub name: String,
    /// False if the member was gone before it could be read.
    pub known: bool,
    pub department_names: Vec<String>,
    pub position: String,
    pub left_at: Option<i64>,
    pub reason: LeaverReason,
    pub state: LeaverState,
    pub customers_waiting: u64,
    pub groups_waiting: u64,
    pub customers_in_transfer: u64,
    pub customers_done: u64,
    pub last_handover_id: Option<String>,
    /// Days until WeCom lets nothing be inherited any more, one year after leaving.
    pub days_left: Option<i64>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LeaverQuery {
    /// Part of the name, or start of the userid.
    pub q: Option<String>,
    /// `waiting`, `in_progress`, `done` or `all`.
    pub state: Option<String>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}

/// A leaver with what its customers are like.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeaverDetail {
    #[serde(flatten)]
    pub leaver: Leaver,
    pub leader: Option<Person>,
    pub tags: Vec<TagCount>,
    pub regions: Vec<RegionCount>,
    pub added_by_month: Vec<MonthCount>,
    pub add_ways: Vec<AddWayCount>,
    pub handovers: Vec<HandoverSummary>,
    pub assets_checked_at: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    pub userid: String,
    pub name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TagCount {
    pub id: String,
    pub name: String,
    pub group_name: String,
    pub count: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RegionCount {
    pub name: String,
    pub count: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MonthCount {
    /// `2026-01`.
    pub month: String,
    pub count: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AddWayCount {
    pub add_way: i64,
    pub count: u64,
}

/// A customer of a leaver.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerOfLeaver {
    pub external_userid: String,
    pub name: String,
    pub remark: String,
    pub tags: Vec<TagName>,
    pub region: Option<String>,
    pub added_at: Option<i64>,
    pub add_way: Option<i64>,
    /// Other members that follow the customer.
    pub other_followers: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TagName {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CustomerQuery {
    /// Part of the name or the remark.
    pub q: Option<String>,
    /// Only with this tag.
    pub tag: Option<String>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerGroup {
    pub chat_id: String,
    pub name: String,
    pub members: u64,
    /// Of these, customers.
    pub customers: u64,
    pub created_at: i64,
    /// 0 followed, 1 owner left, 2 being inherited, 3 inherited.
    pub status: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TagGroup {
    pub group_id: String,
    pub name: String,
    pub tags: Vec<TagName>,
}
