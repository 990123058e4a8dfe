//! What really happened, whatever callers were told. Rows are in the order in
//! which things happened, so a list can be compared as it stands.

use serde_json::{Map, Value, json};

use super::{Ask, Outcome};
use crate::api::acquisition::link_json;
use crate::api::contact_way::way_json;
use crate::generator::people;
use crate::world::World;
use crate::world::customer::Follow;
use crate::world::group::GroupState;
use crate::world::transfer::Kind;

/// `GET truth`, `truth/company`, `truth/member/{userid}`, `truth/customer/{id}`,
/// `truth/group/{id}`
pub fn tell(world: &World, ask: &Ask<'_>) -> Outcome {
    match ask.path.as_slice() {
        ["truth"] => Ok(sections(world, ask)),
        ["truth", "company"] => Ok(company(world)),
        ["truth", "member", userid] => {
            let member = world.member(userid).ok_or("no such member")?;
            Ok(member_json(world, member))
        }
        ["truth", "customer", id] => {
            let customer = world.customer(id).ok_or("no such customer")?;
            Ok(customer_json(world, customer))
        }
        ["truth", "group", id] => {
            let group = world.group(id).ok_or("no such group")?;
            Ok(group_json(world, group))
        }
        _ => Err("no such truth".to_owned()),
    }
}

fn kind_word(resigned: bool) -> &'static str {
    if resigned { "resigned" } else { "in_service" }
}

type Section = fn(&World, &Filter) -> Value;

/// Only rows of one handing member, one receiving member, or one of both.
struct Filter {
    from: Option<u32>,
    to: Option<u32>,
    unknown: bool,
}

impl Filter {
    fn keeps(&self, from: u32, to: u32) -> bool {
        !self.unknown
            && self.from.is_none_or(|only| only == from)
            && self.to.is_none_or(|only| only == to)
    }
}

fn sections(world: &World, ask: &Ask<'_>) -> Value {
    let named = |name: &str| ask.query.get(name).filter(|userid| !userid.is_empty());
    let from = named("handover_userid").map(|userid| world.member(userid));
    let to = named("takeover_userid").map(|userid| world.member(userid));
    let unknown = from == Some(None) || to == Some(None);
    let filter = Filter {
        from: from.flatten(),
        to: to.flatten(),
        unknown,
    };
    let all: [(&str, bool, Section); 11] = [
        ("members", true, members),
        ("transfers", true, transfers),
        ("start_errors", true, start_errors),
        ("group_transfers", true, group_transfers),
        ("messages", true, messages),
        ("calls", true, |world, _| json!(world.calls)),
        ("calls_total", true, |world, _| json!(world.call_no)),
        ("follows", false, follows),
        ("staff", false, staff),
        ("contact_ways", false, contact_ways),
        ("acquisition_links", false, acquisition_links),
    ];
    let only: Option<Vec<&str>> = ask.query.get("only").map(|only| only.split(',').collect());
    let mut truth = Map::new();
    truth.insert("now".to_owned(), json!(world.now));
    for (name, usual, section) in all {
        if only.as_ref().map_or(usual, |only| only.contains(&name)) {
            truth.insert(name.to_owned(), section(world, &filter));
        }
    }
    Value::Object(truth)
}

fn members(world: &World, _filter: &Filter) -> Value {
    let left: Vec<Value> = world
        .members
        .iter()
        .filter_map(|member| {
            let at = member.left_at?;
            Some(json!({ "userid": member.userid, "at": at }))
        })
        .collect();
    json!({ "left": left, "count": world.members.len() })
}

fn transfers(world: &World, filter: &Filter) -> Value {
    let rows = world
        .transfers
        .all
        .iter()
        .filter(|row| filter.keeps(row.from, row.to));
    rows.map(|row| {
        json!({
            "external_userid": world.customer_id(row.customer),
            "handover_userid": world.person(row.from).userid,
            "takeover_userid": world.person(row.to).userid,
            "kind": kind_word(row.kind == Kind::Resigned),
            "started_at": row.started_at,
            "status": row.status as i64,
            "takeover_time": row.takeover_time,
            "ended_at": row.ended_at,
            "call_no": row.call_no,
            "message": world.transfers.messages.get(&row.call_no),
        })
    })
    .collect()
}

