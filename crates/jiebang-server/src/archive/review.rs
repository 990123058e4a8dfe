//! Spot checks: samples, their queue, and what they found.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiebang_app::archive::review::{self as app, ItemView};
use jiebang_domain::archive::review::ItemState;
use jiebang_domain::text::{Lang, text};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::dto::MessagePage;
use super::review_dto::{
    NextReviewItem, NextReviewItemInput, Review, ReviewCourse, ReviewHandlingInput, ReviewInput,
    ReviewItem, ReviewItemsQuery, ReviewMessagesQuery, ReviewPeriod, ReviewPlan, ReviewReport,
    ReviewVerdictInput, day,
};
use crate::boundary::Trace;
use crate::cursor;
use crate::export::{Export, What, answer};
use crate::extract::{At, Body, Params, Signed};
use crate::handover::one_of;
use crate::names::ReviewItemState;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;
use crate::sheet::{Cell, Column, Format, Line, column};
use crate::state::Web;

/// Most samples of a page.
const MAX_REVIEWS: u64 = 200;

/// The columns of the file; their names are `export.COLUMN` in the catalogue.
pub const COLUMNS: &[Column] = &[
    column("review_number", 8),
    column("review_day", 12),
    column("review_conversation", 22),
    column("members", 24),
    column("member_ids", 24),
    column("group", 24),
    column("others", 24),
    column("other_ids", 36),
    column("review_messages", 10),
    column("review_state", 12),
    column("review_category", 18),
    column("review_note", 40),
    column("reviewer", 16),
    column("reviewed_at", 20),
    column("review_seconds", 10),
    column("review_measure", 18),
    column("review_handling", 40),
    column("handled_by", 16),
    column("handled_at", 20),
];

/// Samples, newest first.
#[utoipa::path(
    get,
    path = "/archive/reviews",
    tag = "archive",
    params(PageQuery),
    responses((status = 200, body = Page<Review>))
)]
pub async fn list_reviews(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<PageQuery>,
) -> Result<Json<Page<Review>>, Problem> {
    let limit = cursor::limit(query.limit)?.min(MAX_REVIEWS);
    let before = cursor::decode("review", query.cursor.as_deref())?;
    let (found, next) = app::list_batches(web.app(), &signed.actor, before, limit).await?;
    Ok(Json(Page {
        items: found.into_iter().map(Review::from).collect(),
        next_cursor: next.map(|id| cursor::encode("review", id)),
        total: None,
    }))
}

/// Tells what would be drawn, of how much.
#[utoipa::path(
    post,
    path = "/archive/reviews/preview",
    tag = "archive",
    request_body = ReviewInput,
    responses((status = 200, body = ReviewPlan))
)]
pub async fn preview_review(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<ReviewInput>,
) -> Result<Json<ReviewPlan>, Problem> {
    let wanted = input.try_into()?;
    let plan = app::plan_batch(web.app(), &signed.actor, &wanted).await?;
    Ok(Json(plan.into()))
}

/// Draws a sample and opens its queue.
#[utoipa::path(
    post,
    path = "/archive/reviews",
    tag = "archive",
    request_body = ReviewInput,
    responses((status = 201, body = Review))
)]
pub async fn make_review(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<ReviewInput>,
) -> Result<(StatusCode, Json<Review>), Problem> {
    let wanted = input.try_into()?;
    let made = app::make_batch(web.app(), &signed.actor, &wanted).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// A sample.
#[utoipa::path(
    get,
    path = "/archive/reviews/{id}",
    tag = "archive",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Review))
)]
pub async fn show_review(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<Json<Review>, Problem> {
    let found = app::view_batch(web.app(), &signed.actor, id).await?;
    Ok(Json(found.into()))
}

/// What a sample covered, what was found in it, and how fast it went.
#[utoipa::path(
    get,
    path = "/archive/reviews/{id}/report",
    tag = "archive",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ReviewReport))
)]
pub async fn report_review(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<Json<ReviewReport>, Problem> {
    let told = app::view_report(web.app(), &signed.actor, id).await?;
    Ok(Json(told.into()))
}

/// The same over all samples, of the conversation days of a period.
#[utoipa::path(
    get,
    path = "/archive/reviews/report",
    tag = "archive",
    params(ReviewPeriod),
    responses((status = 200, body = ReviewReport))
)]
pub async fn report_reviews(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(period): Params<ReviewPeriod>,
) -> Result<Json<ReviewReport>, Problem> {
    let days = (
        day("first_day", &period.first_day)?,
        day("last_day", &period.last_day)?,
    );
    let told = app::view_period(web.app(), &signed.actor, days).await?;
    Ok(Json(told.into()))
}

