//! `jiebang handover plan`: a draft and its dry run.

use std::process::ExitCode;

use jiebang_app::App;
use jiebang_app::handover::plan::{DryRun, create_handover};
use jiebang_app::handover::view::get_handover;
use jiebang_domain::access::Actor;
use jiebang_domain::text::{Lang, text};
use serde_json::json;

use super::{ask, show};
use crate::out::{Failure, Out};

pub async fn run(app: &App, args: ask::Args, out: Out) -> Result<ExitCode, Failure> {
    let request = ask::request(app, args).await?;
    let actor = Actor::operator();
    let id = create_handover(app, &actor, &request).await?;
    let detail = get_handover(app, &actor, id).await?;
    let dry_run = &detail.dry_run;
    out.object(
        &json!({ "id": id, "version": detail.summary.handover.version, "dry_run": dry_run }),
    );
    tell(dry_run, out);
    out.say("");
    out.say(format_args!(
        "Draft {id}. Nothing has reached WeCom yet. To start it:"
    ));
    out.say(format_args!("  jiebang handover run {id}"));
    Ok(ExitCode::SUCCESS)
}

fn tell(dry_run: &DryRun, out: Out) {
    out.say(format_args!(
        "{} rows: {} fine, {} with a note, {} blocked, {} without a successor",
        dry_run.rows_total, dry_run.fine, dry_run.with_note, dry_run.blocked, dry_run.unassigned
    ));
    for found in &dry_run.by_prediction {
        let key = format!("prediction.{}", found.prediction.as_str());
        let (count, kind) = (found.count, found.subject_kind.as_str());
        out.say(format_args!(
            "{count:>9}  {kind:<9} {}",
            text(Lang::En, &key, &[])
        ));
    }
    for successor in &dry_run.by_successor {
        out.say(format_args!(
            "{:>9}  customers and {} groups to {} {}",
            successor.customers, successor.groups, successor.userid, successor.name
        ));
    }
    let forecast = &dry_run.forecast;
    out.say(format_args!(
        "{} calls; groups over {} days; all submitted by {}, decided by {}",
        forecast.calls,
        forecast.groups_days,
        show::moment(forecast.submit_done_at.seconds()),
        show::moment(forecast.finish_at.seconds()),
    ));
}
