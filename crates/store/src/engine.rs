//! What judged: a version of the policy together with the lists that were loaded.

use anlanh_db::Value;
use anlanh_model::{Id, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::version::Version;
use crate::{Error, Queries, Writer};

/// Marks the ids of engines: a version of the policy together with the lists that were loaded.
#[derive(Debug)]
pub struct Engine;

statements! { "engine":
    FIND = "SELECT id FROM engine WHERE version = $1 AND lists = $2";
    INSERT = "INSERT INTO engine (id, version, lists, started_at) VALUES ($1, $2, $3, $4)";
    LOAD = "SELECT version, lists, started_at FROM engine WHERE id = $1";
}

/// What judged an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineRow {
    /// The version of the policy.
    pub version: Id<Version>,
    /// The lists that were loaded: `id=digest`, one a line, sorted.
    pub lists: String,
    /// When it first judged.
    pub started_at: Time,
}

/// The engine of a version with these lists; a new one, if it never judged before.
///
/// # Errors
/// When the database is away or full.
pub fn ensure(writer: &mut Writer<'_, '_>, version: Id<Version>, lists: &str) -> Result<Id<Engine>, Error> {
    if let Some(row) = writer.row(&FIND, &[Value::Int(version.number()), Value::Text(lists)])? {
        return row.id(0, "engine.id");
    }
    let id: Id<Engine> = writer.new_id();
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Int(version.number()),
        Value::Text(lists),
        Value::Int(now),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(id)
}

/// What judged.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Engine>) -> Result<Option<EngineRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| {
        Ok(EngineRow {
            version: row.id(0, "engine.version")?,
            lists: row.owned(1)?,
            started_at: row.time(2)?,
        })
    })
    .transpose()
}
