//! Tables given out as files: read page by page and written as they come.
//!
//! Invariant: every page of every export is taken by [`Export::next_page`], which looks the session
//! up again and asks the use case again for the right to it: an export ends with its session.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures::stream::{self, StreamExt as _};
use jiebang_app::Error;
use jiebang_app::access::{SessionInfo, actor_names, still_there};
use jiebang_app::archive::review::{Which, list_items};
use jiebang_app::customer::{self, WantedCustomers};
use jiebang_app::handover::record::{self, StepFilter};
use jiebang_app::handover::view::{self, RowFilter};
use jiebang_app::job::chain;
use jiebang_app::outcome::{self as app_outcome, Period};
use jiebang_domain::access::Act;
use jiebang_domain::id::ExternalUserId;
use jiebang_domain::text::Lang;
use uuid::Uuid;

use crate::problem::Problem;
use crate::sheet::{self, Book, Column, Format, Line};
use crate::state::Web;
use crate::{archive, customer as customers, handover, outcome};

/// Rows read at once.
const PAGE: u64 = 1000;

/// What is exported, and how far it has come.
pub enum What {
    Rows {
        id: Uuid,
        filter: RowFilter,
        after: i32,
    },
    Steps {
        id: Uuid,
        filter: StepFilter,
        before: Option<i64>,
    },
    Customers {
        wanted: WantedCustomers,
        after: Option<ExternalUserId>,
    },
    Outcome {
        period: Period,
        after: (Uuid, i32),
    },
    Review {
        id: Uuid,
        after: i32,
    },
}

impl What {
    const fn columns(&self) -> &'static [Column] {
        match self {
            Self::Rows { .. } => handover::export::ROW_COLUMNS,
            Self::Steps { .. } => handover::export::STEP_COLUMNS,
            Self::Customers { .. } => customers::export::COLUMNS,
            Self::Outcome { .. } => outcome::COLUMNS,
            Self::Review { .. } => archive::review::COLUMNS,
        }
    }

    fn file_name(&self) -> String {
        match self {
            Self::Rows { id, .. } => format!("handover-{id}"),
            Self::Steps { id, .. } => format!("handover-{id}-record"),
            Self::Customers { .. } => "customers".to_owned(),
            Self::Outcome { .. } => "outcome".to_owned(),
            Self::Review { id, .. } => format!("spot-check-{id}"),
        }
    }
}

/// An export under way.
pub struct Export {
    web: Web,
    session: SessionInfo,
    lang: Lang,
    what: What,
    is_done: bool,
}

impl Export {
    #[must_use]
    pub const fn new(web: Web, session: SessionInfo, lang: Lang, what: What) -> Self {
        Self {
            web,
            session,
            lang,
            what,
            is_done: false,
        }
    }

