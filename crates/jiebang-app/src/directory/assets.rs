//! Customers and groups of a leaver, or of a member who is to hand over while employed.

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::id::{CorpId, ExternalUserId, TagId, UserId};
use jiebang_store::customer::{
    self as customers, Customer, Follow, FollowCursor, FollowFilter, Followed,
};
use jiebang_store::entity::unassigned::Model as Unassigned;
use jiebang_store::group::{self, GroupFilter};
use jiebang_store::{tag, unassigned};
use serde::Serialize;

use super::MAX_PAGE;
use super::leavers::find;
use crate::{App, Error, settings};

/// Rows read at a time while a filter looks for more.
const STEP: u64 = 500;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagName {
    pub id: String,
    pub name: String,
}

/// A customer of a leaver. What was never read of them is empty.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerOfLeaver {
    pub external_userid: String,
    pub name: String,
    pub remark: String,
    pub tags: Vec<TagName>,
    pub region: Option<String>,
    pub added_at: Option<i64>,
    pub add_way: Option<i64>,
    /// Other members who follow the customer.
    pub other_followers: u64,
}

/// Which customers to list.
#[derive(Debug, Clone, Default)]
pub struct CustomerFilter {
    /// Part of the name or the remark.
    pub text: Option<String>,
    pub tag: Option<TagId>,
}

/// Where a list of customers goes on: after this one.
pub type CustomerCursor = ExternalUserId;

#[derive(Debug, Clone, Serialize)]
pub struct CustomerPage {
    pub items: Vec<CustomerOfLeaver>,
    pub next: Option<String>,
}

/// Tags by id, and what of them stands for regions.
pub(crate) struct Tags {
    pub(super) names: BTreeMap<String, (String, String)>,
    region_group: String,
}

impl Tags {
    pub(crate) async fn read(app: &App, corp: &CorpId) -> Result<Self, Error> {
        let all = tag::tags(app.store().read(), corp, true).await?;
        let names = all
            .into_iter()
            .map(|row| (row.tag_id, (row.name, row.group_name)))
            .collect();
        Ok(Self {
            names,
            region_group: settings::read_values(app).await?.region_group,
        })
    }

    pub(super) fn region(&self, tags: &[String]) -> Option<&str> {
        tags.iter().find_map(|id| {
            let (name, group) = self.names.get(id)?;
            (*group == self.region_group).then_some(name.as_str())
        })
    }

    fn named(&self, tags: &[String]) -> Vec<TagName> {
        let name = |id: &String| {
            self.names
                .get(id)
                .map_or_else(String::new, |(name, _)| name.clone())
        };
        tags.iter()
            .map(|id| TagName {
                id: id.clone(),
                name: name(id),
            })
            .collect()
    }
}

/// What waits: a row of the unassigned list, or a living relation of somebody still employed.
pub(crate) struct Asset {
    pub(super) external_userid: String,
    pub(super) follow: Option<Follow>,
    pub(super) customer: Option<Customer>,
}

impl Asset {
    fn of_list(row: Unassigned, follow: Option<Follow>, customer: Option<Customer>) -> Self {
        Self {
            external_userid: row.external_userid,
            follow,
            customer,
        }
    }

    pub(crate) fn of_follow(row: Followed) -> Self {
        Self {
            external_userid: row.follow.external_userid.clone(),
            follow: Some(row.follow),
            customer: row.customer,
        }
    }

    fn holds(&self, filter: &CustomerFilter) -> bool {
        let has_tag = filter.tag.as_ref().is_none_or(|tag| {
            let tags = self.follow.as_ref().map(|follow| &*follow.tags);
            tags.is_some_and(|tags| tags.iter().any(|one| one == tag.as_str()))
        });
        let Some(text) = filter.text.as_deref().filter(|text| !text.is_empty()) else {
            return has_tag;
        };
        let text = text.to_lowercase();
        let name = self
            .customer
            .as_ref()
            .map(|customer| customer.name.to_lowercase());
        let remark = self
            .follow
            .as_ref()
            .map(|follow| follow.remark.to_lowercase());
        has_tag
            && [name, remark]
                .into_iter()
                .flatten()
                .any(|one| one.contains(&text))
    }
}

