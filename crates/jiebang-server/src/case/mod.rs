//! Cases (交接案件) and their checklists.

mod convert;
pub mod dto;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiebang_app::case::{self, Filter, ItemChange};
use jiebang_domain::access::Actor;
use jiebang_domain::text::Lang;
use jiebang_domain::time::Timestamp;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::convert::{owner_of, templates_of};
use self::dto::{
    Case, CaseChange, CaseClosing, CaseCommentInput, CaseInput, CaseItemChange, CaseOwner,
    CaseOwners, CaseQuery, CaseSummary, CaseTemplates,
};
use crate::boundary::Trace;
use crate::cursor;
use crate::extract::{At, Body, Params, Signed};
use crate::handover::one_of;
use crate::names::CaseState;
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// Cases, the latest first.
#[utoipa::path(
    get,
    path = "/cases",
    tag = "case",
    params(CaseQuery),
    responses((status = 200, body = Page<CaseSummary>))
)]
pub async fn list_cases(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    Params(query): Params<CaseQuery>,
) -> Result<Json<Page<CaseSummary>>, Problem> {
    let state = query.state.map(|state| state.0);
    let filter = Filter {
        state: one_of("state", state, &CaseState::values())?,
        owner: query.owner,
        userid: query.userid.map(|userid| userid.to_string()),
    };
    let before = cursor::decode("cases", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit)?;
    let (found, next) = case::list_cases(web.app(), &signed.actor, &filter, before, limit).await?;
    Ok(Json(Page {
        items: found
            .iter()
            .map(|one| CaseSummary::of(trace.lang, one))
            .collect(),
        next_cursor: next.map(|id| cursor::encode("cases", id)),
        total: None,
    }))
}

/// Opens a case for somebody by hand.
#[utoipa::path(
    post,
    path = "/cases",
    tag = "case",
    request_body = CaseInput,
    responses((status = 201, body = Case))
)]
pub async fn open_case(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    Body(input): Body<CaseInput>,
) -> Result<(StatusCode, Json<Case>), Problem> {
    let id = case::open_case(web.app(), &signed.actor, &input.userid).await?;
    Ok((
        StatusCode::CREATED,
        show(&web, &signed.actor, trace.lang, id).await?,
    ))
}

async fn show(web: &Web, actor: &Actor, lang: Lang, id: Uuid) -> Result<Json<Case>, Problem> {
    let detail = case::get_case(web.app(), actor, id).await?;
    Ok(Json(Case::of(lang, detail)))
}

/// A case with its checklist, comments and handovers.
#[utoipa::path(
    get,
    path = "/cases/{id}",
    tag = "case",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Case))
)]
pub async fn show_case(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At(id): At<Uuid>,
) -> Result<Json<Case>, Problem> {
    show(&web, &signed.actor, trace.lang, id).await
}

/// Changes who sees to a case and when it is due.
#[utoipa::path(
    patch,
    path = "/cases/{id}",
    tag = "case",
    params(("id" = Uuid, Path)),
    request_body = CaseChange,
    responses((status = 200, body = Case))
)]
pub async fn change_case(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At(id): At<Uuid>,
    Body(input): Body<CaseChange>,
) -> Result<Json<Case>, Problem> {
    let owner = owner_of(input.owner)?;
    let due_at = input.due_at.map(Timestamp::from_seconds);
    case::change_case(web.app(), &signed.actor, id, owner, due_at).await?;
    show(&web, &signed.actor, trace.lang, id).await
}

/// Ticks an item, or changes its note, deadline or owner.
#[utoipa::path(
    patch,
    path = "/cases/{id}/items/{number}",
    tag = "case",
    params(("id" = Uuid, Path), ("number" = i32, Path)),
    request_body = CaseItemChange,
    responses((status = 200, body = Case))
)]
pub async fn change_case_item(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At((id, number)): At<(Uuid, i32)>,
    Body(input): Body<CaseItemChange>,
) -> Result<Json<Case>, Problem> {
    let change = ItemChange {
        done: input.done,
        note: input.note,
        due_at: input.due_at.map(Timestamp::from_seconds),
        owner: owner_of(input.owner)?,
    };
    case::change_item(web.app(), &signed.actor, id, number, change).await?;
    show(&web, &signed.actor, trace.lang, id).await
}

/// Writes a comment.
#[utoipa::path(
    post,
    path = "/cases/{id}/comments",
    tag = "case",
    params(("id" = Uuid, Path)),
    request_body = CaseCommentInput,
    responses((status = 200, body = Case))
)]
pub async fn comment_case(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At(id): At<Uuid>,
    Body(input): Body<CaseCommentInput>,
) -> Result<Json<Case>, Problem> {
    case::comment(web.app(), &signed.actor, id, &input.body).await?;
    show(&web, &signed.actor, trace.lang, id).await
}

/// Closes a case in which nothing mandatory is open.
#[utoipa::path(
    post,
    path = "/cases/{id}/close",
    tag = "case",
    params(("id" = Uuid, Path)),
    request_body = CaseClosing,
    responses((status = 200, body = Case))
)]
pub async fn close_case(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At(id): At<Uuid>,
    Body(input): Body<CaseClosing>,
) -> Result<Json<Case>, Problem> {
    case::close_case(web.app(), &signed.actor, id, &input.closing).await?;
    show(&web, &signed.actor, trace.lang, id).await
}

/// Opens a closed case again.
#[utoipa::path(
    post,
    path = "/cases/{id}/reopen",
    tag = "case",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Case))
)]
pub async fn reopen_case(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At(id): At<Uuid>,
) -> Result<Json<Case>, Problem> {
    case::reopen_case(web.app(), &signed.actor, id).await?;
    show(&web, &signed.actor, trace.lang, id).await
}

/// Who can see to a case.
#[utoipa::path(
    get,
    path = "/case-owners",
    tag = "case",
    responses((status = 200, body = CaseOwners))
)]
pub async fn list_case_owners(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<CaseOwners>, Problem> {
    let found = case::list_owners(web.app(), &signed.actor).await?;
    let owner = |one: case::Owner| CaseOwner {
        id: one.id,
        name: one.name,
    };
    Ok(Json(CaseOwners {
        items: found.into_iter().map(owner).collect(),
    }))
}

/// The checklists by role.
#[utoipa::path(
    get,
    path = "/case-templates",
    tag = "case",
    responses((status = 200, body = CaseTemplates))
)]
pub async fn list_case_templates(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
) -> Result<Json<CaseTemplates>, Problem> {
    let templates = case::list_templates(web.app(), &signed.actor).await?;
    Ok(Json(CaseTemplates::of(trace.lang, templates)))
}

/// Writes all checklists anew. Cases that are open keep theirs.
#[utoipa::path(
    put,
    path = "/case-templates",
    tag = "case",
    request_body = CaseTemplates,
    responses((status = 200, body = CaseTemplates))
)]
pub async fn put_case_templates(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    Body(input): Body<CaseTemplates>,
) -> Result<Json<CaseTemplates>, Problem> {
    let wanted = templates_of(input)?;
    case::put_templates(web.app(), &signed.actor, wanted).await?;
    let templates = case::list_templates(web.app(), &signed.actor).await?;
    Ok(Json(CaseTemplates::of(trace.lang, templates)))
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_cases, open_case))
        .routes(routes!(show_case, change_case))
        .routes(routes!(change_case_item))
        .routes(routes!(comment_case))
        .routes(routes!(close_case))
        .routes(routes!(reopen_case))
        .routes(routes!(list_case_owners))
        .routes(routes!(list_case_templates, put_case_templates))
}
