//! Rows that wait for two persons: what is asked, by whom it was answered, and the policy.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiebang_app::handover::approve::{self, Asked, reasons_of};
use jiebang_app::settings;
use jiebang_domain::access::Actor;
use jiebang_domain::handover::approval::{self, APPROVERS, Decision, Why};
use jiebang_domain::id::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::extract::{At, Body, Signed};
use crate::names::{HandoverState, SubjectKind, VoteDecision, WhyName};
use crate::page::Page;
use crate::problem::Problem;
use crate::rule::dto::Condition;
use crate::state::Web;

/// A word on the rows that wait.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoteInput {
    /// `digest` of the rows that were shown.
    #[schema(max_length = 64)]
    pub digest: String,
    /// Must say why if it is a no.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub comment: String,
}

/// What two persons are asked, and how far that has come.
#[derive(Debug, Serialize, ToSchema)]
pub struct Approvals {
    pub handover: Uuid,
    pub leaver: String,
    pub leaver_name: String,
    pub state: HandoverState,
    /// Who planned, and who planned or put rows back last: `account:<id>`.
    pub makers: Vec<String>,
    /// Names the rows that wait; to be given back with a vote.
    pub digest: String,
    pub rows: Vec<AskedRow>,
    /// How many different persons have to say yes.
    pub needed: u64,
    /// Those who said yes to these rows: `account:<id>`.
    pub approved_by: Vec<String>,
    /// Every vote there ever was, oldest first.
    pub votes: Vec<Vote>,
    /// Whether whoever asks could say yes or no now.
    pub may_vote: bool,
}

/// A row that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedRow {
    pub row_no: i64,
    pub subject_kind: SubjectKind,
    pub subject_id: String,
    pub name: String,
    pub successor: Option<String>,
    pub successor_name: Option<String>,
    pub why: Vec<AskedWhy>,
}

/// Why a row needs approval.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedWhy {
    pub why: WhyName,
    /// Place of the rule that says the customer is important, from 0.
    pub rule: Option<u64>,
}

/// What somebody said.
#[derive(Debug, Serialize, ToSchema)]
pub struct Vote {
    /// `account:<id>`.
    pub account: String,
    pub account_name: Option<String>,
    pub decision: VoteDecision,
    pub comment: String,
    pub at: i64,
    pub withdrawn_at: Option<i64>,
    /// It is about the rows that wait now.
    pub present: bool,
}

/// Rows of a handover that were decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct Decided {
    pub handover: Uuid,
    pub leaver: String,
    pub leaver_name: String,
    pub decision: VoteDecision,
    /// When the last word fell.
    pub at: i64,
    /// What was said, oldest first.
    pub votes: Vec<Vote>,
}

/// Which rows need approval, and who is tried after a refusal.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalPolicy {
    /// Customers that meet one of these need approval.
    pub vip: Vec<Condition>,
    /// So does what would use the last in-service transfer of 90 days.
    pub second_transfer: bool,
    pub next_successor: NextSuccessor,
    /// Most members tried for one row after the planned one.
    #[schema(minimum = 1, maximum = 3)]
    pub tries: u32,
}

/// Who is tried when a successor does not get a customer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub enum NextSuccessor {
    None {},
    RunnerUp {},
    List {
        #[schema(value_type = Vec<String>)]
        userids: Vec<UserId>,
    },
}

impl From<Asked> for Approvals {
    fn from(asked: Asked) -> Self {
        let digest = asked.digest;
        let (successors, voters) = (asked.successor_names, asked.voter_names);
        let votes = asked
            .votes
            .into_iter()
            .map(|vote| Vote::of(vote, &voters, &digest))
            .collect();
        let mut makers = vec![asked.handover.created_by];
        makers.extend(asked.handover.planned_by);
        makers.dedup();
        Self {
            handover: asked.handover.id,
            leaver: asked.handover.leaver,
            leaver_name: asked.handover.leaver_name,
            state: HandoverState::from(asked.handover.state),
            makers,
            digest,
            rows: asked
                .rows
                .into_iter()
                .map(|row| AskedRow {
                    why: reasons_of(&row).into_iter().map(AskedWhy::from).collect(),
                    row_no: i64::from(row.row_no),
                    subject_kind: SubjectKind::from(row.subject_kind),
                    subject_id: row.subject_id,
                    name: row.name,
                    successor_name: row
                        .successor
                        .as_ref()
                        .and_then(|id| successors.get(id))
                        .cloned(),
                    successor: row.successor,
                })
                .collect(),
            needed: APPROVERS as u64,
            approved_by: asked.approved_by.into_iter().collect(),
            votes,
            may_vote: asked.may_vote,
        }
    }
}

impl Vote {
    /// `present`: the digest of the rows that wait now.
    fn of(vote: approve::VoteRecord, names: &BTreeMap<String, String>, present: &str) -> Self {
        Self {
            present: vote.digest == present,
            account_name: names.get(&vote.account).cloned(),
            account: vote.account,
            decision: VoteDecision::from(vote.decision),
            comment: vote.comment,
            at: vote.at,
            withdrawn_at: vote.withdrawn_at,
        }
    }
}

impl From<approve::Decided> for Decided {
    fn from(decided: approve::Decided) -> Self {
        let names = decided.voter_names;
        let votes = decided.votes.into_iter();
        let votes: Vec<Vote> = votes.map(|vote| Vote::of(vote, &names, "")).collect();
        Self {
            handover: decided.handover.id,
            leaver: decided.handover.leaver,
            leaver_name: decided.handover.leaver_name,
            decision: VoteDecision::from(decided.decision.as_str()),
            at: votes.last().map_or(0, |vote| vote.at),
            votes,
        }
    }
}

