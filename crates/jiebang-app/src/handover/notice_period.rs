//! The notice period of a member: who should be moved in service with a personal message, and
//! who after leaving. Plans and drafts only; nothing here reaches WeCom.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::handover::request::{Assignment, Condition, GroupChoice, RecordScope, Request};
use jiebang_domain::handover::{Kind, MAX_MESSAGE_CHARS};
use jiebang_domain::id::{CorpId, UserId};
use jiebang_domain::notice_plan::{
    Customer, Day, Figures, Group, MAX_DAYS, Period, Plan, all_after, as_listed, plan,
};
use jiebang_domain::time::{DAY, Timestamp};
use jiebang_store::departure;
use uuid::Uuid;

use super::{facts, plan as handover_plan};
use crate::departure::find;
use crate::{App, Error};

/// What is known of the notice period, and what is wanted.
#[derive(Debug, Clone)]
pub struct NoticePeriod {
    /// Any moment of the last working day.
    pub last_day: Timestamp,
    /// Who is important.
    pub vip: Condition,
    /// Most customers to be moved on one day.
    pub customers_a_day: Option<usize>,
}

/// The plan beside what is usually done instead.
#[derive(Debug, Clone)]
pub struct NoticePlan {
    pub period: Period,
    pub plan: Plan,
    pub customers: usize,
    pub important: usize,
    pub groups: usize,
    pub all_after: Figures,
    pub as_listed: Figures,
}

/// Plans the notice period of `userid`.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::Invalid`], [`Error::NotConnected`].
pub async fn plan_notice_period(
    app: &App,
    actor: &Actor,
    userid: &UserId,
    wanted: &NoticePeriod,
) -> Result<NoticePlan, Error> {
    app.allow(actor, Act::HandoverPlan, Resource::Corp)?;
    let (corp, _) = find(app, actor, Act::DepartureView, userid).await?;
    let facts = facts::gather(app, &corp, &everything(userid), None).await?;
    let period = Period {
        now: app.now(),
        last_day: wanted.last_day.beijing_day(),
        customers_a_day: wanted.customers_a_day,
        groups_today: facts.groups_today,
    };
    check(&period)?;
    let customers = customers(app, &corp, userid, &facts, &wanted.vip).await?;
    let sizes = group_sizes(app, &corp, userid).await?;
    let groups: Vec<Group> = facts
        .groups
        .iter()
        .map(|group| Group {
            customers: sizes
                .get(group.subject.chat_id.as_str())
                .copied()
                .unwrap_or_default(),
            id: group.subject.chat_id.clone(),
            transfers: group.facts.transfers,
            stuck: group.facts.in_transfer || group.facts.dismissed,
        })
        .collect();
    Ok(NoticePlan {
        plan: plan(&period, &customers, &groups),
        all_after: all_after(&period, &customers, &groups),
        as_listed: as_listed(&period, &customers, &groups),
        important: customers.iter().filter(|one| one.important).count(),
        customers: customers.len(),
        groups: groups.len(),
        period,
    })
}

fn check(period: &Period) -> Result<(), Error> {
    let last = period.last_day.start();
    let first = period.now.beijing_day().start();
    if last < first {
        return Err(Error::invalid("last_day", "day_has_passed"));
    }
    if last.since(first) > MAX_DAYS * DAY {
        return Err(Error::invalid("last_day", "day_too_far"));
    }
    if period.customers_a_day == Some(0) {
        return Err(Error::invalid("per_day", "at_least_one"));
    }
    Ok(())
}

/// A request that means all the member has. It is never stored.
fn everything(userid: &UserId) -> Request {
    Request {
        leaver: userid.clone(),
        kind: Kind::InService,
        customers: Some(Condition::default()),
        groups: Some(GroupChoice::default()),
        assignment: Assignment::Evenly { to: Vec::new() },
        groups_to: Vec::new(),
        must: Vec::new(),
        must_not: Vec::new(),
        cap: None,
        rule_set: None,
        record_scope: RecordScope::None,
        record_kinds: BTreeSet::new(),
        note: String::new(),
        message: None,
    }
}

