//! Collections of other servers that indicators are pushed to, and what was pushed of each indicator. What an object says is not
//! known here.

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{DataSubject, Id, Indicator, Push, PushState, PushedState, Time, Tlp};

use crate::row::{Columns, sealed_columns};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "push":
    INSERT = "INSERT INTO push (id, name, url, kinds, tlp, confidence, state, state_at, created_at, settings_at, next_at, position,
                failures, refused)
              VALUES ($1, $2, $3, $4, $5, $6, 'active', $7, $7, $7, $7, 0, 0, 0)";
    SETTINGS = "UPDATE push SET name = $2, url = $3, kinds = $4, tlp = $5, confidence = $6, settings_at = $7, next_at = $7,
                position = 0, failures = 0, failure = NULL WHERE id = $1";
    SET_SECRET = "UPDATE push SET secret_subject = $2, secret = $3 WHERE id = $1";
    SET_STATE = "UPDATE push SET state = $2, state_at = $3, next_at = $3 WHERE id = $1";
    AGAIN = "UPDATE push SET position = 0, refused = 0, why = NULL, status = NULL, status_at = NULL, next_at = $2, failures = 0,
             failure = NULL WHERE id = $1";
    FORGET_OBJECTS = "DELETE FROM push_object WHERE push = $1";
    FAILED = "UPDATE push SET failures = failures + 1, failure = $2, next_at = $3 WHERE id = $1";
    GONE_ON = "UPDATE push SET position = $2, status = $3, status_at = $4, failures = 0, failure = NULL, told_at = COALESCE($5, told_at),
               next_at = $6 WHERE id = $1";
    COMPLETE = "UPDATE push SET status = NULL, status_at = NULL, failures = 0, failure = NULL, next_at = $2 WHERE id = $1";
    NOTE_REFUSED = "UPDATE push SET refused = refused + $2, why = COALESCE($3, why) WHERE id = $1";
    KEEP_OBJECT = "INSERT INTO push_object (push, indicator, object, generation, modified, stamp, state)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)
                   ON CONFLICT (push, indicator) DO UPDATE SET object = excluded.object, generation = excluded.generation,
                     modified = excluded.modified, stamp = excluded.stamp, state = excluded.state";
    REFUSE_OBJECT = "UPDATE push_object SET state = 'refused' WHERE push = $1 AND object = $2 AND state = 'live'";
    OBJECT = "SELECT object, generation, modified, stamp, state FROM push_object WHERE push = $1 AND indicator = $2";
    LOOK_AGAIN = "UPDATE push SET position = 0 WHERE state <> 'removed'";
    COUNT = "SELECT COUNT(*) FROM push_object WHERE push = $1 AND state = 'live'";
}

/// A list of pushes with all of their columns.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("push.", $name),
            concat!(
                "SELECT id, name, url, kinds, tlp, confidence, secret_subject, secret, state, state_at, created_at, settings_at,
                   next_at, position, status, status_at, failures, failure, told_at, refused, why FROM push ",
                $rest
            ),
        )
    };
}

const LOAD: Statement = select!("LOAD", "WHERE id = $1");
const LIST: Statement = select!("LIST", "WHERE state <> 'removed' ORDER BY name, id");
// Where nothing changed there is nothing to push.
const DUE: Statement = select!(
    "DUE",
    "WHERE state = 'active' AND next_at <= $1
       AND (status IS NOT NULL OR position < (SELECT COALESCE(MAX(change), 0) FROM indicator)) ORDER BY next_at LIMIT $2"
);
const IDLE: Statement = select!(
    "IDLE",
    "WHERE state = 'active' AND next_at <= $1 AND status IS NULL ORDER BY id"
);
pub(crate) const LISTS: &[&Statement] = &[&LOAD, &LIST, &DUE, &IDLE];

/// What somebody set of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushSettings {
    /// What people call it.
    pub name: String,
    /// The address of the collection.
    pub url: String,
    /// Keys of the kinds that are pushed; every one where there is none.
    pub kinds: Vec<String>,
    /// The strictest marking of what is pushed.
    pub tlp: Tlp,
    /// How sure one is of what is pushed, at least.
    pub confidence: u8,
}

/// A push, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushRow {
    /// Its id.
    pub id: Id<Push>,
    /// What was set.
    pub settings: PushSettings,
    /// Whose data key seals its credentials, and these, where it has some.
    pub secret: Option<(Id<DataSubject>, Vec<u8>)>,
    /// How it stands.
    pub state: PushState,
    /// Since when.
    pub state_at: Time,
    /// When it was added.
    pub created_at: Time,
    /// When it was last set what is pushed.
    pub settings_at: Time,
    /// When it goes on.
    pub next_at: Time,
    /// The change of an indicator up to which all was looked at.
    pub position: i64,
    /// The status of the other side that is not complete, and since when.
    pub status: Option<(String, Time)>,
    /// How often it failed in a row.
    pub failures: u32,
    /// Why it failed last.
    pub failure: Option<String>,
    /// When something was last taken by the other side.
    pub told_at: Option<Time>,
    /// How many objects the other side did not take.
    pub refused: u64,
    /// Why, of the last of them.
    pub why: Option<String>,
}

