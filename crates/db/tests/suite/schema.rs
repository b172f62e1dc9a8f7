//! Opening: migrations, and who may open.

use anlanh_db::{Database, Error, Migration, Options, Role, Target};

use super::{SCHEMA, add, count, on_each_target, open};

const SECOND: Migration = Migration {
    number: 2,
    name: "more",
    sqlite: "CREATE TABLE more (a INTEGER) STRICT",
    postgres: "CREATE TABLE more (a BIGINT)",
};

fn migrate(target: &Target, migrations: &[Migration], role: Role) -> Result<(), Error> {
    let options = Options {
        role,
        ..Options::default()
    };
    Database::open(target, migrations, &options).map(drop)
}

#[test]
fn migrations_run_once_and_in_order() {
    let [first] = SCHEMA;
    let edited = Migration {
        sqlite: "SELECT 1",
        postgres: "SELECT 1",
        ..first
    };
    on_each_target(|target| {
        let run = |migrations: &[Migration]| migrate(target, migrations, Role::Node);
        assert_eq!(run(&[SECOND]), Err(Error::MigrationOrder(2)));
        assert_eq!(run(&[first]), Ok(()));
        assert_eq!(run(&[first]), Ok(()));
        assert_eq!(run(&[first, SECOND]), Ok(()));
        assert_eq!(run(&[first]), Err(Error::NewerSchema { found: 2, known: 1 }));
        assert_eq!(run(&[edited, SECOND]), Err(Error::EditedMigration(1)));
    });
}

#[test]
fn a_migration_that_fails_leaves_nothing() {
    let [first] = SCHEMA;
    let broken = Migration {
        sqlite: "CREATE TABLE more (a INTEGER) STRICT; CREATE TABLE word (a INTEGER) STRICT",
        postgres: "CREATE TABLE more (a BIGINT); CREATE TABLE word (a BIGINT)",
        ..SECOND
    };
    on_each_target(|target| {
        let refused = migrate(target, &[first, broken], Role::Node);
        assert!(
            matches!(refused, Err(Error::Refused { statement: "more", .. })),
            "{refused:?}"
        );
        assert_eq!(migrate(target, &[first, SECOND], Role::Node), Ok(()));
    });
}

#[test]
fn one_node_serves_and_tools_write_beside_it() {
    let tool = Options {
        role: Role::Tool,
        ..Options::default()
    };
    on_each_target(|target| {
        let node = open(target, &Options::default()).unwrap();
        assert_eq!(open(target, &Options::default()).err(), Some(Error::AnotherNode));
        let beside = open(target, &tool).unwrap();
        assert_eq!((add(&node, 1), add(&beside, 2), add(&node, 3)), (Ok(1), Ok(1), Ok(1)));
        assert_eq!((count(&node), count(&beside)), (Ok(3), Ok(3)));
        assert_eq!(
            migrate(target, &[SCHEMA[0], SECOND], Role::Tool),
            Err(Error::AnotherNode)
        );
        drop(node);
        assert_eq!(migrate(target, &[SCHEMA[0], SECOND], Role::Tool), Ok(()));
    });
}
