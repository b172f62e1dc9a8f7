//! Turns, groups, and what a failure takes with it.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use anlanh_db::{Access, Database, Error, Options, Statement};

use super::{ADD, COUNT, add, count, on_each, on_each_target, open};

/// Keeps the writer or a reader busy until the sender is dropped; returns when it is.
pub(super) fn hold(db: &Database, is_write: bool) -> (Sender<()>, std::thread::JoinHandle<Result<(), Error>>) {
    let (release, released) = channel();
    let (begun, has_begun) = channel();
    let released = Arc::new(Mutex::new(released));
    let wait = move |released: &Mutex<Receiver<()>>| {
        let _ = begun.send(());
        let _dropped = released.lock().unwrap().recv();
    };
    let db = db.clone();
    let holder = std::thread::spawn(move || {
        if is_write {
            db.write_blocking("hold", move |_| {
                wait(&released);
                Ok(())
            })
        } else {
            db.read_blocking("hold", move |_| {
                wait(&released);
                Ok(())
            })
        }
    });
    has_begun.recv().unwrap();
    (release, holder)
}

/// Waits until so many writes wait; there is no event for it.
pub(super) fn until_waiting(db: &Database, count: u64) {
    while db.stats().writes_waiting < count {
        std::thread::yield_now();
    }
}

#[test]
fn a_group_is_one_commit_and_failures_are_their_own() {
    on_each(|db| {
        add(db, 100).unwrap();
        let before = db.stats();
        let (release, holder) = hold(db, true);
        std::thread::scope(|scope| {
            let writes: Vec<_> = (0..32)
                .map(|n| {
                    // Every fourth conflicts, every fourth fails on its own after it has written.
                    scope.spawn(move || match n % 4 {
                        0 => add(db, 100),
                        1 => db.write_blocking("gives up", move |tx| {
                            tx.execute(&ADD, &[n.into(), "bỏ".into()])?;
                            Err(Error::Closed)
                        }),
                        _ => add(db, n),
                    })
                })
                .collect();
            until_waiting(db, 32);
            drop(release);
            for (write, n) in writes.into_iter().zip(0_i64..) {
                let expected = match n % 4 {
                    0 => Err(Error::Conflict("word_pkey".into())),
                    1 => Err(Error::Closed),
                    _ => Ok(1),
                };
                assert_eq!(write.join().unwrap(), expected, "{n}");
            }
        });
        holder.join().unwrap().unwrap();
        assert_eq!(count(db), Ok(1 + 16));
        let after = db.stats();
        // The one that held the writer, and those of the others that are kept.
        assert_eq!((after.groups - before.groups, after.largest_group), (1, 17));
    });
}

#[test]
fn many_callers_at_a_time_lose_nothing() {
    on_each(|db| {
        std::thread::scope(|scope| {
            for caller in 0..32 {
                scope.spawn(move || (0..10).for_each(|n| assert_eq!(add(db, caller * 10 + n), Ok(1))));
            }
        });
        assert_eq!(count(db), Ok(320));
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
        assert_eq!((count(db), add(db, 2), count(db)), (Ok(0), Ok(1), Ok(1)));
    });
}

#[test]
fn a_read_cannot_write_and_sees_one_moment() {
    let sneak = Statement::new("sneak", "INSERT INTO word (id, text) VALUES (7, 'bảy') RETURNING id");
    on_each(|db| {
        let read = db.read_blocking("sneak", move |tx| tx.query(&sneak, &[]));
        assert_eq!(read, Err(Error::ReadOnly("sneak")));
        let other = db.clone();
        let seen = db.read_blocking("twice", move |tx| {
            let before = tx.query(&COUNT, &[])?;
            add(&other, 1)?;
            Ok::<_, Error>(before == tx.query(&COUNT, &[])?)
        });
        assert_eq!((seen, count(db)), (Ok(true), Ok(1)));
    });
}

#[test]
fn a_full_queue_refuses_one_more() {
    let options = Options {
        queue: 2,
        ..Options::default()
    };
    on_each_target(|target| {
        let db = open(target, &options).unwrap();
        let (release, holder) = hold(&db, true);
        std::thread::scope(|scope| {
            let waiting: Vec<_> = (1..=2)
                .map(|id| {
                    scope.spawn({
                        let db = &db;
                        move || add(db, id)
                    })
                })
                .collect();
            until_waiting(&db, 2);
            assert_eq!(add(&db, 3), Err(Error::Busy));
            drop(release);
            waiting
                .into_iter()
                .for_each(|write| assert_eq!(write.join().unwrap(), Ok(1)));
        });
        holder.join().unwrap().unwrap();
        assert_eq!((count(&db), db.stats().refused), (Ok(2), 1));
    });
}

#[test]
fn what_was_accepted_is_finished_before_it_closes() {
    on_each_target(|target| {
        let db = open(target, &Options::default()).unwrap();
        let (release, holder) = hold(&db, true);
        let other = db.clone();
        let write = std::thread::spawn(move || add(&other, 1));
        until_waiting(&db, 1);
        drop((db, release));
        assert_eq!((write.join().unwrap(), holder.join().unwrap()), (Ok(1), Ok(())));
        assert_eq!(count(&open(target, &Options::default()).unwrap()), Ok(1));
    });
}

#[test]
fn reads_go_on_while_a_write_is_held() {
    on_each(|db| {
        let (release, holder) = hold(db, true);
        assert_eq!(count(db), Ok(0));
        drop(release);
        holder.join().unwrap().unwrap();
        let (release, holder) = hold(db, false);
        assert_eq!((add(db, 1), count(db)), (Ok(1), Ok(1)));
        drop(release);
        holder.join().unwrap().unwrap();
    });
}

#[tokio::test]
async fn callers_may_await() {
    let folder = tempfile::tempdir().unwrap();
    let target = anlanh_db::Target::Sqlite(folder.path().join("test.db"));
    let db = open(&target, &Options::default()).unwrap();
    let added = db.write("add", |tx| tx.execute(&ADD, &[1.into(), "một".into()])).await;
    assert_eq!((added, db.ping().await), (Ok(1), Ok(())));
}

#[test]
fn transactions_are_timed_by_their_names_and_commits_by_their_sizes() {
    on_each_target(|target| {
        let db = open(target, &Options::default()).unwrap();
        for id in 0..3 {
            add(&db, id).unwrap();
        }
        let failed: Result<(), Error> = db.write_blocking("fail", |_| Err(Error::Busy));
        assert_eq!((failed, count(&db)), (Err(Error::Busy), Ok(3)));
        let timings = db.timings();
        let of = |name: &str| {
            let timing = timings.iter().find(|timing| timing.name == name).unwrap();
            assert!(timing.sum_us > 0 && timing.by_time.iter().sum::<u64>() <= timing.count);
            (timing.access, timing.count)
        };
        assert_eq!(of("add"), (Access::Write, 3));
        assert_eq!(of("fail"), (Access::Write, 1), "what fails takes time as well");
        assert_eq!(of("count"), (Access::Read, 1));
        let stats = db.stats();
        assert_eq!((stats.groups, stats.grouped, stats.groups_by_size[0]), (3, 3, 3));
    });
}