async fn customers(
    app: &App,
    corp: &CorpId,
    userid: &UserId,
    facts: &facts::Facts,
    vip: &Condition,
) -> Result<Vec<Customer>, Error> {
    let alone = departure::single_owner_ids(app.store().read(), corp, userid).await?;
    let alone: BTreeSet<&str> = alone.iter().map(String::as_str).collect();
    let customer = |known: &facts::Customer| Customer {
        important: vip.holds(&known.subject),
        nobody_else: alone.contains(known.subject.external_userid.as_str()),
        id: known.subject.external_userid.clone(),
        added_at: known.subject.added_at,
        transfers: known.facts.transfers,
        stuck: known.facts.in_transfer || known.facts.deleted_leaver,
    };
    Ok(facts.customers.iter().map(customer).collect())
}

async fn group_sizes(
    app: &App,
    corp: &CorpId,
    owner: &UserId,
) -> Result<BTreeMap<String, i64>, Error> {
    let read = app.store().read();
    let groups =
        jiebang_store::handover::assets::groups_of(read, corp.as_str(), owner.as_str()).await?;
    let size = |row: jiebang_store::entity::customer_group::Model| {
        (row.chat_id, i64::from(row.external_count))
    };
    Ok(groups.into_iter().map(size).collect())
}

/// What the drafts are to hold beside the customers.
#[derive(Debug, Clone)]
pub struct NoticeDrafts {
    /// Who takes over, evenly.
    pub to: Vec<UserId>,
    /// What WeCom tells each customer.
    pub message: String,
    /// Begins the remark of each draft; the date follows.
    pub note: String,
}

/// A draft for one day of the notice period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayDraft {
    /// When the day begins.
    pub day: Timestamp,
    pub handover: Uuid,
}

/// Makes one draft in service for each day of the plan. Nothing is started: each waits for its
/// day and for a person.
///
/// # Errors
/// As [`plan_notice_period`]; [`Error::Conflict`] `nothing_in_service` where the plan moves
/// nobody in service.
pub async fn draft_notice_period(
    app: &App,
    actor: &Actor,
    userid: &UserId,
    wanted: &NoticePeriod,
    drafts: &NoticeDrafts,
) -> Result<Vec<DayDraft>, Error> {
    app.allow(actor, Act::HandoverPlan, Resource::Corp)?;
    if drafts.message.chars().count() > MAX_MESSAGE_CHARS {
        return Err(Error::invalid("message", "message_too_long"));
    }
    if drafts.to.is_empty() {
        return Err(Error::invalid("to", "no_successor"));
    }
    let made = plan_notice_period(app, actor, userid, wanted).await?;
    if made.plan.days.is_empty() {
        return Err(Error::Conflict {
            code: "nothing_in_service",
        });
    }
    let mut found = Vec::with_capacity(made.plan.days.len());
    for day in made.plan.days {
        let start = made.period.day(day.place);
        let request = request(userid, day, start, drafts);
        let handover = handover_plan::create_handover(app, actor, &request).await?;
        found.push(DayDraft {
            day: start,
            handover,
        });
    }
    Ok(found)
}

fn request(userid: &UserId, day: Day, start: Timestamp, drafts: &NoticeDrafts) -> Request {
    let message = drafts.message.trim();
    Request {
        customers: (!day.customers.is_empty()).then(|| Condition {
            only: Some(day.customers.into_iter().collect()),
            ..Condition::default()
        }),
        groups: (!day.groups.is_empty()).then_some(GroupChoice {
            only: Some(day.groups),
        }),
        assignment: Assignment::Evenly {
            to: drafts.to.clone(),
        },
        note: format!("{} {}", drafts.note, start.beijing_day())
            .trim()
            .to_owned(),
        message: (!message.is_empty()).then(|| message.to_owned()),
        ..everything(userid)
    }
}
