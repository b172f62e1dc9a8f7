//! Reports on incidents: written by one person, signed by another, and what other nodes reported.

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{Id, Incident, IncidentHost, IncidentReport, Peer, Person, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "incident_report":
    INSERT = "INSERT INTO incident_report (id, incident, kind, fields, written_by, written_at) VALUES ($1, $2, $3, $4, $5, $6)";
    REWRITE = "UPDATE incident_report SET fields = $2, written_by = $3, written_at = $4 WHERE id = $1 AND signed_at IS NULL";
    SIGN = "UPDATE incident_report SET signed_by = $2, signed_at = $3, peer = $4 WHERE id = $1 AND signed_at IS NULL";
    RECEIVE = "INSERT INTO incident_received (id, peer, reference, kind, body) VALUES ($1, $2, $3, $4, $5)";
    RECEIVED = "SELECT r.id, p.name, p.url, r.reference, r.kind, r.body FROM incident_received r JOIN peer p ON p.id = r.peer
                ORDER BY r.id DESC LIMIT $1";
    ADDRESSES = "SELECT DISTINCT h.id, h.address FROM alert a JOIN incident_host h ON h.id = a.host WHERE a.incident = $1
                 ORDER BY h.id LIMIT $2";
    MARKED = "SELECT DISTINCT a.listed FROM alert a WHERE a.incident = $1 AND a.tlp > $2 ORDER BY a.listed LIMIT $3";
}

/// A list of reports with all of their columns.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("incident_report.", $name),
            concat!(
                "SELECT r.id, r.incident, r.kind, r.fields, r.written_by, w.name, r.written_at, s.name, r.signed_at, r.peer, p.name, p.url
                 FROM incident_report r JOIN staff w ON w.id = r.written_by LEFT JOIN staff s ON s.id = r.signed_by
                 LEFT JOIN peer p ON p.id = r.peer ",
                $rest
            ),
        )
    };
}

const LOAD: Statement = select!("LOAD", "WHERE r.id = $1");
const OF_INCIDENT: Statement = select!("OF_INCIDENT", "WHERE r.incident = $1 ORDER BY r.id LIMIT 200");
pub(crate) const LISTS: &[&Statement] = &[&LOAD, &OF_INCIDENT];

/// A report as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Its id.
    pub id: Id<IncidentReport>,
    /// Of which incident.
    pub incident: Id<Incident>,
    /// Which report: `initial`, `progress` or `closing`.
    pub kind: String,
    /// What it says, as JSON.
    pub fields: String,
    /// Who wrote it.
    pub written_by: Id<Person>,
    /// Their name.
    pub writer: String,
    /// When.
    pub written_at: Time,
    /// Who signed it, and when.
    pub signed: Option<(String, Time)>,
    /// To which node it was sent: its number and its name or address; none where it is a draft, or went by letter.
    pub peer: Option<(Id<Peer>, String)>,
}

/// The address of a host, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedAddress {
    /// The host.
    pub host: Id<IncidentHost>,
    /// Its address, sealed.
    pub address: Vec<u8>,
}

/// A report of another node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedRow {
    /// When it came.
    pub at: Time,
    /// Which node sent it.
    pub from: String,
    /// What that node calls the incident.
    pub reference: String,
    /// Which report.
    pub kind: String,
    /// What it says, as JSON.
    pub body: String,
}

/// Keeps a draft.
///
/// # Errors
/// When the database is away or full.
pub fn insert(
    writer: &mut Writer<'_, '_>,
    (id, incident): (Id<IncidentReport>, Id<Incident>),
    (kind, fields): (&str, &str),
    by: Id<Person>,
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(incident.number()),
        Value::Text(kind),
        Value::Text(fields),
        Value::Int(by.number()),
        Value::Int(writer.now().as_micros()),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(())
}

/// Writes a draft anew; false where it was signed.
///
/// # Errors
/// When the database is away or full.
pub fn rewrite(
    writer: &mut Writer<'_, '_>,
    id: Id<IncidentReport>,
    fields: &str,
    by: Id<Person>,
) -> Result<bool, Error> {
    let values = [
        Value::Int(id.number()),
        Value::Text(fields),
        Value::Int(by.number()),
        Value::Int(writer.now().as_micros()),
    ];
    Ok(writer.execute(&REWRITE, &values)? > 0)
}

