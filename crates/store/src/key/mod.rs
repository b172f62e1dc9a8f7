//! What items have in common – an author, a link's host, a text – as hashes under which they are counted.
//!
//! Each time a key is seen is a *sighting*. In an index each would have a place of its own, and what items have in common
//! would cost more than all else that is kept of them. So they come into a *log*, one row for those that come together, and
//! from time to time the log is sorted into a *run*, which is never added to; runs of about one size are merged (O'Neil, Cheng,
//! Gawlick, O'Neil, "The log-structured merge-tree", 1996). A key is looked for in the log, unless it is known not to be
//! there, and in each run, of which there are few.

mod erase;
mod packed;
mod runs;
mod settle;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anlanh_db::{Row, Value};
use anlanh_model::{Id, Time};

use crate::item::Item;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

pub use erase::{Affected, Place, erased, is_logged, of_erased, uncount, uncount_log};
pub use settle::{LONG, Step, is_unsettled, prepare, settle};

use packed::{pack, unpack};
use runs::Walk;

pub(crate) use erase::STATEMENTS as ERASED;
pub(crate) use runs::STATEMENTS as RUNS;
pub(crate) use settle::STATEMENTS as SETTLED;

statements! { "key":
    INSERT = "INSERT INTO key_log (id, packed) VALUES ($1, $2)"
        rows 1 "INSERT INTO key_log (id, packed)
              SELECT MIN(id), string_agg(packed, ''::BYTEA) FROM unnest($1::BIGINT[], $2::BYTEA[]) AS come (id, packed)";
    LOG = "SELECT id, packed FROM key_log WHERE id > $1 ORDER BY id LIMIT $2";
    // In each run, the piece before the first one that begins with the key, which may end with it; the last one that begins
    // with it; and of how many sightings all of those are. Each database has its own way to read a list.
    COUNTS = "SELECT one.value,
                (SELECT p.packed FROM key_piece p WHERE p.run = r.id AND p.key < one.value
                 ORDER BY p.key DESC, p.at DESC, p.item DESC, p.member DESC LIMIT 1),
                (SELECT p.packed FROM key_piece p WHERE p.run = r.id AND p.key = one.value
                 ORDER BY p.at DESC, p.item DESC, p.member DESC LIMIT 1),
                (SELECT CAST(COALESCE(SUM(p.sightings), 0) AS BIGINT) FROM key_piece p WHERE p.run = r.id AND p.key = one.value)
              FROM json_each($1) one CROSS JOIN key_run r WHERE r.state = 'whole'"
        | "SELECT one.value,
                (SELECT p.packed FROM key_piece p WHERE p.run = r.id AND p.key < one.value
                 ORDER BY p.key DESC, p.at DESC, p.item DESC, p.member DESC LIMIT 1),
                (SELECT p.packed FROM key_piece p WHERE p.run = r.id AND p.key = one.value
                 ORDER BY p.at DESC, p.item DESC, p.member DESC LIMIT 1),
                (SELECT CAST(COALESCE(SUM(p.sightings), 0) AS BIGINT) FROM key_piece p WHERE p.run = r.id AND p.key = one.value)
           FROM (SELECT one::BIGINT AS value FROM jsonb_array_elements_text($1::TEXT::JSONB) AS one) one
           CROSS JOIN key_run r WHERE r.state = 'whole'";
}

/// Rows of the log that are read at once. On PostgreSQL each has those of all that were committed together, up to 1 MiB.
const LOG_ROWS: usize = 64;
/// Pieces that are read at once of one run.
const PIECES: u32 = 64;

/// A key of an item, and what is counted apart under it: 0 for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Keys {
    /// The common thing.
    pub key: i64,
    /// What is counted distinctly.
    pub member: i64,
}

/// How often a key was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyCount {
    /// The key.
    pub key: i64,
    /// How often, ever.
    pub seen: u64,
    /// When last.
    pub newest: Time,
    /// Each time, in order, where they were at hand; otherwise [`since`] tells.
    pub sightings: Option<Vec<Sighting>>,
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
            at: Time::from_micros(i64::MIN),
            item: -1,
            member: i64::MIN,
        },
    };

    /// Its numbers, by which all are in order.
    fn numbers(&self) -> [i64; 4] {
        let Sighting { at, item, member } = self.sighting;
        [self.key, at.as_micros(), item, member]
    }
}

/// Keeps the keys of an item that is counted at an instant.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, item: Id<Item>, at: Time, keys: &[Keys]) -> Result<(), Error> {
    let mut sightings: Vec<Seen> = keys
        .iter()
        .map(|keys| Seen {
            key: keys.key,
            sighting: Sighting {
                at,
                item: item.number(),
                member: keys.member,
            },
        })
        .collect();
    // The same key twice is one sighting.
    sightings.sort_unstable();
    sightings.dedup();
    if sightings.is_empty() {
        return Ok(());
    }
    let packed = pack(&sightings);
    writer.send(&INSERT, &[Value::Int(item.number()), Value::Bytes(&packed)])
}

/// What was not sorted yet, for those who ask for several keys in one transaction. An empty one stands for a log that has none
/// of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log(Vec<Seen>);

