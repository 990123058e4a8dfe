//! What WeCom tells, as rows of the store.

use std::collections::BTreeSet;

use jiebang_domain::id::CorpId;
use jiebang_domain::time::Timestamp;
use jiebang_store::entity::corp_tag::Model as TagRow;
use jiebang_store::entity::customer::Model as CustomerRow;
use jiebang_store::entity::customer_group::Model as GroupRow;
use jiebang_store::entity::department::Model as DepartmentRow;
use jiebang_store::entity::follow::Model as FollowRow;
use jiebang_store::entity::group_member::Model as GroupMemberRow;
use jiebang_store::entity::member::Model as MemberRow;
use jiebang_store::entity::{Numbers, Texts};
use jiebang_wecom::{
    Contact, ContactType, Department, Follow, Group, Member, MemberStatus, MemberType, TagGroup,
};

/// Kind of tag that has no id (section 3.1 of the reference).
const PERSONAL: i64 = 2;

pub fn department(corp: &CorpId, department: Department) -> DepartmentRow {
    DepartmentRow {
        corp_id: corp.to_string(),
        department_id: department.id,
        name: department.name,
        parent_id: department.parent,
        sort_order: department.order,
        leaders: department.leaders.iter().map(ToString::to_string).collect(),
        gone_at: None,
    }
}

pub fn member(corp: &CorpId, member: Member, serves: bool, now: Timestamp) -> MemberRow {
    let leads = member.departments.iter().zip(&member.is_leader);
    let leads_in: Vec<i64> = leads
        .filter(|(_, leads)| **leads == 1)
        .map(|(id, _)| *id)
        .collect();
    let has_left = member.status == MemberStatus::Left;
    MemberRow {
        corp_id: corp.to_string(),
        userid: member.userid.to_string(),
        name: member.name,
        main_department: member
            .main_department
            .or_else(|| member.departments.first().copied())
            .unwrap_or_default(),
        departments: Numbers(member.departments),
        leads_in: Numbers(leads_in),
        direct_leader: member
            .direct_leaders
            .iter()
            .map(ToString::to_string)
            .collect(),
        position: member.position,
        alias: member.alias,
        status: small(member.status.number()),
        customer_contact: serves && !has_left,
        first_seen_at: now.seconds(),
        last_seen_at: now.seconds(),
        left_at: has_left.then(|| now.seconds()),
        gone_at: None,
    }
}

pub fn customer(corp: &CorpId, contact: Contact, now: Timestamp) -> CustomerRow {
    let kind = match contact.kind {
        ContactType::WeChat => 1,
        ContactType::WeCom => 2,
        ContactType::Other(number) => number,
    };
    CustomerRow {
        corp_id: corp.to_string(),
        external_userid: contact.external_userid.to_string(),
        name: contact.name,
        kind: small(kind),
        gender: small(contact.gender),
        avatar: contact.avatar,
        unionid: contact.unionid.unwrap_or_default(),
        position: contact.position,
        corp_name: contact.corp_name,
        corp_full_name: contact.corp_full_name,
        first_seen_at: now.seconds(),
        updated_at: now.seconds(),
    }
}

/// `run` is the number of the sync run that saw it; a callback passes the last one.
pub fn follow(
    corp: &CorpId,
    customer: &str,
    follow: Follow,
    run: i64,
    now: Timestamp,
) -> FollowRow {
    let tags: BTreeSet<String> = follow.tag_ids().into_iter().map(String::from).collect();
    let personal: BTreeSet<String> = follow
        .tags
        .iter()
        .filter(|tag| tag.kind == PERSONAL && tag.tag_id.is_none())
        .map(|tag| tag.tag_name.clone())
        .collect();
    FollowRow {
        corp_id: corp.to_string(),
        userid: follow.userid.to_string(),
        external_userid: customer.to_owned(),
        remark: follow.remark,
        description: follow.description,
        remark_company: follow.remark_company,
        remark_mobiles: Texts(follow.mobiles),
        add_way: small(follow.add_way),
        oper_userid: follow.oper_userid.unwrap_or_default(),
        state: follow.state.unwrap_or_default(),
        added_at: follow.added_at.seconds(),
        tags: tags.into_iter().collect(),
        personal_tags: personal.into_iter().collect(),
        seen_run: run,
        seen_at: now.seconds(),
        ended_at: None,
        end_reason: None,
    }
}

pub fn group(corp: &CorpId, group: &Group, status: i64, run: i64, now: Timestamp) -> GroupRow {
    let external = group
        .members
        .iter()
        .filter(|one| one.kind == MemberType::External)
        .count();
    GroupRow {
        corp_id: corp.to_string(),
        chat_id: group.chat_id.to_string(),
        name: group.name.clone(),
        owner: group
            .owner
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        status: small(status),
        created_at: group.created_at.seconds(),
        notice: group.notice.clone(),
        member_version: group.member_version.clone(),
        member_count: count(group.members.len()),
        external_count: count(external),
        admins: group.admins.iter().map(ToString::to_string).collect(),
        seen_run: run,
        updated_at: now.seconds(),
        dismissed_at: None,
    }
}

pub fn group_members(corp: &CorpId, group: &Group) -> Vec<GroupMemberRow> {
    let mut seen = BTreeSet::new();
    group
        .members
        .iter()
        .filter(|member| !member.userid.is_empty() && seen.insert(member.userid.clone()))
        .map(|member| GroupMemberRow {
            corp_id: corp.to_string(),
            chat_id: group.chat_id.to_string(),
            member_id: member.userid.clone(),
            kind: match member.kind {
                MemberType::Member => 1,
                MemberType::External => 2,
                MemberType::Other(number) => small(number),
            },
            join_time: member.joined_at.seconds(),
            join_scene: small(member.join_scene),
            name: member.name.clone(),
            group_nickname: member.group_nickname.clone(),
            invitor: member
                .invitor
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        })
        .collect()
}

pub fn tags(corp: &CorpId, groups: Vec<TagGroup>) -> Vec<TagRow> {
    let mut rows = Vec::new();
    let mut seen = BTreeSet::new();
    for group in groups {
        for tag in group.tags {
            if !seen.insert(tag.id.clone()) {
                continue;
            }
            rows.push(TagRow {
                corp_id: corp.to_string(),
                tag_id: tag.id.to_string(),
                name: tag.name,
                group_id: group.id.to_string(),
                group_name: group.name.clone(),
                sort_order: tag.order,
                created_at: tag.created_at.seconds(),
                deleted_at: None,
                strategy_id: None,
            });
        }
    }
    rows
}

/// WeCom's numbers are small; one that is not stays recognisable as odd.
fn small(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
