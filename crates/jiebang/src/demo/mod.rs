//! `jiebang demo`: the main job on a generated company. With `--headless` to its end and
//! compared with the truth; without, the console is left running for a person.

mod console;
mod headless;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::harness::{Error, Size};
use crate::out::Out;

pub(crate) use headless::{report, verdict};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Run the main job to its end, compare with the truth, print one JSON object and stop
    #[arg(long)]
    headless: bool,
    /// Customers of the leaver
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    customers: u32,
    /// Groups of the leaver
    #[arg(long, default_value_t = 450, value_parser = clap::value_parser!(u32).range(0..=5_000))]
    groups: u32,
    /// Messages in the conversation archive (not with --headless); 0: no archive
    #[arg(long, default_value_t = 60_000, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    messages: u32,
    /// Decides names, relations and every random choice
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Keep everything in this folder instead of a temporary one
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Use this database instead of an SQLite file
    #[arg(long)]
    database: Option<String>,
    /// Where the console listens (not with --headless)
    #[arg(long, default_value = "127.0.0.1:8686")]
    listen: SocketAddr,
    /// Do not run a handover beforehand, so that the console starts with nothing done
    #[arg(long)]
    untouched: bool,
    /// Print one JSON line with address and login once the console is ready
    #[arg(long)]
    ready_json: bool,
}

impl Args {
    fn size(&self) -> Size {
        let (customers, groups) = (self.customers as usize, self.groups as usize);
        Size {
            seed: self.seed,
            staff: 80,
            customers: customers + 3_000,
            groups: groups + 150,
            leaver_customers: customers,
            leaver_groups: groups,
        }
    }
}

/// # Errors
/// [`Error`] if the run could not be carried out. A run that lost or doubled something is not an
/// error but a failing exit status.
pub async fn run(args: Args, out: &Out) -> Result<ExitCode, Error> {
    if args.headless {
        headless::run(&args, out).await
    } else {
        console::run(&args, out).await
    }
}
