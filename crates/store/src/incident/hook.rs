//! What happened with incidents, told in its order to whoever follows them, and how far they were told.

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Incident, IncidentEvent, Severity, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "incident_hook":
    BEGIN = "INSERT INTO incident_hook (one, told, attempts, next_at)
             SELECT 1, COALESCE(MAX(e.id), 0), 0, 0 FROM incident_event e WHERE e.id >= 0 ON CONFLICT (one) DO NOTHING";
    HOOK = "SELECT told, attempts, next_at FROM incident_hook";
    SET = "UPDATE incident_hook SET told = $1, attempts = $2, next_at = $3";
    EVENTS = "SELECT e.id, e.incident, e.kind, e.detail, i.severity, i.state FROM incident_event e JOIN incident i ON i.id = e.incident
              WHERE e.id > $1 AND e.id < $2 ORDER BY e.id LIMIT $3";
}

/// How far whoever follows incidents was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HookRow {
    /// The last event that they were told of.
    pub told: Id<IncidentEvent>,
    /// How often the next one was tried.
    pub attempts: u32,
    /// When it is tried again.
    pub next_at: Time,
}

/// Something that happened with an incident, and how that stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HappenedRow {
    /// Its id.
    pub id: Id<IncidentEvent>,
    /// With which.
    pub incident: Id<Incident>,
    /// Key of what it was.
    pub kind: String,
    /// Keys and numbers.
    pub detail: String,
    /// How grave the incident is now.
    pub severity: Severity,
    /// Key of where it stands now.
    pub state: String,
}

/// Begins with what happens from now on; where it was begun before, it goes on from there.
///
/// # Errors
/// When the database is away or full.
pub fn begin(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    writer.send(&BEGIN, &[])
}

/// How far they were told; none where nobody is.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries) -> Result<Option<HookRow>, Error> {
    let row = tx.row(&HOOK, &[])?;
    let read = |row: Row| {
        Ok(HookRow {
            told: row.id(0, "incident_hook.told")?,
            attempts: u32::try_from(row.int(1)?).map_err(|_| Error::unreadable("incident_hook.attempts"))?,
            next_at: row.time(2)?,
        })
    };
    row.map(read).transpose()
}

/// Stores how far they were told.
///
/// # Errors
/// When the database is away or full.
pub fn set(writer: &mut Writer<'_, '_>, hook: HookRow) -> Result<(), Error> {
    let values = [
        Value::Int(hook.told.number()),
        Value::Int(i64::from(hook.attempts)),
        Value::Int(hook.next_at.as_micros()),
    ];
    writer.send(&SET, &values)
}

/// At most `limit` events after one and before another, the first before the others.
///
/// # Errors
/// When the database is away.
pub fn events(
    tx: &mut dyn Queries,
    (after, before): (Option<Id<IncidentEvent>>, Id<IncidentEvent>),
    limit: u32,
) -> Result<Vec<HappenedRow>, Error> {
    let read = |row: &Row| {
        Ok(HappenedRow {
            id: row.id(0, "incident_event.id")?,
            incident: row.id(1, "incident_event.incident")?,
            kind: row.owned(2)?,
            detail: row.owned(3)?,
            severity: row.key(4, "incident.severity", Severity::from_key)?,
            state: row.owned(5)?,
        })
    };
    let values = [
        Value::Int(after.map_or(-1, Id::number)),
        Value::Int(before.number()),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&EVENTS, &values)?.iter().map(read).collect()
}
