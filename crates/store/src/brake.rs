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
           ON CONFLICT (rule) DO UPDATE SET per_hour = $2, hour = $3, used = $4"
        // Of several for one rule the last one counts.
        rows 0 "INSERT INTO brake (rule, per_hour, hour, used)
              SELECT DISTINCT ON (rule) rule, per_hour, hour, used
              FROM unnest($1::TEXT[], $2::BIGINT[], $3::BIGINT[], $4::BIGINT[]) WITH ORDINALITY AS one (rule, per_hour, hour, used, n)
              ORDER BY rule, n DESC
              ON CONFLICT (rule) DO UPDATE SET per_hour = EXCLUDED.per_hour, hour = EXCLUDED.hour, used = EXCLUDED.used";
}

/// The brake of a rule; the usual one, where nobody set another and the rule has not acted yet.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, rule: &str) -> Result<Brake, Error> {
    let row = tx.row(&LOAD, &[Value::Text(rule)])?;
    row.map_or(Ok(Brake::new(Brake::DEFAULT_PER_HOUR)), |row| read(&row))
}

/// Every brake that was set or asked, with its rule, by rule.
///
/// # Errors
/// When the database is away.
pub fn all(tx: &mut dyn Queries) -> Result<Vec<(String, Brake)>, Error> {
    let rows = tx.rows(&ALL, &[])?;
    rows.iter().map(|row| Ok((row.owned(3)?, read(row)?))).collect()
}

/// Asks whether a rule may act once more, and counts it if so.
///
/// # Errors
/// When the database is away or full.
pub fn ask(writer: &mut Writer<'_, '_>, rule: &str) -> Result<Pressed, Error> {
    let mut brake = recall(writer, rule)?;
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
    let brake = recall(writer, rule)?;
    keep(writer, rule, Brake { per_hour, ..brake })
}

/// [`load`] for those who write. Only a node writes brakes, so that it reads each once.
fn recall(writer: &mut Writer<'_, '_>, rule: &str) -> Result<Brake, Error> {
    if let Some([per_hour, hour, used]) = writer.tx.noted(&note(rule)) {
        return Ok(brake(*per_hour, *hour, *used));
    }
    let brake = load(writer, rule)?;
    remember(writer, rule, brake);
    Ok(brake)
}

fn remember(writer: &mut Writer<'_, '_>, rule: &str, brake: Brake) {
    let numbers = [i64::from(brake.per_hour), brake.hour, i64::from(brake.used)];
    writer.tx.note(&note(rule), &numbers);
}

/// Under which the brake of a rule is noted.
fn note(rule: &str) -> String {
    format!("brake {rule}")
}

fn keep(writer: &mut Writer<'_, '_>, rule: &str, brake: Brake) -> Result<(), Error> {
    remember(writer, rule, brake);
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
    Ok(brake(row.int(0)?, row.int(1)?, row.int(2)?))
}

fn brake(per_hour: i64, hour: i64, used: i64) -> Brake {
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Brake {
        per_hour: count(per_hour),
        hour,
        used: count(used),
    }
}
