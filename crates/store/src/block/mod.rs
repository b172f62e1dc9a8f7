//! The blocklist of a network: changes, and what they block.

pub mod bouncer;
pub mod objection;
pub mod proof;
pub mod version;

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{BlockChange, BlockEntry, BlockKind, BlockSource, BlockStage, BlockState, Id, Order, Person, Time};

use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "block":
    INSERT_CHANGE = "INSERT INTO block_change (id, source, order_id, target, feed, proposed_by, needed, reason, stage, stage_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    UPDATE_CHANGE = "UPDATE block_change SET stage = $2, stage_at = $3 WHERE id = $1";
    APPROVE = "INSERT INTO block_approval (change_id, person, at) VALUES ($1, $2, $3)";
    APPROVALS = "SELECT person FROM block_approval WHERE change_id = $1 ORDER BY at, person";
    COUNT_ENTRIES = "SELECT COUNT(*) FROM block_entry WHERE change_id = $1";
    INSERT_ENTRY = "INSERT INTO block_entry (id, change_id, kind, value, act, reason, owner, basis, why_no_name, starts_at, expires_at,
                review_at, findings, names_hit, best_rank, examples, state, state_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    UPDATE_ENTRY = "UPDATE block_entry SET state = $2, state_at = $3 WHERE id = $1";
    SET_REVIEW = "UPDATE block_entry SET review_at = $2 WHERE id = $1";
    END_ENTRY = "UPDATE block_entry SET ended_by = $2, end_words = $3 WHERE id = $1";
    EXPIRED = "SELECT id FROM block_entry
              WHERE expires_at <= $1 AND state IN ('proposed', 'shadow', 'canary', 'in_force') ORDER BY expires_at, id LIMIT $2";
    OPEN_OF = "SELECT e.id FROM block_entry e JOIN block_change c ON c.id = e.change_id
              WHERE e.value = $1 AND e.act <> 'pass' AND c.source <> 'order' AND e.state IN ('proposed', 'shadow', 'canary', 'in_force')
              LIMIT 1";
    COUNT_PENDING = "SELECT COUNT(*) FROM block_change WHERE stage IN ('proposed', 'shadow', 'canary')";
    COUNTS = "SELECT state, COUNT(*) FROM block_entry GROUP BY state ORDER BY state";
    OF_ORDER = "SELECT e.id FROM block_entry e JOIN block_change c ON c.id = e.change_id
              WHERE c.order_id = $1 AND c.target = $2 AND e.state IN ('proposed', 'shadow', 'canary', 'in_force') ORDER BY e.id";
}

/// A list of entries with all of their columns.
macro_rules! select {
    ($name:literal, $rest:literal $(| $postgres:literal)?) => {{
        let statement = Statement::new(concat!("block.", $name), select!(@text $rest));
        $(let statement = statement.on_postgres(select!(@text $postgres));)?
        statement
    }};
    (@text $rest:literal) => {
        concat!(
            "SELECT e.id, e.change_id, e.kind, e.value, e.act, e.reason, e.owner, e.basis, e.why_no_name, e.starts_at,
               e.expires_at, e.review_at, e.findings, e.names_hit, e.best_rank, e.examples, e.state, e.state_at, s.name,
               e.end_words, c.source, c.order_id, c.target, c.feed, c.proposed_by, o.number, o.office, o.secret_until,
               o.told_at
             FROM block_entry e JOIN block_change c ON c.id = e.change_id
             LEFT JOIN authority_order o ON o.id = c.order_id LEFT JOIN staff s ON s.id = e.ended_by ",
            $rest
        )
    };
}

