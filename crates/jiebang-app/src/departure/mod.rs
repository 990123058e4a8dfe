//! "If X leaves today": what every member holds, whom nobody else knows, and how well it is
//! written down.
//!
//! Invariant: only members who are in the corp are shown, and only those within the actor's
//! departments.

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_domain::departure::Exposure;
use jiebang_domain::id::{CorpId, DepartmentId, ExternalUserId, UserId};
use jiebang_store::departure::{self as store};
use jiebang_store::directory::{self as members, MemberFilter};
use jiebang_store::entity::member::Model as MemberRow;
use serde::Serialize;

pub use jiebang_store::departure::Exposed;

use crate::audit::{Record, record};
use crate::directory::{
    Asset, CustomerOfLeaver, MAX_PAGE, Names, Tags, departments_wanted, shown, userid_of,
};
use crate::{App, Error};

/// What a member's leaving would mean.
#[derive(Debug, Clone, Serialize)]
pub struct Departure {
    pub userid: String,
    pub name: String,
    pub department_names: Vec<String>,
    pub position: String,
    pub exposure: Exposure,
}

/// By what members are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// Who holds the most that nobody else knows first.
    #[default]
    Exposure,
    /// Whose customers are written down worst first.
    Hygiene,
}

/// Which members to list.
#[derive(Debug, Clone, Default)]
pub struct WantedDepartures {
    /// Start of the name, alias or userid.
    pub text: Option<String>,
    /// Only of this department and those below it.
    pub department: Option<DepartmentId>,
    pub order: Order,
    /// How many to leave out at the beginning.
    pub skip: usize,
    pub limit: u64,
}

#[derive(Debug, Clone, Serialize)]
pub struct DeparturePage {
    pub items: Vec<Departure>,
    pub total: usize,
    /// To be given as `skip` for the next page.
    pub next: Option<usize>,
}

/// Members who hold customers or groups.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list_departures(
    app: &App,
    actor: &Actor,
    wanted: &WantedDepartures,
) -> Result<DeparturePage, Error> {
    app.allow(actor, Act::DepartureView, Resource::Corp)?;
    let all = ranked(app, actor, wanted).await?;
    let total = all.len();
    let limit = usize::try_from(wanted.limit.clamp(1, MAX_PAGE)).unwrap_or(usize::MAX);
    let items: Vec<Departure> = all.into_iter().skip(wanted.skip).take(limit).collect();
    let end = wanted.skip.saturating_add(items.len());
    Ok(DeparturePage {
        items,
        total,
        next: (end < total).then_some(end),
    })
}

/// The whole list for a file; the export is recorded.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn export_departures(
    app: &App,
    actor: &Actor,
    wanted: &WantedDepartures,
) -> Result<Vec<Departure>, Error> {
    app.allow(actor, Act::HandoverExport, Resource::Corp)?;
    app.allow(actor, Act::DepartureView, Resource::Corp)?;
    let all = ranked(app, actor, wanted).await?;
    let tx = app.begin().await?;
    let entry = Record::done("departure.export", "departure", "all")
        .detail(serde_json::json!({ "rows": all.len() }));
    record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    Ok(all)
}

/// The figures of all members fit memory: there are as many as people, not as customers.
async fn ranked(
    app: &App,
    actor: &Actor,
    wanted: &WantedDepartures,
) -> Result<Vec<Departure>, Error> {
    let Ok(corp) = app.corp() else {
        return Ok(Vec::new());
    };
    let filter = MemberFilter {
        text: wanted.text.clone(),
        departments: departments_wanted(app, actor, wanted.department).await?,
        present: true,
        customer_contact: false,
    };
    if filter.departments.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let mut exposures = store::exposures(app.store().read(), &corp, None).await?;
    let names = Names::read(app, &corp).await?;
    let mut found = Vec::new();
    let mut after: Option<UserId> = None;
    loop {
        let conn = app.store().read();
        let page = members::members(conn, &corp, &filter, after.as_ref(), MAX_PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(userid_of(last)?);
        for row in page {
            if let Some(exposure) = exposures.remove(&row.userid).filter(Exposure::is_anything) {
                found.push(departure(&names, row, exposure));
            }
        }
    }
    match wanted.order {
        Order::Exposure => found.sort_by_key(|one| std::cmp::Reverse(one.exposure.rank())),
        Order::Hygiene => found.sort_by(|a, b| {
            // Without customers there is nothing to write down: last.
            let score = |one: &Departure| one.exposure.written.score().unwrap_or(f64::INFINITY);
            score(a).total_cmp(&score(b))
        }),
    }
    Ok(found)
}

fn departure(names: &Names, row: MemberRow, exposure: Exposure) -> Departure {
    Departure {
        department_names: names.of(&row.departments),
        userid: row.userid,
        name: row.name,
        position: row.position,
        exposure,
    }
}

/// A member who is in the corp, if the actor may do `act` with them.
pub(crate) async fn find(
    app: &App,
    actor: &Actor,
    act: Act,
    userid: &UserId,
) -> Result<(CorpId, MemberRow), Error> {
    app.allow(actor, act, Resource::Corp)?;
    let corp = app.corp()?;
    let row = members::member(app.store().read(), &corp, userid)
        .await?
        .filter(|row| row.left_at.is_none() && row.gone_at.is_none())
        .ok_or_else(|| Error::not_found("member", userid))?;
    app.allow(actor, act, Resource::Departments(&row.departments))?;
    Ok((corp, row))
}

/// What one member's leaving would mean.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::NotConnected`], [`Error::Store`].
pub async fn get_departure(app: &App, actor: &Actor, userid: &UserId) -> Result<Departure, Error> {
    let (corp, row) = find(app, actor, Act::DepartureView, userid).await?;
    let mut exposures = store::exposures(app.store().read(), &corp, Some(userid)).await?;
    let names = Names::read(app, &corp).await?;
    let exposure = exposures.remove(&row.userid).unwrap_or_default();
    Ok(departure(&names, row, exposure))
}

#[derive(Debug, Clone)]
pub struct ExposedPage {
    pub items: Vec<CustomerOfLeaver>,
    pub total: u64,
    pub next: Option<ExternalUserId>,
}

/// A member's customers whom nobody else knows, or of whom nothing is written down.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::NotConnected`], [`Error::Store`].
pub async fn list_exposed_customers(
    app: &App,
    actor: &Actor,
    userid: &UserId,
    kind: Exposed,
    after: Option<&ExternalUserId>,
    limit: u64,
) -> Result<ExposedPage, Error> {
    app.allow(actor, Act::CustomerView, Resource::Corp)?;
    let (corp, _) = find(app, actor, Act::DepartureView, userid).await?;
    let (read, limit) = (app.store().read(), limit.clamp(1, MAX_PAGE));
    let total = store::count_exposed(read, &corp, userid, kind).await?;
    let mut rows = store::exposed_customers(read, &corp, userid, kind, after, limit + 1).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let tags = Tags::read(app, &corp).await?;
    let mut items = Vec::with_capacity(rows.len());
    let mut next = None;
    for row in rows {
        let id = ExternalUserId::parse(row.follow.external_userid.as_str());
        let id = id.map_err(|source| Error::Malformed {
            what: "external userid",
            source,
        })?;
        items.push(shown(app, &corp, userid, &id, Asset::of_follow(row), &tags).await?);
        next = Some(id);
    }
    Ok(ExposedPage {
        items,
        total,
        next: next.filter(|_| more),
    })
}
