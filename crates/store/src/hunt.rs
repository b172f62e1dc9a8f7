//! Hunts through kept events, and what they found.

use anlanh_db::{Row, Value};
use anlanh_model::{Hunt, HuntState, Id, Incident, Person, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "hunt":
    INSERT = "INSERT INTO hunt (id, person, reason, wanted, from_at, to_at, sensor, state, asked_at, blocks, blocks_read, hits,
                hits_left_out) VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8, 0, 0, 0, 0)";
    LOAD = "SELECT hunt.id, hunt.person, staff.name, hunt.reason, hunt.wanted, hunt.from_at, hunt.to_at, hunt.sensor, hunt.state,
              hunt.asked_at, hunt.begun_at, hunt.ended_at, hunt.blocks, hunt.blocks_read, hunt.hits, hunt.hits_left_out,
              (SELECT COUNT(*) FROM hunt_row WHERE hunt_row.hunt = hunt.id)
            FROM hunt JOIN staff ON staff.id = hunt.person WHERE hunt.id = $1";
    PAGE = "SELECT hunt.id, hunt.person, staff.name, hunt.reason, hunt.wanted, hunt.from_at, hunt.to_at, hunt.sensor, hunt.state,
              hunt.asked_at, hunt.begun_at, hunt.ended_at, hunt.blocks, hunt.blocks_read, hunt.hits, hunt.hits_left_out,
              (SELECT COUNT(*) FROM hunt_row WHERE hunt_row.hunt = hunt.id)
            FROM hunt JOIN staff ON staff.id = hunt.person WHERE hunt.id < $1 ORDER BY hunt.id DESC LIMIT $2";
    WAITING = "SELECT id FROM hunt WHERE ended_at IS NULL ORDER BY id LIMIT $1";
    BEGIN = "UPDATE hunt SET state = 'running', begun_at = $2 WHERE id = $1 AND state = 'queued'";
    END = "UPDATE hunt SET state = $2, ended_at = $3, blocks = $4, blocks_read = $5, hits = $6, hits_left_out = $7
           WHERE id = $1 AND ended_at IS NULL";
    INSERT_ROW = "INSERT INTO hunt_row (hunt, number, kind, listed, sensor, token, count, first_at, last_at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    ROWS = "SELECT number, kind, listed, sensor, token, count, first_at, last_at, raised_at FROM hunt_row
            WHERE hunt = $1 AND number > $2 ORDER BY number LIMIT $3";
    FOUND = "SELECT listed, COUNT(*), CAST(SUM(count) AS BIGINT),
               CAST(SUM(CASE WHEN token IS NULL THEN 1 ELSE 0 END) AS BIGINT) FROM hunt_row WHERE hunt = $1 GROUP BY listed";
    TOKENS = "SELECT token, MIN(first_at), COUNT(*) FROM hunt_row WHERE hunt = $1 AND token IS NOT NULL GROUP BY token";
    RAISE = "UPDATE hunt_row SET raised_at = $3 WHERE hunt = $1 AND number = $2 AND raised_at IS NULL";
    ADD_INCIDENT = "INSERT INTO hunt_incident (hunt, incident) VALUES ($1, $2) ON CONFLICT (hunt, incident) DO NOTHING";
    INCIDENTS = "SELECT incident FROM hunt_incident WHERE hunt = $1 ORDER BY incident";
    OLD = "SELECT id FROM hunt WHERE ended_at < $1 AND (CAST($2 AS BIGINT) = 1) =
             EXISTS (SELECT 1 FROM hunt_row WHERE hunt_row.hunt = hunt.id) ORDER BY ended_at LIMIT $3";
    DELETE_INCIDENTS = "DELETE FROM hunt_incident WHERE hunt = $1";
    DELETE_ROWS = "DELETE FROM hunt_row WHERE hunt = $1";
    DELETE = "DELETE FROM hunt WHERE id = $1";
}

/// A hunt to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHunt {
    /// Who asks for it.
    pub person: Id<Person>,
    /// Why.
    pub reason: String,
    /// What is looked for, a value a line.
    pub wanted: String,
    /// The first moment that is looked at.
    pub from: Time,
    /// The first moment after the last that is.
    pub to: Time,
    /// The number of the sensor whose events are looked at; none where all are.
    pub sensor: Option<u32>,
}

/// A hunt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HuntRow {
    /// Its id.
    pub id: Id<Hunt>,
    /// What was asked.
    pub asked: NewHunt,
    /// Who asked, by name.
    pub person_name: String,
    /// How it stands.
    pub state: HuntState,
    /// When it was asked for.
    pub asked_at: Time,
    /// When the node began with it.
    pub begun_at: Option<Time>,
    /// When it came to its end.
    pub ended_at: Option<Time>,
    /// How it ended.
    pub result: HuntResult,
    /// How many rows it found.
    pub rows: u64,
}

/// What a hunt cost and found, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HuntResult {
    /// Blocks of events that were looked at.
    pub blocks: u64,
    /// Of these, those that were read.
    pub read: u64,
    /// Hits.
    pub hits: u64,
    /// Of these, those that are in no row.
    pub left_out: u64,
}

