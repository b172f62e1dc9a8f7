//! What is sealed in incidents and kept long enough: which it is, and how it goes. What was erased leaves the incident as it is.

use anlanh_db::{Row, Value};
use anlanh_model::{Alert, Id, Incident, IncidentFile, IncidentHost, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "incident_erase":
    INCIDENTS = "SELECT i.id FROM incident i WHERE i.state = 'closed' AND i.state_at <= $1 AND i.id > $2
                   AND EXISTS (SELECT 1 FROM alert a WHERE a.incident = i.id AND a.details IS NOT NULL) ORDER BY i.id LIMIT $3";
    IS_OVER = "SELECT i.id FROM incident i WHERE i.id = $1 AND i.state = 'closed' AND i.state_at <= $2";
    VALUES = "SELECT a.id, a.listed, a.campaign FROM alert a WHERE a.incident = $1 AND a.id > $2 ORDER BY a.id LIMIT $3";
    KNOWN = "SELECT a.id FROM alert a WHERE a.incident = $1 AND a.details IS NOT NULL AND a.id > $2 ORDER BY a.id LIMIT $3";
    DETAILS = "UPDATE alert SET details = NULL WHERE id = $1 AND incident = $2";
    MUTED = "SELECT a.id, a.listed, a.campaign FROM alert a WHERE a.incident IS NULL AND a.name IS NOT NULL AND a.last_at <= $1
               AND a.id > $2 ORDER BY a.id LIMIT $3";
    MUTED_DETAILS = "UPDATE alert SET details = NULL, name = NULL WHERE id = $1 AND incident IS NULL AND last_at <= $2";
    HAS_HOST = "SELECT 1 FROM alert a WHERE a.host = $1 AND a.incident = $2 LIMIT 1";
    HOSTS = "SELECT h.id FROM incident_host h WHERE LENGTH(h.address) > 0 AND h.id > $1
               AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.host = h.id AND a.details IS NOT NULL) ORDER BY h.id LIMIT $2";
    HOST = "UPDATE incident_host SET name = $2, address = $3 WHERE id = $1
              AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.host = $1 AND a.details IS NOT NULL)";
    SIGHTINGS = "DELETE FROM sighting WHERE source LIKE 'sensor:%'
                   AND (kind, value) IN (SELECT a.listed_kind, a.listed FROM alert a WHERE a.id = $1 AND NOT EXISTS
                     (SELECT 1 FROM alert b WHERE b.listed_kind = a.listed_kind AND b.listed = a.listed AND b.id <> a.id))";
    VALUE = "UPDATE alert SET listed = '', campaign = NULL, indicator = NULL WHERE id = $1";
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

/// What an alert was found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertValue {
    /// The alert.
    pub alert: Id<Alert>,
    /// What is listed.
    pub listed: String,
    /// The campaign that it belongs to.
    pub campaign: Option<String>,
}

/// At most `limit` incidents after one that were closed by a moment and in which something is known of hosts.
///
/// # Errors
/// When the database is away.
pub fn incidents(
    tx: &mut dyn Queries,
    before: Time,
    (after, limit): (Option<Id<Incident>>, u32),
) -> Result<Vec<Id<Incident>>, Error> {
    let values = [Value::Int(before.as_micros()), cursor(after), Value::Int(limit.into())];
    let rows = tx.rows(&INCIDENTS, &values)?;
    rows.iter().map(|row| row.id(0, "incident.id")).collect()
}

/// Whether an incident was closed by a moment, and still is.
///
/// # Errors
/// When the database is away.
pub fn is_over(tx: &mut dyn Queries, incident: Id<Incident>, before: Time) -> Result<bool, Error> {
    let values = [Value::Int(incident.number()), Value::Int(before.as_micros())];
    Ok(tx.row(&IS_OVER, &values)?.is_some())
}

/// At most `limit` alerts of an incident after one, with what they were found by.
///
/// # Errors
/// When the database is away.
pub fn values(
    tx: &mut dyn Queries,
    incident: Id<Incident>,
    (after, limit): (Option<Id<Alert>>, u32),
) -> Result<Vec<AlertValue>, Error> {
    let values = [Value::Int(incident.number()), cursor(after), Value::Int(limit.into())];
    tx.rows(&VALUES, &values)?.iter().map(read_value).collect()
}

