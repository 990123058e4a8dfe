//! The archive's policy (存档策略): versions, what one would do to what is stored, and putting one
//! in force.
//!
//! ```text
//! save ──▶ version ──simulate──▶ forecast
//!             └──activate──▶ in force for what comes; ApplyPolicy ──▶ days, deletions, files of what is stored
//! ```
//!
//! Invariants:
//! - a version is never changed; another is saved in its place;
//! - forecast and application go through the same messages with the same function, and open none;
//! - what a standing hold covers loses nothing; its files stay with it when the hold is lifted.

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::archive::policy::{Effect, Facts, Forecast, Measured, Policy, PolicyError};
use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use jiebang_store::Tx;
use jiebang_store::archive::policy::{self as store, Measure, PolicyVersion};
use jiebang_store::archive::{hold, message as messages};
use jiebang_store::setting::{self, Content};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::judge::{self, Judge};
use super::retention;
use crate::access::step_up;
use crate::audit::{self, Record};
use crate::job::{self, Held, Next, Task};
use crate::settings::{note_stored, parse_stored, read_stored};
use crate::{App, Change, Error};

/// Messages gone through at a time, foretelling and applying.
const LOOK: u64 = 2_000;
const BATCH: u64 = 500;
/// Most versions listed.
const MAX_VERSIONS: u64 = 200;
/// Longest name of a version, in characters.
const MAX_NAME: usize = 120;
/// The settings that hold which version is in force, and how far it was applied.
const ACTIVE: &str = "archive.policy_version";
const APPLY: &str = "archive.policy_apply";

/// What a simulation says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Simulation {
    pub started_at: i64,
    /// `None` while it is under way: then the forecast is of the messages seen so far.
    pub finished_at: Option<i64>,
    /// Messages gone through.
    pub seen: u64,
    pub forecast: Forecast,
}

/// A version as the console shows it. Moments are Unix seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyView {
    pub id: Uuid,
    pub version: i32,
    pub name: String,
    pub policy: Policy,
    pub saved_by: String,
    pub saved_at: i64,
    pub activated_by: Option<String>,
    pub activated_at: Option<i64>,
    pub is_active: bool,
    /// It is in force, and not yet applied to everything that is stored.
    pub is_being_applied: bool,
    pub simulation: Option<Simulation>,
}

/// How far a policy was applied to what is stored.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Applying {
    /// As of when.
    at: i64,
    after: i64,
    is_done: bool,
}

/// Saves a policy as a new version; it is not in force by that.
///
/// # Errors
/// [`Error::Invalid`] for the first fault; [`Error::Denied`], [`Error::Store`].
pub async fn save_policy(
    app: &App,
    actor: &Actor,
    name: &str,
    policy: &Policy,
) -> Result<PolicyView, Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    let (corp, name) = (app.corp()?, name.trim());
    if name.is_empty() {
        return Err(Error::invalid("name", "empty"));
    }
    if name.chars().count() > MAX_NAME {
        return Err(Error::invalid("name", "too_long"));
    }
    policy.check().map_err(fault)?;
    let version = PolicyVersion {
        id: app.new_id(),
        corp_id: corp.to_string(),
        version: 0,
        name: name.to_owned(),
        policy: to_json(policy)?,
        saved_by: actor.reference(),
        saved_at: app.now().seconds(),
        activated_by: None,
        activated_at: None,
        simulation: None,
    };
    let id = version.id;
    let tx = app.begin().await?;
    let number = store::add(&tx, version).await?;
    let detail = json!({ "version": number, "rules": policy.rules.len() });
    let entry = Record::done("archive_policy.save", "archive_policy", id).detail(detail);
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Archive);
    find(app, &corp, id).await
}

fn fault(error: PolicyError) -> Error {
    let rule = |place: usize, field: &str| format!("policy.rules[{place}].{field}");
    match error {
        PolicyError::TooManyRules => Error::invalid("policy.rules", "number_of_rules"),
        PolicyError::Name(place) => Error::invalid(rule(place, "name"), "empty"),
        PolicyError::SameName(place) => Error::invalid(rule(place, "name"), "same_name"),
        PolicyError::Days(place) => Error::invalid(rule(place, "then.days"), "days_out_of_range"),
        PolicyError::DefaultDays => Error::invalid("policy.default.days", "days_out_of_range"),
    }
}

/// The versions, newest first.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_policies(app: &App, actor: &Actor) -> Result<Vec<PolicyView>, Error> {
    app.allow(actor, Act::ArchiveStatus, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok(Vec::new());
    };
    let rows = store::list(app.store().read(), &corp, MAX_VERSIONS).await?;
    let (active, applying) = (read_stored(app, ACTIVE).await?, applying(app).await?);
    let views = rows.into_iter().map(|row| view(row, active, applying));
    views.collect()
}

