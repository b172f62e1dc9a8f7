//! Rows of one statement that go together, of one transaction and of a group: who is told of what, and in which order
//! things run.

use anlanh_db::{Backend, Database, Error, Statement};

use super::transactions::{hold, until_waiting};
use super::{COUNT, add, count, on_each};

const ADD: Statement = Statement::new("word.add_rows", "INSERT INTO word (text, id) VALUES ($2, $1)").with_rows(
    0,
    "INSERT INTO word (id, text) SELECT * FROM unnest($1::BIGINT[], $2::TEXT[])",
);
const USE: Statement = Statement::new(
    "use.add_rows",
    "INSERT INTO use (word, size, bytes) VALUES ($1, $2, $3)",
)
.with_rows(
    1,
    "INSERT INTO use (word, size, bytes) SELECT * FROM unnest($1::BIGINT[], $2::FLOAT8[], $3::BYTEA[])",
);
const NUMBER: Statement = Statement::new("word.number", "UPDATE word SET n = $2 WHERE id = $1");
const USES: Statement = Statement::new("use.all", "SELECT word, size, bytes FROM use ORDER BY word, size");
const UNUSED: Statement = Statement::new(
    "word.unused",
    "SELECT count(*) FROM word w WHERE NOT EXISTS (SELECT 1 FROM use u WHERE u.word = w.id)",
);

/// A word and two uses of it, in one transaction.
fn add_used(db: &Database, id: i64) -> Result<(), Error> {
    db.write_blocking("used", move |tx| {
        tx.send(&ADD, &[id.into(), (&format!("từ {id}")).into()])?;
        for size in [0.5, 1.5] {
            tx.send(&USE, &[id.into(), size.into(), b"\0\xff".as_slice().into()])?;
        }
        Ok(())
    })
}

/// Runs writes for these numbers so that all of them are one group.
fn in_a_group(
    db: &Database,
    numbers: std::ops::Range<i64>,
    write: impl Fn(i64) -> Result<(), Error> + Sync,
) -> Vec<Result<(), Error>> {
    let (release, holder) = hold(db, true);
    let write = &write;
    let results = std::thread::scope(|scope| {
        let writes: Vec<_> = numbers.clone().map(|n| scope.spawn(move || write(n))).collect();
        until_waiting(db, writes.len() as u64);
        drop(release);
        writes.into_iter().map(|write| write.join().unwrap()).collect()
    });
    holder.join().unwrap().unwrap();
    results
}

#[test]
fn every_value_comes_back_as_it_went() {
    on_each(|db| {
        add(db, 1).unwrap();
        let rows = db.write_blocking("values", |tx| {
            tx.send(
                &USE,
                &[1.into(), (-0.25).into(), b"\0\xff\"\\,{}NULL".as_slice().into()],
            )?;
            tx.send(&USE, &[1.into(), 1e300.into(), None::<&[u8]>.into()])?;
            tx.send(&USE, &[1.into(), None::<f64>.into(), b"".as_slice().into()])?;
            let changed = tx.execute(&USE, &[1.into(), 2.5.into(), b"x".as_slice().into()])?;
            assert_eq!(changed, 1);
            tx.query(&USES, &[])
        });
        let mut found: Vec<_> = rows
            .unwrap()
            .iter()
            .map(|row| {
                (
                    row.optional_real(1).unwrap(),
                    row.optional_bytes(2).unwrap().map(<[u8]>::to_vec),
                )
            })
            .collect();
        // The databases differ in where nothing stands among numbers.
        found.sort_by(|one, other| one.0.partial_cmp(&other.0).unwrap());
        let expected = [
            (None, Some(b"".to_vec())),
            (Some(-0.25), Some(b"\0\xff\"\\,{}NULL".to_vec())),
            (Some(2.5), Some(b"x".to_vec())),
            (Some(1e300), None),
        ];
        assert_eq!(found, expected);
    });
}

