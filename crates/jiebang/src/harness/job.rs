//! The main job, from an empty installation to the comparison with the truth.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::ledger::Before;
use super::{Driver, Error, Ledger, Watch, World, compare};

/// A started handover, and what was there before it.
pub struct Job {
    pub id: String,
    pub leaver: String,
    pub before: Before,
    /// How long the plan took with the dry run of every row.
    pub planned_in: Duration,
    /// How long the start took.
    pub started_in: Duration,
}

/// Reads the whole corp into the server.
///
/// # Errors
/// [`Error`].
pub async fn sync(world: &mut World) -> Result<(), Error> {
    let run = world.api.post("sync", &json!({ "kind": "full" })).await?;
    let id = run["id"].as_i64().ok_or_else(|| lacks("POST sync", "id"))?;
    Driver::default().run(world, Watch::Sync(id)).await
}

/// The leaver leaves, and the corp is read again.
///
/// # Errors
/// [`Error`].
pub async fn leave(world: &mut World) -> Result<String, Error> {
    let leaver = world.leaver().await?;
    world
        .control("POST", &format!("members/{leaver}/leave"), json!({}))
        .await?;
    world
        .control("POST", "clock", json!({ "advance_s": 600 }))
        .await?;
    sync(world).await?;
    Ok(leaver)
}

fn lacks(what: &str, field: &'static str) -> Error {
    Error::Answer {
        what: what.to_owned(),
        field,
    }
}

/// Plans a handover of everything `leaver` has, evenly over `successors`, and starts it.
///
/// # Errors
/// [`Error`].
pub async fn start(
    world: &mut World,
    leaver: &str,
    successors: &[String],
    note: &str,
) -> Result<Job, Error> {
    let before = Before::read(world, leaver).await?;
    let plan = json!({
        "leaver": leaver,
        "customers": { "filter": {} },
        "groups": {},
        "assignment": { "mode": "evenly", "to": successors },
        "record_scope": { "mode": "days", "days": 180 },
        "note": note,
    });
    let began = Instant::now();
    let draft = world.api.post("handovers", &plan).await?;
    let planned_in = began.elapsed();
    let id = draft["id"]
        .as_str()
        .ok_or_else(|| lacks("POST handovers", "id"))?
        .to_owned();
    let planned = draft["counts"]["planned"].as_i64().unwrap_or_default();
    let confirm = json!({ "confirm_total": planned, "version": draft["version"] });
    let began = Instant::now();
    world
        .api
        .post(&format!("handovers/{id}/start"), &confirm)
        .await?;
    Ok(Job {
        id,
        leaver: leaver.to_owned(),
        before,
        planned_in,
        started_in: began.elapsed(),
    })
}

impl Job {
    /// Follows the handover to its end.
    ///
    /// # Errors
    /// [`Error::Stuck`] if it does not end, or contact ways go on naming the leaver.
    pub async fn finish(
        &self,
        world: &mut World,
        told: &mut (dyn FnMut(&Value) + Send),
    ) -> Result<(), Error> {
        Driver::default()
            .run(world, Watch::Handover(&self.id, told))
            .await?;
        Driver::default()
            .run(world, Watch::Ways(&self.leaver))
            .await
    }

    /// Compares the outcome with the truth.
    ///
    /// # Errors
    /// [`Error`] if one of the two cannot be asked.
    pub async fn compare(&self, world: &mut World) -> Result<Ledger, Error> {
        compare(world, &self.id, &self.leaver, &self.before).await
    }
}
