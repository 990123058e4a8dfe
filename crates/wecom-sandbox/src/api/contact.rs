//! Reading customers and editing what a follower wrote (reference 3).

use std::collections::BTreeSet;
use std::ops::Bound;

use serde_json::{Value, json};

use super::directory::present;
use super::{Answer, Call, Fail, paging};
use crate::callback::event::Event;
use crate::generator::people;
use crate::world::World;
use crate::world::customer::Follow;

/// Followers per page of `externalcontact/get`.
const FOLLOWERS: usize = 500;

/// `externalcontact/get_follow_user_list`
pub fn follow_users(world: &mut World, _call: &Call) -> Answer {
    let list: Vec<&str> = world
        .visible_members()
        .map(|member| world.person(member))
        .filter(|member| member.customer_contact)
        .map(|member| member.userid.as_str())
        .collect();
    Ok(json!({ "follow_user": list }))
}

/// A member in service, in the visible range and with 客户联系.
fn serving(world: &World, userid: &str) -> Result<u32, Fail> {
    let member = present(world, userid)?;
    let person = world.person(member);
    if !person.visible {
        return Err(Fail::code(60_021));
    }
    if !person.customer_contact {
        return Err(Fail::code(84_074));
    }
    Ok(member)
}

/// `externalcontact/list`
pub fn list(world: &mut World, call: &Call) -> Answer {
    let member = serving(world, call.need("userid", 41_009)?)?;
    let customers = &world.person(member).customers;
    if customers.is_empty() {
        return Err(Fail::code(84_061));
    }
    let ids: Vec<String> = customers
        .iter()
        .map(|customer| world.customer_id(*customer))
        .collect();
    Ok(json!({ "external_userid": ids }))
}

fn external_contact(world: &World, customer: u32) -> Value {
    let profile = people::profile(world, customer);
    let mut contact = json!({
        "external_userid": world.customer_id(customer),
        "name": people::customer_name(world, customer),
        "type": profile.kind,
        "gender": profile.gender,
        "avatar": "",
    });
    if let (Some(firm), Some(object)) = (profile.firm, contact.as_object_mut()) {
        object.insert("corp_name".to_owned(), json!(firm));
        object.insert(
            "corp_full_name".to_owned(),
            json!(format!("{firm}有限公司")),
        );
        object.insert("position".to_owned(), json!("采购"));
    }
    contact
}

/// What `follow_user` and `follow_info` have in common.
fn follow_json(world: &World, customer: u32, follow: &Follow, with_names: bool) -> Value {
    let info = world.follow_info(customer, follow);
    let userid = &world.person(follow.member).userid;
    let mut value = json!({
        "userid": userid,
        "remark": info.remark,
        "description": info.description,
        "createtime": follow.created,
        "add_way": follow.add_way,
        "oper_userid": if follow.add_way == 1 { world.customer_id(customer) } else { userid.clone() },
        "remark_mobiles": info.mobiles,
    });
    let Some(object) = value.as_object_mut() else {
        return value;
    };
    if !info.company.is_empty() {
        object.insert("remark_corp_name".to_owned(), json!(info.company));
    }
    if let Some(state) = &info.state {
        object.insert("state".to_owned(), json!(state));
    }
    if follow.add_way == 10 {
        object.insert(
            "wechat_channels".to_owned(),
            json!({ "nickname": "云帆视频号", "source": 1 }),
        );
    }
    let live = info
        .tags
        .iter()
        .filter_map(|tag| world.tags.tags.get(*tag as usize))
        .filter(|tag| !tag.deleted);
    if with_names {
        let tags: Vec<Value> = live
            .map(|tag| {
                json!({
                    "group_name": world.tags.groups[tag.group].name,
                    "tag_name": tag.name,
                    "tag_id": tag.id,
                    "type": 1,
                })
            })
            .collect();
        object.insert("tags".to_owned(), json!(tags));
    } else {
        let tags: Vec<&str> = live.map(|tag| tag.id.as_str()).collect();
        object.insert("tag_id".to_owned(), json!(tags));
    }
    value
}

/// `externalcontact/get`
pub fn get(world: &mut World, call: &Call) -> Answer {
    let id = call.need("external_userid", 41_035)?;
    let customer = world.customer(id).ok_or_else(|| Fail::code(40_096))?;
    let [start] = paging::position::<1>(call, "get")?.unwrap_or([0]);
    let mut followers: Vec<&Follow> = world.customers[customer as usize]
        .follows
        .iter()
        .filter(|follow| {
            let person = world.person(follow.member);
            person.left_at.is_none() && person.visible && person.customer_contact
        })
        .collect();
    followers.sort_by_key(|follow| follow.member);
    if followers.is_empty() {
        return Err(Fail::code(84_061));
    }
    let limit = call.limit(world, FOLLOWERS);
    let start = usize::try_from(start)
        .unwrap_or(usize::MAX)
        .min(followers.len());
    let end = (start + limit).min(followers.len());
    let page: Vec<Value> = followers[start..end]
        .iter()
        .map(|follow| follow_json(world, customer, follow, true))
        .collect();
    let mut answer =
        json!({ "external_contact": external_contact(world, customer), "follow_user": page });
    if end < followers.len() {
        call.put_cursor(
            world,
            &mut answer,
            Some(paging::cursor("get", &[end as u64])),
        );
    }
    Ok(answer)
}