const LOAD: Statement = select!("LOAD", "WHERE e.id = $1");
const OF_CHANGE: Statement = select!("OF_CHANGE", "WHERE e.change_id = $1 ORDER BY e.id LIMIT $2");
const OF_VALUE: Statement = select!(
    "OF_VALUE",
    "WHERE e.value = $1 AND e.state IN ('canary', 'in_force') AND e.act <> 'pass' ORDER BY e.id"
);
const TO_REVIEW: Statement = select!(
    "TO_REVIEW",
    "WHERE e.state = 'in_force' AND e.review_at <= $1 ORDER BY e.review_at, e.id LIMIT $2"
);
const ALL_IN: Statement = select!("ALL_IN", "WHERE e.state = $1 AND e.id < $2 ORDER BY e.id DESC LIMIT $3");
const ALL: Statement = select!("ALL", "WHERE e.id < $1 ORDER BY e.id DESC LIMIT $2");
// `instr` is SQLite's, `strpos` PostgreSQL's.
const FOUND: Statement = select!(
    "FOUND",
    "WHERE instr(e.value, $1) > 0 AND e.id < $2 ORDER BY e.id DESC LIMIT $3"
        | "WHERE strpos(e.value, $1) > 0 AND e.id < $2 ORDER BY e.id DESC LIMIT $3"
);
const FOUND_IN: Statement = select!(
    "FOUND_IN",
    "WHERE instr(e.value, $1) > 0 AND e.state = $2 AND e.id < $3 ORDER BY e.id DESC LIMIT $4"
        | "WHERE strpos(e.value, $1) > 0 AND e.state = $2 AND e.id < $3 ORDER BY e.id DESC LIMIT $4"
);

/// A list of changes with all of their columns.
macro_rules! changes {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("block.", $name),
            concat!(
                "SELECT c.id, c.source, c.order_id, c.target, c.feed, c.proposed_by, c.needed, c.reason, c.stage, c.stage_at,
                   o.number, s.name
                 FROM block_change c LEFT JOIN authority_order o ON o.id = c.order_id LEFT JOIN staff s ON s.id = c.proposed_by ",
                $rest
            ),
        )
    };
}

const LOAD_CHANGE: Statement = changes!("LOAD_CHANGE", "WHERE c.id = $1");
const PENDING: Statement = changes!(
    "PENDING",
    "WHERE c.stage IN ('proposed', 'shadow', 'canary') AND c.id > $1 ORDER BY c.id LIMIT $2"
);
const SETTLED: Statement = changes!(
    "SETTLED",
    "WHERE c.stage NOT IN ('proposed', 'shadow', 'canary') AND c.id < $1 ORDER BY c.id DESC LIMIT $2"
);

pub(crate) const LISTS: &[&Statement] = &[
    &LOAD,
    &OF_CHANGE,
    &OF_VALUE,
    &TO_REVIEW,
    &ALL_IN,
    &ALL,
    &FOUND,
    &FOUND_IN,
    &LOAD_CHANGE,
    &PENDING,
    &SETTLED,
];

/// A change as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// The change.
    pub change: BlockChange,
    /// Why it was proposed.
    pub reason: String,
    /// Since when it stands where it does.
    pub stage_at: Time,
    /// The number of its order, in the office's writing.
    pub order_number: Option<String>,
    /// The name of who proposed it.
    pub proposed_by: Option<String>,
    /// How many values it has.
    pub entries: u64,
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What the value is.
    pub kind: BlockKind,
    /// The value, in its canonical form.
    pub value: String,
    /// What is done, as the engine writes it: `nxdomain`, `redirect=NAME`.
    pub act: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Keys of articles, or the operator's own rule, in words.
    pub basis: Vec<String>,
    /// Of an address or network: why no name serves.
    pub why_no_name: Option<String>,
    /// From when on it may hold.
    pub starts_at: Time,
    /// When somebody looks at it again.
    pub review_at: Time,
    /// What the guard found, each with what it is about.
    pub findings: Vec<(String, String)>,
    /// How many known names it hits.
    pub names_hit: u64,
    /// The best rank among them.
    pub best_rank: Option<u32>,
    /// Some of them.
    pub examples: Vec<String>,
}

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// The entry.
    pub entry: BlockEntry,
    /// What it says.
    pub terms: Terms,
    /// Since when it stands where it does.
    pub state_at: Time,
    /// The name of who lifted it.
    pub ended_by: Option<String>,
    /// What they said.
    pub end_words: Option<String>,
    /// What its change comes from.
    pub source: BlockSource,
    /// The order it comes from: its number and office.
    pub order: Option<(String, String)>,
    /// Whether nobody outside is told of that order yet.
    pub is_confidential: bool,
}

/// Which entries are looked through, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EntryFilter<'f> {
    /// Those whose value holds this.
    pub value: Option<&'f str>,
    /// Those in this state, by its key.
    pub state: Option<&'f str>,
    /// Those before this one.
    pub before: Option<Id<BlockEntry>>,
}

