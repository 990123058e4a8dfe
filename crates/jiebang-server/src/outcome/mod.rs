//! Whether the customers that were handed over stayed.

pub mod dto;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use jiebang_app::Error;
use jiebang_app::job::chain;
use jiebang_app::outcome::{self as app, By, Exported, Period};
use jiebang_domain::access::Actor;
use jiebang_domain::outcome::Fate;
use jiebang_domain::text::{Lang, text};
use jiebang_domain::time::{DAY, Timestamp};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::dto::{Outcome, OutcomeQuery};
use crate::boundary::Trace;
use crate::csv;
use crate::extract::{Params, Signed};
use crate::handover::one_of;
use crate::names::OutcomeBy;
use crate::problem::Problem;
use crate::state::Web;

/// The columns of the file; their names are `export.COLUMN` in the catalogue.
const COLUMNS: [&str; 9] = [
    "leaver",
    "leaver_name",
    "successor",
    "subject_id",
    "name",
    "taken_over_at",
    "retained_7",
    "retained_30",
    "retained_90",
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
    let mut export = Export {
        period: period(&web, &query)?,
        web,
        actor: signed.actor,
        lang: trace.lang,
        after: (Uuid::nil(), 0),
    };
    // The first page before the answer begins, so that a refusal is a problem and not a
    // broken file.
    let first = export.next_page().await?;
    let heading =
        csv::record(COLUMNS.map(|name| text(export.lang, &format!("export.{name}"), &[])));
    let is_done = first.is_none();
    let start = format!(
        "{}{heading}{}",
        csv::BYTE_ORDER_MARK,
        first.unwrap_or_default()
    );
    let rest = futures::stream::unfold((export, is_done), |(mut export, is_done)| async move {
        if is_done {
            return None;
        }
        match export.next_page().await {
            Ok(page) => page.map(|page| (Ok(page), (export, false))),
            Err(error) => {
                tracing::error!(error = chain(&error), "an export broke off");
                Some((Err(error), (export, true)))
            }
        }
    });
    let all = futures::StreamExt::chain(futures::stream::iter([Ok::<_, Error>(start)]), rest);
    Ok(csv::file("outcome", Body::from_stream(all)))
}

struct Export {
    web: Web,
    actor: Actor,
    lang: Lang,
    period: Period,
    after: (Uuid, i32),
}

impl Export {
    async fn next_page(&mut self) -> Result<Option<String>, Error> {
        let app = self.web.app();
        let rows = app::export_outcome(app, &self.actor, self.period, &mut self.after).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        Ok(Some(rows.iter().map(|row| line(self.lang, row)).collect()))
    }
}

fn line(lang: Lang, exported: &Exported) -> String {
    let row = &exported.row;
    let [week, month, quarter] = exported.fates.map(|fate| worded(lang, fate));
    csv::record([
        row.leaver.clone(),
        row.leaver_name.clone(),
        row.successor.clone(),
        row.subject_id.clone(),
        row.name.clone(),
        csv::beijing(Timestamp::from_seconds(row.taken_at)),
        week,
        month,
        quarter,
    ])
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