/// `externalcontact/batch/get_by_user`
pub fn batch(world: &mut World, call: &Call) -> Answer {
    let ids = call.texts("userid_list").unwrap_or_default();
    if ids.is_empty() {
        return Err(Fail::code(41_009));
    }
    if ids.len() > 100 {
        return Err(Fail::code(40_058));
    }
    let members: BTreeSet<u32> = ids
        .iter()
        .map(|id| serving(world, id))
        .collect::<Result<_, _>>()?;
    let asked = match usize::try_from(call.int("limit").unwrap_or(50)) {
        Ok(0) | Err(_) => 50,
        Ok(asked) => asked.min(100),
    };
    let limit = call.limit(world, asked);
    let after = paging::position::<2>(call, "batch")?;
    let mut page = Vec::with_capacity(limit);
    let mut last = [0, 0];
    let mut more = false;
    'pages: for member in members {
        let lower = match after {
            Some([done, _]) if u64::from(member) < done => continue,
            Some([done, customer]) if u64::from(member) == done => {
                Bound::Excluded(u32::try_from(customer).unwrap_or(u32::MAX))
            }
            _ => Bound::Unbounded,
        };
        for customer in world
            .person(member)
            .customers
            .range((lower, Bound::Unbounded))
        {
            if page.len() == limit {
                more = true;
                break 'pages;
            }
            let Some(follow) = world.customers[*customer as usize].follow(member) else {
                continue;
            };
            last = [u64::from(member), u64::from(*customer)];
            page.push(json!({
                "external_contact": external_contact(world, *customer),
                "follow_info": follow_json(world, *customer, follow, false),
            }));
        }
    }
    let mut answer = json!({ "external_contact_list": page });
    let next = more.then(|| paging::cursor("batch", &last));
    call.put_cursor(world, &mut answer, next);
    Ok(answer)
}

/// The member and customer of a write, related to each other.
pub fn related(world: &World, call: &Call) -> Result<(u32, u32), Fail> {
    let userid = call.need("userid", 41_009)?;
    let id = call.need("external_userid", 41_035)?;
    let member = serving(world, userid)?;
    let customer = world.customer(id).ok_or_else(|| Fail::code(40_096))?;
    match world.customers[customer as usize].follow(member) {
        Some(_) => Ok((member, customer)),
        None => Err(Fail::code(84_061)),
    }
}

/// `externalcontact/remark`
pub fn remark(world: &mut World, call: &Call) -> Answer {
    let field = |name: &str, most: usize| match call.body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= most => Ok(Some(text.clone())),
        Some(_) => Err(Fail::code(40_058)),
    };
    let remark = field("remark", 20)?;
    let description = field("description", 150)?;
    let company = field("remark_company", 20)?;
    let mobiles = match call.body.get("remark_mobiles") {
        None | Some(Value::Null) => None,
        // The page allows "an empty string" to clear the list.
        Some(Value::String(text)) if text.is_empty() => Some(Vec::new()),
        Some(_) => Some(
            call.texts("remark_mobiles")
                .ok_or_else(|| Fail::code(40_058))?,
        ),
    };
    let nothing = remark.is_none() && description.is_none() && company.is_none();
    if nothing && mobiles.is_none() && call.text("remark_pic_mediaid").is_none() {
        return Err(Fail::code(40_058));
    }
    let (member, customer) = related(world, call)?;
    let Some(info) = world.follow_info_mut(customer, member) else {
        return Err(Fail::code(84_061));
    };
    let visible_edit = !(nothing && mobiles.is_some());
    if let Some(remark) = remark {
        info.remark = remark;
    }
    if let Some(description) = description {
        info.description = description;
    }
    if let Some(company) = company {
        info.company = company;
    }
    if let Some(mobiles) = mobiles {
        info.mobiles = mobiles
            .into_iter()
            .filter(|mobile| !mobile.is_empty())
            .map(str::to_owned)
            .collect();
    }
    // Edits of phones alone are never announced.
    if world.knobs.event_echo && visible_edit {
        world.announce(&Event::EditContact { member, customer });
    }
    Ok(json!({}))
}