/// Keeps a change without its entries.
///
/// # Errors
/// When the database is away or full.
pub fn insert_change(writer: &mut Writer<'_, '_>, change: &BlockChange, reason: &str) -> Result<(), Error> {
    let (order, target) = match change.source {
        BlockSource::Order(order, target) => (Some(order.number()), Some(i64::from(target))),
        BlockSource::Hand(_) | BlockSource::Feed(_) => (None, None),
    };
    let (source, feed, by) = match &change.source {
        BlockSource::Hand(by) => ("hand", None, Some(by.number())),
        BlockSource::Order(..) => ("order", None, None),
        BlockSource::Feed(feed) => ("feed", Some(feed.as_str()), None),
    };
    let values = [
        Value::Int(change.id.number()),
        Value::Text(source),
        Value::from(order),
        Value::from(target),
        Value::from(feed),
        Value::from(by),
        Value::Int(i64::from(change.needed)),
        Value::Text(reason),
        Value::Text(change.stage.key()),
        Value::Int(writer.now().as_micros()),
    ];
    writer.execute(&INSERT_CHANGE, &values)?;
    for person in &change.approvals {
        approve(writer, change.id, *person)?;
    }
    Ok(())
}

/// Keeps that somebody approved a change.
///
/// # Errors
/// When the database is away or full.
pub fn approve(writer: &mut Writer<'_, '_>, change: Id<BlockChange>, person: Id<Person>) -> Result<(), Error> {
    let values = [
        Value::Int(change.number()),
        Value::Int(person.number()),
        Value::Int(writer.now().as_micros()),
    ];
    writer.execute(&APPROVE, &values)?;
    Ok(())
}

/// Stores where a change stands, from now on.
///
/// # Errors
/// When the database is away or full.
pub fn update_change(writer: &mut Writer<'_, '_>, id: Id<BlockChange>, stage: BlockStage) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Text(stage.key()),
        Value::Int(writer.now().as_micros()),
    ];
    writer.send(&UPDATE_CHANGE, &values)
}

/// Keeps an entry.
///
/// # Errors
/// When the database is away or full.
pub fn insert_entry(writer: &mut Writer<'_, '_>, entry: &BlockEntry, terms: &Terms) -> Result<(), Error> {
    let pairs = terms.findings.iter().map(|(key, about)| format!("{key}\t{about}"));
    let findings: Vec<String> = pairs.collect();
    let values = [
        Value::Int(entry.id.number()),
        Value::Int(entry.change.number()),
        Value::Text(terms.kind.key()),
        Value::Text(&terms.value),
        Value::Text(&terms.act),
        Value::Text(&terms.reason),
        Value::Text(&terms.owner),
        Value::Text(&join(&terms.basis)),
        Value::from(terms.why_no_name.as_deref()),
        Value::Int(terms.starts_at.as_micros()),
        Value::from(entry.expires_at.map(Time::as_micros)),
        Value::Int(terms.review_at.as_micros()),
        Value::Text(&join(&findings)),
        Value::Int(i64::try_from(terms.names_hit).unwrap_or(i64::MAX)),
        Value::from(terms.best_rank.map(i64::from)),
        Value::Text(&join(&terms.examples)),
        Value::Text(entry.state.key()),
        Value::Int(writer.now().as_micros()),
    ];
    writer.send(&INSERT_ENTRY, &values)
}

/// Stores where an entry stands, from now on.
///
/// # Errors
/// When the database is away or full.
pub fn update_entry(writer: &mut Writer<'_, '_>, id: Id<BlockEntry>, state: BlockState) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Text(state.key()),
        Value::Int(writer.now().as_micros()),
    ];
    writer.send(&UPDATE_ENTRY, &values)
}

/// Keeps who lifted an entry, and why.
///
/// # Errors
/// When the database is away or full.
pub fn end_entry(
    writer: &mut Writer<'_, '_>,
    id: Id<BlockEntry>,
    by: Option<Id<Person>>,
    words: &str,
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::from(by.map(Id::number)),
        Value::Text(words),
    ];
    writer.send(&END_ENTRY, &values)
}

/// One change.
///
/// # Errors
/// When the database is away.
pub fn load_change(tx: &mut dyn Queries, id: Id<BlockChange>) -> Result<Option<ChangeRow>, Error> {
    let row = tx.row(&LOAD_CHANGE, &[Value::Int(id.number())])?;
    row.map(|row| read_change(tx, &row)).transpose()
}

