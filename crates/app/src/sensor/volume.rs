//! How much comes in, by the hour: counted from the meters every few minutes, durable, and kept as long as the policy keeps events in
//! which something was listed. A node that is killed loses what came since it was counted last, here and nowhere else.

use std::collections::BTreeMap;

use anlanh_model::{Actor, AuditAction, Permission, Time};
use anlanh_pack::Record;
use anlanh_store::Writer;
use anlanh_store::volume as store;
pub use anlanh_store::volume::VolumeRow;

use super::MAX_SENSORS;
use crate::{App, Error, permit};

/// How long what came waits to be counted, at most.
pub const COUNT_MINUTES: i64 = 5;
/// Hours that are told one by one.
pub const VOLUME_HOURS: i64 = 24;
/// Days that are told of.
pub const VOLUME_DAYS: i64 = 14;
const HOUR_SECONDS: i64 = 3_600;

/// How much came in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Volume {
    /// Of each of the last [`VOLUME_HOURS`] hours, the last of them not over; hours since 1970-01-01 in UTC.
    pub hours: Vec<VolumeRow>,
    /// Of each of the last [`VOLUME_DAYS`] days, the last of them not over; days since 1970-01-01 in local time.
    pub days: Vec<VolumeRow>,
    /// Of each sensor in those hours, by its number.
    pub sensors: BTreeMap<u32, VolumeRow>,
    /// Events a second of late, of all sensors.
    pub rate: f64,
}

/// Counts what came since it was counted last, where that is a while ago or in another hour.
///
/// # Errors
/// When the database is away or full: it is counted the next time.
pub(crate) async fn count(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let since = app.board.counted_at(now);
    let hour = hour_of(since);
    if now.minutes_since(since) < COUNT_MINUTES && hour_of(now) == hour {
        return Ok(());
    }
    count_since(app, hour, now).await
}

/// Counts what came since it was counted last, however short ago: a node that stops in order loses nothing of it.
///
/// # Errors
/// When the database is away or full.
pub async fn count_rest(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let hour = hour_of(app.board.counted_at(now));
    count_since(app, hour, now).await
}

async fn count_since(app: &App, hour: i64, now: Time) -> Result<(), Error> {
    let portions = app.board.uncounted();
    if portions.is_empty() {
        app.board.count(&portions, now);
        return Ok(());
    }
    let days = app.engine().policy.retention_of(Record::Match).map(|kept| kept.days);
    let change = app.change(&Actor::Node, AuditAction::CountEvents);
    let counted = portions.clone();
    let keep = move |writer: &mut Writer<'_, '_>| {
        for (sensor, portion) in &counted {
            store::count(writer, *sensor, hour, *portion)?;
        }
        if let Some(days) = days {
            store::forget(writer, hour_of(now) - i64::from(days) * 24)?;
        }
        writer.about("events", 0, format!("{} sensors", counted.len()));
        Ok::<_, Error>(())
    };
    app.store.write(change, keep).await?;
    app.board.count(&portions, now);
    Ok(())
}

/// How much came in of late, with what is not counted yet.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn volume(app: &App, actor: &Actor) -> Result<Volume, Error> {
    permit(actor, Permission::ReadFigures)?;
    let now = app.clock.now();
    let this_hour = hour_of(now);
    let offset = i64::from(app.engine().screener.pack().utc_offset_minutes) * 60;
    let day_of = move |seconds: i64| (seconds + offset).div_euclid(24 * HOUR_SECONDS);
    let today = day_of(now.as_seconds());
    let first_day = today - VOLUME_DAYS + 1;
    let first_hour = this_hour - VOLUME_HOURS + 1;
    // An hour belongs to the day in which it begins.
    let from = (first_day * 24 * HOUR_SECONDS - offset).div_euclid(HOUR_SECONDS);
    let most = u32::try_from((VOLUME_DAYS + 1) * 24).unwrap_or(u32::MAX);
    let read = app.store.read("sensor.volume", move |tx| {
        let hours = store::hours(tx, from.min(first_hour), most)?;
        // Also those that were removed.
        let sensors = store::sensors(tx, first_hour, u32::try_from(4 * MAX_SENSORS).unwrap_or(u32::MAX))?;
        Ok::<_, Error>((hours, sensors))
    });
    let (mut hours, mut sensors) = read.await?;
    let waiting_hour = hour_of(app.board.counted_at(now));
    for (sensor, (events, hits)) in app.board.uncounted() {
        let row = |key| VolumeRow { key, events, hits };
        hours.push(row(waiting_hour));
        sensors.push(row(i64::from(sensor)));
    }
    let day = |row: &VolumeRow| day_of(row.key * HOUR_SECONDS);
    Ok(Volume {
        days: filled(
            first_day..=today,
            hours.iter().map(|row| VolumeRow { key: day(row), ..*row }),
        ),
        hours: filled(first_hour..=this_hour, hours.iter().copied()),
        sensors: sum(sensors.into_iter())
            .into_iter()
            .filter_map(|(key, row)| Some((u32::try_from(key).ok()?, row)))
            .collect(),
        rate: app.board.rate(now.as_micros()),
    })
}

const fn hour_of(time: Time) -> i64 {
    time.as_seconds().div_euclid(HOUR_SECONDS)
}

fn sum(rows: impl Iterator<Item = VolumeRow>) -> BTreeMap<i64, VolumeRow> {
    let mut sums: BTreeMap<i64, VolumeRow> = BTreeMap::new();
    for row in rows {
        let sum = sums.entry(row.key).or_insert(VolumeRow {
            key: row.key,
            ..VolumeRow::default()
        });
        sum.events = sum.events.saturating_add(row.events);
        sum.hits = sum.hits.saturating_add(row.hits);
    }
    sums
}

/// One row for each key, with nothing where nothing came.
fn filled(keys: std::ops::RangeInclusive<i64>, rows: impl Iterator<Item = VolumeRow>) -> Vec<VolumeRow> {
    let sums = sum(rows);
    let nothing = |key| VolumeRow {
        key,
        ..VolumeRow::default()
    };
    keys.map(|key| sums.get(&key).copied().unwrap_or(nothing(key)))
        .collect()
}
