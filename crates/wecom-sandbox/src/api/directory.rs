//! Reading departments and members (reference 2).

use std::ops::Bound;

use serde_json::{Value, json};

use super::{Answer, Call, Fail, paging};
use crate::world::World;
use crate::world::member::{Department, Member};
use crate::world::token::SecretKind;

fn selected(world: &World, call: &Call) -> Result<Vec<u32>, Fail> {
    if call.query.get("id").is_none_or(String::is_empty) {
        return Ok(world.subtree(1));
    }
    let id = call.int("id").and_then(|id| u32::try_from(id).ok());
    match id.filter(|id| world.departments.contains_key(id)) {
        Some(id) => Ok(world.subtree(id)),
        None => Err(Fail::code(60_123)),
    }
}

fn department_json(world: &World, id: u32, department: &Department) -> Value {
    let leaders: Vec<&str> = department
        .leaders
        .iter()
        .map(|leader| world.person(*leader))
        .filter(|leader| leader.left_at.is_none())
        .map(|leader| leader.userid.as_str())
        .collect();
    json!({
        "id": id,
        "name": department.name,
        "name_en": "",
        "department_leader": leaders,
        "parentid": department.parent,
        "order": department.order,
    })
}

/// `department/list`
pub fn departments(world: &mut World, call: &Call) -> Answer {
    let list: Vec<Value> = selected(world, call)?
        .into_iter()
        .filter_map(|id| {
            world
                .departments
                .get(&id)
                .map(|d| department_json(world, id, d))
        })
        .collect();
    Ok(json!({ "department": list }))
}

/// `department/simplelist`
pub fn department_ids(world: &mut World, call: &Call) -> Answer {
    let list: Vec<Value> = selected(world, call)?
        .into_iter()
        .filter_map(|id| {
            let department = world.departments.get(&id)?;
            Some(json!({ "id": id, "parentid": department.parent, "order": department.order }))
        })
        .collect();
    Ok(json!({ "department_id": list }))
}

/// `department/get`
pub fn department(world: &mut World, call: &Call) -> Answer {
    let id = call
        .int("id")
        .and_then(|id| u32::try_from(id).ok())
        .unwrap_or(0);
    let department = world
        .departments
        .get(&id)
        .ok_or_else(|| Fail::code(60_123))?;
    Ok(json!({ "department": department_json(world, id, department) }))
}

/// A member in service and in the visible range, or the code that says why not.
pub fn present(world: &World, userid: &str) -> Result<u32, Fail> {
    let valid = userid.len() <= 64
        && userid
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-@.".contains(&b))
        && userid
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_alphanumeric());
    if !valid {
        return Err(Fail::code(40_003));
    }
    let index = world.member(userid).ok_or_else(|| Fail::code(60_111))?;
    if world.person(index).left_at.is_some() {
        return Err(Fail::code(60_111));
    }
    Ok(index)
}

fn member_json(world: &World, call: &Call, member: &Member) -> Value {
    let leads: Vec<u8> = member.leads.iter().map(|leads| u8::from(*leads)).collect();
    let orders = vec![0; member.departments.len()];
    let leader: Vec<&str> = member
        .direct_leader
        .map(|leader| world.person(leader))
        .filter(|leader| leader.left_at.is_none())
        .map(|leader| leader.userid.as_str())
        .into_iter()
        .collect();
    let mut value = json!({
        "userid": member.userid,
        "name": member.name,
        "department": member.departments,
        "order": orders,
        "is_leader_in_dept": leads,
        "main_department": member.departments.first().copied().unwrap_or(1),
        "direct_leader": leader,
        "position": member.position,
        // Apps created after 2022-06-20 are not told.
        "gender": "0",
        "alias": member.alias,
        "telephone": "",
        "english_name": "",
        "status": member.status(),
        "isleader": i32::from(member.leads.contains(&true)),
        "enable": i32::from(!member.disabled),
        "hide_mobile": 0,
        "external_position": member.position,
        "external_profile": { "external_corp_name": world.corp_name, "external_attr": [] },
        "extattr": { "attrs": [] },
    });
    if call.kind == SecretKind::Contacts {
        value["gender"] = json!(member.gender.to_string());
        value["mobile"] = json!(member.mobile);
    }
    value
}

