//! HTTP: routes, DTOs, OpenAPI, sessions, server-sent events. The one thing given out is
//! [`router`], or [`serve`] to run it on a listener.
//!
//! Invariants:
//! - every operation stands in the table of [`guard`] and is refused unless that table and the
//!   use case allow it;
//! - every refusal is a [`problem`] in the reader's language, and is logged once, at the
//!   [`boundary`];
//! - every body, page, stream and wait has a limit;
//! - no business rule is decided here: handlers translate and call one use case.

pub mod access;
pub mod audit;
pub mod boundary;
pub mod callback;
mod cookie;
mod csv;
mod cursor;
pub mod directory;
mod events;
mod extract;
mod failure;
mod gate;
pub mod guard;
pub mod handover;
mod idempotency;
pub mod job;
mod limits;
pub mod my;
pub mod names;
pub mod openapi;
pub mod overview;
pub mod page;
pub mod problem;
pub mod session;
pub mod settings;
mod state;
pub mod sync;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::OnceLock;

use axum::extract::State;
use axum::http::header;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use jiebang_app::App;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub use state::{ServerOptions, Web};

/// Where the API is mounted.
pub const PREFIX: &str = "/api/v1";

/// The whole server: API, callbacks, health, and the console for every other path.
#[must_use]
pub fn router(app: App, options: ServerOptions) -> Router {
    // Without anybody to stop it, the sender lives as long as the router.
    let (sender, stop) = watch::channel(false);
    build(Web::new(app, options, stop)).layer(axum::Extension(std::sync::Arc::new(sender)))
}

/// Serves on `listener` until `shutdown` is ready; then streams end and requests under way are
/// answered.
///
/// # Errors
/// What the listener meets.
pub async fn serve(
    app: App,
    options: ServerOptions,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (sender, stop) = watch::channel(false);
    let router = build(Web::new(app, options, stop));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            shutdown.await;
            // An error says that no stream is open.
            let _ = sender.send(true);
        })
        .await
}

fn build(web: Web) -> Router {
    let (api, _) = api();
    let gate = from_fn_with_state(web.clone(), gate::gate);
    let limits = from_fn_with_state(web.clone(), limits::limit);
    let boundary = from_fn_with_state(web.clone(), boundary::boundary);
    Router::new()
        .merge(api.layer(gate))
        .merge(callback::routes())
        .route("/healthz", get(health))
        .fallback_service(jiebang_console::router())
        .layer(CatchPanicLayer::custom(|_| {
            problem::Problem::internal().into_response()
        }))
        .layer(limits)
        .layer(boundary)
        .with_state(web)
}

/// The routes of the API and its document.
#[must_use]
pub fn api() -> (Router<Web>, OpenApi) {
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
        .merge(my::routes())
        .route("/openapi.json", get(document));
    let (router, document) = OpenApiRouter::with_openapi(openapi::base())
        .nest(PREFIX, areas)
        .split_for_parts();
    (router, openapi::complete(document, PREFIX))
}

/// The document, made once.
async fn document() -> impl IntoResponse {
    static JSON: OnceLock<String> = OnceLock::new();
    let json = JSON.get_or_init(|| api().1.to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], json.as_str())
}

/// Whether the server answers.
async fn health(State(web): State<Web>) -> Json<serde_json::Value> {
    Json(serde_json::json!({ "status": "ok", "version": web.options().version }))
}
