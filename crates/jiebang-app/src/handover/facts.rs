//! What is known of a leaver, its customers and groups, and the successors, before a plan.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::customer::FollowRecord;
use jiebang_domain::directory::{Member, MemberStatus};
use jiebang_domain::handover::approval::Policy;
use jiebang_domain::handover::plan::{self, Cast, Ties};
use jiebang_domain::handover::predict::{BUDGET, BUDGET_WINDOW, CustomerFacts, GroupFacts};
use jiebang_domain::handover::request::{CustomerSubject, GroupSubject, Profile, Request};
use jiebang_domain::handover::team::{Chain, Teammate};
use jiebang_domain::handover::{Kind, Subject};
use jiebang_domain::id::{ChatId, CorpId, ExternalUserId, TagId, UserId};
use jiebang_domain::time::Timestamp;
use jiebang_store::entity::{customer_group, follow, member};
use jiebang_store::handover::{self as store, assets};
use jiebang_store::team as teams;
use uuid::Uuid;

use super::{cast, stored};
use crate::settings::{Planning, read_approval, read_planning};
use crate::{App, Error};

/// A customer that could be handed over.
pub(super) struct Customer {
    pub subject: CustomerSubject,
    pub record: FollowRecord,
    pub facts: CustomerFacts,
}

/// A group that could be handed over.
pub(super) struct Group {
    pub subject: GroupSubject,
    pub facts: GroupFacts,
}

/// Everything a plan is made from.
pub(super) struct Facts {
    pub leaver: Member,
    /// Oldest relation first; those that the request's filter takes.
    pub customers: Vec<Customer>,
    pub groups: Vec<Group>,
    /// Whom the plan may choose from.
    pub team: Vec<Teammate>,
    pub chain: Chain,
    /// By customer, what the team has had to do with it.
    pub ties: Ties,
    pub planning: Planning,
    pub policy: Policy,
    /// Whom the request stands for, by name or by rule.
    pub wanted: Vec<UserId>,
    /// The successors that are known, by id.
    pub successors: BTreeMap<UserId, Member>,
    /// Pairs of successor and customer that know each other already.
    pub known: BTreeSet<(String, String)>,
    /// Groups of this leaver that were started today.
    pub groups_today: usize,
}

impl Facts {
    pub(super) fn cast(&self) -> Cast<'_> {
        Cast {
            team: &self.team,
            chain: &self.chain,
            limit: self.planning.customer_limit,
        }
    }
}

pub(super) fn member_of(model: &member::Model) -> Result<Member, Error> {
    Ok(Member {
        userid: stored("userid", UserId::parse(model.userid.clone()))?,
        name: model.name.clone(),
        departments: model.departments.to_vec(),
        status: MemberStatus::from(i64::from(model.status)),
        customer_contact: model.customer_contact,
        left_at: model.left_at.map(Timestamp::from_seconds),
        gone: model.gone_at.is_some(),
    })
}

/// The member, or what little is known of one the directory never showed: it has left.
pub(super) async fn leaver(app: &App, corp: &CorpId, userid: &UserId) -> Result<Member, Error> {
    let read = app.store().read();
    let found = assets::members(read, corp.as_str(), &[userid.to_string()]).await?;
    if let Some(model) = found.first() {
        return member_of(model);
    }
    let left_at = assets::dimission_of(read, corp.as_str(), userid.as_str()).await?;
    let groups = assets::groups_of(read, corp.as_str(), userid.as_str()).await?;
    if left_at.is_none() && groups.is_empty() {
        return Err(Error::not_found("member", userid));
    }
    Ok(Member {
        userid: userid.clone(),
        name: userid.to_string(),
        departments: Vec::new(),
        status: MemberStatus::Left,
        customer_contact: false,
        left_at: left_at.filter(|at| *at > 0).map(Timestamp::from_seconds),
        gone: true,
    })
}

