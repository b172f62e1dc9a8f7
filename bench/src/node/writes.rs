//! Durable writes over HTTP beside the commits that the database makes by itself, on the same disk, in turn.

use std::net::SocketAddr;
use std::slice::{ChunksExact, Iter};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anlanh_testkit::Postgres;
use anyhow::{Context, Result, bail, ensure};
use rustix::event::{PollFd, PollFlags, poll};
use serde_json::json;

use super::Place;
use super::database::{PgBench, delay_syncs, sqlite_commits, sqlite_groups};
use crate::Settings;
use crate::harness::{Entrant, Outcome, Sample, contest};
use crate::http::client::{Connection, request};
use crate::report::{Bar, Row, Section, short};

/// Clients that write at one time.
const CLIENTS: usize = 32;
/// Threads that all clients share, as those of `pgbench` do.
const THREADS: usize = 2;
/// How much of the database's own rate of commits the node should reach.
const BAR: f64 = 0.6;
/// Items in a batch.
const BATCH: usize = 100;

/// How long a sync takes on a disk that does not lie: the figure that the project's peers were measured with.
const SLOW_SYNC_MICROS: u32 = 4_000;
/// As many posts of them are written there.
const SLOW_PART: usize = 4;

/// How long requests took, in milliseconds.
type Latencies = Mutex<Vec<f64>>;

/// Measures single items and batches on both databases.
///
/// # Errors
/// When a server does not start or a peer fails.
pub fn measure(
    settings: &Settings,
    section: &mut Section,
    place: &Place,
    server: Option<&Postgres>,
    posts: &[String],
) -> Result<()> {
    section.notes.push(format!(
        "Writes: {} posts a round, none of which the node had before, by {CLIENTS} clients, each waiting for its answer; \
         answered means committed to disk. The peers keep a row with such a text and nothing else: no verdict, no search, \
         no case, no audit. Batches have {BATCH} items.",
        settings.written
    ));
    sqlite(settings, section, place, posts)?;
    match server {
        Some(server) => {
            postgres(settings, section, place, server, posts, Syncs::OfThisDisk)?;
            postgres(settings, section, place, server, posts, Syncs::Slow)
        }
        None => Ok(()),
    }
}

/// How long a sync takes.
#[derive(Clone, Copy)]
enum Syncs {
    /// As long as it does here.
    OfThisDisk,
    /// [`SLOW_SYNC_MICROS`] longer.
    Slow,
}

fn sqlite(settings: &Settings, section: &mut Section, place: &Place, posts: &[String]) -> Result<()> {
    let node = place.node("writes-sqlite", None)?;
    let running = node.start()?;
    let load = Load::new(running.address(), &node.token()?, posts, settings.written);
    let posts = posts.get(..settings.written).unwrap_or(posts);
    let (bare, grouped) = (place.folder.join("bare.db"), place.folder.join("grouped.db"));
    let (single, batch) = (Latencies::default(), Latencies::default());
    let outcomes = contest(
        settings.rounds,
        vec![
            Entrant::new("single", || load.run(Form::Single, &single)),
            Entrant::new("batch", || load.run(Form::Batch, &batch)),
            Entrant::new("SQLite, one row a commit", || sqlite_commits(&bare, CLIENTS, posts)),
            Entrant::new("SQLite, rows that wait together", || {
                sqlite_groups(&grouped, CLIENTS, posts)
            }),
        ],
    )?;
    report(section, "SQLite", Bar::AtLeast(BAR), &outcomes, &single, &batch);
    Ok(())
}

fn postgres(
    settings: &Settings,
    section: &mut Section,
    place: &Place,
    server: &Postgres,
    posts: &[String],
    syncs: Syncs,
) -> Result<()> {
    let (database, bare) = (server.database(), server.database());
    let (name, bar, folder, written) = match syncs {
        Syncs::OfThisDisk => ("PostgreSQL", Bar::AtLeast(BAR), "writes-postgres", settings.written),
        Syncs::Slow => (
            "PostgreSQL, 4 ms a sync",
            Bar::None,
            "writes-slow",
            settings.written / SLOW_PART,
        ),
    };
    if matches!(syncs, Syncs::Slow) {
        delay_syncs(database.address(), SLOW_SYNC_MICROS)?;
        delay_syncs(bare.address(), SLOW_SYNC_MICROS)?;
    }
    let node = place.node(folder, Some(database.address()))?;
    let running = node.start()?;
    let load = Load::new(running.address(), &node.token()?, posts, written);
    let row = posts.first().context("no posts")?;
    let pgbench = PgBench::new(bare.address(), &place.folder, CLIENTS, row)?;
    let (single, batch) = (Latencies::default(), Latencies::default());
    let outcomes = contest(
        settings.rounds,
        vec![
            Entrant::new("single", || load.run(Form::Single, &single)),
            Entrant::new("batch", || load.run(Form::Batch, &batch)),
            Entrant::new("pgbench, one row a commit", || pgbench.run(written)),
        ],
    )?;
    report(section, name, bar, &outcomes, &single, &batch);
    Ok(())
}

