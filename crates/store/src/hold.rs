//! Legal holds on items.

use anlanh_db::{Row, Value};
use anlanh_model::{Hold, Id, Person, Time};

use crate::item::Item;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "hold":
    INSERT = "INSERT INTO legal_hold (id, item, reason, staff, at, until) VALUES ($1, $2, $3, $4, $5, $6)";
    END = "UPDATE legal_hold SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at IS NULL";
    LOAD = "SELECT h.id, h.item, h.reason, s.name, h.at, h.until, h.ended_at FROM legal_hold h JOIN staff s ON s.id = h.staff
            WHERE h.id = $1";
    OF_ITEM = "SELECT h.id, h.item, h.reason, s.name, h.at, h.until, h.ended_at FROM legal_hold h JOIN staff s ON s.id = h.staff
               WHERE h.item = $1 ORDER BY h.id DESC";
}

/// A kept hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRow {
    /// Its id.
    pub id: Id<Hold>,
    /// What it is on.
    pub item: Id<Item>,
    /// Why.
    pub reason: String,
    /// The name of whoever put it there.
    pub by: String,
    /// When.
    pub at: Time,
    /// When it ends by itself, if it does.
    pub until: Option<Time>,
    /// When somebody ended it.
    pub ended_at: Option<Time>,
}

impl HoldRow {
    /// Whether it keeps the item at this moment.
    #[must_use]
    pub fn lasts(&self, now: Time) -> bool {
        self.ended_at.is_none() && self.until.is_none_or(|until| now < until)
    }
}

/// Keeps a hold.
///
/// # Errors
/// When the database is away or full.
pub fn insert(
    writer: &mut Writer<'_, '_>,
    item: Id<Item>,
    reason: &str,
    by: Id<Person>,
    until: Option<Time>,
) -> Result<Id<Hold>, Error> {
    let id: Id<Hold> = writer.new_id();
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Int(item.number()),
        Value::Text(reason),
        Value::Int(by.number()),
        Value::Int(now),
        Value::from(until.map(Time::as_micros)),
    ];
    writer.send(&INSERT, &values)?;
    Ok(id)
}

/// Ends a hold, by a person or by what the office's node signed. False where it was ended before.
///
/// # Errors
/// When the database is away or full.
pub fn end(writer: &mut Writer<'_, '_>, id: Id<Hold>, by: Option<Id<Person>>) -> Result<bool, Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Int(now),
        Value::from(by.map(Id::number)),
    ];
    Ok(writer.execute(&END, &values)? > 0)
}

/// One hold.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Hold>) -> Result<Option<HoldRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// The holds on an item, those of the past too, newest first.
///
/// # Errors
/// When the database is away.
pub fn of_item(tx: &mut dyn Queries, item: Id<Item>) -> Result<Vec<HoldRow>, Error> {
    let rows = tx.rows(&OF_ITEM, &[Value::Int(item.number())])?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<HoldRow, Error> {
    Ok(HoldRow {
        id: row.id(0, "legal_hold.id")?,
        item: row.id(1, "legal_hold.item")?,
        reason: row.owned(2)?,
        by: row.owned(3)?,
        at: row.time(4)?,
        until: row.optional_time(5)?,
        ended_at: row.optional_time(6)?,
    })
}
