//! Contact ways in the API.

use jiebang_app::contact_way::Item;
use jiebang_app::contact_way::view;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::names::{ContactWayKind, ContactWayMoveState};

/// Somebody a way names.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NamedMember {
    pub userid: String,
    /// The userid where no name is known.
    pub name: String,
    /// Not in the corp any more.
    pub left: bool,
}

/// A contact way (联系我) or acquisition link (获客链接).
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactWay {
    pub kind: ContactWayKind,
    /// `config_id` or `link_id` at WeCom.
    pub way_id: String,
    /// Leads to one member and no more.
    pub single: bool,
    /// A code's remark, a link's name.
    pub name: String,
    /// The channel parameter (`state` at WeCom).
    pub channel: String,
    pub members: Vec<NamedMember>,
    /// Names of departments it leads to.
    pub departments: Vec<String>,
    /// When it was read at WeCom.
    pub read_at: i64,
}

/// What would become of a way.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactWayProposal {
    /// Who would be named; empty with `nobody`, and where only departments are left.
    pub members: Vec<NamedMember>,
    /// Nobody can take it: somebody has to be chosen.
    pub nobody: bool,
}

/// A change of a way.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactWayMove {
    pub id: Uuid,
    pub kind: ContactWayKind,
    pub way_id: String,
    pub name: String,
    pub state: ContactWayMoveState,
    pub members_before: Vec<NamedMember>,
    pub members_after: Vec<NamedMember>,
    /// Parts that differ besides the members.
    pub changed: Vec<String>,
    /// WeCom's code, where it refused.
    pub errcode: Option<i32>,
    pub handover_id: Option<Uuid>,
    pub created_at: i64,
    pub ended_at: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ContactWayOfLeaver {
    pub way: ContactWay,
    pub proposal: ContactWayProposal,
    /// Its change, if one is under way or was the last thing done about it.
    pub last: Option<ContactWayMove>,
}

/// Something WeCom lets nobody change by API.
#[derive(Debug, Serialize, ToSchema)]
pub struct ByHandItem {
    /// Texts under `contact_way.by_hand.ITEM`.
    pub item: String,
    pub done_at: Option<i64>,
    pub done_by: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LeaverContactWays {
    /// Ways that name the leaver now, at most 1000 of `total`.
    pub ways: Vec<ContactWayOfLeaver>,
    pub total: u64,
    /// Changes of ways that do not name the leaver any more, the latest first.
    pub changed: Vec<ContactWayMove>,
    /// Whom the proposals are made of: successors of the latest handover who can serve customers.
    pub successors: Vec<NamedMember>,
    pub by_hand: Vec<ByHandItem>,
    /// Still in the corp: then nothing is changed.
    pub employed: bool,
    /// Kinds the app may not read.
    pub not_permitted: Vec<ContactWayKind>,
}

/// How many changes a handover brought, by state.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoverContactWays {
    pub counts: std::collections::BTreeMap<String, i64>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContactWayQuery {
    /// Contained in name or channel.
    pub q: Option<String>,
    /// Names this member.
    pub member: Option<String>,
    /// Names somebody who has left.
    pub left: Option<bool>,
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 50)]
    pub limit: Option<u64>,
}

/// Who takes the leaver's place in a way.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactWayChoice {
    pub kind: ContactWayKind,
    pub way_id: String,
    /// Userids.
    pub members: Vec<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PointInput {
    /// Ways for which somebody is chosen; the others go to the successors of the latest handover.
    #[serde(default)]
    pub to: Vec<ContactWayChoice>,
    /// Only the ways in `to`.
    #[serde(default)]
    pub only_chosen: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Pointed {
    /// Changes that are planned now.
    pub planned: u64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ByHandInput {
    pub item: String,
    pub done: bool,
}

impl From<view::Named> for NamedMember {
    fn from(named: view::Named) -> Self {
        Self {
            userid: named.userid,
            name: named.name,
            left: named.left,
        }
    }
}

fn members(named: Vec<view::Named>) -> Vec<NamedMember> {
    named.into_iter().map(NamedMember::from).collect()
}

impl From<view::WayView> for ContactWay {
    fn from(way: view::WayView) -> Self {
        Self {
            kind: way.kind.as_str().into(),
            way_id: way.way_id,
            single: way.single,
            name: way.name,
            channel: way.channel,
            members: members(way.members),
            departments: way.departments,
            read_at: way.read_at,
        }
    }
}

impl From<view::MoveView> for ContactWayMove {
    fn from(one: view::MoveView) -> Self {
        Self {
            id: one.id,
            kind: one.kind.as_str().into(),
            way_id: one.way_id,
            name: one.name,
            state: one.state.into(),
            members_before: members(one.members_before),
            members_after: members(one.members_after),
            changed: one.changed,
            errcode: one.errcode,
            handover_id: one.handover_id,
            created_at: one.created_at,
            ended_at: one.ended_at,
        }
    }
}

impl From<Item> for ByHandItem {
    fn from(item: Item) -> Self {
        Self {
            item: item.item.to_owned(),
            done_at: item.done_at,
            done_by: item.done_by,
        }
    }
}

impl From<view::LeaverWays> for LeaverContactWays {
    fn from(found: view::LeaverWays) -> Self {
        let ways = found.ways.into_iter().map(|one| ContactWayOfLeaver {
            way: one.way.into(),
            proposal: ContactWayProposal {
                members: members(one.proposal.members),
                nobody: one.proposal.nobody,
            },
            last: one.last.map(ContactWayMove::from),
        });
        Self {
            ways: ways.collect(),
            total: found.total,
            changed: found
                .changed
                .into_iter()
                .map(ContactWayMove::from)
                .collect(),
            successors: members(found.successors),
            by_hand: found.by_hand.into_iter().map(ByHandItem::from).collect(),
            employed: found.employed,
            not_permitted: found
                .not_permitted
                .into_iter()
                .map(|kind| kind.as_str().into())
                .collect(),
        }
    }
}