/// At most `limit` alerts of an incident after one that know something of hosts.
///
/// # Errors
/// When the database is away.
pub fn known(
    tx: &mut dyn Queries,
    incident: Id<Incident>,
    (after, limit): (Option<Id<Alert>>, u32),
) -> Result<Vec<Id<Alert>>, Error> {
    let values = [Value::Int(incident.number()), cursor(after), Value::Int(limit.into())];
    let rows = tx.rows(&KNOWN, &values)?;
    rows.iter().map(|row| row.id(0, "alert.id")).collect()
}

/// Forgets what an alert of an incident saw of a host.
///
/// # Errors
/// When the database is away or full.
pub fn details(writer: &mut Writer<'_, '_>, incident: Id<Incident>, alert: Id<Alert>) -> Result<(), Error> {
    writer.send(&DETAILS, &[Value::Int(alert.number()), Value::Int(incident.number())])
}

/// Forgets by what later alerts found an incident, and what was found wrong in it.
///
/// # Errors
/// When the database is away or full.
pub fn causes(writer: &mut Writer<'_, '_>, incident: Id<Incident>) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.send(&CAUSES, &[Value::Int(incident.number())])?;
    writer.send(&MARKS, &[Value::Int(incident.number()), Value::Int(now)])
}

/// At most `limit` alerts after one that are in no incident, were last raised by a moment, and would be found if they came again: what
/// they know is all still there, and of some of them no host is known.
///
/// # Errors
/// When the database is away.
pub fn muted(
    tx: &mut dyn Queries,
    before: Time,
    (after, limit): (Option<Id<Alert>>, u32),
) -> Result<Vec<AlertValue>, Error> {
    let values = [Value::Int(before.as_micros()), cursor(after), Value::Int(limit.into())];
    tx.rows(&MUTED, &values)?.iter().map(read_value).collect()
}

/// Forgets what such an alert saw, and by what it would be found if it came again; whether it still was such a one.
///
/// # Errors
/// When the database is away or full.
pub fn muted_details(writer: &mut Writer<'_, '_>, alert: Id<Alert>, before: Time) -> Result<bool, Error> {
    let values = [Value::Int(alert.number()), Value::Int(before.as_micros())];
    Ok(writer.execute(&MUTED_DETAILS, &values)? > 0)
}

/// Whether an incident has a host.
///
/// # Errors
/// When the database is away.
pub fn has_host(tx: &mut dyn Queries, incident: Id<Incident>, host: Id<IncidentHost>) -> Result<bool, Error> {
    let values = [Value::Int(host.number()), Value::Int(incident.number())];
    Ok(tx.row(&HAS_HOST, &values)?.is_some())
}

/// Forgets what an alert was found by, and, where no other alert was, that sensors saw it.
///
/// # Errors
/// When the database is away or full.
pub fn value(writer: &mut Writer<'_, '_>, alert: Id<Alert>) -> Result<(), Error> {
    writer.send(&SIGHTINGS, &[Value::Int(alert.number())])?;
    writer.send(&VALUE, &[Value::Int(alert.number())])
}

/// At most `limit` hosts after one of which no alert knows anything any more.
///
/// # Errors
/// When the database is away.
pub fn hosts(
    tx: &mut dyn Queries,
    (after, limit): (Option<Id<IncidentHost>>, u32),
) -> Result<Vec<Id<IncidentHost>>, Error> {
    let rows = tx.rows(&HOSTS, &[cursor(after), Value::Int(limit.into())])?;
    rows.iter().map(|row| row.id(0, "incident_host.id")).collect()
}

/// Forgets the address of a host, and by what it was known: it is a number from now on. False where an alert knows it again.
///
/// # Errors
/// When the database is away or full.
pub fn host(writer: &mut Writer<'_, '_>, id: Id<IncidentHost>, name: &[u8; 32]) -> Result<bool, Error> {
    let values = [Value::Int(id.number()), Value::Bytes(name), Value::Bytes(&[])];
    Ok(writer.execute(&HOST, &values)? > 0)
}

fn cursor<T>(after: Option<Id<T>>) -> Value<'static> {
    Value::Int(after.map_or(-1, Id::number))
}

fn read_value(row: &Row) -> Result<AlertValue, Error> {
    Ok(AlertValue {
        alert: row.id(0, "alert.id")?,
        listed: row.text(1)?.to_owned(),
        campaign: row.optional_text(2)?.map(str::to_owned),
    })
}

/// At most `limit` files of incidents that were closed by a moment, or were merged into one that was.
///
/// # Errors
/// When the database is away.
pub fn files(tx: &mut dyn Queries, before: Time, limit: u32) -> Result<Vec<OverFile>, Error> {
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