/// Changes that somebody has yet to do something with, oldest first, after one.
///
/// # Errors
/// When the database is away.
pub fn pending(tx: &mut dyn Queries, after: Option<Id<BlockChange>>, limit: u32) -> Result<Vec<ChangeRow>, Error> {
    let after = after.map_or(-1, Id::number);
    let rows = tx.rows(&PENDING, &[Value::Int(after), Value::Int(i64::from(limit))])?;
    rows.iter().map(|row| read_change(tx, row)).collect()
}

/// Changes that are in force or over, newest first, before one.
///
/// # Errors
/// When the database is away.
pub fn settled(tx: &mut dyn Queries, before: Option<Id<BlockChange>>, limit: u32) -> Result<Vec<ChangeRow>, Error> {
    let before = before.map_or(i64::MAX, Id::number);
    let rows = tx.rows(&SETTLED, &[Value::Int(before), Value::Int(i64::from(limit))])?;
    rows.iter().map(|row| read_change(tx, row)).collect()
}

/// One entry.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<BlockEntry>) -> Result<Option<EntryRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// At most `limit` entries of a change, oldest first.
///
/// # Errors
/// When the database is away.
pub fn of_change(tx: &mut dyn Queries, id: Id<BlockChange>, limit: u32) -> Result<Vec<EntryRow>, Error> {
    let rows = tx.rows(&OF_CHANGE, &[Value::Int(id.number()), Value::Int(i64::from(limit))])?;
    rows.iter().map(read).collect()
}

/// The entries that block exactly this value, oldest first.
///
/// # Errors
/// When the database is away.
pub fn of_value(tx: &mut dyn Queries, value: &str) -> Result<Vec<EntryRow>, Error> {
    tx.rows(&OF_VALUE, &[Value::Text(value)])?.iter().map(read).collect()
}

/// The open entries by a target of an order.
///
/// # Errors
/// When the database is away.
pub fn of_order(tx: &mut dyn Queries, order: Id<Order>, target: u32) -> Result<Vec<Id<BlockEntry>>, Error> {
    let rows = tx.rows(&OF_ORDER, &[Value::Int(order.number()), Value::Int(i64::from(target))])?;
    rows.iter().map(|row| row.id(0, "block_entry.id")).collect()
}

