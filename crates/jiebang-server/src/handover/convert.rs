//! Between the API's words and those of the use cases.

use std::collections::BTreeMap;

use jiebang_app::App;
use jiebang_app::handover::plan::{self, kind_for, reason_of};
use jiebang_app::handover::view::{self, RowFilter, StepRecord};
use jiebang_domain::handover::Kind;
use jiebang_domain::handover::plan::Reason;
use jiebang_domain::handover::predict::Prediction;
use jiebang_domain::handover::request;
use jiebang_domain::handover::row::RowState;
use jiebang_domain::id::UserId;
use jiebang_domain::text::Lang;
use jiebang_domain::time::Timestamp;

use super::dto::{
    Assignment, Condition, Counts, CustomerChoice, DryRun, ExportQuery, Flag, GroupChoice,
    Handover, HandoverInput, HandoverSummary, PredictionCount, RecordScope, Row, RowQuery,
    RowReason, Rule, Step, Successor, SuccessorNotice, SuccessorPlan, SuccessorProgress,
};
use crate::names::{
    CarryState, HandoverKind, HandoverState, NoticeState, PredictionName, ReasonMode, RowStateName,
    SubjectKind,
};
use crate::problem::{Problem, advice};

/// What was asked for, as the use cases take it. Without a kind, the state of the leaver says.
pub async fn request_of(app: &App, input: HandoverInput) -> Result<request::Request, Problem> {
    let kind = match &input.kind {
        Some(name) => {
            let unknown = || Problem::validation("kind", "unknown_value");
            Kind::parse(&name.0).ok_or_else(unknown)?
        }
        None => kind_for(app, &input.leaver).await?,
    };
    Ok(request::Request {
        leaver: input.leaver,
        kind,
        customers: input.customers.map(|choice| choice.filter.into()),
        groups: input
            .groups
            .map(|choice| request::GroupChoice { only: choice.only }),
        assignment: input.assignment.into(),
        groups_to: input.groups_to,
        record_scope: input.record_scope.into(),
        note: input.note,
        message: input.message,
    })
}

impl From<request::Request> for HandoverInput {
    fn from(request: request::Request) -> Self {
        Self {
            leaver: request.leaver,
            kind: Some(HandoverKind::from(request.kind.as_str())),
            customers: request.customers.map(|condition| CustomerChoice {
                filter: condition.into(),
            }),
            groups: request
                .groups
                .map(|choice| GroupChoice { only: choice.only }),
            assignment: request.assignment.into(),
            groups_to: request.groups_to,
            record_scope: request.record_scope.into(),
            note: request.note,
            message: request.message,
            version: None,
        }
    }
}

impl From<Condition> for request::Condition {
    fn from(condition: Condition) -> Self {
        Self {
            tags_any: condition.tags_any,
            tags_all: condition.tags_all,
            tags_none: condition.tags_none,
            regions: condition.regions,
            added_after: condition.added_after.map(Timestamp::from_seconds),
            added_before: condition.added_before.map(Timestamp::from_seconds),
            add_ways: condition.add_ways,
        }
    }
}

impl From<request::Condition> for Condition {
    fn from(condition: request::Condition) -> Self {
        Self {
            tags_any: condition.tags_any,
            tags_all: condition.tags_all,
            tags_none: condition.tags_none,
            regions: condition.regions,
            added_after: condition.added_after.map(Timestamp::seconds),
            added_before: condition.added_before.map(Timestamp::seconds),
            add_ways: condition.add_ways,
        }
    }
}

impl From<Assignment> for request::Assignment {
    fn from(assignment: Assignment) -> Self {
        match assignment {
            Assignment::One { to } => Self::One { to },
            Assignment::Evenly { to } => Self::Evenly { to },
            Assignment::Rules { rules, otherwise } => {
                let rule = |rule: Rule| request::Rule {
                    name: rule.name,
                    when: rule.when.into(),
                    to: rule.to,
                };
                Self::Rules {
                    rules: rules.into_iter().map(rule).collect(),
                    otherwise,
                }
            }
        }
    }
}

impl From<request::Assignment> for Assignment {
    fn from(assignment: request::Assignment) -> Self {
        match assignment {
            request::Assignment::One { to } => Self::One { to },
            request::Assignment::Evenly { to } => Self::Evenly { to },
            request::Assignment::Rules { rules, otherwise } => {
                let rule = |rule: request::Rule| Rule {
                    name: rule.name,
                    when: rule.when.into(),
                    to: rule.to,
                };
                Self::Rules {
                    rules: rules.into_iter().map(rule).collect(),
                    otherwise,
                }
            }
        }
    }
}

impl From<RecordScope> for request::RecordScope {
    fn from(scope: RecordScope) -> Self {
        match scope {
            RecordScope::None {} => Self::None,
            RecordScope::Days { days } => Self::Days { days },
            RecordScope::All {} => Self::All,
        }
    }
}

