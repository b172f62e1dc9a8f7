//! The public log: entries in their order, the tiles of the tree over them, and what was signed last.

use anlanh_db::{Row, Value};
use anlanh_model::Time;

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "public_log":
    // The one writer gives each its place; a gap or a place given twice is refused by nothing else.
    APPEND = "INSERT INTO public_log (position, at, kind, about, entry)
              SELECT COALESCE(MAX(position) + 1, 0), $1, $2, $3, $4 FROM public_log";
    SINCE = "SELECT entry FROM public_log WHERE position >= $1 ORDER BY position LIMIT $2";
    SIZE = "SELECT COALESCE(MAX(position) + 1, 0) FROM public_log";
    LOAD = "SELECT position, at, kind, entry FROM public_log WHERE position = $1";
    ABOUT = "SELECT position, at, kind, entry FROM public_log WHERE about = $1";
    PAGE = "SELECT position, at, kind, entry FROM public_log WHERE position < $1 ORDER BY position DESC LIMIT $2";
    TILE = "SELECT width, content FROM log_tile WHERE level = $1 AND place = $2";
    PUT_TILE = "INSERT INTO log_tile (level, place, width, content) VALUES ($1, $2, $3, $4)
                ON CONFLICT (level, place) DO UPDATE SET width = excluded.width, content = excluded.content";
    CHECKPOINT = "SELECT origin, size, at, note FROM log_checkpoint";
    SET_CHECKPOINT = "INSERT INTO log_checkpoint (id, origin, size, at, note) VALUES (1, $1, $2, $3, $4)
                      ON CONFLICT (id) DO UPDATE SET size = excluded.size, at = excluded.at, note = excluded.note";
    SET_NOTE = "UPDATE log_checkpoint SET note = $1 WHERE size = $2";
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its place, from 0.
    pub position: u64,
    /// When it was written.
    pub at: Time,
    /// Key of what it tells.
    pub kind: String,
    /// The bytes that everybody may read.
    pub entry: Vec<u8>,
}

/// What was signed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRow {
    /// The name of the log, which stays.
    pub origin: String,
    /// How many entries it covers.
    pub size: u64,
    /// When it was signed.
    pub at: Time,
    /// The signed note.
    pub note: Vec<u8>,
}

/// Appends an entry. What it is about is known by a key that is there once.
///
/// # Errors
/// When something about this was appended before, or the database is away or full.
pub fn append(writer: &mut Writer<'_, '_>, kind: &str, about: &str, entry: &[u8]) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(now),
        Value::Text(kind),
        Value::Text(about),
        Value::Bytes(entry),
    ];
    writer.execute(&APPEND, &values)?;
    Ok(())
}

/// How many entries there are, published or not.
///
/// # Errors
/// When the database is away.
pub fn size(tx: &mut dyn Queries) -> Result<u64, Error> {
    let row = tx.row(&SIZE, &[])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// At most `limit` entries from a place on.
///
/// # Errors
/// When the database is away.
pub fn since(tx: &mut dyn Queries, position: u64, limit: u32) -> Result<Vec<Vec<u8>>, Error> {
    let values = [place(position), Value::Int(i64::from(limit))];
    let rows = tx.rows(&SINCE, &values)?;
    rows.iter().map(|row| Ok(row.bytes(0)?.to_owned())).collect()
}

/// The entry at a place.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, position: u64) -> Result<Option<LogEntry>, Error> {
    let row = tx.row(&LOAD, &[place(position)])?;
    row.as_ref().map(read).transpose()
}

/// The entry about something.
///
/// # Errors
/// When the database is away.
pub fn about(tx: &mut dyn Queries, about: &str) -> Result<Option<LogEntry>, Error> {
    let row = tx.row(&ABOUT, &[Value::Text(about)])?;
    row.as_ref().map(read).transpose()
}

/// At most `limit` entries before a place, newest first.
///
/// # Errors
/// When the database is away.
pub fn page(tx: &mut dyn Queries, before: u64, limit: u32) -> Result<Vec<LogEntry>, Error> {
    let rows = tx.rows(&PAGE, &[place(before), Value::Int(i64::from(limit))])?;
    rows.iter().map(read).collect()
}

/// The tile at a level and place, with its width; -1 is the level of bundles of entries.
///
/// # Errors
/// When the database is away.
pub fn tile(tx: &mut dyn Queries, level: i64, at: u64) -> Result<Option<(u64, Vec<u8>)>, Error> {
    let row = tx.row(&TILE, &[Value::Int(level), place(at)])?;
    row.map(|row| Ok((row.int(0)?.unsigned_abs(), row.bytes(1)?.to_owned())))
        .transpose()
}

/// Keeps a tile in place of a narrower one.
///
/// # Errors
/// When the database is away or full.
pub fn put_tile(writer: &mut Writer<'_, '_>, level: i64, at: u64, width: u16, content: &[u8]) -> Result<(), Error> {
    let values = [
        Value::Int(level),
        place(at),
        Value::Int(i64::from(width)),
        Value::Bytes(content),
    ];
    writer.send(&PUT_TILE, &values)
}

/// What was signed last; none where nothing was.
///
/// # Errors
/// When the database is away.
pub fn checkpoint(tx: &mut dyn Queries) -> Result<Option<CheckpointRow>, Error> {
    let row = tx.row(&CHECKPOINT, &[])?;
    row.map(|row| {
        Ok(CheckpointRow {
            origin: row.owned(0)?,
            size: row.int(1)?.unsigned_abs(),
            at: row.time(2)?,
            note: row.bytes(3)?.to_owned(),
        })
    })
    .transpose()
}

/// Keeps what was signed in place of what was before. The name of the log stays as it was first.
///
/// # Errors
/// When the database is away or full.
pub fn set_checkpoint(writer: &mut Writer<'_, '_>, origin: &str, size: u64, note: &[u8]) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [Value::Text(origin), place(size), Value::Int(now), Value::Bytes(note)];
    writer.send(&SET_CHECKPOINT, &values)
}

/// Keeps the note of what was signed last with more signatures on it; only while it is still of that size.
///
/// # Errors
/// When the database is away or full.
pub fn set_note(writer: &mut Writer<'_, '_>, size: u64, note: &[u8]) -> Result<(), Error> {
    writer.send(&SET_NOTE, &[Value::Bytes(note), place(size)])
}

/// A place as it is stored; no log has as many entries as fit.
fn place(position: u64) -> Value<'static> {
    Value::Int(i64::try_from(position).unwrap_or(i64::MAX))
}

fn read(row: &Row) -> Result<LogEntry, Error> {
    Ok(LogEntry {
        position: row.int(0)?.unsigned_abs(),
        at: row.time(1)?,
        kind: row.owned(2)?,
        entry: row.bytes(3)?.to_owned(),
    })
}
