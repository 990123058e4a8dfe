//! Rows of a handover, and how we know where each stands.

use axum::Json;
use axum::extract::State;
use jiebang_app::access::actor_names;
use jiebang_app::handover::view;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::convert::{self, Wanted, row_filter};
use super::dto::{Row, RowDetail, RowQuery, Step};
use crate::boundary::Trace;
use crate::cursor;
use crate::extract::{At, Params, Signed};
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// Rows of a handover.
#[utoipa::path(
    get,
    path = "/handovers/{id}/rows",
    tag = "handover",
    params(("id" = Uuid, Path), RowQuery),
    responses((status = 200, body = Page<Row>))
)]
pub async fn list_rows(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At(id): At<Uuid>,
    Params(query): Params<RowQuery>,
) -> Result<Json<Page<Row>>, Problem> {
    let after = cursor::decode("rows", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit)?;
    let filter = row_filter(Wanted::from(&query))?;
    let (rows, total) = view::list_rows(
        web.app(),
        &signed.actor,
        id,
        &filter,
        after.unwrap_or(0),
        limit,
    )
    .await?;
    let is_full = rows.len() as u64 == limit;
    let last = rows.last().filter(|_| is_full).map(|row| row.row_no);
    let names = view::successor_names(web.app(), &rows).await?;
    let items = rows.into_iter();
    Ok(Json(Page {
        items: items
            .map(|row| convert::row(trace.lang, row, &names))
            .collect(),
        next_cursor: last.map(|number| cursor::encode("rows", number)),
        total: Some(total),
    }))
}

/// A row and how we know where it stands.
#[utoipa::path(
    get,
    path = "/handovers/{id}/rows/{row_no}",
    tag = "handover",
    params(("id" = Uuid, Path), ("row_no" = i64, Path)),
    responses((status = 200, body = RowDetail))
)]
pub async fn show_row(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At((id, row_no)): At<(Uuid, i32)>,
) -> Result<Json<RowDetail>, Problem> {
    let (row, steps) = view::get_row(web.app(), &signed.actor, id, row_no).await?;
    let names = view::successor_names(web.app(), std::slice::from_ref(&row)).await?;
    let who = steps.iter().map(|step| step.actor.as_str());
    let actors = actor_names(web.app(), who).await?;
    Ok(Json(RowDetail {
        snapshot: row.snapshot.clone(),
        row: convert::row(trace.lang, row, &names),
        steps: steps
            .into_iter()
            .map(|step| Step::named(step, &actors))
            .collect(),
    }))
}

/// The routes of this room.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_rows))
        .routes(routes!(show_row))
}
