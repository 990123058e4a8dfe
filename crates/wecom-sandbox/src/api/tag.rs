//! Corp tags (reference 3.3).

use serde_json::{Value, json};

use super::contact::related;
use super::{Answer, Call, Fail};
use crate::callback::event::Event;
use crate::generator::tag_id;
use crate::world::World;
use crate::world::tag::{Tag, TagGroup};

/// Most corp tags.
const TAGS: usize = 10_000;

fn tag_json(tag: &Tag) -> Value {
    json!({ "id": tag.id, "name": tag.name, "create_time": tag.created, "order": tag.order })
}

fn group_json(world: &World, index: usize, only: Option<&[&str]>) -> Value {
    let group = &world.tags.groups[index];
    let tags: Vec<Value> = world
        .tags
        .of_group(index)
        .filter(|tag| only.is_none_or(|only| only.contains(&tag.id.as_str())))
        .map(tag_json)
        .collect();
    json!({
        "group_id": group.id,
        "group_name": group.name,
        "create_time": group.created,
        "order": group.order,
        "tag": tags,
    })
}

/// `externalcontact/get_corp_tag_list`
pub fn list(world: &mut World, call: &Call) -> Answer {
    let groups = call.texts("group_id").filter(|list| !list.is_empty());
    let tags = call
        .texts("tag_id")
        .filter(|list| !list.is_empty() && groups.is_none());
    let live = (0..world.tags.groups.len()).filter(|index| !world.tags.groups[*index].deleted);
    let list: Vec<Value> = live
        .filter(|index| {
            let group = &world.tags.groups[*index];
            groups
                .as_ref()
                .is_none_or(|ids| ids.contains(&group.id.as_str()))
        })
        .map(|index| group_json(world, index, tags.as_deref()))
        .filter(|group| tags.is_none() || group["tag"].as_array().is_some_and(|t| !t.is_empty()))
        .collect();
    Ok(json!({ "tag_group": list }))
}

fn name_of(value: &Value) -> Option<&str> {
    value
        .get("name")?
        .as_str()
        .filter(|name| (1..=30).contains(&name.chars().count()))
}

/// `externalcontact/add_corp_tag`
pub fn add(world: &mut World, call: &Call) -> Answer {
    let wanted = call
        .body
        .get("tag")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let mut names: Vec<(String, i64)> = Vec::new();
    for tag in &wanted {
        let name = name_of(tag).ok_or_else(|| Fail::code(40_058))?;
        if !names.iter().any(|(other, _)| other == name) {
            names.push((
                name.to_owned(),
                tag.get("order").and_then(Value::as_i64).unwrap_or(0),
            ));
        }
    }
    if names.is_empty() {
        return Err(Fail::code(40_058));
    }
    if world.tags.tags.len() + names.len() > TAGS {
        return Err(Fail::code(40_126));
    }
    let group = group_for(world, call)?;
    if names
        .iter()
        .any(|(name, _)| world.tags.of_group(group).any(|tag| tag.name == *name))
    {
        return Err(Fail::code(40_071));
    }
    let mut made = Vec::new();
    for (name, order) in names {
        let id = tag_id(world.seed, "tag", world.tags.tags.len());
        let tag = Tag {
            id: id.clone(),
            group,
            name,
            created: world.now,
            order,
            deleted: false,
        };
        made.push(tag_json(&tag));
        world.tags.tags.push(tag);
        world.announce(&Event::Tag {
            change: "create",
            id,
            group: false,
        });
    }
    let mut answer = group_json(world, group, Some(&[]));
    answer["tag"] = json!(made);
    Ok(json!({ "tag_group": answer }))
}

fn group_for(world: &mut World, call: &Call) -> Result<usize, Fail> {
    if let Some(id) = call.text("group_id") {
        return world.tags.find_group(id).ok_or_else(|| Fail::code(40_068));
    }
    let name = call.need("group_name", 40_058)?;
    if name.chars().count() > 30 {
        return Err(Fail::code(40_058));
    }
    let known = world
        .tags
        .groups
        .iter()
        .position(|group| !group.deleted && group.name == name);
    if let Some(known) = known {
        return Ok(known);
    }
    let index = world.tags.groups.len();
    let id = tag_id(world.seed, "group", index);
    world.tags.groups.push(TagGroup {
        id: id.clone(),
        name: name.to_owned(),
        created: world.now,
        order: call.int("order").unwrap_or(0),
        deleted: false,
    });
    world.announce(&Event::Tag {
        change: "create",
        id,
        group: true,
    });
    Ok(index)
}

