//! `jiebang chaos archive`: kills the server and the processes of WeCom's library at random while
//! messages are pulled, opened and their files fetched, and the platform fails in every way it is
//! known to; then compares the archive with the truth.

mod compare;
mod trouble;
mod truth;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use compare::Found;
use trouble::Outage;

use crate::harness::archive::{NewKey, add_key, new_key, switch_on};
use crate::harness::{Driver, Error, Size, World, job};
use crate::out::Out;

/// Seconds between two messages: more than senders' clocks differ.
const BETWEEN: u32 = 10;
/// After so many kills the corp's key is exchanged at WeCom.
const KILLS_A_KEY: u32 = 60;
/// Kills until the server is given the private half.
const KEY_IS_LATE: u32 = 3;
/// Real time in which the archive must come to rest.
const PATIENCE: Duration = Duration::from_secs(900);
/// Longest time the clock is moved at once, in seconds.
const JUMP: i64 = 1_800;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// How often the server or a process of the library is killed
    #[arg(long, default_value_t = 500)]
    kills: u32,
    /// Messages said meanwhile
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    messages: u32,
    /// The library dies by itself after so many messages
    #[arg(long, default_value_t = 250, value_parser = clap::value_parser!(u32).range(20..))]
    crash_every: u32,
    /// Decides everything random; a run can be repeated with it, but for real time
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep everything in this folder instead of a temporary one
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Use this database instead of an SQLite file
    #[arg(long)]
    database: Option<String>,
}

/// Counts that are 0 in an archive that is whole.
const WRONG: [&str; 9] = [
    "missing",
    "surplus",
    "doubled",
    "different",
    "parked",
    "lost_untold",
    "told_lost_and_kept",
    "files_missing",
    "files_different",
];

#[derive(Debug, Default)]
struct Kills {
    server: u32,
    child: u32,
}