/// Notes who signed a draft, and to whom it goes; false where it was signed.
///
/// # Errors
/// When the database is away or full.
pub fn sign(
    writer: &mut Writer<'_, '_>,
    id: Id<IncidentReport>,
    by: Id<Person>,
    peer: Option<Id<Peer>>,
) -> Result<bool, Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(by.number()),
        Value::Int(writer.now().as_micros()),
        Value::from(peer.map(Id::number)),
    ];
    Ok(writer.execute(&SIGN, &values)? > 0)
}

/// One report.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<IncidentReport>) -> Result<Option<ReportRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.as_ref().map(read).transpose()
}

/// The reports on an incident, up to 200.
///
/// # Errors
/// When the database is away.
pub fn of_incident(tx: &mut dyn Queries, incident: Id<Incident>) -> Result<Vec<ReportRow>, Error> {
    tx.rows(&OF_INCIDENT, &[Value::Int(incident.number())])?
        .iter()
        .map(read)
        .collect()
}

/// Keeps what another node reported.
///
/// # Errors
/// When the database is away or full.
pub fn receive(
    writer: &mut Writer<'_, '_>,
    peer: Id<Peer>,
    (reference, kind, body): (&str, &str, &str),
) -> Result<(), Error> {
    let id: Id<IncidentReport> = writer.new_id();
    let values = [
        Value::Int(id.number()),
        Value::Int(peer.number()),
        Value::Text(reference),
        Value::Text(kind),
        Value::Text(body),
    ];
    writer.send(&RECEIVE, &values)
}

/// What other nodes reported, the last first.
///
/// # Errors
/// When the database is away.
pub fn received(tx: &mut dyn Queries, limit: u32) -> Result<Vec<ReceivedRow>, Error> {
    let read = |row: &Row| {
        let id: Id<IncidentReport> = row.id(0, "incident_received.id")?;
        let name = row.owned(1)?;
        Ok(ReceivedRow {
            at: id.made_at(),
            from: if name.is_empty() { row.owned(2)? } else { name },
            reference: row.owned(3)?,
            kind: row.owned(4)?,
            body: row.owned(5)?,
        })
    };
    tx.rows(&RECEIVED, &[Value::Int(i64::from(limit))])?
        .iter()
        .map(read)
        .collect()
}

/// The hosts of an incident with their sealed addresses.
///
/// # Errors
/// When the database is away.
pub fn addresses(tx: &mut dyn Queries, incident: Id<Incident>, limit: u32) -> Result<Vec<SealedAddress>, Error> {
    let values = [Value::Int(incident.number()), Value::Int(i64::from(limit))];
    let read = |row: &Row| {
        Ok(SealedAddress {
            host: row.id(0, "incident_host.id")?,
            address: row.bytes(1)?.to_vec(),
        })
    };
    tx.rows(&ADDRESSES, &values)?.iter().map(read).collect()
}

/// What the alerts of an incident were found by that is marked more strictly than a colour.
///
/// # Errors
/// When the database is away.
pub fn stricter(
    tx: &mut dyn Queries,
    incident: Id<Incident>,
    than: anlanh_model::Tlp,
    limit: u32,
) -> Result<Vec<String>, Error> {
    let values = [
        Value::Int(incident.number()),
        Value::Int(than.rank()),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&MARKED, &values)?.iter().map(|row| row.owned(0)).collect()
}

fn read(row: &Row) -> Result<ReportRow, Error> {
    let peer: Option<Id<Peer>> = row.optional_id(9, "incident_report.peer")?;
    let named = row.optional_owned(10)?.filter(|name| !name.is_empty());
    let url = row.optional_owned(11)?;
    Ok(ReportRow {
        id: row.id(0, "incident_report.id")?,
        incident: row.id(1, "incident_report.incident")?,
        kind: row.owned(2)?,
        fields: row.owned(3)?,
        written_by: row.id(4, "incident_report.written_by")?,
        writer: row.owned(5)?,
        written_at: row.time(6)?,
        signed: row.optional_owned(7)?.zip(row.optional_time(8)?),
        peer: peer.zip(named.or(url)),
    })
}
