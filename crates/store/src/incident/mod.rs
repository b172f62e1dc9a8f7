//! Incidents, and by what later alerts find the one that they belong to.

pub mod alert;
pub mod clock;
pub mod erase;
pub mod figures;
pub mod hook;
pub mod report;
pub mod share;
pub mod sharing;
pub mod trace;
pub mod work;

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{Id, Incident, IncidentOutcome, IncidentState, Person, Severity, Time, Tlp};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "incident":
    INSERT = "INSERT INTO incident (id, title, state, state_at, severity, reopened, opened_at, first_at, last_at, hits)
              VALUES ($1, $2, $3, $4, $5, 0, $4, $6, $7, $8)";
    SET_TLP = "UPDATE incident SET tlp = $2 WHERE id = $1";
    OWN_TLP = "SELECT tlp FROM incident WHERE id = $1";
    ADD_CAUSE = "INSERT INTO incident_cause (kind, key, incident) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    TOUCH = "UPDATE incident SET hits = hits + $2, first_at = CASE WHEN $3 < first_at THEN $3 ELSE first_at END,
               last_at = CASE WHEN $4 > last_at THEN $4 ELSE last_at END WHERE id = $1";
    UPDATE = "UPDATE incident SET state = $2, state_at = $3, holder = $4, outcome = $5, merged_into = $6, severity = $7, reopened = $8
              WHERE id = $1";
    RECOUNT = "UPDATE incident SET
                 hits = (SELECT CAST(COALESCE(SUM(a.count), 0) AS BIGINT) FROM alert a WHERE a.incident = $1),
                 first_at = (SELECT COALESCE(MIN(a.first_at), incident.first_at) FROM alert a WHERE a.incident = $1),
                 last_at = (SELECT COALESCE(MAX(a.last_at), incident.last_at) FROM alert a WHERE a.incident = $1) WHERE id = $1";
    KEEP_TLP = "UPDATE incident SET tlp = (SELECT MAX(a.tlp) FROM alert a WHERE a.incident = $1)
                WHERE id = $1 AND (tlp IS NULL OR tlp < (SELECT MAX(a.tlp) FROM alert a WHERE a.incident = $1))";
    MOVE_ALL = "UPDATE alert SET incident = $2, grouping = 'hand' WHERE incident = $1";
    MOVE_ONE = "UPDATE alert SET incident = $2, grouping = 'hand' WHERE incident = $1 AND id = $3";
    TAKE_IN = "UPDATE alert SET incident = $2, grouping = 'hand' WHERE incident IS NULL AND id = $1";
    COPY_CAUSES = "INSERT INTO incident_cause (kind, key, incident) SELECT c.kind, c.key, $2 FROM incident_cause c
                   WHERE c.incident = $1 ON CONFLICT DO NOTHING";
    RELEASE = "UPDATE alert SET name = NULL WHERE incident = $1";
    MARK = "INSERT INTO indicator_mark (kind, value, incident, person, at, until)
            SELECT DISTINCT a.listed_kind, a.listed, a.incident, $2, $3, $4 FROM alert a
            WHERE a.incident = $1 AND a.grouping <> 'host' ON CONFLICT (kind, value, incident)
            DO UPDATE SET person = excluded.person, at = excluded.at, until = excluded.until"
          | "INSERT INTO indicator_mark (kind, value, incident, person, at, until)
            SELECT DISTINCT a.listed_kind, a.listed, a.incident, $2::BIGINT, $3::BIGINT, $4::BIGINT FROM alert a
            WHERE a.incident = $1 AND a.grouping <> 'host' ON CONFLICT (kind, value, incident)
            DO UPDATE SET person = excluded.person, at = excluded.at, until = excluded.until";
    MARKED = "SELECT m.incident, s.name, m.at, m.until FROM indicator_mark m JOIN staff s ON s.id = m.person
              WHERE m.kind = $1 AND m.value = $2 AND m.until > $3 ORDER BY m.until DESC LIMIT 1";
    HELD = "SELECT i.id FROM incident i WHERE i.state IN ('working', 'contained') AND i.holder = $1 ORDER BY i.id";
    BY_CAUSE = "SELECT i.id FROM incident_cause c JOIN incident i ON i.id = c.incident
                WHERE c.kind = $1 AND c.key = $2 AND i.state IN ('new', 'triaged', 'working', 'contained')
                  AND i.first_at <= $4 AND i.last_at >= $3 ORDER BY i.id LIMIT 1";
    BY_HOST = "SELECT i.id FROM alert a JOIN incident i ON i.id = a.incident
               WHERE a.host = $1 AND i.state IN ('new', 'triaged', 'working', 'contained')
                 AND i.first_at <= $3 AND i.last_at >= $2 ORDER BY i.id LIMIT 1";
}

