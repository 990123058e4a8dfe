//! Customers across members: who serves them now, who did before, and everything that happened.
//!
//! Invariant: an account limited to departments sees a customer if a present or former follower,
//! the leaver of one of its handovers, or the leaver it waits for belongs to these departments.

mod timeline;

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource, Scope};
use jiebang_domain::id::{CorpId, ExternalUserId, TagId, UserId};
use jiebang_store::customer::{self as customers, Customer, Follow};
use jiebang_store::customer_record::{self as store, CustomerFilter};
use jiebang_store::entity::handover::Model as Handover;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::{directory, tag};

pub use jiebang_store::customer_record::Standing;
pub use timeline::{Entry, EntryKind, TimelineCursor, TimelinePage, list_timeline};

use crate::audit::{self, Record};
use crate::directory::TagName;
use crate::{App, Error};

/// Most items a page holds.
const MAX_PAGE: u64 = 1000;

/// A member by id and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub userid: String,
    pub name: String,
}

/// Which customers to list.
#[derive(Debug, Clone, Default)]
pub struct WantedCustomers {
    /// Part of the name or of a remark, or the id.
    pub text: Option<String>,
    /// Served by this member now.
    pub member: Option<UserId>,
    pub tag: Option<TagId>,
    /// Whether a handover has ever passed them on.
    pub passed_on: Option<bool>,
    pub standing: Option<Standing>,
}

/// A customer in a list.
#[derive(Debug, Clone)]
pub struct CustomerSummary {
    pub external_userid: String,
    pub name: String,
    /// Where a WeCom user works; empty for WeChat users.
    pub corp_name: String,
    pub standing: Standing,
    /// Who serves it now, the longest first.
    pub members: Vec<Person>,
    pub tags: Vec<TagName>,
    /// How often a handover has passed it on.
    pub passed_on: u64,
}

/// Customers in the order of their ids with the number of all that match.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_customers(
    app: &App,
    actor: &Actor,
    wanted: &WantedCustomers,
    after: Option<&ExternalUserId>,
    limit: u64,
) -> Result<(Vec<CustomerSummary>, u64), Error> {
    app.allow(actor, Act::CustomerView, Resource::Corp)?;
    let Ok(corp) = app.corp() else {
        return Ok((Vec::new(), 0));
    };
    let (read, filter) = (app.store().read(), filter_of(actor, wanted));
    let limit = limit.clamp(1, MAX_PAGE);
    let found = store::customers(read, &corp, &filter, after, limit).await?;
    let total = store::count_customers(read, &corp, &filter).await?;
    Ok((summaries(app, &corp, found).await?, total))
}

/// A page of customers for an export: asks for the right to export, and records it once, when the
/// first page is taken.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn export_customers(
    app: &App,
    actor: &Actor,
    wanted: &WantedCustomers,
    after: Option<&ExternalUserId>,
    limit: u64,
) -> Result<Vec<CustomerSummary>, Error> {
    app.allow(actor, Act::HandoverExport, Resource::Corp)?;
    let corp = app.corp()?;
    let (read, filter) = (app.store().read(), filter_of(actor, wanted));
    if after.is_none() {
        let rows = store::count_customers(read, &corp, &filter).await?;
        let tx = app.begin().await?;
        let detail = serde_json::json!({ "rows": rows });
        let entry = Record::done("customer.export", "customer", "list").detail(detail);
        audit::record(app, &tx, actor, entry).await?;
        tx.commit().await?;
    }
    let found = store::customers(read, &corp, &filter, after, limit).await?;
    summaries(app, &corp, found).await
}

fn filter_of(actor: &Actor, wanted: &WantedCustomers) -> CustomerFilter {
    CustomerFilter {
        text: wanted.text.clone(),
        member: wanted.member.clone(),
        tag: wanted.tag.clone(),
        passed_on: wanted.passed_on,
        standing: wanted.standing,
        departments: match &actor.scope {
            Scope::Corp => None,
            Scope::Departments(mine) => Some(mine.iter().copied().collect()),
        },
    }
}

/// Where a customer stands by what is known of it.
fn standing<'a>(
    mut states: impl Iterator<Item = &'a str>,
    is_served: bool,
    waits: bool,
) -> Standing {
    if states.any(|state| matches!(state, "intended" | "unsure" | "waiting")) {
        Standing::InTransfer
    } else if is_served {
        Standing::Served
    } else if waits {
        Standing::Waiting
    } else {
        Standing::Lost
    }
}

