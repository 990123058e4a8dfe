//! Conditions on lists kept as JSON.

use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, DbBackend, Value};

/// Whether the list of numbers in `table.column` holds any of `wanted`.
pub(crate) fn holds_number(
    conn: &impl ConnectionTrait,
    table: &'static str,
    column: &'static str,
    wanted: &[i64],
) -> Expr {
    holds(
        conn,
        table,
        column,
        "CAST(held.value AS bigint)",
        wanted.iter().copied(),
    )
}

/// Whether the list of texts in `table.column` holds any of `wanted`.
pub(crate) fn holds_text<'a>(
    conn: &impl ConnectionTrait,
    table: &'static str,
    column: &'static str,
    wanted: impl ExactSizeIterator<Item = &'a str>,
) -> Expr {
    holds(conn, table, column, "held.value", wanted)
}

fn holds<V: Into<Value>>(
    conn: &impl ConnectionTrait,
    table: &'static str,
    column: &'static str,
    held: &'static str,
    wanted: impl ExactSizeIterator<Item = V>,
) -> Expr {
    if wanted.len() == 0 {
        return Expr::val(false);
    }
    let postgres = conn.get_database_backend() == DbBackend::Postgres;
    let list = if postgres {
        format!("jsonb_array_elements_text(\"{table}\".\"{column}\") AS held (value)")
    } else {
        format!("json_each(\"{table}\".\"{column}\") AS held")
    };
    let places: Vec<String> = (1..=wanted.len())
        .map(|n| {
            if postgres {
                format!("${n}")
            } else {
                "?".to_owned()
            }
        })
        .collect();
    let sql = format!(
        "EXISTS (SELECT 1 FROM {list} WHERE {held} IN ({}))",
        places.join(", ")
    );
    Expr::cust_with_values(sql, wanted.map(Into::into).collect::<Vec<Value>>())
}
