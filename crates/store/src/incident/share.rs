//! Messages about incidents that leave for an endpoint, and every attempt to deliver them.

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Incident, IncidentShare, Person, SharingRule, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "incident_share":
    INSERT = "INSERT INTO incident_share (id, incident, sha256, body, person, rule, next_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    DUE = "SELECT s.id, s.body, (SELECT COUNT(*) FROM incident_share_attempt a WHERE a.share = s.id) FROM incident_share s
           WHERE s.next_at <= $1 ORDER BY s.next_at, s.id LIMIT $2";
    ATTEMPT = "INSERT INTO incident_share_attempt (share, number, at, status, answer) VALUES ($1, $2, $3, $4, $5)";
    SET = "UPDATE incident_share SET next_at = $2, acknowledged_at = $3 WHERE id = $1 AND acknowledged_at IS NULL";
    COUNT = "SELECT COUNT(*) FROM incident_share_attempt WHERE share = $1";
    OF = "SELECT incident FROM incident_share WHERE id = $1";
    OF_INCIDENT = "SELECT s.id, s.sha256, p.name, r.name, m.name, f.name, s.next_at, s.acknowledged_at FROM incident_share s
                   LEFT JOIN staff p ON p.id = s.person LEFT JOIN sharing_rule r ON r.id = s.rule
                   LEFT JOIN staff m ON m.id = r.made_by LEFT JOIN staff f ON f.id = r.forced_by
                   WHERE s.incident = $1 ORDER BY s.id LIMIT 100";
    PAGE = "SELECT s.id, s.sha256, p.name, r.name, m.name, f.name, s.next_at, s.acknowledged_at, s.incident FROM incident_share s
            LEFT JOIN staff p ON p.id = s.person LEFT JOIN sharing_rule r ON r.id = s.rule
            LEFT JOIN staff m ON m.id = r.made_by LEFT JOIN staff f ON f.id = r.forced_by
            WHERE s.id < $1 AND (CAST($2 AS BIGINT) = 0 OR s.incident = $2) ORDER BY s.id DESC LIMIT $3";
    ATTEMPTS = "SELECT at, status, answer FROM incident_share_attempt WHERE share = $1 ORDER BY number LIMIT 100";
}

/// A message that is to be delivered now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueShare {
    /// Its id.
    pub id: Id<IncidentShare>,
    /// The bytes.
    pub body: Vec<u8>,
    /// How often it was tried.
    pub attempts: u32,
}

/// An attempt to deliver a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRow {
    /// When.
    pub at: Time,
    /// The HTTP status; none where nothing was answered.
    pub status: Option<u16>,
    /// The beginning of the answer, or why there was none.
    pub answer: String,
}

/// A rule by which a message left, by its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleNames {
    /// Its name.
    pub name: String,
    /// Who made it.
    pub made_by: String,
    /// Who put it in force.
    pub forced_by: String,
}

/// By whom a message leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// A person, who looked at it.
    Person(Id<Person>),
    /// A rule, when its time came.
    Rule(Id<SharingRule>),
    /// A rule, and a person who did not wait.
    Early(Id<SharingRule>, Id<Person>),
}

impl Sender {
    /// The person, if there is one.
    #[must_use]
    pub const fn person(self) -> Option<Id<Person>> {
        match self {
            Self::Person(person) | Self::Early(_, person) => Some(person),
            Self::Rule(_) => None,
        }
    }

    /// The rule, if there is one.
    #[must_use]
    pub const fn rule(self) -> Option<Id<SharingRule>> {
        match self {
            Self::Person(_) => None,
            Self::Rule(rule) | Self::Early(rule, _) => Some(rule),
        }
    }
}

/// A message in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareRow {
    /// Its id.
    pub id: Id<IncidentShare>,
    /// SHA-256 of its bytes.
    pub sha256: Vec<u8>,
    /// Who had it sent; none where a rule alone did.
    pub by: Option<String>,
    /// The rule by which it was sent, where it was.
    pub rule: Option<RuleNames>,
    /// When it is tried again; none where it was taken or given up.
    pub next_at: Option<Time>,
    /// When it was taken.
    pub acknowledged_at: Option<Time>,
    /// The attempts.
    pub attempts: Vec<AttemptRow>,
}

/// Keeps a message to be delivered from now on.
///
/// # Errors
/// When the database is away or full.
pub fn insert(
    writer: &mut Writer<'_, '_>,
    (id, incident): (Id<IncidentShare>, Id<Incident>),
    (sha256, body): (&[u8], &[u8]),
    by: Sender,
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(incident.number()),
        Value::Bytes(sha256),
        Value::Bytes(body),
        Value::from(by.person().map(Id::number)),
        Value::from(by.rule().map(Id::number)),
        Value::Int(writer.now().as_micros()),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(())
}

