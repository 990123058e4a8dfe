//! Approvals: who may say yes or no to rows that wait for two persons, and what follows.
//!
//! Invariants:
//! - every vote is decided under the handover's lock, so that the second yes, a no, a cancel and a
//!   retry come one after the other;
//! - a vote names what it is about; if that is not what waits now, it is refused.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource, Who};
use jiebang_domain::handover::approval::{
    self, Decision, MAX_COMMENT_CHARS, Standing, Vote, Why, standing,
};
use jiebang_domain::handover::row::RowEvent;
use jiebang_store::Tx;
use jiebang_store::access::account as accounts;
use jiebang_store::entity::handover::Model as Handover;
pub use jiebang_store::entity::handover_approval::Model as VoteRecord;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::handover::{self as store, RowFilter, Step};
use serde_json::json;
use uuid::Uuid;

use super::act::{enqueue_submits, nowhere_else, raced};
use super::moves::{self, Context, Move};
use super::{leaver_of, record, view};
use crate::access::{actor_names, step_up};
use crate::{App, Change, Error};

/// Most handovers that wait for approval listed at once.
const MAX_LISTED: u64 = 500;
/// Most votes, the latest ones, looked through for what was decided.
const MAX_RECENT: u64 = 400;

/// What two persons are asked, and how far that has come.
#[derive(Debug, Clone)]
pub struct Asked {
    pub handover: Handover,
    /// The rows that wait.
    pub rows: Vec<Row>,
    /// What a vote must name.
    pub digest: String,
    /// `account:<id>` of those who said yes to these rows.
    pub approved_by: BTreeSet<String>,
    /// Every vote there ever was, oldest first.
    pub votes: Vec<VoteRecord>,
    /// The actor could say yes or no now, the password aside.
    pub may_vote: bool,
    /// Names of the rows' successors by userid.
    pub successor_names: BTreeMap<String, String>,
    /// Names of those who voted by `account:<id>`.
    pub voter_names: BTreeMap<String, String>,
}

/// Why a row needs approval, as stored.
#[must_use]
pub fn reasons_of(row: &Row) -> Vec<Why> {
    let stored = row.approval.clone();
    stored
        .and_then(|stored| serde_json::from_value(stored).ok())
        .unwrap_or_default()
}

fn awaiting() -> RowFilter {
    RowFilter {
        states: vec!["awaiting_approval".to_owned()],
        ..RowFilter::default()
    }
}

/// The hash that names these rows of this plan. Starting a handover does not change its plan.
fn digest_of(handover: &Handover, rows: &[Row]) -> String {
    let plan = handover.version - i32::from(handover.started_at.is_some());
    let named = |row: &Row| {
        let subject = format!("{}:{}", row.subject_kind, row.subject_id);
        (
            row.row_no,
            subject,
            row.successor.clone().unwrap_or_default(),
        )
    };
    let rows: Vec<_> = rows.iter().map(named).collect();
    jiebang_vault::token_hash(&approval::subject(plan, &rows))
}

fn makers(handover: &Handover) -> BTreeSet<String> {
    let last = handover.planned_by.clone();
    last.into_iter()
        .chain([handover.created_by.clone()])
        .collect()
}

/// The account of the leaver, if it has one.
async fn leaver_account(app: &App, handover: &Handover) -> Result<Option<String>, Error> {
    let leaver = leaver_of(handover)?;
    let account = accounts::by_member(app.store().read(), app.home(), &leaver).await?;
    Ok(account.map(|account| format!("account:{}", account.id)))
}

fn votes_of(records: &[VoteRecord]) -> Vec<Vote> {
    let vote = |record: &VoteRecord| {
        Some(Vote {
            voter: record.account.clone(),
            digest: record.digest.clone(),
            decision: Decision::parse(&record.decision)?,
            withdrawn: record.withdrawn_at.is_some(),
        })
    };
    records.iter().filter_map(vote).collect()
}

