//! Acquisition links (获客链接): reading, creating, replacing (path/97297).

use serde_json::{Value, json};

use super::contact_way::{parties, servers};
use super::{Answer, Call, Fail, paging};
use crate::seed::{Draw, mix_text};
use crate::world::World;
use crate::world::contact_way::{AcquisitionLink, MOST_LINK_USERS};

const LINK_ID: u64 = 0x52;

/// The id of the link at a place.
pub fn link_id(seed: u64, place: usize) -> String {
    let mut draw = Draw::new(mix_text(seed, "acquisition"), LINK_ID, place as u64);
    format!("cawcde{}", draw.hex(10))
}

fn permitted(world: &World) -> Result<(), Fail> {
    if world.knobs.acquisition_permitted {
        Ok(())
    } else {
        Err(Fail::code(48_002))
    }
}

fn find(world: &World, call: &Call) -> Result<usize, Fail> {
    permitted(world)?;
    let id = call.need("link_id", 40_058)?;
    let found = world.contact_ways.link(id);
    found.ok_or_else(|| Fail::code(40_058))
}

fn users(world: &World, list: &Value, now: &[u32]) -> Result<Vec<u32>, Fail> {
    let names: Option<Vec<&str>> = list
        .as_array()
        .and_then(|list| list.iter().map(Value::as_str).collect());
    match names {
        Some(names) if names.len() <= MOST_LINK_USERS => servers(world, &names, now),
        _ => Err(Fail::code(40_058)),
    }
}

/// What a request changes: a range replaces the range.
fn change(world: &World, call: &Call, link: &mut AcquisitionLink) -> Result<(), Fail> {
    if let Some(name) = call.text("link_name") {
        name.clone_into(&mut link.name);
    }
    if let Some(range) = call.body.get("range") {
        let empty = json!([]);
        let list = range.get("user_list").unwrap_or(&empty);
        link.users = users(world, list, &link.users)?;
        link.parties = parties(world, range.get("department_list").unwrap_or(&empty))?;
    }
    if link.users.is_empty() && link.parties.is_empty() {
        return Err(Fail::code(40_058));
    }
    if let Some(skip) = call.body.get("skip_verify").and_then(Value::as_bool) {
        link.skip_verify = skip;
    }
    if let Some(mark) = call.body.get("mark_source").and_then(Value::as_bool) {
        link.mark_source = mark;
    }
    if let Some(priority) = call.body.get("priority_option") {
        link.priority_type = priority["priority_type"].as_i64().unwrap_or(1);
        link.priority_users = match priority.get("priority_userid_list") {
            Some(list) => users(world, list, &link.priority_users)?,
            None => Vec::new(),
        };
    }
    let outside = link.priority_users.iter().any(|user| {
        let by_party = world
            .person(*user)
            .departments
            .iter()
            .any(|party| link.parties.contains(party));
        !link.users.contains(user) && !by_party
    });
    if outside {
        return Err(Fail::code(40_058));
    }
    Ok(())
}

/// `externalcontact/customer_acquisition/create_link`
pub fn create(world: &mut World, call: &Call) -> Answer {
    permitted(world)?;
    call.need("link_name", 40_058)?;
    let mut link = AcquisitionLink {
        link_id: link_id(world.seed, world.contact_ways.links.len()),
        name: String::new(),
        skip_verify: true,
        mark_source: true,
        users: Vec::new(),
        parties: Vec::new(),
        priority_type: 1,
        priority_users: Vec::new(),
        created: world.now,
        deleted: false,
        updates: 0,
    };
    change(world, call, &mut link)?;
    let answer = json!({ "link": {
        "link_id": link.link_id, "link_name": link.name, "url": url(&link),
        "create_time": link.created,
    } });
    world.contact_ways.links.push(link);
    Ok(answer)
}

fn url(link: &AcquisitionLink) -> String {
    format!("https://work.weixin.example/ca/{}", link.link_id)
}

/// A link as the platform tells it.
pub fn link_json(world: &World, link: &AcquisitionLink) -> Value {
    let names = |users: &[u32]| -> Vec<String> {
        users
            .iter()
            .map(|user| world.person(*user).userid.clone())
            .collect()
    };
    let mut told = json!({
        "link": {
            "link_id": link.link_id,
            "link_name": link.name,
            "url": url(link),
            "create_time": link.created,
            "skip_verify": link.skip_verify,
            "mark_source": link.mark_source,
        },
        "range": {
            "user_list": names(&link.users),
            "department_list": link.parties,
        },
        "priority_option": { "priority_type": link.priority_type },
    });
    if !link.priority_users.is_empty() {
        told["priority_option"]["priority_userid_list"] = json!(names(&link.priority_users));
    }
    told
}

/// `externalcontact/customer_acquisition/list_link`
pub fn list(world: &mut World, call: &Call) -> Answer {
    permitted(world)?;
    let asked = match call.int("limit").map_or(Ok(100), usize::try_from) {
        Ok(asked @ 1..=100) => asked,
        _ => return Err(Fail::code(40_058)),
    };
    let limit = call.limit(world, asked);
    let start = paging::position::<1>(call, "links")?.map_or(0, |[last]| last.saturating_add(1));
    let mut rows = (0u64..)
        .zip(&world.contact_ways.links)
        .skip(usize::try_from(start).unwrap_or(usize::MAX))
        .filter(|(_, link)| !link.deleted);
    let page: Vec<(u64, String)> = rows
        .by_ref()
        .take(limit)
        .map(|(place, link)| (place, link.link_id.clone()))
        .collect();
    let more = rows.next().is_some();
    drop(rows);
    let next = page
        .last()
        .filter(|_| more)
        .map(|(last, _)| paging::cursor("links", &[*last]));
    let ids: Vec<String> = page.into_iter().map(|(_, id)| id).collect();
    let mut answer = json!({ "link_id_list": ids });
    call.put_cursor(world, &mut answer, next);
    Ok(answer)
}

/// `externalcontact/customer_acquisition/get`
pub fn get(world: &mut World, call: &Call) -> Answer {
    let place = find(world, call)?;
    Ok(link_json(world, &world.contact_ways.links[place]))
}

/// `externalcontact/customer_acquisition/update_link`
pub fn update(world: &mut World, call: &Call) -> Answer {
    let place = find(world, call)?;
    let mut link = world.contact_ways.links[place].clone();
    change(world, call, &mut link)?;
    link.updates += 1;
    world.contact_ways.links[place] = link;
    Ok(json!({}))
}
