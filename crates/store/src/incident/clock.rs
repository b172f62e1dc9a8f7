//! Clocks of incidents: started, met or run out, and never taken back.

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{Id, Incident, StatutoryClock, Time};

use crate::clock::{became, behind_whose, started};
use crate::row::{Columns, join};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "incident_clock":
    INSERT = "INSERT INTO incident_clock (id, incident, key, basis, starts_at, warn_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
              ON CONFLICT (incident, key) DO NOTHING";
    UPDATE = "UPDATE incident_clock SET warned_at = $2, breached_at = $3, met_at = $4 WHERE id = $1";
    VOID = "UPDATE incident_clock SET void_at = $2 WHERE incident = $1 AND met_at IS NULL AND breached_at IS NULL
              AND void_at IS NULL";
}

/// A list of clocks with all of their columns.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("incident_clock.", $name),
            concat!(
                "SELECT incident, id, key, basis, starts_at, due_at, warned_at, breached_at, met_at, void_at FROM incident_clock ",
                $rest
            ),
        )
    };
}

const OF_INCIDENT: Statement = select!("OF_INCIDENT", "WHERE incident = $1 ORDER BY due_at, id");
const STRUCK: Statement = select!(
    "STRUCK",
    "WHERE met_at IS NULL AND breached_at IS NULL AND void_at IS NULL
       AND (due_at < $1 OR (warned_at IS NULL AND warn_at <= $1)) ORDER BY warn_at LIMIT $2"
);
const UNMET: Statement = select!(
    "UNMET",
    "WHERE met_at IS NULL AND void_at IS NULL ORDER BY due_at, id LIMIT $1"
);
pub(crate) const LISTS: &[&Statement] = &[&OF_INCIDENT, &STRUCK, &UNMET];

/// A clock of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentClockRow {
    /// Whose it is.
    pub incident: Id<Incident>,
    /// The clock.
    pub clock: StatutoryClock,
    /// When it ended because the incident turned out to be none.
    pub void_at: Option<Time>,
}

/// Starts a clock of an incident; one that was started before goes on as it is.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, incident: Id<Incident>, clock: &StatutoryClock) -> Result<(), Error> {
    let basis = join(&clock.basis);
    writer.send(&INSERT, &started(clock, incident.number(), &basis))
}

/// Stores what has become of a clock.
///
/// # Errors
/// When the database is away or full.
pub fn update(writer: &mut Writer<'_, '_>, clock: &StatutoryClock) -> Result<(), Error> {
    writer.send(&UPDATE, &became(clock))
}

/// Ends the clocks of an incident that run: it turned out to be none.
///
/// # Errors
/// When the database is away or full.
pub fn end_void(writer: &mut Writer<'_, '_>, incident: Id<Incident>) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.send(&VOID, &[Value::Int(incident.number()), Value::Int(now)])
}

/// The clocks of an incident, the one that runs out first before the others.
///
/// # Errors
/// When the database is away.
pub fn of_incident(tx: &mut dyn Queries, incident: Id<Incident>) -> Result<Vec<IncidentClockRow>, Error> {
    tx.rows(&OF_INCIDENT, &[Value::Int(incident.number())])?
        .iter()
        .map(read)
        .collect()
}

/// At most `limit` clocks that are to warn or ran out by now and have not been noted.
///
/// # Errors
/// When the database is away.
pub fn struck(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<IncidentClockRow>, Error> {
    let values = [Value::Int(now.as_micros()), Value::Int(i64::from(limit))];
    tx.rows(&STRUCK, &values)?.iter().map(read).collect()
}

/// At most `limit` clocks that still ask for something, the one that runs out first before the others.
///
/// # Errors
/// When the database is away.
pub fn unmet(tx: &mut dyn Queries, limit: u32) -> Result<Vec<IncidentClockRow>, Error> {
    tx.rows(&UNMET, &[Value::Int(i64::from(limit))])?
        .iter()
        .map(read)
        .collect()
}

fn read(row: &Row) -> Result<IncidentClockRow, Error> {
    Ok(IncidentClockRow {
        incident: row.id(0, "incident_clock.incident")?,
        clock: behind_whose(row, "incident_clock.id")?,
        void_at: row.optional_time(9)?,
    })
}
