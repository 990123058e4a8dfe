//! The connection check: each thing that must be in place, whether it is, and the cause if not.
//!
//! Invariant: a line tells what was found by asking, not what is configured; and a check writes
//! nothing at WeCom.

mod checks;

pub(crate) use checks::CLOCK_WRONG;

use std::collections::BTreeMap;

use jiebang_domain::access::{Act, Actor, Resource};
use jiebang_store::setting::{self, Content};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::{self, Record};
use crate::{App, Change, Error};

/// The setting that holds the last report.
const REPORT: &str = "doctor.report";

/// How a line came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Ok,
    Warning,
    Failed,
    /// Not looked at, because something before it failed.
    Skipped,
}

impl State {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// One thing that was checked. Its texts are in the catalogue under `doctor.CHECK.`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// `corp_id`, `app_secret`, `trusted_ip` …
    pub check: String,
    pub state: State,
    /// What was found: `ip`, `members`, `hours` … No secrets.
    pub facts: BTreeMap<String, String>,
    /// WeCom's code, where one was the cause.
    pub errcode: Option<i64>,
}

impl Line {
    fn new(check: &str, state: State) -> Self {
        Self {
            check: check.to_owned(),
            state,
            facts: BTreeMap::new(),
            errcode: None,
        }
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "ids and numbers are small, and the call reads better"
    )]
    fn fact(mut self, name: &str, value: impl ToString) -> Self {
        self.facts.insert(name.to_owned(), value.to_string());
        self
    }

    fn code(mut self, code: Option<i64>) -> Self {
        self.errcode = code;
        self
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    pub checked_at: i64,
    pub lines: Vec<Line>,
}

impl Report {
    /// How many lines failed.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.lines
            .iter()
            .filter(|line| line.state == State::Failed)
            .count() as u64
    }

    #[must_use]
    pub fn line(&self, check: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.check == check)
    }
}

/// Checks everything and keeps the report.
///
/// # Errors
/// [`Error::Denied`]; what is wrong with the connection is in the report.
pub async fn run_doctor(app: &App, actor: &Actor) -> Result<Report, Error> {
    app.allow(actor, Act::DoctorRun, Resource::Corp)?;
    let report = Report {
        checked_at: app.now().seconds(),
        lines: checks::all(app).await,
    };
    let value = serde_json::to_value(&report).map_err(|source| Error::Json {
        what: "report",
        source,
    })?;
    let tx = app.begin().await?;
    let content = Content::Open(value);
    setting::put(
        &tx,
        app.home(),
        REPORT,
        content,
        &actor.reference(),
        app.now(),
    )
    .await?;
    let entry = Record::done("doctor.run", "settings", "wecom")
        .detail(json!({ "failed": report.failed() }));
    audit::record(app, &tx, actor, entry).await?;
    tx.commit().await?;
    app.tell(Change::Settings);
    Ok(report)
}

/// The last report, if there was one.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn view_report(app: &App, actor: &Actor) -> Result<Option<Report>, Error> {
    app.allow(actor, Act::DoctorRun, Resource::Corp)?;
    last_report(app).await
}

pub(crate) async fn last_report(app: &App) -> Result<Option<Report>, Error> {
    let stored = setting::get(app.store().read(), app.home(), REPORT).await?;
    Ok(stored
        .and_then(|row| row.value)
        .and_then(|value| serde_json::from_value(value).ok()))
}
