//! Collections.

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Time};

use super::right::Right;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

/// Most collections of a node that are listed.
const MAX_COLLECTIONS: i64 = 1_000;

/// Marks the ids of collections, which are small numbers: one stands in every row of its objects.
#[derive(Debug)]
pub struct Collection;

statements! { "intel_collection":
    INSERT = "INSERT INTO intel_collection (id, uuid, alias, title, description, can_read, can_write, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LAST = "SELECT COALESCE(MAX(id), 0) FROM intel_collection";
    ALL = "SELECT id, uuid, alias, title, description, can_read, can_write, created_at FROM intel_collection
           ORDER BY id LIMIT $1";
    LOAD = "SELECT id, uuid, alias, title, description, can_read, can_write, created_at FROM intel_collection WHERE id = $1";
    // A UUID is no alias: what is looked up is one or the other.
    FIND = "SELECT id, uuid, alias, title, description, can_read, can_write, created_at FROM intel_collection
            WHERE uuid = $1 OR alias = $1 LIMIT 1";
    COUNT = "SELECT COUNT(*) FROM (SELECT added FROM intel_object WHERE collection = $1 AND is_last = 1 LIMIT $2) few";
    CHANGED = "SELECT MAX(added) FROM intel_object WHERE collection = $1 AND is_last = 1";
}

/// A collection to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCollection {
    /// Its UUID, as others know it.
    pub uuid: String,
    /// A name that may stand in place of it, and is no UUID.
    pub alias: Option<String>,
    /// What it is called.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// What everybody may do who may do anything here.
    pub right: Right,
}

/// A collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionRow {
    /// Its id.
    pub id: Id<Collection>,
    /// Its UUID, as others know it.
    pub uuid: String,
    /// A name that may stand in place of it.
    pub alias: Option<String>,
    /// What it is called.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// What everybody may do who may do anything here.
    pub right: Right,
    /// When it was made.
    pub created_at: Time,
}

/// Makes a collection.
///
/// # Errors
/// When its UUID or alias is taken, or the database is away or full.
pub fn create_collection(writer: &mut Writer<'_, '_>, new: &NewCollection) -> Result<Id<Collection>, Error> {
    let last = writer
        .row(&LAST, &[])?
        .ok_or(Error::unreadable("intel_collection.id"))?;
    let number = last.int(0)?.saturating_add(1);
    let values = [
        Value::Int(number),
        Value::Text(&new.uuid),
        Value::from(new.alias.as_deref()),
        Value::Text(&new.title),
        Value::from(new.description.as_deref()),
        Value::Int(i64::from(new.right.can_read)),
        Value::Int(i64::from(new.right.can_write)),
        Value::Int(writer.now().as_micros()),
    ];
    writer.execute(&INSERT, &values)?;
    Id::from_number(number).map_err(|_| Error::unreadable("intel_collection.id"))
}

/// Every collection, in the order in which they were made.
///
/// # Errors
/// When the database is away.
pub fn collections(tx: &mut dyn Queries) -> Result<Vec<CollectionRow>, Error> {
    tx.rows(&ALL, &[Value::Int(MAX_COLLECTIONS)])?
        .iter()
        .map(read)
        .collect()
}

/// A collection.
///
/// # Errors
/// When the database is away.
pub fn collection(tx: &mut dyn Queries, id: Id<Collection>) -> Result<Option<CollectionRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.as_ref().map(read).transpose()
}

/// The collection of this UUID, as it was given out, or alias.
///
/// # Errors
/// When the database is away.
pub fn find_collection(tx: &mut dyn Queries, uuid_or_alias: &str) -> Result<Option<CollectionRow>, Error> {
    let row = tx.row(&FIND, &[Value::Text(uuid_or_alias)])?;
    row.as_ref().map(read).transpose()
}

/// How many objects a collection has, at most so many, and when the last one of them was added.
///
/// # Errors
/// When the database is away.
pub fn size(tx: &mut dyn Queries, id: Id<Collection>, most: u32) -> Result<(u64, Option<Time>), Error> {
    let count = tx.row(&COUNT, &[Value::Int(id.number()), Value::Int(i64::from(most))])?;
    let count = count.map_or(Ok(0), |row| row.int(0))?.unsigned_abs();
    let changed = tx.row(&CHANGED, &[Value::Int(id.number())])?;
    let changed = changed.map(|row| row.optional_time(0)).transpose()?.flatten();
    Ok((count, changed))
}

fn read(row: &Row) -> Result<CollectionRow, Error> {
    Ok(CollectionRow {
        id: row.id(0, "intel_collection.id")?,
        uuid: row.owned(1)?,
        alias: row.optional_owned(2)?,
        title: row.owned(3)?,
        description: row.optional_owned(4)?,
        right: Right {
            can_read: row.int(5)? != 0,
            can_write: row.int(6)? != 0,
        },
        created_at: row.time(7)?,
    })
}
