//! Saved rule sets.

mod convert;
pub mod dto;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiebang_app::rule;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::{RuleSet, RuleSetInput, RuleSetOrder};
use crate::extract::{At, Body, Signed};
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// The rule sets in use, in their order, each in its latest version.
#[utoipa::path(
    get,
    path = "/rule-sets",
    tag = "rule",
    responses((status = 200, body = Page<RuleSet>))
)]
pub async fn list_rule_sets(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<Page<RuleSet>>, Problem> {
    let found = rule::list_rule_sets(web.app(), &signed.actor).await?;
    Ok(Json(all(found)))
}

fn all(found: Vec<rule::Saved>) -> Page<RuleSet> {
    Page {
        total: u64::try_from(found.len()).ok(),
        items: found.into_iter().map(RuleSet::from).collect(),
        next_cursor: None,
    }
}

/// Saves a new rule set.
#[utoipa::path(
    post,
    path = "/rule-sets",
    tag = "rule",
    request_body = RuleSetInput,
    responses((status = 201, body = RuleSet))
)]
pub async fn create_rule_set(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<RuleSetInput>,
) -> Result<(StatusCode, Json<RuleSet>), Problem> {
    if input.version.is_some() {
        return Err(Problem::validation("version", "version_not_allowed"));
    }
    let id = rule::create_rule_set(web.app(), &signed.actor, input.into()).await?;
    Ok((StatusCode::CREATED, latest(&web, &signed.actor, id).await?))
}

async fn latest(
    web: &Web,
    actor: &jiebang_domain::access::Actor,
    id: Uuid,
) -> Result<Json<RuleSet>, Problem> {
    let versions = rule::get_rule_set(web.app(), actor, id).await?;
    let latest = versions.into_iter().next();
    latest
        .map(|saved| Json(RuleSet::from(saved)))
        .ok_or_else(Problem::internal)
}

/// A rule set in all its versions, the latest first.
#[utoipa::path(
    get,
    path = "/rule-sets/{id}",
    tag = "rule",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Page<RuleSet>))
)]
pub async fn show_rule_set(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<Json<Page<RuleSet>>, Problem> {
    let found = rule::get_rule_set(web.app(), &signed.actor, id).await?;
    Ok(Json(all(found)))
}

/// Saves the next version; `version` must be the present one.
#[utoipa::path(
    put,
    path = "/rule-sets/{id}",
    tag = "rule",
    params(("id" = Uuid, Path)),
    request_body = RuleSetInput,
    responses((status = 200, body = RuleSet))
)]
pub async fn save_rule_set(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
    Body(input): Body<RuleSetInput>,
) -> Result<Json<RuleSet>, Problem> {
    let Some(version) = input.version else {
        return Err(Problem::validation("version", "version_required"));
    };
    let seen = i32::try_from(version).unwrap_or(-1);
    rule::save_rule_set(web.app(), &signed.actor, id, seen, input.into()).await?;
    latest(&web, &signed.actor, id).await
}

/// Puts a rule set away. Handovers planned with it keep their rules.
#[utoipa::path(
    delete,
    path = "/rule-sets/{id}",
    tag = "rule",
    params(("id" = Uuid, Path)),
    responses((status = 204))
)]
pub async fn archive_rule_set(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<StatusCode, Problem> {
    rule::archive_rule_set(web.app(), &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts the rule sets in another order.
#[utoipa::path(
    put,
    path = "/rule-sets/order",
    tag = "rule",
    request_body = RuleSetOrder,
    responses((status = 200, body = Page<RuleSet>))
)]
pub async fn order_rule_sets(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<RuleSetOrder>,
) -> Result<Json<Page<RuleSet>>, Problem> {
    rule::order_rule_sets(web.app(), &signed.actor, &input.ids).await?;
    let found = rule::list_rule_sets(web.app(), &signed.actor).await?;
    Ok(Json(all(found)))
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_rule_sets, create_rule_set))
        .routes(routes!(order_rule_sets))
        .routes(routes!(show_rule_set, save_rule_set, archive_rule_set))
}
