//! What can go wrong, in the terms a caller acts on.
//!
//! No text here holds data: PostgreSQL puts the offending row into its messages, so that drivers' errors are read for
//! their code and dropped.

/// Why a transaction, or the database itself, could not be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No space is left for what was to be written. The service goes on; a later write may find space.
    #[error("write: the database is full")]
    Full,
    /// The database cannot be reached or read now. It is tried again in the background.
    #[error("reach the database: {0}")]
    Unavailable(String),
    /// Another node serves from this database, and there is one writer.
    #[error("open the database: another node serves from it")]
    AnotherNode,
    /// As many transactions wait as may, or another process held the database for too long.
    #[error("wait for a turn: too much is waiting already")]
    Busy,
    /// A unique constraint or index is violated. Holds its name as PostgreSQL would have it: `table_pkey`,
    /// `table_column_key`, or the name of the index.
    #[error("write: a row with this key is there already ({0})")]
    Conflict(String),
    /// A row points at one that is not there, or is pointed at.
    #[error("write: a row that another one refers to is missing")]
    Foreign,
    /// A `NOT NULL` or `CHECK` constraint, or a column's type or range, is violated.
    #[error("write in {0}: a constraint on the values does not hold")]
    Constraint(&'static str),
    /// A read transaction was asked to write.
    #[error("run {0}: a read transaction cannot write")]
    ReadOnly(&'static str),
    /// A newer program has been here; this one does not know the schema.
    #[error("open the database: its schema is number {found}, this program knows {known}")]
    NewerSchema {
        /// Number of the last migration in the database.
        found: u32,
        /// Number of the last migration that this program has.
        known: u32,
    },
    /// A migration that has run is not the one this program has under that number.
    #[error("open the database: migration {0} has been edited since it ran")]
    EditedMigration(u32),
    /// Migrations are not numbered 1, 2, 3 and so on.
    #[error("read the migrations: number {0} is out of order")]
    MigrationOrder(u32),
    /// The connection broke while the database was committing: the write may or may not be there.
    #[error("commit: the connection broke, and whether it is written is not known")]
    CommitUnknown,
    /// Parameters or columns are not as the statement has them.
    #[error("run {statement}: {what}")]
    Shape {
        /// Name of the statement.
        statement: &'static str,
        /// What does not fit.
        what: &'static str,
    },
    /// A query for rows in memory has more of them than [`crate::MAX_QUERY_ROWS`].
    #[error("run {0}: too many rows for one answer")]
    TooManyRows(&'static str),
    /// The database does not understand the statement, or failed in a way that nothing here names.
    #[error("run {statement}: the database refused it ({code})")]
    Refused {
        /// Name of the statement.
        statement: &'static str,
        /// `SQLSTATE`, or SQLite's extended code; while preparing also what it said, for there is no data yet.
        code: String,
    },
    /// The transaction's own code panicked. It has been rolled back.
    #[error("run the transaction {0}: it panicked")]
    Panicked(&'static str),
    /// A thread or a connection could not be made, or the address of the database could not be read.
    #[error("open the database: {0}")]
    Open(String),
    /// The database has been closed.
    #[error("run a transaction: the database is closed")]
    Closed,
}
