//! Remarks for the successors, row by row: told to nobody but them, kept in the record.

use jiebang_domain::access::{Act, Actor};
use jiebang_domain::handover::MAX_NOTE_CHARS;
use jiebang_store::entity::handover_row::Model as Row;
use jiebang_store::handover::{self as store, RowFilter, Step};
use uuid::Uuid;

use super::view;
use crate::{App, Change, Error};

/// Most rows that get a remark at once.
const MAX_ROWS: u64 = 20_000;

/// Which rows get the remark.
#[derive(Debug, Clone)]
pub enum NoteRows {
    Numbers(Vec<i32>),
    /// Every row the filter lets through.
    Filter(RowFilter),
}

/// Writes a remark for the successors of these rows in place of what they had; an empty one takes
/// it away. Returns how many rows have it now that had another before.
///
/// # Errors
/// [`Error::NotFound`] also if one of the rows does not exist, [`Error::Denied`],
/// [`Error::Invalid`].
pub async fn write_note(
    app: &App,
    actor: &Actor,
    id: Uuid,
    which: &NoteRows,
    note: &str,
) -> Result<usize, Error> {
    let handover = view::find(app, actor, Act::HandoverPlan, id).await?;
    let note = note.trim();
    if note.chars().count() > MAX_NOTE_CHARS {
        return Err(Error::invalid("note", "note_too_long"));
    }
    let note = Some(note).filter(|note| !note.is_empty());
    let tx = app.begin().await?;
    super::lock(&tx, id).await?;
    let rows = match which {
        NoteRows::Numbers(numbers) => {
            let rows = store::rows_by_number(tx.conn(), id, numbers).await?;
            let is_there = |number: &&i32| rows.iter().any(|row| row.row_no == **number);
            if let Some(missing) = numbers.iter().find(|number| !is_there(number)) {
                return Err(Error::not_found("row", *missing));
            }
            rows
        }
        NoteRows::Filter(filter) => {
            if store::count_rows(tx.conn(), id, filter).await? > MAX_ROWS {
                return Err(Error::invalid("filter", "too_many_rows"));
            }
            store::rows(tx.conn(), id, filter, 0, MAX_ROWS).await?
        }
    };
    let changed: Vec<i32> = rows
        .iter()
        .filter(|row| row.note.as_deref() != note)
        .map(|row| row.row_no)
        .collect();
    if changed.is_empty() {
        return Ok(0);
    }
    let now = app.now().seconds();
    store::set_notes(&tx, id, &changed, note, now).await?;
    let step = |row_no: &i32| Step {
        row_no: Some(*row_no),
        step: "note",
        outcome: if note.is_some() { "written" } else { "cleared" }.to_owned(),
        call_id: None,
        detail: note.map(|note| serde_json::json!({ "note": note })),
    };
    let steps = changed.iter().map(step).collect();
    let by = actor.reference();
    store::insert_steps(&tx, &handover.corp_id, id, &by, now, steps).await?;
    let detail = serde_json::json!({ "rows": changed.len() });
    super::record(app, &tx, &by, "handover.note", id, "done", detail).await?;
    tx.commit().await?;
    app.tell(Change::Handover(id));
    Ok(changed.len())
}

/// Gives rows that are planned anew the remarks they had.
pub(super) async fn keep(app: &App, id: Uuid, rows: &mut [Row]) -> Result<(), Error> {
    let mut notes = store::notes(app.store().read(), id).await?;
    if notes.is_empty() {
        return Ok(());
    }
    for row in rows {
        row.note = notes.remove(&(row.subject_kind.clone(), row.subject_id.clone()));
    }
    Ok(())
}
