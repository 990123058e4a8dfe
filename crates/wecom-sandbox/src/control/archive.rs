//! The archive at the control API: switches, keys, messages, consent, truth.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ask, Outcome};
use crate::archive;
use crate::generator::archive::{BOTS, bots, compose, internal_rooms};
use crate::server::Shared;
use crate::world::World;
use crate::world::archive::{Draft, Switches};

/// Most messages of one request, and rows kept in all.
const MOST: usize = 2_000_000;
/// Most rows told at once.
const TOLD: usize = 100_000;

fn state(world: &World) -> Outcome {
    let archive = &world.archive;
    Ok(json!({
        "switches": serde_json::to_value(&archive.switches).map_err(|e| e.to_string())?,
        "key_version": archive.keys.len(),
        "rows": archive.rows.len(),
        "last_seq": archive.last_seq,
        "files": archive.files.len(),
        "rooms": world
            .departments
            .keys()
            .map(|department| internal_rooms(world.seed).encode(*department))
            .collect::<Vec<_>>(),
        "robots": (0..BOTS).map(|bot| bots(world.seed).encode(bot)).collect::<Vec<_>>(),
    }))
}

/// `GET|PUT archive`; PUT changes only the switches it names, and `first_seq` while there is
/// no row.
pub fn switches(world: &mut World, ask: &Ask<'_>) -> Outcome {
    if let ("PUT", Value::Object(changes)) = (ask.method, &ask.body) {
        let told = serde_json::to_value(&world.archive.switches);
        let mut all = told.map_err(|error| error.to_string())?;
        for (name, value) in changes {
            if name == "first_seq" {
                let first = value.as_u64().ok_or("first_seq: a number")?;
                if !world.archive.rows.is_empty() {
                    return Err("first_seq: there are rows already".to_owned());
                }
                world.archive.last_seq = first.saturating_sub(1);
            } else {
                all[name.as_str()] = value.clone();
            }
        }
        let switches: Switches = serde_json::from_value(all).map_err(|error| error.to_string())?;
        if switches.retention_s <= 0 {
            return Err("retention_s must be positive".to_owned());
        }
        world.archive.switches = switches;
    } else if ask.method != "GET" {
        return Err("archive: GET, or PUT with an object".to_owned());
    }
    state(world)
}

/// `POST archive/keys {"public_key": PEM or base64 DER}` uploads one; `{"generate": true}`
/// makes a pair, uploads it and gives the private key (PKCS#8, base64) to whoever plays the
/// administrator.
pub async fn keys(shared: &Shared, ask: &Ask<'_>) -> Outcome {
    let (public, private) = if ask.body.get("generate") == Some(&Value::Bool(true)) {
        let made = tokio::task::spawn_blocking(archive::make_key_pair).await;
        let pair = made.map_err(|error| error.to_string())??;
        (pair.public, Some(STANDARD.encode(pair.private)))
    } else {
        let text = ask.text("public_key").ok_or("public_key is missing")?;
        let lines = text.lines().filter(|line| !line.starts_with("-----"));
        let base64: String = lines.flat_map(str::split_whitespace).collect();
        let der = STANDARD.decode(base64);
        (der.map_err(|_| "public_key: neither PEM nor base64")?, None)
    };
    archive::check_public_key(&public)?;
    shared.step(|world| {
        world.archive.keys.push(Arc::from(public));
        Ok(json!({ "version": world.archive.keys.len(), "private_key": private }))
    })
}

/// Seals outside of the lock, which takes seconds for a million, and puts the rows in.
async fn put_in(shared: &Shared, drafts: Vec<Draft>, version: Option<u64>) -> Outcome {
    let (seed, newest, key) = shared.step(|world| {
        let newest = world.archive.keys.len();
        let version = version.map_or(Ok(newest), usize::try_from);
        let version = version.map_err(|error| error.to_string())?;
        let key = version
            .checked_sub(1)
            .and_then(|at| world.archive.keys.get(at));
        let key = key
            .cloned()
            .ok_or("no public key of this version was uploaded")?;
        Ok::<_, String>((world.seed, version, key))
    })?;
    let newest = u32::try_from(newest).map_err(|error| error.to_string())?;
    let sealing =
        tokio::task::spawn_blocking(move || archive::seal(seed, newest, &key, &drafts)).await;
    let rows = sealing.map_err(|error| error.to_string())??;
    let count = rows.len();
    let msgids: Vec<Arc<str>> = rows
        .iter()
        .take(1_000)
        .map(|row| row.msgid.clone())
        .collect();
    shared.step(|world| {
        let last_seq = world.archive_rows(rows);
        let msgids: Vec<&str> = msgids.iter().map(|id| &**id).collect();
        Ok(json!({ "messages": count, "last_seq": last_seq, "msgids": msgids }))
    })
}

