//! Questions that are asked together: each gets its own answer, of a moment after it was asked.

use std::sync::Barrier;

use anlanh_db::{Database, Error, Gathered, Options, Read, Statement, Target};
use anlanh_testkit::{Durability, Postgres};
use futures_util::FutureExt as _;

use super::transactions::hold;
use super::{add, on_each_target, open};

const TEXT: Statement = Statement::new("word.text", "SELECT text FROM word WHERE id = $1");

fn texts(tx: &mut Read<'_>, ids: &[i64]) -> Result<Vec<Option<String>>, Error> {
    let mut texts = Vec::new();
    for id in ids {
        let row = tx.query_one(&TEXT, &[(*id).into()])?;
        texts.push(row.map(|row| row.text(0).map(str::to_owned)).transpose()?);
    }
    Ok(texts)
}

fn gathered(db: &Database) -> Gathered<i64, Option<String>, Error> {
    Gathered::new(db, "texts", texts)
}

fn one_reader(target: &Target) -> Database {
    let options = Options {
        readers: 1,
        ..Options::default()
    };
    open(target, &options).unwrap()
}

#[test]
fn what_waits_together_is_one_read() {
    on_each_target(|target| {
        let db = one_reader(target);
        for id in 0..5 {
            add(&db, id).unwrap();
        }
        let asked = gathered(&db);
        let (release, holder) = hold(&db, false);
        let (begun, before) = (Barrier::new(33), db.stats().reads);
        std::thread::scope(|scope| {
            let (asked, begun) = (&asked, &begun);
            let answers: Vec<_> = (0..32_i64)
                .map(|n| {
                    scope.spawn(move || {
                        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                        runtime.block_on(async {
                            let mut answer = Box::pin(asked.ask(n % 8));
                            // It is asked by now, and the only reader is held.
                            assert!((&mut answer).now_or_never().is_none());
                            begun.wait();
                            answer.await
                        })
                    })
                })
                .collect();
            begun.wait();
            drop(release);
            for (answer, n) in answers.into_iter().zip(0_i64..) {
                let expected = (n % 8 < 5).then(|| format!("từ {}", n % 8));
                assert_eq!(answer.join().unwrap(), Ok(expected), "{n}");
            }
        });
        holder.join().unwrap().unwrap();
        assert_eq!(db.stats().reads - before, 1);
    });
}

#[test]
fn an_answer_knows_what_was_written_before_the_question() {
    on_each_target(|target| {
        let db = open(target, &Options::default()).unwrap();
        let asked = gathered(&db);
        std::thread::scope(|scope| {
            for caller in 0..4_i64 {
                let (db, asked) = (&db, &asked);
                scope.spawn(move || {
                    for n in 0..50 {
                        let id = caller * 1000 + n;
                        assert_eq!(asked.ask_blocking(id), Ok(None));
                        add(db, id).unwrap();
                        assert_eq!(asked.ask_blocking(id), Ok(Some(format!("từ {id}"))));
                    }
                });
            }
        });
    });
}

#[test]
fn a_failure_is_told_to_all_and_the_next_are_asked_again() {
    let Some(server) = Postgres::alone(Durability::Memory) else {
        return;
    };
    let database = server.database();
    let db = one_reader(&Target::parse(database.address()));
    add(&db, 1).unwrap();
    let asked = gathered(&db);
    assert_eq!(asked.ask_blocking(1), Ok(Some("từ 1".into())));
    server.stop();
    std::thread::scope(|scope| {
        let lost: Vec<_> = (0..8)
            .map(|n| {
                scope.spawn({
                    let asked = &asked;
                    move || asked.ask_blocking(n)
                })
            })
            .collect();
        for lost in lost {
            let lost = lost.join().unwrap();
            assert!(matches!(lost, Err(Error::Unavailable(_))), "{lost:?}");
        }
    });
    server.resume();
    while asked.ask_blocking(1).is_err() {
        std::thread::yield_now();
    }
    assert_eq!(asked.ask_blocking(1), Ok(Some("từ 1".into())));
}
