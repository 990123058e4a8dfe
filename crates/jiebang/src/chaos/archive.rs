//! `jiebang chaos archive`: kills the server and the processes of WeCom's library at random while
//! messages are pulled, opened and their files fetched, and the platform fails in every way it is
//! known to; then compares the archive with the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::value::RawValue;
use serde_json::{Value, json};

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
    trouble(&world, args.seed).await?;
    let every = args.crash_every.to_string();
    world.server.set("WECOM_SDK_STANDIN_CRASH_EVERY", every);
    world.crash().await?;
    let kills = kill_on_the_way(&mut world, &args, out).await?;
    out.note("waiting for the archive to come to rest");
    let parked = settle(&mut world).await?;
    out.note("comparing");
    let export = dir.join("export.jsonl");
    let mut found = Found::default();
    found.bodies(&world, &export).await?;
    found.files(&mut world).await?;
    let mut report = found.report;
    report["kills_server"] = json!(kills.server);
    report["kills_child"] = json!(kills.child);
    report["parked"] = json!(parked);
    report["seed"] = json!(args.seed);
    report["seconds"] = json!(began.elapsed().as_secs());
    out.last_line(&report);
    let wrong = [
        "missing",
        "surplus",
        "doubled",
        "different",
        "parked",
        "files_missing",
        "files_different",
    ];
    let is_whole = wrong.iter().all(|name| report[*name] == 0);
    Ok(if is_whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Everything library, platform and network may do.
async fn trouble(world: &World, seed: u64) -> Result<(), Error> {
    // A message that tells a wrong sum and a file that came damaged cannot be told apart.
    let switches = json!({ "holes": 0.05, "duplicates": 0.04, "wrong_md5": 0.0 });
    world.control("PUT", "archive", switches).await?;
    let mut faults = Vec::new();
    let mut add = |path: &str, share: f64, mut fault: Value| {
        fault["path"] = json!(path);
        fault["probability"] = json!(share);
        fault["seed"] = json!(seed + faults.len() as u64);
        faults.push(fault);
    };
    let (page, part) = ("archive/chatdata", "archive/media");
    for path in [page, part] {
        for code in [10_001, 10_002, 10_003] {
            add(path, 0.02, json!({ "kind": "sdk_return", "code": code }));
        }
        add(
            path,
            0.02,
            json!({ "kind": "sdk_crash", "variant": "segv" }),
        );
        for variant in ["abort", "hang"] {
            add(
                path,
                0.01,
                json!({ "kind": "sdk_crash", "variant": variant }),
            );
        }
        add(path, 0.02, json!({ "kind": "cut_before" }));
        add(
            path,
            0.02,
            json!({ "kind": "malformed", "variant": "html" }),
        );
        // Slow enough that a kill often hits a call under way.
        add(path, 0.3, json!({ "kind": "slow_before", "millis": 40 }));
    }
    add(
        page,
        0.02,
        json!({ "kind": "malformed", "variant": "half" }),
    );
    add(page, 0.03, json!({ "kind": "empty_page" }));
    for code in [45_009, 301_042, 40_001] {
        add(page, 0.01, json!({ "kind": "top_errcode", "code": code }));
    }
    add(part, 0.01, json!({ "kind": "sdk_return", "code": 10_006 }));
    add(part, 0.01, json!({ "kind": "wrong_bytes" }));
    world
        .control("POST", "faults", Value::Array(faults))
        .await?;
    Ok(())
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
            talk(world, until - said).await?;
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
        talk(world, args.messages).await?;
    }
    for (_, key) in late {
        add_key(world, &key).await?;
    }
    Ok(kills)
}

