//! What became of handovers.

use jiebang_app::outcome as app;
use jiebang_domain::outcome::{DAYS, Fates, Retention};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::names::OutcomeBy;

/// Customers by what became of them so many days after the takeover. Retained: the successor's
/// relation had not ended before that moment. Passed on: a later handover moved the customer on
/// before it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionAt {
    /// 7, 30 or 90.
    pub days: i64,
    pub retained: u64,
    pub lost: u64,
    pub passed_on: u64,
    /// The moment lies ahead.
    pub too_early: u64,
    /// The successor's relation was not read since the takeover.
    pub unknown: u64,
    /// Retained of retained and lost, 0 to 1; absent while there are neither.
    pub rate: Option<f64>,
}

fn at(days: i64, fates: Fates) -> RetentionAt {
    RetentionAt {
        days,
        retained: fates.retained,
        lost: fates.lost,
        passed_on: fates.passed_on,
        too_early: fates.too_early,
        unknown: fates.unknown,
        rate: fates.rate(),
    }
}

fn over(retention: Retention) -> Vec<RetentionAt> {
    DAYS.into_iter()
        .zip(retention.at)
        .map(|(days, fates)| at(days, fates))
        .collect()
}

/// Retention of one leaver, successor or rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeLine {
    /// A userid; by rule: `rule` or a way of sharing out.
    pub key: String,
    /// Of the person or the rule; empty for a way of sharing out.
    pub name: String,
    pub taken_over: u64,
    pub at: Vec<RetentionAt>,
    /// The handover the last of these customers came by.
    pub last_handover_id: Uuid,
}

/// How many customers stand in a state, and with which of WeCom's codes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Standing {
    pub state: String,
    pub errcode: Option<i64>,
    pub customers: u64,
}

/// What became of the handovers of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    pub by: OutcomeBy,
    pub from: i64,
    pub to: i64,
    /// Customers taken over within the period.
    pub taken_over: u64,
    pub at: Vec<RetentionAt>,
    pub lines: Vec<OutcomeLine>,
    /// Of the customers of handovers started within the period.
    pub standings: Vec<Standing>,
}

impl Outcome {
    #[must_use]
    pub fn new(by: &str, period: app::Period, outcome: app::Outcome) -> Self {
        let line = |line: app::Line| OutcomeLine {
            key: line.key,
            name: line.name,
            taken_over: line.retention.taken_over,
            at: over(line.retention),
            last_handover_id: line.last_handover,
        };
        let standing = |one: app::Standing| Standing {
            state: one.state,
            errcode: one.errcode.map(i64::from).filter(|code| *code != 0),
            customers: one.customers,
        };
        Self {
            by: OutcomeBy::from(by),
            from: period.from.seconds(),
            to: period.to.seconds(),
            taken_over: outcome.all.taken_over,
            at: over(outcome.all),
            lines: outcome.lines.into_iter().map(line).collect(),
            standings: outcome.standings.into_iter().map(standing).collect(),
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutcomeQuery {
    /// `leaver` (when absent), `successor` or `rule`.
    pub by: Option<String>,
    /// Unix seconds; a year ago when absent.
    pub from: Option<i64>,
    /// Unix seconds, not included; now when absent.
    pub to: Option<i64>,
}
