//! The record of a handover: its steps, one by one and many alike as one line.

use std::fmt;
use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use jiebang_app::access::actor_names;
use jiebang_app::handover::record;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::convert::step_filter;
use super::dto::{RecordActor, RecordExportQuery, RecordLine, RecordQuery, RecordValues, Step};
use crate::cursor;
use crate::extract::{At, Params, Signed};
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// What was done and learned, newest first.
#[utoipa::path(
    get,
    path = "/handovers/{id}/steps",
    tag = "handover",
    params(("id" = Uuid, Path), RecordQuery),
    responses((status = 200, body = Page<Step>))
)]
pub async fn list_steps(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
    Params(query): Params<RecordQuery>,
) -> Result<Json<Page<Step>>, Problem> {
    let before = cursor::decode("steps", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit)?;
    let filter = step_filter(RecordExportQuery::from(query))?;
    let (app, actor) = (web.app(), &signed.actor);
    let (steps, total) = record::list_steps(app, actor, id, &filter, before, limit).await?;
    let is_full = steps.len() as u64 == limit;
    let last = steps.last().filter(|_| is_full).map(|step| step.id);
    let who = steps.iter().map(|step| step.actor.as_str());
    let names = actor_names(app, who).await?;
    Ok(Json(Page {
        items: steps
            .into_iter()
            .map(|step| Step::named(step, &names))
            .collect(),
        next_cursor: last.map(|id| cursor::encode("steps", id)),
        total: Some(total),
    }))
}

/// The record with what happened to many rows in the same minute as one line, newest first.
#[utoipa::path(
    get,
    path = "/handovers/{id}/record",
    tag = "handover",
    params(("id" = Uuid, Path), RecordQuery),
    responses((status = 200, body = Page<RecordLine>))
)]
pub async fn list_record(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
    Params(query): Params<RecordQuery>,
) -> Result<Json<Page<RecordLine>>, Problem> {
    let after: Option<Place> = cursor::decode("record", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit)?;
    let filter = step_filter(RecordExportQuery::from(query))?;
    let after = after.map(|place| (place.minute, place.last_id));
    let (app, actor) = (web.app(), &signed.actor);
    let lines = record::list_lines(app, actor, id, &filter, after, limit).await?;
    let is_full = lines.len() as u64 == limit;
    let last = lines.last().filter(|_| is_full).map(|line| Place {
        minute: line.minute,
        last_id: line.last_id,
    });
    let who = lines.iter().map(|line| line.actor.as_str());
    let names = actor_names(app, who).await?;
    Ok(Json(Page {
        items: lines
            .into_iter()
            .map(|line| RecordLine::named(line, &names))
            .collect(),
        next_cursor: last.map(|place| cursor::encode("record", place)),
        total: None,
    }))
}

/// What the record can be filtered by.
#[utoipa::path(
    get,
    path = "/handovers/{id}/record/values",
    tag = "handover",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = RecordValues))
)]
pub async fn show_record_values(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<Json<RecordValues>, Problem> {
    let found = record::list_values(web.app(), &signed.actor, id).await?;
    let actor = |(actor, name)| RecordActor { actor, name };
    Ok(Json(RecordValues {
        steps: found.steps.into_iter().collect(),
        outcomes: found.outcomes.into_iter().collect(),
        actors: found.actors.into_iter().map(actor).collect(),
    }))
}

/// Where the record goes on, as text: minute and last step of a line.
struct Place {
    minute: i64,
    last_id: i64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.minute, self.last_id)
    }
}

impl FromStr for Place {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (minute, last_id) = text.split_once(' ').ok_or(())?;
        let number = |text: &str| text.parse::<i64>().map_err(|_| ());
        let minute = number(minute)?;
        // So far from every real minute that nothing overflows.
        let is_real = (0..=1 << 40).contains(&minute);
        let last_id = number(last_id)?;
        is_real.then_some(Self { minute, last_id }).ok_or(())
    }
}

/// The routes of this room.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_steps))
        .routes(routes!(list_record))
        .routes(routes!(show_record_values))
}
