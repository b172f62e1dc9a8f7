//! Alerts, and the hosts that they are about. What an alert means is not known here.

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{
    Alert, AlertEvent, AlertOrigin, DataSubject, Grouping, Id, Incident, IncidentHost, Indicator, NoHost, Time, Tlp,
};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "alert":
    INSERT = "INSERT INTO alert (id, name, incident, grouping, host, sensor, event, field, listed_kind, listed, source, indicator,
                tlp, campaign, details, origin, count, first_at, last_at, no_host)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    BY_NAME = "SELECT id, incident FROM alert WHERE name = $1";
    REPEAT = "UPDATE alert SET count = count + $2, first_at = CASE WHEN $3 < first_at THEN $3 ELSE first_at END,
                last_at = CASE WHEN $4 > last_at THEN $4 ELSE last_at END WHERE id = $1";
    ADDRESS = "SELECT address FROM incident_host WHERE id = $1";
    HOST = "SELECT id FROM incident_host WHERE name = $1";
    ADD_HOST = "INSERT INTO incident_host (id, name, address) VALUES ($1, $2, $3)";
    COUNT_UP_TO = "SELECT COUNT(*) FROM alert WHERE incident = $1 AND id <= $2";
    COUNT_HOSTS = "SELECT COUNT(DISTINCT host) FROM alert WHERE listed_kind = $1 AND listed = $2";
}

/// A list of alerts with all of their columns.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        ::anlanh_db::Statement::new(
            concat!("alert.", $name),
            concat!(
                "SELECT a.id, a.incident, a.grouping, a.host, h.name, a.sensor, a.event, a.field, a.listed_kind, a.listed, a.source,
                   a.indicator, a.tlp, a.campaign, a.details, a.origin, a.count, a.first_at, a.last_at,
                   a.no_host
                 FROM alert a LEFT JOIN incident_host h ON h.id = a.host ",
                $rest
            ),
        )
    };
}

pub(super) use select;

const OF_INCIDENT: Statement = select!(
    "OF_INCIDENT",
    "WHERE a.incident = $1 AND a.id > $2 ORDER BY a.id LIMIT $3"
);
const LOAD: Statement = select!("LOAD", "WHERE a.id = $1");
const PAGE: Statement = select!(
    "PAGE",
    "WHERE a.id < $1 AND a.tlp <= $2 AND (CAST($3 AS BIGINT) = 0 OR a.incident = $3) AND ($4 = '' OR a.listed = $4)
     ORDER BY a.id DESC LIMIT $5"
);
pub(crate) const LISTS: &[&Statement] = &[&OF_INCIDENT, &LOAD, &PAGE];

/// Which alerts are looked through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlertFilter {
    /// Those of this incident; of any and of none where it is none.
    pub incident: Option<Id<Incident>>,
    /// Those that were found by this; by anything where it is empty.
    pub listed: String,
}

/// An alert to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlert {
    /// A keyed hash of what makes it one.
    pub name: [u8; 32],
    /// Its incident; none where it is muted.
    pub incident: Option<Id<Incident>>,
    /// Why it is there.
    pub grouping: Grouping,
    /// The host it is about, or why it is about none.
    pub host: Result<Id<IncidentHost>, NoHost>,
    /// The sensor that saw it.
    pub sensor: String,
    /// What it saw.
    pub event: AlertEvent,
    /// The field in which the value stood.
    pub field: String,
    /// Key of the kind of what is listed.
    pub listed_kind: String,
    /// What is listed.
    pub listed: String,
    /// Who lists it.
    pub source: String,
    /// The indicator, if the node keeps it.
    pub indicator: Option<Id<Indicator>>,
    /// How far it goes.
    pub tlp: Tlp,
    /// The campaign that it belongs to.
    pub campaign: Option<String>,
    /// What else was seen, sealed.
    pub details: Option<Vec<u8>>,
    /// When it was found.
    pub origin: AlertOrigin,
    /// How often it came.
    pub count: u64,
    /// When first.
    pub first_at: Time,
    /// When last.
    pub last_at: Time,
}

