//! What can go wrong with the store, by what the caller can do about it.

use sea_orm::{DbErr, SqlErr};
use uuid::Uuid;

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The address cannot be used. `reason` says what is expected.
    #[error("not an address of a database: {reason}")]
    Url { reason: String },
    #[error("cannot open the database {database}")]
    Connect { database: String, source: DbErr },
    #[error("cannot create the database file {database}")]
    CreateFile {
        database: String,
        source: std::io::Error,
    },
    #[error("{database} is PostgreSQL {found}, and 13 or newer is needed")]
    PostgresTooOld { database: String, found: String },
    /// Written by a later release; opening it could lose what that release stored.
    #[error(
        "the database has schema step {step}, which this version of jiebang does not know: run \
         the newer version that wrote it, or restore a backup"
    )]
    NewerSchema { step: String },
    #[error("cannot bring the schema up to date")]
    Migrate { source: DbErr },
    #[error("cannot {operation}")]
    Query {
        operation: &'static str,
        source: DbErr,
    },
    /// A unique key stands against it. On PostgreSQL the transaction it happened in is over.
    #[error("cannot {operation}: there is one already")]
    Conflict {
        operation: &'static str,
        source: DbErr,
    },
    #[error("cannot {operation}: {found} rows instead of {expected}")]
    RowCount {
        operation: &'static str,
        expected: u64,
        found: u64,
    },
    /// Another worker holds the job now; what this one was about to store must not be.
    #[error("job {job} is no longer held with number {fence}")]
    Fenced { job: Uuid, fence: i64 },
    #[error("cannot {operation}: {bytes} bytes, at most {limit}")]
    TooLarge {
        operation: &'static str,
        bytes: usize,
        limit: usize,
    },
    #[error("the stored {what} cannot be read")]
    Damaged {
        what: &'static str,
        source: serde_json::Error,
    },
}

impl StoreError {
    /// Whether a unique key stands against the write.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }
}

/// Names the operation that failed.
pub(crate) trait During<T> {
    /// `operation` completes the sentence "cannot …".
    fn during(self, operation: &'static str) -> Result<T, StoreError>;
}

impl<T> During<T> for Result<T, DbErr> {
    fn during(self, operation: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| match source.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => {
                StoreError::Conflict { operation, source }
            }
            _ => StoreError::Query { operation, source },
        })
    }
}

/// Errs unless exactly `expected` rows were touched.
pub(crate) fn assert_rows(
    operation: &'static str,
    expected: u64,
    found: u64,
) -> Result<(), StoreError> {
    if expected == found {
        Ok(())
    } else {
        Err(StoreError::RowCount {
            operation,
            expected,
            found,
        })
    }
}