/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn view_policy(app: &App, actor: &Actor, id: Uuid) -> Result<PolicyView, Error> {
    app.allow(actor, Act::ArchiveStatus, Resource::Corp)?;
    find(app, &app.corp()?, id).await
}

async fn find(app: &App, corp: &CorpId, id: Uuid) -> Result<PolicyView, Error> {
    let row = store::find(app.store().read(), corp, id).await?;
    let row = row.ok_or_else(|| Error::not_found("archive_policy", id))?;
    view(row, read_stored(app, ACTIVE).await?, applying(app).await?)
}

fn view(
    row: PolicyVersion,
    active: Option<Uuid>,
    applying: Option<Applying>,
) -> Result<PolicyView, Error> {
    let is_active = active == Some(row.id);
    Ok(PolicyView {
        is_active,
        is_being_applied: is_active && applying.is_some_and(|one| !one.is_done),
        policy: read(row.policy)?,
        simulation: row.simulation.map(read).transpose()?,
        id: row.id,
        version: row.version,
        name: row.name,
        saved_by: row.saved_by,
        saved_at: row.saved_at,
        activated_by: row.activated_by,
        activated_at: row.activated_at,
    })
}

/// Has it counted what a version would do to what is stored if it were put in force now.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn simulate_policy(app: &App, actor: &Actor, id: Uuid) -> Result<(), Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    let corp = app.corp()?;
    find(app, &corp, id).await?;
    let tx = app.begin().await?;
    store::note_simulation(&tx, &corp, id, to_json(&begun(app))?).await?;
    job::enqueue(app, &tx, &Task::SimulatePolicy { policy: id }, app.now()).await?;
    let entry = Record::done("archive_policy.simulate", "archive_policy", id);
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Archive);
    Ok(())
}

fn begun(app: &App) -> Simulation {
    Simulation {
        started_at: app.now().seconds(),
        finished_at: None,
        seen: 0,
        forecast: Forecast::default(),
    }
}

/// Puts a version in force: what comes is treated by it at once, what is stored by a job.
///
/// # Errors
/// [`Error::Conflict`] `policy_not_simulated` until it was simulated to the end;
/// [`Error::StepUpRequired`], [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn activate_policy(app: &App, actor: &Actor, id: Uuid) -> Result<PolicyView, Error> {
    app.allow(actor, Act::ArchiveManage, Resource::Corp)?;
    let (corp, now) = (app.corp()?, app.now());
    let found = find(app, &corp, id).await?;
    let is_simulated = found
        .simulation
        .is_some_and(|one| one.finished_at.is_some());
    if !is_simulated {
        return Err(Error::Conflict {
            code: "policy_not_simulated",
        });
    }
    step_up::require(app, actor, Act::ArchiveManage, ("archive_policy", id)).await?;
    let tx = app.begin().await?;
    // Not while a part of what is stored is gone through, nor while messages are stored that were
    // judged by the one before.
    hold::lock(&tx, corp.as_str()).await?;
    jiebang_store::archive::lock(&tx, &corp).await?;
    let by = actor.reference();
    store::note_activation(&tx, &corp, id, &by, now).await?;
    for (name, value) in [
        (judge::POLICY, to_json(&found.policy)?),
        (ACTIVE, json!(id)),
    ] {
        setting::put(&tx, app.home(), name, Content::Open(value), &by, now).await?;
    }
    apply_again(app, &tx).await?;
    let detail = json!({ "version": found.version });
    let entry = Record::done("archive_policy.activate", "archive_policy", id).detail(detail);
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Archive);
    find(app, &corp, id).await
}

/// Has the policy in force applied to everything that is stored, from the first message on.
///
/// # Errors
/// [`Error::Store`].
async fn apply_again(app: &App, tx: &Tx) -> Result<(), Error> {
    let begun = Applying {
        at: app.now().seconds(),
        after: -1,
        is_done: false,
    };
    note_stored(app, tx, APPLY, &begun).await?;
    job::enqueue(app, tx, &Task::ApplyPolicy, app.now()).await
}

async fn applying(app: &App) -> Result<Option<Applying>, Error> {
    read_stored(app, APPLY).await
}

/// Counts what a version would do.
///
/// # Errors
/// [`Error::Store`].
pub(crate) async fn run_simulation(app: &App, held: &Held, id: Uuid) -> Result<Next, Error> {
    let Ok(corp) = app.corp() else {
        return Ok(Next::Done);
    };
    let Some(row) = store::find(app.store().read(), &corp, id).await? else {
        return Ok(Next::Done);
    };
    let policy: Policy = read(row.policy)?;
    let (mut told, mut after) = (begun(app), -1);
    // One moment for all of them, or it would be of no moment.
    let now = app.now();
    loop {
        let some = store::measures(app.store().read(), &corp, after, LOOK).await?;
        let facts = facts_of(app, &corp, &some).await?;
        for message in &some {
            let Some(facts) = facts.get(&message.conversation_id) else {
                continue;
            };
            told.forecast.add(&policy, facts, &measured(message), now);
        }
        told.seen += some.len() as u64;
        match some.last() {
            Some(last) => after = last.id,
            None => told.finished_at = Some(app.now().seconds()),
        }
        let tx = app.begin().await?;
        held.assert(&tx).await?;
        store::note_simulation(&tx, &corp, id, to_json(&told)?).await?;
        tx.commit().await?;
        app.tell(Change::Archive);
        if told.finished_at.is_some() {
            return Ok(Next::Done);
        }
    }
}

