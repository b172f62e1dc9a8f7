//! One connection to a SQLite file.
//!
//! Every write is on the disk when its commit returns (`synchronous=FULL` in WAL mode). Two nodes never share a file: a
//! node holds a lock on a file beside it. Knows nothing of threads or queues.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};

use crate::session::Access;
use crate::statement::{key, number_for_sqlite};
use crate::value::Cell;
use crate::{Error, Options, Row, Statement, Value};

/// Statements kept prepared on a connection; the product has fewer.
const MAX_PREPARED: usize = 1024;
/// Pages in the log before they are moved into the file: 64 MiB. Where rows come in the order of no index, as identities
/// do, each commit changes thousands of pages; the fewer times they are moved, the fewer syncs of the file there are.
const CHECKPOINT_PAGES: i64 = 16_384;
/// What a checkpoint may leave of the log, in bytes.
const KEPT_LOG_BYTES: i64 = 64 << 20;
/// Page cache of a connection in KiB; negative is SQLite's way to say KiB rather than pages.
const CACHE_KIB: i64 = -16 * 1024;
/// How much of the file is read through a mapping rather than by copying, in bytes.
const MAPPED_BYTES: i64 = 256 << 20;
/// Owner alone may read and write.
const PRIVATE: u32 = 0o600;

/// Locks the file beside the database that says that a node serves from it.
pub(crate) fn lock_node(path: &Path) -> Result<File, Error> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let file = create_private(Path::new(&beside))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::AnotherNode),
        Err(TryLockError::Error(error)) => Err(Error::Open(format!("lock it: {}", error.kind()))),
    }
}

fn create_private(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(PRIVATE);
    let refused = |error: std::io::Error| Error::Open(format!("make {}: {error}", path.display()));
    options.open(path).map_err(refused)
}

/// How many pages of a full-text index are merged in one step: a few milliseconds.
const MERGED_PAGES: i64 = 64;

