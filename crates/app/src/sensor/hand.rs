//! Events that programs hand in over HTTP: acknowledged when they are durable.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use anlanh_model::{Actor, Permission, SensorKind};
use anlanh_soc::LineError;

use super::SensorError;
use crate::{App, Error, permit};

/// Most bytes of events that are taken at once.
pub const MAX_EVENTS_BYTES: usize = 8 << 20;

/// Most bad lines that are named one by one; the others are counted.
pub const MAX_BAD_LINES: usize = 100;

/// A line that could not be read, or not wholly. What stands in it is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadEvent {
    /// Its number, from 1.
    pub line: u64,
    /// Why; none where it is no message of the form of its sensor.
    pub why: Option<LineError>,
}

/// What became of events that were handed in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Handed {
    /// Events that were read and are durable, as far as something of them is kept.
    pub events: u64,
    /// Lines that could not be read; they are lost.
    pub bad: u64,
    /// The first [`MAX_BAD_LINES`] of them, where what was handed in has lines.
    pub bad_lines: Vec<BadEvent>,
}

/// What comes back when events are handed in.
pub type Reply = Pin<Box<dyn Future<Output = Result<Handed, SensorError>> + Send>>;

type Taker = dyn Fn(u32, Vec<u8>) -> Reply + Send + Sync;

/// Whoever takes events for a sensor, by its number.
#[derive(Clone)]
pub struct HandIn(Arc<Taker>);

impl HandIn {
    /// One that does this.
    pub fn new(take: impl Fn(u32, Vec<u8>) -> Reply + Send + Sync + 'static) -> Self {
        Self(Arc::new(take))
    }
}

impl fmt::Debug for HandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandIn")
    }
}

/// Takes events for the sensor of this name. When this returns they are durable, and so are the alerts they gave rise to.
///
/// # Errors
/// When the one who asks may not, there is no such sensor, it does not run, or the events could not be kept in time.
pub async fn hand(app: &App, actor: &Actor, sensor: &str, events: Vec<u8>) -> Result<Handed, Error> {
    permit(actor, Permission::SubmitEvents)?;
    if events.len() > MAX_EVENTS_BYTES {
        return Err(SensorError::TooLarge.into());
    }
    let rows = super::of_node(app).await?;
    let is_it = |row: &&super::SensorRow| row.sensor.name == sensor && row.sensor.kind == SensorKind::Http;
    let number = rows.iter().find(is_it).ok_or(SensorError::NoSuch)?.number;
    let take = app.hand_in.get().ok_or(SensorError::NotRunning)?;
    Ok((take.0)(number, events).await?)
}
