//! `msgaudit/…`: who is archived, who agreed, rooms among colleagues, bots.

use serde_json::{Value, json};

use super::{Answer, Call, Fail};
use crate::generator::archive::{bots, internal_rooms, room_members};
use crate::world::World;

/// Pairs of one question.
const PAIRS: usize = 100;

/// 301052 without an archive.
fn licensed(world: &World) -> Result<(), Fail> {
    if world.archive.switches.on {
        Ok(())
    } else {
        Err(Fail::code(301_052))
    }
}

/// `msgaudit/get_permit_user_list`
pub fn permit_users(world: &mut World, call: &Call) -> Answer {
    licensed(world)?;
    // One edition, the second, is bought for everybody in scope.
    let ids: Vec<&str> = match call.int("type") {
        None | Some(2) => (0u32..)
            .zip(&world.members)
            .filter(|(index, _)| world.is_archived(*index))
            .map(|(_, member)| member.userid.as_str())
            .collect(),
        Some(1 | 3) => Vec::new(),
        Some(_) => return Err(Fail::code(40_058)),
    };
    Ok(json!({ "ids": ids }))
}

/// The state of one pair: said, or by default.
fn agreement(world: &World, member: u32, customer: u32) -> (&'static str, i64) {
    match world.archive.consents.get(&(member, customer)) {
        Some(consent) if consent.agreed => ("Agree", consent.at),
        Some(consent) => ("Disagree", consent.at),
        None => ("Default_Agree", 0),
    }
}

/// `msgaudit/check_single_agree`
pub fn single_agree(world: &mut World, call: &Call) -> Answer {
    licensed(world)?;
    let info = call.body.get("info").and_then(Value::as_array);
    let info = info.ok_or_else(|| Fail::code(40_058))?;
    if info.len() > PAIRS {
        return Err(Fail::code(40_058));
    }
    let text = |pair: &Value, name: &str| {
        let text = pair.get(name).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let rows: Vec<Value> = info
        .iter()
        .filter_map(|pair| {
            let (userid, customer) = (text(pair, "userid"), text(pair, "exteranalopenid"));
            let (member, index) = (world.member(&userid)?, world.customer(&customer)?);
            let (status, at) = agreement(world, member, index);
            Some(json!({ "userid": userid, "exteranalopenid": customer,
                "agree_status": status, "status_change_time": at }))
        })
        .collect();
    Ok(json!({ "agreeinfo": rows }))
}

/// `msgaudit/check_room_agree`, of external rooms only.
pub fn room_agree(world: &mut World, call: &Call) -> Answer {
    licensed(world)?;
    let index = world.group(call.need("roomid", 40_058)?);
    let group = &world.groups[index.ok_or_else(|| Fail::code(90_501))? as usize];
    let rows: Vec<Value> = group
        .customers
        .iter()
        .map(|customer| {
            let (status, at) = agreement(world, group.owner, *customer);
            json!({ "exteranalopenid": world.customer_id(*customer), "agree_status": status,
                "status_change_time": at })
        })
        .collect();
    Ok(json!({ "agreeinfo": rows }))
}

/// `msgaudit/groupchat/get`, of rooms among colleagues only.
pub fn room(world: &mut World, call: &Call) -> Answer {
    licensed(world)?;
    let department = internal_rooms(world.seed).decode(call.need("roomid", 40_058)?);
    let department = department.filter(|id| world.departments.contains_key(id));
    let id = department.ok_or_else(|| Fail::code(90_500))?;
    let created = world.now - 200 * 86_400;
    let people = room_members(world, id);
    let creator = people.first().map(|one| world.person(*one).userid.as_str());
    let members: Vec<Value> = people
        .iter()
        .map(|one| json!({ "memberid": world.person(*one).userid, "jointime": created }))
        .collect();
    Ok(json!({
        "roomname": world.departments.get(&id).map(|department| department.name.as_str()),
        "creator": creator,
        "room_create_time": created,
        "notice": "",
        "members": members,
    }))
}

/// `msgaudit/get_robot_info`
pub fn robot(world: &mut World, call: &Call) -> Answer {
    licensed(world)?;
    let id = call.need("robot_id", 40_058)?;
    let number = bots(world.seed)
        .decode(id)
        .ok_or_else(|| Fail::code(40_058))?;
    let creator = world.members.first().map(|member| member.userid.as_str());
    Ok(
        json!({ "data": { "robot_id": id, "name": format!("播报机器人{}", number + 1),
        "creator_userid": creator } }),
    )
}
