//! Reading many rows as one value. On SQLite every row of its own passes from the database's
//! thread to the one that waits and wakes it, which costs more than reading the row.

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, EntityTrait, IdenStatic, QuerySelect, QueryTrait, Select,
    Statement,
};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};

use crate::StoreError;
use crate::error::During;

/// How a column is read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// A number or a text, or nothing.
    Plain,
    /// As [`Bytes`].
    Bytes,
    /// JSON, as what it holds.
    Json,
}

impl Form {
    fn told(self, name: &str, postgres: bool) -> String {
        match (self, postgres) {
            (Self::Plain, _) => format!("\"{name}\""),
            (Self::Bytes, true) => format!("encode(\"{name}\", 'hex')"),
            // Of nothing `hex` makes an empty text.
            (Self::Bytes, false) => format!("iif(\"{name}\" IS NULL, NULL, hex(\"{name}\"))"),
            (Self::Json, true) => format!("\"{name}\""),
            (Self::Json, false) => format!("json(\"{name}\")"),
        }
    }
}

/// Bytes of a gathered row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bytes(pub Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        hex::decode(digits).map(Self).map_err(D::Error::custom)
    }
}

/// The rows of `select`, each as a tuple of these columns, in no order.
pub(crate) async fn gather<E: EntityTrait, T: DeserializeOwned>(
    conn: &impl ConnectionTrait,
    select: Select<E>,
    columns: &[(E::Column, Form)],
    operation: &'static str,
) -> Result<Vec<T>, StoreError> {
    let postgres = conn.get_database_backend() == DbBackend::Postgres;
    let mut statement: Statement = select
        .select_only()
        .columns(columns.iter().map(|(column, _)| *column))
        .build(conn.get_database_backend());
    let told = columns
        .iter()
        .map(|(column, form)| form.told(column.as_str(), postgres));
    let told = told.collect::<Vec<_>>().join(", ");
    let inner = &statement.sql;
    statement.sql = if postgres {
        format!("SELECT json_agg(json_build_array({told}))::text AS rows FROM ({inner}) AS given")
    } else {
        format!("SELECT json_group_array(json_array({told})) AS rows FROM ({inner}) AS given")
    };
    let row = conn.query_one_raw(statement).await.during(operation)?;
    let text: Option<String> = match row {
        Some(row) => row.try_get("", "rows").during(operation)?,
        None => None,
    };
    // The error never quotes the text.
    serde_json::from_str(text.as_deref().unwrap_or("[]"))
        .map_err(|error| DbErr::Json(format!("{:?} at {}", error.classify(), error.column())))
        .during(operation)
}
