//! Starting transfers of customers and reading their results (reference 4).

use std::ops::Bound;

use serde_json::{Value, json};

use super::directory::present;
use super::{Answer, Call, Fail, paging};
use crate::world::World;
use crate::world::clock::DAY;
use crate::world::transfer::Kind;

/// Rows per page of the result lists.
const RESULTS: usize = 1_000;

/// `externalcontact/transfer_customer`
pub fn start_in_service(world: &mut World, call: &Call) -> Answer {
    if call
        .text("transfer_success_msg")
        .is_some_and(|text| text.chars().count() > 200)
    {
        return Err(Fail::code(40_058));
    }
    let answer = start(world, call, Kind::InService)?;
    if let Some(text) = call.text("transfer_success_msg") {
        world.transfers.messages.insert(call.no, text.to_owned());
    }
    Ok(answer)
}

/// `externalcontact/resigned/transfer_customer`
pub fn start_resigned(world: &mut World, call: &Call) -> Answer {
    start(world, call, Kind::Resigned)
}

fn start(world: &mut World, call: &Call, kind: Kind) -> Answer {
    let handover = call.need("handover_userid", 41_009)?;
    let takeover = call.need("takeover_userid", 41_009)?;
    let ids = call
        .texts("external_userid")
        .filter(|ids| !ids.is_empty())
        .ok_or_else(|| Fail::code(41_035))?;
    if ids.len() > 100 {
        return Err(Fail::code(40_058));
    }
    let from = handing(world, handover, kind)?;
    let to = successor(world, takeover)?;
    if from == to {
        return Err(Fail::code(40_130));
    }
    let items: Vec<Value> = ids
        .into_iter()
        .map(|id| {
            let errcode = world.start_transfer(kind, from, to, id, call.no);
            json!({ "external_userid": id, "errcode": errcode })
        })
        .collect();
    Ok(json!({ "customer": items }))
}

/// The member who hands over.
fn handing(world: &World, userid: &str, kind: Kind) -> Result<u32, Fail> {
    let from = match kind {
        Kind::InService => present(world, userid)?,
        Kind::Resigned => world.member(userid).ok_or_else(|| Fail::code(60_111))?,
    };
    let person = world.person(from);
    if !person.visible {
        return Err(Fail::code(60_021));
    }
    match (kind, person.left_at) {
        (Kind::Resigned, None) => {
            let code = if world.knobs.not_left_is_top {
                Some(40_097)
            } else {
                None
            };
            return code.map_or(Ok(from), |code| Err(Fail::code(code)));
        }
        (Kind::Resigned, Some(left)) if world.now - left > 365 * DAY => {
            return Err(Fail::code(world.knobs.left_long_ago_errcode));
        }
        _ => {}
    }
    if !person.customer_contact {
        return Err(Fail::code(84_074));
    }
    if !person.login_is_fresh(world.now) {
        return Err(Fail::code(40_205));
    }
    Ok(from)
}

/// A member fit to receive customers or groups.
pub fn successor(world: &World, userid: &str) -> Result<u32, Fail> {
    let to = present(world, userid)?;
    let person = world.person(to);
    let code = if !person.visible {
        60_021
    } else if person.disabled {
        40_143
    } else if !person.activated {
        41_054
    } else if !person.customer_contact {
        84_074
    } else if !person.real_name {
        40_098
    } else if !person.login_is_fresh(world.now) {
        40_205
    } else {
        return Ok(to);
    };
    Err(Fail::code(code))
}

/// `externalcontact/transfer_result`
pub fn result_in_service(world: &mut World, call: &Call) -> Answer {
    results(world, call, Kind::InService)
}

/// `externalcontact/resigned/transfer_result`
pub fn result_resigned(world: &mut World, call: &Call) -> Answer {
    results(world, call, Kind::Resigned)
}

