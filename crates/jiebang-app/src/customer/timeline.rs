//! Everything that happened to a customer, in the order of time: relations that began and ended,
//! every handover from plan to result, groups it joined.

use std::collections::BTreeSet;

use jiebang_domain::access::Actor;
use jiebang_domain::handover::plan::Reason;
use jiebang_domain::id::ExternalUserId;
use jiebang_store::customer_record as store;
use uuid::Uuid;

use super::{Known, Names, Person};
use crate::access::actor_names;
use crate::handover::plan::reason_of;
use crate::{App, Error};

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    Relation,
    Handover,
    Group,
}

impl EntryKind {
    pub const ALL: [Self; 3] = [Self::Relation, Self::Handover, Self::Group];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Relation => "relation",
            Self::Handover => "handover",
            Self::Group => "group",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Something that happened to a customer.
#[derive(Debug, Clone)]
pub struct Entry {
    pub at: i64,
    pub kind: EntryKind,
    /// `added`, `ended`, `joined`, or the name of a handover's step (`plan`, `submit` …).
    pub event: String,
    /// Why a relation ended, or what came of a step.
    pub outcome: Option<String>,
    /// Who did it: `system`, `operator` or `account:…`; absent where WeCom does not tell.
    pub actor: Option<String>,
    pub actor_name: Option<String>,
    /// Whose relation; the leaver of a handover; the owner of a group.
    pub member: Option<Person>,
    pub successor: Option<Person>,
    pub handover: Option<Uuid>,
    pub row_no: Option<i32>,
    /// Why the customer goes to the successor; with `plan`.
    pub reason: Option<Reason>,
    pub group_name: Option<String>,
    pub detail: Option<serde_json::Value>,
    /// Orders what happened at the same moment.
    order: (EntryKind, i64, String),
}

/// Where a timeline goes on: after the entry of this moment that is so many-th of that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimelineCursor {
    pub at: i64,
    pub nth: usize,
}

#[derive(Debug, Clone)]
pub struct TimelinePage {
    pub items: Vec<Entry>,
    pub next: Option<TimelineCursor>,
    pub total: usize,
}

/// What happened to a customer, the latest first.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`].
pub async fn list_timeline(
    app: &App,
    actor: &Actor,
    id: &ExternalUserId,
    kinds: &[EntryKind],
    after: Option<TimelineCursor>,
    limit: usize,
) -> Result<TimelinePage, Error> {
    let known = Known::find(app, actor, id).await?;
    let mut entries = of_relations(app, &known).await?;
    entries.extend(of_handovers(app, &known).await?);
    entries.extend(of_groups(app, &known).await?);
    entries.retain(|entry| kinds.is_empty() || kinds.contains(&entry.kind));
    entries.sort_by(|a, b| (b.at, &b.order).cmp(&(a.at, &a.order)));
    let total = entries.len();
    let start = after.map_or(0, |cursor| {
        let newer = entries.partition_point(|entry| entry.at > cursor.at);
        newer + cursor.nth
    });
    let mut items: Vec<Entry> = entries.split_off(start.min(total));
    let is_last = items.len() <= limit;
    items.truncate(limit);
    let next = items.last().filter(|_| !is_last).map(|last| {
        let newer = entries.iter().chain(&items).filter(|one| one.at > last.at);
        TimelineCursor {
            at: last.at,
            nth: start + items.len() - newer.count(),
        }
    });
    Ok(TimelinePage { items, next, total })
}

fn entry(at: i64, kind: EntryKind, event: &str) -> Entry {
    Entry {
        at,
        kind,
        event: event.to_owned(),
        outcome: None,
        actor: None,
        actor_name: None,
        member: None,
        successor: None,
        handover: None,
        row_no: None,
        reason: None,
        group_name: None,
        detail: None,
        order: (kind, 0, String::new()),
    }
}

