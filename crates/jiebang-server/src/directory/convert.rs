//! From the words of the use cases to those of the API.

use jiebang_app::directory as app;

use super::dto::{
    AddWayCount, CustomerGroup, CustomerOfLeaver, Department, Leaver, LeaverDetail, Member,
    MonthCount, Person, RegionCount, TagCount, TagGroup, TagName,
};
use crate::handover::dto::HandoverSummary;
use crate::names::{LeaverReason, LeaverState};

impl From<app::Department> for Department {
    fn from(department: app::Department) -> Self {
        Self {
            id: department.id,
            name: department.name,
            parent_id: department.parent_id,
            leaders: department.leaders,
            members: department.members,
        }
    }
}

impl From<app::Member> for Member {
    fn from(member: app::Member) -> Self {
        Self {
            userid: member.userid,
            name: member.name,
            departments: member.departments,
            department_names: member.department_names,
            position: member.position,
            status: member.status,
            customer_contact: member.customer_contact,
            left_at: member.left_at,
            customers: member.customers,
            groups: member.groups,
            eligible: member.eligible,
            why_not: member.why_not.map(str::to_owned),
        }
    }
}

impl From<app::Leaver> for Leaver {
    fn from(leaver: app::Leaver) -> Self {
        Self {
            userid: leaver.userid,
            name: leaver.name,
            known: leaver.known,
            department_names: leaver.department_names,
            position: leaver.position,
            left_at: leaver.left_at,
            reason: LeaverReason::from(leaver.reason.as_str()),
            state: LeaverState::from(leaver.state.as_str()),
            customers_waiting: leaver.customers_waiting,
            groups_waiting: leaver.groups_waiting,
            customers_in_transfer: leaver.customers_in_transfer,
            customers_done: leaver.customers_done,
            last_handover_id: leaver.last_handover_id.map(|id| id.to_string()),
            days_left: leaver.days_left,
        }
    }
}

impl From<app::LeaverDetail> for LeaverDetail {
    fn from(detail: app::LeaverDetail) -> Self {
        let person = |person: app::Person| Person {
            userid: person.userid,
            name: person.name,
        };
        let tag = |tag: app::TagCount| TagCount {
            id: tag.id,
            name: tag.name,
            group_name: tag.group_name,
            count: tag.count,
        };
        let region = |one: app::Count<String>| RegionCount {
            name: one.what,
            count: one.count,
        };
        let month = |one: app::Count<String>| MonthCount {
            month: one.what,
            count: one.count,
        };
        let way = |one: app::Count<i64>| AddWayCount {
            add_way: one.what,
            count: one.count,
        };
        Self {
            leaver: Leaver::from(detail.leaver),
            leader: detail.leader.map(person),
            tags: detail.tags.into_iter().map(tag).collect(),
            regions: detail.regions.into_iter().map(region).collect(),
            added_by_month: detail.added_by_month.into_iter().map(month).collect(),
            add_ways: detail.add_ways.into_iter().map(way).collect(),
            handovers: detail
                .handovers
                .into_iter()
                .map(HandoverSummary::from)
                .collect(),
            assets_checked_at: detail.assets_checked_at,
        }
    }
}

impl From<app::TagName> for TagName {
    fn from(tag: app::TagName) -> Self {
        Self {
            id: tag.id,
            name: tag.name,
        }
    }
}

impl From<app::CustomerOfLeaver> for CustomerOfLeaver {
    fn from(customer: app::CustomerOfLeaver) -> Self {
        Self {
            external_userid: customer.external_userid,
            name: customer.name,
            remark: customer.remark,
            tags: customer.tags.into_iter().map(TagName::from).collect(),
            region: customer.region,
            added_at: customer.added_at,
            add_way: customer.add_way,
            other_followers: customer.other_followers,
        }
    }
}

impl From<app::GroupOfLeaver> for CustomerGroup {
    fn from(group: app::GroupOfLeaver) -> Self {
        Self {
            chat_id: group.chat_id,
            name: group.name,
            members: group.members,
            customers: group.customers,
            created_at: group.created_at,
            status: group.status,
        }
    }
}

impl From<app::TagGroup> for TagGroup {
    fn from(group: app::TagGroup) -> Self {
        Self {
            group_id: group.group_id,
            name: group.name,
            tags: group.tags.into_iter().map(TagName::from).collect(),
        }
    }
}
