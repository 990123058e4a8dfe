//! Handovers as they are asked for and told of.

use jiebang_domain::id::{ChatId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::approval::AskedWhy;
pub use super::record_dto::*;
use crate::names::{
    CarryState, FactorName, HandoverKind, HandoverState, NoticeState, PredictionName, ReasonMode,
    RowStateName, SubjectKind,
};
use crate::rule::dto::{Condition, Pin, Rule, RuleSetRef, Share};

/// A handover as it is wanted.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverInput {
    /// Userid of the member whose customers and groups are handed over.
    #[schema(value_type = String)]
    pub leaver: UserId,
    /// By the state of the leaver when absent.
    pub kind: Option<HandoverKind>,
    /// Customers; none when absent.
    pub customers: Option<CustomerChoice>,
    /// Groups; none when absent.
    pub groups: Option<GroupChoice>,
    pub assignment: Assignment,
    /// Who takes the groups, evenly; the successors of the assignment when empty.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub groups_to: Vec<UserId>,
    /// Customers that go to this member, whatever the rules say.
    #[serde(default)]
    pub must: Vec<Pin>,
    /// Customers that must not go to this member.
    #[serde(default)]
    pub must_not: Vec<Pin>,
    /// Most customers that each successor gets by this handover.
    pub cap: Option<u32>,
    /// How much of the conversation record the successors may see.
    #[serde(default)]
    pub record_scope: RecordScope,
    /// Types of messages (`text`, `image`, …) it is for; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub record_kinds: Vec<String>,
    /// Remark for the successors; WeCom does not see it.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub note: String,
    /// Shown to the customers by WeCom; only when the member is still employed.
    #[schema(max_length = 200)]
    pub message: Option<String>,
    /// With PUT: the version that is to be replaced.
    pub version: Option<i64>,
}

/// Which customers are meant: those that meet the filter.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerChoice {
    #[serde(default)]
    pub filter: Condition,
}

/// Which groups are meant.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupChoice {
    /// Only these; all of the leaver's when absent.
    #[schema(value_type = Option<Vec<String>>)]
    pub only: Option<Vec<ChatId>>,
}

/// How customers are shared out.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub enum Assignment {
    /// All to one.
    One {
        #[schema(value_type = String)]
        to: UserId,
    },
    /// Evenly over several.
    Evenly {
        #[schema(value_type = Vec<String>)]
        to: Vec<UserId>,
    },
    /// The first rule that holds decides; the rest goes to `otherwise`, or is listed.
    Rules {
        rules: Vec<Rule>,
        #[serde(default)]
        #[schema(value_type = Option<Vec<String>>)]
        otherwise: Option<Vec<UserId>>,
    },
    /// By a saved rule set, in its latest version. A handover tells the rules it was planned
    /// with, and in `rule_set` where they are from.
    RuleSet { id: Uuid },
}

/// How much of the conversation record the successors may see after takeover.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub enum RecordScope {
    None {},
    Days { days: u32 },
    All {},
}

impl Default for RecordScope {
    fn default() -> Self {
        Self::None {}
    }
}

/// A handover in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoverSummary {
    pub id: Uuid,
    pub kind: HandoverKind,
    pub leaver: String,
    pub leaver_name: String,
    pub state: HandoverState,
    pub created_at: i64,
    pub created_by: String,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub successors: Vec<Successor>,
    pub counts: Counts,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Successor {
    pub userid: String,
    pub name: String,
}

/// Rows of a handover by what they are and where they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counts {
    pub total: u64,
    pub customers: u64,
    pub groups: u64,
    pub planned: u64,
    pub awaiting_approval: u64,
    pub blocked: u64,
    pub unassigned: u64,
    pub intended: u64,
    pub unsure: u64,
    pub postponed: u64,
    pub waiting: u64,
    pub taken_over: u64,
    pub refused: u64,
    pub full: u64,
    pub no_relation: u64,
    pub failed: u64,
    pub cancelled: u64,
    pub carried: u64,
    pub carry_failed: u64,
    pub carry_pending: u64,
}

/// A handover with its plan and where it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Handover {
    #[serde(flatten)]
    pub summary: HandoverSummary,
    pub request: HandoverInput,
    /// The saved rule set its rules are of.
    pub rule_set: Option<RuleSetRef>,
    pub record_scope: RecordScope,
    pub note: String,
    pub message: Option<String>,
    /// Goes up with every change of the plan.
    pub version: i64,
    pub dry_run: DryRun,
    pub by_prediction: Vec<PredictionCount>,
    pub by_successor: Vec<SuccessorProgress>,
    /// When the platform is asked next.
    pub next_poll_at: Option<i64>,
    /// Transfer calls made so far.
    pub api_calls: u64,
    /// Things worth a look, texts under `flag.CODE`.
    pub flags: Vec<Flag>,
}

