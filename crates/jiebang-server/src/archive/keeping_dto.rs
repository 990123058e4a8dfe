//! Policies, holds, erasures and consent in the API. Moments are Unix seconds unless said
//! otherwise; ids of conversations are texts.

use std::collections::BTreeSet;

use jiebang_app::Error;
use jiebang_app::archive as app;
use jiebang_domain::archive::policy::{Forecast, Policy as Decided, Tally as Counted};
use jiebang_domain::archive::retention::Subject;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::names::{ArchiveSubjectKind, ChannelName, ConsentStatus, KeepName};
use crate::problem::Problem;

/// What becomes of a message.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Treatment {
    pub keep: KeepName,
    /// Whether files are fetched and kept.
    pub media: bool,
    /// Days from sending after which it is deleted; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 36500)]
    pub days: Option<u32>,
}

/// Which messages a rule is for: each list of alternatives, an empty one for all.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = ArchiveCondition)]
pub struct Condition {
    /// Departments of a member who takes part; those below are meant too.
    pub departments: BTreeSet<i64>,
    /// Positions of a member who takes part.
    pub levels: BTreeSet<String>,
    /// `wechat` or `wecom`.
    pub customer_types: BTreeSet<String>,
    /// Ids of corp tags of a customer who takes part.
    pub tags: BTreeSet<String>,
    pub channels: Vec<ChannelName>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ArchiveRule)]
pub struct Rule {
    #[schema(max_length = 120)]
    pub name: String,
    #[serde(default)]
    pub when: Condition,
    pub then: Treatment,
}

/// Rules in order; the first that fits decides.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ArchiveRules)]
pub struct Policy {
    #[serde(default)]
    #[schema(max_items = 200)]
    pub rules: Vec<Rule>,
    pub default: Treatment,
}

impl TryFrom<Policy> for Decided {
    type Error = Problem;

    fn try_from(policy: Policy) -> Result<Self, Problem> {
        let value = serde_json::to_value(policy);
        value
            .and_then(serde_json::from_value)
            .map_err(|_| Problem::validation("policy", "type"))
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchivePolicyInput {
    #[schema(max_length = 120)]
    pub name: String,
    pub policy: Policy,
}

/// A version of the archive's policy.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArchivePolicy {
    pub id: Uuid,
    pub version: i32,
    pub name: String,
    pub policy: Policy,
    /// `account:<id>` or `operator`.
    pub saved_by: String,
    /// Of the account, if one did.
    pub saved_by_name: Option<String>,
    pub saved_at: i64,
    pub activated_by: Option<String>,
    /// Of the account, if one did.
    pub activated_by_name: Option<String>,
    pub activated_at: Option<i64>,
    /// It is in force.
    pub is_active: bool,
    /// It is in force, and not yet applied to everything that is stored.
    pub is_being_applied: bool,
    pub simulation: Option<PolicySimulation>,
}

/// What a version would do to what is stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicySimulation {
    pub started_at: i64,
    /// Absent while it is under way: then the figures are of the messages seen so far.
    pub finished_at: Option<i64>,
    pub seen: u64,
    pub all: PolicyTally,
    pub by_rule: Vec<RuleTally>,
    pub by_default: PolicyTally,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RuleTally {
    /// Place of the rule, from 0.
    pub rule: u64,
    pub tally: PolicyTally,
}

/// What a rule would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyTally {
    pub messages: u64,
    pub files: u64,
    /// Of messages and files, as they are stored.
    pub bytes: u64,
    /// Stay as they are.
    pub kept: u64,
    /// Stay; their numbers are unreadable.
    pub masked: u64,
    /// Stay as they are; of such that come numbers will be unreadable.
    pub masked_from_now_on: u64,
    /// Are deleted since nothing is kept of such.
    pub skipped: u64,
    /// Are deleted since their time is over.
    pub expired: u64,
    /// Would be changed if they were not held.
    pub held: u64,
    pub files_deleted: u64,
    pub bytes_deleted: u64,
    /// Of those that stay, how many are over within so many days.
    pub over_in_30_days: u64,
    pub over_in_90_days: u64,
    pub over_in_365_days: u64,
}

