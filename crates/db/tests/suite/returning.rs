//! Callers who write again and again, on a server whose commits take long.

use std::thread;

use anlanh_db::{Database, Error, Migration, Options, Target};
use anlanh_testkit::{Durability, Postgres};

use crate::{ADD, SCHEMA, add, count};

const WRITERS: i64 = 12;
const WRITES: i64 = 8;

/// Every commit waits for a tenth of a second, as on a disk that is slow to sync. It takes effect on new connections.
const SLOW: Migration = Migration {
    number: 2,
    name: "slow",
    sqlite: "",
    postgres: "DO $$ BEGIN
                 EXECUTE format('ALTER DATABASE %I SET commit_delay = 100000', current_database());
                 EXECUTE format('ALTER DATABASE %I SET commit_siblings = 0', current_database());
               END $$",
};

/// Half of the writers come while the commit of the others is under way, and wait for them to be back when it is known. Else
/// each half would go on having every second commit.
#[test]
fn who_comes_during_a_slow_commit_shares_the_next_with_who_returns_after_it() {
    let Some(server) = Postgres::alone(Durability::Disk) else {
        return;
    };
    let place = server.database();
    let target = Target::parse(place.address());
    let open = || Database::open(&target, &[SCHEMA[0], SLOW], &Options::default()).unwrap();
    drop(open());
    let db = open();
    // What is known by now need not be prepared while others come.
    assert_eq!(add(&db, -1), Ok(1));
    let before = db.stats();
    let write = &|writer: i64| {
        for n in 0..WRITES {
            assert_eq!(send(&db, writer * WRITES + n), Ok(()));
        }
        // Whoever fails takes nobody along.
        assert!(matches!(add(&db, writer * WRITES), Err(Error::Conflict(_))));
    };
    thread::scope(|scope| {
        let (first, others) = (0..WRITERS / 2, WRITERS / 2..WRITERS);
        first.for_each(|writer| drop(scope.spawn(move || write(writer))));
        // The others come while the first commit is under way.
        while db.stats().writes - before.writes < (WRITERS / 2) as u64 {
            thread::yield_now();
        }
        (0..5).for_each(|_| assert!(count(&db).is_ok()));
        others.for_each(|writer| drop(scope.spawn(move || write(writer))));
    });
    let after = db.stats();
    assert_eq!(count(&db), Ok(WRITERS * WRITES + 1));
    assert_eq!(after.grouped - before.grouped, (WRITERS * WRITES) as u64);
    let commits = after.groups - before.groups;
    assert!(
        commits <= (WRITES * 3 / 2) as u64,
        "{commits} commits for {WRITES} rounds"
    );
}

/// Writes a word, and waits for no answer before that to the commit.
fn send(db: &Database, id: i64) -> Result<(), Error> {
    db.write_blocking("send", move |tx| {
        tx.send(&ADD, &[id.into(), (&format!("từ {id}")).into()])
    })
}
