//! The console of a made-up company, left running. Its clock runs fast while a handover waits,
//! so that a person sees the 24 hours pass in half a minute.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Args, headless};
use crate::harness::{Driver, Error, World, archive, job};
use crate::out::Out;

/// Successors of the handover that is done beforehand.
const SUCCESSORS: usize = 3;
/// How far the clock jumps at each tick while something waits, in seconds.
const JUMP: i64 = 900;
const TICK: Duration = Duration::from_millis(150);

pub(super) async fn run(args: &Args, out: &Out) -> Result<ExitCode, Error> {
    let stop = crate::stop::listen().map_err(|failure| Error::Server(failure.what))?;
    tokio::select! {
        result = show(args, out) => result?,
        () = crate::stop::asked(stop) => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Prepares the company, tells where the console is, and keeps its clock going.
async fn show(args: &Args, out: &Out) -> Result<(), Error> {
    let kept = args.dir.clone();
    let temporary = tempfile::tempdir().map_err(|source| Error::File {
        path: std::env::temp_dir(),
        source,
    })?;
    let dir = kept.as_deref().unwrap_or(temporary.path());
    out.note("generating a company and starting the server");
    let mut world = World::start_on(
        &args.size(),
        dir,
        args.database.as_deref(),
        Some(args.listen),
    )
    .await?;
    let behaviour = json!({
        "seed": args.seed, "refuse_share": 0.03, "early_accept_share": 0.15,
        "deleted_before_share": 0.005,
    });
    world.control("POST", "behaviour", behaviour).await?;
    // Whether WeCom lets a refused customer of a leaver be assigned again is not documented; here
    // it does, so that a second try can be seen.
    let again = json!({ "failed_returns_to_unassigned": true });
    world.control("PUT", "knobs", again).await?;
    out.note("reading the corp");
    job::sync(&mut world).await?;
    if args.messages > 0 {
        archive::begin(&mut world, args.messages, out).await?;
    }
    if !args.untouched {
        hand_over_the_first(&mut world, out).await?;
    }
    let leaver = job::leave(&mut world).await?;
    let (login, password) = world.api.credentials();
    let ready = json!({
        "url": world.server.url(), "login": login, "password": password,
        "control_url": world.sandbox.info().control_url, "leaver": leaver,
    });
    if args.ready_json {
        out.last_line(&ready);
    } else {
        out.say(format!(
            "\n  Console   {}\n  Login     {login}\n  Password  {password}\n\n  \
             A leaver waits for you under 交接 › 离职成员. Ctrl-C ends the demo.\n",
            world.server.url()
        ));
    }
    run_fast(&mut world).await
}

/// Runs the main job for the smaller leavers' largest, so that the console shows how one ends.
async fn hand_over_the_first(world: &mut World, out: &Out) -> Result<(), Error> {
    let company = world.control("GET", "truth/company", Value::Null).await?;
    let prominent = &company["prominent"];
    let leavers = company["leavers"].as_array().cloned().unwrap_or_default();
    let first = leavers.iter().find(|leaver| {
        leaver["userid"] != *prominent
            && leaver["transferable"] == true
            && leaver["customers"].as_u64() > Some(0)
    });
    let Some(leaver) = first.and_then(|leaver| leaver["userid"].as_str()) else {
        return Ok(());
    };
    out.note("handing over the customers of one leaver");
    let successors = world.successors(SUCCESSORS).await?;
    let job = job::start(world, leaver, &successors, "老客户，请先打招呼").await?;
    let rows = usize::try_from(first.map_or(0, |l| l["customers"].as_u64().unwrap_or(0)));
    let progress = out.progress(rows.unwrap_or_default());
    job.finish(world, &mut |counts| progress.set(headless::ended(counts)))
        .await?;
    progress.done();
    let ledger = job.compare(world).await?;
    out.note(format!(
        "{} customers taken over, {} refused; lost {}, duplicated {}",
        ledger.accepted, ledger.refused, ledger.lost, ledger.duplicated
    ));
    Ok(())
}

/// Lets the clock run fast while a handover waits for the platform.
async fn run_fast(world: &mut World) -> Result<(), Error> {
    let mut driver = Driver::default();
    loop {
        tokio::time::sleep(TICK).await;
        let running = world.api.get("handovers?state=running&limit=20").await?;
        let items = running["items"].as_array().cloned().unwrap_or_default();
        let waits = items.iter().any(|handover| {
            let counts = &handover["counts"];
            let of = |name: &str| counts[name].as_i64().unwrap_or(0);
            of("waiting") + of("unsure") + of("postponed") + of("planned") + of("carry_pending") > 0
        });
        if waits {
            driver.move_clock(world, JUMP).await?;
        }
    }
}