/// Gathers the facts for `request`. `except` is the draft being planned anew.
pub(super) async fn gather(
    app: &App,
    corp: &CorpId,
    request: &Request,
    except: Option<Uuid>,
) -> Result<Facts, Error> {
    let read = app.store().read();
    let leaver = leaver(app, corp, &request.leaver).await?;
    let planning = read_planning(app).await?;
    let (policy, _) = read_approval(app).await?;
    let team = cast::team(app, corp, request).await?;
    let chain = cast::chain(app, corp, &request.leaver).await?;
    let limit = planning.customer_limit;
    let (team_of, chain_of) = (team.as_slice(), &chain);
    let wanted = plan::successors(
        request,
        &Cast {
            team: team_of,
            chain: chain_of,
            limit,
        },
    );
    let successors: BTreeMap<UserId, Member> = team
        .iter()
        .filter(|mate| wanted.contains(&mate.member.userid))
        .map(|mate| (mate.member.userid.clone(), mate.member.clone()))
        .collect();
    let mut customers = match &request.customers {
        Some(condition) => {
            let mut customers = customers(app, corp, request, &planning, except).await?;
            customers.retain(|customer| condition.holds(&customer.subject));
            customers
        }
        None => Vec::new(),
    };
    let ids: Vec<String> = customers
        .iter()
        .map(|c| c.subject.external_userid.to_string())
        .collect();
    let in_groups = customers.iter().map(|c| {
        let chats = c.subject.groups.iter().map(ToString::to_string);
        (c.subject.external_userid.to_string(), chats.collect())
    });
    let ties = cast::ties(app, corp, request, &team, &ids, &in_groups.collect()).await?;
    let names: Vec<String> = wanted.iter().map(ToString::to_string).collect();
    let known = assets::followed_by(read, corp.as_str(), &names, &ids).await?;
    let mut followers: BTreeMap<&str, BTreeSet<UserId>> = BTreeMap::new();
    for (member, customer) in &known {
        let member = stored("userid", UserId::parse(member.clone()))?;
        followers.entry(customer).or_default().insert(member);
    }
    for customer in &mut customers {
        let subject = &mut customer.subject;
        let own = followers.remove(subject.external_userid.as_str());
        subject.followers = own.unwrap_or_default();
    }
    let groups = match request.groups {
        Some(_) => groups(app, corp, request, except).await?,
        None => Vec::new(),
    };
    let today = app.now().beijing_day().start().seconds();
    let started =
        store::groups_started_since(read, corp.as_str(), request.leaver.as_str(), today).await?;
    let groups_today = usize::try_from(started).unwrap_or(usize::MAX);
    Ok(Facts {
        leaver,
        customers,
        groups,
        team,
        chain,
        ties,
        planning,
        policy,
        wanted,
        successors,
        known,
        groups_today,
    })
}

/// The platform's answer that a customer has been transferred as often as it may.
const LIMIT_ANSWER: i32 = 40128;

/// In-service transfers of each of these within the window: those we started, and all there are
/// if the platform said so. That those a customer refused count is not documented; they are
/// counted, since the budget is the customer's.
pub(super) async fn transfers(
    app: &App,
    corp: &str,
    subject: Subject,
    ids: &[String],
) -> Result<BTreeMap<String, u32>, Error> {
    let (read, subject) = (app.store().read(), subject.as_str());
    let since = app.now().plus(-BUDGET_WINDOW).seconds();
    let mut used = store::transfers_since(read, corp, subject, ids, since).await?;
    let told = store::limit_answers_since(read, corp, subject, ids, LIMIT_ANSWER, since).await?;
    for id in told {
        let used = used.entry(id).or_default();
        *used = (*used).max(BUDGET);
    }
    Ok(used)
}