/// At most `limit` messages that are to be delivered by now.
///
/// # Errors
/// When the database is away.
pub fn due(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<DueShare>, Error> {
    let read = |row: &Row| {
        Ok(DueShare {
            id: row.id(0, "incident_share.id")?,
            body: row.bytes(1)?.to_vec(),
            attempts: u32::try_from(row.int(2)?).map_err(|_| Error::unreadable("incident_share_attempt.number"))?,
        })
    };
    let values = [Value::Int(now.as_micros()), Value::Int(i64::from(limit))];
    tx.rows(&DUE, &values)?.iter().map(read).collect()
}

/// Notes an attempt, and when the message is tried again, or that it was taken; with neither it is given up.
///
/// # Errors
/// When the database is away or full.
pub fn attempted(
    writer: &mut Writer<'_, '_>,
    id: Id<IncidentShare>,
    (status, answer): (Option<u16>, &str),
    (next_at, acknowledged_at): (Option<Time>, Option<Time>),
) -> Result<(), Error> {
    let count = writer.row(&COUNT, &[Value::Int(id.number())])?;
    let count = count.map_or(Ok(0), |row| row.int(0))?;
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Int(count.saturating_add(1)),
        Value::Int(now),
        Value::from(status.map(i64::from)),
        Value::Text(answer),
    ];
    writer.send(&ATTEMPT, &values)?;
    let values = [
        Value::Int(id.number()),
        Value::from(next_at.map(Time::as_micros)),
        Value::from(acknowledged_at.map(Time::as_micros)),
    ];
    writer.send(&SET, &values)
}

/// The incident that a message is about.
///
/// # Errors
/// When the database is away.
pub fn incident_of(tx: &mut dyn Queries, id: Id<IncidentShare>) -> Result<Option<Id<Incident>>, Error> {
    let row = tx.row(&OF, &[Value::Int(id.number())])?;
    row.map(|row| row.id(0, "incident_share.incident")).transpose()
}

/// The ledger of an incident, up to 100 messages of up to 100 attempts.
///
/// # Errors
/// When the database is away.
pub fn of_incident(tx: &mut dyn Queries, incident: Id<Incident>) -> Result<Vec<ShareRow>, Error> {
    let rows = tx.rows(&OF_INCIDENT, &[Value::Int(incident.number())])?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// A page of the ledger before a message, the newest first, each with its incident: of one incident, or of all.
///
/// # Errors
/// When the database is away.
pub fn page(
    tx: &mut dyn Queries,
    of: Option<Id<Incident>>,
    (before, limit): (Option<Id<IncidentShare>>, u32),
) -> Result<Vec<(Id<Incident>, ShareRow)>, Error> {
    let values = [
        Value::Int(before.map_or(i64::MAX, Id::number)),
        Value::Int(of.map_or(0, Id::number)),
        Value::Int(i64::from(limit)),
    ];
    let rows = tx.rows(&PAGE, &values)?;
    let one = |row: &Row| Ok((row.id(8, "incident_share.incident")?, read(tx, row)?));
    rows.iter().map(one).collect()
}

fn read(tx: &mut dyn Queries, row: &Row) -> Result<ShareRow, Error> {
    let id: Id<IncidentShare> = row.id(0, "incident_share.id")?;
    let attempt = |row: &Row| {
        let status = row.optional_int(1)?.map(u16::try_from).transpose();
        Ok(AttemptRow {
            at: row.time(0)?,
            status: status.map_err(|_| Error::unreadable("incident_share_attempt.status"))?,
            answer: row.owned(2)?,
        })
    };
    let attempts = tx.rows(&ATTEMPTS, &[Value::Int(id.number())])?;
    let attempts: Result<Vec<AttemptRow>, Error> = attempts.iter().map(attempt).collect();
    Ok(ShareRow {
        id,
        sha256: row.bytes(1)?.to_vec(),
        by: row.optional_owned(2)?,
        rule: names_of(row)?,
        next_at: row.optional_time(6)?,
        acknowledged_at: row.optional_time(7)?,
        attempts: attempts?,
    })
}

fn names_of(row: &Row) -> Result<Option<RuleNames>, Error> {
    let (name, made_by, forced_by) = (row.optional_owned(3)?, row.optional_owned(4)?, row.optional_owned(5)?);
    Ok(name
        .zip(made_by)
        .zip(forced_by)
        .map(|((name, made_by), forced_by)| RuleNames {
            name,
            made_by,
            forced_by,
        }))
}
