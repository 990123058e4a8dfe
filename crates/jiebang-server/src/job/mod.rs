//! Jobs.

pub mod dto;

use axum::Json;
use axum::extract::State;
use jiebang_app::jobs::{JobView, list_jobs as app_list_jobs};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{Job, JobQuery};
use crate::cursor;
use crate::extract::{Params, Signed};
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// Jobs, newest first.
#[utoipa::path(
    get,
    path = "/jobs",
    tag = "job",
    params(JobQuery),
    responses((status = 200, body = Page<Job>))
)]
pub async fn list_jobs(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<JobQuery>,
) -> Result<Json<Page<Job>>, Problem> {
    let state = query.state.filter(|text| !text.is_empty());
    let after = cursor::decode("jobs", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit)?;
    let found = app_list_jobs(web.app(), &signed.actor, state.as_deref(), after, limit).await?;
    Ok(Json(Page {
        items: found.items.into_iter().map(Job::from).collect(),
        next_cursor: found.next.map(|id| cursor::encode("jobs", id)),
        total: None,
    }))
}

impl From<JobView> for Job {
    fn from(job: JobView) -> Self {
        Self {
            id: job.id,
            kind: job.kind,
            state: job.state,
            run_at: job.run_at,
            tries: job.tries,
            last_error: job.last_error,
            lease_until: job.lease_until,
        }
    }
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(list_jobs))
}
