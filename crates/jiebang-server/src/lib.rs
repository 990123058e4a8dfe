//! HTTP: routes, DTOs, OpenAPI, sessions, server-sent events

pub mod access;
pub mod audit;
pub mod directory;
pub mod guard;
pub mod handover;
pub mod job;
pub mod my;
pub mod names;
pub mod openapi;
pub mod overview;
pub mod page;
pub mod problem;
pub mod session;
pub mod settings;
pub mod sync;

use utoipa_axum::router::OpenApiRouter;

/// Where the API is mounted.
pub const PREFIX: &str = "/api/v1";

/// The routes of the API and its document.
#[must_use]
pub fn api() -> (axum::Router, utoipa::openapi::OpenApi) {
    let areas = OpenApiRouter::new()
        .merge(session::routes())
        .merge(overview::routes())
        .merge(directory::routes())
        .merge(handover::routes())
        .merge(sync::routes())
        .merge(settings::routes())
        .merge(access::routes())
        .merge(audit::routes())
        .merge(job::routes())
        .merge(my::routes());
    let (router, document) = OpenApiRouter::with_openapi(openapi::base())
        .nest(PREFIX, areas)
        .split_for_parts();
    (router, openapi::complete(document, PREFIX))
}