/// `POST archive/generate {"messages", "span_s"?}`: made-up conversations of the last
/// `span_s` seconds.
pub async fn generate(shared: &Shared, ask: &Ask<'_>) -> Outcome {
    let number = |name: &str| ask.body.get(name).and_then(Value::as_u64);
    let count = usize::try_from(number("messages").ok_or("messages: how many")?).unwrap_or(MOST);
    let span = i64::try_from(number("span_s").unwrap_or(0).min(4_000_000_000)).unwrap_or(0);
    let drafts = shared.step(|world| {
        if count + world.archive.rows.len() > MOST {
            return Err("the sandbox is full".to_owned());
        }
        compose(world, count, span)
    })?;
    put_in(shared, drafts, None).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Planted {
    /// The message as JSON; its msgid names the row.
    json: Option<Value>,
    /// The message as it is, JSON or not.
    base64: Option<String>,
    /// Names the row; the message's own otherwise.
    msgid: Option<String>,
    /// `segv`, `abort`, `hang` or `refuse`, in the library while it opens this message.
    fault: Option<String>,
    /// Seconds ago.
    age_s: Option<u32>,
}

fn plant(world: &mut World, one: &Planted) -> Result<Draft, String> {
    world.archive.drafts += 1;
    let number = world.archive.drafts;
    let plain = match (&one.json, &one.base64) {
        (Some(json), None) => json.to_string().into_bytes(),
        (None, Some(text)) => STANDARD.decode(text).map_err(|error| error.to_string())?,
        _ => return Err("give json or base64".to_owned()),
    };
    let of_json = |name: &str| one.json.as_ref()?.get(name)?.as_str().map(str::to_owned);
    let fault = match one.fault.as_deref() {
        None => 0,
        Some("segv") => 1,
        Some("abort") => 2,
        Some("hang") => 3,
        Some("refuse") => 4,
        Some(other) => return Err(format!("no such fault: {other}")),
    };
    if let Some(json) = &one.json {
        hear(world, json);
    }
    let refused = world.refusals_among(&people_without_room(one));
    Ok(Draft {
        number,
        at: world.now - i64::from(one.age_s.unwrap_or(0)),
        msgid: one
            .msgid
            .clone()
            .or_else(|| of_json("msgid"))
            .unwrap_or_else(|| format!("{number}_{}", world.clock.millis())),
        kind: of_json("msgtype").unwrap_or_default(),
        chat: of_json("roomid").unwrap_or_default(),
        plain,
        refused,
        fault,
    })
}

/// A customer who says yes or no to a member in a message has said so.
fn hear(world: &mut World, json: &Value) {
    let Some(kind @ ("agree" | "disagree")) = json["msgtype"].as_str() else {
        return;
    };
    // In a room it is said to nobody in particular.
    if json["roomid"].as_str().is_some_and(|room| !room.is_empty()) {
        return;
    }
    let at = json[kind][format!("{kind}_time")].as_i64();
    let up = if kind == "agree" { 999 } else { 0 };
    let at = at.map_or(world.now, |millis| (millis + up).div_euclid(1_000));
    let said = [&json[kind]["userid"], &json["from"]];
    let id = said.into_iter().find_map(Value::as_str).unwrap_or_default();
    let to = json["tolist"].as_array().into_iter().flatten();
    let to: Vec<&str> = to.filter_map(Value::as_str).collect();
    let Some(customer) = world.customer(id) else {
        return;
    };
    for member in to {
        if let Some(member) = world.member(member) {
            world.consent(member, customer, kind == "agree", at);
        }
    }
}

/// Who takes part in a planted message, if it says no room.
fn people_without_room(one: &Planted) -> Vec<String> {
    let Some(json) = &one.json else {
        return Vec::new();
    };
    if json["roomid"].as_str().is_some_and(|room| !room.is_empty()) {
        return Vec::new();
    }
    let to = json["tolist"].as_array().into_iter().flatten();
    let people = to.chain([&json["from"]]).filter_map(Value::as_str);
    people.map(str::to_owned).collect()
}

/// `POST archive/rows {"rows": [{"json" | "base64", "msgid"?, "fault"?, "age_s"?}], "version"?}`
pub async fn rows(shared: &Shared, ask: &Ask<'_>) -> Outcome {
    let rows = ask.body.get("rows").cloned().unwrap_or_default();
    let rows: Vec<Planted> = serde_json::from_value(rows).map_err(|error| error.to_string())?;
    let drafts: Vec<Draft> = shared.step(|world| {
        let made: Result<_, String> = rows.into_iter().map(|one| plant(world, &one)).collect();
        made
    })?;
    let version = ask.body.get("version").and_then(Value::as_u64);
    put_in(shared, drafts, version).await
}

/// `POST archive/consent {"userid", "external_userid", "agree", "at"?}`; `at`: since when it is so, as
/// WeCom tells it.
pub fn consent(world: &mut World, ask: &Ask<'_>) -> Outcome {
    let member = world.member(ask.text("userid").unwrap_or_default());
    let member = member.ok_or("no such member")?;
    let customer = world.customer(ask.text("external_userid").unwrap_or_default());
    let customer = customer.ok_or("no such customer")?;
    let agree = ask.body.get("agree").and_then(Value::as_bool);
    let agree = agree.ok_or("agree: true or false")?;
    let at = ask.body.get("at").and_then(Value::as_i64);
    world.consent(member, customer, agree, at.unwrap_or(world.now));
    Ok(json!({}))
}

/// `GET truth/archive?after=SEQ&limit=N`: rows, the lost ones included.
pub fn truth(world: &World, ask: &Ask<'_>) -> Outcome {
    let number = |name: &str| {
        ask.query
            .get(name)
            .and_then(|text| text.parse::<u64>().ok())
    };
    let after = number("after").unwrap_or(0);
    let limit = number("limit").and_then(|limit| usize::try_from(limit).ok());
    let limit = limit.unwrap_or(TOLD).min(TOLD);
    let floor = world.now - world.archive.switches.retention_s;
    let start = world.archive.rows.partition_point(|row| row.seq <= after);
    let rows = world.archive.rows.iter().skip(start).take(limit);
    let rows: Vec<Value> = rows
        .map(|row| {
            json!({
                "seq": row.seq,
                "msgid": &*row.msgid,
                "msgtype": &*row.kind,
                "conversation": &*row.chat,
                "sha256": hex::encode(row.sha256),
                "publickey_ver": row.version,
                "at": row.at,
                "fault": row.fault,
                "refused": pairs(world, &row.refused),
                "expired": row.at < floor,
            })
        })
        .collect();
    Ok(json!({ "now": world.now, "rows": rows }))
}

/// Userid and external userid of each.
fn pairs(world: &World, pairs: &[(u32, u32)]) -> Vec<(String, String)> {
    let ids = |(member, customer): &(u32, u32)| {
        let userid = world.person(*member).userid.clone();
        (userid, world.customer_id(*customer))
    };
    pairs.iter().map(ids).collect()
}

/// `GET truth/archive/files`: every file id, with the bytes' real sums.
pub fn files(world: &World) -> Outcome {
    let floor = world.now - world.archive.switches.retention_s;
    let files = world.archive.files.iter().map(|(id, file)| {
        json!({
            "sdkfileid": id,
            "kind": file.kind,
            "size": file.content.bytes.len(),
            "md5": file.content.md5,
            "told_md5": file.told_md5,
            "sha256": file.content.sha256,
            "at": file.at,
            "expired": file.at < floor,
        })
    });
    Ok(json!({ "files": files.collect::<Vec<Value>>() }))
}
