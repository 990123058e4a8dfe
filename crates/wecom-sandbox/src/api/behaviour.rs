//! Statistics: how busy members and groups were (reference 6.3). The figures
//! are generated per member and day; weekends are quiet.

use serde_json::{Value, json};

use super::directory::present;
use super::{Answer, Call, Fail};
use crate::seed::Draw;
use crate::world::World;
use crate::world::clock::{DAY, beijing_day, beijing_midnight};

fn days(world: &World, start: i64, end: i64) -> Result<Vec<i64>, Fail> {
    // Times far outside of the clock's range must not reach the arithmetic.
    if !(0..=20_000_000_000).contains(&start) || !(0..=20_000_000_000).contains(&end) {
        return Err(Fail::code(40_058));
    }
    let (first, last) = (beijing_midnight(start), beijing_midnight(end));
    let too_old = world.now - first > 181 * DAY;
    if last < first || last - first > 30 * DAY || too_old || end > world.now + DAY {
        return Err(Fail::code(40_058));
    }
    Ok((0..=(last - first) / DAY)
        .map(|day| first + day * DAY)
        .collect())
}

fn chats(world: &World, member: u32, day: i64) -> (u64, Draw) {
    let number = u64::try_from(beijing_day(day)).unwrap_or(0);
    let mut draw = Draw::new(world.seed ^ u64::from(member), 0xBE4A, number);
    // Day 0 was a Thursday.
    let weekend = matches!((number + 4) % 7, 0 | 6);
    let held = world.person(member).customers.len() as u64;
    let most = (held / 10).clamp(2, 60);
    (
        if weekend {
            draw.below(most / 4 + 1)
        } else {
            draw.below(most) + 1
        },
        draw,
    )
}

/// `externalcontact/get_user_behavior_data`
pub fn user_behaviour(world: &mut World, call: &Call) -> Answer {
    let users = call.texts("userid").unwrap_or_default();
    let parties = call
        .body
        .get("partyid")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let start = call.int("start_time").ok_or_else(|| Fail::code(40_058))?;
    let end = call.int("end_time").ok_or_else(|| Fail::code(40_058))?;
    if (users.is_empty() && parties.is_empty()) || users.len() > 100 || parties.len() > 100 {
        return Err(Fail::code(40_058));
    }
    let mut members: Vec<u32> = users
        .into_iter()
        .map(|user| present(world, user))
        .collect::<Result<_, _>>()?;
    for party in parties {
        let id = party
            .as_u64()
            .and_then(|id| u32::try_from(id).ok())
            .unwrap_or(0);
        let places = world.subtree(id);
        let of_party = |member: &u32| {
            world
                .person(*member)
                .departments
                .iter()
                .any(|place| places.contains(place))
        };
        members.extend(world.visible_members().filter(of_party));
    }
    members.sort_unstable();
    members.dedup();
    let list: Vec<Value> = days(world, start, end)?
        .into_iter()
        .map(|day| one_day(world, &members, day))
        .collect();
    Ok(json!({ "behavior_data": list }))
}

fn one_day(world: &World, members: &[u32], day: i64) -> Value {
    let (mut chat_cnt, mut messages, mut applied, mut added, mut lost) = (0, 0, 0, 0, 0);
    let mut minutes = 0;
    for member in members {
        let (count, mut draw) = chats(world, *member, day);
        chat_cnt += count;
        messages += count * (2 + draw.below(7));
        let new = draw.below(4);
        applied += new;
        added += draw.below(new + 1);
        lost += u64::from(draw.chance(0.05));
        minutes += draw.below(30);
    }
    let mut row = json!({
        "stat_time": day,
        "chat_cnt": chat_cnt,
        "message_cnt": messages,
        "negative_feedback_cnt": lost,
        "new_apply_cnt": applied,
        "new_contact_cnt": added,
    });
    if chat_cnt > 0 {
        // Whole numbers come as integers, others as fractions: a type trap.
        let percent = 60 + (messages * 7) % 40;
        let half = messages % 2 == 1;
        row["reply_percentage"] = if half {
            json!(percent as f64 + 0.5)
        } else {
            json!(percent)
        };
        row["avg_reply_time"] = json!(minutes / members.len().max(1) as u64 + 1);
    }
    row
}

/// `externalcontact/groupchat/statistic`
pub fn group_statistic(world: &mut World, call: &Call) -> Answer {
    let owners = call
        .body
        .pointer("/owner_filter/userid_list")
        .and_then(Value::as_array)
        .filter(|list| (1..=100).contains(&list.len()))
        .ok_or_else(|| Fail::code(40_058))?;
    let start = call
        .int("day_begin_time")
        .ok_or_else(|| Fail::code(40_058))?;
    let days = days(world, start, call.int("day_end_time").unwrap_or(start))?.len() as u64;
    let owners: Vec<u32> = owners
        .iter()
        .map(|owner| present(world, owner.as_str().unwrap_or_default()))
        .collect::<Result<_, _>>()?;
    let limit = match usize::try_from(call.int("limit").unwrap_or(500)) {
        Ok(limit @ 1..=1_000) => call.limit(world, limit),
        _ => return Err(Fail::code(40_058)),
    };
    let offset = usize::try_from(call.int("offset").unwrap_or(0)).unwrap_or(usize::MAX);
    let page: Vec<Value> = owners
        .iter()
        .skip(offset)
        .take(limit)
        .map(|owner| group_row(world, *owner, days))
        .collect();
    let next = offset.saturating_add(page.len()).min(owners.len());
    Ok(json!({ "total": owners.len(), "next_offset": next, "items": page }))
}

fn group_row(world: &World, owner: u32, days: u64) -> Value {
    let person = world.person(owner);
    let total = person.groups.len() as u64;
    let members: usize = person
        .groups
        .iter()
        .map(|group| world.groups[*group as usize].customers.len())
        .sum();
    json!({
        "owner": person.userid,
        "data": {
            "new_chat_cnt": total.min(1),
            "chat_total": total,
            "chat_has_msg": total / 2,
            "new_member_cnt": days,
            "member_total": members as u64 + total,
            "member_has_msg": members / 3,
            "msg_total": days * total * 5,
            "migrate_trainee_chat_cnt": 0,
        },
    })
}