fn report(section: &mut Section, name: &str, bar: Bar, outcomes: &[Outcome], single: &Latencies, batch: &Latencies) {
    let [one, many, peers @ ..] = outcomes else { return };
    for (peer, bar) in peers.iter().zip([bar, Bar::None]) {
        section
            .rows
            .push(row(&format!("{name}: `POST /v1/items`"), one, peer, bar));
        section
            .rows
            .push(row(&format!("{name}: `POST /v1/items/batch`"), many, peer, Bar::None));
    }
    section.notes.push(format!(
        "{name}, milliseconds until an item is answered: single p50 {:.1}, p99 {:.1}; a batch of {BATCH} p50 {:.1}, p99 \
         {:.1}.",
        percentile(single, 50),
        percentile(single, 99),
        percentile(batch, 50),
        percentile(batch, 99),
    ));
}

fn row(what: &str, ours: &Outcome, peer: &Outcome, bar: Bar) -> Row {
    Row {
        what: what.to_owned(),
        ours: format!("{} items/s", short(ours.rate())),
        beside: format!("{} {} rows/s", peer.name, short(peer.rate())),
        ratio: ours.times(peer),
        bar,
    }
}

fn percentile(latencies: &Latencies, percent: usize) -> f64 {
    let mut took = latencies.lock().unwrap_or_else(PoisonError::into_inner);
    took.sort_by(f64::total_cmp);
    took.get(took.len() * percent / 100).copied().unwrap_or(f64::NAN)
}

/// How items come.
#[derive(Clone, Copy)]
enum Form {
    /// Each in a request of its own.
    Single,
    /// [`BATCH`] in one.
    Batch,
}

/// Posts for a node, each of which it gets once.
struct Load<'p> {
    address: SocketAddr,
    token: String,
    /// What each run takes.
    shares: Mutex<ChunksExact<'p, String>>,
}

impl<'p> Load<'p> {
    fn new(address: SocketAddr, token: &str, posts: &'p [String], share: usize) -> Self {
        Self {
            address,
            token: format!("authorization: Bearer {token}"),
            shares: Mutex::new(posts.chunks_exact(share)),
        }
    }

    fn requests(&self, posts: &[String], form: Form) -> Vec<Vec<u8>> {
        let item = |text: &String| json!({ "text": text }).to_string();
        let one = |text: &String| {
            let headers = ["content-type: application/json", self.token.as_str()];
            request("POST", "/v1/items", &headers, item(text).as_bytes())
        };
        let many = |texts: &[String]| {
            let lines: Vec<String> = texts.iter().map(item).collect();
            let headers = ["content-type: application/x-ndjson", self.token.as_str()];
            request("POST", "/v1/items/batch", &headers, lines.join("\n").as_bytes())
        };
        match form {
            Form::Single => posts.iter().map(one).collect(),
            Form::Batch => posts.chunks(BATCH).map(many).collect(),
        }
    }

    /// Sends the next share of the posts, shared out over the clients.
    fn run(&self, form: Form, latencies: &Latencies) -> Result<Sample> {
        let posts = self.shares.lock().unwrap_or_else(PoisonError::into_inner).next();
        let posts = posts.context("there are too few posts")?;
        let requests = self.requests(posts, form);
        let share = requests.len().div_ceil(CLIENTS).max(1);
        let mut clients = Vec::with_capacity(CLIENTS);
        for requests in requests.chunks(share) {
            clients.push(Client {
                connection: Connection::open(self.address)?,
                left: requests.iter(),
                sent: Instant::now(),
                is_waiting: false,
            });
        }
        let second = clients.split_off(clients.len() / THREADS);
        let started = Instant::now();
        let took = thread::scope(|scope| -> Result<Vec<f64>> {
            let other = scope.spawn(|| drive(second));
            let mut took = drive(clients)?;
            let Ok(others) = other.join() else {
                bail!("a client thread panicked")
            };
            took.append(&mut others?);
            Ok(took)
        })?;
        let seconds = started.elapsed().as_secs_f64();
        latencies.lock().unwrap_or_else(PoisonError::into_inner).extend(took);
        Ok(Sample {
            seconds,
            items: posts.len() as u64,
            bytes: 0,
            found: 0,
        })
    }
}

/// A client that sends its next request when the one before is answered.
struct Client<'r> {
    connection: Connection,
    left: Iter<'r, Vec<u8>>,
    sent: Instant,
    is_waiting: bool,
}

impl Client<'_> {
    fn send_next(&mut self) -> Result<()> {
        let next = self.left.next();
        self.is_waiting = next.is_some();
        self.sent = Instant::now();
        next.map_or(Ok(()), |request| self.connection.send(request))
    }

    /// Hears an answer, and returns how many milliseconds it took.
    fn hear(&mut self) -> Result<f64> {
        let answer = self.connection.answer()?;
        ensure!(
            memchr::memmem::find(answer, b"\"error\":").is_none(),
            "an item was not kept"
        );
        Ok(self.sent.elapsed().as_secs_f64() * 1_000.0)
    }
}

/// Lets clients send all that they have, and returns how long each answer took.
fn drive(mut clients: Vec<Client<'_>>) -> Result<Vec<f64>> {
    let mut took = Vec::new();
    clients.iter_mut().try_for_each(Client::send_next)?;
    while !clients.is_empty() {
        let mut asked: Vec<PollFd<'_>> = clients
            .iter()
            .map(|client| PollFd::new(&client.connection, PollFlags::IN))
            .collect();
        poll(&mut asked, None)?;
        let answered: Vec<bool> = asked.iter().map(|asked| !asked.revents().is_empty()).collect();
        for (client, _) in clients.iter_mut().zip(answered).filter(|(_, is_answered)| *is_answered) {
            took.push(client.hear()?);
            client.send_next()?;
        }
        clients.retain(|client| client.is_waiting);
    }
    Ok(took)
}
