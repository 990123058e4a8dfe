//! Plausible conversations, made up by templates: members with customers, in groups, among
//! each other and with a bot. Every message type the platform documents appears within
//! 250 messages.

mod body;
mod content;

use serde_json::{Map, Value, json};

use crate::seed::{Draw, IdCodec};
use crate::world::World;
use crate::world::archive::Draft;

/// Every n-th message is not plain text.
const EVERY_NTH: usize = 5;
/// Most people named in one message.
const MOST_PEOPLE: usize = 200;
/// So many bots there are.
pub const BOTS: u32 = 3;

/// A conversation and who is in it.
struct Chat {
    room: String,
    /// Members first.
    people: Vec<String>,
    members: usize,
    suffix: &'static str,
    pair: Option<(u32, u32)>,
}

impl Chat {
    fn key(&self) -> String {
        if self.room.is_empty() {
            let mut people = self.people.clone();
            people.sort();
            people.join(" ")
        } else {
            self.room.clone()
        }
    }
}

/// The ids of rooms among colleagues.
pub fn internal_rooms(seed: u64) -> IdCodec {
    IdCodec::new(seed ^ 0x1A7E, "wr")
}

/// The ids of bots, `wb…`.
pub fn bots(seed: u64) -> IdCodec {
    IdCodec::new(seed, "wb")
}

/// The members of the room of a department.
pub fn room_members(world: &World, department: u32) -> Vec<u32> {
    (0u32..)
        .zip(&world.members)
        .filter(|(_, member)| member.left_at.is_none() && member.departments.contains(&department))
        .map(|(index, _)| index)
        .take(MOST_PEOPLE)
        .collect()
}

/// Composes `count` messages spread over the last `span_s` seconds.
pub fn compose(world: &mut World, count: usize, span_s: i64) -> Result<Vec<Draft>, String> {
    let members: Vec<u32> = (0u32..)
        .zip(&world.members)
        .map(|(index, _)| index)
        .filter(|index| world.is_archived(*index))
        .collect();
    if members.len() < 2 {
        return Err("fewer than two members are archived".to_owned());
    }
    let mut drafts = Vec::with_capacity(count);
    let span_ms = span_s.saturating_mul(1_000);
    while drafts.len() < count {
        let mut draw = Draw::new(world.seed, 0xA2C4, world.archive.drafts);
        let Some(chat) = pick_chat(world, &members, &mut draw) else {
            return Err("no two people could be brought together".to_owned());
        };
        let lines = (2 + draw.index(6)).min(count - drafts.len());
        let topic = draw.next();
        for line in 0..lines {
            let done = i64::try_from(drafts.len()).unwrap_or(0);
            let all = i64::try_from(count).unwrap_or(1);
            let at_ms = world.clock.millis() - span_ms + span_ms / all * done;
            drafts.push(say(world, &chat, topic, line, at_ms));
            let refused = |(member, customer)| world.has_refused_archive(member, customer);
            if chat.pair.is_some_and(refused) {
                // What is said from here on is not delivered.
                break;
            }
        }
    }
    Ok(drafts)
}

/// One conversation: mostly a customer, sometimes a group, a colleague, a bot.
fn pick_chat(world: &World, members: &[u32], draw: &mut Draw) -> Option<Chat> {
    for _ in 0..200 {
        let member = *members.get(draw.index(members.len()))?;
        let found = match draw.below(20) {
            0..11 => with_customer(world, member, draw),
            11..15 => in_group(world, member, draw),
            15..17 => with_colleague(world, members, member, draw),
            17 => in_room(world, member),
            18 => with_bot(world, member, draw),
            _ => upstream(world, member, draw),
        };
        if found.is_some() {
            return found;
        }
    }
    with_colleague(world, members, *members.first()?, draw)
}

fn with_customer(world: &World, member: u32, draw: &mut Draw) -> Option<Chat> {
    let person = world.person(member);
    let mut customers = person.customers.iter();
    let customer = *customers.nth(draw.index(person.customers.len()))?;
    if world.has_refused_archive(member, customer) {
        return None;
    }
    Some(Chat {
        room: String::new(),
        people: vec![person.userid.clone(), world.customer_id(customer)],
        members: 1,
        suffix: "_external",
        pair: Some((member, customer)),
    })
}

fn in_group(world: &World, member: u32, draw: &mut Draw) -> Option<Chat> {
    let groups = &world.person(member).groups;
    let index = *groups.iter().nth(draw.index(groups.len()))?;
    let group = &world.groups[index as usize];
    let staff = group.staff.iter().take(MOST_PEOPLE);
    let mut people: Vec<String> = staff.map(|m| world.person(*m).userid.clone()).collect();
    let members = people.len();
    // Of who has refused nothing is archived here either (`msgaudit/check_room_agree`).
    let refuses = |customer: &&u32| world.has_refused_archive(group.owner, **customer);
    let customers = group.customers.iter().filter(|one| !refuses(one));
    let customers = customers.take(MOST_PEOPLE);
    people.extend(customers.map(|customer| world.customer_id(*customer)));
    (people.len() > 1).then(|| Chat {
        room: world.group_id(index),
        people,
        members,
        suffix: "_external",
        pair: None,
    })
}

