//! Orders of authorities, with their targets, and what became of each.

mod beside;
mod carried;
mod entries;
mod mention;

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{
    ClockEnd, ContestGround, Hold, Id, InformationDemand, Measure, Order, OrderChannel, OrderHaste, OrderKind,
    OrderState, OrderTarget, Person, Pointed, StatutoryClock, TargetState, Time,
};

use crate::decision::Decision;
use crate::information;
use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

pub(crate) use beside::STATEMENTS as BESIDE;
pub use beside::{
    Call, CallRow, DocumentRow, Purpose, StepRow, call, calls, document, documents, keep_document, note, steps,
};
pub(crate) use carried::STATEMENTS as CARRIED;
pub use carried::{ToldAction, of_action, tie_action, told_actions};
pub(crate) use entries::STATEMENTS as ENTRIES;
pub use entries::{OrderEntry, entries_within, forget_entry, keep_entry};
pub(crate) use mention::STATEMENTS as MENTIONS;
pub use mention::{Mention, close_case, closed_by, closed_cases, mentions, open_cases, reopen_case};

statements! { "order":
    INSERT = "INSERT INTO authority_order (id, kind, office, signer, number, issued_at, channel, received_at, basis, category, reason,
                haste, stated_due_at, secret_until, expires_at, lock_days, state, state_at, clock_key, clock_basis, starts_at, warn_at, due_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)";
    UPDATE = "UPDATE authority_order SET state = $2, state_at = $3, assignee = $4, ground = $5, expires_at = $6, warned_at = $7,
                breached_at = $8, met_at = $9 WHERE id = $1";
    AMEND = "UPDATE authority_order SET secret_until = $2, lock_days = $3 WHERE id = $1";
    ANSWER = "UPDATE authority_order SET answer = $2 WHERE id = $1";
    TOLD = "UPDATE authority_order SET told_at = $2 WHERE id = $1";
    INSERT_TARGET = "INSERT INTO order_target (id, number, kind, reference, state, state_at) VALUES ($1, $2, $3, $4, $5, $6)";
    UPDATE_TARGET = "UPDATE order_target SET state = $3, state_at = $4, proposed_by = $5, ground = $6,
                decision = COALESCE($7, decision), hold = COALESCE($8, hold), words = COALESCE($9, words)
              WHERE id = $1 AND number = $2";
    TARGETS = "SELECT number, kind, reference, state, state_at, proposed_by, decision, hold, ground, words FROM order_target
               WHERE id = $1 ORDER BY number";
    KEEP_RESTORED = "INSERT INTO order_restored (id, number, measure) VALUES ($1, $2, $3)";
    RESTORED = "SELECT measure FROM order_restored WHERE id = $1 AND number = $2 ORDER BY measure";
    OF_DECISION = "SELECT t.id, t.number FROM order_target t WHERE t.decision = $1";
    STRUCK = "SELECT id FROM authority_order WHERE met_at IS NULL AND breached_at IS NULL
                AND (due_at < $1 OR (warned_at IS NULL AND warn_at <= $1)) ORDER BY warn_at LIMIT $2";
    EXPIRED = "SELECT id FROM authority_order WHERE expires_at IS NOT NULL AND state NOT IN ('withdrawn', 'expired')
                AND expires_at <= $1 ORDER BY expires_at LIMIT $2";
    TO_TELL = "SELECT id FROM authority_order WHERE secret_until IS NOT NULL AND told_at IS NULL AND secret_until <= $1
               ORDER BY secret_until LIMIT $2";
    COUNTS = "SELECT CAST(COUNT(*) AS BIGINT), CAST(COUNT(warned_at) AS BIGINT), CAST(COUNT(breached_at) AS BIGINT)
              FROM authority_order WHERE state NOT IN ('answered', 'withdrawn', 'expired')";
}

/// A list of orders with all of their columns.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("order.", $name),
            concat!(
                "SELECT o.id, o.kind, o.office, o.signer, o.number, o.issued_at, o.channel, o.received_at, o.basis, o.category,
                   o.reason, o.haste, o.stated_due_at, o.secret_until, o.told_at, o.expires_at, o.lock_days, o.state, o.state_at,
                   o.assignee, o.ground, o.answer, o.clock_key, o.clock_basis, o.starts_at, o.due_at, o.warned_at, o.breached_at,
                   o.met_at, s.name
                 FROM authority_order o LEFT JOIN staff s ON s.id = o.assignee ",
                $rest
            ),
        )
    };
}

