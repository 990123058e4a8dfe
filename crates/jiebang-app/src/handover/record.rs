//! The record of a handover: every step, many alike as one line, and who acted by name.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor};
use jiebang_store::handover as store;
pub use jiebang_store::handover::{GROUPED, StepFilter, StepLine};
use uuid::Uuid;

use super::view::{self, StepRecord};
use crate::access::actor_names;
use crate::{App, Error};

/// Steps of a handover, newest first, before step `before`, with the number of all that match.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`].
pub async fn list_steps(
    app: &App,
    actor: &Actor,
    id: Uuid,
    filter: &StepFilter,
    before: Option<i64>,
    limit: u64,
) -> Result<(Vec<StepRecord>, u64), Error> {
    view::find(app, actor, Act::HandoverView, id).await?;
    let read = app.store().read();
    let steps = store::filtered_steps(read, id, filter, before, limit).await?;
    Ok((steps, store::count_steps(read, id, filter).await?))
}

/// The record with what happened to many rows in the same minute as one line, newest first, after
/// `after` (minute and last step of a line).
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`].
pub async fn list_lines(
    app: &App,
    actor: &Actor,
    id: Uuid,
    filter: &StepFilter,
    after: Option<(i64, i64)>,
    limit: u64,
) -> Result<Vec<StepLine>, Error> {
    view::find(app, actor, Act::HandoverView, id).await?;
    Ok(store::step_lines(app.store().read(), id, filter, after, limit).await?)
}

/// What a filter of the record can ask for.
#[derive(Debug, Clone, Default)]
pub struct RecordValues {
    pub steps: BTreeSet<String>,
    pub outcomes: BTreeSet<String>,
    /// References with the name of the account, where there is one.
    pub actors: BTreeMap<String, Option<String>>,
}

/// # Errors
/// [`Error::NotFound`], [`Error::Denied`].
pub async fn list_values(app: &App, actor: &Actor, id: Uuid) -> Result<RecordValues, Error> {
    view::find(app, actor, Act::HandoverView, id).await?;
    let found = store::step_values(app.store().read(), id).await?;
    let names = actor_names(app, found.iter().map(|(_, _, who)| who.as_str())).await?;
    let mut values = RecordValues::default();
    for (step, outcome, who) in found {
        values.steps.insert(step);
        values.outcomes.insert(outcome);
        let name = || names.get(&who).cloned();
        values.actors.entry(who.clone()).or_insert_with(name);
    }
    Ok(values)
}

/// A page of steps for an export, newest first: asks for the right to export, and records it once,
/// when the first page is taken.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`].
pub async fn export_steps(
    app: &App,
    actor: &Actor,
    id: Uuid,
    filter: &StepFilter,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<StepRecord>, Error> {
    view::find(app, actor, Act::HandoverExport, id).await?;
    let read = app.store().read();
    if before.is_none() {
        let steps = store::count_steps(read, id, filter).await?;
        let tx = app.begin().await?;
        let detail = serde_json::json!({ "steps": steps });
        let by = actor.reference();
        super::record(app, &tx, &by, "handover.export_record", id, "done", detail).await?;
        tx.commit().await?;
    }
    Ok(store::filtered_steps(read, id, filter, before, limit).await?)
}