fn start_errors(world: &World, filter: &Filter) -> Value {
    let rows = world
        .transfers
        .errors
        .iter()
        .filter(|row| filter.keeps(row.from, row.to));
    rows.map(|row| {
        json!({
            "external_userid": row.external_userid,
            "handover_userid": world.person(row.from).userid,
            "takeover_userid": world.person(row.to).userid,
            "kind": kind_word(row.kind == Kind::Resigned),
            "at": row.at,
            "errcode": row.errcode,
            "call_no": row.call_no,
        })
    })
    .collect()
}

fn group_transfers(world: &World, filter: &Filter) -> Value {
    let rows = world
        .group_moves
        .iter()
        .filter(|row| filter.keeps(row.from, row.to));
    rows.map(|row| {
        json!({
            "chat_id": world.group_id(row.group),
            "from": world.person(row.from).userid,
            "to": world.person(row.to).userid,
            "kind": kind_word(row.resigned),
            "started_at": row.started_at,
            "status": if row.finished_at.is_some() { 3 } else { 2 },
            "finished_at": row.finished_at,
            "call_no": row.call_no,
        })
    })
    .collect()
}

fn contact_ways(world: &World, _filter: &Filter) -> Value {
    let rows = world.contact_ways.ways.iter().filter(|way| !way.deleted);
    rows.map(|way| json!({ "way": way_json(world, way), "updates": way.updates }))
        .collect()
}

fn acquisition_links(world: &World, _filter: &Filter) -> Value {
    let rows = world.contact_ways.links.iter().filter(|link| !link.deleted);
    rows.map(|link| json!({ "link": link_json(world, link), "updates": link.updates }))
        .collect()
}

fn messages(world: &World, _filter: &Filter) -> Value {
    let rows = world.messages.sent.iter().map(|sent| {
        // Kept as text to be small; it was JSON when it came.
        let content: Value = serde_json::from_str(&sent.content).unwrap_or(Value::Null);
        json!({
            "msgid": sent.msgid,
            "touser": world.person(sent.to).userid,
            "msgtype": sent.msgtype,
            "content": content,
            "at": sent.at,
            "dropped": sent.dropped,
            "duplicate": sent.duplicate,
            "recalled": sent.recalled,
            "call_no": sent.call_no,
        })
    });
    rows.collect()
}

fn follow_json(world: &World, customer: u32, follow: &Follow) -> Value {
    let info = world.follow_info(customer, follow);
    let tags: Vec<&str> = info
        .tags
        .iter()
        .filter_map(|tag| world.tags.tags.get(*tag as usize))
        .filter(|tag| !tag.deleted)
        .map(|tag| tag.id.as_str())
        .collect();
    json!({
        "external_userid": world.customer_id(customer),
        "userid": world.person(follow.member).userid,
        "remark": info.remark,
        "description": info.description,
        "remark_corp_name": info.company,
        "remark_mobiles": info.mobiles,
        "tag_id": tags,
        "state": info.state,
        "add_way": follow.add_way,
        "createtime": follow.created,
        "deleted_by_customer": follow.deleted_by_customer,
    })
}

/// Every member ever, in order of joining.
fn staff(world: &World, _filter: &Filter) -> Value {
    (0u32..)
        .zip(&world.members)
        .map(|(member, _)| member_json(world, member))
        .collect()
}

/// Relations of the members named in the filter (of all without one).
fn follows(world: &World, filter: &Filter) -> Value {
    let wanted = |member: u32| {
        let all = filter.from.is_none() && filter.to.is_none();
        !filter.unknown && (all || filter.from == Some(member) || filter.to == Some(member))
    };
    let mut rows = Vec::new();
    for (member, person) in (0u32..)
        .zip(&world.members)
        .filter(|(member, _)| wanted(*member))
    {
        for customer in &person.customers {
            if let Some(follow) = world.customers[*customer as usize].follow(member) {
                rows.push(follow_json(world, *customer, follow));
            }
        }
    }
    Value::Array(rows)
}

