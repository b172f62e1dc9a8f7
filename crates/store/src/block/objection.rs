//! Objections against blocks, and what became of each.

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{BlockEntry, BlockObjection, ClockEnd, DataSubject, Id, ObjectionResult, StatutoryClock, Time};

use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "block_objection":
    INSERT = "INSERT INTO block_objection (id, entry, hash, words, opened_at, clock_key, clock_basis, starts_at, warn_at, due_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    ANSWER = "UPDATE block_objection SET result = $2, answered_by = $3, answered_at = $4, answer = $5 WHERE id = $1";
    SET_CLOCK = "UPDATE block_objection SET warned_at = $2, breached_at = $3, met_at = $4 WHERE id = $1";
    STRUCK = "SELECT id FROM block_objection WHERE met_at IS NULL AND breached_at IS NULL
                AND (due_at < $1 OR (warned_at IS NULL AND warn_at <= $1)) ORDER BY warn_at LIMIT $2";
    COUNT_OPEN = "SELECT COUNT(*) FROM block_objection WHERE entry = $1 AND result IS NULL";
    ENDED_WORDS = "SELECT id FROM block_objection WHERE words IS NOT NULL AND answered_at < $1 ORDER BY answered_at LIMIT $2";
    CLEAR_WORDS = "UPDATE block_objection SET words = NULL WHERE id = $1";
}

/// A list of objections with all of their columns.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("block_objection.", $name),
            concat!(
                "SELECT b.id, b.entry, b.words, b.opened_at, b.result, b.answered_by, b.answered_at, b.answer, b.clock_key,
                   b.clock_basis, b.starts_at, b.due_at, b.warned_at, b.breached_at, b.met_at, e.value
                 FROM block_objection b JOIN block_entry e ON e.id = b.entry ",
                $rest
            ),
        )
    };
}

const LOAD: Statement = select!("LOAD", "WHERE b.id = $1");
const OF_LINK: Statement = select!("OF_LINK", "WHERE b.hash = $1");
const OPEN: Statement = select!("OPEN", "WHERE b.result IS NULL ORDER BY b.due_at, b.id LIMIT $1");
const OF_ENTRY: Statement = select!("OF_ENTRY", "WHERE b.entry = $1 ORDER BY b.id DESC LIMIT $2");
pub(crate) const LISTS: &[&Statement] = &[&LOAD, &OF_LINK, &OPEN, &OF_ENTRY];

/// An objection as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectionRow {
    /// The objection.
    pub objection: BlockObjection,
    /// The value that is blocked.
    pub value: String,
    /// What was said, sealed.
    pub words: Option<Vec<u8>>,
    /// When.
    pub opened_at: Time,
    /// What was answered.
    pub answer: Option<String>,
}

/// Keeps an objection of now, found by the hash of its private link.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, objection: &BlockObjection, hash: &[u8], words: &[u8]) -> Result<(), Error> {
    let clock = objection.clock.as_ref();
    let values = [
        Value::Int(objection.id.number()),
        Value::Int(objection.entry.number()),
        Value::Bytes(hash),
        Value::Bytes(words),
        Value::Int(writer.now().as_micros()),
        Value::from(clock.map(|clock| clock.key.as_str())),
        Value::Text(&clock.map_or_else(String::new, |clock| join(&clock.basis))),
        Value::from(clock.map(|clock| clock.starts_at.as_micros())),
        Value::from(clock.map(|clock| clock.warn_at().as_micros())),
        Value::from(clock.map(|clock| clock.due_at.as_micros())),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(())
}

/// Stores how an objection was answered.
///
/// # Errors
/// When the database is away or full.
pub fn answer(writer: &mut Writer<'_, '_>, objection: &BlockObjection, words: &str) -> Result<(), Error> {
    let answered = objection.answered;
    let values = [
        Value::Int(objection.id.number()),
        Value::from(answered.map(|(result, ..)| result.key())),
        Value::from(answered.map(|(_, by, _)| by.number())),
        Value::from(answered.map(|(.., at)| at.as_micros())),
        Value::Text(words),
    ];
    writer.send(&ANSWER, &values)?;
    set_clock(writer, objection)
}

/// Stores what became of the clock of an objection.
///
/// # Errors
/// When the database is away or full.
pub fn set_clock(writer: &mut Writer<'_, '_>, objection: &BlockObjection) -> Result<(), Error> {
    let Some(clock) = &objection.clock else {
        return Ok(());
    };
    let (breached, met) = clock.end.times();
    let values = [
        Value::Int(objection.id.number()),
        Value::from(clock.warned_at.map(Time::as_micros)),
        Value::from(breached.map(Time::as_micros)),
        Value::from(met.map(Time::as_micros)),
    ];
    writer.send(&SET_CLOCK, &values)
}