/// A list of incidents with all of their columns, and how many alerts and hosts each has.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("incident.", $name),
            concat!(
                "SELECT i.id, i.title, i.state, i.state_at, i.holder, i.outcome, i.merged_into, i.severity, i.reopened, i.opened_at,
                   i.first_at, i.last_at, i.hits, (SELECT COUNT(*) FROM alert a WHERE a.incident = i.id),
                   (SELECT COUNT(DISTINCT a.host) FROM alert a WHERE a.incident = i.id),
                   (SELECT s.name FROM staff s WHERE s.id = i.holder), i.tlp,
                   (SELECT MAX(a.tlp) FROM alert a WHERE a.incident = i.id)
                 FROM incident i ",
                $rest
            ),
        )
    };
}

const LOAD: Statement = select!("LOAD", "WHERE i.id = $1");
const OF_VALUE: Statement = select!(
    "OF_VALUE",
    "WHERE i.id IN (SELECT a.incident FROM alert a WHERE a.listed_kind = $1 AND a.listed = $2) ORDER BY i.id DESC LIMIT $3"
);
const OPEN: Statement = select!(
    "OPEN",
    "WHERE i.state IN ('new', 'triaged', 'working', 'contained') AND (CAST($1 AS BIGINT) = 0 OR i.holder = $1) AND i.id < $2
     AND ($3 = '' OR i.severity = $3) ORDER BY i.id DESC LIMIT $4"
);
const OVER: Statement = select!(
    "OVER",
    "WHERE i.state IN ('closed', 'merged') AND i.id < $1 AND ($2 = '' OR i.severity = $2) ORDER BY i.id DESC LIMIT $3"
);
pub(crate) const LISTS: &[&Statement] = &[&LOAD, &OF_VALUE, &OPEN, &OVER];

/// Which incidents are looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IncidentFilter {
    /// How they stand.
    pub standing: IncidentStanding,
    /// How grave they are; whatever that is where it is none.
    pub severity: Option<Severity>,
}

/// How incidents that are looked through stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum IncidentStanding {
    /// Those that somebody has yet to do something with.
    #[default]
    Open,
    /// Those of them that this person works at.
    Of(Id<Person>),
    /// Those that are over.
    Over,
}

/// An incident as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentRow {
    /// The incident.
    pub incident: Incident,
    /// What people call it: the campaign, or the indicator, that opened it.
    pub title: String,
    /// When it was opened, which is when it was detected.
    pub opened_at: Time,
    /// When the first event of it happened.
    pub first_at: Time,
    /// When the last one did.
    pub last_at: Time,
    /// How many events it has.
    pub hits: u64,
    /// How many alerts they make.
    pub alerts: u64,
    /// How many hosts it concerns.
    pub hosts: u64,
    /// The name of who works at it, or closed it.
    pub holder_name: Option<String>,
    /// How far what it is about goes: the strictest marking of its alerts, and of whoever opened it by hand.
    pub tlp: Tlp,
}

/// By what later alerts find an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause<'c> {
    /// The campaign of an indicator.
    Campaign(&'c str),
    /// An indicator: key of its kind, and its value.
    Indicator(&'c str, &'c str),
}

impl Cause<'_> {
    fn parts(self) -> (&'static str, String) {
        match self {
            Self::Campaign(name) => ("campaign", name.to_owned()),
            Self::Indicator(kind, value) => ("indicator", format!("{kind} {value}")),
        }
    }
}

