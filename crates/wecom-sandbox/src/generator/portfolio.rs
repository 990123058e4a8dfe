//! Spreads customers and groups over the members, exactly as many as asked.

use super::company::Sellers;
use crate::options::Options;
use crate::seed::Draw;
use crate::world::World;
use crate::world::clock::DAY;
use crate::world::customer::{Customer, Follow};
use crate::world::group::{Group, GroupState};

const QUOTA: u64 = 0x41;
const FOLLOW: u64 = 0x42;
const GROUP: u64 = 0x43;
/// Ways customers were added, the frequent ones repeated.
const WAYS: &[u16] = &[1, 1, 1, 1, 2, 3, 3, 4, 4, 6, 13, 16, 10, 201, 0];

/// How much each member holds.
struct Quotas(Vec<(u32, usize)>);

/// Makes customers and groups.
pub fn fill(world: &mut World, options: &Options, sellers: &Sellers) {
    let spec = options.leaver.as_ref();
    let wanted = options.customers.max(spec.map_or(0, |spec| spec.customers));
    let of_leaver = spec.map_or(wanted * 3 / 100, |spec| spec.customers);
    let customers = Quotas::new(
        world,
        sellers,
        wanted,
        &[
            (sellers.prominent, of_leaver),
            (sellers.small, wanted / 100),
            (sellers.long_gone, wanted / 150),
            (sellers.groups_only, 0),
        ],
    );
    let mut ranges = vec![(0u32, 0u32); world.members.len()];
    world
        .customers
        .reserve_exact(customers.0.iter().map(|quota| quota.1).sum());
    for (member, count) in customers.0 {
        let start = u32::try_from(world.customers.len()).unwrap_or(0);
        ranges[member as usize] = (start, u32::try_from(count).unwrap_or(0));
        add_customers(world, member, count);
    }
    world.generated_customers = u32::try_from(world.customers.len()).unwrap_or(0);
    second_followers(world, sellers);
    if let Some(full) = sellers.nearly_full {
        let held = world.person(full).customers.len();
        world.person_mut(full).customer_limit = held + 3;
    }
    let wanted = options.groups.max(spec.map_or(0, |spec| spec.groups));
    let of_leaver = spec.map_or(wanted / 12, |spec| spec.groups);
    let groups = Quotas::new(
        world,
        sellers,
        wanted,
        &[
            (sellers.prominent, of_leaver),
            (sellers.small, wanted / 60),
            (sellers.long_gone, wanted / 100),
            (
                sellers.groups_only,
                (wanted / 40).max(usize::from(wanted > 4)),
            ),
        ],
    );
    for (owner, count) in groups.0 {
        for _ in 0..count {
            add_group(world, owner, &ranges, sellers.prominent);
        }
    }
}

impl Quotas {
    /// Fixed shares first; the rest by weight, the last one takes the remainder.
    fn new(
        world: &World,
        sellers: &Sellers,
        wanted: usize,
        fixed: &[(Option<u32>, usize)],
    ) -> Self {
        let mut quotas = Vec::new();
        let mut left = wanted;
        for (member, share) in fixed {
            if let Some(member) = member {
                let share = (*share).min(left);
                quotas.push((*member, share));
                left -= share;
            }
        }
        let others: Vec<(u32, u64)> = sellers
            .all
            .iter()
            .copied()
            .filter(|member| !fixed.iter().any(|(other, _)| *other == Some(*member)))
            .filter(|member| {
                let person = world.person(*member);
                person.customer_contact && person.activated && person.left_at.is_none()
            })
            .map(|member| {
                let mut draw = Draw::new(world.seed, QUOTA, u64::from(member));
                (member, 30 + draw.below(140))
            })
            .collect();
        let mut weight: u64 = others.iter().map(|other| other.1).sum();
        for (member, own) in others {
            let share = (left as u128 * u128::from(own) / u128::from(weight.max(1))) as usize;
            quotas.push((member, share));
            left -= share;
            weight -= own;
        }
        quotas.sort_unstable();
        Self(quotas)
    }
}

fn add_customers(world: &mut World, member: u32, count: usize) {
    let person = world.person(member);
    let until = person.left_at.unwrap_or(world.now) - DAY;
    let start = u32::try_from(world.customers.len()).unwrap_or(0);
    for index in (start..).take(count) {
        let mut draw = Draw::new(world.seed, FOLLOW, u64::from(index));
        let age = i64::try_from(draw.below(3 * 365 * 86_400)).unwrap_or(0);
        let follow = Follow {
            created: until - age,
            info: None,
            member,
            add_way: WAYS[draw.index(WAYS.len())],
            deleted_by_customer: false,
        };
        world.customers.push(Customer {
            follows: vec![follow],
            name: None,
        });
    }
    let end = u32::try_from(world.customers.len()).unwrap_or(0);
    let person = world.person_mut(member);
    person.customers = (start..end).collect();
    person.customer_limit = person.customer_limit.max(count * 2);
}

/// Four customers of a hundred are followed by a second member.
fn second_followers(world: &mut World, sellers: &Sellers) {
    let candidates: Vec<u32> = sellers
        .all
        .iter()
        .copied()
        .filter(|member| {
            let person = world.person(*member);
            let plain = person.left_at.is_none() && person.customer_contact && person.activated;
            plain && Some(*member) != sellers.prominent && Some(*member) != sellers.nearly_full
        })
        .collect();
    if candidates.len() < 2 {
        return;
    }
    for index in 0..world.generated_customers {
        let mut draw = Draw::new(world.seed, FOLLOW + 0x100, u64::from(index));
        if !draw.chance(0.04) {
            continue;
        }
        let member = candidates[draw.index(candidates.len())];
        let add_way = WAYS[draw.index(WAYS.len())];
        let place = &mut world.customers[index as usize];
        if place.follow(member).is_some() {
            continue;
        }
        let created = place.follows.first().map_or(0, |follow| follow.created);
        let follow = Follow {
            created,
            info: None,
            member,
            add_way,
            deleted_by_customer: false,
        };
        place.follows.push(follow);
        world.person_mut(member).customers.insert(index);
    }
}

fn add_group(world: &mut World, owner: u32, ranges: &[(u32, u32)], exact: Option<u32>) {
    let index = u32::try_from(world.groups.len()).unwrap_or(0);
    let mut draw = Draw::new(world.seed, GROUP, u64::from(index));
    let (start, held) = match ranges.get(owner as usize) {
        Some((start, held)) if *held > 0 => (*start, *held),
        _ => (0, world.generated_customers),
    };
    let most = 3 + draw.below(16);
    let mut customers: Vec<u32> = (0..most.min(u64::from(held)))
        .map(|_| start + u32::try_from(draw.below(u64::from(held))).unwrap_or(0))
        .collect();
    customers.sort_unstable();
    customers.dedup();
    let person = world.person(owner);
    let until = person.left_at.unwrap_or(world.now) - DAY;
    let in_service = person.left_at.is_none();
    let colleague = person
        .direct_leader
        .filter(|leader| world.person(*leader).left_at.is_none());
    let mut staff = vec![owner];
    staff.extend(colleague.filter(|_| draw.chance(0.5)));
    let dismissed = in_service && exact != Some(owner) && draw.chance(0.02);
    world.groups.push(Group {
        owner,
        created: until - i64::try_from(draw.below(2 * 365 * 86_400)).unwrap_or(0),
        name: None,
        customers: customers.into(),
        staff,
        topic: u64::from(index),
        dismissed,
        state: GroupState::Followed,
        version: 1,
        moved_at: Vec::new(),
    });
    if !dismissed {
        world.person_mut(owner).groups.insert(index);
    }
}
