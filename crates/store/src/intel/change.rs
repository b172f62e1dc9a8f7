//! What happens in all collections, in one order, for whoever keeps an index of it.

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Time, Tlp};

use super::collection::Collection;
use super::page::MAX_PAGE_BYTES;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries};

/// Most changes that are read at once.
pub const MAX_CHANGES: u32 = 10_000;

statements! { "intel_change":
    SIZES = "SELECT added, length(body) FROM intel_object WHERE added > $1 ORDER BY added LIMIT $2";
    ADDED = "SELECT added, collection, id, version, kind, spec_version, tlp, is_revoked, is_last, feed, body
             FROM intel_object WHERE added > $1 AND added <= $2 ORDER BY added";
    GONE = "SELECT at, collection, id, version FROM intel_gone WHERE at > $1 AND at <= $2 ORDER BY at LIMIT $3";
}

/// Something that happened to a version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When: no other change has this moment.
    pub at: Time,
    /// In which collection.
    pub collection: Id<Collection>,
    /// The object's id.
    pub id: String,
    /// Which version of it.
    pub version: Time,
    /// What happened.
    pub what: Changed,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It was added, and is still there.
    Added {
        /// The object's type.
        kind: String,
        /// The version of STIX.
        spec_version: String,
        /// How strictly it is marked.
        tlp: Tlp,
        /// Whether it is revoked.
        is_revoked: bool,
        /// Whether it is the object's last version now.
        is_last: bool,
        /// The feed that it came by.
        feed: Option<i64>,
        /// Its JSON.
        body: Vec<u8>,
    },
    /// It was taken out; another version may be the last one now, and is told of nowhere else.
    Gone,
}

/// Changes after a moment, at most `limit` of each kind. An empty answer means that there are no more now; what comes later has
/// later moments. What was added and taken out again is told as taken out alone.
///
/// # Errors
/// When the database is away.
pub fn changes_since(tx: &mut dyn Queries, after: Time, limit: u32) -> Result<Vec<Change>, Error> {
    let limit = i64::from(limit.clamp(1, MAX_CHANGES));
    let after = after.as_micros();
    let sizes = tx.rows(&SIZES, &[Value::Int(after), Value::Int(limit)])?;
    let is_full = i64::try_from(sizes.len()).is_ok_and(|found| found == limit);
    let (mut bytes, mut until, mut is_cut) = (0, after, false);
    for row in &sizes {
        bytes += row.int(1)?;
        if until > after && bytes > MAX_PAGE_BYTES {
            is_cut = true;
            break;
        }
        until = row.int(0)?;
    }
    // Without more that was added, whatever went counts.
    let horizon = if is_full || is_cut { until } else { i64::MAX };
    let gone = tx.rows(&GONE, &[Value::Int(after), Value::Int(horizon), Value::Int(limit)])?;
    let is_gone_full = i64::try_from(gone.len()).is_ok_and(|found| found == limit);
    let mut changes: Vec<Change> = gone.iter().map(read_gone).collect::<Result<_, Error>>()?;
    if let Some(last) = changes.last().filter(|_| is_gone_full) {
        until = until.min(last.at.as_micros());
    }
    let added = tx.rows(&ADDED, &[Value::Int(after), Value::Int(until)])?;
    for row in &added {
        changes.push(read_added(row)?);
    }
    changes.sort_by_key(|change| change.at);
    Ok(changes)
}

fn read_gone(row: &Row) -> Result<Change, Error> {
    Ok(Change {
        at: row.time(0)?,
        collection: row.id(1, "intel_gone.collection")?,
        id: row.owned(2)?,
        version: row.time(3)?,
        what: Changed::Gone,
    })
}

fn read_added(row: &Row) -> Result<Change, Error> {
    Ok(Change {
        at: row.time(0)?,
        collection: row.id(1, "intel_object.collection")?,
        id: row.owned(2)?,
        version: row.time(3)?,
        what: Changed::Added {
            kind: row.owned(4)?,
            spec_version: row.owned(5)?,
            tlp: Tlp::from_rank(row.int(6)?).ok_or(Error::unreadable("intel_object.tlp"))?,
            is_revoked: row.int(7)? != 0,
            is_last: row.int(8)? != 0,
            feed: row.optional_int(9)?,
            body: row.bytes(10)?.to_vec(),
        },
    })
}
