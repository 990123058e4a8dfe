//! Departments, members and the app itself (section 2 of the reference).

use futures::{StreamExt, TryStreamExt};
use jiebang_domain::id::{DepartmentId, UserId};
use serde::{Deserialize, Serialize};

use crate::api::Api;
use crate::client::{Client, Done, NO_MEMBER};
use crate::errcode::{ConfigProblem, ErrKind};
use crate::error::{CallError, absent_on};
use crate::lenient;
use crate::page::{self, Cursor, Page};

/// Departments asked for at once when the list has to be put together one by one.
const AT_ONCE: usize = 4;
/// Rows per page of `user/list_id`, its maximum.
const IDS_PER_PAGE: u32 = 10_000;

/// A department (部门). Its parent may lie outside the visible range and be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Department {
    #[serde(default, deserialize_with = "lenient::int")]
    pub id: DepartmentId,
    /// Empty if the app may list the department but not read it.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: String,
    /// 0 for the root.
    #[serde(default, rename = "parentid", deserialize_with = "lenient::int")]
    pub parent: DepartmentId,
    /// Bigger sorts first.
    #[serde(default, deserialize_with = "lenient::int")]
    pub order: i64,
    #[serde(
        default,
        rename = "department_leader",
        deserialize_with = "lenient::ids"
    )]
    pub leaders: Vec<UserId>,
}

/// A member (成员). Phone, mail and picture are not given to apps made after 2022-06-20.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Member {
    pub userid: UserId,
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub alias: String,
    /// As [`Member::is_leader`] and [`Member::order`], by common index.
    #[serde(default, rename = "department", deserialize_with = "lenient::ints")]
    pub departments: Vec<DepartmentId>,
    #[serde(default, deserialize_with = "lenient::ints")]
    pub order: Vec<i64>,
    /// 1: leads the department of the same index.
    #[serde(
        default,
        rename = "is_leader_in_dept",
        deserialize_with = "lenient::ints"
    )]
    pub is_leader: Vec<i64>,
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub main_department: Option<DepartmentId>,
    #[serde(default, rename = "direct_leader", deserialize_with = "lenient::ids")]
    pub direct_leaders: Vec<UserId>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub position: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub external_position: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub telephone: String,
    /// 0 unknown, 1 male, 2 female.
    #[serde(default, deserialize_with = "lenient::int")]
    pub gender: i64,
    #[serde(default = "MemberStatus::active", deserialize_with = "status")]
    pub status: MemberStatus,
}

fn status<'de, D: serde::Deserializer<'de>>(d: D) -> Result<MemberStatus, D::Error> {
    Ok(MemberStatus::from(lenient::int(d)?))
}

/// Whether a member can be reached. Open: unknown numbers are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemberStatus {
    Active,
    Disabled,
    NotActivated,
    Left,
    Other(i64),
}

impl MemberStatus {
    const fn active() -> Self {
        Self::Active
    }

    /// The platform's number.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Active => 1,
            Self::Disabled => 2,
            Self::NotActivated => 4,
            Self::Left => 5,
            Self::Other(number) => number,
        }
    }
}

impl From<i64> for MemberStatus {
    fn from(number: i64) -> Self {
        match number {
            1 => Self::Active,
            2 => Self::Disabled,
            4 => Self::NotActivated,
            5 => Self::Left,
            other => Self::Other(other),
        }
    }
}

/// One member in one department: a member of several appears several times.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DepartmentMember {
    pub userid: UserId,
    #[serde(default, deserialize_with = "lenient::int")]
    pub department: DepartmentId,
}

/// The self-built app and its visible range (可见范围).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agent {
    pub agent_id: i64,
    pub name: String,
    pub is_closed: bool,
    /// The trusted domain for sign-in.
    pub redirect_domain: String,
    pub users: Vec<UserId>,
    pub departments: Vec<DepartmentId>,
    pub tags: Vec<i64>,
}

#[derive(Deserialize)]
struct DepartmentsAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    department: Vec<Department>,
}

#[derive(Deserialize)]
struct DepartmentIdsAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    department_id: Vec<Department>,
}

#[derive(Deserialize)]
struct DepartmentAnswer {
    #[serde(default, deserialize_with = "lenient::object")]
    department: Department,
}

#[derive(Deserialize)]
struct MembersAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    userlist: Vec<Member>,
}

#[derive(Deserialize)]
struct MemberIdsAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    dept_user: Vec<DepartmentMember>,
    #[serde(default, deserialize_with = "page::next_cursor")]
    next_cursor: Option<Cursor>,
}

#[derive(Deserialize)]
struct AgentAnswer {
    #[serde(default, deserialize_with = "lenient::int")]
    agentid: i64,
    #[serde(default, deserialize_with = "lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "lenient::flag")]
    close: bool,
    #[serde(default, deserialize_with = "lenient::text")]
    redirect_domain: String,
    #[serde(default, deserialize_with = "lenient::object")]
    allow_userinfos: AllowedUsers,
    #[serde(default, deserialize_with = "lenient::object")]
    allow_partys: AllowedDepartments,
    #[serde(default, deserialize_with = "lenient::object")]
    allow_tags: AllowedTags,
}