/// How many hosts met a value.
///
/// # Errors
/// When the database is away.
pub fn count_hosts(tx: &mut dyn Queries, kind: &str, value: &str) -> Result<u64, Error> {
    let row = tx.row(&COUNT_HOSTS, &[Value::Text(kind), Value::Text(value)])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// An alert as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRow {
    /// Its id.
    pub id: Id<Alert>,
    /// Its incident; none where it is muted.
    pub incident: Option<Id<Incident>>,
    /// Why it is there.
    pub grouping: Grouping,
    /// The host it is about, and the keyed hash of its address.
    pub host: Option<(Id<IncidentHost>, Vec<u8>)>,
    /// Why it is about none, where that was noted.
    pub no_host: Option<NoHost>,
    /// The sensor that saw it.
    pub sensor: String,
    /// What it saw.
    pub event: AlertEvent,
    /// The field in which the value stood.
    pub field: String,
    /// Key of the kind of what is listed.
    pub listed_kind: String,
    /// What is listed.
    pub listed: String,
    /// Who lists it.
    pub source: String,
    /// The indicator, if the node keeps it.
    pub indicator: Option<Id<Indicator>>,
    /// How far it goes.
    pub tlp: Tlp,
    /// The campaign that it belongs to.
    pub campaign: Option<String>,
    /// What else was seen, sealed.
    pub details: Option<Vec<u8>>,
    /// When it was found.
    pub origin: AlertOrigin,
    /// How often it came.
    pub count: u64,
    /// When first.
    pub first_at: Time,
    /// When last.
    pub last_at: Time,
}

/// An alert that is found by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedAlert {
    /// Its id.
    pub id: Id<Alert>,
    /// Its incident; none where it is muted.
    pub incident: Option<Id<Incident>>,
}

/// Keeps an alert.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, id: Id<Alert>, new: &NewAlert) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Bytes(&new.name),
        Value::from(new.incident.map(Id::number)),
        Value::Text(new.grouping.key()),
        Value::from(new.host.ok().map(Id::number)),
        Value::Text(&new.sensor),
        Value::Text(new.event.key()),
        Value::Text(&new.field),
        Value::Text(&new.listed_kind),
        Value::Text(&new.listed),
        Value::Text(&new.source),
        Value::from(new.indicator.map(Id::number)),
        Value::Int(new.tlp.rank()),
        Value::from(new.campaign.as_deref()),
        Value::from(new.details.as_ref()),
        Value::Text(new.origin.key()),
        Value::Int(i64::try_from(new.count).unwrap_or(i64::MAX)),
        Value::Int(new.first_at.as_micros()),
        Value::Int(new.last_at.as_micros()),
        Value::from(new.host.err().map(NoHost::key)),
    ];
    writer.send(&INSERT, &values)
}

/// The alert with this name, and its incident.
///
/// # Errors
/// When the database is away.
pub fn by_name(tx: &mut dyn Queries, name: &[u8]) -> Result<Option<NamedAlert>, Error> {
    let row = tx.row(&BY_NAME, &[Value::Bytes(name)])?;
    let read = |row: Row| {
        Ok(NamedAlert {
            id: row.id(0, "alert.id")?,
            incident: row.optional_id(1, "alert.incident")?,
        })
    };
    row.map(read).transpose()
}

/// Counts that an alert came again.
///
/// # Errors
/// When the database is away or full.
pub fn repeat(
    writer: &mut Writer<'_, '_>,
    id: Id<Alert>,
    count: u64,
    (first_at, last_at): (Time, Time),
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(i64::try_from(count).unwrap_or(i64::MAX)),
        Value::Int(first_at.as_micros()),
        Value::Int(last_at.as_micros()),
    ];
    writer.send(&REPEAT, &values)
}

/// The host with this keyed hash.
///
/// # Errors
/// When the database is away.
pub fn host(tx: &mut dyn Queries, name: &[u8]) -> Result<Option<Id<IncidentHost>>, Error> {
    let row = tx.row(&HOST, &[Value::Bytes(name)])?;
    row.map(|row| row.id(0, "incident_host.id")).transpose()
}

