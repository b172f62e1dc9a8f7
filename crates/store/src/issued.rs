//! Orders that this node's own office issues, with their targets and what platforms say became of each.

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{
    ClockEnd, ContestGround, Id, InformationDemand, Issued, IssuedFate, IssuedState, IssuedTarget, OrderChannel,
    OrderHaste, OrderKind, Peer, Person, Pointed, StatutoryClock, Time,
};

use crate::information;
use crate::order::Letter;
use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "issued":
    INSERT = "INSERT INTO issued_order (id, peer, kind, office, signer, number, issued_at, basis, category, reason, haste,
                stated_due_at, secret_until, expires_at, lock_days, state, state_at, drafted_by)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    REWRITE = "UPDATE issued_order SET peer = $2, kind = $3, office = $4, signer = $5, number = $6, issued_at = $7, basis = $8,
                 category = $9, reason = $10, haste = $11, stated_due_at = $12, secret_until = $13, expires_at = $14,
                 lock_days = $15, state_at = $16 WHERE id = $1";
    UPDATE = "UPDATE issued_order SET state = $2, state_at = $3, ground = COALESCE($4, ground), clock_key = $5, clock_basis = $6, starts_at = $7,
                warn_at = $8, due_at = $9, warned_at = $10, breached_at = $11, met_at = $12 WHERE id = $1";
    SIGN = "UPDATE issued_order SET signed_by = $2, signed_at = $3, issued_at = $4 WHERE id = $1";
    REFUSAL = "UPDATE issued_order SET refusal = $2 WHERE id = $1";
    ANSWER = "UPDATE issued_order SET answer = $2 WHERE id = $1";
    HOLD = "UPDATE issued_order SET secret_until = $2, expires_at = $3 WHERE id = $1";
    INSERT_TARGET = "INSERT INTO issued_target (id, number, kind, reference, fate) VALUES ($1, $2, $3, $4, $5)";
    FORGET_TARGETS = "DELETE FROM issued_target WHERE id = $1 AND number > $2";
    SETTLE = "UPDATE issued_target SET fate = $3, fate_at = $4, ground = COALESCE($5, ground), words = COALESCE($6, words)
              WHERE id = $1 AND number = $2";
    TARGETS = "SELECT number, kind, reference, fate, fate_at, ground, words FROM issued_target WHERE id = $1 ORDER BY number";
    INSERT_EVENT = "INSERT INTO issued_event (event, id, at, claimed_at, actor_kind, actor, kind, target, detail, note)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    EVENTS = "SELECT e.at, e.claimed_at, e.actor_kind, COALESCE(s.name, p.name), e.kind, e.target, e.detail, e.note
              FROM issued_event e
              LEFT JOIN staff s ON e.actor_kind = 'person' AND s.id = e.actor
              LEFT JOIN peer p ON e.actor_kind = 'peer' AND p.id = e.actor
              WHERE e.id = $1 ORDER BY e.event LIMIT 500";
    // Whoever wrote the draft as it is: a token does so for a person.
    WROTE = "SELECT COALESCE(t.staff, e.actor) FROM issued_event e
             LEFT JOIN token t ON e.actor_kind = 'token' AND t.id = e.actor
             WHERE e.id = $1 AND e.kind IN ('drafted', 'rewritten') ORDER BY e.event DESC LIMIT 1";
    OF_NUMBER = "SELECT id FROM issued_order WHERE LOWER(number) = LOWER($1) AND office = $2 AND signed_at IS NOT NULL
                   AND issued_at >= $3 AND issued_at < $4 AND id <> $5 ORDER BY id DESC LIMIT 1";
    STRUCK = "SELECT id FROM issued_order WHERE due_at IS NOT NULL AND met_at IS NULL AND breached_at IS NULL
                AND (due_at < $1 OR (warned_at IS NULL AND warn_at <= $1)) ORDER BY warn_at LIMIT $2";
    FIGURES = "SELECT p.url, p.name, CAST(COUNT(o.id) AS BIGINT),
                 CAST(SUM(CASE WHEN o.state IN ('signed', 'received', 'under_way', 'contested') THEN 1 ELSE 0 END) AS BIGINT),
                 CAST(COUNT(o.answer) AS BIGINT),
                 CAST(COUNT(o.ground) AS BIGINT), CAST(COUNT(o.breached_at) AS BIGINT),
                 CAST(AVG(CASE WHEN o.state <> 'withdrawn' THEN o.met_at - o.starts_at END) AS BIGINT)
               FROM issued_order o JOIN peer p ON p.id = o.peer WHERE o.signed_at IS NOT NULL
               GROUP BY p.id, p.url, p.name ORDER BY p.url LIMIT 1024";
}

