//! The list of customers as a file for spreadsheets.

use axum::extract::State;
use axum::response::Response;
use jiebang_app::customer::CustomerSummary;
use jiebang_domain::text::{Lang, text};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::dto::CustomerExportQuery;
use super::wanted;
use crate::boundary::Trace;
use crate::export::{Export, What, answer};
use crate::extract::{Params, Signed};
use crate::problem::Problem;
use crate::sheet::{Cell, Column, Format, Line, column};
use crate::state::Web;

pub const COLUMNS: &[Column] = &[
    column("subject_id", 36),
    column("name", 20),
    column("corp_name", 24),
    column("standing", 18),
    column("members", 24),
    column("member_ids", 24),
    column("tags", 30),
    column("passed_on", 12),
];

/// Customers as CSV: UTF-8 with byte order mark, safe to open in a spreadsheet.
#[utoipa::path(
    get,
    path = "/customers/export.csv",
    tag = "customer",
    params(CustomerExportQuery),
    responses((status = 200, body = String, content_type = "text/csv"))
)]
pub async fn export_customers(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    Params(query): Params<CustomerExportQuery>,
) -> Result<Response, Problem> {
    let (wanted, after) = (wanted(query)?, None);
    let what = What::Customers { wanted, after };
    answer(Export::new(web, signed, trace.lang, what), Format::Csv).await
}

/// Customers as XLSX.
#[utoipa::path(
    get,
    path = "/customers/export.xlsx",
    tag = "customer",
    params(CustomerExportQuery),
    responses((
        status = 200,
        body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ))
)]
pub async fn export_customers_xlsx(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
    Params(query): Params<CustomerExportQuery>,
) -> Result<Response, Problem> {
    let (wanted, after) = (wanted(query)?, None);
    let what = What::Customers { wanted, after };
    answer(Export::new(web, signed, trace.lang, what), Format::Xlsx).await
}

/// A customer as a line of [`COLUMNS`].
pub fn line(lang: Lang, one: &CustomerSummary) -> Line {
    let join = |texts: Vec<&str>| Cell::text(texts.join(" / "));
    let standing = format!("export.standing.{}", one.standing.as_str());
    let members = one.members.iter();
    vec![
        Cell::text(&*one.external_userid),
        Cell::text(&*one.name),
        Cell::text(&*one.corp_name),
        Cell::text(text(lang, &standing, &[])),
        join(members.clone().map(|member| &*member.name).collect()),
        join(members.map(|member| &*member.userid).collect()),
        join(one.tags.iter().map(|tag| &*tag.name).collect()),
        Cell::Number(i64::try_from(one.passed_on).unwrap_or(i64::MAX)),
    ]
}

/// The routes of this room.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(export_customers))
        .routes(routes!(export_customers_xlsx))
}
