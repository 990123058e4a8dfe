//! Departments, members, leavers and what they hold, narrowed to what the actor may see.
//!
//! Invariant: an account limited to departments sees members and leavers of these departments
//! only; a leaver whose departments are not known is seen by accounts that are not limited.

mod assets;
mod kinds;
mod leavers;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt};
use jiebang_domain::access::{Act, Actor, Resource, Scope};
use jiebang_domain::directory::MemberStatus;
use jiebang_domain::handover::predict::Prediction;
use jiebang_domain::id::{CorpId, DepartmentId, UserId};
use jiebang_store::customer::live_assets;
use jiebang_store::directory::{self as store, Department as DepartmentRow, MemberFilter};
use jiebang_store::entity::member::Model as MemberRow;
use jiebang_store::tag;
use serde::Serialize;

use crate::access::scope_of;
use crate::{App, Error};

pub(crate) use assets::{Asset, Tags, shown};
pub use assets::{
    CustomerCursor, CustomerFilter, CustomerOfLeaver, CustomerPage, GroupOfLeaver, TagName,
    list_leaver_customers, list_leaver_groups,
};
pub use kinds::{Count, TagCount};
pub use leavers::{
    Leaver, LeaverDetail, LeaverPage, LeaverState, LeaverStateFilter, Person, Reason,
    WantedLeavers, get_leaver, list_leavers,
};
pub(crate) use leavers::{allow_leaver, count_waiting};
pub(crate) use tree::Tree;

/// Most items a page holds.
pub(crate) const MAX_PAGE: u64 = 1000;
/// Counts under way at once.
const AT_ONCE: usize = 4;

#[derive(Debug, Clone, Serialize)]
pub struct Department {
    pub id: DepartmentId,
    pub name: String,
    pub parent_id: DepartmentId,
    /// Userids.
    pub leaders: Vec<String>,
    /// Members directly in it who are in the corp now.
    pub members: u64,
}

/// The departments there are, within the scope of the actor.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_departments(app: &App, actor: &Actor) -> Result<Vec<Department>, Error> {
    app.allow(actor, Act::DirectoryView, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok(Vec::new());
    };
    let mut members: BTreeMap<DepartmentId, u64> = BTreeMap::new();
    let present = MemberFilter {
        present: true,
        ..MemberFilter::default()
    };
    let mut after: Option<UserId> = None;
    loop {
        let conn = app.store().read();
        let page = store::members(conn, &corp, &present, after.as_ref(), MAX_PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(userid_of(last)?);
        for department in page.iter().flat_map(|member| member.departments.iter()) {
            *members.entry(*department).or_default() += 1;
        }
    }
    let all = store::departments(app.store().read(), &corp).await?;
    let visible = all
        .into_iter()
        .filter(|row| sees(actor, &[row.department_id]));
    Ok(visible
        .map(|row| Department {
            id: row.department_id,
            name: row.name,
            parent_id: row.parent_id,
            leaders: row.leaders.0,
            members: members.get(&row.department_id).copied().unwrap_or_default(),
        })
        .collect())
}

/// Whether something that belongs to these departments lies within the actor's scope.
pub(crate) fn sees(actor: &Actor, departments: &[DepartmentId]) -> bool {
    match &actor.scope {
        Scope::Corp => true,
        Scope::Departments(mine) => departments.iter().any(|one| mine.contains(one)),
    }
}

pub(crate) fn userid_of(row: &MemberRow) -> Result<UserId, Error> {
    UserId::parse(row.userid.as_str()).map_err(|source| Error::Malformed {
        what: "userid",
        source,
    })
}

/// Names of departments by id.
pub(crate) struct Names(BTreeMap<DepartmentId, String>);

impl Names {
    pub(crate) async fn read(app: &App, corp: &CorpId) -> Result<Self, Error> {
        let all: Vec<DepartmentRow> = store::departments(app.store().read(), corp).await?;
        Ok(Self(
            all.into_iter()
                .map(|row| (row.department_id, row.name))
                .collect(),
        ))
    }