async fn of_relations(app: &App, known: &Known) -> Result<Vec<Entry>, Error> {
    let userids = known.follows.iter().map(|one| one.userid.as_str());
    let names = Names::read(app, &known.corp, userids).await?;
    let mut found = Vec::new();
    for follow in &known.follows {
        let mut added = entry(follow.added_at, EntryKind::Relation, "added");
        added.member = Some(names.person(&follow.userid));
        added.detail = Some(serde_json::json!({ "add_way": follow.add_way }));
        added.order.2.clone_from(&follow.userid);
        if let Some(at) = follow.ended_at {
            let mut ended = entry(at, EntryKind::Relation, "ended");
            ended.member.clone_from(&added.member);
            ended.outcome.clone_from(&follow.end_reason);
            ended.order = (EntryKind::Relation, 1, follow.userid.clone());
            found.push(ended);
        }
        found.push(added);
    }
    Ok(found)
}

/// The plan of each row, which is no step of its own, and its steps with those of the handover as a
/// whole.
async fn of_handovers(app: &App, known: &Known) -> Result<Vec<Entry>, Error> {
    let numbers: Vec<(Uuid, i32)> = known
        .rows
        .iter()
        .map(|(row, _)| (row.handover_id, row.row_no))
        .collect();
    let steps = store::steps_of(app.store().read(), &numbers).await?;
    let successors: BTreeSet<&str> = known
        .rows
        .iter()
        .filter_map(|(row, _)| row.successor.as_deref())
        .chain(
            steps
                .iter()
                .filter_map(|step| successor_in(step.detail.as_ref())),
        )
        .collect();
    let names = Names::read(app, &known.corp, successors.into_iter()).await?;
    let actors = known
        .rows
        .iter()
        .map(|(_, handover)| handover.created_by.as_str())
        .chain(steps.iter().map(|step| step.actor.as_str()));
    let actors = actor_names(app, actors).await?;
    let mut found = Vec::new();
    for (row, handover) in &known.rows {
        let leaver = Person {
            userid: handover.leaver.clone(),
            name: handover.leaver_name.clone(),
        };
        let of_row = |at: i64, event: &str, who: &str| Entry {
            actor: Some(who.to_owned()),
            actor_name: actors.get(who).cloned(),
            member: Some(leaver.clone()),
            handover: Some(handover.id),
            row_no: Some(row.row_no),
            ..entry(at, EntryKind::Handover, event)
        };
        // A retry may have changed the successor since; its step says to whom.
        let planned_for = row.successor.as_deref().map(|id| names.person(id));
        found.push(Entry {
            successor: planned_for,
            reason: Some(reason_of(row)),
            outcome: Some(row.prediction.clone()),
            ..of_row(handover.created_at, "plan", &handover.created_by)
        });
        for step in steps.iter().filter(|step| step.handover_id == handover.id) {
            if step.row_no.is_some_and(|number| number != row.row_no) {
                continue;
            }
            found.push(Entry {
                outcome: Some(step.outcome.clone()),
                successor: successor_in(step.detail.as_ref()).map(|id| names.person(id)),
                detail: step.detail.clone(),
                order: (EntryKind::Handover, step.id, String::new()),
                ..of_row(step.at, &step.step, &step.actor)
            });
        }
    }
    Ok(found)
}

fn successor_in(detail: Option<&serde_json::Value>) -> Option<&str> {
    detail?.get("successor")?.as_str()
}

async fn of_groups(app: &App, known: &Known) -> Result<Vec<Entry>, Error> {
    let groups = store::groups_of(app.store().read(), &known.corp, &known.id).await?;
    let owners = groups.iter().map(|(group, _)| group.owner.as_str());
    let names = Names::read(app, &known.corp, owners).await?;
    let joined = groups.iter().map(|(group, one)| Entry {
        member: Some(names.person(&group.owner)),
        group_name: Some(group.name.clone()),
        order: (EntryKind::Group, 0, group.chat_id.clone()),
        ..entry(one.join_time, EntryKind::Group, "joined")
    });
    Ok(joined.collect())
}
