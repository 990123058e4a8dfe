//! Connecting to a database, SQLite or PostgreSQL, and bringing a schema up to date.

use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sea_orm::sqlx::{ConnectOptions as _, Executor as _};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, RuntimeErr, SqliteTransactionMode,
    SqlxPostgresConnector, SqlxSqliteConnector, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use crate::error::During;
use crate::url::Address;
use crate::{DatabaseUrl, StoreError, Tx};

/// How long a writer waits for its turn before it gives up.
const WRITER_WAIT: Duration = Duration::from_secs(60);
const READER_WAIT: Duration = Duration::from_secs(30);
/// How long SQLite waits for another program to let go of the file.
const SQLITE_BUSY: Duration = Duration::from_secs(10);
const SQLITE_PAUSE: Duration = Duration::from_millis(20);
const SQLITE_READERS: u32 = 8;
const POSTGRES_READERS: u32 = 12;
const POSTGRES_WRITERS: u32 = 8;
/// Any number will do as long as it stays: two programs that start at once migrate in turn.
const MIGRATION_LOCK: i64 = 0x6a69_6562_616e_6701;
const OLDEST_POSTGRES: i64 = 130_000;

const BEGIN_IMMEDIATE: TransactionOptions = TransactionOptions {
    isolation_level: None,
    access_mode: None,
    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// What becomes of the bytes of what is deleted from SQLite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deleted {
    /// Overwritten in pages that are written anyway; pages that become free are left.
    OverwrittenInPages,
    Overwritten,
}

/// The connections to a database; clones share them.
///
/// Writers and readers have connections of their own, so a reader never waits for a writer's
/// turn. On SQLite there is exactly one writer.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    pub kind: Kind,
    pub writer: DatabaseConnection,
    pub reader: DatabaseConnection,
}

impl Database {
    /// Opens the database, creating a SQLite file (readable by its owner only) where there is
    /// none, and applies the migrations of `M` it lacks, all or none.
    pub async fn open<M: MigratorTrait>(
        url: &DatabaseUrl,
        deleted: Deleted,
    ) -> Result<Self, StoreError> {
        let connect = |e| StoreError::Connect {
            database: url.to_string(),
            source: connect_error(e),
        };
        match &url.0 {
            Address::Sqlite(path) => {
                create_private(path).map_err(|source| StoreError::CreateFile {
                    database: url.to_string(),
                    source,
                })?;
                let writer = sqlite_writer(path, deleted).await.map_err(connect)?;
                migrate::<M>(Kind::Sqlite, &writer).await?;
                let reader = sqlite_readers(path, deleted).await.map_err(connect)?;
                Ok(Self {
                    kind: Kind::Sqlite,
                    writer,
                    reader,
                })
            }
            Address::Postgres(options) => {
                let (writer, reader) = postgres_pools(options).await.map_err(connect)?;
                check_postgres_version(&writer, url).await?;
                migrate::<M>(Kind::Postgres, &writer).await?;
                Ok(Self {
                    kind: Kind::Postgres,
                    writer,
                    reader,
                })
            }
        }
    }

    /// Begins a write transaction, waiting for its turn up to a minute.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let inner = self
            .writer
            .begin_with_options(BEGIN_IMMEDIATE)
            .await
            .during("begin a transaction")?;
        Ok(Tx {
            inner,
            kind: self.kind,
        })
    }

    /// Waits for running statements and closes the connections.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.reader
            .close_by_ref()
            .await
            .during("close the readers")?;
        self.writer.close_by_ref().await.during("close the writer")
    }
}

fn connect_error(error: sea_orm::sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

/// Creates the file so that only its owner reads it: it holds names, phones and remarks. SQLite
/// gives its journal the same mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn sqlite_options(path: &Path, deleted: Deleted) -> SqliteConnectOptions {
    let secure_delete = match deleted {
        Deleted::OverwrittenInPages => "FAST",
        Deleted::Overwritten => "ON",
    };
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(SQLITE_BUSY)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .pragma("temp_store", "MEMORY")
        .pragma("secure_delete", secure_delete)
        .disable_statement_logging()
}

/// Programs that create one database at the same time get in each other's way while it changes
/// to a write-ahead log, and SQLite does not wait then: this does.
async fn sqlite_writer(
    path: &Path,
    deleted: Deleted,
) -> Result<DatabaseConnection, sea_orm::sqlx::Error> {
    let mut waited = Duration::ZERO;
    loop {
        match connect_sqlite_writer(path, deleted).await {
            Err(error) if is_locked(&error) && waited < SQLITE_BUSY => {
                tokio::time::sleep(SQLITE_PAUSE).await;
                waited += SQLITE_PAUSE;
            }
            result => return result,
        }
    }
}

