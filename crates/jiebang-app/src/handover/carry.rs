//! Writes remark, description, phones and corp tags of the leaver's relation for the successor,
//! reads them again, and says what could not be carried over.

use std::collections::BTreeMap;

use futures::stream::{self, StreamExt};
use jiebang_domain::customer::FollowRecord;
use jiebang_domain::handover::carry::{Missing, missing};
use jiebang_domain::handover::predict::Prediction;
use jiebang_domain::id::{ExternalUserId, UserId};
use jiebang_domain::time::MINUTE;
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::handover::{self as store, Step};
use jiebang_wecom::{Batch, CallError, Client, Cursor, Follow, Remark};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{follow, stored, worked_on};
use crate::job::{Held, Next};
use crate::{App, Change, Error};

/// Rows read and written in one round.
const ROUND: u64 = 500;
/// Calls under way at once.
const PARALLEL: usize = 6;
/// From this many rows on, reading the successor's whole list costs fewer calls.
const LIST_FROM: usize = 20;
/// Rows that lack something wait so long, in seconds, before they are tried again: a relation
/// shows up a little after the takeover.
const PAUSE: i64 = MINUTE;
/// Rounds after which a row is given up, with what is missing named.
const TRIES: u32 = 5;

/// What is stored of carrying one row over.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CarryDetail {
    #[serde(default)]
    pub tries: u32,
    /// What could not be written; absent when nothing is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
    /// Personal tags of the leaver: WeCom has no id for them, so they are shown here only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personal_tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errcode: Option<i64>,
}

/// The job that carries over everything one successor has taken over so far.
pub(crate) async fn carry_over(
    app: &App,
    held: &Held,
    handover: Uuid,
    successor: String,
) -> Result<Next, Error> {
    let Some(handover) = worked_on(app, handover).await? else {
        return Ok(Next::Done);
    };
    let client = app.connection()?.client;
    let successor = stored("userid", UserId::parse(successor))?;
    let read = app.store().read();
    let (to, tried_before) = (successor.as_str(), app.now().plus(-PAUSE).seconds());
    let rows = store::rows_to_carry(read, handover.id, to, tried_before, ROUND).await?;
    if rows.is_empty() {
        let now = app.now().seconds();
        let left = store::rows_to_carry(read, handover.id, to, now, 1).await?;
        return match left.is_empty() {
            true => follow::finish(app, held, &handover).await,
            false => Ok(Next::Again(app.now().plus(PAUSE))),
        };
    }
    let before = read_records(&client, &successor, &rows).await?;
    let errors = write_missing(&client, &successor, &rows, &before).await?;
    let after = read_records(&client, &successor, &rows).await?;
    conclude(app, held, &handover, &rows, &after, &errors).await?;
    app.tell(Change::Handover(handover.id));
    Ok(Next::Again(app.now()))
}

type Records = BTreeMap<String, FollowRecord>;

async fn read_records(client: &Client, successor: &UserId, rows: &[Row]) -> Result<Records, Error> {
    if rows.len() >= LIST_FROM {
        return read_list(client, successor).await;
    }
    let reads: Vec<_> = rows
        .iter()
        .map(|row| read_one(client, successor, row))
        .collect();
    let found = stream::iter(reads)
        .buffer_unordered(PARALLEL)
        .collect::<Vec<_>>()
        .await;
    let found: Vec<_> = found.into_iter().collect::<Result<_, Error>>()?;
    Ok(found.into_iter().flatten().collect())
}

async fn read_one(
    client: &Client,
    successor: &UserId,
    row: &Row,
) -> Result<Option<(String, FollowRecord)>, Error> {
    let customer = stored(
        "external userid",
        ExternalUserId::parse(row.subject_id.clone()),
    )?;
    let detail = client.customer(&customer).await?;
    let follow = detail.and_then(|d| d.follows.into_iter().find(|f| f.userid == *successor));
    Ok(follow.map(|follow| (row.subject_id.clone(), record_of(&follow))))
}

/// Every customer of the successor.
pub(super) async fn read_list(client: &Client, successor: &UserId) -> Result<Records, Error> {
    let mut records = Records::new();
    let member = Batch::from(successor.clone());
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = client.customers_by_members(&member, cursor).await?;
        for row in page.rows.items {
            records.insert(row.contact.external_userid.into(), record_of(&row.follow));
        }
        match page.rows.next {
            Some(next) => cursor = Some(next),
            None => return Ok(records),
        }
    }
}

fn record_of(follow: &Follow) -> FollowRecord {
    FollowRecord {
        remark: follow.remark.clone(),
        description: follow.description.clone(),
        remark_company: follow.remark_company.clone(),
        remark_mobiles: follow.mobiles.clone(),
        tags: follow.tag_ids().into_iter().collect(),
        personal_tags: Default::default(),
    }
}

