//! `jiebang bench NAME`: the one home of benchmarks. Progress goes to stderr; with `--json` the
//! last line of stdout is one object of figures.

mod ingest;
mod plan;
mod search;
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
    /// Messages (ingest, search); each has its own default
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=20_000_000))]
    messages: Option<u32>,
    /// Decides the generated company
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Use this database instead of an SQLite file
    #[arg(long)]
    database: Option<String>,
    /// Where messages are kept (ingest, search). postgres takes --database, or the address that
    /// scripts/with-postgres gives
    #[arg(long, value_enum)]
    store: Option<StoreKind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum StoreKind {
    Sqlite,
    Postgres,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Name {
    /// Reading a whole corp: customers a second and memory
    Sync,
    /// Submitting one leaver's customers to a platform without latency: calls and overhead
    Submit,
    /// Assigning customers to successors by affinity: time, and the proof that no plan is better
    Plan,
    /// Taking an archive in: messages a second from WeCom's page to a sealed, indexed message
    Ingest,
    /// Finding messages: milliseconds for the newest 20, and whether they are the right ones
    Search,
    /// All of them, one after the other
    All,
}

impl Args {
    /// Finds the database that `--store` means.
    fn choose_store(&mut self) -> Result<(), Error> {
        match self.store {
            Some(StoreKind::Postgres) if self.database.is_none() => {
                let given = std::env::var("JIEBANG_TEST_POSTGRES").ok();
                let url = given.filter(|url| !url.is_empty()).ok_or_else(|| {
                    Error::Server(
                        "--store postgres needs --database, or scripts/with-postgres in front"
                            .to_owned(),
                    )
                })?;
                self.database = Some(url);
            }
            Some(StoreKind::Sqlite) => self.database = None,
            _ => {}
        }
        Ok(())
    }
}

/// # Errors
/// [`Error`] if a benchmark could not be run.
pub async fn run(mut args: Args, out: &Out) -> Result<ExitCode, Error> {
    args.choose_store()?;
    let figures = match args.name {
        Name::Sync => sync::measure(&args, out).await?,
        Name::Submit => submit::measure(&args, out).await?,
        Name::Plan => plan::measure(&args, out)?,
        Name::Ingest => ingest::measure(&args, out).await?,
        Name::Search => search::measure(&args, out).await?,
        Name::All => {
            let plan = plan::measure(&args, out)?;
            let sync = sync::measure(&args, out).await?;
            let submit = submit::measure(&args, out).await?;
            let ingest = ingest::measure(&args, out).await?;
            let search = search::measure(&args, out).await?;
            json!({
                "plan": plan, "sync": sync, "submit": submit, "ingest": ingest, "search": search,
            })
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