/// `user/get`
pub fn user(world: &mut World, call: &Call) -> Answer {
    let index = present(world, call.need("userid", 41_009)?)?;
    if !world.person(index).visible {
        return Err(Fail::code(60_111));
    }
    Ok(member_json(world, call, world.person(index)))
}

fn of_department<'a>(world: &'a World, call: &Call) -> Result<Vec<&'a Member>, Fail> {
    let id = call
        .int("department_id")
        .and_then(|id| u32::try_from(id).ok())
        .unwrap_or(0);
    if !world.departments.contains_key(&id) {
        return Err(Fail::code(60_123));
    }
    let places = if call.int("fetch_child") == Some(1) {
        world.subtree(id)
    } else {
        vec![id]
    };
    let members: Vec<&Member> = world
        .members
        .iter()
        .filter(|member| member.left_at.is_none() && member.visible)
        .filter(|member| {
            member
                .departments
                .iter()
                .any(|place| places.contains(place))
        })
        .collect();
    // The real bound is not published; this one keeps answers below 10 MB.
    if members.len() > 10_000 {
        Err(Fail::code(45_029))
    } else {
        Ok(members)
    }
}

/// `user/simplelist`
pub fn users_simple(world: &mut World, call: &Call) -> Answer {
    let list: Vec<Value> = of_department(world, call)?
        .into_iter()
        .map(|member| {
            json!({ "userid": member.userid, "name": member.name, "department": member.departments })
        })
        .collect();
    Ok(json!({ "userlist": list }))
}

/// `user/list`
pub fn users(world: &mut World, call: &Call) -> Answer {
    let members = of_department(world, call)?;
    let list: Vec<Value> = members
        .into_iter()
        .map(|member| member_json(world, call, member))
        .collect();
    Ok(json!({ "userlist": list }))
}

/// `user/list_id`: one row per member and department.
pub fn user_ids(world: &mut World, call: &Call) -> Answer {
    let asked = usize::try_from(call.int("limit").unwrap_or(10_000)).unwrap_or(0);
    if asked == 0 || asked > 10_000 {
        return Err(Fail::code(40_058));
    }
    let limit = call.limit(world, asked);
    let after = paging::position::<2>(call, "list_id")?.map(|[member, place]| (member, place));
    let lower = after.map_or(Bound::Unbounded, Bound::Excluded);
    let behind = |row: &(u64, u64)| match lower {
        Bound::Excluded(last) => *row > last,
        _ => true,
    };
    let mut rows = (0u64..)
        .zip(&world.members)
        .filter(|(_, member)| member.left_at.is_none())
        .flat_map(|(index, member)| {
            (0u64..)
                .zip(&member.departments)
                .map(move |(place, id)| ((index, place), member, *id))
        })
        .filter(|(row, _, _)| behind(row));
    let mut page = Vec::new();
    let mut last = (0, 0);
    for (row, member, department) in rows.by_ref().take(limit) {
        last = row;
        page.push(json!({ "userid": member.userid, "department": department }));
    }
    let next = rows
        .next()
        .map(|_| paging::cursor("list_id", &[last.0, last.1]));
    drop(rows);
    let mut answer = json!({ "dept_user": page });
    call.put_cursor(world, &mut answer, next);
    Ok(answer)
}

/// `user/getuserid`
pub fn userid_of_mobile(world: &mut World, call: &Call) -> Answer {
    let mobile = call.need("mobile", 40_058)?;
    world
        .members
        .iter()
        .find(|member| member.left_at.is_none() && member.mobile == mobile)
        .map(|member| json!({ "userid": member.userid }))
        .ok_or_else(|| Fail::code(46_004))
}
