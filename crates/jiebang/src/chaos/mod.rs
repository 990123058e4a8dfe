//! `jiebang chaos`: kills the server at random points of a handover while the platform cuts
//! connections, loses and doubles callbacks; then compares the ledger with the truth.
//! `jiebang chaos archive` does the same to the conversation archive.

mod archive;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::demo::{report, verdict};
use crate::harness::{Driver, Error, Size, Watch, World, job};
use crate::out::Out;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
    /// How often the server is killed
    #[arg(long, default_value_t = 200)]
    kills: u32,
    /// Customers of the leaver
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    customers: u32,
    /// Groups of the leaver
    #[arg(long, default_value_t = 450, value_parser = clap::value_parser!(u32).range(0..=5_000))]
    groups: u32,
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

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Kill server and library while messages and files are pulled, opened and fetched
    Archive(archive::Args),
}

/// # Errors
/// [`Error`] if the run could not be carried out to its end.
pub async fn run(args: Args, out: &Out) -> Result<ExitCode, Error> {
    match args.what {
        Some(What::Archive(args)) => archive::run(args, out).await,
        None => handover(args, out).await,
    }
}

async fn handover(args: Args, out: &Out) -> Result<ExitCode, Error> {
    let began = Instant::now();
    let temporary = tempfile::tempdir().map_err(|source| Error::File {
        path: std::env::temp_dir(),
        source,
    })?;
    let dir = args.dir.as_deref().unwrap_or(temporary.path());
    let (customers, groups) = (args.customers as usize, args.groups as usize);
    let size = Size {
        seed: args.seed,
        staff: 60,
        customers: customers + 500,
        groups: groups + 30,
        leaver_customers: customers,
        leaver_groups: groups,
    };
    let mut world = World::start(&size, dir, args.database.as_deref()).await?;
    job::sync(&mut world).await?;
    trouble(&world, args.seed).await?;
    let leaver = job::leave(&mut world).await?;
    let successors = world.successors(6).await?;
    let job = job::start(&mut world, &leaver, &successors, "").await?;
    let kills = kill_on_the_way(&mut world, &job.id, &args, out).await?;
    // The trouble goes on; only the killing ends.
    job.finish(&mut world, &mut |_| {}).await?;
    let ledger = job.compare(&mut world).await?;
    let calls = world
        .control("GET", "truth?only=calls_total", Value::Null)
        .await?;
    let mut report = report(&ledger, &calls["calls_total"], began);
    report["kills"] = json!(kills);
    report["seed"] = json!(args.seed);
    out.last_line(&report);
    Ok(verdict(&ledger))
}

/// Everything the platform and the network may do to a client.
async fn trouble(world: &World, seed: u64) -> Result<(), Error> {
    let behaviour = json!({
        "seed": seed, "refuse_share": 0.05, "early_accept_share": 0.2,
        "deleted_before_share": 0.01,
    });
    world.control("POST", "behaviour", behaviour).await?;
    let effects = [
        "externalcontact/resigned/transfer_customer",
        "externalcontact/groupchat/transfer",
        "message/send",
        "externalcontact/remark",
        "externalcontact/mark_tag",
        "externalcontact/update_contact_way",
    ];
    let mut faults = Vec::new();
    for path in effects {
        let often = if path.contains("transfer") || path.contains("contact_way") {
            0.06
        } else {
            0.005
        };
        for (kind, share) in [
            ("cut_before", often),
            ("cut_after", often),
            ("busy", often / 2.0),
            ("busy_after", often / 2.0),
            ("malformed", often / 3.0),
            ("token_42001", often / 4.0),
            ("token_40014", often / 4.0),
        ] {
            faults.push(json!({ "path": path, "kind": kind, "probability": share, "seed": seed }));
        }
    }
    for path in [
        "externalcontact/resigned/transfer_customer",
        "externalcontact/groupchat/transfer",
    ] {
        // Slow enough that a kill often hits a call under way.
        faults.push(json!({ "path": path, "kind": "slow_before", "millis": 25 }));
    }
    for kind in [
        "cut_before",
        "cut_after",
        "malformed",
        "short_page",
        "absent_cursor",
    ] {
        faults.push(json!({ "path": "*", "kind": kind, "probability": 0.004, "seed": seed + 1 }));
    }
    world
        .control("POST", "faults", Value::Array(faults))
        .await?;
    let delivery = json!({ "loss": 0.2, "duplication": 0.2, "jitter_s": 40, "seed": seed });
    world.control("PUT", "callback/faults", delivery).await?;
    world
        .control("PUT", "knobs", json!({ "result_delay_s": 20 }))
        .await?;
    Ok(())
}

/// Kills the server again and again, each time after a random number of calls at the platform.
/// Returns how often it was killed before the handover ended.
async fn kill_on_the_way(
    world: &mut World,
    id: &str,
    args: &Args,
    out: &Out,
) -> Result<u32, Error> {
    let mut random = ChaCha8Rng::seed_from_u64(args.seed);
    let progress = out.progress(args.kills as usize);
    for kill in 0..args.kills {
        // The first half of the kills falls into the submission, call by call; the second half
        // is spread over the far more numerous calls that follow.
        let early = kill < args.kills / 2;
        let wait: i64 = if early {
            random.random_range(1..=4)
        } else {
            random.random_range(1..=120)
        };
        let until = calls(world).await? + wait;
        let real = Instant::now();
        let patience = random.random_range(300..=1_500);
        let mut driver = Driver::default();
        while calls(world).await? < until && real.elapsed().as_millis() < patience {
            if driver
                .step(world, &mut Watch::Handover(id, &mut |_| {}))
                .await?
            {
                progress.done();
                return Ok(kill);
            }
        }
        world.crash().await?;
        progress.set(kill as usize + 1);
    }
    progress.done();
    Ok(args.kills)
}

async fn calls(world: &World) -> Result<i64, Error> {
    let truth = world
        .control("GET", "truth?only=calls_total", Value::Null)
        .await?;
    Ok(truth["calls_total"].as_i64().unwrap_or_default())
}
