//! Contact ways (联系我): reading, adding, replacing, deleting (reference 3.6).

use serde_json::{Value, json};

use super::directory::present;
use super::{Answer, Call, Fail, paging};
use crate::seed::{Draw, mix_text};
use crate::world::World;
use crate::world::clock::DAY;
use crate::world::contact_way::{ContactWay, MOST_USERS};

/// Before this moment (2021-07-10 in Beijing) contact ways were not kept for listing.
const LISTED_SINCE: i64 = 1_625_846_400;
/// Most characters of remark and state.
const MOST_TEXT: usize = 30;
const CONFIG_ID: u64 = 0x51;

/// The id of the contact way at a place.
pub fn config_id(seed: u64, place: usize) -> String {
    Draw::new(mix_text(seed, "contact_way"), CONFIG_ID, place as u64).hex(32)
}

fn permitted(world: &World) -> Result<(), Fail> {
    if world.knobs.contact_way_permitted {
        Ok(())
    } else {
        Err(Fail::code(48_002))
    }
}

/// A member whom a contact way may name.
pub fn server(world: &World, userid: &str) -> Result<u32, Fail> {
    let index = present(world, userid)?;
    let person = world.person(index);
    let code = if !person.visible {
        60_021
    } else if !person.activated {
        41_054
    } else if !person.customer_contact {
        84_074
    } else if !person.real_name {
        40_098
    } else {
        return Ok(index);
    };
    Err(Fail::code(code))
}

/// The members named by `names`; those of `now` who have left are let be where the knob says so.
pub fn servers(world: &World, names: &[&str], now: &[u32]) -> Result<Vec<u32>, Fail> {
    let mut users = Vec::new();
    for name in names {
        let stays = world
            .member(name)
            .filter(|index| world.knobs.contact_way_keeps_leavers && now.contains(index))
            .filter(|index| world.person(*index).left_at.is_some());
        let index = match stays {
            Some(index) => index,
            None => server(world, name)?,
        };
        if !users.contains(&index) {
            users.push(index);
        }
    }
    Ok(users)
}

/// The departments of a list of numbers.
pub fn parties(world: &World, list: &Value) -> Result<Vec<u32>, Fail> {
    let list = list.as_array().ok_or_else(|| Fail::code(40_058))?;
    list.iter()
        .map(|id| {
            let id = id.as_u64().and_then(|id| u32::try_from(id).ok());
            id.filter(|id| world.departments.contains_key(id))
                .ok_or_else(|| Fail::code(60_123))
        })
        .collect()
}

fn short_text(call: &Call, name: &str) -> Result<Option<String>, Fail> {
    match call.body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= MOST_TEXT => Ok(Some(text.clone())),
        Some(_) => Err(Fail::code(40_058)),
    }
}

/// What a request changes. With the knob, what it does not name goes back to its default.
fn change(world: &World, call: &Call, way: &mut ContactWay) -> Result<(), Fail> {
    let whole = world.knobs.contact_way_update_drops_absent;
    let names = call.body.get("user").map(|_| call.texts("user"));
    match names {
        Some(Some(names)) if names.len() <= MOST_USERS => {
            way.users = servers(world, &names, &way.users)?;
        }
        Some(_) => return Err(Fail::code(40_058)),
        None if whole => way.users.clear(),
        None => {}
    }
    match call.body.get("party") {
        Some(list) => way.parties = parties(world, list)?,
        None if whole => way.parties.clear(),
        None => {}
    }
    let is_empty = way.users.is_empty() && way.parties.is_empty();
    let too_many = way.single && (way.users.len() != 1 || !way.parties.is_empty());
    if is_empty || too_many {
        return Err(Fail::code(40_058));
    }
    for (name, place) in [("remark", &mut way.remark), ("state", &mut way.state)] {
        match short_text(call, name)? {
            Some(text) => *place = text,
            None if whole => place.clear(),
            None => {}
        }
    }
    match call.body.get("skip_verify").and_then(Value::as_bool) {
        Some(skip) => way.skip_verify = skip,
        None if whole => way.skip_verify = true,
        None => {}
    }
    match call.int("style") {
        Some(style) => way.style = style,
        None if whole => way.style = 0,
        None => {}
    }
    match call.body.get("conclusions") {
        Some(Value::Null) => {}
        Some(conclusions) => way.conclusions = Some(conclusions.clone()),
        None if whole => way.conclusions = None,
        None => {}
    }
    Ok(())
}