/// A list of orders with all of their columns.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("issued.", $name),
            concat!(
                "SELECT o.id, o.peer, o.kind, o.office, o.signer, o.number, o.issued_at, o.basis, o.category, o.reason, o.haste,
                   o.stated_due_at, o.secret_until, o.expires_at, o.lock_days, o.state, o.state_at, o.ground, o.refusal, o.answer,
                   o.signed_at, o.clock_key, o.clock_basis, o.starts_at, o.due_at, o.warned_at, o.breached_at, o.met_at,
                   d.name, s.name, p.url, p.name
                 FROM issued_order o JOIN staff d ON d.id = o.drafted_by LEFT JOIN staff s ON s.id = o.signed_by
                 JOIN peer p ON p.id = o.peer ",
                $rest
            ),
        )
    };
}

const LOAD: Statement = select!("LOAD", "WHERE o.id = $1");
const OPEN: Statement = select!(
    "OPEN",
    "WHERE o.state IN ('draft', 'signed', 'received', 'under_way', 'contested') AND o.id < $1 ORDER BY o.id DESC LIMIT $2"
);
const OVER: Statement = select!(
    "OVER",
    "WHERE o.state NOT IN ('draft', 'signed', 'received', 'under_way', 'contested') AND o.id < $1 ORDER BY o.id DESC LIMIT $2"
);
pub(crate) const LISTS: &[&Statement] = &[&LOAD, &OPEN, &OVER];

/// A draft as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// To whom.
    pub peer: Id<Peer>,
    /// What is ordered.
    pub kind: OrderKind,
    /// What stands on it.
    pub letter: Letter,
    /// Until when it holds.
    pub expires_at: Option<Time>,
    /// What it asks for about users.
    pub demand: Option<InformationDemand>,
    /// What it is aimed at.
    pub targets: Vec<Pointed>,
}

/// An order of this office as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedRow {
    /// The order with its targets; of lists, without.
    pub issued: Issued,
    /// What stands on it.
    pub letter: Letter,
    /// Until when it holds.
    pub expires_at: Option<Time>,
    /// What it asks for about users; of lists, none.
    pub demand: Option<InformationDemand>,
    /// Beside each target, what the platform says of it.
    pub said: Vec<Said>,
    /// To whom.
    pub peer: Id<Peer>,
    /// Address and name of that node.
    pub addressee: (String, String),
    /// Since when it is in its state.
    pub state_at: Time,
    /// Key of why the platform's node did not take it.
    pub refusal: Option<String>,
    /// The platform's answer.
    pub answer: Option<String>,
    /// Name of who drafted it.
    pub drafted_by: String,
    /// Name of who signed it, and when.
    pub signed: Option<(String, Time)>,
}

/// What a platform says of a target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// Since when it is so.
    pub at: Option<Time>,
    /// Why it is contested.
    pub ground: Option<ContestGround>,
    /// Evidence, or reasons.
    pub words: Option<String>,
}

/// One step of an order of this office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedStep {
    /// When it was noted here.
    pub at: Time,
    /// When the platform says that it was.
    pub claimed_at: Option<Time>,
    /// The kind of actor.
    pub actor_kind: String,
    /// The name of the account or node, if it has one.
    pub actor: Option<String>,
    /// Key of what happened.
    pub kind: String,
    /// The number of the target, where it was about one.
    pub target: Option<u32>,
    /// Keys that say more.
    pub detail: String,
    /// What was said.
    pub note: Option<String>,
}

