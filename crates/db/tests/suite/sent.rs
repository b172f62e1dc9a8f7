//! Statements that are sent and not waited for: their order, their failures, and what breaks while they are on the way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anlanh_db::{Database, Error, Options, Statement, Target};
use anlanh_testkit::{Durability, Postgres};

use super::transactions::{hold, until_waiting};
use super::{ADD, COUNT, add, count, on_each, open};

const RENAME: Statement = Statement::new("word.rename", "UPDATE word SET text = $2 WHERE id = $1");
const TEXT: Statement = Statement::new("word.text", "SELECT text FROM word WHERE id = $1");
const FILL: Statement = Statement::new("use.fill", "INSERT INTO use (word, bytes) VALUES ($1, $2)");
const FILLED: Statement = Statement::new("use.filled", "SELECT sum(length(bytes)) FROM use")
    // PostgreSQL's sum of integers may be larger than any of them.
    .on_postgres("SELECT sum(length(bytes))::BIGINT FROM use");
/// Ends the server's half of the connection that runs it.
const CUT: Statement = Statement::new(
    "cut",
    "DO $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END $$",
);
const IDLE: Statement = Statement::new(
    "idle",
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
);

fn send(db: &Database, ids: [i64; 2]) -> Result<(), Error> {
    db.write_blocking("send", move |tx| {
        for id in ids {
            tx.send(&ADD, &[id.into(), (&format!("từ {id}")).into()])?;
        }
        Ok(())
    })
}

#[test]
fn statements_run_in_the_order_in_which_they_are_given() {
    on_each(|db| {
        let texts = db.write_blocking("order", |tx| {
            let mut seen = Vec::new();
            tx.send(&ADD, &[1.into(), "không".into()])?;
            for n in 0..600 {
                tx.send(&RENAME, &[1.into(), (&format!("{n}")).into()])?;
                if n % 150 == 7 {
                    let row = tx.query_one(&TEXT, &[1.into()])?;
                    seen.push(row.map_or(Ok(String::new()), |row| row.text(0).map(str::to_owned))?);
                }
            }
            let changed = tx.execute(&RENAME, &[1.into(), "cuối".into()])?;
            tx.send(&RENAME, &[1.into(), "cùng".into()])?;
            Ok::<_, Error>((seen, changed))
        });
        let seen = ["7", "157", "307", "457"].map(str::to_owned).to_vec();
        assert_eq!(texts, Ok((seen, 1)));
        let row = db.read_blocking("text", |tx| tx.query_one(&TEXT, &[1.into()]));
        assert_eq!(row.unwrap().unwrap().text(0), Ok("cùng"));
    });
}

#[test]
fn a_failure_is_told_at_the_next_statement_or_at_the_end() {
    on_each(|db| {
        add(db, 1).unwrap();
        let conflict = || Error::Conflict("word_pkey".into());
        assert_eq!(send(db, [2, 1]), Err(conflict()), "at the end");
        let next = db.write_blocking("next", |tx| {
            tx.send(&ADD, &[1.into(), "một".into()])?;
            let told = tx.query_one(&COUNT, &[]);
            assert!(told.is_err());
            told.map(drop)
        });
        assert_eq!(next, Err(conflict()));
        let counted = db.write_blocking("counted", |tx| {
            tx.send(&ADD, &[1.into(), "một".into()])?;
            tx.execute(&RENAME, &[1.into(), "hai".into()])
        });
        assert_eq!(counted, Err(conflict()));
        let first = db.write_blocking("first", |tx| {
            tx.send(&ADD, &[1.into(), "một".into()])?;
            tx.send(&FILL, &[99.into(), (&[0_u8; 4]).into()])
        });
        assert_eq!(first, Err(conflict()), "the first of two");
        assert_eq!((count(db), send(db, [2, 3]), count(db)), (Ok(1), Ok(()), Ok(3)));
    });
}

#[test]
fn in_a_group_each_is_told_of_its_own_failures() {
    on_each(|db| {
        add(db, 100).unwrap();
        let before = db.stats();
        let (release, holder) = hold(db, true);
        std::thread::scope(|scope| {
            let writes: Vec<_> = (0..32)
                .map(|n| {
                    scope.spawn(move || match n % 4 {
                        // Sends what fails, and knows nothing of it when it ends.
                        0 => send(db, [1000 + n, 100]),
                        // Gives up with failures on the way.
                        1 => db.write_blocking("gives up", move |tx| {
                            tx.send(&ADD, &[n.into(), "bỏ".into()])?;
                            Err(Error::Closed)
                        }),
                        // Reads behind the failures of others.
                        2 => db.write_blocking("reads", move |tx| {
                            tx.query_one(&COUNT, &[])?;
                            tx.send(&ADD, &[n.into(), (&format!("từ {n}")).into()])
                        }),
                        _ => send(db, [n, 2000 + n]),
                    })
                })
                .collect();
            until_waiting(db, 32);
            drop(release);
            for (write, n) in writes.into_iter().zip(0_i64..) {
                let expected = match n % 4 {
                    0 => Err(Error::Conflict("word_pkey".into())),
                    1 => Err(Error::Closed),
                    _ => Ok(()),
                };
                assert_eq!(write.join().unwrap(), expected, "{n}");
            }
        });
        holder.join().unwrap().unwrap();
        assert_eq!(count(db), Ok(1 + 8 + 16));
        assert_eq!(db.stats().groups - before.groups, 1);
    });
}

