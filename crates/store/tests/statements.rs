//! Every statement of the store is understood by both databases.

#![cfg(test)]

use anlanh_store::{Options, Store, Target};

fn check(target: &Target) {
    let store = Store::open(target, &Options::default()).unwrap();
    let statements = anlanh_store::all_statements();
    assert!(statements.len() > 40);
    for statement in statements {
        let prepared = store.database().prepare(statement);
        assert!(prepared.is_ok(), "{}: {prepared:?}", statement.name);
    }
}

#[test]
fn every_statement_prepares_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    check(&Target::Sqlite(folder.path().join("anlanh.db")));
}

#[test]
fn every_statement_prepares_on_postgresql() {
    if let Some(database) = anlanh_testkit::postgres() {
        check(&Target::parse(database.address()));
    }
}