    /// The next lines; `None` at the end.
    async fn next_page(&mut self) -> Result<Option<Vec<Line>>, Error> {
        if self.is_done {
            return Ok(None);
        }
        let (app, lang) = (self.web.app(), self.lang);
        // Who signed out, or whose access ended meanwhile, gets no further page.
        let actor = &still_there(app, &self.session, Act::HandoverExport).await?;
        let mut is_last = false;
        let lines = match &mut self.what {
            What::Rows { id, filter, after } => {
                let rows = view::export_rows(app, actor, *id, filter, *after, PAGE).await?;
                *after = rows.last().map_or(*after, |row| row.row_no);
                let names = view::successor_names(app, &rows).await?;
                let line = |row| handover::export::row_line(lang, row, &names);
                rows.iter().map(line).collect::<Vec<Line>>()
            }
            What::Steps { id, filter, before } => {
                let steps = record::export_steps(app, actor, *id, filter, *before, PAGE).await?;
                *before = steps.last().map_or(*before, |step| Some(step.id));
                let who = steps.iter().map(|step| step.actor.as_str());
                let names = actor_names(app, who).await?;
                let line = |step| handover::export::step_line(lang, step, &names);
                steps.iter().map(line).collect()
            }
            What::Customers { wanted, after } => {
                let page = after.as_ref();
                let found = customer::export_customers(app, actor, wanted, page, PAGE).await?;
                if let Some(last) = found.last() {
                    let id = ExternalUserId::parse(last.external_userid.as_str());
                    *after = Some(id.map_err(|source| Error::Malformed {
                        what: "customer",
                        source,
                    })?);
                }
                let line = |one| customers::export::line(lang, one);
                found.iter().map(line).collect()
            }
            What::Outcome { period, after } => {
                let found = app_outcome::export_outcome(app, actor, *period, after).await?;
                let line = |one| outcome::line(lang, one);
                found.iter().map(line).collect()
            }
            What::Review { id, after } => {
                // What the actor does not see is left out of a page.
                let found = loop {
                    let page = list_items(app, actor, *id, Which::default(), *after, PAGE).await?;
                    is_last = page.1.is_none();
                    *after = page.1.unwrap_or(*after);
                    if is_last || !page.0.is_empty() {
                        break page.0;
                    }
                };
                let line = |one| archive::review::line(lang, one);
                found.iter().map(line).collect()
            }
        };
        // What the actor does not see is left out of a page of the outcome, so only an empty one ends it.
        let is_full = match self.what {
            What::Outcome { .. } => !lines.is_empty(),
            What::Review { .. } => !is_last,
            _ => lines.len() as u64 >= PAGE,
        };
        self.is_done = !is_full;
        Ok(Some(lines).filter(|lines| !lines.is_empty()))
    }
}

/// The export as a file. The first page is read before the answer begins, so that a refusal is a
/// problem and not a broken file.
///
/// # Errors
/// What the use case says to the first page.
pub async fn answer(mut export: Export, format: Format) -> Result<Response, Problem> {
    let first = export.next_page().await?.unwrap_or_default();
    let name = format!("{}.{}", export.what.file_name(), format.extension());
    let body = match format {
        Format::Csv => csv(export, &first),
        Format::Xlsx => xlsx(export, first),
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_static(format.media_type());
    headers.insert(header::CONTENT_TYPE, media_type);
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

fn csv(export: Export, first: &[Line]) -> Body {
    let heading = sheet::csv_heading(export.lang, export.what.columns());
    let start = format!("{heading}{}", sheet::csv_lines(first));
    let rest = stream::unfold(export, |mut export| async move {
        match export.next_page().await {
            Ok(Some(page)) => Some((Ok(sheet::csv_lines(&page)), export)),
            Ok(None) => None,
            Err(error) => {
                broke_off(&error);
                export.is_done = true;
                Some((Err(error), export))
            }
        }
    });
    Body::from_stream(stream::iter([Ok::<_, Error>(start)]).chain(rest))
}

/// The whole file is one piece, made while the answer is on its way.
fn xlsx(export: Export, first: Vec<Line>) -> Body {
    Body::from_stream(stream::once(async move {
        let file = book(export, first).await;
        file.map(Bytes::from).inspect_err(broke_off)
    }))
}

async fn book(mut export: Export, first: Vec<Line>) -> Result<Vec<u8>, Error> {
    let failed = |error: rust_xlsxwriter::XlsxError| Error::Internal(error.to_string());
    // Notes of spot checks are sealed wherever they are kept.
    let is_secret = matches!(export.what, What::Review { .. });
    let mut book = Book::start(export.lang, export.what.columns(), is_secret).map_err(failed)?;
    let mut page = first;
    loop {
        if !book.has_room(page.len()) {
            return Err(Error::Internal("more rows than a sheet holds".to_owned()));
        }
        book.push(&page).map_err(failed)?;
        match export.next_page().await? {
            Some(next) => page = next,
            None => break,
        }
    }
    let packed = tokio::task::spawn_blocking(move || book.finish()).await;
    packed
        .map_err(|error| Error::Internal(error.to_string()))?
        .map_err(failed)
}

fn broke_off(error: &Error) {
    tracing::error!(error = chain(error), "an export broke off");
}
