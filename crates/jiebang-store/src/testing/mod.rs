//! Databases for tests: every test gets its own, empty and migrated, and runs on both kinds.
//!
//! SQLite lives in a temporary folder. PostgreSQL is a database of its own in the cluster that
//! `JIEBANG_TEST_POSTGRES` names (`scripts/with-postgres` starts one for a command), or else in
//! a cluster that the first test process starts from the installed binaries, that later ones
//! share, and that stops by itself when nobody has used it for half a minute.
//!
//! Invariant: a missing PostgreSQL fails the test; nothing is skipped.

mod cluster;

use std::future::Future;
use std::ops::Deref;
use std::path::Path;

use sea_orm::{ConnectionTrait as _, Statement};
use tempfile::TempDir;

use crate::{DatabaseUrl, Kind, Store};

/// A store that takes its database with it when it goes.
pub struct TestStore {
    store: Store,
    url: DatabaseUrl,
    folder: TempDir,
}

impl TestStore {
    /// Where it is, to open it once more.
    #[must_use]
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Where its key store is.
    #[must_use]
    pub fn keys(&self) -> DatabaseUrl {
        keys_in(self.folder.path())
    }
}

impl Deref for TestStore {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.store
    }
}

/// Runs `test` on SQLite, then on PostgreSQL; on one of them only if `JIEBANG_TEST_DATABASE`
/// says so, as the suite does, which runs once for each.
pub async fn both<F, T>(test: F)
where
    F: Fn(Store) -> T,
    T: Future<Output = ()>,
{
    let mut databases = Vec::new();
    if asked_for() != Some(Kind::Postgres) {
        databases.push(sqlite().await);
    }
    if asked_for() != Some(Kind::Sqlite) {
        databases.push(postgres().await);
    }
    for database in databases {
        // Shown only when the test fails, to tell on which database it did.
        eprintln!("on {:?}", database.kind());
        Box::pin(test(database.store.clone())).await;
        close(&database).await;
    }
}

/// A new database of the kind `JIEBANG_TEST_DATABASE` names, SQLite if it names none: for tests
/// that the suite runs once for each kind.
pub async fn either() -> TestStore {
    match asked_for() {
        Some(Kind::Postgres) => postgres().await,
        _ => sqlite().await,
    }
}

#[expect(
    clippy::panic,
    reason = "a suite that ran on another database than asked proves nothing"
)]
fn asked_for() -> Option<Kind> {
    match std::env::var("JIEBANG_TEST_DATABASE").as_deref() {
        Err(_) | Ok("") => None,
        Ok("sqlite") => Some(Kind::Sqlite),
        Ok("postgres") => Some(Kind::Postgres),
        Ok(other) => panic!("JIEBANG_TEST_DATABASE is {other}: sqlite or postgres"),
    }
}

/// A new SQLite database.
pub async fn sqlite() -> TestStore {
    let (url, folder) = sqlite_url();
    let store = opened(Store::open(&url, &keys_in(folder.path())).await);
    TestStore { store, url, folder }
}

/// The address of a SQLite file that does not exist yet, and the folder that keeps it.
#[must_use]
pub fn sqlite_url() -> (DatabaseUrl, TempDir) {
    let folder = temporary();
    (DatabaseUrl::sqlite(folder.path().join("test.db")), folder)
}

/// The address of a key store in this folder.
#[must_use]
pub fn keys_in(folder: &Path) -> DatabaseUrl {
    DatabaseUrl::sqlite(folder.join("keys.db"))
}

/// The names of the files of a folder that hold these bytes, in order.
#[must_use]
pub fn files_with(folder: &Path, wanted: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    for entry in opened(std::fs::read_dir(folder)) {
        let path = opened(entry).path();
        if path.is_file()
            && opened(std::fs::read(&path))
                .windows(wanted.len())
                .any(|part| part == wanted)
        {
            names.extend(
                path.file_name()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
    }
    names.sort();
    names
}

fn temporary() -> TempDir {
    opened(TempDir::with_prefix("jiebang-test-"))
}

/// A new PostgreSQL database.
pub async fn postgres() -> TestStore {
    let (url, folder) = (postgres_url().await, temporary());
    let store = opened(Store::open(&url, &keys_in(folder.path())).await);
    TestStore { store, url, folder }
}

/// The address of a PostgreSQL database that is empty yet.
pub async fn postgres_url() -> DatabaseUrl {
    opened(opened(cluster::new_database().await).parse())
}

/// How many rows a table has.
pub async fn count(store: &Store, table: &str) -> i64 {
    use sea_orm::{ConnectionTrait, Statement};
    let sql = format!("SELECT count(*) AS rows FROM {table}");
    let conn = store.read();
    let statement = Statement::from_string(conn.get_database_backend(), sql);
    let row = opened(conn.query_one_raw(statement).await);
    row.map_or(0, |row| opened(row.try_get("", "rows")))
}

async fn close(database: &TestStore) {
    opened(database.store.close().await);
}

#[expect(
    clippy::panic,
    reason = "for tests only: a test without its database fails"
)]
fn opened<T, E: std::error::Error>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => {
            let mut message = error.to_string();
            let mut source = error.source();
            while let Some(cause) = source {
                message = format!("{message}: {cause}");
                source = cause.source();
            }
            panic!("no database for the test: {message}")
        }
    }
}

/// Blind words in the pages of the search index; those of deleted messages count until they leave
/// them. `None` on PostgreSQL, which cleans its pages by itself.
///
/// # Panics
/// If the database does not answer.
#[expect(clippy::unwrap_used, reason = "for tests")]
pub async fn words_in_index(store: &Store) -> Option<i64> {
    if store.kind() == Kind::Postgres {
        return None;
    }
    let tx = store.begin().await.unwrap();
    let words = "CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, message_index, row)";
    tx.conn().execute_unprepared(words).await.unwrap();
    let count = "SELECT count(*) FROM temp.words";
    let count = Statement::from_string(tx.conn().get_database_backend(), count);
    let row = tx.conn().query_one_raw(count).await.unwrap().unwrap();
    row.try_get_by_index(0).ok()
}
