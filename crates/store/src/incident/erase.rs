//! What is sealed in incidents and kept long enough: which it is, and how it goes. What was erased leaves the incident as it is.

use anlanh_db::{Row, Value};
use anlanh_model::{Alert, Id, Incident, IncidentFile, IncidentHost, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "incident_erase":
    INCIDENTS = "SELECT i.id FROM incident i WHERE i.state = 'closed' AND i.state_at <= $1
                   AND EXISTS (SELECT 1 FROM alert a WHERE a.incident = i.id AND a.details IS NOT NULL) ORDER BY i.id LIMIT $2";
    DETAILS = "UPDATE alert SET details = NULL WHERE incident = $1 AND details IS NOT NULL";
    MUTED_DETAILS = "UPDATE alert SET details = NULL WHERE incident IS NULL AND details IS NOT NULL AND last_at <= $1";
    MUTED = "SELECT COUNT(*) FROM alert WHERE incident IS NULL AND details IS NOT NULL AND last_at <= $1";
    HOSTS = "SELECT h.id FROM incident_host h WHERE LENGTH(h.address) > 0
               AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.host = h.id AND a.details IS NOT NULL) ORDER BY h.id LIMIT $1";
    HOST = "UPDATE incident_host SET name = $2, address = $3 WHERE id = $1";
    VALUE = "UPDATE alert SET listed = '', campaign = NULL WHERE id = $1";
    TITLE = "UPDATE incident SET title = $2 WHERE id = $1";
    CAUSES = "DELETE FROM incident_cause WHERE incident = $1";
    MARKS = "DELETE FROM indicator_mark WHERE incident = $1 AND until <= $2";
    FILES = "WITH RECURSIVE living (file, id, state, state_at, merged_into) AS (
               SELECT f.id, i.id, i.state, i.state_at, i.merged_into FROM incident_file f JOIN incident i ON i.id = f.incident
               UNION ALL
               SELECT l.file, i.id, i.state, i.state_at, i.merged_into FROM living l JOIN incident i ON i.id = l.merged_into)
             SELECT f.id, f.incident, f.sha256 FROM living l JOIN incident_file f ON f.id = l.file
             WHERE l.state = 'closed' AND l.state_at <= $1 ORDER BY f.id LIMIT $2";
    FILE = "DELETE FROM incident_file WHERE id = $1";
}

/// A file of evidence that was kept long enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverFile {
    /// Its id.
    pub id: Id<IncidentFile>,
    /// Its incident.
    pub incident: Id<Incident>,
    /// Its SHA-256.
    pub sha256: Vec<u8>,
}

/// At most `limit` incidents that were closed by a moment and in which something is known of hosts.
///
/// # Errors
/// When the database is away.
pub fn incidents(tx: &mut impl Queries, before: Time, limit: u32) -> Result<Vec<Id<Incident>>, Error> {
    let values = [Value::Int(before.as_micros()), Value::Int(i64::from(limit))];
    let rows = tx.rows(&INCIDENTS, &values)?;
    rows.iter().map(|row| row.id(0, "incident.id")).collect()
}

/// Forgets what the alerts of an incident saw of hosts, by what later alerts found it, and what was found wrong in it; of how many alerts.
///
/// # Errors
/// When the database is away or full.
pub fn details(writer: &mut Writer<'_, '_>, incident: Id<Incident>) -> Result<u64, Error> {
    let now = writer.now().as_micros();
    writer.execute(&CAUSES, &[Value::Int(incident.number())])?;
    writer.execute(&MARKS, &[Value::Int(incident.number()), Value::Int(now)])?;
    writer.execute(&DETAILS, &[Value::Int(incident.number())])
}

/// Whether alerts that are in no incident, and were last raised by a moment, know something of hosts.
///
/// # Errors
/// When the database is away.
pub fn has_muted(tx: &mut impl Queries, before: Time) -> Result<bool, Error> {
    let row = tx.row(&MUTED, &[Value::Int(before.as_micros())])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))? > 0)
}

/// Forgets what they know; of how many.
///
/// # Errors
/// When the database is away or full.
pub fn muted(writer: &mut Writer<'_, '_>, before: Time) -> Result<u64, Error> {
    writer.execute(&MUTED_DETAILS, &[Value::Int(before.as_micros())])
}

/// Forgets what an alert was found by.
///
/// # Errors
/// When the database is away or full.
pub fn value(writer: &mut Writer<'_, '_>, alert: Id<Alert>) -> Result<(), Error> {
    writer.send(&VALUE, &[Value::Int(alert.number())])
}

/// Calls an incident otherwise.
///
/// # Errors
/// When the database is away or full.
pub fn retitle(writer: &mut Writer<'_, '_>, incident: Id<Incident>, title: &str) -> Result<(), Error> {
    writer.send(&TITLE, &[Value::Int(incident.number()), Value::Text(title)])
}

/// At most `limit` hosts of which no alert knows anything any more.
///
/// # Errors
/// When the database is away.
pub fn hosts(tx: &mut impl Queries, limit: u32) -> Result<Vec<Id<IncidentHost>>, Error> {
    let rows = tx.rows(&HOSTS, &[Value::Int(i64::from(limit))])?;
    rows.iter().map(|row| row.id(0, "incident_host.id")).collect()
}

/// Forgets the address of a host, and by what it was known: it is a number from now on.
///
/// # Errors
/// When the database is away or full.
pub fn host(writer: &mut Writer<'_, '_>, id: Id<IncidentHost>, name: &[u8; 32]) -> Result<(), Error> {
    let values = [Value::Int(id.number()), Value::Bytes(name), Value::Bytes(&[])];
    writer.execute(&HOST, &values)?;
    Ok(())
}

/// At most `limit` files of incidents that were closed by a moment, or were merged into one that was.
///
/// # Errors
/// When the database is away.
pub fn files(tx: &mut impl Queries, before: Time, limit: u32) -> Result<Vec<OverFile>, Error> {
    let read = |row: &Row| {
        Ok(OverFile {
            id: row.id(0, "incident_file.id")?,
            incident: row.id(1, "incident_file.incident")?,
            sha256: row.bytes(2)?.to_vec(),
        })
    };
    let values = [Value::Int(before.as_micros()), Value::Int(i64::from(limit))];
    tx.rows(&FILES, &values)?.iter().map(read).collect()
}

/// Deletes a file of evidence.
///
/// # Errors
/// When the database is away or full.
pub fn file(writer: &mut Writer<'_, '_>, id: Id<IncidentFile>) -> Result<(), Error> {
    writer.send(&FILE, &[Value::Int(id.number())])
}
