//! Between the API's words and those of the use cases.

use std::collections::BTreeMap;

use jiebang_app::handover::approve::reasons_of;
use jiebang_app::handover::plan::{self, kind_for, reason_of};
use jiebang_app::handover::record::StepFilter;
use jiebang_app::handover::view::{self, RowFilter};
use jiebang_app::{App, Error, rule};
use jiebang_domain::access::Actor;
use jiebang_domain::handover::plan::{Mode, Reason};
use jiebang_domain::handover::predict::Prediction;
use jiebang_domain::handover::request;
use jiebang_domain::handover::row::RowState;
use jiebang_domain::handover::{Kind, affinity};
use jiebang_domain::id::UserId;
use jiebang_domain::text::Lang;

use super::approval::AskedWhy;
use super::dto::{
    Assignment, Counts, CustomerChoice, DryRun, ExportQuery, Factor, Flag, GroupChoice, Handover,
    HandoverInput, HandoverSummary, PredictionCount, RecordExportQuery, RecordScope, Row,
    RowChoice, RowQuery, RowReason, Successor, SuccessorNotice, SuccessorPlan, SuccessorProgress,
};
use crate::names::{
    CarryState, FactorName, HandoverKind, HandoverState, NoticeState, PredictionName, ReasonMode,
    RowStateName, SubjectKind,
};
use crate::problem::{Problem, advice};
use crate::rule::dto::RuleSetRef;

/// What was asked for, as the use cases take it. Without a kind, the state of the leaver says.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`] also for a rule set, [`Error::Denied`].
pub async fn request_of(
    app: &App,
    actor: &Actor,
    input: HandoverInput,
) -> Result<request::Request, Error> {
    let kind = match &input.kind {
        Some(name) => {
            let unknown = || Error::invalid("kind", "unknown_value");
            Kind::parse(&name.0).ok_or_else(unknown)?
        }
        None => kind_for(app, &input.leaver).await?,
    };
    let (assignment, rule_set) = assignment_of(app, actor, input.assignment).await?;
    Ok(request::Request {
        leaver: input.leaver,
        kind,
        customers: input.customers.map(|choice| choice.filter.into()),
        groups: input
            .groups
            .map(|choice| request::GroupChoice { only: choice.only }),
        assignment,
        groups_to: input.groups_to,
        must: input.must.into_iter().map(Into::into).collect(),
        must_not: input.must_not.into_iter().map(Into::into).collect(),
        cap: input.cap,
        rule_set,
        record_scope: input.record_scope.into(),
        record_kinds: input.record_kinds.into_iter().collect(),
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
            must: request.must.into_iter().map(Into::into).collect(),
            must_not: request.must_not.into_iter().map(Into::into).collect(),
            cap: request.cap,
            record_scope: request.record_scope.into(),
            record_kinds: request.record_kinds.into_iter().collect(),
            note: request.note,
            message: request.message,
            version: None,
        }
    }
}

/// How customers are shared out, with the rules of a saved set in place of its name.
async fn assignment_of(
    app: &App,
    actor: &Actor,
    assignment: Assignment,
) -> Result<(request::Assignment, Option<request::RuleSetRef>), Error> {
    Ok(match assignment {
        Assignment::One { to } => (request::Assignment::One { to }, None),
        Assignment::Evenly { to } => (request::Assignment::Evenly { to }, None),
        Assignment::Rules { rules, otherwise } => {
            let rules = rules.into_iter().map(Into::into).collect();
            (request::Assignment::Rules { rules, otherwise }, None)
        }
        Assignment::RuleSet { id } => {
            let (assignment, from) = rule::assignment_of(app, actor, id).await?;
            (assignment, Some(from))
        }
    })
}

impl From<request::Assignment> for Assignment {
    fn from(assignment: request::Assignment) -> Self {
        match assignment {
            request::Assignment::One { to } => Self::One { to },
            request::Assignment::Evenly { to } => Self::Evenly { to },
            request::Assignment::Rules { rules, otherwise } => Self::Rules {
                rules: rules.into_iter().map(Into::into).collect(),
                otherwise,
            },
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
        awaiting_approval: of("awaiting_approval"),
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
        let rule_set = detail.request.rule_set.clone().map(RuleSetRef::from);
        let request = HandoverInput::from(detail.request);
        Self {
            rule_set,
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
            awaiting_approval: run.awaiting_approval as u64,
            second_transfers: run.second_transfers as u64,
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
        let points =
            |factors: &[affinity::Factor]| i64::from(affinity::score(factors.iter().copied()));
        let (of_factors, of_runner_up) =
            (points(&reason.factors), points(&reason.runner_up_factors));
        let (mode, rule, share) = match reason.mode {
            Mode::One => ("one", None, None),
            Mode::Evenly => ("evenly", None, None),
            Mode::Rule { rule, share, .. } => ("rule", Some(rule), Some(share.into())),
            Mode::Otherwise => ("otherwise", None, None),
            Mode::Pinned => ("pinned", None, None),
            Mode::Nobody => ("none", None, None),
            Mode::Empty { rule, .. } => ("empty", Some(rule), None),
            Mode::NoRoom => ("no_room", None, None),
        };
        Self {
            mode: ReasonMode::from(mode),
            rule,
            share,
            points: of_factors,
            factors: factors(reason.factors),
            runner_up: reason.runner_up.map(String::from),
            runner_up_points: of_runner_up,
            runner_up_factors: factors(reason.runner_up_factors),
        }
    }
}

fn factors(factors: Vec<affinity::Factor>) -> Vec<Factor> {
    let shown = |factor: affinity::Factor| Factor {
        factor: FactorName::from(factor.as_str()),
        points: i64::from(factor.points()),
    };
    factors.into_iter().map(shown).collect()
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

impl From<RowChoice> for Wanted {
    fn from(choice: RowChoice) -> Self {
        Self {
            state: choice.state,
            subject_kind: choice.subject_kind,
            successor: choice.successor,
            prediction: choice.prediction,
            carry: choice.carry,
            q: choice.q,
        }
    }
}

/// The filter of the record. Steps, outcomes and actors are whatever was recorded: one that never
/// was finds nothing.
pub fn step_filter(query: RecordExportQuery) -> Result<StepFilter, Problem> {
    let short = |field: &'static str, value: Option<String>| match value {
        Some(value) if value.is_empty() => Ok(None),
        Some(value) if value.len() > 100 => Err(Problem::validation(field, "too_long")),
        value => Ok(value),
    };
    let row_no = query.row_no.map(i32::try_from).transpose();
    Ok(StepFilter {
        row_no: row_no.map_err(|_| Problem::validation("row_no", "unknown_value"))?,
        step: short("step", query.step)?,
        outcome: short("outcome", query.outcome)?,
        actor: short("actor", query.actor)?,
        from: query.from,
        until: query.until,
    })
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
    let approval = reasons_of(&row).into_iter().map(AskedWhy::from).collect();
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
        note: row.note,
        approval,
    }
}