#[derive(Default, Deserialize)]
struct AllowedUsers {
    #[serde(default, deserialize_with = "lenient::list")]
    user: Vec<AllowedUser>,
}

#[derive(Deserialize)]
struct AllowedUser {
    userid: UserId,
}

#[derive(Default, Deserialize)]
struct AllowedDepartments {
    #[serde(default, deserialize_with = "lenient::ints")]
    partyid: Vec<i64>,
}

#[derive(Default, Deserialize)]
struct AllowedTags {
    #[serde(default, deserialize_with = "lenient::ints")]
    tagid: Vec<i64>,
}

#[derive(Serialize)]
struct MemberIdsRequest<'a> {
    cursor: &'a str,
    limit: u32,
}

impl Client {
    /// Every department in the visible range. Where the one list is not permitted or would
    /// be too large, it is put together from the short list and one call per department;
    /// a department that cannot be read then has an empty name.
    pub async fn departments(&self) -> Result<Vec<Department>, CallError> {
        match self.get::<DepartmentsAnswer>(Api::DepartmentList, []).await {
            Ok(answer) => Ok(answer.department),
            Err(error) if wants_short_list(&error) => self.departments_one_by_one().await,
            Err(error) => Err(error),
        }
    }

    async fn departments_one_by_one(&self) -> Result<Vec<Department>, CallError> {
        let short: DepartmentIdsAnswer = self.get(Api::DepartmentSimpleList, []).await?;
        futures::stream::iter(short.department_id)
            .map(|known| self.named_department(known))
            .buffered(AT_ONCE)
            .try_collect()
            .await
    }

    async fn named_department(&self, known: Department) -> Result<Department, CallError> {
        let query = [("id", known.id.to_string())];
        let answer = self
            .get::<DepartmentAnswer>(Api::DepartmentGet, query)
            .await;
        match answer {
            Ok(answer) => Ok(Department {
                id: known.id,
                ..answer.department
            }),
            Err(CallError::Refused { code, .. })
                if matches!(code.kind(), ErrKind::OutOfRange | ErrKind::NotFound) =>
            {
                Ok(known)
            }
            Err(error) => Err(error),
        }
    }

    /// The members of one department, not of those below it.
    pub async fn members_of(&self, department: DepartmentId) -> Result<Vec<Member>, CallError> {
        let query = [("department_id", department.to_string())];
        Ok(self
            .get::<MembersAnswer>(Api::UserList, query)
            .await?
            .userlist)
    }

    /// A member; `None` if there is no such member (any more) or not within sight.
    pub async fn member(&self, userid: &UserId) -> Result<Option<Member>, CallError> {
        let query = [("userid", userid.as_str().to_owned())];
        absent_on(self.get(Api::UserGet, query).await, NO_MEMBER)
    }

    /// A page of every member of the corp with one row per department, by the
    /// contacts-sync secret.
    pub async fn member_ids(
        &self,
        cursor: Option<Cursor>,
    ) -> Result<Page<DepartmentMember>, CallError> {
        let api = Api::UserListId;
        let request = MemberIdsRequest {
            cursor: page::sent(cursor.as_ref()),
            limit: IDS_PER_PAGE,
        };
        let answer: MemberIdsAnswer = self.post(api, &request).await?;
        page::page(api, cursor.as_ref(), answer.dept_user, answer.next_cursor)
    }

    /// The app's own name and visible range.
    pub async fn agent(&self) -> Result<Agent, CallError> {
        let query = [("agentid", self.agent_id().to_string())];
        let answer: AgentAnswer = self.get(Api::AgentGet, query).await?;
        Ok(Agent {
            agent_id: answer.agentid,
            name: answer.name,
            is_closed: answer.close,
            redirect_domain: answer.redirect_domain,
            users: answer
                .allow_userinfos
                .user
                .into_iter()
                .map(|user| user.userid)
                .collect(),
            departments: answer.allow_partys.partyid,
            tags: answer.allow_tags.tagid,
        })
    }

    /// Asks for a page of ids that is certain to be small: does the contacts-sync secret work?
    pub async fn can_list_member_ids(&self) -> Result<(), CallError> {
        let request = MemberIdsRequest {
            cursor: "",
            limit: 1,
        };
        self.post::<Done>(Api::UserListId, &request).await.map(drop)
    }
}

fn wants_short_list(error: &CallError) -> bool {
    matches!(
        error.kind(),
        Some(
            ErrKind::TooLarge
                | ErrKind::OutOfRange
                | ErrKind::Config(
                    ConfigProblem::ApiNotPermitted | ConfigProblem::ContactsSyncNewIp
                )
        )
    ) && matches!(error, CallError::Refused { .. })
}
