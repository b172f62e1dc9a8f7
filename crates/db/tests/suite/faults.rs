//! Killed processes, servers that go and come back, and full disks.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anlanh_db::{Error, Options, Statement, Target};
use anlanh_testkit::{Durability, Postgres};

use super::{ADD, add, count, on_each_target, open};

/// Where a child of [`nothing_acknowledged_is_lost_by_a_kill`] writes to; names the test to run in it.
const CHILD: &str = "ANLANH_DB_TEST_CHILD";
const CALLERS: i64 = 8;
const KILLS: i64 = 20;
/// Rows with an odd number are the second half of the transaction with the even one before.
const HALVES: Statement = Statement::new(
    "halves",
    "SELECT count(*) FROM word a WHERE NOT EXISTS (SELECT 1 FROM word b WHERE b.id = a.id + 1 - 2 * (a.id % 2))",
);
const LAST: Statement = Statement::new("last", "SELECT coalesce(max(id), 1) FROM word");
const HAS: Statement = Statement::new("has", "SELECT count(*) FROM word WHERE id = $1");

/// Not a test by itself: what the killed process does, which is to write pairs and say which are acknowledged.
#[test]
fn child() {
    let Ok(target) = std::env::var(CHILD) else { return };
    let db = reopen(&Target::parse(&target));
    let last = db
        .read_blocking("last", |tx| tx.query_one(&LAST, &[]))
        .unwrap()
        .unwrap();
    let next = Arc::new(AtomicI64::new(last.int(0).unwrap() + 1));
    std::thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                loop {
                    let id = next.fetch_add(2, Ordering::Relaxed);
                    let pair = db.write_blocking("pair", move |tx| {
                        tx.execute(&ADD, &[id.into(), (&format!("từ {id}")).into()])?;
                        tx.execute(&ADD, &[(id + 1).into(), (&format!("từ {}", id + 1)).into()])
                    });
                    assert_eq!(pair, Ok(1));
                    let said = std::io::stdout().write_all(format!("\nacknowledged {id}\n").as_bytes());
                    if said.is_err() {
                        return;
                    }
                }
            });
        }
    });
}

#[test]
fn nothing_acknowledged_is_lost_by_a_kill() {
    on_each_target(|target| {
        let address = match target {
            Target::Sqlite(path) => path.display().to_string(),
            Target::Postgres(address) => address.clone(),
        };
        let mut acknowledged = Vec::new();
        for kill in 1..=KILLS {
            let mut child = Command::new(std::env::current_exe().unwrap());
            child
                .args(["faults::child", "--exact", "--nocapture"])
                .env(CHILD, &address);
            let mut child = child.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
            let output = BufReader::new(child.stdout.take().unwrap());
            let mut heard = 0;
            for line in output.lines() {
                // The last line may be cut by the kill, and then it does not end in a whole number.
                let Some(id) = line
                    .unwrap()
                    .strip_prefix("acknowledged ")
                    .and_then(|id| id.parse().ok())
                else {
                    continue;
                };
                acknowledged.push(id);
                heard += 1;
                if heard == kill * 7 {
                    child.kill().unwrap();
                }
            }
            child.wait().unwrap();
            assert!(heard >= kill * 7, "the child ended by itself after {heard}");
        }
        let db = reopen(target);
        for id in acknowledged {
            let id: i64 = id;
            let has = db
                .read_blocking("has", move |tx| tx.query_one(&HAS, &[id.into()]))
                .unwrap();
            assert_eq!(has.unwrap().int(0), Ok(1), "{id}");
        }
        let halves = db.read_blocking("halves", |tx| tx.query_one(&HALVES, &[])).unwrap();
        assert_eq!(halves.unwrap().int(0), Ok(0));
    });
}

/// A killed node's lock on a server goes when the server notices, which is soon.
fn reopen(target: &Target) -> anlanh_db::Database {
    loop {
        match open(target, &Options::default()) {
            Ok(db) => return db,
            Err(Error::AnotherNode) => std::thread::yield_now(),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn a_server_that_comes_back_is_used_again() {
    let Some(server) = Postgres::alone(Durability::Memory) else {
        return;
    };
    let database = server.database();
    let db = open(&Target::parse(database.address()), &Options::default()).unwrap();
    assert_eq!(add(&db, 1), Ok(1));
    server.stop();
    for id in 2..5 {
        assert!(matches!(add(&db, id), Err(Error::Unavailable(_))));
        assert!(matches!(count(&db), Err(Error::Unavailable(_))));
    }
    server.resume();
    let until_back = |run: &dyn Fn() -> bool| {
        while !run() {
            std::thread::yield_now()
        }
    };
    until_back(&|| add(&db, 9).is_ok());
    for _ in 0..64 {
        assert_eq!(count(&db), Ok(2), "what one thread found back is back for all");
    }
    // An idle connection that broke costs nobody an error.
    server.stop();
    server.resume();
    assert_eq!((add(&db, 10), count(&db)), (Ok(1), Ok(3)));
}

#[test]
fn a_full_file_refuses_and_takes_again() {
    let fill = Statement::new("fill", "INSERT INTO use (word, bytes) VALUES (1, $1)");
    let clear = Statement::new("clear", "DELETE FROM use");
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        max_file_bytes: Some(256 << 10),
        ..Options::default()
    };
    let db = open(&Target::Sqlite(folder.path().join("test.db")), &options).unwrap();
    add(&db, 1).unwrap();
    let bytes = vec![7_u8; 16 << 10];
    let put = |bytes: &Vec<u8>| {
        let bytes = bytes.clone();
        db.write_blocking("fill", move |tx| tx.execute(&fill, &[(&bytes).into()]))
    };
    let mut kept = 0;
    while put(&bytes) == Ok(1) {
        kept += 1;
    }
    assert!((8..16).contains(&kept), "{kept}");
    assert_eq!((put(&bytes), count(&db)), (Err(Error::Full), Ok(1)));
    assert_eq!(db.write_blocking("clear", move |tx| tx.execute(&clear, &[])), Ok(kept));
    assert_eq!(put(&bytes), Ok(1));
}