/// The next assets after `after` in the order of customer ids; empty at the end.
pub(super) async fn next_assets(
    app: &App,
    corp: &CorpId,
    leaver: &UserId,
    has_left: bool,
    after: Option<&ExternalUserId>,
    limit: u64,
) -> Result<Vec<Asset>, Error> {
    let conn = app.store().read();
    if has_left {
        let rows = unassigned::unassigned_of(conn, corp, leaver, after, limit).await?;
        let assets = rows
            .into_iter()
            .map(|row| Asset::of_list(row.unassigned, row.follow, row.customer));
        return Ok(assets.collect());
    }
    let filter = FollowFilter {
        members: Some(vec![leaver.clone()]),
        ..FollowFilter::default()
    };
    let after = after.map(|customer| FollowCursor {
        member: leaver.clone(),
        customer: customer.clone(),
    });
    let rows = customers::follows(conn, corp, &filter, after.as_ref(), limit).await?;
    Ok(rows.into_iter().map(Asset::of_follow).collect())
}

/// Customers that wait for a successor or, of somebody still employed, that are followed.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
pub async fn list_leaver_customers(
    app: &App,
    actor: &Actor,
    leaver: &UserId,
    filter: &CustomerFilter,
    after: Option<CustomerCursor>,
    limit: u64,
) -> Result<CustomerPage, Error> {
    app.allow(actor, Act::CustomerView, Resource::Corp)?;
    let (corp, found) = find(app, actor, Act::CustomerView, leaver).await?;
    let limit = limit.clamp(1, MAX_PAGE);
    let tags = Tags::read(app, &corp).await?;
    let mut items = Vec::new();
    let mut after = after;
    loop {
        let assets = next_assets(app, &corp, leaver, found.has_left, after.as_ref(), STEP).await?;
        if assets.is_empty() {
            return Ok(CustomerPage { items, next: None });
        }
        for asset in assets {
            if items.len() as u64 == limit {
                return Ok(CustomerPage {
                    items,
                    next: after.map(String::from),
                });
            }
            let id = ExternalUserId::parse(asset.external_userid.as_str()).map_err(|source| {
                Error::Malformed {
                    what: "external userid",
                    source,
                }
            })?;
            if asset.holds(filter) {
                items.push(shown(app, &corp, leaver, &id, asset, &tags).await?);
            }
            after = Some(id);
        }
    }
}

/// A customer as lists show it, seen from `leaver`.
pub(crate) async fn shown(
    app: &App,
    corp: &CorpId,
    leaver: &UserId,
    id: &ExternalUserId,
    asset: Asset,
    tags: &Tags,
) -> Result<CustomerOfLeaver, Error> {
    let followers = customers::followers(app.store().read(), corp, id).await?;
    let others = followers
        .iter()
        .filter(|row| row.ended_at.is_none() && row.userid != leaver.as_str())
        .count();
    let own = asset.follow;
    let ids: &[String] = own.as_ref().map_or(&[], |follow| &*follow.tags);
    Ok(CustomerOfLeaver {
        external_userid: asset.external_userid,
        name: asset
            .customer
            .map(|customer| customer.name)
            .unwrap_or_default(),
        tags: tags.named(ids),
        region: tags.region(ids).map(ToOwned::to_owned),
        added_at: own.as_ref().map(|follow| follow.added_at),
        add_way: own.as_ref().map(|follow| i64::from(follow.add_way)),
        remark: own.map(|follow| follow.remark).unwrap_or_default(),
        other_followers: others as u64,
    })
}

#[derive(Debug, Clone, Serialize)]
pub struct GroupOfLeaver {
    pub chat_id: String,
    pub name: String,
    pub members: u64,
    /// Of these, customers.
    pub customers: u64,
    pub created_at: i64,
    /// 0 followed, 1 owner left, 2 being inherited, 3 inherited.
    pub status: i64,
}

/// The groups a leaver owns that are not dismissed.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
pub async fn list_leaver_groups(
    app: &App,
    actor: &Actor,
    leaver: &UserId,
) -> Result<Vec<GroupOfLeaver>, Error> {
    app.allow(actor, Act::CustomerView, Resource::Corp)?;
    let (corp, _) = find(app, actor, Act::CustomerView, leaver).await?;
    let filter = GroupFilter {
        owners: Some(vec![leaver.clone()]),
        ..GroupFilter::default()
    };
    let mut groups = Vec::new();
    let mut after = None;
    loop {
        let conn = app.store().read();
        let page = group::groups(conn, &corp, &filter, after.as_ref(), MAX_PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(groups);
        };
        let last = jiebang_domain::id::ChatId::parse(last.chat_id.as_str());
        after = Some(last.map_err(|source| Error::Malformed {
            what: "chat id",
            source,
        })?);
        groups.extend(page.into_iter().map(|row| GroupOfLeaver {
            chat_id: row.chat_id,
            name: row.name,
            members: u64::try_from(row.member_count).unwrap_or_default(),
            customers: u64::try_from(row.external_count).unwrap_or_default(),
            created_at: row.created_at,
            status: i64::from(row.status),
        }));
    }
}
