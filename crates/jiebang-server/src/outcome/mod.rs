//! Whether the customers that were handed over stayed.

pub mod dto;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use jiebang_app::outcome::{self as app, By, Exported, Period};
use jiebang_domain::outcome::Fate;
use jiebang_domain::text::{Lang, text};
use jiebang_domain::time::{DAY, Timestamp};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::{Outcome, OutcomeQuery};
use crate::boundary::Trace;
use crate::export::{Export, What, answer};
use crate::extract::{Params, Signed};
use crate::handover::one_of;
use crate::names::OutcomeBy;
use crate::problem::Problem;
use crate::sheet::{Cell, Column, Format, Line, column};
use crate::state::Web;

/// The columns of the file; their names are `export.COLUMN` in the catalogue.
pub const COLUMNS: &[Column] = &[
    column("leaver", 20),
    column("leaver_name", 16),
    column("successor", 20),
    column("subject_id", 36),
    column("name", 20),
    column("taken_over_at", 20),
    column("retained_7", 12),
    column("retained_30", 12),
    column("retained_90", 12),
];

fn period(web: &Web, query: &OutcomeQuery) -> Result<Period, Problem> {
    // What ended in this very second is in.
    let now = web.app().now().plus(1);
    let to = query.to.map_or(now, Timestamp::from_seconds);
    let from = query
        .from
        .map_or_else(|| now.plus(-366 * DAY), Timestamp::from_seconds);
    if from > to {
        return Err(Problem::validation("from", "from_after_to"));
    }
    Ok(Period { from, to })
}

/// Retention at 7, 30 and 90 days by leaver, successor or rule, and what became of the rows.
#[utoipa::path(
    get,
    path = "/outcome",
    tag = "outcome",
    params(OutcomeQuery),
    responses((status = 200, body = Outcome))
)]
pub async fn show_outcome(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<OutcomeQuery>,
) -> Result<Json<Outcome>, Problem> {
    let period = period(&web, &query)?;
    let by = one_of("by", query.by, &OutcomeBy::values())?.unwrap_or_else(|| "leaver".to_owned());
    let kind = match by.as_str() {
        "successor" => By::Successor,
        "rule" => By::Rule,
        _ => By::Leaver,
    };
    let found = app::view_outcome(web.app(), &signed.actor, kind, period).await?;
    Ok(Json(Outcome::new(&by, period, found)))
}

/// The customers behind the counts as CSV: UTF-8 with byte order mark, safe to open in a
/// spreadsheet.
#[utoipa::path(
    get,
    path = "/outcome/export.csv",
    tag = "outcome",
    params(OutcomeQuery),
    responses((status = 200, body = String, content_type = "text/csv"))
)]
pub async fn export_outcome(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    Params(query): Params<OutcomeQuery>,
) -> Result<Response, Problem> {
    let what = What::Outcome {
        period: period(&web, &query)?,
        after: (Uuid::nil(), 0),
    };
    answer(Export::new(web, signed, trace.lang, what), Format::Csv).await
}

/// A customer as a line of [`COLUMNS`].
pub fn line(lang: Lang, exported: &Exported) -> Line {
    let row = &exported.row;
    let [week, month, quarter] = exported.fates.map(|fate| worded(lang, fate));
    let text = |text: &String| Cell::text(&**text);
    vec![
        text(&row.leaver),
        text(&row.leaver_name),
        text(&row.successor),
        text(&row.subject_id),
        text(&row.name),
        Cell::Moment(row.taken_at),
        Cell::text(week),
        Cell::text(month),
        Cell::text(quarter),
    ]
}

fn worded(lang: Lang, fate: Fate) -> String {
    let key = match fate {
        Fate::Retained => "fate.retained",
        Fate::Lost => "fate.lost",
        Fate::PassedOn => "fate.passed_on",
        Fate::TooEarly => "fate.too_early",
        Fate::Unknown => "fate.unknown",
    };
    text(lang, key, &[])
}

/// The routes of this area.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(show_outcome))
        .routes(routes!(export_outcome))
}
