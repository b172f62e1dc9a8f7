//! Strikes: violations that count against accounts, pages, groups and channels.

use anlanh_db::{Row, Value};
use anlanh_model::{Case, Id, Strike, Target, Time};

use crate::decision::Decision;
use crate::item::Item;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "strike":
    INSERT = "INSERT INTO strike (id, decision, item, target_kind, reference, category, at, expires_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OF_TARGET = "SELECT s.id, s.decision, s.item, s.category, s.at, s.expires_at, s.revoked_at, d.case_id
              FROM strike s JOIN decision d ON d.id = s.decision
              WHERE s.target_kind = $1 AND s.reference = $2 ORDER BY s.id";
    OF_DECISION = "SELECT target_kind, reference FROM strike WHERE decision = $1 AND revoked_at IS NULL ORDER BY id";
    HAND_ON = "UPDATE strike SET decision = $2, category = $5
              WHERE decision = $1 AND target_kind = $3 AND reference = $4 AND revoked_at IS NULL";
    REVOKE = "UPDATE strike SET revoked_at = $2 WHERE decision = $1 AND revoked_at IS NULL";
}

/// A strike to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStrike {
    /// The decision it follows from.
    pub decision: Id<Decision>,
    /// The item that broke a rule.
    pub item: Id<Item>,
    /// Against whom or what it counts.
    pub target: Target,
    /// Key of the category.
    pub category: String,
    /// From when on it counts no longer.
    pub expires_at: Time,
}

/// A strike as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrikeRow {
    /// When it was made and how long it counts.
    pub strike: Strike,
    /// The decision it follows from: the one that stands, where an appeal changed the first.
    pub decision: Id<Decision>,
    /// The case of that decision.
    pub case: Id<Case>,
    /// The item.
    pub item: Id<Item>,
    /// Key of the category.
    pub category: String,
    /// When it was taken away.
    pub revoked_at: Option<Time>,
}

/// Keeps a strike of now.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, new: &NewStrike) -> Result<Id<Strike>, Error> {
    let id: Id<Strike> = writer.new_id();
    let now = writer.now().as_micros();
    writer.send(
        &INSERT,
        &[
            Value::Int(id.number()),
            Value::Int(new.decision.number()),
            Value::Int(new.item.number()),
            Value::Text(new.target.kind().key()),
            Value::Text(new.target.reference()),
            Value::Text(&new.category),
            Value::Int(now),
            Value::Int(new.expires_at.as_micros()),
        ],
    )?;
    Ok(id)
}

/// Every strike that was ever made against a target, oldest first.
///
/// # Errors
/// When the database is away.
pub fn of_target(tx: &mut dyn Queries, target: &Target) -> Result<Vec<StrikeRow>, Error> {
    let values = [Value::Text(target.kind().key()), Value::Text(target.reference())];
    tx.rows(&OF_TARGET, &values)?.iter().map(read).collect()
}

/// Lets the strike that one of these decisions left against a target stand under another that takes their place: since when
/// and how long it counts stays, and what rests on it too. Whether there was one.
///
/// # Errors
/// When the database is away or full.
pub fn hand_on(
    writer: &mut Writer<'_, '_>,
    from: &[Id<Decision>],
    to: Id<Decision>,
    target: &Target,
    category: &str,
) -> Result<bool, Error> {
    for from in from {
        let values = [
            Value::Int(from.number()),
            Value::Int(to.number()),
            Value::Text(target.kind().key()),
            Value::Text(target.reference()),
            Value::Text(category),
        ];
        if writer.execute(&HAND_ON, &values)? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes away the strikes of a decision, and gives those against whom they counted.
///
/// # Errors
/// When the database is away or full.
pub fn revoke(writer: &mut Writer<'_, '_>, decision: Id<Decision>) -> Result<Vec<Target>, Error> {
    let rows = writer.rows(&OF_DECISION, &[Value::Int(decision.number())])?;
    let now = writer.now().as_micros();
    writer.execute(&REVOKE, &[Value::Int(decision.number()), Value::Int(now)])?;
    rows.iter().map(|row| crate::measure::target(row, 0, 1)).collect()
}

fn read(row: &Row) -> Result<StrikeRow, Error> {
    Ok(StrikeRow {
        strike: Strike {
            id: row.id(0, "strike.id")?,
            at: row.time(4)?,
            expires_at: row.time(5)?,
        },
        decision: row.id(1, "strike.decision")?,
        case: row.id(7, "decision.case_id")?,
        item: row.id(2, "strike.item")?,
        category: row.owned(3)?,
        revoked_at: row.optional_time(6)?,
    })
}
