//! Steps of the schema on databases that are filled, and whether what is looked for again and again is found by its index afterwards.

use anlanh_db::{Backend, Database, Options, Statement, Target};
use anlanh_model::Time;

use super::ALL;
use crate::Store;
use crate::key::{self, Log, Sighting};

/// How many alerts there are, of as many hosts; of one in a hundred it is still known what it saw.
const ALERTS: u32 = 30_000;

/// Rows as they were before step 35. Incident 1 is open, the others are closed; each hundredth alert is in none.
const FILL: &[(&str, &str)] = &[
    ("staff", "INSERT INTO staff (id, name, role, password, created_at) VALUES (1, 'lan', 'soc-engineer', '-', 1)"),
    (
        "incident",
        "INSERT INTO incident (id, title, state, state_at, holder, outcome, severity, reopened, opened_at, first_at, last_at, hits)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
         SELECT i, 'Sự cố', CASE WHEN i = 1 THEN 'working' ELSE 'closed' END, i, 1, CASE WHEN i = 1 THEN NULL ELSE 'true_positive' END,
           'high', 0, i, i, i, 1 FROM n",
    ),
    (
        "incident_host",
        "INSERT INTO incident_host (id, name, address)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ALERTS)
         SELECT i, CAST('h' || i AS BYTES), CAST(CASE WHEN i % 100 < 2 THEN 'sealed' ELSE '' END AS BYTES) FROM n",
    ),
    (
        "alert",
        "INSERT INTO alert (id, name, incident, grouping, host, sensor, event, field, listed_kind, listed, source, tlp, details, origin,
           count, first_at, last_at)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ALERTS)
         SELECT i, CASE WHEN i % 100 = 0 THEN CAST('a' || i AS BYTES) ELSE NULL END, CASE WHEN i % 100 = 0 THEN NULL ELSE i % 3000 + 1 END,
           CASE WHEN i % 100 = 0 THEN 'muted' ELSE 'host' END, i, 'dns', 'dns', 'query', 'domain', 'x.example', 'VNCERT', 1,
           CASE WHEN i % 100 < 2 THEN CAST('sealed' AS BYTES) ELSE NULL END, 'live', 1, i, i FROM n",
    ),
    (
        "indicator",
        "INSERT INTO indicator (id, feed, kind, value, object, part, stamp, valid_from, confidence, tlp, first_at, told_at, change)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
         SELECT i, 1, 'domain', 'n' || i || '.example', '', '', i, i, 90, 1, i, i, i FROM n",
    ),
];

/// What the rows amount to: none may be lost or changed.
const SUM: Statement = Statement::new(
    "test.sum",
    "SELECT CAST((SELECT COUNT(*) FROM alert WHERE details IS NOT NULL) + (SELECT COUNT(*) FROM alert) + (SELECT SUM(id) FROM incident_host)
       + (SELECT COUNT(*) FROM incident_host WHERE LENGTH(address) > 0) + (SELECT SUM(id) FROM indicator) AS BIGINT)",
);
const PATTERNS: Statement = Statement::new("test.patterns", "SELECT COUNT(*) FROM indicator WHERE pattern IS NULL");

fn number(db: &Database, statement: &'static Statement) -> i64 {
    let read = db.read_blocking("test.number", move |tx| tx.query(statement, &[]));
    read.map_err(|error: anlanh_db::Error| error).unwrap()[0]
        .int(0)
        .unwrap()
}

