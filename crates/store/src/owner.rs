//! Requests to owners, and what came of each.

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{
    ClockEnd, DataSubject, Id, Order, OwnerRequest, OwnerState, OwnerVoice, StatutoryClock, Target, Time,
};

use crate::decision::Decision;
use crate::item::Item;
use crate::measure::target;
use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "owner":
    INSERT = "INSERT INTO owner_request (id, order_id, target, decision, item, owner_kind, owner, content, reason, category, basis,
                hash, state, state_at, clock_key, clock_basis, starts_at, warn_at, due_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    UPDATE = "UPDATE owner_request SET state = $2, state_at = $3, voice = $4, warned_at = $5, breached_at = $6, met_at = $7
              WHERE id = $1";
    SET_WORDS = "UPDATE owner_request SET words = $2 WHERE id = $1";
    STRUCK = "SELECT id FROM owner_request WHERE met_at IS NULL AND breached_at IS NULL
                AND (due_at < $1 OR (warned_at IS NULL AND warn_at <= $1)) ORDER BY warn_at LIMIT $2";
    // What an owner let run out or answered, and nobody has dealt with.
    RETURNED = "SELECT DISTINCT o.id, o.number, o.due_at FROM owner_request r JOIN authority_order o ON o.id = r.order_id
                JOIN order_target t ON t.id = r.order_id AND t.number = r.target
              WHERE o.state = 'assigned' AND t.state = 'open'
                AND (r.state IN ('removed', 'contested') OR (r.state = 'asked' AND r.breached_at IS NOT NULL))
              ORDER BY o.due_at, o.id LIMIT $1";
    ENDED_WORDS = "SELECT r.id FROM owner_request r JOIN subject_key k ON k.subject = r.id
              WHERE r.words IS NOT NULL AND r.state_at < $1
                AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.item = r.item AND h.ended_at IS NULL
                  AND (h.until IS NULL OR h.until > $2))
              ORDER BY r.state_at LIMIT $3";
}

/// A list of requests with all of their columns.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("owner.", $name),
            concat!(
                "SELECT id, order_id, target, decision, item, owner_kind, owner, content, reason, category, basis, state, state_at,
                   voice, words, clock_key, clock_basis, starts_at, due_at, warned_at, breached_at, met_at
                 FROM owner_request ",
                $rest
            ),
        )
    };
}

const LOAD: Statement = select!("LOAD", "WHERE id = $1");
const ASKED_ABOUT: Statement = select!("ASKED_ABOUT", "WHERE item = $1 AND state = 'asked' ORDER BY id");
const OF_LINK: Statement = select!("OF_LINK", "WHERE hash = $1");
const OF_ORDER: Statement = select!("OF_ORDER", "WHERE order_id = $1 ORDER BY id");
const OF_DECISION: Statement = select!("OF_DECISION", "WHERE decision = $1 ORDER BY id");
pub(crate) const LISTS: &[&Statement] = &[&LOAD, &ASKED_ABOUT, &OF_LINK, &OF_ORDER, &OF_DECISION];

/// By what an owner is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerSource {
    /// A target of an order of an authority, by its number.
    Order(Id<Order>, u32),
    /// A decision on what somebody reported.
    Decision(Id<Decision>),
}

/// A request to an owner as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerRow {
    /// The request.
    pub request: OwnerRequest,
    /// By what they are asked.
    pub source: OwnerSource,
    /// The item.
    pub item: Id<Item>,
    /// The account, page, group or channel whose owner is asked.
    pub owner: Target,
    /// What they are to remove, as the platform or the order names it.
    pub content: String,
    /// Why, in words for them.
    pub reason: String,
    /// Key of the category.
    pub category: Option<String>,
    /// Keys of the articles that the order or the decision rests on.
    pub basis: Vec<String>,
    /// What they said against it, sealed.
    pub words: Option<Vec<u8>>,
}

