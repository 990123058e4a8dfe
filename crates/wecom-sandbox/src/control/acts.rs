//! What customers and members do by their own will.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ask, Outcome};
use crate::callback::event::Event;
use crate::world::World;
use crate::world::clock::{DAY, Outcome as End};
use crate::world::group::{Group, GroupState};

fn member_of(world: &World, userid: &str) -> Result<u32, String> {
    world
        .member(userid)
        .ok_or_else(|| format!("no such member: {userid}"))
}

fn customer_of(world: &World, id: &str) -> Result<u32, String> {
    world
        .customer(id)
        .ok_or_else(|| format!("no such customer: {id}"))
}

/// `POST customers {"userid", "name"?, "add_way"?}`
pub fn add_customer(world: &mut World, ask: &Ask<'_>) -> Outcome {
    let member = member_of(world, ask.text("userid").unwrap_or_default())?;
    if world.customers.len() >= 4_000_000 {
        return Err("the sandbox is full".to_owned());
    }
    let name = ask.text("name").unwrap_or("新客户");
    let name: String = name.chars().take(64).collect();
    let way = ask.body.get("add_way").and_then(Value::as_u64).unwrap_or(1);
    let customer = world.add_customer(member, &name, u16::try_from(way).unwrap_or(0));
    Ok(json!({ "external_userid": world.customer_id(customer) }))
}

/// `POST customers/{id}/{accept|refuse|delete_staff|delete_by_staff|follow}`
pub fn customer(world: &mut World, ask: &Ask<'_>, id: &str, act: &str) -> Outcome {
    let customer = customer_of(world, id)?;
    match act {
        "accept" | "refuse" => {
            let waiting = world
                .waiting_transfer(customer)
                .ok_or("no transfer is waiting")?;
            let end = if act == "accept" {
                End::Accept
            } else {
                End::Refuse
            };
            world.resolve_transfer(waiting, end);
            let transfer = &world.transfers.all[waiting];
            Ok(json!({ "status": transfer.status as i64 }))
        }
        "delete_staff" => {
            let member = follower(world, ask, customer)?;
            if let Some(follow) = world.customers[customer as usize].follow_mut(member) {
                follow.deleted_by_customer = true;
            }
            world.announce(&Event::DelFollow { member, customer });
            Ok(json!({ "userid": world.person(member).userid }))
        }
        "delete_by_staff" => {
            let member = follower(world, ask, customer)?;
            world.unrelate(customer, member);
            world.announce(&Event::DelContact {
                member,
                customer,
                by_transfer: false,
            });
            Ok(json!({ "userid": world.person(member).userid }))
        }
        "follow" => {
            let member = member_of(world, ask.text("userid").unwrap_or_default())?;
            world.relate(
                customer,
                member,
                1,
                crate::world::customer::FollowInfo::default(),
            );
            world.announce(&Event::AddContact { member, customer });
            Ok(json!({ "userid": world.person(member).userid }))
        }
        _ => Err(format!("customers cannot {act}")),
    }
}

/// The follower named in the body, or the first one.
fn follower(world: &World, ask: &Ask<'_>, customer: u32) -> Result<u32, String> {
    let place = &world.customers[customer as usize];
    match ask.text("userid") {
        Some(userid) => {
            let member = member_of(world, userid)?;
            place
                .follow(member)
                .map(|_| member)
                .ok_or_else(|| "no such relation".to_owned())
        }
        None => place
            .follows
            .first()
            .map(|follow| follow.member)
            .ok_or_else(|| "no follower".to_owned()),
    }
}

/// `POST members/{userid}/{leave|return}`
pub fn member(world: &mut World, userid: &str, act: &str) -> Outcome {
    let member = member_of(world, userid)?;
    match act {
        "leave" => world.leave(member),
        "return" => world.return_to_corp(member),
        _ => return Err(format!("members cannot {act}")),
    }
    Ok(json!({ "userid": world.person(member).userid, "left_at": world.person(member).left_at }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    login_age_days: Option<i64>,
    activated: Option<bool>,
    real_name: Option<bool>,
    customer_contact: Option<bool>,
    in_visible_range: Option<bool>,
    customer_limit: Option<usize>,
    disabled: Option<bool>,
    left_days_ago: Option<i64>,
    name: Option<String>,
}

/// `PATCH members/{userid}`
pub fn patch_member(world: &mut World, ask: &Ask<'_>, userid: &str) -> Outcome {
    let member = member_of(world, userid)?;
    let patch: Patch = ask.typed()?;
    let days = |days: i64| (0..=36_500).contains(&days).then_some(days * DAY);
    let login = patch
        .login_age_days
        .map(|age| days(age).ok_or("login_age_days"))
        .transpose()?;
    let left = patch
        .left_days_ago
        .map(|age| days(age).ok_or("left_days_ago"))
        .transpose()?;
    let now = world.now;
    let person = world.person_mut(member);
    if let Some(age) = left {
        person.left_at = Some(now - age);
    }
    if let Some(age) = login {
        person.logged_in_at = person.left_at.unwrap_or(now) - age;
    }
    person.activated = patch.activated.unwrap_or(person.activated);
    person.real_name = patch.real_name.unwrap_or(person.real_name);
    person.customer_contact = patch.customer_contact.unwrap_or(person.customer_contact);
    person.visible = patch.in_visible_range.unwrap_or(person.visible);
    person.customer_limit = patch.customer_limit.unwrap_or(person.customer_limit);
    person.disabled = patch.disabled.unwrap_or(person.disabled);
    if let Some(name) = patch.name {
        person.name = name.chars().take(64).collect();
    }
    Ok(super::truth::member_json(world, member))
}

/// `POST groups {"owner", "name"?, "customers"?: [external_userid]}`
pub fn add_group(world: &mut World, ask: &Ask<'_>) -> Outcome {
    let owner = member_of(world, ask.text("owner").unwrap_or_default())?;
    if world.groups.len() >= 400_000 {
        return Err("the sandbox is full".to_owned());
    }
    let wanted = ask
        .body
        .get("customers")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let customers: BTreeSet<u32> = wanted
        .iter()
        .take(500)
        .map(|id| customer_of(world, id.as_str().unwrap_or_default()))
        .collect::<Result<_, _>>()?;
    let index = u32::try_from(world.groups.len()).unwrap_or(u32::MAX);
    let name = ask
        .text("name")
        .map(|name| name.chars().take(60).collect::<String>().into());
    world.groups.push(Group {
        owner,
        created: world.now,
        name,
        customers: customers.into_iter().collect(),
        staff: vec![owner],
        topic: u64::from(index),
        dismissed: false,
        state: GroupState::Followed,
        version: 1,
        moved_at: Vec::new(),
    });
    world.person_mut(owner).groups.insert(index);
    world.announce(&Event::ChatCreate { group: index });
    Ok(json!({ "chat_id": world.group_id(index) }))
}

/// `POST groups/{id}/dismiss`
pub fn dismiss_group(world: &mut World, id: &str) -> Outcome {
    let index = world
        .group(id)
        .ok_or_else(|| format!("no such group: {id}"))?;
    let group = &mut world.groups[index as usize];
    group.dismissed = true;
    group.state = GroupState::Followed;
    let owner = group.owner;
    world.person_mut(owner).groups.remove(&index);
    world.announce(&Event::ChatDismiss { group: index });
    Ok(json!({}))
}