const LOAD: Statement = select!("LOAD", "WHERE o.id = $1");
const OPEN: Statement = select!(
    "OPEN",
    "WHERE o.state NOT IN ('answered', 'withdrawn', 'expired') AND (o.due_at > $1 OR (o.due_at = $1 AND o.id > $2))
     ORDER BY o.due_at, o.id LIMIT $3"
);
const OVER: Statement = select!(
    "OVER",
    "WHERE o.state IN ('answered', 'withdrawn', 'expired') AND o.id < $1 ORDER BY o.id DESC LIMIT $2"
);
// What was confidential is published once those whom it concerns were told.
const PUBLISHED: Statement = select!(
    "PUBLISHED",
    "WHERE o.state IN ('answered', 'withdrawn', 'expired') AND (o.secret_until IS NULL OR o.told_at IS NOT NULL) AND o.id < $1
     ORDER BY o.id DESC LIMIT $2"
);
pub(crate) const LISTS: &[&Statement] = &[&LOAD, &OPEN, &OVER, &PUBLISHED];

/// An order to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// The order.
    pub order: Order,
    /// What stands on it.
    pub letter: Letter,
}

/// What stands on an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Key of the issuing office.
    pub office: String,
    /// Who signed it.
    pub signer: String,
    /// Its number there.
    pub number: String,
    /// When it was issued.
    pub issued_at: Time,
    /// How it came.
    pub channel: OrderChannel,
    /// When it came.
    pub received_at: Time,
    /// Keys of the articles that it cites.
    pub basis: Vec<String>,
    /// Key of the category of the violation, where it says that there is one.
    pub category: Option<String>,
    /// Why, in its words.
    pub reason: String,
    /// Whether it is urgent.
    pub haste: OrderHaste,
    /// The deadline that it sets itself, if it does.
    pub stated_due_at: Option<Time>,
    /// Until when nobody whom it concerns is told, if it says so.
    pub secret_until: Option<Time>,
    /// For how many days to lock; none where a lock has no end.
    pub lock_days: Option<u32>,
}

/// An order as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// The order with its targets; of lists, without.
    pub order: Order,
    /// What stands on it.
    pub letter: Letter,
    /// What it says that it asks for about users; of lists, none.
    pub demand: Option<InformationDemand>,
    /// What became of each target, in their order.
    pub fates: Vec<TargetFate>,
    /// Since when it is in its state.
    pub state_at: Time,
    /// Name of who took it.
    pub assignee: Option<String>,
    /// The answer.
    pub answer: Option<String>,
    /// When those whom it concerns were told after its confidentiality.
    pub told_at: Option<Time>,
}

impl OrderRow {
    /// Whether nobody whom it concerns may be told yet.
    #[must_use]
    pub const fn is_confidential(&self) -> bool {
        self.letter.secret_until.is_some() && self.told_at.is_none()
    }
}

/// What became of a target, beside its state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TargetFate {
    /// The decision that carried it out.
    pub decision: Option<Id<Decision>>,
    /// The legal hold that carried it out.
    pub hold: Option<Id<Hold>>,
    /// What was done by hand, or why it is contested.
    pub words: Option<String>,
}

/// Where the inbox goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderPlace {
    /// The deadline of the last order, in microseconds.
    pub due: i64,
    /// Its number.
    pub id: i64,
}

/// How orders stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OrderCounts {
    /// Orders that are open.
    pub open: u64,
    /// Those of them whose deadline was warned of.
    pub warned: u64,
    /// Those of them whose deadline ran out.
    pub breached: u64,
}

/// Keeps an order.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, new: &NewOrder) -> Result<(), Error> {
    let (order, letter) = (&new.order, &new.letter);
    let values = [
        Value::Int(order.id.number()),
        Value::Text(order.kind.key()),
        Value::Text(&letter.office),
        Value::Text(&letter.signer),
        Value::Text(&letter.number),
        Value::Int(letter.issued_at.as_micros()),
        Value::Text(letter.channel.key()),
        Value::Int(letter.received_at.as_micros()),
        Value::Text(&join(&letter.basis)),
        Value::from(letter.category.as_deref()),
        Value::Text(&letter.reason),
        Value::Text(letter.haste.key()),
        Value::from(letter.stated_due_at.map(Time::as_micros)),
        Value::from(letter.secret_until.map(Time::as_micros)),
        Value::from(order.expires_at.map(Time::as_micros)),
        Value::from(letter.lock_days.map(i64::from)),
        Value::Text(order.state.key()),
        Value::Int(writer.now().as_micros()),
        Value::Text(&order.clock.key),
        Value::Text(&join(&order.clock.basis)),
        Value::Int(order.clock.starts_at.as_micros()),
        Value::Int(order.clock.warn_at().as_micros()),
        Value::Int(order.clock.due_at.as_micros()),
    ];
    writer.execute(&INSERT, &values)?;
    add_targets(writer, order.id, &order.targets)
}