#[test]
fn rows_of_a_group_are_all_there_and_in_order() {
    on_each(|db| {
        let before = db.stats();
        let results = in_a_group(db, 0..40, |n| {
            // Half of them read behind the rows of others, or write what is not for rows.
            match n % 4 {
                0 => db.write_blocking("counts", move |tx| {
                    tx.send(&ADD, &[n.into(), (&format!("từ {n}")).into()])?;
                    assert!(tx.query_one(&COUNT, &[])?.unwrap().int(0)? > 0);
                    for size in [0.5, 1.5] {
                        tx.send(&USE, &[n.into(), size.into(), None::<&[u8]>.into()])?;
                    }
                    Ok(())
                }),
                1 => db.write_blocking("numbers", move |tx| {
                    tx.send(&ADD, &[n.into(), (&format!("từ {n}")).into()])?;
                    tx.send(&NUMBER, &[n.into(), (n + 1).into()])?;
                    for size in [0.5, 1.5] {
                        tx.send(&USE, &[n.into(), size.into(), None::<&[u8]>.into()])?;
                    }
                    assert_eq!(tx.execute(&NUMBER, &[n.into(), (n + 2).into()])?, 1);
                    Ok(())
                }),
                _ => add_used(db, n),
            }
        });
        assert_eq!(results, vec![Ok(()); 40]);
        assert_eq!(db.stats().groups - before.groups, 1);
        let unused = db.read_blocking("unused", |tx| tx.query_one(&UNUSED, &[]));
        assert_eq!((count(db), unused.unwrap().unwrap().int(0)), (Ok(40), Ok(0)));
    });
}

#[test]
fn what_one_row_does_wrong_is_told_to_nobody_else() {
    on_each(|db| {
        add(db, 100).unwrap();
        let results = in_a_group(db, 0..40, |n| match n % 5 {
            // The same key as one that is there, a word that is not, and two of the same in the group.
            0 => db.write_blocking("conflict", move |tx| {
                tx.send(&ADD, &[100.into(), (&format!("từ {n}")).into()])
            }),
            1 => db.write_blocking("foreign", move |tx| {
                tx.send(&USE, &[(1000 + n).into(), 0.5.into(), None::<&[u8]>.into()])
            }),
            2 => db.write_blocking("gives up", move |tx| {
                tx.send(&ADD, &[n.into(), (&format!("từ {n}")).into()])?;
                Err(Error::Closed)
            }),
            _ => add_used(db, n),
        });
        for (result, n) in results.into_iter().zip(0..) {
            let expected = match n % 5 {
                0 => Err(Error::Conflict("word_pkey".into())),
                1 => Err(Error::Foreign),
                2 => Err(Error::Closed),
                _ => Ok(()),
            };
            assert_eq!(result, expected, "{n}");
        }
        let unused = db.read_blocking("unused", |tx| tx.query_one(&UNUSED, &[]));
        assert_eq!((count(db), unused.unwrap().unwrap().int(0)), (Ok(1 + 16), Ok(1)));
    });
}

#[test]
fn of_two_rows_that_exclude_each_other_one_is_kept() {
    on_each(|db| {
        let results = in_a_group(db, 0..8, |n| {
            db.write_blocking("same", move |tx| {
                tx.send(&ADD, &[(n / 2).into(), (&format!("từ {n}")).into()])
            })
        });
        let kept = results.iter().filter(|result| result.is_ok()).count();
        assert_eq!((kept, count(db)), (4, Ok(4)), "{results:?}");
        assert!(
            results
                .iter()
                .all(|result| matches!(result, Ok(()) | Err(Error::Conflict(_))))
        );
    });
}

#[test]
fn a_failure_that_wrote_nothing_costs_the_group_nothing() {
    on_each(|db| {
        let before = db.stats();
        let results = in_a_group(db, 0..16, |n| {
            if n % 2 == 0 {
                return add_used(db, n);
            }
            db.write_blocking("refused", |tx| {
                tx.query_one(&COUNT, &[])?;
                Err(Error::Closed)
            })
        });
        for (result, n) in results.into_iter().zip(0..) {
            assert_eq!(result, if n % 2 == 0 { Ok(()) } else { Err(Error::Closed) }, "{n}");
        }
        assert_eq!((count(db), db.stats().groups_again), (Ok(8), before.groups_again));
    });
}

