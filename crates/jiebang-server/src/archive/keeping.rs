//! What of the archive is kept: policies, holds, erasures, consent.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiebang_app::archive as app;
use jiebang_domain::archive::policy::Policy;
use jiebang_domain::archive::retention::Subject;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::keeping_dto::{
    ArchivePolicy, ArchivePolicyInput, ArchiveSubject, Consent, Erasure, ErasureCertificate,
    ErasureInput, ErasurePreview, Hold, HoldInput, HoldQuery, LiftInput, ReleasedByHold,
    SubjectQuery,
};
use super::named::{name, named};
use crate::cursor;
use crate::extract::{At, Body, Params, Signed};
use crate::page::{Page, PageQuery};
use crate::problem::Problem;
use crate::state::Web;

/// Most erasures of a page.
const MAX_ERASURES: u64 = 200;

/// The versions of the policy, newest first.
#[utoipa::path(get, path = "/archive/policies", tag = "archive", responses((status = 200, body = Page<ArchivePolicy>)))]
pub async fn list_archive_policies(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<Page<ArchivePolicy>>, Problem> {
    let found = app::list_policies(web.app(), &signed.actor).await?;
    let items: Result<Vec<_>, _> = found.into_iter().map(ArchivePolicy::try_from).collect();
    Ok(Json(Page::whole(named(&web, items?).await?)))
}

/// Saves a policy as a new version. It is not in force by that.
#[utoipa::path(
    post,
    path = "/archive/policies",
    tag = "archive",
    request_body = ArchivePolicyInput,
    responses((status = 201, body = ArchivePolicy))
)]
pub async fn save_archive_policy(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<ArchivePolicyInput>,
) -> Result<(StatusCode, Json<ArchivePolicy>), Problem> {
    let policy = Policy::try_from(input.policy)?;
    let saved = app::save_policy(web.app(), &signed.actor, &input.name, &policy).await?;
    let saved = name(&web, ArchivePolicy::try_from(saved)?).await?;
    Ok((StatusCode::CREATED, Json(saved)))
}

/// A version of the policy, with what its last simulation says.
#[utoipa::path(
    get,
    path = "/archive/policies/{id}",
    tag = "archive",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ArchivePolicy))
)]
pub async fn show_archive_policy(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<Json<ArchivePolicy>, Problem> {
    let found = app::view_policy(web.app(), &signed.actor, id).await?;
    Ok(Json(name(&web, ArchivePolicy::try_from(found)?).await?))
}

/// Counts what a version would do to everything that is stored.
#[utoipa::path(
    post,
    path = "/archive/policies/{id}/simulate",
    tag = "archive",
    params(("id" = Uuid, Path)),
    responses((status = 202))
)]
pub async fn simulate_archive_policy(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<StatusCode, Problem> {
    app::simulate_policy(web.app(), &signed.actor, id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Puts a version in force, for what comes and for what is stored. It must have been simulated.
#[utoipa::path(
    post,
    path = "/archive/policies/{id}/activate",
    tag = "archive",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ArchivePolicy))
)]
pub async fn activate_archive_policy(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<Json<ArchivePolicy>, Problem> {
    let active = app::activate_policy(web.app(), &signed.actor, id).await?;
    Ok(Json(name(&web, ArchivePolicy::try_from(active)?).await?))
}

/// Holds, newest first.
#[utoipa::path(get, path = "/archive/holds", tag = "archive", params(HoldQuery), responses((status = 200, body = Page<Hold>)))]
pub async fn list_holds(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<HoldQuery>,
) -> Result<Json<Page<Hold>>, Problem> {
    let standing = query.standing.unwrap_or(false);
    let found = app::list_holds(web.app(), &signed.actor, standing).await?;
    let items = found.into_iter().map(Hold::from).collect();
    Ok(Json(Page::whole(named(&web, items).await?)))
}

/// Places a hold: nothing it covers is deleted until it is lifted.
#[utoipa::path(
    post,
    path = "/archive/holds",
    tag = "archive",
    request_body = HoldInput,
    responses((status = 201, body = Hold))
)]
pub async fn place_hold(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<HoldInput>,
) -> Result<(StatusCode, Json<Hold>), Problem> {
    let subject = Subject::try_from(input.subject)?;
    let hold = app::place_hold(web.app(), &signed.actor, subject, &input.reason).await?;
    Ok((
        StatusCode::CREATED,
        Json(name(&web, Hold::from(hold)).await?),
    ))
}

