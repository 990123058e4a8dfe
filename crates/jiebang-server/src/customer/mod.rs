//! Customers across members, and everything that happened to each.

pub mod dto;
pub mod export;

use std::fmt;
use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use jiebang_app::customer::{self, EntryKind, Standing, TimelineCursor, WantedCustomers};
use jiebang_domain::id::{ExternalUserId, TagId, UserId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{
    Customer, CustomerDetail, CustomerExportQuery, CustomerListQuery, TimelineEntry, TimelineQuery,
};
use crate::cursor;
use crate::extract::{At, Params, Signed};
use crate::handover::{one_of, search_text};
use crate::names::{StandingName, TimelineKind};
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// Customers within the departments of the reader.
#[utoipa::path(
    get,
    path = "/customers",
    tag = "customer",
    params(CustomerListQuery),
    responses((status = 200, body = Page<Customer>))
)]
pub async fn list_customers(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<CustomerListQuery>,
) -> Result<Json<Page<Customer>>, Problem> {
    let after = cursor::decode("customer", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit)?;
    let wanted = wanted(CustomerExportQuery {
        q: query.q,
        member: query.member,
        tag: query.tag,
        passed_on: query.passed_on,
        state: query.state,
    })?;
    let (app, actor) = (web.app(), &signed.actor);
    let (found, total) =
        customer::list_customers(app, actor, &wanted, after.as_ref(), limit).await?;
    let is_full = found.len() as u64 == limit;
    let last = found.last().filter(|_| is_full);
    Ok(Json(Page {
        next_cursor: last.map(|one| cursor::encode("customer", &one.external_userid)),
        items: found.into_iter().map(Customer::from).collect(),
        total: Some(total),
    }))
}

fn wanted(query: CustomerExportQuery) -> Result<WantedCustomers, Problem> {
    let not_empty = |text: Option<String>| text.filter(|text| !text.is_empty());
    let wrong = |field: &'static str| move |_| Problem::validation(field, "type");
    let state = one_of("state", query.state, &StandingName::values())?;
    Ok(WantedCustomers {
        text: search_text(query.q)?,
        member: not_empty(query.member)
            .map(UserId::parse)
            .transpose()
            .map_err(wrong("member"))?,
        tag: not_empty(query.tag)
            .map(TagId::parse)
            .transpose()
            .map_err(wrong("tag"))?,
        passed_on: query.passed_on,
        standing: state.and_then(|name| Standing::parse(&name)),
    })
}

/// A customer with everybody who serves or served it.
#[utoipa::path(
    get,
    path = "/customers/{external_userid}",
    tag = "customer",
    params(("external_userid" = String, Path)),
    responses((status = 200, body = CustomerDetail))
)]
pub async fn show_customer(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<ExternalUserId>,
) -> Result<Json<CustomerDetail>, Problem> {
    let found = customer::get_customer(web.app(), &signed.actor, &id).await?;
    Ok(Json(CustomerDetail::from(found)))
}

/// Everything that happened to a customer, the latest first.
#[utoipa::path(
    get,
    path = "/customers/{external_userid}/timeline",
    tag = "customer",
    params(("external_userid" = String, Path), TimelineQuery),
    responses((status = 200, body = Page<TimelineEntry>))
)]
pub async fn show_timeline(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<ExternalUserId>,
    Params(query): Params<TimelineQuery>,
) -> Result<Json<Page<TimelineEntry>>, Problem> {
    let kind = one_of("kind", query.kind, &TimelineKind::values())?;
    let kinds: Vec<EntryKind> = kind
        .and_then(|name| EntryKind::parse(&name))
        .into_iter()
        .collect();
    let after: Option<Place> = cursor::decode("timeline", query.cursor.as_deref())?;
    let limit = usize::try_from(cursor::limit(query.limit)?).unwrap_or(usize::MAX);
    let after = after.map(|place| place.0);
    let (app, actor) = (web.app(), &signed.actor);
    let page = customer::list_timeline(app, actor, &id, &kinds, after, limit).await?;
    Ok(Json(Page {
        items: page.items.into_iter().map(TimelineEntry::from).collect(),
        next_cursor: page
            .next
            .map(|place| cursor::encode("timeline", Place(place))),
        total: Some(page.total as u64),
    }))
}

/// Where a timeline goes on, as text: moment, and how many of that moment were shown.
struct Place(TimelineCursor);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.at, self.0.nth)
    }
}

impl FromStr for Place {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, nth) = text.split_once(' ').ok_or(())?;
        Ok(Self(TimelineCursor {
            at: at.parse().map_err(|_| ())?,
            nth: nth.parse::<u32>().map_err(|_| ())? as usize,
        }))
    }
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_customers))
        .routes(routes!(show_customer))
        .routes(routes!(show_timeline))
        .merge(export::routes())
}
