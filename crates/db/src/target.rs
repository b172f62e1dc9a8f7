//! Where the data is, and how it is to be opened.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Read transactions that run at a time, unless told otherwise.
pub const DEFAULT_READERS: usize = 4;
/// Most read transactions that may run at a time: each has a thread and a connection.
pub const MAX_READERS: usize = 64;
/// Transactions that may wait for their turn, unless told otherwise; for reads and for writes.
pub const DEFAULT_QUEUE: usize = 4096;
/// Most writes that one commit makes durable. More would save little and make the first of them wait for the last.
pub const MAX_GROUP: usize = 256;
/// How long another process may hold the database before a write gives up.
pub const DEFAULT_PATIENCE: Duration = Duration::from_secs(10);

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file, through the library that is built in.
    Sqlite,
    /// A server.
    Postgres,
}

/// A database to open.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// A file, made when it is not there. Its folder must be.
    Sqlite(PathBuf),
    /// `postgres://user:password@host/database`.
    Postgres(String),
}

impl Target {
    /// Reads `postgres://…` or `postgresql://…`; anything else is the path of a file.
    pub fn parse(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Target::Postgres(text.to_owned())
        } else {
            Target::Sqlite(PathBuf::from(text))
        }
    }

    /// What kind it is.
    pub fn backend(&self) -> Backend {
        match self {
            Target::Sqlite(_) => Backend::Sqlite,
            Target::Postgres(_) => Backend::Postgres,
        }
    }
}

/// Shows the kind, and the path of a file; an address may hold a password and is not shown.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Target::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

/// What the process that opens the database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// Serves, and is the only one that does. Holds a lock that says so while it is open.
    #[default]
    Node,
    /// Does one thing and ends, also beside a running node. Migrates only when no node runs.
    Tool,
}

/// How a database is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Who opens it.
    pub role: Role,
    /// Threads, each with a connection, for read transactions: 1 to [`MAX_READERS`].
    pub readers: usize,
    /// Transactions that may wait; one more gets [`crate::Error::Busy`]. For reads and for writes.
    pub queue: usize,
    /// Writes that one commit makes durable: 1 to [`MAX_GROUP`].
    pub group: usize,
    /// How long a write waits for another process before [`crate::Error::Busy`].
    pub patience: Duration,
    /// How large the file may grow before [`crate::Error::Full`]. PostgreSQL has its own ways.
    pub max_file_bytes: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            role: Role::Node,
            readers: DEFAULT_READERS,
            queue: DEFAULT_QUEUE,
            group: MAX_GROUP,
            patience: DEFAULT_PATIENCE,
            max_file_bytes: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_never_shown() {
        let target = Target::parse("postgres://an:secret@host/db");
        assert_eq!(target.backend(), Backend::Postgres);
        assert_eq!(format!("{target:?}"), "Postgres(…)");
        assert_eq!(Target::parse("a/b.db"), Target::Sqlite("a/b.db".into()));
    }
}
