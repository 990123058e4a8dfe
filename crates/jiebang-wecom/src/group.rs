//! Customer groups (客户群): lists, members, transfer (sections 4.7 and 4.8).

use jiebang_domain::id::{ChatId, UserId};
use jiebang_domain::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::api::Api;
use crate::batch::Batch;
use crate::client::Client;
use crate::errcode::ErrCode;
use crate::error::{CallError, absent_on};
use crate::handover::TransferKind;
use crate::lenient;
use crate::page::{self, Cursor, Page};

/// The group is dissolved.
const DISSOLVED: &[i64] = &[49008];
/// Rows per page of the group list, its maximum.
const ROWS_PER_PAGE: u32 = 1000;

/// How the inheritance of a group stands; also the filter of the list. Open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupStatus {
    /// As a filter: all groups.
    Normal,
    /// The owner has left; waiting for an inheritor.
    OwnerLeft,
    Inheriting,
    Inherited,
    Other(i64),
}

impl GroupStatus {
    /// The platform's number.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Normal => 0,
            Self::OwnerLeft => 1,
            Self::Inheriting => 2,
            Self::Inherited => 3,
            Self::Other(number) => number,
        }
    }
}

impl From<i64> for GroupStatus {
    fn from(number: i64) -> Self {
        match number {
            0 => Self::Normal,
            1 => Self::OwnerLeft,
            2 => Self::Inheriting,
            3 => Self::Inherited,
            other => Self::Other(other),
        }
    }
}

fn status<'de, D: Deserializer<'de>>(d: D) -> Result<GroupStatus, D::Error> {
    Ok(GroupStatus::from(lenient::int(d)?))
}

/// A group in a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GroupRow {
    pub chat_id: ChatId,
    #[serde(default = "normal", deserialize_with = "status")]
    pub status: GroupStatus,
}

const fn normal() -> GroupStatus {
    GroupStatus::Normal
}

/// A group with its members.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Group {
    pub chat_id: ChatId,
    /// Empty for a group without a name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: String,
    #[serde(default, deserialize_with = "lenient::opt_id")]
    pub owner: Option<UserId>,
    #[serde(default, rename = "create_time", deserialize_with = "lenient::time")]
    pub created_at: Timestamp,
    #[serde(default, deserialize_with = "lenient::text")]
    pub notice: String,
    #[serde(default, rename = "member_list", deserialize_with = "lenient::list")]
    pub members: Vec<GroupMember>,
    #[serde(default, rename = "admin_list", deserialize_with = "admins")]
    pub admins: Vec<UserId>,
    /// Compare with the versions of an event to see whether this is newer.
    #[serde(default, deserialize_with = "lenient::text")]
    pub member_version: String,
}

/// A person in a group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GroupMember {
    /// A member's userid or a customer's external userid, by [`GroupMember::kind`], as it came.
    pub userid: String,
    #[serde(
        default = "corp_member",
        rename = "type",
        deserialize_with = "member_type"
    )]
    pub kind: MemberType,
    #[serde(default, rename = "join_time", deserialize_with = "lenient::time")]
    pub joined_at: Timestamp,
    /// 1 invited, 2 by link, 3 by QR code.
    #[serde(default, deserialize_with = "lenient::int")]
    pub join_scene: i64,
    #[serde(default, deserialize_with = "invitor")]
    pub invitor: Option<UserId>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub group_nickname: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: String,
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub state: Option<String>,
}

/// Open: unknown numbers are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemberType {
    /// Of the corp.
    Member,
    External,
    Other(i64),
}

const fn corp_member() -> MemberType {
    MemberType::Member
}

fn member_type<'de, D: Deserializer<'de>>(d: D) -> Result<MemberType, D::Error> {
    Ok(match lenient::int(d)? {
        1 => MemberType::Member,
        2 => MemberType::External,
        other => MemberType::Other(other),
    })
}

#[derive(Default, Deserialize)]
struct UserRef {
    #[serde(default, deserialize_with = "lenient::opt_id")]
    userid: Option<UserId>,
}

fn admins<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<UserId>, D::Error> {
    let refs: Vec<UserRef> = lenient::list(d)?;
    Ok(refs.into_iter().filter_map(|user| user.userid).collect())
}