/// Why this person's word does not count for the handover, if it does not.
fn barred(
    actor: &Actor,
    handover: &Handover,
    leaver_account: Option<&str>,
) -> Result<Option<&'static str>, Error> {
    let own = actor.reference();
    Ok(if !matches!(actor.who, Who::Account(_)) {
        Some("approver_unknown")
    } else if makers(handover).contains(&own) {
        Some("approver_is_maker")
    } else if actor.userid == Some(leaver_of(handover)?) || leaver_account == Some(&*own) {
        Some("approver_is_leaver")
    } else {
        None
    })
}

/// What is asked of a handover.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`].
pub async fn get_approvals(app: &App, actor: &Actor, id: Uuid) -> Result<Asked, Error> {
    let handover = view::find(app, actor, Act::HandoverView, id).await?;
    asked(app, actor, handover).await
}

async fn asked(app: &App, actor: &Actor, handover: Handover) -> Result<Asked, Error> {
    let read = app.store().read();
    let (id, all) = (handover.id, u64::from(u32::MAX));
    let rows = store::rows(read, id, &awaiting(), 0, all).await?;
    let votes = store::approvals(read, id).await?;
    let leaver = leaver_account(app, &handover).await?;
    let digest = digest_of(&handover, &rows);
    let mut out = makers(&handover);
    out.extend(leaver.clone());
    let approved_by = match standing(&votes_of(&votes), &digest, &out) {
        Standing::Open(yes) | Standing::Approved(yes) => yes,
        Standing::Declined => BTreeSet::new(),
    };
    let may_vote = matches!(handover.state.as_str(), "draft" | "running")
        && !rows.is_empty()
        && barred(actor, &handover, leaver.as_deref())?.is_none()
        && !approved_by.contains(&actor.reference())
        && view::find(app, actor, Act::HandoverApprove, id)
            .await
            .is_ok();
    Ok(Asked {
        successor_names: view::successor_names(app, &rows).await?,
        voter_names: actor_names(app, votes.iter().map(|vote| &*vote.account)).await?,
        handover,
        rows,
        digest,
        approved_by,
        votes,
        may_vote,
    })
}

/// The handovers with rows that wait for approval, newest first, that the actor may see.
///
/// # Errors
/// [`Error::Denied`].
pub async fn list_approvals(app: &App, actor: &Actor) -> Result<Vec<Asked>, Error> {
    let mut found = Vec::new();
    for handover in waiting(app, actor).await? {
        found.push(asked(app, actor, handover).await?);
    }
    Ok(found)
}

/// Rows of a handover that were decided.
#[derive(Debug, Clone)]
pub struct Decided {
    pub handover: Handover,
    pub decision: Decision,
    /// What was said, oldest first.
    pub votes: Vec<VoteRecord>,
    /// Names of those who voted by `account:<id>`.
    pub voter_names: BTreeMap<String, String>,
}

/// What was decided of late, the latest first, of the handovers that the actor may see.
///
/// # Errors
/// [`Error::Denied`].
pub async fn list_decided(app: &App, actor: &Actor) -> Result<Vec<Decided>, Error> {
    app.allow(actor, Act::HandoverView, Resource::Corp)?;
    let (corp, read) = (app.corp()?, app.store().read());
    let mut order = Vec::new();
    let mut by_subject: BTreeMap<(Uuid, String), Vec<VoteRecord>> = BTreeMap::new();
    for vote in store::recent_approvals(read, corp.as_str(), MAX_RECENT).await? {
        let subject = (vote.handover_id, vote.digest.clone());
        if !by_subject.contains_key(&subject) {
            order.push(subject.clone());
        }
        by_subject.entry(subject).or_default().insert(0, vote);
    }
    let mut found = Vec::new();
    for subject in order {
        let votes = by_subject.remove(&subject).unwrap_or_default();
        let (id, digest) = subject;
        let decision = match standing(&votes_of(&votes), &digest, &BTreeSet::new()) {
            Standing::Open(_) => continue,
            Standing::Approved(_) => Decision::Approve,
            Standing::Declined => Decision::Decline,
        };
        let Some(handover) = store::get(read, corp.as_str(), id).await? else {
            continue;
        };
        if view::visible(app, actor, &handover).await? {
            let voters = votes.iter().map(|vote| &*vote.account);
            found.push(Decided {
                voter_names: actor_names(app, voters).await?,
                handover,
                decision,
                votes,
            });
        }
    }
    Ok(found)
}

