//! Customer groups: reading and moving (reference 4.7, 4.8).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::directory::present;
use super::transfer::successor;
use super::{Answer, Call, Fail, paging, text_of};
use crate::callback::event::member_version;
use crate::generator::people;
use crate::world::World;
use crate::world::group::{Group, GroupState};

/// Status of a group in lists: 0 followed, 1 owner left, 2 moving, 3 inherited.
pub fn status(world: &World, group: &Group) -> i64 {
    match group.state {
        GroupState::Moving => 2,
        _ if world.person(group.owner).left_at.is_some() => 1,
        GroupState::Inherited => 3,
        GroupState::Followed => 0,
    }
}

fn owner_filter(world: &World, call: &Call) -> Result<Option<BTreeSet<u32>>, Fail> {
    let Some(list) = call.body.pointer("/owner_filter/userid_list") else {
        return Ok(None);
    };
    let list = list.as_array().ok_or_else(|| Fail::code(40_058))?;
    if list.len() > 100 {
        return Err(Fail::code(40_058));
    }
    if list.is_empty() {
        return Ok(None);
    }
    list.iter()
        .map(|id| {
            // A leaver in the filter is "invalid", as users report.
            let id = id.as_str().ok_or_else(|| Fail::code(40_058))?;
            present(world, id).map_err(|_| Fail::code(40_003))
        })
        .collect::<Result<BTreeSet<u32>, Fail>>()
        .map(Some)
}

/// `externalcontact/groupchat/list`
pub fn list(world: &mut World, call: &Call) -> Answer {
    let asked = match call.int("limit").map(usize::try_from) {
        Some(Ok(asked @ 1..=1_000)) => asked,
        _ => return Err(Fail::code(40_058)),
    };
    let wanted = call.int("status_filter").unwrap_or(0);
    if !(0..=3).contains(&wanted) {
        return Err(Fail::code(40_058));
    }
    let owners = owner_filter(world, call)?;
    if owners.is_none() && world.visible_members().count() > world.knobs.owner_filter_above {
        return Err(Fail::code(81_017));
    }
    let limit = call.limit(world, asked);
    let start = paging::position::<1>(call, "groups")?.map_or(0, |[last]| last.saturating_add(1));
    let mut rows = (0u32..)
        .zip(&world.groups)
        .skip(usize::try_from(start).unwrap_or(usize::MAX))
        .filter(|(_, group)| !group.dismissed && world.person(group.owner).visible)
        .filter(|(_, group)| {
            owners
                .as_ref()
                .is_none_or(|owners| owners.contains(&group.owner))
        })
        .map(|(index, group)| (index, status(world, group)))
        .filter(|(_, status)| wanted == 0 || *status == wanted);
    let page: Vec<(u32, i64)> = rows.by_ref().take(limit).collect();
    let more = rows.next().is_some();
    drop(rows);
    let next = page
        .last()
        .filter(|_| more)
        .map(|(last, _)| paging::cursor("groups", &[u64::from(*last)]));
    let list: Vec<Value> = page
        .into_iter()
        .map(|(index, status)| json!({ "chat_id": world.group_id(index), "status": status }))
        .collect();
    let mut answer = json!({ "group_chat_list": list });
    call.put_cursor(world, &mut answer, next);
    Ok(answer)
}

/// `externalcontact/groupchat/get`
pub fn get(world: &mut World, call: &Call) -> Answer {
    let id = call.need("chat_id", 40_058)?;
    let index = world.group(id).ok_or_else(|| Fail::code(90_501))?;
    let group = &world.groups[index as usize];
    if group.dismissed {
        return Err(Fail::code(49_008));
    }
    let names = call.int("need_name") == Some(1);
    let owner = &world.person(group.owner).userid;
    let mut members: Vec<Value> = Vec::with_capacity(group.staff.len() + group.customers.len());
    for staff in &group.staff {
        let person = world.person(*staff);
        let mut row = json!({
            "userid": person.userid,
            "type": 1,
            "join_time": group.created,
            "join_scene": 1,
            "group_nickname": "",
        });
        if names {
            row["name"] = json!(person.name);
        }
        members.push(row);
    }
    for (place, customer) in (1i64..).zip(&group.customers) {
        let invited = place % 3 != 0;
        let mut row = json!({
            "userid": world.customer_id(*customer),
            "type": 2,
            "join_time": group.created + place * 100,
            "join_scene": if invited { 1 } else { 3 },
            "group_nickname": "",
        });
        if invited {
            row["invitor"] = json!({ "userid": owner });
        } else {
            row["state"] = json!("qr-1");
        }
        if names {
            row["name"] = json!(people::customer_name(world, *customer));
        }
        members.push(row);
    }
    let admins: Vec<Value> = group
        .staff
        .iter()
        .filter(|staff| **staff != group.owner)
        .map(|staff| json!({ "userid": world.person(*staff).userid }))
        .collect();
    Ok(json!({ "group_chat": {
        "chat_id": id,
        "name": people::group_name(world, index),
        "owner": owner,
        "create_time": group.created,
        "notice": "",
        "member_list": members,
        "admin_list": admins,
        "member_version": member_version(world, index, group.version),
    }}))
}

/// `externalcontact/groupchat/transfer`
pub fn transfer_resigned(world: &mut World, call: &Call) -> Answer {
    transfer(world, call, true)
}

/// `externalcontact/groupchat/onjob_transfer`
pub fn transfer_in_service(world: &mut World, call: &Call) -> Answer {
    transfer(world, call, false)
}

fn transfer(world: &mut World, call: &Call, resigned: bool) -> Answer {
    let ids = call
        .texts("chat_id_list")
        .filter(|ids| (1..=100).contains(&ids.len()))
        .ok_or_else(|| Fail::code(40_058))?;
    let to = successor(world, call.need("new_owner", 41_009)?)?;
    let mut failed = Vec::new();
    for id in ids {
        let group = world.group(id);
        let code = match group {
            Some(group) => world.check_group_move(group, to, resigned),
            None => Some(90_501),
        };
        match (group, code) {
            (Some(group), None) => world.start_group_move(group, to, resigned, call.no),
            (_, code) => {
                let code = code.unwrap_or(90_501);
                failed.push(json!({ "chat_id": id, "errcode": code, "errmsg": text_of(code) }));
            }
        }
    }
    if failed.is_empty() && world.knobs.failed_chat_list_absent {
        return Ok(json!({}));
    }
    Ok(json!({ "failed_chat_list": failed }))
}