fn results(world: &World, call: &Call, kind: Kind) -> Answer {
    let handover = call.need("handover_userid", 41_009)?;
    let takeover = call.need("takeover_userid", 41_009)?;
    let from = world.member(handover).ok_or_else(|| Fail::code(60_111))?;
    let to = world.member(takeover).ok_or_else(|| Fail::code(60_111))?;
    if from == to {
        return Err(Fail::code(40_130));
    }
    let [start] = paging::position::<1>(call, "results")?.unwrap_or([0]);
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let limit = call.limit(world, RESULTS);
    let visible_until = world.now - world.knobs.result_delay_s;
    let none = Vec::new();
    let ids = world
        .transfers
        .by_pair
        .get(&(kind, from, to))
        .unwrap_or(&none);
    let rows: Vec<Value> = ids
        .iter()
        .skip(start)
        .map(|id| &world.transfers.all[*id])
        .take_while(|transfer| transfer.started_at <= visible_until)
        .take(limit)
        .map(|transfer| {
            json!({
                "external_userid": world.customer_id(transfer.customer),
                "status": transfer.status as i64,
                "takeover_time": transfer.takeover_time,
            })
        })
        .collect();
    let end = start.saturating_add(rows.len());
    let more = ids
        .get(end)
        .is_some_and(|id| world.transfers.all[*id].started_at <= visible_until);
    let next = more.then(|| paging::cursor("results", &[end as u64]));
    let mut answer = json!({ "customer": rows });
    call.put_cursor(world, &mut answer, next);
    Ok(answer)
}

/// `externalcontact/get_unassigned_list`
pub fn unassigned(world: &mut World, call: &Call) -> Answer {
    let asked = match usize::try_from(call.int("page_size").unwrap_or(1_000)) {
        Ok(asked @ 1..=1_000) => asked,
        _ => return Err(Fail::code(40_058)),
    };
    let limit = call.limit(world, asked);
    let position = paging::position::<3>(call, "unassigned")?;
    let page_id = call.int("page_id").filter(|_| position.is_none());
    let leavers = leavers(world);
    match page_id {
        Some(page) => page_by_number(world, &leavers, page, asked),
        None => page_by_cursor(world, call, &leavers, position, limit),
    }
}

/// Leavers whose rows show, the latest first: (−left_at, member).
fn leavers(world: &World) -> Vec<(i64, u32)> {
    let shown_until = world.now - world.knobs.unassigned_lag_s;
    let mut leavers: Vec<(i64, u32)> = (0u32..)
        .zip(&world.members)
        .filter(|(_, member)| member.customer_contact && member.visible)
        .filter_map(|(index, member)| Some((member.left_at?, index)))
        .filter(|(left, _)| *left <= shown_until)
        .map(|(left, index)| (-left, index))
        .collect();
    leavers.sort_unstable();
    leavers
}

fn row(world: &World, leaver: (i64, u32), customer: u32) -> Value {
    json!({
        "handover_userid": world.person(leaver.1).userid,
        "external_userid": world.customer_id(customer),
        "dimission_time": -leaver.0,
    })
}

fn page_by_number(world: &World, leavers: &[(i64, u32)], page: i64, size: usize) -> Answer {
    let start = usize::try_from(page)
        .ok()
        .and_then(|page| page.checked_mul(size));
    let start = start
        .filter(|start| *start < 50_000)
        .ok_or_else(|| Fail::code(40_058))?;
    let mut rows = leavers
        .iter()
        .flat_map(|leaver| {
            world
                .person(leaver.1)
                .customers
                .iter()
                .map(move |c| (*leaver, *c))
        })
        .skip(start);
    let info: Vec<Value> = rows
        .by_ref()
        .take(size)
        .map(|(leaver, customer)| row(world, leaver, customer))
        .collect();
    let is_last = rows.next().is_none();
    Ok(json!({ "info": info, "is_last": is_last }))
}

fn page_by_cursor(
    world: &World,
    call: &Call,
    leavers: &[(i64, u32)],
    position: Option<[u64; 3]>,
    limit: usize,
) -> Answer {
    let after = position.map(|[left, member, customer]| {
        let left = -i64::try_from(left).unwrap_or(0);
        let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        ((left, narrow(member)), narrow(customer))
    });
    let mut info = Vec::new();
    let mut last = None;
    let mut more = false;
    'rows: for leaver in leavers.iter().copied() {
        let lower = match after {
            Some((done, _)) if leaver < done => continue,
            Some((done, customer)) if leaver == done => Bound::Excluded(customer),
            _ => Bound::Unbounded,
        };
        for customer in world
            .person(leaver.1)
            .customers
            .range((lower, Bound::Unbounded))
        {
            if info.len() == limit {
                more = true;
                break 'rows;
            }
            last = Some((leaver, *customer));
            info.push(row(world, leaver, *customer));
        }
    }
    let next = last.filter(|_| more).map(|((left, member), customer)| {
        let left = u64::try_from(-left).unwrap_or(0);
        paging::cursor(
            "unassigned",
            &[left, u64::from(member), u64::from(customer)],
        )
    });
    let mut answer = json!({ "info": info, "is_last": !more });
    call.put_cursor(world, &mut answer, next);
    Ok(answer)
}
