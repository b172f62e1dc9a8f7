//! The brakes of rules: how often each may act in an hour, and how often it did.

use anlanh_db::Value;
use anlanh_model::{Brake, Pressed};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "brake":
    LOAD = "SELECT per_hour, hour, used FROM brake WHERE rule = $1";
    ALL = "SELECT per_hour, hour, used, rule FROM brake ORDER BY rule";
    SET = "INSERT INTO brake (rule, per_hour, hour, used) VALUES ($1, $2, $3, $4)
           ON CONFLICT (rule) DO UPDATE SET per_hour = $2, hour = $3, used = $4";
}

/// The brake of a rule; the usual one, where nobody set another and the rule has not acted yet.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut impl Queries, rule: &str) -> Result<Brake, Error> {
    let row = tx.row(&LOAD, &[Value::Text(rule)])?;
    row.map_or(Ok(Brake::new(Brake::DEFAULT_PER_HOUR)), |row| read(&row))
}

/// Every brake that was set or asked, with its rule, by rule.
///
/// # Errors
/// When the database is away.
pub fn all(tx: &mut impl Queries) -> Result<Vec<(String, Brake)>, Error> {
    let rows = tx.rows(&ALL, &[])?;
    rows.iter().map(|row| Ok((row.owned(3)?, read(row)?))).collect()
}

/// Asks whether a rule may act once more, and counts it if so.
///
/// # Errors
/// When the database is away or full.
pub fn ask(writer: &mut Writer<'_, '_>, rule: &str) -> Result<Pressed, Error> {
    let mut brake = load(writer, rule)?;
    let pressed = brake.ask(writer.now());
    if pressed == Pressed::No {
        keep(writer, rule, brake)?;
    }
    Ok(pressed)
}

/// Sets how often a rule may act in an hour. What it did in the running one stays counted.
///
/// # Errors
/// When the database is away or full.
pub fn set(writer: &mut Writer<'_, '_>, rule: &str, per_hour: u32) -> Result<(), Error> {
    let brake = load(writer, rule)?;
    keep(writer, rule, Brake { per_hour, ..brake })
}

fn keep(writer: &mut Writer<'_, '_>, rule: &str, brake: Brake) -> Result<(), Error> {
    let values = [
        Value::Text(rule),
        Value::Int(i64::from(brake.per_hour)),
        Value::Int(brake.hour),
        Value::Int(i64::from(brake.used)),
    ];
    writer.send(&SET, &values)?;
    Ok(())
}

fn read(row: &anlanh_db::Row) -> Result<Brake, Error> {
    let count = |at: usize| Ok::<_, Error>(u32::try_from(row.int(at)?).unwrap_or(u32::MAX));
    Ok(Brake {
        per_hour: count(0)?,
        hour: row.int(1)?,
        used: count(2)?,
    })
}