fn snapshot_of(row: &Row) -> FollowRecord {
    row.snapshot
        .clone()
        .and_then(|snapshot| serde_json::from_value(snapshot).ok())
        .unwrap_or_default()
}

fn lacking(row: &Row, has: &FollowRecord) -> Missing {
    let knew_before = row.prediction == Prediction::AlreadyContact.as_str();
    missing(&snapshot_of(row), has, knew_before)
}

/// Writes what each row lacks. Both calls may be repeated without harm. Returns the platform's
/// refusals by customer; anything else that fails ends the round.
async fn write_missing(
    client: &Client,
    successor: &UserId,
    rows: &[Row],
    before: &Records,
) -> Result<BTreeMap<String, i64>, Error> {
    let mut writes = Vec::new();
    for row in rows {
        let Some(has) = before.get(&row.subject_id) else {
            continue;
        };
        let missing = lacking(row, has);
        if !missing.is_nothing() {
            writes.push(write_one(client, successor, row, missing));
        }
    }
    let results = stream::iter(writes)
        .buffer_unordered(PARALLEL)
        .collect::<Vec<_>>()
        .await;
    let mut refused = BTreeMap::new();
    for result in results {
        if let Some((id, code)) = result? {
            refused.insert(id, code);
        }
    }
    Ok(refused)
}

async fn write_one(
    client: &Client,
    successor: &UserId,
    row: &Row,
    missing: Missing,
) -> Result<Option<(String, i64)>, Error> {
    let customer = stored(
        "external userid",
        ExternalUserId::parse(row.subject_id.clone()),
    )?;
    let mut refusal = None;
    if missing.has_remark_part() {
        let remark = Remark {
            remark: missing.remark.clone(),
            description: missing.description.clone(),
            company: missing.remark_company.clone(),
            mobiles: missing.remark_mobiles.clone(),
        };
        refusal = refused(client.set_remark(successor, &customer, &remark).await)?;
    }
    if refusal.is_none() && !missing.tags.is_empty() {
        let tags: Vec<_> = missing.tags.iter().cloned().collect();
        refusal = refused(client.mark_tags(successor, &customer, &tags, &[]).await)?;
    }
    Ok(refusal.map(|code| (row.subject_id.clone(), code)))
}

/// A refusal concerns this customer; a doubt is settled by reading again; the rest ends the
/// round.
fn refused(result: Result<(), CallError>) -> Result<Option<i64>, Error> {
    match result {
        Ok(()) => Ok(None),
        Err(error) if error.is_unsure() => Ok(None),
        Err(CallError::Refused { code, .. }) if !is_config(code) => Ok(Some(code.0)),
        Err(error) => Err(error.into()),
    }
}

fn is_config(code: jiebang_wecom::ErrCode) -> bool {
    matches!(code.kind(), jiebang_wecom::ErrKind::Config(_))
}

/// Stores what became of each row; those that still lack something are tried again.
async fn conclude(
    app: &App,
    held: &Held,
    handover: &Handover,
    rows: &[Row],
    after: &Records,
    errors: &BTreeMap<String, i64>,
) -> Result<(), Error> {
    let now = app.now().seconds();
    let tx = app.begin().await?;
    held.assert(&tx).await?;
    let mut steps = Vec::new();
    let mut open = 0;
    for row in rows {
        let before: CarryDetail = row
            .carry_detail
            .clone()
            .and_then(|detail| serde_json::from_value(detail).ok())
            .unwrap_or_default();
        let left = after.get(&row.subject_id).map(|has| lacking(row, has));
        let done = left.as_ref().is_some_and(Missing::is_nothing);
        let tries = before.tries + 1;
        let state = match (done, tries < TRIES, &left) {
            (true, ..) => "done",
            (false, true, _) => "pending",
            (false, false, Some(_)) => "partial",
            (false, false, None) => "failed",
        };
        open += usize::from(state == "pending");
        let detail = CarryDetail {
            tries,
            missing: left.filter(|left| !left.is_nothing()),
            personal_tags: snapshot_of(row).personal_tags.into_iter().collect(),
            errcode: errors.get(&row.subject_id).copied(),
        };
        let detail = serde_json::to_value(detail).map_err(|source| Error::Json {
            what: "carry detail",
            source,
        })?;
        store::set_carry(&tx, handover.id, row.row_no, state, Some(detail), now).await?;
        if state != "pending" {
            steps.push(Step {
                row_no: Some(row.row_no),
                step: "carry",
                outcome: state.to_owned(),
                call_id: None,
                detail: None,
            });
        }
    }
    let summary = serde_json::json!({ "rows": rows.len(), "open": open });
    super::record(
        app,
        &tx,
        "system",
        "handover.carry",
        handover.id,
        "done",
        summary,
    )
    .await?;
    store::insert_steps(&tx, &handover.corp_id, handover.id, "system", now, steps).await?;
    Ok(tx.commit().await?)
}
