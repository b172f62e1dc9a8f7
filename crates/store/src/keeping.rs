//! How long items are kept, and how they are erased: text, links, pictures, notes and whoever is behind them go, what was
//! decided stays.

use anlanh_db::{Row, Value};
use anlanh_model::{Appeal, Id, Keeping, Report, Time};

use crate::item::Item;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "keeping":
    // Ids rise with time: the oldest come first.
    KEPT = "SELECT i.id, i.received_at,
              CAST(CASE WHEN EXISTS (SELECT 1 FROM moderation_case c WHERE c.item = i.id AND c.state = 'open' AND c.purpose IN ('live', 'appeal')) THEN 1 ELSE 0 END AS BIGINT),
              (SELECT MAX(c.decided_at) FROM moderation_case c WHERE c.item = i.id AND c.purpose IN ('live', 'appeal')),
              CAST(CASE WHEN EXISTS (SELECT 1 FROM golden g WHERE g.item = i.id AND g.withdrawn_at IS NULL) THEN 1 ELSE 0 END AS BIGINT),
              CAST(CASE WHEN EXISTS (SELECT 1 FROM legal_hold h WHERE h.item = i.id AND h.ended_at IS NULL AND (h.until IS NULL OR h.until > $3)) THEN 1 ELSE 0 END AS BIGINT)
            FROM item_content k JOIN item i ON i.id = k.item WHERE k.item >= $1 AND k.item <= $2 ORDER BY k.item LIMIT $4";
    DELETE_CONTENT = "DELETE FROM item_content WHERE item = $1";
    // Neither database has the other's full-text search: PostgreSQL has words beside the content, and they went with it.
    DELETE_WORDS = "DELETE FROM item_words WHERE rowid = $1"
        | "UPDATE item_content SET words = '' WHERE item = $1";
    ERASE_IMAGES = "UPDATE item_image SET content = NULL WHERE item = $1 AND content IS NOT NULL";
    ERASE_ITEM = "UPDATE item SET author = NULL, page_ref = NULL, group_ref = NULL, channel_ref = NULL, facts = '{}' WHERE id = $1";
    ERASE_NOTES = "UPDATE case_event SET note = NULL WHERE note IS NOT NULL
                   AND case_id IN (SELECT id FROM moderation_case WHERE item = $1)";
    WITHDRAW_GOLDEN = "UPDATE golden SET withdrawn_at = $2 WHERE item = $1 AND withdrawn_at IS NULL";
    ERASED = "INSERT INTO erased_item (item, at, why) VALUES ($1, $2, $3) ON CONFLICT (item) DO NOTHING";
    IS_ON_DISK = "SELECT 1 FROM erased_item WHERE purged_at IS NULL AND at <= $1
                  UNION ALL SELECT 1 FROM erasure WHERE purged_at IS NULL AND done_at <= $1 LIMIT 1";
    PURGED = "UPDATE erased_item SET purged_at = $2 WHERE purged_at IS NULL AND at <= $1";
    PURGED_WISHES = "UPDATE erasure SET purged_at = $2 WHERE purged_at IS NULL AND done_at <= $1";
    WHEN_ERASED = "SELECT at, why FROM erased_item WHERE item = $1";
    ANSWERED_REPORTS = "SELECT id FROM report r WHERE r.answered_at IS NOT NULL AND r.erased_at IS NULL AND r.answered_at < $1
                          AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.item = r.item AND h.ended_at IS NULL
                            AND (h.until IS NULL OR h.until > $2))
                        ORDER BY r.answered_at LIMIT $3";
    ENDED_APPEALS = "SELECT a.id FROM appeal a JOIN subject_key k ON k.subject = a.id JOIN moderation_case c ON c.id = a.case_id
                     WHERE a.ended_at < $1
                       AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.item = c.item AND h.ended_at IS NULL
                         AND (h.until IS NULL OR h.until > $2))
                     ORDER BY a.ended_at LIMIT $3";
}

/// Why an item was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyErased {
    /// Its time was over.
    Time,
    /// Somebody wanted it.
    Wish,
}

impl WhyErased {
    const fn key(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Wish => "wish",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        [Self::Time, Self::Wish].into_iter().find(|why| why.key() == key)
    }
}

/// What says how long an item is kept at this moment; none where it has no content any more.
///
/// # Errors
/// When the database is away.
pub fn of_item(tx: &mut dyn Queries, item: Id<Item>, now: Time) -> Result<Option<Keeping>, Error> {
    let only = kept(tx, (item.number(), item.number()), now, 1)?;
    Ok(only.into_iter().next().map(|(_, keeping)| keeping))
}

