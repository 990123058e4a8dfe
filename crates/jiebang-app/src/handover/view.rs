//! Reads of handovers, narrowed to what the actor may see.

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource, Scope};
use jiebang_domain::handover::predict::Prediction;
use jiebang_domain::handover::request::Request;
use jiebang_domain::handover::schedule::OVERDUE;
use jiebang_domain::id::DepartmentId;
use jiebang_domain::time::Timestamp;
use jiebang_store::entity::handover::Model as Handover;
pub use jiebang_store::entity::handover_row::Model as Row;
pub use jiebang_store::entity::handover_step::Model as StepRecord;
use jiebang_store::entity::notice::Model as Notice;
use jiebang_store::handover::{self as store, Tally, assets};
pub use jiebang_store::handover::{Filter, RowFilter};
use uuid::Uuid;

use super::{facts, plan};
use crate::{App, Error};

/// How many rows stand where. Keys are row states (`planned` …) plus `carried`, `carry_failed`
/// and `carry_pending`.
pub type Counts = BTreeMap<&'static str, i64>;

/// A handover in a list.
#[derive(Debug, Clone)]
pub struct Summary {
    pub handover: Handover,
    pub total: i64,
    pub customers: i64,
    pub groups: i64,
    pub counts: Counts,
    pub successors: Vec<(String, String)>,
}

/// What one successor receives of a handover.
#[derive(Debug, Clone)]
pub struct BySuccessor {
    pub userid: String,
    pub name: String,
    pub customers: i64,
    pub groups: i64,
    pub counts: Counts,
    pub notice: Option<Notice>,
}

/// A handover with everything its page shows.
#[derive(Debug, Clone)]
pub struct Detail {
    pub summary: Summary,
    pub request: Request,
    pub by_successor: Vec<BySuccessor>,
    /// Rows by prediction and kind of subject.
    pub by_prediction: Vec<(Prediction, String, i64)>,
    /// What was predicted when it was planned.
    pub dry_run: plan::DryRun,
    pub next_poll_at: Option<i64>,
    /// Rows that have been waiting for more than 48 hours.
    pub overdue: i64,
    /// Transfer calls made so far.
    pub calls: u64,
}

/// The handover, if `actor` may do `act` with it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`].
pub async fn find(app: &App, actor: &Actor, act: Act, id: Uuid) -> Result<Handover, Error> {
    app.allow(actor, act, Resource::Corp)?;
    let corp = app.corp()?;
    let handover = store::get(app.store().read(), corp.as_str(), id)
        .await?
        .ok_or_else(|| Error::not_found("handover", id))?;
    if actor.scope != Scope::Corp {
        let departments = departments_of(app, &handover).await?;
        app.allow(actor, act, Resource::Departments(&departments))?;
    }
    Ok(handover)
}

