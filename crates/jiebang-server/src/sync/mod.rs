//! Runs that read the corp.

pub mod dto;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiebang_app::{Change, sync};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{SyncInput, SyncKind, SyncProgress, SyncRun};
use crate::cursor;
use crate::events;
use crate::extract::{Body, Params, Signed};
use crate::gate::session_of;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;
use crate::state::Web;

/// Starts reading the corp; the run under way if there is one.
#[utoipa::path(
    post,
    path = "/sync",
    tag = "sync",
    request_body = SyncInput,
    responses((status = 202, body = SyncRun))
)]
pub async fn start_sync(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(SyncInput {
        kind: SyncKind::Full,
    }): Body<SyncInput>,
) -> Result<(StatusCode, Json<SyncRun>), Problem> {
    let run = sync::start_sync(web.app(), &signed.actor).await?;
    Ok((StatusCode::ACCEPTED, Json(SyncRun::from(run))))
}

/// Runs, newest first.
#[utoipa::path(
    get,
    path = "/sync/runs",
    tag = "sync",
    params(PageQuery),
    responses((status = 200, body = Page<SyncRun>))
)]
pub async fn list_runs(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<PageQuery>,
) -> Result<Json<Page<SyncRun>>, Problem> {
    let before = cursor::decode("runs", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit)?;
    let found = sync::list_runs(web.app(), &signed.actor, before, limit).await?;
    Ok(Json(Page {
        items: found.items.into_iter().map(SyncRun::from).collect(),
        next_cursor: found.next.map(|id| cursor::encode("runs", id)),
        total: None,
    }))
}

/// Server-sent events: `progress` with the data of `SyncRun`, at first and on every change.
#[utoipa::path(
    get,
    path = "/sync/events",
    tag = "sync",
    responses((status = 200, body = SyncRun, content_type = "text/event-stream"))
)]
pub async fn watch_sync(State(web): State<Web>, headers: HeaderMap) -> Result<Response, Problem> {
    let is_meant = |change| change == Change::Sync;
    let look_web = web.clone();
    let look = move || {
        let (web, headers) = (look_web.clone(), headers.clone());
        async move { newest_run(&web, &headers).await }
    };
    events::watch(&web, is_meant, look).await
}

/// The run that was started last. The session is looked up anew: it may have ended meanwhile.
async fn newest_run(web: &Web, headers: &HeaderMap) -> Result<Option<SyncRun>, Problem> {
    let signed = session_of(web, headers).await?;
    let found = sync::list_runs(web.app(), &signed.actor, None, 1).await?;
    Ok(found.items.into_iter().next().map(SyncRun::from))
}

impl events::Watched for SyncRun {
    fn is_news_after(&self, before: &Self) -> bool {
        self != before
    }
}

impl From<sync::SyncRun> for SyncRun {
    fn from(run: sync::SyncRun) -> Self {
        Self {
            id: run.id,
            kind: run.kind,
            started_at: run.started_at,
            finished_at: run.finished_at,
            progress: SyncProgress {
                step: run.progress.step.to_owned(),
                done: run.progress.done,
                total: run.progress.total,
            },
            counts: run.counts,
            repaired: run.repaired,
            error: run.error,
        }
    }
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(start_sync))
        .routes(routes!(list_runs))
        .routes(routes!(watch_sync))
}