/// Keeps a new incident.
///
/// # Errors
/// When the database is away or full.
pub fn insert(
    writer: &mut Writer<'_, '_>,
    incident: &Incident,
    title: &str,
    (first_at, last_at): (Time, Time),
    hits: u64,
) -> Result<(), Error> {
    let values = [
        Value::Int(incident.id.number()),
        Value::Text(title),
        Value::Text(incident.state.key()),
        Value::Int(incident.state_at.as_micros()),
        Value::Text(incident.severity.key()),
        Value::Int(first_at.as_micros()),
        Value::Int(last_at.as_micros()),
        Value::Int(i64::try_from(hits).unwrap_or(i64::MAX)),
    ];
    writer.send(&INSERT, &values)
}

/// Notes by what later alerts find an incident.
///
/// # Errors
/// When the database is away or full.
pub fn add_cause(writer: &mut Writer<'_, '_>, id: Id<Incident>, cause: Cause<'_>) -> Result<(), Error> {
    let (kind, key) = cause.parts();
    let values = [Value::Text(kind), Value::Bytes(key.as_bytes()), Value::Int(id.number())];
    writer.send(&ADD_CAUSE, &values)
}

/// Counts events of an incident, which happened between two moments.
///
/// # Errors
/// When the database is away or full.
pub fn touch(
    writer: &mut Writer<'_, '_>,
    id: Id<Incident>,
    hits: u64,
    (first_at, last_at): (Time, Time),
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(i64::try_from(hits).unwrap_or(i64::MAX)),
        Value::Int(first_at.as_micros()),
        Value::Int(last_at.as_micros()),
    ];
    writer.send(&TOUCH, &values)
}

/// Stores where an incident stands.
///
/// # Errors
/// When the database is away or full.
pub fn update(writer: &mut Writer<'_, '_>, incident: &Incident) -> Result<(), Error> {
    let (outcome, into) = match incident.state {
        IncidentState::Closed { outcome, .. } => (Some(outcome.key()), None),
        IncidentState::Merged { into } => (None, Some(into.number())),
        IncidentState::New
        | IncidentState::Triaged
        | IncidentState::Working { .. }
        | IncidentState::Contained { .. } => (None, None),
    };
    let values = [
        Value::Int(incident.id.number()),
        Value::Text(incident.state.key()),
        Value::Int(incident.state_at.as_micros()),
        Value::from(incident.state.holder().map(Id::number)),
        Value::from(outcome),
        Value::from(into),
        Value::Text(incident.severity.key()),
        Value::Int(i64::from(incident.reopened)),
    ];
    writer.send(&UPDATE, &values)
}

/// Counts the events of an incident anew, from its alerts.
///
/// # Errors
/// When the database is away or full.
pub fn recount(writer: &mut Writer<'_, '_>, id: Id<Incident>) -> Result<(), Error> {
    writer.send(&RECOUNT, &[Value::Int(id.number())])
}

/// Puts every alert of an incident into another, with what later alerts find it by.
///
/// # Errors
/// When the database is away or full.
pub fn move_all(writer: &mut Writer<'_, '_>, from: Id<Incident>, into: Id<Incident>) -> Result<(), Error> {
    let values = [Value::Int(from.number()), Value::Int(into.number())];
    writer.send(&COPY_CAUSES, &values)?;
    keep_tlp(writer, from)?;
    writer.send(&MOVE_ALL, &values)?;
    recount(writer, into)
}

/// Puts one alert of an incident into another; false where it is not in the first.
///
/// # Errors
/// When the database is away or full.
pub fn move_alert(
    writer: &mut Writer<'_, '_>,
    (from, into): (Id<Incident>, Id<Incident>),
    alert: Id<anlanh_model::Alert>,
) -> Result<bool, Error> {
    let values = [
        Value::Int(from.number()),
        Value::Int(into.number()),
        Value::Int(alert.number()),
    ];
    keep_tlp(writer, from)?;
    Ok(writer.execute(&MOVE_ONE, &values)? > 0)
}