impl From<Why> for AskedWhy {
    fn from(why: Why) -> Self {
        match why {
            Why::Vip { rule } => Self {
                why: WhyName::from("vip"),
                rule: Some(rule as u64),
            },
            Why::SecondTransfer => Self {
                why: WhyName::from("second_transfer"),
                rule: None,
            },
        }
    }
}

impl From<approval::Policy> for ApprovalPolicy {
    fn from(policy: approval::Policy) -> Self {
        Self {
            vip: policy.vip.into_iter().map(Condition::from).collect(),
            second_transfer: policy.second_transfer,
            next_successor: match policy.next_successor {
                approval::NextSuccessor::None => NextSuccessor::None {},
                approval::NextSuccessor::RunnerUp => NextSuccessor::RunnerUp {},
                approval::NextSuccessor::List { userids } => NextSuccessor::List { userids },
            },
            tries: policy.tries,
        }
    }
}

impl From<ApprovalPolicy> for approval::Policy {
    fn from(policy: ApprovalPolicy) -> Self {
        Self {
            vip: policy.vip.into_iter().map(Into::into).collect(),
            second_transfer: policy.second_transfer,
            next_successor: match policy.next_successor {
                NextSuccessor::None {} => approval::NextSuccessor::None,
                NextSuccessor::RunnerUp {} => approval::NextSuccessor::RunnerUp,
                NextSuccessor::List { userids } => approval::NextSuccessor::List { userids },
            },
            tries: policy.tries,
        }
    }
}

/// The handovers with rows that wait for two persons, newest first.
#[utoipa::path(
    get,
    path = "/approvals",
    tag = "handover",
    responses((status = 200, body = Page<Approvals>))
)]
pub async fn list_approvals(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<Page<Approvals>>, Problem> {
    let found = approve::list_approvals(web.app(), &signed.actor).await?;
    Ok(Json(Page::whole(
        found.into_iter().map(Approvals::from).collect(),
    )))
}

/// What was decided of late, the latest first.
#[utoipa::path(
    get,
    path = "/approvals/decided",
    tag = "handover",
    responses((status = 200, body = Page<Decided>))
)]
pub async fn list_decided_approvals(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<Page<Decided>>, Problem> {
    let found = approve::list_decided(web.app(), &signed.actor).await?;
    Ok(Json(Page::whole(
        found.into_iter().map(Decided::from).collect(),
    )))
}

/// What is asked of a handover, and what was said.
#[utoipa::path(
    get,
    path = "/handovers/{id}/approvals",
    tag = "handover",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Approvals))
)]
pub async fn show_approvals(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<Json<Approvals>, Problem> {
    show(&web, &signed.actor, id).await
}

/// Says yes. The second yes lets the rows go on, which cannot be undone.
#[utoipa::path(
    post,
    path = "/handovers/{id}/approve",
    tag = "handover",
    params(("id" = Uuid, Path)),
    request_body = VoteInput,
    responses((status = 200, body = Approvals))
)]
pub async fn approve_rows(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
    Body(input): Body<VoteInput>,
) -> Result<Json<Approvals>, Problem> {
    vote(&web, &signed.actor, id, &input, Decision::Approve).await
}

/// Says no, which ends the rows.
#[utoipa::path(
    post,
    path = "/handovers/{id}/decline",
    tag = "handover",
    params(("id" = Uuid, Path)),
    request_body = VoteInput,
    responses((status = 200, body = Approvals))
)]
pub async fn decline_rows(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
    Body(input): Body<VoteInput>,
) -> Result<Json<Approvals>, Problem> {
    vote(&web, &signed.actor, id, &input, Decision::Decline).await
}

async fn vote(
    web: &Web,
    actor: &Actor,
    id: Uuid,
    input: &VoteInput,
    decision: Decision,
) -> Result<Json<Approvals>, Problem> {
    let (digest, comment) = (&input.digest, &input.comment);
    approve::vote(web.app(), actor, id, digest, decision, comment).await?;
    show(web, actor, id).await
}

/// Takes one's yes back, as long as the second one is missing.
#[utoipa::path(
    post,
    path = "/handovers/{id}/withdraw-approval",
    tag = "handover",
    params(("id" = Uuid, Path)),
    responses((status = 204))
)]
pub async fn withdraw_approval(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<StatusCode, Problem> {
    approve::withdraw(web.app(), &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn show(web: &Web, actor: &Actor, id: Uuid) -> Result<Json<Approvals>, Problem> {
    let asked = approve::get_approvals(web.app(), actor, id).await?;
    Ok(Json(Approvals::from(asked)))
}

/// The policy.
#[utoipa::path(
    get,
    path = "/settings/approval",
    tag = "settings",
    responses((status = 200, body = ApprovalPolicy))
)]
pub async fn show_approval_policy(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<ApprovalPolicy>, Problem> {
    let policy = settings::view_approval(web.app(), &signed.actor).await?;
    Ok(Json(ApprovalPolicy::from(policy)))
}

/// Changes the policy. Drafts that were planned before have to be planned anew.
#[utoipa::path(
    put,
    path = "/settings/approval",
    tag = "settings",
    request_body = ApprovalPolicy,
    responses((status = 200, body = ApprovalPolicy))
)]
pub async fn change_approval_policy(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<ApprovalPolicy>,
) -> Result<Json<ApprovalPolicy>, Problem> {
    let policy = settings::change_approval(web.app(), &signed.actor, input.into()).await?;
    Ok(Json(ApprovalPolicy::from(policy)))
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_approvals))
        .routes(routes!(list_decided_approvals))
        .routes(routes!(show_approvals))
        .routes(routes!(approve_rows))
        .routes(routes!(decline_rows))
        .routes(routes!(withdraw_approval))
        .routes(routes!(show_approval_policy, change_approval_policy))
}
