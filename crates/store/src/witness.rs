//! Witnesses: what this node cosigned of the logs of others, and what others cosigned of ours. What keys, roots and notes
//! say is not known here.

use anlanh_db::{Row, Value};
use anlanh_model::Time;

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "witness":
    WATCHED = "SELECT origin, key, size, root, cosigned_at FROM watched_log WHERE key IS NOT NULL ORDER BY origin";
    LOG = "SELECT origin, key, size, root, cosigned_at FROM watched_log WHERE origin = $1";
    WATCH = "INSERT INTO watched_log (origin, key, size, root) VALUES ($1, $2, 0, $3)
             ON CONFLICT (origin) DO UPDATE SET key = excluded.key";
    UNWATCH = "UPDATE watched_log SET key = NULL WHERE origin = $1 AND key IS NOT NULL";
    // Compare and set: whoever read another head, or another key, changes nothing.
    ADVANCE = "UPDATE watched_log SET size = $1, root = $2, cosigned_at = $3
               WHERE origin = $4 AND key = $5 AND size = $6 AND root = $7";
    WITNESSES = "SELECT key, is_named, size, cosigned_at FROM log_witness ORDER BY key";
    FORGET_NAMES = "UPDATE log_witness SET is_named = 0";
    NAME = "INSERT INTO log_witness (key, is_named, size) VALUES ($1, 1, 0)
            ON CONFLICT (key) DO UPDATE SET is_named = 1";
    COSIGNED = "UPDATE log_witness SET size = $1, cosigned_at = $2 WHERE key = $3";
}

/// A log of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedRow {
    /// Its name.
    pub origin: String,
    /// Its public key; none while it is not watched.
    pub key: Option<String>,
    /// Size of the tree that was cosigned last; 0 where none was.
    pub size: u64,
    /// Its root.
    pub root: Vec<u8>,
    /// When it was cosigned.
    pub cosigned_at: Option<Time>,
}

/// Who witnesses our log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessRow {
    /// Their public key.
    pub key: String,
    /// Whether the operator named them at the last start.
    pub is_named: bool,
    /// Size of the tree that they cosigned last; 0 where they cosigned none.
    pub size: u64,
    /// When they did, by their clock.
    pub cosigned_at: Option<Time>,
}

/// A tree of a log: its size and root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadRow<'h> {
    /// Its size.
    pub size: u64,
    /// Its root.
    pub root: &'h [u8],
}

/// The logs that are watched, by name.
///
/// # Errors
/// When the database is away.
pub fn watched(tx: &mut dyn Queries) -> Result<Vec<WatchedRow>, Error> {
    tx.rows(&WATCHED, &[])?.iter().map(watched_of).collect()
}

/// The log of this name, watched or not; none where it never was.
///
/// # Errors
/// When the database is away.
pub fn log(tx: &mut dyn Queries, origin: &str) -> Result<Option<WatchedRow>, Error> {
    let row = tx.row(&LOG, &[Value::Text(origin)])?;
    row.as_ref().map(watched_of).transpose()
}

/// Watches a log with this key, beginning with the root of an empty tree where it never was watched.
///
/// # Errors
/// When the database is away or full.
pub fn watch(writer: &mut Writer<'_, '_>, origin: &str, key: &str, empty_root: &[u8]) -> Result<(), Error> {
    let values = [Value::Text(origin), Value::Text(key), Value::Bytes(empty_root)];
    writer.send(&WATCH, &values)
}

/// Watches a log no longer, and says whether it was watched.
///
/// # Errors
/// When the database is away or full.
pub fn unwatch(writer: &mut Writer<'_, '_>, origin: &str) -> Result<bool, Error> {
    Ok(writer.execute(&UNWATCH, &[Value::Text(origin)])? > 0)
}

/// Keeps what is cosigned of a log in place of what was read of it, and says whether that still stood there.
///
/// # Errors
/// When the database is away or full.
pub fn advance(writer: &mut Writer<'_, '_>, read: &WatchedRow, to: HeadRow<'_>) -> Result<bool, Error> {
    let Some(key) = &read.key else {
        return Ok(false);
    };
    let values = [
        number(to.size),
        Value::Bytes(to.root),
        Value::Int(writer.now().as_micros()),
        Value::Text(&read.origin),
        Value::Text(key),
        number(read.size),
        Value::Bytes(&read.root),
    ];
    Ok(writer.execute(&ADVANCE, &values)? == 1)
}

/// Everybody who was ever named to witness our log, by key.
///
/// # Errors
/// When the database is away.
pub fn witnesses(tx: &mut dyn Queries) -> Result<Vec<WitnessRow>, Error> {
    let rows = tx.rows(&WITNESSES, &[])?;
    let read = |row: &Row| {
        Ok(WitnessRow {
            key: row.owned(0)?,
            is_named: row.int(1)? != 0,
            size: row.int(2)?.unsigned_abs(),
            cosigned_at: row.optional_time(3)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Keeps who is named to witness our log, and nobody beside them.
///
/// # Errors
/// When the database is away or full.
pub fn name_witnesses(writer: &mut Writer<'_, '_>, keys: &[String]) -> Result<(), Error> {
    writer.execute(&FORGET_NAMES, &[])?;
    for key in keys {
        writer.execute(&NAME, &[Value::Text(key)])?;
    }
    Ok(())
}

/// Keeps what a witness cosigned last.
///
/// # Errors
/// When the database is away or full.
pub fn cosigned(writer: &mut Writer<'_, '_>, key: &str, size: u64, at: Time) -> Result<(), Error> {
    let values = [number(size), Value::Int(at.as_micros()), Value::Text(key)];
    writer.send(&COSIGNED, &values)
}

/// A size as it is stored; no log has as many entries as fit.
fn number(size: u64) -> Value<'static> {
    Value::Int(i64::try_from(size).unwrap_or(i64::MAX))
}

fn watched_of(row: &Row) -> Result<WatchedRow, Error> {
    Ok(WatchedRow {
        origin: row.owned(0)?,
        key: row.optional_owned(1)?,
        size: row.int(2)?.unsigned_abs(),
        root: row.bytes(3)?.to_owned(),
        cosigned_at: row.optional_time(4)?,
    })
}