/// Applies the policy in force to what is stored, from where it was.
///
/// # Errors
/// [`Error::Store`], [`Error::Storage`].
pub(crate) async fn run_apply(app: &App, held: &Held) -> Result<Next, Error> {
    let Ok(corp) = app.corp() else {
        return Ok(Next::Done);
    };
    loop {
        let tx = app.begin().await?;
        // Neither does another policy come into force meanwhile, nor is a hold placed. Before the
        // job's row, which whoever puts a policy in force waits for behind this.
        hold::lock(&tx, corp.as_str()).await?;
        held.assert(&tx).await?;
        let applying = setting::get(tx.conn(), app.home(), APPLY).await?;
        let applying: Option<Applying> = parse_stored(applying)?;
        let Some(mut applying) = applying else {
            return Ok(Next::Done);
        };
        if applying.is_done {
            drop(tx);
            // Without the lock: expiry holds its job's row and waits for it.
            let tx = app.begin().await?;
            retention::look_now(app, &tx, app.now()).await?;
            tx.commit().await?;
            return Ok(Next::Done);
        }
        let some = store::measures(tx.conn(), &corp, applying.after, BATCH).await?;
        let facts = facts_of(app, &corp, &some).await?;
        let policy = judge::policy_of(app, &tx).await?;
        apply_to(&tx, &corp, &policy, &some, &facts, applying.at).await?;
        match some.last() {
            Some(last) => applying.after = last.id,
            None => applying.is_done = true,
        }
        note_stored(app, &tx, APPLY, &applying).await?;
        tx.commit().await?;
        app.tell(Change::Archive);
    }
}

async fn apply_to(
    tx: &Tx,
    corp: &CorpId,
    policy: &Policy,
    some: &[Measure],
    facts: &BTreeMap<i64, Facts>,
    at: i64,
) -> Result<(), Error> {
    let at = Timestamp::from_seconds(at);
    let mut alike: BTreeMap<(Option<String>, Option<i64>), Vec<i64>> = BTreeMap::new();
    let mut without_files = Vec::new();
    for message in some {
        let Some(facts) = facts.get(&message.conversation_id) else {
            continue;
        };
        // What was said while it was refused goes, whatever a policy says.
        if message.flags & messages::REFUSED != 0 {
            continue;
        }
        let effect: Effect = policy.effect(facts, &measured(message), at);
        let rule = effect.rule.and_then(|place| policy.rules.get(place));
        let name = rule.map(|rule| rule.name.clone());
        let expires_at = effect.expires_at.map(Timestamp::seconds);
        if (&name, expires_at) != (&message.policy, message.expires_at) {
            alike
                .entry((name, expires_at))
                .or_default()
                .push(message.id);
        }
        if effect.loses_files && message.held == 0 {
            without_files.push(message.id);
        }
    }
    for ((name, expires_at), ids) in alike {
        messages::set_expiry(tx, corp, &ids, name.as_deref(), expires_at).await?;
    }
    if !without_files.is_empty() {
        store::let_files_go(tx, corp, &without_files).await?;
    }
    Ok(())
}

/// What is known of the conversations of these messages, by everybody who ever took part.
async fn facts_of(
    app: &App,
    corp: &CorpId,
    some: &[Measure],
) -> Result<BTreeMap<i64, Facts>, Error> {
    let mut ids: Vec<i64> = some.iter().map(|message| message.conversation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let talked = store::who_talked(app.store().read(), corp, &ids).await?;
    Judge::facts_of(app, corp, talked).await
}

fn measured(message: &Measure) -> Measured {
    let count = |number: i64| number.max(0).cast_unsigned();
    Measured {
        sent_at: Timestamp::from_seconds(message.sent_at.div_euclid(1_000)),
        is_masked: message.flags & messages::MASKED != 0,
        is_held: message.held != 0,
        files: count(message.files),
        file_bytes: count(message.file_bytes),
        bytes: count(message.bytes),
    }
}

fn to_json(value: &impl Serialize) -> Result<serde_json::Value, Error> {
    serde_json::to_value(value).map_err(|source| Error::Json {
        what: "policy",
        source,
    })
}

fn read<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> Result<T, Error> {
    serde_json::from_value(value).map_err(|source| Error::Json {
        what: "policy",
        source,
    })
}
