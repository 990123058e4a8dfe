//! The database and, apart from it, the key store.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::archive::Known;
use crate::database::{Database, Deleted};
use crate::error::During;
use crate::key_store::KeyStore;
use crate::migration::Migrator;
use crate::{DatabaseUrl, Kind, StoreError, Tx};

/// An open database and its key store. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    key_store: KeyStore,
    frequencies: Arc<Known>,
}

impl Store {
    /// Bytes that the database takes.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn bytes(&self) -> Result<u64, StoreError> {
        const OPERATION: &str = "ask how large the database is";
        let backend = self.read().get_database_backend();
        let sql = match backend {
            DbBackend::Postgres => "SELECT pg_database_size(current_database()) AS bytes",
            _ => {
                "SELECT (SELECT page_count FROM pragma_page_count())
                        * (SELECT page_size FROM pragma_page_size()) AS bytes"
            }
        };
        let row = self
            .read()
            .query_one_raw(Statement::from_string(backend, sql))
            .await
            .during(OPERATION)?;
        let bytes: i64 = row.map_or(Ok(0), |row| row.try_get("", "bytes").during(OPERATION))?;
        Ok(bytes.max(0).cast_unsigned())
    }

    /// Has PostgreSQL look at how the archive is distributed, as it does by itself some time after
    /// much was stored; until then it goes about searches badly.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn analyze(&self) -> Result<(), StoreError> {
        const SQL: &str = "ANALYZE message, message_index, archive_row, conversation";
        if self.kind() == Kind::Postgres {
            let done = self.database.writer.execute_unprepared(SQL).await;
            done.during("look at how the content is distributed")?;
        }
        Ok(())
    }

    /// Opens the database at `url` and the key store at `keys`, making SQLite files (readable by
    /// their owner only) where there are none, and brings both up to date.
    ///
    /// # Errors
    /// [`StoreError::Url`] if both are one: a backup of the one would hold the other.
    pub async fn open(url: &DatabaseUrl, keys: &DatabaseUrl) -> Result<Self, StoreError> {
        if url.is_same(keys) {
            return Err(StoreError::Url {
                reason: "the key store must not be in the database itself".to_owned(),
            });
        }
        Ok(Self {
            database: Database::open::<Migrator>(url, Deleted::OverwrittenInPages).await?,
            key_store: KeyStore::open(keys).await?,
            frequencies: Arc::default(),
        })
    }

    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.database.kind
    }

    /// For reads outside a transaction. Refuses writes.
    #[must_use]
    pub const fn read(&self) -> &DatabaseConnection {
        &self.database.reader
    }

    /// Where the shares of the archive's keys are.
    #[must_use]
    pub const fn key_store(&self) -> &KeyStore {
        &self.key_store
    }

    /// How common words are, on PostgreSQL.
    pub(crate) fn frequencies(&self) -> &Known {
        &self.frequencies
    }

    /// Begins a write transaction, waiting for its turn up to a minute.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        self.database.begin().await
    }

    /// Waits for running statements and closes the connections.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.database.close().await?;
        self.key_store.close().await
    }
}