fn is_locked(error: &sea_orm::sqlx::Error) -> bool {
    const BUSY: &str = "5";
    error
        .as_database_error()
        .and_then(|e| e.code())
        .is_some_and(|code| code == BUSY)
}

async fn connect_sqlite_writer(
    path: &Path,
    deleted: Deleted,
) -> Result<DatabaseConnection, sea_orm::sqlx::Error> {
    let options = sqlite_options(path, deleted)
        .journal_mode(SqliteJournalMode::Wal)
        .pragma("cache_size", "-65536")
        // 64 MB: a page that is written again and again goes into the file once in a while.
        .pragma("wal_autocheckpoint", "16000");
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(WRITER_WAIT)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

async fn sqlite_readers(
    path: &Path,
    deleted: Deleted,
) -> Result<DatabaseConnection, sea_orm::sqlx::Error> {
    let options = sqlite_options(path, deleted)
        .pragma("query_only", "ON")
        .pragma("cache_size", "-8192");
    let pool = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .acquire_timeout(READER_WAIT)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

/// Two pools, so that tasks that hold a transaction and read beside it cannot block each other
/// for good.
async fn postgres_pools(
    options: &PgConnectOptions,
) -> Result<(DatabaseConnection, DatabaseConnection), sea_orm::sqlx::Error> {
    let options = options
        .clone()
        .application_name("jiebang")
        .disable_statement_logging();
    let pool = |size, wait| {
        PgPoolOptions::new()
            .max_connections(size)
            .acquire_timeout(wait)
    };
    let writer = pool(POSTGRES_WRITERS, WRITER_WAIT)
        .connect_with(options.clone())
        .await?;
    let reader = pool(POSTGRES_READERS, READER_WAIT)
        .after_connect(|connection, _| {
            // Plans are made for the values of each question: a search looks at few partitions,
            // by the index that fits how common its words are. Costs are those of pages that are
            // mostly in memory: by those of a disk the planner thinks a rare word dear to look up
            // and walks hundreds of thousands of messages instead. Compiling a query takes longer
            // than any of ours runs.
            let settings = "SET default_transaction_read_only = on; \
                            SET plan_cache_mode = force_custom_plan; SET jit = off; \
                            SET seq_page_cost = 0.1; SET random_page_cost = 0.1";
            Box::pin(async move { connection.execute(settings).await.map(drop) })
        })
        .connect_lazy_with(options);
    Ok((
        SqlxPostgresConnector::from_sqlx_postgres_pool(writer),
        SqlxPostgresConnector::from_sqlx_postgres_pool(reader),
    ))
}

async fn check_postgres_version(
    db: &DatabaseConnection,
    url: &DatabaseUrl,
) -> Result<(), StoreError> {
    const OPERATION: &str = "ask PostgreSQL for its version";
    let sql = "SELECT current_setting('server_version_num')::bigint AS number, \
               current_setting('server_version') AS version";
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await
        .during(OPERATION)?
        .ok_or(StoreError::RowCount {
            operation: OPERATION,
            expected: 1,
            found: 0,
        })?;
    let number: i64 = row.try_get("", "number").during(OPERATION)?;
    if number < OLDEST_POSTGRES {
        let found = row.try_get("", "version").during(OPERATION)?;
        return Err(StoreError::PostgresTooOld {
            database: url.to_string(),
            found,
        });
    }
    Ok(())
}

async fn migrate<M: MigratorTrait>(
    kind: Kind,
    writer: &DatabaseConnection,
) -> Result<(), StoreError> {
    let migrate = |source| StoreError::Migrate { source };
    let tx = writer
        .begin_with_options(BEGIN_IMMEDIATE)
        .await
        .map_err(migrate)?;
    if kind == Kind::Postgres {
        let lock = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
        tx.execute_raw(Statement::from_string(DbBackend::Postgres, lock))
            .await
            .map_err(migrate)?;
    }
    let known: Vec<String> = M::migrations()
        .iter()
        .map(|step| step.name().to_owned())
        .collect();
    let applied = M::get_migration_models(&tx).await.map_err(migrate)?;
    if let Some(unknown) = applied.iter().find(|step| !known.contains(&step.version)) {
        return Err(StoreError::NewerSchema {
            step: unknown.version.clone(),
        });
    }
    if applied.len() < known.len() {
        M::up(&tx, None).await.map_err(migrate)?;
    }
    tx.commit().await.map_err(migrate)?;
    tracing::info!(
        ?kind,
        steps = known.len(),
        new = known.len() - applied.len(),
        "schema ready"
    );
    Ok(())
}
