//! Messages of the app to members (reference 6.1).

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Answer, Call, Fail};
use crate::seed::mix_text;
use crate::world::World;
use crate::world::clock::DAY;
use crate::world::message::Sent;

/// Message types of an app.
const TYPES: &[&str] = &[
    "text",
    "textcard",
    "markdown",
    "template_card",
    "image",
    "voice",
    "video",
    "file",
    "news",
    "mpnews",
    "miniprogram_notice",
];

struct Receivers {
    members: Vec<u32>,
    invalid_users: Vec<String>,
    invalid_parties: Vec<String>,
    invalid_tags: Vec<String>,
}

fn parts(call: &Call, name: &str) -> Vec<String> {
    call.text(name)
        .unwrap_or_default()
        .split('|')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

fn receivers(world: &World, call: &Call) -> Result<Receivers, Fail> {
    let (users, parties, tags) = (
        parts(call, "touser"),
        parts(call, "toparty"),
        parts(call, "totag"),
    );
    if users.is_empty() && parties.is_empty() && tags.is_empty() {
        return Err(Fail::code(82_001));
    }
    if users.len() > 1_000 || parties.len() > 100 || tags.len() > 100 {
        return Err(Fail::code(40_058));
    }
    let mut found = Receivers {
        members: Vec::new(),
        invalid_users: Vec::new(),
        invalid_parties: Vec::new(),
        invalid_tags: tags,
    };
    if users.len() == 1 && users[0] == "@all" {
        found.members = world.visible_members().collect();
        return Ok(found);
    }
    for user in users {
        let member = world.member(&user).filter(|member| {
            let person = world.person(*member);
            person.left_at.is_none() && person.visible && !person.disabled
        });
        match member {
            Some(member) if !found.members.contains(&member) => found.members.push(member),
            Some(_) => {}
            None => found.invalid_users.push(user.to_ascii_lowercase()),
        }
    }
    for party in parties {
        let id = party
            .parse()
            .ok()
            .filter(|id| world.departments.contains_key(id));
        let Some(id) = id else {
            found.invalid_parties.push(party);
            continue;
        };
        let places = world.subtree(id);
        let inside: Vec<u32> = world
            .visible_members()
            .filter(|member| {
                let of = &world.person(*member).departments;
                of.iter().any(|place| places.contains(place)) && !found.members.contains(member)
            })
            .collect();
        found.members.extend(inside);
    }
    if found.members.is_empty() {
        Err(Fail::code(81_013))
    } else {
        Ok(found)
    }
}

/// `message/send`
pub fn send(world: &mut World, call: &Call) -> Answer {
    let agent = call.body.get("agentid").ok_or_else(|| Fail::code(41_011))?;
    match agent.as_i64().or_else(|| agent.as_str()?.parse().ok()) {
        None => return Err(Fail::code(40_056)),
        Some(agent) if agent != world.info.agent_id => return Err(Fail::code(301_002)),
        Some(_) => {}
    }
    let msgtype = call.need("msgtype", 40_008)?;
    if !TYPES.contains(&msgtype) {
        return Err(Fail::code(40_008));
    }
    let content = call.body.get(msgtype).ok_or_else(|| Fail::code(44_004))?;
    check_content(msgtype, content)?;
    let receivers = receivers(world, call)?;
    let content: Arc<str> = cut(msgtype, content).into();
    if content.len() > 16_384 {
        return Err(Fail::code(45_002));
    }
    let window = duplicate_window(call)?;
    world.messages.count += 1;
    let msgid = format!(
        "msg{:016x}",
        mix_text(world.seed, &world.messages.count.to_string())
    );
    for member in receivers.members {
        deliver(world, call, member, &msgid, msgtype, &content, window);
    }
    let mut answer = json!({ "msgid": msgid });
    for (name, list) in [
        ("invaliduser", receivers.invalid_users),
        ("invalidparty", receivers.invalid_parties),
        ("invalidtag", receivers.invalid_tags),
    ] {
        if !list.is_empty() {
            answer[name] = json!(list.join("|"));
        }
    }
    if msgtype == "template_card" {
        answer["response_code"] = json!(format!("rc{msgid}"));
    }
    Ok(answer)
}

fn check_content(msgtype: &str, content: &Value) -> Result<(), Fail> {
    let text = |name: &str| {
        content
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    match msgtype {
        "text" | "markdown" if text("content").is_empty() => Err(Fail::code(44_004)),
        "textcard" => {
            let whole = !text("title").is_empty() && !text("description").is_empty();
            let address = text("url").starts_with("http://") || text("url").starts_with("https://");
            if whole && address && text("url").len() <= 2_048 {
                Ok(())
            } else {
                Err(Fail::code(40_058))
            }
        }
        _ => Ok(()),
    }
}

/// The content as it is shown: text longer than 2048 bytes is cut.
fn cut(msgtype: &str, content: &Value) -> String {
    let mut content = content.clone();
    if matches!(msgtype, "text" | "markdown")
        && let Some(Value::String(text)) = content.get_mut("content")
    {
        text.truncate(text.floor_char_boundary(2_048));
    }
    content.to_string()
}

/// Seconds within which the same content to the same member is not shown again.
fn duplicate_window(call: &Call) -> Result<Option<i64>, Fail> {
    if call.int("enable_duplicate_check") != Some(1) {
        return Ok(None);
    }
    match call.int("duplicate_check_interval").unwrap_or(1_800) {
        interval @ 0..=14_400 => Ok(Some(interval)),
        _ => Err(Fail::code(40_058)),
    }
}

fn deliver(
    world: &mut World,
    call: &Call,
    member: u32,
    msgid: &str,
    msgtype: &str,
    content: &Arc<str>,
    window: Option<i64>,
) {
    let now = world.now;
    let key = (member, mix_text(mix_text(0, msgtype), content));
    let duplicate = window.is_some_and(|window| {
        world
            .messages
            .recent
            .get(&key)
            .is_some_and(|at| now - at < window)
    });
    let shown = world.messages.shown.entry(member).or_default();
    while shown.front().is_some_and(|at| now - at >= 3_600) {
        shown.pop_front();
    }
    let in_minute = shown.iter().rev().take_while(|at| now - **at < 60).count();
    let dropped = !duplicate && (in_minute >= 30 || shown.len() >= 1_000);
    if !duplicate && !dropped {
        shown.push_back(now);
        world.messages.recent.insert(key, now);
    }
    world.messages.sent.push(Sent {
        msgid: msgid.to_owned(),
        to: member,
        msgtype: msgtype.to_owned(),
        content: Arc::clone(content),
        at: now,
        dropped,
        duplicate,
        recalled: false,
        call_no: call.no,
    });
}

/// `message/recall`
pub fn recall(world: &mut World, call: &Call) -> Answer {
    let msgid = call.need("msgid", 40_058)?;
    let now = world.now;
    let mut found = false;
    for sent in world
        .messages
        .sent
        .iter_mut()
        .filter(|sent| sent.msgid == msgid)
    {
        if now - sent.at > DAY {
            return Err(Fail::code(42_052));
        }
        sent.recalled = true;
        found = true;
    }
    if found {
        Ok(json!({}))
    } else {
        Err(Fail::code(40_058))
    }
}