/// A statement of a test, which lives as long as the process.
fn statement(name: &'static str, sql: &str) -> &'static Statement {
    Box::leak(Box::new(Statement::new(
        name,
        Box::leak(sql.to_owned().into_boxed_str()),
    )))
}

fn run(db: &Database, name: &'static str, sql: &str) {
    let statement = statement(name, sql);
    let done = db.write_blocking(name, move |tx| tx.execute(statement, &[]));
    let _rows: u64 = done.map_err(|error: anlanh_db::Error| error).unwrap();
}

fn fill(db: &Database, bytes: &str) {
    for (name, sql) in FILL {
        let sql = sql.replace("ALERTS", &ALERTS.to_string()).replace("BYTES", bytes);
        run(db, name, &sql);
    }
}

/// How a statement of this name is carried out with these values.
fn plan(db: &Database, backend: Backend, name: &str, values: &[i64]) -> String {
    let of_name = crate::all_statements().into_iter().find(|it| it.name == name).unwrap();
    explain(db, backend, of_name.sql, values)
}

fn explain(db: &Database, backend: Backend, sql: &str, values: &[i64]) -> String {
    let (explain, column) = match backend {
        Backend::Sqlite => ("EXPLAIN QUERY PLAN ", 3),
        Backend::Postgres => ("EXPLAIN ", 0),
    };
    let mut sql = format!("{explain}{sql}");
    for (nth, value) in values.iter().enumerate() {
        sql = sql.replace(&format!("${}", nth + 1), &value.to_string());
    }
    let statement = statement("test.explain", &sql);
    let read = db.read_blocking("test.explain", move |tx| tx.query(statement, &[]));
    let rows = read.map_err(|error: anlanh_db::Error| error).unwrap();
    let lines: Vec<&str> = rows.iter().map(|row| row.text(column).unwrap()).collect();
    lines.join("\n")
}

fn check(target: &Target, backend: Backend) {
    let bytes = match backend {
        Backend::Sqlite => "BLOB",
        Backend::Postgres => "BYTEA",
    };
    let before = Database::open(target, &ALL[..34], &Options::default()).unwrap();
    fill(&before, bytes);
    let sum = number(&before, &SUM);
    drop(before);
    let db = Database::open(target, ALL, &Options::default()).unwrap();
    assert_eq!((number(&db, &SUM), number(&db, &PATTERNS)), (sum, 3_000));
    run(&db, "test.analyze", "ANALYZE");
    let checks: [(&str, &[i64], &str); 5] = [
        ("incident_erase.INCIDENTS", &[2_000, -1, 100], "alert_known"),
        ("incident_erase.KNOWN", &[7, -1, 500], "alert_known"),
        ("incident_erase.MUTED", &[20_000, -1, 500], "alert_muted"),
        ("incident_erase.HOSTS", &[-1, 500], "incident_host_known"),
        ("incident_erase.HOSTS", &[-1, 500], "alert_known_host"),
    ];
    for (name, values, index) in checks {
        let plan = plan(&db, backend, name, values);
        assert!(plan.contains(index), "{name} without {index}:\n{plan}");
        let whole = ["Seq Scan on alert", "Seq Scan on incident_host", "SCAN a\n", "SCAN h\n"];
        assert!(
            !whole.iter().any(|whole| format!("{plan}\n").contains(whole)),
            "{name} reads everything:\n{plan}"
        );
    }
}

/// Which index each page of the audit log is read along, whatever else is asked.
fn check_audit(target: &Target, backend: Backend) {
    let before = Database::open(target, &ALL[..37], &Options::default()).unwrap();
    run(
        &before,
        "test.staff",
        "INSERT INTO staff (id, name, role, password, created_at) VALUES (1, 'lan', 'reviewer', '-', 1)",
    );
    run(
        &before,
        "test.audit",
        "INSERT INTO audit (id, at, actor_kind, actor, action, subject_kind, subject, detail)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
         SELECT i, i, CASE WHEN i % 100 = 0 THEN 'person' ELSE 'token' END, 1, 'item.keep',
           CASE WHEN i % 100 = 1 THEN 'order' ELSE 'items' END, i % 7, '' FROM n",
    );
    drop(before);
    let db = Database::open(target, ALL, &Options::default()).unwrap();
    run(&db, "test.analyze", "ANALYZE");
    for (name, kind, index) in [
        ("audit.PAGE_OF_PERSON", "''", "audit_person"),
        ("audit.PAGE_OF_SUBJECT", "'order'", "audit_subject"),
    ] {
        let text = |sql: &str| sql.replace("$4", "''").replace("$5", kind);
        let of_name = crate::all_statements().into_iter().find(|it| it.name == name).unwrap();
        let sql: &'static str = Box::leak(text(of_name.sql).into_boxed_str());
        let plan = explain(&db, backend, sql, &[i64::MAX, 100, -1, 0, 0, 3, 1]);
        assert!(plan.contains(index), "{name} without {index}:\n{plan}");
    }
}

#[test]
fn the_audit_log_is_read_along_an_index() {
    let folder = tempfile::tempdir().unwrap();
    check_audit(&Target::Sqlite(folder.path().join("anlanh.db")), Backend::Sqlite);
    if let Some(database) = anlanh_testkit::postgres() {
        check_audit(&Target::parse(database.address()), Backend::Postgres);
    }
}

#[test]
fn what_is_due_for_erasure_is_found_by_its_index_in_a_database_that_was_filled_before() {
    let folder = tempfile::tempdir().unwrap();
    check(&Target::Sqlite(folder.path().join("anlanh.db")), Backend::Sqlite);
    if let Some(database) = anlanh_testkit::postgres() {
        check(&Target::parse(database.address()), Backend::Postgres);
    }
}

/// What was counted before the step that packs it is counted after it.
fn check_counted(target: &Target, backend: Backend) {
    let before = Database::open(target, &ALL[..40], &Options::default()).unwrap();
    run(
        &before,
        "test.keys",
        "INSERT INTO item_key (key, at, item, member)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
         SELECT (i % 40 - 20) * 400000000000000000, 3000000 - i, i, i % 3 - 1 FROM n",
    );
    drop(before);
    let store = Store::open(target, &Options::default()).unwrap();
    assert_eq!(store.database().backend(), backend);
    let seen = |i: i64| Sighting {
        at: Time::from_micros(3_000_000 - i),
        item: i,
        member: i % 3 - 1,
    };
    for nth in [0, 1, 19, 20, 21, 39] {
        let key = (nth - 20) * 400_000_000_000_000_000;
        let expected: Vec<Sighting> = (1..=3_000).rev().filter(|i| i % 40 == nth).map(seen).collect();
        let first = Sighting::before(Time::from_micros(i64::MIN));
        let found = store.read_blocking("test", move |tx| key::since(tx, &Log::default(), key, first, 1_000));
        assert_eq!(found.map_err(|error: crate::Error| error).unwrap(), expected);
        let counts = store.read_blocking("test", move |tx| key::counts(tx, &Log::default(), &[key]));
        let counts = counts.map_err(|error: crate::Error| error).unwrap();
        assert_eq!(counts[0].seen, expected.len() as u64);
    }
}

#[test]
fn what_was_counted_is_counted_still_when_it_is_packed() {
    let folder = tempfile::tempdir().unwrap();
    check_counted(&Target::Sqlite(folder.path().join("anlanh.db")), Backend::Sqlite);
    if let Some(database) = anlanh_testkit::postgres() {
        check_counted(&Target::parse(database.address()), Backend::Postgres);
    }
}

#[test]
fn a_database_that_counted_nothing_has_no_run() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Sqlite(folder.path().join("anlanh.db"));
    const RUNS: Statement = Statement::new("test.runs", "SELECT COUNT(*) FROM key_run");
    assert_eq!(
        number(&Database::open(&target, ALL, &Options::default()).unwrap(), &RUNS),
        0
    );
    if let Some(database) = anlanh_testkit::postgres() {
        let db = Database::open(&Target::parse(database.address()), ALL, &Options::default()).unwrap();
        assert_eq!(number(&db, &RUNS), 0);
    }
}
