//! Fault rules, knobs and the callback address.

use serde_json::{Value, json};

use super::{Ask, Outcome};
use crate::callback::{Target, crypt, deliver};
use crate::fault::FaultRule;
use crate::server::Shared;
use crate::world::World;
use crate::world::knobs::Knobs;

/// Most rules at once.
const RULES: usize = 1_000;

fn told<T: serde::Serialize>(value: &T) -> Outcome {
    serde_json::to_value(value).map_err(|error| error.to_string())
}

/// `GET|POST|DELETE faults`; POST takes one rule or a list of them.
pub fn rules(world: &mut World, ask: &Ask<'_>) -> Outcome {
    match ask.method {
        "GET" => {}
        "DELETE" => world.faults.rules.clear(),
        "POST" => {
            let rules: Vec<FaultRule> = if ask.body.is_array() {
                ask.typed()?
            } else {
                vec![ask.typed()?]
            };
            if world.faults.rules.len() + rules.len() > RULES {
                return Err("too many rules".to_owned());
            }
            world.faults.rules.extend(rules);
        }
        _ => return Err("faults: GET, POST or DELETE".to_owned()),
    }
    Ok(json!({ "faults": told(&world.faults.rules)? }))
}

/// `GET|PUT knobs`; PUT changes only what it names.
pub fn knobs(world: &mut World, ask: &Ask<'_>) -> Outcome {
    match (ask.method, &ask.body) {
        ("GET", _) => {}
        ("PUT", Value::Object(changes)) => {
            let mut all = told(&world.knobs)?;
            for (name, value) in changes {
                all[name.as_str()] = value.clone();
            }
            let knobs: Knobs = serde_json::from_value(all).map_err(|error| error.to_string())?;
            let sane = knobs.waiting_s >= 0
                && knobs.group_transfer_s >= 0
                && knobs.token_lifetime_s > 0
                && knobs.callback_retry_s >= 0
                && knobs.result_delay_s >= 0
                && knobs.unassigned_lag_s >= 0;
            if !sane {
                return Err("times must not be negative, tokens must live".to_owned());
            }
            world.knobs = knobs;
        }
        _ => return Err("knobs: GET, or PUT with an object".to_owned()),
    }
    told(&world.knobs)
}

fn target(world: &World, ask: &Ask<'_>) -> Result<Target, String> {
    let url = ask.text("url").ok_or("url is missing")?;
    let url = reqwest::Url::parse(url).map_err(|error| format!("url: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("url: http or https".to_owned());
    }
    let token = ask
        .text("token")
        .unwrap_or(&world.info.callback_token)
        .to_owned();
    if token.is_empty() || token.len() > 32 {
        return Err("token: 1 to 32 letters or digits".to_owned());
    }
    let key = ask
        .text("encoding_aes_key")
        .unwrap_or(&world.info.encoding_aes_key);
    let key = crypt::Key::parse(key).map_err(|error| error.to_string())?;
    let parallel = ask
        .body
        .get("parallel")
        .and_then(Value::as_u64)
        .unwrap_or(1)
        .clamp(1, 64);
    Ok(Target {
        url,
        token,
        key,
        parallel: usize::try_from(parallel).unwrap_or(1),
    })
}

/// `POST callback {"url", "token"?, "encoding_aes_key"?, "verify"?, "parallel"?, "faults"?}`
pub async fn set_callback(shared: &Shared, ask: &Ask<'_>) -> Outcome {
    let target = shared.step(|world| target(world, ask))?;
    let faults = ask.body.get("faults").cloned().unwrap_or_else(|| json!({}));
    let faults = serde_json::from_value(faults).map_err(|error| error.to_string())?;
    if ask.body.get("verify") != Some(&Value::Bool(false)) {
        deliver::verify(shared, &target).await?;
    }
    shared.step(|world| {
        world.callbacks.target = Some(target);
        world.callbacks.faults = faults;
        state(world)
    })
}

fn state(world: &World) -> Outcome {
    let url = world
        .callbacks
        .target
        .as_ref()
        .map(|target| target.url.to_string());
    Ok(json!({
        "url": url,
        "faults": told(&world.callbacks.faults)?,
        "events": world.callbacks.first + world.callbacks.log.len(),
        "waiting": world.callbacks.outbox.len()
            + world.callbacks.under_way
            + world.queue.deliveries(),
    }))
}

/// `GET|DELETE callback`, `PUT callback/faults`, `GET callback/log?after=N`
pub fn callback(world: &mut World, ask: &Ask<'_>) -> Outcome {
    match (ask.method, ask.path.as_slice()) {
        ("GET", ["callback"]) => state(world),
        ("DELETE", ["callback"]) => {
            world.callbacks.target = None;
            world.callbacks.outbox.clear();
            state(world)
        }
        ("PUT", ["callback", "faults"]) => {
            world.callbacks.faults = ask.typed()?;
            state(world)
        }
        ("GET", ["callback", "log"]) => {
            let after = ask
                .query
                .get("after")
                .and_then(|n| n.parse().ok())
                .unwrap_or(0_usize);
            let first = world.callbacks.first;
            let records: Vec<_> = world
                .callbacks
                .log
                .iter()
                .skip(after.saturating_sub(first))
                .collect();
            Ok(json!({ "first": first.max(after), "log": told(&records)? }))
        }
        _ => Err("no such callback call".to_owned()),
    }
}
