//! Submitting the customers of one leaver to a platform that answers at once.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::sync::database;
use super::{Args, rounded, temporary};
use crate::harness::{Error, Size, World, job, pause};
use crate::out::Out;

/// Customers of the leaver unless said otherwise.
const CUSTOMERS: u32 = 5_000;
/// Ids WeCom takes in one transfer call.
const BATCH: usize = 100;
/// Successors the customers are shared out to, and more where each would get more than
/// [`SHARE`]: what a member can have is limited.
const SUCCESSORS: usize = 5;
const SHARE: usize = 5_000;
const PATIENCE: Duration = Duration::from_secs(600);
/// Between two looks at the counts, in milliseconds: of many rows a look is work of its own.
const BETWEEN_LOOKS: u64 = 50;

pub(super) async fn measure(args: &Args, out: &Out) -> Result<Value, Error> {
    let customers = args.customers.unwrap_or(CUSTOMERS) as usize;
    let wanted = SUCCESSORS.max(customers.div_ceil(SHARE));
    let size = Size {
        seed: args.seed,
        staff: 60.max(wanted * 3),
        customers: customers + 500,
        groups: 40,
        leaver_customers: customers,
        leaver_groups: 0,
    };
    let dir = temporary()?;
    out.note(format!(
        "submit: a leaver with {customers} customers, {wanted} successors"
    ));
    let mut world = World::start(&size, dir.path(), args.database.as_deref()).await?;
    job::sync(&mut world).await?;
    let leaver = job::leave(&mut world).await?;
    let successors = world.successors(wanted).await?;
    let job = job::start(&mut world, &leaver, &successors, "").await?;
    let before = transfer_calls(&world).await?;
    let began = Instant::now();
    loop {
        let handover = world.api.get(&format!("handovers/{}", job.id)).await?;
        let counts = &handover["counts"];
        let open = ["planned", "intended", "unsure", "postponed"]
            .iter()
            .filter_map(|state| counts[state].as_i64())
            .sum::<i64>();
        if open == 0 {
            break;
        }
        if began.elapsed() > PATIENCE {
            let seconds = PATIENCE.as_secs();
            return Err(Error::Stuck {
                seconds,
                state: counts.to_string(),
            });
        }
        pause(BETWEEN_LOOKS).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    let calls = transfer_calls(&world).await?;
    let (made, asked) = (calls.0 - before.0, calls.1 - before.1);
    let least = successors.len() * customers.div_ceil(successors.len()).div_ceil(BATCH);
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of calls is far below 2^52"
    )]
    let per_call = seconds * 1000.0 / (made.max(1)) as f64;
    Ok(json!({
        "bench": "submit", "customers": customers, "successors": successors.len(),
        "calls": made, "least_calls": least, "result_reads": asked,
        "dry_run_seconds": rounded(job.planned_in.as_secs_f64()),
        "start_seconds": rounded(job.started_in.as_secs_f64()), "seconds": rounded(seconds),
        "ms_per_call": rounded(per_call), "rss_mb": world.server_rss_mb(),
        "database": database(args),
    }))
}

/// Transfer calls and reads of their results that reached the platform so far.
async fn transfer_calls(world: &World) -> Result<(i64, i64), Error> {
    let truth = world
        .control("GET", "truth?only=calls", Value::Null)
        .await?;
    let of = |path: &str| truth["calls"][path].as_i64().unwrap_or_default();
    Ok((
        of("externalcontact/resigned/transfer_customer"),
        of("externalcontact/resigned/transfer_result"),
    ))
}
