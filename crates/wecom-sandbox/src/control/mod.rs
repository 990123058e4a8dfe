//! The control API under `/sandbox/`: for tests and demos, from this machine
//! only, without authentication. Mistakes answer 400 and `{"error": …}`.

mod acts;
mod archive;
mod check;
mod faults;
mod truth;

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::api::login;
use crate::connection::Peer;
use crate::generator::dialogue;
use crate::server::{Shared, query_of};
use crate::world::World;

/// Largest body of a control request.
const BODY: usize = 2 << 20;

/// What a control request answers, or what was wrong with it.
pub type Outcome = Result<Value, String>;

/// One control request.
pub struct Ask<'a> {
    pub method: &'a str,
    pub path: Vec<&'a str>,
    pub query: HashMap<String, String>,
    pub body: Value,
}

impl Ask<'_> {
    /// The body as a type.
    pub fn typed<T: DeserializeOwned>(&self) -> Result<T, String> {
        serde_json::from_value(self.body.clone()).map_err(|error| error.to_string())
    }

    /// A text in the body.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name)?.as_str()
    }
}

/// The HTTP face.
pub async fn http(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
) -> Response {
    if !peer.address.ip().is_loopback() {
        return StatusCode::FORBIDDEN.into_response();
    }
    let (parts, body) = request.into_parts();
    let Ok(raw) = to_bytes(body, BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let body = if raw.is_empty() {
        Ok(Value::Null)
    } else {
        serde_json::from_slice(&raw)
    };
    let (status, answer) = match body {
        Ok(body) => {
            let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
            let path = path.strip_prefix("/sandbox/").unwrap_or_default();
            call(&shared, parts.method.as_str(), path, body).await
        }
        Err(error) => (400, json!({ "error": error.to_string() })),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let kind = [(header::CONTENT_TYPE, "application/json; charset=UTF-8")];
    (status, kind, answer.to_string()).into_response()
}

/// A control request without HTTP.
pub async fn call(shared: &Shared, method: &str, path: &str, body: Value) -> (u16, Value) {
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, query_of(Some(query))),
        None => (path, HashMap::new()),
    };
    let path = path.split('/').filter(|part| !part.is_empty()).collect();
    let ask = Ask {
        method,
        path,
        query,
        body,
    };
    let outcome = match (ask.method, ask.path.as_slice()) {
        ("POST", ["callback"]) => faults::set_callback(shared, &ask).await,
        ("POST", ["archive", "keys"]) => archive::keys(shared, &ask).await,
        ("POST", ["archive", "generate"]) => archive::generate(shared, &ask).await,
        ("POST", ["archive", "rows"]) => archive::rows(shared, &ask).await,
        _ => shared.step(|world| dispatch(world, &ask)),
    };
    match outcome {
        Ok(answer) => (200, answer),
        Err(error) => (400, json!({ "error": error })),
    }
}

fn dispatch(world: &mut World, ask: &Ask<'_>) -> Outcome {
    match (ask.method, ask.path.as_slice()) {
        ("GET", ["info"]) => serde_json::to_value(&world.info).map_err(|e| e.to_string()),
        ("GET", ["clock"]) => Ok(clock(world)),
        ("POST", ["clock"]) => move_clock(world, ask),
        ("POST", ["customers"]) => acts::add_customer(world, ask),
        ("POST", ["customers", id, act]) => acts::customer(world, ask, id, act),
        ("POST", ["members", userid, act]) => acts::member(world, userid, act),
        ("PATCH", ["members", userid]) => acts::patch_member(world, ask, userid),
        ("POST", ["groups"]) => acts::add_group(world, ask),
        ("POST", ["groups", id, "dismiss"]) => acts::dismiss_group(world, id),
        ("POST", ["behaviour"]) => {
            world.behaviour = ask.typed()?;
            serde_json::to_value(&world.behaviour).map_err(|error| error.to_string())
        }
        ("POST", ["login"]) => {
            let userid = ask.text("userid").unwrap_or_default();
            let code = login::make_code(world, userid).ok_or("no such member in service")?;
            Ok(json!({ "code": code }))
        }
        (_, ["faults"]) => faults::rules(world, ask),
        (_, ["knobs"]) => faults::knobs(world, ask),
        ("GET" | "PUT" | "DELETE", ["callback", ..]) => faults::callback(world, ask),
        ("GET", ["dialogues"]) => dialogues(world, ask),
        (_, ["archive"]) => archive::switches(world, ask),
        ("POST", ["archive", "consent"]) => archive::consent(world, ask),
        ("GET", ["truth", "archive"]) => archive::truth(world, ask),
        ("GET", ["truth", "archive", "files"]) => archive::files(world),
        ("GET", ["truth", "check"]) => Ok(check::check(world)),
        ("GET", ["truth", ..]) => truth::tell(world, ask),
        _ => Err(format!(
            "no such control call: {} {}",
            ask.method,
            ask.path.join("/")
        )),
    }
}

fn clock(world: &World) -> Value {
    json!({
        "now": world.clock.seconds(),
        "now_millis": world.clock.millis(),
        "waiting": world.queue.len(),
    })
}

fn move_clock(world: &mut World, ask: &Ask<'_>) -> Outcome {
    let millis = match (ask.body.get("advance_s"), ask.body.get("set")) {
        (Some(by), None) => by
            .as_f64()
            .map(|seconds| (seconds * 1_000.0).round() as i64),
        (None, Some(to)) => to
            .as_i64()
            .and_then(|to| to.checked_mul(1_000).map(|to| to - world.clock.millis())),
        _ => return Err("give advance_s or set, in seconds".to_owned()),
    };
    // A hundred years are more than any test needs and far from overflow.
    match millis {
        Some(millis @ 0..=3_155_760_000_000) => world.clock.advance(millis),
        _ => return Err("the clock moves ahead only, at most 100 years".to_owned()),
    }
    world.settle();
    Ok(clock(world))
}

fn dialogues(world: &World, ask: &Ask<'_>) -> Outcome {
    let id = ask
        .query
        .get("external_userid")
        .map(String::as_str)
        .unwrap_or_default();
    let customer = world.customer(id).ok_or("no such customer")?;
    let lists: Vec<Value> = world.customers[customer as usize]
        .follows
        .iter()
        .map(|follow| {
            let lines: Vec<Value> =
                dialogue::dialogue(world, customer, follow.member, follow.created)
                    .into_iter()
                    .map(|line| {
                        let from = if line.customer { "customer" } else { "member" };
                        json!({ "at": line.at, "from": from, "text": line.text })
                    })
                    .collect();
            json!({ "userid": world.person(follow.member).userid, "lines": lines })
        })
        .collect();
    Ok(json!({ "external_userid": id, "dialogues": lists }))
}
