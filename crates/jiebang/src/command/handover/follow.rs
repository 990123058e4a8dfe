//! `jiebang handover run`: starts a draft and works on it in this process.

use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use jiebang_app::App;
use jiebang_app::handover::act::start_handover;
use jiebang_app::handover::view::{Counts, Detail, get_handover};
use jiebang_domain::access::Actor;
use uuid::Uuid;

use super::show::{self, sum};
use crate::command::work::Worker;
use crate::out::{Failure, Out};
use crate::stop;

/// How often progress is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// Longest answer to the question whether to start, in bytes.
const MAX_ANSWER: u64 = 64;

#[derive(clap::Args)]
pub struct Args {
    /// Id of the draft, or of a handover that runs already
    id: Uuid,
    /// Start without asking
    #[arg(long)]
    yes: bool,
    /// Stay until the last customer is decided, a day or more, instead of until all is submitted
    #[arg(long)]
    follow: bool,
}

pub async fn run(app: &App, args: Args, out: Out) -> Result<ExitCode, Failure> {
    let actor = Actor::operator();
    let detail = get_handover(app, &actor, args.id).await?;
    if detail.summary.handover.state == "draft" {
        start(app, &actor, &detail, args.yes).await?;
    }
    let stop = stop::listen()?;
    let worker = Worker::start(app);
    let total = usize::try_from(detail.summary.total).unwrap_or_default();
    let progress = out.progress(total);
    let mut detail = detail;
    loop {
        let counts = &detail.summary.counts;
        let (open, done) = if args.follow {
            follow(&detail)
        } else {
            submission(counts)
        };
        progress.set(total.saturating_sub(usize::try_from(open).unwrap_or_default()));
        if (done && detail.summary.handover.state != "draft") || *stop.borrow() {
            break;
        }
        tokio::time::sleep(LOOK).await;
        detail = get_handover(app, &actor, args.id).await?;
    }
    progress.done();
    worker.stop().await;
    show::one(app, args.id, out).await?;
    if *stop.borrow() {
        out.note("Stopped. A running server, or the same command again, goes on.");
        return Ok(ExitCode::from(130));
    }
    if detail.summary.handover.state == "running" {
        out.note("All is submitted. A running server follows it to the end; so does --follow.");
    }
    Ok(ExitCode::SUCCESS)
}

/// Rows still to be submitted, and whether that is over.
fn submission(counts: &Counts) -> (i64, bool) {
    let open = sum(counts, &["planned", "intended", "unsure"]);
    (open, open == 0)
}

/// Rows not decided yet, and whether the handover has ended.
fn follow(detail: &Detail) -> (i64, bool) {
    let names = ["planned", "intended", "unsure", "postponed", "waiting"];
    let ended = matches!(
        detail.summary.handover.state.as_str(),
        "finished" | "cancelled"
    );
    (sum(&detail.summary.counts, &names), ended)
}

async fn start(app: &App, actor: &Actor, detail: &Detail, yes: bool) -> Result<(), Failure> {
    let planned = sum(&detail.summary.counts, &["planned"]);
    let handover = &detail.summary.handover;
    if !yes {
        confirm(&format!(
            "{planned} customers and groups of {} {} are handed over. WeCom has no call that \
             takes it back. Start?",
            handover.leaver, handover.leaver_name
        ))?;
    }
    let confirmed = usize::try_from(planned).unwrap_or_default();
    start_handover(app, actor, handover.id, handover.version, confirmed).await?;
    Ok(())
}

fn confirm(question: &str) -> Result<(), Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("nobody can be asked whether to start")
            .with_remedy("Say --yes to start without being asked."));
    }
    let mut stderr = std::io::stderr();
    let _ = write!(stderr, "{question} [yes/no] ").and_then(|()| stderr.flush());
    let mut answer = String::new();
    let mut input = std::io::Read::take(std::io::stdin().lock(), MAX_ANSWER);
    let read = std::io::BufReader::new(&mut input).read_line(&mut answer);
    if read.is_ok() && answer.trim().eq_ignore_ascii_case("yes") {
        Ok(())
    } else {
        Err(Failure::failed("not started"))
    }
}