/// Items of a sample that one may review, by number.
#[utoipa::path(
    get,
    path = "/archive/reviews/{id}/items",
    tag = "archive",
    params(("id" = Uuid, Path), ReviewItemsQuery),
    responses((status = 200, body = Page<ReviewItem>))
)]
pub async fn list_review_items(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
    Params(query): Params<ReviewItemsQuery>,
) -> Result<Json<Page<ReviewItem>>, Problem> {
    let names = ReviewItemState::values();
    let state = one_of("state", query.state.map(|state| state.0), &names)?;
    let which = app::Which {
        state: state.as_deref(),
        handled: query.handled,
    };
    let after = cursor::decode("review_item", query.cursor.as_deref())?.unwrap_or(0);
    let limit = cursor::limit(query.limit)?;
    let (app, actor) = (web.app(), &signed.actor);
    let (found, next) = app::list_items(app, actor, id, which, after, limit).await?;
    Ok(Json(Page {
        items: found.into_iter().map(ReviewItem::from).collect(),
        next_cursor: next.map(|number| cursor::encode("review_item", number)),
        total: None,
    }))
}

/// Hands out the next item; for a quarter of an hour from the last look at it nobody else gets it.
/// Another item that one has is let go.
#[utoipa::path(
    post,
    path = "/archive/reviews/{id}/next",
    tag = "archive",
    params(("id" = Uuid, Path)),
    request_body = NextReviewItemInput,
    responses((status = 200, body = NextReviewItem))
)]
pub async fn next_review_item(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
    Body(input): Body<NextReviewItemInput>,
) -> Result<Json<NextReviewItem>, Problem> {
    let found = app::next_item(web.app(), &signed.actor, id, input.after).await?;
    let item = found.map(ReviewItem::from);
    Ok(Json(NextReviewItem { item }))
}

/// Opens an item: takes one that is free, shows one that is closed.
#[utoipa::path(
    post,
    path = "/archive/reviews/{id}/items/{number}/open",
    tag = "archive",
    params(("id" = Uuid, Path), ("number" = i32, Path)),
    responses((status = 200, body = ReviewItem))
)]
pub async fn open_review_item(
    State(web): State<Web>,
    Signed(signed): Signed,
    At((id, number)): At<(Uuid, i32)>,
) -> Result<Json<ReviewItem>, Problem> {
    let item = app::open_item(web.app(), &signed.actor, id, number).await?;
    Ok(Json(item.into()))
}

/// The messages of an item that one has or that is closed. The sample is the reason for which
/// they are read.
#[utoipa::path(
    get,
    path = "/archive/reviews/{id}/items/{number}/messages",
    tag = "archive",
    params(("id" = Uuid, Path), ("number" = i32, Path), ReviewMessagesQuery),
    responses((status = 200, body = MessagePage))
)]
pub async fn read_review_item(
    State(web): State<Web>,
    Signed(signed): Signed,
    At((id, number)): At<(Uuid, i32)>,
    Params(query): Params<ReviewMessagesQuery>,
) -> Result<Json<MessagePage>, Problem> {
    let after = query.after.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_| Problem::validation("after", "type"))?;
    let page = app::read_item(web.app(), &signed.actor, id, number, after).await?;
    Ok(Json(page.into()))
}

/// Says what was found. One whose messages are gone meanwhile is answered as `gone`.
#[utoipa::path(
    post,
    path = "/archive/reviews/{id}/items/{number}/verdict",
    tag = "archive",
    params(("id" = Uuid, Path), ("number" = i32, Path)),
    request_body = ReviewVerdictInput,
    responses((status = 200, body = ReviewItem))
)]
pub async fn judge_review_item(
    State(web): State<Web>,
    Signed(signed): Signed,
    At((id, number)): At<(Uuid, i32)>,
    Body(input): Body<ReviewVerdictInput>,
) -> Result<Json<ReviewItem>, Problem> {
    let verdict = input.verdict()?;
    let (app, actor) = (web.app(), &signed.actor);
    let item = app::close_item(app, actor, id, number, verdict, &input.note).await?;
    Ok(Json(item.into()))
}

/// Takes a closed item again.
#[utoipa::path(
    post,
    path = "/archive/reviews/{id}/items/{number}/reopen",
    tag = "archive",
    params(("id" = Uuid, Path), ("number" = i32, Path)),
    responses((status = 200, body = ReviewItem))
)]
pub async fn reopen_review_item(
    State(web): State<Web>,
    Signed(signed): Signed,
    At((id, number)): At<(Uuid, i32)>,
) -> Result<Json<ReviewItem>, Problem> {
    let item = app::reopen_item(web.app(), &signed.actor, id, number).await?;
    Ok(Json(item.into()))
}

/// Says what is done about what was found.
#[utoipa::path(
    post,
    path = "/archive/reviews/{id}/items/{number}/handling",
    tag = "archive",
    params(("id" = Uuid, Path), ("number" = i32, Path)),
    request_body = ReviewHandlingInput,
    responses((status = 200, body = ReviewItem))
)]
pub async fn handle_review_item(
    State(web): State<Web>,
    Signed(signed): Signed,
    At((id, number)): At<(Uuid, i32)>,
    Body(input): Body<ReviewHandlingInput>,
) -> Result<Json<ReviewItem>, Problem> {
    let measure = input.measure()?;
    let (app, actor) = (web.app(), &signed.actor);
    let item = app::handle_item(app, actor, id, number, measure, &input.note).await?;
    Ok(Json(item.into()))
}