/// A step to be noted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Note<'a> {
    /// Key of what happened.
    pub kind: &'a str,
    /// The number of the target, where it is about one.
    pub target: Option<u32>,
    /// Keys that say more.
    pub detail: &'a str,
    /// What was said.
    pub words: Option<&'a str>,
    /// When the platform says that it was.
    pub claimed_at: Option<Time>,
}

/// How the orders to one node went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerFigures {
    /// Its address and name.
    pub addressee: (String, String),
    /// Orders that were signed.
    pub signed: u64,
    /// Those of them that are open.
    pub open: u64,
    /// Those that were answered.
    pub answered: u64,
    /// Those that were contested as a whole.
    pub contested: u64,
    /// Those whose deadline ran out.
    pub breached: u64,
    /// How long it took on average from receipt until they were met, in seconds; none where none was.
    pub mean_seconds: Option<i64>,
}

/// Keeps a new draft.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, draft: &Draft, by: Id<Person>) -> Result<Id<Issued>, Error> {
    let id: Id<Issued> = writer.new_id();
    let now = Value::Int(writer.now().as_micros());
    let basis = join(&draft.letter.basis);
    let mut values = columns(id, draft, &basis);
    values.extend([Value::Text(IssuedState::Draft.key()), now, Value::Int(by.number())]);
    writer.execute(&INSERT, &values)?;
    information::keep_issued(writer, id, draft.demand.as_ref())?;
    insert_targets(writer, id, &draft.targets, 1)?;
    Ok(id)
}

/// Writes a draft anew.
///
/// # Errors
/// When the database is away or full.
pub fn rewrite(writer: &mut Writer<'_, '_>, id: Id<Issued>, draft: &Draft) -> Result<(), Error> {
    let now = Value::Int(writer.now().as_micros());
    let basis = join(&draft.letter.basis);
    let mut values = columns(id, draft, &basis);
    values.push(now);
    writer.execute(&REWRITE, &values)?;
    information::keep_issued(writer, id, draft.demand.as_ref())?;
    forget_targets(writer, id, 0)?;
    insert_targets(writer, id, &draft.targets, 1)
}

/// Forgets the targets after a number: they are another draft's, or were never taken.
///
/// # Errors
/// When the database is away or full.
pub fn forget_targets(writer: &mut Writer<'_, '_>, id: Id<Issued>, after: u32) -> Result<(), Error> {
    writer.execute(
        &FORGET_TARGETS,
        &[Value::Int(id.number()), Value::Int(i64::from(after))],
    )?;
    Ok(())
}

fn columns<'d>(id: Id<Issued>, draft: &'d Draft, basis: &'d str) -> Vec<Value<'d>> {
    let letter = &draft.letter;
    vec![
        Value::Int(id.number()),
        Value::Int(draft.peer.number()),
        Value::Text(draft.kind.key()),
        Value::Text(&letter.office),
        Value::Text(&letter.signer),
        Value::Text(&letter.number),
        Value::Int(letter.issued_at.as_micros()),
        Value::Text(basis),
        Value::from(letter.category.as_deref()),
        Value::Text(&letter.reason),
        Value::Text(letter.haste.key()),
        Value::from(letter.stated_due_at.map(Time::as_micros)),
        Value::from(letter.secret_until.map(Time::as_micros)),
        Value::from(draft.expires_at.map(Time::as_micros)),
        Value::from(letter.lock_days.map(i64::from)),
    ]
}

/// Keeps targets, numbered from one on.
///
/// # Errors
/// When the database is away or full.
pub fn insert_targets(
    writer: &mut Writer<'_, '_>,
    id: Id<Issued>,
    targets: &[Pointed],
    first: u32,
) -> Result<(), Error> {
    for (number, pointed) in (first..).zip(targets) {
        let values = [
            Value::Int(id.number()),
            Value::Int(i64::from(number)),
            Value::Text(pointed.key()),
            Value::Text(pointed.reference()),
            Value::Text(IssuedFate::Open.key()),
        ];
        writer.execute(&INSERT_TARGET, &values)?;
    }
    Ok(())
}

