//! Durable commits a second: 32 callers through [`Database::write`], beside the database's own rate.
//!
//! `cargo run --release -p anlanh-db --example commits -- DATABASE` with the path of a new file, or `postgres://…`;
//! without one, on a PostgreSQL of its own that syncs. The own rate is that of one caller at a time with groups of one,
//! which is a loop of single commits.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement prints, and one that cannot go on fails"
)]

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use anlanh_db::{Database, Migration, Options, Statement, Target};
use anlanh_testkit::{Durability, Postgres};

const SCHEMA: [Migration; 1] = [Migration {
    number: 1,
    name: "items",
    sqlite: "CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
    postgres: "CREATE TABLE item (id BIGINT PRIMARY KEY, text TEXT NOT NULL)",
}];
const ADD: Statement = Statement::new("item.add", "INSERT INTO item (id, text) VALUES ($1, $2)");
const SPAN: Duration = Duration::from_secs(5);
const TEXT: &str = "Một bài đăng dài vừa phải, như người ta hay viết khi rao bán một chiếc xe đạp cũ còn tốt.";

async fn rate(db: &Database, next: &'static AtomicI64, callers: usize) -> (f64, Vec<Duration>) {
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..callers {
        let db = db.clone();
        tasks.spawn(async move {
            let mut took = Vec::new();
            while begun.elapsed() < SPAN {
                let (id, since) = (next.fetch_add(1, Ordering::Relaxed), Instant::now());
                let added = db
                    .write("add", move |tx| tx.execute(&ADD, &[id.into(), TEXT.into()]))
                    .await;
                assert_eq!(added, Ok(1));
                took.push(since.elapsed());
            }
            took
        });
    }
    let mut took: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
    took.sort_unstable();
    (took.len() as f64 / begun.elapsed().as_secs_f64(), took)
}

#[tokio::main]
async fn main() {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    let given = std::env::args().nth(1);
    let server = if given.is_none() {
        Postgres::start(Durability::Disk)
    } else {
        None
    };
    let address = given.unwrap_or_else(|| server.as_ref().unwrap().database().address().to_owned());
    let db = Database::open(&Target::parse(&address), &SCHEMA, &Options::default()).unwrap();
    for callers in [1, 32, 1, 32] {
        let before = db.stats();
        let (rate, took) = rate(&db, &NEXT, callers).await;
        let after = db.stats();
        let at = |percent: usize| took.get(took.len() * percent / 100).copied().unwrap_or_default();
        println!(
            "{:?}, {callers:2} callers: {rate:6.0} durable writes/s in {:5} commits, p50 {:?}, p99 {:?}",
            db.backend(),
            after.groups - before.groups,
            at(50),
            at(99)
        );
    }
}