/// At most `limit` entries in force that somebody is to look at again, the one that waits longest first.
///
/// # Errors
/// When the database is away.
pub fn to_review(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<EntryRow>, Error> {
    let rows = tx.rows(&TO_REVIEW, &[Value::Int(now.as_micros()), Value::Int(i64::from(limit))])?;
    rows.iter().map(read).collect()
}

/// Stores when somebody looks at an entry again.
///
/// # Errors
/// When the database is away or full.
pub fn set_review(writer: &mut Writer<'_, '_>, id: Id<BlockEntry>, at: Time) -> Result<(), Error> {
    writer.send(&SET_REVIEW, &[Value::Int(id.number()), Value::Int(at.as_micros())])
}

/// Whether the value blocks or may yet do so, and not by an order alone.
///
/// # Errors
/// When the database is away.
pub fn is_open(tx: &mut dyn Queries, value: &str) -> Result<bool, Error> {
    Ok(tx.row(&OPEN_OF, &[Value::Text(value)])?.is_some())
}

/// A page of entries.
///
/// # Errors
/// When the database is away.
pub fn list(tx: &mut dyn Queries, filter: EntryFilter<'_>, limit: u32) -> Result<Vec<EntryRow>, Error> {
    let before = Value::Int(filter.before.map_or(i64::MAX, Id::number));
    let limit = Value::Int(i64::from(limit));
    let rows = match (filter.value, filter.state) {
        (None, None) => tx.rows(&ALL, &[before, limit])?,
        (None, Some(state)) => tx.rows(&ALL_IN, &[Value::Text(state), before, limit])?,
        (Some(value), None) => tx.rows(&FOUND, &[Value::Text(value), before, limit])?,
        (Some(value), Some(state)) => tx.rows(&FOUND_IN, &[Value::Text(value), Value::Text(state), before, limit])?,
    };
    rows.iter().map(read).collect()
}

/// How many changes are not in force everywhere.
///
/// # Errors
/// When the database is away.
pub fn count_pending(tx: &mut dyn Queries) -> Result<u64, Error> {
    let count = tx.row(&COUNT_PENDING, &[])?.map_or(Ok(0), |row| row.int(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// How many entries stand where, by the keys of states.
///
/// # Errors
/// When the database is away.
pub fn counts(tx: &mut dyn Queries) -> Result<Vec<(String, u64)>, Error> {
    let rows = tx.rows(&COUNTS, &[])?;
    let read = |row: &Row| Ok((row.owned(0)?, row.int(1)?.unsigned_abs()));
    rows.iter().map(read).collect()
}

/// At most `limit` entries whose time is over and that was not noted.
///
/// # Errors
/// When the database is away.
pub fn expired(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<Id<BlockEntry>>, Error> {
    let rows = tx.rows(&EXPIRED, &[Value::Int(now.as_micros()), Value::Int(i64::from(limit))])?;
    rows.iter().map(|row| row.id(0, "block_entry.id")).collect()
}

fn source(row: &Row, at: usize) -> Result<BlockSource, Error> {
    let order = row.optional_id(at + 1, "block_change.order_id")?;
    let target = row.optional_int(at + 2)?.and_then(|target| u32::try_from(target).ok());
    let feed = row.optional_owned(at + 3)?;
    let by = row.optional_id(at + 4, "block_change.proposed_by")?;
    match (row.text(at)?, order, target, feed, by) {
        ("hand", None, None, None, Some(by)) => Ok(BlockSource::Hand(by)),
        ("order", Some(order), Some(target), None, None) => Ok(BlockSource::Order(order, target)),
        ("feed", None, None, Some(feed), None) => Ok(BlockSource::Feed(feed)),
        (_, _, _, _, _) => Err(Error::unreadable("block_change.source")),
    }
}

fn read_change(tx: &mut dyn Queries, row: &Row) -> Result<ChangeRow, Error> {
    let id: Id<BlockChange> = row.id(0, "block_change.id")?;
    let stage_at = row.time(9)?;
    let approvals = tx.rows(&APPROVALS, &[Value::Int(id.number())])?;
    let approvals = approvals.iter().map(|row| row.id(0, "block_approval.person"));
    let counted = tx.row(&COUNT_ENTRIES, &[Value::Int(id.number())])?;
    Ok(ChangeRow {
        change: BlockChange {
            id,
            source: source(row, 1)?,
            needed: u32::try_from(row.int(6)?).map_err(|_| Error::unreadable("block_change.needed"))?,
            approvals: approvals.collect::<Result<_, _>>()?,
            stage: BlockStage::from_key(row.text(8)?, stage_at).ok_or(Error::unreadable("block_change.stage"))?,
        },
        reason: row.owned(7)?,
        stage_at,
        order_number: row.optional_owned(10)?,
        proposed_by: row.optional_owned(11)?,
        entries: counted.map_or(Ok(0), |row| row.int(0))?.unsigned_abs(),
    })
}

pub(crate) fn read(row: &Row) -> Result<EntryRow, Error> {
    let state_at = row.time(17)?;
    let findings = row.text(12)?.lines().map(|line| {
        let (key, about) = line.split_once('\t').unwrap_or((line, ""));
        (key.to_owned(), about.to_owned())
    });
    let secret_until = row.optional_time(27)?;
    let told_at = row.optional_time(28)?;
    Ok(EntryRow {
        entry: BlockEntry {
            id: row.id(0, "block_entry.id")?,
            change: row.id(1, "block_entry.change_id")?,
            expires_at: row.optional_time(10)?,
            state: BlockState::from_key(row.text(16)?, state_at).ok_or(Error::unreadable("block_entry.state"))?,
        },
        terms: Terms {
            kind: row.key(2, "block_entry.kind", BlockKind::from_key)?,
            value: row.owned(3)?,
            act: row.owned(4)?,
            reason: row.owned(5)?,
            owner: row.owned(6)?,
            basis: split(row.text(7)?),
            why_no_name: row.optional_owned(8)?,
            starts_at: row.time(9)?,
            review_at: row.time(11)?,
            findings: findings.collect(),
            names_hit: row.int(13)?.unsigned_abs(),
            best_rank: row.optional_int(14)?.and_then(|rank| u32::try_from(rank).ok()),
            examples: split(row.text(15)?),
        },
        state_at,
        ended_by: row.optional_owned(18)?,
        end_words: row.optional_owned(19)?,
        source: source(row, 20)?,
        order: row.optional_owned(25)?.zip(row.optional_owned(26)?),
        is_confidential: secret_until.is_some() && told_at.is_none(),
    })
}
