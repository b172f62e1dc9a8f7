//! SQLite or PostgreSQL behind a few primitives.
//!
//! A transaction is a plain closure that runs on a thread of the database, so that there is one way to write SQL and no
//! way to hold a transaction across an `await`. Each node has one writer on either backend: writes run one after the
//! other, and whatever waits is committed together (*group commit*), so that a commit's cost is shared and the meaning
//! stays the same on both. Reads run beside it, each in its own view of one moment.
//!
//! This crate does not know the product's tables, nor what a row means.
//!
//! ```
//! use anlanh_db::{Database, Error, Migration, Options, Statement, Target};
//!
//! const SCHEMA: [Migration; 1] = [Migration {
//!     number: 1,
//!     name: "words",
//!     sqlite: "CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
//!     postgres: "CREATE TABLE word (id BIGINT PRIMARY KEY, text TEXT NOT NULL)",
//! }];
//! const ADD: Statement = Statement::new("word.add", "INSERT INTO word (id, text) VALUES ($1, $2)");
//! const TEXT: Statement = Statement::new("word.text", "SELECT text FROM word WHERE id = $1");
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("words.db");
//! let db = Database::open(&Target::Sqlite(path), &SCHEMA, &Options::default())?;
//! db.write_blocking("add_word", |tx| tx.execute(&ADD, &[1.into(), "lành".into()]))?;
//! let row = db.read_blocking("word", |tx| tx.query_one(&TEXT, &[1.into()]))?;
//! assert_eq!(row.unwrap().text(0)?, "lành");
//! # Ok::<(), Error>(())
//! ```

mod column;
mod database;
mod error;
mod gather;
mod job;
mod lexemes;
mod line;
mod migrate;
mod postgres;
mod purge;
mod queue;
mod rows;
mod session;
mod sqlite;
mod statement;
mod stats;
mod target;
mod value;
mod worker;

pub use database::Database;
pub use error::Error;
pub use gather::Gathered;
pub use migrate::Migration;
pub use purge::Purge;
pub use session::{Access, MAX_PARAMETERS, MAX_QUERY_ROWS, Read, Write};
pub use statement::{OnPostgres, Statement};
pub use stats::{GROUP_BOUNDS, Stats, TIME_BOUNDS_US, Timing};
pub use target::{
    Backend, DEFAULT_PATIENCE, DEFAULT_QUEUE, DEFAULT_READERS, MAX_GROUP, MAX_READERS, Options, Role, Target,
};
pub use value::{Row, Value};
