//! Wishes for erasure: what was asked, what became of each item, and when it left the disk.

use anlanh_db::{Row, Value};
use anlanh_model::{Erasure, Id, Kept, KeptFor, Target, TargetKind, Time};

use crate::item::Item;
use crate::key::{self, Log, Sighting};
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

/// Items of an account that are looked at in one go.
const LOOKED_AT: u32 = 4_000;

statements! { "erasure":
    INSERT = "INSERT INTO erasure (id, target_kind, reference, at, seen_at, seen_item) VALUES ($1, $2, $3, $4, $5, $6)";
    LOAD = "SELECT id, target_kind, reference, at, seen_at, seen_item, listed_at, done_at, purged_at FROM erasure WHERE id = $1";
    PAGE = "SELECT id, target_kind, reference, at, seen_at, seen_item, listed_at, done_at, purged_at FROM erasure
            WHERE id < $1 ORDER BY id DESC LIMIT $2";
    UNLISTED = "SELECT id, target_kind, reference, at, seen_at, seen_item, listed_at, done_at, purged_at FROM erasure
                WHERE listed_at IS NULL ORDER BY id LIMIT 1";
    SEEN = "UPDATE erasure SET seen_at = $2, seen_item = $3 WHERE id = $1";
    LISTED = "UPDATE erasure SET listed_at = $2 WHERE id = $1";
    DONE = "UPDATE erasure SET done_at = $2, reference = NULL WHERE id = $1 AND listed_at IS NOT NULL AND done_at IS NULL
              AND NOT EXISTS (SELECT 1 FROM erasure_item e WHERE e.erasure = $1 AND e.erased_at IS NULL)";
    KEEP = "INSERT INTO erasure_item (erasure, item, kept_for, kept_until, look_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (erasure, item) DO UPDATE SET kept_for = excluded.kept_for, kept_until = excluded.kept_until,
              look_at = excluded.look_at";
    ERASED = "INSERT INTO erasure_item (erasure, item, erased_at) VALUES ($1, $2, $3)
              ON CONFLICT (erasure, item) DO UPDATE SET kept_for = NULL, kept_until = NULL, look_at = NULL,
                erased_at = excluded.erased_at";
    DUE = "SELECT erasure, item FROM erasure_item WHERE look_at IS NOT NULL AND look_at <= $1 ORDER BY look_at LIMIT $2";
    ITEMS = "SELECT item, kept_for, kept_until, erased_at FROM erasure_item WHERE erasure = $1 AND item > $2 ORDER BY item LIMIT $3";
    COUNTS = "SELECT CAST(COUNT(erased_at) AS BIGINT), COUNT(*) FROM erasure_item WHERE erasure = $1";
    // Whether an authority names the account is not said: an order may be confidential.
    KNOWS_ACCOUNT = "SELECT 1 FROM account_signal WHERE reference = $1
              UNION ALL SELECT 1 FROM subject_contact WHERE target_kind = 'account' AND reference = $1
              UNION ALL SELECT 1 FROM measure WHERE target_kind = 'account' AND reference = $1
              UNION ALL SELECT 1 FROM strike WHERE target_kind = 'account' AND reference = $1
              UNION ALL SELECT 1 FROM proposal WHERE target_kind = 'account' AND reference = $1
              UNION ALL SELECT 1 FROM action WHERE target_kind = 'account' AND reference = $1
              LIMIT 1";
    IS_FROM = "SELECT 1 FROM item WHERE id = $1 AND author = $2";
    FORGET_SIGNALS = "DELETE FROM account_signal WHERE reference = $1";
}

/// A wish as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureRow {
    /// Its id.
    pub id: Id<Erasure>,
    /// What is to be erased: an item or an account.
    pub kind: TargetKind,
    /// Which; none once it is done.
    pub reference: Option<String>,
    /// When it was asked.
    pub at: Time,
    /// Up to which of its items the account was looked through.
    pub seen: Sighting,
    /// When all items were known.
    pub listed_at: Option<Time>,
    /// When the last of them was erased.
    pub done_at: Option<Time>,
    /// When what was erased had left the files of the database.
    pub purged_at: Option<Time>,
}

