//! The rows and the record of a handover as files for spreadsheets.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use jiebang_app::access::ActorNames;
use jiebang_app::access::SessionInfo;
use jiebang_app::handover::plan::reason_of;
use jiebang_app::handover::view::{Row, StepRecord};
use jiebang_domain::text::{Lang, text_if_any};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::convert::{Wanted, row_filter, step_filter};
use super::dto::{ExportQuery, RecordExportQuery, RowReason};
use crate::boundary::Trace;
use crate::export::{Export, What, answer};
use crate::extract::{At, Params, Signed};
use crate::problem::{Problem, advice};
use crate::sheet::{Cell, Column, Format, Line, column};
use crate::state::Web;

/// The columns of the rows.
pub const ROW_COLUMNS: &[Column] = &[
    column("row_no", 8),
    column("subject_kind", 12),
    column("subject_id", 36),
    column("name", 20),
    column("successor", 16),
    column("successor_name", 14),
    column("state", 18),
    column("prediction", 28),
    column("errcode", 10),
    column("error", 40),
    column("started_at", 20),
    column("waiting_until", 20),
    column("ended_at", 20),
    column("carry", 16),
    column("reason", 20),
    column("note", 40),
];
/// The columns of the record.
pub const STEP_COLUMNS: &[Column] = &[
    column("at", 20),
    column("row_no", 8),
    column("actor", 20),
    column("step", 22),
    column("outcome", 22),
    column("errcode", 10),
    column("error", 40),
    column("successor", 16),
    column("note", 40),
    column("call", 38),
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
    rows(web, signed, trace.lang, id, query, Format::Csv).await
}

/// The rows as XLSX.
#[utoipa::path(
    get,
    path = "/handovers/{id}/export.xlsx",
    tag = "handover",
    params(("id" = Uuid, Path), ExportQuery),
    responses((
        status = 200,
        body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ))
)]
pub async fn export_rows_xlsx(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At(id): At<Uuid>,
    Params(query): Params<ExportQuery>,
) -> Result<Response, Problem> {
    rows(web, signed, trace.lang, id, query, Format::Xlsx).await
}

async fn rows(
    web: Web,
    session: SessionInfo,
    lang: Lang,
    id: Uuid,
    query: ExportQuery,
    format: Format,
) -> Result<Response, Problem> {
    let what = What::Rows {
        id,
        filter: row_filter(Wanted::from(query))?,
        after: 0,
    };
    answer(Export::new(web, session, lang, what), format).await
}

/// The record as CSV, newest step first.
#[utoipa::path(
    get,
    path = "/handovers/{id}/record.csv",
    tag = "handover",
    params(("id" = Uuid, Path), RecordExportQuery),
    responses((status = 200, body = String, content_type = "text/csv"))
)]
pub async fn export_record(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At(id): At<Uuid>,
    Params(query): Params<RecordExportQuery>,
) -> Result<Response, Problem> {
    record(web, signed, trace.lang, id, query, Format::Csv).await
}

/// The record as XLSX, newest step first.
#[utoipa::path(
    get,
    path = "/handovers/{id}/record.xlsx",
    tag = "handover",
    params(("id" = Uuid, Path), RecordExportQuery),
    responses((
        status = 200,
        body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ))
)]
pub async fn export_record_xlsx(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    At(id): At<Uuid>,
    Params(query): Params<RecordExportQuery>,
) -> Result<Response, Problem> {
    record(web, signed, trace.lang, id, query, Format::Xlsx).await
}

async fn record(
    web: Web,
    session: SessionInfo,
    lang: Lang,
    id: Uuid,
    query: RecordExportQuery,
    format: Format,
) -> Result<Response, Problem> {
    let what = What::Steps {
        id,
        filter: step_filter(query)?,
        before: None,
    };
    answer(Export::new(web, session, lang, what), format).await
}

/// The words for a code, or the code.
pub fn worded(lang: Lang, area: &str, code: &str) -> String {
    text_if_any(lang, &format!("{area}.{code}"), &[]).unwrap_or_else(|| code.to_owned())
}

fn reason(lang: Lang, row: &Row) -> String {
    let RowReason { mode, rule, .. } = RowReason::from(reason_of(row));
    rule.unwrap_or_else(|| worded(lang, "export.reason", &mode.0))
}

/// A row as a line of [`ROW_COLUMNS`].
pub fn row_line(lang: Lang, row: &Row, names: &BTreeMap<String, String>) -> Line {
    let errcode = row.errcode.map(i64::from).filter(|code| *code != 0);
    let successor = row.successor.clone().unwrap_or_default();
    vec![
        Cell::Number(i64::from(row.row_no)),
        Cell::text(worded(lang, "export", &row.subject_kind)),
        Cell::text(&*row.subject_id),
        Cell::text(&*row.name),
        Cell::text(&*successor),
        Cell::text(names.get(&successor).cloned().unwrap_or_default()),
        Cell::text(worded(lang, "state", &row.state)),
        Cell::text(worded(lang, "prediction", &row.prediction)),
        Cell::number(errcode),
        Cell::text(advice(lang, errcode).trim_end()),
        Cell::moment(row.started_at),
        Cell::moment(row.waiting_until),
        Cell::moment(row.ended_at),
        Cell::text(worded(lang, "carry", &row.carry)),
        Cell::text(reason(lang, row)),
        Cell::text(row.note.clone().unwrap_or_default()),
    ]
}

/// A step as a line of [`STEP_COLUMNS`].
pub fn step_line(lang: Lang, step: &StepRecord, names: &ActorNames) -> Line {
    let detail = |key: &str| step.detail.as_ref().and_then(|detail| detail.get(key));
    let in_words = |key: &str| {
        let value = detail(key).and_then(serde_json::Value::as_str);
        Cell::text(value.unwrap_or_default())
    };
    let errcode = detail("errcode").and_then(serde_json::Value::as_i64);
    let who = names.get(&step.actor).cloned();
    let actor = who.unwrap_or_else(|| worded(lang, "export.actor", &step.actor));
    let outcome = ["export.outcome", "state", "carry"]
        .iter()
        .find_map(|area| text_if_any(lang, &format!("{area}.{}", step.outcome), &[]));
    vec![
        Cell::Moment(step.at),
        Cell::number(step.row_no.map(i64::from)),
        Cell::text(actor),
        Cell::text(worded(lang, "export.step", &step.step)),
        Cell::text(outcome.unwrap_or_else(|| step.outcome.clone())),
        Cell::number(errcode),
        Cell::text(advice(lang, errcode).trim_end()),
        in_words("successor"),
        in_words("note"),
        Cell::text(step.call_id.map(|id| id.to_string()).unwrap_or_default()),
    ]
}

/// The routes of this room.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(export_rows))
        .routes(routes!(export_rows_xlsx))
        .routes(routes!(export_record))
        .routes(routes!(export_record_xlsx))
}
