//! Plans: who gets what, and what the platform will say to it. Nothing here touches the platform.

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::handover::approval::{Why, is_last_transfer, reasons};
use jiebang_domain::handover::plan::{Assigned, Mode, Reason, assign_customers, assign_groups};
use jiebang_domain::handover::predict::{
    CustomerFacts, Forecast, Prediction, Setting, forecast, predict_customer, predict_group,
};
use jiebang_domain::handover::request::Request;
use jiebang_domain::handover::schedule::group_day;
use jiebang_domain::handover::{Kind, Subject};
use jiebang_domain::id::{CorpId, UserId};
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::{StoreError, handover as store};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::facts::{self, Facts};
use super::{message, note};
use crate::{App, Change, Error};

/// What will happen, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DryRun {
    pub rows_total: usize,
    pub fine: usize,
    /// Submitted, but with something to know about it.
    pub with_note: usize,
    pub blocked: usize,
    pub unassigned: usize,
    /// Submitted rows that wait for two persons to say yes.
    #[serde(default)]
    pub awaiting_approval: usize,
    /// Submitted rows that use the last in-service transfer of 90 days.
    #[serde(default)]
    pub second_transfers: usize,
    pub by_prediction: Vec<PredictionCount>,
    pub by_successor: Vec<SuccessorCount>,
    pub forecast: Forecast,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PredictionCount {
    pub prediction: Prediction,
    pub subject_kind: Subject,
    pub count: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuccessorCount {
    pub userid: UserId,
    pub name: String,
    pub customers: usize,
    pub groups: usize,
    /// Customers this successor has already.
    pub already: usize,
}

/// A plan that is not stored.
pub(super) struct Built {
    pub leaver_name: String,
    pub rows: Vec<Row>,
    pub dry_run: DryRun,
}

/// The kind of handover that fits the leaver: resigned if it has left, else in service.
///
/// # Errors
/// [`Error::NotFound`] for a member nothing is known of.
pub async fn kind_for(app: &App, leaver: &UserId) -> Result<Kind, Error> {
    let member = facts::leaver(app, &app.corp()?, leaver).await?;
    Ok(
        if member.gone || member.status == jiebang_domain::directory::MemberStatus::Left {
            Kind::Resigned
        } else {
            Kind::InService
        },
    )
}

async fn allowed(app: &App, actor: &Actor, corp: &CorpId, request: &Request) -> Result<(), Error> {
    // The right itself first, so that a stranger learns nothing of who exists.
    app.allow(actor, Act::HandoverPlan, Resource::Corp)?;
    request.check().map_err(Error::Invalid)?;
    let leaver = facts::leaver(app, corp, &request.leaver).await?;
    app.allow(
        actor,
        Act::HandoverPlan,
        Resource::Departments(&leaver.departments),
    )
}

/// Shows what a handover would do; nothing is stored.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Denied`], [`Error::NotFound`], [`Error::NotConnected`].
pub async fn preview_handover(
    app: &App,
    actor: &Actor,
    request: &Request,
) -> Result<DryRun, Error> {
    let corp = app.corp()?;
    allowed(app, actor, &corp, request).await?;
    Ok(build(app, &corp, Uuid::nil(), request, None).await?.dry_run)
}

/// Plans a handover and stores it as a draft.
///
/// # Errors
/// As [`preview_handover`].
pub async fn create_handover(app: &App, actor: &Actor, request: &Request) -> Result<Uuid, Error> {
    let corp = app.corp()?;
    allowed(app, actor, &corp, request).await?;
    let id = app.new_id();
    let built = build(app, &corp, id, request, None).await?;
    let handover = model(app, actor, &corp, id, request, &built, 1)?;
    let tx = app.begin().await?;
    store::insert(&tx, handover).await?;
    let summary = serde_json::json!({ "rows": built.rows.len(), "kind": request.kind.as_str() });
    store::insert_rows(&tx, built.rows).await?;
    super::record(
        app,
        &tx,
        &actor.reference(),
        "handover.plan",
        id,
        "done",
        summary,
    )
    .await?;
    tx.commit().await?;
    app.tell(Change::Handover(id));
    Ok(id)
}

/// Plans a draft anew. `version` is the one the caller has seen.
///
/// # Errors
/// As [`preview_handover`]; [`Error::Conflict`] if it is no draft of that version any more.
pub async fn replan_handover(
    app: &App,
    actor: &Actor,
    id: Uuid,
    version: i32,
    request: &Request,
) -> Result<(), Error> {
    let corp = app.corp()?;
    allowed(app, actor, &corp, request).await?;
    let old = super::view::find(app, actor, Act::HandoverPlan, id).await?;
    if old.state != "draft" {
        return Err(Error::Conflict {
            code: "handover_not_draft",
        });
    }
    let mut built = build(app, &corp, id, request, Some(id)).await?;
    note::keep(app, id, &mut built.rows).await?;
    let mut handover = model(app, actor, &corp, id, request, &built, version + 1)?;
    handover.created_by = old.created_by;
    handover.created_at = old.created_at;
    let tx = app.begin().await?;
    conflict(
        "handover_changed",
        store::replace_draft(&tx, handover, version).await,
    )?;
    let summary = serde_json::json!({ "rows": built.rows.len(), "kind": request.kind.as_str() });
    store::insert_rows(&tx, built.rows).await?;
    super::record(
        app,
        &tx,
        &actor.reference(),
        "handover.replan",
        id,
        "done",
        summary,
    )
    .await?;
    tx.commit().await?;
    app.tell(Change::Handover(id));
    Ok(())
}

/// Deletes a draft.
///
/// # Errors
/// [`Error::Conflict`] if it was started.
pub async fn delete_draft(app: &App, actor: &Actor, id: Uuid) -> Result<(), Error> {
    super::view::find(app, actor, Act::HandoverPlan, id).await?;
    let corp = app.corp()?;
    let tx = app.begin().await?;
    conflict(
        "handover_not_draft",
        store::delete_draft(&tx, corp.as_str(), id).await,
    )?;
    let none = serde_json::json!({});
    super::record(
        app,
        &tx,
        &actor.reference(),
        "handover.delete",
        id,
        "done",
        none,
    )
    .await?;
    Ok(tx.commit().await?)
}

/// A write that found the handover in another state is a conflict, not a fault.
pub(crate) fn conflict(code: &'static str, result: Result<(), StoreError>) -> Result<(), Error> {
    match result {
        Err(StoreError::RowCount { .. } | StoreError::Conflict { .. }) => {
            Err(Error::Conflict { code })
        }
        other => Ok(other?),
    }
}

fn model(
    app: &App,
    actor: &Actor,
    corp: &CorpId,
    id: Uuid,
    request: &Request,
    built: &Built,
    version: i32,
) -> Result<Handover, Error> {
    let json = |value: Result<serde_json::Value, serde_json::Error>| {
        value.map_err(|source| Error::Json {
            what: "request",
            source,
        })
    };
    Ok(Handover {
        id,
        corp_id: corp.to_string(),
        kind: request.kind.as_str().to_owned(),
        leaver: request.leaver.to_string(),
        leaver_name: built.leaver_name.clone(),
        state: "draft".to_owned(),
        request: json(serde_json::to_value(request))?,
        scope: json(serde_json::to_value(request.record_scope))?,
        dry_run: json(serde_json::to_value(&built.dry_run))?,
        note: request.note.clone(),
        message: request.message.clone(),
        created_by: actor.reference(),
        created_at: app.now().seconds(),
        started_by: None,
        started_at: None,
        finished_at: None,
        version,
        planned_by: Some(actor.reference()),
        planned_at: Some(app.now().seconds()),
    })
}

/// Makes the plan from the facts of the moment.
pub(super) async fn build(
    app: &App,
    corp: &CorpId,
    id: Uuid,
    request: &Request,
    except: Option<Uuid>,
) -> Result<Built, Error> {
    let facts = facts::gather(app, corp, request, except).await?;
    let mut rows = Vec::with_capacity(facts.customers.len() + facts.groups.len());
    customer_rows(app, request, &facts, &mut rows)?;
    group_rows(app, request, &facts, &mut rows)?;
    for (index, row) in rows.iter_mut().enumerate() {
        row.handover_id = id;
        row.row_no = i32::try_from(index + 1).unwrap_or(i32::MAX);
        corp.as_str().clone_into(&mut row.corp_id);
    }
    let dry_run = summary(request.kind, &facts, &rows, app.now());
    let to: Vec<UserId> = dry_run
        .by_successor
        .iter()
        .map(|one| one.userid.clone())
        .collect();
    let (message, leaver) = (request.message.as_deref(), &facts.leaver.name);
    message::check(app, corp, message, leaver, &to).await?;
    Ok(Built {
        leaver_name: facts.leaver.name,
        rows,
        dry_run,
    })
}

fn customer_rows(
    app: &App,
    request: &Request,
    facts: &Facts,
    rows: &mut Vec<Row>,
) -> Result<(), Error> {
    let setting = Setting {
        kind: request.kind,
        leaver: &facts.leaver,
        now: app.now(),
    };
    let subjects: Vec<_> = facts.customers.iter().map(|c| c.subject.clone()).collect();
    let assigned = assign_customers(request, &facts.cast(), &subjects, &facts.ties);
    for (customer, assigned) in facts.customers.iter().zip(assigned) {
        let id = customer.subject.external_userid.to_string();
        let prediction = assigned.successor.as_ref().map(|successor| {
            let pair = (successor.to_string(), id.clone());
            let known = CustomerFacts {
                successor_follows: facts.known.contains(&pair),
                no_room: assigned.reason.mode == Mode::NoRoom,
                ..customer.facts
            };
            predict_customer(setting, facts.successors.get(successor), known)
        });
        let mut row = new_row(
            Subject::Customer,
            id,
            &customer.subject.name,
            &assigned,
            prediction,
        )?;
        let snapshot = serde_json::to_value(&customer.record).map_err(|source| Error::Json {
            what: "snapshot",
            source,
        })?;
        row.snapshot = Some(snapshot);
        let used = customer.facts.transfers;
        let why = reasons(&facts.policy, request.kind, Some(&customer.subject), used);
        ask(&mut row, request.kind, used, &why);
        rows.push(row);
    }
    Ok(())
}

fn group_rows(
    app: &App,
    request: &Request,
    facts: &Facts,
    rows: &mut Vec<Row>,
) -> Result<(), Error> {
    let now = app.now();
    let setting = Setting {
        kind: request.kind,
        leaver: &facts.leaver,
        now,
    };
    let subjects: Vec<_> = facts.groups.iter().map(|g| g.subject.clone()).collect();
    let mut place = 0;
    let assigned = assign_groups(request, &facts.wanted, &subjects);
    for (group, assigned) in facts.groups.iter().zip(assigned) {
        let successor = assigned.successor.as_ref();
        let mut prediction = successor
            .map(|userid| predict_group(setting, facts.successors.get(userid), group.facts));
        let mut day = 0;
        if prediction == Some(Prediction::Fine) {
            day = group_day(place, facts.groups_today);
            place += 1;
            if day > 0 {
                prediction = Some(Prediction::LaterDay);
            }
        }
        let id = group.subject.chat_id.to_string();
        let mut row = new_row(
            Subject::Group,
            id,
            &group.subject.name,
            &assigned,
            prediction,
        )?;
        if day > 0 {
            let mut date = now.beijing_day();
            for _ in 0..day {
                date = date.next();
            }
            row.prediction_detail =
                Some(serde_json::json!({ "not_before": date.start().seconds() }));
        }
        let used = group.facts.transfers;
        let why = reasons(&facts.policy, request.kind, None, used);
        ask(&mut row, request.kind, used, &why);
        rows.push(row);
    }
    Ok(())
}

/// Writes down what is known of the budget of a row, and that it waits if two persons are to say
/// yes to it.
fn ask(row: &mut Row, kind: Kind, transfers: u32, why: &[Why]) {
    if kind == Kind::InService && transfers > 0 {
        let detail = row
            .prediction_detail
            .get_or_insert_with(|| serde_json::json!({}));
        detail["transfers"] = transfers.into();
    }
    if !why.is_empty() {
        row.approval = Some(serde_json::json!(why));
        if row.state == "planned" {
            "awaiting_approval".clone_into(&mut row.state);
        }
    }
}

fn new_row(
    subject: Subject,
    id: String,
    name: &str,
    assigned: &Assigned,
    prediction: Option<Prediction>,
) -> Result<Row, Error> {
    let state = match prediction {
        None => "unassigned",
        Some(prediction) if prediction.is_submitted() => "planned",
        Some(_) => "blocked",
    };
    let reason = serde_json::to_value(&assigned.reason).map_err(|source| Error::Json {
        what: "reason",
        source,
    })?;
    Ok(Row {
        handover_id: Uuid::nil(),
        row_no: 0,
        corp_id: String::new(),
        subject_kind: subject.as_str().to_owned(),
        subject_id: id,
        name: name.to_owned(),
        successor: assigned.successor.as_ref().map(ToString::to_string),
        reason,
        prediction: prediction
            .unwrap_or(Prediction::NoSuccessor)
            .as_str()
            .to_owned(),
        prediction_detail: None,
        state: state.to_owned(),
        errcode: None,
        not_before: None,
        waiting_until: None,
        ended_at: None,
        call_id: None,
        started_at: None,
        carry: "none".to_owned(),
        carry_detail: None,
        snapshot: None,
        updated_at: 0,
        note: None,
        approval: None,
    })
}

fn summary(
    kind: Kind,
    facts: &Facts,
    rows: &[Row],
    now: jiebang_domain::time::Timestamp,
) -> DryRun {
    let mut predictions: BTreeMap<(Prediction, Subject), usize> = BTreeMap::new();
    let mut successors: BTreeMap<UserId, SuccessorCount> = BTreeMap::new();
    for userid in facts.wanted.iter().cloned() {
        let name = facts
            .successors
            .get(&userid)
            .map(|m| m.name.clone())
            .unwrap_or_default();
        let none = SuccessorCount {
            userid: userid.clone(),
            name,
            customers: 0,
            groups: 0,
            already: 0,
        };
        successors.insert(userid, none);
    }
    for row in rows {
        let Some(prediction) = Prediction::parse(&row.prediction) else {
            continue;
        };
        let subject = Subject::parse(&row.subject_kind).unwrap_or(Subject::Customer);
        *predictions.entry((prediction, subject)).or_default() += 1;
        let successor = row
            .successor
            .as_ref()
            .and_then(|id| UserId::parse(id.clone()).ok());
        let count = successor.and_then(|id| successors.get_mut(&id));
        if let Some(count) = count.filter(|_| prediction.is_submitted()) {
            match subject {
                Subject::Customer => count.customers += 1,
                Subject::Group => count.groups += 1,
            }
            count.already += usize::from(prediction == Prediction::AlreadyContact);
        }
    }
    let of = |wanted: &dyn Fn(Prediction) -> bool| {
        predictions
            .iter()
            .filter(|((p, _), _)| wanted(*p))
            .map(|(_, count)| count)
            .sum::<usize>()
    };
    let unassigned = of(&|p| p == Prediction::NoSuccessor);
    let customers: Vec<usize> = successors.values().map(|s| s.customers).collect();
    let groups: Vec<usize> = successors.values().map(|s| s.groups).collect();
    DryRun {
        rows_total: rows.len(),
        fine: of(&|p| p == Prediction::Fine),
        with_note: of(&|p| p.is_submitted() && p != Prediction::Fine),
        blocked: of(&|p| !p.is_submitted()) - unassigned,
        unassigned,
        awaiting_approval: rows
            .iter()
            .filter(|row| row.state == "awaiting_approval")
            .count(),
        second_transfers: rows.iter().filter(|row| is_second(kind, row)).count(),
        by_prediction: predictions
            .iter()
            .map(|((prediction, subject), count)| PredictionCount {
                prediction: *prediction,
                subject_kind: *subject,
                count: *count,
            })
            .collect(),
        by_successor: successors.into_values().collect(),
        forecast: forecast(kind, &customers, &groups, facts.groups_today, now),
    }
}

fn is_second(kind: Kind, row: &Row) -> bool {
    let used = row.prediction_detail.as_ref();
    let used = used.and_then(|detail| detail.get("transfers")?.as_u64());
    let used = u32::try_from(used.unwrap_or_default()).unwrap_or(u32::MAX);
    let goes = matches!(row.state.as_str(), "planned" | "awaiting_approval");
    goes && is_last_transfer(kind, used)
}

/// Why a row goes where it goes, as stored.
#[must_use]
pub fn reason_of(row: &Row) -> Reason {
    serde_json::from_value(row.reason.clone()).unwrap_or_else(|_| Mode::Nobody.into())
}
