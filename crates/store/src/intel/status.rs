//! What became of what was handed in, for whoever asks later.

use anlanh_db::Value;
use anlanh_model::{Id, Time, Token};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "intel_status":
    INSERT = "INSERT INTO intel_status (id, token, at, answer) VALUES ($1, $2, $3, $4)";
    // The oldest alone: a sweep of everything would hold the writer up after a quiet day.
    DELETE_OLD = "DELETE FROM intel_status WHERE id IN (SELECT id FROM intel_status WHERE at < $1 ORDER BY at LIMIT 100)";
    RECENT = "SELECT token, at, answer FROM intel_status WHERE at >= $1 ORDER BY at DESC LIMIT $2";
    LOAD = "SELECT answer FROM intel_status WHERE id = $1 AND at >= $2 AND (token = $3 OR (token IS NULL AND $3 IS NULL))";
}

/// How long a status is told, in hours; the interoperability document asks for 24.
pub const STATUS_HOURS: i64 = 48;

/// Keeps a status, and forgets some that are too old.
///
/// # Errors
/// When the database is away or full.
pub fn keep_status(
    writer: &mut Writer<'_, '_>,
    id: &str,
    token: Option<Id<Token>>,
    answer: &[u8],
) -> Result<(), Error> {
    let now = writer.now();
    writer.send(&DELETE_OLD, &[Value::Int(oldest(now))])?;
    let values = [
        Value::Text(id),
        Value::from(token.map(Id::number)),
        Value::Int(now.as_micros()),
        Value::Bytes(answer),
    ];
    writer.send(&INSERT, &values)
}

/// A status, as it was kept, for the token that it belongs to.
///
/// # Errors
/// When the database is away.
pub fn status(tx: &mut dyn Queries, id: &str, token: Option<Id<Token>>, now: Time) -> Result<Option<Vec<u8>>, Error> {
    let values = [
        Value::Text(id),
        Value::Int(oldest(now)),
        Value::from(token.map(Id::number)),
    ];
    let row = tx.row(&LOAD, &values)?;
    row.map(|row| Ok(row.bytes(0)?.to_vec())).transpose()
}

/// What became of something that was handed in, as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusRow {
    /// The token that handed it in, if it was one.
    pub token: Option<Id<Token>>,
    /// When.
    pub at: Time,
    /// What is told.
    pub answer: Vec<u8>,
}

/// At most `limit` statuses that are still told, newest first.
///
/// # Errors
/// When the database is away.
pub fn recent_statuses(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<StatusRow>, Error> {
    let values = [Value::Int(oldest(now)), Value::Int(i64::from(limit))];
    let read = |row: &anlanh_db::Row| {
        Ok(StatusRow {
            token: row.optional_id(0, "intel_status.token")?,
            at: row.time(1)?,
            answer: row.bytes(2)?.to_vec(),
        })
    };
    tx.rows(&RECENT, &values)?.iter().map(read).collect()
}

const fn oldest(now: Time) -> i64 {
    now.plus_minutes(-STATUS_HOURS * 60).as_micros()
}