impl From<Counted> for PolicyTally {
    fn from(tally: Counted) -> Self {
        let [over_in_30_days, over_in_90_days, over_in_365_days] = tally.over_later;
        Self {
            messages: tally.messages,
            files: tally.files,
            bytes: tally.bytes,
            kept: tally.kept,
            masked: tally.masked,
            masked_from_now_on: tally.masked_from_now_on,
            skipped: tally.skipped,
            expired: tally.expired,
            held: tally.held,
            files_deleted: tally.files_deleted,
            bytes_deleted: tally.bytes_deleted,
            over_in_30_days,
            over_in_90_days,
            over_in_365_days,
        }
    }
}

impl From<app::Simulation> for PolicySimulation {
    fn from(told: app::Simulation) -> Self {
        let Forecast {
            all,
            by_rule,
            by_default,
        } = told.forecast;
        let by_rule = by_rule.into_iter().map(|(place, tally)| RuleTally {
            rule: place as u64,
            tally: tally.into(),
        });
        Self {
            started_at: told.started_at,
            finished_at: told.finished_at,
            seen: told.seen,
            all: all.into(),
            by_rule: by_rule.collect(),
            by_default: by_default.into(),
        }
    }
}

impl TryFrom<app::PolicyView> for ArchivePolicy {
    type Error = Problem;

    fn try_from(view: app::PolicyView) -> Result<Self, Problem> {
        let policy = serde_json::to_value(&view.policy).and_then(serde_json::from_value);
        let policy = policy.map_err(|source| Error::Json {
            what: "policy",
            source,
        });
        Ok(Self {
            policy: policy?,
            id: view.id,
            version: view.version,
            name: view.name,
            saved_by: view.saved_by,
            saved_by_name: None,
            saved_at: view.saved_at,
            activated_by: view.activated_by,
            activated_by_name: None,
            activated_at: view.activated_at,
            is_active: view.is_active,
            is_being_applied: view.is_being_applied,
            simulation: view.simulation.map(Into::into),
        })
    }
}

/// What a hold or an erasure is about.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchiveSubject {
    pub of: ArchiveSubjectKind,
    /// Of the member, customer or conversation; empty for the corp.
    #[serde(default)]
    #[schema(max_length = 128)]
    pub id: String,
}

impl TryFrom<ArchiveSubject> for Subject {
    type Error = Problem;

    fn try_from(subject: ArchiveSubject) -> Result<Self, Problem> {
        Self::parse(&subject.of.0, subject.id).ok_or_else(|| Problem::validation("subject", "type"))
    }
}

