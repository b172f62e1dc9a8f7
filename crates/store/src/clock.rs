//! Statutory clocks of cases: when each started, warned, was met or ran out.

use anlanh_db::{Row, Value};
use anlanh_model::{Case, ClockEnd, Id, StatutoryClock, Time};

use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "clock":
    // A case has one clock of each kind: that of the first receipt.
    INSERT = "INSERT INTO clock (id, case_id, key, basis, starts_at, warn_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
              ON CONFLICT (case_id, key) DO NOTHING"
        rows 2 "INSERT INTO clock (id, case_id, key, basis, starts_at, warn_at, due_at)
              SELECT unnest($1::BIGINT[]), unnest($2::BIGINT[]), unnest($3::TEXT[]), unnest($4::TEXT[]), unnest($5::BIGINT[]),
                unnest($6::BIGINT[]), unnest($7::BIGINT[])
              ON CONFLICT (case_id, key) DO NOTHING";
    UPDATE = "UPDATE clock SET warned_at = $2, breached_at = $3, met_at = $4 WHERE id = $1";
    OF_CASE = "SELECT case_id, id, key, basis, starts_at, due_at, warned_at, breached_at, met_at FROM clock
               WHERE case_id = $1 ORDER BY due_at, id";
    // Each database has its own way to read a list.
    OF_CASES = "SELECT case_id, id, key, basis, starts_at, due_at, warned_at, breached_at, met_at FROM clock
                WHERE case_id IN (SELECT value FROM json_each($1)) ORDER BY due_at, id"
        | "SELECT case_id, id, key, basis, starts_at, due_at, warned_at, breached_at, met_at FROM clock
           WHERE case_id = ANY (SELECT one::bigint FROM jsonb_array_elements_text($1::text::jsonb) AS one) ORDER BY due_at, id";
    STRUCK = "SELECT case_id, id, key, basis, starts_at, due_at, warned_at, breached_at, met_at FROM clock
              WHERE met_at IS NULL AND breached_at IS NULL AND due_at < $1
            UNION ALL
              SELECT case_id, id, key, basis, starts_at, due_at, warned_at, breached_at, met_at FROM clock
              WHERE met_at IS NULL AND breached_at IS NULL AND warned_at IS NULL AND warn_at <= $1 AND due_at >= $1
            LIMIT $2";
    EARLIEST = "SELECT MIN(due_at) FROM clock WHERE case_id = $1 AND met_at IS NULL";
    COUNT_RUNNING = "SELECT COUNT(*), COUNT(warned_at) FROM clock WHERE met_at IS NULL AND breached_at IS NULL";
    COUNT_BREACHED = "SELECT COUNT(*) FROM clock WHERE breached_at IS NOT NULL AND met_at IS NULL";
}

/// A clock and its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockRow {
    /// The case.
    pub case: Id<Case>,
    /// The clock.
    pub clock: StatutoryClock,
}

/// How clocks stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClockCounts {
    /// Clocks that run.
    pub running: u64,
    /// Those of them that warned.
    pub warned: u64,
    /// Clocks that ran out, and what they ask for is still to be done.
    pub breached: u64,
}

/// Starts a clock for a case. One that the case has of this kind already goes on, and nothing is started.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, case: Id<Case>, clock: &StatutoryClock) -> Result<(), Error> {
    let basis = join(&clock.basis);
    writer.send(&INSERT, &started(clock, case.number(), &basis))
}

/// Stores what has become of a clock.
///
/// # Errors
/// When the database is away or full.
pub fn update(writer: &mut Writer<'_, '_>, clock: &StatutoryClock) -> Result<(), Error> {
    writer.send(&UPDATE, &became(clock))
}

/// A clock that starts for what has this number, as columns.
pub(crate) fn started<'v>(clock: &'v StatutoryClock, of: i64, basis: &'v str) -> [Value<'v>; 7] {
    [
        Value::Int(clock.id.number()),
        Value::Int(of),
        Value::Text(&clock.key),
        Value::Text(basis),
        Value::Int(clock.starts_at.as_micros()),
        Value::Int(clock.warn_at().as_micros()),
        Value::Int(clock.due_at.as_micros()),
    ]
}

/// What has become of a clock, as columns.
pub(crate) fn became(clock: &StatutoryClock) -> [Value<'static>; 4] {
    let (breached, met) = clock.end.times();
    [
        Value::Int(clock.id.number()),
        Value::from(clock.warned_at.map(Time::as_micros)),
        Value::from(breached.map(Time::as_micros)),
        Value::from(met.map(Time::as_micros)),
    ]
}

/// The clocks of a case, the one that runs out first before the others.
///
/// # Errors
/// When the database is away.
pub fn of_case(tx: &mut dyn Queries, case: Id<Case>) -> Result<Vec<StatutoryClock>, Error> {
    let rows = tx.rows(&OF_CASE, &[Value::Int(case.number())])?;
    rows.iter().map(|row| Ok(read(row)?.clock)).collect()
}

/// The clocks of these cases, the one that runs out first before the others.
///
/// # Errors
/// When the database is away.
pub fn of_cases(tx: &mut dyn Queries, cases: &[Id<Case>]) -> Result<Vec<ClockRow>, Error> {
    let numbers: Vec<String> = cases.iter().map(|case| case.number().to_string()).collect();
    let rows = tx.rows(&OF_CASES, &[Value::Text(&format!("[{}]", numbers.join(",")))])?;
    rows.iter().map(read).collect()
}

/// At most `limit` clocks that are to warn or ran out by now and have not been noted.
///
/// # Errors
/// When the database is away.
pub fn struck(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<ClockRow>, Error> {
    let rows = tx.rows(&STRUCK, &[Value::Int(now.as_micros()), Value::Int(i64::from(limit))])?;
    rows.iter().map(read).collect()
}

/// When the first clock of a case runs out, or ran out, that still asks for something.
///
/// # Errors
/// When the database is away.
pub fn earliest(tx: &mut dyn Queries, case: Id<Case>) -> Result<Option<Time>, Error> {
    let row = tx.row(&EARLIEST, &[Value::Int(case.number())])?;
    row.map_or(Ok(None), |row| row.optional_time(0))
}

/// How clocks stand.
///
/// # Errors
/// When the database is away.
pub fn counts(tx: &mut dyn Queries) -> Result<ClockCounts, Error> {
    let mut counts = ClockCounts::default();
    if let Some(row) = tx.row(&COUNT_RUNNING, &[])? {
        counts.running = row.int(0)?.unsigned_abs();
        counts.warned = row.int(1)?.unsigned_abs();
    }
    if let Some(row) = tx.row(&COUNT_BREACHED, &[])? {
        counts.breached = row.int(0)?.unsigned_abs();
    }
    Ok(counts)
}

fn read(row: &Row) -> Result<ClockRow, Error> {
    Ok(ClockRow {
        case: row.id(0, "clock.case_id")?,
        clock: behind_whose(row, "clock.id")?,
    })
}

/// A clock from the eight columns behind that of whose it is.
pub(crate) fn behind_whose(row: &Row, id: &'static str) -> Result<StatutoryClock, Error> {
    let end = ClockEnd::from_times(row.optional_time(7)?, row.optional_time(8)?);
    Ok(StatutoryClock {
        id: row.id(1, id)?,
        key: row.owned(2)?,
        basis: split(row.text(3)?),
        starts_at: row.time(4)?,
        due_at: row.time(5)?,
        warned_at: row.optional_time(6)?,
        end,
    })
}