/// The number under which the data key of what was said is kept: that of the objection.
#[must_use]
pub fn subject_of(objection: Id<BlockObjection>) -> Id<DataSubject> {
    objection.cast()
}

/// One objection.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<BlockObjection>) -> Result<Option<ObjectionRow>, Error> {
    tx.row(&LOAD, &[Value::Int(id.number())])?
        .map(|row| read(&row))
        .transpose()
}

/// The objection that a link with this hash leads to.
///
/// # Errors
/// When the database is away.
pub fn of_link(tx: &mut dyn Queries, hash: &[u8]) -> Result<Option<ObjectionRow>, Error> {
    tx.row(&OF_LINK, &[Value::Bytes(hash)])?
        .map(|row| read(&row))
        .transpose()
}

/// At most `limit` objections that nobody has answered, the one that is due first before the others.
///
/// # Errors
/// When the database is away.
pub fn open(tx: &mut dyn Queries, limit: u32) -> Result<Vec<ObjectionRow>, Error> {
    tx.rows(&OPEN, &[Value::Int(i64::from(limit))])?
        .iter()
        .map(read)
        .collect()
}

/// At most `limit` objections against an entry, newest first.
///
/// # Errors
/// When the database is away.
pub fn of_entry(tx: &mut dyn Queries, entry: Id<BlockEntry>, limit: u32) -> Result<Vec<ObjectionRow>, Error> {
    let rows = tx.rows(&OF_ENTRY, &[Value::Int(entry.number()), Value::Int(i64::from(limit))])?;
    rows.iter().map(read).collect()
}

/// How many objections against an entry nobody has answered.
///
/// # Errors
/// When the database is away.
pub fn count_open(tx: &mut dyn Queries, entry: Id<BlockEntry>) -> Result<u64, Error> {
    let row = tx.row(&COUNT_OPEN, &[Value::Int(entry.number())])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// At most `limit` objections whose clock is to warn or ran out by now and was not noted.
///
/// # Errors
/// When the database is away.
pub fn struck(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<Id<BlockObjection>>, Error> {
    let rows = tx.rows(&STRUCK, &[Value::Int(now.as_micros()), Value::Int(i64::from(limit))])?;
    rows.iter().map(|row| row.id(0, "block_objection.id")).collect()
}

/// At most `limit` objections that were answered before this moment and can be read still.
///
/// # Errors
/// When the database is away.
pub fn ended_words(tx: &mut dyn Queries, before: Time, limit: u32) -> Result<Vec<Id<BlockObjection>>, Error> {
    let rows = tx.rows(
        &ENDED_WORDS,
        &[Value::Int(before.as_micros()), Value::Int(i64::from(limit))],
    )?;
    rows.iter().map(|row| row.id(0, "block_objection.id")).collect()
}

/// Forgets what was said in an objection.
///
/// # Errors
/// When the database is away or full.
pub fn clear_words(writer: &mut Writer<'_, '_>, id: Id<BlockObjection>) -> Result<(), Error> {
    writer.send(&CLEAR_WORDS, &[Value::Int(id.number())])
}

fn read(row: &Row) -> Result<ObjectionRow, Error> {
    let id: Id<BlockObjection> = row.id(0, "block_objection.id")?;
    let result = row.optional_key(4, "block_objection.result", ObjectionResult::from_key)?;
    let by = row.optional_id(5, "block_objection.answered_by")?;
    let answered = result.zip(by).zip(row.optional_time(6)?);
    let end = ClockEnd::from_times(row.optional_time(13)?, row.optional_time(14)?);
    let clock = match (row.optional_owned(8)?, row.optional_time(10)?, row.optional_time(11)?) {
        (Some(key), Some(starts_at), Some(due_at)) => Some(StatutoryClock {
            id: id.cast(),
            key,
            basis: split(row.text(9)?),
            starts_at,
            due_at,
            warned_at: row.optional_time(12)?,
            end,
        }),
        (_, _, _) => None,
    };
    Ok(ObjectionRow {
        objection: BlockObjection {
            id,
            entry: row.id(1, "block_objection.entry")?,
            clock,
            answered: answered.map(|((result, by), at)| (result, by, at)),
        },
        value: row.owned(15)?,
        words: row.optional_bytes(2)?.map(<[u8]>::to_vec),
        opened_at: row.time(3)?,
        answer: row.optional_owned(7)?,
    })
}