/// # Errors
/// [`Error`] if the run could not be carried out to its end.
pub async fn run(args: Args, out: &Out) -> Result<ExitCode, Error> {
    let began = Instant::now();
    let temporary = tempfile::tempdir().map_err(|source| Error::File {
        path: std::env::temp_dir(),
        source,
    })?;
    let dir = args.dir.as_deref().unwrap_or(temporary.path());
    let size = Size {
        seed: args.seed,
        staff: 40,
        customers: 400,
        groups: 20,
        leaver_customers: 50,
        leaver_groups: 4,
    };
    let mut world = World::start(&size, dir, args.database.as_deref()).await?;
    job::sync(&mut world).await?;
    switch_on(&mut world).await?;
    trouble::begin(&world, args.seed).await?;
    let every = args.crash_every.to_string();
    world.server.set("WECOM_SDK_STANDIN_CRASH_EVERY", every);
    world.crash().await?;
    let kills = kill_on_the_way(&mut world, &args, out).await?;
    trouble::refuse(&world).await?;
    out.note("waiting for the archive to come to rest");
    settle(&mut world, &Outage::default()).await?;
    out.note("pulling nothing for longer than messages are kept");
    let said = (args.messages / 20).clamp(100, 2_000);
    let outage = trouble::outage(&mut world, said, args.seed).await?;
    let parked = settle(&mut world, &outage).await?;
    ask_who_refused(&mut world, args.messages).await?;
    out.note("comparing");
    let export = dir.join("export.jsonl");
    let mut found = Found::begin(&world, outage).await?;
    found.bodies(&world, &export).await?;
    found.gaps(&mut world).await?;
    found.files(&mut world).await?;
    let mut report = found.report;
    report["kills_server"] = json!(kills.server);
    report["kills_child"] = json!(kills.child);
    report["parked"] = json!(parked);
    report["seed"] = json!(args.seed);
    report["seconds"] = json!(began.elapsed().as_secs());
    out.last_line(&report);
    let is_whole = WRONG.iter().all(|name| report[*name] == 0);
    Ok(if is_whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Lets people talk and kills, in turns. Half of the kills hit the server, half the library.
async fn kill_on_the_way(world: &mut World, args: &Args, out: &Out) -> Result<Kills, Error> {
    let mut random = ChaCha8Rng::seed_from_u64(args.seed);
    let progress = out.progress(args.kills as usize);
    let mut kills = Kills::default();
    let mut late: Vec<(u32, NewKey)> = Vec::new();
    let mut said = 0;
    for number in 0..args.kills {
        let until = u64::from(args.messages) * (u64::from(number) + 1) / u64::from(args.kills);
        let until = u32::try_from(until).unwrap_or(args.messages);
        if until > said {
            talk(world, until - said, (until - said) * BETWEEN).await?;
            said = until;
        }
        if number % KILLS_A_KEY == KILLS_A_KEY / 2 {
            late.push((number + KEY_IS_LATE, new_key(world).await?));
        }
        if late.first().is_some_and(|(at, _)| *at <= number) {
            let (_, key) = late.remove(0);
            add_key(world, &key).await?;
        }
        work(world, Duration::from_millis(random.random_range(5..600))).await?;
        let child = match random.random_range(0..2) {
            0 => None,
            _ => a_child(world, &mut random).await,
        };
        if let Some(child) = child {
            // An error says that it is dead already.
            let _ = kill(Pid::from_raw(child), Signal::SIGKILL);
            kills.child += 1;
        } else {
            world.crash().await?;
            kills.server += 1;
        }
        progress.set(number as usize + 1);
    }
    progress.done();
    if args.kills == 0 {
        talk(world, args.messages, args.messages * BETWEEN).await?;
    }
    for (_, key) in late {
        add_key(world, &key).await?;
    }
    Ok(kills)
}

/// Lets so many seconds pass and people talk in them.
async fn talk(world: &World, messages: u32, span: u32) -> Result<(), Error> {
    let advance = json!({ "advance_s": span });
    world.control("POST", "clock", advance).await?;
    let talk = json!({ "messages": messages, "span_s": span });
    world.control("POST", "archive/generate", talk).await?;
    Ok(())
}

/// Lets the server work for some real time, the clock moving as it waits.
async fn work(world: &mut World, time: Duration) -> Result<(), Error> {
    let began = Instant::now();
    let mut driver = Driver::of_everything();
    while began.elapsed() < time {
        driver.move_clock(world, JUMP).await?;
    }
    Ok(())
}

/// A process of the library, if one can be found soon.
async fn a_child(world: &World, random: &mut ChaCha8Rng) -> Option<i32> {
    for _ in 0..40 {
        let children = world.server.children();
        if !children.is_empty() {
            return children
                .get(random.random_range(0..children.len()))
                .copied();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    None
}

/// Drives until every row is opened and every file has come, or nothing changes any more. The
/// trouble goes on. Returns how many rows stay parked.
async fn settle(world: &mut World, outage: &Outage) -> Result<u64, Error> {
    let began = Instant::now();
    let mut driver = Driver::of_everything();
    let wanted = (truth::bodies(world).await?.len() - outage.lost.len()) as u64;
    world.api.post("archive/pull", &Value::Null).await?;
    loop {
        let status = world.api.get("archive").await?;
        let parked = sum(&status["parked"], "rows", |_| true);
        let waiting = sum(&status["files"], "files", |one| one["state"] == "waiting");
        let is_pulled = status["rows"].as_u64() >= Some(wanted);
        if is_pulled && status["new_rows"] == 0 && waiting == 0 {
            return Ok(parked);
        }
        if began.elapsed() > PATIENCE {
            return Err(Error::Stuck {
                seconds: PATIENCE.as_secs(),
                state: format!("{} of {wanted} rows, {waiting} files", status["rows"]),
            });
        }
        driver.move_clock(world, JUMP).await?;
    }
}

/// Drives until WeCom was asked about every conversation, and what was refused is gone.
async fn ask_who_refused(world: &mut World, messages: u32) -> Result<(), Error> {
    let mut driver = Driver::of_everything();
    // 500 conversations in ten minutes, each of several messages.
    let hours = 2 + i64::from(messages) / 5_000;
    let until = world.sandbox.now_millis() + hours * 3_600_000;
    while world.sandbox.now_millis() < until {
        driver.move_clock(world, JUMP).await?;
    }
    Ok(())
}

fn sum(list: &Value, of: &str, counts: impl Fn(&Value) -> bool) -> u64 {
    let list = list.as_array().into_iter().flatten();
    list.filter(|one| counts(one))
        .filter_map(|one| one[of].as_u64())
        .sum()
}
