//! Versions of the blocklist: which entries were blocked from which serial number to which, by the canary and by all.

use anlanh_db::{Row, Value};
use anlanh_model::{BlockAudience, BlockChange, BlockEntry, Id, Person, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "block_version":
    LAST = "SELECT serial, what, change_id, person, at, added, removed, undone_by FROM block_version ORDER BY serial DESC LIMIT 1";
    INSERT = "INSERT INTO block_version (serial, what, change_id, person, at, added, removed) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LIST = "SELECT serial, what, change_id, person, at, added, removed, undone_by FROM block_version
              WHERE serial < $1 ORDER BY serial DESC LIMIT $2";
    // The last step that somebody took and nobody took back: what orders and clocks do is not theirs to undo.
    LAST_STEP = "SELECT v.serial, v.what, v.change_id, v.person, v.at, v.added, v.removed, v.undone_by FROM block_version v
              LEFT JOIN block_change c ON c.id = v.change_id
              WHERE v.what IN ('canary', 'in_force', 'lift') AND v.undone_by IS NULL AND (c.source IS NULL OR c.source <> 'order')
              ORDER BY v.serial DESC LIMIT 1";
    // Backwards through the index, to the first one of a name.
    LAST_NAME_IN = "SELECT s.from_serial FROM block_span s JOIN block_entry e ON e.id = s.entry
              WHERE s.audience = $1 AND e.kind = 'name' ORDER BY s.from_serial DESC LIMIT 1";
    LAST_NAME_OUT = "SELECT s.until_serial FROM block_span s JOIN block_entry e ON e.id = s.entry
              WHERE s.audience = $1 AND s.until_serial IS NOT NULL AND e.kind = 'name' ORDER BY s.until_serial DESC LIMIT 1";
    AT_SERIAL = "SELECT serial, what, change_id, person, at, added, removed, undone_by FROM block_version WHERE serial = $1";
    UNDO = "UPDATE block_version SET undone_by = $2 WHERE serial = $1";
    UNDO_CHANGE = "UPDATE block_version SET undone_by = $2 WHERE change_id = $1 AND what <> 'lift' AND undone_by IS NULL";
    OPEN_SPAN = "INSERT INTO block_span (entry, audience, from_serial) VALUES ($1, $2, $3)";
    CLOSE_SPAN = "UPDATE block_span SET until_serial = $3 WHERE entry = $1 AND audience = $2 AND until_serial IS NULL";
    // In the order of the key of spans: a page of a long list costs as much as one of a short list. A sign before a serial keeps
    // its index out of what follows, which would read the whole list for each page or value.
    AT = "SELECT e.id, e.value, e.act, c.source FROM block_span s JOIN block_entry e ON e.id = s.entry
                JOIN block_change c ON c.id = e.change_id
              WHERE s.audience = $1 AND s.entry > $3 AND +s.from_serial <= $2
                AND COALESCE(s.until_serial, 9223372036854775807) > $2
              ORDER BY s.entry LIMIT $4";
    // What was blocked at neither or at both ends did not change between them.
    CHANGED = "SELECT e.value FROM block_span s JOIN block_entry e ON e.id = s.entry
                WHERE s.audience = $1 AND s.from_serial > $2 AND s.from_serial <= $3
              UNION SELECT e.value FROM block_span s JOIN block_entry e ON e.id = s.entry
                WHERE s.audience = $1 AND s.until_serial > $2 AND s.until_serial <= $3
              ORDER BY 1 LIMIT $4";
    VALUE_AT = "SELECT e.id, e.value, e.act, c.source FROM block_span s JOIN block_entry e ON e.id = s.entry
                JOIN block_change c ON c.id = e.change_id
              WHERE e.value = $1 AND s.audience = $2 AND +s.from_serial <= $3
                AND COALESCE(s.until_serial, 9223372036854775807) > $3
              ORDER BY e.id";
    SHADOWED = "SELECT e.id, e.value, e.act, c.source FROM block_entry e JOIN block_change c ON c.id = e.change_id
              WHERE e.state = 'shadow' AND e.id > $1 ORDER BY e.id LIMIT $2";
    LIFTED_AT = "SELECT entry FROM block_span WHERE audience = 'all' AND until_serial = $1 ORDER BY entry";
}