/// An incident stays marked as it is when alerts leave it: what people wrote of them stays.
fn keep_tlp(writer: &mut Writer<'_, '_>, id: Id<Incident>) -> Result<(), Error> {
    writer.send(&KEEP_TLP, &[Value::Int(id.number())])
}

/// Puts an alert that is in no incident into one; false where it is in one.
///
/// # Errors
/// When the database is away or full.
pub fn take_in(writer: &mut Writer<'_, '_>, into: Id<Incident>, alert: Id<anlanh_model::Alert>) -> Result<bool, Error> {
    let values = [Value::Int(alert.number()), Value::Int(into.number())];
    Ok(writer.execute(&TAKE_IN, &values)? > 0)
}

/// How far an incident may go by itself, whatever its alerts say; none where nobody said.
///
/// # Errors
/// When the database is away, or what it holds is unreadable.
pub fn own_tlp(tx: &mut dyn Queries, id: Id<Incident>) -> Result<Option<Tlp>, Error> {
    let rows = tx.rows(&OWN_TLP, &[Value::Int(id.number())])?;
    let rank = rows.first().map(|row| row.optional_int(0)).transpose()?.flatten();
    rank.map(|rank| Tlp::from_rank(rank).ok_or(Error::unreadable("incident.tlp")))
        .transpose()
}

/// Says how far an incident goes that was opened by hand.
///
/// # Errors
/// When the database is away or full.
pub fn set_tlp(writer: &mut Writer<'_, '_>, id: Id<Incident>, tlp: Tlp) -> Result<(), Error> {
    writer.send(&SET_TLP, &[Value::Int(id.number()), Value::Int(tlp.rank())])
}

/// Lets what comes again be a new alert, because this incident is over.
///
/// # Errors
/// When the database is away or full.
pub fn release(writer: &mut Writer<'_, '_>, id: Id<Incident>) -> Result<(), Error> {
    writer.send(&RELEASE, &[Value::Int(id.number())])
}

/// That a value was found to be wrongly listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedRow {
    /// In which incident.
    pub incident: Id<Incident>,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Time,
    /// Until when it counts.
    pub until: Time,
}

/// Marks what the alerts of an incident were found by as wrongly listed; what came to it by its host alone is not.
///
/// # Errors
/// When the database is away or full.
pub fn mark(writer: &mut Writer<'_, '_>, id: Id<Incident>, by: Id<Person>, until: Time) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Int(by.number()),
        Value::Int(now),
        Value::Int(until.as_micros()),
    ];
    writer.send(&MARK, &values)
}

/// Whether a value is marked as wrongly listed.
///
/// # Errors
/// When the database is away.
pub fn marked(tx: &mut dyn Queries, kind: &str, value: &str, now: Time) -> Result<Option<MarkedRow>, Error> {
    let values = [Value::Text(kind), Value::Text(value), Value::Int(now.as_micros())];
    let row = tx.row(&MARKED, &values)?;
    let read = |row: Row| {
        Ok(MarkedRow {
            incident: row.id(0, "indicator_mark.incident")?,
            by: row.owned(1)?,
            at: row.time(2)?,
            until: row.time(3)?,
        })
    };
    row.map(read).transpose()
}

/// The incidents that somebody works at.
///
/// # Errors
/// When the database is away.
pub fn held_by(tx: &mut dyn Queries, person: Id<Person>) -> Result<Vec<Id<Incident>>, Error> {
    let rows = tx.rows(&HELD, &[Value::Int(person.number())])?;
    rows.iter().map(|row| row.id(0, "incident.id")).collect()
}

/// The oldest open incident of a cause that had events between two moments.
///
/// # Errors
/// When the database is away.
pub fn by_cause(
    tx: &mut dyn Queries,
    cause: Cause<'_>,
    (from, until): (Time, Time),
) -> Result<Option<Id<Incident>>, Error> {
    let (kind, key) = cause.parts();
    let values = [
        Value::Text(kind),
        Value::Bytes(key.as_bytes()),
        Value::Int(from.as_micros()),
        Value::Int(until.as_micros()),
    ];
    let row = tx.row(&BY_CAUSE, &values)?;
    row.map(|row| row.id(0, "incident.id")).transpose()
}

