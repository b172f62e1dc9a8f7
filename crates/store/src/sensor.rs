//! Sensors, by the number that the archive of events knows them by.

use anlanh_db::{Row, Value};
use anlanh_model::{DataSubject, Id, Sensor, SensorForm, SensorKind, Time};

use crate::row::{Columns, sealed_columns};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "sensor":
    INSERT = "INSERT INTO sensor (id, number, name, kind, form, place, settings, added_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LAST_NUMBER = "SELECT COALESCE(MAX(number), 0) FROM sensor";
    ALL = "SELECT id, number, name, kind, form, place, settings, added_at, secret_subject, secret, stopped_at FROM sensor
           WHERE removed_at IS NULL ORDER BY number";
    NAMES = "SELECT number, name FROM sensor ORDER BY number";
    REMOVE = "UPDATE sensor SET removed_at = $2, secret_subject = NULL, secret = NULL WHERE id = $1 AND removed_at IS NULL";
    SET_SECRET = "UPDATE sensor SET secret_subject = $2, secret = $3 WHERE id = $1";
    STOP = "UPDATE sensor SET stopped_at = $2 WHERE id = $1 AND removed_at IS NULL AND stopped_at IS NULL";
    RESUME = "UPDATE sensor SET stopped_at = NULL WHERE id = $1 AND removed_at IS NULL AND stopped_at IS NOT NULL";
}

/// A sensor to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSensor {
    /// What people call it.
    pub name: String,
    /// How its events come in.
    pub kind: SensorKind,
    /// What they look like.
    pub form: SensorForm,
    /// The file it writes, the address that is listened on, or nothing.
    pub place: String,
    /// Everything else, as text that this crate does not read.
    pub settings: String,
}

/// A sensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SensorRow {
    /// Its id.
    pub id: Id<Sensor>,
    /// Its number in the archive of events.
    pub number: u32,
    /// What it is.
    pub sensor: NewSensor,
    /// When it was added.
    pub added_at: Time,
    /// What it says of itself to the server that it reads from, sealed under the key of this subject.
    pub secret: Option<(Id<DataSubject>, Vec<u8>)>,
    /// Since when it is stopped; none where it is not.
    pub stopped_at: Option<Time>,
}

/// Adds a sensor.
///
/// # Errors
/// When its name is taken, or the database is away or full.
pub fn add(writer: &mut Writer<'_, '_>, new: &NewSensor) -> Result<Id<Sensor>, Error> {
    let last = writer.row(&LAST_NUMBER, &[])?;
    let number = last
        .ok_or(Error::unreadable("sensor.number"))?
        .int(0)?
        .saturating_add(1);
    let id: Id<Sensor> = writer.new_id();
    let values = [
        Value::Int(id.number()),
        Value::Int(number),
        Value::Text(&new.name),
        Value::Text(new.kind.key()),
        Value::Text(new.form.key()),
        Value::Text(&new.place),
        Value::Text(&new.settings),
        Value::Int(writer.now().as_micros()),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(id)
}

/// Removes a sensor; whether there was one. Its number stays its own.
///
/// # Errors
/// When the database is away or full.
pub fn remove(writer: &mut Writer<'_, '_>, id: Id<Sensor>) -> Result<bool, Error> {
    let now = writer.now().as_micros();
    Ok(writer.execute(&REMOVE, &[Value::Int(id.number()), Value::Int(now)])? > 0)
}

/// Sets what a sensor says of itself, sealed.
///
/// # Errors
/// When the database is away or full.
pub fn set_secret(
    writer: &mut Writer<'_, '_>,
    id: Id<Sensor>,
    (subject, sealed): (Id<DataSubject>, &[u8]),
) -> Result<(), Error> {
    writer.execute(&SET_SECRET, &sealed_columns(id.number(), Some((subject, sealed))))?;
    Ok(())
}

/// Stops a sensor; whether it was not stopped before.
///
/// # Errors
/// When the database is away or full.
pub fn stop(writer: &mut Writer<'_, '_>, id: Id<Sensor>) -> Result<bool, Error> {
    let now = writer.now().as_micros();
    Ok(writer.execute(&STOP, &[Value::Int(id.number()), Value::Int(now)])? > 0)
}

/// Lets a sensor that is stopped go on; whether it was stopped before.
///
/// # Errors
/// When the database is away or full.
pub fn resume(writer: &mut Writer<'_, '_>, id: Id<Sensor>) -> Result<bool, Error> {
    Ok(writer.execute(&RESUME, &[Value::Int(id.number())])? > 0)
}

/// Every sensor that is not removed, in the order in which they were added.
///
/// # Errors
/// When the database is away.
pub fn all(tx: &mut dyn Queries) -> Result<Vec<SensorRow>, Error> {
    tx.rows(&ALL, &[])?.iter().map(read).collect()
}

/// The number and name of every sensor there ever was.
///
/// # Errors
/// When the database is away.
pub fn names(tx: &mut dyn Queries) -> Result<Vec<(u32, String)>, Error> {
    let name = |row: &Row| Ok((number(row, 0)?, row.owned(1)?));
    tx.rows(&NAMES, &[])?.iter().map(name).collect()
}

fn number(row: &Row, column: usize) -> Result<u32, Error> {
    u32::try_from(row.int(column)?).map_err(|_| Error::unreadable("sensor.number"))
}

fn read(row: &Row) -> Result<SensorRow, Error> {
    Ok(SensorRow {
        id: row.id(0, "sensor.id")?,
        number: number(row, 1)?,
        sensor: NewSensor {
            name: row.owned(2)?,
            kind: row.key(3, "sensor.kind", SensorKind::from_key)?,
            form: row.key(4, "sensor.form", SensorForm::from_key)?,
            place: row.owned(5)?,
            settings: row.owned(6)?,
        },
        added_at: row.time(7)?,
        secret: row
            .optional_id(8, "sensor.secret_subject")?
            .zip(row.optional_bytes(9)?.map(<[u8]>::to_vec)),
        stopped_at: row.optional_time(10)?,
    })
}
