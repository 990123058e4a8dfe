//! Taking a conversation out as evidence (证据包): a ZIP that is read and verified without this
//! program, made while it is on its way. `docs/archive.md` says what stands in it.
//!
//! Invariant: every page and every file of a package is taken after the session was looked up and
//! the use case asked again, as in [`crate::export`].

mod content;
mod dto;
mod package;
mod transcript;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiebang_app::archive::{self as app, Period};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{EvidenceInput, EvidenceKey, EvidencePreview, EvidenceQuery};
use crate::boundary::Trace;
use crate::extract::{At, Body, Params, Signed};
use crate::problem::Problem;
use crate::state::Web;

/// Gives the reason and says what a package would hold. Wants the password given a short while ago.
#[utoipa::path(
    post,
    path = "/archive/conversations/{id}/evidence",
    tag = "archive",
    params(("id" = String, Path)),
    request_body = EvidenceInput,
    responses((status = 200, body = EvidencePreview))
)]
pub async fn preview_evidence(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<String>,
    Body(input): Body<EvidenceInput>,
) -> Result<Json<EvidencePreview>, Problem> {
    let id = id.parse().map_err(|_| Problem::not_found())?;
    let period = Period {
        since: input.since,
        until: input.until,
    };
    let (app, actor) = (web.app(), &signed.actor);
    let settled = app::preview_evidence(app, actor, id, period, &input.reason).await?;
    Ok(Json((&settled).into()))
}

/// The package, for the reason that was given: a ZIP.
#[utoipa::path(
    get,
    path = "/archive/conversations/{id}/evidence",
    tag = "archive",
    params(("id" = String, Path), EvidenceQuery),
    responses((status = 200, body = Vec<u8>, content_type = "application/zip"))
)]
pub async fn take_evidence(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At(id): At<String>,
    Params(query): Params<EvidenceQuery>,
) -> Result<Response, Problem> {
    let id: i64 = id.parse().map_err(|_| Problem::not_found())?;
    let period = Period {
        since: query.since,
        until: query.until,
    };
    let (app, actor) = (web.app(), &signed.actor);
    let settled = app::begin_evidence(app, actor, id, period, query.reading).await?;
    let day = app.now().beijing_day();
    let name = format!("attachment; filename=\"evidence-{id}-{day}.zip\"");
    let name = HeaderValue::from_str(&name).map_err(|_| Problem::internal())?;
    let body = package::stream(web, signed, trace.lang, settled);
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/zip"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, body).into_response())
}

/// The public half of the key that signs packages, to be compared with what a package holds.
#[utoipa::path(get, path = "/archive/evidence-key", tag = "archive", responses((status = 200, body = EvidenceKey)))]
pub async fn show_evidence_key(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<EvidenceKey>, Problem> {
    let key = app::view_evidence_key(web.app(), &signed.actor).await?;
    Ok(Json(EvidenceKey {
        fingerprint: key.fingerprint,
        public_key: key.public_pem,
    }))
}

/// The page that verifies a package, to be given away by another way than the package: who makes
/// one up makes its page up as well.
#[utoipa::path(
    get,
    path = "/archive/evidence-verifier",
    tag = "archive",
    responses((status = 200, body = String, content_type = "text/html"))
)]
pub async fn show_evidence_verifier() -> impl IntoResponse {
    // Saved and not opened here: it has a script of its own.
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"jiebang-verifier.html\"",
        ),
    ];
    (headers, package::VERIFIER)
}

/// The routes of this room.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(preview_evidence, take_evidence))
        .routes(routes!(show_evidence_key))
        .routes(routes!(show_evidence_verifier))
}
