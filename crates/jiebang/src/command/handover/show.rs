//! `jiebang handover status`.

use std::process::ExitCode;

use jiebang_app::App;
use jiebang_app::handover::view::{Counts, Filter, Summary, get_handover, list_handovers};
use jiebang_domain::access::Actor;
use jiebang_domain::time::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::out::{Failure, Out};

/// Most handovers listed.
const MOST: u64 = 100;

pub async fn all(app: &App, out: Out) -> Result<ExitCode, Failure> {
    let (found, more) =
        list_handovers(app, &Actor::operator(), &Filter::default(), None, MOST).await?;
    if found.is_empty() {
        out.say("No handover yet. Plan one with `jiebang handover plan`.");
    }
    for summary in &found {
        out.object(&object(summary));
        out.say(line(summary));
    }
    if more.is_some() {
        out.note(format_args!("The {MOST} newest are shown."));
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn one(app: &App, id: Uuid, out: Out) -> Result<ExitCode, Failure> {
    let detail = get_handover(app, &Actor::operator(), id).await?;
    let mut object = object(&detail.summary);
    object["next_poll_at"] = json!(detail.next_poll_at);
    object["overdue"] = json!(detail.overdue);
    object["calls"] = json!(detail.calls);
    out.object(&object);
    out.say(line(&detail.summary));
    for (state, number) in detail
        .summary
        .counts
        .iter()
        .filter(|(_, number)| **number > 0)
    {
        out.say(format_args!("{number:>9}  {state}"));
    }
    for successor in &detail.by_successor {
        let notice = successor
            .notice
            .as_ref()
            .map_or("none", |notice| notice.state.as_str());
        out.say(format_args!(
            "{:>9}  customers, {} groups for {} {} (notice: {notice})",
            successor.customers, successor.groups, successor.userid, successor.name
        ));
    }
    if let Some(at) = detail.next_poll_at {
        out.say(format_args!("WeCom is asked again at {}.", moment(at)));
    }
    if detail.overdue > 0 {
        out.say(format_args!(
            "{} rows have been waiting for more than 48 hours.",
            detail.overdue
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn line(summary: &Summary) -> String {
    let handover = &summary.handover;
    format!(
        "{}  {:<9}  {} {}  {} customers, {} groups  {}",
        handover.id,
        handover.state,
        handover.leaver,
        handover.leaver_name,
        summary.customers,
        summary.groups,
        moment(handover.started_at.unwrap_or(handover.created_at)),
    )
}

fn object(summary: &Summary) -> Value {
    let handover = &summary.handover;
    json!({
        "id": handover.id,
        "kind": handover.kind,
        "state": handover.state,
        "leaver": handover.leaver,
        "version": handover.version,
        "created_at": handover.created_at,
        "started_at": handover.started_at,
        "finished_at": handover.finished_at,
        "total": summary.total,
        "customers": summary.customers,
        "groups": summary.groups,
        "counts": summary.counts,
    })
}

/// How many rows stand in one of these states.
pub fn sum(counts: &Counts, names: &[&str]) -> i64 {
    names.iter().filter_map(|name| counts.get(name)).sum()
}

/// A moment as it is read in Beijing, where WeCom's days are counted.
pub fn moment(seconds: i64) -> String {
    let day = Timestamp::from_seconds(seconds).beijing_day();
    let into = seconds - day.start().seconds();
    let (hour, minute) = (into / 3600, into % 3600 / 60);
    format!("{day} {hour:02}:{minute:02} +08")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_shown_as_in_beijing() {
        assert_eq!(moment(0), "1970-01-01 08:00 +08");
        assert_eq!(moment(1_709_222_399), "2024-02-29 23:59 +08");
        assert_eq!(moment(1_709_222_400), "2024-03-01 00:00 +08");
        assert_eq!(moment(1_767_196_800), "2026-01-01 00:00 +08");
    }
}