/// How many handovers have rows that wait for approval.
///
/// # Errors
/// [`Error::Denied`].
pub async fn count_approvals(app: &App, actor: &Actor) -> Result<u64, Error> {
    Ok(waiting(app, actor).await?.len() as u64)
}

async fn waiting(app: &App, actor: &Actor) -> Result<Vec<Handover>, Error> {
    app.allow(actor, Act::HandoverView, Resource::Corp)?;
    let corp = app.corp()?;
    let waiting = store::awaiting_approval(app.store().read(), corp.as_str(), MAX_LISTED).await?;
    let mut visible = Vec::new();
    for handover in waiting {
        if view::visible(app, actor, &handover).await? {
            visible.push(handover);
        }
    }
    Ok(visible)
}

/// Says yes or no to the rows that `digest` names. The second yes lets them go on; a no ends
/// them.
///
/// # Errors
/// [`Error::Conflict`]: `approval_changed` if other rows wait by now, `approver_is_maker`,
/// `approver_is_leaver`, `approver_unknown`, `already_approved`, `rows_in_other_handover`;
/// [`Error::StepUpRequired`]; [`Error::Invalid`] if a no has no reason.
pub async fn vote(
    app: &App,
    actor: &Actor,
    id: Uuid,
    digest: &str,
    decision: Decision,
    comment: &str,
) -> Result<(), Error> {
    let seen = view::find(app, actor, Act::HandoverApprove, id).await?;
    step_up::require(app, actor, Act::HandoverApprove, ("handover", id)).await?;
    let comment = comment.trim();
    if comment.chars().count() > MAX_COMMENT_CHARS {
        return Err(Error::invalid("comment", "too_long"));
    }
    if decision == Decision::Decline && comment.is_empty() {
        return Err(Error::invalid("comment", "required"));
    }
    let leaver = leaver_account(app, &seen).await?;
    let tx = app.begin().await?;
    let handover = super::lock(&tx, id).await?;
    if let Some(code) = barred(actor, &handover, leaver.as_deref())? {
        return Err(Error::Conflict { code });
    }
    let rows = waiting_for(&tx, &handover, digest).await?;
    let mut out = makers(&handover);
    out.extend(leaver);
    let own = actor.reference();
    let mut records = store::approvals(tx.conn(), id).await?;
    if let Standing::Open(yes) = standing(&votes_of(&records), digest, &out)
        && decision == Decision::Approve
        && yes.contains(&own)
    {
        return Err(Error::Conflict {
            code: "already_approved",
        });
    }
    let record = VoteRecord {
        id: app.new_id(),
        corp_id: handover.corp_id.clone(),
        handover_id: id,
        digest: digest.to_owned(),
        account: own.clone(),
        decision: decision.as_str().to_owned(),
        comment: comment.to_owned(),
        at: app.now().seconds(),
        withdrawn_at: None,
    };
    store::insert_approval(&tx, record.clone()).await?;
    records.push(record);
    let stands = standing(&votes_of(&records), digest, &out);
    follow_vote(app, &tx, &handover, &own, &rows, decision, &stands).await?;
    tx.commit().await?;
    app.tell(Change::Handover(id));
    Ok(())
}