impl Log {
    /// Reads it.
    ///
    /// # Errors
    /// When the database is away.
    pub fn read(tx: &mut dyn Queries) -> Result<Self, Error> {
        let (mut log, mut after) = (Vec::new(), -1);
        loop {
            let rows = log_after(tx, after)?;
            let Some((last, _)) = rows.last() else {
                return Ok(Self(log));
            };
            after = *last;
            log.extend(rows.into_iter().flat_map(|(_, sightings)| sightings));
        }
    }

    /// The keys of what it has.
    pub fn keys(&self) -> impl Iterator<Item = i64> {
        self.0.iter().map(|seen| seen.key)
    }
}

/// How often each of these keys was seen, of which there are few; those that never were are left out.
///
/// # Errors
/// When the database is away.
pub fn counts(tx: &mut dyn Queries, log: &Log, keys: &[i64]) -> Result<Vec<KeyCount>, Error> {
    let mut found: BTreeMap<i64, Found> = keys.iter().map(|key| (*key, Found::default())).collect();
    for seen in &log.0 {
        if let Some(found) = found.get_mut(&seen.key) {
            found.at_hand.push(seen.sighting);
        }
    }
    let list = list(found.keys().map(ToString::to_string));
    for row in tx.rows(&COUNTS, &[Value::Text(&list)])? {
        let key = row.int(0)?;
        let Some(found) = found.get_mut(&key) else { continue };
        let mut last = 0;
        for at in [1, 2] {
            let sightings = row.optional_bytes(at)?.map(unpack).transpose()?;
            last = 0;
            for seen in sightings.into_iter().flatten() {
                last += 1;
                if seen.key == key {
                    found.at_hand.push(seen.sighting);
                }
            }
        }
        found.others += row.int(3)?.unsigned_abs().saturating_sub(last);
    }
    let counts = found.into_iter().filter_map(|(key, found)| found.count(key));
    Ok(counts.collect())
}

/// What is known of one key.
#[derive(Debug, Default)]
struct Found {
    at_hand: Vec<Sighting>,
    /// Sightings that were counted and not read, all of them older than others that were.
    others: u64,
}

impl Found {
    fn count(mut self, key: i64) -> Option<KeyCount> {
        self.at_hand.sort_unstable();
        Some(KeyCount {
            key,
            seen: self.others + self.at_hand.len() as u64,
            newest: self.at_hand.last()?.at,
            sightings: (self.others == 0).then_some(self.at_hand),
        })
    }
}

/// Keys that were ever seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Some of them, in their order.
    pub keys: Vec<i64>,
    /// From which one on there may be more.
    pub next: Option<i64>,
}

/// About so many of the keys that were ever seen, from one on.
///
/// # Errors
/// When the database is away.
pub fn stored(tx: &mut dyn Queries, from: i64, about: u32) -> Result<Stored, Error> {
    let before = Seen {
        key: from,
        sighting: Sighting::before(Time::from_micros(i64::MIN)),
    };
    let runs = runs::whole(tx)?;
    let pieces = (about / (runs.len().max(1) as u32) / runs::MOST as u32).clamp(1, PIECES);
    let mut keys: Vec<i64> = Log::read(tx)?.keys().collect();
    let mut until = i64::MAX;
    for run in runs {
        let mut walk = Walk::after(run, before, pieces);
        let sightings = walk.next(tx)?;
        if let Some(last) = sightings.last().filter(|_| !walk.is_over()) {
            until = until.min(last.key);
        }
        keys.extend(sightings.iter().map(|seen| seen.key));
    }
    keys.retain(|key| (from..=until).contains(key));
    keys.sort_unstable();
    keys.dedup();
    Ok(Stored {
        keys,
        next: until.checked_add(1),
    })
}

/// At most `limit` sightings of a key that come after one, oldest first. A transaction that writes does not see all of one moment
/// on PostgreSQL: whoever calls it there sees to it that nothing is sorted between the log and the runs.
///
/// # Errors
/// When the database is away.
pub fn since(tx: &mut dyn Queries, log: &Log, key: i64, after: Sighting, limit: u32) -> Result<Vec<Sighting>, Error> {
    let limit = limit as usize;
    let after = Seen { key, sighting: after };
    let logged = log.0.iter().filter(|seen| seen.key == key && **seen > after);
    let mut found: Vec<Seen> = logged.copied().collect();
    for run in runs::whole(tx)? {
        let mut walk = Walk::after(run, after, PIECES);
        let enough = found.len() + limit;
        while found.len() < enough && !walk.is_over() {
            let sightings = walk.next(tx)?;
            let is_past = sightings.last().is_some_and(|last| last.key > key);
            found.extend(sightings.into_iter().filter(|seen| seen.key == key));
            if is_past {
                break;
            }
        }
    }
    found.sort_unstable();
    found.truncate(limit);
    Ok(found.into_iter().map(|seen| seen.sighting).collect())
}

/// The next rows of the log after one, each with its id; fewer than [`LOG_ROWS`] at the end.
fn log_after(tx: &mut dyn Queries, id: i64) -> Result<Vec<(i64, Vec<Seen>)>, Error> {
    let rows = tx.rows(&LOG, &[Value::Int(id), Value::Int(LOG_ROWS as i64)])?;
    let read = |row: &Row| Ok((row.int(0)?, unpack(row.bytes(1)?)?.collect()));
    rows.iter().map(read).collect()
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
