//! Who may call what: one table of every operation. A request that is not in it is refused, and
//! the OpenAPI document carries the same table, so a test can hold every route against it.
//!
//! The gate looks at the role only; the use case decides again with the departments in hand.

use jiebang_domain::access::Act;

/// What it takes to call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Nothing.
    Public,
    /// A session, whatever its role, also one whose password must be changed first.
    SignedIn,
    /// A session whose role carries the right.
    Act(Act),
}

impl Gate {
    /// How the OpenAPI document names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::SignedIn => "signed_in",
            Self::Act(act) => act.as_str(),
        }
    }
}

/// One operation.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    pub method: &'static str,
    /// Path template below `/api/v1`.
    pub path: &'static str,
    pub gate: Gate,
}

impl Operation {
    /// Whether an `Idempotency-Key` is honoured: on every POST with a session, but for answers
    /// that hold a password or messages, which would have to be stored to be given again.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        let gives_password =
            self.path.starts_with("/accounts") || self.path.starts_with("/session/");
        let gives_messages = self.path.starts_with("/archive");
        self.method == "POST" && self.gate != Gate::Public && !gives_password && !gives_messages
    }
}

const fn op(method: &'static str, path: &'static str, gate: Gate) -> Operation {
    Operation { method, path, gate }
}

/// Every operation of the API.
pub const OPERATIONS: &[Operation] = &[
    op("GET", "/openapi.json", Gate::Public),
    op("POST", "/session", Gate::Public),
    op("GET", "/session", Gate::SignedIn),
    op("DELETE", "/session", Gate::SignedIn),
    op("POST", "/session/password", Gate::SignedIn),
    op("POST", "/session/step-up", Gate::SignedIn),
    op("GET", "/session/wecom", Gate::Public),
    op("GET", "/session/wecom/callback", Gate::Public),
    op("GET", "/overview", Gate::Act(Act::OverviewView)),
    op("GET", "/departments", Gate::Act(Act::DirectoryView)),
    op("GET", "/members", Gate::Act(Act::DirectoryView)),
    op("GET", "/tags", Gate::Act(Act::DirectoryView)),
    op("GET", "/leavers", Gate::Act(Act::LeaverView)),
    op("GET", "/leavers/{userid}", Gate::Act(Act::LeaverView)),
    op(
        "GET",
        "/leavers/{userid}/customers",
        Gate::Act(Act::CustomerView),
    ),
    op(
        "GET",
        "/leavers/{userid}/groups",
        Gate::Act(Act::CustomerView),
    ),
    op("GET", "/archive", Gate::Act(Act::ArchiveStatus)),
    op("GET", "/archive/members", Gate::Act(Act::ArchiveStatus)),
    op("POST", "/archive/pull", Gate::Act(Act::ArchiveManage)),
    op(
        "POST",
        "/archive/parked/known",
        Gate::Act(Act::ArchiveManage),
    ),
    op(
        "POST",
        "/archive/parked/retry",
        Gate::Act(Act::ArchiveManage),
    ),
    op("GET", "/archive/keys", Gate::Act(Act::ArchiveStatus)),
    op("GET", "/archive/corp-keys", Gate::Act(Act::ArchiveStatus)),
    op("POST", "/archive/corp-keys", Gate::Act(Act::ArchiveManage)),
    op(
        "POST",
        "/archive/conversation-keys",
        Gate::Act(Act::ArchiveManage),
    ),
    op(
        "POST",
        "/archive/conversations/{id}/keys",
        Gate::Act(Act::ArchiveManage),
    ),
    op("POST", "/archive/keys", Gate::Act(Act::ArchiveManage)),
    op(
        "DELETE",
        "/archive/keys/{version}",
        Gate::Act(Act::ArchiveManage),
    ),
    op("GET", "/archive/reason", Gate::Act(Act::ArchiveRead)),
    op("POST", "/archive/reason", Gate::Act(Act::ArchiveRead)),
    op("POST", "/archive/search", Gate::Act(Act::ArchiveRead)),
    op("GET", "/archive/conversations", Gate::Act(Act::ArchiveRead)),
    op("GET", "/archive/nothing", Gate::Act(Act::ArchiveRead)),
    op(
        "GET",
        "/archive/conversations/{id}/messages",
        Gate::Act(Act::ArchiveRead),
    ),
    op(
        "POST",
        "/archive/conversations/{id}/evidence",
        Gate::Act(Act::ArchiveEvidence),
    ),
    op(
        "GET",
        "/archive/conversations/{id}/evidence",
        Gate::Act(Act::ArchiveEvidence),
    ),
    op(
        "GET",
        "/archive/evidence-key",
        Gate::Act(Act::ArchiveStatus),
    ),
    op(
        "GET",
        "/archive/evidence-verifier",
        Gate::Act(Act::ArchiveStatus),
    ),
    op(
        "GET",
        "/archive/messages/{id}/files/{place}",
        Gate::Act(Act::ArchiveRead),
    ),
    op("GET", "/archive/policies", Gate::Act(Act::ArchiveStatus)),
    op("POST", "/archive/policies", Gate::Act(Act::ArchiveManage)),
    op(
        "GET",
        "/archive/policies/{id}",
        Gate::Act(Act::ArchiveStatus),
    ),
    op(
        "POST",
        "/archive/policies/{id}/simulate",
        Gate::Act(Act::ArchiveManage),
    ),
    op(
        "POST",
        "/archive/policies/{id}/activate",
        Gate::Act(Act::ArchiveManage),
    ),
    op("GET", "/archive/holds", Gate::Act(Act::ArchiveKeeping)),
    op("POST", "/archive/holds", Gate::Act(Act::ArchiveManage)),
    op(
        "GET",
        "/archive/holds/{id}/released",
        Gate::Act(Act::ArchiveKeeping),
    ),
    op(
        "POST",
        "/archive/holds/{id}/lift",
        Gate::Act(Act::ArchiveManage),
    ),
    op("GET", "/archive/erasures", Gate::Act(Act::ArchiveKeeping)),
    op("POST", "/archive/erasures", Gate::Act(Act::ArchiveManage)),
    op(
        "GET",
        "/archive/erasures/preview",
        Gate::Act(Act::ArchiveManage),
    ),
    op(
        "GET",
        "/archive/erasures/{id}/certificate",
        Gate::Act(Act::ArchiveKeeping),
    ),
    op(
        "GET",
        "/archive/consents/{external_userid}",
        Gate::Act(Act::ArchiveStatus),
    ),
    op("GET", "/archive/reviews", Gate::Act(Act::ArchiveReview)),
    op("POST", "/archive/reviews", Gate::Act(Act::ArchiveReview)),
    op(
        "POST",
        "/archive/reviews/preview",
        Gate::Act(Act::ArchiveReview),
    ),
    op(
        "GET",
        "/archive/reviews/report",
        Gate::Act(Act::ArchiveReview),
    ),
    op(
        "GET",
        "/archive/reviews/{id}",
        Gate::Act(Act::ArchiveReview),
    ),
    op(
        "GET",
        "/archive/reviews/{id}/report",
        Gate::Act(Act::ArchiveReview),
    ),
    op(
        "GET",
        "/archive/reviews/{id}/items",
        Gate::Act(Act::ArchiveReview),
    ),
    op(
        "POST",
        "/archive/reviews/{id}/next",
        Gate::Act(Act::ArchiveReview),
    ),
    op(
        "POST",
        "/archive/reviews/{id}/items/{number}/open",
        Gate::Act(Act::ArchiveReview),
    ),
    op(
        "GET",
        "/archive/reviews/{id}/items/{number}/messages",
        Gate::Act(Act::ArchiveReview),
    ),
    op(
        "POST",
        "/archive/reviews/{id}/items/{number}/verdict",
        Gate::Act(Act::ArchiveReview),
    ),
    op(
        "POST",
        "/archive/reviews/{id}/items/{number}/reopen",
        Gate::Act(Act::ArchiveReview),
    ),
    op(
        "POST",
        "/archive/reviews/{id}/items/{number}/handling",
        Gate::Act(Act::ArchiveReview),
    ),
    op(
        "GET",
        "/archive/reviews/{id}/items/{number}/course",
        Gate::Act(Act::ArchiveReview),
    ),
    op(
        "GET",
        "/archive/reviews/{id}/export.csv",
        Gate::Act(Act::ArchiveReview),
    ),
    op(
        "GET",
        "/archive/reviews/{id}/export.xlsx",
        Gate::Act(Act::ArchiveReview),
    ),
    op("GET", "/contact-ways", Gate::Act(Act::ContactWayView)),
    op(
        "GET",
        "/leavers/{userid}/contact-ways",
        Gate::Act(Act::ContactWayView),
    ),
    op(
        "POST",
        "/leavers/{userid}/contact-ways/point",
        Gate::Act(Act::HandoverExecute),
    ),
    op(
        "POST",
        "/leavers/{userid}/contact-ways/by-hand",
        Gate::Act(Act::HandoverExecute),
    ),
    op(
        "GET",
        "/handovers/{id}/contact-ways",
        Gate::Act(Act::ContactWayView),
    ),
    op("GET", "/handovers", Gate::Act(Act::HandoverView)),
    op("POST", "/handovers", Gate::Act(Act::HandoverPlan)),
    op("POST", "/handovers/preview", Gate::Act(Act::HandoverPlan)),
    op("POST", "/handovers/run", Gate::Act(Act::HandoverExecute)),
    op(
        "POST",
        "/handovers/preview-message",
        Gate::Act(Act::HandoverPlan),
    ),
    op("GET", "/handovers/{id}", Gate::Act(Act::HandoverView)),
    op("PUT", "/handovers/{id}", Gate::Act(Act::HandoverPlan)),
    op("DELETE", "/handovers/{id}", Gate::Act(Act::HandoverPlan)),
    op(
        "POST",
        "/handovers/{id}/start",
        Gate::Act(Act::HandoverExecute),
    ),
    op(
        "POST",
        "/handovers/{id}/cancel",
        Gate::Act(Act::HandoverExecute),
    ),
    op(
        "POST",
        "/handovers/{id}/retry",
        Gate::Act(Act::HandoverExecute),
    ),
    op(
        "GET",
        "/handovers/{id}/approvals",
        Gate::Act(Act::HandoverView),
    ),
    op(
        "POST",
        "/handovers/{id}/approve",
        Gate::Act(Act::HandoverApprove),
    ),
    op(
        "POST",
        "/handovers/{id}/decline",
        Gate::Act(Act::HandoverApprove),
    ),
    op(
        "POST",
        "/handovers/{id}/withdraw-approval",
        Gate::Act(Act::HandoverApprove),
    ),
    op("GET", "/orphans", Gate::Act(Act::CustomerView)),
    op(
        "POST",
        "/orphans/{external_userid}/settle",
        Gate::Act(Act::HandoverExecute),
    ),
    op("GET", "/approvals", Gate::Act(Act::HandoverView)),
    op("GET", "/approvals/decided", Gate::Act(Act::HandoverView)),
    op("GET", "/settings/approval", Gate::Act(Act::HandoverView)),
    op("PUT", "/settings/approval", Gate::Act(Act::SettingsChange)),
    op("GET", "/handovers/{id}/rows", Gate::Act(Act::HandoverView)),
    op(
        "GET",
        "/handovers/{id}/rows/{row_no}",
        Gate::Act(Act::HandoverView),
    ),
    op("GET", "/handovers/{id}/steps", Gate::Act(Act::HandoverView)),
    op(
        "GET",
        "/handovers/{id}/record",
        Gate::Act(Act::HandoverView),
    ),
    op(
        "GET",
        "/handovers/{id}/record/values",
        Gate::Act(Act::HandoverView),
    ),
    op(
        "PUT",
        "/handovers/{id}/rows/{row_no}/note",
        Gate::Act(Act::HandoverPlan),
    ),
    op(
        "POST",
        "/handovers/{id}/notes",
        Gate::Act(Act::HandoverPlan),
    ),
    op(
        "GET",
        "/handovers/{id}/export.xlsx",
        Gate::Act(Act::HandoverExport),
    ),
    op(
        "GET",
        "/handovers/{id}/record.csv",
        Gate::Act(Act::HandoverExport),
    ),
    op(
        "GET",
        "/handovers/{id}/record.xlsx",
        Gate::Act(Act::HandoverExport),
    ),
    op("GET", "/first-contacts", Gate::Act(Act::HandoverView)),
    op("GET", "/message-templates", Gate::Act(Act::HandoverPlan)),
    op("POST", "/message-templates", Gate::Act(Act::HandoverPlan)),
    op(
        "PUT",
        "/message-templates/{id}",
        Gate::Act(Act::HandoverPlan),
    ),
    op(
        "DELETE",
        "/message-templates/{id}",
        Gate::Act(Act::HandoverPlan),
    ),
    op("GET", "/customers", Gate::Act(Act::CustomerView)),
    op(
        "GET",
        "/customers/export.csv",
        Gate::Act(Act::HandoverExport),
    ),
    op(
        "GET",
        "/customers/export.xlsx",
        Gate::Act(Act::HandoverExport),
    ),
    op(
        "GET",
        "/customers/{external_userid}",
        Gate::Act(Act::CustomerView),
    ),
    op(
        "GET",
        "/customers/{external_userid}/timeline",
        Gate::Act(Act::CustomerView),
    ),
    op(
        "GET",
        "/handovers/{id}/export.csv",
        Gate::Act(Act::HandoverExport),
    ),
    op(
        "GET",
        "/handovers/{id}/events",
        Gate::Act(Act::HandoverView),
    ),
    op("POST", "/handovers/{id}/undo", Gate::Act(Act::HandoverPlan)),
    op("GET", "/departures", Gate::Act(Act::DepartureView)),
    op(
        "GET",
        "/departures/export.csv",
        Gate::Act(Act::HandoverExport),
    ),
    op("GET", "/departures/{userid}", Gate::Act(Act::DepartureView)),
    op(
        "GET",
        "/departures/{userid}/customers",
        Gate::Act(Act::DepartureView),
    ),
    op(
        "POST",
        "/departures/{userid}/notice-plan",
        Gate::Act(Act::HandoverPlan),
    ),
    op(
        "POST",
        "/departures/{userid}/notice-plan/drafts",
        Gate::Act(Act::HandoverPlan),
    ),
    op("GET", "/outcome", Gate::Act(Act::OutcomeView)),
    op("GET", "/outcome/export.csv", Gate::Act(Act::HandoverExport)),
    op("GET", "/cases", Gate::Act(Act::CaseView)),
    op("POST", "/cases", Gate::Act(Act::CaseManage)),
    op("GET", "/cases/{id}", Gate::Act(Act::CaseView)),
    op("PATCH", "/cases/{id}", Gate::Act(Act::CaseManage)),
    op(
        "PATCH",
        "/cases/{id}/items/{number}",
        Gate::Act(Act::CaseManage),
    ),
    op("POST", "/cases/{id}/comments", Gate::Act(Act::CaseManage)),
    op("POST", "/cases/{id}/close", Gate::Act(Act::CaseManage)),
    op("POST", "/cases/{id}/reopen", Gate::Act(Act::CaseManage)),
    op("GET", "/case-owners", Gate::Act(Act::CaseManage)),
    op("GET", "/case-templates", Gate::Act(Act::CaseView)),
    op("PUT", "/case-templates", Gate::Act(Act::SettingsChange)),
    op("GET", "/rule-sets", Gate::Act(Act::RuleView)),
    op("POST", "/rule-sets", Gate::Act(Act::RuleManage)),
    op("PUT", "/rule-sets/order", Gate::Act(Act::RuleManage)),
    op("GET", "/rule-sets/{id}", Gate::Act(Act::RuleView)),
    op("PUT", "/rule-sets/{id}", Gate::Act(Act::RuleManage)),
    op("DELETE", "/rule-sets/{id}", Gate::Act(Act::RuleManage)),
    op("GET", "/team", Gate::Act(Act::TeamView)),
    op("PUT", "/team/{userid}", Gate::Act(Act::TeamManage)),
    op("POST", "/customer-profiles", Gate::Act(Act::RuleManage)),
    op("GET", "/settings/planning", Gate::Act(Act::RuleView)),
    op("PUT", "/settings/planning", Gate::Act(Act::SettingsChange)),
    op("POST", "/sync", Gate::Act(Act::SyncRun)),
    op("GET", "/sync/runs", Gate::Act(Act::SyncView)),
    op("GET", "/sync/events", Gate::Act(Act::SyncView)),
    op("GET", "/settings/wecom", Gate::Act(Act::SettingsView)),
    op("PUT", "/settings/wecom", Gate::Act(Act::SettingsChange)),
    op("GET", "/doctor", Gate::Act(Act::DoctorRun)),
    op("POST", "/doctor", Gate::Act(Act::DoctorRun)),
    op("GET", "/accounts", Gate::Act(Act::AccountManage)),
    op("POST", "/accounts", Gate::Act(Act::AccountManage)),
    op("PATCH", "/accounts/{id}", Gate::Act(Act::AccountManage)),
    op(
        "POST",
        "/accounts/{id}/reset-password",
        Gate::Act(Act::AccountManage),
    ),
    op("GET", "/audit", Gate::Act(Act::AuditView)),
    op("GET", "/audit/verify", Gate::Act(Act::AuditView)),
    op("GET", "/jobs", Gate::Act(Act::JobView)),
    op("GET", "/my/handovers", Gate::Act(Act::MyView)),
    op(
        "POST",
        "/my/handovers/{id}/{row_no}/contacted",
        Gate::Act(Act::MyView),
    ),
    op(
        "DELETE",
        "/my/handovers/{id}/{row_no}/contacted",
        Gate::Act(Act::MyView),
    ),
];

/// The operation behind a method and path template; HEAD is asked as GET.
#[must_use]
pub fn find(method: &str, path: &str) -> Option<&'static Operation> {
    let method = if method == "HEAD" { "GET" } else { method };
    OPERATIONS
        .iter()
        .find(|operation| operation.method == method && operation.path == path)
}

/// The methods a path template takes, for `Allow`.
#[must_use]
pub fn allowed(path: &str) -> String {
    let methods: Vec<&str> = OPERATIONS
        .iter()
        .filter(|operation| operation.path == path)
        .map(|operation| operation.method)
        .collect();
    methods.join(", ")
}