/// The rows that wait, if they are those that `digest` names.
async fn waiting_for(tx: &Tx, handover: &Handover, digest: &str) -> Result<Vec<Row>, Error> {
    let all = u64::from(u32::MAX);
    let rows = store::rows(tx.conn(), handover.id, &awaiting(), 0, all).await?;
    let open = matches!(handover.state.as_str(), "draft" | "running");
    if !open || rows.is_empty() || digest_of(handover, &rows) != digest {
        return Err(Error::Conflict {
            code: "approval_changed",
        });
    }
    Ok(rows)
}

async fn follow_vote(
    app: &App,
    tx: &Tx,
    handover: &Handover,
    by: &str,
    rows: &[Row],
    decision: Decision,
    stands: &Standing,
) -> Result<(), Error> {
    let (step, event) = match stands {
        Standing::Open(_) => ("approve", None),
        Standing::Approved(_) => ("approve", Some(RowEvent::Approve)),
        Standing::Declined => ("decline", Some(RowEvent::Decline)),
    };
    if let Some(event) = event {
        let context = Context {
            handover,
            actor: by,
            step,
            call: None,
            successor: None,
        };
        let moved = |row| Move {
            row,
            event,
            errcode: None,
        };
        let moves: Vec<Move<'_>> = rows.iter().map(moved).collect();
        raced(moves::apply(app, tx, &context, &moves).await)?;
    } else {
        note(app, tx, handover, by, step, rows).await?;
    }
    let runs = handover.state == "running";
    let goes_on = runs && event == Some(RowEvent::Approve);
    if goes_on {
        enqueue_submits(app, tx, handover.id, rows).await?;
    }
    let act = match decision {
        Decision::Approve => "handover.approve",
        Decision::Decline => "handover.decline",
    };
    let detail = json!({ "rows": rows.len(), "decided": event.is_some() });
    record(app, tx, by, act, handover.id, "done", detail).await?;
    if goes_on {
        nowhere_else(tx, handover, rows).await?;
    }
    if runs {
        super::finish_if_done(app, tx, handover).await?;
    }
    Ok(())
}

/// Has the record of every row say who spoke, where that alone does not move it.
async fn note(
    app: &App,
    tx: &Tx,
    handover: &Handover,
    by: &str,
    step: &'static str,
    rows: &[Row],
) -> Result<(), Error> {
    let steps = rows.iter().map(|row| Step {
        row_no: Some(row.row_no),
        step,
        outcome: row.state.clone(),
        call_id: None,
        detail: None,
    });
    let (corp, now) = (&handover.corp_id, app.now().seconds());
    store::insert_steps(tx, corp, handover.id, by, now, steps.collect()).await?;
    Ok(())
}

/// Takes back what the actor said, as long as the second yes is missing.
///
/// # Errors
/// [`Error::Conflict`]: `nothing_to_withdraw`, `approval_changed`.
pub async fn withdraw(app: &App, actor: &Actor, id: Uuid) -> Result<(), Error> {
    view::find(app, actor, Act::HandoverApprove, id).await?;
    let tx = app.begin().await?;
    let handover = super::lock(&tx, id).await?;
    let all = u64::from(u32::MAX);
    let rows = store::rows(tx.conn(), id, &awaiting(), 0, all).await?;
    let digest = digest_of(&handover, &rows);
    let (by, now) = (actor.reference(), app.now().seconds());
    let taken = if rows.is_empty() {
        0
    } else {
        store::withdraw_approval(&tx, id, &by, &digest, now).await?
    };
    if taken == 0 {
        return Err(Error::Conflict {
            code: "nothing_to_withdraw",
        });
    }
    note(app, &tx, &handover, &by, "withdraw_approval", &rows).await?;
    let detail = json!({ "rows": rows.len() });
    record(
        app,
        &tx,
        &by,
        "handover.withdraw_approval",
        id,
        "done",
        detail,
    )
    .await?;
    tx.commit().await?;
    app.tell(Change::Handover(id));
    Ok(())
}
