//! Taking the sightings of erased items out of the log and of every run.
//!
//! The way through the runs goes from the oldest to the youngest: what is sorted or merged meanwhile comes into one that is
//! younger still, and is met there. What was prepared for that before sightings were deleted is refused: each time is counted.

use anlanh_db::{Row, Value};
use anlanh_model::Time;

use super::packed::{pack, unpack};
use super::{Log, Seen, Sighting, log_after, runs};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "key_erase":
    ERASED = "SELECT item FROM erased_item WHERE purged_at IS NULL AND at <= $1 AND item > $2 ORDER BY item LIMIT 4096";
    SET_LOG = "UPDATE key_log SET packed = $2 WHERE id = $1";
    DELETE_LOG = "DELETE FROM key_log WHERE id = $1";
    PIECES = "SELECT run, key, at, item, member, packed FROM key_piece WHERE (run, key, at, item, member) > ($1, $2, $3, $4, $5)
              ORDER BY run, key, at, item, member LIMIT $6";
    PIECE = "SELECT packed FROM key_piece WHERE run = $1 AND key = $2 AND at = $3 AND item = $4 AND member = $5";
    DELETE_PIECE = "DELETE FROM key_piece WHERE run = $1 AND key = $2 AND at = $3 AND item = $4 AND member = $5";
    UNCOUNTS = "SELECT times FROM key_uncount WHERE id = 1";
    ADD_UNCOUNT = "UPDATE key_uncount SET times = times + 1 WHERE id = 1";
}

/// Where a piece of a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    run: i64,
    first: Seen,
}

impl Place {
    /// Before all of them.
    pub const FIRST: Self = Self {
        run: -1,
        first: Seen::FIRST,
    };

    fn read(row: &Row) -> Result<Self, Error> {
        let sighting = Sighting {
            at: Time::from_micros(row.int(2)?),
            item: row.int(3)?,
            member: row.int(4)?,
        };
        Ok(Self {
            run: row.int(0)?,
            first: Seen {
                key: row.int(1)?,
                sighting,
            },
        })
    }

    fn values(&self) -> [Value<'_>; 5] {
        let [key, at, item, member] = self.first.numbers();
        [self.run, key, at, item, member].map(Value::Int)
    }
}

/// Pieces that have sightings of erased items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// Where they are.
    pub places: Vec<Place>,
    /// The last piece that was looked at; none at the end.
    pub last: Option<Place>,
}

/// The items that were erased up to this moment and are on the disk yet, in order.
///
/// # Errors
/// When the database is away.
pub fn erased(tx: &mut dyn Queries, until: Time) -> Result<Vec<i64>, Error> {
    let mut items = Vec::new();
    loop {
        let after = items.last().copied().unwrap_or(-1);
        let rows = tx.rows(&ERASED, &[Value::Int(until.as_micros()), Value::Int(after)])?;
        if rows.is_empty() {
            return Ok(items);
        }
        for row in rows {
            items.push(row.int(0)?);
        }
    }
}

/// Looks at no more than `limit` pieces behind one for these items, which are in order.
///
/// # Errors
/// When the database is away.
pub fn of_erased(tx: &mut dyn Queries, after: &Place, items: &[i64], limit: u32) -> Result<Affected, Error> {
    let [run, key, at, item, member] = after.values();
    let rows = tx.rows(&PIECES, &[run, key, at, item, member, Value::Int(limit.into())])?;
    let mut places = Vec::new();
    for row in &rows {
        if unpack(row.bytes(5)?)?.any(|seen| is_of(&seen, items)) {
            places.push(Place::read(row)?);
        }
    }
    let last = rows.last().map(Place::read).transpose()?;
    Ok(Affected { places, last })
}

/// Deletes the sightings of these items from pieces, and returns of which keys there are fewer then. A piece that is in
/// another run by now is left alone.
///
/// # Errors
/// When the database is away or full.
pub fn uncount(writer: &mut Writer<'_, '_>, places: &[Place], items: &[i64]) -> Result<Vec<i64>, Error> {
    add_uncount(writer)?;
    let mut keys = Vec::new();
    for place in places {
        let Some(row) = writer.row(&PIECE, &place.values())? else {
            continue;
        };
        let left = without(unpack(row.bytes(0)?)?, items, &mut keys);
        writer.execute(&DELETE_PIECE, &place.values())?;
        runs::keep(writer, place.run, &left)?;
    }
    Ok(keys)
}

/// Whether the log has sightings of these items.
///
/// # Errors
/// When the database is away.
pub fn is_logged(tx: &mut dyn Queries, items: &[i64]) -> Result<bool, Error> {
    Ok(Log::read(tx)?.0.iter().any(|seen| is_of(seen, items)))
}

/// Deletes the sightings of these items from the log, and returns of which keys there are fewer then.
///
/// # Errors
/// When the database is away or full.
pub fn uncount_log(writer: &mut Writer<'_, '_>, items: &[i64]) -> Result<Vec<i64>, Error> {
    add_uncount(writer)?;
    let (mut keys, mut after) = (Vec::new(), -1);
    loop {
        let rows = log_after(writer, after)?;
        let Some((last, _)) = rows.last() else { return Ok(keys) };
        after = *last;
        for (id, sightings) in rows {
            let before = keys.len();
            let left = without(sightings, items, &mut keys);
            if left.is_empty() {
                writer.execute(&DELETE_LOG, &[Value::Int(id)])?;
            } else if keys.len() > before {
                writer.execute(&SET_LOG, &[Value::Int(id), Value::Bytes(&pack(&left))])?;
            }
        }
    }
}

/// How often sightings were deleted.
pub(super) fn uncounts(tx: &mut dyn Queries) -> Result<i64, Error> {
    let row = tx.row(&UNCOUNTS, &[])?.ok_or(Error::unreadable("key_uncount"))?;
    Ok(row.int(0)?)
}

fn add_uncount(writer: &mut Writer<'_, '_>) -> Result<(), Error> {
    match writer.execute(&ADD_UNCOUNT, &[])? {
        1 => Ok(()),
        _ => Err(Error::unreadable("key_uncount")),
    }
}

/// The sightings that are of none of these items; the keys of the others are added to `keys`.
fn without(sightings: impl IntoIterator<Item = Seen>, items: &[i64], keys: &mut Vec<i64>) -> Vec<Seen> {
    let (gone, left): (Vec<_>, Vec<_>) = sightings.into_iter().partition(|seen| is_of(seen, items));
    keys.extend(gone.iter().map(|seen| seen.key));
    left
}

fn is_of(seen: &Seen, items: &[i64]) -> bool {
    items.binary_search(&seen.sighting.item).is_ok()
}
