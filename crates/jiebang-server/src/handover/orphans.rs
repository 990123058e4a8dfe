//! Customers of leavers that nobody took.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiebang_app::handover::orphans::{self, Orphan as Found};
use jiebang_domain::id::ExternalUserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::cursor;
use crate::extract::{At, Body, Params, Signed};
use crate::names::RowStateName;
use crate::page::{Page, PageQuery};
use crate::problem::Problem;
use crate::state::Web;

/// A customer that nobody took.
#[derive(Debug, Serialize, ToSchema)]
pub struct Orphan {
    pub external_userid: String,
    pub name: String,
    pub leaver: String,
    pub leaver_name: String,
    pub handover: Uuid,
    pub row_no: i64,
    /// How the last attempt ended.
    pub state: RowStateName,
    /// Who was tried last.
    pub successor: Option<String>,
    pub successor_name: Option<String>,
    pub ended_at: i64,
}

/// What has become of the customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleInput {
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

impl From<Found> for Orphan {
    fn from(found: Found) -> Self {
        let row = found.row;
        Self {
            external_userid: row.subject_id,
            name: row.name,
            leaver: found.handover.leaver,
            leaver_name: found.handover.leaver_name,
            handover: found.handover.id,
            row_no: i64::from(row.row_no),
            state: RowStateName::from(row.state),
            successor: row.successor,
            successor_name: found.successor_name,
            ended_at: row.ended_at.unwrap_or(row.updated_at),
        }
    }
}

/// Customers of leavers that nobody took and nobody follows, by id.
#[utoipa::path(
    get,
    path = "/orphans",
    tag = "handover",
    params(PageQuery),
    responses((status = 200, body = Page<Orphan>))
)]
pub async fn list_orphans(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<PageQuery>,
) -> Result<Json<Page<Orphan>>, Problem> {
    let after: Option<String> = cursor::decode("orphans", query.cursor.as_deref())?;
    let limit = usize::try_from(cursor::limit(query.limit)?).unwrap_or(usize::MAX);
    let after = after.unwrap_or_default();
    let mut found =
        orphans::list_orphans(web.app(), &signed.actor, &after, Some(limit + 1)).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().map(|one| one.row.subject_id.clone());
    Ok(Json(Page {
        items: found.into_iter().map(Orphan::from).collect(),
        next_cursor: last
            .filter(|_| more)
            .map(|last| cursor::encode("orphans", last)),
        total: None,
    }))
}

/// Settles a customer that nobody took, with a reason.
#[utoipa::path(
    post,
    path = "/orphans/{external_userid}/settle",
    tag = "handover",
    params(("external_userid" = String, Path)),
    request_body = SettleInput,
    responses((status = 204))
)]
pub async fn settle_orphan(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(customer): At<ExternalUserId>,
    Body(input): Body<SettleInput>,
) -> Result<StatusCode, Problem> {
    orphans::settle_orphan(web.app(), &signed.actor, &customer, &input.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_orphans))
        .routes(routes!(settle_orphan))
}
