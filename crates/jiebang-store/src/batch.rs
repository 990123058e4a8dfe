//! Writing many rows in few statements.

use std::cmp::Ordering;

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, EntityTrait, IdenStatic,
    IntoActiveModel, Iterable,
};

use crate::StoreError;
use crate::error::During;

/// Most values in one statement; SQLite binds 32,766, PostgreSQL 65,535.
const MOST_VALUES: usize = 32_000;
/// More rows than this make a statement no cheaper a row.
const MOST_ROWS: usize = 1_000;

/// Rows of `columns` values each that fit one statement.
pub(crate) const fn rows_a_statement(columns: usize) -> usize {
    let rows = MOST_VALUES / columns;
    if rows > MOST_ROWS { MOST_ROWS } else { rows }
}

/// Inserts `rows`, a batch a statement; a row whose key is there already is treated as
/// `on_conflict` says. No two rows may have the same key: PostgreSQL refuses to update a row
/// twice in one statement.
pub(crate) async fn upsert<E>(
    conn: &impl ConnectionTrait,
    rows: Vec<E::Model>,
    on_conflict: &OnConflict,
    operation: &'static str,
) -> Result<(), StoreError>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
{
    let size = rows_a_statement(E::Column::iter().count());
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let batch = rows
            .by_ref()
            .take(size)
            .map(|row| row.into_active_model().reset_all());
        E::insert_many(batch)
            .on_conflict(on_conflict.clone())
            .exec_without_returning(conn)
            .await
            .during(operation)?;
    }
    Ok(())
}

/// On a conflict over `key`, takes the new row but for `key` itself and the columns `kept`.
pub(crate) fn replace_all_but<E: EntityTrait>(key: &[E::Column], kept: &[E::Column]) -> OnConflict {
    let stays = |column: &E::Column| {
        key.iter()
            .chain(kept)
            .any(|other| other.as_str() == column.as_str())
    };
    OnConflict::columns(key.iter().copied())
        .update_columns(E::Column::iter().filter(|column| !stays(column)))
        .to_owned()
}

/// Keeps the last of rows with the same key, in the order of their keys: two transactions that
/// write the same rows then lock them in the same order and cannot wait for each other.
pub(crate) fn last_of_each<T>(mut rows: Vec<T>, by_key: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    // Stable, so that among equal keys the later row stays behind the earlier one.
    rows.sort_by(&by_key);
    let mut out: Vec<T> = Vec::with_capacity(rows.len());
    for row in rows {
        match out.last_mut() {
            Some(last) if by_key(last, &row) == Ordering::Equal => *last = row,
            _ => out.push(row),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_stays_below_the_limits_of_both_databases() {
        for columns in 1..100 {
            assert!(rows_a_statement(columns) * columns <= 32_766);
        }
    }

    #[test]
    fn of_rows_with_the_same_key_the_last_is_kept() {
        let rows = vec![(2, 'a'), (1, 'b'), (2, 'c')];
        assert_eq!(
            last_of_each(rows, |a, b| a.0.cmp(&b.0)),
            [(1, 'b'), (2, 'c')]
        );
    }
}