impl From<request::RecordScope> for RecordScope {
    fn from(scope: request::RecordScope) -> Self {
        match scope {
            request::RecordScope::None => Self::None {},
            request::RecordScope::Days { days } => Self::Days { days },
            request::RecordScope::All => Self::All {},
        }
    }
}

/// Counts never are negative.
fn count(rows: i64) -> u64 {
    u64::try_from(rows).unwrap_or_default()
}

fn counts(summary: &view::Summary) -> Counts {
    let of = |key: &str| count(summary.counts.get(key).copied().unwrap_or_default());
    Counts {
        total: count(summary.total),
        customers: count(summary.customers),
        groups: count(summary.groups),
        planned: of("planned"),
        blocked: of("blocked"),
        unassigned: of("unassigned"),
        intended: of("intended"),
        unsure: of("unsure"),
        postponed: of("postponed"),
        waiting: of("waiting"),
        taken_over: of("taken_over"),
        refused: of("refused"),
        full: of("full"),
        no_relation: of("no_relation"),
        failed: of("failed"),
        cancelled: of("cancelled"),
        carried: of("carried"),
        carry_failed: of("carry_failed"),
        carry_pending: of("carry_pending"),
    }
}

impl From<view::Summary> for HandoverSummary {
    fn from(summary: view::Summary) -> Self {
        let counts = counts(&summary);
        let handover = summary.handover;
        let successor = |(userid, name)| Successor { userid, name };
        Self {
            id: handover.id,
            kind: HandoverKind::from(handover.kind),
            leaver: handover.leaver,
            leaver_name: handover.leaver_name,
            state: HandoverState::from(handover.state),
            created_at: handover.created_at,
            created_by: handover.created_by,
            started_at: handover.started_at,
            finished_at: handover.finished_at,
            successors: summary.successors.into_iter().map(successor).collect(),
            counts,
        }
    }
}

impl From<view::Detail> for Handover {
    fn from(detail: view::Detail) -> Self {
        let by_prediction = |(prediction, kind, rows): (Prediction, String, i64)| PredictionCount {
            prediction: PredictionName::from(prediction.as_str()),
            subject_kind: SubjectKind::from(kind),
            count: count(rows),
        };
        let overdue = Flag {
            code: "overdue".to_owned(),
            count: count(detail.overdue),
        };
        let request = HandoverInput::from(detail.request);
        Self {
            version: i64::from(detail.summary.handover.version),
            summary: HandoverSummary::from(detail.summary),
            record_scope: request.record_scope,
            note: request.note.clone(),
            message: request.message.clone(),
            request,
            dry_run: DryRun::from(detail.dry_run),
            by_prediction: detail
                .by_prediction
                .into_iter()
                .map(by_prediction)
                .collect(),
            by_successor: detail
                .by_successor
                .into_iter()
                .map(SuccessorProgress::from)
                .collect(),
            next_poll_at: detail.next_poll_at,
            api_calls: detail.calls,
            flags: Some(overdue)
                .into_iter()
                .filter(|flag| flag.count > 0)
                .collect(),
        }
    }
}

impl From<view::BySuccessor> for SuccessorProgress {
    fn from(own: view::BySuccessor) -> Self {
        let of = |key: &str| count(own.counts.get(key).copied().unwrap_or_default());
        let notice = own.notice.as_ref();
        Self {
            customers: count(own.customers),
            groups: count(own.groups),
            taken_over: of("taken_over"),
            refused: of("refused"),
            failed: of("failed") + of("full") + of("no_relation"),
            waiting: of("waiting"),
            notice: SuccessorNotice {
                state: NoticeState::from(notice.map_or("none", |notice| notice.state.as_str())),
                sent_at: notice.and_then(|notice| notice.sent_at),
            },
            userid: own.userid,
            name: own.name,
        }
    }
}

impl From<plan::DryRun> for DryRun {
    fn from(run: plan::DryRun) -> Self {
        let prediction = |one: plan::PredictionCount| PredictionCount {
            prediction: PredictionName::from(one.prediction.as_str()),
            subject_kind: SubjectKind::from(one.subject_kind.as_str()),
            count: one.count as u64,
        };
        let successor = |one: plan::SuccessorCount| SuccessorPlan {
            userid: one.userid.to_string(),
            name: one.name,
            customers: one.customers as u64,
            groups: one.groups as u64,
            already: one.already as u64,
        };
        Self {
            fine: run.fine as u64,
            with_note: run.with_note as u64,
            blocked: run.blocked as u64,
            unassigned: run.unassigned as u64,
            by_prediction: run.by_prediction.into_iter().map(prediction).collect(),
            by_successor: run.by_successor.into_iter().map(successor).collect(),
            calls: run.forecast.calls as u64,
            groups_days: run.forecast.groups_days as u64,
            submit_done_at: run.forecast.submit_done_at.seconds(),
            finish_at: run.forecast.finish_at.seconds(),
            rows_total: run.rows_total as u64,
        }
    }
}