/// A version of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRow {
    /// Its number; each is greater than those before it.
    pub serial: u32,
    /// What made it: `canary`, `in_force`, `lift`, `order`, `expire`, `rollback`.
    pub what: String,
    /// The change it is of, if it is of one.
    pub change: Option<Id<BlockChange>>,
    /// Who made it; none where a clock or an order did.
    pub person: Option<Id<Person>>,
    /// When.
    pub at: Time,
    /// How many entries came in.
    pub added: u64,
    /// How many went out.
    pub removed: u64,
    /// By which version it was taken back.
    pub undone_by: Option<u32>,
}

/// An entry as a version has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The entry.
    pub entry: Id<BlockEntry>,
    /// Its value.
    pub value: String,
    /// What is done.
    pub act: String,
    /// Whether an order asks for it: that goes before others.
    pub by_order: bool,
}

/// The serial that a new version has: greater than every one before it, and than those of zones that were exported by the clock.
///
/// # Errors
/// When the database is away.
pub fn next(tx: &mut dyn Queries, now: Time) -> Result<u32, Error> {
    let last = last(tx)?.map_or(0, |version| version.serial);
    let clock = u32::try_from(now.as_seconds()).unwrap_or(u32::MAX);
    Ok(last.saturating_add(1).max(clock))
}

/// The newest version.
///
/// # Errors
/// When the database is away.
pub fn last(tx: &mut dyn Queries) -> Result<Option<VersionRow>, Error> {
    tx.row(&LAST, &[])?.map(|row| read(&row)).transpose()
}

/// The newest version in which an audience's names changed: one of addresses alone is proven by no resolver.
///
/// # Errors
/// When the database is away.
pub fn last_of_names(tx: &mut dyn Queries, audience: BlockAudience) -> Result<Option<VersionRow>, Error> {
    let mut newest = 0;
    for statement in [&LAST_NAME_IN, &LAST_NAME_OUT] {
        if let Some(row) = tx.row(statement, &[Value::Text(audience.key())])? {
            newest = row.int(0)?.max(newest);
        }
    }
    tx.row(&AT_SERIAL, &[Value::Int(newest)])?
        .map(|row| read(&row))
        .transpose()
}

/// The last step that somebody took and nobody took back.
///
/// # Errors
/// When the database is away.
pub fn last_step(tx: &mut dyn Queries) -> Result<Option<VersionRow>, Error> {
    tx.row(&LAST_STEP, &[])?.map(|row| read(&row)).transpose()
}

/// Versions, newest first, before one.
///
/// # Errors
/// When the database is away.
pub fn list(tx: &mut dyn Queries, before: Option<u32>, limit: u32) -> Result<Vec<VersionRow>, Error> {
    let before = before.map_or(i64::MAX, i64::from);
    let rows = tx.rows(&LIST, &[Value::Int(before), Value::Int(i64::from(limit))])?;
    rows.iter().map(read).collect()
}

/// Keeps a version of now.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, version: &VersionRow) -> Result<(), Error> {
    let values = [
        Value::Int(i64::from(version.serial)),
        Value::Text(&version.what),
        Value::from(version.change.map(Id::number)),
        Value::from(version.person.map(Id::number)),
        Value::Int(version.at.as_micros()),
        Value::Int(i64::try_from(version.added).unwrap_or(i64::MAX)),
        Value::Int(i64::try_from(version.removed).unwrap_or(i64::MAX)),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(())
}

/// Keeps that a version was taken back by another; of a change, with all that were made of it.
///
/// # Errors
/// When the database is away or full.
pub fn undo(writer: &mut Writer<'_, '_>, version: &VersionRow, by: u32) -> Result<(), Error> {
    let by = Value::Int(i64::from(by));
    match version.change {
        Some(change) if version.what != "lift" => writer.send(&UNDO_CHANGE, &[Value::Int(change.number()), by]),
        Some(_) | None => writer.send(&UNDO, &[Value::Int(i64::from(version.serial)), by]),
    }
}

