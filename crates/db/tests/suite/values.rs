//! What goes in comes out, or is an error.

use anlanh_db::{Error, Row, Statement, Value};

use super::{add, on_each};

const USE: Statement = Statement::new("use.add", "INSERT INTO use (bytes, size, word) VALUES ($3, $2, $1)");
const USES: Statement = Statement::new("use.all", "SELECT word, size, bytes FROM use");

#[test]
fn values_come_back_as_they_were() {
    on_each(|db| {
        add(db, i64::MAX).unwrap();
        db.write_blocking("use", |tx| {
            tx.execute(&USE, &[i64::MAX.into(), 0.5.into(), b"\0\xff".into()])
        })
        .unwrap();
        db.write_blocking("use", |tx| {
            tx.execute(&USE, &[i64::MAX.into(), Value::Null, Value::Null])
        })
        .unwrap();
        let rows = db.read_blocking("uses", |tx| tx.query(&USES, &[])).unwrap();
        let [full, empty] = rows.as_slice() else {
            panic!("{rows:?}")
        };
        assert_eq!(full.int(0), Ok(i64::MAX));
        assert_eq!(full.real(1), Ok(0.5));
        assert_eq!(full.bytes(2), Ok(b"\0\xff".as_slice()));
        assert_eq!((empty.optional_real(1), empty.optional_bytes(2)), (Ok(None), Ok(None)));
        for wrong in [full.text(0).err(), full.int(3).err(), empty.real(1).err()] {
            assert!(
                matches!(
                    wrong,
                    Some(Error::Shape {
                        statement: "use.all",
                        ..
                    })
                ),
                "{wrong:?}"
            );
        }
    });
}

#[test]
fn what_one_backend_cannot_keep_neither_keeps() {
    on_each(|db| {
        add(db, 1).unwrap();
        for values in [
            vec![1.into(), Value::Real(f64::NAN), Value::Null],
            vec![1.into(), Value::Null],
            vec![1.into(), Value::Null, Value::Null, Value::Null],
        ] {
            let ran = db.write_blocking("use", move |tx| tx.execute(&USE, &values));
            assert!(
                matches!(
                    ran,
                    Err(Error::Shape {
                        statement: "use.add",
                        ..
                    })
                ),
                "{ran:?}"
            );
        }
        let text = Statement::new("text", "UPDATE word SET text = $1");
        let ran = db.write_blocking("text", move |tx| tx.execute(&text, &["a\0b".into()]));
        assert!(matches!(ran, Err(Error::Shape { statement: "text", .. })), "{ran:?}");
        let returns = Statement::new("returns", "UPDATE word SET text = $1 RETURNING id");
        let ran = db.write_blocking("returns", move |tx| tx.execute(&returns, &["a".into()]));
        assert!(
            matches!(
                ran,
                Err(Error::Shape {
                    statement: "returns",
                    ..
                })
            ),
            "{ran:?}"
        );
    });
}

#[test]
fn constraints_are_told_alike() {
    on_each(|db| {
        let run = |sql: &'static str| {
            let statement = Statement::new("it", sql);
            db.write_blocking("it", move |tx| tx.execute(&statement, &[]))
        };
        let conflict = |name: &str| Err(Error::Conflict(name.to_owned()));
        assert_eq!(run("INSERT INTO word VALUES (1, 'một', 1)"), Ok(1));
        assert_eq!(run("INSERT INTO word VALUES (1, 'hai', 1)"), conflict("word_pkey"));
        assert_eq!(run("INSERT INTO word VALUES (2, 'một', 2)"), conflict("word_text_key"));
        assert_eq!(
            run("INSERT INTO word VALUES (2, NULL, 2)"),
            Err(Error::Constraint("it"))
        );
        assert_eq!(
            run("INSERT INTO word VALUES (2, 'hai', 0)"),
            Err(Error::Constraint("it"))
        );
        assert_eq!(run("INSERT INTO use VALUES (9, NULL, NULL)"), Err(Error::Foreign));
    });
}

#[test]
fn statements_are_prepared_and_refused_by_name() {
    on_each(|db| {
        assert_eq!(db.prepare(&USE), Ok(()));
        let wrong = db.prepare(&Statement::new("wrong", "SELECT nothing FROM word"));
        let Err(Error::Refused { statement, code }) = wrong else {
            panic!("{wrong:?}")
        };
        assert!(statement == "wrong" && code.contains("nothing"), "{code}");
    });
}

#[test]
fn rows_are_handed_over_until_enough() {
    on_each(|db| {
        for id in 1..=3 {
            add(db, id).unwrap();
        }
        let ids = Statement::new("ids", "SELECT id FROM word ORDER BY id");
        let mut seen = Vec::new();
        let ran = db.read_blocking("ids", move |tx| {
            seen.clear();
            let ran = tx.each(&ids, &[], |row: &Row| {
                seen.push(row.int(0)?);
                if seen.len() == 2 { Err(Error::Closed) } else { Ok(()) }
            });
            assert_eq!(ran, Err(Error::Closed));
            Ok::<_, Error>(seen.clone())
        });
        assert_eq!(ran, Ok(vec![1, 2]));
        let two = db.read_blocking("one", move |tx| tx.query_one(&ids, &[]));
        assert_eq!(two, Err(Error::TooManyRows("ids")));
    });
}
