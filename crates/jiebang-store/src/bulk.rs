//! Inserting many rows at the speed of the database: one statement with an array a column on
//! PostgreSQL (its text is always the same, and nothing is parsed a value), rows of values on
//! SQLite.

use std::fmt::Write;

use sea_orm::{ConnectionTrait, Value};

use crate::StoreError;
use crate::archive::{is_postgres, statement};
use crate::error::During;

/// Rows a statement on SQLite: more make it no cheaper a row.
const ROWS: usize = 100;

/// A column and its values, one a row.
pub(crate) enum Column {
    Numbers(&'static str, Vec<i64>),
    MaybeNumbers(&'static str, Vec<Option<i64>>),
    Texts(&'static str, Vec<String>),
    /// An empty text is stored as nothing.
    MaybeTexts(&'static str, Vec<Option<String>>),
    Bytes(&'static str, Vec<Vec<u8>>),
    /// PostgreSQL only: arrays of numbers, each written as `{1,2}`.
    Lists(&'static str, Vec<String>),
}

/// Stands for nothing in an array of numbers, whose elements must be there.
const NOTHING: i64 = i64::MIN;

impl Column {
    const fn name(&self) -> &'static str {
        match self {
            Self::Numbers(name, _)
            | Self::MaybeNumbers(name, _)
            | Self::Texts(name, _)
            | Self::MaybeTexts(name, _)
            | Self::Bytes(name, _)
            | Self::Lists(name, _) => name,
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Numbers(_, values) => values.len(),
            Self::MaybeNumbers(_, values) => values.len(),
            Self::MaybeTexts(_, values) => values.len(),
            Self::Bytes(_, values) => values.len(),
            Self::Texts(_, values) | Self::Lists(_, values) => values.len(),
        }
    }

    const fn array_type(&self) -> &'static str {
        match self {
            Self::Numbers(..) | Self::MaybeNumbers(..) => "bigint[]",
            Self::Texts(..) | Self::MaybeTexts(..) | Self::Lists(..) => "text[]",
            Self::Bytes(..) => "bytea[]",
        }
    }

    fn selected(&self) -> String {
        let name = self.name();
        match self {
            Self::MaybeNumbers(..) => format!("nullif(given.\"{name}\", {NOTHING})"),
            Self::MaybeTexts(..) => format!("nullif(given.\"{name}\", '')"),
            Self::Lists(..) => format!("given.\"{name}\"::bigint[]"),
            _ => format!("given.\"{name}\""),
        }
    }

    fn into_array(self) -> Value {
        match self {
            Self::Numbers(_, values) => values.into(),
            Self::MaybeNumbers(_, values) => values
                .into_iter()
                .map(|value| value.unwrap_or(NOTHING))
                .collect::<Vec<i64>>()
                .into(),
            Self::Texts(_, values) | Self::Lists(_, values) => values.into(),
            Self::MaybeTexts(_, values) => values
                .into_iter()
                .map(Option::unwrap_or_default)
                .collect::<Vec<String>>()
                .into(),
            Self::Bytes(_, values) => values.into(),
        }
    }

    fn into_values(self) -> Vec<Value> {
        fn all<T: Into<Value>>(values: Vec<T>) -> Vec<Value> {
            values.into_iter().map(Into::into).collect()
        }
        match self {
            Self::Numbers(_, values) => all(values),
            Self::MaybeNumbers(_, values) => all(values),
            Self::Texts(_, values) | Self::Lists(_, values) => all(values),
            Self::MaybeTexts(_, values) => all(values
                .into_iter()
                .map(|value| value.filter(|text| !text.is_empty()))
                .collect()),
            Self::Bytes(_, values) => all(values),
        }
    }
}

/// Inserts the rows, with `suffix` (`ON CONFLICT …`) behind. Returns how many rows were inserted
/// or changed.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    table: &'static str,
    columns: Vec<Column>,
    suffix: &str,
    operation: &'static str,
) -> Result<u64, StoreError> {
    if columns.first().is_none_or(|column| column.len() == 0) {
        return Ok(0);
    }
    let names = listed(
        columns
            .iter()
            .map(|column| format!("\"{}\"", column.name())),
    );
    let into = format!("INSERT INTO \"{table}\" ({names})");
    if is_postgres(conn) {
        let selected = listed(columns.iter().map(Column::selected));
        let places = listed(
            (1..)
                .zip(&columns)
                .map(|(n, column)| format!("${n}::{}", column.array_type())),
        );
        let sql =
            format!("{into} SELECT {selected} FROM unnest({places}) AS given ({names}) {suffix}");
        let values = columns.into_iter().map(Column::into_array);
        let result = conn.execute_raw(statement(conn, &sql, values)).await;
        return Ok(result.during(operation)?.rows_affected());
    }
    insert_values(conn, &into, columns, suffix, operation).await
}

async fn insert_values(
    conn: &impl ConnectionTrait,
    into: &str,
    columns: Vec<Column>,
    suffix: &str,
    operation: &'static str,
) -> Result<u64, StoreError> {
    let width = columns.len();
    let mut left = columns.first().map_or(0, Column::len);
    let mut columns: Vec<_> = columns
        .into_iter()
        .map(|column| column.into_values().into_iter())
        .collect();
    let mut touched = 0;
    while left > 0 {
        let rows = left.min(ROWS);
        left -= rows;
        let mut values = Vec::with_capacity(rows * width);
        for _ in 0..rows {
            values.extend(columns.iter_mut().filter_map(Iterator::next));
        }
        let sql = format!("{into} VALUES {} {suffix}", places(rows, width));
        let result = conn.execute_raw(statement(conn, &sql, values)).await;
        touched += result.during(operation)?.rows_affected();
    }
    Ok(touched)
}

fn places(rows: usize, width: usize) -> String {
    let row = format!("({})", listed((0..width).map(|_| "?".to_owned())));
    let mut out = String::with_capacity(rows * (row.len() + 1));
    for n in 0..rows {
        let comma = if n == 0 { "" } else { "," };
        // Writing to a text does not fail.
        let _ = write!(out, "{comma}{row}");
    }
    out
}

fn listed(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
