//! Makes a company people believe in from a seed and a few sizes.

pub mod archive;
mod company;
mod contact_way;
pub mod dialogue;
pub mod names;
pub mod people;
mod portfolio;

use std::collections::{BTreeMap, HashMap};

use crate::callback::Callbacks;
use crate::fault::Faults;
use crate::options::{Info, Options};
use crate::seed::{Draw, IdCodec, mix_text};
use crate::world::World;
use crate::world::archive::Archive;
use crate::world::clock::{Clock, DAY, Queue};
use crate::world::contact_way::ContactWays;
use crate::world::knobs::Knobs;
use crate::world::message::Messages;
use crate::world::tag::{Tag, TagGroup, Tags};
use crate::world::token::Tokens;
use crate::world::transfer::{Behaviour, Transfers};

/// Ids and secrets of a seed; the addresses are filled in by the server.
pub fn info(seed: u64, base_url: &str) -> Info {
    let mut draw = Draw::new(seed, 0x1F0, 0);
    let key: String = draw.alphanumeric(43);
    Info {
        base_url: base_url.to_owned(),
        control_url: format!("{base_url}/sandbox"),
        corp_id: format!("ww{}", draw.hex(16)),
        app_secret: draw.alphanumeric(43),
        contacts_secret: draw.alphanumeric(43),
        archive_secret: draw.alphanumeric(43),
        agent_id: 1_000_002,
        callback_token: draw.alphanumeric(24),
        encoding_aes_key: key,
    }
}

/// The world at its start.
pub fn build(options: &Options, info: Info) -> World {
    let clock = Clock::new(options.start_time, options.frozen_clock);
    let now = clock.seconds();
    let seed = options.seed;
    let mut world = World {
        seed,
        corp_name: "示例云帆商贸（Demo）".to_owned(),
        info,
        clock,
        now,
        queue: Queue::default(),
        departments: BTreeMap::new(),
        members: Vec::new(),
        member_index: HashMap::new(),
        customers: Vec::new(),
        generated_customers: 0,
        prominent: None,
        groups: Vec::new(),
        group_moves: Vec::new(),
        contact_ways: ContactWays::default(),
        groups_given: HashMap::new(),
        tags: tags(seed, now),
        transfers: Transfers::default(),
        behaviour: Behaviour::default(),
        messages: Messages::default(),
        strategies: BTreeMap::new(),
        tokens: Tokens::default(),
        rates: HashMap::new(),
        in_flight: HashMap::new(),
        codes: HashMap::new(),
        codes_made: 0,
        media: HashMap::new(),
        archive: Archive::default(),
        knobs: Knobs::default(),
        faults: Faults::default(),
        callbacks: Callbacks::default(),
        calls: BTreeMap::new(),
        call_no: 0,
        customer_ids: IdCodec::new(seed, "wm"),
        group_ids: IdCodec::new(seed, "wr"),
    };
    let sellers = company::found(&mut world, options);
    world.prominent = sellers.prominent;
    portfolio::fill(&mut world, options, &sellers);
    contact_way::fill(&mut world, &sellers);
    world
}

/// A tag or tag group id.
pub fn tag_id(seed: u64, what: &str, number: usize) -> String {
    let mut draw = Draw::new(mix_text(seed, what), 0x7A6, number as u64);
    format!("et{}", draw.alphanumeric(28))
}

fn tags(seed: u64, now: i64) -> Tags {
    let created = now - 900 * DAY;
    let mut tags = Tags::default();
    let mut add = |name: &str, members: &[&str]| {
        let group = tags.groups.len();
        let start = u32::try_from(tags.tags.len()).unwrap_or(0);
        tags.groups.push(TagGroup {
            id: tag_id(seed, "group", group),
            name: name.to_owned(),
            created,
            order: i64::try_from(10 - group).unwrap_or(0),
            deleted: false,
        });
        for (position, member) in members.iter().enumerate() {
            tags.tags.push(Tag {
                id: tag_id(seed, "tag", tags.tags.len()),
                group,
                name: (*member).to_owned(),
                created,
                order: i64::try_from(members.len() - position).unwrap_or(0),
                deleted: false,
            });
        }
        start..u32::try_from(tags.tags.len()).unwrap_or(0)
    };
    let levels = add("客户等级", names::LEVELS);
    let regions = add("地区", names::CITIES);
    let products = add("产品", names::PRODUCTS);
    let stages = add("阶段", names::STAGES);
    Tags {
        levels,
        regions,
        products,
        stages,
        ..tags
    }
}
