//! Drafts that move back what was taken over, when a leaver has returned.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiebang_app::handover::{undo, view};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::dto::Handover;
use crate::extract::{At, Signed};
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// Plans one draft per successor that moves back what this handover moved and the successor
/// still has. Only if the leaver is an active member again. Nothing is started.
#[utoipa::path(
    post,
    path = "/handovers/{id}/undo",
    tag = "handover",
    params(("id" = Uuid, Path)),
    responses((status = 201, body = Page<Handover>))
)]
pub async fn undo_handover(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<(StatusCode, Json<Page<Handover>>), Problem> {
    let drafts = undo::plan_undo(web.app(), &signed.actor, id).await?;
    let mut items = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let detail = view::get_handover(web.app(), &signed.actor, draft).await?;
        items.push(Handover::from(detail));
    }
    Ok((StatusCode::CREATED, Json(Page::whole(items))))
}

/// The routes of this room.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(undo_handover))
}
