//! The first page.

pub mod dto;

use axum::Json;
use axum::extract::State;
use jiebang_app::overview::{self as app, view_overview};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::dto::{Figure, FigurePoint, Overview, SyncState, Todo};
use crate::extract::Signed;
use crate::handover::dto::HandoverSummary;
use crate::names::{FigureKey, TodoKind};
use crate::problem::Problem;
use crate::state::Web;
use crate::sync::dto::SyncRun;

/// What waits for the administrator, and how things stand.
#[utoipa::path(
    get,
    path = "/overview",
    tag = "overview",
    responses((status = 200, body = Overview))
)]
pub async fn show_overview(
    State(web): State<Web>,
    Signed(signed): Signed,
) -> Result<Json<Overview>, Problem> {
    let found = view_overview(web.app(), &signed.actor).await?;
    Ok(Json(Overview::from(found)))
}

impl From<app::Overview> for Overview {
    fn from(found: app::Overview) -> Self {
        Self {
            todo: found.todo.into_iter().map(Todo::from).collect(),
            figures: found.figures.into_iter().map(Figure::from).collect(),
            running: found
                .running
                .into_iter()
                .map(HandoverSummary::from)
                .collect(),
            sync: SyncState {
                last_finished_at: found.sync.last_finished_at,
                running: found.sync.running.map(SyncRun::from),
                repaired_last: found.sync.repaired_last,
            },
            connected: found.connected,
        }
    }
}

impl From<app::Todo> for Todo {
    fn from(todo: app::Todo) -> Self {
        let params = todo.title_params.into_iter();
        Self {
            kind: TodoKind::from(todo.kind),
            count: todo.count,
            title_params: params
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            link: todo.link,
        }
    }
}

impl From<app::Figure> for Figure {
    fn from(figure: app::Figure) -> Self {
        let point = |point: app::Point| FigurePoint {
            at: point.at,
            value: point.value,
        };
        Self {
            key: FigureKey::from(figure.key),
            value: figure.value,
            series: figure.series.into_iter().map(point).collect(),
        }
    }
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(show_overview))
}