/// Stores how far an order has come, and its clock.
///
/// # Errors
/// When the database is away or full.
pub fn update(writer: &mut Writer<'_, '_>, issued: &Issued) -> Result<(), Error> {
    let ground = match issued.state {
        IssuedState::Contested { ground } => Some(ground.key()),
        IssuedState::Draft
        | IssuedState::Signed
        | IssuedState::Received
        | IssuedState::Refused
        | IssuedState::UnderWay
        | IssuedState::Answered
        | IssuedState::Withdrawn
        | IssuedState::Expired
        | IssuedState::Discarded => None,
    };
    let clock = issued.clock.as_ref();
    let basis = clock.map(|clock| join(&clock.basis));
    let (breached, met) = clock.map_or((None, None), |clock| clock.end.times());
    let micros = |at: Option<Time>| Value::from(at.map(Time::as_micros));
    let values = [
        Value::Int(issued.id.number()),
        Value::Text(issued.state.key()),
        Value::Int(writer.now().as_micros()),
        Value::from(ground),
        Value::from(clock.map(|clock| clock.key.as_str())),
        Value::from(basis.as_deref()),
        micros(clock.map(|clock| clock.starts_at)),
        micros(clock.map(StatutoryClock::warn_at)),
        micros(clock.map(|clock| clock.due_at)),
        micros(clock.and_then(|clock| clock.warned_at)),
        micros(breached),
        micros(met),
    ];
    writer.execute(&UPDATE, &values)?;
    Ok(())
}

/// Keeps who signed an order, and the day of issue.
///
/// # Errors
/// When the database is away or full.
pub fn sign(writer: &mut Writer<'_, '_>, id: Id<Issued>, by: Id<Person>, issued_at: Time) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Int(by.number()),
        Value::Int(now),
        Value::Int(issued_at.as_micros()),
    ];
    writer.send(&SIGN, &values)
}

/// Who wrote a draft as it is.
///
/// # Errors
/// When the database is away.
pub fn wrote(tx: &mut dyn Queries, id: Id<Issued>) -> Result<Option<Id<Person>>, Error> {
    let row = tx.row(&WROTE, &[Value::Int(id.number())])?;
    row.map_or(Ok(None), |row| row.optional_id(0, "issued_event.actor"))
}

/// The newest other order that an office signed under the same number in a span of time.
///
/// # Errors
/// When the database is away.
pub fn of_number(
    tx: &mut dyn Queries,
    (id, letter): (Id<Issued>, &Letter),
    (from, until): (Time, Time),
) -> Result<Option<Id<Issued>>, Error> {
    let values = [
        Value::Text(&letter.number),
        Value::Text(&letter.office),
        Value::Int(from.as_micros()),
        Value::Int(until.as_micros()),
        Value::Int(id.number()),
    ];
    let row = tx.row(&OF_NUMBER, &values)?;
    row.map(|row| row.id(0, "issued_order.id")).transpose()
}

/// Keeps why the platform's node did not take an order.
///
/// # Errors
/// When the database is away or full.
pub fn refused(writer: &mut Writer<'_, '_>, id: Id<Issued>, reason: &str) -> Result<(), Error> {
    writer.send(&REFUSAL, &[Value::Int(id.number()), Value::Text(reason)])
}

/// Keeps the platform's answer.
///
/// # Errors
/// When the database is away or full.
pub fn answered(writer: &mut Writer<'_, '_>, id: Id<Issued>, words: &str) -> Result<(), Error> {
    writer.send(&ANSWER, &[Value::Int(id.number()), Value::Text(words)])
}

/// Keeps until when nobody is told of an order, and until when it holds.
///
/// # Errors
/// When the database is away or full.
pub fn hold(
    writer: &mut Writer<'_, '_>,
    id: Id<Issued>,
    secret_until: Option<Time>,
    expires_at: Option<Time>,
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::from(secret_until.map(Time::as_micros)),
        Value::from(expires_at.map(Time::as_micros)),
    ];
    writer.send(&HOLD, &values)
}