impl From<Reason> for RowReason {
    fn from(reason: Reason) -> Self {
        let (mode, rule) = match reason {
            Reason::One => ("one", None),
            Reason::Evenly => ("evenly", None),
            Reason::Rule { rule, .. } => ("rule", Some(rule)),
            Reason::Otherwise => ("otherwise", None),
            Reason::Nobody => ("none", None),
        };
        Self {
            mode: ReasonMode::from(mode),
            rule,
        }
    }
}

/// Which rows a list or an export is about.
#[derive(Default)]
pub struct Wanted {
    pub state: Option<String>,
    pub subject_kind: Option<String>,
    pub successor: Option<String>,
    pub prediction: Option<String>,
    pub carry: Option<String>,
    pub q: Option<String>,
}

impl From<&RowQuery> for Wanted {
    fn from(query: &RowQuery) -> Self {
        Self {
            state: query.state.clone(),
            subject_kind: query.subject_kind.clone(),
            successor: query.successor.clone(),
            prediction: query.prediction.clone(),
            carry: query.carry.clone(),
            q: query.q.clone(),
        }
    }
}

impl From<ExportQuery> for Wanted {
    fn from(query: ExportQuery) -> Self {
        Self {
            state: query.state,
            subject_kind: query.subject_kind,
            successor: query.successor,
            prediction: query.prediction,
            carry: query.carry,
            q: query.q,
        }
    }
}

/// The filter, every value checked.
pub fn row_filter(wanted: Wanted) -> Result<RowFilter, Problem> {
    let states: Vec<String> = wanted
        .state
        .iter()
        .flat_map(|list| list.split(','))
        .filter(|state| !state.is_empty())
        .map(str::to_owned)
        .collect();
    for state in &states {
        one_of("state", Some(state.clone()), &RowState::NAMES)?;
    }
    let successor = wanted.successor.filter(|text| !text.is_empty());
    let successor = successor
        .map(UserId::parse)
        .transpose()
        .map_err(|_| Problem::validation("successor", "type"))?;
    Ok(RowFilter {
        states,
        subject_kind: one_of("subject_kind", wanted.subject_kind, &SubjectKind::values())?,
        successor: successor.map(String::from),
        prediction: one_of("prediction", wanted.prediction, &PredictionName::values())?,
        carry: one_of("carry", wanted.carry, &CarryState::values())?,
        text: search_text(wanted.q)?,
    })
}

/// A value that must be one of `known`; an empty one counts as absent.
pub fn one_of(
    field: &'static str,
    value: Option<String>,
    known: &[&str],
) -> Result<Option<String>, Problem> {
    let value = value.filter(|value| !value.is_empty());
    match &value {
        Some(value) if !known.contains(&value.as_str()) => {
            Err(Problem::validation(field, "unknown_value"))
        }
        _ => Ok(value),
    }
}

/// What is searched for: at most 100 characters, blanks around it taken away.
pub fn search_text(q: Option<String>) -> Result<Option<String>, Problem> {
    let text = q.map(|text| text.trim().to_owned());
    let text = text.filter(|text| !text.is_empty());
    match &text {
        Some(text) if text.chars().count() > 100 => Err(Problem::validation("q", "too_long")),
        _ => Ok(text),
    }
}

/// A row with the name of its successor, its code explained in the reader's language.
pub fn row(lang: Lang, row: view::Row, names: &BTreeMap<String, String>) -> Row {
    let reason = RowReason::from(reason_of(&row));
    let errcode = row.errcode.map(i64::from).filter(|code| *code != 0);
    let error_text = Some(advice(lang, errcode)).filter(|text| !text.is_empty());
    Row {
        row_no: i64::from(row.row_no),
        subject_kind: SubjectKind::from(row.subject_kind),
        subject_id: row.subject_id,
        name: row.name,
        successor_name: row.successor.as_ref().and_then(|id| names.get(id)).cloned(),
        successor: row.successor,
        reason,
        prediction: PredictionName::from(row.prediction),
        prediction_detail: row.prediction_detail,
        state: RowStateName::from(row.state),
        errcode,
        error_text: error_text.map(|text| text.trim_end().to_owned()),
        waiting_until: row.waiting_until,
        not_before: row.not_before,
        started_at: row.started_at,
        ended_at: row.ended_at,
        carry: CarryState::from(row.carry),
        carry_detail: row.carry_detail,
        updated_at: row.updated_at,
    }
}

impl From<StepRecord> for Step {
    fn from(step: StepRecord) -> Self {
        Self {
            at: step.at,
            row_no: step.row_no.map(i64::from),
            actor: step.actor,
            step: step.step,
            outcome: step.outcome,
            detail: step.detail,
        }
    }
}
