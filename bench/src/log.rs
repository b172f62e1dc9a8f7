//! The public log: how many entries a second are durable in it, and how many the sequencer signs, beside bare SQLite on the
//! same disk; and how many tiles a second the node serves, beside a bare handler that has one in memory.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anlanh_app::policy::{Choice, Start};
use anlanh_app::{App, Clock, Lists, Shelf, Site, public_log};
use anlanh_model::{Actor, AuditAction, Time};
use anlanh_pack::Policy;
use anlanh_store::{Change, Options, Store, Target};
use anlanh_vault::Vault;
use anyhow::{Result, anyhow, ensure};

use crate::Settings;
use crate::harness::{Entrant, Outcome, Sample, contest};
use crate::http::client::{get, load};
use crate::http::{CONNECTIONS, Server};
use crate::report::{Bar, Row, Section, short};

/// What Tessera's documents say of its POSIX storage without deduplication (transparency-dev/tessera, docs/performance.md).
const TESSERA: u32 = 2_900;
/// The key that the node's data is sealed with.
const KEY: [u8; 32] = [7; 32];
/// Entries that are committed together.
const BATCH: u64 = 1_000;
/// Commits in one run.
const BATCHES: u64 = 20;
/// Bytes of an entry: about as many as that of a decision has.
const ENTRY_BYTES: usize = 400;

