//! Changing the directory with the contacts-sync secret.

use serde_json::{Value, json};

use super::directory::present;
use super::{Answer, Call, Fail};
use crate::callback::event::Event;
use crate::world::World;
use crate::world::member::{Department, Member};

fn number(call: &Call, name: &str) -> Option<u32> {
    call.int(name).and_then(|number| u32::try_from(number).ok())
}

fn name_fits(name: &str) -> bool {
    (1..=64).contains(&name.chars().count())
}

/// `department/create`
pub fn create_department(world: &mut World, call: &Call) -> Answer {
    let name = call.need("name", 40_058)?;
    let parent = number(call, "parentid").unwrap_or(0);
    if !name_fits(name) {
        return Err(Fail::code(40_058));
    }
    if !world.departments.contains_key(&parent) {
        return Err(Fail::code(60_123));
    }
    let free = world
        .departments
        .last_key_value()
        .map_or(1, |(last, _)| last + 1);
    let id = number(call, "id").filter(|id| *id > 1).unwrap_or(free);
    if world.departments.contains_key(&id) || world.departments.len() >= 30_000 {
        return Err(Fail::code(60_008));
    }
    let order = number(call, "order").unwrap_or(0);
    let name = name.to_owned();
    world.departments.insert(
        id,
        Department {
            name,
            parent,
            order,
            leaders: Vec::new(),
        },
    );
    world.announce(&Event::Party {
        change: "create_party",
        id,
    });
    Ok(json!({ "errmsg": "created", "id": id }))
}

/// `department/update`
pub fn update_department(world: &mut World, call: &Call) -> Answer {
    let id = number(call, "id").unwrap_or(0);
    let parent = number(call, "parentid");
    if let Some(parent) = parent
        && (world.subtree(id).contains(&parent) || !world.departments.contains_key(&parent))
    {
        return Err(Fail::code(60_123));
    }
    let Some(department) = world.departments.get_mut(&id) else {
        return Err(Fail::code(60_123));
    };
    if let Some(name) = call.text("name") {
        if !name_fits(name) {
            return Err(Fail::code(40_058));
        }
        name.clone_into(&mut department.name);
    }
    department.parent = parent.unwrap_or(department.parent);
    department.order = number(call, "order").unwrap_or(department.order);
    world.announce(&Event::Party {
        change: "update_party",
        id,
    });
    Ok(json!({ "errmsg": "updated" }))
}

/// `department/delete`
pub fn delete_department(world: &mut World, call: &Call) -> Answer {
    let id = number(call, "id").unwrap_or(0);
    if id == 1 || !world.departments.contains_key(&id) {
        return Err(Fail::code(60_123));
    }
    let peopled = world
        .members
        .iter()
        .any(|member| member.left_at.is_none() && member.departments.contains(&id));
    if peopled {
        return Err(Fail::code(60_005));
    }
    if world.subtree(id).len() > 1 {
        return Err(Fail::code(60_006));
    }
    world.departments.remove(&id);
    world.announce(&Event::Party {
        change: "delete_party",
        id,
    });
    Ok(json!({ "errmsg": "deleted" }))
}

fn departments_of(world: &World, call: &Call) -> Result<Option<Vec<u32>>, Fail> {
    let Some(list) = call.body.get("department") else {
        return Ok(None);
    };
    let ids: Option<Vec<u32>> = list.as_array().and_then(|list| {
        list.iter()
            .map(|id| id.as_u64().and_then(|id| u32::try_from(id).ok()))
            .collect()
    });
    let ids = ids
        .filter(|ids| !ids.is_empty())
        .ok_or_else(|| Fail::code(60_127))?;
    if ids.iter().all(|id| world.departments.contains_key(id)) {
        Ok(Some(ids))
    } else {
        Err(Fail::code(60_123))
    }
}

/// `user/create`
pub fn create_user(world: &mut World, call: &Call) -> Answer {
    let userid = call.need("userid", 41_009)?;
    let name = call.need("name", 40_058)?;
    match present(world, userid) {
        Err(fail) if fail.code == 60_111 && world.member(userid).is_none() => {}
        Err(fail) if fail.code == 40_003 => return Err(fail),
        _ => return Err(Fail::code(60_102)),
    }
    if !name_fits(name) || world.members.len() >= 20_000 {
        return Err(Fail::code(40_058));
    }
    let departments = departments_of(world, call)?.unwrap_or_else(|| vec![1]);
    let member = Member {
        userid: userid.to_owned(),
        name: name.to_owned(),
        leads: vec![false; departments.len()],
        departments,
        position: call.text("position").unwrap_or_default().to_owned(),
        mobile: call.text("mobile").unwrap_or_default().to_owned(),
        gender: 1,
        activated: true,
        real_name: true,
        customer_contact: true,
        visible: true,
        logged_in_at: world.now,
        customer_limit: 20_000,
        ..Member::default()
    };
    let index = u32::try_from(world.members.len()).unwrap_or(u32::MAX);
    world
        .member_index
        .insert(userid.to_ascii_lowercase(), index);
    world.members.push(member);
    world.announce(&Event::CreateUser { member: index });
    Ok(json!({ "errmsg": "created" }))
}

/// `user/update`
pub fn update_user(world: &mut World, call: &Call) -> Answer {
    let index = present(world, call.need("userid", 41_009)?)?;
    let departments = departments_of(world, call)?;
    let name = call.text("name");
    if name.is_some_and(|name| !name_fits(name)) {
        return Err(Fail::code(40_058));
    }
    let member = world.person_mut(index);
    if let Some(name) = name {
        name.clone_into(&mut member.name);
    }
    if let Some(departments) = departments {
        member.leads = vec![false; departments.len()];
        member.departments = departments;
    }
    if let Some(position) = call.text("position") {
        position.clone_into(&mut member.position);
    }
    if let Some(enable) = call.int("enable") {
        member.disabled = enable == 0;
    }
    world.announce(&Event::UpdateUser { member: index });
    Ok(json!({ "errmsg": "updated" }))
}

/// `user/delete`
pub fn delete_user(world: &mut World, call: &Call) -> Answer {
    let index = present(world, call.need("userid", 41_009)?)?;
    world.leave(index);
    Ok(json!({ "errmsg": "deleted" }))
}

/// `user/batchdelete`
pub fn delete_users(world: &mut World, call: &Call) -> Answer {
    let ids = call.texts("useridlist").unwrap_or_default();
    if ids.is_empty() || ids.len() > 200 {
        return Err(Fail::code(40_058));
    }
    let members: Vec<u32> = ids
        .into_iter()
        .map(|id| present(world, id))
        .collect::<Result<_, _>>()?;
    for member in members {
        world.leave(member);
    }
    Ok::<Value, Fail>(json!({ "errmsg": "deleted" }))
}