async fn talk(world: &World, messages: u32) -> Result<(), Error> {
    let span = messages * BETWEEN;
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
async fn settle(world: &mut World) -> Result<u64, Error> {
    let began = Instant::now();
    let mut driver = Driver::of_everything();
    let wanted = truth(world).await?.bodies.len() as u64;
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

fn sum(list: &Value, of: &str, counts: impl Fn(&Value) -> bool) -> u64 {
    let list = list.as_array().into_iter().flatten();
    list.filter(|one| counts(one))
        .filter_map(|one| one[of].as_u64())
        .sum()
}

/// Calls and shared documents do not say in which room they were. Where a customer among those
/// who took part has refused the archive towards one of them they are left out, as they may be
/// of the two alone; the sandbox, which knows the room, has them.
const WITHOUT_ROOM: [&str; 2] = ["meeting_voice_call", "voip_doc_share"];

/// What the sandbox knows: sums by msgid and by file id.
struct Truth {
    bodies: BTreeMap<String, String>,
    /// Messages that do not say in which room they were.
    without_room: BTreeSet<String>,
    files: BTreeMap<String, String>,
}

async fn truth(world: &World) -> Result<Truth, Error> {
    let mut bodies = BTreeMap::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut without_room = BTreeSet::new();
    let mut after = 0;
    loop {
        let path = format!("truth/archive?after={after}");
        let page = world.control("GET", &path, Value::Null).await?;
        let rows = page["rows"].as_array().cloned().unwrap_or_default();
        let Some(last) = rows.last() else { break };
        after = last["seq"].as_u64().unwrap_or(u64::MAX);
        let roomless = rows.iter().filter(|row| {
            let kind = row["msgtype"].as_str().unwrap_or_default();
            WITHOUT_ROOM.contains(&kind)
        });
        without_room.extend(roomless.map(|row| text(&row["msgid"])));
        bodies.extend(
            rows.iter()
                .map(|row| (text(&row["msgid"]), text(&row["sha256"]))),
        );
    }
    let told = world
        .control("GET", "truth/archive/files", Value::Null)
        .await?;
    let files = told["files"].as_array().into_iter().flatten();
    let files = files.map(|file| (text(&file["sdkfileid"]), text(&file["sha256"])));
    Ok(Truth {
        bodies,
        without_room,
        files: files.collect(),
    })
}

fn sum_of(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

#[derive(serde::Deserialize)]
struct Line<'a> {
    msgid: String,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    base64: Option<String>,
}

/// Missing messages that are named.
const NAMED: usize = 50;

/// What the comparison finds.
#[derive(Default)]
struct Found {
    /// Sums of the files a message must have, by msgid.
    files: BTreeMap<String, Vec<String>>,
    report: Value,
}

impl Found {
    /// Compares every exported body with the truth.
    async fn bodies(&mut self, world: &World, export: &Path) -> Result<(), Error> {
        let unreadable = |source| Error::File {
            path: export.to_owned(),
            source,
        };
        let truth = truth(world).await?;
        let target = export.display().to_string();
        let arguments = ["archive", "export", "--reason", "chaos", &target];
        world.server.command(&arguments).await?;
        let file = std::fs::File::open(export).map_err(unreadable)?;
        let mut seen = BTreeSet::new();
        let (mut doubled, mut different, mut surplus) = (0, 0, 0);
        for line in std::io::BufReader::new(file).lines() {
            let line = line.map_err(unreadable)?;
            let Ok(line) = serde_json::from_str::<Line<'_>>(&line) else {
                different += 1;
                continue;
            };
            let base64 = line.base64.and_then(|text| STANDARD.decode(text).ok());
            let json = line.message.map(|json| json.get().as_bytes().to_vec());
            let json = json.or(base64).unwrap_or_default();
            match truth.bodies.get(&line.msgid) {
                None => surplus += 1,
                Some(sum) if *sum != sum_of(&json) => different += 1,
                Some(_) => {}
            }
            let files = sums_told(&json, &truth.files);
            if !files.is_empty() {
                self.files.insert(line.msgid.clone(), files);
            }
            doubled += u64::from(!seen.insert(line.msgid));
        }
        let absent = truth.bodies.keys().filter(|id| !seen.contains(*id));
        let (refused, missing): (Vec<&String>, Vec<&String>) =
            absent.partition(|id| truth.without_room.contains(*id));
        self.report = json!({
            "chaos": "archive", "messages": truth.bodies.len(), "missing": missing.len(),
            "missing_ids": missing.iter().take(NAMED).collect::<Vec<_>>(),
            "refused": refused.len(),
            "surplus": surplus, "doubled": doubled, "different": different,
        });
        Ok(())
    }

    /// Reads every conversation as the console does, and compares the bytes of every file.
    async fn files(&mut self, world: &mut World) -> Result<(), Error> {
        let reason = json!({ "reason": "chaos" });
        world.api.post("archive/reason", &reason).await?;
        let mut files = 0_u64;
        let mut different = Different::default();
        let mut conversations =
            Pages::of("archive/conversations?limit=200", "cursor", "next_cursor");
        while let Some(page) = conversations.next(world).await? {
            for conversation in items(&page) {
                let id = conversation["id"].as_str().unwrap_or_default();
                let path = format!("archive/conversations/{id}/messages?limit=200");
                let mut messages = Pages::of(&path, "before", "before");
                while let Some(page) = messages.next(world).await? {
                    for message in items(&page) {
                        let sums = sums_of(world, message).await?;
                        files += sums.len() as u64;
                        self.cross_off(message, &sums, &mut different);
                    }
                }
            }
        }
        let missing: usize = self.files.values().map(Vec::len).sum();
        self.report["files"] = json!(files);
        self.report["files_missing"] = json!(missing);
        self.report["files_different"] = json!(different.with_sum);
        self.report["files_damaged_without_sum"] = json!(different.without_sum);
        Ok(())
    }

    /// Takes what was read of a message from what is to be there, and counts the files
    /// that are not as they were sent.
    fn cross_off(&mut self, message: &Value, files: &[Stored], told: &mut Different) {
        let msgid = message["msgid"].as_str().unwrap_or_default();
        let mut wanted = self.files.remove(msgid).unwrap_or_default();
        for file in files {
            match wanted.iter().position(|one| *one == file.sum) {
                Some(place) => drop(wanted.swap_remove(place)),
                None if WITHOUT_SUM.contains(&file.kind.as_str()) => {
                    told.without_sum += 1;
                    wanted.pop();
                }
                None => told.with_sum += 1,
            }
        }
        if !wanted.is_empty() {
            self.files.insert(msgid.to_owned(), wanted);
        }
    }
}

fn items(page: &Value) -> impl Iterator<Item = &Value> {
    page["items"].as_array().into_iter().flatten()
}

/// Files whose message tells no sum (in the sandbox; by the platform's samples as well): a byte
/// that the fault `wrong_bytes` changed on their way cannot be noticed by anybody.
const WITHOUT_SUM: [&str; 2] = ["emotion_png", "voice_call"];

/// A file as it was read.
struct Stored {
    kind: String,
    sum: String,
}

/// Files that are not as they were sent.
#[derive(Default)]
struct Different {
    with_sum: u64,
    without_sum: u64,
}

/// The files of a message that are stored.
async fn sums_of(world: &World, message: &Value) -> Result<Vec<Stored>, Error> {
    let id = message["id"].as_str().unwrap_or_default();
    let mut sums = Vec::new();
    let files = message["files"].as_array().into_iter().flatten();
    for file in files.filter(|file| file["state"] == "stored") {
        let path = format!("archive/messages/{id}/files/{}", file["place"]);
        let sum = sum_of(&world.api.bytes(&path).await?);
        let kind = file["kind"].as_str().unwrap_or_default().to_owned();
        sums.push(Stored { kind, sum });
    }
    Ok(sums)
}

/// The true sums of the files a message names, also where it quotes others as a text of JSON.
fn sums_told(json: &[u8], truth: &BTreeMap<String, String>) -> Vec<String> {
    const MARKS: [char; 4] = ['\\', '"', ':', ' '];
    let text = String::from_utf8_lossy(json);
    let behind = text.split("sdkfileid").skip(1);
    let ids = behind.filter_map(|rest| rest.trim_start_matches(MARKS).split(MARKS).next());
    ids.filter_map(|id| truth.get(id).cloned()).collect()
}

/// A list of the API, page by page.
struct Pages {
    path: String,
    parameter: &'static str,
    field: &'static str,
    next: Option<String>,
    is_over: bool,
}

impl Pages {
    fn of(path: &str, parameter: &'static str, field: &'static str) -> Self {
        Self {
            path: path.to_owned(),
            parameter,
            field,
            next: None,
            is_over: false,
        }
    }

    async fn next(&mut self, world: &mut World) -> Result<Option<Value>, Error> {
        if self.is_over {
            return Ok(None);
        }
        let path = match &self.next {
            Some(next) => format!("{}&{}={next}", self.path, self.parameter),
            None => self.path.clone(),
        };
        let page = world.api.get(&path).await?;
        self.next = page[self.field].as_str().map(str::to_owned);
        self.is_over = self.next.is_none();
        Ok(Some(page))
    }
}
