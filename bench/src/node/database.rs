//! The bare databases, as peers of the node: the same disk, the same number of clients, one row a commit.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use rusqlite::Connection;

use crate::harness::Sample;

const SCHEMA: &str =
    "CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, text BLOB NOT NULL)";
const INSERT: &str = "INSERT INTO kept (at, text) VALUES (?1, ?2)";

fn open(file: &Path) -> Result<Connection> {
    let connection = Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(SCHEMA)?;
    Ok(connection)
}

/// SQLite, one row a commit, from so many threads that share a connection: what waits for the disk waits alone.
///
/// # Errors
/// When SQLite refuses.
pub fn sqlite_commits(file: &Path, clients: usize, rows: &[String]) -> Result<Sample> {
    let connection = &Mutex::new(open(file)?);
    let share = rows.len().div_ceil(clients).max(1);
    let started = Instant::now();
    let done = thread::scope(|scope| {
        let running: Vec<_> = rows
            .chunks(share)
            .map(|rows| {
                scope.spawn(move || -> Result<()> {
                    for row in rows {
                        let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                        connection.prepare_cached(INSERT)?.execute((0, row.as_bytes()))?;
                    }
                    Ok(())
                })
            })
            .collect();
        running.into_iter().all(|thread| matches!(thread.join(), Ok(Ok(()))))
    });
    ensure!(done, "SQLite refused a row");
    Ok(sample(started, rows))
}

/// SQLite with one writer that commits what waits together, for so many threads that each wait for their row.
///
/// # Errors
/// When SQLite refuses.
pub fn sqlite_groups(file: &Path, clients: usize, rows: &[String]) -> Result<Sample> {
    let mut connection = open(file)?;
    let share = rows.len().div_ceil(clients).max(1);
    let started = Instant::now();
    thread::scope(|scope| -> Result<()> {
        let (send, waiting) = sync_channel::<(&str, SyncSender<()>)>(clients);
        for rows in rows.chunks(share) {
            let send = send.clone();
            scope.spawn(move || {
                let (answer, answered) = sync_channel(1);
                for row in rows {
                    if send.send((row, answer.clone())).is_err() || answered.recv().is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        while let Ok(first) = waiting.recv() {
            let group: Vec<_> = std::iter::once(first).chain(waiting.try_iter()).collect();
            let transaction = connection.transaction()?;
            for (row, _) in &group {
                transaction.prepare_cached(INSERT)?.execute((0, row.as_bytes()))?;
            }
            transaction.commit()?;
            for (_, answer) in group {
                // Whoever does not wait any more needs no answer.
                let _ = answer.send(());
            }
        }
        Ok(())
    })?;
    Ok(sample(started, rows))
}

fn sample(started: Instant, rows: &[String]) -> Sample {
    Sample {
        seconds: started.elapsed().as_secs_f64(),
        items: rows.len() as u64,
        bytes: rows.iter().map(|row| row.len() as u64).sum(),
        found: 0,
    }
}

/// Lets every commit of a database wait before its sync, as a disk would that takes so long; for connections made later.
///
/// # Errors
/// When `psql` is not there.
pub fn delay_syncs(address: &str, micros: u32) -> Result<()> {
    let sql = format!(
        "DO $$ BEGIN
           EXECUTE format('ALTER DATABASE %I SET commit_delay = {micros}', current_database());
           EXECUTE format('ALTER DATABASE %I SET commit_siblings = 0', current_database());
         END $$"
    );
    let done = Command::new("psql").args([address, "-q", "-c", &sql]).status();
    ensure!(done.context("running psql")?.success(), "psql refused to delay syncs");
    Ok(())
}

/// `pgbench`, one row a commit.
#[derive(Debug)]
pub struct PgBench {
    address: String,
    script: PathBuf,
    clients: usize,
}

impl PgBench {
    /// Makes the table and the script, whose row is as long as `row`.
    ///
    /// # Errors
    /// When `psql` is not there.
    pub fn new(address: &str, folder: &Path, clients: usize, row: &str) -> Result<Self> {
        let table = "CREATE TABLE kept (id BIGSERIAL PRIMARY KEY, at BIGINT NOT NULL, text TEXT NOT NULL)";
        let made = Command::new("psql")
            .args([address, "-q", "-c", table])
            .status()
            .context("running psql")?;
        ensure!(made.success(), "psql ended with {made}");
        let script = folder.join("insert.sql");
        let text = "x".repeat(row.len());
        std::fs::write(&script, format!("INSERT INTO kept (at, text) VALUES (0, '{text}');\n"))?;
        Ok(Self {
            address: address.to_owned(),
            script,
            clients,
        })
    }

    /// Runs it for so many transactions in all.
    ///
    /// # Errors
    /// When it fails or says no figure.
    pub fn run(&self, rows: usize) -> Result<Sample> {
        let clients = self.clients.to_string();
        let each = rows.div_ceil(self.clients).to_string();
        let output = Command::new("pgbench")
            .args(["-n", "-M", "prepared", "-j", "2", "-c", &clients, "-t", &each, "-f"])
            .arg(&self.script)
            .arg(&self.address)
            .stderr(Stdio::inherit())
            .output()
            .context("running pgbench")?;
        ensure!(output.status.success(), "pgbench ended with {}", output.status);
        let text = String::from_utf8(output.stdout)?;
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate
            .and_then(|rate| rate.split(' ').next())
            .context("pgbench told no rate")?;
        let rate: f64 = rate.parse()?;
        Ok(Sample {
            seconds: rows as f64 / rate,
            items: rows as u64,
            bytes: 0,
            found: 0,
        })
    }
}
