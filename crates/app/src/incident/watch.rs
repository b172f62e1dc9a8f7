//! The centre at a glance: what is open, which clocks run, what most hosts meet, what sensors see.

use anlanh_model::{Actor, Permission};
use anlanh_store::incident::clock::{self, IncidentClockRow};
use anlanh_store::incident::figures::{self, ClockFigures, DayRow, OpenRow, SensorRow, TopRow};

use crate::{App, Error, permit};

/// Days that are looked at.
pub const WATCH_DAYS: u32 = 14;
/// Indicators, sensors and clocks that are shown.
const SHOWN: u32 = 15;

/// The centre at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// How open incidents stand.
    pub open: Vec<OpenRow>,
    /// How their clocks do.
    pub clocks: ClockFigures,
    /// The clocks that run out first.
    pub due: Vec<IncidentClockRow>,
    /// What most hosts met.
    pub top: Vec<TopRow>,
    /// What each sensor alerted of.
    pub sensors: Vec<SensorRow>,
    /// Alerts by day.
    pub days: Vec<DayRow>,
}

/// Looks at the last [`WATCH_DAYS`] days.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn watch(app: &App, actor: &Actor) -> Result<Watch, Error> {
    permit(actor, Permission::ReadIncidents)?;
    let since = app.clock.now().plus_minutes(-i64::from(WATCH_DAYS) * 24 * 60);
    let offset = app.engine().screener.pack().utc_offset_minutes;
    app.store
        .read("incident.watch", move |tx| {
            Ok(Watch {
                open: figures::open(tx)?,
                clocks: figures::clocks(tx)?,
                due: clock::unmet(tx, SHOWN)?,
                top: figures::top(tx, since, SHOWN)?,
                sensors: figures::sensors(tx, since, SHOWN)?,
                days: figures::days(tx, since, offset, WATCH_DAYS + 1)?,
            })
        })
        .await
}
