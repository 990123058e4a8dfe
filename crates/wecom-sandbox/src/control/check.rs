//! Derives everything that is kept twice again, and tells what does not agree.
//! A sandbox whose truth contradicts itself proves nothing about anybody else.

use serde_json::{Value, json};

use crate::world::World;
use crate::world::group::GroupState;
use crate::world::transfer::{Kind, Status};

/// Most contradictions told.
const TOLD: usize = 100;

/// `GET truth/check`: an empty list unless the sandbox itself is wrong.
pub fn check(world: &World) -> Value {
    let mut errors = Vec::new();
    relations(world, &mut errors);
    groups(world, &mut errors);
    transfers(world, &mut errors);
    errors.truncate(TOLD);
    json!({ "errors": errors })
}

fn relations(world: &World, errors: &mut Vec<String>) {
    let mut held = 0;
    for (member, person) in (0u32..).zip(&world.members) {
        held += person.customers.len();
        for customer in &person.customers {
            if world.customers[*customer as usize].follow(member).is_none() {
                errors.push(format!(
                    "{} holds customer {customer} without relation",
                    person.userid
                ));
            }
        }
    }
    let followed: usize = world
        .customers
        .iter()
        .map(|customer| customer.follows.len())
        .sum();
    if held != followed {
        errors.push(format!(
            "members hold {held} customers, customers know {followed} followers"
        ));
    }
}

fn groups(world: &World, errors: &mut Vec<String>) {
    for (index, group) in (0u32..).zip(&world.groups) {
        let owned = world.person(group.owner).groups.contains(&index);
        if owned == group.dismissed {
            errors.push(format!(
                "group {index}: owned {owned}, dismissed {}",
                group.dismissed
            ));
        }
        let moving = world
            .group_moves
            .iter()
            .filter(|step| step.group == index && step.finished_at.is_none())
            .count();
        if !group.dismissed && moving != usize::from(group.state == GroupState::Moving) {
            errors.push(format!("group {index}: {moving} moves under way"));
        }
    }
}

fn transfers(world: &World, errors: &mut Vec<String>) {
    for (id, transfer) in world.transfers.all.iter().enumerate() {
        let waiting = transfer.status == Status::Waiting;
        if waiting != transfer.ended_at.is_none() {
            errors.push(format!("transfer {id}: status and end disagree"));
        }
        if waiting && world.waiting_transfer(transfer.customer) != Some(id) {
            errors.push(format!("transfer {id}: its customer waits for another one"));
        }
        let leaver_follows = world.customers[transfer.customer as usize]
            .follow(transfer.from)
            .is_some();
        if waiting && transfer.kind == Kind::Resigned && leaver_follows {
            errors.push(format!(
                "transfer {id}: the leaver still holds the customer"
            ));
        }
        if waiting && transfer.takeover_time < world.now {
            errors.push(format!("transfer {id}: should have ended before now"));
        }
    }
}