async fn summaries(
    app: &App,
    corp: &CorpId,
    found: Vec<Customer>,
) -> Result<Vec<CustomerSummary>, Error> {
    let read = app.store().read();
    let ids: Vec<String> = found
        .iter()
        .map(|one| one.external_userid.clone())
        .collect();
    let follows = store::served_by(read, corp, &ids).await?;
    let states = store::row_states(read, corp, &ids).await?;
    let waiting: BTreeSet<String> = store::waiting_of(read, corp, &ids)
        .await?
        .into_iter()
        .filter(|row| row.gone_at.is_none())
        .map(|row| row.external_userid)
        .collect();
    let names = Names::read(app, corp, follows.iter().map(|one| one.userid.as_str())).await?;
    let tags = tag_names(app, corp).await?;
    let mut by_customer: BTreeMap<&str, Vec<&Follow>> = BTreeMap::new();
    for follow in &follows {
        by_customer
            .entry(&follow.external_userid)
            .or_default()
            .push(follow);
    }
    let mut states_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, state) in &states {
        states_of.entry(id).or_default().push(state);
    }
    let summary = |customer: Customer| {
        let id = customer.external_userid.as_str();
        let own = by_customer.get(id).map_or(&[][..], Vec::as_slice);
        let states = states_of.get(id).map_or(&[][..], Vec::as_slice);
        let held: BTreeSet<&String> = own.iter().flat_map(|one| one.tags.iter()).collect();
        let passed = states.iter().filter(|state| **state == "taken_over");
        CustomerSummary {
            standing: standing(
                states.iter().copied(),
                !own.is_empty(),
                waiting.contains(id),
            ),
            members: own.iter().map(|one| names.person(&one.userid)).collect(),
            tags: named(&tags, held.into_iter()),
            passed_on: passed.count() as u64,
            external_userid: customer.external_userid,
            name: customer.name,
            corp_name: customer.corp_name,
        }
    };
    Ok(found.into_iter().map(summary).collect())
}

/// Names of members, and when each left.
struct Names(BTreeMap<String, (String, Option<i64>)>);

impl Names {
    async fn read<'a>(
        app: &App,
        corp: &CorpId,
        userids: impl Iterator<Item = &'a str>,
    ) -> Result<Self, Error> {
        let wanted: BTreeSet<&str> = userids.collect();
        let wanted: Vec<UserId> = wanted
            .into_iter()
            .filter_map(|id| UserId::parse(id).ok())
            .collect();
        let found = directory::members_by_id(app.store().read(), corp, &wanted).await?;
        Ok(Self(
            found
                .into_iter()
                .map(|row| (row.userid, (row.name, row.left_at.or(row.gone_at))))
                .collect(),
        ))
    }

    fn left_at(&self, userid: &str) -> Option<i64> {
        self.0.get(userid).and_then(|(_, left_at)| *left_at)
    }

    fn person(&self, userid: &str) -> Person {
        Person {
            userid: userid.to_owned(),
            name: self
                .0
                .get(userid)
                .map(|(name, _)| name.clone())
                .unwrap_or_default(),
        }
    }
}

async fn tag_names(app: &App, corp: &CorpId) -> Result<BTreeMap<String, String>, Error> {
    let all = tag::tags(app.store().read(), corp, true).await?;
    Ok(all.into_iter().map(|row| (row.tag_id, row.name)).collect())
}

fn named<'a>(
    tags: &BTreeMap<String, String>,
    ids: impl Iterator<Item = &'a String>,
) -> Vec<TagName> {
    ids.map(|id| TagName {
        id: id.clone(),
        name: tags.get(id).cloned().unwrap_or_default(),
    })
    .collect()
}

/// Everything that is stored of one customer.
struct Known {
    corp: CorpId,
    id: ExternalUserId,
    customer: Option<Customer>,
    follows: Vec<Follow>,
    rows: Vec<(Row, Handover)>,
    waits: bool,
}

impl Known {
    /// The customer, if the actor may see it.
    async fn find(app: &App, actor: &Actor, id: &ExternalUserId) -> Result<Self, Error> {
        app.allow(actor, Act::CustomerView, Resource::Corp)?;
        let (corp, read) = (app.corp()?, app.store().read());
        let customer = customers::customer(read, &corp, id).await?;
        let follows = customers::followers(read, &corp, id).await?;
        let rows = store::rows_of(read, &corp, id).await?;
        let lists = store::waiting_of(read, &corp, &[id.to_string()]).await?;
        if customer.is_none() && follows.is_empty() && rows.is_empty() && lists.is_empty() {
            return Err(Error::not_found("customer", id));
        }
        if actor.scope != Scope::Corp {
            let userids: BTreeSet<&str> = follows
                .iter()
                .map(|one| one.userid.as_str())
                .chain(rows.iter().map(|(_, handover)| handover.leaver.as_str()))
                .chain(lists.iter().map(|one| one.handover_userid.as_str()))
                .collect();
            let userids: Vec<UserId> = userids
                .into_iter()
                .filter_map(|userid| UserId::parse(userid).ok())
                .collect();
            let members = directory::members_by_id(read, &corp, &userids).await?;
            let departments: Vec<i64> = members
                .iter()
                .flat_map(|member| member.departments.iter().copied())
                .collect();
            app.allow(
                actor,
                Act::CustomerView,
                Resource::Departments(&departments),
            )?;
        }
        Ok(Self {
            waits: lists.iter().any(|one| one.gone_at.is_none()),
            corp,
            id: id.clone(),
            customer,
            follows,
            rows,
        })
    }