    pub(crate) fn of(&self, departments: &[DepartmentId]) -> Vec<String> {
        departments
            .iter()
            .filter_map(|id| self.0.get(id).cloned())
            .collect()
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct Member {
    pub userid: String,
    pub name: String,
    pub departments: Vec<DepartmentId>,
    pub department_names: Vec<String>,
    pub position: String,
    /// `status` at WeCom: 1 active, 2 disabled, 4 not activated, 5 left.
    pub status: i64,
    pub customer_contact: bool,
    pub left_at: Option<i64>,
    pub customers: u64,
    pub groups: u64,
    /// Whether the member can take customers over.
    pub eligible: bool,
    /// Why not: a name of [`Prediction`].
    pub why_not: Option<&'static str>,
}

/// Which members to list.
#[derive(Debug, Clone, Default)]
pub struct WantedMembers {
    /// Start of the name, alias or userid.
    pub text: Option<String>,
    /// Only of this department and those below it.
    pub department: Option<DepartmentId>,
    /// `Some(true)`: those who are in the corp; `Some(false)`: those who left.
    pub present: Option<bool>,
    /// Says of each whether they could succeed this member.
    pub successor_for: Option<UserId>,
    pub after: Option<UserId>,
    pub limit: u64,
}

#[derive(Debug, Clone, Serialize)]
pub struct MemberPage {
    pub items: Vec<Member>,
    /// To be given as `after` for the next page.
    pub next: Option<String>,
}

/// Members in the order of their userids.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_members(
    app: &App,
    actor: &Actor,
    wanted: WantedMembers,
) -> Result<MemberPage, Error> {
    app.allow(actor, Act::DirectoryView, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok(MemberPage {
            items: Vec::new(),
            next: None,
        });
    };
    let limit = wanted.limit.clamp(1, MAX_PAGE);
    let filter = MemberFilter {
        text: wanted.text.clone(),
        departments: departments_wanted(app, actor, wanted.department).await?,
        present: wanted.present == Some(true),
        customer_contact: false,
    };
    let (rows, next) = member_rows(app, &corp, &filter, &wanted, limit).await?;
    let names = Names::read(app, &corp).await?;
    let successor_for = wanted.successor_for.as_ref();
    let items: Vec<Member> = futures::stream::iter(rows)
        .map(|row| member(app, &corp, &names, row, successor_for))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(MemberPage { items, next })
}

/// The departments to look in: the one wanted with all below, as far as they are within scope.
pub(crate) async fn departments_wanted(
    app: &App,
    actor: &Actor,
    department: Option<DepartmentId>,
) -> Result<Option<Vec<DepartmentId>>, Error> {
    let wanted = match department {
        Some(department) => scope_of(app, &[department]).await?,
        None => Scope::Corp,
    };
    let both = match (wanted, &actor.scope) {
        (Scope::Corp, Scope::Corp) => return Ok(None),
        (Scope::Departments(one), Scope::Corp) => one,
        (Scope::Corp, Scope::Departments(mine)) => mine.clone(),
        (Scope::Departments(one), Scope::Departments(mine)) => {
            one.intersection(mine).copied().collect::<BTreeSet<_>>()
        }
    };
    Ok(Some(both.into_iter().collect()))
}

async fn member_rows(
    app: &App,
    corp: &CorpId,
    filter: &MemberFilter,
    wanted: &WantedMembers,
    limit: u64,
) -> Result<(Vec<MemberRow>, Option<String>), Error> {
    if filter.departments.as_ref().is_some_and(Vec::is_empty) {
        return Ok((Vec::new(), None));
    }
    let mut found: Vec<MemberRow> = Vec::new();
    let mut after = wanted.after.clone();
    loop {
        let conn = app.store().read();
        let page = store::members(conn, corp, filter, after.as_ref(), limit + 1).await?;
        let is_last = page.len() as u64 <= limit;
        for row in page {
            if found.len() as u64 == limit {
                return Ok((found, after.map(String::from)));
            }
            after = Some(userid_of(&row)?);
            let has_left = row.left_at.is_some() || row.gone_at.is_some();
            if wanted.present != Some(has_left) {
                found.push(row);
            }
        }
        if is_last {
            return Ok((found, None));
        }
    }
}

async fn member(
    app: &App,
    corp: &CorpId,
    names: &Names,
    row: MemberRow,
    successor_for: Option<&UserId>,
) -> Result<Member, Error> {
    let userid = userid_of(&row)?;
    let assets = live_assets(app.store().read(), corp, &userid).await?;
    let why_not = if successor_for == Some(&userid) {
        Some(Prediction::SamePerson)
    } else {
        why_not(&row)
    };
    Ok(Member {
        department_names: names.of(&row.departments),
        userid: row.userid,
        name: row.name,
        departments: row.departments.0,
        position: row.position,
        status: i64::from(row.status),
        customer_contact: row.customer_contact,
        left_at: row.left_at,
        customers: assets.customers,
        groups: assets.groups,
        eligible: why_not.is_none(),
        why_not: why_not.map(Prediction::as_str),
    })
}

/// Why a member could not take anything over, as far as the member is concerned; the same order
/// as in the prediction of a plan.
fn why_not(row: &MemberRow) -> Option<Prediction> {
    match MemberStatus::from(i64::from(row.status)) {
        _ if row.gone_at.is_some() || row.left_at.is_some() => Some(Prediction::SuccessorGone),
        MemberStatus::Left => Some(Prediction::SuccessorGone),
        MemberStatus::NotActivated => Some(Prediction::SuccessorNotActivated),
        MemberStatus::Disabled => Some(Prediction::SuccessorDisabled),
        _ if !row.customer_contact => Some(Prediction::SuccessorNoContactFeature),
        _ => None,
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct TagGroup {
    pub group_id: String,
    pub name: String,
    pub tags: Vec<TagName>,
}

/// The corp's tags in their groups.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_tags(app: &App, actor: &Actor) -> Result<Vec<TagGroup>, Error> {
    app.allow(actor, Act::DirectoryView, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok(Vec::new());
    };
    let mut groups: Vec<TagGroup> = Vec::new();
    for row in tag::tags(app.store().read(), &corp, false).await? {
        let name = TagName {
            id: row.tag_id,
            name: row.name,
        };
        match groups
            .iter_mut()
            .find(|group| group.group_id == row.group_id)
        {
            Some(group) => group.tags.push(name),
            None => groups.push(TagGroup {
                group_id: row.group_id,
                name: row.group_name,
                tags: vec![name],
            }),
        }
    }
    Ok(groups)
}