/// `externalcontact/add_contact_way`
pub fn add(world: &mut World, call: &Call) -> Answer {
    permitted(world)?;
    let (Some(kind @ (1 | 2)), Some(scene @ (1 | 2))) = (call.int("type"), call.int("scene"))
    else {
        return Err(Fail::code(40_058));
    };
    let place = world.contact_ways.ways.len();
    let mut way = ContactWay {
        config_id: config_id(world.seed, place),
        single: kind == 1,
        scene,
        style: 0,
        remark: String::new(),
        skip_verify: true,
        state: String::new(),
        users: Vec::new(),
        parties: Vec::new(),
        conclusions: None,
        created: world.now,
        deleted: false,
        updates: 0,
    };
    change(world, call, &mut way)?;
    let answer = json!({ "config_id": way.config_id, "qr_code": qr_code(&way) });
    world.contact_ways.ways.push(way);
    Ok(answer)
}

fn qr_code(way: &ContactWay) -> String {
    format!("https://p.qpic.example/wwhead/{}/0", way.config_id)
}

/// A contact way as the platform tells it.
pub fn way_json(world: &World, way: &ContactWay) -> Value {
    let users: Vec<&str> = way
        .users
        .iter()
        .map(|user| world.person(*user).userid.as_str())
        .collect();
    let mut told = json!({
        "config_id": way.config_id,
        "type": if way.single { 1 } else { 2 },
        "scene": way.scene,
        "style": way.style,
        "remark": way.remark,
        "skip_verify": way.skip_verify,
        "state": way.state,
        "user": users,
        "party": way.parties,
        "is_temp": false,
        "expires_in": 0,
        "chat_expires_in": 0,
    });
    if way.scene == 2 {
        told["qr_code"] = json!(qr_code(way));
    }
    if let Some(conclusions) = &way.conclusions {
        told["conclusions"] = conclusions.clone();
    }
    told
}

fn find(world: &World, call: &Call) -> Result<usize, Fail> {
    permitted(world)?;
    let id = call.need("config_id", 41_044)?;
    let found = world.contact_ways.way(id);
    found.ok_or_else(|| Fail::code(41_044))
}

/// `externalcontact/get_contact_way`
pub fn get(world: &mut World, call: &Call) -> Answer {
    let place = find(world, call)?;
    let told = way_json(world, &world.contact_ways.ways[place]);
    Ok(json!({ "contact_way": told }))
}

/// `externalcontact/list_contact_way`; without times those of the last 90 days.
pub fn list(world: &mut World, call: &Call) -> Answer {
    permitted(world)?;
    let asked = match call.int("limit").map_or(Ok(100), usize::try_from) {
        Ok(asked @ 1..=1_000) => asked,
        _ => return Err(Fail::code(40_058)),
    };
    let from = call.int("start_time").unwrap_or(world.now - 90 * DAY);
    let until = call.int("end_time").unwrap_or(world.now);
    let limit = call.limit(world, asked);
    let start = paging::position::<1>(call, "ways")?.map_or(0, |[last]| last.saturating_add(1));
    let mut rows = (0u64..)
        .zip(&world.contact_ways.ways)
        .skip(usize::try_from(start).unwrap_or(usize::MAX))
        .filter(|(_, way)| !way.deleted && way.created >= from.max(LISTED_SINCE))
        .filter(|(_, way)| way.created <= until);
    let page: Vec<(u64, Value)> = rows
        .by_ref()
        .take(limit)
        .map(|(place, way)| (place, json!({ "config_id": way.config_id })))
        .collect();
    let more = rows.next().is_some();
    drop(rows);
    let next = page
        .last()
        .filter(|_| more)
        .map(|(last, _)| paging::cursor("ways", &[*last]));
    let list: Vec<Value> = page.into_iter().map(|(_, row)| row).collect();
    let mut answer = json!({ "contact_way": list });
    call.put_cursor(world, &mut answer, next);
    Ok(answer)
}

/// `externalcontact/update_contact_way`
pub fn update(world: &mut World, call: &Call) -> Answer {
    let place = find(world, call)?;
    let mut way = world.contact_ways.ways[place].clone();
    change(world, call, &mut way)?;
    way.updates += 1;
    world.contact_ways.ways[place] = way;
    Ok(json!({}))
}

/// `externalcontact/del_contact_way`
pub fn delete(world: &mut World, call: &Call) -> Answer {
    let place = find(world, call)?;
    world.contact_ways.ways[place].deleted = true;
    Ok(json!({}))
}
