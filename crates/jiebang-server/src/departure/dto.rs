//! What members hold, and the plan of a notice period.

use std::collections::BTreeMap;

use jiebang_app::departure as app;
use jiebang_app::handover::notice_period::{self, NoticePlan as Planned};
use jiebang_domain::departure::Exposure;
use jiebang_domain::id::UserId;
use jiebang_domain::notice_plan;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::names::LaterReason;
use crate::rule::dto::Condition;

/// What a member's leaving would mean today.
#[derive(Debug, Serialize, ToSchema)]
pub struct Departure {
    pub userid: String,
    pub name: String,
    pub department_names: Vec<String>,
    pub position: String,
    pub customers: u64,
    pub groups: u64,
    /// Customers that no other member in the corp follows.
    pub single_owner: u64,
    /// Customers with neither a remark nor a corp tag.
    pub undocumented: u64,
    /// Hygiene, 0 to 100: 30 points for a remark, 30 for a description, 30 for a corp tag, 10
    /// for a phone number, averaged over the customers. Absent without customers.
    pub score: Option<f64>,
    pub with_remark: u64,
    /// With a description.
    pub with_note: u64,
    pub with_tag: u64,
    pub with_phone: u64,
}

impl From<app::Departure> for Departure {
    fn from(departure: app::Departure) -> Self {
        let Exposure {
            written,
            groups,
            single_owner,
            undocumented,
        } = departure.exposure;
        Self {
            userid: departure.userid,
            name: departure.name,
            department_names: departure.department_names,
            position: departure.position,
            customers: written.customers,
            groups,
            single_owner,
            undocumented,
            score: written.score(),
            with_remark: written.remark,
            with_note: written.note,
            with_tag: written.tag,
            with_phone: written.phone,
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DepartureQuery {
    /// Start of the name, alias or userid.
    pub q: Option<String>,
    /// Only of this department and those below it.
    pub department: Option<i64>,
    /// `exposure` (the most that nobody else knows first) or `hygiene` (the worst first).
    pub sort: Option<String>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExposedQuery {
    /// `single_owner` or `undocumented`.
    pub kind: Option<String>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}

/// A notice period that is to be planned.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeInput {
    /// Any moment of the last working day, in Beijing.
    pub last_day: i64,
    /// Who is important; everybody when empty.
    #[serde(default)]
    pub vip: Condition,
    /// Most customers to be moved on one day; no limit when absent.
    #[schema(minimum = 1)]
    pub per_day: Option<u32>,
}

/// The drafts that are to be made of the plan.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeDraftsInput {
    pub plan: NoticeInput,
    /// Who takes over, evenly.
    #[schema(value_type = Vec<String>)]
    pub to: Vec<UserId>,
    /// What WeCom tells each customer.
    #[schema(max_length = 200)]
    pub personal_message: String,
}

/// How a way of going about it comes out.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeFigures {
    /// Customers that get the personal message.
    pub with_message: u64,
    /// Important ones that get it and are decided by the last working day.
    pub important_decided: u64,
    /// Of these, those who can be asked again after a refusal.
    pub important_repeatable: u64,
    pub finish_at: i64,
}

impl From<notice_plan::Figures> for NoticeFigures {
    fn from(figures: notice_plan::Figures) -> Self {
        Self {
            with_message: figures.with_message as u64,
            important_decided: figures.important_decided as u64,
            important_repeatable: figures.important_repeatable as u64,
            finish_at: figures.finish_at.seconds(),
        }
    }
}

/// What is moved on one day.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeDay {
    /// When the day begins, in Beijing.
    pub day: i64,
    pub customers: u64,
    /// Of these, those who can be asked again after a refusal.
    pub repeatable: u64,
    pub groups: u64,
}

/// Customers moved after leaving only, by why.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeLater {
    pub why: LaterReason,
    pub customers: u64,
}

/// The plan of a notice period beside what is usually done instead.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticePlan {
    pub customers: u64,
    pub important: u64,
    pub groups: u64,
    pub days: Vec<NoticeDay>,
    pub after: Vec<NoticeLater>,
    pub groups_after: u64,
    pub calls: u64,
    pub plan: NoticeFigures,
    /// Everybody after leaving.
    pub all_after: NoticeFigures,
    /// In service in the order WeCom lists customers, without asking who is important.
    pub as_listed: NoticeFigures,
}

impl From<Planned> for NoticePlan {
    fn from(made: Planned) -> Self {
        let mut after: BTreeMap<&str, u64> = BTreeMap::new();
        for (_, why) in &made.plan.after {
            *after.entry(why.as_str()).or_default() += 1;
        }
        let later = |(why, customers)| NoticeLater {
            why: LaterReason::from(why),
            customers,
        };
        let days = made.plan.days.iter().map(|day| NoticeDay {
            day: made.period.day(day.place).seconds(),
            customers: day.customers.len() as u64,
            repeatable: day.repeatable as u64,
            groups: day.groups.len() as u64,
        });
        Self {
            customers: made.customers as u64,
            important: made.important as u64,
            groups: made.groups as u64,
            days: days.collect(),
            after: after.into_iter().map(later).collect(),
            groups_after: made.plan.groups_after.len() as u64,
            calls: made.plan.calls() as u64,
            plan: NoticeFigures::from(made.plan.figures),
            all_after: NoticeFigures::from(made.all_after),
            as_listed: NoticeFigures::from(made.as_listed),
        }
    }
}

/// A draft for one day of the notice period.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeDraft {
    pub day: i64,
    pub handover_id: Uuid,
}

impl From<notice_period::DayDraft> for NoticeDraft {
    fn from(draft: notice_period::DayDraft) -> Self {
        Self {
            day: draft.day.seconds(),
            handover_id: draft.handover,
        }
    }
}
