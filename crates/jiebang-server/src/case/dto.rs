//! Cases as they are asked for and told of.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::handover::dto::HandoverSummary;
use crate::names::{CaseItemKind, CaseReason, CaseState};

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseQuery {
    pub state: Option<CaseState>,
    /// Id of the account that sees to it.
    pub owner: Option<Uuid>,
    /// Whose case.
    #[param(value_type = Option<String>)]
    pub userid: Option<jiebang_domain::id::UserId>,
    pub cursor: Option<String>,
    pub limit: Option<u64>,
}

/// Whose case is to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseInput {
    #[schema(value_type = String)]
    pub userid: jiebang_domain::id::UserId,
}

/// A case in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseSummary {
    pub id: Uuid,
    pub userid: String,
    pub name: String,
    pub reason: CaseReason,
    pub state: CaseState,
    /// Name of the checklist it was opened with.
    pub template: String,
    pub opened_by: String,
    pub opened_at: i64,
    pub due_at: i64,
    pub owner: Option<Uuid>,
    pub owner_name: Option<String>,
    pub closed_at: Option<i64>,
    pub closed_by: Option<String>,
    pub closing: String,
    /// What the member had when it was opened.
    pub customers: i64,
    pub groups: i64,
    pub items_total: u64,
    pub items_done: u64,
    /// Mandatory items that are open: they keep it from being closed.
    pub items_blocking: u64,
    pub items_overdue: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Case {
    #[serde(flatten)]
    pub summary: CaseSummary,
    pub items: Vec<CaseItem>,
    pub comments: Vec<CaseComment>,
    pub handovers: Vec<HandoverSummary>,
    /// The lists were read since the case was opened or the member left; before that, nothing can
    /// be taken as handed over.
    pub assets_known: bool,
    /// What waits now.
    pub customers_waiting: u64,
    pub groups_waiting: u64,
    /// Accounts that can sign in, and their open sessions.
    pub access: u64,
    /// The member is in the corp and active again: the case can be closed as it is.
    pub is_back: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CaseItem {
    pub number: i64,
    pub title: String,
    pub mandatory: bool,
    /// All but `manual` are done by the facts.
    pub kind: CaseItemKind,
    pub is_done: bool,
    pub is_overdue: bool,
    pub due_at: i64,
    pub owner: Option<Uuid>,
    pub owner_name: Option<String>,
    pub done_at: Option<i64>,
    pub done_by: Option<String>,
    pub done_by_name: Option<String>,
    pub note: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CaseComment {
    pub id: Uuid,
    pub at: i64,
    pub by: String,
    pub by_name: Option<String>,
    pub body: String,
}

/// Accounts that can see to a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseOwners {
    pub items: Vec<CaseOwner>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CaseOwner {
    pub id: Uuid,
    pub name: String,
}

/// What is to be changed of a case; absent fields stay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseChange {
    /// Id of the account that sees to it; an empty text: nobody.
    pub owner: Option<String>,
    pub due_at: Option<i64>,
}

/// What is to be changed of an item; absent fields stay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseItemChange {
    pub done: Option<bool>,
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    pub due_at: Option<i64>,
    /// Id of the account that sees to it; an empty text: nobody.
    pub owner: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseCommentInput {
    #[schema(max_length = 2000)]
    pub body: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseClosing {
    /// How it ended; needed where mandatory items are open because the member is back.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub closing: String,
}

/// The checklists by role, the first that fits is taken.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseTemplates {
    pub templates: Vec<CaseTemplate>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseTemplate {
    pub name: String,
    /// Members whose position holds one of these texts; all others where there is none.
    pub positions: Vec<String>,
    pub items: Vec<CaseTemplateItem>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseTemplateItem {
    #[schema(max_length = 120)]
    pub title: String,
    pub mandatory: bool,
    pub kind: CaseItemKind,
    /// Days after the opening by which it is due.
    #[schema(minimum = 0, maximum = 365)]
    pub due_days: i64,
}
