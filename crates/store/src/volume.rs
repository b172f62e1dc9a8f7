//! How much each sensor sent in each hour. Hours are those since 1970-01-01 in UTC.

use anlanh_db::{Row, Value};

use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "volume":
    COUNT = "INSERT INTO sensor_hour (sensor, hour, events, hits) VALUES ($1, $2, $3, $4)
             ON CONFLICT (hour, sensor) DO UPDATE SET events = sensor_hour.events + excluded.events,
               hits = sensor_hour.hits + excluded.hits";
    FORGET = "DELETE FROM sensor_hour WHERE hour < $1";
    HOURS = "SELECT hour, CAST(SUM(events) AS BIGINT), CAST(SUM(hits) AS BIGINT) FROM sensor_hour WHERE hour >= $1
             GROUP BY hour ORDER BY hour LIMIT $2";
    SENSORS = "SELECT sensor, CAST(SUM(events) AS BIGINT), CAST(SUM(hits) AS BIGINT) FROM sensor_hour WHERE hour >= $1
               GROUP BY sensor ORDER BY sensor LIMIT $2";
}

/// How much came, in an hour or of a sensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VolumeRow {
    /// The hour, or the number of the sensor.
    pub key: i64,
    /// Events.
    pub events: u64,
    /// How often something in them was listed.
    pub hits: u64,
}

/// Counts what a sensor sent in an hour, beside what was counted of it before.
///
/// # Errors
/// When the database is away or full.
pub fn count(writer: &mut Writer<'_, '_>, sensor: u32, hour: i64, (events, hits): (u64, u64)) -> Result<(), Error> {
    let int = |count: u64| Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
    let values = [Value::Int(i64::from(sensor)), Value::Int(hour), int(events), int(hits)];
    writer.send(&COUNT, &values)
}

/// Forgets what came before an hour.
///
/// # Errors
/// When the database is away or full.
pub fn forget(writer: &mut Writer<'_, '_>, before_hour: i64) -> Result<(), Error> {
    writer.send(&FORGET, &[Value::Int(before_hour)])
}

/// How much came in each hour from one on, those left out in which nothing came.
///
/// # Errors
/// When the database is away.
pub fn hours(tx: &mut dyn Queries, from_hour: i64, limit: u32) -> Result<Vec<VolumeRow>, Error> {
    let values = [Value::Int(from_hour), Value::Int(i64::from(limit))];
    tx.rows(&HOURS, &values)?.iter().map(read).collect()
}

/// How much each sensor sent from an hour on.
///
/// # Errors
/// When the database is away.
pub fn sensors(tx: &mut dyn Queries, from_hour: i64, limit: u32) -> Result<Vec<VolumeRow>, Error> {
    let values = [Value::Int(from_hour), Value::Int(i64::from(limit))];
    tx.rows(&SENSORS, &values)?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<VolumeRow, Error> {
    Ok(VolumeRow {
        key: row.int(0)?,
        events: row.int(1)?.unsigned_abs(),
        hits: row.int(2)?.unsigned_abs(),
    })
}
