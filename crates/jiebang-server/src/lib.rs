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
pub mod archive;
pub mod audit;
pub mod boundary;
pub mod callback;
pub mod case;
pub mod contact_way;
mod cookie;
mod csv;
mod cursor;
pub mod customer;
pub mod departure;
pub mod directory;
mod events;
mod export;
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
pub mod outcome;
pub mod overview;
pub mod page;
pub mod problem;
pub mod rule;
pub mod session;
pub mod settings;
mod sheet;
mod state;
pub mod sync;
pub mod team;

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
    let routes = Router::new()
        .merge(api.layer(gate))
        .merge(callback::routes())
        .route("/healthz", get(health))
        .fallback_service(jiebang_console::router());
    layered(routes, web)
}

/// What holds for every route, the outermost last.
fn layered(routes: Router<Web>, web: Web) -> Router {
    let limits = from_fn_with_state(web.clone(), limits::limit);
    let boundary = from_fn_with_state(web.clone(), boundary::boundary);
    routes
        .layer(CatchPanicLayer::custom(|_| {
            problem::Problem::internal().into_response()
        }))
        .layer(limits)
        .layer(boundary)
        .with_state(web)
}

/// The routes of the API and its document.
pub fn api() -> (Router<Web>, OpenApi) {
    let areas = OpenApiRouter::new()
        .merge(session::routes())
        .merge(overview::routes())
        .merge(directory::routes())
        .merge(contact_way::routes())
        .merge(handover::routes())
        .merge(case::routes())
        .merge(departure::routes())
        .merge(archive::routes())
        .merge(outcome::routes())
        .merge(rule::routes())
        .merge(team::routes())
        .merge(customer::routes())
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

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use jiebang_app::Parts;
    use jiebang_app::settings::Configured;
    use jiebang_domain::time::Clock;
    use jiebang_vault::{Entropy, MasterKey};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_problem_that_tells_nothing() {
        let database = jiebang_store::testing::sqlite().await;
        let app = App::new(Parts {
            store: (*database).clone(),
            clock: Clock::system(),
            entropy: Entropy::seeded(1),
            master_key: MasterKey::from_bytes([1; 32]),
            configured: Configured::default(),
        })
        .unwrap();
        let (_sender, stop) = watch::channel(false);
        let web = Web::new(app, ServerOptions::default(), stop);
        let panics = get(async || -> StatusCode { panic!("the secret of {}", "Amy") });
        let router = layered(Router::new().route("/api/panics", panics), web);
        let request = Request::get("/api/panics").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(text.contains("\"code\":\"internal\""), "{text}");
        assert!(!text.contains("Amy"), "{text}");
    }
}