fn invitor<'de, D: Deserializer<'de>>(d: D) -> Result<Option<UserId>, D::Error> {
    Ok(lenient::object::<_, UserRef>(d)?.userid)
}

/// A group whose transfer was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedGroup {
    pub chat_id: ChatId,
    pub code: ErrCode,
    /// The platform's own words; may be empty.
    pub message: String,
}

#[derive(Serialize)]
struct ListRequest<'a> {
    status_filter: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_filter: Option<OwnerFilter<'a>>,
    cursor: &'a str,
    limit: u32,
}

#[derive(Serialize)]
struct OwnerFilter<'a> {
    userid_list: &'a [UserId],
}

#[derive(Deserialize)]
struct ListAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    group_chat_list: Vec<GroupRow>,
    #[serde(default, deserialize_with = "page::next_cursor")]
    next_cursor: Option<Cursor>,
}

#[derive(Serialize)]
struct GetRequest<'a> {
    chat_id: &'a ChatId,
    need_name: u8,
}

#[derive(Deserialize)]
struct GetAnswer {
    group_chat: Group,
}

#[derive(Serialize)]
struct TransferRequest<'a> {
    chat_id_list: &'a [ChatId],
    new_owner: &'a UserId,
}

#[derive(Deserialize)]
struct TransferAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    failed_chat_list: Vec<FailedItem>,
}

#[derive(Deserialize)]
struct FailedItem {
    chat_id: ChatId,
    #[serde(default, deserialize_with = "lenient::opt_int")]
    errcode: Option<i64>,
    #[serde(default, deserialize_with = "lenient::text")]
    errmsg: String,
}

impl Client {
    /// A page of groups, of some owners or (`None`) of all in sight. `limit` is cut to
    /// 1..=1000. A leaver's id as owner is refused with 40003; for leavers ask for
    /// [`GroupStatus::OwnerLeft`] without owners and read the owner from [`Client::group`].
    pub async fn groups(
        &self,
        status: GroupStatus,
        owners: Option<&Batch<UserId>>,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<Page<GroupRow>, CallError> {
        let api = Api::GroupList;
        let request = ListRequest {
            status_filter: status.number(),
            owner_filter: owners.map(|owners| OwnerFilter {
                userid_list: owners,
            }),
            cursor: page::sent(cursor.as_ref()),
            limit: limit.clamp(1, ROWS_PER_PAGE),
        };
        let answer: ListAnswer = self.post(api, &request).await?;
        page::page(
            api,
            cursor.as_ref(),
            answer.group_chat_list,
            answer.next_cursor,
        )
    }

    /// A group with its members and their names; `None` if it is dissolved. May lag behind
    /// the event that told of a change by seconds.
    pub async fn group(&self, chat: &ChatId) -> Result<Option<Group>, CallError> {
        let request = GetRequest {
            chat_id: chat,
            need_name: 1,
        };
        let answer = self.post::<GetAnswer>(Api::GroupGet, &request).await;
        Ok(absent_on(answer, DISSOLVED)?.map(|answer| answer.group_chat))
    }

    /// Hands up to 100 groups to a new owner and returns those that were refused; the others
    /// were started or done. Never repeated after a doubt. At most 300 groups a day may be
    /// taken from one person. Calls for one new owner go one after the other.
    pub async fn transfer_groups(
        &self,
        kind: TransferKind,
        chats: &Batch<ChatId>,
        new_owner: &UserId,
    ) -> Result<Vec<FailedGroup>, CallError> {
        let api = kind.group();
        let request = TransferRequest {
            chat_id_list: chats,
            new_owner,
        };
        let _turn = self.lane((api, new_owner)).await;
        let answer: TransferAnswer = self.post(api, &request).await?;
        Ok(answer.failed_chat_list.into_iter().map(failed).collect())
    }
}

/// An entry of the list of failures has failed, even if its code says nothing or 0.
fn failed(item: FailedItem) -> FailedGroup {
    let code = item.errcode.filter(|code| *code != 0).unwrap_or(i64::MIN);
    FailedGroup {
        chat_id: item.chat_id,
        code: ErrCode(code),
        message: crate::error::shortened(&item.errmsg),
    }
}