/// The address of a host, sealed.
///
/// # Errors
/// When the database is away.
pub fn address(tx: &mut dyn Queries, host: Id<IncidentHost>) -> Result<Option<Vec<u8>>, Error> {
    let row = tx.row(&ADDRESS, &[Value::Int(host.number())])?;
    row.map(|row| Ok(row.bytes(0)?.to_vec())).transpose()
}

/// One alert.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Alert>) -> Result<Option<AlertRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.as_ref().map(read).transpose()
}

/// Keeps a host by the keyed hash of its address, with the address sealed.
///
/// # Errors
/// When the database is away or full.
pub fn insert_host(
    writer: &mut Writer<'_, '_>,
    id: Id<IncidentHost>,
    name: &[u8],
    address: &[u8],
) -> Result<(), Error> {
    let values = [Value::Int(id.number()), Value::Bytes(name), Value::Bytes(address)];
    writer.send(&ADD_HOST, &values)
}

/// The number under which the data key of a host is kept: that of the host.
#[must_use]
pub fn subject_of(host: Id<IncidentHost>) -> Id<DataSubject> {
    host.cast()
}

/// At most `limit` alerts of an incident after one, in the order in which they were raised.
///
/// # Errors
/// When the database is away.
pub fn of_incident(
    tx: &mut dyn Queries,
    incident: Id<Incident>,
    (after, limit): (Option<Id<Alert>>, u32),
) -> Result<Vec<AlertRow>, Error> {
    let values = [
        Value::Int(incident.number()),
        Value::Int(after.map_or(-1, Id::number)),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&OF_INCIDENT, &values)?.iter().map(read).collect()
}

/// How many alerts of an incident were raised up to one of them, with that.
///
/// # Errors
/// When the database is away.
pub fn count_up_to(tx: &mut dyn Queries, incident: Id<Incident>, last: Id<Alert>) -> Result<u64, Error> {
    let row = tx.row(
        &COUNT_UP_TO,
        &[Value::Int(incident.number()), Value::Int(last.number())],
    )?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// A page of alerts that go as far as a colour, newest first.
///
/// # Errors
/// When the database is away.
pub fn page(
    tx: &mut dyn Queries,
    filter: &AlertFilter,
    most: Tlp,
    (before, limit): (Option<Id<Alert>>, u32),
) -> Result<Vec<AlertRow>, Error> {
    let values = [
        Value::Int(before.map_or(i64::MAX, Id::number)),
        Value::Int(most.rank()),
        Value::Int(filter.incident.map_or(0, Id::number)),
        Value::Text(&filter.listed),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&PAGE, &values)?.iter().map(read).collect()
}

pub(super) fn read(row: &Row) -> Result<AlertRow, Error> {
    let host: Option<Id<IncidentHost>> = row.optional_id(3, "alert.host")?;
    let name = row.optional_bytes(4)?.map(<[u8]>::to_vec);
    Ok(AlertRow {
        id: row.id(0, "alert.id")?,
        incident: row.optional_id(1, "alert.incident")?,
        grouping: row.key(2, "alert.grouping", Grouping::from_key)?,
        host: host.zip(name),
        sensor: row.owned(5)?,
        event: row.key(6, "alert.event", AlertEvent::from_key)?,
        field: row.owned(7)?,
        listed_kind: row.owned(8)?,
        listed: row.owned(9)?,
        source: row.owned(10)?,
        indicator: row.optional_id(11, "alert.indicator")?,
        tlp: Tlp::from_rank(row.int(12)?).ok_or(Error::unreadable("alert.tlp"))?,
        campaign: row.optional_owned(13)?,
        details: row.optional_bytes(14)?.map(<[u8]>::to_vec),
        origin: row.key(15, "alert.origin", AlertOrigin::from_key)?,
        count: row.int(16)?.unsigned_abs(),
        first_at: row.time(17)?,
        last_at: row.time(18)?,
        no_host: row.optional_key(19, "alert.no_host", NoHost::from_key)?,
    })
}