/// Keeps targets of an order.
///
/// # Errors
/// When the database is away or full.
pub fn add_targets(writer: &mut Writer<'_, '_>, id: Id<Order>, targets: &[OrderTarget]) -> Result<(), Error> {
    let now = writer.now().as_micros();
    for target in targets {
        let values = [
            Value::Int(id.number()),
            Value::Int(i64::from(target.number)),
            Value::Text(target.pointed.key()),
            Value::Text(target.pointed.reference()),
            Value::Text(target.state.key()),
            Value::Int(now),
        ];
        writer.send(&INSERT_TARGET, &values)?;
    }
    Ok(())
}

/// Stores what has become of an order: its state, clock and end.
///
/// # Errors
/// When the database is away or full.
pub fn update(writer: &mut Writer<'_, '_>, order: &Order) -> Result<(), Error> {
    let assignee = match order.state {
        OrderState::Assigned { to } => Some(to.number()),
        OrderState::Received
        | OrderState::Authenticated
        | OrderState::InScope
        | OrderState::Contested { .. }
        | OrderState::Answered { .. }
        | OrderState::Withdrawn { .. }
        | OrderState::Expired { .. } => None,
    };
    let ground = match order.state {
        OrderState::Contested { ground } => Some(ground.key()),
        OrderState::Received
        | OrderState::Authenticated
        | OrderState::InScope
        | OrderState::Assigned { .. }
        | OrderState::Answered { .. }
        | OrderState::Withdrawn { .. }
        | OrderState::Expired { .. } => None,
    };
    let (breached, met) = order.clock.end.times();
    let values = [
        Value::Int(order.id.number()),
        Value::Text(order.state.key()),
        Value::Int(writer.now().as_micros()),
        Value::from(assignee),
        Value::from(ground),
        Value::from(order.expires_at.map(Time::as_micros)),
        Value::from(order.clock.warned_at.map(Time::as_micros)),
        Value::from(breached.map(Time::as_micros)),
        Value::from(met.map(Time::as_micros)),
    ];
    writer.send(&UPDATE, &values)
}

/// Stores what an amendment changed of what stands on an order.
///
/// # Errors
/// When the database is away or full.
pub fn amend(
    writer: &mut Writer<'_, '_>,
    id: Id<Order>,
    secret_until: Option<Time>,
    lock_days: Option<u32>,
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::from(secret_until.map(Time::as_micros)),
        Value::from(lock_days.map(i64::from)),
    ];
    writer.send(&AMEND, &values)
}

/// Keeps the answer to an order.
///
/// # Errors
/// When the database is away or full.
pub fn answer(writer: &mut Writer<'_, '_>, id: Id<Order>, words: &str) -> Result<(), Error> {
    writer.send(&ANSWER, &[Value::Int(id.number()), Value::Text(words)])
}

/// Notes that those whom a confidential order concerns were told.
///
/// # Errors
/// When the database is away or full.
pub fn told(writer: &mut Writer<'_, '_>, id: Id<Order>) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.send(&TOLD, &[Value::Int(id.number()), Value::Int(now)])
}

/// Stores what became of a target. What is none in `fate` stays as it was.
///
/// # Errors
/// When the database is away or full.
pub fn settle(
    writer: &mut Writer<'_, '_>,
    id: Id<Order>,
    number: u32,
    state: TargetState,
    fate: &TargetFate,
) -> Result<(), Error> {
    let (by, ground) = match state {
        TargetState::Proposed { by } => (Some(by.number()), None),
        TargetState::Contested { ground, .. } => (None, Some(ground.key())),
        TargetState::Open
        | TargetState::UnderWay { .. }
        | TargetState::Failed { .. }
        | TargetState::Executed { .. }
        | TargetState::Lifted { .. } => (None, None),
    };
    let values = [
        Value::Int(id.number()),
        Value::Int(i64::from(number)),
        Value::Text(state.key()),
        Value::Int(writer.now().as_micros()),
        Value::from(by),
        Value::from(ground),
        Value::from(fate.decision.map(Id::number)),
        Value::from(fate.hold.map(Id::number)),
        Value::from(fate.words.as_deref()),
    ];
    writer.send(&UPDATE_TARGET, &values)
}