async fn customers(
    app: &App,
    corp: &CorpId,
    request: &Request,
    planning: &Planning,
    except: Option<Uuid>,
) -> Result<Vec<Customer>, Error> {
    let (read, corp_id, leaver) = (app.store().read(), corp, request.leaver.as_str());
    let corp = corp.as_str();
    let follows = assets::follows_of(read, corp, leaver).await?;
    let ids: Vec<String> = match request.kind {
        Kind::Resigned => assets::unassigned_of(read, corp, leaver)
            .await?
            .into_iter()
            .map(|row| row.external_userid)
            .collect(),
        Kind::InService => follows
            .iter()
            .filter(|follow| follow.ended_at.is_none() || deleted_leaver(follow))
            .map(|follow| follow.external_userid.clone())
            .collect(),
    };
    let follows: BTreeMap<String, follow::Model> = follows
        .into_iter()
        .map(|follow| (follow.external_userid.clone(), follow))
        .collect();
    let names = assets::customer_names(read, corp, &ids).await?;
    let region_group = crate::settings::read_values(app).await?.region_group;
    let regions = assets::tags_in_group(read, corp, &region_group).await?;
    let business = assets::tags_in_group(read, corp, &planning.business_group).await?;
    let mut groups = cast::groups_of_customers(app, corp_id, request, &ids).await?;
    let mut profiles = teams::customer_profiles(read, corp, &ids).await?;
    let subject = Subject::Customer.as_str();
    let pending = store::pending_elsewhere(read, corp, subject, &ids, except).await?;
    let transfers = transfers(app, corp, Subject::Customer, &ids).await?;
    let mut customers = Vec::with_capacity(ids.len());
    for id in ids {
        let follow = follows.get(&id);
        let record = follow.map(record_of).unwrap_or_default();
        let named = |names: &BTreeMap<String, String>| {
            let mut tags = record.tags.iter();
            tags.find_map(|tag| names.get(tag.as_str())).cloned()
        };
        let chats = groups.remove(&id).unwrap_or_default().into_iter();
        let facts = CustomerFacts {
            followed: true,
            deleted_leaver: follow.is_some_and(deleted_leaver),
            successor_follows: false,
            no_room: false,
            in_transfer: pending.contains(&id),
            transfers: transfers.get(&id).copied().unwrap_or_default(),
        };
        customers.push(Customer {
            subject: CustomerSubject {
                name: names.get(&id).cloned().unwrap_or_default(),
                tags: record.tags.clone(),
                region: named(&regions),
                business: named(&business),
                groups: chats.filter_map(|chat| ChatId::parse(chat).ok()).collect(),
                profile: profile_of(profiles.remove(&id))?,
                followers: BTreeSet::new(),
                stays: facts.stays(request.kind),
                added_at: Timestamp::from_seconds(follow.map_or(0, |follow| follow.added_at)),
                add_way: follow.map_or(0, |follow| i64::from(follow.add_way)),
                external_userid: stored("external userid", ExternalUserId::parse(id.clone()))?,
            },
            record,
            facts,
        });
    }
    customers.sort_by(|a, b| {
        let key = |c: &Customer| (c.subject.added_at, c.subject.external_userid.clone());
        key(a).cmp(&key(b))
    });
    Ok(customers)
}

fn profile_of(stored: Option<serde_json::Value>) -> Result<Profile, Error> {
    let Some(stored) = stored else {
        return Ok(Profile::default());
    };
    serde_json::from_value(stored).map_err(|source| Error::Json {
        what: "customer profile",
        source,
    })
}

fn deleted_leaver(follow: &follow::Model) -> bool {
    follow.ended_at.is_some() && follow.end_reason.as_deref() == Some("deleted_by_customer")
}

fn record_of(follow: &follow::Model) -> FollowRecord {
    FollowRecord {
        remark: follow.remark.clone(),
        description: follow.description.clone(),
        remark_company: follow.remark_company.clone(),
        remark_mobiles: follow.remark_mobiles.to_vec(),
        tags: follow
            .tags
            .iter()
            .filter_map(|tag| TagId::parse(tag.clone()).ok())
            .collect(),
        personal_tags: follow.personal_tags.iter().cloned().collect(),
    }
}

async fn groups(
    app: &App,
    corp: &CorpId,
    request: &Request,
    except: Option<Uuid>,
) -> Result<Vec<Group>, Error> {
    let (read, corp) = (app.store().read(), corp.as_str());
    let only = request
        .groups
        .as_ref()
        .and_then(|choice| choice.only.as_ref());
    let mut models = assets::groups_of(read, corp, request.leaver.as_str()).await?;
    models.retain(|model| match only {
        Some(only) => only.iter().any(|chat| chat.as_str() == model.chat_id),
        None => model.dismissed_at.is_none(),
    });
    let ids: Vec<String> = models.iter().map(|model| model.chat_id.clone()).collect();
    let subject = Subject::Group.as_str();
    let pending = store::pending_elsewhere(read, corp, subject, &ids, except).await?;
    let transfers = transfers(app, corp, Subject::Group, &ids).await?;
    let group = |model: customer_group::Model| {
        Ok(Group {
            facts: GroupFacts {
                status: i64::from(model.status),
                owned_by_leaver: true,
                dismissed: model.dismissed_at.is_some(),
                in_transfer: pending.contains(&model.chat_id),
                transfers: transfers.get(&model.chat_id).copied().unwrap_or_default(),
            },
            subject: GroupSubject {
                chat_id: stored("chat id", ChatId::parse(model.chat_id))?,
                name: model.name,
            },
        })
    };
    models.into_iter().map(group).collect()
}
