//! What spot checks covered, what they found, and how fast they went.

use std::collections::{BTreeMap, BTreeSet};

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::archive::conversation::PersonKind;
use jiebang_domain::archive::review::{
    Checked, Filter, ItemState, Method, Rate, Report, Verdict, report,
};
use jiebang_domain::id::CorpId;
use jiebang_domain::time::BeijingDay;
use jiebang_store::archive::review::{self as store, Item, Which};
use uuid::Uuid;

use super::batch::population;
use super::{Sight, batch_of, filter_of, state_of};
use crate::access::actor_names;
use crate::archive::body;
use crate::{App, Error};

/// What was counted, with the names of everybody in it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportView {
    pub report: Report,
    /// The flagged among the reviewed; `None` where nothing was reviewed, and where not every
    /// conversation day was equally likely to be drawn.
    pub rate: Option<Rate>,
    /// Members' names, by userid.
    pub members: BTreeMap<String, String>,
    /// Reviewers' names, by `account:ID`.
    pub reviewers: BTreeMap<String, String>,
}

/// The figures of a sample, as far as the actor may review it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn view_report(app: &App, actor: &Actor, id: Uuid) -> Result<ReportView, Error> {
    let (corp, batch) = batch_of(app, actor, id).await?;
    let sight = Sight::of(app, actor, &corp).await?;
    let read = app.store().read();
    let of_members = store::of_members(read, &corp, id).await?;
    let of_members: BTreeMap<String, u64> = of_members
        .into_iter()
        .filter(|one| sight.sees(&one.userid))
        .map(|one| (one.userid, one.population.max(0).cast_unsigned()))
        .collect();
    let mut items = store::items(read, &corp, id, Which::default(), 0, u64::from(u32::MAX)).await?;
    items.retain(|item| sight.sees_any(&item.members));
    let checked = checked(app, &corp, &items, &of_members).await?;
    let method: Method =
        serde_json::from_value(batch.method.clone()).map_err(|source| Error::Json {
            what: "method",
            source,
        })?;
    let population = match sight.is_limited() {
        false => batch.population.max(0).cast_unsigned(),
        // Of what it was drawn from, as far as the actor reaches: as it is now.
        true => {
            let filter = filter_of(&batch)?;
            let day = BeijingDay::from_days;
            let days = (day(batch.first_day), day(batch.last_day));
            let (units, _) = population(app, actor, &corp, days, &filter).await?;
            (units.len() as u64).max(items.len() as u64)
        }
    };
    let told = report(population, of_members, checked.values());
    let rate = Rate::of(told.tally.flagged, told.tally.reviewed());
    named(app, &corp, told, rate.filter(|_| method.is_simple())).await
}

/// The figures of all samples over the days of a period, of what is in the archive now: a
/// conversation day that was drawn twice counts once, as what was found last of it. How fast
/// reviewers were counts every item.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Denied`], [`Error::Store`].
pub async fn view_period(
    app: &App,
    actor: &Actor,
    (first, last): (BeijingDay, BeijingDay),
) -> Result<ReportView, Error> {
    app.allow(actor, Act::ArchiveReview, Resource::Corp)?;
    let corp = app.corp()?;
    let days = (first, last);
    let (units, _) = population(app, actor, &corp, days, &Filter::default()).await?;
    let mut of_members: BTreeMap<String, u64> = BTreeMap::new();
    for member in units.iter().flat_map(|unit| &unit.members) {
        *of_members.entry(member.clone()).or_default() += 1;
    }
    let mut all: BTreeSet<(i64, i64)> = units
        .iter()
        .map(|unit| (unit.conversation, unit.day.days()))
        .collect();
    let sight = Sight::of(app, actor, &corp).await?;
    let mut items = store::items_on(app.store().read(), &corp, first..last.next()).await?;
    items.retain(|item| sight.sees_any(&item.members));
    let checked = checked(app, &corp, &items, &of_members).await?;
    let mut once: BTreeMap<(i64, i64), &Checked> = BTreeMap::new();
    for item in &items {
        let Some(one) = checked.get(&(item.batch_id, item.number)) else {
            continue;
        };
        let unit = (item.conversation_id, item.day);
        all.insert(unit);
        let known = once.entry(unit).or_insert(one);
        if weight(&one.state) >= weight(&known.state) {
            *known = one;
        }
    }
    let population = all.len() as u64;
    let mut told = report(population, of_members.clone(), once.into_values());
    told.reviewers = report(population, of_members, checked.values()).reviewers;
    named(app, &corp, told, None).await
}

/// What tells more: that something was found, the later the more, then that it is under way.
fn weight(state: &ItemState) -> (u8, i64) {
    match state {
        ItemState::Closed {
            verdict: Verdict::Passed | Verdict::Flagged(_),
            at,
            ..
        } => (3, at.seconds()),
        ItemState::Open | ItemState::Claimed { .. } => (2, 0),
        ItemState::Closed { .. } => (1, 0),
        ItemState::Gone { .. } => (0, 0),
    }
}

/// The items as they are counted: what is not closed and not there any more is gone; members are
/// those that are counted.
async fn checked(
    app: &App,
    corp: &CorpId,
    items: &[Item],
    of_members: &BTreeMap<String, u64>,
) -> Result<BTreeMap<(Uuid, i32), Checked>, Error> {
    let is_undecided = |item: &&Item| item.state == "open" || item.state == "claimed";
    let undecided: Vec<Item> = items.iter().filter(is_undecided).cloned().collect();
    let there = store::there(app.store().read(), corp, &undecided).await?;
    let checked = items.iter().map(|item| {
        let key = (item.batch_id, item.number);
        let state = if is_undecided(&item) && !there.contains(&key) {
            ItemState::Gone {
                at: app.people_now(),
            }
        } else {
            state_of(item)?
        };
        let members = item.members.iter();
        let one = Checked {
            state,
            members: members
                .filter(|id| of_members.contains_key(*id))
                .cloned()
                .collect(),
            messages: item.messages.max(0).cast_unsigned(),
        };
        Ok((key, one))
    });
    checked.collect()
}

async fn named(
    app: &App,
    corp: &CorpId,
    report: Report,
    rate: Option<Rate>,
) -> Result<ReportView, Error> {
    let people = report.members.iter();
    let people: BTreeSet<_> = people
        .map(|line| (line.userid.clone(), PersonKind::Member))
        .collect();
    let reviewers = report.reviewers.iter().map(|line| line.by.as_str());
    Ok(ReportView {
        members: body::names(app, corp, &people).await?,
        reviewers: actor_names(app, reviewers).await?,
        report,
        rate,
    })
}