    fn name(&self) -> String {
        let of_row = || self.rows.first().map(|(row, _)| row.name.clone());
        let stored = self.customer.as_ref().map(|one| one.name.clone());
        stored.or_else(of_row).unwrap_or_default()
    }
}

/// A member's relation with a customer, ended or not.
#[derive(Debug, Clone)]
pub struct Relation {
    pub member: Person,
    pub remark: String,
    pub description: String,
    pub remark_company: String,
    pub tags: Vec<TagName>,
    pub personal_tags: Vec<String>,
    pub add_way: i64,
    pub added_at: i64,
    pub ended_at: Option<i64>,
    /// When the member left: from then on it served nobody.
    pub left_at: Option<i64>,
    /// Why it ended; texts under `end_reason.`.
    pub end_reason: Option<String>,
}

/// A group a customer is in.
#[derive(Debug, Clone)]
pub struct GroupOfCustomer {
    pub chat_id: String,
    pub name: String,
    pub owner: Person,
    pub joined_at: i64,
    pub is_dismissed: bool,
}

/// A row that hands or handed over a customer.
#[derive(Debug, Clone)]
pub struct HandoverOfCustomer {
    pub handover: uuid::Uuid,
    pub row_no: i32,
    pub kind: String,
    pub leaver: Person,
    pub successor: Option<Person>,
    pub state: String,
    pub created_at: i64,
    pub ended_at: Option<i64>,
    pub note: Option<String>,
}

#[derive(Debug, Clone)]
pub struct CustomerDetail {
    pub external_userid: String,
    pub name: String,
    pub corp_name: String,
    pub position: String,
    pub first_seen_at: Option<i64>,
    pub standing: Standing,
    /// The oldest first.
    pub relations: Vec<Relation>,
    pub groups: Vec<GroupOfCustomer>,
    /// The newest first.
    pub handovers: Vec<HandoverOfCustomer>,
}

/// A customer with everybody who serves or served it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`].
pub async fn get_customer(
    app: &App,
    actor: &Actor,
    id: &ExternalUserId,
) -> Result<CustomerDetail, Error> {
    let known = Known::find(app, actor, id).await?;
    let groups = store::groups_of(app.store().read(), &known.corp, id).await?;
    let userids = known
        .follows
        .iter()
        .map(|one| one.userid.as_str())
        .chain(
            known
                .rows
                .iter()
                .filter_map(|(row, _)| row.successor.as_deref()),
        )
        .chain(groups.iter().map(|(group, _)| group.owner.as_str()));
    let names = Names::read(app, &known.corp, userids).await?;
    let tags = tag_names(app, &known.corp).await?;
    let serves = |one: &Follow| one.ended_at.is_none() && names.left_at(&one.userid).is_none();
    let is_served = known.follows.iter().any(serves);
    let states = known.rows.iter().map(|(row, _)| row.state.as_str());
    let standing = standing(states, is_served, known.waits);
    let (name, customer) = (known.name(), known.customer);
    let of = |field: fn(&Customer) -> &String| customer.as_ref().map(field).cloned();
    let mut relations: Vec<Relation> = known
        .follows
        .into_iter()
        .map(|follow| relation(follow, &names, &tags))
        .collect();
    relations.sort_by_key(|one| one.added_at);
    let group = |(group, one): (
        jiebang_store::group::Group,
        jiebang_store::group::GroupMember,
    )| {
        GroupOfCustomer {
            owner: names.person(&group.owner),
            chat_id: group.chat_id,
            name: group.name,
            joined_at: one.join_time,
            is_dismissed: group.dismissed_at.is_some(),
        }
    };
    Ok(CustomerDetail {
        external_userid: id.to_string(),
        name,
        corp_name: of(|one| &one.corp_name).unwrap_or_default(),
        position: of(|one| &one.position).unwrap_or_default(),
        first_seen_at: customer.as_ref().map(|one| one.first_seen_at),
        standing,
        relations,
        groups: groups.into_iter().map(group).collect(),
        handovers: known
            .rows
            .into_iter()
            .map(|(row, handover)| handover_of(row, handover, &names))
            .collect(),
    })
}

fn relation(follow: Follow, names: &Names, tags: &BTreeMap<String, String>) -> Relation {
    Relation {
        member: names.person(&follow.userid),
        left_at: names.left_at(&follow.userid),
        tags: named(tags, follow.tags.iter()),
        remark: follow.remark,
        description: follow.description,
        remark_company: follow.remark_company,
        personal_tags: follow.personal_tags.0,
        add_way: i64::from(follow.add_way),
        added_at: follow.added_at,
        ended_at: follow.ended_at,
        end_reason: follow.end_reason,
    }
}

fn handover_of(row: Row, handover: Handover, names: &Names) -> HandoverOfCustomer {
    HandoverOfCustomer {
        handover: handover.id,
        row_no: row.row_no,
        kind: handover.kind,
        leaver: Person {
            userid: handover.leaver,
            name: handover.leaver_name,
        },
        successor: row.successor.as_deref().map(|userid| names.person(userid)),
        state: row.state,
        created_at: handover.created_at,
        ended_at: row.ended_at,
        note: row.note,
    }
}