/// Where the leaver belongs or belonged; nowhere if nothing is known of it any more (it was only
/// ever seen as the owner of groups that have passed on).
async fn departments_of(app: &App, handover: &Handover) -> Result<Vec<DepartmentId>, Error> {
    match facts::leaver(app, &app.corp()?, &super::leaver_of(handover)?).await {
        Ok(leaver) => Ok(leaver.departments),
        Err(Error::NotFound { .. }) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Handovers, newest first. An account limited to departments sees those whose leaver belongs
/// there. The second part is the cursor of the next page.
///
/// # Errors
/// [`Error::Denied`].
pub async fn list_handovers(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    before: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<Summary>, Option<Uuid>), Error> {
    app.allow(actor, Act::HandoverView, Resource::Corp)?;
    let (corp, read) = (app.corp()?, app.store().read());
    let mut found = Vec::new();
    let mut before = before;
    loop {
        let page = store::list(read, corp.as_str(), filter, before, limit + 1).await?;
        let more = page.len() as u64 > limit;
        for handover in page {
            if found.len() as u64 == limit {
                return Ok((summaries(app, found).await?, before));
            }
            before = Some(handover.id);
            if visible(app, actor, &handover).await? {
                found.push(handover);
            }
        }
        if !more {
            return Ok((summaries(app, found).await?, None));
        }
    }
}

pub(super) async fn visible(app: &App, actor: &Actor, handover: &Handover) -> Result<bool, Error> {
    if actor.scope == Scope::Corp {
        return Ok(true);
    }
    let departments = departments_of(app, handover).await?;
    let resource = Resource::Departments(&departments);
    Ok(app.allow(actor, Act::HandoverView, resource).is_ok())
}

async fn summaries(app: &App, handovers: Vec<Handover>) -> Result<Vec<Summary>, Error> {
    let read = app.store().read();
    let ids: Vec<Uuid> = handovers.iter().map(|handover| handover.id).collect();
    let tally = store::tally(read, &ids).await?;
    let names = names(app, tally.iter().filter_map(|t| t.successor.clone())).await?;
    Ok(handovers
        .into_iter()
        .map(|handover| {
            let own: Vec<&Tally> = tally
                .iter()
                .filter(|t| t.handover_id == handover.id)
                .collect();
            summary(handover, &own, &names)
        })
        .collect())
}

pub(super) async fn names(
    app: &App,
    userids: impl Iterator<Item = String>,
) -> Result<BTreeMap<String, String>, Error> {
    let wanted: std::collections::BTreeSet<String> = userids.collect();
    let wanted: Vec<String> = wanted.into_iter().collect();
    let corp = app.corp()?;
    let members = assets::members(app.store().read(), corp.as_str(), &wanted).await?;
    Ok(members
        .into_iter()
        .map(|member| (member.userid, member.name))
        .collect())
}

fn summary(handover: Handover, own: &[&Tally], names: &BTreeMap<String, String>) -> Summary {
    let of_kind = |kind: &str| {
        own.iter()
            .filter(|t| t.subject_kind == kind)
            .map(|t| t.rows)
            .sum()
    };
    let mut successors: Vec<&String> = own.iter().filter_map(|t| t.successor.as_ref()).collect();
    successors.sort();
    successors.dedup();
    Summary {
        total: own.iter().map(|t| t.rows).sum(),
        customers: of_kind("customer"),
        groups: of_kind("group"),
        counts: counts(own),
        successors: successors
            .into_iter()
            .map(|id| (id.clone(), names.get(id).cloned().unwrap_or_default()))
            .collect(),
        handover,
    }
}

fn counts(own: &[&Tally]) -> Counts {
    let mut counts: Counts = jiebang_domain::handover::row::RowState::NAMES
        .iter()
        .map(|name| (*name, 0))
        .collect();
    for key in ["carried", "carry_failed", "carry_pending"] {
        counts.insert(key, 0);
    }
    for tally in own {
        if let Some(count) = counts.get_mut(tally.state.as_str()) {
            *count += tally.rows;
        }
        let carry = match tally.carry.as_str() {
            "done" => "carried",
            "failed" | "partial" => "carry_failed",
            "pending" => "carry_pending",
            _ => continue,
        };
        if let Some(count) = counts.get_mut(carry) {
            *count += tally.rows;
        }
    }
    counts
}

/// A handover with its counts, per successor too.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`].
pub async fn get_handover(app: &App, actor: &Actor, id: Uuid) -> Result<Detail, Error> {
    let handover = find(app, actor, Act::HandoverView, id).await?;
    let read = app.store().read();
    let tally = store::tally(read, &[id]).await?;
    let all: Vec<&Tally> = tally.iter().collect();
    let names = names(app, tally.iter().filter_map(|t| t.successor.clone())).await?;
    let notices = store::notices(read, id).await?;
    let request: Request =
        serde_json::from_value(handover.request.clone()).map_err(|source| Error::Json {
            what: "request",
            source,
        })?;
    let dry_run =
        serde_json::from_value(handover.dry_run.clone()).map_err(|source| Error::Json {
            what: "dry run",
            source,
        })?;
    let now = app.now();
    let overdue = overdue(app, id, now).await?;
    let next_poll_at = next_poll(app, &handover, &tally).await?;
    let by_successor = by_successor(&tally, &names, &notices);
    let calls = store::count_calls(read, id).await?;
    Ok(Detail {
        by_prediction: by_prediction(&tally),
        summary: summary(handover, &all, &names),
        request,
        by_successor,
        dry_run,
        next_poll_at,
        overdue,
        calls,
    })
}

fn by_successor(
    tally: &[Tally],
    names: &BTreeMap<String, String>,
    notices: &[Notice],
) -> Vec<BySuccessor> {
    let mut groups: BTreeMap<&String, Vec<&Tally>> = BTreeMap::new();
    for entry in tally {
        if let Some(successor) = &entry.successor {
            groups.entry(successor).or_default().push(entry);
        }
    }
    groups
        .into_iter()
        .map(|(userid, own)| {
            let of_kind = |kind: &str| {
                own.iter()
                    .filter(|t| t.subject_kind == kind)
                    .map(|t| t.rows)
                    .sum()
            };
            BySuccessor {
                name: names.get(userid).cloned().unwrap_or_default(),
                customers: of_kind("customer"),
                groups: of_kind("group"),
                counts: counts(&own),
                notice: notices
                    .iter()
                    .find(|notice| notice.userid == *userid)
                    .cloned(),
                userid: userid.clone(),
            }
        })
        .collect()
}

fn by_prediction(tally: &[Tally]) -> Vec<(Prediction, String, i64)> {
    let mut counts: BTreeMap<(Prediction, &str), i64> = BTreeMap::new();
    for entry in tally {
        if let Some(prediction) = Prediction::parse(&entry.prediction) {
            *counts.entry((prediction, &entry.subject_kind)).or_default() += entry.rows;
        }
    }
    counts
        .into_iter()
        .map(|((p, kind), rows)| (p, kind.to_owned(), rows))
        .collect()
}

async fn overdue(app: &App, id: Uuid, now: Timestamp) -> Result<i64, Error> {
    let before = now.plus(-OVERDUE).seconds();
    let count = store::count_overdue(app.store().read(), id, before).await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

async fn next_poll(app: &App, handover: &Handover, tally: &[Tally]) -> Result<Option<i64>, Error> {
    if !tally
        .iter()
        .any(|t| matches!(t.state.as_str(), "waiting" | "unsure" | "intended"))
    {
        return Ok(None);
    }
    let of = handover.id.to_string();
    let queued = jiebang_store::job::list(
        app.store().read(),
        app.home(),
        Some(jiebang_store::job::State::Queued),
        None,
        1000,
    )
    .await?;
    Ok(queued
        .iter()
        .filter(|job| job.payload.get("handover").and_then(|h| h.as_str()) == Some(&of))
        .map(|job| job.run_at)
        .min())
}

/// Rows after row `after`, with the number of all that match.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`].
pub async fn list_rows(
    app: &App,
    actor: &Actor,
    id: Uuid,
    filter: &RowFilter,
    after: i32,
    limit: u64,
) -> Result<(Vec<Row>, u64), Error> {
    find(app, actor, Act::HandoverView, id).await?;
    let read = app.store().read();
    let rows = store::rows(read, id, filter, after, limit).await?;
    Ok((rows, store::count_rows(read, id, filter).await?))
}

/// The names of the successors of these rows.
///
/// # Errors
/// [`Error::Store`].
pub async fn successor_names(app: &App, rows: &[Row]) -> Result<BTreeMap<String, String>, Error> {
    names(app, rows.iter().filter_map(|row| row.successor.clone())).await
}

/// One row with its record, newest step first.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`].
pub async fn get_row(
    app: &App,
    actor: &Actor,
    id: Uuid,
    row_no: i32,
) -> Result<(Row, Vec<StepRecord>), Error> {
    find(app, actor, Act::HandoverView, id).await?;
    let read = app.store().read();
    let row = store::row(read, id, row_no)
        .await?
        .ok_or_else(|| Error::not_found("row", row_no))?;
    Ok((row, store::steps(read, id, Some(row_no), None, 500).await?))
}

/// A page of rows for an export: asks for the right to export, and records it once, when the
/// first page is taken.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`].
pub async fn export_rows(
    app: &App,
    actor: &Actor,
    id: Uuid,
    filter: &RowFilter,
    after: i32,
    limit: u64,
) -> Result<Vec<Row>, Error> {
    find(app, actor, Act::HandoverExport, id).await?;
    let read = app.store().read();
    if after == 0 {
        let rows = store::count_rows(read, id, filter).await?;
        let tx = app.begin().await?;
        let detail = serde_json::json!({ "rows": rows, "states": filter.states });
        super::record(
            app,
            &tx,
            &actor.reference(),
            "handover.export",
            id,
            "done",
            detail,
        )
        .await?;
        tx.commit().await?;
    }
    Ok(store::rows(read, id, filter, after, limit).await?)
}
