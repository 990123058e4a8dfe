//! Remarks for the successors, row by row.

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::batch::rows_a_statement;
use crate::entity::handover_row::{Column, Entity};
use crate::error::During;
use crate::{StoreError, Tx};

/// Writes the remark for the successor of these rows; `None` takes it away.
pub async fn set_notes(
    tx: &Tx,
    handover: Uuid,
    numbers: &[i32],
    note: Option<&str>,
    now: i64,
) -> Result<(), StoreError> {
    for part in numbers.chunks(rows_a_statement(1)) {
        Entity::update_many()
            .col_expr(Column::Note, Expr::value(note.map(str::to_owned)))
            .col_expr(Column::UpdatedAt, Expr::value(now))
            .filter(Column::HandoverId.eq(handover))
            .filter(Column::RowNo.is_in(part.iter().copied()))
            .exec(tx.conn())
            .await
            .during("write the remarks of the rows")?;
    }
    Ok(())
}

/// The remarks of a handover's rows, by kind and id of what they hand over.
pub async fn notes(
    conn: &impl ConnectionTrait,
    handover: Uuid,
) -> Result<BTreeMap<(String, String), String>, StoreError> {
    let found: Vec<(String, String, String)> = Entity::find()
        .select_only()
        .column(Column::SubjectKind)
        .column(Column::SubjectId)
        .column(Column::Note)
        .filter(Column::HandoverId.eq(handover))
        .filter(Column::Note.is_not_null())
        .into_tuple()
        .all(conn)
        .await
        .during("read the remarks of the rows")?;
    let with = |(kind, id, note)| ((kind, id), note);
    Ok(found.into_iter().map(with).collect())
}
