//! Sessions of people. The secret in the cookie is not kept, only its SHA-256.

use anlanh_db::Value;
use anlanh_model::{Id, Person, Role, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "session":
    INSERT = "INSERT INTO session (hash, staff, csrf, started_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $4, $5)";
    LOAD = "SELECT s.id, s.role, s.name, e.csrf FROM session e JOIN staff s ON s.id = e.staff
            WHERE e.hash = $1 AND e.ends_at > $2 AND s.closed_at IS NULL";
    DELETE = "DELETE FROM session WHERE hash = $1";
    DELETE_OF_STAFF = "DELETE FROM session WHERE staff = $1";
    DELETE_OLD = "DELETE FROM session WHERE ends_at <= $1";
}

/// A running session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Who signed in, as what they work now.
    pub person: Person,
    /// Their name.
    pub name: String,
    /// What forms must carry.
    pub csrf: String,
}

/// Starts a session, and forgets those that are over.
///
/// # Errors
/// When the database is away or full.
pub fn insert(
    writer: &mut Writer<'_, '_>,
    hash: &[u8],
    staff: Id<Person>,
    csrf: &str,
    ends_at: Time,
) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.execute(&DELETE_OLD, &[Value::Int(now)])?;
    writer.execute(
        &INSERT,
        &[
            Value::Bytes(hash),
            Value::Int(staff.number()),
            Value::Text(csrf),
            Value::Int(now),
            Value::Int(ends_at.as_micros()),
        ],
    )?;
    Ok(())
}

/// The session with this hash, while it runs and its account is open.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, hash: &[u8], now: Time) -> Result<Option<SessionRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Bytes(hash), Value::Int(now.as_micros())])?;
    row.map(|row| {
        Ok(SessionRow {
            person: Person {
                id: row.id(0, "staff.id")?,
                role: row.key(1, "staff.role", Role::from_key)?,
            },
            name: row.owned(2)?,
            csrf: row.owned(3)?,
        })
    })
    .transpose()
}

/// Ends a session.
///
/// # Errors
/// When the database is away or full.
pub fn delete(writer: &mut Writer<'_, '_>, hash: &[u8]) -> Result<(), Error> {
    writer.execute(&DELETE, &[Value::Bytes(hash)])?;
    Ok(())
}

/// Ends every session of an account.
///
/// # Errors
/// When the database is away or full.
pub fn delete_of(writer: &mut Writer<'_, '_>, staff: Id<Person>) -> Result<(), Error> {
    writer.execute(&DELETE_OF_STAFF, &[Value::Int(staff.number())])?;
    Ok(())
}