/// What was found of one value: at one host of a day, or at none that is known, by one sensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRow {
    /// Key of the kind of what was looked for.
    pub kind: String,
    /// What was looked for: the value that was seen, a name above it, or a network around it.
    pub listed: String,
    /// The number of the sensor.
    pub sensor: u32,
    /// The token of the host, of the day of the events.
    pub token: Option<String>,
    /// How often.
    pub count: u64,
    /// When first.
    pub first_at: Time,
    /// When last.
    pub last_at: Time,
}

/// The same, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundKept {
    /// Its number in its hunt, from 1.
    pub number: u32,
    /// What was found.
    pub found: FoundRow,
    /// When it was put into an incident.
    pub raised_at: Option<Time>,
}

/// Keeps that somebody asks for a hunt.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, new: &NewHunt) -> Result<Id<Hunt>, Error> {
    let id: Id<Hunt> = writer.new_id();
    let values = [
        Value::Int(id.number()),
        Value::Int(new.person.number()),
        Value::Text(&new.reason),
        Value::Text(&new.wanted),
        Value::Int(new.from.as_micros()),
        Value::Int(new.to.as_micros()),
        new.sensor.map_or(Value::Null, |number| Value::Int(number.into())),
        Value::Int(writer.now().as_micros()),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(id)
}

/// A hunt.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Hunt>) -> Result<Option<HuntRow>, Error> {
    tx.row(&LOAD, &[Value::Int(id.number())])?
        .as_ref()
        .map(read)
        .transpose()
}

/// Hunts before one, newest first.
///
/// # Errors
/// When the database is away.
pub fn page(tx: &mut dyn Queries, before: Option<Id<Hunt>>, limit: u32) -> Result<Vec<HuntRow>, Error> {
    let before = Value::Int(before.map_or(i64::MAX, Id::number));
    tx.rows(&PAGE, &[before, Value::Int(limit.into())])?
        .iter()
        .map(read)
        .collect()
}

/// Hunts that have not come to their end, oldest first.
///
/// # Errors
/// When the database is away.
pub fn waiting(tx: &mut dyn Queries, limit: u32) -> Result<Vec<Id<Hunt>>, Error> {
    let rows = tx.rows(&WAITING, &[Value::Int(limit.into())])?;
    rows.iter().map(|row| row.id(0, "hunt.id")).collect()
}

/// Notes that the node begins; false where it had begun, or it is over.
///
/// # Errors
/// When the database is away or full.
pub fn begin(writer: &mut Writer<'_, '_>, id: Id<Hunt>) -> Result<bool, Error> {
    let now = Value::Int(writer.now().as_micros());
    Ok(writer.execute(&BEGIN, &[Value::Int(id.number()), now])? > 0)
}

/// Notes how a hunt ended; false where it is over.
///
/// # Errors
/// When the database is away or full.
pub fn end(writer: &mut Writer<'_, '_>, id: Id<Hunt>, state: HuntState, result: HuntResult) -> Result<bool, Error> {
    let count = |number: u64| Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
    let values = [
        Value::Int(id.number()),
        Value::Text(state.key()),
        Value::Int(writer.now().as_micros()),
        count(result.blocks),
        count(result.read),
        count(result.hits),
        count(result.left_out),
    ];
    Ok(writer.execute(&END, &values)? > 0)
}

/// Keeps what a hunt found.
///
/// # Errors
/// When the database is away or full.
pub fn add_rows(writer: &mut Writer<'_, '_>, id: Id<Hunt>, rows: &[FoundRow]) -> Result<(), Error> {
    for (number, row) in (1..).zip(rows) {
        let values = [
            Value::Int(id.number()),
            Value::Int(number),
            Value::Text(&row.kind),
            Value::Text(&row.listed),
            Value::Int(row.sensor.into()),
            row.token.as_deref().map_or(Value::Null, Value::Text),
            Value::Int(i64::try_from(row.count).unwrap_or(i64::MAX)),
            Value::Int(row.first_at.as_micros()),
            Value::Int(row.last_at.as_micros()),
        ];
        writer.send(&INSERT_ROW, &values)?;
    }
    Ok(())
}

/// Rows of a hunt after one, in order.
///
/// # Errors
/// When the database is away.
pub fn rows(tx: &mut dyn Queries, id: Id<Hunt>, after: u32, limit: u32) -> Result<Vec<FoundKept>, Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(after.into()),
        Value::Int(limit.into()),
    ];
    let number = |row: &Row, at: usize| u32::try_from(row.int(at)?).map_err(|_| Error::unreadable("hunt_row.number"));
    let read = |row: &Row| {
        Ok(FoundKept {
            number: number(row, 0)?,
            found: FoundRow {
                kind: row.owned(1)?,
                listed: row.owned(2)?,
                sensor: number(row, 3)?,
                token: row.optional_owned(4)?,
                count: row.int(5)?.unsigned_abs(),
                first_at: row.time(6)?,
                last_at: row.time(7)?,
            },
            raised_at: row.optional_time(8)?,
        })
    };
    tx.rows(&ROWS, &values)?.iter().map(read).collect()
}

