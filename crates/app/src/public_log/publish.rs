//! The sequencer: takes new entries into the tree, and signs it.

use std::sync::{Mutex, PoisonError};

use anlanh_model::{Actor, AuditAction, Time};
use anlanh_store::public_log::{self as store, CheckpointRow};
use anlanh_store::{Queries, Writer};
use anlanh_tlog::{Checkpoint, Head, KeyName, Level, Log, Signer, Tile, TileReader};
use anlanh_vault::Vault;

use crate::published::{self, Period, Span};
use crate::{App, Error, Site};

/// Most entries that are taken into the tree in one transaction.
pub const MAX_AT_ONCE: u32 = 4_096;
/// How many hours pass at least before it is looked again whether a month is over.
const REPORT_HOURS: i64 = 1;

/// What the sequencer remembers from time to time, and could read again.
#[derive(Debug, Default)]
pub(crate) struct Sequencer {
    /// The right edge of the tree as it was signed last.
    log: Mutex<Option<Log>>,
    /// When it is looked again whether a month is over.
    reports: Mutex<Option<Time>>,
}

impl Sequencer {
    fn remembered(&self, size: u64) -> Option<Log> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.clone().filter(|log| log.tree().size() == size)
    }

    fn remember(&self, log: Log) {
        *self.log.lock().unwrap_or_else(PoisonError::into_inner) = Some(log);
    }
}

/// Takes what is new into the tree and signs it, at most [`MAX_AT_ONCE`] entries, and gives how many there were. Tiles and
/// signature are kept in one transaction, so that nothing is signed of which tiles are missing, and nothing twice.
///
/// # Errors
/// When the database is away or full, or what is kept there is no tree.
pub async fn publish(app: &App) -> Result<usize, Error> {
    let is_due = app.store.read("public_log.due", |tx| {
        let signed = store::checkpoint(tx)?;
        Ok::<_, Error>(signed.is_none_or(|signed| signed.size < store::size(tx).unwrap_or(0)))
    });
    if !is_due.await? {
        return Ok(0);
    }
    let of = app.clone();
    let publish = move |writer: &mut Writer<'_, '_>| sign_next(writer, &of);
    let change = app.change(&Actor::Node, AuditAction::PublishLog);
    let (log, taken) = app.store.write(change, publish).await?;
    app.sequencer.remember(log);
    Ok(taken)
}

fn sign_next(writer: &mut Writer<'_, '_>, app: &App) -> Result<(Log, usize), Error> {
    let signed = store::checkpoint(writer)?;
    let size = signed.as_ref().map_or(0, |signed| signed.size);
    let log = match app.sequencer.remembered(size) {
        Some(log) => log,
        None => read_edge(writer, size)?,
    };
    let entries = store::since(writer, size, MAX_AT_ONCE)?;
    let growth = log.append(&entries).map_err(|_| Error::Uncompiled)?;
    for file in &growth.files {
        let (level, width) = (level_of(file.tile.level()), file.tile.width());
        store::put_tile(writer, level, file.tile.index(), width, &file.bytes)?;
    }
    let origin = signed.map_or_else(|| origin_of(&app.site), |signed: CheckpointRow| signed.origin);
    let tree = growth.log.tree();
    let head = Head {
        size: tree.size(),
        root: tree.root(),
    };
    let signer = signer(&app.vault, &origin)?;
    let note = Checkpoint::new(&origin, head).map_err(|_| Error::Uncompiled)?;
    let note = note.sign(&[&signer]).map_err(|_| Error::Uncompiled)?;
    store::set_checkpoint(writer, &origin, tree.size(), note.to_string().as_bytes())?;
    let taken = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    writer.about("public_log", taken, "published");
    Ok((growth.log, entries.len()))
}

/// The right edge of the tree of this size, from its tiles.
fn read_edge(tx: &mut dyn Queries, size: u64) -> Result<Log, Error> {
    if size == 0 {
        return Ok(Log::new());
    }
    TileReader::new(size, |tile| fetch(tx, tile))
        .log()
        .map_err(|_| Error::Uncompiled)
}

/// The bytes of a tile, or of a wider one at the same place.
pub(super) fn fetch(tx: &mut dyn Queries, tile: Tile) -> Result<Vec<u8>, Error> {
    let found = store::tile(tx, level_of(tile.level()), tile.index())?;
    let wide = found.filter(|(width, _)| *width >= u64::from(tile.width()));
    Ok(wide.ok_or(Error::NotFound("tile"))?.1)
}

fn level_of(level: Level) -> i64 {
    match level {
        Level::Entries => -1,
        Level::Hashes(level) => i64::from(level),
    }
}

/// The name of a log that was not signed yet: where it is read, without the scheme, as C2SP tlog-checkpoint recommends.
pub(super) fn origin_of(site: &Site) -> String {
    let url = site.url("/log");
    let origin = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    origin.replace('+', "-")
}

/// The public key of the log, as C2SP signed-note writes it.
pub(crate) fn log_key(vault: &Vault, origin: &str) -> Result<String, Error> {
    Ok(signer(vault, origin)?.verifier().to_string())
}

/// The key of the log: derived from that of the node, and known to no database.
pub(super) fn signer(vault: &Vault, origin: &str) -> Result<Signer, Error> {
    let name = KeyName::parse(origin).ok_or(Error::Uncompiled)?;
    Signer::from_seed(name, &vault.secret_of("public-log.signer", 0)).map_err(|_| Error::Uncompiled)
}

/// Commits the report of every month that is over and is not in the log yet.
///
/// # Errors
/// When the database is away or full.
pub(crate) async fn keep_reports(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    {
        let mut next = app.sequencer.reports.lock().unwrap_or_else(PoisonError::into_inner);
        if next.is_some_and(|next| now < next) {
            return Ok(());
        }
        *next = Some(now.plus_minutes(REPORT_HOURS * 60));
    }
    let mut over = published::periods(app).await?.all(Span::Month);
    over.reverse();
    // The last is the month that is not over.
    over.pop();
    for period in over {
        keep_report(app, period).await?;
    }
    Ok(())
}

async fn keep_report(app: &App, period: Period) -> Result<(), Error> {
    let about = format!("transparency:{period}");
    let key = about.clone();
    let is_there = app.store.read("public_log.report", move |tx| {
        Ok::<_, Error>(store::about(tx, &key)?.is_some())
    });
    if is_there.await? {
        return Ok(());
    }
    let report = published::figures(app, period).await?;
    let report = report.to_json().map_err(|_| Error::Uncompiled)?;
    let report: serde_json::Value = serde_json::from_slice(&report).map_err(|_| Error::Uncompiled)?;
    let change = app.change(&Actor::Node, AuditAction::PublishLog);
    app.store
        .write(change, move |writer| {
            let at = super::day(writer.now());
            let entry = serde_json::json!({ "kind": "transparency", "at": at, "report": report });
            super::append(writer, "transparency", &about, &entry)?;
            writer.about("public_log", 0, about.clone());
            Ok(())
        })
        .await
}