/// What will happen, known before anything is done.
#[derive(Debug, Serialize, ToSchema)]
pub struct DryRun {
    /// Rows that should go through.
    pub fine: u64,
    /// Rows that are submitted with something to know about them.
    pub with_note: u64,
    /// Rows that cannot be submitted.
    pub blocked: u64,
    /// Rows no rule takes.
    pub unassigned: u64,
    /// Submitted rows that wait for two persons to say yes.
    pub awaiting_approval: u64,
    /// Submitted rows that use the last in-service transfer of 90 days.
    pub second_transfers: u64,
    pub by_prediction: Vec<PredictionCount>,
    pub by_successor: Vec<SuccessorPlan>,
    /// Transfer calls needed.
    pub calls: u64,
    /// Days over which the groups are spread.
    pub groups_days: u64,
    pub submit_done_at: i64,
    /// When the last row should be decided.
    pub finish_at: i64,
    pub rows_total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PredictionCount {
    pub prediction: PredictionName,
    pub subject_kind: SubjectKind,
    pub count: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SuccessorPlan {
    pub userid: String,
    pub name: String,
    pub customers: u64,
    pub groups: u64,
    /// Customers the successor has already.
    pub already: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SuccessorProgress {
    pub userid: String,
    pub name: String,
    pub customers: u64,
    pub groups: u64,
    pub taken_over: u64,
    pub refused: u64,
    pub failed: u64,
    pub waiting: u64,
    pub notice: SuccessorNotice,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SuccessorNotice {
    pub state: NoticeState,
    pub sent_at: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Flag {
    pub code: String,
    pub count: u64,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HandoverQuery {
    /// `draft`, `running`, `finished` or `cancelled`.
    pub state: Option<String>,
    /// Userid.
    pub leaver: Option<String>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}

/// Confirms what is to be carried out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartInput {
    /// Rows that will be submitted, as shown to whoever confirms: `counts.planned`.
    pub confirm_total: u64,
    /// Version of the plan that was shown.
    pub version: i64,
}

/// Which ended rows are tried again: by number or by state.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryInput {
    pub rows: Option<Vec<i64>>,
    /// `refused`, `failed` or `full`.
    pub states: Option<Vec<RowStateName>>,
    /// To another successor.
    #[schema(value_type = Option<String>)]
    pub to: Option<UserId>,
}

/// One customer or group of a handover.
#[derive(Debug, Serialize, ToSchema)]
pub struct Row {
    pub row_no: i64,
    pub subject_kind: SubjectKind,
    pub subject_id: String,
    pub name: String,
    pub successor: Option<String>,
    pub successor_name: Option<String>,
    pub reason: RowReason,
    pub prediction: PredictionName,
    #[schema(value_type = Option<Object>)]
    pub prediction_detail: Option<serde_json::Value>,
    pub state: RowStateName,
    pub errcode: Option<i64>,
    /// What the code means and what to do, in the reader's language.
    pub error_text: Option<String>,
    pub waiting_until: Option<i64>,
    pub not_before: Option<i64>,
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub carry: CarryState,
    #[schema(value_type = Option<Object>)]
    pub carry_detail: Option<serde_json::Value>,
    pub updated_at: i64,
    /// Remark for the successor of this row alone.
    pub note: Option<String>,
    /// Why it needs approval; empty if it does not.
    pub approval: Vec<AskedWhy>,
}

/// Why the row goes where it goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowReason {
    pub mode: ReasonMode,
    /// Name of the rule.
    pub rule: Option<String>,
    /// How the rule shares.
    pub share: Option<Share>,
    /// Why the successor fits, where the rule shares by affinity.
    pub factors: Vec<Factor>,
    /// What the points of `factors` add up to.
    pub points: i64,
    /// Userid of who would be next.
    pub runner_up: Option<String>,
    pub runner_up_factors: Vec<Factor>,
    pub runner_up_points: i64,
}

/// One reason why a successor fits.
#[derive(Debug, Serialize, ToSchema)]
pub struct Factor {
    pub factor: FactorName,
    pub points: i64,
}

/// A handover that is planned and started at once.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunInput {
    pub handover: HandoverInput,
    /// Rows that will be submitted, as the preview told: another number is refused.
    pub confirm_total: u64,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RowQuery {
    /// One state, or several with commas.
    pub state: Option<String>,
    /// `customer` or `group`.
    pub subject_kind: Option<String>,
    /// Userid.
    pub successor: Option<String>,
    pub prediction: Option<String>,
    /// How far remark and tags are written.
    pub carry: Option<String>,
    /// Part of the name, or the id.
    pub q: Option<String>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// One state, or several with commas.
    pub state: Option<String>,
    /// `customer` or `group`.
    pub subject_kind: Option<String>,
    /// Userid.
    pub successor: Option<String>,
    pub prediction: Option<String>,
    /// How far remark and tags are written.
    pub carry: Option<String>,
    /// Part of the name, or the id.
    pub q: Option<String>,
}

/// A row with how we know where it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowDetail {
    #[serde(flatten)]
    pub row: Row,
    pub steps: Vec<Step>,
    /// What the leaver had noted of the customer when the handover was planned.
    #[schema(value_type = Option<Object>)]
    pub snapshot: Option<serde_json::Value>,
}

/// Data of the event `progress`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Progress {
    pub state: HandoverState,
    pub counts: Counts,
    pub next_poll_at: Option<i64>,
    pub now: i64,
}