/// What was found of one value, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSum {
    /// What was looked for.
    pub listed: String,
    /// Rows of it.
    pub rows: u64,
    /// How often it is in them.
    pub hits: u64,
    /// Those of the rows that have no token of a host.
    pub unnamed: u64,
}

/// What of a hunt's values was found, each once, in numbers.
///
/// # Errors
/// When the database is away.
pub fn found(tx: &mut dyn Queries, id: Id<Hunt>) -> Result<Vec<FoundSum>, Error> {
    let read = |row: &Row| {
        Ok(FoundSum {
            listed: row.owned(0)?,
            rows: row.int(1)?.unsigned_abs(),
            hits: row.int(2)?.unsigned_abs(),
            unnamed: row.int(3)?.unsigned_abs(),
        })
    };
    tx.rows(&FOUND, &[Value::Int(id.number())])?.iter().map(read).collect()
}

/// The tokens of hosts in a hunt's rows, each with a moment of its day and how many rows have it.
///
/// # Errors
/// When the database is away.
pub fn tokens(tx: &mut dyn Queries, id: Id<Hunt>) -> Result<Vec<(String, Time, u64)>, Error> {
    let read = |row: &Row| Ok((row.owned(0)?, row.time(1)?, row.int(2)?.unsigned_abs()));
    tx.rows(&TOKENS, &[Value::Int(id.number())])?.iter().map(read).collect()
}

/// Notes that a row was put into an incident; false where it was before.
///
/// # Errors
/// When the database is away or full.
pub fn raise(writer: &mut Writer<'_, '_>, id: Id<Hunt>, number: u32) -> Result<bool, Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(number.into()),
        Value::Int(writer.now().as_micros()),
    ];
    Ok(writer.execute(&RAISE, &values)? > 0)
}

/// Notes that what a hunt found is in an incident.
///
/// # Errors
/// When the database is away or full.
pub fn add_incident(writer: &mut Writer<'_, '_>, id: Id<Hunt>, incident: Id<Incident>) -> Result<(), Error> {
    writer.execute(&ADD_INCIDENT, &[Value::Int(id.number()), Value::Int(incident.number())])?;
    Ok(())
}

/// The incidents in which is what a hunt found.
///
/// # Errors
/// When the database is away.
pub fn incidents(tx: &mut dyn Queries, id: Id<Hunt>) -> Result<Vec<Id<Incident>>, Error> {
    let rows = tx.rows(&INCIDENTS, &[Value::Int(id.number())])?;
    rows.iter().map(|row| row.id(0, "hunt_incident.incident")).collect()
}

/// Whether a hunt found something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Luck {
    /// It found something.
    Found,
    /// It did not.
    Nothing,
}

/// Hunts of a kind that ended before a moment, oldest first.
///
/// # Errors
/// When the database is away.
pub fn old(tx: &mut dyn Queries, before: Time, luck: Luck, limit: u32) -> Result<Vec<Id<Hunt>>, Error> {
    let luck = match luck {
        Luck::Found => 1,
        Luck::Nothing => 0,
    };
    let values = [
        Value::Int(before.as_micros()),
        Value::Int(luck),
        Value::Int(limit.into()),
    ];
    let rows = tx.rows(&OLD, &values)?;
    rows.iter().map(|row| row.id(0, "hunt.id")).collect()
}

/// Forgets a hunt with all that it found.
///
/// # Errors
/// When the database is away or full.
pub fn delete(writer: &mut Writer<'_, '_>, id: Id<Hunt>) -> Result<(), Error> {
    for statement in [&DELETE_INCIDENTS, &DELETE_ROWS, &DELETE] {
        writer.execute(statement, &[Value::Int(id.number())])?;
    }
    Ok(())
}

fn read(row: &Row) -> Result<HuntRow, Error> {
    let count = |at: usize| row.int(at).map(i64::unsigned_abs);
    let sensor = row.optional_int(7)?;
    Ok(HuntRow {
        id: row.id(0, "hunt.id")?,
        asked: NewHunt {
            person: row.id(1, "hunt.person")?,
            reason: row.owned(3)?,
            wanted: row.owned(4)?,
            from: row.time(5)?,
            to: row.time(6)?,
            sensor: sensor
                .map(u32::try_from)
                .transpose()
                .map_err(|_| Error::unreadable("hunt.sensor"))?,
        },
        person_name: row.owned(2)?,
        state: row.key(8, "hunt.state", HuntState::from_key)?,
        asked_at: row.time(9)?,
        begun_at: row.optional_time(10)?,
        ended_at: row.optional_time(11)?,
        result: HuntResult {
            blocks: count(12)?,
            read: count(13)?,
            hits: count(14)?,
            left_out: count(15)?,
        },
        rows: count(16)?,
    })
}
