//! The HTTP edge, as processes of their own on loopback: batches beside the library called directly, single requests
//! beside a bare axum handler. The same client loads both.

pub mod bare;
pub mod client;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anlanh_screen::Scratch;
use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::Settings;
use crate::engine;
use crate::harness::{Clock, Entrant, Outcome, contest, time};
use crate::report::{Bar, Row, Section, short};
use client::{Connection, load, post};

/// How much of the speed of its peer the edge should keep.
const BAR: f64 = 0.5;
/// Connections of the load client.
pub const CONNECTIONS: usize = 16;

/// A server process, killed when it is no longer needed.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts a program and waits until it prints its address. It has one core, and its client another.
    ///
    /// # Errors
    /// When it ends before.
    pub fn start(program: &Path, args: &[&str]) -> Result<Self> {
        let mut child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(program)
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let output = child.stdout.take().context("no pipe from the server")?;
        for line in BufReader::new(output).lines() {
            let line = line?;
            let Some((_, rest)) = line.split_once("http://") else {
                continue;
            };
            let address = rest
                .split(|c: char| c == '/' || c.is_whitespace())
                .next()
                .unwrap_or_default();
            let address = address.parse().with_context(|| format!("address {address:?}"))?;
            return Ok(Self { child, address });
        }
        let _ = child.kill();
        anyhow::bail!("{} ended without printing an address", program.display())
    }
}

impl Server {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Measures batches and single requests.
///
/// # Errors
/// When a server does not start or does not answer.
pub fn measure(settings: &Settings, home: &Path, posts: &[String]) -> Result<Section> {
    let posts = posts.get(..settings.requests).unwrap_or(posts);
    let product = home.join("../target/release/anlanh");
    // A fresh data folder each time: this measures judging, not what an earlier run left behind.
    let data = std::env::temp_dir().join(format!("anlanh-bench-{}", std::process::id()));
    let folder = data.display().to_string();
    let product = Server::start(&product, &["serve", "--listen", "127.0.0.1:0", "--data", &folder])?;
    let bare = Server::start(&std::env::current_exe()?, &["bare-server"])?;
    let mut section = Section::new("HTTP on loopback");
    section.rows.push(batch(settings, &product, posts)?);
    section.rows.push(single(settings, &product, &bare, posts)?);
    section.notes.push(format!(
        "{} posts, the built-in pack; the server has one core, the client or the library another. Single requests come \
         over {CONNECTIONS} kept connections. Time on the wall.",
        posts.len()
    ));
    drop(product);
    std::fs::remove_dir_all(&data).with_context(|| format!("removing {folder}"))?;
    Ok(section)
}

fn batch(settings: &Settings, product: &Server, posts: &[String]) -> Result<Row> {
    let screener = engine::screener(&[], &[])?;
    let mut scratch = Scratch::default();
    let mut lines = String::new();
    for (post, number) in posts.iter().zip(0..) {
        lines.push_str(&json!({ "id": number.to_string(), "text": post }).to_string());
        lines.push('\n');
    }
    let request = post("/v1/screen/batch", "application/x-ndjson", lines.as_bytes());
    let bytes = posts.iter().map(|post| post.len() as u64).sum();
    let mut connection = Connection::open(product.address)?;
    let http = Entrant::new("HTTP", || {
        let mut answer = Ok(0);
        let sample = time(Clock::Wall, || {
            answer = connection
                .stream(&request)
                .map(|body| body.iter().filter(|byte| **byte == b'\n').count());
            (posts.len() as u64, bytes, 0)
        });
        let answered = answer?;
        ensure!(answered == posts.len(), "{answered} answers to {} lines", posts.len());
        Ok(sample)
    });
    let library = Entrant::new("library", || {
        Ok(time(Clock::Wall, || {
            let found = posts
                .iter()
                .map(|post| screener.screen_with(&mut scratch, &engine::item(post)).reasons.len());
            let found = found.sum::<usize>() as u64;
            (posts.len() as u64, bytes, found)
        }))
    });
    let outcomes = contest(settings.rounds, vec![http, library])?;
    row("POST /v1/screen/batch", &outcomes, "posts/s")
}

fn single(settings: &Settings, product: &Server, bare: &Server, posts: &[String]) -> Result<Row> {
    let requests: Vec<Vec<u8>> = posts
        .iter()
        .map(|text| {
            post(
                "/v1/screen",
                "application/json",
                json!({ "id": "1", "text": text }).to_string().as_bytes(),
            )
        })
        .collect();
    let outcomes = contest(
        settings.rounds,
        vec![
            Entrant::new("product", || load(product.address, CONNECTIONS, &requests)),
            Entrant::new("bare axum handler", || load(bare.address, CONNECTIONS, &requests)),
        ],
    )?;
    row("POST /v1/screen", &outcomes, "requests/s")
}

fn row(what: &str, outcomes: &[Outcome], unit: &str) -> Result<Row> {
    let [ours, peer] = outcomes else {
        anyhow::bail!("two entrants, {} outcomes", outcomes.len());
    };
    Ok(Row {
        what: what.to_owned(),
        ours: format!("{} {unit}", short(ours.rate())),
        beside: format!("{} {} {unit}", peer.name, short(peer.rate())),
        ratio: ours.times(peer),
        bar: Bar::AtLeast(BAR),
    })
}