/// Keeps a request, found by the hash of its private link.
///
/// # Errors
/// When the database is away or full, or the same owner was asked before.
pub fn insert(writer: &mut Writer<'_, '_>, row: &OwnerRow, hash: &[u8]) -> Result<(), Error> {
    let clock = &row.request.clock;
    let (order, number, decision) = match row.source {
        OwnerSource::Order(order, number) => (Some(order.number()), Some(i64::from(number)), None),
        OwnerSource::Decision(decision) => (None, None, Some(decision.number())),
    };
    let values = [
        Value::Int(row.request.id.number()),
        Value::from(order),
        Value::from(number),
        Value::from(decision),
        Value::Int(row.item.number()),
        Value::Text(row.owner.kind().key()),
        Value::Text(row.owner.reference()),
        Value::Text(&row.content),
        Value::Text(&row.reason),
        Value::from(row.category.as_deref()),
        Value::Text(&join(&row.basis)),
        Value::Bytes(hash),
        Value::Text(row.request.state.key()),
        Value::Int(writer.now().as_micros()),
        Value::Text(&clock.key),
        Value::Text(&join(&clock.basis)),
        Value::Int(clock.starts_at.as_micros()),
        Value::Int(clock.warn_at().as_micros()),
        Value::Int(clock.due_at.as_micros()),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(())
}

/// Stores what became of a request: its state and clock.
///
/// # Errors
/// When the database is away or full.
pub fn update(writer: &mut Writer<'_, '_>, request: &OwnerRequest) -> Result<(), Error> {
    let voice = match request.state {
        OwnerState::Removed { voice, .. } | OwnerState::Contested { voice, .. } => Some(voice.key()),
        OwnerState::Asked | OwnerState::Ended { .. } => None,
    };
    let (breached, met) = request.clock.end.times();
    let values = [
        Value::Int(request.id.number()),
        Value::Text(request.state.key()),
        Value::Int(writer.now().as_micros()),
        Value::from(voice),
        Value::from(request.clock.warned_at.map(Time::as_micros)),
        Value::from(breached.map(Time::as_micros)),
        Value::from(met.map(Time::as_micros)),
    ];
    writer.send(&UPDATE, &values)
}

/// Keeps what an owner said against a request, sealed.
///
/// # Errors
/// When the database is away or full.
pub fn set_words(writer: &mut Writer<'_, '_>, id: Id<OwnerRequest>, words: &[u8]) -> Result<(), Error> {
    writer.send(&SET_WORDS, &[Value::Int(id.number()), Value::Bytes(words)])
}

/// The number under which the data key of an owner's words is kept: that of the request.
#[must_use]
pub fn subject_of(request: Id<OwnerRequest>) -> Id<DataSubject> {
    request.cast()
}

/// One request.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<OwnerRequest>) -> Result<Option<OwnerRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// The request that a link with this hash leads to.
///
/// # Errors
/// When the database is away.
pub fn of_link(tx: &mut dyn Queries, hash: &[u8]) -> Result<Option<OwnerRow>, Error> {
    let row = tx.row(&OF_LINK, &[Value::Bytes(hash)])?;
    row.map(|row| read(&row)).transpose()
}

/// The requests by an order, oldest first.
///
/// # Errors
/// When the database is away.
pub fn of_order(tx: &mut dyn Queries, id: Id<Order>) -> Result<Vec<OwnerRow>, Error> {
    tx.rows(&OF_ORDER, &[Value::Int(id.number())])?
        .iter()
        .map(read)
        .collect()
}

/// The requests by a decision, oldest first.
///
/// # Errors
/// When the database is away.
pub fn of_decision(tx: &mut dyn Queries, id: Id<Decision>) -> Result<Vec<OwnerRow>, Error> {
    tx.rows(&OF_DECISION, &[Value::Int(id.number())])?
        .iter()
        .map(read)
        .collect()
}

/// The requests about an item that no owner has answered, oldest first.
///
/// # Errors
/// When the database is away.
pub fn asked_about(tx: &mut dyn Queries, item: Id<Item>) -> Result<Vec<OwnerRow>, Error> {
    tx.rows(&ASKED_ABOUT, &[Value::Int(item.number())])?
        .iter()
        .map(read)
        .collect()
}

/// At most `limit` requests whose clock is to warn or ran out by now and was not noted.
///
/// # Errors
/// When the database is away.
pub fn struck(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<Id<OwnerRequest>>, Error> {
    let rows = tx.rows(&STRUCK, &[Value::Int(now.as_micros()), Value::Int(i64::from(limit))])?;
    rows.iter().map(|row| row.id(0, "owner_request.id")).collect()
}

/// At most `limit` orders with a target that came back from its owner and is open, with their numbers; the one that is due
/// first before the others.
///
/// # Errors
/// When the database is away.
pub fn returned(tx: &mut dyn Queries, limit: u32) -> Result<Vec<(Id<Order>, String)>, Error> {
    let rows = tx.rows(&RETURNED, &[Value::Int(i64::from(limit))])?;
    let read = |row: &Row| Ok((row.id(0, "authority_order.id")?, row.owned(1)?));
    rows.iter().map(read).collect()
}

/// At most `limit` requests that were answered with words before this moment and can be read still, but for those whose item
/// is held.
///
/// # Errors
/// When the database is away.
pub fn ended_words(tx: &mut dyn Queries, before: Time, now: Time, limit: u32) -> Result<Vec<Id<OwnerRequest>>, Error> {
    let values = [
        Value::Int(before.as_micros()),
        Value::Int(now.as_micros()),
        Value::Int(i64::from(limit)),
    ];
    let rows = tx.rows(&ENDED_WORDS, &values)?;
    rows.iter().map(|row| row.id(0, "owner_request.id")).collect()
}

fn read(row: &Row) -> Result<OwnerRow, Error> {
    let at = row.time(12)?;
    let voice = row.optional_key(13, "owner_request.voice", OwnerVoice::from_key)?;
    let state = match (row.text(11)?, voice) {
        ("asked", _) => OwnerState::Asked,
        ("removed", Some(voice)) => OwnerState::Removed { at, voice },
        ("contested", Some(voice)) => OwnerState::Contested { at, voice },
        ("ended", _) => OwnerState::Ended { at },
        (_, _) => return Err(Error::unreadable("owner_request.state")),
    };
    let number = row.optional_int(2)?.and_then(|number| u32::try_from(number).ok());
    let order = row.optional_id(1, "owner_request.order_id")?;
    let source = match (order, number, row.optional_id(3, "owner_request.decision")?) {
        (Some(order), Some(number), None) => OwnerSource::Order(order, number),
        (None, None, Some(decision)) => OwnerSource::Decision(decision),
        (_, _, _) => return Err(Error::unreadable("owner_request.order_id")),
    };
    let end = ClockEnd::from_times(row.optional_time(20)?, row.optional_time(21)?);
    let clock = StatutoryClock {
        id: row.id(0, "owner_request.id")?,
        key: row.owned(15)?,
        basis: split(row.text(16)?),
        starts_at: row.time(17)?,
        due_at: row.time(18)?,
        warned_at: row.optional_time(19)?,
        end,
    };
    Ok(OwnerRow {
        request: OwnerRequest {
            id: row.id(0, "owner_request.id")?,
            clock,
            state,
        },
        source,
        item: row.id(4, "owner_request.item")?,
        owner: target(row, 5, 6)?,
        content: row.owned(7)?,
        reason: row.owned(8)?,
        category: row.optional_owned(9)?,
        basis: split(row.text(10)?),
        words: row.optional_bytes(14)?.map(<[u8]>::to_vec),
    })
}