#[test]
fn what_refers_to_a_row_comes_after_it_in_whatever_order_the_group_gave_them() {
    on_each(|db| {
        add(db, 100).unwrap();
        let before = db.stats();
        // Whichever of them is first: one gives a use of what is there before it gives anything that it needs.
        let results = in_a_group(db, 0..8, |n| {
            db.write_blocking("used", move |tx| {
                tx.send(&USE, &[100.into(), 0.5.into(), b"".as_slice().into()])?;
                tx.send(&ADD, &[n.into(), (&format!("từ {n}")).into()])?;
                tx.send(&USE, &[n.into(), 0.5.into(), b"".as_slice().into()])
            })
        });
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        assert_eq!((count(db), db.stats().groups_again), (Ok(9), before.groups_again));
    });
}

#[test]
fn more_rows_than_may_wait_get_through() {
    on_each(|db| {
        add(db, 1).unwrap();
        let filled = db.write_blocking("fill", |tx| {
            for n in 0..10_000_i32 {
                tx.send(&USE, &[1.into(), f64::from(n).into(), (&[7_u8; 10]).into()])?;
            }
            for n in 0..4_i32 {
                tx.send(&USE, &[1.into(), f64::from(n).into(), (&vec![8_u8; 700_000]).into()])?;
            }
            Ok::<_, Error>(tx.query(&USES, &[])?.len())
        });
        assert_eq!(filled, Ok(10_004));
    });
}

#[test]
fn a_value_of_another_type_is_refused_at_once() {
    on_each(|db| {
        let refused = db.write_blocking("wrong", |tx| {
            let sent = tx.send(&ADD, &["một".into(), "một".into()]);
            assert!(sent.is_err());
            sent
        });
        assert!(
            matches!(refused, Err(Error::Shape { .. } | Error::Constraint(_))),
            "{refused:?}"
        );
        let rows = db.read_blocking("rows", |tx| tx.query_one(&ADD, &[1.into(), "một".into()]));
        assert!(rows.is_err());
        assert_eq!(count(db), Ok(0));
    });
}

/// Words as each backend's full-text search takes them.
const WORDS: Statement = Statement::new("word.add_words", "INSERT INTO word (id, text) VALUES ($1, $2)").with_rows(
    0,
    "INSERT INTO word (id, text)
     SELECT id, COALESCE(NULLIF(array_to_string(tsvector_to_array(words), ' '), ''), '-')
     FROM (SELECT unnest($1::BIGINT[]) AS id, unnest($2::TSVECTOR[]) AS words) one",
);
const WORDS_OF: Statement = Statement::new("word.words_of", "SELECT text FROM word WHERE id = $1");

#[test]
fn words_to_search_for_are_kept_in_whatever_order_they_come() {
    on_each(|db| {
        let long = "x".repeat(2046);
        let check = |id: i64, words: &str, expected: &str| {
            let words = words.to_owned();
            let added = db.write_blocking("words", move |tx| tx.send(&WORDS, &[id.into(), (&words).into()]));
            assert_eq!(added, Ok(()));
            let row = db.read_blocking("words", move |tx| tx.query_one(&WORDS_OF, &[id.into()]));
            assert_eq!(row.unwrap().unwrap().text(0), Ok(expected));
        };
        check(1, "an anh lanh", "an anh lanh");
        check(2, &long, &long);
        if db.backend() == Backend::Postgres {
            check(3, "lanh bà  anh an lanh ", "an anh bà lanh");
            check(4, "", "-");
        }
    });
}