fn customer_json(world: &World, customer: u32) -> Value {
    let place = &world.customers[customer as usize];
    let follows: Vec<Value> = place
        .follows
        .iter()
        .map(|follow| follow_json(world, customer, follow))
        .collect();
    let waiting = world.waiting_transfer(customer).map(|id| {
        let transfer = &world.transfers.all[id];
        json!({
            "handover_userid": world.person(transfer.from).userid,
            "takeover_userid": world.person(transfer.to).userid,
            "takeover_time": transfer.takeover_time,
        })
    });
    json!({
        "external_userid": world.customer_id(customer),
        "name": people::customer_name(world, customer),
        "followers": follows,
        "waiting": waiting,
    })
}

/// Everything about a member.
pub fn member_json(world: &World, member: u32) -> Value {
    let person = world.person(member);
    let groups: Vec<String> = person
        .groups
        .iter()
        .map(|group| world.group_id(*group))
        .collect();
    json!({
        "userid": person.userid,
        "name": person.name,
        "departments": person.departments,
        "position": person.position,
        "status": person.status(),
        "left_at": person.left_at,
        "activated": person.activated,
        "real_name": person.real_name,
        "customer_contact": person.customer_contact,
        "in_visible_range": person.visible,
        "disabled": person.disabled,
        "logged_in_at": person.logged_in_at,
        "customer_limit": person.customer_limit,
        "customers": person.customers.len(),
        "groups": groups.len(),
        "group_ids": groups,
    })
}

fn group_json(world: &World, index: u32) -> Value {
    let group = &world.groups[index as usize];
    let status = match group.state {
        GroupState::Followed => "followed",
        GroupState::Moving => "moving",
        GroupState::Inherited => "inherited",
    };
    json!({
        "chat_id": world.group_id(index),
        "name": people::group_name(world, index),
        "owner": world.person(group.owner).userid,
        "state": status,
        "dismissed": group.dismissed,
        "customers": group.customers.len(),
    })
}

fn company(world: &World) -> Value {
    let mut leavers: Vec<_> = world
        .members
        .iter()
        .filter(|m| m.left_at.is_some())
        .collect();
    leavers.sort_by_key(|member| std::cmp::Reverse(member.customers.len()));
    let rows: Vec<Value> = leavers
        .iter()
        .map(|member| {
            json!({
                "userid": member.userid,
                "name": member.name,
                "left_at": member.left_at,
                "customers": member.customers.len(),
                "groups": member.groups.len(),
                "transferable": member.left_at.is_some_and(|left| world.now - left <= 365 * 86_400),
            })
        })
        .collect();
    let city = leavers.first().map_or(0, |leaver| leaver.city);
    let mut fit: Vec<_> = world
        .members
        .iter()
        .filter(|m| m.left_at.is_none() && m.visible && !m.disabled && m.activated)
        .filter(|m| m.real_name && m.customer_contact && m.login_is_fresh(world.now))
        .filter(|m| m.customers.len() + 1_000 < m.customer_limit)
        .collect();
    fit.sort_by_key(|member| (member.city != city, member.customers.len()));
    let successors: Vec<&str> = fit.iter().take(20).map(|m| m.userid.as_str()).collect();
    let awkward: Vec<Value> = (0u32..)
        .zip(&world.members)
        .filter(|(_, m)| m.left_at.is_none() && !m.departments.is_empty())
        .filter(|(_, m)| !m.activated || !m.real_name || !m.login_is_fresh(world.now))
        .map(|(index, _)| member_json(world, index))
        .collect();
    json!({
        "name": world.corp_name,
        "members": world.members.len(),
        "departments": world.departments.len(),
        "customers": world.customers.len(),
        "groups": world.groups.len(),
        "prominent": world.prominent.map(|m| world.person(m).userid.as_str()),
        "leavers": rows,
        "successors": successors,
        "awkward": awkward,
        "administrator": world.members.first().map(|m| m.userid.as_str()),
    })
}