/// Keeps that an order to restore ended a measure.
///
/// # Errors
/// When the database is away or full.
pub fn keep_restored(
    writer: &mut Writer<'_, '_>,
    id: Id<Order>,
    number: u32,
    measure: Id<Measure>,
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(i64::from(number)),
        Value::Int(measure.number()),
    ];
    writer.send(&KEEP_RESTORED, &values)
}

/// The measures that a target of an order to restore ended.
///
/// # Errors
/// When the database is away.
pub fn restored(tx: &mut dyn Queries, id: Id<Order>, number: u32) -> Result<Vec<Id<Measure>>, Error> {
    let rows = tx.rows(&RESTORED, &[Value::Int(id.number()), Value::Int(i64::from(number))])?;
    rows.iter().map(|row| row.id(0, "order_restored.measure")).collect()
}

/// The order and the number of the target that a decision carried out.
///
/// # Errors
/// When the database is away.
pub fn of_decision(tx: &mut dyn Queries, id: Id<Decision>) -> Result<Option<(Id<Order>, u32)>, Error> {
    let row = tx.row(&OF_DECISION, &[Value::Int(id.number())])?;
    row.map(|row| Ok((row.id(0, "order_target.id")?, number(row.int(1)?)?)))
        .transpose()
}

/// One order with its targets.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Order>) -> Result<Option<OrderRow>, Error> {
    let Some(row) = tx.row(&LOAD, &[Value::Int(id.number())])? else {
        return Ok(None);
    };
    let mut row = read(&row)?;
    for target in tx.rows(&TARGETS, &[Value::Int(id.number())])? {
        let (target, fate) = read_target(&target)?;
        row.order.targets.push(target);
        row.fates.push(fate);
    }
    if row.order.kind == OrderKind::ProvideInformation {
        row.demand = information::asked_by_order(tx, id)?;
    }
    Ok(Some(row))
}

/// At most `limit` open orders after a place, the one that is due first before the others; without their targets.
///
/// # Errors
/// When the database is away.
pub fn open(tx: &mut dyn Queries, after: Option<OrderPlace>, limit: u32) -> Result<Vec<OrderRow>, Error> {
    let (due, id) = after.map_or((i64::MIN, i64::MIN), |place| (place.due, place.id));
    let values = [Value::Int(due), Value::Int(id), Value::Int(i64::from(limit))];
    tx.rows(&OPEN, &values)?.iter().map(read).collect()
}

/// At most `limit` orders that are over, older than `before`, newest first; without their targets.
///
/// # Errors
/// When the database is away.
pub fn over(tx: &mut dyn Queries, before: Option<Id<Order>>, limit: u32) -> Result<Vec<OrderRow>, Error> {
    let values = [
        Value::Int(before.map_or(i64::MAX, Id::number)),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&OVER, &values)?.iter().map(read).collect()
}

/// At most `limit` orders that are over and not confidential, older than `before`, newest first; without their targets.
///
/// # Errors
/// When the database is away.
pub fn published(tx: &mut dyn Queries, before: Option<Id<Order>>, limit: u32) -> Result<Vec<OrderRow>, Error> {
    let values = [
        Value::Int(before.map_or(i64::MAX, Id::number)),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&PUBLISHED, &values)?.iter().map(read).collect()
}