/// An entry is blocked from a version on.
///
/// # Errors
/// When the database is away or full.
pub fn open_span(
    writer: &mut Writer<'_, '_>,
    entry: Id<BlockEntry>,
    audience: BlockAudience,
    serial: u32,
) -> Result<(), Error> {
    let values = [
        Value::Int(entry.number()),
        Value::Text(audience.key()),
        Value::Int(i64::from(serial)),
    ];
    writer.send(&OPEN_SPAN, &values)
}

/// An entry is not blocked any more from a version on, where it was.
///
/// # Errors
/// When the database is away or full.
pub fn close_spans(writer: &mut Writer<'_, '_>, entry: Id<BlockEntry>, serial: u32) -> Result<(), Error> {
    for audience in BlockAudience::ALL {
        let values = [
            Value::Int(entry.number()),
            Value::Text(audience.key()),
            Value::Int(i64::from(serial)),
        ];
        writer.send(&CLOSE_SPAN, &values)?;
    }
    Ok(())
}

/// At most `limit` entries that a version has, after one.
///
/// # Errors
/// When the database is away.
pub fn at(
    tx: &mut dyn Queries,
    audience: BlockAudience,
    serial: u32,
    after: Option<Id<BlockEntry>>,
    limit: u32,
) -> Result<Vec<Listed>, Error> {
    let values = [
        Value::Text(audience.key()),
        Value::Int(i64::from(serial)),
        Value::Int(after.map_or(-1, Id::number)),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&AT, &values)?.iter().map(read_listed).collect()
}

/// At most `limit` entries that run in shadow, after one.
///
/// # Errors
/// When the database is away.
pub fn in_shadow(tx: &mut dyn Queries, after: Option<Id<BlockEntry>>, limit: u32) -> Result<Vec<Listed>, Error> {
    let values = [Value::Int(after.map_or(-1, Id::number)), Value::Int(i64::from(limit))];
    tx.rows(&SHADOWED, &values)?.iter().map(read_listed).collect()
}

/// At most `limit` values, each once, of which an entry came in or went out between two versions.
///
/// # Errors
/// When the database is away.
pub fn changed(
    tx: &mut dyn Queries,
    audience: BlockAudience,
    (from, to): (u32, u32),
    limit: u32,
) -> Result<Vec<String>, Error> {
    let values = [
        Value::Text(audience.key()),
        Value::Int(i64::from(from)),
        Value::Int(i64::from(to)),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&CHANGED, &values)?.iter().map(|row| row.owned(0)).collect()
}

/// The entries of a value that a version has.
///
/// # Errors
/// When the database is away.
pub fn value_at(tx: &mut dyn Queries, value: &str, audience: BlockAudience, serial: u32) -> Result<Vec<Listed>, Error> {
    let values = [
        Value::Text(value),
        Value::Text(audience.key()),
        Value::Int(i64::from(serial)),
    ];
    tx.rows(&VALUE_AT, &values)?.iter().map(read_listed).collect()
}

/// The entries that went out with a version.
///
/// # Errors
/// When the database is away.
pub fn lifted_at(tx: &mut dyn Queries, serial: u32) -> Result<Vec<Id<BlockEntry>>, Error> {
    let rows = tx.rows(&LIFTED_AT, &[Value::Int(i64::from(serial))])?;
    rows.iter().map(|row| row.id(0, "block_span.entry")).collect()
}

fn serial(number: i64) -> Result<u32, Error> {
    u32::try_from(number).map_err(|_| Error::unreadable("block_version.serial"))
}

fn read(row: &Row) -> Result<VersionRow, Error> {
    Ok(VersionRow {
        serial: serial(row.int(0)?)?,
        what: row.owned(1)?,
        change: row.optional_id(2, "block_version.change_id")?,
        person: row.optional_id(3, "block_version.person")?,
        at: row.time(4)?,
        added: row.int(5)?.unsigned_abs(),
        removed: row.int(6)?.unsigned_abs(),
        undone_by: row.optional_int(7)?.map(serial).transpose()?,
    })
}

fn read_listed(row: &Row) -> Result<Listed, Error> {
    Ok(Listed {
        entry: row.id(0, "block_entry.id")?,
        value: row.owned(1)?,
        act: row.owned(2)?,
        by_order: row.text(3)? == "order",
    })
}
