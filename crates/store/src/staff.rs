//! Accounts of people, and the one-time invitations that make them.

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Person, Role, Time};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "staff":
    INSERT = "INSERT INTO staff (id, name, role, password, created_at) VALUES ($1, $2, $3, $4, $5)";
    BY_NAME = "SELECT id, name, role, password, closed_at, created_at FROM staff WHERE name = $1";
    LOAD = "SELECT id, name, role, password, closed_at, created_at FROM staff WHERE id = $1";
    ALL = "SELECT id, name, role, password, closed_at, created_at FROM staff ORDER BY name";
    COUNT = "SELECT COUNT(*) FROM staff";
    SET_ROLE = "UPDATE staff SET role = $2 WHERE id = $1";
    SET_PASSWORD = "UPDATE staff SET password = $2 WHERE id = $1";
    SET_CLOSED = "UPDATE staff SET closed_at = $2 WHERE id = $1";
    INVITE = "INSERT INTO invitation (hash, role, created_at, ends_at) VALUES ($1, $2, $3, $4)";
    WITHDRAW_INVITATIONS = "DELETE FROM invitation WHERE used_at IS NULL";
    INVITATION = "SELECT role FROM invitation WHERE hash = $1 AND used_at IS NULL AND ends_at > $2";
    USE_INVITATION = "UPDATE invitation SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND ends_at > $2";
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRow {
    /// Who, and what they work as.
    pub person: Person,
    /// The name they sign in with.
    pub name: String,
    /// The password's hash, as a PHC string.
    pub password: String,
    /// When the account was closed, if it was.
    pub closed_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
}

/// Makes an account.
///
/// # Errors
/// When the name is taken, or the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, name: &str, role: Role, password: &str) -> Result<Id<Person>, Error> {
    let id: Id<Person> = writer.new_id();
    let now = writer.now().as_micros();
    writer.execute(
        &INSERT,
        &[
            Value::Int(id.number()),
            Value::Text(name),
            Value::Text(role.key()),
            Value::Text(password),
            Value::Int(now),
        ],
    )?;
    Ok(id)
}

/// The account of that name.
///
/// # Errors
/// When the database is away.
pub fn by_name(tx: &mut dyn Queries, name: &str) -> Result<Option<StaffRow>, Error> {
    let row = tx.row(&BY_NAME, &[Value::Text(name)])?;
    row.map(|row| read(&row)).transpose()
}

/// One account.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Person>) -> Result<Option<StaffRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// Every account, by name.
///
/// # Errors
/// When the database is away.
pub fn all(tx: &mut dyn Queries) -> Result<Vec<StaffRow>, Error> {
    tx.rows(&ALL, &[])?.iter().map(read).collect()
}

/// How many accounts there are, closed ones with them.
///
/// # Errors
/// When the database is away.
pub fn count(tx: &mut dyn Queries) -> Result<u64, Error> {
    let row = tx.row(&COUNT, &[])?;
    row.map_or(Ok(0), |row| Ok(row.int(0)?.unsigned_abs()))
}

/// Gives an account another role.
///
/// # Errors
/// When the database is away or full.
pub fn set_role(writer: &mut Writer<'_, '_>, id: Id<Person>, role: Role) -> Result<(), Error> {
    writer.execute(&SET_ROLE, &[Value::Int(id.number()), Value::Text(role.key())])?;
    Ok(())
}

/// Gives an account another password, as a PHC string.
///
/// # Errors
/// When the database is away or full.
pub fn set_password(writer: &mut Writer<'_, '_>, id: Id<Person>, password: &str) -> Result<(), Error> {
    writer.execute(&SET_PASSWORD, &[Value::Int(id.number()), Value::Text(password)])?;
    Ok(())
}

/// Closes an account now.
///
/// # Errors
/// When the database is away or full.
pub fn close(writer: &mut Writer<'_, '_>, id: Id<Person>) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.execute(&SET_CLOSED, &[Value::Int(id.number()), Value::Int(now)])?;
    Ok(())
}

/// Withdraws every invitation that was not used.
///
/// # Errors
/// When the database is away or full.
pub fn withdraw_invitations(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    writer.execute(&WITHDRAW_INVITATIONS, &[])?;
    Ok(())
}

/// Keeps an invitation to make one account.
///
/// # Errors
/// When the database is away or full.
pub fn invite(writer: &mut Writer<'_, '_>, hash: &[u8], role: Role, ends_at: Time) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.execute(
        &INVITE,
        &[
            Value::Bytes(hash),
            Value::Text(role.key()),
            Value::Int(now),
            Value::Int(ends_at.as_micros()),
        ],
    )?;
    Ok(())
}

/// The role that an invitation is for, while it stands.
///
/// # Errors
/// When the database is away.
pub fn invitation(tx: &mut dyn Queries, hash: &[u8], now: Time) -> Result<Option<Role>, Error> {
    let row = tx.row(&INVITATION, &[Value::Bytes(hash), Value::Int(now.as_micros())])?;
    row.map(|row| row.key(0, "invitation.role", Role::from_key)).transpose()
}

/// Uses an invitation up: the role that it was for, or none if it does not stand.
///
/// # Errors
/// When the database is away or full.
pub fn use_invitation(writer: &mut Writer<'_, '_>, hash: &[u8]) -> Result<Option<Role>, Error> {
    let now = writer.now();
    let role = invitation(writer, hash, now)?;
    writer.execute(&USE_INVITATION, &[Value::Bytes(hash), Value::Int(now.as_micros())])?;
    Ok(role)
}

fn read(row: &Row) -> Result<StaffRow, Error> {
    Ok(StaffRow {
        person: Person {
            id: row.id(0, "staff.id")?,
            role: row.key(2, "staff.role", Role::from_key)?,
        },
        name: row.owned(1)?,
        password: row.owned(3)?,
        closed_at: row.optional_time(4)?,
        created_at: row.time(5)?,
    })
}
