//! Moves the sandbox's clock to the next moment at which the server has something to do, so that
//! days of limits and waiting pass in seconds.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Error, World, pause};

/// Longest jump, in seconds: shorter than any wait that something depends on.
const JUMP: i64 = 3600;
/// Longest jump while callbacks are on their way, in seconds.
const GATHER: i64 = 5;
/// Real time in which something must change.
const PATIENCE: Duration = Duration::from_secs(120);
/// Real time a job may seem to run before its lease is let pass: it may wait for the clock.
const ORPHAN: Duration = Duration::from_secs(3);

/// Jobs that only look again and again whether WeCom has something new: nothing waits for them.
const LOOKS: [&str; 5] = [
    "pull_archive",
    "fetch_media",
    "expire_archive",
    "ask_consents",
    "ask_roster",
];

/// What a driver waits for.
pub enum Watch<'a> {
    /// The end of this sync run.
    Sync(i64),
    /// The end of this handover; the closure is told its counts at each look.
    Handover(&'a str, &'a mut (dyn FnMut(&Value) + Send)),
    /// That no contact way names this leaver any more.
    Ways(&'a str),
}

/// Drives a world; keeps what it has seen from one look to the next.
pub struct Driver {
    /// Kinds of jobs that nothing waits for.
    passed_over: &'static [&'static str],
    changed: Instant,
    last: String,
    busy_since: Option<Instant>,
}

impl Default for Driver {
    fn default() -> Self {
        Self {
            passed_over: &LOOKS,
            changed: Instant::now(),
            last: String::new(),
            busy_since: None,
        }
    }
}

impl Driver {
    /// One that waits for every job, those that only look for something new as well.
    #[must_use]
    pub fn of_everything() -> Self {
        Self {
            passed_over: &[],
            ..Self::default()
        }
    }

    /// Looks once and moves the clock if nobody is busy. True once what is waited for has come.
    ///
    /// # Errors
    /// [`Error::Stuck`] if nothing has changed for a long time.
    pub async fn step(&mut self, world: &mut World, watch: &mut Watch<'_>) -> Result<bool, Error> {
        let (done, state) = match watch {
            Watch::Sync(run) => {
                let runs = world.api.get("sync/runs?limit=20").await?;
                let run = find(&runs, |item| item["id"].as_i64() == Some(*run));
                (!run["finished_at"].is_null(), run["progress"].to_string())
            }
            Watch::Ways(leaver) => {
                let path = format!("leavers/{leaver}/contact-ways");
                let total = world.api.get(&path).await?["total"].clone();
                (total == 0, total.to_string())
            }
            Watch::Handover(id, told) => {
                let handover = world.api.get(&format!("handovers/{id}")).await?;
                told(&handover["counts"]);
                (
                    handover["state"] == "finished",
                    handover["counts"].to_string(),
                )
            }
        };
        if done {
            return Ok(true);
        }
        let moved = self.move_clock(world, JUMP).await?;
        self.notice(&format!("{state}{moved}"))?;
        Ok(false)
    }

    /// Steps until what is waited for has come.
    ///
    /// # Errors
    /// As [`Driver::step`].
    pub async fn run(&mut self, world: &mut World, mut watch: Watch<'_>) -> Result<(), Error> {
        while !self.step(world, &mut watch).await? {}
        Ok(())
    }

    fn notice(&mut self, state: &str) -> Result<(), Error> {
        if state != self.last {
            state.clone_into(&mut self.last);
            self.changed = Instant::now();
        } else if self.changed.elapsed() > PATIENCE {
            let seconds = PATIENCE.as_secs();
            return Err(Error::Stuck {
                seconds,
                state: state.to_owned(),
            });
        }
        Ok(())
    }

    /// Moves the clock to the next moment at which the server has something to do, but at most by
    /// `longest` seconds, and not while it is busy. Returns how far, in seconds.
    ///
    /// # Errors
    /// [`Error`] if server or sandbox cannot be asked.
    pub async fn move_clock(&mut self, world: &mut World, longest: i64) -> Result<i64, Error> {
        let running = world.api.get("jobs?state=running&limit=1000").await?;
        let queued = world.api.get("jobs?state=queued&limit=1000").await?;
        let callbacks = world.control("GET", "callback", Value::Null).await?;
        let now = world.sandbox.now_millis().div_euclid(1000);
        let passed_over = self.passed_over;
        let due = |list: &Value, field: &str| {
            let items = list["items"].as_array().cloned().unwrap_or_default();
            let awaited = items.iter().filter(|item| {
                !passed_over
                    .iter()
                    .any(|kind| item["kind"].as_str() == Some(kind))
            });
            awaited.filter_map(|item| item[field].as_i64()).min()
        };
        let lease = due(&running, "lease_until");
        let orphaned = lease.filter(|at| *at <= world.orphans_until || self.hangs(&running));
        let busy = lease.is_some() && orphaned.is_none();
        let next = match (due(&queued, "run_at"), orphaned.map(|at| at + 1)) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        // Callbacks may be late by the clock: let a little of it pass, not all of it at once.
        let delivering = callbacks["waiting"].as_i64().unwrap_or(0) > 0;
        let longest = if delivering {
            longest.min(GATHER)
        } else {
            longest
        };
        match next {
            Some(next) if !busy && next > now => {
                let by = (next - now).min(longest);
                world
                    .control("POST", "clock", json!({ "advance_s": by }))
                    .await?;
                // The server looks at the sandbox's clock every 50 ms.
                pause(70).await;
                Ok(by)
            }
            _ => {
                pause(20).await;
                Ok(0)
            }
        }
    }

    fn hangs(&mut self, running: &Value) -> bool {
        if running["items"].as_array().is_none_or(Vec::is_empty) {
            self.busy_since = None;
            return false;
        }
        let since = *self.busy_since.get_or_insert_with(Instant::now);
        let hangs = since.elapsed() > ORPHAN;
        if hangs {
            self.busy_since = None;
        }
        hangs
    }
}

fn find(list: &Value, wanted: impl Fn(&Value) -> bool) -> Value {
    let items = list["items"].as_array().cloned().unwrap_or_default();
    items.into_iter().find(wanted).unwrap_or(Value::Null)
}
