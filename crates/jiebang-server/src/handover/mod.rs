//! Handovers: planning, carrying out, watching.

pub mod approval;
mod convert;
pub mod dto;
pub(crate) mod export;
mod message;
mod notes;
pub mod orphans;
mod record;
mod record_dto;
mod rows;
mod undo;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiebang_app::Change;
use jiebang_app::handover::act::{self, RetryRows};
use jiebang_app::handover::plan;
use jiebang_app::handover::view::{self, Filter};
use jiebang_domain::access::Actor;
use jiebang_domain::id::UserId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub use self::convert::request_of;
pub(crate) use self::convert::{one_of, search_text};
use self::dto::{
    DryRun, Handover, HandoverInput, HandoverQuery, HandoverSummary, Progress, RetryInput,
    RunInput, StartInput,
};
use crate::extract::{At, Body, Params, Signed};
use crate::gate::session_of;
use crate::names::HandoverState;
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;
use crate::{cursor, events};

/// States whose rows can be tried again.
const RETRIED: [&str; 3] = ["refused", "failed", "full"];
/// Most rows one retry may name.
const MAX_RETRY: usize = 10_000;

/// Handovers, newest first.
#[utoipa::path(
    get,
    path = "/handovers",
    tag = "handover",
    params(HandoverQuery),
    responses((status = 200, body = Page<HandoverSummary>))
)]
pub async fn list_handovers(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<HandoverQuery>,
) -> Result<Json<Page<HandoverSummary>>, Problem> {
    let leaver = query.leaver.filter(|text| !text.is_empty());
    let leaver = leaver
        .map(UserId::parse)
        .transpose()
        .map_err(|_| Problem::validation("leaver", "type"))?;
    let filter = Filter {
        state: one_of("state", query.state, &HandoverState::values())?,
        leaver: leaver.map(String::from),
    };
    let before = cursor::decode("handovers", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit)?;
    let (found, next) =
        view::list_handovers(web.app(), &signed.actor, &filter, before, limit).await?;
    Ok(Json(Page {
        items: found.into_iter().map(HandoverSummary::from).collect(),
        next_cursor: next.map(|id| cursor::encode("handovers", id)),
        total: None,
    }))
}

/// Plans a handover and keeps it as a draft.
#[utoipa::path(
    post,
    path = "/handovers",
    tag = "handover",
    request_body = HandoverInput,
    responses((status = 201, body = Handover))
)]
pub async fn plan_handover(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<HandoverInput>,
) -> Result<(StatusCode, Json<Handover>), Problem> {
    if input.version.is_some() {
        return Err(Problem::validation("version", "version_not_allowed"));
    }
    let request = request_of(web.app(), &signed.actor, input).await?;
    let id = plan::create_handover(web.app(), &signed.actor, &request).await?;
    Ok((StatusCode::CREATED, show(&web, &signed.actor, id).await?))
}

/// What a handover would do, without keeping it.
#[utoipa::path(
    post,
    path = "/handovers/preview",
    tag = "handover",
    request_body = HandoverInput,
    responses((status = 200, body = DryRun))
)]
pub async fn preview_handover(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<HandoverInput>,
) -> Result<Json<DryRun>, Problem> {
    let request = request_of(web.app(), &signed.actor, input).await?;
    let run = plan::preview_handover(web.app(), &signed.actor, &request).await?;
    Ok(Json(DryRun::from(run)))
}

/// Plans a handover and carries it out at once, if it is still what the preview told. Cannot be
/// undone.
#[utoipa::path(
    post,
    path = "/handovers/run",
    tag = "handover",
    request_body = RunInput,
    responses((status = 201, body = Handover))
)]
pub async fn run_handover(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<RunInput>,
) -> Result<(StatusCode, Json<Handover>), Problem> {
    let request = request_of(web.app(), &signed.actor, input.handover).await?;
    let total = usize::try_from(input.confirm_total).unwrap_or(usize::MAX);
    let id = act::hand_over_now(web.app(), &signed.actor, &request, total).await?;
    Ok((StatusCode::CREATED, show(&web, &signed.actor, id).await?))
}

/// A handover.
#[utoipa::path(
    get,
    path = "/handovers/{id}",
    tag = "handover",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Handover))
)]
pub async fn show_handover(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<Json<Handover>, Problem> {
    show(&web, &signed.actor, id).await
}

/// Plans a draft anew; `version` must be the present one.
#[utoipa::path(
    put,
    path = "/handovers/{id}",
    tag = "handover",
    params(("id" = Uuid, Path)),
    request_body = HandoverInput,
    responses((status = 200, body = Handover))
)]
pub async fn change_handover(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
    Body(input): Body<HandoverInput>,
) -> Result<Json<Handover>, Problem> {
    let Some(version) = input.version else {
        return Err(Problem::validation("version", "version_required"));
    };
    let request = request_of(web.app(), &signed.actor, input).await?;
    let version = stored_version(version);
    plan::replan_handover(web.app(), &signed.actor, id, version, &request).await?;
    show(&web, &signed.actor, id).await
}

