//! `jiebang bench NAME`: the one home of benchmarks. Progress goes to stderr; with `--json` the
//! last line of stdout is one object of figures.

mod plan;
mod submit;
mod sync;

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::harness::Error;
use crate::out::Out;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to measure
    #[arg(value_enum)]
    name: Name,
    /// Customers of the corp (sync) or of the leaver (submit); each has its own default
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    customers: Option<u32>,
    /// Successors of the plan (plan)
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=500))]
    successors: Option<u32>,
    /// Decides the generated company
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Use this database instead of an SQLite file
    #[arg(long)]
    database: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Name {
    /// Reading a whole corp: customers a second and memory
    Sync,
    /// Submitting one leaver's customers to a platform without latency: calls and overhead
    Submit,
    /// Assigning customers to successors by affinity: time, and the proof that no plan is better
    Plan,
    /// All of them, one after the other
    All,
}

/// # Errors
/// [`Error`] if a benchmark could not be run.
pub async fn run(args: Args, out: &Out) -> Result<ExitCode, Error> {
    let figures = match args.name {
        Name::Sync => sync::measure(&args, out).await?,
        Name::Submit => submit::measure(&args, out).await?,
        Name::Plan => plan::measure(&args, out)?,
        Name::All => {
            let plan = plan::measure(&args, out)?;
            let sync = sync::measure(&args, out).await?;
            json!({ "plan": plan, "sync": sync, "submit": submit::measure(&args, out).await? })
        }
    };
    out.last_line(&figures);
    Ok(ExitCode::SUCCESS)
}

fn temporary() -> Result<tempfile::TempDir, Error> {
    tempfile::tempdir().map_err(|source| Error::File {
        path: std::env::temp_dir(),
        source,
    })
}

/// With one digit behind the point.
fn rounded(number: f64) -> Value {
    json!((number * 10.0).round() / 10.0)
}