/// At most `limit` orders whose clock is to warn or ran out by now and was not noted.
///
/// # Errors
/// When the database is away.
pub fn struck(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<Id<Order>>, Error> {
    ids(tx, &STRUCK, now, limit)
}

/// At most `limit` orders whose time is over and that are not ended.
///
/// # Errors
/// When the database is away.
pub fn expired(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<Id<Order>>, Error> {
    ids(tx, &EXPIRED, now, limit)
}

/// At most `limit` orders whose confidentiality is over and of which nobody was told.
///
/// # Errors
/// When the database is away.
pub fn to_tell(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<Id<Order>>, Error> {
    ids(tx, &TO_TELL, now, limit)
}

fn ids(tx: &mut dyn Queries, statement: &Statement, now: Time, limit: u32) -> Result<Vec<Id<Order>>, Error> {
    let rows = tx.rows(statement, &[Value::Int(now.as_micros()), Value::Int(i64::from(limit))])?;
    rows.iter().map(|row| row.id(0, "authority_order.id")).collect()
}

/// How orders stand.
///
/// # Errors
/// When the database is away.
pub fn counts(tx: &mut dyn Queries) -> Result<OrderCounts, Error> {
    let Some(row) = tx.row(&COUNTS, &[])? else {
        return Ok(OrderCounts::default());
    };
    Ok(OrderCounts {
        open: row.int(0)?.unsigned_abs(),
        warned: row.int(1)?.unsigned_abs(),
        breached: row.int(2)?.unsigned_abs(),
    })
}

fn number(int: i64) -> Result<u32, Error> {
    u32::try_from(int).map_err(|_| Error::unreadable("order_target.number"))
}

fn read(row: &Row) -> Result<OrderRow, Error> {
    let id: Id<Order> = row.id(0, "authority_order.id")?;
    let state_at = row.time(18)?;
    let assignee: Option<Id<Person>> = row.optional_id(19, "authority_order.assignee")?;
    let ground = row.optional_key(20, "authority_order.ground", ContestGround::from_key)?;
    let state = match (row.text(17)?, assignee, ground) {
        ("received", ..) => OrderState::Received,
        ("authenticated", ..) => OrderState::Authenticated,
        ("in_scope", ..) => OrderState::InScope,
        ("assigned", Some(to), _) => OrderState::Assigned { to },
        ("contested", _, Some(ground)) => OrderState::Contested { ground },
        ("answered", ..) => OrderState::Answered { at: state_at },
        ("withdrawn", ..) => OrderState::Withdrawn { at: state_at },
        ("expired", ..) => OrderState::Expired { at: state_at },
        (_, _, _) => return Err(Error::unreadable("authority_order.state")),
    };
    let end = ClockEnd::from_times(row.optional_time(27)?, row.optional_time(28)?);
    let lock_days = row.optional_int(16)?;
    Ok(OrderRow {
        order: Order {
            id,
            kind: row.key(1, "authority_order.kind", OrderKind::from_key)?,
            clock: StatutoryClock {
                id: row.id(0, "authority_order.id")?,
                key: row.owned(22)?,
                basis: split(row.text(23)?),
                starts_at: row.time(24)?,
                due_at: row.time(25)?,
                warned_at: row.optional_time(26)?,
                end,
            },
            expires_at: row.optional_time(15)?,
            state,
            targets: Vec::new(),
        },
        letter: Letter {
            office: row.owned(2)?,
            signer: row.owned(3)?,
            number: row.owned(4)?,
            issued_at: row.time(5)?,
            channel: row.key(6, "authority_order.channel", OrderChannel::from_key)?,
            received_at: row.time(7)?,
            basis: split(row.text(8)?),
            category: row.optional_owned(9)?,
            reason: row.owned(10)?,
            haste: row.key(11, "authority_order.haste", OrderHaste::from_key)?,
            stated_due_at: row.optional_time(12)?,
            secret_until: row.optional_time(13)?,
            lock_days: lock_days.and_then(|days| u32::try_from(days).ok()),
        },
        demand: None,
        fates: Vec::new(),
        state_at,
        assignee: row.optional_owned(29)?,
        answer: row.optional_owned(21)?,
        told_at: row.optional_time(14)?,
    })
}

fn read_target(row: &Row) -> Result<(OrderTarget, TargetFate), Error> {
    let at = row.time(4)?;
    let by: Option<Id<Person>> = row.optional_id(5, "order_target.proposed_by")?;
    let ground = row.optional_key(8, "order_target.ground", ContestGround::from_key)?;
    let state = match (row.text(3)?, by, ground) {
        ("open", ..) => TargetState::Open,
        ("proposed", Some(by), _) => TargetState::Proposed { by },
        ("under_way", ..) => TargetState::UnderWay { at },
        ("failed", ..) => TargetState::Failed { at },
        ("executed", ..) => TargetState::Executed { at },
        ("contested", _, Some(ground)) => TargetState::Contested { at, ground },
        ("lifted", ..) => TargetState::Lifted { at },
        (_, _, _) => return Err(Error::unreadable("order_target.state")),
    };
    let pointed = Pointed::parse(row.text(1)?, row.text(2)?);
    let target = OrderTarget {
        number: number(row.int(0)?)?,
        pointed: pointed.map_err(|_| Error::unreadable("order_target.reference"))?,
        state,
    };
    let fate = TargetFate {
        decision: row.optional_id(6, "order_target.decision")?,
        hold: row.optional_id(7, "order_target.hold")?,
        words: row.optional_owned(9)?,
    };
    Ok((target, fate))
}
