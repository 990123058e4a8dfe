//! Customers as they are told of.

use jiebang_app::customer as told;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::directory::dto::TagName;
use crate::handover::dto::RowReason;
use crate::names::{HandoverKind, RowStateName, StandingName, TimelineKind};

/// A member by id and name.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberName {
    pub userid: String,
    /// Empty if it was never read.
    pub name: String,
}

/// A customer in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Customer {
    pub external_userid: String,
    pub name: String,
    /// Where a WeCom user works; empty for WeChat users.
    pub corp_name: String,
    pub state: StandingName,
    /// Who serves it now.
    pub members: Vec<MemberName>,
    pub tags: Vec<TagName>,
    /// How often a handover has passed it on.
    pub passed_on: u64,
}

/// A customer with everybody who serves or served it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerDetail {
    pub external_userid: String,
    pub name: String,
    pub corp_name: String,
    pub position: String,
    pub first_seen_at: Option<i64>,
    pub state: StandingName,
    /// The oldest first.
    pub relations: Vec<Relation>,
    pub groups: Vec<GroupOfCustomer>,
    /// The newest first.
    pub handovers: Vec<HandoverOfCustomer>,
}

/// A member's relation with a customer, ended or not.
#[derive(Debug, Serialize, ToSchema)]
pub struct Relation {
    pub member: MemberName,
    pub remark: String,
    pub description: String,
    pub remark_company: String,
    pub tags: Vec<TagName>,
    pub personal_tags: Vec<String>,
    pub add_way: i64,
    pub added_at: i64,
    pub ended_at: Option<i64>,
    /// When the member left: from then on it served nobody.
    pub left_at: Option<i64>,
    /// `deleted_by_member`, `deleted_by_customer`, `transferred` or `gone_from_list`.
    pub end_reason: Option<String>,
}

/// A group a customer is in.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupOfCustomer {
    pub chat_id: String,
    pub name: String,
    pub owner: MemberName,
    pub joined_at: i64,
    pub is_dismissed: bool,
}

/// A row that hands or handed over a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoverOfCustomer {
    pub handover: Uuid,
    pub row_no: i64,
    pub kind: HandoverKind,
    pub leaver: MemberName,
    pub successor: Option<MemberName>,
    pub state: RowStateName,
    pub created_at: i64,
    pub ended_at: Option<i64>,
    /// Remark for the successor.
    pub note: Option<String>,
}

/// Something that happened to a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    pub at: i64,
    pub kind: TimelineKind,
    /// `added`, `ended`, `joined`, or the name of a handover's step: `plan`, `submit` …
    pub event: String,
    /// Why a relation ended, what was predicted, or what came of a step.
    pub outcome: Option<String>,
    /// `system`, `operator` or `account:…`; absent where WeCom does not tell.
    pub actor: Option<String>,
    pub actor_name: Option<String>,
    /// Whose relation; the leaver of a handover; the owner of a group.
    pub member: Option<MemberName>,
    pub successor: Option<MemberName>,
    pub handover: Option<Uuid>,
    pub row_no: Option<i64>,
    /// Why the customer goes to the successor; with `plan`.
    pub reason: Option<RowReason>,
    pub group_name: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub detail: Option<serde_json::Value>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CustomerListQuery {
    /// Part of the name or of a remark, or the id.
    pub q: Option<String>,
    /// Userid of a member who serves them now.
    pub member: Option<String>,
    /// Tag id.
    pub tag: Option<String>,
    /// Whether a handover has ever passed them on.
    pub passed_on: Option<bool>,
    /// `served`, `in_transfer`, `waiting` or `lost`.
    pub state: Option<String>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CustomerExportQuery {
    /// Part of the name or of a remark, or the id.
    pub q: Option<String>,
    /// Userid of a member who serves them now.
    pub member: Option<String>,
    /// Tag id.
    pub tag: Option<String>,
    /// Whether a handover has ever passed them on.
    pub passed_on: Option<bool>,
    /// `served`, `in_transfer`, `waiting` or `lost`.
    pub state: Option<String>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TimelineQuery {
    /// `relation`, `handover` or `group`.
    pub kind: Option<String>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}

impl From<told::Person> for MemberName {
    fn from(person: told::Person) -> Self {
        Self {
            userid: person.userid,
            name: person.name,
        }
    }
}

impl From<told::CustomerSummary> for Customer {
    fn from(one: told::CustomerSummary) -> Self {
        Self {
            external_userid: one.external_userid,
            name: one.name,
            corp_name: one.corp_name,
            state: StandingName::from(one.standing.as_str()),
            members: one.members.into_iter().map(MemberName::from).collect(),
            tags: one.tags.into_iter().map(TagName::from).collect(),
            passed_on: one.passed_on,
        }
    }
}

impl From<told::CustomerDetail> for CustomerDetail {
    fn from(one: told::CustomerDetail) -> Self {
        let group = |group: told::GroupOfCustomer| GroupOfCustomer {
            chat_id: group.chat_id,
            name: group.name,
            owner: MemberName::from(group.owner),
            joined_at: group.joined_at,
            is_dismissed: group.is_dismissed,
        };
        let handover = |row: told::HandoverOfCustomer| HandoverOfCustomer {
            handover: row.handover,
            row_no: i64::from(row.row_no),
            kind: HandoverKind::from(row.kind),
            leaver: MemberName::from(row.leaver),
            successor: row.successor.map(MemberName::from),
            state: RowStateName::from(row.state),
            created_at: row.created_at,
            ended_at: row.ended_at,
            note: row.note,
        };
        Self {
            external_userid: one.external_userid,
            name: one.name,
            corp_name: one.corp_name,
            position: one.position,
            first_seen_at: one.first_seen_at,
            state: StandingName::from(one.standing.as_str()),
            relations: one.relations.into_iter().map(Relation::from).collect(),
            groups: one.groups.into_iter().map(group).collect(),
            handovers: one.handovers.into_iter().map(handover).collect(),
        }
    }
}

impl From<told::Relation> for Relation {
    fn from(one: told::Relation) -> Self {
        Self {
            member: MemberName::from(one.member),
            remark: one.remark,
            description: one.description,
            remark_company: one.remark_company,
            tags: one.tags.into_iter().map(TagName::from).collect(),
            personal_tags: one.personal_tags,
            add_way: one.add_way,
            added_at: one.added_at,
            ended_at: one.ended_at,
            left_at: one.left_at,
            end_reason: one.end_reason,
        }
    }
}

impl From<told::Entry> for TimelineEntry {
    fn from(entry: told::Entry) -> Self {
        Self {
            at: entry.at,
            kind: TimelineKind::from(entry.kind.as_str()),
            event: entry.event,
            outcome: entry.outcome,
            actor: entry.actor,
            actor_name: entry.actor_name,
            member: entry.member.map(MemberName::from),
            successor: entry.successor.map(MemberName::from),
            handover: entry.handover,
            row_no: entry.row_no.map(i64::from),
            reason: entry.reason.map(RowReason::from),
            group_name: entry.group_name,
            detail: entry.detail,
        }
    }
}