/// What would be deleted at once if the hold were lifted.
#[utoipa::path(
    get,
    path = "/archive/holds/{id}/released",
    tag = "archive",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ReleasedByHold))
)]
pub async fn show_released(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<Json<ReleasedByHold>, Problem> {
    let released = app::view_released(web.app(), &signed.actor, id).await?;
    Ok(Json(released.into()))
}

/// Lifts a hold. What is over and under no other is deleted.
#[utoipa::path(
    post,
    path = "/archive/holds/{id}/lift",
    tag = "archive",
    params(("id" = Uuid, Path)),
    request_body = LiftInput,
    responses((status = 204))
)]
pub async fn lift_hold(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
    Body(input): Body<LiftInput>,
) -> Result<StatusCode, Problem> {
    app::lift_hold(web.app(), &signed.actor, id, &input.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Erasures, newest first.
#[utoipa::path(get, path = "/archive/erasures", tag = "archive", params(PageQuery), responses((status = 200, body = Page<Erasure>)))]
pub async fn list_erasures(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<PageQuery>,
) -> Result<Json<Page<Erasure>>, Problem> {
    let after = cursor::decode("erasure", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit)?.min(MAX_ERASURES);
    let (items, next) = app::list_erasures(web.app(), &signed.actor, after, limit).await?;
    let items = items.into_iter().map(Erasure::from).collect();
    Ok(Json(Page {
        items: named(&web, items).await?,
        next_cursor: next.map(|id| cursor::encode("erasure", id)),
        total: None,
    }))
}

/// What erasing somebody or a conversation would take away, and what stands against it.
#[utoipa::path(
    get,
    path = "/archive/erasures/preview",
    tag = "archive",
    params(SubjectQuery),
    responses((status = 200, body = ErasurePreview))
)]
pub async fn preview_erasure(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<SubjectQuery>,
) -> Result<Json<ErasurePreview>, Problem> {
    let subject = ArchiveSubject {
        of: query.of,
        id: query.id,
    };
    let subject = Subject::try_from(subject)?;
    let preview = app::preview_erasure(web.app(), &signed.actor, subject).await?;
    Ok(Json(preview.into()))
}

/// Erases everything a person takes part in, or a conversation: for good, backups included. Asks
/// for the password to be given again shortly before.
#[utoipa::path(
    post,
    path = "/archive/erasures",
    tag = "archive",
    request_body = ErasureInput,
    responses((status = 201, body = Erasure))
)]
pub async fn erase(
    State(web): State<Web>,
    Signed(signed): Signed,
    Body(input): Body<ErasureInput>,
) -> Result<(StatusCode, Json<Erasure>), Problem> {
    let subject = Subject::try_from(input.subject)?;
    let erasure = app::erase(web.app(), &signed.actor, subject, &input.reason).await?;
    let erasure = name(&web, Erasure::from(erasure)).await?;
    Ok((StatusCode::CREATED, Json(erasure)))
}

/// The certificate of an erasure: a JSON file.
#[utoipa::path(
    get,
    path = "/archive/erasures/{id}/certificate",
    tag = "archive",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ErasureCertificate))
)]
pub async fn show_certificate(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
) -> Result<Response, Problem> {
    let told = app::view_certificate(web.app(), &signed.actor, id).await?;
    let name = format!("attachment; filename=\"erasure-{id}.json\"");
    let headers = [(header::CONTENT_DISPOSITION, name)];
    Ok((headers, Json(ErasureCertificate::from(told))).into_response())
}

/// What a customer said about the archive over time, newest first.
#[utoipa::path(
    get,
    path = "/archive/consents/{external_userid}",
    tag = "archive",
    params(("external_userid" = String, Path)),
    responses((status = 200, body = Page<Consent>))
)]
pub async fn list_consents(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(customer): At<String>,
) -> Result<Json<Page<Consent>>, Problem> {
    let found = app::list_consents(web.app(), &signed.actor, &customer).await?;
    Ok(Json(Page::whole(
        found.into_iter().map(Consent::from).collect(),
    )))
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_archive_policies, save_archive_policy))
        .routes(routes!(show_archive_policy))
        .routes(routes!(simulate_archive_policy))
        .routes(routes!(activate_archive_policy))
        .routes(routes!(list_holds, place_hold))
        .routes(routes!(show_released))
        .routes(routes!(lift_hold))
        .routes(routes!(list_erasures, erase))
        .routes(routes!(preview_erasure))
        .routes(routes!(show_certificate))
        .routes(routes!(list_consents))
}
