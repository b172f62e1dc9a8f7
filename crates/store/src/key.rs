//! What items have in common – an author, a link's host, a text – as hashes under which they are counted.

use std::fmt::Write as _;

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Time};

use crate::item::Item;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "key":
    INSERT = "INSERT INTO item_key (key, at, item, member) VALUES ($1, $2, $3, $4)"
        rows 1 "INSERT INTO item_key (key, at, item, member)
              SELECT unnest($1::BIGINT[]), unnest($2::BIGINT[]), unnest($3::BIGINT[]), unnest($4::BIGINT[])";
    // Each database has its own way to read a list.
    COUNTS = "SELECT key, COUNT(*), MAX(at) FROM item_key WHERE key IN (SELECT value FROM json_each($1)) GROUP BY key"
        // One look into the index for each key; what the planner thinks of the table after a start is another matter.
        | "SELECT one.key, kept.n, kept.newest
           FROM (SELECT one::bigint AS key FROM jsonb_array_elements_text($1::text::jsonb) AS one) one
           CROSS JOIN LATERAL (SELECT COUNT(*) AS n, MAX(at) AS newest FROM item_key WHERE key = one.key OFFSET 0) kept
           WHERE kept.n > 0";
    // A look into the index for each key, however many rows it has and whatever the planner thinks of the table.
    STORED = "WITH RECURSIVE found (key) AS (
                SELECT key FROM (SELECT key FROM item_key WHERE key >= $1 ORDER BY key LIMIT 1) least
                UNION ALL
                SELECT (SELECT k.key FROM item_key k WHERE k.key > found.key ORDER BY k.key LIMIT 1)
                FROM found WHERE found.key IS NOT NULL
              )
              SELECT key FROM found WHERE key IS NOT NULL LIMIT $2";
    OF_ERASED = "SELECT key, at, item, member FROM item_key
                 WHERE (key, at, item, member) > ($1, $2, $3, $4)
                   AND item IN (SELECT e.item FROM erased_item e WHERE e.purged_at IS NULL AND e.at <= $5)
                 ORDER BY key, at, item, member LIMIT $6";
    DELETE = "DELETE FROM item_key WHERE key = $1 AND at = $2 AND item = $3 AND member = $4";
    SINCE = "SELECT at, item, member FROM item_key WHERE key = $1 AND (at, item, member) > ($2, $3, $4)
             ORDER BY at, item, member LIMIT $5";
}

/// A key of an item, and what is counted apart under it: 0 for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Keys {
    /// The common thing.
    pub key: i64,
    /// What is counted distinctly.
    pub member: i64,
}

/// How often a key was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyCount {
    /// The key.
    pub key: i64,
    /// How often, ever.
    pub seen: u64,
    /// When last.
    pub newest: Time,
}

/// A key was seen once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// When.
    pub at: Time,
    /// At which item, by its number.
    pub item: i64,
    /// With which member.
    pub member: i64,
}

impl Sighting {
    /// Before every sighting from an instant on.
    #[must_use]
    pub const fn before(at: Time) -> Self {
        Self {
            at,
            item: -1,
            member: i64::MIN,
        }
    }
}

/// A key was seen once, as one row of all that were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// The key.
    pub key: i64,
    /// When, at which item, with which member.
    pub sighting: Sighting,
}

impl Seen {
    /// Before all that were.
    pub const FIRST: Self = Self {
        key: i64::MIN,
        sighting: Sighting {
            at: Time::from_micros(0),
            item: -1,
            member: i64::MIN,
        },
    };

    fn values(&self) -> [Value<'_>; 4] {
        [
            Value::Int(self.key),
            Value::Int(self.sighting.at.as_micros()),
            Value::Int(self.sighting.item),
            Value::Int(self.sighting.member),
        ]
    }
}

/// Keeps the keys of an item that is counted at an instant.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, item: Id<Item>, at: Time, keys: &[Keys]) -> Result<(), Error> {
    let (at, item) = (Value::Int(at.as_micros()), Value::Int(item.number()));
    // The same key twice is one sighting. Here it costs less than a look for each row into what is there.
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.dedup();
    for keys in keys {
        writer.send(&INSERT, &[Value::Int(keys.key), at, item, Value::Int(keys.member)])?;
    }
    Ok(())
}

/// How often each of these keys was seen; those that never were are left out.
///
/// # Errors
/// When the database is away.
pub fn counts(tx: &mut dyn Queries, keys: &[i64]) -> Result<Vec<KeyCount>, Error> {
    let keys = list(keys.iter().map(ToString::to_string));
    let rows = tx.rows(&COUNTS, &[Value::Text(&keys)])?;
    rows.iter()
        .map(|row| {
            Ok(KeyCount {
                key: row.int(0)?,
                seen: row.int(1)?.unsigned_abs(),
                newest: row.time(2)?,
            })
        })
        .collect()
}

/// At most `limit` keys that were ever seen, from one on, in their order.
///
/// # Errors
/// When the database is away.
pub fn stored(tx: &mut dyn Queries, from: i64, limit: u32) -> Result<Vec<i64>, Error> {
    let rows = tx.rows(&STORED, &[Value::Int(from), Value::Int(i64::from(limit))])?;
    rows.iter().map(|row| Ok(row.int(0)?)).collect()
}

/// At most `limit` sightings of a key that come after one, oldest first.
///
/// # Errors
/// When the database is away.
pub fn since(tx: &mut dyn Queries, key: i64, after: Sighting, limit: u32) -> Result<Vec<Sighting>, Error> {
    let values = [
        Value::Int(key),
        Value::Int(after.at.as_micros()),
        Value::Int(after.item),
        Value::Int(after.member),
        Value::Int(i64::from(limit)),
    ];
    let rows = tx.rows(&SINCE, &values)?;
    rows.iter()
        .map(|row| {
            Ok(Sighting {
                at: row.time(0)?,
                item: row.int(1)?,
                member: row.int(2)?,
            })
        })
        .collect()
}

/// At most `limit` rows that come after one and are of items that were erased up to this moment and are on the disk yet.
/// No index leads from an item to its keys, which would cost each item that comes in: all rows are looked through.
///
/// # Errors
/// When the database is away.
pub fn of_erased(tx: &mut dyn Queries, after: &Seen, until: Time, limit: u32) -> Result<Vec<Seen>, Error> {
    let [key, at, item, member] = after.values();
    let (until, limit) = (Value::Int(until.as_micros()), Value::Int(i64::from(limit)));
    let rows = tx.rows(&OF_ERASED, &[key, at, item, member, until, limit])?;
    let read = |row: &Row| {
        let sighting = Sighting {
            at: row.time(1)?,
            item: row.int(2)?,
            member: row.int(3)?,
        };
        Ok(Seen {
            key: row.int(0)?,
            sighting,
        })
    };
    rows.iter().map(read).collect()
}

/// Deletes these rows.
///
/// # Errors
/// When the database is away or full.
pub fn delete(writer: &mut Writer<'_, '_>, rows: &[Seen]) -> Result<(), Error> {
    rows.iter().try_for_each(|row| writer.send(&DELETE, &row.values()))
}

/// A JSON array of what is JSON already.
fn list(elements: impl Iterator<Item = String>) -> String {
    let mut list = String::from("[");
    for element in elements {
        let comma = if list.len() > 1 { "," } else { "" };
        // Writing to memory does not fail.
        let _infallible = write!(list, "{comma}{element}");
    }
    list.push(']');
    list
}