impl From<Subject> for ArchiveSubject {
    fn from(subject: Subject) -> Self {
        Self {
            of: subject.kind().into(),
            id: subject.id(),
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HoldQuery {
    /// Only those that stand.
    pub standing: Option<bool>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SubjectQuery {
    pub of: ArchiveSubjectKind,
    pub id: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldInput {
    pub subject: ArchiveSubject,
    #[schema(max_length = 500)]
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftInput {
    #[schema(max_length = 500)]
    pub reason: String,
}

/// A hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hold {
    pub id: Uuid,
    pub subject: ArchiveSubject,
    pub reason: String,
    /// `account:<id>` or `operator`.
    pub placed_by: String,
    /// Of the account, if one did.
    pub placed_by_name: Option<String>,
    pub placed_at: i64,
    pub lifted_by: Option<String>,
    /// Of the account, if one did.
    pub lifted_by_name: Option<String>,
    pub lifted_at: Option<i64>,
}

impl From<app::HoldView> for Hold {
    fn from(hold: app::HoldView) -> Self {
        Self {
            id: hold.id,
            subject: hold.subject.into(),
            reason: hold.reason,
            placed_by: hold.placed_by,
            placed_by_name: None,
            placed_at: hold.placed_at,
            lifted_by: hold.lifted_by,
            lifted_by_name: None,
            lifted_at: hold.lifted_at,
        }
    }
}

/// What would be deleted at once if a hold were lifted. Moments are milliseconds.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReleasedByHold {
    pub messages: u64,
    pub files: u64,
    pub oldest: Option<i64>,
    pub newest: Option<i64>,
}

impl From<app::Released> for ReleasedByHold {
    fn from(released: app::Released) -> Self {
        Self {
            messages: released.messages.max(0).cast_unsigned(),
            files: released.files.max(0).cast_unsigned(),
            oldest: released.oldest,
            newest: released.newest,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasureInput {
    /// A person or a conversation.
    pub subject: ArchiveSubject,
    #[schema(max_length = 500)]
    pub reason: String,
}

/// What an erasure would take away. Moments are milliseconds.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasurePreview {
    pub conversations: u64,
    /// Rooms among them: what others say there goes as well.
    pub rooms: u64,
    pub messages: u64,
    pub oldest: Option<i64>,
    pub newest: Option<i64>,
    /// The holds that stand against it.
    pub holds: Vec<Hold>,
}

impl From<app::ErasurePreview> for ErasurePreview {
    fn from(preview: app::ErasurePreview) -> Self {
        Self {
            conversations: preview.extent.conversations,
            rooms: preview.extent.rooms,
            messages: preview.extent.messages,
            oldest: preview.extent.oldest,
            newest: preview.extent.newest,
            holds: preview.holds.into_iter().map(Hold::from).collect(),
        }
    }
}

/// An erasure.
#[derive(Debug, Serialize, ToSchema)]
pub struct Erasure {
    pub id: Uuid,
    pub subject: ArchiveSubject,
    pub reason: String,
    /// `account:<id>` or `operator`.
    pub asked_by: String,
    /// Of the account, if one did.
    pub asked_by_name: Option<String>,
    pub at: i64,
    pub conversations: u64,
    pub messages: u64,
    pub files: u64,
    /// When nothing of it was left; absent while it is being removed.
    pub finished_at: Option<i64>,
}

impl From<app::ErasureView> for Erasure {
    fn from(erasure: app::ErasureView) -> Self {
        Self {
            id: erasure.id,
            subject: erasure.subject.into(),
            reason: erasure.reason,
            asked_by: erasure.asked_by,
            asked_by_name: None,
            at: erasure.at,
            conversations: erasure.conversations,
            messages: erasure.messages,
            files: erasure.files,
            finished_at: erasure.finished_at,
        }
    }
}

/// What an erasure is proved by.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasureCertificate {
    pub corp: String,
    pub erasure: Erasure,
    /// The name of the account that asked for it, if one did.
    pub asked_by_name: Option<String>,
    /// The keys that were destroyed.
    pub keys: Vec<DestroyedKey>,
    /// The certificate in lines, and its SHA-256 in hex.
    pub text: String,
    pub sha256: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DestroyedKey {
    pub conversation: String,
    pub number: i32,
    /// SHA-256 of the key as it was wrapped, hex.
    pub sha256: String,
}

impl From<app::Certificate> for ErasureCertificate {
    fn from(told: app::Certificate) -> Self {
        let text = told.text();
        let keys = told.keys.into_iter().map(|key| DestroyedKey {
            conversation: key.conversation_id.to_string(),
            number: key.number,
            sha256: key.sha256,
        });
        Self {
            corp: told.corp,
            erasure: told.erasure.into(),
            asked_by_name: told.asked_by_name,
            keys: keys.collect(),
            text,
            sha256: told.sha256,
        }
    }
}

/// What a customer said about the archive from a moment on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchiveConsent)]
pub struct Consent {
    /// The member it was said to; empty for a room.
    pub userid: String,
    pub external_userid: String,
    /// Empty for two people.
    pub room_id: String,
    pub status: ConsentStatus,
    /// 0: since ever.
    pub at: i64,
    /// `message`: WeCom delivered it; `check`: WeCom was asked.
    pub source: String,
    pub learned_at: i64,
}

impl From<app::ConsentView> for Consent {
    fn from(one: app::ConsentView) -> Self {
        Self {
            userid: one.userid,
            external_userid: one.external_userid,
            room_id: one.room_id,
            status: one.status.as_str().into(),
            at: one.at,
            source: one.source,
            learned_at: one.learned_at,
        }
    }
}

/// A customer who refuses the archive now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchiveRefusal)]
pub struct Refusal {
    pub external_userid: String,
    pub since: i64,
}

impl From<app::Refusal> for Refusal {
    fn from(one: app::Refusal) -> Self {
        Self {
            external_userid: one.external_userid,
            since: one.since,
        }
    }
}
