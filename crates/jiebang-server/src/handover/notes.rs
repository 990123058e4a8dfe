//! Remarks for the successors, and the first contacts they owe.

use std::fmt;
use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiebang_app::handover::first_contact::{self, ContactState};
use jiebang_app::handover::note::{self, NoteRows};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::convert::{Wanted, one_of, row_filter};
use super::dto::{FirstContact, FirstContactQuery, NoteInput, NotesInput, NotesWritten};
use crate::cursor;
use crate::extract::{At, Body, Params, Signed};
use crate::names::ContactStateName;
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Web;

/// Most rows one request may name.
const MAX_ROWS: usize = 10_000;

/// Writes the remark for the successor of one row; an empty one takes it away.
#[utoipa::path(
    put,
    path = "/handovers/{id}/rows/{row_no}/note",
    tag = "handover",
    params(("id" = Uuid, Path), ("row_no" = i64, Path)),
    request_body = NoteInput,
    responses((status = 204))
)]
pub async fn write_row_note(
    State(web): State<Web>,
    Signed(signed): Signed,
    At((id, row_no)): At<(Uuid, i32)>,
    Body(input): Body<NoteInput>,
) -> Result<StatusCode, Problem> {
    let rows = NoteRows::Numbers(vec![row_no]);
    note::write_note(web.app(), &signed.actor, id, &rows, &input.note).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Writes the same remark for many rows: by number, or every row a filter lets through.
#[utoipa::path(
    post,
    path = "/handovers/{id}/notes",
    tag = "handover",
    params(("id" = Uuid, Path)),
    request_body = NotesInput,
    responses((status = 200, body = NotesWritten))
)]
pub async fn write_notes(
    State(web): State<Web>,
    Signed(signed): Signed,
    At(id): At<Uuid>,
    Body(input): Body<NotesInput>,
) -> Result<Json<NotesWritten>, Problem> {
    let rows = match (input.rows, input.filter) {
        (Some(rows), None) if rows.len() <= MAX_ROWS => {
            let numbers: Result<Vec<i32>, _> = rows.into_iter().map(i32::try_from).collect();
            let numbers = numbers.map_err(|_| Problem::validation("rows", "unknown_value"))?;
            NoteRows::Numbers(numbers)
        }
        (Some(_), None) => return Err(Problem::validation("rows", "too_long")),
        (None, Some(filter)) => NoteRows::Filter(row_filter(Wanted::from(filter))?),
        _ => return Err(Problem::validation("rows", "rows_or_filter")),
    };
    let rows = note::write_note(web.app(), &signed.actor, id, &rows, &input.note).await?;
    Ok(Json(NotesWritten { rows: rows as u64 }))
}

/// First contacts that successors owe or have made, the one due first at first.
#[utoipa::path(
    get,
    path = "/first-contacts",
    tag = "handover",
    params(FirstContactQuery),
    responses((status = 200, body = Page<FirstContact>))
)]
pub async fn list_first_contacts(
    State(web): State<Web>,
    Signed(signed): Signed,
    Params(query): Params<FirstContactQuery>,
) -> Result<Json<Page<FirstContact>>, Problem> {
    let state = one_of("state", query.state, &ContactStateName::values())?;
    let state = state.and_then(|name| ContactState::parse(&name));
    let after: Option<Place> = cursor::decode("first_contacts", query.cursor.as_deref())?;
    let limit = cursor::limit(query.limit)?;
    let (found, total) = first_contact::list_first_contacts(
        web.app(),
        &signed.actor,
        state.unwrap_or(ContactState::Overdue),
        after.map(|place| (place.due_at, place.handover, place.row_no)),
        limit,
    )
    .await?;
    let is_full = found.len() as u64 == limit;
    let last = found.last().filter(|_| is_full).map(|one| Place {
        due_at: one.contact.due_at,
        handover: one.contact.handover_id,
        row_no: one.contact.row_no,
    });
    Ok(Json(Page {
        items: found.into_iter().map(FirstContact::from).collect(),
        next_cursor: last.map(|place| cursor::encode("first_contacts", place)),
        total: Some(total),
    }))
}

/// Where the list goes on, as text: moment, handover and row.
struct Place {
    due_at: i64,
    handover: Uuid,
    row_no: i32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.due_at, self.handover, self.row_no)
    }
}

impl FromStr for Place {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split(' ');
        let mut part = || parts.next().ok_or(());
        Ok(Self {
            due_at: part()?.parse().map_err(|_| ())?,
            handover: part()?.parse().map_err(|_| ())?,
            row_no: part()?.parse().map_err(|_| ())?,
        })
    }
}

/// The routes of this room.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(write_row_note))
        .routes(routes!(write_notes))
        .routes(routes!(list_first_contacts))
}
