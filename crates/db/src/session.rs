//! One connection of either kind, and what a transaction's code may do with it.

use std::collections::HashMap;
use std::fs::File;
use std::ops::{Deref, DerefMut};

use crate::postgres::{Leaving, Postgres};
use crate::sqlite::{Sqlite, lock_node};
use crate::statement::only_reads;
use crate::{Backend, Error, Purge, Row, Statement, Target, Value};

/// Most rows that [`Read::query`] puts into memory; [`Read::each`] has no such limit.
pub const MAX_QUERY_ROWS: usize = 100_000;
/// Most parameters of one statement; SQLite's own limit, and below PostgreSQL's.
pub const MAX_PARAMETERS: usize = 32_766;
/// Most notes that are held; one more, and all are forgotten.
const MAX_NOTES: usize = 4096;

/// What a connection, and each transaction on it, is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// To read.
    Read,
    /// To read and write.
    Write,
}

pub(crate) enum Connection {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// A connection and what has happened in its transaction.
pub(crate) struct Session {
    connection: Connection,
    /// Whether something in the transaction must be undone if the code that did it fails.
    is_dirty: bool,
    /// What transactions noted for those after them, see [`Write::note`].
    notes: HashMap<String, Vec<i64>>,
}

impl Session {
    pub(crate) fn new(connection: Connection) -> Self {
        Self {
            connection,
            is_dirty: false,
            notes: HashMap::new(),
        }
    }

    pub(crate) fn script(&mut self, name: &'static str, sql: &str) -> Result<(), Error> {
        match &mut self.connection {
            Connection::Sqlite(sqlite) => sqlite.script(name, sql),
            Connection::Postgres(postgres) => postgres.script(name, sql),
        }
    }

    /// Begins to read: everything until the end is of one moment.
    pub(crate) fn begin_read(&mut self) -> Result<(), Error> {
        match &mut self.connection {
            Connection::Sqlite(sqlite) => sqlite.script("begin", "BEGIN"),
            Connection::Postgres(postgres) => {
                postgres.begin_read();
                Ok(())
            }
        }
    }

    /// Ends what [`Self::begin_read`] began.
    pub(crate) fn end_read(&mut self) {
        match &mut self.connection {
            Connection::Sqlite(_) => self.rollback(),
            Connection::Postgres(postgres) => postgres.end_read(),
        }
    }

    /// Begins to write, when every other writer has ended, in this process and in others.
    pub(crate) fn begin_write(&mut self, leaving: Leaving) -> Result<(), Error> {
        self.is_dirty = false;
        match &mut self.connection {
            Connection::Sqlite(sqlite) => sqlite.script("begin", "BEGIN IMMEDIATE"),
            Connection::Postgres(postgres) => postgres.begin_write(leaving),
        }
    }

    /// From here on it counts whether something is written that may have to be undone.
    pub(crate) fn mark_clean(&mut self) {
        self.is_dirty = false;
    }

    pub(crate) fn savepoint(&mut self) -> Result<(), Error> {
        self.script("savepoint", "SAVEPOINT job")
    }

    pub(crate) fn release(&mut self) -> Result<(), Error> {
        self.script("release", "RELEASE SAVEPOINT job")
    }

    /// Undoes everything since the savepoint, and forgets it.
    pub(crate) fn undo(&mut self) -> Result<(), Error> {
        self.take_back("undo", "ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job")
    }

    pub(crate) fn rollback(&mut self) {
        self.notes.clear();
        if self.is_alive() && self.in_transaction() {
            // A connection that cannot roll back is broken, and rolls back by ending.
            let _broken = self.take_back("rollback", "ROLLBACK");
        }
    }

    fn take_back(&mut self, name: &'static str, sql: &'static str) -> Result<(), Error> {
        self.notes.clear();
        match &mut self.connection {
            Connection::Sqlite(sqlite) => sqlite.script(name, sql),
            Connection::Postgres(postgres) => postgres.take_back(name, sql),
        }
    }