/// Measures appending and signing.
///
/// # Errors
/// When the store or the node does not start.
pub fn measure(settings: &Settings, home: &Path) -> Result<Section> {
    let folder = std::env::temp_dir().join(format!("anlanh-bench-log-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let section = measure_in(settings, home, &folder);
    std::fs::remove_dir_all(&folder)?;
    section
}

fn measure_in(settings: &Settings, home: &Path, folder: &Path) -> Result<Section> {
    let app = start(folder)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut next = 0_u64;
    let entry = "x".repeat(ENTRY_BYTES);
    let append = Entrant::new("append", || {
        let started = Instant::now();
        for _ in 0..BATCHES {
            let (from, entry) = (next, entry.clone());
            next += BATCH;
            let written = app.store().write_blocking(change(&app), move |writer| {
                for number in from..from + BATCH {
                    let entry = format!("{{\"kind\":\"bench\",\"number\":{number},\"filler\":\"{entry}\"}}");
                    anlanh_store::public_log::append(writer, "bench", &number.to_string(), entry.as_bytes())?;
                }
                Ok::<_, anlanh_store::Error>(())
            });
            written.map_err(|error| anyhow!("appending: {error}"))?;
        }
        Ok(sample(started))
    });
    let mut bare = bare(folder)?;
    let peer = Entrant::new("SQLite alone, the same batches", move || {
        let started = Instant::now();
        for _ in 0..BATCHES {
            let transaction = bare.transaction()?;
            for number in 0..BATCH {
                let text = format!(
                    "{{\"kind\":\"bench\",\"number\":{number},\"filler\":\"{entry}\"}}",
                    entry = "x".repeat(ENTRY_BYTES)
                );
                let mut insert = transaction.prepare_cached("INSERT INTO kept (at, text) VALUES (?1, ?2)")?;
                insert.execute((0, text.as_bytes()))?;
            }
            transaction.commit()?;
        }
        Ok(sample(started))
    });
    let outcomes = contest(settings.rounds, vec![append, peer])?;
    let [ours, peer] = outcomes.as_slice() else {
        return Err(anyhow!("two entrants ran"));
    };
    let mut section = Section::new("Public log");
    section
        .rows
        .push(row("entries appended durably, 1,000 a commit", ours, peer));

    // What was appended is signed now, all of it.
    let started = Instant::now();
    let mut signed = 0_u64;
    loop {
        let taken = runtime.block_on(public_log::publish(&app));
        match taken.map_err(|error| anyhow!("signing: {error}"))? {
            0 => break,
            taken => signed += taken as u64,
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let known = runtime
        .block_on(public_log::known(&app))
        .map_err(|error| anyhow!("reading: {error}"))?;
    ensure!(known.is_some_and(|known| known.size >= signed), "everything is signed");
    let started = Instant::now();
    let proofs = 200_u64;
    for number in 0..proofs {
        let at = number * (signed / proofs);
        runtime
            .block_on(public_log::receipt(&app, at))
            .map_err(|error| anyhow!("proving: {error}"))?;
    }
    let proving = started.elapsed().as_secs_f64() / proofs as f64 * 1e3;
    section.notes.push(format!(
        "Taken into the tree and signed, at most {} a transaction: {} entries/s over {signed} entries; a receipt with its \
         proof {proving:.2} ms. The bar is 20 k durable appends a second. An append is the row with its place, key and \
         index; bare SQLite writes one row without index. Tessera's own figures, quoted, for a log in files on local disks: \
         {TESSERA} writes/s.",
        public_log::MAX_AT_ONCE,
        short(signed as f64 / seconds),
    ));
    drop(app);
    section.rows.push(tiles(settings, home, folder, signed)?);
    Ok(section)
}

/// How many tiles a second are served over HTTP.
fn tiles(settings: &Settings, home: &Path, folder: &Path, signed: u64) -> Result<Row> {
    let key = folder.join("key");
    std::fs::write(&key, "07".repeat(KEY.len()))?;
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600))?;
    let data = folder.display().to_string();
    let product = home.join("../target/release/anlanh");
    let product = Server::start(&product, &["serve", "--listen", "127.0.0.1:0", "--data", &data])?;
    let bare = Server::start(&std::env::current_exe()?, &["bare-server"])?;
    // Whole tiles alone, each as often as the others.
    let whole = (signed / 256).min(1_000);
    ensure!(whole > 0, "no tile is whole");
    let requests: Vec<Vec<u8>> = (0..settings.requests as u64)
        .map(|number| get(&format!("/log/tile/0/{:03}", number % whole), &[]))
        .collect();
    let entrants = vec![
        Entrant::new("product", || load(product.address(), CONNECTIONS, &requests)),
        Entrant::new("bare axum handler, one tile in memory", || {
            load(bare.address(), CONNECTIONS, &requests)
        }),
    ];
    let outcomes = contest(settings.rounds, entrants)?;
    let [ours, peer] = outcomes.as_slice() else {
        return Err(anyhow!("two entrants ran"));
    };
    Ok(Row {
        what: "tiles of 8 KiB over HTTP, one core".to_owned(),
        ours: format!("{} tiles/s", short(ours.rate())),
        beside: format!("{} {} tiles/s", peer.name, short(peer.rate())),
        ratio: ours.times(peer),
        bar: Bar::None,
    })
}

fn row(what: &str, ours: &Outcome, peer: &Outcome) -> Row {
    Row {
        what: what.to_owned(),
        ours: format!("{} entries/s", short(ours.rate())),
        beside: format!("{} {} rows/s", peer.name, short(peer.rate())),
        ratio: ours.times(peer),
        bar: Bar::None,
    }
}

fn sample(started: Instant) -> Sample {
    Sample {
        seconds: started.elapsed().as_secs_f64(),
        items: BATCH * BATCHES,
        bytes: BATCH * BATCHES * ENTRY_BYTES as u64,
        found: 0,
    }
}

fn start(folder: &Path) -> Result<App> {
    let policy = Policy::built_in().map_err(|mistakes| anyhow!("the built-in pack has {} mistakes", mistakes.len()))?;
    let store = Store::open(&Target::Sqlite(folder.join("anlanh.db")), &Options::default())
        .map_err(|error| anyhow!("opening: {error}"))?;
    let start = Start {
        policy,
        lists: Lists::default(),
        shelf: Shelf::new(folder.join("lists")),
        choice: Choice::Kept,
        site: Site::default(),
        vault: Arc::new(Vault::new(KEY)),
    };
    let clock = Clock::new(|| Time::from_seconds(1_790_000_000));
    App::start(store, clock, start).map_err(|error| anyhow!("starting: {error}"))
}

fn change(app: &App) -> Change {
    Change {
        actor: Actor::Node,
        action: AuditAction::PublishLog,
        now: app.clock().now(),
    }
}

fn bare(folder: &Path) -> Result<rusqlite::Connection> {
    let connection = rusqlite::Connection::open(folder.join("bare.db"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch("CREATE TABLE kept (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, text BLOB NOT NULL)")?;
    Ok(connection)
}
