//! Contact ways and acquisition links: codes of single members, and codes a team shares. Drawn from
//! streams of their own, so that nothing else of a seed depends on them.

use serde_json::json;

use super::company::Sellers;
use super::names::{CITIES, PRODUCTS};
use crate::api::acquisition::link_id;
use crate::api::contact_way::config_id;
use crate::seed::Draw;
use crate::world::World;
use crate::world::clock::DAY;
use crate::world::contact_way::{AcquisitionLink, ContactWay};

const WAY: u64 = 0x53;
const LINK: u64 = 0x54;
/// Where codes are shown.
const PLACES: &[&str] = &[
    "展会",
    "门店",
    "官网",
    "包装",
    "名片",
    "公众号",
    "海报",
    "快递卡",
];

/// Makes them for a company that has its members.
pub fn fill(world: &mut World, sellers: &Sellers) {
    let leavers: Vec<u32> = [sellers.prominent, sellers.small, sellers.long_gone]
        .into_iter()
        .flatten()
        .collect();
    for (place, leaver) in leavers.iter().enumerate() {
        let singles = if place == 0 { 3 } else { 1 };
        for _ in 0..singles {
            add_way(world, &[*leaver], &[]);
        }
        let team = colleagues(world, sellers, *leaver, 3);
        let with_leaver: Vec<u32> = [*leaver].into_iter().chain(team.iter().copied()).collect();
        add_way(world, &with_leaver, &[]);
        if place == 0 {
            let party = world.person(*leaver).departments.clone();
            add_way(world, &[*leaver], &party);
            let turned: Vec<u32> = team.into_iter().chain([*leaver]).collect();
            add_way(world, &turned, &[]);
            add_link(world, &turned, Some(*leaver));
        }
    }
    let others: Vec<u32> = sellers
        .all
        .iter()
        .copied()
        .filter(|seller| serves(world, *seller) && !leavers.contains(seller))
        .collect();
    for seller in others.iter().step_by(3) {
        add_way(world, &[*seller], &[]);
    }
    for team in others.chunks(8) {
        add_way(world, team, &[]);
    }
    if let Some(team) = others.chunks(5).next() {
        add_link(world, team, None);
    }
}

fn serves(world: &World, member: u32) -> bool {
    let person = world.person(member);
    let is_fit = person.activated && person.real_name && person.customer_contact;
    is_fit && person.visible && person.left_at.is_none()
}

/// Up to `most` members in service, those of the member's department first.
fn colleagues(world: &World, sellers: &Sellers, member: u32, most: usize) -> Vec<u32> {
    let own = &world.person(member).departments;
    let is_near = |other: &u32| world.person(*other).departments == *own;
    let serving = || {
        sellers
            .all
            .iter()
            .copied()
            .filter(|one| serves(world, *one))
    };
    let near = serving().filter(is_near);
    let far = serving().filter(|other| !is_near(other));
    near.chain(far)
        .filter(|other| *other != member)
        .take(most)
        .collect()
}

fn add_way(world: &mut World, users: &[u32], parties: &[u32]) {
    let place = world.contact_ways.ways.len();
    let mut draw = Draw::new(world.seed, WAY, place as u64);
    let shown = draw.pick(PLACES);
    let city = CITIES.get(users.first().map_or(0, |user| world.person(*user).city));
    let age = i64::try_from(draw.below(600)).unwrap_or(0);
    let single = users.len() == 1 && parties.is_empty();
    let conclusions = draw
        .chance(0.2)
        .then(|| json!({ "text": { "content": "感谢咨询，再见" } }));
    world.contact_ways.ways.push(ContactWay {
        config_id: config_id(world.seed, place),
        single,
        scene: if draw.chance(0.1) { 1 } else { 2 },
        style: i64::try_from(draw.below(3)).unwrap_or(0),
        remark: format!("{}{shown}码", city.copied().unwrap_or("总部")),
        skip_verify: draw.chance(0.8),
        state: format!("ch_{:04}", draw.below(10_000)),
        users: users.to_vec(),
        parties: parties.to_vec(),
        conclusions,
        created: world.now - (age + 1) * DAY,
        deleted: false,
        updates: 0,
    });
}

fn add_link(world: &mut World, users: &[u32], first: Option<u32>) {
    let place = world.contact_ways.links.len();
    let mut draw = Draw::new(world.seed, LINK, place as u64);
    world.contact_ways.links.push(AcquisitionLink {
        link_id: link_id(world.seed, place),
        name: format!("{}咨询", draw.pick(PRODUCTS)),
        skip_verify: true,
        mark_source: draw.chance(0.5),
        users: users.to_vec(),
        parties: Vec::new(),
        priority_type: if first.is_some() { 2 } else { 1 },
        priority_users: first.into_iter().collect(),
        created: world.now - 30 * DAY,
        deleted: false,
        updates: 0,
    });
}