/// Stores what the platform says became of a target. What is none in `said` stays as it was.
///
/// # Errors
/// When the database is away or full.
pub fn settle(
    writer: &mut Writer<'_, '_>,
    id: Id<Issued>,
    number: u32,
    fate: IssuedFate,
    said: &Said,
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(i64::from(number)),
        Value::Text(fate.key()),
        Value::from(said.at.map(Time::as_micros)),
        Value::from(said.ground.map(ContestGround::key)),
        Value::from(said.words.as_deref()),
    ];
    writer.execute(&SETTLE, &values)?;
    Ok(())
}

/// Adds a step to an order.
///
/// # Errors
/// When the database is away or full.
pub fn note(writer: &mut Writer<'_, '_>, id: Id<Issued>, note: &Note<'_>) -> Result<(), Error> {
    let event: Id<IssuedStep> = writer.new_id();
    let change = writer.change();
    // A token that acts for a person is shown as that person.
    let person = change.actor.person().map(|person| person.id.number());
    let (at, number) = (change.now.as_micros(), person.or(change.actor.number()));
    let kind = if person.is_some() {
        "person"
    } else {
        change.actor.kind()
    };
    let values = [
        Value::Int(event.number()),
        Value::Int(id.number()),
        Value::Int(at),
        Value::from(note.claimed_at.map(Time::as_micros)),
        Value::Text(kind),
        Value::from(number),
        Value::Text(note.kind),
        Value::from(note.target.map(i64::from)),
        Value::Text(note.detail),
        Value::from(note.words),
    ];
    writer.send(&INSERT_EVENT, &values)
}

/// What happened to an order, oldest first; at most 500 steps.
///
/// # Errors
/// When the database is away.
pub fn steps(tx: &mut dyn Queries, id: Id<Issued>) -> Result<Vec<IssuedStep>, Error> {
    let rows = tx.rows(&EVENTS, &[Value::Int(id.number())])?;
    let read = |row: &Row| {
        Ok(IssuedStep {
            at: row.time(0)?,
            claimed_at: row.optional_time(1)?,
            actor_kind: row.owned(2)?,
            actor: row.optional_owned(3)?,
            kind: row.owned(4)?,
            target: row.optional_int(5)?.and_then(|number| u32::try_from(number).ok()),
            detail: row.owned(6)?,
            note: row.optional_owned(7)?,
        })
    };
    rows.iter().map(read).collect()
}

/// One order with its targets.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Issued>) -> Result<Option<IssuedRow>, Error> {
    let Some(row) = tx.row(&LOAD, &[Value::Int(id.number())])? else {
        return Ok(None);
    };
    let mut row = read(&row)?;
    for target in tx.rows(&TARGETS, &[Value::Int(id.number())])? {
        let (target, said) = read_target(&target)?;
        row.issued.targets.push(target);
        row.said.push(said);
    }
    if row.issued.kind == OrderKind::ProvideInformation {
        row.demand = information::asked_by_issued(tx, id)?;
    }
    Ok(Some(row))
}

/// At most `limit` orders that are open, or that are over, before one, newest first; without their targets.
///
/// # Errors
/// When the database is away.
pub fn list(
    tx: &mut dyn Queries,
    which: Which,
    before: Option<Id<Issued>>,
    limit: u32,
) -> Result<Vec<IssuedRow>, Error> {
    let values = [
        Value::Int(before.map_or(i64::MAX, Id::number)),
        Value::Int(i64::from(limit)),
    ];
    let statement = match which {
        Which::Open => &OPEN,
        Which::Over => &OVER,
    };
    tx.rows(statement, &values)?.iter().map(read).collect()
}

/// Which orders are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that are open, drafts too.
    Open,
    /// Those that are over.
    Over,
}

