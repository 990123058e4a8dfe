//! The one access decision. Every use case asks [`decide`] on its first line; whatever is not
//! allowed by [`Role::may`] and inside the actor's [`Scope`] is denied.
//!
//! Invariant: [`matrix`] prints the whole table to the committed file `docs/access-matrix.md`,
//! so a change of rights is a change of that file.

mod matrix;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use matrix::matrix;

use crate::id::{DepartmentId, UserId};
use crate::time::{MINUTE, Timestamp};

/// What a person may be in the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 超级管理员: everything, accounts and settings included.
    SuperAdmin,
    /// 客户联系管理员: plans and executes handovers within its departments.
    ContactAdmin,
    /// 审计员: reads everything within its departments, says what spot checks found and takes out
    /// evidence; changes nothing else.
    Auditor,
    /// 员工: what was handed to itself.
    Staff,
}

impl Role {
    pub const ALL: [Self; 4] = [
        Self::SuperAdmin,
        Self::ContactAdmin,
        Self::Auditor,
        Self::Staff,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SuperAdmin => "super_admin",
            Self::ContactAdmin => "contact_admin",
            Self::Auditor => "auditor",
            Self::Staff => "staff",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Whether the role carries the right at all, before the scope is looked at.
    #[must_use]
    pub const fn may(self, act: Act) -> bool {
        match self {
            Self::SuperAdmin => true,
            Self::ContactAdmin => matches!(
                act,
                Act::OverviewView
                    | Act::DirectoryView
                    | Act::LeaverView
                    | Act::CustomerView
                    | Act::HandoverView
                    | Act::HandoverPlan
                    | Act::HandoverExecute
                    | Act::HandoverApprove
                    | Act::HandoverExport
                    | Act::RuleView
                    | Act::RuleManage
                    | Act::TeamView
                    | Act::TeamManage
                    | Act::ContactWayView
                    | Act::CaseView
                    | Act::CaseManage
                    | Act::DepartureView
                    | Act::OutcomeView
                    | Act::ArchiveStatus
                    | Act::ArchiveKeeping
                    | Act::ArchiveRead
                    | Act::SyncRun
                    | Act::SyncView
                    | Act::DoctorRun
                    | Act::MyView
            ),
            Self::Auditor => matches!(
                act,
                Act::OverviewView
                    | Act::DirectoryView
                    | Act::LeaverView
                    | Act::CustomerView
                    | Act::HandoverView
                    | Act::HandoverExport
                    | Act::RuleView
                    | Act::TeamView
                    | Act::ContactWayView
                    | Act::CaseView
                    | Act::DepartureView
                    | Act::OutcomeView
                    | Act::ArchiveStatus
                    | Act::ArchiveKeeping
                    | Act::ArchiveRead
                    | Act::ArchiveReview
                    | Act::ArchiveEvidence
                    | Act::SyncView
                    | Act::AuditView
                    | Act::JobView
                    | Act::MyView
            ),
            Self::Staff => matches!(act, Act::MyView | Act::ArchiveRead),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! acts {
    ($($(#[$doc:meta])* $variant:ident => $name:literal,)*) => {
        /// Something a person can ask for. The names are part of the API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Act { $($(#[$doc])* $variant,)* }

        impl Act {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

acts! {
    OverviewView => "overview.view",
    DirectoryView => "directory.view",
    LeaverView => "leaver.view",
    CustomerView => "customer.view",
    HandoverView => "handover.view",
    HandoverPlan => "handover.plan",
    HandoverExecute => "handover.execute",
    /// Say yes or no to rows that need two persons, of handovers planned by somebody else.
    HandoverApprove => "handover.approve",
    HandoverExport => "handover.export",
    /// Saved rule sets.
    RuleView => "rule.view",
    RuleManage => "rule.manage",
    /// What members are good at and how much they can take.
    TeamView => "team.view",
    TeamManage => "team.manage",
    ContactWayView => "contact_way.view",
    CaseView => "case.view",
    CaseManage => "case.manage",
    /// What would be lost if a member left today, and how well it is documented.
    DepartureView => "departure.view",
    /// Whether the customers stayed.
    OutcomeView => "outcome.view",
    /// Whether the archive is whole, and which keys and policies it has.
    ArchiveStatus => "archive.status",
    /// What is held, and what was erased.
    ArchiveKeeping => "archive.keeping",
    /// The archive's keys, policies, holds and erasures.
    ArchiveManage => "archive.manage",
    /// Read and search conversations: one's own and what was handed over, and within the role.
    ArchiveRead => "archive.read",
    /// Draw samples of conversations, read them one after the other and say what was found.
    ArchiveReview => "archive.review",
    /// Take conversations out as evidence, signed.
    ArchiveEvidence => "archive.evidence",
    SyncView => "sync.view",
    SyncRun => "sync.run",
    SettingsView => "settings.view",
    SettingsChange => "settings.change",
    DoctorRun => "doctor.run",
    AccountManage => "account.manage",
    AuditView => "audit.view",
    JobView => "job.view",
    /// What was handed over to oneself, and one's own session.
    MyView => "my.view",
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which part of the corp an actor may act in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Corp,
    /// These departments; whoever builds the actor has added every department below them.
    Departments(BTreeSet<DepartmentId>),
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A console account.
    Account(Uuid),
    /// Someone with access to the machine, through the command line.
    Operator,
    /// The program itself: schedules, callbacks and jobs that follow an act decided before.
    System,
}

/// Who acts, in which role and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub who: Who,
    pub role: Role,
    pub scope: Scope,
    /// The member this account belongs to, if it is bound to one.
    pub userid: Option<UserId>,
    /// When this person last gave the password; not asked of the operator and the system.
    pub confirmed_at: Option<Timestamp>,
}

/// Seconds for which a password once given is enough for acts that ask for it.
pub const CONFIRMED_FOR: i64 = 10 * MINUTE;

impl Actor {
    /// Whether the person gave the password a short while before `now`.
    #[must_use]
    pub fn is_confirmed(&self, now: Timestamp) -> bool {
        match self.who {
            Who::Account(_) => self
                .confirmed_at
                .is_some_and(|at| now.since(at) < CONFIRMED_FOR),
            Who::Operator | Who::System => true,
        }
    }

    #[must_use]
    pub const fn operator() -> Self {
        Self {
            who: Who::Operator,
            role: Role::SuperAdmin,
            scope: Scope::Corp,
            userid: None,
            confirmed_at: None,
        }
    }

    #[must_use]
    pub const fn system() -> Self {
        Self {
            who: Who::System,
            role: Role::SuperAdmin,
            scope: Scope::Corp,
            userid: None,
            confirmed_at: None,
        }
    }

    /// `account:<id>`, `operator` or `system`: how the actor is written into records.
    #[must_use]
    pub fn reference(&self) -> String {
        match &self.who {
            Who::Account(id) => format!("account:{id}"),
            Who::Operator => "operator".to_owned(),
            Who::System => "system".to_owned(),
        }
    }
}

/// What the act is about, as far as the decision depends on it.
#[derive(Debug, Clone, Copy)]
pub enum Resource<'a> {
    /// The corp as a whole; lists, which are narrowed to the scope by the query.
    Corp,
    /// Something that belongs to these departments (a member's, a leaver's). Empty if unknown:
    /// then only a corp-wide scope reaches it.
    Departments(&'a [DepartmentId]),
    /// Something that belongs to this member alone.
    Member(&'a UserId),
}

/// Why an act is denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    #[error("the role does not carry this right")]
    Role,
    #[error("it lies outside the departments of this account")]
    Scope,
}

/// Decides whether `actor` may do `act` on `resource`.
///
/// # Errors
/// [`Denied::Role`] if the role lacks the right, [`Denied::Scope`] if the resource lies outside.
pub fn decide(actor: &Actor, act: Act, resource: Resource<'_>) -> Result<(), Denied> {
    if !actor.role.may(act) {
        return Err(Denied::Role);
    }
    let inside = match (&actor.scope, resource) {
        (Scope::Corp, Resource::Corp | Resource::Departments(_)) => true,
        (Scope::Departments(_), Resource::Corp) => !corp_wide(act),
        (Scope::Departments(mine), Resource::Departments(theirs)) => {
            theirs.iter().any(|department| mine.contains(department))
        }
        (_, Resource::Member(userid)) => actor.userid.as_ref() == Some(userid),
    };
    if inside { Ok(()) } else { Err(Denied::Scope) }
}

/// Acts that touch the corp as a whole, so that an account limited to departments lacks them.
const fn corp_wide(act: Act) -> bool {
    matches!(
        act,
        Act::SettingsView
            | Act::SettingsChange
            | Act::AccountManage
            | Act::AuditView
            | Act::JobView
            | Act::RuleManage
            | Act::ArchiveManage
            | Act::ArchiveKeeping
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn actor(role: Role, scope: Scope) -> Actor {
        Actor {
            who: Who::Account(Uuid::nil()),
            role,
            scope,
            userid: None,
            confirmed_at: None,
        }
    }

    proptest! {
        /// The reference is written the other way round: from the resource to the actor.
        #[test]
        fn s8_decision_equals_the_reference(
            role in proptest::sample::select(Role::ALL.to_vec()),
            act in proptest::sample::select(Act::ALL.to_vec()),
            mine in proptest::option::of(proptest::collection::btree_set(1i64..6, 0..4)),
            theirs in proptest::option::of(proptest::collection::vec(1i64..6, 0..4)),
        ) {
            let who = actor(role, mine.clone().map_or(Scope::Corp, Scope::Departments));
            let resource = theirs.as_deref().map_or(Resource::Corp, Resource::Departments);
            let reaches = match (&theirs, &mine) {
                (_, None) => true,
                (None, Some(_)) => !["settings.view", "settings.change", "account.manage",
                    "audit.view", "job.view", "rule.manage", "archive.manage", "archive.keeping"].contains(&act.as_str()),
                (Some(theirs), Some(mine)) => mine.iter().any(|d| theirs.contains(d)),
            };
            prop_assert_eq!(decide(&who, act, resource).is_ok(), role.may(act) && reaches);
        }
    }

    #[test]
    fn staff_see_only_what_is_their_own() {
        let me = UserId::parse("amy").unwrap();
        let mut staff = actor(Role::Staff, Scope::Corp);
        staff.userid = Some(me.clone());
        assert_eq!(decide(&staff, Act::MyView, Resource::Member(&me)), Ok(()));
        let other = UserId::parse("bob").unwrap();
        assert_eq!(
            decide(&staff, Act::MyView, Resource::Member(&other)),
            Err(Denied::Scope)
        );
        assert_eq!(
            decide(&staff, Act::HandoverView, Resource::Corp),
            Err(Denied::Role)
        );
    }
}