/// Deletes a draft.
#[utoipa::path(
    delete,
    path = "/handovers/{id}",
    tag = "handover",
    params(("id" = Uuid, Path)),
    responses((status = 204))
)]
pub async fn delete_handover(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<StatusCode, Problem> {
    plan::delete_draft(web.app(), &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Carries a draft out. Cannot be undone.
#[utoipa::path(
    post,
    path = "/handovers/{id}/start",
    tag = "handover",
    params(("id" = Uuid, Path)),
    request_body = StartInput,
    responses((status = 200, body = Handover))
)]
pub async fn start_handover(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
    Body(input): Body<StartInput>,
) -> Result<Json<Handover>, Problem> {
    let version = stored_version(input.version);
    let total = usize::try_from(input.confirm_total).unwrap_or(usize::MAX);
    act::start_handover(web.app(), &signed.actor, id, version, total).await?;
    show(&web, &signed.actor, id).await
}

/// Stops what is not submitted yet; the rest is followed to its end.
#[utoipa::path(
    post,
    path = "/handovers/{id}/cancel",
    tag = "handover",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Handover))
)]
pub async fn cancel_handover(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<Json<Handover>, Problem> {
    act::cancel_handover(web.app(), &signed.actor, id).await?;
    show(&web, &signed.actor, id).await
}

/// Tries ended rows again, perhaps with another successor.
#[utoipa::path(
    post,
    path = "/handovers/{id}/retry",
    tag = "handover",
    params(("id" = Uuid, Path)),
    request_body = RetryInput,
    responses((status = 200, body = Handover))
)]
pub async fn retry_rows(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
    Body(input): Body<RetryInput>,
) -> Result<Json<Handover>, Problem> {
    let to = input.to.clone();
    let which = retried(input)?;
    act::retry_rows(web.app(), &signed.actor, id, &which, to.as_ref()).await?;
    show(&web, &signed.actor, id).await
}

fn retried(input: RetryInput) -> Result<RetryRows, Problem> {
    match (input.rows, input.states) {
        (Some(rows), None) if rows.len() <= MAX_RETRY => {
            let number = |row: i64| i32::try_from(row);
            let numbers: Result<Vec<i32>, _> = rows.into_iter().map(number).collect();
            let numbers = numbers.map_err(|_| Problem::validation("rows", "unknown_value"))?;
            Ok(RetryRows::Numbers(numbers))
        }
        (None, Some(states)) => {
            let names = states.into_iter();
            let names = names.map(|state| {
                one_of("states", Some(state.0), &RETRIED).map(Option::unwrap_or_default)
            });
            Ok(RetryRows::States(names.collect::<Result<_, _>>()?))
        }
        (Some(_), None) => Err(Problem::validation("rows", "too_long")),
        _ => Err(Problem::validation("rows", "rows_or_states")),
    }
}

/// Server-sent events: `progress` with the data of `Progress`, at first and on every change.
#[utoipa::path(
    get,
    path = "/handovers/{id}/events",
    tag = "handover",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Progress, content_type = "text/event-stream"))
)]
pub async fn watch_handover(
    State(web): State<Web>,
    At(id): At<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let is_meant = move |change| change == Change::Handover(id);
    let look_web = web.clone();
    let look = move || {
        let (web, headers) = (look_web.clone(), headers.clone());
        async move { progress(&web, &headers, id).await.map(Some) }
    };
    events::watch(&web, is_meant, look).await
}

/// The session is looked up anew: it may have ended while the stream was open.
async fn progress(web: &Web, headers: &HeaderMap, id: Uuid) -> Result<Progress, Problem> {
    let signed = session_of(web, headers).await?;
    let handover = Handover::from(view::get_handover(web.app(), &signed.actor, id).await?);
    Ok(Progress {
        state: handover.summary.state,
        counts: handover.summary.counts,
        next_poll_at: handover.next_poll_at,
        now: web.app().now().seconds(),
    })
}

impl events::Watched for Progress {
    fn is_news_after(&self, before: &Self) -> bool {
        (&self.state, &self.counts, self.next_poll_at)
            != (&before.state, &before.counts, before.next_poll_at)
    }
}

async fn show(web: &Web, actor: &Actor, id: Uuid) -> Result<Json<Handover>, Problem> {
    let detail = view::get_handover(web.app(), actor, id).await?;
    Ok(Json(Handover::from(detail)))
}

/// A number no version has where it is out of range, so that the use case finds a conflict.
fn stored_version(version: i64) -> i32 {
    i32::try_from(version).unwrap_or(-1)
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_handovers, plan_handover))
        .routes(routes!(preview_handover))
        .routes(routes!(run_handover))
        .routes(routes!(show_handover, change_handover, delete_handover))
        .routes(routes!(start_handover))
        .routes(routes!(cancel_handover))
        .routes(routes!(retry_rows))
        .routes(routes!(watch_handover))
        .merge(message::routes())
        .merge(approval::routes())
        .merge(orphans::routes())
        .merge(rows::routes())
        .merge(record::routes())
        .merge(notes::routes())
        .merge(export::routes())
        .merge(undo::routes())
}