pub(crate) struct Sqlite {
    connection: Connection,
    /// Texts as SQLite numbers their parameters.
    numbered: HashMap<(usize, usize), String>,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, access: Access, options: &Options) -> Result<Self, Error> {
        create_private(path)?;
        let opened = Self::connect(path, access, options);
        let connection = opened.map_err(|error| refusal("open", &error))?;
        Ok(Self {
            connection,
            numbered: HashMap::new(),
        })
    }

    fn connect(path: &Path, access: Access, options: &Options) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(options.patience)?;
        connection.set_prepared_statement_cache_capacity(MAX_PREPARED);
        let set = |name: &str, value: i64| connection.pragma_update(None, name, value);
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        set("foreign_keys", 1)?;
        set("trusted_schema", 0)?;
        // What is deleted is overwritten: a row that was erased is not left in a page that is free.
        connection.pragma_update_and_check(None, "secure_delete", 1, |_| Ok(()))?;
        set("cache_size", CACHE_KIB)?;
        connection.pragma_update_and_check(None, "mmap_size", MAPPED_BYTES, |_| Ok(()))?;
        connection.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))?;
        connection.pragma_update_and_check(None, "journal_size_limit", KEPT_LOG_BYTES, |_| Ok(()))?;
        match access {
            Access::Read => set("query_only", 1)?,
            Access::Write => {
                if let Some(bytes) = options.max_file_bytes {
                    let page: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
                    let pages = i64::try_from(bytes).unwrap_or(i64::MAX) / page.max(1);
                    connection.pragma_update_and_check(None, "max_page_count", pages.max(1), |_| Ok(()))?;
                }
            }
        }
        Ok(connection)
    }

    /// Runs statements that are ours and have no parameters.
    pub(crate) fn script(&mut self, name: &'static str, sql: &str) -> Result<(), Error> {
        let ran = self.connection.execute_batch(sql);
        ran.map_err(|error| refusal(name, &error))
    }

    /// Drops what was deleted from full-text indexes, moves the log into the file and cuts it off.
    pub(crate) fn purge(&mut self, merged: &[&str]) -> Result<(), Error> {
        for index in merged {
            self.merge(index).map_err(|error| refusal("merge", &error))?;
        }
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: rusqlite::Result<i64> = self.connection.query_row(checkpoint, [], |row| row.get(0));
        match busy {
            Ok(0) => Ok(()),
            Ok(_) => Err(Error::Busy),
            Err(error) => Err(refusal("purge", &error)),
        }
    }

    /// Merges a full-text index into one piece, in steps, so that others write in between. What was deleted is only marked
    /// until then: <https://sqlite.org/fts5.html#the_merge_command>.
    fn merge(&self, index: &str) -> rusqlite::Result<()> {
        let sql = format!("INSERT INTO {index} ({index}, rank) VALUES ('merge', ?1)");
        let mut step = self.connection.prepare(&sql)?;
        // Below zero, it begins with all pieces there are.
        let mut pages = -MERGED_PAGES;
        loop {
            let before = self.connection.total_changes();
            step.execute([pages])?;
            // The documented sign of there being nothing left to do.
            if self.connection.total_changes() - before < 2 {
                return Ok(());
            }
            pages = MERGED_PAGES;
        }
    }

    /// `COMMIT`, or what its failure means for what was to be written.
    pub(crate) fn commit(&mut self) -> Result<(), Error> {
        let committed = self.connection.execute_batch("COMMIT");
        committed.map_err(|error| match error.sqlite_error() {
            // The log may have been written and only not flushed: another process could find it there.
            Some(failure) if failure.code == ErrorCode::SystemIoFailure => Error::CommitUnknown,
            Some(_) | None => refusal("commit", &error),
        })
    }

    /// Whether a transaction is open; some failures roll it back by themselves.
    pub(crate) fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    /// Whether the text is understood.
    pub(crate) fn prepare(&mut self, statement: &Statement) -> Result<(), Error> {
        let numbered = number_for_sqlite(statement.sql);
        let prepared = self.connection.prepare(&numbered);
        prepared.map(drop).map_err(|error| refusal(statement.name, &error))
    }

    /// Runs a statement and returns how many rows it changed.
    pub(crate) fn execute(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<u64, Error> {
        let ran = self.run(statement, values, |prepared| prepared.raw_execute())?;
        let changed = ran.map_err(|error| self.refused(statement, &error))?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    /// Runs a statement and hands over its rows one by one.
    pub(crate) fn each<E: From<Error>>(
        &mut self,
        statement: &Statement,
        values: &[Value<'_>],
        take: &mut dyn FnMut(&Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut row = Row {
            statement: statement.name,
            cells: Vec::new(),
        };
        let ran = self.run(statement, values, |prepared| {
            let columns = prepared.column_count();
            let mut rows = prepared.raw_query();
            while let Some(found) = rows.next()? {
                row.cells.clear();
                for column in 0..columns {
                    let Some(cell) = cell(found.get_ref(column)?) else {
                        return Ok(Err(E::from(Error::Shape {
                            statement: statement.name,
                            what: "a text is not UTF-8",
                        })));
                    };
                    row.cells.push(cell);
                }
                if let Err(error) = take(&row) {
                    return Ok(Err(error));
                }
            }
            Ok(Ok(()))
        })?;
        ran.map_err(|error| self.refused(statement, &error))?
    }

    /// Prepares once, binds, and runs.
    fn run<T>(
        &mut self,
        statement: &Statement,
        values: &[Value<'_>],
        run: impl FnOnce(&mut rusqlite::Statement<'_>) -> rusqlite::Result<T>,
    ) -> Result<rusqlite::Result<T>, Error> {
        let numbered = self
            .numbered
            .entry(key(statement.sql))
            .or_insert_with(|| number_for_sqlite(statement.sql));
        let refused = |error: rusqlite::Error| refusal(statement.name, &error);
        let mut prepared = self.connection.prepare_cached(numbered).map_err(refused)?;
        if prepared.parameter_count() != values.len() {
            return Err(Error::Shape {
                statement: statement.name,
                what: "the number of parameters differs",
            });
        }
        for (value, number) in values.iter().zip(1..) {
            value.check(statement.name)?;
            prepared.raw_bind_parameter(number, Bound(*value)).map_err(refused)?;
        }
        Ok(run(&mut prepared))
    }

    /// What a failure while running means; only here is there a constraint to name.
    fn refused(&self, statement: &Statement, error: &rusqlite::Error) -> Error {
        if let rusqlite::Error::SqliteFailure(failure, Some(message)) = error
            && is_unique(failure.extended_code)
        {
            return Error::Conflict(self.constraint(message));
        }
        refusal(statement.name, error)
    }

    /// The name that PostgreSQL gives the constraint which SQLite tells by its columns: `UNIQUE constraint failed: t.a,
    /// t.b`, or `index 'name'`.
    fn constraint(&self, message: &str) -> String {
        let told = message.rsplit("failed: ").next().unwrap_or_default();
        if let Some(name) = told.strip_prefix("index '") {
            return name.trim_end_matches('\'').to_owned();
        }
        let mut columns = Vec::new();
        let mut table = "";
        for column in told.split(", ") {
            let (before, column) = column.split_once('.').unwrap_or_default();
            table = before;
            columns.push(column);
        }
        let columns = columns.join("_");
        // An index made with a name; its own text, so that nothing is interpolated.
        let named = "SELECT i.name, (SELECT group_concat(name, '_') FROM (SELECT name FROM pragma_index_info(i.name) \
                     ORDER BY seqno)) FROM pragma_index_list(?1) i WHERE i.\"unique\" AND i.origin = 'c'";
        let primary = "SELECT group_concat(name, '_') FROM (SELECT name FROM pragma_table_info(?1) WHERE pk > 0 \
                       ORDER BY pk)";
        let found = self.connection.prepare_cached(named).and_then(|mut prepared| {
            let mut rows = prepared.query([table])?;
            while let Some(row) = rows.next()? {
                if row.get_ref(1)?.as_str_or_null()? == Some(&columns) {
                    return row.get::<_, String>(0).map(Some);
                }
            }
            Ok(None)
        });
        if let Ok(Some(name)) = found {
            return name;
        }
        let key: Option<String> = self
            .connection
            .query_row(primary, [table], |row| row.get(0))
            .unwrap_or_default();
        if key.as_ref() == Some(&columns) {
            return format!("{table}_pkey");
        }
        format!("{table}_{columns}_key")
    }
}

fn is_unique(extended: i32) -> bool {
    [
        ffi::SQLITE_CONSTRAINT_UNIQUE,
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
        ffi::SQLITE_CONSTRAINT_ROWID,
    ]
    .contains(&extended)
}

struct Bound<'v>(Value<'v>);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Int(value) => ValueRef::Integer(value),
            Value::Real(value) => ValueRef::Real(value),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn cell(value: ValueRef<'_>) -> Option<Cell> {
    Some(match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(value) => Cell::Int(value),
        ValueRef::Real(value) => Cell::Real(value),
        ValueRef::Text(text) => Cell::Text(std::str::from_utf8(text).ok()?.to_owned()),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
    })
}

/// What a failure means to the caller. SQLite's messages name tables and columns and never hold values.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the driver's errors are many, and few mean something to a caller"
)]
fn refusal(statement: &'static str, error: &rusqlite::Error) -> Error {
    let (failure, message) = match error {
        rusqlite::Error::SqliteFailure(failure, message) => (failure, message.as_deref()),
        rusqlite::Error::SqlInputError {
            error: failure, msg, ..
        } => (failure, Some(msg.as_str())),
        rusqlite::Error::ExecuteReturnedResults => {
            let what = "it returns rows, and was run for none";
            return Error::Shape { statement, what };
        }
        _ => {
            let code = error.to_string();
            return Error::Refused { statement, code };
        }
    };
    let code = failure.extended_code;
    if code == ffi::SQLITE_CONSTRAINT_FOREIGNKEY {
        return Error::Foreign;
    }
    match failure.code {
        ErrorCode::DiskFull => Error::Full,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Busy,
        ErrorCode::ReadOnly => Error::ReadOnly(statement),
        ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch => Error::Constraint(statement),
        ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::DatabaseCorrupt
        | ErrorCode::NotADatabase
        | ErrorCode::OutOfMemory
        | ErrorCode::PermissionDenied => Error::Unavailable(format!("SQLite error {code}")),
        _ => Error::Refused {
            statement,
            code: format!("SQLite error {code}: {}", message.unwrap_or_default()),
        },
    }
}
