//! What holds on every backend: the same tests on SQLite and on a PostgreSQL of their own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use anlanh_db::{Database, Error, Migration, Options, Statement, Target};

const SCHEMA: [Migration; 1] = [Migration {
    number: 1,
    name: "words",
    sqlite: "CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, n INTEGER) STRICT",
    postgres: "CREATE TABLE word (id BIGINT PRIMARY KEY, text TEXT NOT NULL UNIQUE, n BIGINT)",
}];
const ADD: Statement = Statement::new("word.add", "INSERT INTO word (text, id) VALUES ($2, $1)");
const COUNT: Statement = Statement::new("word.count", "SELECT count(*) FROM word");

/// Runs a test on a new, empty database of each kind.
fn on_each(test: impl Fn(Database)) {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Sqlite(folder.path().join("test.db"));
    test(Database::open(&target, &SCHEMA, &Options::default()).unwrap());
    if let Some(database) = anlanh_testkit::postgres() {
        let target = Target::Postgres(database.address().to_owned());
        test(Database::open(&target, &SCHEMA, &Options::default()).unwrap());
    }
}

fn add(db: &Database, id: i64, text: &'static str) -> Result<u64, Error> {
    db.write_blocking("add", move |tx| tx.execute(&ADD, &[id.into(), text.into()]))
}

fn count(db: &Database) -> i64 {
    let row = db.read_blocking("count", |tx| tx.query_one(&COUNT, &[])).unwrap();
    row.unwrap().int(0).unwrap()
}

#[test]
fn what_is_committed_is_visible_and_keys_are_unique() {
    on_each(|db| {
        assert_eq!(add(&db, 1, "một"), Ok(1));
        assert_eq!(add(&db, 1, "hai"), Err(Error::Conflict("word_pkey".into())));
        assert_eq!(add(&db, 2, "một"), Err(Error::Conflict("word_text_key".into())));
        assert_eq!(count(&db), 1);
    });
}

#[test]
fn a_panic_is_an_error_and_undone() {
    on_each(|db| {
        let panicked: Result<(), Error> = db.write_blocking("panics", |tx| {
            tx.execute(&ADD, &[1.into(), "một".into()])?;
            panic!("as it must");
        });
        assert_eq!(panicked, Err(Error::Panicked("panics")));
        assert_eq!((count(&db), add(&db, 2, "hai"), count(&db)), (0, Ok(1), 1));
    });
}

#[test]
fn a_read_cannot_write() {
    const SNEAK: Statement = Statement::new("sneak", "INSERT INTO word (id, text) VALUES (7, 'bảy') RETURNING id");
    on_each(|db| {
        let read = db.read_blocking("sneak", |tx| tx.query(&SNEAK, &[]));
        assert_eq!(read, Err(Error::ReadOnly("sneak")));
        assert_eq!(count(&db), 0);
    });
}
