//! The connection check in the reader's words.

use axum::Json;
use axum::extract::State;
use jiebang_app::doctor::{self, Line, Report, State as Outcome};
use jiebang_domain::text::{Lang, text, text_if_any};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::dto::{DoctorLine, DoctorReport};
use crate::boundary::Trace;
use crate::extract::Signed;
use crate::names::CheckState;
use crate::problem::{Problem, advice};
use crate::state::Web;

/// What the last connection check found.
#[utoipa::path(
    get,
    path = "/doctor",
    tag = "settings",
    responses((status = 200, body = DoctorReport))
)]
pub async fn show_doctor(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
) -> Result<Json<DoctorReport>, Problem> {
    let found = doctor::view_report(web.app(), &signed.actor).await?;
    Ok(Json(found.map_or_else(DoctorReport::default, |found| {
        report(trace.lang, found)
    })))
}

/// Checks the connection to WeCom.
#[utoipa::path(
    post,
    path = "/doctor",
    tag = "settings",
    responses((status = 200, body = DoctorReport))
)]
pub async fn run_doctor(
    State(web): State<Web>,
    Signed(signed): Signed,
    trace: Trace,
) -> Result<Json<DoctorReport>, Problem> {
    let found = doctor::run_doctor(web.app(), &signed.actor).await?;
    Ok(Json(report(trace.lang, found)))
}

/// A report in words; the command line shows the same.
#[must_use]
pub fn report(lang: Lang, found: Report) -> DoctorReport {
    DoctorReport {
        checked_at: Some(found.checked_at),
        lines: found.lines.into_iter().map(|one| line(lang, one)).collect(),
    }
}

fn line(lang: Lang, found: Line) -> DoctorLine {
    let check = found.check.as_str();
    let needs_fix = matches!(found.state, Outcome::Failed | Outcome::Warning);
    DoctorLine {
        title: text(lang, &format!("doctor.{check}.title"), &[]),
        state: CheckState::from(found.state.as_str()),
        detail: detail(lang, &found),
        fix: needs_fix.then(|| text(lang, &format!("doctor.{check}.fix"), &[])),
        docs_anchor: check.replace('_', "-"),
        errcode: found.errcode,
        check: found.check,
    }
}

/// How it came out, then each thing that was found, then what WeCom's code means.
fn detail(lang: Lang, found: &Line) -> String {
    let (check, state) = (&found.check, found.state.as_str());
    let outcome = match found.state {
        Outcome::Skipped => text(lang, "doctor.skipped", &[]),
        _ => text(lang, &format!("doctor.{check}.{state}"), &[]),
    };
    let facts = found.facts.iter().filter_map(|(name, value)| {
        let values = [(name.as_str(), value.as_str())];
        match name.as_str() {
            "cause" => text_if_any(lang, &format!("doctor.cause.{value}"), &[]),
            _ => text_if_any(lang, &format!("doctor.{check}.fact.{name}"), &values),
        }
    });
    let meaning = advice(lang, found.errcode);
    let blank = if lang == Lang::En { " " } else { "" };
    let parts: Vec<String> = std::iter::once(outcome)
        .chain(facts)
        .chain(Some(meaning.trim_end().to_owned()).filter(|text| !text.is_empty()))
        .collect();
    parts.join(blank)
}

/// The routes of this room.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(show_doctor, run_doctor))
}
