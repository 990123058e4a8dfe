//! The main job to its end, with a crash in the middle.

use std::process::ExitCode;
use std::time::Instant;

use serde_json::{Value, json};

use super::Args;
use crate::harness::{Driver, Error, Ledger, Watch, World, job};
use crate::out::Out;

/// Successors the leaver's customers are shared out to.
const SUCCESSORS: usize = 6;

pub(super) async fn run(args: &Args, out: &Out) -> Result<ExitCode, Error> {
    let began = Instant::now();
    let kept = args.dir.clone();
    let temporary = tempfile::tempdir().map_err(|source| Error::File {
        path: std::env::temp_dir(),
        source,
    })?;
    let dir = kept.as_deref().unwrap_or(temporary.path());
    let size = args.size();
    out.note(format!(
        "a company with {} customers; one leaver with {} customers and {} groups",
        size.customers, size.leaver_customers, size.leaver_groups
    ));
    let mut world = World::start(&size, dir, args.database.as_deref()).await?;
    let behaviour = json!({
        "seed": args.seed, "refuse_share": 0.04, "early_accept_share": 0.2,
        "deleted_before_share": 0.01,
    });
    world.control("POST", "behaviour", behaviour).await?;
    out.note("sync");
    job::sync(&mut world).await?;
    let leaver = job::leave(&mut world).await?;
    let successors = world.successors(SUCCESSORS).await?;
    out.note("handover");
    let job = job::start(&mut world, &leaver, &successors, "老客户，请先打招呼").await?;
    crash_in_the_middle(&mut world, &job.id, size.leaver_customers, out).await?;
    let progress = out.progress(size.leaver_customers + size.leaver_groups);
    job.finish(&mut world, &mut |counts| progress.set(ended(counts)))
        .await?;
    progress.done();
    let ledger = job.compare(&mut world).await?;
    let calls = world
        .control("GET", "truth?only=calls_total", Value::Null)
        .await?;
    let report = report(&ledger, &calls["calls_total"], began);
    out.last_line(&report);
    Ok(verdict(&ledger))
}

/// Waits until about half of the customers are submitted, then kills the server.
async fn crash_in_the_middle(
    world: &mut World,
    id: &str,
    customers: usize,
    out: &Out,
) -> Result<(), Error> {
    let half = i64::try_from(customers / 2).unwrap_or(i64::MAX);
    let mut submitted = 0;
    let mut driver = Driver::default();
    while submitted < half {
        let mut told = |counts: &Value| submitted = touched(counts);
        if driver
            .step(world, &mut Watch::Handover(id, &mut told))
            .await?
        {
            break;
        }
    }
    out.note(format!(
        "kill -9 of the server after {submitted} rows were submitted"
    ));
    world.crash().await
}

fn sum(counts: &Value, names: &[&str]) -> i64 {
    names.iter().filter_map(|name| counts[name].as_i64()).sum()
}

/// Rows that have been submitted at least once.
fn touched(counts: &Value) -> i64 {
    sum(
        counts,
        &[
            "intended",
            "unsure",
            "waiting",
            "taken_over",
            "refused",
            "full",
        ],
    )
}

/// Rows that have ended.
pub(crate) fn ended(counts: &Value) -> usize {
    let names = [
        "taken_over",
        "refused",
        "full",
        "no_relation",
        "failed",
        "blocked",
        "unassigned",
    ];
    usize::try_from(sum(counts, &names)).unwrap_or_default()
}

/// The one JSON object a run ends with.
pub(crate) fn report(ledger: &Ledger, api_calls: &Value, began: Instant) -> Value {
    let mut report = serde_json::to_value(ledger).unwrap_or_default();
    report["api_calls"] = api_calls.clone();
    report["seconds"] = json!((began.elapsed().as_secs_f64() * 10.0).round() / 10.0);
    report
}

/// Success only if nothing was lost, doubled or carried wrongly.
pub(crate) fn verdict(ledger: &Ledger) -> ExitCode {
    let wrong = ledger.lost
        + ledger.duplicated
        + ledger.carried_wrong
        + ledger.notices_wrong
        + ledger.ways_wrong;
    if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