/// The oldest open incident of a host that had events between two moments.
///
/// # Errors
/// When the database is away.
pub fn by_host(
    tx: &mut dyn Queries,
    host: Id<anlanh_model::IncidentHost>,
    (from, until): (Time, Time),
) -> Result<Option<Id<Incident>>, Error> {
    let values = [
        Value::Int(host.number()),
        Value::Int(from.as_micros()),
        Value::Int(until.as_micros()),
    ];
    let row = tx.row(&BY_HOST, &values)?;
    row.map(|row| row.id(0, "incident.id")).transpose()
}

/// One incident.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Incident>) -> Result<Option<IncidentRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.as_ref().map(read).transpose()
}

/// The incidents that a value brought alerts to, newest first.
///
/// # Errors
/// When the database is away.
pub fn of_value(tx: &mut dyn Queries, kind: &str, value: &str, limit: u32) -> Result<Vec<IncidentRow>, Error> {
    let values = [Value::Text(kind), Value::Text(value), Value::Int(i64::from(limit))];
    tx.rows(&OF_VALUE, &values)?.iter().map(read).collect()
}

/// A page of incidents, newest first.
///
/// # Errors
/// When the database is away.
pub fn page(
    tx: &mut dyn Queries,
    filter: IncidentFilter,
    (before, limit): (Option<Id<Incident>>, u32),
) -> Result<Vec<IncidentRow>, Error> {
    let before = Value::Int(before.map_or(i64::MAX, Id::number));
    let limit = Value::Int(i64::from(limit));
    let severity = Value::Text(filter.severity.map_or("", Severity::key));
    let rows = match filter.standing {
        IncidentStanding::Open => tx.rows(&OPEN, &[Value::Int(0), before, severity, limit])?,
        IncidentStanding::Of(person) => tx.rows(&OPEN, &[Value::Int(person.number()), before, severity, limit])?,
        IncidentStanding::Over => tx.rows(&OVER, &[before, severity, limit])?,
    };
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<IncidentRow, Error> {
    Ok(IncidentRow {
        incident: Incident {
            id: row.id(0, "incident.id")?,
            state: state_of(row)?,
            state_at: row.time(3)?,
            severity: row.key(7, "incident.severity", Severity::from_key)?,
            reopened: u32::try_from(row.int(8)?).map_err(|_| Error::unreadable("incident.reopened"))?,
        },
        title: row.owned(1)?,
        opened_at: row.time(9)?,
        first_at: row.time(10)?,
        last_at: row.time(11)?,
        hits: row.int(12)?.unsigned_abs(),
        alerts: row.int(13)?.unsigned_abs(),
        hosts: row.int(14)?.unsigned_abs(),
        holder_name: row.optional_owned(15)?,
        tlp: tlp_of(row)?,
    })
}

/// What nobody marked goes no further than this organisation.
fn tlp_of(row: &Row) -> Result<Tlp, Error> {
    let mut strictest = None;
    for at in [16, 17] {
        let marked = row
            .optional_int(at)?
            .map(|rank| Tlp::from_rank(rank).ok_or(Error::unreadable("incident.tlp")));
        strictest = strictest.max(marked.transpose()?);
    }
    Ok(strictest.unwrap_or(Tlp::AmberStrict))
}

fn state_of(row: &Row) -> Result<IncidentState, Error> {
    let unreadable = || Error::unreadable("incident.state");
    let holder: Option<Id<Person>> = row.optional_id(4, "incident.holder")?;
    let by = || holder.ok_or_else(unreadable);
    Ok(match row.text(2)? {
        "new" => IncidentState::New,
        "triaged" => IncidentState::Triaged,
        "working" => IncidentState::Working { by: by()? },
        "contained" => IncidentState::Contained { by: by()? },
        "closed" => IncidentState::Closed {
            by: by()?,
            outcome: row
                .optional_key(5, "incident.outcome", IncidentOutcome::from_key)?
                .ok_or_else(unreadable)?,
        },
        "merged" => IncidentState::Merged {
            into: row.optional_id(6, "incident.merged_into")?.ok_or_else(unreadable)?,
        },
        _ => return Err(unreadable()),
    })
}