/// The same key twice counts twice, in whatever group.
const TIMES: Statement = Statement::new(
    "word.times",
    "INSERT INTO word (id, text, n) VALUES ($1, $2, 1) ON CONFLICT (id) DO UPDATE SET n = word.n + 1",
)
.with_rows(
    0,
    "INSERT INTO word (id, text, n) SELECT id, text, COUNT(*) FROM unnest($1::BIGINT[], $2::TEXT[]) AS one (id, text)
     GROUP BY id, text ON CONFLICT (id) DO UPDATE SET n = word.n + EXCLUDED.n",
);
const TIMES_OF: Statement = Statement::new("word.times_of", "SELECT n FROM word WHERE id = $1");

#[test]
fn what_many_groups_count_is_counted_once_each() {
    on_each(|db| {
        let (threads, rounds) = (8, 40);
        std::thread::scope(|scope| {
            for thread in 0..threads {
                scope.spawn(move || {
                    for round in 0..rounds {
                        let id = 1000 + i64::from(thread * rounds + round);
                        let written = db.write_blocking("count", move |tx| {
                            tx.send(&ADD, &[id.into(), (&format!("từ {id}")).into()])?;
                            tx.send(&TIMES, &[1.into(), "mỗi".into()])?;
                            tx.send(&USE, &[id.into(), 0.5.into(), None::<&[u8]>.into()])?;
                            // Some ask, and some give up.
                            if round % 8 == 3 {
                                let all = tx.query_one(&COUNT, &[])?.unwrap().int(0)?;
                                assert!(all > 1);
                            }
                            if round % 16 == 7 { Err(Error::Closed) } else { Ok(()) }
                        });
                        assert_eq!(written.is_ok(), round % 16 != 7);
                        // What was answered is there for whoever asks next.
                        let there = db.read_blocking("there", move |tx| tx.query_one(&TIMES_OF, &[id.into()]));
                        assert_eq!(there.unwrap().is_some(), written.is_ok());
                    }
                });
            }
        });
        let given_up = (0..rounds).filter(|round| round % 16 == 7).count();
        let kept = i64::from(threads * rounds) - i64::from(threads) * i64::try_from(given_up).unwrap();
        let times = db.read_blocking("times", |tx| tx.query_one(&TIMES_OF, &[1.into()]));
        assert_eq!((times.unwrap().unwrap().int(0), count(db)), (Ok(kept), Ok(kept + 1)));
    });
}

#[test]
fn a_failure_is_told_by_the_name_of_what_failed_though_it_left_together_with_others() {
    const SHORT: Statement = Statement::new("word.short", "INSERT INTO word (id, text) VALUES ($1, NULLIF($2, 'không'))")
        .with_rows(
            0,
            "INSERT INTO word (id, text) SELECT id, NULLIF(text, 'không') FROM unnest($1::BIGINT[], $2::TEXT[]) AS one (id, text)",
        );
    on_each(|db| {
        let refused = db.write_blocking("short", |tx| {
            tx.send(&ADD, &[1.into(), "một".into()])?;
            tx.send(&SHORT, &[2.into(), "không".into()])?;
            tx.send(&USE, &[1.into(), 0.5.into(), None::<&[u8]>.into()])
        });
        assert_eq!((refused, count(db)), (Err(Error::Constraint("word.short")), Ok(0)));
    });
}

#[test]
fn a_note_is_there_until_something_is_undone() {
    on_each(|db| {
        let note = |n: i64| {
            db.write_blocking("note", move |tx| {
                tx.note("a", &[n]);
                tx.execute(&ADD, &[n.into(), (&format!("từ {n}")).into()])
            })
        };
        let noted = || {
            let read = db.write_blocking("noted", |tx| Ok::<_, Error>(tx.noted("a").map(<[i64]>::to_vec)));
            read.unwrap()
        };
        assert_eq!(noted(), None);
        note(1).unwrap();
        assert_eq!(noted(), Some(vec![1]));
        note(1).unwrap_err();
        assert_eq!(noted(), None);
    });
}
