//! Figures of incidents and alerts: for a dashboard, and for whoever watches the machine. They name nobody.

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Indicator, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries};

statements! { "incident_figures":
    OPEN = "SELECT severity, state, COUNT(*) FROM incident WHERE state IN ('new', 'triaged', 'working', 'contained')
            GROUP BY severity, state ORDER BY severity, state";
    CLOCKS = "SELECT COUNT(*), COUNT(warned_at), COUNT(breached_at) FROM incident_clock WHERE met_at IS NULL AND void_at IS NULL";
    TOP = "SELECT listed_kind, listed, CAST(SUM(count) AS BIGINT), COUNT(DISTINCT host), MAX(indicator) FROM alert
           WHERE last_at >= $1 GROUP BY listed_kind, listed ORDER BY 4 DESC, 3 DESC, 2 LIMIT $2";
    SENSORS = "SELECT sensor, COUNT(*), CAST(SUM(count) AS BIGINT), MAX(last_at) FROM alert WHERE last_at >= $1
               GROUP BY sensor ORDER BY 3 DESC, 1 LIMIT $2";
    DAYS = "SELECT (last_at + $3) / 86400000000, COUNT(*), CAST(SUM(count) AS BIGINT) FROM alert WHERE last_at >= $1
            GROUP BY 1 ORDER BY 1 LIMIT $2";
    ALERTS = "SELECT COUNT(*) FROM alert";
}

/// How many open incidents of one severity stand so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRow {
    /// Key of the severity.
    pub severity: String,
    /// Key of the state.
    pub state: String,
    /// How many.
    pub count: u64,
}

/// How clocks of incidents stand that ask for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClockFigures {
    /// Those that ask for something.
    pub unmet: u64,
    /// Of them, those that warned.
    pub warned: u64,
    /// Of them, those that ran out.
    pub breached: u64,
}

/// How often something was alerted of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopRow {
    /// Key of its kind.
    pub kind: String,
    /// What is listed.
    pub value: String,
    /// Events.
    pub hits: u64,
    /// Hosts.
    pub hosts: u64,
    /// The indicator that it was found by last, where one is kept.
    pub indicator: Option<Id<Indicator>>,
}

/// What one sensor alerted of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SensorRow {
    /// Its name.
    pub sensor: String,
    /// Alerts.
    pub alerts: u64,
    /// Events.
    pub hits: u64,
    /// When the last one happened.
    pub last_at: Time,
}

/// Alerts of one day, by when they came last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRow {
    /// Days since 1970-01-01 in local time.
    pub day: i64,
    /// Alerts.
    pub alerts: u64,
    /// Events.
    pub hits: u64,
}

/// How open incidents stand.
///
/// # Errors
/// When the database is away.
pub fn open(tx: &mut dyn Queries) -> Result<Vec<OpenRow>, Error> {
    let read = |row: &Row| {
        Ok(OpenRow {
            severity: row.owned(0)?,
            state: row.owned(1)?,
            count: row.int(2)?.unsigned_abs(),
        })
    };
    tx.rows(&OPEN, &[])?.iter().map(read).collect()
}

/// How clocks of incidents stand.
///
/// # Errors
/// When the database is away.
pub fn clocks(tx: &mut dyn Queries) -> Result<ClockFigures, Error> {
    let Some(row) = tx.row(&CLOCKS, &[])? else {
        return Ok(ClockFigures::default());
    };
    Ok(ClockFigures {
        unmet: row.int(0)?.unsigned_abs(),
        warned: row.int(1)?.unsigned_abs(),
        breached: row.int(2)?.unsigned_abs(),
    })
}

/// How many alerts are kept.
///
/// # Errors
/// When the database is away.
pub fn alerts(tx: &mut dyn Queries) -> Result<u64, Error> {
    let row = tx.row(&ALERTS, &[])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// What most hosts met since a moment.
///
/// # Errors
/// When the database is away.
pub fn top(tx: &mut dyn Queries, since: Time, limit: u32) -> Result<Vec<TopRow>, Error> {
    let read = |row: &Row| {
        Ok(TopRow {
            kind: row.owned(0)?,
            value: row.owned(1)?,
            hits: row.int(2)?.unsigned_abs(),
            hosts: row.int(3)?.unsigned_abs(),
            indicator: row.optional_id(4, "alert.indicator")?,
        })
    };
    let values = [Value::Int(since.as_micros()), Value::Int(i64::from(limit))];
    tx.rows(&TOP, &values)?.iter().map(read).collect()
}

/// What each sensor alerted of since a moment.
///
/// # Errors
/// When the database is away.
pub fn sensors(tx: &mut dyn Queries, since: Time, limit: u32) -> Result<Vec<SensorRow>, Error> {
    let read = |row: &Row| {
        Ok(SensorRow {
            sensor: row.owned(0)?,
            alerts: row.int(1)?.unsigned_abs(),
            hits: row.int(2)?.unsigned_abs(),
            last_at: row.time(3)?,
        })
    };
    let values = [Value::Int(since.as_micros()), Value::Int(i64::from(limit))];
    tx.rows(&SENSORS, &values)?.iter().map(read).collect()
}

/// Alerts by day since a moment, in local time this far from UTC.
///
/// # Errors
/// When the database is away.
pub fn days(tx: &mut dyn Queries, since: Time, utc_offset_minutes: i32, limit: u32) -> Result<Vec<DayRow>, Error> {
    let read = |row: &Row| {
        Ok(DayRow {
            day: row.int(0)?,
            alerts: row.int(1)?.unsigned_abs(),
            hits: row.int(2)?.unsigned_abs(),
        })
    };
    let offset = i64::from(utc_offset_minutes).saturating_mul(60_000_000);
    let values = [
        Value::Int(since.as_micros()),
        Value::Int(i64::from(limit)),
        Value::Int(offset),
    ];
    tx.rows(&DAYS, &values)?.iter().map(read).collect()
}