/// `externalcontact/edit_corp_tag`
pub fn edit(world: &mut World, call: &Call) -> Answer {
    let id = call.need("id", 40_058)?.to_owned();
    let name = call.text("name").map(str::to_owned);
    if name.as_ref().is_some_and(|name| name.chars().count() > 30) {
        return Err(Fail::code(40_058));
    }
    let order = call.int("order");
    let is_group = if let Some(tag) = world.tags.find(&id) {
        let group = world.tags.tags[tag as usize].group;
        let taken = |name: &String| {
            world
                .tags
                .of_group(group)
                .any(|other| other.id != id && other.name == *name)
        };
        if name.as_ref().is_some_and(taken) {
            return Err(Fail::code(40_071));
        }
        let tag = &mut world.tags.tags[tag as usize];
        tag.name = name.unwrap_or_else(|| tag.name.clone());
        tag.order = order.unwrap_or(tag.order);
        false
    } else {
        let group = world
            .tags
            .find_group(&id)
            .ok_or_else(|| Fail::code(40_068))?;
        let taken = |name: &String| {
            world
                .tags
                .groups
                .iter()
                .any(|g| !g.deleted && g.id != id && g.name == *name)
        };
        if name.as_ref().is_some_and(taken) {
            return Err(Fail::code(40_071));
        }
        let group = &mut world.tags.groups[group];
        group.name = name.unwrap_or_else(|| group.name.clone());
        group.order = order.unwrap_or(group.order);
        true
    };
    world.announce(&Event::Tag {
        change: "update",
        id,
        group: is_group,
    });
    Ok(json!({}))
}

/// `externalcontact/del_corp_tag`
pub fn delete(world: &mut World, call: &Call) -> Answer {
    let tags = call.texts("tag_id").unwrap_or_default();
    let groups = call.texts("group_id").unwrap_or_default();
    if tags.is_empty() && groups.is_empty() {
        return Err(Fail::code(40_058));
    }
    let tags: Vec<u32> = tags
        .into_iter()
        .map(|id| world.tags.find(id).ok_or_else(|| Fail::code(40_068)))
        .collect::<Result<_, _>>()?;
    let groups: Vec<usize> = groups
        .into_iter()
        .map(|id| world.tags.find_group(id).ok_or_else(|| Fail::code(40_068)))
        .collect::<Result<_, _>>()?;
    for tag in tags {
        world.tags.tags[tag as usize].deleted = true;
        let (id, group) = {
            let tag = &world.tags.tags[tag as usize];
            (tag.id.clone(), tag.group)
        };
        world.announce(&Event::Tag {
            change: "delete",
            id,
            group: false,
        });
        if world.tags.of_group(group).next().is_none() {
            delete_group(world, group);
        }
    }
    for group in groups {
        for tag in &mut world.tags.tags {
            tag.deleted |= tag.group == group;
        }
        delete_group(world, group);
    }
    Ok(json!({}))
}

fn delete_group(world: &mut World, group: usize) {
    world.tags.groups[group].deleted = true;
    let id = world.tags.groups[group].id.clone();
    world.announce(&Event::Tag {
        change: "delete",
        id,
        group: true,
    });
}

/// `externalcontact/mark_tag`
pub fn mark(world: &mut World, call: &Call) -> Answer {
    let add = call.texts("add_tag").unwrap_or_default();
    let remove = call.texts("remove_tag").unwrap_or_default();
    if add.is_empty() && remove.is_empty() {
        return Err(Fail::code(40_058));
    }
    let (member, customer) = related(world, call)?;
    let find = |ids: Vec<&str>| -> Result<Vec<u32>, Fail> {
        ids.into_iter()
            .map(|id| world.tags.find(id).ok_or_else(|| Fail::code(40_068)))
            .collect()
    };
    let (add, remove) = (find(add)?, find(remove)?);
    let Some(info) = world.follow_info_mut(customer, member) else {
        return Err(Fail::code(84_061));
    };
    let before = info.tags.clone();
    info.tags.retain(|tag| !remove.contains(tag));
    for tag in add {
        if !info.tags.contains(&tag) {
            info.tags.push(tag);
        }
    }
    if info.tags.len() > 3_000 {
        info.tags = before;
        return Err(Fail::code(40_126));
    }
    let changed = before != info.tags;
    if world.knobs.event_echo && changed {
        world.announce(&Event::EditContact { member, customer });
    }
    Ok(json!({}))
}