/// An item that was kept though somebody wants it erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The wish.
    pub erasure: Id<Erasure>,
    /// The item.
    pub item: Id<Item>,
}

/// What became of one item of a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemFate {
    /// The item.
    pub item: Id<Item>,
    /// When it was erased; otherwise for what it is kept.
    pub fate: Fate,
}

/// Erased, or kept for a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Erased, when.
    Erased(Time),
    /// Kept still.
    Kept(Kept),
}

/// Whether anything is kept under the reference of an account: an item that came from it and has the key of its author,
/// signs, where it hears of decisions, and what was decided or proposed about it.
///
/// # Errors
/// When the database is away.
pub fn knows_account(tx: &mut dyn Queries, author_key: i64, reference: &str) -> Result<bool, Error> {
    if tx.row(&KNOWS_ACCOUNT, &[Value::Text(reference)])?.is_some() {
        return Ok(true);
    }
    let log = Log::read(tx)?;
    let mut after = Sighting::before(Time::from_micros(i64::MIN));
    loop {
        let seen = key::since(tx, &log, author_key, after, LOOKED_AT)?;
        for sighting in &seen {
            let is_from = tx.row(&IS_FROM, &[Value::Int(sighting.item), Value::Text(reference)])?;
            if is_from.is_some() {
                return Ok(true);
            }
        }
        let Some(last) = seen.last() else { return Ok(false) };
        after = *last;
    }
}

/// Keeps a wish.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, target: &Target) -> Result<Id<Erasure>, Error> {
    let id: Id<Erasure> = writer.new_id();
    let start = Sighting::before(Time::from_micros(i64::MIN));
    let values = [
        Value::Int(id.number()),
        Value::Text(target.kind().key()),
        Value::Text(target.reference()),
        Value::Int(writer.now().as_micros()),
        Value::Int(start.at.as_micros()),
        Value::Int(start.item),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(id)
}

/// One wish.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Erasure>) -> Result<Option<ErasureRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// At most `limit` wishes older than `before`, newest first.
///
/// # Errors
/// When the database is away.
pub fn page(tx: &mut dyn Queries, before: Option<Id<Erasure>>, limit: u32) -> Result<Vec<ErasureRow>, Error> {
    let before = Value::Int(before.map_or(i64::MAX, Id::number));
    let rows = tx.rows(&PAGE, &[before, Value::Int(i64::from(limit))])?;
    rows.iter().map(read).collect()
}

/// The oldest wish of which not every item is known.
///
/// # Errors
/// When the database is away.
pub fn unlisted(tx: &mut dyn Queries) -> Result<Option<ErasureRow>, Error> {
    let row = tx.row(&UNLISTED, &[])?;
    row.map(|row| read(&row)).transpose()
}

/// Notes up to which item an account was looked through; none where that was the last.
///
/// # Errors
/// When the database is away or full.
pub fn note_seen(writer: &mut Writer<'_, '_>, id: Id<Erasure>, seen: Option<Sighting>) -> Result<(), Error> {
    let id = Value::Int(id.number());
    match seen {
        Some(seen) => writer.send(&SEEN, &[id, Value::Int(seen.at.as_micros()), Value::Int(seen.item)]),
        None => {
            let now = Value::Int(writer.now().as_micros());
            writer.send(&LISTED, &[id, now])
        }
    }
}

/// Notes that a wish is done, where every item is known and erased, and forgets whom it was about. False where it is not,
/// or was before.
///
/// # Errors
/// When the database is away or full.
pub fn finish(writer: &mut Writer<'_, '_>, id: Id<Erasure>) -> Result<bool, Error> {
    let now = writer.now().as_micros();
    Ok(writer.execute(&DONE, &[Value::Int(id.number()), Value::Int(now)])? > 0)
}