    /// Waits for all that was sent, and tells what of it failed first.
    pub(crate) fn settle(&mut self) -> Result<(), Error> {
        match &mut self.connection {
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgres(postgres) => postgres.settle(),
        }
    }

    pub(crate) fn commit(&mut self) -> Result<(), Error> {
        let committed = match &mut self.connection {
            Connection::Sqlite(sqlite) => sqlite.commit(),
            Connection::Postgres(postgres) => postgres.commit(),
        };
        if committed.is_err() {
            self.notes.clear();
        }
        committed
    }

    pub(crate) fn is_dirty(&self) -> bool {
        self.is_dirty
    }

    /// Whether a failure in this transaction may bear another name than that of the statement that failed.
    pub(crate) fn has_joined(&self) -> bool {
        match &self.connection {
            Connection::Sqlite(_) => false,
            Connection::Postgres(postgres) => postgres.has_joined(),
        }
    }

    /// Whether the connection can still be used.
    pub(crate) fn is_alive(&self) -> bool {
        match &self.connection {
            Connection::Sqlite(_) => true,
            Connection::Postgres(postgres) => postgres.is_alive(),
        }
    }

    /// Whether the transaction that was begun is still there.
    pub(crate) fn in_transaction(&self) -> bool {
        match &self.connection {
            Connection::Sqlite(sqlite) => sqlite.in_transaction(),
            Connection::Postgres(postgres) => postgres.is_alive(),
        }
    }

    /// Says that a node serves from this database: for SQLite while the file is held, for PostgreSQL while the connection
    /// lasts.
    pub(crate) fn lock_node(&mut self, target: &Target) -> Result<Option<File>, Error> {
        match (&mut self.connection, target) {
            (Connection::Postgres(postgres), _) => postgres.lock_node().map(|()| None),
            (Connection::Sqlite(_), Target::Sqlite(path)) => lock_node(path).map(Some),
            (Connection::Sqlite(_), Target::Postgres(_)) => Ok(None),
        }
    }

    /// Takes what was deleted from the disk.
    pub(crate) fn purge(&mut self, what: &Purge) -> Result<(), Error> {
        match &mut self.connection {
            Connection::Sqlite(sqlite) => sqlite.purge(what.merged),
            Connection::Postgres(postgres) => postgres.purge(what.rewritten),
        }
    }

    fn note(&mut self, statement: &Statement, has_failed: bool) {
        // After a failure PostgreSQL takes nothing more until it is undone.
        self.is_dirty |= has_failed || !only_reads(statement.sql);
    }

