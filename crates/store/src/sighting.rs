//! Sightings: how often values were seen, by who says so.

use anlanh_db::{Row, Value};
use anlanh_model::Time;

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "sighting":
    COUNT = "INSERT INTO sighting (kind, value, source, count, first_at, last_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (kind, value, source) DO UPDATE SET count = sighting.count + excluded.count,
               first_at = CASE WHEN excluded.first_at < sighting.first_at THEN excluded.first_at ELSE sighting.first_at END,
               last_at = CASE WHEN excluded.last_at > sighting.last_at THEN excluded.last_at ELSE sighting.last_at END";
    SEEN = "INSERT INTO sighting_object (object, at) VALUES ($1, $2) ON CONFLICT (object) DO NOTHING";
    OF_VALUE = "SELECT source, count, first_at, last_at FROM sighting WHERE kind = $1 AND value = $2
                ORDER BY last_at DESC, source LIMIT 200";
}

/// That a value was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSighting {
    /// Key of its kind.
    pub kind: &'static str,
    /// The canonical value.
    pub value: String,
    /// Who says so.
    pub source: String,
    /// How often.
    pub count: u32,
    /// When first.
    pub first_at: Time,
    /// When last.
    pub last_at: Time,
}

/// What somebody says of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SightingRow {
    /// Who says so.
    pub source: String,
    /// How often it was seen.
    pub count: u64,
    /// When first.
    pub first_at: Time,
    /// When last.
    pub last_at: Time,
}

/// Counts that a value was seen.
///
/// # Errors
/// When the database is away or full.
pub fn count(writer: &mut Writer<'_, '_>, new: &NewSighting) -> Result<(), Error> {
    let values = [
        Value::Text(new.kind),
        Value::Text(&new.value),
        Value::Text(&new.source),
        Value::Int(i64::from(new.count)),
        Value::Int(new.first_at.as_micros()),
        Value::Int(new.last_at.as_micros()),
    ];
    writer.send(&COUNT, &values)
}

/// Notes that a sighting came as an object; false where it had come before.
///
/// # Errors
/// When the database is away or full.
pub fn note_object(writer: &mut Writer<'_, '_>, object: &str) -> Result<bool, Error> {
    let now = writer.now().as_micros();
    Ok(writer.execute(&SEEN, &[Value::Text(object), Value::Int(now)])? > 0)
}

/// Who saw a value, the last first; up to 200.
///
/// # Errors
/// When the database is away.
pub fn of_value(tx: &mut dyn Queries, kind: &str, value: &str) -> Result<Vec<SightingRow>, Error> {
    let read = |row: &Row| {
        Ok(SightingRow {
            source: row.owned(0)?,
            count: row.int(1)?.unsigned_abs(),
            first_at: row.time(2)?,
            last_at: row.time(3)?,
        })
    };
    let values = [Value::Text(kind), Value::Text(value)];
    tx.rows(&OF_VALUE, &values)?.iter().map(read).collect()
}
