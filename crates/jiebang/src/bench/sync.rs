//! Reading a whole corp into an empty installation.

use std::time::Instant;

use serde_json::{Value, json};

use super::{Args, rounded, temporary};
use crate::harness::{Error, Size, World, job};
use crate::out::Out;

/// Customers of the corp unless said otherwise.
const CUSTOMERS: u32 = 100_000;

pub(super) async fn measure(args: &Args, out: &Out) -> Result<Value, Error> {
    let customers = args.customers.unwrap_or(CUSTOMERS) as usize;
    let size = Size {
        seed: args.seed,
        staff: (customers / 250).clamp(40, 2_000),
        customers,
        groups: customers / 200,
        leaver_customers: (customers / 50).min(5_000),
        leaver_groups: 20,
    };
    let dir = temporary()?;
    out.note(format!(
        "sync: a corp with {customers} customers and {} members",
        size.staff
    ));
    let mut world = World::start(&size, dir.path(), args.database.as_deref()).await?;
    let before = world.server_rss_mb();
    let began = Instant::now();
    job::sync(&mut world).await?;
    let seconds = began.elapsed().as_secs_f64();
    let truth = world
        .control("GET", "truth?only=calls,calls_total", Value::Null)
        .await?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of customers is far below 2^52"
    )]
    let rate = customers as f64 / seconds;
    Ok(json!({
        "bench": "sync", "customers": customers, "members": size.staff, "groups": size.groups,
        "seconds": rounded(seconds), "customers_per_s": rounded(rate),
        "api_calls": truth["calls_total"], "rss_mb": world.server_rss_mb(),
        "rss_mb_before": before, "database": database(args),
    }))
}

pub(super) fn database(args: &Args) -> &'static str {
    match &args.database {
        Some(url) if url.starts_with("postgres") => "postgres",
        _ => "sqlite",
    }
}
