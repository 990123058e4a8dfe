//! The rows of a handover as a file for spreadsheets, read and sent page by page, so that
//! memory does not grow with the handover.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use jiebang_app::Error;
use jiebang_app::handover::view::{self, Row, RowFilter};
use jiebang_app::job::chain;
use jiebang_domain::access::Actor;
use jiebang_domain::text::{Lang, text, text_if_any};
use jiebang_domain::time::Timestamp;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::convert::{Wanted, row_filter};
use super::dto::ExportQuery;
use crate::boundary::Trace;
use crate::csv;
use crate::extract::{At, Params, Signed};
use crate::problem::{Problem, advice};
use crate::state::Web;

/// Rows read and sent at once.
const PAGE: u64 = 1000;
/// The columns; their names are `export.COLUMN` in the catalogue.
const COLUMNS: [&str; 14] = [
    "row_no",
    "subject_kind",
    "subject_id",
    "name",
    "successor",
    "successor_name",
    "state",
    "prediction",
    "errcode",
    "error",
    "started_at",
    "waiting_until",
    "ended_at",
    "carry",
];

/// The rows as CSV: UTF-8 with byte order mark, safe to open in a spreadsheet.
#[utoipa::path(
    get,
    path = "/handovers/{id}/export.csv",
    tag = "handover",
    params(("id" = Uuid, Path), ExportQuery),
    responses((status = 200, body = String, content_type = "text/csv"))
)]
pub async fn export_rows(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At(id): At<Uuid>,
    Params(query): Params<ExportQuery>,
) -> Result<Response, Problem> {
    let mut export = Export {
        web,
        actor: signed.actor,
        lang: trace.lang,
        id,
        filter: row_filter(Wanted::from(query))?,
        after: 0,
        is_done: false,
    };
    // The first page before the answer begins, so that a refusal is a problem and not a
    // broken file.
    let first = export.next_page().await?;
    let heading =
        csv::record(COLUMNS.map(|name| text(export.lang, &format!("export.{name}"), &[])));
    let start = format!(
        "{}{heading}{}",
        csv::BYTE_ORDER_MARK,
        first.unwrap_or_default()
    );
    let rest = futures::stream::unfold(export, |mut export| async move {
        match export.next_page().await {
            Ok(Some(page)) => Some((Ok(page), export)),
            Ok(None) => None,
            Err(error) => {
                tracing::error!(error = chain(&error), "an export broke off");
                export.is_done = true;
                Some((Err(error), export))
            }
        }
    });
    let all = futures::StreamExt::chain(futures::stream::iter([Ok::<_, Error>(start)]), rest);
    Ok(csv::file(&format!("handover-{id}"), Body::from_stream(all)))
}

struct Export {
    web: Web,
    actor: Actor,
    lang: Lang,
    id: Uuid,
    filter: RowFilter,
    /// Number of the last row that was sent.
    after: i32,
    is_done: bool,
}

impl Export {
    async fn next_page(&mut self) -> Result<Option<String>, Error> {
        if self.is_done {
            return Ok(None);
        }
        let app = self.web.app();
        let rows =
            view::export_rows(app, &self.actor, self.id, &self.filter, self.after, PAGE).await?;
        self.is_done = (rows.len() as u64) < PAGE;
        let Some(last) = rows.last() else {
            return Ok(None);
        };
        self.after = last.row_no;
        let names = view::successor_names(app, &rows).await?;
        Ok(Some(
            rows.iter()
                .map(|row| line(self.lang, row, &names))
                .collect(),
        ))
    }
}

fn line(lang: Lang, row: &Row, names: &BTreeMap<String, String>) -> String {
    let worded = |area: &str, code: &str| {
        text_if_any(lang, &format!("{area}.{code}"), &[]).unwrap_or_else(|| code.to_owned())
    };
    let moment = |at: Option<i64>| at.map(|at| csv::beijing(Timestamp::from_seconds(at)));
    let errcode = row.errcode.map(i64::from).filter(|code| *code != 0);
    let successor = row.successor.clone().unwrap_or_default();
    csv::record([
        row.row_no.to_string(),
        worded("export", &row.subject_kind),
        row.subject_id.clone(),
        row.name.clone(),
        successor.clone(),
        names.get(&successor).cloned().unwrap_or_default(),
        worded("state", &row.state),
        worded("prediction", &row.prediction),
        errcode.map(|code| code.to_string()).unwrap_or_default(),
        advice(lang, errcode).trim_end().to_owned(),
        moment(row.started_at).unwrap_or_default(),
        moment(row.waiting_until).unwrap_or_default(),
        moment(row.ended_at).unwrap_or_default(),
        worded("carry", &row.carry),
    ])
}

/// The routes of this room.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(export_rows))
}
