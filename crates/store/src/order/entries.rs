//! What the public log commits to of orders that came from a peer, until the peer is told.

use anlanh_db::Value;
use anlanh_model::{Id, Order};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "order_entry":
    INSERT = "INSERT INTO order_entry (position, id, private) VALUES ($1, $2, $3)";
    SIGNED = "SELECT position, id, private FROM order_entry WHERE position < $1 ORDER BY position LIMIT $2";
    DELETE = "DELETE FROM order_entry WHERE position = $1";
}

/// An entry about an order that a peer is to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderEntry {
    /// Its place in the log.
    pub position: u64,
    /// The order.
    pub order: Id<Order>,
    /// What it commits to.
    pub private: String,
}

/// Keeps what an entry commits to.
///
/// # Errors
/// When the database is away or full.
pub fn keep_entry(writer: &mut Writer<'_, '_>, entry: &OrderEntry) -> Result<(), Error> {
    let values = [
        place(entry.position),
        Value::Int(entry.order.number()),
        Value::Text(&entry.private),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(())
}

/// At most `limit` entries that stand in a log of this size, first to last.
///
/// # Errors
/// When the database is away.
pub fn entries_within(tx: &mut dyn Queries, size: u64, limit: u32) -> Result<Vec<OrderEntry>, Error> {
    let rows = tx.rows(&SIGNED, &[place(size), Value::Int(i64::from(limit))])?;
    rows.iter()
        .map(|row| {
            Ok(OrderEntry {
                position: row.int(0)?.unsigned_abs(),
                order: row.id(1, "order_entry.id")?,
                private: row.owned(2)?,
            })
        })
        .collect()
}

/// Forgets what an entry commits to: the peer is told.
///
/// # Errors
/// When the database is away or full.
pub fn forget_entry(writer: &mut Writer<'_, '_>, position: u64) -> Result<(), Error> {
    writer.send(&DELETE, &[place(position)])
}

fn place(number: u64) -> Value<'static> {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}
