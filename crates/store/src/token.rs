//! Bearer tokens of machines. The token is shown once and not kept, only its SHA-256.

use std::collections::BTreeMap;

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Person, Role, Scope, Time, Token};

use crate::row::{Columns, split};
use crate::statement::statements;
use crate::{Error, Queries, Reader, Writer};

statements! { "token":
    INSERT = "INSERT INTO token (id, name, hash, scopes, staff, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    LOAD = "SELECT t.id, t.name, t.scopes, s.id, s.role, t.created_at, t.revoked_at, s.name
            FROM token t LEFT JOIN staff s ON s.id = t.staff
            WHERE t.hash = $1 AND t.revoked_at IS NULL AND s.closed_at IS NULL";
    ALL = "SELECT t.id, t.name, t.scopes, s.id, s.role, t.created_at, t.revoked_at, s.name
           FROM token t LEFT JOIN staff s ON s.id = t.staff ORDER BY t.id DESC";
    REVOKE = "UPDATE token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// Its id.
    pub id: Id<Token>,
    /// What it was named.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// The person it stands for.
    pub person: Option<Person>,
    /// Their name.
    pub person_name: Option<String>,
    /// When it was made.
    pub created_at: Time,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Time>,
}

/// Keeps a new token.
///
/// # Errors
/// When the name is taken, or the database is away or full.
pub fn insert(
    writer: &mut Writer<'_, '_>,
    name: &str,
    hash: &[u8],
    scopes: &[Scope],
    person: Option<Id<Person>>,
) -> Result<Id<Token>, Error> {
    let id: Id<Token> = writer.new_id();
    let now = writer.now().as_micros();
    let scopes: Vec<&str> = scopes.iter().map(|scope| scope.key()).collect();
    writer.execute(
        &INSERT,
        &[
            Value::Int(id.number()),
            Value::Text(name),
            Value::Bytes(hash),
            Value::Text(&scopes.join("\n")),
            Value::from(person.map(Id::number)),
            Value::Int(now),
        ],
    )?;
    Ok(id)
}

/// The token with this hash, unless it was revoked or its person's account closed.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, hash: &[u8]) -> Result<Option<TokenRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Bytes(hash)])?;
    row.map(|row| read(&row)).transpose()
}

/// The tokens with these hashes, as [`load`] gives each.
///
/// # Errors
/// When the database is away.
pub fn load_all(tx: &mut Reader<'_, '_>, hashes: &[[u8; 32]]) -> Result<Vec<Option<TokenRow>>, Error> {
    // Of many who ask at the same time most show the same few.
    let mut found: BTreeMap<&[u8; 32], Option<TokenRow>> = BTreeMap::new();
    for hash in hashes {
        if !found.contains_key(hash) {
            found.insert(hash, load(tx, hash)?);
        }
    }
    let tokens = hashes.iter().map(|hash| found.get(hash).cloned().flatten());
    Ok(tokens.collect())
}

/// Every token, newest first.
///
/// # Errors
/// When the database is away.
pub fn all(tx: &mut dyn Queries) -> Result<Vec<TokenRow>, Error> {
    tx.rows(&ALL, &[])?.iter().map(read).collect()
}

/// Revokes a token now; whether there was one to revoke.
///
/// # Errors
/// When the database is away or full.
pub fn revoke(writer: &mut Writer<'_, '_>, id: Id<Token>) -> Result<bool, Error> {
    let now = writer.now().as_micros();
    let revoked = writer.execute(&REVOKE, &[Value::Int(id.number()), Value::Int(now)])?;
    Ok(revoked > 0)
}

fn read(row: &Row) -> Result<TokenRow, Error> {
    let scopes = split(row.text(2)?);
    let scopes = scopes.iter().map(|key| Scope::from_key(key)).collect::<Option<_>>();
    let person = match (
        row.optional_id(3, "token.staff")?,
        row.optional_key(4, "staff.role", Role::from_key)?,
    ) {
        (Some(id), Some(role)) => Some(Person { id, role }),
        _ => None,
    };
    Ok(TokenRow {
        id: row.id(0, "token.id")?,
        name: row.owned(1)?,
        scopes: scopes.ok_or(Error::unreadable("token.scopes"))?,
        person,
        person_name: row.optional_owned(7)?,
        created_at: row.time(5)?,
        revoked_at: row.optional_time(6)?,
    })
}
