//! What holds on every backend: the same tests on SQLite and on a PostgreSQL of the tests' own.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod faults;
mod gather;
mod returning;
mod rows;
mod schema;
mod sent;
mod transactions;
mod values;

use anlanh_db::{Database, Error, Migration, Options, Statement, Target};

const SCHEMA: [Migration; 1] = [Migration {
    number: 1,
    name: "words",
    sqlite: "CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, n INTEGER CHECK (n > 0)) STRICT;
             CREATE UNIQUE INDEX word_pair ON word (n, text);
             CREATE TABLE use (word INTEGER NOT NULL REFERENCES word, size REAL, bytes BLOB) STRICT",
    postgres: "CREATE TABLE word (id BIGINT PRIMARY KEY, text TEXT NOT NULL UNIQUE, n INTEGER CHECK (n > 0));
               CREATE UNIQUE INDEX word_pair ON word (n, text);
               CREATE TABLE use (word BIGINT NOT NULL REFERENCES word, size DOUBLE PRECISION, bytes BYTEA)",
}];
const ADD: Statement = Statement::new("word.add", "INSERT INTO word (text, id) VALUES ($2, $1)");
const COUNT: Statement = Statement::new("word.count", "SELECT count(*) FROM word");

/// Runs a test on a new, empty place of each kind.
fn on_each_target(test: impl Fn(&Target)) {
    let folder = tempfile::tempdir().unwrap();
    test(&Target::Sqlite(folder.path().join("test.db")));
    if let Some(database) = anlanh_testkit::postgres() {
        test(&Target::parse(database.address()));
    }
}

/// Runs a test on a new, empty database of each kind.
fn on_each(test: impl Fn(&Database)) {
    on_each_target(|target| test(&open(target, &Options::default()).unwrap()));
}

fn open(target: &Target, options: &Options) -> Result<Database, Error> {
    Database::open(target, &SCHEMA, options)
}

fn add(db: &Database, id: i64) -> Result<u64, Error> {
    db.write_blocking("add", move |tx| {
        tx.execute(&ADD, &[id.into(), (&format!("từ {id}")).into()])
    })
}

fn count(db: &Database) -> Result<i64, Error> {
    let row = db.read_blocking("count", |tx| tx.query_one(&COUNT, &[]))?;
    row.unwrap().int(0)
}