/// What was pushed of an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedRow {
    /// Id of the object.
    pub object: String,
    /// Which one it is: what is revoked does not come back, another one does.
    pub generation: i64,
    /// Its version.
    pub modified: Time,
    /// What changes when anything of it does.
    pub stamp: i64,
    /// How it stands there.
    pub state: PushedState,
}

fn settings_of<'v>(id: Id<Push>, settings: &'v PushSettings, kinds: &'v str, now: Time) -> [Value<'v>; 7] {
    [
        Value::Int(id.number()),
        Value::Text(&settings.name),
        Value::Text(&settings.url),
        Value::Text(kinds),
        Value::Int(settings.tlp.rank()),
        Value::Int(i64::from(settings.confidence)),
        Value::Int(now.as_micros()),
    ]
}

/// Keeps a new push, which begins at once.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, settings: &PushSettings) -> Result<Id<Push>, Error> {
    let id: Id<Push> = writer.new_id();
    let (kinds, now) = (settings.kinds.join(" "), writer.now());
    writer.execute(&INSERT, &settings_of(id, settings, &kinds, now))?;
    Ok(id)
}

/// Sets a push otherwise. All indicators are looked at anew.
///
/// # Errors
/// When the database is away or full.
pub fn change(writer: &mut Writer<'_, '_>, id: Id<Push>, settings: &PushSettings) -> Result<(), Error> {
    let (kinds, now) = (settings.kinds.join(" "), writer.now());
    writer.execute(&SETTINGS, &settings_of(id, settings, &kinds, now))?;
    Ok(())
}

/// Keeps the sealed credentials of a push, or none.
///
/// # Errors
/// When the database is away or full.
pub fn set_secret(
    writer: &mut Writer<'_, '_>,
    id: Id<Push>,
    secret: Option<(Id<DataSubject>, &[u8])>,
) -> Result<(), Error> {
    writer.execute(&SET_SECRET, &sealed_columns(id.number(), secret))?;
    Ok(())
}

/// Sets how a push stands.
///
/// # Errors
/// When the database is away or full.
pub fn set_state(writer: &mut Writer<'_, '_>, id: Id<Push>, state: PushState) -> Result<(), Error> {
    let now = Value::Int(writer.now().as_micros());
    writer.execute(&SET_STATE, &[Value::Int(id.number()), Value::Text(state.key()), now])?;
    Ok(())
}

/// Has everything pushed anew, as if nothing had been.
///
/// # Errors
/// When the database is away or full.
pub fn forget(writer: &mut Writer<'_, '_>, id: Id<Push>) -> Result<(), Error> {
    writer.execute(&FORGET_OBJECTS, &[Value::Int(id.number())])?;
    let now = Value::Int(writer.now().as_micros());
    writer.execute(&AGAIN, &[Value::Int(id.number()), now])?;
    Ok(())
}

/// One push, also one that was removed.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Push>) -> Result<Option<PushRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.as_ref().map(read).transpose()
}

/// Every push that was not removed, by name.
///
/// # Errors
/// When the database is away.
pub fn list(tx: &mut dyn Queries) -> Result<Vec<PushRow>, Error> {
    tx.rows(&LIST, &[])?.iter().map(read).collect()
}

/// At most `limit` pushes that have something to do now.
///
/// # Errors
/// When the database is away.
pub fn due(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<PushRow>, Error> {
    let values = [Value::Int(now.as_micros()), Value::Int(i64::from(limit))];
    tx.rows(&DUE, &values)?.iter().map(read).collect()
}

/// The pushes that could go on now, and wait for nothing.
///
/// # Errors
/// When the database is away.
pub fn idle(tx: &mut dyn Queries, now: Time) -> Result<Vec<PushRow>, Error> {
    tx.rows(&IDLE, &[Value::Int(now.as_micros())])?
        .iter()
        .map(read)
        .collect()
}

/// Has every push look at all indicators anew; what is there as it should be is not sent again.
///
/// # Errors
/// When the database is away or full.
pub fn look_again(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    writer.execute(&LOOK_AGAIN, &[])?;
    Ok(())
}

/// Notes that a push failed, and when it is tried again.
///
/// # Errors
/// When the database is away or full.
pub fn failed(writer: &mut Writer<'_, '_>, id: Id<Push>, why: &str, next_at: Time) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Text(why),
        Value::Int(next_at.as_micros()),
    ];
    writer.execute(&FAILED, &values)?;
    Ok(())
}

