//! Who may take customers over, with what is known of them: the team a plan chooses from.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::handover::affinity::Tie;
use jiebang_domain::handover::plan::Ties;
use jiebang_domain::handover::request::{Assignment, Request, Share};
use jiebang_domain::handover::team::{Chain, MemberProfile, Target, Teammate};
use jiebang_domain::id::{CorpId, UserId};
use jiebang_store::entity::member;
use jiebang_store::handover::assets;
use jiebang_store::{directory, team as store};

use super::facts::member_of;
use crate::directory::Tree;
use crate::{App, Error};

/// Everybody a plan for `request` may choose from: those it names, and, if a rule names nobody,
/// all who serve customers.
pub(super) async fn team(
    app: &App,
    corp: &CorpId,
    request: &Request,
) -> Result<Vec<Teammate>, Error> {
    let read = app.store().read();
    let named: Vec<String> = request
        .all_successors()
        .iter()
        .map(ToString::to_string)
        .collect();
    let mut models = assets::members(read, corp.as_str(), &named).await?;
    if is_open(request) {
        let known: BTreeSet<String> = models.iter().map(|model| model.userid.clone()).collect();
        let all = store::active_members(read, corp.as_str()).await?;
        models.extend(
            all.into_iter()
                .filter(|model| !known.contains(&model.userid)),
        );
    }
    teammates(app, corp, models).await
}

/// Whether a rule of the request stands for members it does not name.
fn is_open(request: &Request) -> bool {
    let Assignment::Rules { rules, .. } = &request.assignment else {
        return false;
    };
    rules
        .iter()
        .any(|rule| !matches!(rule.to, Target::Members { .. }))
}

/// Whether a rule of the request asks who fits best.
fn asks_for_ties(request: &Request) -> bool {
    let Assignment::Rules { rules, .. } = &request.assignment else {
        return false;
    };
    rules.iter().any(|rule| rule.share == Share::Affinity)
}

/// `models` with their profiles, departments and loads.
pub(crate) async fn teammates(
    app: &App,
    corp: &CorpId,
    models: Vec<member::Model>,
) -> Result<Vec<Teammate>, Error> {
    let read = app.store().read();
    let tree = Tree::read(app, corp).await?;
    let profiles = store::member_profiles(read, corp.as_str()).await?;
    let loads = store::loads(read, corp.as_str()).await?;
    let mate = |model: &member::Model| {
        let load = loads.get(&model.userid).copied().unwrap_or_default();
        let within = model.departments.iter().flat_map(|id| tree.upwards(*id));
        Ok(Teammate {
            member: member_of(model)?,
            profile: profile_of(profiles.get(&model.userid))?,
            within: within.collect(),
            leads: model.leads_in.iter().copied().collect(),
            load: u32::try_from(load).unwrap_or(u32::MAX),
        })
    };
    models.iter().map(mate).collect()
}

fn profile_of(stored: Option<&serde_json::Value>) -> Result<MemberProfile, Error> {
    let Some(stored) = stored else {
        return Ok(MemberProfile::default());
    };
    serde_json::from_value(stored.clone()).map_err(|source| Error::Json {
        what: "member profile",
        source,
    })
}

/// Who leads the leaver.
pub(super) async fn chain(app: &App, corp: &CorpId, leaver: &UserId) -> Result<Chain, Error> {
    let Some(model) = directory::member(app.store().read(), corp, leaver).await? else {
        return Ok(Chain::default());
    };
    let tree = Tree::read(app, corp).await?;
    let direct = model.direct_leader.iter();
    let mut departments = tree.upwards(model.main_department);
    for department in model.departments.iter().flat_map(|id| tree.upwards(*id)) {
        if !departments.contains(&department) {
            departments.push(department);
        }
    }
    Ok(Chain {
        direct: direct
            .filter_map(|userid| UserId::parse(userid.clone()).ok())
            .collect(),
        departments,
    })
}

/// What the team and these customers have had to do with each other, if the request asks.
pub(super) async fn ties(
    app: &App,
    corp: &CorpId,
    request: &Request,
    team: &[Teammate],
    customers: &[String],
    groups: &BTreeMap<String, BTreeSet<String>>,
) -> Result<Ties, Error> {
    if !asks_for_ties(request) {
        return Ok(Ties::new());
    }
    let read = app.store().read();
    let place: BTreeMap<&str, usize> = team
        .iter()
        .enumerate()
        .map(|(at, mate)| (mate.member.userid.as_str(), at))
        .collect();
    let index: BTreeMap<&str, usize> = customers
        .iter()
        .enumerate()
        .map(|(at, customer)| (customer.as_str(), at))
        .collect();
    let mut ties: Vec<BTreeMap<usize, Tie>> = vec![BTreeMap::new(); customers.len()];
    for (member, customer, still) in store::followers(read, corp.as_str(), customers).await? {
        let (Some(mate), Some(at)) = (place.get(&*member), index.get(&*customer)) else {
            continue;
        };
        let tie = ties[*at].entry(*mate).or_default();
        tie.follows |= still;
        tie.served_before |= !still;
    }
    let members: Vec<String> = place.keys().map(|userid| (*userid).to_owned()).collect();
    let mut in_group: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (member, chat) in store::groups_with(read, corp.as_str(), &members).await? {
        if let Some(mate) = place.get(&*member) {
            in_group.entry(chat).or_default().push(*mate);
        }
    }
    for (customer, chats) in groups {
        let Some(at) = index.get(&**customer) else {
            continue;
        };
        for mate in chats.iter().filter_map(|chat| in_group.get(chat)).flatten() {
            ties[*at].entry(*mate).or_default().shared_groups += 1;
        }
    }
    Ok(ties
        .into_iter()
        .map(|of| of.into_iter().collect())
        .collect())
}

/// The groups of each of these customers, where a condition or a tie asks for them.
pub(super) async fn groups_of_customers(
    app: &App,
    corp: &CorpId,
    request: &Request,
    customers: &[String],
) -> Result<BTreeMap<String, BTreeSet<String>>, Error> {
    let conditions = match &request.assignment {
        Assignment::Rules { rules, .. } => rules.iter().map(|rule| &rule.when).collect(),
        _ => Vec::new(),
    };
    let mut asked = conditions.into_iter().chain(&request.customers);
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    if !asks_for_ties(request) && asked.all(|condition| condition.groups_any.is_empty()) {
        return Ok(groups);
    }
    let read = app.store().read();
    for (customer, chat) in store::groups_with(read, corp.as_str(), customers).await? {
        groups.entry(customer).or_default().insert(chat);
    }
    Ok(groups)
}
