//! Decisions that were taken back. The decision itself stays as it was written.

use anlanh_db::Value;
use anlanh_model::{Id, Time};

use crate::decision::Decision;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "reversal":
    INSERT = "INSERT INTO reversal (decision, at, why) VALUES ($1, $2, $3)";
    LOAD = "SELECT at, why FROM reversal WHERE decision = $1";
}

/// That a decision was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReversalRow {
    /// When.
    pub at: Time,
    /// Why.
    pub why: String,
}

/// Keeps that a decision is taken back now.
///
/// # Errors
/// When the database is away or full, or it was taken back before.
pub fn insert(writer: &mut Writer<'_, '_>, decision: Id<Decision>, why: &str) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [Value::Int(decision.number()), Value::Int(now), Value::Text(why)];
    writer.execute(&INSERT, &values)?;
    Ok(())
}

/// Whether and why a decision was taken back.
///
/// # Errors
/// When the database is away.
pub fn of_decision(tx: &mut dyn Queries, decision: Id<Decision>) -> Result<Option<ReversalRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(decision.number())])?;
    row.map(|row| {
        Ok(ReversalRow {
            at: row.time(0)?,
            why: row.owned(1)?,
        })
    })
    .transpose()
}