/// Notes up to which change everything was looked at, whether the other side took something, and which of its statuses is not
/// complete.
///
/// # Errors
/// When the database is away or full.
pub fn gone_on(
    writer: &mut Writer<'_, '_>,
    id: Id<Push>,
    position: i64,
    (told_at, status): (Option<Time>, Option<&str>),
) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Int(position),
        Value::from(status),
        Value::from(status.map(|_| now)),
        Value::from(told_at.map(Time::as_micros)),
        Value::Int(now),
    ];
    writer.execute(&GONE_ON, &values)?;
    Ok(())
}

/// Notes that no status of the other side is open any more.
///
/// # Errors
/// When the database is away or full.
pub fn complete(writer: &mut Writer<'_, '_>, id: Id<Push>) -> Result<(), Error> {
    let now = Value::Int(writer.now().as_micros());
    writer.execute(&COMPLETE, &[Value::Int(id.number()), now])?;
    Ok(())
}

/// Notes objects that the other side did not take, how many there were in all, and why.
///
/// # Errors
/// When the database is away or full.
pub fn note_refused(
    writer: &mut Writer<'_, '_>,
    id: Id<Push>,
    objects: &[String],
    (count, why): (u64, Option<&str>),
) -> Result<(), Error> {
    for object in objects {
        writer.execute(&REFUSE_OBJECT, &[Value::Int(id.number()), Value::Text(object)])?;
    }
    let count = Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
    writer.execute(&NOTE_REFUSED, &[Value::Int(id.number()), count, Value::from(why)])?;
    Ok(())
}

/// Keeps what was pushed of an indicator.
///
/// # Errors
/// When the database is away or full.
pub fn keep_object(
    writer: &mut Writer<'_, '_>,
    (id, indicator): (Id<Push>, Id<Indicator>),
    row: &PushedRow,
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(indicator.number()),
        Value::Text(&row.object),
        Value::Int(row.generation),
        Value::Int(row.modified.as_micros()),
        Value::Int(row.stamp),
        Value::Text(row.state.key()),
    ];
    writer.send(&KEEP_OBJECT, &values)
}

/// What was pushed of an indicator.
///
/// # Errors
/// When the database is away.
pub fn object(tx: &mut dyn Queries, id: Id<Push>, indicator: Id<Indicator>) -> Result<Option<PushedRow>, Error> {
    let row = tx.row(&OBJECT, &[Value::Int(id.number()), Value::Int(indicator.number())])?;
    let read = |row: Row| {
        Ok(PushedRow {
            object: row.owned(0)?,
            generation: row.int(1)?,
            modified: row.time(2)?,
            stamp: row.int(3)?,
            state: row.key(4, "push_object.state", PushedState::from_key)?,
        })
    };
    row.map(read).transpose()
}

/// How many objects hold on the other side.
///
/// # Errors
/// When the database is away.
pub fn count(tx: &mut dyn Queries, id: Id<Push>) -> Result<u64, Error> {
    let row = tx.row(&COUNT, &[Value::Int(id.number())])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

fn read(row: &Row) -> Result<PushRow, Error> {
    let subject = row.optional_id(6, "push.secret_subject")?;
    let secret = row.optional_bytes(7)?.map(<[u8]>::to_vec);
    let status = row.optional_owned(14)?;
    let status_at = row.optional_time(15)?;
    Ok(PushRow {
        id: row.id(0, "push.id")?,
        settings: PushSettings {
            name: row.owned(1)?,
            url: row.owned(2)?,
            kinds: row.text(3)?.split_ascii_whitespace().map(str::to_owned).collect(),
            tlp: Tlp::from_rank(row.int(4)?).ok_or(Error::unreadable("push.tlp"))?,
            confidence: u8::try_from(row.int(5)?).map_err(|_| Error::unreadable("push.confidence"))?,
        },
        secret: subject.zip(secret),
        state: row.key(8, "push.state", PushState::from_key)?,
        state_at: row.time(9)?,
        created_at: row.time(10)?,
        settings_at: row.time(11)?,
        next_at: row.time(12)?,
        position: row.int(13)?,
        status: status.zip(status_at),
        failures: u32::try_from(row.int(16)?).map_err(|_| Error::unreadable("push.failures"))?,
        failure: row.optional_owned(17)?,
        told_at: row.optional_time(18)?,
        refused: row.int(19)?.unsigned_abs(),
        why: row.optional_owned(20)?,
    })
}
