//! "If X leaves today", and the plan of a notice period.

pub mod dto;

use axum::Json;
use axum::body::Body as Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiebang_app::departure::{self, Exposed, Order, WantedDepartures};
use jiebang_app::handover::notice_period::{self, NoticeDrafts, NoticePeriod};
use jiebang_domain::id::UserId;
use jiebang_domain::text::text;
use jiebang_domain::time::Timestamp;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{
    Departure, DepartureQuery, ExposedQuery, NoticeDraft, NoticeDraftsInput, NoticeInput,
    NoticePlan,
};
use crate::boundary::Trace;
use crate::directory::dto::CustomerOfLeaver;
use crate::extract::{At, Body, Params, Signed};
use crate::handover::{one_of, search_text};
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;
use crate::{csv, cursor};

/// The columns of the file; their names are `export.COLUMN` in the catalogue.
const COLUMNS: [&str; 12] = [
    "userid",
    "member",
    "department",
    "customers",
    "groups",
    "single_owner",
    "undocumented",
    "score",
    "with_remark",
    "with_note",
    "with_tag",
    "with_phone",
];

fn wanted(query: DepartureQuery) -> Result<WantedDepartures, Problem> {
    let sort = one_of("sort", query.sort, &["exposure", "hygiene"])?;
    let skip: Option<usize> = cursor::decode("departures", query.cursor.as_deref())?;
    Ok(WantedDepartures {
        text: search_text(query.q)?,
        department: query.department,
        order: match sort.as_deref() {
            Some("hygiene") => Order::Hygiene,
            _ => Order::Exposure,
        },
        skip: skip.unwrap_or(0),
        limit: cursor::limit(query.limit)?,
    })
}

/// Members who hold customers or groups, with what would be lost if they left today.
#[utoipa::path(
    get,
    path = "/departures",
    tag = "departure",
    params(DepartureQuery),
    responses((status = 200, body = Page<Departure>))
)]
pub async fn list_departures(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<DepartureQuery>,
) -> Result<Json<Page<Departure>>, Problem> {
    let found = departure::list_departures(web.app(), &signed.actor, &wanted(query)?).await?;
    Ok(Json(Page {
        items: found.items.into_iter().map(Departure::from).collect(),
        next_cursor: found.next.map(|skip| cursor::encode("departures", skip)),
        total: Some(found.total as u64),
    }))
}

/// The same list as CSV: UTF-8 with byte order mark, safe to open in a spreadsheet.
#[utoipa::path(
    get,
    path = "/departures/export.csv",
    tag = "departure",
    params(DepartureQuery),
    responses((status = 200, body = String, content_type = "text/csv"))
)]
pub async fn export_departures(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    Params(query): Params<DepartureQuery>,
) -> Result<Response, Problem> {
    let found = departure::export_departures(web.app(), &signed.actor, &wanted(query)?).await?;
    let heading = COLUMNS.map(|name| text(trace.lang, &format!("export.{name}"), &[]));
    let rows = found.into_iter().map(|one| line(Departure::from(one)));
    let all: String = std::iter::once(csv::BYTE_ORDER_MARK.to_owned())
        .chain([csv::record(heading)])
        .chain(rows)
        .collect();
    Ok(csv::file("departures", Bytes::from(all)))
}

fn line(row: Departure) -> String {
    let count = |count: u64| count.to_string();
    csv::record([
        row.userid,
        row.name,
        row.department_names.join(" / "),
        count(row.customers),
        count(row.groups),
        count(row.single_owner),
        count(row.undocumented),
        row.score
            .map(|score| format!("{score:.1}"))
            .unwrap_or_default(),
        count(row.with_remark),
        count(row.with_note),
        count(row.with_tag),
        count(row.with_phone),
    ])
}

/// What one member's leaving would mean.
#[utoipa::path(
    get,
    path = "/departures/{userid}",
    tag = "departure",
    params(("userid" = String, Path)),
    responses((status = 200, body = Departure))
)]
pub async fn show_departure(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(userid): At<UserId>,
) -> Result<Json<Departure>, Problem> {
    let found = departure::get_departure(web.app(), &signed.actor, &userid).await?;
    Ok(Json(Departure::from(found)))
}

/// A member's customers whom nobody else knows, or of whom nothing is written down.
#[utoipa::path(
    get,
    path = "/departures/{userid}/customers",
    tag = "departure",
    params(("userid" = String, Path), ExposedQuery),
    responses((status = 200, body = Page<CustomerOfLeaver>))
)]
pub async fn list_exposed_customers(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(userid): At<UserId>,
    Params(query): Params<ExposedQuery>,
) -> Result<Json<Page<CustomerOfLeaver>>, Problem> {
    let kind = match one_of("kind", query.kind, &["single_owner", "undocumented"])?.as_deref() {
        Some("undocumented") => Exposed::Undocumented,
        _ => Exposed::SingleOwner,
    };
    let after = cursor::decode("exposed", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit)?;
    let (app, actor) = (web.app(), &signed.actor);
    let found =
        departure::list_exposed_customers(app, actor, &userid, kind, after.as_ref(), limit).await?;
    Ok(Json(Page {
        items: found
            .items
            .into_iter()
            .map(CustomerOfLeaver::from)
            .collect(),
        next_cursor: found.next.map(|id| cursor::encode("exposed", id)),
        total: Some(found.total),
    }))
}

fn period(input: NoticeInput) -> NoticePeriod {
    let at_most = |number| usize::try_from(number).unwrap_or(usize::MAX);
    NoticePeriod {
        last_day: Timestamp::from_seconds(input.last_day),
        vip: input.vip.into(),
        customers_a_day: input.per_day.map(at_most),
    }
}

/// Who should be moved in service, on which day, and who after leaving. Nothing is kept.
#[utoipa::path(
    post,
    path = "/departures/{userid}/notice-plan",
    tag = "departure",
    params(("userid" = String, Path)),
    request_body = NoticeInput,
    responses((status = 200, body = NoticePlan))
)]
pub async fn plan_notice(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(userid): At<UserId>,
    Body(input): Body<NoticeInput>,
) -> Result<Json<NoticePlan>, Problem> {
    let wanted = period(input);
    let made =
        notice_period::plan_notice_period(web.app(), &signed.actor, &userid, &wanted).await?;
    Ok(Json(NoticePlan::from(made)))
}

/// Makes a draft in service for each day of the plan. Nothing is started.
#[utoipa::path(
    post,
    path = "/departures/{userid}/notice-plan/drafts",
    tag = "departure",
    params(("userid" = String, Path)),
    request_body = NoticeDraftsInput,
    responses((status = 201, body = Page<NoticeDraft>))
)]
pub async fn draft_notice(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At(userid): At<UserId>,
    Body(input): Body<NoticeDraftsInput>,
) -> Result<(StatusCode, Json<Page<NoticeDraft>>), Problem> {
    let wanted = period(input.plan);
    let drafts = NoticeDrafts {
        to: input.to,
        message: input.personal_message,
        note: text(trace.lang, "notice_plan.note", &[]),
    };
    let (app, actor) = (web.app(), &signed.actor);
    let made = notice_period::draft_notice_period(app, actor, &userid, &wanted, &drafts).await?;
    let items = made.into_iter().map(NoticeDraft::from).collect();
    Ok((StatusCode::CREATED, Json(Page::whole(items))))
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_departures))
        .routes(routes!(export_departures))
        .routes(routes!(show_departure))
        .routes(routes!(list_exposed_customers))
        .routes(routes!(plan_notice))
        .routes(routes!(draft_notice))
}