    fn execute(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<u64, Error> {
        let ran = match &mut self.connection {
            Connection::Sqlite(sqlite) => sqlite.execute(statement, values),
            Connection::Postgres(postgres) => postgres.execute(statement, values),
        };
        self.note(statement, ran.is_err());
        ran
    }

    fn send(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<(), Error> {
        let sent = match &mut self.connection {
            Connection::Sqlite(sqlite) => sqlite.execute(statement, values).map(drop),
            Connection::Postgres(postgres) => postgres.send(statement, values),
        };
        self.note(statement, sent.is_err());
        sent
    }

    fn each<E: From<Error>>(
        &mut self,
        statement: &Statement,
        values: &[Value<'_>],
        take: &mut dyn FnMut(&Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let ran = match &mut self.connection {
            Connection::Sqlite(sqlite) => sqlite.each(statement, values, take),
            Connection::Postgres(postgres) => postgres.each(statement, values, take),
        };
        self.note(statement, ran.is_err());
        ran
    }

    fn prepare(&mut self, statement: &Statement) -> Result<(), Error> {
        match &mut self.connection {
            Connection::Sqlite(sqlite) => sqlite.prepare(statement),
            Connection::Postgres(postgres) => postgres.prepare(statement),
        }
    }
}

/// A transaction that reads. Everything it sees is of one moment.
pub struct Read<'t> {
    session: &'t mut Session,
}

impl<'t> Read<'t> {
    pub(crate) fn new(session: &'t mut Session) -> Self {
        Self { session }
    }

    /// All rows of an answer.
    ///
    /// # Errors
    /// Whatever the database says, and [`Error::TooManyRows`] past [`MAX_QUERY_ROWS`].
    pub fn query(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::new();
        self.each(statement, values, |row| {
            if rows.len() == MAX_QUERY_ROWS {
                return Err(Error::TooManyRows(statement.name));
            }
            rows.push(row.clone());
            Ok(())
        })?;
        Ok(rows)
    }

    /// The only row of an answer, or `None` when it has none.
    ///
    /// # Errors
    /// Whatever the database says, and [`Error::TooManyRows`] when there are two.
    pub fn query_one(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<Option<Row>, Error> {
        let mut found = None;
        self.each(statement, values, |row| {
            if found.is_some() {
                return Err(Error::TooManyRows(statement.name));
            }
            found = Some(row.clone());
            Ok(())
        })?;
        Ok(found)
    }

    /// Hands over the rows of an answer one by one, and holds none of them.
    ///
    /// # Errors
    /// Whatever the database says, or the first error of `take`, which ends it.
    pub fn each<E: From<Error>>(
        &mut self,
        statement: &Statement,
        values: &[Value<'_>],
        mut take: impl FnMut(&Row) -> Result<(), E>,
    ) -> Result<(), E> {
        self.session.each(statement, values, &mut take)
    }

    pub(crate) fn prepare(&mut self, statement: &Statement) -> Result<(), Error> {
        self.session.prepare(statement)
    }
}

/// A transaction that writes. It runs alone: no other writes between its first statement and its end.
pub struct Write<'t> {
    read: Read<'t>,
}

impl<'t> Write<'t> {
    pub(crate) fn new(session: &'t mut Session) -> Self {
        Self {
            read: Read::new(session),
        }
    }

    /// Runs a statement that returns no rows, and says how many it changed.
    ///
    /// # Errors
    /// Whatever the database says. After an error the transaction is undone when it ends with one; on PostgreSQL it can
    /// do nothing more, so that an error is to be returned and not to be worked around.
    pub fn execute(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<u64, Error> {
        self.read.session.execute(statement, values)
    }

    /// Runs a statement that returns no rows, where nothing depends on how many it changes: on PostgreSQL the code goes
    /// on before the answer is there, and many statements cost one journey. They run in the order in which they are
    /// given, among all others.
    ///
    /// A statement for rows ([`Statement::with_rows`]) waits there for more rows of it, of this transaction and of those
    /// that are committed with it. All that wait run before anything else does, by their ranks.
    ///
    /// # Errors
    /// As [`Self::execute`], now or at a later statement. What failed after the last one replaces what the code returned.
    pub fn send(&mut self, statement: &Statement, values: &[Value<'_>]) -> Result<(), Error> {
        self.read.session.send(statement, values)
    }

    /// What kind of database it is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        match self.read.session.connection {
            Connection::Sqlite(_) => Backend::Sqlite,
            Connection::Postgres(_) => Backend::Postgres,
        }
    }

    /// Notes numbers that were read or written here, for the transactions that write after this one: they need not read
    /// what no other process writes. Whenever anything is undone, all notes are forgotten.
    pub fn note(&mut self, key: &str, numbers: &[i64]) {
        let notes = &mut self.read.session.notes;
        if notes.len() >= MAX_NOTES {
            notes.clear();
        }
        notes.insert(key.to_owned(), numbers.to_vec());
    }

    /// What was noted last under a key, unless it was forgotten.
    #[must_use]
    pub fn noted(&self, key: &str) -> Option<&[i64]> {
        self.read.session.notes.get(key).map(Vec::as_slice)
    }
}

impl<'t> Deref for Write<'t> {
    type Target = Read<'t>;

    fn deref(&self) -> &Self::Target {
        &self.read
    }
}

impl DerefMut for Write<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.read
    }
}