/// At most `limit` items with content that come after this one, oldest first.
///
/// # Errors
/// When the database is away.
pub fn oldest(
    tx: &mut dyn Queries,
    after: Option<Id<Item>>,
    now: Time,
    limit: u32,
) -> Result<Vec<(Id<Item>, Keeping)>, Error> {
    let first = after.map_or(0, |after| after.number().saturating_add(1));
    kept(tx, (first, i64::MAX), now, limit)
}

fn kept(
    tx: &mut dyn Queries,
    (first, last): (i64, i64),
    now: Time,
    limit: u32,
) -> Result<Vec<(Id<Item>, Keeping)>, Error> {
    let limit = Value::Int(i64::from(limit));
    let rows = tx.rows(
        &KEPT,
        &[Value::Int(first), Value::Int(last), Value::Int(now.as_micros()), limit],
    )?;
    rows.iter().map(read).collect()
}

/// Erases what an item says, its pictures, the notes about it, and who and what is behind it.
///
/// # Errors
/// When the database is away or full.
pub fn erase(writer: &mut Writer<'_, '_>, item: Id<Item>, why: WhyErased) -> Result<(), Error> {
    let (id, now) = (Value::Int(item.number()), Value::Int(writer.now().as_micros()));
    for statement in [&DELETE_CONTENT, &DELETE_WORDS, &ERASE_IMAGES, &ERASE_ITEM, &ERASE_NOTES] {
        writer.send(statement, &[id])?;
    }
    writer.send(&WITHDRAW_GOLDEN, &[id, now])?;
    writer.send(&ERASED, &[id, now, Value::Text(why.key())])
}

/// When and why an item was erased, if it was.
///
/// # Errors
/// When the database is away.
pub fn when_erased(tx: &mut dyn Queries, item: Id<Item>) -> Result<Option<(Time, WhyErased)>, Error> {
    let row = tx.row(&WHEN_ERASED, &[Value::Int(item.number())])?;
    row.map(|row| Ok((row.time(0)?, row.key(1, "erased_item.why", WhyErased::from_key)?)))
        .transpose()
}

/// Whether something that was erased up to this moment may still be in the files of the database.
///
/// # Errors
/// When the database is away.
pub fn is_on_disk(tx: &mut dyn Queries, until: Time) -> Result<bool, Error> {
    Ok(tx.row(&IS_ON_DISK, &[Value::Int(until.as_micros())])?.is_some())
}

/// Notes that what was erased up to this moment has left the files of the database.
///
/// # Errors
/// When the database is away or full.
pub fn note_purged(writer: &mut Writer<'_, '_>, until: Time) -> Result<(), Error> {
    let values = [Value::Int(until.as_micros()), Value::Int(writer.now().as_micros())];
    writer.send(&PURGED, &values)?;
    writer.send(&PURGED_WISHES, &values)
}

/// At most `limit` reports that were answered before this moment and say something still, but for those that are held.
///
/// # Errors
/// When the database is away.
pub fn answered_reports(tx: &mut dyn Queries, before: Time, now: Time, limit: u32) -> Result<Vec<Id<Report>>, Error> {
    let rows = tx.rows(&ANSWERED_REPORTS, &limits(before, now, limit))?;
    rows.iter().map(|row| row.id(0, "report.id")).collect()
}

/// At most `limit` appeals that ended before this moment and can be read still, but for those that are held.
///
/// # Errors
/// When the database is away.
pub fn ended_appeals(tx: &mut dyn Queries, before: Time, now: Time, limit: u32) -> Result<Vec<Id<Appeal>>, Error> {
    let rows = tx.rows(&ENDED_APPEALS, &limits(before, now, limit))?;
    rows.iter().map(|row| row.id(0, "appeal.id")).collect()
}

fn limits(before: Time, now: Time, limit: u32) -> [Value<'static>; 3] {
    let (before, now) = (before.as_micros(), now.as_micros());
    [Value::Int(before), Value::Int(now), Value::Int(i64::from(limit))]
}

fn read(row: &Row) -> Result<(Id<Item>, Keeping), Error> {
    let keeping = Keeping {
        received_at: row.time(1)?,
        has_open_case: row.int(2)? != 0,
        ended_at: row.optional_time(3)?,
        is_golden: row.int(4)? != 0,
        is_held: row.int(5)? != 0,
    };
    Ok((row.id(0, "item.id")?, keeping))
}
