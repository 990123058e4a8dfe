//! Where the database is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sea_orm::sqlx::postgres::PgConnectOptions;

use crate::StoreError;

const EXPECTED: &str = "expected sqlite:/path/to/file.db or postgres://user@host:5432/name";

/// `sqlite:/path/file.db` or `postgres://user:password@host:port/name`. Shows no password.
#[derive(Clone)]
pub struct DatabaseUrl(pub(crate) Address);

#[derive(Clone)]
pub(crate) enum Address {
    Sqlite(PathBuf),
    Postgres(Box<PgConnectOptions>),
}

impl DatabaseUrl {
    /// The SQLite file at `path`.
    #[must_use]
    pub fn sqlite(path: impl AsRef<Path>) -> Self {
        Self(Address::Sqlite(path.as_ref().to_path_buf()))
    }

    /// Whether both are written alike: the same file, or the same database of the same server.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
            && match (&self.0, &other.0) {
                (Address::Postgres(one), Address::Postgres(two)) => {
                    one.get_socket() == two.get_socket()
                }
                _ => true,
            }
    }
}

impl FromStr for DatabaseUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let bad = |reason: &str| StoreError::Url {
            reason: format!("{reason}; {EXPECTED}"),
        };
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains(":memory:") {
                return Err(bad("SQLite needs the path of a file"));
            }
            if path.contains('?') {
                return Err(bad(
                    "a SQLite address takes no options after a question mark",
                ));
            }
            return Ok(Self::sqlite(path));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            // The parser's own message may repeat the address, which holds a password.
            let options = text
                .parse::<PgConnectOptions>()
                .map_err(|_| bad("this PostgreSQL address cannot be understood"))?;
            return Ok(Self(Address::Postgres(Box::new(options))));
        }
        Err(bad("unknown kind of database"))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Address::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Address::Postgres(options) => write!(
                f,
                "postgres://{}:{}/{}",
                options.get_host(),
                options.get_port(),
                options.get_database().unwrap_or_default()
            ),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_address_is_refused_with_what_is_expected() {
        for bad in [
            "",
            "mysql://x",
            "sqlite:",
            "sqlite::memory:",
            "sqlite:/a?mode=ro",
            "/a.db",
        ] {
            let error = bad.parse::<DatabaseUrl>().unwrap_err().to_string();
            assert!(error.contains("expected sqlite:/path"), "{bad}: {error}");
        }
    }

    #[test]
    fn an_address_shows_no_password() {
        let url: DatabaseUrl = "postgres://jie:geheim@db.example:5433/bang"
            .parse()
            .unwrap();
        assert_eq!(format!("{url:?}"), "postgres://db.example:5433/bang");
        let broken = "postgres://jie:geheim@db:port/bang"
            .parse::<DatabaseUrl>()
            .unwrap_err();
        assert!(!format!("{broken:?}").contains("geheim"));
    }

    #[test]
    fn a_sqlite_path_may_be_written_with_or_without_slashes() {
        for (text, path) in [
            ("sqlite:/a/b.db", "/a/b.db"),
            ("sqlite:///a/b.db", "/a/b.db"),
            ("sqlite:b.db", "b.db"),
        ] {
            let url: DatabaseUrl = text.parse().unwrap();
            assert!(
                matches!(url.0, Address::Sqlite(p) if p == Path::new(path)),
                "{text}"
            );
        }
    }
}
