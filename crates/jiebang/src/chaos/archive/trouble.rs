//! Everything library, platform and network may do, and an outage of more days than the platform
//! keeps messages.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::{Value, json};

use super::truth::bodies;
use super::{BETWEEN, PATIENCE, talk};
use crate::harness::{Error, World, pause};

const DAY: i64 = 86_400;
/// The platform keeps messages and files for so long, in seconds.
const KEPT: i64 = 5 * DAY;
/// So long nothing can be pulled, and people talk meanwhile.
const OUTAGE: i64 = 8 * DAY;
/// No message is so close to the moment before which messages are lost, in seconds: the clock goes
/// on a little until the first page is pulled.
const CLEAR: i64 = 120;
/// So many customers refuse, this far from each other in the list of relations.
const REFUSALS: usize = 6;
const APART: usize = 37;

/// Begins the trouble, in the place of any there was.
pub(super) async fn begin(world: &World, seed: u64) -> Result<(), Error> {
    let switches = json!({ "holes": 0.05, "duplicates": 0.04, "wrong_md5": 0.1 });
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
        // Too old, says the last one, of what is not.
        for code in [10_001, 10_002, 10_003, 10_010] {
            add(path, 0.02, json!({ "kind": "sdk_return", "code": code }));
        }
        let crash = |variant: &str| json!({ "kind": "sdk_crash", "variant": variant });
        add(path, 0.02, crash("segv"));
        add(path, 0.01, crash("abort"));
        add(path, 0.01, crash("hang"));
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
    world.control("DELETE", "faults", Value::Null).await?;
    world
        .control("POST", "faults", Value::Array(faults))
        .await?;
    Ok(())
}

/// Has some customers refuse the archive towards a member, which WeCom tells only when it is asked,
/// and calls go on among several: one in which both take part, and one with other members.
pub(super) async fn refuse(world: &World) -> Result<(), Error> {
    let path = "truth?only=follows,staff";
    let truth = world.control("GET", path, Value::Null).await?;
    let staff = truth["staff"].as_array().into_iter().flatten();
    let staff: BTreeSet<&str> = staff
        .filter(|one| one["left_at"].is_null() && one["in_visible_range"] == true)
        .filter_map(|one| one["userid"].as_str())
        .collect();
    let follows = truth["follows"].as_array().into_iter().flatten();
    let follows = follows.filter_map(|one| {
        let both = (one["userid"].as_str()?, one["external_userid"].as_str()?);
        staff.contains(both.0).then_some(both)
    });
    for (number, (member, customer)) in follows.step_by(APART).take(REFUSALS).enumerate() {
        let mut others = staff.iter().filter(|one| **one != member);
        let (Some(one), Some(other)) = (others.next(), others.next()) else {
            break;
        };
        let said = |name: &str, from: &str, to: Value| {
            json!({ "json": { "msgid": format!("refusal{number}{name}_external"),
                "action": "send", "from": from, "tolist": to, "roomid": "",
                "msgtime": world.sandbox.now_millis(), "msgtype": "text",
                "text": { "content": "您好" } } })
        };
        let first = [said("a", member, json!([customer]))];
        let pause = json!({ "advance_s": 2 * BETWEEN });
        let no = json!({ "userid": member, "external_userid": customer, "agree": false });
        for (path, body) in [
            ("archive/rows", json!({ "rows": first })),
            ("clock", pause.clone()),
            ("archive/consent", no),
            ("clock", pause),
        ] {
            world.control("POST", path, body).await?;
        }
        let calls = [
            said("b", one, json!([member, customer])),
            said("c", one, json!([other, customer])),
        ];
        let calls = json!({ "rows": calls });
        world.control("POST", "archive/rows", calls).await?;
    }
    Ok(())
}

/// What an outage cost.
#[derive(Debug, Default)]
pub(super) struct Outage {
    /// What was archived before this moment and not pulled by then is lost, Unix seconds.
    pub floor: i64,
    /// The msgids.
    pub lost: BTreeSet<String>,
}

/// Lets nothing be pulled for longer than the platform keeps messages, while people talk and the
/// server is killed. Everything said before must have been pulled.
pub(super) async fn outage(world: &mut World, messages: u32, seed: u64) -> Result<Outage, Error> {
    let kept = json!({ "retention_s": KEPT });
    world.control("PUT", "archive", kept).await?;
    let before = bodies(world).await?;
    let last = before.values().map(|body| body.seq).max().unwrap_or(0);
    world.control("DELETE", "faults", Value::Null).await?;
    let shut = json!({ "path": "archive/chatdata", "kind": "sdk_return", "code": 10_001 });
    world.control("POST", "faults", shut).await?;
    talk(world, messages, u32::try_from(OUTAGE).unwrap_or(u32::MAX)).await?;
    world.crash().await?;
    let outage = loop {
        let now = world.sandbox.now_millis().div_euclid(1_000);
        let floor = now - KEPT;
        let fresh = bodies(world).await?;
        let mut fresh: Vec<_> = fresh.into_iter().filter(|one| one.1.seq > last).collect();
        fresh.sort_by_key(|(_, body)| body.at);
        if fresh
            .iter()
            .any(|one| (floor..floor + CLEAR).contains(&one.1.at))
        {
            let on = json!({ "advance_s": 2 * CLEAR });
            world.control("POST", "clock", on).await?;
            continue;
        }
        let lost = fresh.into_iter().filter(|one| one.1.at < floor);
        let lost = lost.map(|(msgid, _)| msgid).collect();
        break Outage { floor, lost };
    };
    // The first page ends it, whatever it is; the others come in quietly.
    world.control("DELETE", "faults", Value::Null).await?;
    world.api.post("archive/pull", &Value::Null).await?;
    let wanted = bodies(world).await?.len() - outage.lost.len();
    let began = Instant::now();
    while world.api.get("archive").await?["rows"].as_u64() < Some(wanted as u64) {
        if began.elapsed() > PATIENCE {
            return Err(Error::Stuck {
                seconds: PATIENCE.as_secs(),
                state: "an outage does not end".to_owned(),
            });
        }
        pause(50).await;
    }
    begin(world, seed + 1).await?;
    Ok(outage)
}
