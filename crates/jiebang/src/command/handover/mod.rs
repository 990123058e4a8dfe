//! `jiebang handover`: plan, run and look at handovers from the command line.

mod ask;
mod follow;
mod plan;
mod show;

use std::process::ExitCode;

use clap::Subcommand;
use uuid::Uuid;

use crate::config::Config;
use crate::installation;
use crate::out::{Failure, Out};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Plan a handover, store it as a draft and print the dry run; nothing reaches WeCom
    Plan(Box<ask::Args>),
    /// Start a draft and work until everything is submitted
    Run(follow::Args),
    /// List handovers, or show one
    Status {
        /// Id of the handover; all when absent
        id: Option<Uuid>,
    },
}

pub async fn run(args: Args, config: Config, out: Out) -> Result<ExitCode, Failure> {
    let app = installation::open_existing(&config).await?;
    match args.act {
        Act::Plan(args) => plan::run(&app, *args, out).await,
        Act::Run(args) => follow::run(&app, args, out).await,
        Act::Status { id: Some(id) } => show::one(&app, id, out).await,
        Act::Status { id: None } => show::all(&app, out).await,
    }
}
