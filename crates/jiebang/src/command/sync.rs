//! `jiebang sync`: reads the whole corp in this process, beside a running server or without one.

use std::process::ExitCode;
use std::time::Duration;

use jiebang_app::App;
use jiebang_app::sync::{self, SyncRun};
use jiebang_domain::access::Actor;

use super::work::Worker;
use crate::config::Config;
use crate::out::{Failure, Out};
use crate::{installation, stop};

/// How often progress is looked at.
const LOOK: Duration = Duration::from_millis(300);

#[derive(clap::Args)]
pub struct Args {}

pub async fn run(_args: Args, config: Config, out: Out) -> Result<ExitCode, Failure> {
    let app = installation::open(&config).await?;
    let stop = stop::listen()?;
    let begun = sync::start_sync(&app, &Actor::operator()).await?;
    let worker = Worker::start(&app);
    let stages = out.stages();
    let mut run = begun;
    while run.finished_at.is_none() && !*stop.borrow() {
        tokio::time::sleep(LOOK).await;
        run = find(&app, run.id).await?;
        let of = run
            .progress
            .total
            .map_or_else(String::new, |total| format!(" of {total}"));
        stages.tell(format!("{}: {}{of}", run.progress.step, run.progress.done));
    }
    stages.done();
    worker.stop().await;
    out.object(&run);
    if run.finished_at.is_none() {
        out.note("Stopped. The next sync, or the server, goes on where this one stood.");
        return Ok(ExitCode::from(130));
    }
    if let Some(error) = run.error {
        return Err(Failure::failed(format!("the sync ended early: {error}"))
            .with_remedy("Run `jiebang doctor`: it names what is missing."));
    }
    for (what, number) in &run.counts {
        out.say(format_args!("{number:>9}  {what}"));
    }
    for (what, number) in run.repaired.iter().filter(|(_, number)| **number > 0) {
        out.say(format_args!("{number:>9}  {what} that callbacks had lost"));
    }
    Ok(ExitCode::SUCCESS)
}

async fn find(app: &App, id: i64) -> Result<SyncRun, Failure> {
    let page = sync::list_runs(app, &Actor::operator(), Some(id + 1), 1).await?;
    page.items
        .into_iter()
        .find(|run| run.id == id)
        .ok_or_else(|| Failure::failed(format!("the sync run {id} is gone")))
}
