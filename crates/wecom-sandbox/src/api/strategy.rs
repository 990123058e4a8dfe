//! Customer strategy groups, read only (reference 3.5).

use serde_json::{Value, json};

use super::{Answer, Call, Fail, paging};
use crate::world::{Strategy, World};

fn page_limit(world: &World, call: &Call) -> Result<usize, Fail> {
    match usize::try_from(call.int("limit").unwrap_or(1_000)) {
        Ok(asked @ 1..=1_000) => Ok(call.limit(world, asked)),
        _ => Err(Fail::code(40_058)),
    }
}

/// `externalcontact/customer_strategy/list`
pub fn list(world: &mut World, call: &Call) -> Answer {
    let limit = page_limit(world, call)?;
    let [after] = paging::position::<1>(call, "strategies")?.unwrap_or([0]);
    let mut rest = world
        .strategies
        .keys()
        .copied()
        .filter(|id| u64::from(*id) > after);
    let page: Vec<u32> = rest.by_ref().take(limit).collect();
    let more = rest.next().is_some();
    drop(rest);
    let list: Vec<Value> = page.iter().map(|id| json!({ "strategy_id": id })).collect();
    let mut answer = json!({ "strategy": list });
    if let (true, Some(last)) = (more, page.last()) {
        let next = paging::cursor("strategies", &[u64::from(*last)]);
        call.put_cursor(world, &mut answer, Some(next));
    }
    Ok(answer)
}

fn find<'a>(world: &'a World, call: &Call) -> Result<(u32, &'a Strategy), Fail> {
    let id = call
        .int("strategy_id")
        .and_then(|id| u32::try_from(id).ok())
        .unwrap_or(0);
    let strategy = world
        .strategies
        .get(&id)
        .ok_or_else(|| Fail::code(60_030))?;
    Ok((id, strategy))
}

/// `externalcontact/customer_strategy/get`
pub fn get(world: &mut World, call: &Call) -> Answer {
    let (id, strategy) = find(world, call)?;
    let admins: Vec<&str> = strategy
        .admins
        .iter()
        .map(|admin| world.person(*admin).userid.as_str())
        .collect();
    Ok(json!({ "strategy": {
        "strategy_id": id,
        "parent_id": strategy.parent,
        "strategy_name": strategy.name,
        "create_time": strategy.created,
        "admin_list": admins,
        "privilege": {
            "view_customer_list": true,
            "view_customer_data": true,
            "view_room_list": true,
            "contact_me": true,
            "join_room": true,
            "oper_resign_customer": true,
            "oper_resign_group": true,
            "onjob_customer_transfer": true,
            "send_customer_msg": true,
            "manage_customer_tag": false,
        },
    }}))
}

/// `externalcontact/customer_strategy/get_range`
pub fn range(world: &mut World, call: &Call) -> Answer {
    let limit = page_limit(world, call)?;
    let (_, strategy) = find(world, call)?;
    let [start] = paging::position::<1>(call, "range")?.unwrap_or([0]);
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let page: Vec<Value> = strategy
        .departments
        .iter()
        .skip(start)
        .take(limit)
        .map(|department| json!({ "type": 2, "partyid": department }))
        .collect();
    let end = start.saturating_add(page.len());
    let more = end < strategy.departments.len();
    let mut answer = json!({ "range": page });
    if more {
        call.put_cursor(
            world,
            &mut answer,
            Some(paging::cursor("range", &[end as u64])),
        );
    }
    Ok(answer)
}