/// Notes for what an item is kept, and when to look at it again.
///
/// # Errors
/// When the database is away or full.
pub fn note_kept(
    writer: &mut Writer<'_, '_>,
    id: Id<Erasure>,
    item: Id<Item>,
    kept: Kept,
    look_at: Time,
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(item.number()),
        Value::Text(kept.reason.key()),
        Value::from(kept.until.map(Time::as_micros)),
        Value::Int(look_at.as_micros()),
    ];
    writer.send(&KEEP, &values)
}

/// Notes that an item was erased.
///
/// # Errors
/// When the database is away or full.
pub fn note_erased(writer: &mut Writer<'_, '_>, id: Id<Erasure>, item: Id<Item>) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.send(
        &ERASED,
        &[Value::Int(id.number()), Value::Int(item.number()), Value::Int(now)],
    )
}

/// At most `limit` items that were kept and are to be looked at again.
///
/// # Errors
/// When the database is away.
pub fn due(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<Waiting>, Error> {
    let rows = tx.rows(&DUE, &[Value::Int(now.as_micros()), Value::Int(i64::from(limit))])?;
    rows.iter()
        .map(|row| {
            Ok(Waiting {
                erasure: row.id(0, "erasure_item.erasure")?,
                item: row.id(1, "erasure_item.item")?,
            })
        })
        .collect()
}

/// At most `limit` items of a wish that come after one, oldest first, with what became of them.
///
/// # Errors
/// When the database is away.
pub fn items(
    tx: &mut dyn Queries,
    id: Id<Erasure>,
    after: Option<Id<Item>>,
    limit: u32,
) -> Result<Vec<ItemFate>, Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(after.map_or(-1, Id::number)),
        Value::Int(i64::from(limit)),
    ];
    let rows = tx.rows(&ITEMS, &values)?;
    rows.iter().map(read_fate).collect()
}

/// How many items of a wish were erased, and how many there are.
///
/// # Errors
/// When the database is away.
pub fn counts(tx: &mut dyn Queries, id: Id<Erasure>) -> Result<(u64, u64), Error> {
    let row = tx.row(&COUNTS, &[Value::Int(id.number())])?;
    row.map_or(Ok((0, 0)), |row| {
        Ok((row.int(0)?.unsigned_abs(), row.int(1)?.unsigned_abs()))
    })
}

/// Forgets the signs of an account.
///
/// # Errors
/// When the database is away or full.
pub fn forget_signals(writer: &mut Writer<'_, '_>, reference: &str) -> Result<(), Error> {
    writer.send(&FORGET_SIGNALS, &[Value::Text(reference)])
}

fn read(row: &Row) -> Result<ErasureRow, Error> {
    Ok(ErasureRow {
        id: row.id(0, "erasure.id")?,
        kind: row.key(1, "erasure.target_kind", TargetKind::from_key)?,
        reference: row.optional_owned(2)?,
        at: row.time(3)?,
        seen: Sighting {
            at: row.time(4)?,
            item: row.int(5)?,
            member: i64::MAX,
        },
        listed_at: row.optional_time(6)?,
        done_at: row.optional_time(7)?,
        purged_at: row.optional_time(8)?,
    })
}

fn read_fate(row: &Row) -> Result<ItemFate, Error> {
    let fate = match (
        row.optional_time(3)?,
        row.optional_key(1, "erasure_item.kept_for", KeptFor::from_key)?,
    ) {
        (Some(erased), _) => Fate::Erased(erased),
        (None, Some(reason)) => Fate::Kept(Kept {
            reason,
            until: row.optional_time(2)?,
        }),
        (None, None) => return Err(Error::unreadable("erasure_item")),
    };
    Ok(ItemFate {
        item: row.id(0, "erasure_item.item")?,
        fate,
    })
}
