//! What sensors sent, as series. Their names are the operator's, at most 256.

use std::fmt::{self, Write};

use anlanh_app::sensor::{Health, Standing};

use super::head;

/// Writes the series.
///
/// # Errors
/// Writing to a string does not fail.
pub fn write(out: &mut String, sensors: &[Health]) -> fmt::Result {
    let mut series = |name: &str, kind: &'static str, help: &'static str, value: fn(&Health) -> i64| {
        head(out, name, kind, help)?;
        for health in sensors {
            writeln!(out, "{name}{{sensor=\"{}\"}} {}", health.row.sensor.name, value(health))?;
        }
        Ok::<_, fmt::Error>(())
    };
    series("anlanh_sensor_up", "gauge", "Whether the sensor runs.", |health| {
        i64::from(health.standing == Standing::Running)
    })?;
    series(
        "anlanh_sensor_standing_since_seconds",
        "gauge",
        "Since when the sensor runs, or does not, in seconds since 1970; 0 where that is not known.",
        |health| health.since.map_or(0, anlanh_model::Time::as_seconds),
    )?;
    series(
        "anlanh_sensor_events_total",
        "counter",
        "Events that were read.",
        |health| as_int(health.reading.events),
    )?;
    series(
        "anlanh_sensor_kept_total",
        "counter",
        "Events of which something is kept.",
        |health| as_int(health.reading.kept),
    )?;
    series(
        "anlanh_sensor_hits_total",
        "counter",
        "Listed values in events.",
        |health| as_int(health.reading.hits),
    )?;
    series(
        "anlanh_sensor_bad_total",
        "counter",
        "Lines or messages that could not be read.",
        |health| as_int(health.reading.bad),
    )?;
    series(
        "anlanh_sensor_dropped_total",
        "counter",
        "Datagrams that were lost, and files that were gone before they were read to their ends.",
        |health| as_int(health.reading.dropped),
    )?;
    series(
        "anlanh_sensor_misdated_total",
        "counter",
        "Events whose time cannot be right; that of their arrival is kept.",
        |health| as_int(health.reading.misdated),
    )?;
    series(
        "anlanh_sensor_bytes_total",
        "counter",
        "Bytes that were received.",
        |health| as_int(health.reading.bytes),
    )?;
    series("anlanh_sensor_connections", "gauge", "Open connections.", |health| {
        health.reading.connections
    })?;
    series(
        "anlanh_sensor_refused_total",
        "counter",
        "Connections that were one too many, or shook no hands.",
        |health| as_int(health.reading.refused),
    )?;
    series(
        "anlanh_sensor_failures_total",
        "counter",
        "How often what was read could not be kept, and was tried again.",
        |health| as_int(health.reading.failures),
    )?;
    series(
        "anlanh_sensor_waiting_bytes",
        "gauge",
        "Bytes of a followed file that are not read.",
        |health| as_int(health.reading.waiting_bytes),
    )?;
    series(
        "anlanh_sensor_last_event_timestamp_seconds",
        "gauge",
        "When the last event came; 0 before there was one.",
        |health| health.reading.last_at / 1_000_000,
    )?;
    series(
        "anlanh_sensor_lag_milliseconds",
        "gauge",
        "How much later than it happened the last event came; below zero where the sensor's clock is ahead.",
        |health| health.reading.lag / 1_000,
    )
}

fn as_int(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