fn with_colleague(world: &World, members: &[u32], member: u32, draw: &mut Draw) -> Option<Chat> {
    let other = *members.get(draw.index(members.len()))?;
    (other != member).then(|| Chat {
        room: String::new(),
        people: vec![
            world.person(member).userid.clone(),
            world.person(other).userid.clone(),
        ],
        members: 2,
        suffix: "",
        pair: None,
    })
}

fn in_room(world: &World, member: u32) -> Option<Chat> {
    let department = *world.person(member).departments.first()?;
    let people: Vec<String> = room_members(world, department)
        .into_iter()
        .map(|one| world.person(one).userid.clone())
        .collect();
    (people.len() > 2).then(|| Chat {
        room: internal_rooms(world.seed).encode(department),
        members: people.len(),
        people,
        suffix: "",
        pair: None,
    })
}

fn with_bot(world: &World, member: u32, draw: &mut Draw) -> Option<Chat> {
    let mut chat = in_room(world, member)?;
    let bot = u32::try_from(draw.below(u64::from(BOTS))).unwrap_or(0);
    chat.people.insert(0, bots(world.seed).encode(bot));
    chat.members = 1;
    Some(chat)
}

fn upstream(world: &World, member: u32, draw: &mut Draw) -> Option<Chat> {
    let other = IdCodec::new(world.seed, "wo").encode(u32::try_from(draw.below(40)).ok()?);
    Some(Chat {
        room: String::new(),
        people: vec![world.person(member).userid.clone(), other],
        members: 1,
        suffix: "_updown_stream",
        pair: None,
    })
}

/// One line of a conversation: every fifth is of another type than text.
fn say(world: &mut World, chat: &Chat, topic: u64, line: usize, at_ms: i64) -> Draft {
    world.archive.drafts += 1;
    let number = world.archive.drafts;
    let mut draw = Draw::new(world.seed, 0xA5A1, number);
    let position = usize::try_from(number).unwrap_or(0);
    let special = position
        .is_multiple_of(EVERY_NTH)
        .then(|| body::SPECIALS[position / EVERY_NTH % body::SPECIALS.len()]);
    // The customer's turn and the member's alternate.
    let mut speaker = if line.is_multiple_of(2) && chat.members < chat.people.len() {
        chat.members + draw.index(chat.people.len() - chat.members)
    } else {
        draw.index(chat.members)
    };
    let mut kind = special.unwrap_or("text");
    if matches!(kind, "agree" | "disagree") {
        match chat.pair {
            Some((member, customer)) => {
                speaker = 1;
                let at = at_ms.div_euclid(1_000);
                world.consent(member, customer, kind == "agree", at);
            }
            // Nobody is asked here.
            None => kind = "text",
        }
    }
    // Senders' clocks differ by a second or two.
    let told_ms = at_ms + i64::try_from(draw.below(3_000)).unwrap_or(0) - 1_500;
    let msgid = if draw.chance(0.05) {
        format!("CAQQ{}={}", draw.alphanumeric(36), chat.suffix)
    } else {
        format!("{}_{told_ms}{}", draw.next(), chat.suffix)
    };
    let before = world.archive.last_said.insert(chat.key(), msgid.clone());
    let scene = body::Scene {
        people: &chat.people,
        speaker,
        topic,
        line,
        at_ms,
        before,
    };
    let said = body::body(world, kind, &scene, &mut draw);
    let says_room = !matches!(said.msgtype, "meeting_voice_call" | "voip_doc_share");
    let refused = if says_room {
        Vec::new()
    } else {
        world.refusals_among(&chat.people)
    };
    let mut message = Map::new();
    let mut set = |name: &str, value: Value| message.insert(name.to_owned(), value);
    set("msgid", json!(msgid));
    set("action", json!(said.action));
    if said.action == "switch" {
        set("time", json!(told_ms));
        set("user", json!(chat.people[0]));
    } else {
        set("from", json!(chat.people[speaker]));
        let others = (0..).zip(&chat.people).filter(|(one, _)| *one != speaker);
        let others: Vec<&String> = others.map(|(_, id)| id).collect();
        set("tolist", json!(others));
        set("msgtime", json!(told_ms));
        set("msgtype", json!(said.msgtype));
        if says_room {
            set("roomid", json!(chat.room));
        }
        message.extend(said.fields);
    }
    let text = Value::Object(message).to_string();
    Draft {
        number,
        at: at_ms.div_euclid(1_000),
        msgid,
        kind: said.msgtype.to_owned(),
        chat: chat.key(),
        refused,
        // What a phone's keyboard sometimes leaves raw inside of a text.
        plain: text.replace(body::CONTROL, "\u{b}\u{11}").into_bytes(),
        fault: 0,
    }
}