#[test]
fn more_than_fits_on_the_way_gets_through() {
    on_each(|db| {
        add(db, 1).unwrap();
        let filled = db.write_blocking("fill", |tx| {
            for _ in 0..3000 {
                tx.send(&FILL, &[1.into(), (&[7_u8; 900]).into()])?;
            }
            // Each is larger than what the network holds, and together they are more than may be on the way.
            for _ in 0..8 {
                tx.send(&FILL, &[1.into(), (&vec![8_u8; 700_000]).into()])?;
            }
            tx.query_one(&FILLED, &[])
        });
        assert_eq!(filled.unwrap().unwrap().int(0), Ok(3000 * 900 + 8 * 700_000));
    });
}

#[test]
fn a_connection_that_is_cut_between_statements_loses_nothing_and_keeps_nothing() {
    let Some(database) = anlanh_testkit::postgres() else {
        return;
    };
    let db = open(&Target::parse(database.address()), &Options::default()).unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let cut = |cuts: usize, ids: [i64; 2]| {
        runs.store(0, Ordering::Relaxed);
        let runs = Arc::clone(&runs);
        db.write_blocking("cut", move |tx| {
            tx.send(&ADD, &[ids[0].into(), (&format!("từ {}", ids[0])).into()])?;
            if runs.fetch_add(1, Ordering::Relaxed) < cuts {
                tx.send(&CUT, &[])?;
            }
            tx.send(&ADD, &[ids[1].into(), (&format!("từ {}", ids[1])).into()])
        })
    };
    let ran = || runs.load(Ordering::Relaxed);
    let kept = match cut(1, [1, 2]) {
        // On a busy machine the commit is asked for before it is seen that the connection is gone. It is not run again then,
        // and here it was not done.
        Err(Error::CommitUnknown) => 0,
        ended => {
            assert_eq!((ended, ran()), (Ok(()), 2), "the second run is whole");
            2
        }
    };
    assert_eq!(count(&db), Ok(kept));
    let lost = cut(9, [3, 4]);
    let is_told = match lost {
        Err(Error::Unavailable(_)) => ran() == 2,
        Err(Error::CommitUnknown) => ran() <= 2,
        _ => false,
    };
    assert!(is_told, "{lost:?} after {} runs", ran());
    assert_eq!(count(&db), Ok(kept));
    assert_eq!((send(&db, [5, 6]), count(&db)), (Ok(()), Ok(kept + 2)));
}

#[test]
fn a_server_that_goes_between_statements_is_told_of() {
    let Some(server) = Postgres::alone(Durability::Memory) else {
        return;
    };
    let server = Arc::new(server);
    let database = server.database();
    let db = open(&Target::parse(database.address()), &Options::default()).unwrap();
    let stopped = Arc::clone(&server);
    let lost = db.write_blocking("lost", move |tx| {
        tx.send(&ADD, &[1.into(), "một".into()])?;
        tx.query_one(&COUNT, &[])?;
        tx.send(&ADD, &[2.into(), "hai".into()])?;
        stopped.stop();
        tx.send(&ADD, &[3.into(), "ba".into()])
    });
    assert!(matches!(lost, Err(Error::Unavailable(_))), "{lost:?}");
    server.resume();
    while add(&db, 9).is_err() {
        std::thread::yield_now();
    }
    assert_eq!(count(&db), Ok(1));
}

#[test]
fn a_read_leaves_no_transaction_open() {
    let Some(database) = anlanh_testkit::postgres() else {
        return;
    };
    let options = Options {
        readers: 1,
        ..Options::default()
    };
    let db = open(&Target::parse(database.address()), &options).unwrap();
    let watch = open(
        &Target::parse(database.address()),
        &Options {
            role: anlanh_db::Role::Tool,
            ..options
        },
    )
    .unwrap();
    let until_none = || {
        while watch
            .read_blocking("idle", |tx| tx.query_one(&IDLE, &[]))
            .unwrap()
            .unwrap()
            .int(0)
            != Ok(0)
        {
            std::thread::yield_now();
        }
    };
    assert_eq!(count(&db), Ok(0));
    until_none();
    // The server has more to say than it can while nobody listens.
    let many = Statement::new("many", "SELECT repeat('a', 1000) FROM generate_series(1, 20000)");
    let ended = db.read_blocking("many", move |tx| tx.each(&many, &[], |_| Err::<(), _>(Error::Closed)));
    assert_eq!(ended, Err(Error::Closed));
    until_none();
    assert_eq!(count(&db), Ok(0));
}