/// The way of a finding, from the sample to how the members went on.
#[utoipa::path(
    get,
    path = "/archive/reviews/{id}/items/{number}/course",
    tag = "archive",
    params(("id" = Uuid, Path), ("number" = i32, Path)),
    responses((status = 200, body = ReviewCourse))
)]
pub async fn show_review_course(
    State(web): State<Web>,
    Signed(signed): Signed,
    At((id, number)): At<(Uuid, i32)>,
) -> Result<Json<ReviewCourse>, Problem> {
    let course = app::view_course(web.app(), &signed.actor, id, number).await?;
    Ok(Json(course.into()))
}

/// A sample's items as CSV: UTF-8 with byte order mark, safe to open in a spreadsheet.
#[utoipa::path(
    get,
    path = "/archive/reviews/{id}/export.csv",
    tag = "archive",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = String, content_type = "text/csv"))
)]
pub async fn export_review(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At(id): At<Uuid>,
) -> Result<Response, Problem> {
    app::begin_items_export(web.app(), &signed.actor, id).await?;
    let what = What::Review { id, after: 0 };
    answer(Export::new(web, signed, trace.lang, what), Format::Csv).await
}

/// A sample's items as XLSX.
#[utoipa::path(
    get,
    path = "/archive/reviews/{id}/export.xlsx",
    tag = "archive",
    params(("id" = Uuid, Path)),
    responses((
        status = 200,
        body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ))
)]
pub async fn export_review_xlsx(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At(id): At<Uuid>,
) -> Result<Response, Problem> {
    app::begin_items_export(web.app(), &signed.actor, id).await?;
    let what = What::Review { id, after: 0 };
    answer(Export::new(web, signed, trace.lang, what), Format::Xlsx).await
}

/// An item as a line of [`COLUMNS`].
pub fn line(lang: Lang, item: &ItemView) -> Line {
    let worded = |area: &str, name: &str| text(lang, &format!("{area}.{name}"), &[]);
    let join = |texts: Vec<&str>| Cell::text(texts.join(" / "));
    let (members, others) = (|| item.members.iter(), || item.others.iter());
    let category = app::category_of(&item.state).map(|one| one.as_str());
    let handled = item.handling.as_ref();
    let (by, closed_at, seconds) = match &item.state {
        ItemState::Closed { by, since, at, .. } => {
            (by.as_str(), Some(at.seconds()), Some(at.since(*since)))
        }
        ItemState::Gone { at } => ("", Some(at.seconds()), None),
        ItemState::Claimed { by, .. } => (by.as_str(), None, None),
        ItemState::Open => ("", None, None),
    };
    vec![
        Cell::Number(item.number.into()),
        Cell::text(item.day.to_string()),
        Cell::text(item.conversation.to_string()),
        join(members().map(|(_, name)| name.as_str()).collect()),
        join(members().map(|(id, _)| id.as_str()).collect()),
        Cell::text(&*item.group),
        join(others().map(|(_, name)| name.as_str()).collect()),
        join(others().map(|(id, _)| id.as_str()).collect()),
        Cell::Number(i64::try_from(item.messages).unwrap_or(i64::MAX)),
        Cell::text(worded("review.state", item.state.as_str())),
        category.map_or(Cell::Nothing, |name| {
            Cell::text(worded("review.category", name))
        }),
        Cell::text(&*item.note),
        Cell::text(item.reviewer_name.as_deref().unwrap_or(by)),
        Cell::moment(closed_at),
        Cell::number(seconds),
        handled.map_or(Cell::Nothing, |one| {
            Cell::text(worded("review.measure", one.measure.as_str()))
        }),
        handled.map_or(Cell::Nothing, |one| Cell::text(&*one.note)),
        handled.map_or(Cell::Nothing, |one| {
            Cell::text(one.by_name.as_deref().unwrap_or(&one.by))
        }),
        Cell::moment(handled.map(|one| one.at)),
    ]
}

/// The routes of this room.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_reviews, make_review))
        .routes(routes!(preview_review))
        .routes(routes!(report_reviews))
        .routes(routes!(show_review))
        .routes(routes!(report_review))
        .routes(routes!(list_review_items))
        .routes(routes!(next_review_item))
        .routes(routes!(open_review_item))
        .routes(routes!(read_review_item))
        .routes(routes!(judge_review_item))
        .routes(routes!(reopen_review_item))
        .routes(routes!(handle_review_item))
        .routes(routes!(show_review_course))
        .routes(routes!(export_review))
        .routes(routes!(export_review_xlsx))
}