/// At most `limit` orders whose clock is to warn or ran out by now and was not noted.
///
/// # Errors
/// When the database is away.
pub fn struck(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<Id<Issued>>, Error> {
    let rows = tx.rows(&STRUCK, &[Value::Int(now.as_micros()), Value::Int(i64::from(limit))])?;
    rows.iter().map(|row| row.id(0, "issued_order.id")).collect()
}

/// How the orders to each node went.
///
/// # Errors
/// When the database is away.
pub fn figures(tx: &mut dyn Queries) -> Result<Vec<PeerFigures>, Error> {
    let read = |row: &Row| {
        let count = |at: usize| Ok::<_, Error>(row.optional_int(at)?.unwrap_or_default().unsigned_abs());
        Ok(PeerFigures {
            addressee: (row.owned(0)?, row.owned(1)?),
            signed: count(2)?,
            open: count(3)?,
            answered: count(4)?,
            contested: count(5)?,
            breached: count(6)?,
            mean_seconds: row.optional_int(7)?.map(|micros| micros / 1_000_000),
        })
    };
    tx.rows(&FIGURES, &[])?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<IssuedRow, Error> {
    let id: Id<Issued> = row.id(0, "issued_order.id")?;
    let ground = row.optional_key(17, "issued_order.ground", ContestGround::from_key)?;
    let state = IssuedState::from_key(row.text(15)?, ground);
    let issued_at = row.time(6)?;
    let signed_at = row.optional_time(20)?;
    let lock_days = row.optional_int(14)?;
    Ok(IssuedRow {
        issued: Issued {
            id,
            kind: row.key(2, "issued_order.kind", OrderKind::from_key)?,
            state: state.ok_or(Error::unreadable("issued_order.state"))?,
            clock: read_clock(row)?,
            targets: Vec::new(),
        },
        letter: Letter {
            office: row.owned(3)?,
            signer: row.owned(4)?,
            number: row.owned(5)?,
            issued_at,
            channel: OrderChannel::Node,
            received_at: row.optional_time(23)?.unwrap_or(issued_at),
            basis: split(row.text(7)?),
            category: row.optional_owned(8)?,
            reason: row.owned(9)?,
            haste: row.key(10, "issued_order.haste", OrderHaste::from_key)?,
            stated_due_at: row.optional_time(11)?,
            secret_until: row.optional_time(12)?,
            lock_days: lock_days.and_then(|days| u32::try_from(days).ok()),
        },
        expires_at: row.optional_time(13)?,
        demand: None,
        said: Vec::new(),
        peer: row.id(1, "issued_order.peer")?,
        addressee: (row.owned(30)?, row.owned(31)?),
        state_at: row.time(16)?,
        refusal: row.optional_owned(18)?,
        answer: row.optional_owned(19)?,
        drafted_by: row.owned(28)?,
        signed: row.optional_owned(29)?.zip(signed_at),
    })
}

fn read_clock(row: &Row) -> Result<Option<StatutoryClock>, Error> {
    let (Some(key), Some(starts_at), Some(due_at)) =
        (row.optional_owned(21)?, row.optional_time(23)?, row.optional_time(24)?)
    else {
        return Ok(None);
    };
    let end = ClockEnd::from_times(row.optional_time(26)?, row.optional_time(27)?);
    Ok(Some(StatutoryClock {
        id: row.id(0, "issued_order.id")?,
        key,
        basis: split(row.optional_text(22)?.unwrap_or_default()),
        starts_at,
        due_at,
        warned_at: row.optional_time(25)?,
        end,
    }))
}

fn read_target(row: &Row) -> Result<(IssuedTarget, Said), Error> {
    let pointed = Pointed::parse(row.text(1)?, row.text(2)?);
    let target = IssuedTarget {
        number: u32::try_from(row.int(0)?).map_err(|_| Error::unreadable("issued_target.number"))?,
        pointed: pointed.map_err(|_| Error::unreadable("issued_target.reference"))?,
        fate: row.key(3, "issued_target.fate", IssuedFate::from_key)?,
    };
    let said = Said {
        at: row.optional_time(4)?,
        ground: row.optional_key(5, "issued_target.ground", ContestGround::from_key)?,
        words: row.optional_owned(6)?,
    };
    Ok((target, said))
}
