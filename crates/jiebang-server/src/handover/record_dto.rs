//! The record, remarks, texts to customers and first contacts as they are asked for and told of.

use jiebang_app::access::ActorNames;
use jiebang_app::handover::first_contact;
use jiebang_app::handover::record::{GROUPED, StepLine};
use jiebang_app::handover::view::StepRecord;
use jiebang_domain::id::UserId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::names::ContactStateName;
use crate::problem::FieldDetails;

/// Something that was done or learned.
#[derive(Debug, Serialize, ToSchema)]
pub struct Step {
    pub at: i64,
    /// Absent if the step is about the handover as a whole.
    pub row_no: Option<i64>,
    /// `system`, `operator` or `account:…`.
    pub actor: String,
    /// Name of the account.
    pub actor_name: Option<String>,
    pub step: String,
    pub outcome: String,
    /// The call to WeCom it belongs to.
    pub call_id: Option<Uuid>,
    #[schema(value_type = Option<Object>)]
    pub detail: Option<serde_json::Value>,
}

impl Step {
    pub fn named(step: StepRecord, names: &ActorNames) -> Self {
        Self {
            at: step.at,
            row_no: step.row_no.map(i64::from),
            actor_name: names.get(&step.actor).cloned(),
            actor: step.actor,
            step: step.step,
            outcome: step.outcome,
            call_id: step.call_id,
            detail: step.detail,
        }
    }
}

/// Steps of one minute with the same actor, step and outcome.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordLine {
    /// Names the line.
    pub key: String,
    /// Start of the minute; with `until` it finds the steps.
    pub from: i64,
    /// End of the minute, not in it.
    pub until: i64,
    pub first_at: i64,
    pub last_at: i64,
    pub actor: String,
    pub actor_name: Option<String>,
    pub step: String,
    pub outcome: String,
    /// How many steps it stands for.
    pub steps: u64,
    /// Calls to WeCom they belong to.
    pub calls: u64,
    /// Given if it stands for one step of a row.
    pub row_no: Option<i64>,
}

impl RecordLine {
    pub fn named(line: StepLine, names: &ActorNames) -> Self {
        let from = line.minute * GROUPED;
        let row_no = line.row_no.filter(|_| line.steps == 1);
        Self {
            key: format!("{}-{}", line.minute, line.last_id),
            from,
            until: from + GROUPED,
            first_at: line.first_at,
            last_at: line.last_at,
            actor_name: names.get(&line.actor).cloned(),
            actor: line.actor,
            step: line.step,
            outcome: line.outcome,
            steps: u64::try_from(line.steps).unwrap_or_default(),
            calls: u64::try_from(line.calls).unwrap_or_default(),
            row_no: row_no.map(i64::from),
        }
    }
}

/// What the record of a handover can be filtered by.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordValues {
    pub steps: Vec<String>,
    pub outcomes: Vec<String>,
    pub actors: Vec<RecordActor>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RecordActor {
    pub actor: String,
    pub name: Option<String>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordQuery {
    pub row_no: Option<i64>,
    pub step: Option<String>,
    pub outcome: Option<String>,
    /// `system`, `operator` or `account:…`.
    pub actor: Option<String>,
    /// At this moment or later.
    pub from: Option<i64>,
    /// Before this moment.
    pub until: Option<i64>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordExportQuery {
    pub row_no: Option<i64>,
    pub step: Option<String>,
    pub outcome: Option<String>,
    /// `system`, `operator` or `account:…`.
    pub actor: Option<String>,
    /// At this moment or later.
    pub from: Option<i64>,
    /// Before this moment.
    pub until: Option<i64>,
}

impl From<RecordQuery> for RecordExportQuery {
    fn from(query: RecordQuery) -> Self {
        Self {
            row_no: query.row_no,
            step: query.step,
            outcome: query.outcome,
            actor: query.actor,
            from: query.from,
            until: query.until,
        }
    }
}

/// A remark for the successor of one row.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteInput {
    /// Empty takes it away.
    #[schema(max_length = 500)]
    pub note: String,
}

/// A remark for the successors of many rows: `rows` or `filter`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotesInput {
    pub rows: Option<Vec<i64>>,
    pub filter: Option<RowChoice>,
    /// Empty takes it away.
    #[schema(max_length = 500)]
    pub note: String,
}

/// Which rows are meant; an empty choice means all.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RowChoice {
    /// One state, or several with commas.
    pub state: Option<String>,
    /// `customer` or `group`.
    pub subject_kind: Option<String>,
    /// Userid.
    pub successor: Option<String>,
    pub prediction: Option<String>,
    pub carry: Option<String>,
    /// Part of the name, or the id.
    pub q: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NotesWritten {
    /// Rows that have another remark than before.
    pub rows: u64,
}

/// A text to customers with places for names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessagePreviewInput {
    /// May hold `{leaver}`, `{successor}` and `{company}`.
    pub message: String,
    #[schema(value_type = String)]
    pub leaver: UserId,
    #[schema(value_type = Vec<String>)]
    pub successors: Vec<UserId>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MessagePreview {
    pub texts: Vec<MessageText>,
    /// What is wrong with the text whoever is named in it.
    pub problems: Vec<FieldDetails>,
}

/// What the customers of one successor would read.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageText {
    pub userid: String,
    pub name: String,
    pub text: String,
    /// Characters with the names in place.
    pub chars: u64,
    /// Whether WeCom takes it: at most 200 characters.
    pub fits: bool,
}

/// A saved text to customers.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageTemplate {
    pub id: Uuid,
    pub name_zh: String,
    pub name_en: String,
    pub body: String,
    pub updated_at: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageTemplateInput {
    #[schema(max_length = 60)]
    pub name_zh: String,
    #[schema(max_length = 60)]
    pub name_en: String,
    /// May hold `{leaver}`, `{successor}` and `{company}`.
    pub body: String,
}

/// A first contact a successor owes or has made.
#[derive(Debug, Serialize, ToSchema)]
pub struct FirstContact {
    pub handover: Uuid,
    pub row_no: i64,
    pub external_userid: String,
    pub name: String,
    pub successor: String,
    pub successor_name: String,
    pub leaver_name: String,
    pub state: ContactStateName,
    pub due_at: i64,
    pub contacted_at: Option<i64>,
    pub taken_over_at: i64,
}

impl From<first_contact::FirstContact> for FirstContact {
    fn from(one: first_contact::FirstContact) -> Self {
        Self {
            handover: one.contact.handover_id,
            row_no: i64::from(one.contact.row_no),
            external_userid: one.row.subject_id,
            name: one.row.name,
            successor: one.contact.userid,
            successor_name: one.successor_name,
            leaver_name: one.leaver_name,
            state: ContactStateName::from(one.state.as_str()),
            due_at: one.contact.due_at,
            contacted_at: one.contact.contacted_at,
            taken_over_at: one.row.ended_at.unwrap_or_default(),
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FirstContactQuery {
    /// `overdue` (when absent), `open` (those overdue too) or `contacted`.
    pub state: Option<String>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}
